/* Derived values, and the matcher behind like and glob. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/expr/expr_db.h"
#include "exprs.h"
#include "limits.h"
#include "mem.h"

static struct exprs e;

static int setup(void **state)
{
	(void)state;
	exprs_init(&e);
	return expr_open(&e.x, NULL);
}

static int teardown(void **state)
{
	(void)state;
	expr_close(e.x);
	return 0;
}

static void results_are_canonical(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum value_type as;   /* INVALID: as it comes */
		enum value_type type;
		const char *want;     /* NULL: not known */
	} rows[] = {
		{ "replicas + 1", VALUE_TYPE_INVALID, VALUE_INT, "4" },
		{ "replicas / 2", VALUE_TYPE_INVALID, VALUE_NUMBER, "1.5" },
		{ "replicas * 1.0", VALUE_TYPE_INVALID, VALUE_NUMBER, "3" },
		{ "replicas", VALUE_NUMBER, VALUE_NUMBER, "3" },
		{ "0.1 + 0.2", VALUE_TYPE_INVALID, VALUE_NUMBER, "0.30000000000000004" },
		{ "round(ratio)", VALUE_INT, VALUE_INT, "3" },
		{ "replicas > 1", VALUE_BOOL, VALUE_BOOL, "true" },
		{ "stuck", VALUE_TYPE_INVALID, VALUE_BOOL, "false" },
		{ "environment || '-' || replicas", VALUE_TYPE_INVALID, VALUE_TEXT, "prd-3" },
		{ "now", VALUE_TYPE_INVALID, VALUE_DATETIME, "2026-11-22T03:21:07Z" },
		{ "newest + '1ms'", VALUE_TYPE_INVALID, VALUE_DATETIME,
		  "2026-11-22T02:21:07.501Z" },
		{ "now - newest", VALUE_TYPE_INVALID, VALUE_DURATION, "59m59s500ms" },
		{ "newest - now", VALUE_TYPE_INVALID, VALUE_DURATION, "-59m59s500ms" },
		{ "-age", VALUE_DURATION, VALUE_DURATION, "-1h30m" },
		{ "'2h'", VALUE_DURATION, VALUE_DURATION, "2h" },
		{ "volumes", VALUE_TYPE_INVALID, VALUE_LIST, "[\"data-0\",\"data-1\",\"data-2\"]" },
		{ "keys(was)", VALUE_TYPE_INVALID, VALUE_LIST,
		  "[\"preferences\",\"flow.manager\",\"ok\",\"deep\",\"none\"]" },
		{ "reversed(volumes)", VALUE_TYPE_INVALID, VALUE_LIST,
		  "[\"data-2\",\"data-1\",\"data-0\"]" },
		{ "reversed(was)", VALUE_LIST, VALUE_LIST,
		  "[\"none\",\"deep\",\"ok\",\"flow.manager\",\"preferences\"]" },
		{ "rest(mixed)", VALUE_TYPE_INVALID, VALUE_LIST, "[\"error\",null,[2]]" },
		{ "rest(keys(was ->> 'deep'))", VALUE_TYPE_INVALID, VALUE_LIST, "[]" },
		{ "first(volumes)", VALUE_TYPE_INVALID, VALUE_TEXT, "data-0" },
		{ "int(first(sizes)) + count(sizes)", VALUE_TYPE_INVALID, VALUE_INT, "13" },
		{ "first(empty)", VALUE_TYPE_INVALID, VALUE_TEXT, NULL },
		{ "count(no_map)", VALUE_TYPE_INVALID, VALUE_INT, NULL },
		{ "was ->> 'deep'", VALUE_MAP, VALUE_MAP, "{\"l\":[1,2]}" },
		{ "was ->> 'deep' ->> 'l'", VALUE_LIST, VALUE_LIST, "[1,2]" },
		{ "was ->> 'preferences'", VALUE_INT, VALUE_INT, "2" },
		{ "was ->> 'preferences'", VALUE_TYPE_INVALID, VALUE_INT, "2" },
		{ "sizes ->> 2", VALUE_TYPE_INVALID, VALUE_NUMBER, "30.5" },
		{ "was ->> 'flow.manager'", VALUE_TYPE_INVALID, VALUE_TEXT, "x" },
		{ "case when stuck then 1 else null end", VALUE_TYPE_INVALID, VALUE_INT, NULL },
		{ "no_int + 1", VALUE_TYPE_INVALID, VALUE_INT, NULL },
		{ "replicas / 0", VALUE_TYPE_INVALID, VALUE_NUMBER, NULL },
		{ "(select max(value) from json_each(sizes))", VALUE_NUMBER, VALUE_NUMBER, "30.5" },
		{ "(select max(key) from json_each(sizes))", VALUE_INT, VALUE_INT, "2" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct value v = { 0 };
		struct err err = { 0 };
		if (expr_derive(e.x, rows[i].text, e.bound, EXPRS_N, rows[i].as, &v, &err))
			fail_msg("%s: %s", rows[i].text, err.text);
		if (v.known != (rows[i].want != NULL) || v.type != rows[i].type ||
		    (v.known && strcmp(v.text, rows[i].want)))
			fail_msg("%s: %s %s", rows[i].text, value_type_name(v.type), v.text);
		assert_false(v.secret);
		value_release(&v);
	}
}

