/* Each folder of tests/scenario has a scenario and, as `diag`, what is found in it and, where it is
 * whole, what it is on paper. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/scenario/scenario_table.h"
#include "golden.h"
#include "guard.h"
#include "json.h"
#include "people_attach.h"
#include "reference.h"
#include "scenario.h"
#include "schemas.h"

#define CASES "tests/scenario"

static struct scenario *load(const char *folder, struct findings *f)
{
	struct loader_source src = golden_folder(folder);
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
	return s;
}

static void case_of(const char *folder, struct buf *ret)
{
	struct findings f = { 0 };
	struct scenario *s = load(folder, &f);

	findings_print(ret, &f);
	if (!s->broken)
		scenario_print(ret, s);
	scenario_free(s);
	findings_release(&f);
}

static void every_case_has_its_findings(void **state)
{
	struct buf all = BUF_INIT;

	(void)state;
	golden_cases(CASES, 8, case_of, &all);
	golden_rules(&all, &scenario_format, SRULE_MAX - 1, FR_LIMIT);
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

static void read_part(const char *part)
{
	struct loader_source src = golden_text(part);
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
}

static void a_file_cut_anywhere_is_read_without_harm(void **state)
{
	(void)state;
	golden_cut(CASES "/ok-all/scenario.yaml", 3, read_part);
}

/* --- docs and schema -------------------------------------------------------------------------- */

#define DOC "docs/scenario-format.md"

static void the_reference_in_the_docs_is_the_tables_own(void **state)
{
	(void)state;
	reference_is(DOC, scenario_reference);
}

static void the_example_in_the_docs_reads_clean(void **state)
{
	char *text = golden_example(DOC);
	struct loader_source src = golden_text(text);
	struct findings f = { 0 };
	struct scenario *s = NULL;

	(void)state;
	assert_int_equal(scenario_load("example.yaml", &src, &s, &f, NULL), 0);
	golden_is_clean(&f);
	assert_true(s->n_injects > 0 && s->n_answers > 0 && s->n_objectives > 0);
	scenario_free(s);
	findings_release(&f);
	free(text);
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
	assert_int_equal(fsio_read(CASES "/ok-all/scenario.yaml", GOLDEN_FILE_MAX, &text, NULL), 0);
	assert_true(accepts(schema, buf_str(&text), text.len));
	assert_true(accepts(schema, GOOD, strlen(GOOD)));
	schema_refuses(schema, bad, COUNT_OF(bad));
	buf_release(&text);
	json_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_case_has_its_findings),
		UNIT(what_is_written_reads_the_same),
		UNIT(every_byte_of_a_text_is_written_so_that_it_comes_back),
		UNIT(a_file_cut_anywhere_is_read_without_harm),
		UNIT(the_reference_in_the_docs_is_the_tables_own),
		UNIT(the_example_in_the_docs_reads_clean),
		UNIT(the_schema_takes_what_lints_and_refuses_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
