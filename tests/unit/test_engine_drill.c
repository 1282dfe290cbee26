/* A drill in the engine: its facilitator, words for commands, injects, time that runs faster. */
#include "unit.h"

#include "rig.h"

static struct rig drilled(enum drill_way way, int64_t pace)
{
	struct rig r;

	rig_init(&r);
	r.mode = MODE_DRILL;
	r.way = way;
	r.pace = pace;
	return r;
}

static void over(struct rig *r)
{
	assert_string_equal(engine_check(r->e), "");
	assert_true(rig_replays(r));
	rig_release(r);
}

static const struct drill *drill_of(const struct rig *r)
{
	return &engine_state(r->e)->drill;
}

static size_t rows(const struct rig *r, enum event_kind kind, const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < r->log.n; i++)
		n += r->log.v[i].kind == kind && strstr(r->log.v[i].body, part);
	return n;
}

static void tell(struct rig *r, const struct drill_told *t)
{
	struct engine_input in = { .kind = INPUT_DRILL, .drill = t };

	if (t->client)
		snprintf(in.actor.id, sizeof in.actor.id, "fay");
	rig_feed(r, &in);
}

static void facilitates(struct rig *r, const char *client, bool on)
{
	tell(r, &(struct drill_told){ .what = DRILL_FACILITATOR, .client = client, .on = on });
}

/* An intent of any client's. */
static bool says(struct rig *r, const char *client, struct intent *it, enum input_kind kind,
		 const struct drill_told *t)
{
	struct engine_input in = { .kind = kind, .intent = it, .drill = t };

	snprintf(it->client, sizeof it->client, "%s", client);
	snprintf(it->id, sizeof it->id, "%d", ++r->n_ids);
	snprintf(in.actor.id, sizeof in.actor.id, "%s", client);
	rig_feed(r, &in);
	return r->verdict.accepted;
}

static char *text(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* --- the facilitator -------------------------------------------------------------------------- */

/* The oracle: what a client may ask for follows from who it is alone. */
static bool may(bool facilitator, enum verb v)
{
	bool theirs = v == VERB_INVENT || v == VERB_OBSERVE;

	return facilitator ? theirs || v == VERB_NOTE : !theirs;
}

static void a_facilitator_never_operates_and_nobody_else_facilitates(void **x)
{
	(void)x;
	for (int v = 0; v < VERB_MAX; v++)
		for (int who = 0; who < 2; who++) {
			struct rig r = drilled(DRILL_SIMULATED, 1);
			struct step *a = rig_step(&r, KIND_DO, "a", "look");
			struct intent it = { .verb = v, .step = text("a"), .text = text("words"),
					     .reason = text("because"), .name = text("screen") };
			bool took;

			rig_open(&r, &a, 1);
			facilitates(&r, "fay", true);
			it.prompt = rig_inst(&r, "a")->prompt;
			took = says(&r, who ? "fay" : "ana", &it, INPUT_INTENT, NULL);
			if (took)
				assert_true(may(who, v));
			if (who) {
				assert_int_equal(took, may(who, v));
				assert_false(engine_state(r.e)->seat.taken);
				assert_int_equal(rig_inst(&r, "a")->state, STEP_EXECUTING);
			}
			over(&r);
		}
}

static void who_facilitates_leaves_the_seat(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 1);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	struct engine_input gone = { .kind = INPUT_CLIENT, .name = "bench" };

	(void)x;
	rig_open(&r, &a, 1);
	assert_true(rig_say(&r, NULL, VERB_PAUSE, NULL));
	assert_true(engine_state(r.e)->seat.taken);
	facilitates(&r, "bench", true);
	assert_false(engine_state(r.e)->seat.taken);
	assert_true(drill_facilitates(engine_state(r.e), "bench"));
	assert_false(rig_say(&r, NULL, VERB_TAKE, NULL));
	rig_feed(&r, &gone);
	assert_int_equal(drill_of(&r)->n_facilitators, 0);
	assert_int_equal(rows(&r, EV_DRILL, "\"on\":false"), 1);
	assert_true(rig_say(&r, NULL, VERB_CONTINUE, NULL));
	over(&r);
}

