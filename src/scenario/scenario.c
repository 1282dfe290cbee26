#include "scenario.h"

#include <stdlib.h>

#include "arena.h"
#include "err.h"
#include "format_docs.h"
#include "fsio.h"
#include "mem.h"
#include "scenarioint.h"
#include "yamltree.h"

static void read_root(struct scenario_read *r, const struct ytree *root)
{
	struct place top = { r->s->path, 1, 1 };

	r->s->at = top;
	if (!root) {
		scenario_say(r, FR_EMPTY, top, "the file says nothing");
		return;
	}
	if (!format_map(&r->in, STABLE_FILE, r->s->path, root, r->s))
		return;
	r->s->at = top;
	scenario_outputs(r);
	if (!r->in.cut)
		scenario_check_own(r);
}

int scenario_load(const char *path, const struct loader_source *src, struct scenario **ret,
		  struct findings *f, struct err *err)
{
	struct ytree_doc doc = { 0 };
	struct scenario_read r = { .in = { .format = &scenario_format, .f = f }, .src = src };
	size_t errors = f->errors;
	struct scenario *s;
	char *folder;
	int rc = yamltree_load(path, src, &doc, f, err);

	if (rc)
		return rc;
	s = mem_alloc(sizeof(*s));
	*s = (struct scenario){ .arena = doc.arena, .seed = 1, .pace = SCENARIO_REAL_PACE };
	s->path = arena_dup(s->arena, path);
	folder = fsio_dirname(path);
	r.s = s;
	r.in.a = s->arena;
	r.in.cut = doc.cut;
	r.in.folder = folder;
	r.in.broken = f->errors > errors;
	read_root(&r, doc.root);
	s->broken = r.in.broken;
	free(folder);
	findings_sort(f);
	*ret = s;
	return 0;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	arena_free(s->arena);
	free(s);
}

bool scenario_is_file(const char *path)
{
	return loader_is_other(path, "scenario", "injects",
			       (const char *const[]){ "runbook", "objectives", NULL });
}

void scenario_reference(struct buf *out)
{
	format_reference(out, &scenario_format);
}

void scenario_schema(struct buf *out)
{
	format_schema(out, &scenario_format);
}
