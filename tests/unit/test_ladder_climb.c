/* A climb, event by event: order, waits, replies, leaps of the clock; then many at random. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "ladder.h"
#include "mem.h"
#include "str.h"

enum { ORDINARY, DOWN, SEVERITIES };
enum { CHAT, ANA, RAJ, ZOE, PARTIES };
enum { POST, PHONE, SMS };

#define MINUTE 60000LL

static const int64_t waits[SEVERITIES] = { 30 * MINUTE, 2 * MINUTE };
static const struct ladder_target chat[] = { { CHAT, POST } };
static const struct ladder_target engineers[] = {
	{ ANA, PHONE }, { ANA, SMS }, { RAJ, PHONE }, { ZOE, PHONE },
};
static const struct ladder_rung rungs[] = {
	{ chat, COUNT_OF(chat), waits, .question = 0 },
	{ engineers, COUNT_OF(engineers), waits, .awake_first = true, .conditional = true,
	  .question = LADDER_NONE },
};
static const struct ladder_plan plan = {
	rungs, COUNT_OF(rungs), PARTIES, 1, SEVERITIES, 1, 30 * MINUTE,
};

/* --- a rig ------------------------------------------------------------------------------------ */

struct rig {
	struct ladder *l;
	struct ladder_world world;
	enum ladder_presence presence[PARTIES];
	enum ladder_holds holds;
	int64_t now;
};

static enum ladder_presence presence(void *ctx, int party)
{
	return ((struct rig *)ctx)->presence[party];
}

static enum ladder_holds holds(void *ctx, size_t rung, int round)
{
	(void)rung;
	(void)round;
	return ((struct rig *)ctx)->holds;
}

static void rig_open(struct rig *r, const struct ladder_plan *p, enum ladder_goal goal, int severity)
{
	struct err err;

	*r = (struct rig){ .holds = LADDER_HOLDS, .now = 1000 };
	r->world = (struct ladder_world){ r, presence, holds };
	assert_int_equal(ladder_new(p, goal, severity, r->now, &r->l, &err), 0);
}

static struct ladder_step next(struct rig *r)
{
	return ladder_next(r->l, &r->world, r->now);
}

static void apply(struct rig *r, struct ladder_event e)
{
	struct err err;

	e.now = r->now;
	if (ladder_apply(r->l, &e, &err))
		fail_msg("%s", err.text);
}

/* The next thing is a try of that party that way; it is begun. Returns its number. */
static int must_try(struct rig *r, int party, int way)
{
	struct ladder_step s = next(r);
	const struct ladder_try *v;

	assert_string_equal(ladder_what_name(s.what), "try");
	assert_int_equal(s.party, party);
	assert_int_equal(s.way, way);
	apply(r, (struct ladder_event){ .kind = LADDER_EV_TRY, .rung = s.rung, .round = s.round,
					.party = s.party, .way = s.way, .again = s.again,
					.result = LADDER_BEGUN });
	return (int)ladder_tries(r->l, &v) - 1;
}

static void result(struct rig *r, int try_no, enum ladder_result what, const char *why)
{
	apply(r, (struct ladder_event){ .kind = LADDER_EV_RESULT, .try_no = try_no,
					.result = what, .why = why });
}

static void reply(struct rig *r, int party, enum ladder_standing s)
{
	apply(r, (struct ladder_event){ .kind = LADDER_EV_REPLY, .party = party, .standing = s });
}

static void answer(struct rig *r, int question, bool yes)
{
	apply(r, (struct ladder_event){ .kind = LADDER_EV_ANSWER, .question = question,
					.yes = yes });
}

static void must_be(struct rig *r, enum ladder_what what)
{
	assert_string_equal(ladder_what_name(next(r).what), ladder_what_name(what));
}

static void must_wait(struct rig *r, enum ladder_what what, int64_t ms)
{
	must_be(r, what);
	assert_int_equal(next(r).in_ms, ms);
}

/* With the question of the first rung answered: it is not passed over. */
static void rig_engineers(struct rig *r, enum ladder_goal goal, int severity)
{
	rig_open(r, &plan, goal, severity);
	answer(r, 0, true);
}

