/* What commands print, taken apart: hits, misses with their reason, and programs that mean no
 * good. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "capture.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "runbook.h"

static const char json[] =
	"{\"items\":[{\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"v\":2.5}],\"ok\":true,\"no\":false,"
	"\"s\":\"7\",\"nul\":null,\"empty\":[],\"big\":12345678901234567890,"
	"\"id\":9007199254740993,"
	"\"t\":\"2026-11-22T03:21Z\",\"q\":\"it's \\\"so\\\"\",\"x\":0.1}";

struct row {
	enum value_type type;
	const char *pattern, *out;
	const char *want; /* text, or NULL for a miss */
	const char *says; /* part of a miss's reason */
};

static void check_rows(enum capture_how how, const struct row *rows, size_t n)
{
	int wrong = 0;
	for (size_t i = 0; i < n; i++) {
		struct capture c = { .name = "it", .type = rows[i].type, .how = how,
				     .pattern = rows[i].pattern };
		struct value v = { 0 };
		struct err err = { 0 };
		const char *out = rows[i].out ? rows[i].out : json;
		int rc = capture_apply(&c, out, strlen(out), &v, &err);
		bool hit = rc == 0 && v.known;
		if (rc || hit != (rows[i].want != NULL) || v.type != rows[i].type ||
		    (hit && strcmp(v.text, rows[i].want)) ||
		    (!hit && (err.code != ERR_NOTFOUND || !strstr(err.text, rows[i].says) ||
			      !strstr(err.text, "it: ")))) {
			print_error("%s: %d %s %s\n", rows[i].pattern ? rows[i].pattern : out, rc,
				    v.text ? v.text : "-", err.text);
			wrong++;
		}
		assert_int_equal(err.code == 0, hit);
		value_release(&v);
	}
	assert_int_equal(wrong, 0);
}

static void the_whole_output_reads_as_its_type(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ VALUE_INT, NULL, " 42\n", "42", NULL },
		{ VALUE_INT, NULL, "error", NULL, "whole number" },
		{ VALUE_INT, NULL, "3\n4\n", NULL, "whole number" },
		{ VALUE_INT, NULL, "", NULL, "printed nothing" },
		{ VALUE_INT, NULL, "\n \n", NULL, "printed nothing" },
		{ VALUE_TEXT, NULL, "", "", NULL },
		{ VALUE_TEXT, NULL, " two\nlines \n", " two\nlines ", NULL },
		{ VALUE_TEXT, NULL, "\xff", NULL, "UTF-8" },
		{ VALUE_BOOL, NULL, "True\n", "true", NULL },
		{ VALUE_BOOL, NULL, "0\n", NULL, "true or false" },
		{ VALUE_DATETIME, NULL, "2026-11-22 03:21\n", "2026-11-22T03:21:00Z", NULL },
		{ VALUE_LIST, NULL, "pod/a\npod/b\r\n\n  \npod/c",
		  "[\"pod/a\",\"pod/b\",\"pod/c\"]",
		  NULL },
		{ VALUE_LIST, NULL, " [1, \"b\"]\n", "[1,\"b\"]", NULL },
		{ VALUE_LIST, NULL, "[main]\nb\n", NULL, "JSON array" },
		{ VALUE_LIST, NULL, "\n\n", NULL, "printed nothing" },
		{ VALUE_LIST, NULL, "a\xff\n", NULL, "UTF-8" },
		{ VALUE_MAP, NULL, "{\"a\": 1}", "{\"a\":1}", NULL },
		{ VALUE_MAP, NULL, "a\nb", NULL, "JSON object" },
	};
	check_rows(CAPTURE_WHOLE, rows, COUNT_OF(rows));
}

