/* Around a step: its neighbours in reading order, what is behind it, a line for each. */
#include "view_walk.h"

#include <string.h>

#include "str.h"
#include "viewint.h"

/* A way of a question that nobody goes. */
static bool not_gone(const struct inst *in)
{
	return in->step && in->step->kind == KIND_OPTION && !in->is_item &&
	       (in->state == STEP_PENDING ||
		(in->state == STEP_FINISHED && in->outcome == OUTCOME_NOT_APPLICABLE));
}

static size_t place_in(const struct inst *up, const struct inst *in)
{
	size_t i = 0;

	while (i < up->n_kids && up->kids[i] != in)
		i++;
	return i;
}

static const struct inst *first_below(const struct inst *in)
{
	for (size_t i = 0; i < in->n_kids; i++)
		if (!not_gone(in->kids[i]))
			return in->kids[i];
	return NULL;
}

const struct inst *view_walk_next(const struct inst *in)
{
	const struct inst *kid = first_below(in);

	if (kid)
		return kid;
	for (; in->parent; in = in->parent) {
		const struct inst *up = in->parent;

		for (size_t i = place_in(up, in) + 1; i < up->n_kids; i++)
			if (!not_gone(up->kids[i]))
				return up->kids[i];
	}
	return NULL;
}

static const struct inst *last_below(const struct inst *in)
{
	size_t i = in->n_kids;

	while (i > 0) {
		i--;
		if (!not_gone(in->kids[i]))
			return last_below(in->kids[i]);
	}
	return in;
}

const struct inst *view_walk_prev(const struct inst *in)
{
	const struct inst *up = in->parent;

	if (!up)
		return NULL;
	for (size_t i = place_in(up, in); i > 0; i--)
		if (!not_gone(up->kids[i - 1]))
			return last_below(up->kids[i - 1]);
	return up->step ? up : NULL;
}

bool view_walk_met(const struct inst *in)
{
	if (!in->step || in->is_item || in->step->kind == KIND_OPTION)
		return false;
	return !first_below(in);
}

int view_walk_depth(const struct inst *in)
{
	int n = 0;

	for (in = in->parent; in && in->step; in = in->parent)
		n++;
	return n;
}

/* How long it took, or is taking in this attempt; -1: neither. */
static int64_t span_of(const struct inst *in, int64_t now)
{
	switch (in->state) {
	case STEP_FINISHED:
		return in->began < 0 || in->ended < in->began || in->outcome == OUTCOME_SKIPPED ||
		       in->outcome == OUTCOME_NOT_APPLICABLE ? -1 : in->ended - in->began;
	case STEP_EXECUTING: case STEP_CONFIRMING: case STEP_FAILING:
		return now - in->since;
	default:
		return -1;
	}
}

void view_undo(struct buf *out, const struct inst *in)
{
	static const char *const says[] = {
		[UNDO_NONE] = "", [UNDO_PLANNED] = "  (its undo is asked)",
		[UNDO_RUNNING] = "  (being UNDONE)", [UNDO_DONE] = "  (UNDONE since)",
		[UNDO_FAILED] = "  (its undo FAILED)",
	};

	buf_adds(out, says[in->undo]);
}

void view_walk_line(struct buf *out, const struct view *v, const struct inst *in,
		    struct moment now)
{
	int64_t span;

	if (in->is_item) {
		buf_adds(out, "for ");
		view_safe(out, in->item);
	} else {
		view_step_name(out, v, in);
	}
	span = span_of(in, view_time(v, now));
	if (span >= 0) {
		buf_adds(out, "  ");
		view_span(out, span);
	}
	view_aftermath(out, in);
}

void view_aftermath(struct buf *out, const struct inst *in)
{
	if (in->state != STEP_PENDING && in->reason && *in->reason) {
		buf_adds(out, "  (");
		view_safe(out, in->reason);
		buf_addc(out, ')');
	}
	view_undo(out, in);
	if (in->stale)
		buf_adds(out, "  (an earlier step was done again after it)");
}

void view_cmd_end(struct buf *out, const struct cmd *c)
{
	switch (c->phase) {
	case CMD_INTENT:
		buf_adds(out, "running");
		break;
	case CMD_STOPPING:
		buf_adds(out, "being stopped");
		break;
	case CMD_ENDED:
		buf_addf(out, c->signaled ? "signal %d" : "exit %d", c->code);
		break;
	case CMD_NEVER: case CMD_NO_EXEC:
		buf_adds(out, "it never ran");
		break;
	case CMD_UNKNOWN:
		buf_adds(out, "its end is not known");
		break;
	}
}

/* --- what is behind -------------------------------------------------------------------------- */

enum end { END_DONE, END_ACCEPTED, END_OVERRIDDEN, END_SKIPPED, END_DEFERRED, END_FAILED, END_OPEN,
	   END_NOT_HERE, END_MAX };

static enum end end_of(const struct inst *in)
{
	static const enum end ends[OUTCOME_MAX] = {
		[OUTCOME_NONE] = END_OPEN, [OUTCOME_CONFIRMED] = END_DONE,
		[OUTCOME_ACCEPTED] = END_ACCEPTED, [OUTCOME_OVERRIDDEN] = END_OVERRIDDEN,
		[OUTCOME_SKIPPED] = END_SKIPPED, [OUTCOME_NOT_APPLICABLE] = END_NOT_HERE,
		[OUTCOME_FAILED] = END_FAILED, [OUTCOME_ABORTED] = END_FAILED,
		[OUTCOME_INTERRUPTED] = END_NOT_HERE,
	};

	if (in->state == STEP_DEFERRED)
		return END_DEFERRED;
	return in->state == STEP_FINISHED ? ends[in->outcome] : END_OPEN;
}

struct fold {
	const struct inst *until;
	size_t n[END_MAX], all;
};

static bool fold_below(const struct inst *in, struct fold *f)
{
	if (in == f->until)
		return false;
	if (view_walk_met(in)) {
		f->n[end_of(in)]++;
		f->all++;
	}
	for (size_t i = 0; i < in->n_kids; i++)
		if (!not_gone(in->kids[i]) && !fold_below(in->kids[i], f))
			return false;
	return true;
}

size_t view_walk_fold(struct buf *out, const struct view *v, const struct inst *in)
{
	static const char *const words[END_MAX] = {
		"done", "accepted", "overridden", "skipped", "deferred", "failed", "open",
		"not needed",
	};
	struct fold f = { .until = in };
	bool any = false;

	if (view_state(v)->root)
		fold_below(view_state(v)->root, &f);
	for (int e = 0; e < END_MAX; e++)
		if (f.n[e]) {
			buf_addf(out, "%s%zu %s", any ? ", " : "", f.n[e], words[e]);
			any = true;
		}
	return f.all;
}
