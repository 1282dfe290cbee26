#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "format_docs.h"
#include "mem.h"
#include "peopleint.h"
#include "str.h"

static void read_root(struct people_read *r, const struct ytree *root)
{
	struct place top = { r->p->path, 1, 1 };

	if (!root) {
		people_say(r, FR_EMPTY, top, "the file says nothing");
		return;
	}
	if (format_map(&r->in, PTABLE_FILE, r->p->path, root, r->p))
		people_check(r);
}

int people_load(const char *path, const struct loader_source *src, struct people **ret,
		struct findings *f, struct err *err)
{
	struct ytree_doc doc = { 0 };
	struct people_read r = { .in = { .format = &people_format, .f = f } };
	struct people *p;
	size_t errors = f->errors;
	int rc = yamltree_load(path, src, &doc, f, err);

	if (rc)
		return rc;
	p = mem_alloc(sizeof(*p));
	p->arena = doc.arena; /* the tree's texts are kept as they are */
	p->path = arena_dup(p->arena, path);
	p->drill_channel = -1;
	r.p = p;
	r.in.a = p->arena;
	r.in.cut = doc.cut;
	r.severities = arena_alloc(p->arena, PEOPLE_MAX_SEVERITIES * sizeof(*r.severities));
	r.in.broken = f->errors > errors;
	read_root(&r, doc.root);
	p->broken = r.in.broken;
	if (!r.n_severities)
		r.severities[r.n_severities++] = "ordinary";
	p->severities = r.severities;
	p->n_severities = r.n_severities;
	findings_sort(f);
	*ret = p;
	return 0;
}

void people_free(struct people *p)
{
	if (!p)
		return;
	arena_free(p->arena);
	free(p);
}

bool people_is_contacts(const char *path)
{
	return loader_is_other(path, "contacts", "ladders",
			       (const char *const[]){ "people", "channels", NULL });
}

int people_find_ladder(const struct people *p, const char *id)
{
	for (size_t i = 0; i < p->n_ladders; i++)
		if (str_eq(p->ladders[i].id, id))
			return (int)i;
	return -1;
}

int people_find_severity(const struct people *p, const char *word)
{
	for (size_t i = 0; i < p->n_severities; i++)
		if (str_eq(p->severities[i], word))
			return (int)i;
	return -1;
}

void people_reference(struct buf *out)
{
	format_reference(out, &people_format);
}

void people_schema(struct buf *out)
{
	format_schema(out, &people_format);
}
