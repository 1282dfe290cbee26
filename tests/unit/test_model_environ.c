#include "unit.h"

#include <string.h>

#include "environ.h"

static void an_environment_is_found_by_its_whole_name_alone(void **state)
{
	static const char *const also[] = { "live", "gke_prd" };
	const struct environment v[] = { { .name = "prd" },
					 { .name = "prd-eu", .also = also, .n_also = 2 } };
	const struct environments envs = { .v = v, .n = 2 };

	(void)state;
	assert_ptr_equal(environ_find(&envs, "prd"), &v[0]);
	assert_ptr_equal(environ_find(&envs, "prd-eu"), &v[1]);
	assert_ptr_equal(environ_find(&envs, "gke_prd"), &v[1]);
	assert_null(environ_find(&envs, "gke"));
	assert_null(environ_find(&envs, "PRD"));
	assert_null(environ_find(&envs, "prd-"));
	assert_null(environ_find(&envs, ""));
	assert_null(environ_find(&envs, NULL));
	assert_null(environ_find(NULL, "prd"));
}

static void a_name_counts_before_what_another_is_called_also(void **state)
{
	static const char *const also[] = { "stg" };
	const struct environment v[] = { { .name = "prd", .also = also, .n_also = 1 },
					 { .name = "stg" } };
	const struct environments envs = { .v = v, .n = 2 };

	(void)state;
	assert_ptr_equal(environ_find(&envs, "stg"), &v[1]);
}

static bool reads(const char *is, const char *reading)
{
	const struct target_probe p = { .is = is };

	return environ_agrees(&p, reading, strlen(reading));
}

static void a_reading_agrees_to_the_byte_but_for_one_newline(void **state)
{
	const struct target_probe p = { .is = "prd" };

	(void)state;
	assert_true(reads("prd", "prd"));
	assert_true(reads("prd", "prd\n"));
	assert_false(reads("prd", "prd\n\n"));
	assert_false(reads("prd", "prd\r\n"));
	assert_false(reads("prd", " prd"));
	assert_false(reads("prd", "prd "));
	assert_false(reads("prd", "pr"));
	assert_false(reads("prd", "prd-eu"));
	assert_false(reads("prd", "Prd"));
	assert_false(reads("prd", "stg\nprd"));
	assert_false(reads("prd", ""));
	assert_false(reads("prd", "\n"));
	assert_false(environ_agrees(&p, "prd\0x", 5));
	assert_false(environ_agrees(&p, "prd\0", 4));
}

static void what_wants_nothing_agrees_with_nothing(void **state)
{
	(void)state;
	assert_false(reads("", ""));
	assert_false(reads("", "\n"));
}

static void a_second_person_is_asked_from_an_effect_on(void **state)
{
	struct environment e = { .approve_for = EFFECT_MAX };

	(void)state;
	assert_false(environ_wants_approval(&e, EFFECT_DESTROY));
	e.approve_for = EFFECT_DESTROY; /* be there an approver or not */
	assert_true(environ_wants_approval(&e, EFFECT_DESTROY));
	assert_false(environ_wants_approval(&e, EFFECT_CHANGE));
	e.approve_for = EFFECT_CHANGE;
	assert_true(environ_wants_approval(&e, EFFECT_DESTROY));
	assert_true(environ_wants_approval(&e, EFFECT_CHANGE));
	assert_false(environ_wants_approval(&e, EFFECT_READ));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_environment_is_found_by_its_whole_name_alone),
		cmocka_unit_test(a_name_counts_before_what_another_is_called_also),
		cmocka_unit_test(a_reading_agrees_to_the_byte_but_for_one_newline),
		cmocka_unit_test(what_wants_nothing_agrees_with_nothing),
		cmocka_unit_test(a_second_person_is_asked_from_an_effect_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
