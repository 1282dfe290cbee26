/* Maps in texts and loops, answers taken from values, looks that must hold for a time. */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/rig.h"

static void state_is(const struct rig *r, const char *key, enum step_state st)
{
	const struct inst *in = rig_inst(r, key);

	assert_non_null(in);
	assert_string_equal(word_of(WORDS_STATE, in->state), word_of(WORDS_STATE, st));
}

static void done(struct rig *r)
{
	assert_string_equal(engine_check(r->e), "");
	assert_true(rig_replays(r));
	rig_release(r);
}

/* A step that sets `name` to text, read as a type. */
static struct step *sets(struct rig *r, const char *name, enum value_type as, const char *text)
{
	struct named *set = arena_alloc(r->arena, sizeof *set);
	enum value_type *type = arena_alloc(r->arena, sizeof *type);
	struct step *s = rig_step(r, KIND_SET, arena_printf(r->arena, "set-%s", name), NULL);

	*set = (struct named){ name, { text, { 0 } } };
	*type = as;
	s->sets = set;
	s->set_types = type;
	s->n_sets = 1;
	return s;
}

static struct step *reads(struct rig *r, const char *id)
{
	struct step *s = rig_step(r, KIND_RUN, id, "look");

	s->effect_given = true;
	return s;
}

static void give_env(struct rig *r, struct step *s, const char *name, const char *text)
{
	struct named *env = arena_alloc(r->arena, sizeof *env);

	*env = (struct named){ name, { text, { 0 } } };
	s->uses_env = env;
	s->n_uses_env = 1;
}

static struct step *loop_over(struct rig *r, const char *value, struct step *kid)
{
	struct step *g = rig_step(r, KIND_GROUP, "g", NULL);

	g->each_name = "item";
	g->each_list.s = value;
	rig_kids(r, g, &kid, 1);
	return g;
}

static const char *env_of(const struct rig *r, const char *name)
{
	const struct action *a = rig_act(r, ACT_PREPARE);

	for (size_t i = 0; a && i < a->n_env; i++)
		if (!strcmp(a->env[i].name, name))
			return a->env[i].value;
	return NULL;
}

/* --- maps ------------------------------------------------------------------------------------ */

