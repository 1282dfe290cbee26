/* What a scenario answers and what is due: by what is asked, the seed and the fold, and nothing
 * else. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "loader.h"
#include "scenario_drill.h"
#include "str.h"

static int read_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

static struct scenario *load(const char *body)
{
	char *text = mem_printf("scenario: 1\ntitle: t\nrunbook: r\n%s", body);
	struct loader_source src = { text, read_text };
	struct findings f = { 0 };
	struct scenario *s = NULL;

	assert_int_equal(scenario_load("s.yaml", &src, &s, &f, NULL), 0);
	if (f.n)
		fail_msg("%d: %s", f.v[0].at.line, f.v[0].text);
	findings_release(&f);
	free(text);
	return s;
}

static void apply(struct scenario_fold *f, enum scenario_event_kind kind, size_t i, int64_t now)
{
	struct scenario_event e = { kind, i, now };

	assert_int_equal(scenario_fold_apply(f, &e, NULL), 0);
}

static struct scenario_reply ask(const struct scenario *s, const struct scenario_fold *f,
				 const char *key, enum purpose purpose, int64_t nth)
{
	struct scenario_query q = { .key = key, .purpose = purpose, .nth = nth, .command = "run it",
				    .now_ms = 1000 };

	return scenario_answer(s, f, &q);
}

static bool is(struct scenario_reply r, const char *output)
{
	return r.covered && r.n_output == strlen(output) &&
	       memcmp(r.output, output, r.n_output) == 0;
}

/* --- answers ---------------------------------------------------------------------------------- */

static const char answers[] =
	"answers:\n"
	"  - {step: a, output: any}\n"
	"  - {step: a, attempt: 2, output: second}\n"
	"  - {step: a, item: x, output: of x}\n"
	"  - {step: a, item: x, attempt: 3, output: third of x}\n"
	"  - {step: a, command: typed, output: as typed}\n"
	"  - {step: a, purpose: undo, exit: 3}\n"
	"  - {step: only, attempt: 1, output: once}\n"
	"  - {step: owing, purpose: settle, output: all}\n"
	"  - {step: owing, purpose: settle, owes: flag, output: flag}\n";

static void the_answer_that_names_most_counts(void **state)
{
	struct scenario *s = load(answers);

	(void)state;
	assert_true(is(ask(s, NULL, "a", PURPOSE_MAIN, 1), "any"));
	assert_true(is(ask(s, NULL, "a", PURPOSE_MAIN, 2), "second"));
	assert_true(is(ask(s, NULL, "a@x", PURPOSE_MAIN, 2), "of x"));
	assert_true(is(ask(s, NULL, "a@x", PURPOSE_MAIN, 3), "third of x"));
	assert_true(is(ask(s, NULL, "a@y", PURPOSE_MAIN, 3), "any"));
	assert_true(is(ask(s, NULL, "a@x@y", PURPOSE_MAIN, 3), "any"));
	assert_int_equal(ask(s, NULL, "a", PURPOSE_UNDO, 1).exit, 3);
	scenario_free(s);
}

static void what_nothing_answers_is_not_covered(void **state)
{
	struct scenario *s = load(answers);

	(void)state;
	assert_false(ask(s, NULL, "b", PURPOSE_MAIN, 1).covered);
	assert_false(ask(s, NULL, "aa", PURPOSE_MAIN, 1).covered);
	assert_false(ask(s, NULL, "call-1/a", PURPOSE_MAIN, 1).covered);
	assert_false(ask(s, NULL, "a", PURPOSE_VERIFY, 1).covered);
	assert_true(ask(s, NULL, "only", PURPOSE_MAIN, 1).covered);
	assert_false(ask(s, NULL, "only", PURPOSE_MAIN, 2).covered);
	scenario_free(s);
}

