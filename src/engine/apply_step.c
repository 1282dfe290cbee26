/* The fold of a step's change of state, and what hangs on it: the active list, the counters, the
 * place of its group. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "str.h"

/* --- active list, counters ------------------------------------------------------------------- */

static bool is_active(enum step_state st)
{
	return st != STEP_PENDING && st != STEP_FINISHED;
}

void fold_active(struct state *s, struct inst *in, bool was, bool now)
{
	if (was == now)
		return;
	if (now) {
		if (s->n_active == s->cap_active) {
			s->cap_active = s->cap_active ? 2 * s->cap_active : 32;
			s->active = mem_grow(s->active, s->cap_active, sizeof *s->active);
		}
		s->active[s->n_active++] = in;
		return;
	}
	for (size_t i = 0; i < s->n_active; i++)
		if (s->active[i] == in) {
			memmove(s->active + i, s->active + i + 1,
				(s->n_active - i - 1) * sizeof *s->active);
			s->n_active--;
			return;
		}
}

static size_t *counter(struct state *s, const struct inst *in)
{
	if (inst_is_group(in))
		return NULL;
	if (in->state == STEP_DEFERRED)
		return &s->deferred;
	if (in->state != STEP_FINISHED)
		return NULL;
	switch (in->outcome) {
	case OUTCOME_SKIPPED:
	case OUTCOME_NOT_APPLICABLE:
	case OUTCOME_INTERRUPTED:
		return &s->skipped;
	case OUTCOME_FAILED:
	case OUTCOME_ABORTED:
		return &s->failed;
	default:
		return &s->done;
	}
}

static void count(struct state *s, const struct inst *in, int by)
{
	size_t *c = counter(s, in);

	if (c)
		*c += (size_t)by;
}

static bool is_behind(const struct inst *in)
{
	return in->state == STEP_FINISHED || in->state == STEP_DEFERRED;
}

static void move_cursor(struct inst *group, const struct inst *kid)
{
	bool is_at = group->cursor < group->n_kids && group->kids[group->cursor] == kid;

	if (!is_behind(kid)) {
		/* back to one that was behind; the usual case needs no search */
		for (size_t i = 0; kid->state == STEP_WAITING && !is_at && i < group->cursor; i++)
			if (group->kids[i] == kid)
				group->cursor = i;
		return;
	}
	while (group->cursor < group->n_kids && is_behind(group->kids[group->cursor]))
		group->cursor++;
}

/* --- a step's state -------------------------------------------------------------------------- */

static void enter_waiting(struct inst *in, const struct json *b)
{
	in->go = json_bool(b, "go", false);
	in->covers = false;
	in->wrong_names = 0;
	in->digests_open = in->uses_ok = 0;
	in->repairing = false;
	in->leaving = false;
	in->next_look = in->give_up = in->retry_at = in->holds_since = -1;
	in->overridden_block = json_bool(b, "override", false);
	if (in->overridden_block) {
		in->looked = true;
		in->when = TRI_TRUE;
	} else if (!json_bool(b, "keep_when", false)) {
		in->looked = false;
		in->when = TRI_TRUE;
	}
}

static void enter_executing(struct fold *f, struct inst *in)
{
	if (f->ev->attempt > in->attempt) {
		in->attempt = f->ev->attempt;
		in->looks = 0;
		in->holds_since = -1;
		in->late = false;
		in->stale = false;
		in->repairing = false;
		in->digests_open = in->step ? in->step->n_produces : 0;
		fold_text(&in->reading, NULL);
		fold_text(&in->lines, NULL);
	}
	if (in->began < 0)
		in->began = f->t;
	in->next_look = json_int(f->b, "next_look", -1);
	in->give_up = json_int(f->b, "give_up", -1);
	in->repairing = json_bool(f->b, "repair", in->repairing);
	if (json_bool(f->b, "leaving", false))
		in->leaving = true;
	if (json_bool(f->b, "covers", false))
		in->covers = true;
}

static void set_targets(struct inst *in, const struct json *names)
{
	for (size_t i = 0; i < in->n_targets; i++)
		free(in->targets[i]);
	in->n_targets = json_len(names);
	in->targets = mem_grow(in->targets, in->n_targets + 1, sizeof *in->targets);
	for (size_t i = 0; i < in->n_targets; i++)
		in->targets[i] = mem_dup(json_text(json_at(names, i)));
}

/* A finished step was opened again: what came after it in its sequence waits behind it once more.
 */
