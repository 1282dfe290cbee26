/* The state of a climb, and what an event does to it. */
#include <stdlib.h>

#include "err.h"
#include "ladderint.h"
#include "mem.h"

static int check_rung(const struct ladder_plan *p, const struct ladder_rung *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->targets[i].party < 0 || (size_t)r->targets[i].party >= p->n_parties)
			return -1;
	for (size_t i = 0; i < p->n_severities; i++)
		if (r->wait_ms[i] <= 0)
			return -1;
	return r->question >= (int)p->n_questions ? -1 : 0;
}

static int check_plan(const struct ladder_plan *p, int severity, struct err *err)
{
	if (p->rounds < 1 || !p->n_severities || p->ack_expires_ms <= 0)
		return err_set(err, ERR_USAGE, "a ladder without rounds, waits or severities");
	if (severity < LADDER_NONE || severity >= (int)p->n_severities)
		return err_set(err, ERR_USAGE, "a severity that the ladder does not have");
	for (size_t i = 0; i < p->n_rungs; i++)
		if (check_rung(p, &p->rungs[i]))
			return err_set(err, ERR_USAGE, "rung %zu of the ladder cannot be climbed",
				       i + 1);
	return 0;
}

int ladder_new(const struct ladder_plan *plan, enum ladder_goal goal, int severity, int64_t now,
	       struct ladder **ret, struct err *err)
{
	struct ladder *l;
	size_t n = 0;
	int rc = check_plan(plan, severity, err);

	if (rc)
		return rc;
	l = mem_alloc(sizeof(*l));
	*l = (struct ladder){ .plan = plan, .goal = goal, .severity = severity, .last = now,
			      .rounds = plan->rounds, .round = 1, .current = LADDER_NONE };
	l->parties = mem_alloc(plan->n_parties * sizeof(*l->parties));
	for (size_t i = 0; i < plan->n_parties; i++)
		l->parties[i].last_try = LADDER_NONE;
	l->first = mem_alloc(plan->n_rungs * sizeof(*l->first));
	for (size_t i = 0; i < plan->n_rungs; i++) {
		l->first[i] = n;
		n += plan->rungs[i].n;
	}
	l->marks = mem_alloc(n * sizeof(*l->marks));
	l->n_questions = plan->n_questions + plan->n_rungs;
	l->questions = mem_alloc(l->n_questions * sizeof(*l->questions));
	*ret = l;
	return 0;
}

void ladder_free(struct ladder *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_tries; i++)
		free(l->tries[i].why);
	free(l->tries);
	free(l->parties);
	free(l->first);
	free(l->marks);
	free(l->questions);
	free(l);
}

size_t ladder_tries(const struct ladder *l, const struct ladder_try **ret)
{
	*ret = l->tries;
	return l->n_tries;
}

const struct ladder_party *ladder_party(const struct ladder *l, int party)
{
	return party >= 0 && (size_t)party < l->plan->n_parties ? &l->parties[party] : NULL;
}

int ladder_severity(const struct ladder *l)
{
	return l->severity;
}

int ladder_when_question(const struct ladder *l, int rung)
{
	return (int)l->plan->n_questions + rung;
}

int64_t ladder_time(const struct ladder *l, int64_t now)
{
	return l->time + (now > l->last ? now - l->last : 0);
}

int64_t ladder_wait_ms(const struct ladder *l, int rung)
{
	const struct ladder_rung *r = &l->plan->rungs[rung];
	int64_t least = r->wait_ms[0];

	if (l->severity != LADDER_NONE)
		return r->wait_ms[l->severity];
	for (size_t i = 1; i < l->plan->n_severities; i++)
		if (r->wait_ms[i] < least)
			least = r->wait_ms[i];
	return least;
}

/* --- events ----------------------------------------------------------------------------------- */

static void stand(struct ladder *l, int party, enum ladder_standing s)
{
	struct ladder_party *p = &l->parties[party];

	/* who is there already is not taken for less by a later word of an earlier try */
	if (s == LADDER_ACKED && p->standing == LADDER_PRESENT)
		return;
	p->standing = s;
	p->since = l->time;
	p->joined |= s == LADDER_PRESENT;
}

static bool same_way(const struct ladder_target *t, const struct ladder_try *y)
{
	return t->party == y->party && t->way == y->way;
}

static void mark_tried(struct ladder *l, const struct ladder_try *y)
{
	const struct ladder_rung *r = &l->plan->rungs[y->rung];

	for (size_t i = 0; i < r->n; i++)
		if (same_way(&r->targets[i], y))
			l->marks[l->first[y->rung] + i].round = y->round;
}

static void mark_wrong(struct ladder *l, const struct ladder_try *y)
{
	for (size_t k = 0; k < l->plan->n_rungs; k++)
		for (size_t i = 0; i < l->plan->rungs[k].n; i++)
			if (same_way(&l->plan->rungs[k].targets[i], y))
				l->marks[l->first[k] + i].wrong = true;
}