/* --- order ------------------------------------------------------------------------------------ */

static void the_ladder_comes_first_and_then_who_is_awake(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, &plan, LADDER_JOINED, DOWN);
	r.presence[ANA] = LADDER_ASLEEP;
	r.presence[RAJ] = LADDER_AWAKE;
	r.presence[ZOE] = LADDER_AT_WORK;
	answer(&r, 0, false);
	must_try(&r, CHAT, POST);
	r.now += 2 * MINUTE;
	must_try(&r, ZOE, PHONE);
	r.now += 2 * MINUTE;
	/* the night goes on: Ana has got up before Raj is reached */
	r.presence[ANA] = LADDER_AT_WORK;
	must_try(&r, ANA, PHONE);
	r.now += 2 * MINUTE;
	must_try(&r, ANA, SMS);
	r.now += 2 * MINUTE;
	must_try(&r, RAJ, PHONE);
	must_wait(&r, LADDER_DO_WAIT, 2 * MINUTE);
	r.now += 2 * MINUTE;
	must_be(&r, LADDER_EXHAUSTED);
	ladder_free(r.l);
}

static void who_refuses_or_has_another_number_is_passed_at_once(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, ORDINARY);
	result(&r, must_try(&r, ANA, PHONE), LADDER_WRONG, NULL);
	result(&r, must_try(&r, ANA, SMS), LADDER_NO_ANSWER, NULL);
	result(&r, must_try(&r, RAJ, PHONE), LADDER_DECLINED, NULL);
	result(&r, must_try(&r, ZOE, PHONE), LADDER_NO_ANSWER, NULL);
	must_be(&r, LADDER_EXHAUSTED);
	/* in the round that the operator asks for, neither is used again; and it does not begin
	 * before the last wait is over */
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_AGAIN });
	must_wait(&r, LADDER_DO_WAIT_ROUND, 30 * MINUTE);
	r.now += 30 * MINUTE;
	result(&r, must_try(&r, ANA, SMS), LADDER_NO_ANSWER, NULL);
	result(&r, must_try(&r, ZOE, PHONE), LADDER_NO_ANSWER, NULL);
	must_be(&r, LADDER_EXHAUSTED);
	ladder_free(r.l);
}

static void a_dead_channel_falls_through_at_once_with_its_reason(void **state)
{
	const struct ladder_try *v;
	struct rig r;

	(void)state;
	rig_open(&r, &plan, LADDER_JOINED, ORDINARY);
	answer(&r, 0, false);
	result(&r, must_try(&r, CHAT, POST), LADDER_DEAD, "connection refused");
	assert_int_equal(ladder_tries(r.l, &v), 1);
	assert_string_equal(v[0].why, "connection refused");
	must_try(&r, ANA, PHONE);
	ladder_free(r.l);
}

static void voicemail_waits_and_no_answer_does_not(void **state)
{
	struct rig r;
	int n;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	n = must_try(&r, ANA, PHONE);
	r.now += MINUTE;
	result(&r, n, LADDER_VOICEMAIL, NULL);
	must_wait(&r, LADDER_DO_WAIT, MINUTE);
	result(&r, n, LADDER_NO_ANSWER, NULL);
	must_try(&r, ANA, SMS);
	ladder_free(r.l);
}

/* --- waits ------------------------------------------------------------------------------------ */

static void severity_may_change_while_it_waits(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, ORDINARY);
	must_try(&r, ANA, PHONE);
	r.now += 90000;
	must_wait(&r, LADDER_DO_WAIT, 30 * MINUTE - 90000);
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_SEVERITY, .severity = DOWN });
	must_wait(&r, LADDER_DO_WAIT, 30000);
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_SEVERITY, .severity = ORDINARY });
	must_wait(&r, LADDER_DO_WAIT, 30 * MINUTE - 90000);
	/* what is not known is taken for the worst */
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_SEVERITY, .severity = LADDER_NONE });
	must_wait(&r, LADDER_DO_WAIT, 30000);
	ladder_free(r.l);
}

