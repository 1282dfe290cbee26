/* Where a run is: the figures of its head line, what is still down. */
#include <string.h>

#include "clock.h"
#include "contact_state.h"
#include "str.h"
#include "view_update.h"
#include "viewint.h"

bool view_is_leaf(const struct inst *in)
{
	return in->step && !in->is_item && !step_has_children(in->step);
}

int64_t view_time(const struct view *v, struct moment now)
{
	const struct state *s = view_state(v);
	int64_t t = state_time(s, now), last = state_time(s, s->last);

	return s->phase == RUN_CLOSED || t < last ? last : t;
}

/* The step that a person is at: what asks first, else what works first. */
static const struct inst *at_now(const struct state *s)
{
	const struct inst *works = NULL, *beside = NULL;

	for (size_t i = 0; i < s->n_active; i++) {
		const struct inst *in = s->active[i];

		if (!in->step)
			continue;
		if (inst_climbs_beside(in)) {
			beside = in;
			continue;
		}
		if (in->prompt && in->state != STEP_DEFERRED)
			return in;
		if (!works && view_is_leaf(in) && in->state != STEP_DEFERRED)
			works = in;
	}
	return works ? works : beside;
}

static void count_place(const struct inst *in, struct view_figures *f)
{
	if (in == f->now)
		f->place = f->of + 1;
	if (view_is_leaf(in))
		f->of++;
	for (size_t i = 0; i < in->n_kids; i++)
		count_place(in->kids[i], f);
}

void view_figures(const struct view *v, struct moment now, struct view_figures *ret)
{
	const struct state *s = view_state(v);
	struct view_figures f = {
		.mode = s->mode == MODE_DRILL ? "DRILL" : "REAL",
		.done = s->done, .skipped = s->skipped, .deferred = s->deferred,
		.failed = s->failed, .has_rto = s->rto_ms > 0,
	};

	f.elapsed_ms = s->root ? view_time(v, now) / CLOCK_MS : 0;
	f.left_ms = s->rto_ms - f.elapsed_ms;
	for (size_t i = 0; i < s->n_debts; i++)
		f.owed += !s->debts[i].paid && !s->debts[i].voided;
	for (size_t i = 0; i < s->n_cmds; i++)
		f.running += s->cmds[i]->phase == CMD_INTENT || s->cmds[i]->phase == CMD_STOPPING;
	if (s->phase == RUN_OPEN)
		f.now = at_now(s);
	if (s->root)
		count_place(s->root, &f);
	*ret = f;
}

static void add_count(struct buf *out, size_t n, const char *word, bool always)
{
	if (n || always)
		buf_addf(out, ", %zu %s", n, word);
}

void view_header(struct buf *out, const struct view *v, struct moment now)
{
	const struct state *s = view_state(v);
	struct view_update u;
	struct view_figures f;

	view_figures(v, now, &f);
	buf_addf(out, "%s ", f.mode);
	view_safe(out, s->title);
	buf_adds(out, " | elapsed ");
	str_stopwatch(out, f.elapsed_ms);
	if (f.has_rto) {
		buf_adds(out, f.left_ms < 0 ? ", OVER the objective of " : ", ");
		if (f.left_ms >= 0) {
			str_stopwatch(out, f.left_ms);
			buf_adds(out, " left of ");
		}
		view_ms(out, s->rto_ms);
		if (f.left_ms < 0) {
			buf_adds(out, " by ");
			str_stopwatch(out, -f.left_ms);
		}
	}
	buf_adds(out, " | ");
	if (f.place)
		buf_addf(out, "step %zu of %zu", f.place, f.of);
	else
		buf_addf(out, "%zu steps", f.of);
	add_count(out, f.done, "done", true);
	add_count(out, f.skipped, "skipped", false);
	add_count(out, f.deferred, "deferred", false);
	add_count(out, f.failed, "failed", false);
	add_count(out, f.owed, "still down", false);
	if (view_update(v, now, &u)) {
		buf_adds(out, " | ");
		view_update_line(out, &u);
	}
	if (s->paused)
		buf_adds(out, " | PAUSED");
	if (s->phase == RUN_CLOSED)
		buf_adds(out, " | CLOSED");
}

void view_owed(struct buf *out, const struct view *v)
{
	const struct state *s = view_state(v);
	bool any = false;

	for (size_t i = 0; i < s->n_debts; i++) {
		const struct debt *d = &s->debts[i];

		if (d->paid || d->voided)
			continue;
		buf_adds(out, any ? ", " : "still down: ");
		view_safe(out, d->key);
		if (d->failed)
			buf_adds(out, " (the last try to bring it back failed)");
		any = true;
	}
}

static void add_caution(struct buf *out, const struct view *v, const struct inst *in)
{
	buf_adds(out, "CAUTION: ");
	view_fill(out, v, in, in->step->text.s, false);
	buf_addc(out, '\n');
}

void view_cautions(struct buf *out, const struct view *v)
{
	const struct state *s = view_state(v);

	for (size_t i = 0; s->phase == RUN_OPEN && i < s->n_insts; i++)
		if (state_caution(s->insts[i]))
			add_caution(out, v, s->insts[i]);
}
