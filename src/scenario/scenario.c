#include "scenario.h"

#include <stdlib.h>

#include "arena.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "scenarioint.h"

static void read_root(struct scenario_read *r, const struct ytree *root)
{
	struct place top = { r->s->path, 1, 1 };

	r->s->at = top;
	if (!root) {
		scenario_say(r->f, r->s, SRULE_EMPTY, top, "the file says nothing");
		return;
	}
	if (!scenario_read_map(r, STABLE_FILE, r->s->path, root, r->s))
		return;
	r->s->at = top;
	if (!ytree_get(root, "scenario"))
		scenario_say(r->f, r->s, SRULE_VERSION, top,
			     "a scenario says `scenario: 1`, the version of its format");
	scenario_outputs(r);
	if (!r->cut)
		scenario_check_own(r);
}

int scenario_load(const char *path, const struct loader_source *src, struct scenario **ret,
		  struct findings *f, struct err *err)
{
	struct ytree_doc doc = { 0 };
	struct scenario_read r = { .f = f, .src = src };
	size_t errors = f->errors;
	struct scenario *s;
	char *folder;
	int rc = yamltree_load(path, src, &doc, f, err);

	if (rc)
		return rc;
	s = mem_alloc(sizeof(*s));
	*s = (struct scenario){ .arena = doc.arena, .broken = f->errors > errors, .seed = 1,
				.pace = SCENARIO_REAL_PACE };
	s->path = arena_dup(s->arena, path);
	folder = fsio_dirname(path);
	r.s = s;
	r.a = s->arena;
	r.cut = doc.cut;
	r.folder = folder;
	read_root(&r, doc.root);
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
