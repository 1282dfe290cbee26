/* Scores from rows: a good, a slow and a bad responder walk the same runbook against the same
 * objectives. */
#include "../lib/report_rig.h"
#include "../lib/climb_rig.h"

#include "scenario.h"

#include "../../src/report/reportint.h"

enum { MIN = 60000 };

static const struct scenario_objective wanted[] = {
	{ .id = "call", .measure = SCENARIO_FIRST_CONTACT, .within_ms = MIN, .late_ms = 3 * MIN },
	{ .id = "first", .measure = SCENARIO_DECISION, .within_ms = 2 * MIN },
	{ .id = "which", .measure = SCENARIO_DECISION, .step = "which", .within_ms = 2 * MIN },
	{ .id = "back", .measure = SCENARIO_RECOVERY, .within_ms = 5 * MIN },
	{ .id = "rpo", .measure = SCENARIO_RESTORE_POINT, .late_ms = 60 * MIN },
	{ .id = "done", .measure = SCENARIO_STEP_DONE, .step = "restore", .within_ms = 4 * MIN },
	{ .id = "guard", .measure = SCENARIO_GUARD },
	{ .id = "turns", .measure = SCENARIO_WRONG_TURNS, .at_most = 1 },
	{ .id = "help", .measure = SCENARIO_HELP },
};
static const struct scenario scenario = { .objectives = wanted, .n_objectives = COUNT_OF(wanted) };

/* Opened 2023-11-14T22:13:20Z, as every run of the rig. */
static void open_book(struct rig *r, const char *restored_to)
{
	struct step **v = arena_alloc(r->arena, 5 * sizeof *v);
	struct named *to = arena_alloc(r->arena, sizeof *to);
	enum value_type *type = arena_alloc(r->arena, sizeof *type);

	v[0] = rig_step(r, KIND_CONTACT, "call", "Call somebody.");
	v[1] = rig_step(r, KIND_HOLD, "which", "Is it this one?");
	v[2] = rig_step(r, KIND_RUN, "restore", "restore it");
	v[2]->effect = EFFECT_CHANGE;
	v[2]->effect_given = true;
	v[3] = rig_step(r, KIND_SET, "point", NULL);
	to->name = "restored_to";
	to->value.s = restored_to;
	*type = VALUE_DATETIME;
	v[3]->sets = to;
	v[3]->set_types = type;
	v[3]->n_sets = 1;
	v[4] = rig_step(r, KIND_END, "end", "It is back.");
	r->mode = MODE_DRILL;
	r->book.rpo_ms = 15 * MIN;
	rig_open(r, v, 5);
}

static void after(struct rig *r, int64_t ms)
{
	r->now.boot += ms * 1000000;
	r->now.wall += ms * 1000000;
}

static void say(struct rig *r, int64_t after_ms, const char *key, enum verb verb)
{
	after(r, after_ms);
	if (!rig_say(r, key, verb, NULL))
		fail_msg("%s: %s", key, r->verdict.why);
}

static void restore(struct rig *r, int64_t think_ms, int64_t run_ms, int code)
{
	char token[TOKEN_MAX];

	say(r, think_ms, "restore", VERB_START);
	assert_true(rig_prepared(r, token));
	after(r, run_ms);
	rig_ended(r, token, code, NULL);
}

static void close_run(struct rig *r)
{
	struct intent it = { .verb = VERB_CLOSE, .reason = "over",
			     .prompt = engine_state(r->e)->prompt };

	if (engine_state(r->e)->phase != RUN_CLOSED && !rig_send(r, &it))
		fail_msg("%s", r->verdict.why);
	assert_int_equal(engine_state(r->e)->phase, RUN_CLOSED);
}

static const struct report_score *score_of(const struct report *rep, const char *id)
{
	for (size_t i = 0; i < rep->scores.n; i++)
		if (str_eq(rep->scores.v[i].id, id))
			return &rep->scores.v[i];
	fail_msg("no objective %s", id);
	return NULL;
}

