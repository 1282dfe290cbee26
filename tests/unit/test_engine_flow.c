/* What an operator and a keeper do to a run, one behaviour a test. */
#include "unit.h"

#include "../lib/rig.h"

static void state_is(const struct rig *r, const char *key, enum step_state st, enum outcome o)
{
	struct inst *in = rig_inst(r, key);

	assert_non_null(in);
	assert_string_equal(word_of(WORDS_STATE, in->state), word_of(WORDS_STATE, st));
	assert_string_equal(word_of(WORDS_OUTCOME, in->outcome), word_of(WORDS_OUTCOME, o));
	assert_string_equal(engine_check(r->e), "");
}

static enum run_phase phase(const struct rig *r)
{
	return engine_state(r->e)->phase;
}

static void a_read_starts_by_itself_and_a_change_waits(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "ls"), *b = rig_step(&r, KIND_RUN, "b", "rm");
	struct step *all[] = { a, b };

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_READ;
	rig_open(&r, all, 2);
	state_is(&r, "a", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_runs(&r, 0, NULL));
	state_is(&r, "a", STEP_FINISHED, OUTCOME_CONFIRMED);
	state_is(&r, "b", STEP_WAITING, OUTCOME_NONE);
	assert_null(rig_act(&r, ACT_PREPARE));
	assert_true(rig_say(&r, "b", VERB_START, NULL));
	assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(phase(&r), RUN_CLOSED);
	assert_true(engine_state(r.e)->success);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void nothing_execs_before_its_intent_is_an_event(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm");
	char token[TOKEN_MAX];

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_null(rig_act(&r, ACT_GO));
	assert_true(rig_prepared(&r, token));
	assert_int_equal(r.log.v[r.log.n - 1].kind, EV_CMD_INTENT);
	rig_release(&r);
}

static void a_stale_answer_is_refused_and_a_repeat_gets_the_first_answer(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look"),
		    *b = rig_step(&r, KIND_DO, "b", "look");
	struct step *all[] = { a, b };
	struct intent it = { .verb = VERB_DONE, .step = (char *)(uintptr_t) "a" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };

	(void)x;
	rig_open(&r, all, 2);
	snprintf(it.client, sizeof it.client, "bench");
	snprintf(it.id, sizeof it.id, "one");
	it.prompt = rig_inst(&r, "a")->prompt + 1000;
	rig_feed(&r, &in);
	assert_false(r.verdict.accepted);
	assert_int_equal(r.log.v[r.log.n - 1].kind, EV_REFUSED);
	snprintf(it.id, sizeof it.id, "two");
	it.prompt = rig_inst(&r, "a")->prompt;
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	size_t n = r.log.n;
	rig_feed(&r, &in); /* the same intent, sent twice */
	assert_true(r.verdict.accepted && r.verdict.repeat);
	assert_int_equal(r.log.n, n);
	state_is(&r, "b", STEP_EXECUTING, OUTCOME_NONE);
	rig_release(&r);
}

static void destroying_takes_the_targets_name_and_nothing_else(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm -rf");
	static const char *const wrong[] = { "yes", "y", "", "vol-1 ", "VOL-1", NULL };

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_DESTROY;
	a->target.s = "vol-1";
	rig_open(&r, &a, 1);
	state_is(&r, "a", STEP_HOLD, OUTCOME_NONE);
	for (int i = 0; i < 3; i++) {
		assert_false(rig_say(&r, "a", VERB_START, wrong[i]));
		assert_null(rig_act(&r, ACT_PREPARE));
	}
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_DENIED);
	rig_say(&r, "a", VERB_RETRY, NULL); /* again: the name is asked for again */
	state_is(&r, "a", STEP_HOLD, OUTCOME_NONE);
	assert_true(rig_say(&r, "a", VERB_START, "vol-1"));
	assert_true(rig_runs(&r, 0, NULL));
	state_is(&r, "a", STEP_FINISHED, OUTCOME_CONFIRMED);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void editing_a_destroying_command_voids_the_typed_name(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm -rf");

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_DESTROY;
	a->target.s = "vol-1";
	rig_open(&r, &a, 1);
	int64_t asked = rig_inst(&r, "a")->prompt;
	assert_true(rig_say(&r, "a", VERB_EDIT, "rm -rf /other"));
	state_is(&r, "a", STEP_HOLD, OUTCOME_NONE);
	assert_true(rig_inst(&r, "a")->prompt > asked);
	assert_true(rig_say(&r, "a", VERB_START, "vol-1"));
	const struct action *act = rig_act(&r, ACT_PREPARE);
	assert_string_equal(act->text, "rm -rf /other");
	rig_release(&r);
}

