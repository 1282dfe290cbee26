/* One confirmation for a whole loop: what it covers, and what asks for itself all the same. */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/rig.h"

static const char *const items3[] = { "x", "y", "z" };

static void state_is(const struct rig *r, const char *key, enum step_state st)
{
	const struct inst *in = rig_inst(r, key);

	assert_non_null(in);
	assert_string_equal(word_of(WORDS_STATE, in->state), word_of(WORDS_STATE, st));
}

static struct step *loop(struct rig *r, struct step **kids, size_t n)
{
	struct step *g = rig_step(r, KIND_GROUP, "g", NULL);

	g->each_name = "item";
	g->each_items = items3;
	g->n_each_items = 3;
	g->id_given = true;
	rig_kids(r, g, kids, n);
	return g;
}

static struct step *destroys(struct rig *r, const char *id, const char *target)
{
	struct step *s = rig_step(r, KIND_RUN, id, "rm");

	s->effect_given = true;
	s->effect = EFFECT_DESTROY;
	s->target.s = target;
	return s;
}

static void done(struct rig *r)
{
	assert_string_equal(engine_check(r->e), "");
	assert_true(rig_replays(r));
	rig_release(r);
}

static void one_enter_starts_every_item_at_its_pace(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop"),
		    *b = rig_step(&r, KIND_RUN, "b", "start"),
		    *kids[] = { a, b }, *g = loop(&r, kids, 2);
	rig_open(&r, &g, 1);
	state_is(&r, "g", STEP_WAITING);
	assert_true(rig_inst(&r, "g")->prompt > 0);
	assert_int_equal(rig_inst(&r, "g")->n_main, 3); /* the list is frozen, and shown */
	state_is(&r, "a@x", STEP_PENDING);
	assert_null(rig_act(&r, ACT_PREPARE));
	assert_true(rig_say(&r, "g", VERB_START, NULL));
	for (int i = 0; i < 6; i++)
		assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void reading_only_is_not_asked_about(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "look"), *g = loop(&r, &a, 1);
	a->effect_given = true;
	a->effect = EFFECT_READ;
	rig_open(&r, &g, 1);
	for (int i = 0; i < 3; i++)
		assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void a_failed_item_stops_the_others_and_asks(void **x)
{
	struct rig r;
	char t[TOKEN_MAX], u[TOKEN_MAX];

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop"),
		    *b = rig_step(&r, KIND_RUN, "b", "start"),
		    *kids[] = { a, b }, *g = loop(&r, kids, 2);
	g->at_once = 2;
	rig_open(&r, &g, 1);
	assert_true(rig_say(&r, "g", VERB_START, NULL));
	assert_int_equal(r.acts.n, 2);
	memcpy(t, r.acts.v[0].token, TOKEN_MAX);
	memcpy(u, r.acts.v[1].token, TOKEN_MAX);
	for (int i = 0; i < 2; i++) {
		struct engine_input in = { .kind = INPUT_PREPARED, .pid = 1,
					   .token = i ? u : t };
		rig_feed(&r, &in);
	}
	rig_ended(&r, t, 1, NULL);
	state_is(&r, "a@x", STEP_DECIDING);
	rig_ended(&r, u, 0, NULL);
	state_is(&r, "b@y", STEP_WAITING); /* asks nothing, and starts nothing */
	assert_int_equal(rig_inst(&r, "b@y")->prompt, 0);
	assert_null(rig_act(&r, ACT_PREPARE));
	assert_true(rig_say(&r, "a@x", VERB_SKIP, NULL));
	assert_int_equal(r.acts.n, 2); /* both go on by themselves */
	done(&r);
}

static void a_name_typed_once_covers_the_names_shown(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a", "vol-${item}"), *g = loop(&r, &a, 1);
	rig_open(&r, &g, 1);
	state_is(&r, "g", STEP_HOLD);
	assert_string_equal(rig_inst(&r, "g")->target, "g"); /* its id: no name is common */
	assert_int_equal(rig_inst(&r, "g")->n_targets, 3);
	assert_string_equal(rig_inst(&r, "g")->targets[2], "vol-z");
	assert_false(rig_say(&r, "g", VERB_START, "vol-x"));
	assert_false(rig_say(&r, "g", VERB_START, NULL));
	state_is(&r, "g", STEP_HOLD);
	assert_true(rig_say(&r, "g", VERB_START, "g"));
	for (int i = 0; i < 3; i++)
		assert_true(rig_runs(&r, 0, NULL));
	assert_int_equal(engine_state(r.e)->phase, RUN_CLOSED);
	done(&r);
}

static void the_name_is_the_groups_or_the_common_one_or_the_environments(void **x)
{
	static const struct {
		const char *of_group, *of_step, *environment, *want;
	} rows[] = {
		{ "all ${item}s", "v-${item}", "prd", NULL }, /* item is not known to the group */
		{ "all volumes", "v-${item}", "prd", "all volumes" },
		{ NULL, "orders", "prd", "orders" },
		{ NULL, NULL, "prd", "prd" },
		{ NULL, "v-${item}", "prd", "prd" },
		{ NULL, NULL, NULL, "a" },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rig r;

		rig_init(&r);
		r.book.environment = rows[i].environment;
		struct step *a = destroys(&r, "a", rows[i].of_step), *g = loop(&r, &a, 1);
		g->target.s = rows[i].of_group;
		rig_open(&r, &g, 1);
		state_is(&r, "g", rows[i].want ? STEP_HOLD : STEP_BLOCKED);
		if (rows[i].want)
			assert_string_equal(rig_inst(&r, "g")->target, rows[i].want);
		done(&r);
	}
}

static void a_target_that_was_not_on_the_list_asks_for_its_own_name(void **x)
{
	struct rig r;
	static const struct capture cap = { .name = "disk", .type = VALUE_TEXT };

	(void)x;
	rig_init(&r);
	struct step *l = rig_step(&r, KIND_RUN, "l", "look"), *a = destroys(&r, "a", "${disk}"),
		    *kids[] = { l, a }, *g = loop(&r, kids, 2);
	l->effect_given = true;
	l->effect = EFFECT_READ;
	l->captures = &cap;
	l->n_captures = 1;
	rig_open(&r, &g, 1);
	state_is(&r, "g", STEP_WAITING); /* no name can be told yet: Enter, and each asks */
	assert_true(rig_say(&r, "g", VERB_START, NULL));
	assert_true(rig_runs(&r, 0, "sda"));
	state_is(&r, "a@x", STEP_HOLD);
	assert_string_equal(rig_inst(&r, "a@x")->target, "sda");
	assert_true(rig_say(&r, "a@x", VERB_START, "sda"));
	assert_true(rig_runs(&r, 0, NULL));
	done(&r);
}

static void a_corrected_value_takes_its_target_off_the_list(void **x)
{
	struct rig r;
	static const struct named set = { "env", { "stg", { 0 } } };
	struct intent it = { .verb = VERB_CORRECT, .name = (char *)(uintptr_t) "env",
			     .text = (char *)(uintptr_t) "prd", .client = "bench", .id = "fix",
			     .reason = (char *)(uintptr_t) "because" };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };

	(void)x;
	rig_init(&r);
	struct step *s = rig_step(&r, KIND_SET, "s", NULL),
		    *a = destroys(&r, "a", "${env}-${item}"), *g = loop(&r, &a, 1), *top[] = { s, g };
	s->sets = &set;
	s->n_sets = 1;
	rig_open(&r, top, 2);
	state_is(&r, "g", STEP_HOLD);
	assert_true(rig_say(&r, "g", VERB_START, "g"));
	snprintf(in.actor.id, sizeof in.actor.id, "ana");
	assert_true(rig_prepared(&r, (char[TOKEN_MAX]){ 0 }));
	rig_feed(&r, &in);
	assert_true(r.verdict.accepted);
	rig_ended(&r, rig_inst(&r, "a@x")->cmd->token, 0, NULL);
	state_is(&r, "a@y", STEP_HOLD);
	assert_string_equal(rig_inst(&r, "a@y")->target, "prd-y");
	done(&r);
}

