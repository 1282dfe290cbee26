/* What comes next in a climb. Changes nothing: the same state, world and time, the same answer. */
#include "ladderint.h"

static bool waits(const struct ladder_try *y)
{
	return y->result < LADDER_REPLIED;
}

/* --- is it enough? ---------------------------------------------------------------------------- */

static bool has_answered(const struct ladder_party *p)
{
	return p->joined || p->standing == LADDER_ACKED || p->standing == LADDER_RELEASED;
}

static bool reached(const struct ladder *l, int *ret_party)
{
	for (size_t i = 0; i < l->plan->n_parties; i++) {
		const struct ladder_party *p = &l->parties[i];

		*ret_party = (int)i;
		if (p->joined && p->standing != LADDER_REFUSING)
			return true;
		if (l->goal != LADDER_JOINED && p->standing != LADDER_REFUSING && has_answered(p))
			return true;
	}
	for (size_t i = 0; l->goal == LADDER_TOLD && i < l->n_tries; i++) {
		const struct ladder_try *y = &l->tries[i];

		*ret_party = y->party;
		if (y->result >= LADDER_SENT && y->result <= LADDER_REPLIED)
			return true;
	}
	return false;
}

/* The answer that is good for the longest time, and the one that ran out first. */
static int64_t answers(const struct ladder *l, int64_t time, int *ret_good, int *ret_out)
{
	int64_t most = 0;

	*ret_good = *ret_out = LADDER_NONE;
	for (size_t i = 0; i < l->plan->n_parties; i++) {
		const struct ladder_party *p = &l->parties[i];
		int64_t left = p->since + l->plan->ack_expires_ms - time;

		if (p->standing != LADDER_ACKED)
			continue;
		if (left > most) {
			most = left;
			*ret_good = (int)i;
		} else if (left <= 0 && (*ret_out == LADDER_NONE ||
					 p->since < l->parties[*ret_out].since)) {
			*ret_out = (int)i;
		}
	}
	return most;
}

/* The same person the same way, once more. */
static struct ladder_step once_more(const struct ladder *l, int party)
{
	struct ladder_step s = { .what = LADDER_DO_TRY, .rung = l->rung, .round = l->round,
				 .party = party, .way = LADDER_NONE, .again = true,
				 .question = LADDER_NONE };
	int last = l->parties[party].last_try;

	if (last != LADDER_NONE) {
		s.rung = l->tries[last].rung;
		s.way = l->tries[last].way;
		return s;
	}
	for (size_t k = 0; k < l->plan->n_rungs; k++)
		for (size_t i = 0; i < l->plan->rungs[k].n; i++)
			if (l->plan->rungs[k].targets[i].party == party) {
				s.rung = (int)k;
				s.way = l->plan->rungs[k].targets[i].way;
				return s;
			}
	return s;
}

/* --- the next rung ---------------------------------------------------------------------------- */

static bool untried(const struct ladder *l, int rung, size_t i, int round)
{
	const struct ladder_mark *m = &l->marks[l->first[rung] + i];
	int party = l->plan->rungs[rung].targets[i].party;
	enum ladder_standing s = l->parties[party].standing;

	return m->round != round && !m->wrong && s != LADDER_REFUSING && s != LADDER_RELEASED;
}

/* Index of the target of this rung to be tried next, LADDER_NONE for none. Somebody who was begun
 * with is tried by all ways before the next person. */
static int pick(const struct ladder *l, const struct ladder_world *w, int rung, int round)
{
	const struct ladder_rung *r = &l->plan->rungs[rung];
	const struct ladder_try *y = l->current == LADDER_NONE ? NULL : &l->tries[l->current];
	enum ladder_presence best = LADDER_ASLEEP;
	int found = LADDER_NONE;

	for (size_t i = 0; y && y->rung == rung && y->round == round && i < r->n; i++)
		if (r->targets[i].party == y->party && untried(l, rung, i, round))
			return (int)i;
	for (size_t i = 0; i < r->n; i++) {
		enum ladder_presence p = LADDER_PRESENCE_UNKNOWN;

		if (!untried(l, rung, i, round))
			continue;
		if (r->awake_first && w->presence)
			p = w->presence(w->ctx, r->targets[i].party);
		if (found == LADDER_NONE || p < best) {
			found = (int)i;
			best = p;
		}
	}
	return found;
}

enum gate { GATE_OPEN, GATE_SHUT, GATE_ASK, GATE_WAIT };

/* What an answer of the operator does to a rung; `silence`: what none at all does in the end. */
static enum gate asked(const struct ladder *l, int rung, int question, enum gate yes, enum gate no,
		       enum gate silence, int64_t time, int64_t *ret_left)
{
	const struct ladder_open *q = &l->questions[question];

