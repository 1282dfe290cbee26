#include "pinned.h"

#include <stdlib.h>

#include "buf.h"
#include "err.h"
#include "journal.h"
#include "mem.h"
#include "scenario.h"
#include "str.h"

static int add(void *ctx, const struct source_file *f)
{
	struct pinned *p = ctx;

	p->v = mem_grow(p->v, p->n + 1, sizeof *p->v);
	p->v[p->n++] = (struct pinned_file){ mem_dup(f->path), mem_dup(f->role ? f->role : ""),
					     mem_dupn(f->bytes, f->n), f->n };
	return 0;
}

int pinned_read(const char *journal, const char *run, struct pinned *ret, struct err *err)
{
	struct journal *j = NULL;
	int rc = journal_open(journal, JOURNAL_READ, &j, err);

	*ret = (struct pinned){ 0 };
	if (!rc)
		rc = journal_pins(j, run, add, ret, err);
	journal_close(j);
	return rc;
}

void pinned_release(struct pinned *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].path);
		free(p->v[i].role);
		free(p->v[i].bytes);
	}
	free(p->v);
	*p = (struct pinned){ 0 };
}

const struct pinned_file *pinned_role(const struct pinned *p, const char *role)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->v[i].role, role))
			return &p->v[i];
	return NULL;
}

static int read_one(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct pinned *p = ctx;

	for (size_t i = 0; i < p->n; i++)
		if (loader_same_file(path, p->v[i].path))
			return buf_add(out, p->v[i].bytes, p->v[i].n);
	return err_set(err, ERR_NOTFOUND, "%s was not kept when the run began", path);
}

struct loader_source pinned_source(const struct pinned *p)
{
	return (struct loader_source){ .ctx = (void *)(uintptr_t)p, .read = read_one };
}

int pinned_scenario(const struct pinned *p, struct scenario **ret, struct err *err)
{
	const struct pinned_file *f = pinned_role(p, "scenario");
	struct loader_source src = pinned_source(p);
	struct findings found = { 0 };
	int rc = f ? scenario_load(f->path, &src, ret, &found, err) : 0;

	findings_release(&found);
	return rc;
}