static void a_new_keeper_knows_no_facilitator(void **x)
{
	struct rig r = drilled(DRILL_LAB, 1);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");

	(void)x;
	rig_open(&r, &a, 1);
	facilitates(&r, "fay", true);
	facilitates(&r, "fay", true); /* said twice, it is one row */
	assert_int_equal(rows(&r, EV_DRILL, "\"on\":true"), 1);
	rig_keeper(&r, "crash");
	assert_int_equal(drill_of(&r)->n_facilitators, 0);
	over(&r);
}

static void a_real_run_takes_nothing_of_a_drill(void **x)
{
	static const enum verb verbs[] = { VERB_INJECT, VERB_INVENT, VERB_OBSERVE, VERB_PLAY,
					   VERB_HELP };
	struct rig r;
	struct step *a;
	struct event ev = { .kind = EV_DRILL };
	struct err err;

	(void)x;
	rig_init(&r);
	a = rig_step(&r, KIND_DO, "a", "look");
	rig_open(&r, &a, 1);
	facilitates(&r, "bench", true);
	tell(&r, &(struct drill_told){ .what = DRILL_DELIVERED, .inject = "i", .show = "x" });
	assert_int_equal(rows(&r, EV_DRILL, ""), 0);
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		assert_false(rig_say(&r, NULL, verbs[i], "words"));
	ev.seq = engine_state(r.e)->seq + 1;
	ev.at = r.now;
	ev.body = text("{\"what\":\"help\",\"of\":\"screen\"}");
	ev.body_len = strlen(ev.body);
	assert_int_equal(engine_apply(r.e, &ev, &err), ERR_CORRUPT);
	over(&r);
}

/* --- injects ---------------------------------------------------------------------------------- */

static void injects_are_on_record_and_what_is_shown_is_kept(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 1);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	struct intent it = { .verb = VERB_INJECT, .name = text("i"), .text = text("hold") };
	struct intent own = { .verb = VERB_INVENT, .name = text("help"), .text = text("Look up") };
	struct drill_told hold = { .what = DRILL_HELD, .inject = "i" };

	(void)x;
	rig_open(&r, &a, 1);
	facilitates(&r, "fay", true);
	assert_false(says(&r, "fay", &it, INPUT_INTENT, NULL)); /* nobody looked it up */
	assert_false(says(&r, "ana", &it, INPUT_DRILL, &hold));
	assert_int_equal(drill_of(&r)->n_turns, 0);
	assert_true(says(&r, "fay", &it, INPUT_DRILL, &hold));
	tell(&r, &(struct drill_told){ .what = DRILL_DELIVERED, .inject = "j", .show = "news",
				       .by = DRILL_BY_SCENARIO });
	assert_true(says(&r, "fay", &own, INPUT_INTENT, NULL));
	assert_int_equal(drill_of(&r)->n_turns, 2);
	assert_int_equal(drill_of(&r)->n_shown, 2);
	assert_string_equal(drill_of(&r)->shown[1].inject, "own-1");
	assert_int_equal(drill_of(&r)->n_helped, 1);
	over(&r);
}

static void how_steps_came_to_stand_is_kept_in_order(void **x)
{
	struct rig r = drilled(DRILL_TABLETOP, 1);
	struct step *all[] = { rig_step(&r, KIND_DO, "a", "look"),
			       rig_step(&r, KIND_DO, "b", "look") };
	const struct drill_stood *s;

	(void)x;
	rig_open(&r, all, 2);
	rig_say(&r, "a", VERB_DONE, NULL);
	rig_say(&r, "b", VERB_SKIP, NULL);
	s = drill_of(&r)->stood;
	assert_int_equal(drill_of(&r)->n_stood, 4);
	assert_string_equal(s[0].inst->key, "a");
	assert_int_equal(s[0].to, STEP_EXECUTING);
	assert_int_equal(s[1].outcome, OUTCOME_CONFIRMED);
	assert_int_equal(s[3].outcome, OUTCOME_SKIPPED);
	over(&r);
}

