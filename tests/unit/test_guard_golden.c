/* Each folder of tests/guard has an environments file and, as `diag`, what is found in it and what
 * came of it. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/guard/guard_table.h"
#include "golden.h"
#include "guard.h"
#include "json.h"
#include "reference.h"
#include "schemas.h"

#define CASES "tests/guard"

static void put_freezes(struct buf *out, const struct environment *e)
{
	for (size_t i = 0; i < e->n_freezes; i++) {
		const struct freeze_window *w = &e->freezes[i];

		buf_addf(out, "  freeze %s (%s): ", w->words, w->why ? w->why : "-");
		if (w->weekly)
			buf_addf(out, "days %#x at %d for %d\n", w->days, w->from_minute,
				 w->minutes);
		else
			buf_addf(out, "%lld to %lld\n", (long long)(w->from_ns / 1000000000),
				 (long long)(w->to_ns / 1000000000));
	}
}

static void put_environment(struct buf *out, const struct environment *e)
{
	buf_addf(out, "%s:%s%s%s unlock %lld approval %lld\n", e->name,
		 e->guarded ? " guarded" : "", e->lab ? " lab" : "",
		 e->wants_safety ? " safety" : "", (long long)e->unlock_ms,
		 (long long)e->approval_ms);
	if (e->about || e->tell)
		buf_addf(out, "  about %s; tell %s\n", e->about ? e->about : "-",
			 e->tell ? e->tell : "-");
	for (size_t i = 0; i < e->n_also; i++)
		buf_addf(out, "  also %s\n", e->also[i]);
	for (size_t i = 0; i < e->n_probes; i++)
		buf_addf(out, "  probe %s = %s in %lld\n", e->probes[i].run.s, e->probes[i].is,
			 (long long)e->probes[i].timeout_ms);
	if (e->lab_probe.run.s)
		buf_addf(out, "  lab %s = %s in %lld\n", e->lab_probe.run.s, e->lab_probe.is,
			 (long long)e->lab_probe.timeout_ms);
	for (size_t i = 0; i < e->n_approvers; i++)
		buf_addf(out, "  approver %s\n", e->approvers[i]);
	if (e->approve_for < EFFECT_MAX)
		buf_addf(out, "  approve from effect %d on\n", e->approve_for);
	put_freezes(out, e);
	if (e->problem)
		buf_addf(out, "  problem: %s\n", e->problem);
}

static void case_of(const char *folder, struct buf *ret)
{
	struct loader_source src = golden_folder(folder);
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	struct err err;

	assert_int_equal(guard_load("environments.yaml", &src, &g, &f, &err), 0);
	assert_non_null(g);
	assert_int_equal(g->broken, f.errors > 0);
	findings_print(ret, &f);
	buf_addf(ret, "-- signers %s, codes %s, problem: %s\n",
		 g->envs.signers ? g->envs.signers : "-", g->envs.codes ? g->envs.codes : "-",
		 g->envs.problem ? g->envs.problem : "-");
	for (size_t i = 0; i < g->envs.n; i++) {
		put_environment(ret, &g->envs.v[i]);
		/* what could not be read is never less guarded than it was meant to be */
		assert_true(!g->envs.v[i].problem || g->envs.v[i].guarded);
	}
	guard_free(g);
	findings_release(&f);
}

/* No rule is without a case: those of runbooks and of keys are shown by test_guard_check. */
static void every_case_has_its_findings(void **state)
{
	struct buf all = BUF_INIT;

	(void)state;
	golden_cases(CASES, 12, case_of, &all);
	golden_rules(&all, &guard_format, GRULE_NOBODY, GRULE_ZONE_NONE);
	buf_release(&all);
}

/* prd is guarded, has a problem, or is not there: never less. */
static void read_part(const char *part)
{
	struct loader_source src = golden_text(part);
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	struct err err;
	const struct environment *prd;

	assert_int_equal(guard_load("e.yaml", &src, &g, &f, &err), 0);
	prd = environ_find(&g->envs, "prd");
	assert_true(!prd || prd->guarded);
	assert_true(prd || g->envs.problem || !g->envs.n);
	guard_free(g);
	findings_release(&f);
}