static void reopen_behind(struct fold *f, struct inst *in)
{
	struct inst *up = in->parent;
	bool after = false;

	for (struct inst *g = up; g && g->state == STEP_FINISHED; g = g->parent) {
		fold_active(f->s, g, false, true);
		g->state = STEP_EXECUTING;
		g->outcome = OUTCOME_NONE;
		g->leaving = false;
	}
	for (size_t i = 0; up && i < up->n_kids; i++) {
		struct inst *k = up->kids[i];

		if (k == in)
			after = true;
		else if (after && k->state == STEP_FINISHED)
			k->stale = true;
	}
}

static void enter_finished(struct fold *f, struct inst *in)
{
	in->ended = f->t;
	in->next_look = in->give_up = in->retry_at = -1;
	in->jumped = json_bool(f->b, "jumped", false);
	in->leaving = false;
	free(in->lines);
	in->lines = NULL;
}

static void reach_end(struct fold *f, const struct inst *in, int outcome)
{
	struct inst *call = inst_call(in);
	bool goes_on = outcome == OUTCOME_ACCEPTED || outcome == OUTCOME_OVERRIDDEN;

	if (call && (outcome == OUTCOME_CONFIRMED || goes_on)) {
		call->over = call->leaving = true;
	} else if (!call && outcome == OUTCOME_CONFIRMED) {
		fold_text(&f->s->end_text, json_str(f->b, "verdict"));
		f->s->success = in->step->success;
	}
}

int apply_step(struct fold *f)
{
	struct inst *in = f->in;
	int from = word_from(WORDS_STATE, json_str(f->b, "from"));
	int to = word_from(WORDS_STATE, json_str(f->b, "to"));
	int outcome = word_from(WORDS_OUTCOME, json_str(f->b, "outcome"));
	int failure = word_from(WORDS_FAILURE, json_str(f->b, "failure"));
	const char *reason = json_str(f->b, "reason"), *problem = json_str(f->b, "problem");
	enum step_state was = in->state;

	if (from != (int)was || to < 0 || !table_moves[from][to])
		return fold_bad(f, "no such change of state");
	count(f->s, in, -1);
	if (was == STEP_FINISHED && to == STEP_WAITING)
		reopen_behind(f, in);
	if (was == STEP_FINISHED && in->step->kind == KIND_END && inst_call(in))
		inst_call(in)->over = false;
	in->from_state = to == STEP_SUSPENDED ? was : in->from_state;
	in->state = to;
	in->outcome = to == STEP_FINISHED && outcome > 0 ? outcome : OUTCOME_NONE;
	in->failure = failure > 0 ? failure : to == STEP_FINISHED ? in->failure : FAILURE_NONE;
	in->prompt = json_bool(f->b, "asks", false) ? f->ev->seq : 0;
	in->since = f->t;
	in->asked = false;
	in->by = f->ev->actor;
	fold_text(&in->reason, reason);
	fold_text(&in->problem, problem);
	if (json_str(f->b, "target"))
		fold_text(&in->target, json_str(f->b, "target"));
	if (json_get(f->b, "targets"))
		set_targets(in, json_get(f->b, "targets"));
	if (to == STEP_WAITING && was != STEP_WAITING) {
		in->fresh = was == STEP_PENDING;
		enter_waiting(in, f->b);
	}
	if (to == STEP_EXECUTING)
		enter_executing(f, in);
	if (to == STEP_CONFIRMING) {
		in->holds_since = -1;
		in->next_look = json_int(f->b, "next_look", -1);
		in->give_up = json_int(f->b, "give_up", -1);
	}
	if (to == STEP_DECIDING) {
		in->retry_at = json_int(f->b, "retry_at", -1);
		in->tries_left = (int)json_int(f->b, "tries_left", in->tries_left);
		in->next_look = in->give_up = -1;
	}
	if (to == STEP_HOLD)
		in->wrong_names = (int)json_int(f->b, "wrong_names", 0);
	if (to == STEP_FINISHED)
		enter_finished(f, in);
	ward_moved(f, in, was);
	drill_moved(f, in);
	fold_active(f->s, in, is_active(was), is_active(to));
	count(f->s, in, 1);
	if (in->parent)
		move_cursor(in->parent, in);
	if (in == f->s->root) {
		f->s->stopped = json_bool(f->b, "stopped", f->s->stopped);
		f->s->phase = to == STEP_DECIDING ? RUN_CLOSING : RUN_OPEN;
		f->s->prompt = in->prompt;
	} else if (in->step->kind == KIND_END && to == STEP_FINISHED) {
		reach_end(f, in, outcome);
	}
	return 0;
}
