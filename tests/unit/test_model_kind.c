#include "unit.h"

#include <string.h>

#include "event.h"
#include "intent.h"
#include "kind.h"

static const struct {
	int max;
	const char *first, *last;
} ends[WORDS_TABLE_MAX] = {
	[WORDS_KIND] = { KIND_MAX, "do", "broken" },
	[WORDS_EFFECT] = { EFFECT_MAX, "read", "destroy" },
	[WORDS_ON_FAIL] = { FAIL_MAX, "ask", "goto" },
	[WORDS_PACE] = { PACE_MAX, "auto", "step" },
	[WORDS_MODE] = { MODE_MAX, "real", "drill" },
	[WORDS_STATE] = { STEP_STATE_MAX, "pending", "finished" },
	[WORDS_OUTCOME] = { OUTCOME_MAX, "none", "interrupted" },
	[WORDS_FAILURE] = { FAILURE_MAX, "none", "child" },
	[WORDS_PURPOSE] = { PURPOSE_MAX, "main", "tell" },
	[WORDS_EVENT] = { EV_KIND_MAX, "run_opened", "shell" },
	[WORDS_VERB] = { VERB_MAX, "start", "shell" },
	[WORDS_WAY] = { DRILL_WAY_MAX, "tabletop", "lab" },
	[WORDS_DRILL] = { DRILL_WHAT_MAX, "facilitator", "help" },
};

static void every_word_goes_both_ways(void **state)
{
	(void)state;
	for (int t = 0; t < WORDS_TABLE_MAX; t++) {
		assert_int_equal(word_count(t), ends[t].max);
		for (int v = 0; v < word_count(t); v++) {
			const char *word = word_of(t, v);
			assert_non_null(word);
			assert_true(strlen(word) > 0);
			assert_string_not_equal(word, "?");
			assert_int_equal(word_from(t, word), v);
			assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz-_"),
					 strlen(word));
		}
		assert_string_equal(word_of(t, 0), ends[t].first);
		assert_string_equal(word_of(t, ends[t].max - 1), ends[t].last);
	}
}

static void what_is_outside_a_table_has_no_word(void **state)
{
	(void)state;
	for (int t = 0; t < WORDS_TABLE_MAX; t++) {
		assert_string_equal(word_of(t, -1), "?");
		assert_string_equal(word_of(t, word_count(t)), "?");
		assert_int_equal(word_from(t, "?"), -1);
		assert_int_equal(word_from(t, ""), -1);
		assert_int_equal(word_from(t, NULL), -1);
		assert_int_equal(word_from(t, "no such word"), -1);
	}
	assert_int_equal(word_count(WORDS_TABLE_MAX), 0);
	assert_string_equal(word_of(WORDS_TABLE_MAX, 0), "?");
	assert_int_equal(word_from(WORDS_TABLE_MAX, "do"), -1);
}

static void words_are_those_of_the_language(void **state)
{
	(void)state;
	assert_int_equal(word_from(WORDS_KIND, "steps"), KIND_GROUP);
	assert_int_equal(word_from(WORDS_KIND, "option"), KIND_OPTION);
	assert_int_equal(word_from(WORDS_OUTCOME, "not-applicable"), OUTCOME_NOT_APPLICABLE);
	assert_int_equal(word_from(WORDS_FAILURE, "cmd-exit"), FAILURE_CMD_EXIT);
	assert_int_equal(word_from(WORDS_FAILURE, "unknown-fate"), FAILURE_UNKNOWN_FATE);
	assert_int_equal(word_from(WORDS_EVENT, "cmd_intent"), EV_CMD_INTENT);
	assert_int_equal(word_from(WORDS_KIND, "DO"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_word_goes_both_ways),
		UNIT(what_is_outside_a_table_has_no_word),
		UNIT(words_are_those_of_the_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