static void jq_takes_values_out(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ VALUE_INT, ".items | length", NULL, "2", NULL },
		{ VALUE_INT, ".s", NULL, "7", NULL },
		{ VALUE_INT, ".items[1].v", NULL, NULL, "whole number" },
		{ VALUE_INT, ".nul", NULL, NULL, "null" },
		{ VALUE_INT, ".gone", NULL, NULL, "null" },
		{ VALUE_INT, "empty", NULL, NULL, "nothing" },
		{ VALUE_INT, ".big", NULL, NULL, "2^53" },
		{ VALUE_INT, ".id", NULL, "9007199254740992", NULL },
		{ VALUE_LIST, "[.big]", NULL, NULL, "2^53" },
		{ VALUE_INT, ".ok", NULL, NULL, "whole number" },
		{ VALUE_NUMBER, ".items[1].v", NULL, "2.5", NULL },
		{ VALUE_NUMBER, ".x", NULL, "0.1", NULL },
		{ VALUE_BOOL, ".ok", NULL, "true", NULL },
		{ VALUE_BOOL, ".no", NULL, "false", NULL },
		{ VALUE_BOOL, ".items[0].v", NULL, NULL, "a number" },
		{ VALUE_TEXT, ".q", NULL, "it's \"so\"", NULL },
		{ VALUE_TEXT, ".ok", NULL, "true", NULL },
		{ VALUE_TEXT, ".items[0].v", NULL, "1", NULL },
		{ VALUE_TEXT, ".items[0]", NULL, NULL, "map" },
		{ VALUE_TEXT, ".items", NULL, NULL, "list" },
		{ VALUE_TEXT, ".items[].n", NULL, NULL, "more than one" },
		{ VALUE_TEXT, "\"a\\u0000b\"", NULL, NULL, "UTF-8" },
		{ VALUE_DATETIME, ".t", NULL, "2026-11-22T03:21:00Z", NULL },
		{ VALUE_DATETIME, ".x", NULL, NULL, "a number" },
		{ VALUE_LIST, "[.items[].n]", NULL, "[\"a\",\"b\"]", NULL },
		{ VALUE_LIST, ".items[].n", NULL, "[\"a\",\"b\"]", NULL },
		{ VALUE_LIST, ".items[0].n", NULL, "[\"a\"]", NULL },
		{ VALUE_LIST, ".empty", NULL, "[]", NULL },
		{ VALUE_LIST, ".empty[]", NULL, NULL, "nothing" },
		{ VALUE_LIST, ".nul", NULL, NULL, "null" },
		{ VALUE_MAP, ".items | map({key: .n, value: .v}) | from_entries", NULL,
		  "{\"a\":1,\"b\":2.5}", NULL },
		{ VALUE_MAP, ".items", NULL, NULL, "no map" },
		{ VALUE_INT, ".", "not json", NULL, "no JSON" },
		{ VALUE_INT, ".", "{\"a\":", NULL, "no JSON" },
		{ VALUE_INT, ".", "", NULL, "printed nothing" },
		{ VALUE_INT, ".", "3\xff", NULL, "UTF-8" },
		{ VALUE_INT, ".", "3", "3", NULL },
		{ VALUE_LIST, ".a", "{\"a\":1}\n{\"a\":2}\n", "[1,2]", NULL },
		{ VALUE_INT, ".a", "{\"a\":1}\n{\"a\":2}\n", NULL, "more than one" },
		{ VALUE_INT, ".items.foo", NULL, NULL, "Cannot index" },
		{ VALUE_INT, ".items | lenght", NULL, NULL, "not defined" },
		{ VALUE_INT, "error(\"a\\u001b[2Jb\")", NULL, NULL, "\\x1b[2J" },
		/* No environment, no files, no more input. */
		{ VALUE_INT, "env | length", NULL, "0", NULL },
		{ VALUE_INT, "$ENV | length", NULL, "0", NULL },
		{ VALUE_INT, "import \"a\" as a; 1", NULL, NULL, "not found" },
		{ VALUE_INT, "import \"passwd\" as $a {search: \"/etc\"}; 1", NULL, NULL, "" },
		{ VALUE_INT, "input", NULL, NULL, "" },
		{ VALUE_INT, "halt", NULL, NULL, "halted" },
	};
	setenv("HUNTER", "2", 1);
	check_rows(CAPTURE_JQ, rows, COUNT_OF(rows));
}

