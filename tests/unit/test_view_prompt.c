/* What is asked, and what each answer does. */
#include "../lib/view_rig.h"

static void a_change_asks_for_enter_and_names_every_answer(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm x");

	(void)x;
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(p->kind, ASK_ENTER);
	assert_int_equal(p->seq, rig_inst(&r, "a")->prompt);
	assert_string_equal(p->key, "a");
	assert_int_equal(p->choices[0].verb, VERB_START);
	assert_int_equal(p->choices[0].key, '\n');
	assert_false(p->destructive);
	for (size_t i = 0; i < p->n_choices; i++) {
		assert_true(p->choices[i].does[0]);
		assert_int_equal(p->choices[i].reason, verb_needs_reason(p->choices[i].verb));
	}
	assert_true(offers(p, VERB_SKIP) && offers(p, VERB_DEFER) && offers(p, VERB_EDIT));
	view_free(v);
	rig_release(&r);
}

static void keys_of_one_question_are_unique(void **x)
{
	static const enum step_kind kinds[] = { KIND_RUN, KIND_DO, KIND_HOLD, KIND_CHECK };

	(void)x;
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		struct rig r;
		rig_init(&r);
		struct step *a = rig_step(&r, kinds[k], "a", "F");
		a->repair.s = "mend";
		a->undo.s = "undo";
		rig_open(&r, &a, 1);
		struct view *v = see(&r);
		const struct prompt *p = only_prompt(v);
		for (size_t i = 0; i < p->n_choices; i++)
			for (size_t j = 0; j < i; j++)
				assert_true(!p->choices[i].key ||
					    p->choices[i].key != p->choices[j].key);
		view_free(v);
		rig_release(&r);
	}
}

static void destroying_asks_for_the_name_and_has_no_key(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "mkfs");

	(void)x;
	a->effect_given = true;
	a->effect = EFFECT_DESTROY;
	a->target.s = "vol-1";
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(p->kind, ASK_NAME);
	assert_string_equal(p->typed, "vol-1");
	assert_true(p->destructive);
	HAS(p->sentence, "vol-1");
	for (size_t i = 0; i < p->n_choices; i++)
		if (p->choices[i].verb == VERB_START)
			assert_int_equal(p->choices[i].key, 0);
	view_free(v);
	rig_say(&r, "a", VERB_START, "vol-2");
	v = see(&r);
	assert_int_equal(only_prompt(v)->wrong, 1);
	view_free(v);
	rig_release(&r);
}

static void a_question_that_is_past_is_no_prompt(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look"), *b = rig_step(&r, KIND_DO, "b", "see");
	struct step *all[] = { a, b };

	(void)x;
	rig_open(&r, all, 2);
	int64_t first = rig_inst(&r, "a")->prompt;
	rig_say(&r, "a", VERB_DONE, NULL);
	struct view *v = see(&r);
	assert_null(view_prompt(v, first));
	assert_string_equal(only_prompt(v)->key, "b");
	assert_ptr_equal(view_prompt(v, only_prompt(v)->seq), only_prompt(v));
	view_free(v);
	rig_release(&r);
}

static void a_decision_lists_its_ways_with_their_consequence(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *c = rig_step(&r, KIND_CHOOSE, "c", "which?");
	struct step *o[] = { rig_step(&r, KIND_OPTION, "left", NULL),
			     rig_step(&r, KIND_OPTION, "right", NULL) };

	(void)x;
	o[0]->consequence = "loses an hour\x1b[2J";
	rig_kids(&r, c, o, 2);
	rig_open(&r, &c, 1);
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(p->kind, ASK_OPTION);
	assert_int_equal(p->n_options, 2);
	assert_string_equal(p->options[0].id, "left");
	assert_string_equal(p->options[0].consequence, "loses an hour\\x1b[2J");
	assert_null(p->options[1].consequence);
	view_free(v);
	rig_release(&r);
}

static void values_that_are_asked_for_come_with_the_question(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "count");
	static const struct field f = { .name = "n", .type = VALUE_INT };

	(void)x;
	a->fields = &f;
	a->n_fields = 1;
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	assert_int_equal(only_prompt(v)->kind, ASK_FIELDS);
	assert_string_equal(only_prompt(v)->fields[0].name, "n");
	view_free(v);
	rig_release(&r);
}

