/* The answers file: what is read, and where a mistake is said to be. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"

#include "../../src/plain/answers.h"

static char path[64];

static int read_text(const char *text, struct answers **a, struct err *err)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return answers_open(path, a, err);
}

static void a_whole_file_is_read(void **x)
{
	struct answers *a = NULL;
	struct err err = { 0 };

	(void)x;
	assert_int_equal(read_text("answers: 1\n"
				   "run: {pace: step, within: 90s}\n"
				   "default: {start: change, close: all done}\n"
				   "steps:\n"
				   "  - at: choose-point\n"
				   "    do: done\n"
				   "    with: {point: abc123}\n"
				   "    expect: {prompt: '^4[.]2 '}\n"
				   "  - {at: destroy, do: start, text: vol-data}\n"
				   "  - {at: run, do: paid, text: writers, reason: by hand}\n"
				   "  - {at: x, do: skip, reason: no, optional: yes}\n",
				   &a, &err), 0);
	assert_int_equal(a->n, 4);
	assert_string_equal(a->pace, "step");
	assert_int_equal(a->within_ms, 90000);
	assert_true(a->start_change);
	assert_string_equal(a->close_reason, "all done");
	assert_int_equal(a->v[0].verb, VERB_DONE);
	assert_string_equal(a->v[0].fields[0].name, "point");
	assert_string_equal(a->v[0].fields[0].text, "abc123");
	assert_int_equal(a->v[0].at.line, 5);
	assert_string_equal(a->v[1].text, "vol-data");
	assert_true(a->v[2].paid);
	assert_int_equal(a->v[2].verb, VERB_SETTLE);
	assert_true(a->v[3].optional);
	answers_free(a);
}

static void a_mistake_is_an_error_with_its_place(void **x)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "steps: []\n", "`answers: 1` is missing" },
		{ "answers: 2\n", ":1:10: this program reads version 1" },
		{ "answers: 1\nstep: []\n", ":2:1: unknown key; did you mean `steps`" },
		{ "answers: 1\nsteps:\n  - at: x\n    du: done\n", ":4:5: unknown key" },
		{ "answers: 1\nsteps:\n  - at: x\n    do: dune\n",
		  ":4:9: no such answer; did you mean `done`" },
		{ "answers: 1\nsteps:\n  - at: x\n    do: journal\n", "no such answer" },
		{ "answers: 1\nsteps:\n  - at: x\n", "`do` is missing" },
		{ "answers: 1\nsteps:\n  - do: done\n", "`at` is missing" },
		{ "answers: 1\nsteps:\n  - {at: x, do: skip}\n",
		  ":3:5: this answer needs a `reason`" },
		{ "answers: 1\nsteps:\n  - {at: x, do: done, expect: {prompt: '('}}\n",
		  "no regular expression" },
		{ "answers: 1\nsteps:\n  - {at: x, do: done, with: [a]}\n", "a mapping of values" },
		{ "answers: 1\nsteps:\n  - {at: x, do: done, optional: maybe}\n", "yes or no" },
		{ "answers: 1\nsteps:\n  - {at: x, do: update}\n",
		  ":3:5: an update is `at: run`" },
		{ "answers: 1\nsteps:\n  - {at: run, do: update, expect: {refused: yes}}\n",
		  "and is not refused" },
		{ "answers: 1\nsteps:\n  - {at: run, do: update, from: {file: x}}\n",
		  "has its words in `text` or none" },
		{ "answers: 1\nsteps:\n  - {at: run, do: updat}\n", "did you mean `update`" },
		{ "answers: 1\nsteps: {}\n", ":2:8: a list is expected" },
		{ "answers: 1\ndefault: {start: everything}\n", "the only word here is `change`" },
		{ "answers: 1\nrun: {pace: fast}\n", "the pace is auto or step" },
		{ "answers: 1\nrun: {within: soon}\n", "a duration" },
		{ "answers: 1\nanswers: 1\n", ":2:1:" },
		{ "answers: &a 1\n", "anchors" },
		{ "- a\n", "`answers: 1` is missing" },
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct answers *a = NULL;
		struct err err = { 0 };

		assert_int_equal(read_text(bad[i].text, &a, &err), ERR_PARSE);
		assert_null(a);
		if (!strstr(err.text, bad[i].says) || strncmp(err.text, path, strlen(path)))
			fail_msg("%s\nsays: %s\nnot: %s", bad[i].text, err.text, bad[i].says);
	}
}

static void a_file_that_is_not_there_is_said_so(void **x)
{
	struct answers *a = NULL;
	struct err err = { 0 };

	(void)x;
	unlink(path);
	assert_int_equal(answers_open(path, &a, &err), ERR_NOTFOUND);
	assert_null(a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		UNIT(a_whole_file_is_read),
		UNIT(a_mistake_is_an_error_with_its_place),
		UNIT(a_file_that_is_not_there_is_said_so),
	};
	int rc, fd;

	strcpy(path, "/tmp/blackstart-answers-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
