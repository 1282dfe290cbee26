/* What became of a run: the verdict, the time against the objective, what is left open. */
#include <string.h>

#include "clock.h"
#include "str.h"
#include "view_walk.h"
#include "viewint.h"

static void add_time(struct buf *out, const struct state *s, int64_t took_ms)
{
	buf_adds(out, s->success ? "time to recover: " : "time spent: ");
	view_ms(out, took_ms / 1000 * 1000);
	if (s->rto_ms) {
		buf_adds(out, ", objective ");
		view_ms(out, s->rto_ms);
		buf_adds(out, took_ms > s->rto_ms ? ": NOT MET" : s->success ? ": met" : "");
	}
	buf_addc(out, '\n');
}

static void add_left(struct buf *out, const struct view *v, const struct inst *in)
{
	bool show = false;

	if (view_is_leaf(in))
		show = in->state == STEP_DEFERRED ||
		       (in->state == STEP_FINISHED &&
			(in->outcome == OUTCOME_FAILED || in->outcome == OUTCOME_ABORTED ||
			 in->outcome == OUTCOME_SKIPPED || in->outcome == OUTCOME_OVERRIDDEN ||
			 in->outcome == OUTCOME_ACCEPTED) && !in->jumped);
	if (show) {
		buf_addf(out, "%s ", view_mark(in));
		view_step_name(out, v, in);
		if (in->reason && *in->reason) {
			buf_adds(out, ": ");
			view_safe(out, in->reason);
		}
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < in->n_kids; i++)
		add_left(out, v, in->kids[i]);
}

void view_end_text(struct buf *out, const struct view *v)
{
	const struct state *s = view_state(v);
	const struct inst *end = NULL;

	for (size_t i = 0; s->end_text && i < s->n_insts; i++)
		if (s->insts[i]->step && s->insts[i]->step->kind == KIND_END &&
		    s->insts[i]->state == STEP_FINISHED &&
		    s->insts[i]->outcome == OUTCOME_CONFIRMED)
			end = s->insts[i];
	if (end && end->step->text.s)
		view_fill(out, v, end, end->step->text.s, true);
	else
		view_safe(out, s->end_text);
}

void view_left_open(struct buf *out, const struct view *v)
{
	size_t before;

	if (!view_state(v)->root)
		return;
	add_left(out, v, view_state(v)->root);
	before = out->len;
	view_owed(out, v);
	if (out->len > before)
		buf_addc(out, '\n');
}

void view_ending(struct buf *out, const struct view *v)
{
	const struct state *s = view_state(v);
	struct view_figures f;

	if (s->phase != RUN_CLOSED) {
		buf_adds(out, "the run is open\n");
		return;
	}
	view_figures(v, s->last, &f);
	buf_adds(out, "verdict: ");
	view_safe(out, s->verdict);
	buf_addf(out, " (%s, %s)\n", s->success ? "recovered" : "not recovered",
		 s->mode == MODE_DRILL ? "drill" : "real");
	add_time(out, s, f.elapsed_ms);
	buf_addf(out, "steps: %zu done, %zu skipped, %zu deferred, %zu failed, of %zu\n", f.done,
		 f.skipped, f.deferred, f.failed, f.of);
	view_left_open(out, v);
}

bool view_recovered(const struct view *v)
{
	const struct state *s = view_state(v);

	return s->phase == RUN_CLOSED && s->success;
}
