/* The runbooks that come with the program lint clean and survive being printed; the reference in
 * docs/runbook-format.md is the one that the tables write. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "reference.h"
#include "runbooks.h"
#include "str.h"

/* The files of this machine, but for one that was printed. */
struct instead {
	const char *path;
	const struct buf *text;
};

static int read_instead(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct instead *i = ctx;
	if (i->text && str_eq(path, i->path))
		return buf_add(out, buf_str(i->text), i->text->len);
	return fsio_read(path, 4 << 20, out, err);
}

static struct runbook *load(const char *path, const struct buf *text)
{
	struct instead i = { path, text };
	struct loader_source src = { &i, read_instead };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	int rc = loader_load(path, &src, &rb, &f, &err);
	size_t excused = 0; /* what no machine here can reach is said, and stays so */
	findings_print(&out, &f);
	for (size_t k = 0; k < f.n; k++)
		excused += str_eq(f.v[k].rule, "not-proved-live");
	if (rc || f.errors || f.warnings > excused)
		fail_msg("%s does not lint clean:\n%s", path, buf_str(&out));
	buf_release(&out);
	findings_release(&f);
	return rb;
}

static void must_survive(void *ctx, const char *path, const struct buf *text)
{
	struct buf yaml = BUF_INIT, before = BUF_INIT, after = BUF_INIT, paper = BUF_INIT;
	struct runbook *rb = load(path, NULL);
	(void)ctx;
	(void)text;
	loader_print(&paper, rb, 80);
	assert_true(paper.len > 0);
	loader_print_yaml(&yaml, rb);
	struct runbook *again = load(path, &yaml);
	loader_dump(&before, rb);
	loader_dump(&after, again);
	assert_string_equal(buf_str(&before), buf_str(&after));
	/* and printing is settled: once more changes nothing */
	buf_clear(&before);
	loader_print_yaml(&before, again);
	assert_string_equal(buf_str(&before), buf_str(&yaml));
	runbook_free(rb);
	runbook_free(again);
	buf_release(&yaml);
	buf_release(&before);
	buf_release(&after);
	buf_release(&paper);
}

static void our_runbooks_lint_clean_and_survive_being_printed(void **state)
{
	(void)state;
	assert_true(runbooks_each(must_survive, NULL) > 0);
}

/* --- docs ------------------------------------------------------------------------------------- */

#define DOC "docs/runbook-format.md"

static void the_reference_in_the_docs_is_the_tables_own(void **state)
{
	(void)state;
	reference_is(DOC, loader_reference);
}

/* A piece of the page is cut out of a whole: it may name values, files and steps that are not in it,
 * and nothing else may be wrong with it. */
static bool is_excused(const struct finding *f)
{
	static const char *const rules[] = { "unknown-value", "bad-template", "missing-file",
					     "missing-script", "unknown-artefact", "never-settled",
					     "never-owed", "unknown-step", "used-before-set",
					     "unknown-driver", "nothing-kept" };
	if (f->severity == SEV_WARNING)
		return true;
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (str_eq(f->rule, rules[i]))
			return true;
	return false;
}

static void must_load(const struct buf *text, bool whole)
{
	struct instead i = { "docs/example.yaml", text };
	struct loader_source src = { &i, read_instead };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct buf out = BUF_INIT;
	bool ok = !loader_load(i.path, &src, &rb, &f, NULL);
	for (size_t k = 0; k < f.n; k++)
		ok = ok && (f.v[k].severity == SEV_WARNING || (!whole && is_excused(&f.v[k])));
	findings_print(&out, &f);
	if (!ok)
		fail_msg("an example of the page:\n%s\n%s", buf_str(&out), buf_str(text));
	runbook_free(rb);
	findings_release(&f);
	buf_release(&out);
}

static void the_runbooks_in_the_docs_load(void **state)
{
	struct buf doc = BUF_INIT;
	size_t whole = 0, pieces = 0;
	(void)state;
	assert_int_equal(fsio_read(DOC, 1 << 22, &doc, NULL), 0);
	for (const char *s = buf_str(&doc); (s = strstr(s, "```yaml\n"));) {
		s += strlen("```yaml\n");
		const char *end = strstr(s, "\n```");
		assert_non_null(end);
		struct buf text = BUF_INIT;
		bool is_whole = str_starts(s, "blackstart: 1\n"), is_steps = str_starts(s, "  - ");
		if (is_steps)
			buf_adds(&text, "blackstart: 1\ntitle: T\nsteps:\n");
		buf_add(&text, s, (size_t)(end - s) + 1);
		if (is_whole || is_steps)
			must_load(&text, is_whole);
		whole += is_whole;
		pieces += is_steps;
		buf_release(&text);
	}
	buf_release(&doc);
	assert_true(whole >= 1 && pieces >= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(our_runbooks_lint_clean_and_survive_being_printed),
		UNIT(the_reference_in_the_docs_is_the_tables_own),
		UNIT(the_runbooks_in_the_docs_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