static void a_clock_that_leaps_back_makes_no_wait_longer(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	must_try(&r, ANA, PHONE);
	r.now += MINUTE;
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_SEVERITY, .severity = DOWN });
	r.now -= 1000 * MINUTE;
	must_wait(&r, LADDER_DO_WAIT, MINUTE);
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_SEVERITY, .severity = DOWN });
	r.now += MINUTE - 1;
	must_wait(&r, LADDER_DO_WAIT, 1);
	ladder_free(r.l);
}

static void a_clock_that_leaps_on_ends_one_wait_only(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	must_try(&r, ANA, PHONE);
	r.now += 100000 * MINUTE;
	must_try(&r, ANA, SMS);
	must_wait(&r, LADDER_DO_WAIT, 2 * MINUTE);
	ladder_free(r.l);
}

static void a_call_begun_late_is_waited_for_from_then(void **state)
{
	struct rig r;
	struct ladder_step s;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	s = next(&r);
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_TRY, .rung = s.rung, .round = s.round,
					 .party = s.party, .way = s.way,
					 .result = LADDER_OFFERED });
	r.now += MINUTE;
	result(&r, 0, LADDER_BEGUN, NULL);
	must_wait(&r, LADDER_DO_WAIT, 2 * MINUTE);
	ladder_free(r.l);
}

/* --- questions -------------------------------------------------------------------------------- */

static void a_question_without_an_answer_holds_nobody_up(void **state)
{
	struct rig r;
	struct ladder_step s;

	(void)state;
	rig_open(&r, &plan, LADDER_JOINED, DOWN);
	r.holds = LADDER_HOLDS_UNKNOWN;
	s = next(&r);
	assert_int_equal(s.what, LADDER_DO_ASK);
	assert_int_equal(s.question, 0);
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_ASKED, .question = 0 });
	must_wait(&r, LADDER_DO_WAIT_ANSWER, 2 * MINUTE);
	r.now += 2 * MINUTE;
	/* silence is no yes: the rung is not passed over */
	result(&r, must_try(&r, CHAT, POST), LADDER_DEAD, NULL);
	/* and it opens no gate whose condition is unknown */
	s = next(&r);
	assert_int_equal(s.what, LADDER_DO_ASK);
	assert_int_equal(s.question, ladder_when_question(r.l, 1));
	apply(&r, (struct ladder_event){ .kind = LADDER_EV_ASKED, .question = s.question });
	r.now += 2 * MINUTE;
	must_be(&r, LADDER_EXHAUSTED);
	/* an answer that comes late still counts */
	answer(&r, s.question, true);
	must_try(&r, ANA, PHONE);
	ladder_free(r.l);
}

static void a_rung_whose_condition_is_false_is_passed_over(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	r.holds = LADDER_HOLDS_NOT;
	must_be(&r, LADDER_EXHAUSTED);
	r.holds = LADDER_HOLDS;
	must_try(&r, ANA, PHONE);
	ladder_free(r.l);
}

/* --- replies ---------------------------------------------------------------------------------- */

static void what_is_enough_is_enough(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_TOLD, DOWN);
	result(&r, must_try(&r, ANA, PHONE), LADDER_SENT, NULL);
	must_be(&r, LADDER_DONE);
	ladder_free(r.l);

	rig_engineers(&r, LADDER_ANSWERED, DOWN);
	result(&r, must_try(&r, ANA, PHONE), LADDER_SENT, NULL);
	must_be(&r, LADDER_DO_WAIT);
	result(&r, 0, LADDER_REPLIED, NULL);
	must_be(&r, LADDER_DONE);
	assert_int_equal(next(&r).party, ANA);
	ladder_free(r.l);

	rig_engineers(&r, LADDER_JOINED, DOWN);
	result(&r, must_try(&r, ANA, PHONE), LADDER_REPLIED, NULL);
	must_wait(&r, LADDER_DO_WAIT_JOIN, 30 * MINUTE);
	reply(&r, ANA, LADDER_PRESENT);
	must_be(&r, LADDER_DONE);
	reply(&r, ANA, LADDER_RELEASED);
	must_be(&r, LADDER_DONE);
	ladder_free(r.l);
}

