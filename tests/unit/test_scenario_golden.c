/* Each folder of tests/scenario has a scenario and, as `diag`, what is found in it and, where it is
 * whole, what it is on paper. GENERATE=1 writes what came out instead. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../src/scenario/scenario_table.h"
#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "json.h"
#include "mem.h"
#include "people_attach.h"
#include "scenario.h"
#include "schemas.h"
#include "str.h"

#define CASES "tests/scenario"

enum { FILE_MAX = 1 << 20 };

static int read_in(void *ctx, const char *path, struct buf *out, struct err *err)
{
	char *whole = fsio_join(ctx, path);
	int rc = fsio_read(whole, FILE_MAX, out, err);

	free(whole);
	return rc;
}

static struct scenario *load(const char *folder, struct findings *f)
{
	char *ctx = mem_dup(folder);
	struct loader_source src = { ctx, read_in };
	struct scenario *s = NULL;
	struct findings own = { 0 };
	struct runbook *rb = NULL;

	assert_int_equal(scenario_load("scenario.yaml", &src, &s, f, NULL), 0);
	assert_int_equal(s->broken, f->errors > 0);
	if (s->runbook && !loader_load(s->runbook, &src, &rb, &own, NULL)) {
		if (own.errors) {
			struct buf why = BUF_INIT;

			findings_print(&why, &own);
			fail_msg("%s", buf_str(&why));
		}
		people_attach(rb);
		guard_attach(rb);
		scenario_check(s, rb, f);
	}
	runbook_free(rb);
	findings_release(&own);
	free(ctx);
	return s;
}

static bool check_case(const char *folder)
{
	char *path = fsio_join(folder, "diag");
	struct buf want = BUF_INIT, got = BUF_INIT;
	struct findings f = { 0 };
	struct scenario *s = load(folder, &f);
	bool ok;

	findings_print(&got, &f);
	if (!s->broken)
		scenario_print(&got, s);
	ok = !fsio_read(path, FILE_MAX, &want, NULL) && str_eq(buf_str(&want), buf_str(&got));
	if (!ok && getenv("GENERATE"))
		ok = !fsio_replace(path, buf_str(&got), got.len, 0644, false, NULL);
	if (!ok)
		print_error("%s differs; it is now:\n%s", path, buf_str(&got));
	if (str_starts(fsio_basename(folder), "ok-") && f.n) {
		print_error("%s has findings\n", folder);
		ok = false;
	}
	scenario_free(s);
	findings_release(&f);
	buf_release(&want);
	buf_release(&got);
	free(path);
	return ok;
}

static int is_case(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_type == DT_DIR;
}

static void every_case_has_its_findings(void **state)
{
	struct dirent **cases = NULL;
	int n = scandir(CASES, &cases, is_case, alphasort), bad = 0;

	(void)state;
	assert_true(n >= 8);
	for (int i = 0; i < n; i++) {
		char *folder = fsio_join(CASES, cases[i]->d_name);

		bad += !check_case(folder);
		free(folder);
		free(cases[i]);
	}
	free(cases);
	assert_int_equal(bad, 0);
}

static void every_rule_is_shown_by_a_case(void **state)
{
	struct buf all = BUF_INIT;
	struct dirent **cases = NULL;
	int n = scandir(CASES, &cases, is_case, alphasort);

	(void)state;
	for (int i = 0; i < n; i++) {
		char *folder = fsio_join(CASES, cases[i]->d_name), *path = fsio_join(folder, "diag");

		assert_int_equal(fsio_read(path, FILE_MAX, &all, NULL), 0);
		free(path);
		free(folder);
		free(cases[i]);
	}
	free(cases);
	for (int r = 0; r < SRULE_MAX; r++) {
		char name[80];

		snprintf(name, sizeof(name), "[%s]", scenario_rules[r].name);
		if (r != SRULE_LIMIT && !strstr(buf_str(&all), name))
			fail_msg("no case shows the rule %s", scenario_rules[r].name);
	}
	buf_release(&all);
}

/* --- written again ---------------------------------------------------------------------------- */