static void an_edited_or_reopened_step_asks_again(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop"),
		    *b = rig_step(&r, KIND_DO, "b", "look"), *kids[] = { a, b },
		    *g = loop(&r, kids, 2);
	rig_open(&r, &g, 1);
	assert_true(rig_say(&r, "a@y", VERB_EDIT, "stop --force"));
	assert_true(rig_say(&r, "g", VERB_START, NULL));
	assert_true(rig_runs(&r, 0, NULL));
	assert_true(rig_say(&r, "a@x", VERB_REOPEN, NULL));
	state_is(&r, "a@x", STEP_WAITING);
	assert_true(rig_inst(&r, "a@x")->prompt > 0);
	assert_true(rig_say(&r, "a@x", VERB_START, NULL));
	assert_true(rig_runs(&r, 0, NULL));
	assert_true(rig_say(&r, "b@x", VERB_DONE, NULL));
	state_is(&r, "a@y", STEP_WAITING);
	assert_true(rig_inst(&r, "a@y")->prompt > 0); /* its command was not the one shown */
	done(&r);
}

static void every_step_still_waits_where_the_pace_says_so(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = destroys(&r, "a", "vol"), *g = loop(&r, &a, 1);
	rig_open(&r, &g, 1);
	assert_true(rig_say(&r, NULL, VERB_PACE, "step"));
	assert_true(rig_say(&r, "g", VERB_START, "vol"));
	state_is(&r, "a@x", STEP_WAITING);
	assert_true(rig_inst(&r, "a@x")->prompt > 0);
	assert_true(rig_say(&r, "a@x", VERB_START, NULL)); /* Enter: the name was typed */
	assert_true(rig_runs(&r, 0, NULL));
	assert_true(rig_say(&r, NULL, VERB_PACE, "auto"));
	assert_true(rig_runs(&r, 0, NULL));
	done(&r);
}