	switch (q->state) {
	case LADDER_UNASKED:
		return GATE_ASK;
	case LADDER_ASKED:
		*ret_left = q->since + ladder_wait_ms(l, rung) - time;
		return *ret_left > 0 ? GATE_WAIT : silence;
	case LADDER_YES:
		return yes;
	case LADDER_NO:
		break;
	}
	return no;
}

static enum gate gate_of(const struct ladder *l, const struct ladder_world *w, int rung, int round,
			 int64_t time, struct ladder_step *s)
{
	const struct ladder_rung *r = &l->plan->rungs[rung];
	enum ladder_holds holds = LADDER_HOLDS;
	enum gate g = GATE_OPEN;

	if (r->conditional)
		holds = w->holds ? w->holds(w->ctx, (size_t)rung, round) : LADDER_HOLDS_UNKNOWN;
	if (holds == LADDER_HOLDS_NOT)
		return GATE_SHUT;
	if (holds == LADDER_HOLDS_UNKNOWN) {
		s->question = ladder_when_question(l, rung);
		g = asked(l, rung, s->question, GATE_OPEN, GATE_SHUT, GATE_SHUT, time, &s->in_ms);
	}
	if (g == GATE_OPEN && r->question != LADDER_NONE) {
		s->question = r->question;
		g = asked(l, rung, s->question, GATE_SHUT, GATE_OPEN, GATE_OPEN, time, &s->in_ms);
	}
	return g;
}

/* Time until the round behind the last try may begin: nobody is called twice in a row because all
 * channels said no at once. */
static int64_t until_round(const struct ladder *l, int64_t time)
{
	const struct ladder_try *y;

	if (!l->n_tries)
		return 0;
	y = &l->tries[l->n_tries - 1];
	return y->at + ladder_wait_ms(l, y->rung) - time;
}

/* Looks at one rung; false: it has nothing for this round. */
static bool look(const struct ladder *l, const struct ladder_world *w, int rung, int round,
		 int64_t time, struct ladder_step *s)
{
	static const enum ladder_what what[] = {
		[GATE_OPEN] = LADDER_DO_TRY,
		[GATE_SHUT] = LADDER_EXHAUSTED,
		[GATE_ASK] = LADDER_DO_ASK,
		[GATE_WAIT] = LADDER_DO_WAIT_ANSWER,
	};
	int i = pick(l, w, rung, round);
	enum gate g;

	if (i == LADDER_NONE)
		return false;
	*s = (struct ladder_step){ .rung = rung, .round = round, .question = LADDER_NONE,
				   .party = l->plan->rungs[rung].targets[i].party,
				   .way = l->plan->rungs[rung].targets[i].way };
	g = gate_of(l, w, rung, round, time, s);
	s->what = what[g];
	if (g == GATE_SHUT)
		return false;
	if (g == GATE_OPEN)
		s->question = LADDER_NONE;
	if (round > l->round && until_round(l, time) > 0) {
		s->what = LADDER_DO_WAIT_ROUND;
		s->in_ms = until_round(l, time);
	}
	return true;
}

static struct ladder_step next_rung(const struct ladder *l, const struct ladder_world *w,
				    int64_t time)
{
	struct ladder_step s = { 0 };

	for (int round = l->round; round <= l->rounds; round++)
		for (int k = round == l->round ? l->rung : 0; (size_t)k < l->plan->n_rungs; k++)
			if (look(l, w, k, round, time, &s))
				return s;
	return (struct ladder_step){ .what = LADDER_EXHAUSTED, .rung = LADDER_NONE,
				     .round = l->round, .party = LADDER_NONE, .way = LADDER_NONE,
				     .question = LADDER_NONE };
}

struct ladder_step ladder_next(const struct ladder *l, const struct ladder_world *w, int64_t now)
{
	const struct ladder_world nothing = { 0 };
	const struct ladder_try *y = l->current == LADDER_NONE ? NULL : &l->tries[l->current];
	struct ladder_step s = { .rung = l->rung, .round = l->round, .party = LADDER_NONE,
				 .way = LADDER_NONE, .question = LADDER_NONE };
	int64_t time = ladder_time(l, now), left;
	int good, out;

	if (reached(l, &s.party)) {
		s.what = LADDER_DONE;
		return s;
	}
	left = answers(l, time, &good, &out);
	if (good != LADDER_NONE) {
		s.what = LADDER_DO_WAIT_JOIN;
		s.party = good;
		s.in_ms = left;
		return s;
	}
	left = y ? y->at + ladder_wait_ms(l, y->rung) - time : 0;
	if (y && waits(y) && left > 0) {
		s = (struct ladder_step){ LADDER_DO_WAIT, y->rung, y->round, y->party, y->way,
					  LADDER_NONE, y->again, left };
		return s;
	}
	if (out != LADDER_NONE && l->plan->n_rungs)
		return once_more(l, out);
	return next_rung(l, w ? w : &nothing, time);
}