/* "met met late …", in the order of the objectives. */
static void scores_are(const struct report *rep, const char *want)
{
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < rep->scores.n; i++) {
		const struct report_score *o = &rep->scores.v[i];

		buf_addf(&got, "%s%s", i ? ", " : "", report_score_result_name((int)o->result));
		assert_true(o->n_rows > 0);
		for (size_t k = 0; k < o->n_rows; k++)
			assert_in_range(o->rows[k], 1, rep->events);
	}
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
}

static void a_good_responder_meets_what_the_record_can_tell(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	open_book(&r, "2023-11-14T22:03:20Z");
	say(&r, MIN / 2, "call", VERB_DONE);
	say(&r, MIN / 2, "which", VERB_DONE);
	restore(&r, MIN / 4, 2 * MIN, 0);
	close_run(&r);
	rep = report_scored(&r, false, &scenario);
	scores_are(rep, "met, met, met, met, met, met, cannot tell, met, met");
	assert_in_range(score_of(rep, "call")->ms, 30000, 30010);
	assert_in_range(score_of(rep, "which")->ms, 60000, 60010);
	assert_int_equal(score_of(rep, "rpo")->ms, 10 * MIN);
	assert_string_equal(score_of(rep, "guard")->why, "nothing that is guarded was reached");
	assert_int_equal(score_of(rep, "back")->rows[0], rep->closed_seq);
	report_free(rep);
	rig_release(&r);
}

static void a_slow_responder_is_late_and_then_misses(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	open_book(&r, "2023-11-14T21:43:20Z");
	say(&r, 2 * MIN, "call", VERB_DONE);
	say(&r, 3 * MIN, "which", VERB_DONE);
	restore(&r, MIN / 2, 2 * MIN, 0);
	close_run(&r);
	rep = report_scored(&r, false, &scenario);
	scores_are(rep, "late, missed, missed, late, late, late, cannot tell, met, met");
	assert_int_equal(score_of(rep, "rpo")->ms, 30 * MIN);
	report_free(rep);
	rig_release(&r);
}

static void a_bad_responder_goes_back_leaves_out_and_gives_up(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	open_book(&r, "2023-11-14T22:03:20Z");
	say(&r, 0, "call", VERB_SKIP);
	say(&r, 0, "which", VERB_DONE);
	for (int i = 0; i < 2; i++) {
		say(&r, 0, "which", VERB_REOPEN);
		say(&r, 0, "which", VERB_DONE);
	}
	restore(&r, MIN, MIN, 1);
	close_run(&r);
	rep = report_scored(&r, false, &scenario);
	scores_are(rep, "missed, met, met, missed, cannot tell, missed, cannot tell, missed, met");
	assert_int_equal(score_of(rep, "turns")->count, 2);
	assert_int_equal(score_of(rep, "turns")->n_rows, 2);
	report_free(rep);
	rig_release(&r);
}

static void of_an_open_run_only_what_is_sure_is_told(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	open_book(&r, "2023-11-14T22:03:20Z");
	say(&r, MIN / 2, "call", VERB_DONE);
	rep = report_scored(&r, false, &scenario);
	scores_are(rep, "met, cannot tell, cannot tell, cannot tell, cannot tell, cannot tell, "
			"cannot tell, cannot tell, cannot tell");
	assert_string_equal(score_of(rep, "back")->why, "the run is still open");
	report_free(rep);
	rig_tick(&r, 11 * MIN); /* twice what recovery may take */
	assert_true(rig_say(&r, "which", VERB_NOTE, "hm"));
	rep = report_scored(&r, false, &scenario);
	scores_are(rep, "met, missed, missed, missed, cannot tell, missed, cannot tell, "
			"cannot tell, cannot tell");
	report_free(rep);
	rig_release(&r);
}

static void without_a_scenario_the_runbook_says_what_counts(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	r.book.rto_ms = MIN;
	open_book(&r, "2023-11-14T22:03:20Z");
	say(&r, 0, "call", VERB_DONE);
	say(&r, 0, "which", VERB_DONE);
	restore(&r, 0, 3 * MIN / 2, 0);
	close_run(&r);
	rep = report_of(&r, false);
	assert_int_equal(score_of(rep, "recovery")->result, SCORE_LATE);
	assert_int_equal(score_of(rep, "restore-point")->result, SCORE_MET);
	assert_int_equal(score_of(rep, "owed")->result, SCORE_MET);
	assert_int_equal(score_of(rep, "guard")->result, SCORE_UNKNOWN);
	assert_int_equal(score_of(rep, "wrong-turns")->result, SCORE_MET);
	assert_int_equal(score_of(rep, "help")->result, SCORE_MET);
	assert_int_equal(rep->scores.n, 6);
	report_free(rep);
	rig_release(&r);
}