static void a_changed_command_is_covered_by_its_own_answer_only(void **state)
{
	struct scenario *s = load(answers);
	struct scenario_query q = { .key = "a", .nth = 1, .command = "other", .edited = true };

	(void)state;
	assert_false(scenario_answer(s, NULL, &q).covered);
	q.command = "typed";
	assert_true(is(scenario_answer(s, NULL, &q), "as typed"));
	q.key = "a@x";
	assert_true(is(scenario_answer(s, NULL, &q), "as typed"));
	scenario_free(s);
}

static void what_is_owed_is_told_apart(void **state)
{
	struct scenario *s = load(answers);
	struct scenario_query q = { .key = "owing", .purpose = PURPOSE_SETTLE, .nth = 1,
				    .command = "c", .owes = "flag" };

	(void)state;
	assert_true(is(scenario_answer(s, NULL, &q), "flag"));
	q.owes = "other";
	assert_true(is(scenario_answer(s, NULL, &q), "all"));
	scenario_free(s);
}

/* --- injects that change answers -------------------------------------------------------------- */

static void a_failure_cuts_output_and_time_and_is_used_up(void **state)
{
	struct scenario *s = load("answers: {step: a, output: 0123456789, took: 100s, progress: "
				  "[{at: 10s, text: x}, {at: 90s, text: y}]}\n"
				  "injects: {id: i, at: 1s, fails: {step: a, at: 60%, stderr: no}}\n");
	struct scenario_fold f;
	struct scenario_reply r;

	(void)state;
	scenario_fold_init(&f, s);
	assert_int_equal(ask(s, &f, "a", PURPOSE_MAIN, 1).inject, SCENARIO_NO_INJECT);
	apply(&f, SCENARIO_EV_DUE, 0, 1000);
	assert_int_equal(ask(s, &f, "a", PURPOSE_MAIN, 1).exit, 0);
	apply(&f, SCENARIO_EV_DELIVERED, 0, 1000);
	r = ask(s, &f, "a", PURPOSE_MAIN, 1);
	assert_true(is(r, "012345"));
	assert_int_equal(r.took_ms, 60000);
	assert_int_equal(r.n_progress, 1);
	assert_int_equal(r.exit, 1);
	assert_string_equal(r.errors, "no");
	assert_int_equal(r.inject, 0);
	apply(&f, SCENARIO_EV_USED, 0, 1000);
	assert_true(is(ask(s, &f, "a", PURPOSE_MAIN, 2), "0123456789"));
	scenario_fold_release(&f);
	scenario_free(s);
}

static void what_is_not_covered_does_not_fail_either(void **state)
{
	struct scenario *s = load("injects: {id: i, at: 1s, fails: {step: a}}\n");
	struct scenario_fold f;

	(void)state;
	scenario_fold_init(&f, s);
	apply(&f, SCENARIO_EV_DELIVERED, 0, 0);
	assert_false(ask(s, &f, "a", PURPOSE_MAIN, 1).covered);
	scenario_fold_release(&f);
	scenario_free(s);
}

static void flapping_goes_round_and_a_wrong_plan_stays_wrong(void **state)
{
	struct scenario *s = load("answers: {step: a, output: good}\n"
				  "injects:\n"
				  "  - {id: f, flaps: {step: a, answers: [{output: x}, {output: y}]}}\n"
				  "  - {id: w, wrong: {step: b, answers: [{exit: 1}, {exit: 2}]}}\n");
	struct scenario_fold f;

	(void)state;
	scenario_fold_init(&f, s);
	apply(&f, SCENARIO_EV_DELIVERED, 0, 0);
	apply(&f, SCENARIO_EV_DELIVERED, 1, 0);
	for (int i = 0; i < 5; i++) {
		assert_true(is(ask(s, &f, "a", PURPOSE_MAIN, i + 1), i % 2 ? "y" : "x"));
		assert_int_equal(ask(s, &f, "b", PURPOSE_MAIN, i + 1).exit, i ? 2 : 1);
		apply(&f, SCENARIO_EV_USED, 0, 0);
		apply(&f, SCENARIO_EV_USED, 1, 0);
	}
	scenario_fold_release(&f);
	scenario_free(s);
}