static void exit_zero_is_not_done_while_verify_disagrees(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "start");

	(void)x;
	a->verify = rig_probe(&r, "probe", "exit = 0", 3000);
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_runs(&r, 0, NULL));
	state_is(&r, "a", STEP_CONFIRMING, OUTCOME_NONE);
	assert_true(rig_runs(&r, 1, NULL));
	assert_null(rig_act(&r, ACT_PREPARE));
	rig_tick(&r, 1000);
	assert_true(rig_runs(&r, 1, NULL));
	rig_tick(&r, 5000);
	assert_true(rig_runs(&r, 1, NULL));
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_TIMEOUT);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_verification_that_says_no_is_told_by_its_exit(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "start");

	(void)x;
	a->verify = rig_probe(&r, "cmp", NULL, 0);
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	rig_runs(&r, 3, NULL);
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_string_equal(rig_inst(&r, "a")->problem, "it was not verified: the command that "
			    "looks ended with exit status 3");
	rig_release(&r);
}

static void an_unknown_condition_stops_and_asks(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "copy"), *b = rig_step(&r, KIND_RUN, "b", "x");
	struct step *all[] = { a, b };

	(void)x;
	a->when.s = "U";
	b->when.s = "F";
	rig_open(&r, all, 2);
	state_is(&r, "a", STEP_BLOCKED, OUTCOME_NONE);
	assert_true(rig_say(&r, "a", VERB_OVERRIDE, NULL));
	state_is(&r, "a", STEP_WAITING, OUTCOME_NONE);
	rig_say(&r, "a", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	state_is(&r, "b", STEP_FINISHED, OUTCOME_NOT_APPLICABLE);
	assert_int_equal(phase(&r), RUN_CLOSED);
	rig_release(&r);
}

static void a_crash_in_flight_asks_and_never_runs_again_by_itself(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "restore");
	char token[TOKEN_MAX];
	struct engine_input lost = { .kind = INPUT_UNKNOWN, .text = "the holder is gone" };

	(void)x;
	a->retry_times = 3;
	a->idempotent = true;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	rig_prepared(&r, token);
	rig_keeper(&r, "crash");
	assert_null(rig_act(&r, ACT_PREPARE));
	lost.token = token;
	rig_feed(&r, &lost);
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_UNKNOWN_FATE);
	rig_tick(&r, 3600000);
	assert_null(rig_act(&r, ACT_PREPARE));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_command_that_never_ran_is_owed_nothing_and_waits_again(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop writers");
	char token[TOKEN_MAX];
	struct engine_input never = { .kind = INPUT_NEVER };

	(void)x;
	RIG_OWE(&r, a, "writers", "start writers");
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	rig_prepared(&r, token);
	assert_int_equal(engine_state(r.e)->n_debts, 1);
	never.token = token;
	rig_feed(&r, &never);
	assert_true(engine_state(r.e)->debts[0].voided);
	state_is(&r, "a", STEP_WAITING, OUTCOME_NONE);
	assert_null(rig_act(&r, ACT_PREPARE));
	rig_release(&r);
}

/* A look has no effect: what nobody saw the end of is looked at again, and not waited for. */
static void a_look_that_was_lost_is_taken_again(void **x)
{
	static const enum input_kind kinds[] = { INPUT_NEVER, INPUT_UNKNOWN };
	struct engine_input lost = { .text = "the holder is gone" };
	char token[TOKEN_MAX];

	(void)x;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct rig r;
		rig_init(&r);
		struct step *steps[] = { rig_step(&r, KIND_RUN, "a", "start it"),
					 rig_step(&r, KIND_WAIT, "b", "exit = 0") };

		steps[0]->verify = rig_probe(&r, "is it there", "exit = 0", 3000);
		steps[1]->probe = rig_probe(&r, "is it well", NULL, 3000);
		rig_open(&r, steps, 2);
		rig_say(&r, "a", VERB_START, NULL);
		rig_runs(&r, 0, NULL);
		for (int k = 0; k < 2; k++) {
			assert_true(rig_prepared(&r, token));
			lost.kind = kinds[i];
			lost.token = token;
			rig_feed(&r, &lost);
			assert_true(rig_runs(&r, 0, NULL));
		}
		assert_int_equal(phase(&r), RUN_CLOSED);
		assert_true(rig_replays(&r));
		rig_release(&r);
	}
}

