/* Each folder of tests/people has a contacts file and, as `diag`, what is found in it. GENERATE=1
 * writes what came out instead. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/people/people_table.h"
#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "people.h"
#include "reference.h"
#include "str.h"

#define CASES "tests/people"

enum { FILE_MAX = 1 << 20 };

static int read_in(void *ctx, const char *path, struct buf *out, struct err *err)
{
	char *whole = fsio_join(ctx, path);
	int rc = fsio_read(whole, FILE_MAX, out, err);

	free(whole);
	return rc;
}

static void findings_of(const char *folder, struct buf *ret_diag, bool *ret_errors)
{
	char *ctx = mem_dup(folder);
	struct loader_source src = { ctx, read_in };
	struct findings f = { 0 };
	struct people *p = NULL;
	struct err err;

	assert_int_equal(people_load("in.yaml", &src, &p, &f, &err), 0);
	assert_non_null(p);
	assert_int_equal(p->broken, f.errors > 0);
	assert_true(p->n_severities > 0);
	findings_print(ret_diag, &f);
	*ret_errors = f.errors > 0;
	people_free(p);
	findings_release(&f);
	free(ctx);
}

static bool check_case(const char *folder, struct buf *all)
{
	char *path = fsio_join(folder, "diag");
	struct buf want = BUF_INIT, got = BUF_INIT;
	bool errors, ok;

	findings_of(folder, &got, &errors);
	ok = !fsio_read(path, FILE_MAX, &want, NULL) && str_eq(buf_str(&want), buf_str(&got));
	if (!ok && getenv("GENERATE"))
		ok = !fsio_replace(path, buf_str(&got), got.len, 0644, false, NULL);
	if (!ok)
		print_error("%s differs; it is now:\n%s", path, buf_str(&got));
	if (str_starts(fsio_basename(folder), "ok-") && got.len) {
		print_error("%s has findings\n", folder);
		ok = false;
	}
	buf_adds(all, buf_str(&got));
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
	struct buf all = BUF_INIT;
	int n = scandir(CASES, &cases, is_case, alphasort), bad = 0;

	(void)state;
	assert_true(n >= 18);
	for (int i = 0; i < n; i++) {
		char *folder = fsio_join(CASES, cases[i]->d_name);

		bad += !check_case(folder, &all);
		free(folder);
		free(cases[i]);
	}
	free(cases);
	assert_int_equal(bad, 0);
	/* and no rule is without a case; of a machine without zones, see test_people_presence */
	for (int r = 0; r < PRULE_MAX; r++) {
		char name[80];

		snprintf(name, sizeof(name), "[%s]", people_rules[r].name);
		if (r != PRULE_ZONE_NONE && !strstr(buf_str(&all), name))
			fail_msg("no case shows the rule %s", people_rules[r].name);
	}
	buf_release(&all);
}

/* The file cut off anywhere: it is read as far as it goes, or said why not. */
static int read_cut(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

static void a_file_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
	struct buf whole = BUF_INIT;

	(void)state;
	assert_int_equal(fsio_read(CASES "/ok-all/in.yaml", FILE_MAX, &whole, NULL), 0);
	for (size_t i = 0; i <= whole.len; i += 3) {
		char *part = mem_dupn(whole.data, i);
		struct loader_source src = { part, read_cut };
		struct findings f = { 0 };
		struct people *p = NULL;
		struct err err;

		assert_int_equal(people_load("in.yaml", &src, &p, &f, &err), 0);
		assert_int_equal(p->broken, f.errors > 0);
		people_free(p);
		findings_release(&f);
		free(part);
	}
	buf_release(&whole);
}

static void a_file_that_is_not_there_is_a_finding_too(void **state)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct people *p = NULL;
	struct err err;

	(void)state;
	assert_int_equal(people_load("/nowhere/contacts.yaml", &disk, &p, &f, &err), ERR_NOTFOUND);
	assert_null(p);
	assert_int_equal(f.errors, 1);
	assert_string_equal(f.v[0].rule, "missing-file");
	findings_release(&f);
}

/* --- docs ------------------------------------------------------------------------------------- */

#define DOC "docs/contacts-format.md"

static void the_reference_in_the_docs_is_the_tables_own(void **state)
{
	(void)state;
	reference_is(DOC, people_reference);
}

static void the_example_in_the_docs_lints_clean(void **state)
{
	struct buf doc = BUF_INIT;
	struct findings f = { 0 };
	struct people *p = NULL;
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

	assert_int_equal(people_load("example.yaml", &src, &p, &f, NULL), 0);
	for (size_t i = 0; i < f.n; i++)
		print_error("%d: %s\n", f.v[i].at.line, f.v[i].text);
	assert_int_equal(f.n, 0);
	people_free(p);
	findings_release(&f);
	buf_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_case_has_its_findings),
		UNIT(a_file_cut_anywhere_is_read_as_far_as_it_goes),
		UNIT(a_file_that_is_not_there_is_a_finding_too),
		UNIT(the_reference_in_the_docs_is_the_tables_own),
		UNIT(the_example_in_the_docs_lints_clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