static void expressions_take_the_group_of_the_first_match(void **state)
{
	(void)state;
	static const char plan[] =
		"Plan: 1 to add, 0 to change, 12 to destroy.\nPlan: 9 to destroy\n";
	static const struct row rows[] = {
		{ VALUE_INT, "([0-9]+) to destroy", plan, "12", NULL },
		{ VALUE_INT, "([0-9]+) to explode", plan, NULL, "no match" },
		{ VALUE_TEXT, "^Plan: (.*)$", plan, "1 to add, 0 to change, 12 to destroy.", NULL },
		{ VALUE_TEXT, "^(P.*y.*9)", plan, NULL, "no match" },
		{ VALUE_TEXT, "([a-z]+)|[A-Z]", "X", NULL, "no part" },
		{ VALUE_INT, "(Plan)", plan, NULL, "whole number" },
		{ VALUE_TEXT, "x(.)", "x\xff", NULL, "no match" },
		{ VALUE_TEXT, "x(.)", "x\xe2\x82\xac", "\xe2\x82\xac", NULL },
		{ VALUE_TEXT, "(.*)", "", "", NULL },
		{ VALUE_TEXT, "(\xc3\xa9+)", "a\xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9", NULL },
		{ VALUE_TEXT, "(a", "a", NULL, "(" },
	};
	check_rows(CAPTURE_MATCH, rows, COUNT_OF(rows));
	/* A byte that ends a string elsewhere does not end the output. */
	struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_MATCH,
			     .pattern = "n=([0-9]+)" };
	struct value v = { 0 };
	assert_int_equal(capture_apply(&c, "a\0n=5\0", 7, &v, NULL), 0);
	assert_string_equal(v.text, "5");
	value_release(&v);
}

static void secrets_stay_secret(void **state)
{
	(void)state;
	static const struct capture caps[] = {
		{ .name = "it", .how = CAPTURE_WHOLE, .type = VALUE_INT },
		{ .name = "it", .how = CAPTURE_JQ, .type = VALUE_INT, .pattern = ".a.b" },
		{ .name = "it", .how = CAPTURE_JQ, .type = VALUE_INT, .pattern = "error(.a)" },
		{ .name = "it", .how = CAPTURE_MATCH, .type = VALUE_INT, .pattern = "(hunter2)" },
		{ .name = "it", .how = CAPTURE_JQ, .type = VALUE_TEXT, .pattern = ".a" },
	};
	static const char out[] = "{\"a\":\"hunter2\"}";
	for (size_t i = 0; i < COUNT_OF(caps); i++) {
		struct capture c = caps[i];
		struct value v = { 0 };
		struct err err = { 0 };
		c.secret = true;
		assert_int_equal(capture_apply(&c, out, sizeof(out) - 1, &v, &err), 0);
		assert_true(v.secret);
		assert_int_equal(v.known, c.type == VALUE_TEXT);
		assert_null(strstr(err.text, "hunter2"));
		value_release(&v);
	}
}