/* --- words for a command ---------------------------------------------------------------------- */

static void asked(struct rig *r, const char *token, enum drill_by of)
{
	tell(r, &(struct drill_told){ .what = DRILL_ASKED, .token = token, .by = of });
}

static bool plays(struct rig *r, const char *client, const char *token, const char *exit)
{
	struct intent_field f[] = { { text("exit"), text(exit) },
				    { text("says"), text("ask again") } };
	struct intent it = { .verb = VERB_PLAY, .name = text(token), .text = text("3\n"),
			     .fields = f, .n_fields = 2 };

	return says(r, client, &it, INPUT_INTENT, NULL);
}

static void the_operator_says_what_a_command_comes_to(void **x)
{
	struct rig r = drilled(DRILL_TABLETOP, 1);
	struct step *a = rig_step(&r, KIND_RUN, "a", "restore");
	char token[TOKEN_MAX];
	const struct drill_play *p;

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_prepared(&r, token));
	assert_false(plays(&r, "bench", token, "0")); /* nobody waits for words yet */
	asked(&r, token, DRILL_BY_OPERATOR);
	assert_non_null(state_play_asked(engine_state(r.e), DRILL_BY_MAX));
	assert_false(plays(&r, "raj", token, "0")); /* ana sits there */
	assert_false(plays(&r, "bench", token, "256"));
	assert_true(plays(&r, "bench", token, "3"));
	assert_non_null(rig_act(&r, ACT_PLAY));
	p = state_play(engine_state(r.e), token);
	assert_int_equal(p->exit, 3);
	assert_string_equal(p->output, "3\n");
	assert_string_equal(p->says, "ask again");
	assert_int_equal(p->by, DRILL_BY_OPERATOR);
	assert_false(plays(&r, "bench", token, "0")); /* said once, it is said */
	assert_null(state_play_asked(engine_state(r.e), DRILL_BY_MAX));
	over(&r);
}

static void what_is_the_facilitators_to_say_the_operator_does_not(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 1);
	struct step *a = rig_step(&r, KIND_RUN, "a", "restore");
	char token[TOKEN_MAX];

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_prepared(&r, token));
	facilitates(&r, "fay", true);
	asked(&r, token, DRILL_BY_FACILITATOR);
	assert_false(plays(&r, "bench", token, "0"));
	assert_true(plays(&r, "fay", token, "0"));
	assert_int_equal(state_play(engine_state(r.e), token)->by, DRILL_BY_FACILITATOR);
	over(&r);
}

static void an_answer_is_on_record_before_it_is_played_and_once(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 1);
	struct step *a = rig_step(&r, KIND_RUN, "a", "restore");
	char token[TOKEN_MAX];
	struct drill_told t = { .what = DRILL_ANSWER, .covered = true, .exit = 2, .took_ms = 5,
				.inject = "breaks" };

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_prepared(&r, token));
	t.token = token;
	tell(&r, &t);
	assert_non_null(rig_act(&r, ACT_PLAY));
	t.exit = 0;
	tell(&r, &t);
	assert_null(rig_act(&r, ACT_PLAY));
	assert_int_equal(state_play(engine_state(r.e), token)->exit, 2);
	assert_int_equal(drill_of(&r)->n_turns, 1);
	assert_int_equal(drill_of(&r)->turns[0].what, DRILL_ANSWER);
	over(&r);
}

static void a_look_that_nothing_answers_is_not_asked_for_again_and_again(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 1);
	struct step *a = rig_step(&r, KIND_RUN, "a", "restore");
	struct engine_input in = { .kind = INPUT_UNKNOWN, .text = "nobody says" };
	char token[TOKEN_MAX];

	(void)x;
	a->verify = rig_probe(&r, "look", "exit = 0", 600000);
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(rig_inst(&r, "a")->state, STEP_CONFIRMING);
	assert_true(rig_prepared(&r, token));
	in.token = token;
	rig_feed(&r, &in);
	assert_int_equal(rig_inst(&r, "a")->state, STEP_DECIDING);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_UNKNOWN_FATE);
	assert_null(rig_act(&r, ACT_PREPARE));
	over(&r);
}