static void what_failed_is_said_in_the_question(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "make");

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_START, NULL);
	assert_true(rig_runs(&r, 3, NULL));
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(p->kind, ASK_DECIDE);
	HAS(p->sentence, "3");
	assert_int_equal(p->choices[0].verb, VERB_RETRY);
	assert_true(offers(p, VERB_ACCEPT) && offers(p, VERB_OVERRIDE) && offers(p, VERB_SKIP));
	view_free(v);
	rig_release(&r);
}

static void what_cannot_start_is_asked_about(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "make");

	(void)x;
	a->when.s = "U";
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(p->kind, ASK_BLOCKED);
	HAS(p->sentence, "cannot");
	assert_true(offers(p, VERB_RETRY) && offers(p, VERB_OVERRIDE));
	view_free(v);
	rig_release(&r);
}

static void the_end_asks_to_close_and_wants_a_reason(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_DEFER, NULL);
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(p->kind, ASK_CLOSE);
	assert_null(p->in);
	assert_int_equal(p->choices[0].verb, VERB_CLOSE);
	assert_true(p->choices[0].reason);
	HAS(p->sentence, "1 deferred");
	view_free(v);
	rig_release(&r);
}

static void several_questions_are_open_at_once_oldest_first(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *g = rig_step(&r, KIND_PARALLEL, "g", NULL);
	struct step *kids[] = { rig_step(&r, KIND_DO, "a", "x"), rig_step(&r, KIND_DO, "b", "y") };
	const struct prompt *p;

	(void)x;
	rig_kids(&r, g, kids, 2);
	rig_open(&r, &g, 1);
	struct view *v = see(&r);
	assert_int_equal(view_prompts(v, &p), 2);
	assert_true(p[0].seq < p[1].seq);
	view_free(v);
	rig_release(&r);
}

static void words_and_letters_mean_the_same_choice(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_RUN, "a", "rm x");

	(void)x;
	rig_open(&r, &a, 1);
	struct view *v = see(&r);
	const struct prompt *p = only_prompt(v);
	assert_int_equal(prompt_choice(p, "skip")->verb, VERB_SKIP);
	assert_int_equal(prompt_choice(p, "S")->verb, VERB_SKIP);
	assert_int_equal(prompt_choice(p, "later")->verb, VERB_DEFER);
	assert_null(prompt_choice(p, "sk"));
	assert_null(prompt_choice(p, ""));
	assert_null(prompt_choice(p, "\n")); /* Enter is not a word */
	assert_null(prompt_choice(p, "done"));
	view_free(v);
	rig_release(&r);
}

static void every_verb_that_leaves_the_script_has_reasons_to_pick(void **x)
{
	(void)x;
	for (int verb = 0; verb < VERB_MAX; verb++) {
		const char *const *why = prompt_reasons(verb);
		size_t n = 0;

		while (why[n])
			n++;
		assert_true(n >= 2 && n <= 9);
		assert_true(prompt_help(verb)[0]);
	}
}

static void a_closed_run_asks_nothing(void **x)
{
	struct rig r;
	rig_init(&r);
	struct step *a = rig_step(&r, KIND_DO, "a", "look");
	const struct prompt *p;

	(void)x;
	rig_open(&r, &a, 1);
	rig_say(&r, "a", VERB_DONE, NULL);
	struct view *v = see(&r);
	assert_int_equal(view_prompts(v, &p), 0);
	assert_true(view_recovered(v));
	view_free(v);
	rig_release(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		UNIT(a_change_asks_for_enter_and_names_every_answer),
		UNIT(keys_of_one_question_are_unique),
		UNIT(destroying_asks_for_the_name_and_has_no_key),
		UNIT(a_question_that_is_past_is_no_prompt),
		UNIT(a_decision_lists_its_ways_with_their_consequence),
		UNIT(values_that_are_asked_for_come_with_the_question),
		UNIT(what_failed_is_said_in_the_question),
		UNIT(what_cannot_start_is_asked_about),
		UNIT(the_end_asks_to_close_and_wants_a_reason),
		UNIT(several_questions_are_open_at_once_oldest_first),
		UNIT(words_and_letters_mean_the_same_choice),
		UNIT(every_verb_that_leaves_the_script_has_reasons_to_pick),
		UNIT(a_closed_run_asks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
