/* Driver files: the docs' tables and example, the schema, where they are looked for, and that a run
 * goes on with the one that it began with. */
#include "unit.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file_rig.h"
#include "fsio.h"
#include "json.h"
#include "loader.h"
#include "reference.h"
#include "runbook.h"
#include "schemas.h"
#include "str.h"
#include "version.h"

#define DOC "docs/driver-format.md"

static void the_reference_in_the_docs_is_the_tables_own(void **state)
{
	(void)state;
	reference_is(DOC, loader_driver_reference);
}

/* --- files in memory ------------------------------------------------------------------------- */

static void the_example_of_the_docs_lints_clean(void **state)
{
	struct buf doc = BUF_INIT;
	struct findings f = { 0 };
	(void)state;
	assert_int_equal(fsio_read(DOC, 1 << 22, &doc, NULL), 0);
	char *s = strstr(doc.data, "```yaml\n") + strlen("```yaml\n");
	*strstr(s, "```") = '\0';
	struct file files[] = { { "drivers/volume/tar.yaml", s }, { NULL, NULL } };
	struct loader_source src = { files, file_read };
	assert_int_equal(loader_driver(files[0].path, &src, NULL, 0, &f, NULL), 0);
	assert_int_equal(f.n, 0);
	findings_release(&f);
	buf_release(&doc);
}

static size_t each_driver(const char *pattern, void (*fn)(void *ctx, const char *path), void *ctx)
{
	glob_t found;
	size_t n = 0;
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (; n < found.gl_pathc; n++)
		fn(ctx, found.gl_pathv[n]);
	globfree(&found);
	return n;
}

static void must_be_clean(void *ctx, const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct buf out = BUF_INIT, paper = BUF_INIT;
	(void)ctx;
	assert_true(loader_is_driver(path));
	assert_int_equal(loader_driver(path, &disk, &paper, 80, &f, NULL), 0);
	findings_print(&out, &f);
	if (f.n)
		fail_msg("%s", buf_str(&out));
	assert_true(paper.len > 100);
	buf_release(&out);
	buf_release(&paper);
	findings_release(&f);
}

static void must_be_accepted(void *ctx, const char *path)
{
	struct buf text = BUF_INIT;
	assert_int_equal(fsio_read(path, 1 << 22, &text, NULL), 0);
	if (!accepts(ctx, buf_str(&text), text.len))
		fail_msg("the schema refuses %s", path);
	buf_release(&text);
}

static void our_drivers_lint_clean(void **state)
{
	(void)state;
	assert_true(each_driver("runbooks/drivers/*/*.yaml", must_be_clean, NULL) > 0);
}

static void the_schema_takes_our_drivers_and_refuses_others(void **state)
{
	struct json *schema = schema_of(loader_driver_schema);
	static const char *const bad[] = {
		"driver: 1\nvolume: x\ntitle: T\nproved: live\npoints: a\nrestore: b\n",
		"driver: 1\ncluster: x\ntitle: T\nproved: live\npoints: a\nrestore: b\nverify: c\n",
		"driver: 1\nvolume: x\ntitle: T\nproved: maybe\npoints: a\nrestore: b\nverify: c\n",
		"driver: 1\nvolume: x\ntitle: T\nproved: live\npoints: {}\nrestore: b\nverify: c\n",
		"driver: 1\nvolume: x\ntitle: T\nproved: live\npoints: a\nrestore: b\nverify: c\nx: y\n",
	};
	(void)state;
	each_driver("runbooks/drivers/*/*.yaml", must_be_accepted, schema);
	each_driver("tests/loader/ok-restore/drivers/*/*.yaml", must_be_accepted, schema);
	each_driver("tests/loader/rebuild/drivers/*/*.yaml", must_be_accepted, schema);
	schema_refuses(schema, bad, COUNT_OF(bad));
	json_free(schema);
}

/* --- where they are -------------------------------------------------------------------------- */

#define DRIVER(title) \
	"driver: 1\nvolume: d\ntitle: " title "\nproved: live\npoints: echo\nrestore: echo\n" \
	"verify: echo\n"
#define BOOK \
	"blackstart: 1\ntitle: T\nenvironment: e\nsteps:\n  - id: data\n    restore: d\n" \
	"    volumes: {a: /a}\n    safety: {waive: none}\n"

static struct runbook *load(const char *path, const struct loader_source *src, size_t errors)
{
	struct runbook *rb = NULL;
	struct findings f = { 0 };
	struct buf out = BUF_INIT;
	assert_int_equal(loader_load(path, src, &rb, &f, NULL), 0);
	findings_print(&out, &f);
	if (f.errors != errors)
		fail_msg("%s", buf_str(&out));
	buf_release(&out);
	findings_release(&f);
	return rb;
}

static const char *driver_of(const struct runbook *rb)
{
	for (size_t i = 0; i < rb->n_files; i++)
		if (str_eq(rb->files[i].role, "driver"))
			return rb->files[i].path;
	return "none";
}

static void the_nearest_driver_around_a_runbook_is_taken(void **state)
{
	struct file files[] = {
		{ "a/b/in.yaml", BOOK },
		{ "drivers/volume/d.yaml", DRIVER("Far") },
		{ "a/drivers/volume/d.yaml", DRIVER("Near") },
		{ NULL, NULL },
	};
	struct loader_source src = { files, file_read };
	(void)state;
	struct runbook *rb = load("a/b/in.yaml", &src, 0);
	assert_string_equal(driver_of(rb), "a/drivers/volume/d.yaml");
	runbook_free(rb);
	files[2].path = "elsewhere";
	rb = load("a/b/in.yaml", &src, 0);
	assert_string_equal(driver_of(rb), "drivers/volume/d.yaml");
	runbook_free(rb);
	files[1].path = "../../drivers/volume/d.yaml";
	rb = load("a/b/in.yaml", &src, 0);
	assert_string_equal(driver_of(rb), "../../drivers/volume/d.yaml");
	runbook_free(rb);
	files[1].path = BLACKSTART_SHARE "/drivers/volume/d.yaml";
	rb = load("a/b/in.yaml", &src, 0);
	assert_string_equal(driver_of(rb), files[1].path);
	runbook_free(rb);
	files[1].path = "nowhere";
	runbook_free(load("a/b/in.yaml", &src, 1));
}

