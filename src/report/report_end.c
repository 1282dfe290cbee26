/* The run as its last row left it: figures, steps, what is owed; and beside earlier ones. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "mem.h"
#include "reportint.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"
#include "word.h"

static char *keep(const struct report *r, const char *s)
{
	return s ? report_keep_raw(r, s, strlen(s), false) : NULL;
}

static int64_t ms_of(int64_t ns)
{
	return ns < 0 ? -1 : ns / CLOCK_MS;
}

/* Groups are their steps. Those of a way that was left again count where they were met. */
static bool is_told(const struct report *r, const struct inst *in)
{
	const struct report_inst *t;

	if (!in->step || in->is_item || in->order >= r->n_insts)
		return false;
	t = &r->insts[in->order];
	return t->walked || (t->first_seq && !step_has_children(in->step) &&
			     in->state != STEP_PENDING);
}

/* Of the innermost `each` around it. */
static const char *item_of(const struct inst *in)
{
	while (in && !in->is_item)
		in = in->parent;
	return in ? in->item : NULL;
}

static void add_step(struct report *r, const struct view *v, const struct inst *in)
{
	const struct report_inst *t = &r->insts[in->order];
	struct report_step *to = &r->steps[r->n_steps++];
	struct buf name = BUF_INIT;

	view_step_name(&name, v, in);
	*to = (struct report_step){
		.key = keep(r, in->key), .name = report_keep(r, buf_str(&name)),
		.reason = keep(r, in->reason), .mark = view_mark(in),
		.state = word_of(WORDS_STATE, in->state),
		.outcome = in->state == STEP_FINISHED ? word_of(WORDS_OUTCOME, in->outcome) : NULL,
		.attempts = in->attempt, .first_seq = t->first_seq, .last_seq = t->last_seq,
		.began_ms = ms_of(in->began),
		.ended_ms = in->state == STEP_FINISHED ? ms_of(in->ended) : -1,
		.times = t->times, .spans = t->spans, .item = keep(r, item_of(in)),
	};
	buf_release(&name);
}

static void add_steps(struct report *r, const struct view *v)
{
	const struct state *s = view_state(v);

	r->steps = mem_grow(NULL, s->n_insts + 1, sizeof *r->steps);
	for (const struct inst *in = view_walk_next(s->root); in; in = view_walk_next(in))
		if (in->order < r->n_insts)
			r->insts[in->order].walked = view_walk_met(in);
	for (const struct inst *in = s->root; in; in = inst_next(in))
		if (is_told(r, in))
			add_step(r, v, in);
}

static void add_debts(struct report *r, const struct state *s)
{
	r->debts = mem_grow(NULL, s->n_debts + 1, sizeof *r->debts);
	for (size_t i = 0; i < s->n_debts; i++) {
		const struct debt *d = &s->debts[i];

		if (d->paid || d->voided)
			continue;
		r->debts[r->n_debts++] = (struct report_debt){
			keep(r, d->key), keep(r, d->command), d->seq, d->failed };
	}
}

static void add_figures(struct report *r, const struct view *v)
{
	const struct state *s = view_state(v);
	struct view_figures f;

	view_figures(v, s->last, &f);
	r->elapsed_ms = f.elapsed_ms;
	r->has_rto = f.has_rto;
	r->rto_ms = s->rto_ms;
	r->rpo_ms = s->book ? s->book->rpo_ms : 0;
	r->done = f.done;
	r->skipped = f.skipped;
	r->deferred = f.deferred;
	r->failed = f.failed;
	r->of = f.of;
}

void report_end(struct report *r, const struct view *v)
{
	const struct state *s = view_state(v);

	r->ended = true;
	r->run = keep(r, s->run);
	r->title = keep(r, s->title);
	r->cwd = keep(r, s->cwd);
	r->book = s->book ? keep(r, s->book->path) : NULL;
	r->digest = s->book && s->book->n_files ? keep(r, s->book->files[0].sha256) : NULL;
	r->drill = s->mode == MODE_DRILL;
	r->closed = s->phase == RUN_CLOSED;
	r->verdict = r->closed ? keep(r, s->verdict) : NULL;
	r->success = view_recovered(v);
	r->opened = s->opened.wall;
	r->last_wall = s->last.wall;
	r->events = s->seq;
	if (r->n_rows)
		r->opened_by = mem_dup(r->rows[0].actor);
	if (r->closed && r->n_rows) {
		r->closed_seq = r->rows[r->n_rows - 1].seq;
		r->closed_by = mem_dup(r->rows[r->n_rows - 1].actor);
	}
	if (s->book)
		report_book_review(r, s->book);
	if (!s->root)
		return;
	add_figures(r, v);
	add_steps(r, v);
	add_debts(r, s);
	report_change_end(r, s);
	report_find_restored(r, s);
	report_score(r, s);
	r->scenario = NULL;
}

void report_integrity(struct report *r, bool whole, const char *text)
{
	r->looked = true;
	r->whole = whole;
	free(r->integrity);
	r->integrity = keep(r, text);
}

void report_kept(struct report *r, const char *held, const char *pruned)
{
	free(r->held);
	free(r->pruned);
	r->held = keep(r, held);
	r->pruned = keep(r, pruned);
}

/* --- questions of the formats ----------------------------------------------------------------- */

const char *report_mode(const struct report *r)
{
	return r->drill ? "DRILL" : "REAL";
}

const struct report_row *report_first(const struct report *r, unsigned in)
{
	for (size_t i = 0; i < r->n_rows; i++)
		if (r->rows[i].in & in)
			return &r->rows[i];
	return NULL;
}

size_t report_count(const struct report *r, unsigned in)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_rows; i++)
		n += (r->rows[i].in & in) != 0;
	return n;
}

const char *report_rto(const struct report *r)
{
	if (!r->has_rto)
		return NULL;
	if (r->elapsed_ms > r->rto_ms)
		return "NOT MET";
	return r->success ? "met" : r->closed ? "not reached: the run did not recover" : "open";
}

bool report_is_of_command(enum event_kind kind)
{
	return kind == EV_CMD_INTENT || kind == EV_CMD_ENDED || kind == EV_CMD_LOST ||
	       kind == EV_STOP;
}