static int read_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	if (str_ends(path, ".out"))
		return buf_adds(out, "3\n");
	(void)err;
	return buf_adds(out, ctx);
}

static void what_is_written_reads_the_same(void **state)
{
	struct findings f = { 0 };
	struct buf one = BUF_INIT, two = BUF_INIT, paper = BUF_INIT, again = BUF_INIT;
	struct scenario *s = load(CASES "/ok-all", &f), *t = NULL;

	(void)state;
	scenario_write(&one, s);
	struct loader_source src = { (void *)(uintptr_t)buf_str(&one), read_text };

	assert_int_equal(scenario_load("scenario.yaml", &src, &t, &f, NULL), 0);
	if (f.n)
		fail_msg("%d: %s\n%s", f.v[0].at.line, f.v[0].text, buf_str(&one));
	scenario_write(&two, t);
	scenario_print(&paper, s);
	scenario_print(&again, t);
	assert_string_equal(buf_str(&one), buf_str(&two));
	assert_string_equal(buf_str(&paper), buf_str(&again));
	assert_int_equal(t->n_answers, s->n_answers);
	for (size_t i = 0; i < s->n_answers; i++) {
		assert_string_equal(t->answers[i].output, s->answers[i].output);
		assert_int_equal(t->answers[i].n_progress, s->answers[i].n_progress);
	}
	scenario_free(s);
	scenario_free(t);
	findings_release(&f);
	buf_release(&one);
	buf_release(&two);
	buf_release(&paper);
	buf_release(&again);
}

static void every_byte_of_a_text_is_written_so_that_it_comes_back(void **state)
{
	static const char more[] = "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\xa8 # : - \n ";
	char text[256];
	struct scenario_answer a = { .step = "s", .output = text, .purpose = PURPOSE_MAIN };
	struct scenario s = { .title = "t", .runbook = "r", .seed = 1, .pace = 1, .answers = &a,
			      .n_answers = 1 };
	struct buf out = BUF_INIT;
	struct findings f = { 0 };
	struct scenario *t = NULL;
	size_t n = 0;

	(void)state;
	for (int c = 1; c < 0x7f; c++)
		if (c >= ' ' || c == '\n' || c == '\t')
			text[n++] = (char)c;
	memcpy(text + n, more, sizeof(more));
	scenario_write(&out, &s);
	struct loader_source src = { (void *)(uintptr_t)buf_str(&out), read_text };

	assert_int_equal(scenario_load("s.yaml", &src, &t, &f, NULL), 0);
	if (f.n)
		fail_msg("%s", f.v[0].text);
	assert_string_equal(t->answers[0].output, text);
	scenario_free(t);
	findings_release(&f);
	buf_release(&out);
}

static int count_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

static void a_file_cut_anywhere_is_read_without_harm(void **state)
{
	struct buf whole = BUF_INIT;

	(void)state;
	assert_int_equal(fsio_read(CASES "/ok-all/scenario.yaml", FILE_MAX, &whole, NULL), 0);
	for (size_t i = 0; i <= whole.len; i += 3) {
		char *part = mem_dupn(whole.data, i);
		struct loader_source src = { part, count_text };
		struct findings f = { 0 };
		struct scenario *s = NULL;
		struct buf paper = BUF_INIT;

		assert_int_equal(scenario_load("s.yaml", &src, &s, &f, NULL), 0);
		for (size_t k = 0; k < s->n_answers; k++)
			assert_non_null(s->answers[k].output);
		scenario_print(&paper, s);
		buf_release(&paper);
		scenario_free(s);
		findings_release(&f);
		free(part);
	}
	buf_release(&whole);
}

/* --- docs and schema -------------------------------------------------------------------------- */