static void what_is_owed_keeps_the_run_open_until_it_is_paid(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop");

	(void)x;
	RIG_OWE(&r, a, "writers", "start");
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	rig_runs(&r, 1, NULL); /* even though it failed */
	rig_say(&r, "a", VERB_ACCEPT, NULL);
	assert_int_equal(phase(&r), RUN_CLOSING);
	assert_true(engine_state(r.e)->root->prompt > 0);
	assert_true(rig_say(&r, NULL, VERB_SETTLE, "writers"));
	assert_true(rig_runs(&r, 1, NULL));
	assert_int_equal(phase(&r), RUN_CLOSING);
	assert_true(rig_say(&r, NULL, VERB_SETTLE, "writers"));
	assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(phase(&r), RUN_CLOSED);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void settle_pays_newest_first(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop a"),
		    *b = rig_step(&r, KIND_RUN, "b", "b");
	struct step *s = rig_step(&r, KIND_SETTLE, "s", NULL), *all[] = { a, b, s };

	(void)x;
	RIG_OWE(&r, a, "one", "start a");
	RIG_OWE(&r, b, "two", "start b");
	s->settles = "all";
	rig_open(&r, all, 3);
	rig_say(&r, "a", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	rig_say(&r, "b", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	state_is(&r, "s", STEP_WAITING, OUTCOME_NONE);
	rig_say(&r, "s", VERB_START, NULL);
	assert_string_equal(rig_act(&r, ACT_PREPARE)->text, "start b");
	rig_runs(&r, 0, NULL);
	assert_string_equal(rig_act(&r, ACT_PREPARE)->text, "start a");
	rig_runs(&r, 0, NULL);
	assert_int_equal(phase(&r), RUN_CLOSED);
	assert_true(engine_state(r.e)->success);
	rig_release(&r);
}

static void retry_is_bounded_then_asks(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "probe");

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_READ;
	a->retry_times = 2;
	a->retry_every_ms = 1000;
	rig_open(&r, &a, 1);
	for (int i = 0; i < 3; i++) {
		assert_true(rig_runs(&r, 1, NULL));
		rig_tick(&r, 2000);
	}
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(rig_inst(&r, "a")->attempt, 3);
	rig_tick(&r, 100000);
	assert_null(rig_act(&r, ACT_PREPARE));
	rig_release(&r);
}

static void a_timeout_stops_the_tree_then_asks(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "sleep");
	char token[TOKEN_MAX];

	(void)x;
	a->timeout_ms = 5000;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	rig_prepared(&r, token);
	rig_tick(&r, 6000);
	assert_non_null(rig_act(&r, ACT_STOP));
	state_is(&r, "a", STEP_FAILING, OUTCOME_NONE);
	rig_ended(&r, token, 143, NULL);
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_TIMEOUT);
	rig_release(&r);
}

static void an_each_runs_once_per_item_and_gathers_a_map(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *g = rig_step(&r, KIND_GROUP, "g", NULL),
		    *a = rig_step(&r, KIND_RUN, "a", "get");
	static const char *const items[] = { "x", "y", "z" };
	static const struct capture cap = { .name = "was", .type = VALUE_INT };

	(void)x;
	g->each_name = "deployment";
	g->each_items = items;
	g->n_each_items = 3;
	a->effect_given = true;
	a->effect = EFFECT_READ;
	a->captures = &cap;
	a->n_captures = 1;
	rig_kids(&r, g, &a, 1);
	rig_open(&r, &g, 1);
	state_is(&r, "a@x", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_runs(&r, 0, "1"));
	assert_true(rig_runs(&r, 0, "2"));
	assert_true(rig_runs(&r, 0, "3"));
	assert_int_equal(phase(&r), RUN_CLOSED);
	struct binding *b = NULL;
	size_t n = state_bindings(engine_state(r.e), NULL, &b);
	assert_string_equal(binding_find(b, n, "was")->text,
			    "{\"x\":\"1\",\"y\":\"2\",\"z\":\"3\"}");
	free(b);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_missed_capture_is_unknown_and_stops(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "get");
	static const struct capture cap = { .name = "n", .type = VALUE_INT };

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_READ;
	a->captures = &cap;
	a->n_captures = 1;
	rig_open(&r, &a, 1);
	assert_true(rig_runs(&r, 0, "three"));
	state_is(&r, "a", STEP_DECIDING, OUTCOME_NONE);
	assert_int_equal(rig_inst(&r, "a")->failure, FAILURE_CAPTURE);
	rig_release(&r);
}

static void a_branch_takes_the_one_true_way(void **x)
{
	static const struct { const char *one, *two; bool asks; } rows[] = {
		{ "T", "F", false }, { "F", "T", false }, { "T", "T", true }, { "F", "F", true },
		{ "U", "T", true },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rig r;
		rig_init(&r);
		struct step *br = rig_step(&r, KIND_BRANCH, "br", NULL);
		struct step *o[] = { rig_step(&r, KIND_OPTION, "o1", NULL),
				     rig_step(&r, KIND_OPTION, "o2", NULL) };
		struct step *k1 = rig_step(&r, KIND_DO, "k1", "one");
		struct step *k2 = rig_step(&r, KIND_DO, "k2", "two");

		o[0]->when.s = rows[i].one;
		o[1]->when.s = rows[i].two;
		rig_kids(&r, o[0], &k1, 1);
		rig_kids(&r, o[1], &k2, 1);
		rig_kids(&r, br, o, 2);
		rig_open(&r, &br, 1);
		if (rows[i].asks) {
			state_is(&r, "br", STEP_DECIDING, OUTCOME_NONE);
			assert_true(rig_say(&r, "br", VERB_DONE, "o2"));
			state_is(&r, "k2", STEP_EXECUTING, OUTCOME_NONE);
			state_is(&r, "o1", STEP_FINISHED, OUTCOME_NOT_APPLICABLE);
		} else {
			state_is(&r, *rows[i].one == 'T' ? "k1" : "k2", STEP_EXECUTING,
				 OUTCOME_NONE);
		}
		assert_true(rig_replays(&r));
		rig_release(&r);
	}
}