static void an_answer_runs_out_and_the_same_person_is_tried_once_more(void **state)
{
	struct rig r;
	const struct ladder_try *v;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	result(&r, must_try(&r, ANA, PHONE), LADDER_REPLIED, NULL);
	r.now += 30 * MINUTE - 1;
	must_wait(&r, LADDER_DO_WAIT_JOIN, 1);
	r.now += 1;
	must_try(&r, ANA, PHONE);
	assert_int_equal(ladder_tries(r.l, &v), 2);
	assert_true(v[1].again);
	r.now += 2 * MINUTE;
	must_try(&r, ANA, SMS); /* and the climb goes on where it was */
	r.now += 2 * MINUTE;
	must_try(&r, RAJ, PHONE);
	ladder_free(r.l);
}

static void late_replies_count(void **state)
{
	struct rig r;

	(void)state;
	rig_engineers(&r, LADDER_JOINED, DOWN);
	must_try(&r, ANA, PHONE);
	r.now += 2 * MINUTE;
	must_try(&r, ANA, SMS);
	r.now += 2 * MINUTE;
	must_try(&r, RAJ, PHONE);
	reply(&r, ANA, LADDER_ACKED);
	must_be(&r, LADDER_DO_WAIT_JOIN);
	reply(&r, ANA, LADDER_REFUSING);
	must_be(&r, LADDER_DO_WAIT); /* for Raj, still */
	r.now += 2 * MINUTE;
	must_try(&r, ZOE, PHONE);
	r.now += 2 * MINUTE;
	must_be(&r, LADDER_EXHAUSTED);
	reply(&r, RAJ, LADDER_PRESENT);
	must_be(&r, LADDER_DONE);
	assert_int_equal(next(&r).party, RAJ);
	ladder_free(r.l);
}

static void what_makes_no_sense_changes_nothing(void **state)
{
	const struct ladder_event bad[] = {
		{ .kind = LADDER_EVENTS },
		{ .kind = LADDER_EV_TRY, .rung = 2, .round = 1 },
		{ .kind = LADDER_EV_TRY, .rung = 1, .round = 2 },
		{ .kind = LADDER_EV_TRY, .rung = 1, .round = 1, .party = PARTIES },
		{ .kind = LADDER_EV_TRY, .rung = 1, .round = 1, .result = LADDER_REPLIED },
		{ .kind = LADDER_EV_RESULT, .try_no = 0, .result = LADDER_REPLIED },
		{ .kind = LADDER_EV_RESULT, .try_no = -1, .result = LADDER_REPLIED },
		{ .kind = LADDER_EV_REPLY, .party = ANA, .standing = LADDER_TRYING },
		{ .kind = LADDER_EV_REPLY, .party = -1, .standing = LADDER_ACKED },
		{ .kind = LADDER_EV_ASKED, .question = 3 },
		{ .kind = LADDER_EV_SEVERITY, .severity = SEVERITIES },
	};
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct jsonw wb = { .out = &before }, wa = { .out = &after };
	struct rig r;
	struct err err;

	(void)state;
	rig_open(&r, &plan, LADDER_JOINED, DOWN);
	ladder_json(&wb, NULL, r.l);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct ladder_event e = bad[i];

		e.now = r.now + 5000;
		assert_int_equal(ladder_apply(r.l, &e, &err), ERR_USAGE);
	}
	ladder_json(&wa, NULL, r.l);
	assert_string_equal(buf_str(&before), buf_str(&after));
	buf_release(&before);
	buf_release(&after);
	ladder_free(r.l);
}