/* --- time ------------------------------------------------------------------------------------- */

static void time_runs_faster_and_every_timer_with_it(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 10);
	struct step *a = rig_step(&r, KIND_RUN, "a", "slow");
	const struct state *s;
	char token[TOKEN_MAX];
	int64_t due;

	(void)x;
	a->timeout_ms = 60000;
	rig_open(&r, &a, 1);
	s = engine_state(r.e);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_prepared(&r, token));
	assert_int_equal(engine_deadline(r.e), -1); /* what it comes to is not known yet */
	tell(&r, &(struct drill_told){ .what = DRILL_ANSWER, .token = token, .covered = true,
				       .took_ms = 90000 });
	due = engine_deadline(r.e);
	assert_in_range(due - r.now.boot, 5990000000, 6000000000);
	assert_in_range(state_time(s, (struct moment){ .boot = due }) - state_cmd(s, token)->deadline,
			0, 9);
	rig_tick(&r, 5900);
	assert_int_equal(rig_inst(&r, "a")->state, STEP_EXECUTING);
	rig_tick(&r, 100);
	assert_int_equal(rig_inst(&r, "a")->state, STEP_FAILING);
	over(&r);
}

static void what_ends_in_time_has_no_timeout_and_words_take_theirs(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 1000);
	struct step *a = rig_step(&r, KIND_RUN, "a", "quick");
	char token[TOKEN_MAX];

	(void)x;
	a->timeout_ms = 60000;
	a->takes_ms = 58500;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_prepared(&r, token));
	asked(&r, token, DRILL_BY_FACILITATOR);
	rig_tick(&r, 5000);
	assert_int_equal(rig_inst(&r, "a")->state, STEP_EXECUTING);
	assert_false(rig_inst(&r, "a")->late); /* nobody is late who is asked */
	tell(&r, &(struct drill_told){ .what = DRILL_ANSWER, .token = token, .covered = true,
				       .took_ms = 59000 });
	rig_tick(&r, 5000);
	assert_int_equal(rig_inst(&r, "a")->state, STEP_EXECUTING);
	assert_true(rig_inst(&r, "a")->late); /* the scenario says that it is */
	over(&r);
}

static void time_goes_on_over_a_restart_of_the_machine(void **x)
{
	struct rig r = drilled(DRILL_SIMULATED, 10);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	int64_t before;

	(void)x;
	rig_open(&r, &a, 1);
	rig_tick(&r, 1000);
	before = state_time(engine_state(r.e), r.now);
	snprintf(r.boot, sizeof r.boot, "99999999-2222-3333-4444-555555555555");
	r.now.wall += 3000000000;
	r.now.boot = 5000000;
	rig_keeper(&r, "crash");
	assert_in_range(state_time(engine_state(r.e), r.now) - before, 30000000000, 30100000000);
	over(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_facilitator_never_operates_and_nobody_else_facilitates),
		UNIT(who_facilitates_leaves_the_seat),
		UNIT(a_new_keeper_knows_no_facilitator),
		UNIT(a_real_run_takes_nothing_of_a_drill),
		UNIT(injects_are_on_record_and_what_is_shown_is_kept),
		UNIT(how_steps_came_to_stand_is_kept_in_order),
		UNIT(the_operator_says_what_a_command_comes_to),
		UNIT(what_is_the_facilitators_to_say_the_operator_does_not),
		UNIT(an_answer_is_on_record_before_it_is_played_and_once),
		UNIT(a_look_that_nothing_answers_is_not_asked_for_again_and_again),
		UNIT(time_runs_faster_and_every_timer_with_it),
		UNIT(what_ends_in_time_has_no_timeout_and_words_take_theirs),
		UNIT(time_goes_on_over_a_restart_of_the_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
