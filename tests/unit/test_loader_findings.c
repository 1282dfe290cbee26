/* Findings: sorted by place, bounded, written as lines and as JSON, alive without their runbook. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "limits.h"
#include "loader.h"
#include "str.h"

static struct place at(const char *file, int line, int col)
{
	return (struct place){ file, line, col };
}

static void they_are_sorted_by_file_line_and_column(void **state)
{
	struct findings f = { 0 };
	struct buf out = BUF_INIT;
	(void)state;
	findings_add(&f, SEV_ERROR, at("b", 1, 1), "r", "6");
	findings_add(&f, SEV_WARNING, at("a", 10, 2), "r", "4");
	findings_add(&f, SEV_ERROR, at("a", 10, 2), "r", "5");
	findings_add(&f, SEV_ERROR, at("a", 9, 30), "r", "2");
	findings_add(&f, SEV_ERROR, at("a", 10, 1), "r", "3");
	findings_add(&f, SEV_ERROR, at("a", 0, 0), "r", "1");
	findings_sort(&f);
	findings_print(&out, &f);
	assert_string_equal(buf_str(&out), "a: error: 1 [r]\na:9:30: error: 2 [r]\n"
					   "a:10:1: error: 3 [r]\na:10:2: warning: 4 [r]\n"
					   "a:10:2: error: 5 [r]\nb:1:1: error: 6 [r]\n");
	assert_int_equal(f.errors, 5);
	assert_int_equal(f.warnings, 1);
	buf_release(&out);
	findings_release(&f);
	assert_int_equal(f.n, 0);
	findings_sort(&f);
}

static void they_own_what_they_say(void **state)
{
	struct findings f = { 0 };
	char file[] = "file", text[] = "text";
	(void)state;
	findings_add(&f, SEV_ERROR, at(file, 1, 1), "r", text);
	memset(file, 'x', 4);
	memset(text, 'x', 4);
	assert_string_equal(f.v[0].at.file, "file");
	assert_string_equal(f.v[0].text, "text");
	findings_release(&f);
}

static void json_is_json_whatever_was_found(void **state)
{
	struct findings f = { 0 };
	struct buf out = BUF_INIT;
	struct json *doc = NULL;
	(void)state;
	findings_add(&f, SEV_WARNING, at("a \"quoted\" name", 3, 4), "rule-name", "a \\ \"text\"");
	findings_add(&f, SEV_ERROR, at(NULL, 0, 0), "other", "t");
	findings_json(&out, &f);
	assert_int_equal(json_parse(buf_str(&out), out.len, &doc, NULL), 0);
	const struct json *first = json_at(doc, 0);
	assert_int_equal(json_len(doc), 2);
	assert_string_equal(json_str(first, "file"), "a \"quoted\" name");
	assert_string_equal(json_str(first, "severity"), "warning");
	assert_string_equal(json_str(first, "rule"), "rule-name");
	assert_string_equal(json_str(first, "text"), "a \\ \"text\"");
	assert_int_equal(json_int(first, "line", 0), 3);
	assert_int_equal(json_int(first, "column", 0), 4);
	assert_null(json_str(json_at(doc, 1), "file"));
	json_free(doc);
	buf_release(&out);
	findings_release(&f);
}

static void over_the_limit_they_are_counted(void **state)
{
	struct findings f = { 0 };
	struct buf out = BUF_INIT;
	(void)state;
	for (int i = 0; i < LIMIT_FINDINGS + 5; i++)
		findings_add(&f, SEV_ERROR, at("a", i + 1, 1), "r", "t");
	assert_int_equal(f.n, LIMIT_FINDINGS);
	assert_int_equal(f.errors, LIMIT_FINDINGS + 5);
	findings_print(&out, &f);
	assert_true(str_ends(buf_str(&out), "\n5 more findings are not shown (the limit is 1000)\n"));
	buf_release(&out);
	findings_release(&f);
}

static int read_hostile(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)ctx;
	(void)path;
	(void)err;
	return buf_adds(out, "blackstart: 1\ntitle: T\nsteps:\n"
			     "  - \"\\e[31m\\u202Ekey\\a\": x\n    do: x\n");
}

static void a_name_with_escapes_is_shown_harmless(void **state)
{
	struct loader_source src = { NULL, read_hostile };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct buf out = BUF_INIT;
	(void)state;
	assert_int_equal(loader_load("evil\x1b[2J.yaml", &src, &rb, &f, NULL), 0);
	runbook_free(rb);
	findings_print(&out, &f);
	assert_null(strchr(buf_str(&out), '\x1b'));
	assert_null(strchr(buf_str(&out), '\a'));
	assert_null(strstr(buf_str(&out), "\xe2\x80\xae"));
	assert_non_null(strstr(buf_str(&out), "evil\\x1b[2J.yaml:4:5: error: "));
	buf_release(&out);
	findings_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(they_are_sorted_by_file_line_and_column),
		UNIT(they_own_what_they_say),
		UNIT(json_is_json_whatever_was_found),
		UNIT(over_the_limit_they_are_counted),
		UNIT(a_name_with_escapes_is_shown_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
