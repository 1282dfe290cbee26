/* The fold itself; what comes out of it is made by the other files. */
#include "view.h"

#include <stdlib.h>

#include "arena.h"
#include "mem.h"
#include "viewint.h"

struct view *view_new(const struct runbook *book, engine_book_fn *find_book, void *ctx)
{
	struct view *v = mem_alloc(sizeof *v);

	v->engine = engine_new(book, find_book, ctx);
	return v;
}

void view_free(struct view *v)
{
	if (!v)
		return;
	engine_free(v->engine);
	arena_free(v->texts);
	free(v->prompts);
	free(v);
}

int view_apply(struct view *v, const struct event *ev, struct err *err)
{
	v->built = false;
	return engine_apply(v->engine, ev, err);
}

const struct state *view_state(const struct view *v)
{
	return engine_state(v->engine);
}
