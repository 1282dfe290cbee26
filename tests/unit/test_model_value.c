#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "limits.h"
#include "mem.h"
#include "value.h"

struct row {
	enum value_type type;
	const char *text, *want; /* NULL: refused */
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct value v = { 0 };
		struct err err = { 0 };
		int rc = value_parse(rows[i].type, rows[i].text, strlen(rows[i].text), &v, &err);
		if (!rows[i].want) {
			if (rc != ERR_PARSE)
				fail_msg("\"%s\" read as %s: %s", rows[i].text,
					 value_type_name(rows[i].type), v.text);
			assert_null(v.text);
			assert_true(strlen(err.text) > 0);
			continue;
		}
		if (rc)
			fail_msg("\"%s\": %s", rows[i].text, err.text);
		assert_string_equal(v.text, rows[i].want);
		assert_true(v.known);
		assert_false(v.secret);
		assert_int_equal(v.type, rows[i].type);
		/* What is canonical stays what it is. */
		struct value again = { 0 };
		assert_int_equal(value_parse(v.type, v.text, strlen(v.text), &again, NULL), 0);
		assert_string_equal(again.text, v.text);
		value_release(&again);
		value_release(&v);
	}
}

static void scalars_read_into_canonical_text(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ VALUE_INT, "42", "42" },
		{ VALUE_INT, "  42\n", "42" },
		{ VALUE_INT, "007", "7" },
		{ VALUE_INT, "-0", "0" },
		{ VALUE_INT, "9223372036854775807", "9223372036854775807" },
		{ VALUE_INT, "9223372036854775808", NULL },
		{ VALUE_INT, "4 2", NULL },
		{ VALUE_INT, "3.0", NULL },
		{ VALUE_INT, "1e3", NULL },
		{ VALUE_INT, "", NULL },
		{ VALUE_INT, "error", NULL },
		{ VALUE_NUMBER, "2.50", "2.5" },
		{ VALUE_NUMBER, "3", "3" },
		{ VALUE_NUMBER, "0.1", "0.1" },
		{ VALUE_NUMBER, "-0.0", "0" },
		{ VALUE_NUMBER, "nan", NULL },
		{ VALUE_NUMBER, "2,5", NULL },
		{ VALUE_BOOL, "TRUE", "true" },
		{ VALUE_BOOL, "yes\n", "true" },
		{ VALUE_BOOL, "off", "false" },
		{ VALUE_BOOL, "1", NULL },
		{ VALUE_BOOL, "0", NULL },
		{ VALUE_BOOL, "", NULL },
		{ VALUE_DATETIME, "2026-11-22", "2026-11-22T00:00:00Z" },
		{ VALUE_DATETIME, "2026-11-22 03:21:07+01:00", "2026-11-22T02:21:07Z" },
		{ VALUE_DATETIME, "2026-11-22T03:21:07.5Z", "2026-11-22T03:21:07.500Z" },
		{ VALUE_DATETIME, "2026-11-22T03:21:07.0000001Z",
		  "2026-11-22T03:21:07.000000100Z" },
		{ VALUE_DATETIME, "2026-11-22T03:21:07.000001Z", "2026-11-22T03:21:07.000001Z" },
		{ VALUE_DATETIME, "2026-02-30", NULL },
		{ VALUE_DATETIME, "now", NULL },
		{ VALUE_DURATION, "90m", "1h30m" },
		{ VALUE_DURATION, "0", "0s" },
		{ VALUE_DURATION, "-5m", "-5m" },
		{ VALUE_DURATION, "--5m", NULL },
		{ VALUE_DURATION, "90", NULL },
		{ VALUE_DURATION, "", NULL },
	};
	check_rows(rows, COUNT_OF(rows));
}

static void text_loses_one_newline_and_nothing_else(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ VALUE_TEXT, "a b", "a b" },	     { VALUE_TEXT, " a \n", " a " },
		{ VALUE_TEXT, "", "" },		     { VALUE_TEXT, "\n", "" },
		{ VALUE_TEXT, "\xc3\xa9", "\xc3\xa9" }, { VALUE_TEXT, "a\xff", NULL },
	};
	check_rows(rows, COUNT_OF(rows));
	struct value v = { 0 };
	assert_int_equal(value_parse(VALUE_TEXT, "a\n\n", 3, &v, NULL), 0);
	assert_string_equal(v.text, "a\n");
	value_release(&v);
	assert_int_equal(value_parse(VALUE_TEXT, "a\0b", 3, &v, NULL), ERR_PARSE);
}

static void lists_and_maps_are_compact_json(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ VALUE_LIST, " [ \"b\" , 1, null ]\n", "[\"b\",1,null]" },
		{ VALUE_LIST, "[]", "[]" },
		{ VALUE_LIST, "{}", NULL },
		{ VALUE_LIST, "a\nb", NULL },
		{ VALUE_LIST, "[1", NULL },
		{ VALUE_MAP, "{\"b\": 1, \"a\": [2]}", "{\"b\":1,\"a\":[2]}" },
		{ VALUE_MAP, "[]", NULL },
		{ VALUE_MAP, "{\"a\":1,\"a\":2}", NULL },
		{ VALUE_MAP, "null", NULL },
	};
	check_rows(rows, COUNT_OF(rows));
}