#define DOC "docs/scenario-format.md"
#define START "<!-- reference: written by the field tables, GENERATE=1 -->\n"
#define END "<!-- end of the reference -->\n"

static void the_reference_in_the_docs_is_the_tables_own(void **state)
{
	struct buf doc = BUF_INIT, fresh = BUF_INIT;
	char *start, *end;

	(void)state;
	assert_int_equal(fsio_read(DOC, FILE_MAX, &doc, NULL), 0);
	start = strstr(buf_str(&doc), START);
	end = strstr(buf_str(&doc), END);
	assert_non_null(start);
	assert_non_null(end);
	buf_add(&fresh, buf_str(&doc), (size_t)(start - buf_str(&doc)) + strlen(START));
	scenario_reference(&fresh);
	buf_addc(&fresh, '\n');
	buf_adds(&fresh, end);
	if (getenv("GENERATE") && !str_eq(buf_str(&fresh), buf_str(&doc)))
		assert_int_equal(fsio_replace(DOC, buf_str(&fresh), fresh.len, 0644, false, NULL),
				 0);
	else
		assert_string_equal(buf_str(&fresh), buf_str(&doc));
	buf_release(&doc);
	buf_release(&fresh);
}

static void the_example_in_the_docs_reads_clean(void **state)
{
	struct buf doc = BUF_INIT;
	struct findings f = { 0 };
	struct scenario *s = NULL;
	char *from, *to;

	(void)state;
	assert_int_equal(fsio_read(DOC, FILE_MAX, &doc, NULL), 0);
	from = strstr(buf_str(&doc), "```yaml\n");
	assert_non_null(from);
	from += strlen("```yaml\n");
	to = strstr(from, "```\n");
	assert_non_null(to);
	*to = '\0';
	struct loader_source src = { from, count_text };

	assert_int_equal(scenario_load("example.yaml", &src, &s, &f, NULL), 0);
	if (f.n)
		fail_msg("%d: %s", f.v[0].at.line, f.v[0].text);
	assert_true(s->n_injects > 0 && s->n_answers > 0 && s->n_objectives > 0);
	scenario_free(s);
	findings_release(&f);
	buf_release(&doc);
}

static void the_schema_takes_what_lints_and_refuses_mistakes(void **state)
{
#define GOOD "scenario: 1\ntitle: t\nrunbook: r\n"
	static const char *const bad[] = {
		"title: t\nrunbook: r\n",
		"scenario: 1\ntitle: t\n",
		GOOD "steps: []\n",
		GOOD "pace: 0\n",
		GOOD "answers: {output: x}\n",
		GOOD "answers: {step: a, exit: 256}\n",
		GOOD "answers: {step: a, purpose: send}\n",
		GOOD "answers: {step: a, output: x, output_file: y}\n",
		GOOD "replies: {who: a, reply: maybe}\n",
		GOOD "injects: {id: a, at: soon}\n",
		GOOD "injects: {id: a, chance: some}\n",
		GOOD "objectives: {id: a, measure: speed}\n",
	};
	struct json *schema = schema_of(scenario_schema);
	struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(fsio_read(CASES "/ok-all/scenario.yaml", FILE_MAX, &text, NULL), 0);
	assert_true(accepts(schema, buf_str(&text), text.len));
	assert_true(accepts(schema, GOOD, strlen(GOOD)));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (accepts(schema, bad[i], strlen(bad[i])))
			fail_msg("the schema accepts %s", bad[i]);
	buf_release(&text);
	json_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_case_has_its_findings),
		UNIT(every_rule_is_shown_by_a_case),
		UNIT(what_is_written_reads_the_same),
		UNIT(every_byte_of_a_text_is_written_so_that_it_comes_back),
		UNIT(a_file_cut_anywhere_is_read_without_harm),
		UNIT(the_reference_in_the_docs_is_the_tables_own),
		UNIT(the_example_in_the_docs_reads_clean),
		UNIT(the_schema_takes_what_lints_and_refuses_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