/* --- bounds -------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* CPU that ended children have taken. */
static int64_t children_ms(void)
{
	struct rusage u;
	getrusage(RUSAGE_CHILDREN, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000) +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static void ended(const struct capture *c, const char *out, size_t n, const char *says)
{
	struct value v = { .type = VALUE_MAP, .text = (char *)"untouched" };
	struct err err = { 0 };
	int64_t began = now_ms(), cpu = children_ms();
	int files = open_files();
	int rc = capture_apply(c, out, n, &v, &err);
	if (rc != ERR_LIMIT)
		fail_msg("%s: %s %s", c->pattern, err_name(rc), err.text);
	assert_string_equal(v.text, "untouched");
	assert_non_null(strstr(err.text, "it: "));
	assert_non_null(strstr(err.text, says));
	/* A second of CPU, which a busy machine gives slowly; five in any case, and much room to end. */
	assert_true(now_ms() - began < 60000);
	assert_true(children_ms() - cpu < 2500);
	assert_int_equal(open_files(), files);
	/* No child is left behind. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void programs_without_end_are_ended(void **state)
{
	(void)state;
	static const char *const programs[] = {
		"def f: f; f",
		"[range(1e9)] | length",
	};
	for (size_t i = 0; i < COUNT_OF(programs); i++) {
		struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_JQ,
				     .pattern = programs[i] };
		assert_int_equal(capture_check(&c, NULL), 0);
		ended(&c, "1", 1, "ran longer");
	}
	struct capture m = { .name = "it", .how = CAPTURE_MATCH, .pattern = "(a*a*a*a*a*a*)b" };
	char *out = mem_alloc(LIMIT_VALUE_BYTES);
	memset(out, 'a', LIMIT_VALUE_BYTES);
	ended(&m, out, LIMIT_VALUE_BYTES, "");
	m.pattern =
		"(((((((((((((((((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+"
		    ")+)+)+)+"
		    ")+)+)+)+)+";
	assert_int_not_equal(capture_check(&m, NULL), 0);
	free(out);
}

static void programs_that_eat_memory_are_ended(void **state)
{
	(void)state;
	/* The limit on address space is not set under a sanitizer, which needs all of it. */
	if (getenv("BLACKSTART_SANITIZED"))
		return;
	struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_JQ,
			     .pattern = "reduce range(28) as $i (\"x\"; . + .) | length" };
	ended(&c, "1", 1, "memory");
	c.pattern = "reduce range(20) as $i (\"x\"; . + .) | length";
	struct value v = { 0 };
	assert_int_equal(capture_apply(&c, "1", 1, &v, NULL), 0);
	assert_string_equal(v.text, "1048576");
	value_release(&v);
}

static void too_much_is_an_error(void **state)
{
	(void)state;
	struct capture c = { .name = "it", .type = VALUE_TEXT, .how = CAPTURE_JQ,
			     .pattern = "[range(200000)] | map(\"123456\") | add" };
	ended(&c, "1", 1, "more than");
	char *out = mem_alloc(LIMIT_VALUE_BYTES + 1);
	memset(out, '7', LIMIT_VALUE_BYTES + 1);
	for (int how = CAPTURE_WHOLE; how <= CAPTURE_MATCH; how++) {
		c.how = how;
		c.pattern = how == CAPTURE_JQ ? "." : "(.*)";
		ended(&c, out, LIMIT_VALUE_BYTES + 1, "more than");
	}
	/* As large as it may be. */
	struct value v = { 0 };
	c.how = CAPTURE_JQ;
	c.pattern = "tostring";
	out[0] = '"';
	out[LIMIT_VALUE_BYTES - 1] = '"';
	assert_int_equal(capture_apply(&c, out, LIMIT_VALUE_BYTES, &v, NULL), 0);
	assert_int_equal(strlen(v.text), LIMIT_VALUE_BYTES - 2);
	value_release(&v);
	free(out);
}

static volatile sig_atomic_t handled;

static void handler(int sig)
{
	handled = sig;
}

static void the_parent_is_as_it_was(void **state)
{
	(void)state;
	struct sigaction mine = { .sa_handler = handler }, usual = { .sa_handler = SIG_DFL }, now;
	struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_JQ, .pattern = ".a" };
	struct value v = { 0 };
	sigset_t before, after;
	sigaction(SIGCHLD, &mine, NULL);
	sigprocmask(SIG_BLOCK, NULL, &before);
	assert_int_equal(capture_apply(&c, "{\"a\":4}", 7, &v, NULL), 0);
	assert_string_equal(v.text, "4");
	value_release(&v);
	sigprocmask(SIG_BLOCK, NULL, &after);
	for (int s = 1; s < 32; s++)
		assert_int_equal(sigismember(&before, s), sigismember(&after, s));
	sigaction(SIGCHLD, NULL, &now);
	assert_true(now.sa_handler == handler);
	assert_int_equal(handled, SIGCHLD);
	assert_non_null(getenv("PATH"));
	/* Where children are collected by the system, the answer still counts. */
	mine.sa_handler = SIG_IGN;
	sigaction(SIGCHLD, &mine, NULL);
	assert_int_equal(capture_apply(&c, "{\"a\":5}", 7, &v, NULL), 0);
	assert_string_equal(v.text, "5");
	value_release(&v);
	sigaction(SIGCHLD, &usual, NULL);
}