static void a_loop_inside_asks_when_its_own_list_is_frozen(void **x)
{
	struct rig r;

	(void)x;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "stop"), *in = loop(&r, &a, 1), *g;
	in->id = "in";
	in->each_name = "inner";
	g = loop(&r, &in, 1);
	rig_open(&r, &g, 1);
	state_is(&r, "in@x", STEP_WAITING); /* the one around it holds nothing else */
	assert_true(rig_inst(&r, "in@x")->prompt > 0);
	assert_true(rig_say(&r, "in@x", VERB_START, NULL));
	for (int i = 0; i < 3; i++)
		assert_true(rig_runs(&r, 0, NULL));
	state_is(&r, "in@y", STEP_WAITING);
	done(&r);
}

static void a_list_that_changed_while_it_was_asked_about_is_said(void **x)
{
	struct rig r;
	static const struct capture cap = { .name = "list", .type = VALUE_LIST };

	(void)x;
	rig_init(&r);
	struct step *l = rig_step(&r, KIND_RUN, "l", "list"),
		    *a = rig_step(&r, KIND_RUN, "a", "stop"), *g = loop(&r, &a, 1),
		    *top[] = { l, g };
	l->effect_given = true;
	l->effect = EFFECT_READ;
	l->captures = &cap;
	l->n_captures = 1;
	g->each_items = NULL;
	g->each_list.s = "list";
	rig_open(&r, top, 2);
	assert_true(rig_runs(&r, 0, "[\"p\",\"q\"]"));
	state_is(&r, "g", STEP_WAITING);
	assert_true(rig_say(&r, "l", VERB_REOPEN, NULL));
	state_is(&r, "g", STEP_PENDING);
	assert_true(rig_runs(&r, 0, "[\"p\",\"q\",\"r\"]"));
	state_is(&r, "g", STEP_BLOCKED);
	assert_true(rig_say(&r, "g", VERB_OVERRIDE, NULL));
	state_is(&r, "g", STEP_WAITING);
	assert_true(rig_say(&r, "g", VERB_START, NULL));
	assert_true(rig_runs(&r, 0, NULL));
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(one_enter_starts_every_item_at_its_pace),
		UNIT(reading_only_is_not_asked_about),
		UNIT(a_failed_item_stops_the_others_and_asks),
		UNIT(a_name_typed_once_covers_the_names_shown),
		UNIT(the_name_is_the_groups_or_the_common_one_or_the_environments),
		UNIT(a_target_that_was_not_on_the_list_asks_for_its_own_name),
		UNIT(a_corrected_value_takes_its_target_off_the_list),
		UNIT(an_edited_or_reopened_step_asks_again),
		UNIT(every_step_still_waits_where_the_pace_says_so),
		UNIT(a_loop_inside_asks_when_its_own_list_is_frozen),
		UNIT(a_list_that_changed_while_it_was_asked_about_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
