/* What a runbook and its environments say together, and whether the keys of this machine can pass. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "guard_check.h"
#include "runbook.h"
#include "str.h"

struct file {
	const char *path, *text;
};

static int read_file(void *ctx, const char *path, struct buf *out, struct err *err)
{
	for (const struct file *f = ctx; f->path; f++)
		if (str_eq(f->path, path))
			return buf_adds(out, f->text);
	return err_set(err, ERR_NOTFOUND, "%s: not there", path);
}

/* Rules found in the order of their places, "rule rule"; "" for none. */
static void rules_of(const struct findings *f, struct buf *out)
{
	for (size_t i = 0; i < f->n; i++)
		buf_addf(out, "%s%d %s", i ? ", " : "", f->v[i].at.line, f->v[i].rule);
}

#define ENVS \
	"prd: {protected: true, target: {probe: hostname, is: db-1}, safety: required, " \
	"tell: ops}\n" \
	"stg: {protected: false, also: [test, gke_stg]}\n" \
	"lab: {lab: true, target: {probe: hostname, is: lab}}\n"
#define TOP "blackstart: 1\ntitle: T\n"
#define GONE "run: x, effect: destroy, target: t, if_not: y"

static void book_says(const char *book, const char *want)
{
	struct file files[] = {
		{ "a.yaml", book },
		{ "environments.yaml", ENVS },
		{ "contacts.yaml", "contacts: 1\nladders: {ops: {wait: 5m, rungs: [{who: ana}]}}\n"
				   "people: {ana: {phone: '1'}}\n" },
		{ "called.yaml", TOP "steps: [{" GONE "}]\n" },
		{ NULL, NULL },
	};
	struct loader_source src = { files, read_file };
	struct findings own = { 0 }, f = { 0 };
	struct runbook *rb = NULL;
	struct buf got = BUF_INIT;

	assert_int_equal(loader_load("a.yaml", &src, &rb, &own, NULL), 0);
	guard_attach(rb);
	guard_check_book(rb, &f);
	rules_of(&f, &got);
	if (!str_eq(buf_str(&got), want))
		fail_msg("%s\nsays:  %s\nnot:   %s", book, buf_str(&got), want);
	runbook_free(rb);
	findings_release(&own);
	findings_release(&f);
	buf_release(&got);
}

static void what_destroys_fits_its_environment(void **state)
{
	(void)state;
	book_says(TOP "environment: lab\nsteps: [{" GONE "}]\n", "");
	book_says(TOP "environment: stg\nsteps:\n- {" GONE "}\n- {" GONE "}\n",
		  "5 destroy-without-probe");
	book_says(TOP "environment: gke_stg\nsteps: [{" GONE "}]\n", "4 destroy-without-probe");
	book_says(TOP "environment: stg\nsteps: [{run: x, effect: change}]\n", "");
	book_says(TOP "steps:\n- {" GONE "}\n- {" GONE "}\n", "4 destroy-without-environment");
	/* a file that the loader found lacking says so itself */
	book_says(TOP "environment: prod\nsteps: [{" GONE "}]\n", "");
}

static void where_a_way_back_is_wanted_there_is_one_or_a_reason(void **state)
{
	(void)state;
	book_says(TOP "environment: prd\ncontacts: contacts.yaml\nsteps:\n- {" GONE "}\n- {" GONE
		      "}\n",
		  "6 destroy-without-safety, 7 destroy-without-safety");
	book_says(TOP "environment: prd\ncontacts: contacts.yaml\nsteps:\n- {" GONE
		      ", undo: z}\n- {" GONE ", no_way_back: it is empty}\n",
		  "");
}

/* The files of a case on disk, but for its environments. */
static int read_but(void *ctx, const char *path, struct buf *out, struct err *err)
{
	if (str_ends(path, "environments.yaml"))
		return buf_adds(out, ctx);
	return fsio_read(path, 1 << 20, out, err);
}

