/* What BLACKSTART_UNLOCK unlocks: this target, on this day, and nothing else. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/cli/guarding.h"

#define SECOND 1000000000LL
/* 2026-11-22T00:00:00Z */
#define DAY (1795305600LL * SECOND)

static enum unlock at(const char *value, int64_t wall)
{
	return guarding_unlock(value, "prd", "gke_acme_prd", wall);
}

static void the_target_and_the_day_unlock(void **state)
{
	(void)state;
	assert_int_equal(at("prd/gke_acme_prd/2026-11-22", DAY), UNLOCK_GOOD);
	assert_int_equal(at("prd/gke_acme_prd/2026-11-22", DAY + 86399 * SECOND), UNLOCK_GOOD);
	assert_int_equal(guarding_unlock("prd/a/b c/2026-11-22", "prd", "a/b c", DAY), UNLOCK_GOOD);
	assert_int_equal(guarding_unlock("prd//2026-11-22", "prd", "", DAY), UNLOCK_GOOD);
	/* the last of a leap year's February */
	assert_int_equal(at("prd/gke_acme_prd/2028-02-29", 1835395200LL * SECOND), UNLOCK_GOOD);
}

static void the_day_is_that_of_utc(void **state)
{
	(void)state;
	static const char *const zones[] = { "Pacific/Kiritimati", "Pacific/Pago_Pago", "XYZ-14" };

	for (size_t i = 0; i < COUNT_OF(zones); i++) {
		setenv("TZ", zones[i], 1);
		assert_int_equal(at("prd/gke_acme_prd/2026-11-22", DAY), UNLOCK_GOOD);
		assert_int_equal(at("prd/gke_acme_prd/2026-11-22", DAY - 1), UNLOCK_OLD);
		assert_int_equal(at("prd/gke_acme_prd/2026-11-22", DAY + 86400 * SECOND), UNLOCK_OLD);
	}
	setenv("TZ", "UTC", 1);
}

static void another_day_unlocks_nothing(void **state)
{
	(void)state;
	static const char *const values[] = {
		"prd/gke_acme_prd/2026-11-21", "prd/gke_acme_prd/2026-11-23",
		"prd/gke_acme_prd/2025-11-22", "prd/gke_acme_prd/2026-12-22",
		"prd/gke_acme_prd/9999-99-99", "prd/gke_acme_prd/0000-00-00",
	};

	for (size_t i = 0; i < COUNT_OF(values); i++)
		assert_int_equal(at(values[i], DAY), UNLOCK_OLD);
}

static void nothing_else_unlocks(void **state)
{
	(void)state;
	static const char *const values[] = {
		"true", "false", "1", "0", "yes", " ", "prd", "prd/", "/", "//", "gke_acme_prd",
		"2026-11-22", "prd/2026-11-22", "gke_acme_prd/2026-11-22", "prd/gke_acme_prd",
		"prd/gke_acme_prd/", "prd//2026-11-22", "/gke_acme_prd/2026-11-22",
		/* another target, another environment */
		"prd/gke_acme_dev/2026-11-22", "dev/gke_acme_prd/2026-11-22",
		"prd/gke_acme_prd2/2026-11-22", "prd2/gke_acme_prd/2026-11-22",
		"prd/gke_acme_pr/2026-11-22", "pr/gke_acme_prd/2026-11-22",
		"PRD/gke_acme_prd/2026-11-22", "prd/GKE_ACME_PRD/2026-11-22",
		"prd/*/2026-11-22", "*/*/*", "prd/prd/gke_acme_prd/2026-11-22",
		/* nearly the day */
		" prd/gke_acme_prd/2026-11-22", "prd/gke_acme_prd/2026-11-22 ",
		"prd/gke_acme_prd/2026-11-22\n", "prd/gke_acme_prd/2026-11-22/",
		"prd/gke_acme_prd/2026-11-220", "prd/gke_acme_prd/2026-11-2",
		"prd/gke_acme_prd/20261122", "prd/gke_acme_prd/2026/11/22",
		"prd/gke_acme_prd/2026-11-22T00:00Z", "prd/gke_acme_prd/26-11-22",
		"prd/gke_acme_prd/22-11-2026", "prd/gke_acme_prd/today", "prd/gke_acme_prd/+026-11-22",
		"prd/gke_acme_prd/2026-11-22,prd/gke_acme_prd/2026-11-22",
	};

	for (size_t i = 0; i < COUNT_OF(values); i++)
		if (at(values[i], DAY) != UNLOCK_WRONG)
			fail_msg("\"%s\" is not taken for a wrong one", values[i]);
	assert_int_equal(at(NULL, DAY), UNLOCK_UNSET);
	assert_int_equal(at("", DAY), UNLOCK_UNSET);
}

/* Whatever is left out or written over, in memory of just its size. */
static void every_shorter_or_changed_one_unlocks_nothing(void **state)
{
	(void)state;
	static const char good[] = "prd/gke_acme_prd/2026-11-22";

	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		char *value = strndup(good, i);
		assert_int_not_equal(at(value, DAY), UNLOCK_GOOD);
		free(value);
		for (int c = 1; c < 256; c++) {
			value = strdup(good);
			value[i] = (char)c;
			assert_int_equal(at(value, DAY) == UNLOCK_GOOD, !strcmp(value, good));
			free(value);
		}
	}
}

static void what_would_be_right_is_not_said(void **state)
{
	(void)state;
	static const enum unlock wrong[] = { UNLOCK_OLD, UNLOCK_WRONG };

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		const char *words = guarding_unlock_words(wrong[i]);

		assert_non_null(words);
		assert_non_null(strstr(words, "unlocks nothing"));
		assert_null(strpbrk(words, "0123456789"));
	}
	assert_null(guarding_unlock_words(UNLOCK_UNSET));
	assert_null(guarding_unlock_words(UNLOCK_GOOD));
	assert_null(guarding_unlock_words((enum unlock)99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_target_and_the_day_unlock),
		UNIT(the_day_is_that_of_utc),
		UNIT(another_day_unlocks_nothing),
		UNIT(nothing_else_unlocks),
		UNIT(every_shorter_or_changed_one_unlocks_nothing),
		UNIT(what_would_be_right_is_not_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