/* --- the data that was put back --------------------------------------------------------------- */

static struct step *set(struct rig *r, const char *id, const char *name, const char *value)
{
	struct step *st = rig_step(r, KIND_SET, id, NULL);
	struct named *n = arena_alloc(r->arena, sizeof *n);
	enum value_type *type = arena_alloc(r->arena, sizeof *type);

	n->name = name;
	n->value.s = value;
	*type = value[0] == '[' ? VALUE_LIST : VALUE_MAP;
	st->sets = n;
	st->set_types = type;
	st->n_sets = 1;
	return st;
}

#define ORDERS "{\"volume\":\"orders\",\"point\":\"p1\",\"at\":\"2023-11-14T21:43:20Z\"}"
#define LOGS "{\"volume\":\"logs\",\"point\":\"p1\",\"at\":\"2023-11-14T21:13:20Z\"}"

/* A restore of two volumes, as the loader makes one; the second ends with `code`. anew: the points
 * are chosen again after that. */
static struct report *restore_two(struct rig *r, const char *points, int code, bool anew)
{
	static const char *const items[] = { "orders", "logs" };
	struct step *put = rig_step(r, KIND_RUN, "my-data/restore", "put it"),
		    *loop = rig_step(r, KIND_GROUP, "my-data/put", NULL), *kids[3],
		    *top = rig_step(r, KIND_RESTORE, "my-data", "restic");

	rig_kids(r, loop, &put, 1);
	loop->each_name = "my_data_volume";
	loop->each_items = items;
	loop->n_each_items = 2;
	put->effect_given = true;
	kids[0] = set(r, "my-data/points", "my_data_points", points);
	kids[1] = set(r, "my-data/chosen", "my_data_chosen",
		      "{\"orders\":\"p1\",\"logs\":\"p1\"}");
	kids[2] = loop;
	rig_kids(r, top, kids, 3);
	r->book.rpo_ms = 60 * MIN;
	rig_open(r, &top, 1);
	assert_true(rig_runs(r, 0, NULL));
	assert_true(rig_runs(r, code, NULL));
	if (anew)
		say(r, 0, "my-data/chosen", VERB_REOPEN);
	close_run(r);
	return report_scored(r, false, NULL);
}

static void a_restore_is_as_old_as_the_oldest_point_that_was_put_in_place(void **x)
{
	static const struct {
		const char *points;
		int code;
		enum run_mode mode;
		int64_t minutes; /* -1: cannot tell */
		enum score_result result;
	} v[] = {
		{ "[" ORDERS "," LOGS "]", 0, MODE_REAL, 60, SCORE_MET },
		{ "[" LOGS "," ORDERS "]", 1, MODE_REAL, 30, SCORE_MET },
		{ "[" ORDERS "]", 0, MODE_REAL, -1, SCORE_UNKNOWN },
		{ "[" ORDERS "," LOGS "]", 0, MODE_DRILL, 60, SCORE_MET },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		struct rig r;
		struct report *rep;
		const struct report_score *o;

		rig_init(&r);
		r.mode = v[i].mode;
		rep = restore_two(&r, v[i].points, v[i].code, false);
		o = score_of(rep, "restore-point");
		assert_int_equal(o->result, v[i].result);
		assert_int_equal(o->ms, v[i].minutes < 0 ? -1 : v[i].minutes * MIN);
		if (v[i].minutes < 0)
			assert_non_null(strstr(o->why, "no time of the point that logs"));
		report_free(rep);
		rig_release(&r);
	}
}