static void plans_that_cannot_be_climbed_are_refused(void **state)
{
	static const int64_t none[SEVERITIES] = { MINUTE, 0 };
	static const struct ladder_target far[] = { { PARTIES, POST } };
	struct ladder_rung r = { chat, 1, none, .question = LADDER_NONE };
	struct ladder_plan p = plan;
	struct ladder *l = NULL;
	struct err err;

	(void)state;
	p.rungs = &r;
	p.n_rungs = 1;
	assert_int_equal(ladder_new(&p, LADDER_TOLD, DOWN, 0, &l, &err), ERR_USAGE);
	r = (struct ladder_rung){ far, 1, waits, .question = LADDER_NONE };
	assert_int_equal(ladder_new(&p, LADDER_TOLD, DOWN, 0, &l, &err), ERR_USAGE);
	r = (struct ladder_rung){ chat, 1, waits, .question = 1 };
	assert_int_equal(ladder_new(&p, LADDER_TOLD, DOWN, 0, &l, &err), ERR_USAGE);
	assert_int_equal(ladder_new(&plan, LADDER_TOLD, SEVERITIES, 0, &l, &err), ERR_USAGE);
	p = plan;
	p.rounds = 0;
	assert_int_equal(ladder_new(&p, LADDER_TOLD, DOWN, 0, &l, &err), ERR_USAGE);
	assert_null(l);
	p = plan; /* nobody to be tried at all is no error: it is exhausted */
	p.n_rungs = 0;
	assert_int_equal(ladder_new(&p, LADDER_TOLD, DOWN, 0, &l, &err), 0);
	assert_int_equal(ladder_next(l, NULL, 0).what, LADDER_EXHAUSTED);
	ladder_free(l);
}

/* --- at random -------------------------------------------------------------------------------- */

static uint64_t seed;

static unsigned roll(unsigned n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)((seed >> 33) % n);
}

enum { RUNGS_MAX = 5, TARGETS_MAX = 8, PEOPLE_MAX = 5, WAYS = 3, EVENTS_MAX = 4000 };

struct random_plan {
	struct ladder_plan plan;
	struct ladder_rung rungs[RUNGS_MAX];
	struct ladder_target targets[RUNGS_MAX][PEOPLE_MAX * WAYS];
	int64_t waits[RUNGS_MAX][SEVERITIES];
};

static void make_plan(struct random_plan *p)
{
	memset(p, 0, sizeof(*p));
	p->plan = (struct ladder_plan){ p->rungs, 1 + roll(RUNGS_MAX), PEOPLE_MAX, 2, SEVERITIES,
					1 + (int)roll(3), 1 + (int64_t)roll(5000) };
	for (size_t k = 0; k < p->plan.n_rungs; k++) {
		struct ladder_rung *r = &p->rungs[k];

		for (int who = 0; who < PEOPLE_MAX; who++)
			for (int way = 0; way < WAYS; way++)
				if (!roll(3))
					p->targets[k][r->n++] = (struct ladder_target){ who, way };
		r->targets = p->targets[k];
		for (int s = 0; s < SEVERITIES; s++)
			p->waits[k][s] = 1 + (int64_t)roll(1000);
		r->wait_ms = p->waits[k];
		r->awake_first = roll(2);
		r->conditional = !roll(3);
		r->question = (int)roll(4) - 1 < 2 ? (int)roll(3) - 1 : LADDER_NONE;
	}
}

struct walk {
	struct random_plan p;
	struct rig r;
	struct ladder_event done[EVENTS_MAX];
	size_t n;
	bool quiet;      /* nobody ever replies, and the clock goes on only */
	bool wrong[PEOPLE_MAX][WAYS], refused[PEOPLE_MAX];
	int acks;
};

static void do_event(struct walk *w, struct ladder_event e)
{
	assert_true(w->n < EVENTS_MAX);
	apply(&w->r, e);
	e.now = w->r.now;
	w->done[w->n++] = e;
}