static void a_file_cut_anywhere_guards_no_less(void **state)
{
	(void)state;
	golden_cut(CASES "/ok-all/environments.yaml", 1, read_part);
}

static void a_file_that_is_not_there_is_a_finding(void **state)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	struct err err;

	(void)state;
	assert_int_equal(guard_load("/nowhere/environments.yaml", &disk, &g, &f, &err),
			 ERR_NOTFOUND);
	assert_null(g);
	assert_int_equal(f.errors, 1);
	findings_release(&f);
}

/* --- docs ------------------------------------------------------------------------------------- */

#define DOC "docs/environments-format.md"

static void the_reference_in_the_docs_is_the_tables_own(void **state)
{
	(void)state;
	reference_is(DOC, guard_reference);
}

static void the_example_in_the_docs_lints_clean(void **state)
{
	char *text = golden_example(DOC);
	struct loader_source src = golden_text(text);
	struct findings f = { 0 };
	struct guard_file *g = NULL;

	(void)state;
	assert_int_equal(guard_load("example.yaml", &src, &g, &f, NULL), 0);
	golden_is_clean(&f);
	assert_int_equal(g->envs.n, 3);
	guard_free(g);
	findings_release(&f);
	free(text);
}

/* --- the schema ------------------------------------------------------------------------------- */

static void the_schema_takes_what_lints(void **state)
{
	static const char *const files[] = { "ok-all", "ok-least" };
	struct json *schema = schema_of(guard_schema);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct buf text = BUF_INIT;
		char path[200];

		snprintf(path, sizeof(path), CASES "/%s/environments.yaml", files[i]);
		assert_int_equal(fsio_read(path, GOLDEN_FILE_MAX, &text, NULL), 0);
		if (!accepts(schema, buf_str(&text), text.len))
			fail_msg("the schema refuses %s", path);
		buf_release(&text);
	}
	json_free(schema);
}

static void the_schema_refuses_mistakes(void **state)
{
#define GOOD "prd: {protected: true, target: {probe: a, is: b}}\n"
	static const char *const bad[] = {
		"environments: 2\n" GOOD,
		"prd: {}\n",
		"prd: true\n",
		"prd: {protected: yes please}\n",
		"prd: {protected: true, target: {probe: a}}\n",
		"prd: {protected: true, target: {is: a}}\n",
		"prd: {protected: true, target: []}\n",
		"prd: {protected: true, target: {probe: a, is: b, tries: 3}}\n",
		"prd: {protected: true, approve: {for: destroy}}\n",
		"prd: {protected: true, approve: {by: 'a b'}}\n",
		"prd: {protected: true, approve: {by: a, for: read}}\n",
		"prd: {protected: true, unlock: soon}\n",
		"prd: {protected: true, freeze: {from: a}}\n",
		"prd: {protected: true, freeze: {weekly: a}}\n",
		"prd: {protected: true, freeze: {weekly: a, zone: b, from: c, to: d}}\n",
		"prd: {protected: true, safety: 'yes'}\n",
		"prd: {protected: true, guard: x}\n",
		"- prd\n",
	};
	struct json *schema = schema_of(guard_schema);

	(void)state;
	assert_true(accepts(schema, GOOD, strlen(GOOD)));
	schema_refuses(schema, bad, COUNT_OF(bad));
	json_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_case_has_its_findings),
		UNIT(a_file_cut_anywhere_guards_no_less),
		UNIT(a_file_that_is_not_there_is_a_finding),
		UNIT(the_reference_in_the_docs_is_the_tables_own),
		UNIT(the_example_in_the_docs_lints_clean),
		UNIT(the_schema_takes_what_lints),
		UNIT(the_schema_refuses_mistakes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
