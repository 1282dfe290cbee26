/* What the books of a run are given of their environments, and when those are frozen. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "runbook.h"
#include "str.h"

struct file {
	const char *path, *text; /* text NULL: there, and not to be read */
};

static int read_file(void *ctx, const char *path, struct buf *out, struct err *err)
{
	for (const struct file *f = ctx; f->path; f++)
		if (str_eq(f->path, path))
			return f->text ? buf_adds(out, f->text) :
					 err_set(err, ERR_IO, "%s: Permission denied", path);
	return err_set(err, ERR_NOTFOUND, "%s: not there", path);
}

static struct runbook *load(struct file *files, size_t *ret_errors)
{
	struct loader_source src = { files, read_file };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	struct err err = { 0 };

	loader_load(files[0].path, &src, &rb, &f, &err);
	if (ret_errors)
		*ret_errors = f.errors;
	findings_release(&f);
	assert_non_null(rb);
	guard_attach(rb);
	return rb;
}

#define DESTROYS "steps: [{run: x, effect: destroy, target: prd}]\n"
#define BOOK "blackstart: 1\ntitle: T\nenvironment: prd\n" DESTROYS
#define PRD "prd: {protected: true, target: {probe: hostname, is: db-1}}\n"

static void a_file_around_the_runbook_is_found_and_the_nearest_counts(void **state)
{
	struct file files[] = {
		{ "site/books/db/a.yaml", BOOK },
		{ "site/environments.yaml", "signers: keys/s\ncodes: /etc/codes\n" PRD },
		{ "environments.yaml", "prd: {protected: false}\n" },
		{ NULL, NULL },
	};
	struct runbook *rb = load(files, NULL);
	const struct environment *e = environ_find(rb->environments, "prd");

	(void)state;
	assert_string_equal(rb->environments_file, "site/environments.yaml");
	assert_true(e && e->guarded && !e->problem);
	assert_string_equal(e->probes[0].is, "db-1");
	/* as commands see it, which run beside the runbook */
	assert_string_equal(rb->environments->signers, "../../keys/s");
	assert_string_equal(rb->environments->codes, "/etc/codes");
	assert_int_equal(rb->n_files, 2);
	assert_string_equal(rb->files[1].role, "environments");
	runbook_free(rb);
}

static void an_environment_has_other_names(void **state)
{
	struct file files[] = {
		{ "a.yaml", BOOK },
		{ "environments.yaml", "live: {protected: true, also: prd, target: "
				       "{probe: hostname, is: db-1}}\n" },
		{ NULL, NULL },
	};
	size_t errors;
	struct runbook *rb = load(files, &errors);

	(void)state;
	assert_int_equal(errors, 0); /* the name that the book says is known */
	assert_string_equal(environ_find(rb->environments, "prd")->name, "live");
	runbook_free(rb);
	files[1].text = "live: {protected: true, also: [prod, dev]}\n";
	rb = load(files, &errors);
	assert_int_equal(errors, 1);
	runbook_free(rb);
}

static void a_book_that_only_reads_keeps_no_environments(void **state)
{
	struct file files[] = {
		{ "a.yaml", "blackstart: 1\ntitle: T\nsteps: [{run: x, effect: read}]\n" },
		{ "environments.yaml", PRD },
		{ NULL, NULL },
	};
	struct runbook *rb = load(files, NULL);

	(void)state;
	assert_null(rb->environments);
	assert_int_equal(rb->n_files, 1);
	runbook_free(rb);
}

static void without_a_file_there_are_none(void **state)
{
	struct file files[] = { { "books/a.yaml", BOOK }, { NULL, NULL } };
	struct runbook *rb = load(files, NULL);

	(void)state;
	assert_null(rb->environments_file);
	assert_null(rb->environments);
	runbook_free(rb);
}

/* What a run pinned is all there is when it is taken up again. */
static void a_file_that_cannot_be_read_guards_all_and_again_from_its_pins(void **state)
{
	struct file files[] = {
		{ "books/a.yaml", BOOK },
		{ "books/environments.yaml", NULL },
		{ "environments.yaml", "prd: {protected: false}\n" },
		{ NULL, NULL },
	};
	size_t errors;
	struct runbook *rb = load(files, &errors), *again = NULL;
	struct loader_source pins = loader_kept(rb);
	struct findings f = { 0 };

	(void)state;
	assert_int_equal(errors, 1);
	assert_string_equal(rb->environments_file, "books/environments.yaml");
	assert_non_null(rb->environments->problem);
	assert_null(environ_find(rb->environments, "prd"));
	assert_int_equal(loader_load("books/a.yaml", &pins, &again, &f, NULL), 0);
	guard_attach(again);
	assert_non_null(again->environments);
	assert_non_null(again->environments->problem);
	findings_release(&f);
	runbook_free(again);
	runbook_free(rb);
}