/* Every rule about a try that is proposed now. */
static void try_is_allowed(const struct walk *w, const struct ladder_step *s)
{
	const struct ladder_try *v;
	size_t n = ladder_tries(w->r.l, &v);
	int again = 0;

	for (size_t i = 0; i < n; i++) {
		again += v[i].again;
		if (s->again || v[i].again)
			continue;
		if (v[i].rung == s->rung && v[i].round == s->round && v[i].party == s->party)
			assert_int_not_equal(v[i].way, s->way);
		/* the climb never goes back */
		assert_true(v[i].round < s->round ||
			    (v[i].round == s->round && v[i].rung <= s->rung));
	}
	assert_true(!s->again || again < w->acks);
	assert_true(s->again || (!w->wrong[s->party][s->way] && !w->refused[s->party]));
	if (n && (v[n - 1].result < LADDER_REPLIED || s->round > v[n - 1].round)) {
		int severity = ladder_severity(w->r.l);
		const int64_t *wait = w->p.waits[v[n - 1].rung];
		int64_t least = wait[0] < wait[1] ? wait[0] : wait[1];
		int64_t gone = ladder_time(w->r.l, w->r.now) - v[n - 1].at;

		assert_true(gone >= (severity == LADDER_NONE ? least : wait[severity]));
	}
}

static void somebody_speaks(struct walk *w)
{
	const struct ladder_try *v;
	size_t n = ladder_tries(w->r.l, &v);
	int party = (int)roll(PEOPLE_MAX);

	if (n && roll(2)) {
		int k = (int)roll((unsigned)n);
		enum ladder_result what = LADDER_BEGUN + roll(LADDER_RESULTS - LADDER_BEGUN);

		w->acks += what == LADDER_REPLIED;
		if (what == LADDER_WRONG && v[k].way >= 0)
			w->wrong[v[k].party][v[k].way] = true;
		if (what == LADDER_DECLINED || what == LADDER_REPLIED)
			w->refused[v[k].party] = what == LADDER_DECLINED;
		do_event(w, (struct ladder_event){ .kind = LADDER_EV_RESULT, .try_no = k,
						   .result = what, .why = roll(2) ? "why" : NULL });
	} else if (roll(2)) {
		enum ladder_standing s = LADDER_ACKED + roll(LADDER_STANDINGS - LADDER_ACKED);

		w->acks += s == LADDER_ACKED;
		w->refused[party] = s == LADDER_REFUSING || s == LADDER_RELEASED;
		do_event(w, (struct ladder_event){ .kind = LADDER_EV_REPLY, .party = party,
						   .standing = s });
	} else {
		do_event(w, (struct ladder_event){ .kind = LADDER_EV_SEVERITY,
						   .severity = (int)roll(SEVERITIES + 1) - 1 });
	}
}

static void world_turns(struct walk *w)
{
	for (int i = 0; i < PARTIES; i++)
		w->r.presence[i] = roll(4);
	if (w->quiet)
		return;
	w->r.holds = roll(3);
	if (!roll(3))
		somebody_speaks(w);
	if (!roll(20))
		w->r.now -= roll(100000);
	if (!roll(20))
		w->r.now += roll(100000);
}

/* Does what it is told to; false at the end. */
static bool obey(struct walk *w, const struct ladder_step *s)
{
	switch (s->what) {
	case LADDER_DO_TRY:
		try_is_allowed(w, s);
		do_event(w, (struct ladder_event){ .kind = LADDER_EV_TRY, .rung = s->rung,
						   .round = s->round, .party = s->party,
						   .way = s->way, .again = s->again,
						   .result = roll(2) });
		return true;
	case LADDER_DO_ASK:
		do_event(w, (struct ladder_event){ .kind = LADDER_EV_ASKED,
						   .question = s->question });
		if (!roll(2))
			do_event(w, (struct ladder_event){ .kind = LADDER_EV_ANSWER,
							   .question = s->question,
							   .yes = roll(2) });
		return true;
	case LADDER_DONE:
	case LADDER_EXHAUSTED:
		return false;
	default:
		assert_true(s->in_ms > 0);
		w->r.now += w->quiet || roll(2) ? s->in_ms : (int64_t)roll((unsigned)s->in_ms) + 1;
		return true;
	}
}

static enum ladder_presence five(void *ctx, int party)
{
	return presence(ctx, party % PARTIES);
}