static void what_does_not_fit_is_an_error(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum value_type as;
		int code;
	} rows[] = {
		{ "replicas / 2", VALUE_INT, ERR_PARSE },
		{ "environment", VALUE_INT, ERR_PARSE },
		{ "was ->> 'flow.manager'", VALUE_INT, ERR_PARSE },
		{ "was ->> 'deep'", VALUE_LIST, ERR_PARSE },
		{ "was ->> 'deep'", VALUE_TEXT, ERR_PARSE },
		{ "sizes ->> 2", VALUE_INT, ERR_PARSE },
		{ "9223372036854775807 + 1", VALUE_INT, ERR_LIMIT },
		{ "round(1e300)", VALUE_INT, ERR_PARSE },
		{ "1e308 * 10", VALUE_NUMBER, ERR_LIMIT },
		{ "now - '1970-01-01'", VALUE_DURATION, ERR_LIMIT },
		{ "now + age * 1000000000", VALUE_DATETIME, ERR_LIMIT },
		{ "unknown + 1", VALUE_INT, ERR_PARSE },
		{ "replicas +", VALUE_INT, ERR_PARSE },
		{ "abs(0 - 9223372036854775807 - 1)", VALUE_INT, ERR_PARSE },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct value v = { .type = VALUE_MAP, .text = (char *)"untouched" };
		struct err err = { 0 };
		int rc = expr_derive(e.x, rows[i].text, e.bound, EXPRS_N, rows[i].as, &v, &err);
		if (rc != rows[i].code)
			fail_msg("%s: %s %s", rows[i].text, err_name(rc), err.text);
		assert_true(strlen(err.text) > 0);
		assert_string_equal(v.text, "untouched");
	}
}

static void what_is_made_of_a_secret_is_secret(void **state)
{
	(void)state;
	struct value *env = exprs_value(&e, "environment"), v = { 0 };
	env->secret = true;
	assert_int_equal(expr_derive(e.x, "environment || 'x'", e.bound, EXPRS_N, VALUE_TEXT, &v,
				     NULL), 0);
	assert_true(v.secret);
	assert_string_equal(v.text, "prdx");
	value_release(&v);
	assert_int_equal(expr_derive(e.x, "length(environment)", e.bound, EXPRS_N, VALUE_INT, &v,
				     NULL), 0);
	assert_true(v.secret);
	value_release(&v);
	assert_int_equal(expr_derive(e.x, "replicas", e.bound, EXPRS_N, VALUE_INT, &v, NULL), 0);
	assert_false(v.secret);
	value_release(&v);
	env->secret = false;
}

/* --- like and glob ------------------------------------------------------------------------- */

static const struct expr_pattern like = { .many = '%', .one = '_', .any_case = true };
static const struct expr_pattern glob = { .many = '*', .one = '?', .sets = true };