static void too_much_is_an_error_and_no_cut(void **state)
{
	(void)state;
	char *big = mem_alloc(LIMIT_VALUE_BYTES + 2);
	struct value v = { 0 };
	memset(big, 'a', LIMIT_VALUE_BYTES + 1);
	assert_int_equal(value_parse(VALUE_TEXT, big, LIMIT_VALUE_BYTES + 1, &v, NULL), ERR_LIMIT);
	assert_int_equal(value_parse(VALUE_TEXT, big, LIMIT_VALUE_BYTES, &v, NULL), 0);
	assert_int_equal(strlen(v.text), LIMIT_VALUE_BYTES);
	value_release(&v);
	free(big);
	assert_int_equal(value_parse(VALUE_TYPE_MAX, "a", 1, &v, NULL), ERR_USAGE);
	assert_int_equal(value_parse(VALUE_TYPE_INVALID, "a", 1, &v, NULL), ERR_USAGE);
}

/* The text may be a secret that the caller knows to be one. */
static void a_refusal_never_quotes_the_text(void **state)
{
	(void)state;
	for (int t = 1; t < VALUE_TYPE_MAX; t++) {
		struct value v = { 0 };
		struct err err = { 0 };
		assert_int_equal(value_parse(t, "hunter2-hunter2", 15, &v, &err), ERR_PARSE);
		assert_null(strstr(err.text, "hunter2"));
		assert_non_null(strstr(err.text, value_type_name(t)));
	}
}

static void types_go_both_ways(void **state)
{
	(void)state;
	for (int t = 0; t < VALUE_TYPE_MAX; t++)
		assert_int_equal(value_type_from(value_type_name(t)), t);
	assert_int_equal(value_type_from("integer"), VALUE_TYPE_INVALID);
	assert_int_equal(value_type_from(NULL), VALUE_TYPE_INVALID);
	assert_string_equal(value_type_name(VALUE_TYPE_MAX), "?");
	assert_string_equal(value_type_name(VALUE_TYPE_INVALID), "?");
}

static void copies_are_their_own(void **state)
{
	(void)state;
	struct value a = { 0 }, b = { 0 };
	assert_int_equal(value_parse(VALUE_INT, "1", 1, &a, NULL), 0);
	assert_int_equal(value_parse(VALUE_TEXT, "old", 3, &b, NULL), 0);
	a.secret = true;
	value_copy(&b, &a);
	assert_string_equal(b.text, "1");
	assert_true(b.secret);
	assert_ptr_not_equal(a.text, b.text);
	value_copy(&b, &b);
	assert_string_equal(b.text, "1");
	value_release(&a);
	assert_null(a.text);
	value_copy(&b, &a);
	assert_null(b.text);
	assert_false(b.known);
}

static void the_later_binding_hides_the_earlier(void **state)
{
	(void)state;
	struct value v[3] = { 0 };
	struct binding b[] = { { "a", &v[0] }, { "b", &v[1] }, { "a", &v[2] } };
	assert_ptr_equal(binding_find(b, 3, "a"), &v[2]);
	assert_ptr_equal(binding_find(b, 2, "a"), &v[0]);
	assert_ptr_equal(binding_find(b, 3, "b"), &v[1]);
	assert_null(binding_find(b, 3, "c"));
	assert_null(binding_find(NULL, 0, "a"));
}

static void names_that_do_harm_are_refused(void **state)
{
	(void)state;
	static const char *const good[] = { "replicas", "a",      "_a",    "was2", "paths",
					    "user",     "status", "ended", "ldap", "envs" };
	static const char *const bad[] = {
		"path",     "PATH",    "Path",       "ifs",
		"home",     "env",     "ld_preload", "LD_LIBRARY_PATH",
		"bash_env", "lc_all",  "http_proxy", "now",
		"exit",     "attempt", "mode",       "item",
		"end",      "from",    "value",      "select",
		"Replicas", "1a",      "a-b",        "a b",
		"",         "_",       "\xc3\xa9",   "blackstart_run",
	};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		const char *why = "";
		if (!value_name_ok(good[i], &why))
			fail_msg("%s: %s", good[i], why);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const char *why = NULL;
		if (value_name_ok(bad[i], &why))
			fail_msg("%s was taken", bad[i]);
		assert_non_null(why);
		assert_false(value_name_ok(bad[i], NULL));
	}
	char longest[LIMIT_ID_BYTES + 2];
	memset(longest, 'a', sizeof(longest));
	longest[LIMIT_ID_BYTES] = '\0';
	assert_true(value_name_ok(longest, NULL));
	longest[LIMIT_ID_BYTES] = 'a';
	longest[LIMIT_ID_BYTES + 1] = '\0';
	assert_false(value_name_ok(longest, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(scalars_read_into_canonical_text),
		UNIT(text_loses_one_newline_and_nothing_else),
		UNIT(lists_and_maps_are_compact_json),
		UNIT(too_much_is_an_error_and_no_cut),
		UNIT(a_refusal_never_quotes_the_text),
		UNIT(types_go_both_ways),
		UNIT(copies_are_their_own),
		UNIT(the_later_binding_hides_the_earlier),
		UNIT(names_that_do_harm_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