static void what_a_runbook_calls_acts_where_its_caller_does(void **state)
{
	struct file files[] = {
		{ "a.yaml", "blackstart: 1\ntitle: T\nenvironment: prd\n"
			    "steps: [{call: sub/b.yaml}, {call: own/c.yaml}]\n" },
		{ "sub/b.yaml", "blackstart: 1\ntitle: B\n" DESTROYS },
		{ "own/c.yaml", "blackstart: 1\ntitle: C\nenvironment: eu\n" DESTROYS },
		{ "environments.yaml", PRD },
		{ "own/environments.yaml", "eu: {protected: false}\n" },
		{ NULL, NULL },
	};
	struct runbook *rb = load(files, NULL);
	const struct runbook *b = rb->steps[0]->children[0]->book;
	const struct runbook *c = rb->steps[1]->children[0]->book;

	(void)state;
	assert_string_equal(b->title, "B");
	assert_ptr_equal(runbook_in_environment(b), rb);
	assert_string_equal(rb->environments_file, "environments.yaml");
	assert_ptr_equal(runbook_in_environment(c), c);
	assert_string_equal(c->environments_file, "own/environments.yaml");
	assert_non_null(environ_find(c->environments, "eu"));
	runbook_free(rb);
}

static void a_book_that_only_calls_has_the_environments_of_what_it_calls(void **state)
{
	struct file files[] = {
		{ "a.yaml", "blackstart: 1\ntitle: T\nsteps: [{run: x, effect: read}, "
			    "{call: own/c.yaml}]\n" },
		{ "own/c.yaml", "blackstart: 1\ntitle: C\nenvironment: prd\n" DESTROYS },
		{ "own/environments.yaml", "signers: keys\n" PRD },
		{ NULL, NULL },
	};
	struct runbook *rb = load(files, NULL);

	(void)state;
	assert_null(rb->environments_file);
	assert_non_null(rb->environments);
	assert_string_equal(rb->environments->signers, "own/keys");
	assert_null(runbook_in_environment(rb));
	runbook_free(rb);
}

static void a_folder_that_all_may_write_into_is_not_climbed_into(void **state)
{
	char top[] = "/tmp/guard.XXXXXX", cwd[4096];
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct runbook *rb = NULL;

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	assert_non_null(mkdtemp(top));
	assert_int_equal(chdir(top), 0);
	assert_int_equal(mkdir("in", 0755) | mkdir("in/deep", 0755), 0);
	assert_int_equal(fsio_replace("in/deep/a.yaml", BOOK, strlen(BOOK), 0644, false, NULL), 0);
	assert_int_equal(fsio_replace("in/environments.yaml", PRD, strlen(PRD), 0644, false, NULL),
			 0);
	assert_int_equal(loader_load("in/deep/a.yaml", &disk, &rb, &f, NULL), 0);
	assert_string_equal(rb->environments_file, "in/environments.yaml");
	runbook_free(rb);
	assert_int_equal(chmod("in", 01777), 0); /* as /tmp is */
	assert_int_equal(loader_load("in/deep/a.yaml", &disk, &rb, &f, NULL), 0);
	assert_null(rb->environments_file);
	runbook_free(rb);
	findings_release(&f);
	assert_int_equal(chdir(cwd), 0);
	assert_int_equal(fsio_remove_tree(top, NULL), 0);
}

/* --- freezes ---------------------------------------------------------------------------------- */

static struct guard_file *with_freeze(const char *freeze)
{
	char text[400];
	struct file files[] = { { "e.yaml", text }, { NULL, NULL } };
	struct loader_source src = { files, read_file };
	struct findings f = { 0 };
	struct guard_file *g = NULL;

	snprintf(text, sizeof(text), "p: {protected: false, freeze: [%s]}\n", freeze);
	assert_int_equal(guard_load("e.yaml", &src, &g, &f, NULL), 0);
	if (f.n)
		fail_msg("%s", f.v[0].text);
	findings_release(&f);
	return g;
}

static bool frozen_at(const struct guard_file *g, const char *when, struct buf *why)
{
	int64_t at;

	assert_true(clock_parse(when, &at));
	return guard_frozen(&g->envs.v[0], at, why);
}

static void is_frozen(const char *freeze, const char *const *in, const char *const *out)
{
	struct guard_file *g = with_freeze(freeze);

	for (; *in; in++)
		if (!frozen_at(g, *in, NULL))
			fail_msg("%s is not frozen by %s", *in, freeze);
	for (; *out; out++)
		if (frozen_at(g, *out, NULL))
			fail_msg("%s is frozen by %s", *out, freeze);
	guard_free(g);
}

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