static int match(struct expr_pattern p, const char *pattern, const char *text)
{
	p.s = pattern;
	p.n = strlen(pattern);
	e.x->deadline = INT64_MAX;
	e.x->late = false;
	return expr_match(&p, text, strlen(text), e.x);
}

static void patterns_match_as_in_sql(void **state)
{
	(void)state;
	static const struct {
		bool glob;
		const char *pattern, *text;
		int want;
	} rows[] = {
		{ false, "", "", 1 },		 { false, "", "a", 0 },
		{ false, "%", "", 1 },		 { false, "%%", "ab", 1 },
		{ false, "a%", "A-b", 1 },	 { false, "%b", "a-B", 1 },
		{ false, "a_c", "abc", 1 },	 { false, "a_c", "ac", 0 },
		{ false, "_", "\xc3\xa9", 1 },	 { false, "__", "\xc3\xa9", 0 },
		{ false, "%a%b%c%", "xxaxxbxxcxx", 1 },
		{ false, "%a%b%c%", "xxaxxcxxb", 0 },
		{ false, "%ab", "aab", 1 },	 { false, "[a]", "a", 0 },
		{ false, "a*", "a*", 1 },	 { false, "%\xc3\xa9", "caf\xc3\xa9", 1 },
		{ true, "a*", "abc", 1 },	 { true, "A*", "abc", 0 },
		{ true, "a?c", "abc", 1 },	 { true, "[a-c]x", "bx", 1 },
		{ true, "[a-c]x", "dx", 0 },	 { true, "[^a-c]x", "dx", 1 },
		{ true, "[^a-c]x", "bx", 0 },	 { true, "[]]", "]", 1 },
		{ true, "[^]]", "a", 1 },	 { true, "[a-]", "-", 1 },
		{ true, "[a", "a", 0 },		 { true, "[", "[", 0 },
		{ true, "*[0-9]", "data-7", 1 }, { true, "*[0-9]", "data-x", 0 },
		{ true, "%", "%", 1 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (match(rows[i].glob ? glob : like, rows[i].pattern, rows[i].text) !=
			rows[i].want)
			fail_msg("%s %s %s", rows[i].text, rows[i].glob ? "glob" : "like",
				 rows[i].pattern);
}

/* All short patterns over all short texts, against the definition. */
static bool by_definition(const char *p, const char *s)
{
	if (!*p)
		return !*s;
	if (*p == '%')
		return by_definition(p + 1, s) || (*s && by_definition(p, s + 1));
	return *s && (*p == '_' || *p == *s) && by_definition(p + 1, s + 1);
}

static void count_up(char *s, int n, const char *digits)
{
	for (int i = 0, base = (int)strlen(digits); n; i++, n /= base) {
		s[i] = digits[--n % base];
		s[i + 1] = '\0';
	}
}

static void the_short_way_agrees_with_the_definition(void **state)
{
	(void)state;
	for (int i = 0; i < 1365; i++) {
		char pattern[16] = "";
		count_up(pattern, i, "ab%_");
		for (int k = 0; k < 127; k++) {
			char text[16] = "";
			count_up(text, k, "ab");
			if (match(like, pattern, text) != by_definition(pattern, text))
				fail_msg("'%s' like '%s'", text, pattern);
		}
	}
}

static void matching_stops_when_time_is_up(void **state)
{
	(void)state;
	char *text = mem_alloc(LIMIT_VALUE_BYTES + 1);
	struct expr_pattern p = like;
	memset(text, 'a', LIMIT_VALUE_BYTES);
	p.s = "%aaaaaaaaaaaaaaaaaaaaaaaaaaab";
	p.n = strlen(p.s);
	e.x->deadline = 0;
	e.x->late = false;
	assert_int_equal(expr_match(&p, text, LIMIT_VALUE_BYTES, e.x), -1);
	assert_true(e.x->late);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(results_are_canonical),
		UNIT(what_does_not_fit_is_an_error),
		UNIT(what_is_made_of_a_secret_is_secret),
		UNIT(patterns_match_as_in_sql),
		UNIT(the_short_way_agrees_with_the_definition),
		UNIT(matching_stops_when_time_is_up),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
