/* Where a change goes in the text of a runbook, and that a diff puts exactly that there. */
#include "../lib/unit.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "place.h"

#include "../../src/report/report_patch.h"

/* The file with `text` in place of what stands at line and column; NULL: it is not tried. */
static char *replaced(const char *file, int key_col, int line, int col, const char *old,
		      const char *text)
{
	struct diff d;
	struct buf out = BUF_INIT;
	struct place key = { "f", line, key_col }, at = { "f", line, col };
	struct patch_edit e;

	report_diff_init(&d, "f", file, strlen(file));
	e = report_patch_scalar(&d, key, at, old, text);
	if (e.text && !report_diff_add(&d, e.at, e.removed, e.text))
		fail_msg("it does not go in");
	if (e.text)
		report_diff_apply(&d, &out);
	assert_true(!e.text == (e.why != NULL));
	free(e.text);
	report_diff_release(&d);
	return out.data ? buf_take(&out) : NULL;
}

static void a_scalar_is_replaced_and_what_stands_around_it_stays(void **x)
{
	static const struct {
		const char *file, *old, *text, *want; /* want NULL: not tried */
		int key_col, line, col;
	} v[] = {
		{ "a: b # c\n", "b", "d", "a: d # c\n", 1, 1, 4 },
		{ "a: b", "b", "d", "a: d\n", 1, 1, 4 },
		{ "a: 'it''s' # c\r\nz\r\n", "it's", "x: y", "a: 'x: y' # c\r\nz\r\n", 1, 1, 4 },
		{ "a: \"b\"\n", "b", "#d", "a: '#d'\n", 1, 1, 4 },
		{ "a: \"b\\n\"\n", "b\n", "d", NULL, 1, 1, 4 },
		{ "- {r: b, s: t}\n", "b", "c, d", "- {r: 'c, d', s: t}\n", 4, 1, 7 },
		{ "- {r: b, s: t}\n", "b", "c\nd", NULL, 4, 1, 7 },
		{ "- \xc3\xa9: b\n", "b", "c", "- \xc3\xa9: c\n", 3, 1, 6 },
		{ "a: b\n   c\nd: e\n", "b c", "x", NULL, 1, 1, 4 },
		{ "a: b\n   c\nd: e\n", "b c", "x\ny", NULL, 1, 1, 4 },
		{ "- r: b\n  s: t\n", "b", "c\nd", "- r: |-\n    c\n    d\n  s: t\n", 3, 1, 6 },
		{ "- r: b # c\n", "b", "c\nd", NULL, 3, 1, 6 },
		{ "- r: |\n     b\n\n     c\n\n  s: t\n", "b\n\nc\n", "x",
		  "- r: |\n     x\n\n  s: t\n", 3, 1, 6 },
		{ "- r: |-\n    b\n- s: t\n", "b", "x\n\ny", "- r: |-\n    x\n\n    y\n- s: t\n",
		  3, 1, 6 },
		{ "- r: >\n    b\n", "b\n", "x\ny", "- r: |\n    x\n    y\n", 3, 1, 6 },
		{ "- r: |\n    b\n", "b\n", " x", NULL, 3, 1, 6 },
		{ "- r: |\n    b\n", "b\n", "x\ty", NULL, 3, 1, 6 },
		{ "a: b\n", "b", "c", NULL, 1, 2, 4 },
		{ "a: b\n", "b", "c", NULL, 1, 1, 9 },
		{ "a: b\n", "b", "'", "a: ''''\n", 1, 1, 4 },
		{ "a: b\n", "b", "", "a: ''\n", 1, 1, 4 },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		char *got = replaced(v[i].file, v[i].key_col, v[i].line, v[i].col, v[i].old,
				     v[i].text);

		if (!v[i].want != !got || (got && strcmp(got, v[i].want) != 0))
			fail_msg("%zu: %s gives %s", i, v[i].file, got ? got : "nothing");
		free(got);
	}
}

static void a_comment_has_only_lines_of_its_own(void **x)
{
	static const char file[] = "steps:\n  - id: a\n  -\n    id: b\nq: [{id: c}]\n";
	struct diff d;
	struct patch_edit e;

	(void)x;
	report_diff_init(&d, "f", file, strlen(file));
	e = report_patch_comment(&d, (struct place){ "f", 2, 5 }, "one\n--- two\n\nthree");
	assert_int_equal(e.at, 1);
	assert_string_equal(e.text, "  # one\n  #   --- two\n  #\n  #   three\n");
	free(e.text);
	e = report_patch_comment(&d, (struct place){ "f", 4, 5 }, "x");
	assert_int_equal(e.at, 3);
	free(e.text);
	e = report_patch_comment(&d, (struct place){ "f", 5, 5 }, "x");
	assert_null(e.text);
	e = report_patch_comment(&d, (struct place){ "f", 50, 5 }, "x");
	assert_null(e.text);
	report_diff_release(&d);
}

static void a_long_comment_is_cut_between_characters(void **x)
{
	struct diff d;
	struct buf text = BUF_INIT;
	struct patch_edit e;

	(void)x;
	for (int i = 0; i < 300; i++)
		buf_adds(&text, "\xc3\xa9");
	report_diff_init(&d, "f", "- a: b\n", 7);
	e = report_patch_comment(&d, (struct place){ "f", 1, 3 }, buf_str(&text));
	for (const char *c = e.text; *c; c++) {
		if (*c == '\n')
			continue;
		assert_true(*c == '#' || *c == ' ' || *c == '\xc3' || *c == '\xa9');
		if (*c == '\xc3')
			assert_true(*++c == '\xa9');
	}
	free(e.text);
	buf_release(&text);
	report_diff_release(&d);
}

static void edits_that_meet_are_not_taken_twice(void **x)
{
	struct diff d;
	struct buf out = BUF_INIT;

	(void)x;
	report_diff_init(&d, "f", "1\n2\n3\n4\n5\n6\n7\n8\n9", 17);
	assert_true(report_diff_add(&d, 1, 2, "x\n"));
	assert_false(report_diff_add(&d, 2, 1, "y\n"));
	assert_false(report_diff_add(&d, 2, 0, "y\n"));
	assert_true(report_diff_add(&d, 1, 0, "a\n"));
	assert_true(report_diff_add(&d, 1, 0, "b\n"));
	assert_false(report_diff_add(&d, 8, 2, "y\n"));
	assert_true(report_diff_add(&d, 0, 0, "gone\n"));
	report_diff_drop(&d, 0, "gone\n");
	report_diff_apply(&d, &out);
	assert_string_equal(buf_str(&out), "1\na\nb\nx\n4\n5\n6\n7\n8\n9");
	buf_clear(&out);
	report_diff_print(&d, &out);
	assert_string_equal(buf_str(&out), "--- ./f\n+++ ./f\n@@ -1,6 +1,7 @@\n 1\n+a\n+b\n-2\n-3\n"
					   "+x\n 4\n 5\n 6\n");
	buf_release(&out);
	report_diff_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_scalar_is_replaced_and_what_stands_around_it_stays),
		UNIT(a_comment_has_only_lines_of_its_own),
		UNIT(a_long_comment_is_cut_between_characters),
		UNIT(edits_that_meet_are_not_taken_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
