/* Each folder of tests/guard has an environments file and, as `diag`, what is found in it and what
 * came of it. GENERATE=1 writes what came out instead. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/guard/guard_table.h"
#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "json.h"
#include "mem.h"
#include "schemas.h"
#include "str.h"

#define CASES "tests/guard"

enum { FILE_MAX = 1 << 20 };

static int read_in(void *ctx, const char *path, struct buf *out, struct err *err)
{
	char *whole = fsio_join(ctx, path);
	int rc = fsio_read(whole, FILE_MAX, out, err);

	free(whole);
	return rc;
}

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
	char *ctx = mem_dup(folder);
	struct loader_source src = { ctx, read_in };
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
	free(ctx);
}

static bool check_case(const char *folder)
{
	char *path = fsio_join(folder, "diag");
	struct buf want = BUF_INIT, got = BUF_INIT;
	bool ok;

	case_of(folder, &got);
	ok = !fsio_read(path, FILE_MAX, &want, NULL) && str_eq(buf_str(&want), buf_str(&got));
	if (!ok && getenv("GENERATE"))
		ok = !fsio_replace(path, buf_str(&got), got.len, 0644, false, NULL);
	if (!ok)
		print_error("%s differs; it is now:\n%s", path, buf_str(&got));
	if (str_starts(fsio_basename(folder), "ok-") &&
	    (strstr(buf_str(&got), "error:") || strstr(buf_str(&got), "warning:"))) {
		print_error("%s has findings\n", folder);
		ok = false;
	}
	buf_release(&want);
	buf_release(&got);
	free(path);
	return ok;
}

static int is_case(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void every_case_has_its_findings(void **state)
{
	struct dirent **cases = NULL;
	int n = scandir(CASES, &cases, is_case, alphasort), bad = 0;

	(void)state;
	assert_true(n >= 12);
	for (int i = 0; i < n; i++) {
		char *folder = fsio_join(CASES, cases[i]->d_name);

		bad += !check_case(folder);
		free(folder);
		free(cases[i]);
	}
	free(cases);
	assert_int_equal(bad, 0);
}

/* The file cut off anywhere: prd is guarded, has a problem, or is not there: never less. */
static int read_cut(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

static void a_file_cut_anywhere_guards_no_less(void **state)
{
	struct buf whole = BUF_INIT;

	(void)state;
	assert_int_equal(fsio_read(CASES "/ok-all/environments.yaml", FILE_MAX, &whole, NULL), 0);
	for (size_t i = 0; i <= whole.len; i++) {
		char *part = mem_dupn(whole.data, i);
		struct loader_source src = { part, read_cut };
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
		free(part);
	}
	buf_release(&whole);
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
	guard_reference(&fresh);
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

static void the_example_in_the_docs_lints_clean(void **state)
{
	struct buf doc = BUF_INIT;
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	char *from, *to;

	(void)state;
	assert_int_equal(fsio_read(DOC, FILE_MAX, &doc, NULL), 0);
	from = strstr(buf_str(&doc), "```yaml\n");
	assert_non_null(from);
	from += strlen("```yaml\n");
	to = strstr(from, "```\n");
	assert_non_null(to);
	*to = '\0';
	struct loader_source src = { from, read_cut };

	assert_int_equal(guard_load("example.yaml", &src, &g, &f, NULL), 0);
	for (size_t i = 0; i < f.n; i++)
		print_error("%d: %s\n", f.v[i].at.line, f.v[i].text);
	assert_int_equal(f.n, 0);
	assert_int_equal(g->envs.n, 3);
	guard_free(g);
	findings_release(&f);
	buf_release(&doc);
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
		assert_int_equal(fsio_read(path, FILE_MAX, &text, NULL), 0);
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
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (accepts(schema, bad[i], strlen(bad[i])))
			fail_msg("the schema accepts %s", bad[i]);
	json_free(schema);
}

/* No rule is without a case: the rules of files are shown by tests/guard, those of runbooks and of
 * keys by test_guard_check. */
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
	for (int r = 0; r <= GRULE_NOBODY; r++) {
		char name[80];

		snprintf(name, sizeof(name), "[%s]", guard_rules[r].name);
		if (r != GRULE_ZONE_NONE && !strstr(buf_str(&all), name))
			fail_msg("no case shows the rule %s", guard_rules[r].name);
	}
	buf_release(&all);
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
		UNIT(every_rule_is_shown_by_a_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