static void a_jump_goes_forward_over_what_lies_between(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "proof");
	struct step *good = rig_step(&r, KIND_END, "good", "recovered");
	struct step *bad = rig_step(&r, KIND_END, "bad", "not recovered");
	struct step *all[] = { a, good, bad };

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_READ;
	a->on_fail = FAIL_GOTO;
	a->fail_goto = "bad";
	bad->success = false;
	bad->title = "not recovered";
	rig_open(&r, all, 3);
	assert_true(rig_runs(&r, 1, NULL));
	assert_int_equal(phase(&r), RUN_CLOSED);
	assert_string_equal(engine_state(r.e)->verdict, "not recovered");
	assert_false(engine_state(r.e)->success);
	state_is(&r, "good", STEP_FINISHED, OUTCOME_SKIPPED);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void always_runs_when_the_run_is_ended_early(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *g = rig_step(&r, KIND_GROUP, "g", NULL), *a = rig_step(&r, KIND_RUN, "a", "x");
	struct step *z = rig_step(&r, KIND_DO, "z", "tidy"),
		    *after = rig_step(&r, KIND_DO, "n", "n");
	struct step *all[] = { g, after };

	(void)x;
	rig_kids(&r, g, &a, 1);
	rig_always(&r, g, z);
	rig_open(&r, all, 2);
	assert_true(rig_say(&r, NULL, VERB_CLOSE, NULL));
	state_is(&r, "a", STEP_FINISHED, OUTCOME_INTERRUPTED);
	state_is(&r, "z", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_say(&r, "z", VERB_DONE, NULL));
	assert_int_equal(phase(&r), RUN_CLOSED);
	state_is(&r, "n", STEP_PENDING, OUTCOME_NONE);
	assert_false(engine_state(r.e)->success);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void going_back_flags_what_came_after(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "a"), *b = rig_step(&r, KIND_DO, "b", "b"),
		    *c = rig_step(&r, KIND_DO, "c", "c"), *all[] = { a, b, c };

	(void)x;
	rig_open(&r, all, 3);
	rig_say(&r, "a", VERB_DONE, NULL);
	rig_say(&r, "b", VERB_DONE, NULL);
	state_is(&r, "c", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_say(&r, "a", VERB_REOPEN, NULL));
	state_is(&r, "a", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_inst(&r, "b")->stale);
	assert_int_equal(rig_inst(&r, "a")->attempt, 2);
	rig_say(&r, "a", VERB_DONE, NULL);
	state_is(&r, "c", STEP_EXECUTING, OUTCOME_NONE);
	rig_say(&r, "c", VERB_DONE, NULL);
	assert_int_equal(phase(&r), RUN_CLOSED);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_paused_run_starts_nothing(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "a"), *b = rig_step(&r, KIND_RUN, "b", "b");
	struct step *all[] = { a, b };

	(void)x;
	b->effect_given = true;
	b->effect = EFFECT_READ;
	rig_open(&r, all, 2);
	assert_true(rig_say(&r, NULL, VERB_PAUSE, NULL));
	rig_say(&r, "a", VERB_DONE, NULL);
	assert_null(rig_act(&r, ACT_PREPARE));
	state_is(&r, "b", STEP_WAITING, OUTCOME_NONE);
	assert_true(rig_say(&r, NULL, VERB_CONTINUE, NULL));
	assert_non_null(rig_act(&r, ACT_PREPARE));
	rig_release(&r);
}