static void the_network_is_gone_as_long_as_it_says(void **state)
{
	struct scenario *s = load("answers: [{step: a, output: x}, {step: b, output: x}]\n"
				  "injects: {id: n, at: 1s, network: {lasts: 10s, steps: [a]}}\n");
	struct scenario_query q = { .key = "a@1", .nth = 1, .command = "c", .now_ms = 5000 };
	struct scenario_fold f;

	(void)state;
	scenario_fold_init(&f, s);
	apply(&f, SCENARIO_EV_DELIVERED, 0, 5000);
	assert_int_equal(scenario_answer(s, &f, &q).exit, 255);
	q.now_ms = 14999;
	assert_int_equal(scenario_answer(s, &f, &q).exit, 255);
	q.now_ms = 15000;
	assert_true(is(scenario_answer(s, &f, &q), "x"));
	q.key = "b";
	q.now_ms = 5000;
	assert_true(is(scenario_answer(s, &f, &q), "x"));
	scenario_fold_release(&f);
	scenario_free(s);
}

static void who_is_made_silent_does_not_answer(void **state)
{
	struct scenario *s = load("replies:\n"
				  "  - {who: ana, attempt: 1, reply: no-answer, after: 1m}\n"
				  "  - {who: ana, reply: answered}\n"
				  "injects: {id: i, silent: ana}\n");
	struct scenario_fold f;

	(void)state;
	scenario_fold_init(&f, s);
	assert_int_equal(scenario_contact(s, &f, "ana", 1)->reply, SCENARIO_NO_ANSWER);
	assert_int_equal(scenario_contact(s, &f, "ana", 2)->reply, SCENARIO_ANSWERED);
	assert_null(scenario_contact(s, &f, "raj", 1));
	apply(&f, SCENARIO_EV_DELIVERED, 0, 0);
	assert_int_equal(scenario_contact(s, &f, "ana", 2)->reply, SCENARIO_NO_ANSWER);
	scenario_fold_release(&f);
	scenario_free(s);
}

/* --- what is due ------------------------------------------------------------------------------ */

static void injects_come_due_by_time_and_by_steps(void **state)
{
	struct scenario *s = load("injects:\n"
				  "  - {id: late, at: 9s, show: x}\n"
				  "  - {id: soon, at: 2s, show: x}\n"
				  "  - {id: then, after: a, later: 3s, show: x}\n"
				  "  - {id: bad, when: {step: a, is: failed}, show: x}\n"
				  "  - {id: hand, show: x}\n");
	struct scenario_stood stood[] = { { "a@1", SCENARIO_STARTED, 1000 },
					  { "a@1", SCENARIO_DONE, 4000 } };
	struct scenario_now now = { 1999, stood, 1 };
	struct scenario_fold f;
	size_t due[8];
	int64_t next;

	(void)state;
	scenario_fold_init(&f, s);
	assert_int_equal(scenario_due(s, &f, 1, &now, due, 8, &next), 0);
	assert_int_equal(next, 2000);
	now = (struct scenario_now){ 7000, stood, 2 };
	assert_int_equal(scenario_due(s, &f, 1, &now, due, 8, &next), 2);
	assert_int_equal(due[0], 1);
	assert_int_equal(due[1], 2);
	assert_int_equal(next, 9000);
	apply(&f, SCENARIO_EV_DUE, 1, 7000);
	apply(&f, SCENARIO_EV_HELD, 2, 7000);
	assert_int_equal(scenario_due(s, &f, 1, &now, due, 8, NULL), 0);
	apply(&f, SCENARIO_EV_RELEASED, 2, 7000);
	assert_int_equal(scenario_due(s, &f, 1, &now, due, 8, NULL), 1);
	stood[1].is = SCENARIO_FAILED;
	assert_int_equal(scenario_due(s, &f, 1, &now, due, 0, NULL), 2);
	scenario_fold_release(&f);
	scenario_free(s);
}

