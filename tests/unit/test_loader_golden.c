/* Every folder of tests/loader: in.yaml loads with the findings in `diag` to the model in `dump`,
 * prints as `print` and `yaml` where these files exist. GENERATE=1 writes what came out instead. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../src/loader/diag.h"
#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "str.h"
#include "utf8.h"

#define CASES "tests/loader"

enum { WIDTH = 72, FILE_MAX = 8 << 20 };

/* Paths in the case's folder; `instead` stands for in.yaml where it is not NULL. */
struct folder {
	const char *path;
	const struct buf *instead;
};

static int read_in(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct folder *f = ctx;
	if (f->instead && str_eq(path, "in.yaml")) {
		buf_add(out, buf_str(f->instead), f->instead->len);
		return 0;
	}
	char *whole = fsio_join(f->path, path);
	int rc = fsio_read(whole, FILE_MAX, out, err);
	free(whole);
	return rc;
}

struct loaded {
	struct runbook *rb;
	struct findings f;
	int rc;
};

static struct loaded load(const char *folder, const struct buf *instead)
{
	struct folder f = { folder, instead };
	struct loader_source src = { &f, read_in };
	struct loaded l = { 0 };
	struct err err = { 0 };
	l.rc = loader_load("in.yaml", &src, &l.rb, &l.f, &err);
	assert_int_equal(l.rc == 0, l.rb != NULL);
	if (l.rc)
		assert_string_not_equal(err.text, "");
	return l;
}

static void loaded_release(struct loaded *l)
{
	runbook_free(l->rb);
	findings_release(&l->f);
}

static bool generating(void)
{
	return getenv("GENERATE") != NULL;
}

/* Compares with the file of that name; `must` says that it has to exist. */
static bool same(const char *folder, const char *name, const struct buf *got, bool must)
{
	struct buf want = BUF_INIT;
	char *path = fsio_join(folder, name);
	int rc = fsio_read(path, FILE_MAX, &want, NULL);
	bool ok = !must || !rc;
	if (!rc || must) {
		ok = !rc && want.len == got->len && memcmp(buf_str(&want), buf_str(got), got->len) == 0;
		if (!ok && generating()) {
			struct err err;
			if (fsio_replace(path, buf_str(got), got->len, 0644, false, &err))
				fail_msg("%s", err.text);
			ok = true;
		}
	}
	if (!ok)
		print_error("%s differs; it is now:\n%s", path, buf_str(got));
	buf_release(&want);
	free(path);
	return ok;
}

/* Nothing that a terminal would obey. */
static bool harmless(const char *folder, const struct buf *b)
{
	for (size_t i = 0; i < b->len;) {
		uint32_t cp;
		size_t len = utf8_decode(b->data + i, b->len - i, &cp);
		bool bad = !len || (cp < 0x20 && cp != '\n') || (cp >= 0x7f && cp < 0xa0) ||
			   (cp >= 0x202a && cp <= 0x202e);
		if (bad && !(cp == '\t' && len)) {
			print_error("%s: byte %zu of the output is 0x%02x\n", folder, i,
				    (unsigned char)b->data[i]);
			return false;
		}
		i += len;
	}
	return true;
}

static bool check_prints(const char *folder, const struct runbook *rb)
{
	struct buf paper = BUF_INIT, yaml = BUF_INIT;
	loader_print(&paper, rb, WIDTH);
	loader_print_yaml(&yaml, rb);
	bool ok = same(folder, "print", &paper, false) && same(folder, "yaml", &yaml, false) &&
		  harmless(folder, &paper) && harmless(folder, &yaml);
	buf_release(&paper);
	buf_release(&yaml);
	return ok;
}

/* What is printed as YAML loads to the same model. Broken steps keep their source as it is. */
static bool round_trip(const char *folder, const struct runbook *rb)
{
	struct buf yaml = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	loader_print_yaml(&yaml, rb);
	loader_dump(&before, rb);
	struct loaded again = load(folder, &yaml);
	bool ok = again.rb != NULL;
	if (ok)
		loader_dump(&after, again.rb);
	ok = ok && strcmp(buf_str(&before), buf_str(&after)) == 0;
	if (!ok) {
		findings_print(&after, &again.f);
		print_error("%s: printed as\n%sit loads as\n%sand not as\n%s", folder, buf_str(&yaml),
			    buf_str(&after), buf_str(&before));
	}
	loaded_release(&again);
	buf_release(&yaml);
	buf_release(&before);
	buf_release(&after);
	return ok;
}

static bool check_case(const char *folder, struct buf *all_findings)
{
	struct loaded l = load(folder, NULL);
	struct buf diag = BUF_INIT, dump = BUF_INIT;
	findings_print(&diag, &l.f);
	if (l.rb)
		loader_dump(&dump, l.rb);
	else
		buf_addf(&diag, "%s\n", err_name(l.rc));
	bool ok = same(folder, "diag", &diag, true) && harmless(folder, &diag) &&
		  same(folder, "dump", &dump, l.rb && !l.f.errors);
	if (l.rb)
		ok = check_prints(folder, l.rb) && ok;
	if (l.rb && !l.rb->broken)
		ok = round_trip(folder, l.rb) && ok;
	if (str_starts(fsio_basename(folder), "ok-") && l.f.n) {
		print_error("%s: has findings:\n%s", folder, buf_str(&diag));
		ok = false;
	}
	assert_int_equal(l.rb ? l.rb->broken : true, l.f.errors > 0);
	buf_add(all_findings, buf_str(&diag), diag.len);
	buf_release(&diag);
	buf_release(&dump);
	loaded_release(&l);
	return ok;
}

static int is_folder(const struct dirent *e)
{
	struct stat st;
	char *path = fsio_join(CASES, e->d_name);
	int yes = e->d_name[0] != '.' && !stat(path, &st) && S_ISDIR(st.st_mode);
	free(path);
	return yes;
}

static void every_case_has_its_findings_and_its_model(void **state)
{
	struct dirent **cases = NULL;
	struct buf all = BUF_INIT;
	int n = scandir(CASES, &cases, is_folder, alphasort), bad = 0;
	(void)state;
	assert_true(n >= 60);
	for (int i = 0; i < n; i++) {
		char *folder = fsio_join(CASES, cases[i]->d_name);
		bad += !check_case(folder, &all);
		free(folder);
		free(cases[i]);
	}
	free(cases);
	print_message("%d cases, %d differ\n", n, bad);
	assert_int_equal(bad, 0);
	/* and no rule is without a case */
	for (int r = 0; r < RULE_MAX; r++) {
		char name[80];
		if (r == RULE_OTHERS_WRITE || r == RULE_GROUP_WRITES)
			continue; /* who may write a file is not in git: host-files.t has these */
		snprintf(name, sizeof(name), "[%s]", diag_rules[r].name);
		if (!strstr(buf_str(&all), name))
			fail_msg("no case shows the rule %s", diag_rules[r].name);
	}
	buf_release(&all);
}

static void rules_have_names_of_their_own(void **state)
{
	(void)state;
	for (int r = 0; r < RULE_MAX; r++) {
		assert_non_null(diag_rules[r].name);
		assert_non_null(diag_rules[r].doc);
		for (int q = 0; q < r; q++)
			if (str_eq(diag_rules[q].name, diag_rules[r].name))
				assert_string_equal(diag_rules[r].name, "used-before-set");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(rules_have_names_of_their_own),
		UNIT(every_case_has_its_findings_and_its_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