/* The same events give the same state, and it says the same. */
static void must_fold(const struct walk *w)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct jsonw wa = { .out = &a }, wb = { .out = &b };
	struct ladder *l;
	struct err err;

	assert_int_equal(ladder_new(&w->p.plan, LADDER_JOINED, DOWN, 1000, &l, &err), 0);
	for (size_t i = 0; i < w->n; i++)
		assert_int_equal(ladder_apply(l, &w->done[i], &err), 0);
	ladder_json(&wa, NULL, w->r.l);
	ladder_json(&wb, NULL, l);
	assert_string_equal(buf_str(&a), buf_str(&b));
	buf_release(&a);
	buf_release(&b);
	ladder_free(l);
}

static void climb(struct walk *w, bool quiet, size_t *ret_steps)
{
	size_t steps = 0, most = 0;
	struct ladder_step s;

	memset(w, 0, sizeof(*w));
	make_plan(&w->p);
	for (size_t k = 0; k < w->p.plan.n_rungs; k++)
		most += w->p.rungs[k].n;
	rig_open(&w->r, &w->p.plan, LADDER_JOINED, DOWN);
	w->r.world.presence = five;
	w->quiet = quiet;
	do {
		if (steps < 600)
			world_turns(w);
		else
			w->quiet = true; /* from here on it must end by itself */
		s = next(&w->r);
		assert_true(steps++ < 1200);
	} while (obey(w, &s));
	if (quiet) {
		const struct ladder_try *v;
		size_t n = ladder_tries(w->r.l, &v);

		/* nobody is left out, and nobody is tried twice in a round */
		assert_int_equal(s.what, LADDER_EXHAUSTED);
		assert_true(n <= most * (size_t)w->p.plan.rounds);
		for (size_t k = 0; k < w->p.plan.n_rungs; k++) {
			size_t here = 0;

			for (size_t i = 0; i < n; i++)
				here += v[i].rung == (int)k;
			if (!w->p.rungs[k].conditional && w->p.rungs[k].question == LADDER_NONE)
				assert_int_equal(here, w->p.rungs[k].n *
							       (size_t)w->p.plan.rounds);
		}
	}
	must_fold(w);
	ladder_free(w->r.l);
	*ret_steps += steps;
}

static void any_climb_keeps_the_rules_and_ends(void **state)
{
	struct walk *w = mem_alloc(sizeof(*w));
	const char *count = getenv("LADDER_CLIMBS"), *from = getenv("LADDER_SEED");
	int64_t n = 20000, first = 1;
	size_t steps = 0;

	(void)state;
	if (count)
		assert_true(str_to_i64(count, &n));
	if (from)
		assert_true(str_to_i64(from, &first));
	for (int64_t i = first; i < first + n; i++) {
		seed = (uint64_t)i * 0x9e3779b97f4a7c15ULL;
		print_message(n == 1 ? "seed %lld\n" : "", (long long)i);
		climb(w, i % 4 == 0, &steps);
	}
	print_message("%lld climbs, %zu steps\n", (long long)n, steps);
	assert_true(steps > (size_t)n * 2);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_ladder_comes_first_and_then_who_is_awake),
		UNIT(who_refuses_or_has_another_number_is_passed_at_once),
		UNIT(a_dead_channel_falls_through_at_once_with_its_reason),
		UNIT(voicemail_waits_and_no_answer_does_not),
		UNIT(severity_may_change_while_it_waits),
		UNIT(a_clock_that_leaps_back_makes_no_wait_longer),
		UNIT(a_clock_that_leaps_on_ends_one_wait_only),
		UNIT(a_call_begun_late_is_waited_for_from_then),
		UNIT(a_question_without_an_answer_holds_nobody_up),
		UNIT(a_rung_whose_condition_is_false_is_passed_over),
		UNIT(what_is_enough_is_enough),
		UNIT(an_answer_runs_out_and_the_same_person_is_tried_once_more),
		UNIT(late_replies_count),
		UNIT(what_makes_no_sense_changes_nothing),
		UNIT(plans_that_cannot_be_climbed_are_refused),
		UNIT(any_climb_keeps_the_rules_and_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