static void a_loop_over_a_map_takes_its_keys_in_order(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = reads(&r, "a"), *g = loop_over(&r, "places", a),
		    *top[] = { sets(&r, "places", VALUE_MAP,
				    "{\"orders\":\"/o\",\"bills\":\"/b\",\"a b\":7}"), g };
	give_env(&r, a, "place", "at ${places[item]}");
	rig_open(&r, top, 2);
	assert_int_equal(rig_inst(&r, "g")->n_main, 3);
	assert_string_equal(rig_inst(&r, "g")->kids[0]->item, "orders");
	assert_string_equal(rig_inst(&r, "g")->kids[1]->item, "bills");
	assert_string_equal(rig_inst(&r, "g")->kids[2]->item, "a b");
	assert_string_equal(env_of(&r, "place"), "at /o");
	assert_true(rig_runs(&r, 0, NULL));
	assert_string_equal(env_of(&r, "place"), "at /b");
	assert_true(rig_runs(&r, 0, NULL));
	assert_string_equal(env_of(&r, "place"), "at 7");
	assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void an_empty_map_is_walked_in_no_time(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *top[] = { sets(&r, "places", VALUE_MAP, "{}"),
			       loop_over(&r, "places", reads(&r, "a")) };
	rig_open(&r, top, 2);
	assert_int_equal(rig_inst(&r, "g")->outcome, OUTCOME_NOT_APPLICABLE);
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void a_target_is_the_entry_of_its_item(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm"), *g = loop_over(&r, "places", a),
		    *top[] = { sets(&r, "places", VALUE_MAP, "{\"x\":\"/vol/x\",\"y\":\"/y\"}"), g };
	a->effect_given = true;
	a->effect = EFFECT_DESTROY;
	a->target.s = "${places[item]}";
	g->target.s = "both";
	rig_open(&r, top, 2);
	state_is(&r, "g", STEP_HOLD);
	assert_int_equal(rig_inst(&r, "g")->n_targets, 2);
	assert_string_equal(rig_inst(&r, "g")->targets[0], "/vol/x");
	assert_string_equal(rig_inst(&r, "g")->targets[1], "/y");
	assert_true(rig_say(&r, "g", VERB_START, "both"));
	assert_true(rig_runs(&r, 0, NULL));
	assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void a_target_that_is_no_entry_blocks(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm"),
		    *top[] = { sets(&r, "places", VALUE_MAP, "{\"x\":\"/x\"}"),
			       sets(&r, "which", VALUE_TEXT, "y"), a };
	a->effect_given = true;
	a->effect = EFFECT_DESTROY;
	a->target.s = "${places[which]}";
	rig_open(&r, top, 3);
	state_is(&r, "a", STEP_BLOCKED);
	assert_null(rig_act(&r, ACT_PREPARE));
	done(&r);
}

/* A command is not given "(places[y] unknown)" for the folder that it empties. */
static void a_command_that_is_not_told_its_place_does_not_start(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = reads(&r, "a"), *b = reads(&r, "b"),
		    *top[] = { sets(&r, "places", VALUE_MAP, "{\"x\":\"/x\",\"y\":null}"),
			       sets(&r, "which", VALUE_TEXT, "y"), a, b };
	give_env(&r, a, "place", "${places[which]}/data");
	b->host = "${places[which]}";
	rig_open(&r, top, 4);
	state_is(&r, "a", STEP_BLOCKED);
	assert_string_equal(rig_inst(&r, "a")->problem,
			    "place cannot be told: (places[y] unknown)/data");
	assert_null(rig_act(&r, ACT_PREPARE));
	assert_true(rig_say(&r, "a", VERB_SKIP, NULL));
	state_is(&r, "b", STEP_BLOCKED);
	assert_string_equal(rig_inst(&r, "b")->problem,
			    "its host cannot be told: (places[y] unknown)");
	struct intent it = { .verb = VERB_CORRECT, .name = (char *)"which", .text = (char *)"x",
			     .reason = (char *)"why", .client = "bench", .id = "c" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it, .actor = { .id = "ana" } };
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	assert_true(rig_say(&r, "b", VERB_RETRY, NULL));
	assert_string_equal(rig_act(&r, ACT_PREPARE)->host, "/x");
	assert_true(rig_runs(&r, 0, NULL));
	done(&r);
}

/* --- answers from a value -------------------------------------------------------------------- */

static const struct field answer = { .name = "v", .type = VALUE_TEXT };

static struct step *asks_from(struct rig *r, const char *from)
{
	struct step *s = rig_step(r, KIND_ASK, "q", "Which?");

	s->from.s = from;
	s->fields = &answer;
	s->n_fields = 1;
	return s;
}

static const char *value_of(const struct rig *r, const char *name)
{
	const struct scope *sc = engine_state(r->e)->root->scope;

	for (size_t i = 0; i < sc->n; i++)
		if (!strcmp(sc->v[i].name, name))
			return sc->v[i].value.text;
	return NULL;
}

static void an_answer_is_one_of_the_items(void **x)
{
	static const struct {
		enum value_type as;
		const char *text, *lines, *yes, *no;
	} rows[] = {
		{ VALUE_LIST, "[\"a\",\"b c\",7]", "a\nb c\n7\n", "b c", "b" },
		{ VALUE_LIST, "[\"a\",\"b c\",7]", "a\nb c\n7\n", "7", "" },
		{ VALUE_MAP, "{\"z\":1,\"y\":{\"at\":2}}", "z\ny\n", "y", "1" },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rig r;

		rig_init(&r);
		struct step *top[] = { sets(&r, "sets", rows[i].as, rows[i].text),
				       asks_from(&r, "sets") };
		rig_open(&r, top, 2);
		state_is(&r, "q", STEP_EXECUTING);
		assert_null(rig_act(&r, ACT_PREPARE));
		assert_string_equal(rig_inst(&r, "q")->lines, rows[i].lines);
		assert_int_equal(rig_inst(&r, "q")->prompt, engine_state(r.e)->seq);
		assert_int_equal(engine_deadline(r.e), -1);
		assert_false(rig_say(&r, "q", VERB_DONE, rows[i].no));
		assert_int_equal(r.log.v[r.log.n - 1].kind, EV_REFUSED);
		assert_true(rig_say(&r, "q", VERB_DONE, rows[i].yes));
		assert_string_equal(value_of(&r, "v"), rows[i].yes);
		assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
		done(&r);
	}
}

static void nothing_to_choose_from_blocks(void **x)
{
	static const struct {
		enum value_type as;
		const char *text, *problem;
	} rows[] = {
		{ VALUE_LIST, "[]", "sets is empty: there is nothing to choose from" },
		{ VALUE_MAP, "{}", "sets is empty: there is nothing to choose from" },
		{ VALUE_LIST, "[\"a\",\"\"]", "sets has an item that is empty, longer than 1000 "
					      "bytes, or no line of text" },
		{ VALUE_LIST, "[\"a\\nb\"]", "sets has an item that is empty, longer than 1000 "
					      "bytes, or no line of text" },
		{ VALUE_TEXT, "no list", "sets is not known: there is nothing to choose from" },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rig r;

		rig_init(&r);
		struct step *top[] = { sets(&r, "sets", rows[i].as, rows[i].text),
				       asks_from(&r, "sets") };
		rig_open(&r, top, 2);
		state_is(&r, "q", STEP_BLOCKED);
		assert_string_equal(rig_inst(&r, "q")->problem, rows[i].problem);
		done(&r);
	}
}

static void a_question_without_its_list_is_answered_freely_when_overridden(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *top[] = { sets(&r, "sets", VALUE_LIST, "[]"), asks_from(&r, "sets") };
	rig_open(&r, top, 2);
	state_is(&r, "q", STEP_BLOCKED);
	assert_true(rig_say(&r, "q", VERB_OVERRIDE, NULL));
	state_is(&r, "q", STEP_EXECUTING);
	assert_null(rig_inst(&r, "q")->lines);
	assert_true(rig_say(&r, "q", VERB_DONE, "by phone"));
	assert_string_equal(value_of(&r, "v"), "by phone");
	done(&r);
}

/* What is chosen from is what the list is when the question is met, also the second time. */
static void a_question_asked_again_has_the_list_of_that_moment(void **x)
{
	struct rig r;
	struct intent it = { .verb = VERB_CORRECT, .name = (char *)"sets",
			     .text = (char *)"[\"b\"]", .reason = (char *)"newer",
			     .client = "bench", .id = "c" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it, .actor = { .id = "ana" } };

	(void)x;
	rig_init(&r);
	struct step *last = rig_step(&r, KIND_DO, "last", "Wait."),
		    *top[] = { sets(&r, "sets", VALUE_LIST, "[\"a\"]"), asks_from(&r, "sets"), last };
	rig_open(&r, top, 3);
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	assert_string_equal(rig_inst(&r, "q")->lines, "a\n");
	assert_true(rig_say(&r, "q", VERB_DEFER, NULL));
	assert_true(rig_say(&r, "q", VERB_RECALL, NULL));
	assert_string_equal(rig_inst(&r, "q")->lines, "b\n");
	assert_false(rig_say(&r, "q", VERB_DONE, "a"));
	assert_true(rig_say(&r, "q", VERB_DONE, "b"));
	assert_true(rig_say(&r, "last", VERB_DONE, NULL));
	done(&r);
}

/* --- looks that must hold -------------------------------------------------------------------- */

enum { SEC = 1000 };

static struct step *waits(struct rig *r, int64_t within_ms, int64_t every_ms, int64_t stays_ms)
{
	struct step *s = rig_step(r, KIND_WAIT, "w", "exit = 0");

	s->probe = rig_probe(r, "probe", NULL, within_ms);
	s->probe->every_ms = every_ms;
	s->probe->stays_ms = stays_ms;
	return s;
}

/* Milliseconds until the engine wants to be woken; -1: never. */
static int64_t due_in(const struct rig *r)
{
	int64_t at = engine_deadline(r->e);

	return at < 0 ? -1 : (at - r->now.boot + 999999) / 1000000;
}

/* Time passes until the next look is due, and it ends so. */
static void look_when_due(struct rig *r, int code)
{
	assert_true(due_in(r) >= 0);
	rig_tick(r, due_in(r));
	assert_true(rig_runs(r, code, NULL));
}

static void reading_is(const struct rig *r, const char *key, const char *want)
{
	assert_string_equal(rig_inst(r, key)->reading, want);
}

static void a_wait_ends_when_it_held_for_its_time(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *w = waits(&r, 60 * SEC, 4 * SEC, 10 * SEC);
	rig_open(&r, &w, 1);
	assert_true(rig_runs(&r, 1, NULL));
	reading_is(&r, "w", "exit = 1");
	look_when_due(&r, 0);
	state_is(&r, "w", STEP_EXECUTING);
	reading_is(&r, "w", "exit = 0; holds for 0s of 10s");
	look_when_due(&r, 0);
	reading_is(&r, "w", "exit = 0; holds for 4s of 10s");
	look_when_due(&r, 0);
	reading_is(&r, "w", "exit = 0; holds for 8s of 10s");
	assert_in_range(due_in(&r), 1900, 2000); /* the last one comes when its time is over */
	look_when_due(&r, 0);
	assert_int_equal(rig_inst(&r, "w")->outcome, OUTCOME_CONFIRMED);
	reading_is(&r, "w", "exit = 0; holds for 10s of 10s");
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void one_false_look_starts_it_anew(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *w = waits(&r, 60 * SEC, 4 * SEC, 10 * SEC);
	rig_open(&r, &w, 1);
	assert_true(rig_runs(&r, 0, NULL));
	look_when_due(&r, 0);
	look_when_due(&r, 0);
	look_when_due(&r, 7);
	reading_is(&r, "w", "exit = 7; held for 10s of 10s");
	state_is(&r, "w", STEP_EXECUTING);
	look_when_due(&r, 1);
	reading_is(&r, "w", "exit = 1");
	look_when_due(&r, 0);
	reading_is(&r, "w", "exit = 0; holds for 0s of 10s");
	look_when_due(&r, 0);
	look_when_due(&r, 0);
	state_is(&r, "w", STEP_EXECUTING);
	look_when_due(&r, 0);
	assert_int_equal(rig_inst(&r, "w")->outcome, OUTCOME_CONFIRMED);
	done(&r);
}

static void within_bounds_the_whole(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *w = waits(&r, 12 * SEC, 4 * SEC, 10 * SEC);
	rig_open(&r, &w, 1);
	assert_true(rig_runs(&r, 1, NULL));
	look_when_due(&r, 0);
	look_when_due(&r, 0);
	assert_in_range(due_in(&r), 3000, 4000); /* the last look is when the time is over */
	look_when_due(&r, 0);
	state_is(&r, "w", STEP_DECIDING);
	assert_int_equal(rig_inst(&r, "w")->failure, FAILURE_TIMEOUT);
	assert_string_equal(rig_inst(&r, "w")->problem,
			    "held for 7s and not for 10s: exit = 0");
	assert_int_equal(due_in(&r), -1);
	done(&r);
}

/* Nobody looked in between: it is not known to have held. */
static void a_look_that_comes_much_too_late_starts_it_anew(void **x)
{
	struct rig r;
	char token[TOKEN_MAX];

	(void)x;
	rig_init(&r);
	struct step *w = waits(&r, 600 * SEC, 1 * SEC, 10 * SEC);
	w->probe->timeout_ms = 2 * SEC;
	rig_open(&r, &w, 1);
	assert_true(rig_runs(&r, 0, NULL));
	look_when_due(&r, 0);
	rig_tick(&r, 60 * SEC);
	assert_true(rig_prepared(&r, token));
	rig_ended(&r, token, 0, NULL);
	state_is(&r, "w", STEP_EXECUTING);
	reading_is(&r, "w", "exit = 0; holds for 0s of 10s");
	done(&r);
}

static void a_verify_must_hold_too(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = reads(&r, "a");
	a->verify = rig_probe(&r, "look", "exit = 0", 0);
	a->verify->every_ms = 4 * SEC;
	a->verify->stays_ms = 5 * SEC;
	rig_open(&r, &a, 1);
	assert_true(rig_runs(&r, 0, NULL));
	state_is(&r, "a", STEP_CONFIRMING);
	assert_true(rig_runs(&r, 0, NULL));
	reading_is(&r, "a", "exit = 0; holds for 0s of 5s");
	look_when_due(&r, 0);
	state_is(&r, "a", STEP_CONFIRMING);
	look_when_due(&r, 0);
	assert_int_equal(rig_inst(&r, "a")->outcome, OUTCOME_CONFIRMED);
	done(&r);
}

/* Without `within` there is no time to come true in: it holds from the first look on, or not. */
static void a_verify_without_a_bound_fails_at_the_first_false_look(void **x)
{
	struct rig r;

	(void)x;
	for (int first = 0; first < 2; first++) {
		rig_init(&r);
		struct step *a = reads(&r, "a");
		a->verify = rig_probe(&r, "look", "exit = 0", 0);
		a->verify->stays_ms = 5 * SEC;
		rig_open(&r, &a, 1);
		assert_true(rig_runs(&r, 0, NULL));
		if (first) {
			assert_true(rig_runs(&r, 1, NULL));
		} else {
			assert_true(rig_runs(&r, 0, NULL));
			look_when_due(&r, 1);
		}
		state_is(&r, "a", STEP_DECIDING);
		assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_POSTCONDITION);
		done(&r);
	}
}

static void how_long_it_held_is_forgotten_by_a_new_try(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *w = waits(&r, 6 * SEC, 1 * SEC, 5 * SEC);
	rig_open(&r, &w, 1);
	assert_true(rig_runs(&r, 1, NULL));
	for (int i = 0; i < 6 && rig_inst(&r, "w")->state == STEP_EXECUTING; i++)
		look_when_due(&r, 0);
	state_is(&r, "w", STEP_DECIDING);
	assert_true(rig_say(&r, "w", VERB_RETRY, NULL));
	assert_int_equal(rig_inst(&r, "w")->holds_since, -1);
	assert_true(rig_runs(&r, 0, NULL));
	reading_is(&r, "w", "exit = 0; holds for 0s of 5s");
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_loop_over_a_map_takes_its_keys_in_order),
		UNIT(an_empty_map_is_walked_in_no_time),
		UNIT(a_target_is_the_entry_of_its_item),
		UNIT(a_target_that_is_no_entry_blocks),
		UNIT(a_command_that_is_not_told_its_place_does_not_start),
		UNIT(an_answer_is_one_of_the_items),
		UNIT(nothing_to_choose_from_blocks),
		UNIT(a_question_without_its_list_is_answered_freely_when_overridden),
		UNIT(a_question_asked_again_has_the_list_of_that_moment),
		UNIT(a_wait_ends_when_it_held_for_its_time),
		UNIT(one_false_look_starts_it_anew),
		UNIT(within_bounds_the_whole),
		UNIT(a_look_that_comes_much_too_late_starts_it_anew),
		UNIT(a_verify_must_hold_too),
		UNIT(a_verify_without_a_bound_fails_at_the_first_false_look),
		UNIT(how_long_it_held_is_forgotten_by_a_new_try),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