static void put(const char *folder, const char *name, const char *text)
{
	char *path = fsio_join(folder, name), *dir = fsio_dirname(path);
	assert_int_equal(fsio_mkdirs(dir, 0755, NULL), 0);
	assert_int_equal(fsio_replace(path, text, strlen(text), 0644, false, NULL), 0);
	free(path);
	free(dir);
}

static void a_folder_that_everybody_writes_into_is_not_climbed_into(void **state)
{
	char top[] = "/tmp/bs-driver-XXXXXX";
	struct loader_source disk = loader_disk();
	(void)state;
	assert_non_null(mkdtemp(top));
	put(top, "a/b/in.yaml", BOOK);
	put(top, "drivers/volume/d.yaml", DRIVER("Far"));
	char *path = fsio_join(top, "a/b/in.yaml"), *open = fsio_join(top, "a");
	struct runbook *rb = load(path, &disk, 0);
	assert_true(str_ends(driver_of(rb), "/drivers/volume/d.yaml"));
	runbook_free(rb);
	struct findings f = { 0 };
	assert_int_equal(chmod(open, 0777), 0);
	assert_int_equal(loader_load(path, &disk, &rb, &f, NULL), ERR_DENIED);
	findings_release(&f);
	/* the sticky bit does not help here: a driver of that name could be new there */
	assert_int_equal(chmod(open, 01777), 0);
	runbook_free(load(path, &disk, 1));
	assert_int_equal(fsio_remove_tree(top, NULL), 0);
	free(path);
	free(open);
}

static void a_driver_is_told_from_a_runbook_by_its_beginning(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = {
		{ DRIVER("D"), true },
		{ "# a note\nproved: live\ncluster: d\n", true },
		{ "proved: live\n", false },
		{ "cluster: d\n", false },
		{ "title: D\nnotes:\n  driver: d\n", false },
		{ BOOK "driver: 1\n", false },
		{ "driver: 1\nsteps: []\n", false },
		{ "", false },
	};
	char top[] = "/tmp/bs-driver-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(top));
	char *path = fsio_join(top, "d.yaml");
	assert_false(loader_is_driver(path));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		put(top, "d.yaml", cases[i].text);
		if (loader_is_driver(path) != cases[i].is)
			fail_msg("%s a driver: %s", cases[i].is ? "not taken for" : "taken for",
				 cases[i].text);
	}
	assert_int_equal(fsio_replace(path, "a\0\ndriver: 1\n", 13, 0644, false, NULL), 0);
	assert_true(loader_is_driver(path));
	assert_int_equal(fsio_remove_tree(top, NULL), 0);
	free(path);
}

/* --- pinned ---------------------------------------------------------------------------------- */

static void what_is_pinned_gives_the_same_steps(void **state)
{
	static const char *const books[] = { "tests/loader/ok-restore/in.yaml",
					     "tests/loader/origin-restore/in.yaml" };
	struct loader_source disk = loader_disk();
	(void)state;
	for (size_t i = 0; i < COUNT_OF(books); i++) {
		struct findings f = { 0 };
		struct runbook *rb = NULL, *again = NULL;
		struct buf before = BUF_INIT, after = BUF_INIT;
		assert_int_equal(loader_load(books[i], &disk, &rb, &f, NULL), 0);
		struct loader_source pins = loader_kept(rb);
		assert_int_equal(loader_load(books[i], &pins, &again, &f, NULL), 0);
		loader_dump(&before, rb);
		loader_dump(&after, again);
		assert_string_equal(buf_str(&before), buf_str(&after));
		buf_release(&before);
		buf_release(&after);
		runbook_free(rb);
		runbook_free(again);
		findings_release(&f);
	}
}

static void an_installed_driver_is_found_where_it_was_installed_then(void **state)
{
	static const char asked[] = BLACKSTART_SHARE "/drivers/volume/d.yaml";
	(void)state;
	assert_true(loader_same_file("a/b.yaml", "a/b.yaml"));
	assert_true(loader_same_file(asked, asked));
	assert_true(loader_same_file(asked, "/opt/elsewhere/share/blackstart/drivers/volume/d.yaml"));
	assert_false(loader_same_file(asked, "/opt/share/drivers/volume/other-d.yaml"));
	assert_false(loader_same_file(asked, "drivers/volume/d.yaml"));
	assert_false(loader_same_file("/x/drivers/volume/d.yaml", "/y/drivers/volume/d.yaml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_reference_in_the_docs_is_the_tables_own),
		UNIT(the_example_of_the_docs_lints_clean),
		UNIT(our_drivers_lint_clean),
		UNIT(the_schema_takes_our_drivers_and_refuses_others),
		UNIT(the_nearest_driver_around_a_runbook_is_taken),
		UNIT(a_folder_that_everybody_writes_into_is_not_climbed_into),
		UNIT(a_driver_is_told_from_a_runbook_by_its_beginning),
		UNIT(what_is_pinned_gives_the_same_steps),
		UNIT(an_installed_driver_is_found_where_it_was_installed_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