/* Chosen again, and not put in place yet: the record's last word on it is not what was restored. */
static void a_point_that_is_chosen_anew_is_not_the_one_that_was_restored(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	rep = restore_two(&r, "[" ORDERS "," LOGS "]", 1, false);
	assert_int_equal(score_of(rep, "restore-point")->result, SCORE_MET);
	report_free(rep);
	rig_release(&r);
	rig_init(&r);
	rep = restore_two(&r, "[" ORDERS "," LOGS "]", 1, true);
	assert_int_equal(score_of(rep, "restore-point")->result, SCORE_UNKNOWN);
	assert_non_null(strstr(score_of(rep, "restore-point")->why, "after the one that orders"));
	report_free(rep);
	rig_release(&r);
}

/* --- drills ----------------------------------------------------------------------------------- */

static void drill_say(struct rig *r, enum verb verb, const char *name, const char *text)
{
	struct intent it = { .verb = verb, .name = (char *)(uintptr_t)name,
			     .text = (char *)(uintptr_t)text };

	if (!rig_send(r, &it))
		fail_msg("%s", r->verdict.why);
}

static void each_help_counts_and_what_came_in_between_is_told(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	open_book(&r, "2023-11-14T22:03:20Z");
	for (int i = 0; i < 2; i++)
		drill_say(&r, VERB_HELP, "screen", NULL);
	say(&r, 0, "call", VERB_DONE);
	say(&r, 0, "which", VERB_DONE);
	restore(&r, 0, 0, 0);
	close_run(&r);
	rep = report_scored(&r, false, &scenario);
	assert_int_equal(score_of(rep, "help")->count, 2);
	assert_int_equal(score_of(rep, "help")->result, SCORE_MISSED);
	report_free(rep);
	rig_release(&r);
}

static void tell(struct rig *r, const struct drill_told *t)
{
	struct engine_input in = { .kind = INPUT_DRILL, .drill = t };

	rig_feed(r, &in);
}

/* A command that is not run takes no machine's time while its end is waited for. */
static void what_a_drill_asks_people_is_their_time(void **x)
{
	static const enum report_class of[] = { [DRILL_BY_OPERATOR] = CLASS_THINKING,
						[DRILL_BY_FACILITATOR] = CLASS_WAITING };

	(void)x;
	for (int by = DRILL_BY_FACILITATOR; by <= DRILL_BY_OPERATOR; by++) {
		struct rig r;
		struct step *a;
		struct report *rep;
		char token[TOKEN_MAX];

		rig_init(&r);
		r.mode = MODE_DRILL;
		r.way = by == DRILL_BY_OPERATOR ? DRILL_TABLETOP : DRILL_SIMULATED;
		a = rig_step(&r, KIND_RUN, "a", "restore");
		a->effect = EFFECT_READ;
		a->effect_given = true;
		rig_open(&r, &a, 1);
		assert_true(rig_prepared(&r, token));
		tell(&r, &(struct drill_told){ .what = DRILL_ASKED, .token = token, .by = by });
		after(&r, MIN);
		tell(&r, &(struct drill_told){ .what = DRILL_ANSWER, .token = token, .by = by,
					       .covered = true, .took_ms = 2 * MIN });
		after(&r, 2 * MIN);
		rig_ended(&r, token, 0, NULL);
		close_run(&r);
		rep = report_of(&r, false);
		assert_in_range(rep->times.ns[of[by]] / 1000000, MIN, MIN + 10);
		assert_in_range(rep->times.ns[CLASS_MACHINE] / 1000000, 2 * MIN, 2 * MIN + 10);
		assert_in_range(rep->steps[0].times.ns[of[by]] / 1000000, MIN, MIN + 10);
		report_free(rep);
		rig_release(&r);
	}
}