static void what_cannot_become_of_an_inject_is_refused(void **state)
{
	struct scenario *s = load("injects: {id: i, show: x}\n");
	struct scenario_event e = { SCENARIO_EV_USED, 0, 0 };
	struct scenario_fold f;

	(void)state;
	scenario_fold_init(&f, s);
	assert_int_equal(scenario_fold_apply(&f, &e, NULL), ERR_USAGE);
	e.kind = SCENARIO_EV_RELEASED;
	assert_int_equal(scenario_fold_apply(&f, &e, NULL), ERR_USAGE);
	e.inject = 1;
	assert_int_equal(scenario_fold_apply(&f, &e, NULL), ERR_NOTFOUND);
	apply(&f, SCENARIO_EV_LEFT_OUT, 0, 5);
	apply(&f, SCENARIO_EV_DELIVERED, 0, 6);
	e = (struct scenario_event){ SCENARIO_EV_DELIVERED, 0, 7 };
	assert_int_equal(scenario_fold_apply(&f, &e, NULL), ERR_USAGE);
	assert_int_equal(f.v[0].since_ms, 6);
	scenario_fold_release(&f);
	scenario_free(s);
}

/* --- chance ----------------------------------------------------------------------------------- */

static void chance_follows_the_seed_and_the_id_alone(void **state)
{
	struct scenario_inject a = { .id = "a", .at_ms = 1000, .until_ms = 9000, .chance = 30 };
	int taken = 0, moved = 0;

	(void)state;
	for (int64_t seed = 0; seed < 4000; seed++) {
		int64_t t = scenario_time(&a, seed);

		assert_true(t >= 1000 && t <= 9000);
		assert_int_equal(t, scenario_time(&a, seed));
		taken += scenario_takes_place(&a, seed);
		moved += t != scenario_time(&a, seed + 1);
	}
	/* 1200 is what 30 % are; this is over seven deviations off it */
	assert_in_range(taken, 1000, 1400);
	assert_true(moved > 3900);
}