/* --- programs that are kept ---------------------------------------------------------------- */

static void a_kept_program_gives_what_a_new_one_gives(void **state)
{
	(void)state;
	static const char *const programs[] = { ".a", ".a | lenght", "error(\"no\")", ".b",
		"inputs" };
	struct capturer *k = capturer_new();
	for (int round = 0; round < 4; round++) {
		for (size_t i = 0; i < COUNT_OF(programs); i++) {
			struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_JQ,
					     .pattern = programs[i] };
			struct value v = { 0 };
			struct err err = { 0 };
			char out[40];
			snprintf(out, sizeof(out), "{\"a\":%d}", round);
			assert_int_equal(capturer_apply(k, &c, out, strlen(out), &v, &err), 0);
			assert_int_equal(v.known, i == 0);
			assert_int_equal(err.code, i == 0 ? 0 : ERR_NOTFOUND);
			if (v.known)
				assert_int_equal(v.text[0], '0' + round);
			value_release(&v);
		}
	}
	struct capture whole = { .name = "it", .type = VALUE_INT };
	struct value v = { 0 };
	assert_int_equal(capturer_apply(k, &whole, "7", 1, &v, NULL), 0);
	assert_string_equal(v.text, "7");
	value_release(&v);
	capturer_free(k);
	capturer_free(NULL);
}

/* A loop over a hundred items must not take a hundred times what libjq takes to compile. */
static void a_kept_program_is_fast(void **state)
{
	(void)state;
	struct capturer *k = capturer_new();
	struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_JQ, .pattern = ".a" };
	struct value v = { 0 };
	int64_t before = now_ms(), once, many;
	assert_int_equal(capture_apply(&c, "{\"a\":1}", 7, &v, NULL), 0);
	value_release(&v);
	once = now_ms() - before;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(capturer_apply(k, &c, "{\"a\":1}", 7, &v, NULL), 0);
		value_release(&v);
	}
	before = now_ms();
	for (int i = 0; i < 50; i++) {
		assert_int_equal(capturer_apply(k, &c, "{\"a\":1}", 7, &v, NULL), 0);
		value_release(&v);
	}
	many = now_ms() - before;
	if (many > 25 * (once + 1))
		fail_msg("50 took %d ms, the first %d", (int)many, (int)once);
	capturer_free(k);
}

/* What a child broke off at is not compiled here, and more than are kept push out the oldest. */
static void only_so_many_are_kept(void **state)
{
	(void)state;
	struct capturer *k = capturer_new();
	struct capture c = { .name = "it", .type = VALUE_INT, .how = CAPTURE_JQ };
	struct value v = { 0 };
	char program[20];
	c.pattern = program;
	for (int i = 0; i < 70; i++) {
		/* Refused by the grammar, which takes libjq no time. */
		snprintf(program, sizeof(program), ".a %d", i);
		for (int n = 0; n < 2; n++) {
			assert_int_equal(capturer_apply(k, &c, "1", 1, &v, NULL), 0);
			assert_false(v.known);
		}
	}
	snprintf(program, sizeof(program), "def f: f; f");
	assert_int_equal(capturer_apply(k, &c, "1", 1, &v, NULL), ERR_LIMIT);
	capturer_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_whole_output_reads_as_its_type),
		UNIT(jq_takes_values_out),
		UNIT(expressions_take_the_group_of_the_first_match),
		UNIT(secrets_stay_secret),
		UNIT(programs_without_end_are_ended),
		UNIT(programs_that_eat_memory_are_ended),
		UNIT(too_much_is_an_error),
		UNIT(the_parent_is_as_it_was),
		UNIT(a_kept_program_gives_what_a_new_one_gives),
		UNIT(a_kept_program_is_fast),
		UNIT(only_so_many_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