static void undo_of_what_destroyed_wants_its_name(void **x)
{
	struct rig r;
	struct step *a;

	(void)x;
	rig_init(&r);
	a = rig_step(&r, KIND_RUN, "a", "restore");
	a->undo.s = "put the old one back";
	a->effect = EFFECT_DESTROY;
	a->target.s = "vol-1";
	rig_open(&r, (struct step *[]){ a, rig_step(&r, KIND_DO, "z", "look") }, 2);
	assert_true(rig_say(&r, "a", VERB_START, "vol-1"));
	assert_true(rig_runs(&r, 0, ""));
	assert_false(rig_say(&r, "a", VERB_UNDO, NULL));
	assert_false(rig_say(&r, NULL, VERB_UNDO, NULL));
	assert_false(rig_say(&r, "a", VERB_UNDO, "vol-10"));
	assert_int_equal(rig_inst(&r, "a")->undo, UNDO_NONE);
	assert_true(rig_say(&r, "a", VERB_UNDO, "vol-1"));
	assert_true(rig_runs(&r, 0, ""));
	assert_int_equal(rig_inst(&r, "a")->undo, UNDO_DONE);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void undo_takes_back_newest_first(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "a"), *b = rig_step(&r, KIND_RUN, "b", "b"),
		    *c = rig_step(&r, KIND_DO, "c", "c"), *all[] = { a, b, c };

	(void)x;
	a->undo.s = "undo a";
	b->undo.s = "undo b";
	rig_open(&r, all, 3);
	rig_say(&r, "a", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	rig_say(&r, "b", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	assert_true(rig_say(&r, NULL, VERB_UNDO, NULL));
	assert_string_equal(rig_act(&r, ACT_PREPARE)->text, "undo b");
	rig_runs(&r, 0, NULL);
	assert_int_equal(rig_inst(&r, "b")->undo, UNDO_DONE);
	assert_true(rig_say(&r, NULL, VERB_UNDO, NULL));
	assert_string_equal(rig_act(&r, ACT_PREPARE)->text, "undo a");
	rig_runs(&r, 0, NULL);
	assert_false(rig_say(&r, NULL, VERB_UNDO, NULL));
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void only_the_seat_acts_and_taking_over_needs_a_reason(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "a");
	struct intent it = { .verb = VERB_DONE, .step = (char *)(uintptr_t) "a" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };

	(void)x;
	rig_open(&r, &a, 1);
	assert_true(rig_say(&r, NULL, VERB_TAKE, NULL));
	snprintf(it.client, sizeof it.client, "other");
	snprintf(it.id, sizeof it.id, "1");
	it.prompt = rig_inst(&r, "a")->prompt;
	rig_feed(&r, &in);
	assert_false(r.verdict.accepted);
	it.verb = VERB_TAKE;
	snprintf(it.id, sizeof it.id, "2");
	rig_feed(&r, &in);
	assert_false(r.verdict.accepted);
	it.reason = (char *)(uintptr_t) "ana fell asleep";
	snprintf(it.id, sizeof it.id, "3");
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	it.verb = VERB_DONE;
	snprintf(it.id, sizeof it.id, "4");
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	assert_int_equal(phase(&r), RUN_CLOSED);
	rig_release(&r);
}

static void a_changed_artefact_blocks_the_step_that_uses_it(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "plan"),
		    *b = rig_step(&r, KIND_RUN, "b", "apply");
	struct step *all[] = { a, b };
	static const struct named prod = { "plan", { "plan.bin", { 0 } } };
	static const char *const uses[] = { "plan" };
	struct engine_input d = { .kind = INPUT_DIGEST, .key = "a", .name = "plan",
				  .path = "plan.bin", .text = "aaaa" };

	(void)x;
	a->effect_given = b->effect_given = true;
	a->effect = EFFECT_READ;
	b->effect = EFFECT_CHANGE;
	a->produces = &prod;
	a->n_produces = 1;
	b->uses = uses;
	b->n_uses = 1;
	rig_open(&r, all, 2);
	rig_runs(&r, 0, NULL);
	assert_non_null(rig_act(&r, ACT_DIGEST));
	rig_feed(&r, &d);
	state_is(&r, "a", STEP_FINISHED, OUTCOME_CONFIRMED);
	assert_non_null(rig_act(&r, ACT_DIGEST));
	d.key = "b";
	d.text = "bbbb";
	rig_feed(&r, &d);
	state_is(&r, "b", STEP_BLOCKED, OUTCOME_NONE);
	rig_say(&r, "b", VERB_RETRY, NULL);
	d.text = "aaaa";
	rig_feed(&r, &d);
	state_is(&r, "b", STEP_WAITING, OUTCOME_NONE);
	assert_true(rig_inst(&r, "b")->prompt > 0);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void run_time_goes_on_across_a_restart_of_the_machine(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "a");
	int64_t before, after;

	(void)x;
	rig_open(&r, &a, 1);
	before = state_time(engine_state(r.e), r.now);
	r.now.wall += 60000000000LL; /* a minute of wall time, and a young boot clock */
	r.now.boot = 5000000LL;
	snprintf(r.boot, sizeof r.boot, "99999999-2222-3333-4444-555555555555");
	rig_keeper(&r, "crash");
	after = state_time(engine_state(r.e), r.now);
	assert_true(after - before >= 60000000000LL && after - before < 61000000000LL);
	rig_release(&r);
}

static void exec_and_notes_are_on_the_same_record(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "a");

	(void)x;
	rig_open(&r, &a, 1);
	assert_true(rig_say(&r, NULL, VERB_EXEC, "uptime"));
	assert_string_equal(rig_act(&r, ACT_PREPARE)->text, "uptime");
	assert_true(rig_runs(&r, 3, NULL));
	assert_int_equal(engine_state(r.e)->cmds[0]->code, 3);
	state_is(&r, "a", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static const struct runbook *called_in;

static const struct runbook *find_called(void *ctx, const char *sha256)
{
	(void)ctx;
	return strcmp(sha256, "cafe") ? NULL : called_in;
}

static void a_runbook_called_in_goes_first_and_keeps_its_keys_apart(void **x)
{
	struct rig r, other;
	struct step *a, *in1;
	struct runbook book = { .title = "smoke tests" };
	struct engine_input in = { .kind = INPUT_BOOK, .key = "a", .text = "cafe",
				   .path = "smoke.yaml" };
	struct err err;

	(void)x;
	rig_init(&r);
	rig_init(&other);
	a = rig_step(&r, KIND_RUN, "a", "go");
	in1 = rig_step(&other, KIND_DO, "a", "a step of the same name");
	book.steps = &in1;
	book.n_steps = 1;
	called_in = &book;
	rig_open(&r, &a, 1);
	engine_free(r.e);
	r.e = engine_new(&r.book, find_called, NULL);
	for (size_t i = 0; i < r.log.n; i++)
		assert_int_equal(engine_apply(r.e, &r.log.v[i], &err), 0);
	assert_true(rig_say(&r, "a", VERB_CALL, "smoke.yaml"));
	assert_non_null(rig_act(&r, ACT_BOOK));
	rig_feed(&r, &in);
	state_is(&r, "call-1/a", STEP_EXECUTING, OUTCOME_NONE);
	state_is(&r, "a", STEP_PENDING, OUTCOME_NONE);
	assert_true(rig_say(&r, "call-1/a", VERB_DONE, NULL));
	state_is(&r, "a", STEP_WAITING, OUTCOME_NONE);
	rig_say(&r, "a", VERB_START, NULL);
	rig_runs(&r, 0, NULL);
	assert_int_equal(phase(&r), RUN_CLOSED);
	rig_release(&r);
	rig_release(&other);
}

/* do a; call c: [do in1, end fin, do in2]; do b */
struct called {
	struct rig r;
	struct runbook book;
	struct step *call, *end;
};

static void called_open(struct called *t, bool success, enum on_fail rule)
{
	rig_init(&t->r);
	struct step *a = rig_step(&t->r, KIND_DO, "a", "x"), *b = rig_step(&t->r, KIND_DO, "b", "x");
	struct step *kids[] = { rig_step(&t->r, KIND_DO, "c/one", "x"),
				rig_step(&t->r, KIND_END, "c/fin", "It is lost."),
				rig_step(&t->r, KIND_DO, "c/two", "x") };
	struct step *all[] = { a, NULL, b };

	t->book = (struct runbook){ .title = "called" };
	t->call = all[1] = rig_step(&t->r, KIND_CALL, "c", "called.yaml");
	t->call->callee = &t->book;
	t->call->on_fail = rule;
	t->call->fail_goto = "b";
	t->end = kids[1];
	t->end->success = success;
	rig_kids(&t->r, t->call, kids, 3);
	rig_open(&t->r, all, 3);
	assert_true(rig_say(&t->r, "a", VERB_DONE, NULL));
	assert_true(rig_say(&t->r, "c/one", VERB_DONE, NULL));
}

static void called_close(struct called *t, const char *verdict, bool success)
{
	state_is(&t->r, "b", STEP_EXECUTING, OUTCOME_NONE);
	state_is(&t->r, "c/two", STEP_PENDING, OUTCOME_NONE);
	assert_true(rig_say(&t->r, "b", VERB_DONE, NULL));
	assert_int_equal(phase(&t->r), RUN_CLOSED);
	assert_string_equal(engine_state(t->r.e)->verdict, verdict);
	assert_int_equal(engine_state(t->r.e)->success, success);
	assert_true(rig_replays(&t->r));
	rig_release(&t->r);
}

static void the_end_of_a_called_runbook_ends_the_call_and_not_its_caller(void **x)
{
	struct called t;

	(void)x;
	called_open(&t, true, FAIL_ASK);
	state_is(&t.r, "c/fin", STEP_FINISHED, OUTCOME_CONFIRMED);
	state_is(&t.r, "c", STEP_FINISHED, OUTCOME_CONFIRMED);
	called_close(&t, "complete", true);
}

static void a_called_runbook_that_ends_badly_is_asked_about(void **x)
{
	struct called t;

	(void)x;
	called_open(&t, false, FAIL_ASK);
	state_is(&t.r, "c/fin", STEP_DECIDING, OUTCOME_NONE);
	assert_string_equal(rig_inst(&t.r, "c/fin")->problem, "the called runbook failed: c/fin");
	state_is(&t.r, "b", STEP_PENDING, OUTCOME_NONE);
	assert_true(rig_say(&t.r, "c/fin", VERB_RETRY, NULL)); /* nothing became better by it */
	state_is(&t.r, "c/fin", STEP_DECIDING, OUTCOME_NONE);
	assert_true(rig_say(&t.r, "c/fin", VERB_ACCEPT, NULL));
	state_is(&t.r, "c", STEP_FINISHED, OUTCOME_CONFIRMED);
	called_close(&t, "complete with departures", true);
}

static void the_rule_of_a_call_decides_on_its_bad_end(void **x)
{
	struct called t;

	(void)x;
	called_open(&t, false, FAIL_CONTINUE);
	state_is(&t.r, "c/fin", STEP_FINISHED, OUTCOME_ACCEPTED);
	called_close(&t, "complete with departures", true);
	called_open(&t, false, FAIL_GOTO);
	state_is(&t.r, "c", STEP_FINISHED, OUTCOME_INTERRUPTED);
	called_close(&t, "complete", false);
	called_open(&t, false, FAIL_STOP);
	assert_int_equal(phase(&t.r), RUN_CLOSED);
	assert_string_equal(engine_state(t.r.e)->verdict, "stopped");
	assert_true(rig_replays(&t.r));
	rig_release(&t.r);
}

static void behind_the_end_of_a_call_one_can_go_back_into_it(void **x)
{
	struct called t;

	(void)x;
	called_open(&t, true, FAIL_ASK);
	assert_true(rig_say(&t.r, "c/one", VERB_REOPEN, NULL));
	state_is(&t.r, "c", STEP_EXECUTING, OUTCOME_NONE);
	state_is(&t.r, "c/one", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_say(&t.r, "c/one", VERB_DONE, NULL));
	state_is(&t.r, "c", STEP_FINISHED, OUTCOME_CONFIRMED); /* its end still stands */
	called_close(&t, "complete", true);
	called_open(&t, true, FAIL_ASK);
	assert_true(rig_say(&t.r, "c/fin", VERB_REOPEN, NULL));
	state_is(&t.r, "c/fin", STEP_FINISHED, OUTCOME_CONFIRMED); /* at once, again */
	state_is(&t.r, "c", STEP_FINISHED, OUTCOME_CONFIRMED);
	called_close(&t, "complete", true);
}

static void a_blank_run_stays_open_until_it_is_ended(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	rig_open(&r, NULL, 0);
	assert_int_equal(phase(&r), RUN_OPEN);
	assert_true(rig_say(&r, NULL, VERB_EXEC, "uptime"));
	assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(phase(&r), RUN_OPEN);
	assert_true(rig_say(&r, NULL, VERB_CLOSE, NULL));
	assert_int_equal(phase(&r), RUN_CLOSED);
	rig_release(&r);
}

static void each_at_once_keeps_so_many_open_and_no_more(void **x)
{
	struct rig r;
	static const char *const items[] = { "p", "q", "r", "s", "t" };
	int open = 0;

	(void)x;
	rig_init(&r);
	struct step *g = rig_step(&r, KIND_GROUP, "g", NULL), *a = rig_step(&r, KIND_DO, "a", "x");
	g->each_name = "host";
	g->each_items = items;
	g->n_each_items = 5;
	g->at_once = 2;
	rig_kids(&r, g, &a, 1);
	rig_open(&r, &g, 1);
	for (int i = 0; i < 5; i++) {
		char key[8];

		snprintf(key, sizeof key, "a@%s", items[i]);
		open += rig_inst(&r, key)->state == STEP_EXECUTING;
	}
	assert_int_equal(open, 2);
	assert_true(rig_say(&r, "a@q", VERB_DONE, NULL));
	state_is(&r, "a@r", STEP_EXECUTING, OUTCOME_NONE);
	state_is(&r, "a@s", STEP_PENDING, OUTCOME_NONE);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_deferred_step_keeps_the_run_open_and_can_be_recalled(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "later"), *b = rig_step(&r, KIND_DO, "b", "b");
	struct step *all[] = { a, b };
	rig_open(&r, all, 2);
	assert_true(rig_say(&r, "a", VERB_DEFER, NULL));
	assert_true(rig_say(&r, "b", VERB_DONE, NULL));
	assert_int_equal(phase(&r), RUN_CLOSING);
	assert_true(rig_say(&r, "a", VERB_RECALL, NULL));
	state_is(&r, "a", STEP_EXECUTING, OUTCOME_NONE);
	assert_true(rig_say(&r, "a", VERB_DONE, NULL));
	assert_int_equal(phase(&r), RUN_CLOSED);
	assert_true(engine_state(r.e)->success);
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_caution_holds_as_long_as_its_condition(void **x)
{
	struct rig r;
	static const struct named set[] = {
		{ "lag", { "true", { 0 } } }, { "lag", { "false", { 0 } } },
		{ "lag", { "true", { 0 } } },
	};
	static const enum value_type types[] = { VALUE_BOOL };
	struct step *top[7];
	char id[8];

	(void)x;
	rig_init(&r);
	for (int i = 0; i < 7; i++) {
		snprintf(id, sizeof id, "s%d", i);
		top[i] = rig_step(&r, i == 1 ? KIND_CAUTION : i % 2 ? KIND_SET : KIND_DO, id, "x");
		top[i]->n_sets = i % 2 && i > 1;
		top[i]->sets = &set[i / 2 > 0 ? i / 2 - 1 : 0];
		top[i]->set_types = types;
	}
	top[0]->kind = KIND_SET;
	top[0]->n_sets = 1;
	top[0]->sets = &set[1];
	top[1]->when.s = "lag";
	rig_open(&r, top, 7);
	state_is(&r, "s1", STEP_FINISHED, OUTCOME_NOT_APPLICABLE);
	assert_false(state_caution(rig_inst(&r, "s1")));
	assert_true(rig_say(&r, "s2", VERB_DONE, NULL)); /* s3 makes it true */
	assert_true(state_caution(rig_inst(&r, "s1")));
	state_is(&r, "s1", STEP_FINISHED, OUTCOME_NOT_APPLICABLE); /* what became of it stands */
	assert_true(rig_say(&r, "s4", VERB_DONE, NULL)); /* s5 makes it false */
	assert_false(state_caution(rig_inst(&r, "s1")));
	size_t looks = 0;
	for (size_t i = 0; i < r.log.n; i++)
		looks += r.log.v[i].kind == EV_LOOKED && strstr(r.log.v[i].body, "caution");
	assert_int_equal(looks, 2); /* one for each change of its value, and no more */
	assert_true(rig_replays(&r));
	rig_release(&r);
}

static void a_secret_is_held_by_the_keeper_and_lost_with_it(void **x)
{
	struct rig r;
	static const struct field f = { .name = "pin", .type = VALUE_TEXT, .secret = true };
	static const char *const names[] = { "pin" };

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_ASK, "a", "pin?"),
		    *b = rig_step(&r, KIND_RUN, "b", "use");
	struct step *all[] = { a, b };
	a->fields = &f;
	a->n_fields = 1;
	b->secrets = names;
	b->n_secrets = 1;
	rig_open(&r, all, 2);
	assert_true(rig_say(&r, "a", VERB_DONE, "hunter2"));
	assert_string_equal(rig_act(&r, ACT_KEEP)->text, "hunter2");
	for (size_t i = 0; i < r.log.n; i++)
		assert_null(strstr(r.log.v[i].body, "hunter2"));
	rig_keeper(&r, "crash");
	rig_say(&r, "b", VERB_START, NULL);
	state_is(&r, "b", STEP_BLOCKED, OUTCOME_NONE);
	assert_true(rig_say(&r, "b", VERB_RETRY, NULL));
	rig_say(&r, "b", VERB_START, NULL);
	state_is(&r, "b", STEP_BLOCKED, OUTCOME_NONE);
	assert_null(rig_act(&r, ACT_PREPARE));
	rig_release(&r);
}

static void what_was_overridden_while_it_looked_is_not_reopened_before_the_look_ends(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_CHECK, "a", "exit = 0"),
		    *b = rig_step(&r, KIND_DO, "b", "look");
	struct step *all[] = { a, b };
	char token[TOKEN_MAX];

	(void)x;
	a->probe = rig_probe(&r, "probe", NULL, 0);
	rig_open(&r, all, 2);
	assert_true(rig_prepared(&r, token));
	assert_true(rig_say(&r, "a", VERB_OVERRIDE, NULL));
	state_is(&r, "a", STEP_FINISHED, OUTCOME_OVERRIDDEN);
	assert_false(rig_say(&r, "a", VERB_REOPEN, NULL));
	rig_ended(&r, token, 0, NULL);
	assert_true(rig_say(&r, "a", VERB_REOPEN, NULL));
	assert_int_equal(rig_inst(&r, "a")->attempt, 2);
	assert_string_equal(engine_check(r.e), "");
	assert_true(rig_replays(&r));
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_was_overridden_while_it_looked_is_not_reopened_before_the_look_ends),
		UNIT(a_read_starts_by_itself_and_a_change_waits),
		UNIT(nothing_execs_before_its_intent_is_an_event),
		UNIT(a_stale_answer_is_refused_and_a_repeat_gets_the_first_answer),
		UNIT(destroying_takes_the_targets_name_and_nothing_else),
		UNIT(editing_a_destroying_command_voids_the_typed_name),
		UNIT(exit_zero_is_not_done_while_verify_disagrees),
		UNIT(a_verification_that_says_no_is_told_by_its_exit),
		UNIT(an_unknown_condition_stops_and_asks),
		UNIT(a_crash_in_flight_asks_and_never_runs_again_by_itself),
		UNIT(a_command_that_never_ran_is_owed_nothing_and_waits_again),
		UNIT(a_look_that_was_lost_is_taken_again),
		UNIT(what_is_owed_keeps_the_run_open_until_it_is_paid),
		UNIT(settle_pays_newest_first),
		UNIT(retry_is_bounded_then_asks),
		UNIT(a_timeout_stops_the_tree_then_asks),
		UNIT(an_each_runs_once_per_item_and_gathers_a_map),
		UNIT(a_missed_capture_is_unknown_and_stops),
		UNIT(a_branch_takes_the_one_true_way),
		UNIT(a_jump_goes_forward_over_what_lies_between),
		UNIT(always_runs_when_the_run_is_ended_early),
		UNIT(going_back_flags_what_came_after),
		UNIT(a_paused_run_starts_nothing),
		UNIT(undo_takes_back_newest_first),
		UNIT(undo_of_what_destroyed_wants_its_name),
		UNIT(only_the_seat_acts_and_taking_over_needs_a_reason),
		UNIT(a_changed_artefact_blocks_the_step_that_uses_it),
		UNIT(run_time_goes_on_across_a_restart_of_the_machine),
		UNIT(exec_and_notes_are_on_the_same_record),
		UNIT(a_runbook_called_in_goes_first_and_keeps_its_keys_apart),
		UNIT(the_end_of_a_called_runbook_ends_the_call_and_not_its_caller),
		UNIT(a_called_runbook_that_ends_badly_is_asked_about),
		UNIT(the_rule_of_a_call_decides_on_its_bad_end),
		UNIT(behind_the_end_of_a_call_one_can_go_back_into_it),
		UNIT(a_blank_run_stays_open_until_it_is_ended),
		UNIT(each_at_once_keeps_so_many_open_and_no_more),
		UNIT(a_deferred_step_keeps_the_run_open_and_can_be_recalled),
		UNIT(a_caution_holds_as_long_as_its_condition),
		UNIT(a_secret_is_held_by_the_keeper_and_lost_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
