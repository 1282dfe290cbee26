#include "unit.h"

#include <string.h>

#include "clock.h"
#include "err.h"
#include "field.h"
#include "runbook.h"

static void answer(const struct field *f, const char *text, const char *want)
{
	struct value v = { 0 };
	struct err err = { 0 };
	int rc = field_check(f, text, &v, &err);
	if (!want) {
		if (rc != ERR_PARSE)
			fail_msg("%s was taken", text);
		assert_non_null(strstr(err.text, f->name));
		assert_null(v.text);
		return;
	}
	if (rc)
		fail_msg("%s: %s", text, err.text);
	assert_string_equal(v.text, want);
	value_release(&v);
}

static void a_pattern_that_may_not_end_is_tried_on_nothing(void **state)
{
	static const char *const bad[] = {
		"(.*)\\1", "((a{1,255}){1,255}){1,255}", "(a{200}){6}", "a{1001}", "a{99999999999}",
		"((((((((((a+)+)+)+)+)+)+)+)+)+)+bcdefgh", "[a]{32767}", "(x{1,}){600}",
		"((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))",
	};
	static const char *const good[] = {
		"[0-9]{4}-[0-9]{2}-[0-9]{2}", "([0-9]{1,3}[.]){3}[0-9]{1,3}", "[a-f0-9]{64}",
		"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[^]]+", "[[:alpha:]]*", "(a|b)+\\.c?",
		"", "a{,3}", "[]{9999]+", "\\{9999}", "vol-[a-z0-9]+",
	};
	struct field f = { .name = "v", .type = VALUE_TEXT };
	char text[FIELD_FORM_BYTES + 2];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_non_null(field_form_problem(bad[i]));
		f.match = bad[i];
		answer(&f, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL);
	}
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (field_form_problem(good[i]))
			fail_msg("%s: %s", good[i], field_form_problem(good[i]));
	f.match = "a*";
	memset(text, 'a', sizeof text);
	text[FIELD_FORM_BYTES + 1] = '\0';
	answer(&f, text, NULL);
	text[FIELD_FORM_BYTES] = '\0';
	answer(&f, text, text);
}

/* The worst that is let through, on the longest that is. */
static void what_may_be_tried_ends_soon(void **state)
{
	static const char *const slow[] = {
		"(a|aa|aaa|aaaa)*b", "(((a*)*)*)*b", "(a?){150}a{150}b", "((a|b)*(a|c)*){40}d",
		"(.{0,15}.{0,15}){15}x",
	};
	struct field f = { .name = "v", .type = VALUE_TEXT };
	char text[FIELD_FORM_BYTES + 1];

	(void)state;
	memset(text, 'a', sizeof text);
	text[FIELD_FORM_BYTES] = '\0';
	for (size_t i = 0; i < COUNT_OF(slow); i++) {
		int64_t from = clock_now().boot;

		f.match = slow[i];
		assert_null(field_form_problem(slow[i]));
		answer(&f, text, NULL);
		if (clock_now().boot - from > 5000000000)
			fail_msg("%s took %lld ms", slow[i],
				 (long long)((clock_now().boot - from) / 1000000));
	}
}

static void bounds_go_by_the_type(void **state)
{
	(void)state;
	struct field i = { .name = "n", .type = VALUE_INT, .min = "9", .max = "100" };
	answer(&i, "10", "10");
	answer(&i, "9", "9");
	answer(&i, "100", "100");
	answer(&i, "8", NULL);
	answer(&i, "101", NULL);
	struct field big = { .name = "n", .type = VALUE_INT, .max = "9007199254740992" };
	answer(&big, "9007199254740993", NULL);
	struct field f = { .name = "n", .type = VALUE_NUMBER, .min = "0.5", .max = "10" };
	answer(&f, "9.5", "9.5");
	answer(&f, "0.4", NULL);
	struct field d = { .name = "n", .type = VALUE_DURATION, .min = "-1m", .max = "1h" };
	answer(&d, "90s", "1m30s");
	answer(&d, "-30s", "-30s");
	answer(&d, "-2m", NULL);
	answer(&d, "2h", NULL);
	answer(&d, "61m", NULL);
	struct field t = { .name = "n", .type = VALUE_DATETIME, .min = "2026-11-22T03:00:07Z",
			   .max = "2026-11-22T04:00:00Z" };
	answer(&t, "2026-11-22T03:00:07.5Z", "2026-11-22T03:00:07.500Z");
	answer(&t, "2026-11-22T03:00:06.9Z", NULL);
	answer(&t, "2026-11-22T05:30+01:30", "2026-11-22T04:00:00Z");
	answer(&t, "2026-11-22T04:00:00.001Z", NULL);
}

static void a_form_is_of_the_whole_text(void **state)
{
	(void)state;
	struct field f = { .name = "n", .match = "[a-z]+|[0-9]{3}" };
	answer(&f, "abc", "abc");
	answer(&f, "123", "123");
	answer(&f, "abc1", NULL);
	answer(&f, "x; rm", NULL);
	answer(&f, "1234", NULL);
}

static void lists_and_emptiness(void **state)
{
	(void)state;
	static const char *const envs[] = { "dev", "prd" };
	struct field f = { .name = "n", .one_of = envs, .n_one_of = 2 };
	answer(&f, "prd\n", "prd");
	answer(&f, "PRD", NULL);
	answer(&f, "", NULL);
	answer(&f, NULL, NULL);
	struct field t = { .name = "n" };
	answer(&t, "", NULL);
	answer(&t, "x", "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_pattern_that_may_not_end_is_tried_on_nothing),
		UNIT(what_may_be_tried_ends_soon),
		UNIT(bounds_go_by_the_type),
		UNIT(a_form_is_of_the_whole_text),
		UNIT(lists_and_emptiness),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
