/* The books of a run, given their environments. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "guard.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

struct made {
	struct made *next;
	const char *path;
	struct guard_file *file;  /* NULL: there were no bytes */
	struct environments envs; /* with paths as seen from the folder of the root book */
};

struct attach {
	struct arena *a;
	const struct runbook *rb;
	struct made *made;
};

static void attach_release(void *ctx)
{
	struct attach *x = ctx;

	for (struct made *m = x->made; m; m = m->next)
		guard_free(m->file);
	arena_free(x->a);
	free(x);
}

static const char *from_folder(struct attach *x, const char *path)
{
	char *seen = path ? runbook_from_folder(x->rb->path, path) : NULL;
	const char *kept = arena_dup(x->a, seen);

	free(seen);
	return kept;
}

static const struct environments *of_path(struct attach *x, const char *path)
{
	const struct loader_source src = loader_kept(x->rb);
	struct findings found = { 0 };
	struct err err = { 0 };
	struct made *m;

	for (m = x->made; m; m = m->next)
		if (str_eq(m->path, path))
			return &m->envs;
	m = arena_alloc(x->a, sizeof(*m));
	m->next = x->made;
	m->path = path;
	x->made = m;
	if (guard_load(path, &src, &m->file, &found, &err)) {
		m->envs = (struct environments){ .path = path,
						 .problem = arena_dup(x->a, err.text) };
	} else {
		m->envs = m->file->envs;
		m->envs.signers = from_folder(x, m->envs.signers);
		m->envs.codes = from_folder(x, m->envs.codes);
	}
	findings_release(&found);
	return &m->envs;
}

static void attach_book(struct attach *x, const struct runbook *lent)
{
	/* ours to complete: steps and callers lend it as what it will be */
	struct runbook *b = (struct runbook *)(uintptr_t)lent;

	if (b->environments_file && !b->environments)
		b->environments = of_path(x, b->environments_file);
}

void guard_attach(struct runbook *rb)
{
	struct attach *x = mem_alloc(sizeof(*x));

	*x = (struct attach){ .a = arena_new(), .rb = rb };
	runbook_attach(rb, x, attach_release);
	attach_book(x, rb);
	for (size_t i = 0; i < rb->n_all; i++)
		for (const struct runbook *b = rb->all[i]->book; b; b = b->caller) {
			attach_book(x, b);
			if (!rb->environments)
				rb->environments = b->environments;
		}
}
