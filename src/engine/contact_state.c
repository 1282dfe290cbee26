/* Questions about a climb: its board, its countdown, its message. */
#include "contact_state.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fill.h"
#include "inner.h"
#include "mem.h"
#include "str.h"

bool inst_is_contact(const struct inst *in)
{
	return in->step && in->step->kind == KIND_CONTACT && in->step->contact;
}

bool inst_goes_on(const struct inst *in)
{
	return inst_is_contact(in) && in->step->goes_on;
}

bool inst_climbs_beside(const struct inst *in)
{
	return inst_goes_on(in) && in->climb &&
	       (in->state == STEP_EXECUTING || in->state == STEP_CONFIRMING ||
		in->state == STEP_DECIDING || in->state == STEP_SUSPENDED);
}

/* --- the board -------------------------------------------------------------------------------- */

static bool is_by_hand(const struct contact *c, const struct ladder_try *y)
{
	return !contact_carrier(c, y->party, y->way);
}

static bool in_the_air(const struct inst *in, int try_no)
{
	const struct ladder_try *y;

	return in->climb->sending && (size_t)try_no < ladder_tries(in->climb->ladder, &y) &&
	       y[try_no].result == LADDER_BEGUN && !is_by_hand(in->step->contact, &y[try_no]);
}

static void fill_row(const struct inst *in, int party, int way, struct contact_row *r)
{
	const struct contact *c = in->step->contact;
	const struct ladder_party *p = in->climb ? ladder_party(in->climb->ladder, party) : NULL;
	const struct ladder_try *tries;

	*r = (struct contact_row){ .party = party, .who = contact_party(c, party), .since = -1,
				   .way = contact_way(c, party, way) };
	if (!p)
		return;
	r->standing = p->standing;
	r->tries = p->tries;
	if (p->standing != LADDER_QUEUED)
		r->since = p->since;
	if (p->last_try == LADDER_NONE)
		return;
	ladder_tries(in->climb->ladder, &tries);
	r->last = &tries[p->last_try];
	r->way = contact_way(c, party, r->last->way);
	r->sending = in_the_air(in, p->last_try);
	r->to_make = r->last->result <= LADDER_BEGUN && is_by_hand(c, r->last) &&
		     in->state != STEP_FINISHED && in->state != STEP_SUSPENDED;
}

size_t contact_rows(const struct inst *in, struct contact_row *ret, size_t max)
{
	const struct contact *c = in->step ? in->step->contact : NULL;
	size_t n = 0;
	bool *met;

	if (!inst_is_contact(in))
		return 0;
	met = mem_alloc((c->n_parties + 1) * sizeof *met);
	for (size_t k = 0; k < c->plan->n_rungs; k++)
		for (size_t i = 0; i < c->plan->rungs[k].n; i++) {
			const struct ladder_target *t = &c->plan->rungs[k].targets[i];

			if (met[t->party])
				continue;
			met[t->party] = true;
			if (n < max)
				fill_row(in, t->party, t->way, &ret[n]);
			n++;
		}
	for (size_t i = 0; in->climb && i < c->n_parties; i++) {
		if (met[i] || ladder_party(in->climb->ladder, (int)i)->standing == LADDER_QUEUED)
			continue;
		if (n < max)
			fill_row(in, (int)i, 0, &ret[n]);
		n++;
	}
	free(met);
	return n;
}

int64_t contact_ago(const struct state *s, const struct inst *in, struct moment now, int64_t at)
{
	int64_t ms = state_time(s, now) / CLOCK_MS;
	int64_t time = in->climb ? ladder_time(in->climb->ladder, ms) : at;

	return time > at ? time - at : 0;
}

bool contact_now(const struct state *s, const struct inst *in, struct moment now,
		 struct contact_now *ret)
{
	struct ladder_step next;

	if (!inst_is_contact(in) || !in->climb)
		return false;
	next = ladder_next(in->climb->ladder, NULL, state_time(s, now) / CLOCK_MS);
	*ret = (struct contact_now){ next.what, next.party, next.way, next.round, false, 0 };
	switch (next.what) {
	case LADDER_DO_WAIT: case LADDER_DO_WAIT_ANSWER: case LADDER_DO_WAIT_ROUND:
	case LADDER_DO_WAIT_JOIN:
		ret->has_left = true;
		ret->left_ms = next.in_ms > 0 ? next.in_ms : 0;
		break;
	default:
		break;
	}
	return true;
}

/* --- words ------------------------------------------------------------------------------------ */

static void fill(struct buf *out, const struct state *s, const struct inst *in, const char *text)
{
	struct binding *b = NULL;
	size_t n = state_bindings(s, in, &b);

	if (s->mode == MODE_DRILL)
		buf_adds(out, CONTACT_DRILL);
	if (fill_text(out, text, b, n, NULL))
		buf_adds(out, text);
	free(b);
}

void contact_fill_message(struct buf *out, const struct state *s, const struct inst *in)
{
	fill(out, s, in, in->step->contact->message);
}

void contact_fill_subject(struct buf *out, const struct state *s, const struct inst *in)
{
	const char *text = in->step->contact->subject;

	fill(out, s, in, text ? text : in->step->title);
}

void contact_message(struct buf *out, const struct state *s, const struct inst *in)
{
	if (!inst_is_contact(in))
		return;
	if (in->climb && in->state != STEP_WAITING && in->state != STEP_BLOCKED) {
		buf_addf(out, "%s\n%s", in->climb->subject, in->climb->message);
		return;
	}
	contact_fill_subject(out, s, in);
	buf_addc(out, '\n');
	contact_fill_message(out, s, in);
}

const char *contact_question(const struct inst *in)
{
	const struct contact *c = in->step ? in->step->contact : NULL;
	int q = in->climb ? in->climb->question : LADDER_NONE;

	if (!c || q == LADDER_NONE)
		return NULL;
	if ((size_t)q < c->n_questions)
		return c->questions[q];
	q -= (int)c->n_questions;
	return (size_t)q < c->n_rungs ? c->conditions[q] : NULL;
}

int contact_severity_now(const struct state *s, const struct inst *in)
{
	const char *name = in->step->severity ? in->step->severity : "severity";
	struct binding *b = NULL;
	size_t n = state_bindings(s, in, &b);
	const struct value *v = binding_find(b, n, name);
	int severity = v && v->known && !v->secret ? contact_severity(in->step->contact, v->text)
						   : LADDER_NONE;

	free(b);
	return severity;
}