static void what_came_in_between_and_was_observed_is_told(void **x)
{
	static const enum drill_what turns[] = { DRILL_DUE, DRILL_HELD, DRILL_RELEASED,
						 DRILL_DELIVERED };
	struct rig r;
	struct report *rep;
	struct buf b = BUF_INIT;

	(void)x;
	rig_init(&r);
	open_book(&r, "2023-11-14T22:03:20Z");
	for (size_t i = 0; i < COUNT_OF(turns); i++)
		tell(&r, &(struct drill_told){ .what = turns[i], .inject = "news",
					       .by = DRILL_BY_FACILITATOR, .show = "| *news*" });
	tell(&r, &(struct drill_told){ .what = DRILL_FACILITATOR, .client = "bench", .on = true });
	drill_say(&r, VERB_OBSERVE, "call", "in time | *well*");
	rep = report_scored(&r, false, &scenario);
	assert_int_equal(report_count(rep, IN_INJECT), 3);
	assert_int_equal(report_count(rep, IN_OBSERVED), 1);
	assert_int_equal(report_count(rep, IN_NOTE | IN_HELP), 0);
	assert_int_equal(report_count(rep, IN_DECISION), 1); /* it was opened */
	assert_int_equal(score_of(rep, "call")->observed[0], rep->events);
	assert_int_equal(score_of(rep, "which")->n_observed, 0);
	report_markdown(&b, rep);
	assert_non_null(strstr(b.data, "| DRILL inject: \\| \\*news\\* |"));
	assert_non_null(strstr(b.data, "DRILL inject news: held"));
	assert_non_null(strstr(b.data, "observed (call): in time \\| \\*well\\*"));
	assert_non_null(strstr(b.data, "; observed ["));
	buf_release(&b);
	report_free(rep);
	report_holds(&r);
	rig_release(&r);
}

static void who_is_on_no_rung_helps(void **x)
{
	static const int who[] = { ANA, RAJ };

	(void)x;
	for (size_t i = 0; i < COUNT_OF(who); i++) {
		struct rig r;
		struct step *s;
		struct climbing *c;
		struct intent it = { .verb = VERB_REPLY, .step = "help", .name = "raj",
				     .text = "answered" };
		struct report *rep;

		rig_init(&r);
		r.mode = MODE_DRILL;
		s = rig_step(&r, KIND_CONTACT, "help", "ops");
		c = rig_ladder(&r, s, 1, false);
		c->parties[who[i]].on_ladder = false;
		rig_open(&r, &s, 1);
		assert_true(rig_say(&r, "help", VERB_START, NULL));
		rig_climb(&r);
		assert_true(rig_send(&r, &it));
		rep = report_of(&r, false);
		assert_int_equal(score_of(rep, "help")->count, who[i] == RAJ);
		assert_true(report_count(rep, IN_CALLED) > 0);
		report_free(rep);
		rig_release(&r);
	}
}

/* Ten minutes of the drill in one of the clock: objectives are times of the drill. */
static void at_a_faster_pace_all_times_are_those_of_the_drill(void **x)
{
	struct rig r;
	struct report *rep;

	(void)x;
	rig_init(&r);
	r.way = DRILL_SIMULATED;
	r.pace = 10;
	open_book(&r, "2023-11-14T22:03:20Z");
	say(&r, MIN / 20, "call", VERB_DONE);
	say(&r, MIN / 20, "which", VERB_DONE);
	restore(&r, 0, MIN / 5, 0);
	close_run(&r);
	rep = report_scored(&r, false, &scenario);
	assert_int_equal(rep->way, WAY_SIMULATED);
	assert_int_equal(rep->pace, 10);
	assert_in_range(score_of(rep, "call")->ms, 30000, 30100);
	assert_in_range(score_of(rep, "which")->ms, 60000, 60100);
	assert_in_range(rep->times.ns[CLASS_THINKING] / 1000000, 60000, 60200);
	assert_in_range(rep->times.ns[CLASS_MACHINE] / 1000000, 120000, 120100);
	assert_in_range(rep->elapsed_ms, 180000, 180300);
	report_free(rep);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_good_responder_meets_what_the_record_can_tell),
		UNIT(a_slow_responder_is_late_and_then_misses),
		UNIT(a_bad_responder_goes_back_leaves_out_and_gives_up),
		UNIT(of_an_open_run_only_what_is_sure_is_told),
		UNIT(without_a_scenario_the_runbook_says_what_counts),
		UNIT(a_restore_is_as_old_as_the_oldest_point_that_was_put_in_place),
		UNIT(a_point_that_is_chosen_anew_is_not_the_one_that_was_restored),
		UNIT(each_help_counts_and_what_came_in_between_is_told),
		UNIT(what_a_drill_asks_people_is_their_time),
		UNIT(what_came_in_between_and_was_observed_is_told),
		UNIT(who_is_on_no_rung_helps),
		UNIT(at_a_faster_pace_all_times_are_those_of_the_drill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