static void a_restore_has_its_way_back_by_itself(void **state)
{
	static char envs[] = "prd: {protected: true, target: {probe: hostname, is: a}, safety: "
			     "required}\n";
	struct loader_source src = { envs, read_but };
	struct findings own = { 0 }, f = { 0 };
	struct runbook *rb = NULL;
	size_t restores = 0;

	(void)state;
	assert_int_equal(loader_load("tests/loader/origin-restore/in.yaml", &src, &rb, &own, NULL),
			 0);
	guard_attach(rb);
	guard_check_book(rb, &f);
	for (size_t i = 0; i < rb->n_all; i++)
		restores += guard_destroys(rb->all[i]) &&
			    str_eq(guard_way_back(rb->all[i]), "safety copy");
	assert_true(restores > 0);
	for (size_t i = 0; i < f.n; i++)
		if (str_eq(f.v[i].rule, "destroy-without-safety"))
			fail_msg("%d: %s", f.v[i].at.line, f.v[i].text);
	runbook_free(rb);
	findings_release(&own);
	findings_release(&f);
}

static void who_is_told_is_in_the_contacts(void **state)
{
	(void)state;
	book_says(TOP "environment: prd\nsteps:\n- {" GONE ", undo: z}\n", "5 tell-nobody");
	book_says(TOP "environment: prd\ncontacts: environments.yaml\nsteps:\n- {" GONE
		      ", undo: z}\n",
		  "6 tell-nobody");
}

static void an_environment_by_parameter_is_each_that_it_may_be(void **state)
{
	(void)state;
	book_says(TOP "environment: ${e}\nparams: {e: {one_of: [stg, lab, prod]}}\nsteps:\n- {"
		      GONE "}\n",
		  "4 unknown-environment, 6 destroy-without-probe");
	book_says(TOP "environment: ${e}\nparams: {e: {default: prod}}\ncontacts: contacts.yaml\n"
		      "steps:\n- {" GONE "}\n",
		  "4 unknown-environment, 7 destroy-without-safety, 7 destroy-without-probe");
	book_says(TOP "environment: ${e}\nparams: {e: {one_of: [lab, gke_stg]}}\nsteps: [{" GONE
		      "}]\n",
		  "5 destroy-without-probe");
	book_says(TOP "environment: ${e}\nparams: {e: {one_of: [lab]}}\nsteps:\n- {" GONE "}\n",
		  "");
}

static void what_is_called_acts_where_its_caller_does(void **state)
{
	(void)state;
	book_says(TOP "environment: stg\nsteps: [{call: called.yaml}]\n",
		  "3 destroy-without-probe");
	book_says(TOP "environment: lab\nsteps: [{call: called.yaml}]\n", "");
}

/* --- keys ------------------------------------------------------------------------------------- */

#define ANA "ssh-ed25519 AAAAana"
#define RAJ "ssh-ed25519 AAAAraj"


static void keys_say(const char *signers, const char *const *owners, size_t n, const char *want)
{
	char folder[] = "/tmp/guard.XXXXXX", keys[64], envs[300];
	struct file files[] = { { envs, NULL }, { NULL, NULL } };
	struct guard_owners have = { owners, n, true, NULL };
	struct loader_source src = { files, read_file };
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	struct buf got = BUF_INIT;
	int64_t now;

	assert_true(clock_parse("2026-11-22T12:00Z", &now));
	assert_non_null(mkdtemp(folder));
	snprintf(keys, sizeof(keys), "%s/signers", folder);
	if (signers)
		assert_int_equal(fsio_replace(keys, signers, strlen(signers), 0644, false, NULL),
				 0);
	snprintf(envs, sizeof(envs),
		 "signers: %s\nprd: {protected: true, target: {probe: hostname, is: a}, "
		 "approve: {by: [ana, raj]}}\n%s", keys, owners ? "codes: codes\n" : "");
	files[0] = (struct file){ "e.yaml", envs };
	assert_int_equal(guard_load("e.yaml", &src, &g, &f, NULL), 0);
	assert_int_equal(f.n, 0);
	guard_check_keys(g, owners ? &have : NULL, now, &f);
	rules_of(&f, &got);
	if (!str_eq(buf_str(&got), want))
		fail_msg("%s\nsays:  %s\nnot:   %s", signers ? signers : "-", buf_str(&got), want);
	assert_int_equal(fsio_remove_tree(folder, NULL), 0);
	guard_free(g);
	findings_release(&f);
	buf_release(&got);
}

