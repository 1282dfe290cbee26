/* Lint of captures: which jq programs and regular expressions pass, and what is said of the rest.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "err.h"
#include "mem.h"
#include "runbook.h"

static void good_patterns_pass(void **state)
{
	(void)state;
	static const char *const jq[] = {
		".", ".items | length", ".items[].spec.volumeName", "[.items[] | select(.x > 3)]",
		".items | map({key: .metadata.name, value: .spec.volumeName}) | from_entries",
		"{a, \"b\": .c, d: map(.x), (.k): 1, @base64 \"x\": 2}",
		".items as $x | $x | length", "reduce .[] as [$a, {b: $c}] (0; . + $a * $c)",
		"def f(g): map(g); def h: .; f(.x | h)", "\"a\\(.b | length) \\(\"n\\(1)\")\"",
		"label $out | foreach .[] as $i (0; . + $i; if . > 3 then ., break $out "
		"else empty end)",
		"# comment with env\n.a # input", "try error(\"x\") catch .", ".a // \"default\"",
		"[.[] | {name: .name, \"input\": .x, env: .y}]", ".env | .input | .debug",
		"to_entries | sort_by(.value) | last | .key", "@text \"\\(.a)\"", ".[2:4]",
			"..|.a?",
		"with_entries(select(.value != null))", "[limit(3; .[])] | add / length | floor",
	};
	static const char *const match[] = {
		"([0-9]+) to destroy", "^(.*)$", "a{2,3}(b)", "\\(([^)]*)\\)", "([[:alpha:]]+)[]x]",
		"(a|b)?c", "x\\.(y)", "(\\w+)\\s", "[^]](a)", "(a+b+c+)d+",
	};
	for (size_t i = 0; i < COUNT_OF(jq); i++) {
		struct capture c = { .name = "it", .how = CAPTURE_JQ, .pattern = jq[i] };
		struct err err = { 0 };
		if (capture_check(&c, &err))
			fail_msg("%s: %s", jq[i], err.text);
	}
	for (size_t i = 0; i < COUNT_OF(match); i++) {
		struct capture c = { .name = "it", .how = CAPTURE_MATCH, .pattern = match[i] };
		struct err err = { 0 };
		if (capture_check(&c, &err))
			fail_msg("%s: %s", match[i], err.text);
	}
	struct capture whole = { .name = "it" };
	assert_int_equal(capture_check(&whole, NULL), 0);
}

static void bad_patterns_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		enum capture_how how;
		const char *pattern, *says;
	} rows[] = {
		{ CAPTURE_JQ, "", "empty" },
		{ CAPTURE_JQ, " \n", "empty" },
		{ CAPTURE_JQ, ".items | lenght", "lenght/0 is not defined" },
		{ CAPTURE_JQ, "map", "map/0 is not defined" },
		{ CAPTURE_JQ, ".a | map(.x; .y)", "map/2 is not defined" },
		{ CAPTURE_JQ, "$foo", "$foo is not defined" },
		{ CAPTURE_JQ, "\"\\(lenght)\"", "lenght/0" },
		{ CAPTURE_JQ, "{a: lenght}", "lenght/0" },
		{ CAPTURE_JQ, "f(1)", "f/1 is not defined" },
		{ CAPTURE_JQ, ".items | (length", "syntax error" },
		{ CAPTURE_JQ, ".a b", "syntax error" },
		{ CAPTURE_JQ, ".a |\n.b c", "line 2" },
		{ CAPTURE_JQ, "\"abc", "closing quote" },
		{ CAPTURE_JQ, "\"a\\(1", "closing quote" },
		{ CAPTURE_JQ, "\"a\\(1)", "closing quote" },
		{ CAPTURE_JQ, "import \"a\" as a; .", "libraries" },
		{ CAPTURE_JQ, "include \"a\"; .", "libraries" },
		{ CAPTURE_JQ, "env.HOME", "environment" },
		{ CAPTURE_JQ, "$ENV.HOME", "environment" },
		{ CAPTURE_JQ, "[inputs]", "output" },
		{ CAPTURE_JQ, "\"\\(input)\"", "output" },
		{ CAPTURE_JQ, ".a | debug", "prints" },
		{ CAPTURE_JQ, "now", "conditions" },
		{ CAPTURE_MATCH, "abc", "this has 0" },
		{ CAPTURE_MATCH, "(a)(b)", "this has 2" },
		{ CAPTURE_MATCH, "(a", "" },
		{ CAPTURE_MATCH, "*(a)", "" },
		{ CAPTURE_MATCH, "(\\d+)", "[0-9]" },
		{ CAPTURE_MATCH, "([\\d]+)", "inside brackets" },
		{ CAPTURE_MATCH, "(?:a)(b)", "POSIX" },
		{ CAPTURE_MATCH, "(a.*?)b", "longest" },
		{ CAPTURE_MATCH, "(a++)b", "longest" },
		{ CAPTURE_MATCH, "(a)\\1", "POSIX" },
		{ CAPTURE_MATCH, "(a)\\n", "POSIX" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct capture c = { .name = "it", .how = rows[i].how, .pattern = rows[i].pattern };
		struct err err = { 0 };
		int rc = capture_check(&c, &err);
		if (rc != ERR_PARSE || !strstr(err.text, rows[i].says) || !*err.text)
			fail_msg("%s: %s %s", rows[i].pattern, err_name(rc), err.text);
	}
	char *big = mem_alloc(5000);
	memset(big, '.', 4999);
	struct capture c = { .name = "it", .how = CAPTURE_JQ, .pattern = big };
	assert_int_equal(capture_check(&c, NULL), ERR_LIMIT);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(good_patterns_pass),
		UNIT(bad_patterns_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