static uint64_t rnd(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* A drill of random steps of time and of the facilitator, as text: what was due, what was said. */
static void play(const struct scenario *s, int64_t seed, uint64_t x, struct buf *out)
{
	struct scenario_stood stood[] = { { "a", SCENARIO_STARTED, 3000 },
					  { "a", SCENARIO_FAILED, 20000 } };
	struct scenario_fold f;
	int64_t now = 0, nth = 0;

	scenario_fold_init(&f, s);
	while (now < 60000) {
		struct scenario_now n = { now, stood, (now >= 3000) + (now >= 20000) };
		struct scenario_event e = { (enum scenario_event_kind)(rnd(&x) % SCENARIO_EVENTS),
					    rnd(&x) % s->n_injects, now };
		size_t due[16], k = scenario_due(s, &f, seed, &n, due, 16, NULL);
		struct scenario_query q = { .key = "a", .nth = ++nth, .command = "c",
					    .now_ms = now };
		struct scenario_reply r;

		for (size_t i = 0; i < k; i++) {
			apply(&f, SCENARIO_EV_DELIVERED, due[i], now);
			buf_addf(out, "%lld %s\n", (long long)now, s->injects[due[i]].id);
		}
		if (rnd(&x) % 16 == 0)
			(void)scenario_fold_apply(&f, &e, NULL);
		r = scenario_answer(s, &f, &q);
		if (r.inject != SCENARIO_NO_INJECT)
			apply(&f, SCENARIO_EV_USED, (size_t)r.inject, now);
		buf_addf(out, "%lld: %d %.*s %lld %d\n", (long long)now, r.covered,
			 (int)r.n_output, r.output, (long long)r.exit, r.inject);
		now += 1 + (int64_t)(rnd(&x) % 2000);
	}
	scenario_fold_release(&f);
}

static void the_same_seed_and_events_give_the_same_drill(void **state)
{
	struct scenario *s = load("answers: {step: a, output: 0123456789, took: 10s}\n"
				  "injects:\n"
				  "  - {id: i, at: 0, until: 50s, chance: 60%, show: x}\n"
				  "  - {id: j, after: a, later: 5s, fails: {step: a, times: 3}}\n"
				  "  - {id: k, at: 10s, until: 30s, flaps: {step: a, answers: "
				  "[{output: u}, {output: v}]}}\n"
				  "  - {id: l, at: 5s, until: 40s, network: {lasts: 4s}}\n");
	int differ = 0;

	(void)state;
	for (uint64_t i = 1; i <= 300; i++) {
		struct buf one = BUF_INIT, two = BUF_INIT, other = BUF_INIT;

		play(s, (int64_t)i, i * 7919, &one);
		play(s, (int64_t)i, i * 7919, &two);
		play(s, (int64_t)i + 1, i * 7919, &other);
		assert_string_equal(buf_str(&one), buf_str(&two));
		differ += !str_eq(buf_str(&one), buf_str(&other));
		buf_release(&one);
		buf_release(&two);
		buf_release(&other);
	}
	assert_true(differ > 200);
	scenario_free(s);
}

static void the_pace_shortens_and_never_to_nothing(void **state)
{
	struct scenario *fast = load("pace: 10\n"), *real = load("pace: true\n");

	(void)state;
	assert_int_equal(scenario_paced(fast, 60000), 6000);
	assert_int_equal(scenario_paced(fast, 1), 1);
	assert_int_equal(scenario_paced(fast, 0), 0);
	assert_int_equal(scenario_paced(real, 60000), 60000);
	scenario_free(fast);
	scenario_free(real);
}

static void moved(const char *from, const char *text, const char *want)
{
	struct scenario s = { 0 };
	struct buf b = BUF_INIT;
	int64_t began;

	assert_true(clock_parse("2027-01-01T00:00:07Z", &began));
	if (from)
		assert_true(clock_parse(from, &s.happened));
	scenario_moved(&b, &s, began + 123456789, text, strlen(text));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void times_in_outputs_move_with_the_drill(void **state)
{
	static const char from[] = "2026-12-31T23:00:07Z";

	(void)state;
	moved(from, "at 2026-12-31T22:59:07Z, 2026-12-31T23:00:07.25Z.",
	      "at 2026-12-31T23:59:07Z, 2027-01-01T00:00:07.25Z.");
	moved(NULL, "2026-12-31T22:59:07Z", "2026-12-31T22:59:07Z");
	moved(from, "2026-13-31T22:59:07Z 2026-12-31T22:59:07 2026-12-31T22:59:07+01:00",
	      "2026-13-31T22:59:07Z 2026-12-31T22:59:07 2026-12-31T22:59:07+01:00");
	moved(from, "12026-12-31T22:59:07Z 2026-12-31T22:59:0",
	      "12026-12-31T22:59:07Z 2026-12-31T22:59:0");
	moved(from, "2026-12-31T22:59:07.Z", "2026-12-31T22:59:07.Z");
	moved(from, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_answer_that_names_most_counts),
		UNIT(what_nothing_answers_is_not_covered),
		UNIT(a_changed_command_is_covered_by_its_own_answer_only),
		UNIT(what_is_owed_is_told_apart),
		UNIT(a_failure_cuts_output_and_time_and_is_used_up),
		UNIT(what_is_not_covered_does_not_fail_either),
		UNIT(flapping_goes_round_and_a_wrong_plan_stays_wrong),
		UNIT(the_network_is_gone_as_long_as_it_says),
		UNIT(who_is_made_silent_does_not_answer),
		UNIT(injects_come_due_by_time_and_by_steps),
		UNIT(what_cannot_become_of_an_inject_is_refused),
		UNIT(chance_follows_the_seed_and_the_id_alone),
		UNIT(the_same_seed_and_events_give_the_same_drill),
		UNIT(the_pace_shortens_and_never_to_nothing),
		UNIT(times_in_outputs_move_with_the_drill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
