#include "lint_guard.h"

#include <stdlib.h>

#include "clock.h"
#include "err.h"
#include "guard_check.h"
#include "lint_contacts.h"
#include "mem.h"
#include "runbook.h"
#include "sign_codes.h"
#include "str.h"

/* Owners with a code left. */
struct owners {
	char **v;
	size_t n;
};

static void keep_owner(void *ctx, const char *owner, int unused, int used)
{
	struct owners *o = ctx;

	(void)used;
	if (!unused)
		return;
	o->v = mem_grow(o->v, o->n + 1, sizeof(*o->v));
	o->v[o->n++] = mem_dup(owner);
}

void lint_guard_keys(const struct guard_file *g, struct findings *f)
{
	struct owners o = { 0 };
	struct err err = { 0 };
	bool known = g->envs.codes &&
		     !sign_codes_list(g->envs.codes, keep_owner, &o, &err);
	const struct guard_owners owners = { (const char *const *)o.v, o.n, known, err.text };

	guard_check_keys(g, g->envs.codes ? &owners : NULL, clock_now().wall, f);
	for (size_t i = 0; i < o.n; i++)
		free(o.v[i]);
	free(o.v);
}

void lint_guard(struct lint_contacts *l, const char *path, struct findings *f)
{
	struct loader_source disk = loader_disk();
	struct findings own = { 0 };
	struct guard_file *g = NULL;

	if (lint_contacts_seen(l, path))
		return;
	(void)guard_load(path, &disk, &g, &own, NULL);
	if (g)
		lint_guard_keys(g, &own);
	lint_contacts_merge(f, &own);
	guard_free(g);
	findings_release(&own);
}

void lint_guard_book(struct lint_contacts *l, struct runbook *rb, struct findings *f)
{
	struct findings own = { 0 };

	for (size_t i = 0; i < rb->n_files; i++)
		if (str_eq(rb->files[i].role, "environments"))
			lint_guard(l, rb->files[i].path, f);
	guard_attach(rb);
	guard_check_book(rb, &own);
	lint_contacts_merge(f, &own); /* what is called may be linted by itself too */
	findings_release(&own);
}
