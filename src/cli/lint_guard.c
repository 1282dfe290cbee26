#include "lint_guard.h"

#include "clock.h"
#include "guard_check.h"
#include "lint_contacts.h"
#include "runbook.h"
#include "str.h"

void lint_guard(struct lint_contacts *l, const char *path, struct findings *f)
{
	struct loader_source disk = loader_disk();
	struct findings own = { 0 };
	struct guard_file *g = NULL;

	if (lint_contacts_seen(l, path))
		return;
	(void)guard_load(path, &disk, &g, &own, NULL);
	if (g)
		guard_check_keys(g, NULL, clock_now().wall, &own);
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