static int on_try(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	struct ladder_try *y;

	if (e->rung < 0 || (size_t)e->rung >= l->plan->n_rungs || e->round < 1 ||
	    e->round > l->rounds || !ladder_party(l, e->party) || e->result > LADDER_BEGUN)
		return err_set(err, ERR_USAGE, "a try that the ladder does not have");
	if (l->n_tries >= LADDER_TRIES_MAX)
		return err_set(err, ERR_LIMIT, "more than %d tries", LADDER_TRIES_MAX);
	if (l->n_tries == l->cap_tries) {
		l->cap_tries = l->cap_tries ? 2 * l->cap_tries : 16;
		l->tries = mem_grow(l->tries, l->cap_tries, sizeof(*l->tries));
	}
	y = &l->tries[l->n_tries];
	*y = (struct ladder_try){ .rung = e->rung, .round = e->round, .party = e->party,
				  .way = e->way, .again = e->again, .result = e->result,
				  .at = l->time };
	l->current = (int)l->n_tries++;
	l->parties[e->party].tries++;
	l->parties[e->party].last_try = l->current;
	if (l->parties[e->party].standing != LADDER_PRESENT)
		stand(l, e->party, LADDER_TRYING);
	if (e->again)
		return 0;
	l->rung = e->rung;
	l->round = e->round;
	mark_tried(l, y);
	return 0;
}

static int on_result(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	struct ladder_try *y;

	if (e->try_no < 0 || (size_t)e->try_no >= l->n_tries || e->result < LADDER_BEGUN ||
	    e->result >= LADDER_RESULTS)
		return err_set(err, ERR_USAGE, "a result of a try that the ladder does not have");
	y = &l->tries[e->try_no];
	/* what was begun late is waited for from then on, if it is still the one waited for */
	if (e->result == LADDER_BEGUN)
		y->at = l->time;
	else
		y->ended = l->time;
	y->result = e->result;
	if (e->why) {
		free(y->why);
		y->why = mem_dup(e->why);
	}
	if (e->result == LADDER_REPLIED)
		stand(l, y->party, LADDER_ACKED);
	else if (e->result == LADDER_DECLINED)
		stand(l, y->party, LADDER_REFUSING);
	else if (e->result == LADDER_WRONG)
		mark_wrong(l, y);
	return 0;
}

static int on_reply(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	const struct ladder_party *p = ladder_party(l, e->party);

	if (!p || e->standing < LADDER_ACKED || e->standing >= LADDER_STANDINGS)
		return err_set(err, ERR_USAGE, "a reply that the ladder does not know");
	stand(l, e->party, e->standing);
	if (p->last_try != LADDER_NONE && l->tries[p->last_try].result < LADDER_REPLIED) {
		l->tries[p->last_try].result =
			e->standing == LADDER_REFUSING ? LADDER_DECLINED : LADDER_REPLIED;
		l->tries[p->last_try].ended = l->time;
	}
	return 0;
}

static int on_question(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	if (e->question < 0 || (size_t)e->question >= l->n_questions)
		return err_set(err, ERR_USAGE, "a question that the ladder does not have");
	if (e->kind == LADDER_EV_ANSWER)
		l->questions[e->question].state = e->yes ? LADDER_YES : LADDER_NO;
	else if (l->questions[e->question].state == LADDER_UNASKED)
		l->questions[e->question] = (struct ladder_open){ LADDER_ASKED, l->time };
	return 0;
}

static int on_severity(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	if (e->severity < LADDER_NONE || e->severity >= (int)l->plan->n_severities)
		return err_set(err, ERR_USAGE, "a severity that the ladder does not have");
	l->severity = e->severity;
	return 0;
}

static int on_again(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	(void)e;
	(void)err;
	l->rounds++;
	return 0;
}

int ladder_apply(struct ladder *l, const struct ladder_event *e, struct err *err)
{
	static int (*const on[LADDER_EVENTS])(struct ladder *, const struct ladder_event *,
					      struct err *) = {
		[LADDER_EV_TRY] = on_try,	    [LADDER_EV_RESULT] = on_result,
		[LADDER_EV_REPLY] = on_reply,	    [LADDER_EV_ASKED] = on_question,
		[LADDER_EV_ANSWER] = on_question,   [LADDER_EV_SEVERITY] = on_severity,
		[LADDER_EV_AGAIN] = on_again,
	};
	int64_t last = l->last, time = l->time;
	int rc;

	if ((unsigned)e->kind >= LADDER_EVENTS)
		return err_set(err, ERR_USAGE, "an event that the ladder does not know");
	l->time = ladder_time(l, e->now);
	l->last = e->now;
	rc = on[e->kind](l, e, err);
	if (rc) {
		l->time = time;
		l->last = last;
	}
	return rc;
}