#define NOBODY "2 nobody-can-approve"
#define RAJ_UNKNOWN "2 unknown-approver"

static void two_persons_with_keys_of_their_own_can_pass(void **state)
{
	(void)state;
	keys_say("# people\n\nana " ANA " ana@home\nraj namespaces=\"blackstart-*\" " RAJ "\n",
		 NULL, 0, "");
	keys_say("ana " ANA "\ncarl " RAJ "\n", NULL, 0, RAJ_UNKNOWN);
	keys_say("ana valid-after=\"20200101\",valid-before=\"20300101Z\" " ANA "\nraj " RAJ "\n",
		 NULL, 0, "");
}

static void a_guard_that_nobody_can_pass_is_an_error(void **state)
{
	(void)state;
	keys_say("", NULL, 0, "2 unknown-approver, 2 unknown-approver, " NOBODY);
	keys_say("ana " ANA "\n", NULL, 0, RAJ_UNKNOWN ", " NOBODY);
	/* one key is one person, whatever it is called */
	keys_say("ana " ANA "\nraj " ANA "\n", NULL, 0, RAJ_UNKNOWN ", " NOBODY);
	keys_say("carl " ANA "\ndora " RAJ "\n", NULL, 0,
		 "2 unknown-approver, 2 unknown-approver, " NOBODY);
	/* run out, not begun, for something else, a list, no key at all */
	keys_say("ana valid-before=\"20261122\" " ANA "\nraj " RAJ "\n", NULL, 0,
		 "2 unknown-approver, " NOBODY);
	keys_say("ana valid-after=\"202611221300Z\" " ANA "\nraj " RAJ "\n", NULL, 0,
		 "2 unknown-approver, " NOBODY);
	keys_say("ana namespaces=\"git\" " ANA "\nraj namespaces=\"!blackstart-approval,*\" " RAJ
		 "\n",
		 NULL, 0, "2 unknown-approver, 2 unknown-approver, " NOBODY);
	keys_say("ana,raj " ANA "\n*@x " RAJ "\n", NULL, 0,
		 "2 unknown-approver, 2 unknown-approver, " NOBODY);
	keys_say("ana\nraj ssh-ed25519\n", NULL, 0,
		 "2 unknown-approver, 2 unknown-approver, " NOBODY);
}

static void codes_are_as_good_as_keys(void **state)
{
	static const char *const both[] = { "ana", "raj" }, *const one[] = { "ana" };

	(void)state;
	keys_say("", both, 2, "");
	keys_say("raj " RAJ "\n", one, 1, "");
	keys_say("ana " ANA "\n", one, 1, RAJ_UNKNOWN ", " NOBODY);
	keys_say("ana " ANA "\n", both, 0, RAJ_UNKNOWN ", " NOBODY);
}

static void a_file_that_is_not_here_is_no_verdict(void **state)
{
	(void)state;
	keys_say(NULL, NULL, 0, "1 keys-unreadable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_destroys_fits_its_environment),
		UNIT(where_a_way_back_is_wanted_there_is_one_or_a_reason),
		UNIT(a_restore_has_its_way_back_by_itself),
		UNIT(who_is_told_is_in_the_contacts),
		UNIT(an_environment_by_parameter_is_each_that_it_may_be),
		UNIT(what_is_called_acts_where_its_caller_does),
		UNIT(two_persons_with_keys_of_their_own_can_pass),
		UNIT(a_guard_that_nobody_can_pass_is_an_error),
		UNIT(codes_are_as_good_as_keys),
		UNIT(a_file_that_is_not_here_is_no_verdict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
