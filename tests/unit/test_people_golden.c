/* Each folder of tests/people has a contacts file and, as `diag`, what is found in it. */
#include "unit.h"

#include "../../src/people/people_table.h"
#include "golden.h"
#include "people.h"
#include "reference.h"

#define CASES "tests/people"

static void findings_of(const char *folder, struct buf *ret)
{
	struct loader_source src = golden_folder(folder);
	struct findings f = { 0 };
	struct people *p = NULL;
	struct err err;

	assert_int_equal(people_load("in.yaml", &src, &p, &f, &err), 0);
	assert_non_null(p);
	assert_int_equal(p->broken, f.errors > 0);
	assert_true(p->n_severities > 0);
	findings_print(ret, &f);
	people_free(p);
	findings_release(&f);
}

static void every_case_has_its_findings(void **state)
{
	struct buf all = BUF_INIT;

	(void)state;
	golden_cases(CASES, 18, findings_of, &all);
	/* of a machine without zones, see test_people_presence */
	golden_rules(&all, &people_format, PRULE_MAX - 1, PRULE_ZONE_NONE);
	buf_release(&all);
}

/* It is read as far as it goes, or said why not. */
static void read_part(const char *part)
{
	struct loader_source src = golden_text(part);
	struct findings f = { 0 };
	struct people *p = NULL;
	struct err err;

	assert_int_equal(people_load("in.yaml", &src, &p, &f, &err), 0);
	assert_int_equal(p->broken, f.errors > 0);
	people_free(p);
	findings_release(&f);
}

static void a_file_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
	(void)state;
	golden_cut(CASES "/ok-all/in.yaml", 3, read_part);
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
	char *text = golden_example(DOC);
	struct loader_source src = golden_text(text);
	struct findings f = { 0 };
	struct people *p = NULL;

	(void)state;
	assert_int_equal(people_load("example.yaml", &src, &p, &f, NULL), 0);
	golden_is_clean(&f);
	people_free(p);
	findings_release(&f);
	free(text);
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
