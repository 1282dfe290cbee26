/* Whose time it was: the machine's while a command runs, a person's while something is asked, else
 * it is waited for something else. */
#include <string.h>

#include "contact_state.h"
#include "mem.h"
#include "reportint.h"

static bool runs(const struct cmd *c)
{
	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

/* In a drill whose commands are not run: it waits for somebody to say what it comes to. */
static const struct drill_play *asked(const struct state *s, const struct cmd *c)
{
	const struct drill_play *play = runs(c) ? state_play(s, c->token) : NULL;

	return play && play->asked && !play->answered ? play : NULL;
}

static enum report_class class_of_cmd(const struct state *s, const struct cmd *c)
{
	const struct drill_play *play = asked(s, c);

	if (play)
		return play->of == DRILL_BY_OPERATOR ? CLASS_THINKING : CLASS_WAITING;
	return runs(c) ? CLASS_MACHINE : CLASS_NONE;
}

static size_t count_asked(const struct state *s, const struct inst *in)
{
	return !!asked(s, in->cmd) + !!asked(s, in->undo_cmd) +
	       (in->guard && asked(s, in->guard->cmd));
}

/* A group that asks counts as a step does; one that does not is only what lies in it. */
static enum report_class class_of(const struct state *s, const struct inst *in)
{
	if (!in->step || in->is_item || (step_has_children(in->step) && !in->prompt))
		return CLASS_NONE;
	if (runs(in->cmd) || runs(in->undo_cmd))
		return class_of_cmd(s, runs(in->cmd) ? in->cmd : in->undo_cmd);
	if (inst_awaits_approval(in) || inst_is_contact(in) ||
	    (in->state == STEP_DECIDING && in->retry_at >= 0))
		return in->state == STEP_WAITING || in->state == STEP_HOLD ? CLASS_THINKING
									   : CLASS_WAITING;
	if (in->prompt || s->paused || in->state == STEP_SUSPENDED)
		return CLASS_THINKING;
	if (in->state == STEP_EXECUTING && step_is_manual(in->step))
		return CLASS_THINKING;
	return in->state == STEP_DEFERRED ? CLASS_NONE : CLASS_WAITING;
}

static void grow_insts(struct report *r, const struct state *s)
{
	if (s->n_insts <= r->n_insts)
		return;
	r->insts = mem_grow(r->insts, s->cap_insts, sizeof *r->insts);
	memset(r->insts + r->n_insts, 0, (s->cap_insts - r->n_insts) * sizeof *r->insts);
	r->n_insts = s->cap_insts;
}

static void count_runs(struct report *r, const struct event *ev)
{
	if (ev->kind == EV_CMD_INTENT)
		r->running++;
	else if ((ev->kind == EV_CMD_ENDED || ev->kind == EV_CMD_LOST) && r->running > 0)
		r->running--;
}

/* What goes on until the next row. */
static void look(struct report *r, const struct view *v)
{
	const struct state *s = view_state(v);
	bool thinking = s->prompt || s->paused, waiting = s->phase != RUN_CLOSED;
	size_t of_people = 0; /* of the commands that run */

	r->n_timed = 0;
	if (s->n_active > r->cap_timed) {
		r->cap_timed = s->cap_active;
		r->timed = mem_grow(r->timed, r->cap_timed, sizeof *r->timed);
	}
	for (size_t i = 0; i < s->n_active && waiting; i++) {
		const struct inst *in = s->active[i];
		enum report_class c = class_of(s, in);

		of_people += s->mode == MODE_DRILL ? count_asked(s, in) : 0;
		if (c == CLASS_NONE)
			continue;
		r->insts[in->order].class = c;
		r->timed[r->n_timed++] = in->order;
		thinking = thinking || c == CLASS_THINKING;
	}
	report_spans_seat(r, v, waiting && thinking);
	r->class = !waiting ? CLASS_NONE : (size_t)r->running > of_people ? CLASS_MACHINE
		 : thinking ? CLASS_THINKING : CLASS_WAITING;
}

void report_book(struct report *r, const struct view *v, const struct event *ev)
{
	const struct state *s = view_state(v);
	int64_t now = state_time(s, s->last), d = now - r->last;
	struct inst *in = state_inst(s, ev->step);

	if (d > 0) {
		r->times.ns[r->class] += d;
		for (size_t i = 0; i < r->n_timed; i++) {
			struct report_inst *t = &r->insts[r->timed[i]];

			t->times.ns[t->class] += d;
		}
		report_spans_pass(r, now);
		r->last = now;
	}
	grow_insts(r, s);
	count_runs(r, ev);
	if (in && ev->kind == EV_STEP) {
		struct report_inst *t = &r->insts[in->order];

		if (!t->first_seq)
			t->first_seq = ev->seq;
		t->last_seq = ev->seq;
	}
	look(r, v);
}
