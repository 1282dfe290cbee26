/* Which steps have a board, and who makes it. */
#include <stdlib.h>

#include "arena.h"
#include "boardint.h"
#include "contact_state.h"
#include "mem.h"
#include "str.h"

static const struct {
	void (*make)(struct board_maker *m);
	const char *what;
} kinds[KIND_MAX] = {
	[KIND_RESTORE] = { board_restore, "restore" },
	[KIND_REBUILD] = { board_rebuild, "rebuild" },
	[KIND_CONTACT] = { board_contact, "contact" },
};

/* A contact that was given nobody to reach is an instruction. */
static bool has_board(const struct inst *in)
{
	return in->step && !in->is_item && kinds[in->step->kind].make &&
	       (in->step->kind != KIND_CONTACT || inst_is_contact(in));
}

const struct inst *board_inst(const struct inst *in)
{
	for (; in; in = in->parent)
		if (has_board(in))
			return in;
	return NULL;
}

bool board_is_on(const struct inst *in)
{
	return in && has_board(in) && in->state != STEP_PENDING &&
	       in->state != STEP_FINISHED && in->state != STEP_DEFERRED;
}

struct board *board_new(const struct state *s, const struct inst *in, struct moment now,
			const struct progress_set *progress)
{
	struct board *b = mem_alloc(sizeof *b);
	struct board_maker m;
	struct buf title = BUF_INIT;

	b->a = arena_new();
	b->in = in;
	board_begin(&m, b, s, in, now, progress);
	buf_addf(&title, "%s ", in->step->number);
	inst_title(&title, s, in);
	b->title = board_take(b, &title);
	kinds[in->step->kind].make(&m);
	board_end(&m);
	return b;
}

size_t board_text(struct buf *out, const struct state *s, struct moment now,
		  const struct progress_set *progress, int cols)
{
	size_t n = 0;

	for (size_t i = 0; s->phase != RUN_CLOSED && i < s->n_insts; i++) {
		struct board *b;

		if (!board_is_on(s->insts[i]))
			continue;
		b = board_new(s, s->insts[i], now, progress);
		board_print(out, b, cols, true);
		board_free(b);
		n++;
	}
	return n;
}