static void a_freeze_begins_and_ends_to_the_second(void **state)
{
	(void)state;
	is_frozen("{from: 2026-12-20T00:00Z, to: 2027-01-03T00:00Z}",
		  LIST("2026-12-20T00:00:00Z", "2027-01-02T23:59:59Z"),
		  LIST("2026-12-19T23:59:59Z", "2027-01-03T00:00:00Z"));
	/* five hours behind, four from March on */
	is_frozen("{from: '2026-03-07 12:00', to: '2026-03-08 12:00', zone: America/New_York}",
		  LIST("2026-03-07T17:00:00Z", "2026-03-08T15:59:59Z"),
		  LIST("2026-03-07T16:59:59Z", "2026-03-08T16:00:00Z"));
}

static void a_weekly_freeze_goes_by_the_clock_of_its_place(void **state)
{
	(void)state;
	is_frozen("{weekly: 'fri 16:00-mon 06:00', zone: Europe/Paris}",
		  LIST("2026-11-20T15:00Z", "2026-11-22T12:00Z", "2026-11-23T04:59Z",
		       "2026-07-03T14:00Z"),
		  LIST("2026-11-20T14:59Z", "2026-11-23T05:00Z", "2026-07-03T13:59Z",
		       "2026-11-25T12:00Z"));
	is_frozen("{weekly: 'mon-fri 09:00-17:30', zone: UTC}",
		  LIST("2026-11-23T09:00Z", "2026-11-27T17:29Z"),
		  LIST("2026-11-23T08:59Z", "2026-11-27T17:30Z", "2026-11-28T12:00Z"));
	is_frozen("{weekly: 'daily 22:00-06:00', zone: UTC}",
		  LIST("2026-11-22T22:00Z", "2026-11-23T05:59Z", "2026-11-23T00:00Z"),
		  LIST("2026-11-23T06:00Z", "2026-11-22T21:59Z"));
	is_frozen("{weekly: 'sat,sun 00:00-24:00', zone: UTC}",
		  LIST("2026-11-21T00:00Z", "2026-11-22T23:59Z"),
		  LIST("2026-11-20T23:59Z", "2026-11-23T00:00Z"));
	is_frozen("{weekly: 'sun 23:00-mon 01:00', zone: UTC}",
		  LIST("2026-11-22T23:00Z", "2026-11-23T00:59Z"),
		  LIST("2026-11-22T22:59Z", "2026-11-23T01:00Z"));
}

static void it_says_why_and_until_when(void **state)
{
	struct guard_file *g = with_freeze("{weekly: 'fri 16:00-mon 06:00', zone: Europe/Paris}, "
					   "{from: 2026-11-24T00:00Z, to: 2026-11-25T00:00Z, "
					   "why: sale}");
	struct buf why = BUF_INIT;

	(void)state;
	assert_true(frozen_at(g, "2026-11-24T10:00Z", &why));
	assert_string_equal(buf_str(&why), "sale; until 2026-11-25T00:00:00Z");
	buf_clear(&why);
	assert_true(frozen_at(g, "2026-11-22T10:00Z", &why));
	assert_string_equal(buf_str(&why), "fri 16:00-mon 06:00 Europe/Paris; there it is sun "
					   "11:00 CET");
	buf_clear(&why);
	assert_false(frozen_at(g, "2026-11-26T10:00Z", &why));
	assert_int_equal(why.len, 0);
	buf_release(&why);
	guard_free(g);
}

static void where_no_zone_is_known_every_weekly_freeze_is_on(void **state)
{
	struct guard_file *g = with_freeze("{weekly: 'fri 16:00-mon 06:00', zone: Europe/Paris}");
	struct buf why = BUF_INIT;

	(void)state;
	assert_int_equal(setenv("TZDIR", "/nonexistent", 1), 0);
	assert_true(frozen_at(g, "2026-11-25T12:00Z", &why));
	assert_non_null(strstr(buf_str(&why), "does not know"));
	assert_int_equal(unsetenv("TZDIR"), 0);
	assert_false(frozen_at(g, "2026-11-25T12:00Z", NULL));
	buf_release(&why);
	guard_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_file_around_the_runbook_is_found_and_the_nearest_counts),
		UNIT(an_environment_has_other_names),
		UNIT(a_book_that_only_reads_keeps_no_environments),
		UNIT(without_a_file_there_are_none),
		UNIT(a_file_that_cannot_be_read_guards_all_and_again_from_its_pins),
		UNIT(what_a_runbook_calls_acts_where_its_caller_does),
		UNIT(a_book_that_only_calls_has_the_environments_of_what_it_calls),
		UNIT(a_folder_that_all_may_write_into_is_not_climbed_into),
		UNIT(a_freeze_begins_and_ends_to_the_second),
		UNIT(a_weekly_freeze_goes_by_the_clock_of_its_place),
		UNIT(it_says_why_and_until_when),
		UNIT(where_no_zone_is_known_every_weekly_freeze_is_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
