/* The record cannot be written: nothing is lost, nothing starts, the operator is told and
 * chooses. */
#include "keeper_rig.h"

#include <sqlite3.h>

/* A keeper for whom the disk is full (or whatever `error` says) while DIR/full exists. */
static void start(struct kr *r)
{
	const char *build = getenv("BUILD");
	kr_open(r);
	char *shim = mem_printf("%s/shim_sys.so", build ? build : "build");
	char *flag = mem_printf("%s/full", r->dir);
	char *whole = realpath(shim, NULL);
	assert_non_null(whole);
	setenv("LD_PRELOAD", whole, 1);
	setenv("SHIM_WHO", "keeper", 1);
	setenv("SHIM_FAIL", flag, 1);
	setenv("SHIM_UNDER", r->dir, 1);
	kr_ensure(r);
	kr_attach(r);
	kr_wait_event(r, EV_KEEPER, NULL, 1);
	free(whole);
	free(flag);
	free(shim);
}

static void stop(struct kr *r)
{
	unsetenv("LD_PRELOAD");
	unsetenv("SHIM_WHO");
	unsetenv("SHIM_FAIL");
	unsetenv("SHIM_UNDER");
	kr_close(r);
}

static void disk(struct kr *r, const char *error)
{
	char *flag = mem_printf("%s/full", r->dir);
	if (!error)
		unlink(flag);
	else if (fsio_replace(flag, error, strlen(error), 0600, false, &r->err))
		fail_msg("%s", r->err.text);
	free(flag);
}

static void wait_trouble(struct kr *r, bool on)
{
	int64_t until = kr_ms() + KR_WAIT_MS;
	while (r->trouble != on && r->fd >= 0 && kr_ms() < until)
		kr_frame(r, 100);
	assert_int_equal(r->trouble, on);
}

/* Sends a note that cannot be committed; its answer comes later. */
static void meet(struct kr *r, char id[40])
{
	struct intent it = { .verb = VERB_NOTE,
			     .text = (char *)(uintptr_t)"said on a full disk" };
	kr_send(r, &it, id);
	wait_trouble(r, true);
}

static void survives(const char *error)
{
	struct kr r;
	char id[40] = "";
	start(&r);
	disk(&r, error);
	meet(&r, id);
	for (size_t i = 0; i < r.n_answers; i++)
		assert_string_not_equal(r.answers[i].id, id); /* not before it is durable */
	const struct answer *a = kr_do(&r, VERB_NOTE, "a second one");
	assert_true(a && !a->accepted);
	assert_non_null(strstr(a->why, "the record cannot be written"));
	disk(&r, NULL);
	wait_trouble(&r, false);
	a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	assert_int_equal(kr_count(&r, EV_NOTE, "said on a full disk"), 1);
	assert_int_equal(kr_count(&r, EV_NOTE, "a second one"), 0);
	kr_wait_event(&r, EV_GAP, "sha256", 1);
	a = kr_do(&r, VERB_NOTE, "afterwards");
	assert_true(a && a->accepted);
	kr_verify(&r, r.journal);
	stop(&r);
}

static void test_full_disk(void **state)
{
	(void)state;
	survives("ENOSPC");
}

static void test_input_output_error(void **state)
{
	(void)state;
	survives("EIO");
}

static void test_read_only_file_system(void **state)
{
	(void)state;
	survives("EROFS");
}

static void test_a_full_disk_releases_the_ballast(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	start(&r);
	char *ballast = mem_printf("%s.ballast", r.journal);
	assert_int_equal(access(ballast, F_OK), 0);
	disk(&r, "ENOSPC");
	meet(&r, id);
	assert_int_not_equal(access(ballast, F_OK), 0);
	disk(&r, NULL);
	kr_wait_event(&r, EV_NOTE, "disk-full", 1);
	free(ballast);
	stop(&r);
}

static void test_a_running_command_goes_on_and_its_end_is_kept(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	struct buf out = BUF_INIT;
	start(&r);
	char *text = mem_printf("echo one; : > %s/begun; until [ -e %s/go ]; do sleep 0.01; "
				"done; echo two; : > %s/over; exit 6", r.dir, r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	disk(&r, "ENOSPC");
	meet(&r, id);
	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	kr_wait_file(r.dir, "over");
	assert_int_equal(kr_count(&r, EV_CMD_ENDED, NULL), 0);
	disk(&r, NULL);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":6", 1);
	kr_output(&r, "c1-1", STREAM_OUT, &out);
	assert_string_equal(buf_str(&out), "one\ntwo\n");
	kr_verify(&r, r.journal);
	buf_release(&out);
	free(go);
	free(text);
	stop(&r);
}

static void test_who_attaches_in_trouble_is_told(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	start(&r);
	disk(&r, "EIO");
	meet(&r, id);
	r.trouble = false;
	kr_attach(&r);
	wait_trouble(&r, true);
	assert_non_null(r.trouble_why);
	disk(&r, NULL);
	wait_trouble(&r, false);
	stop(&r);
}

static void test_a_keeper_killed_in_trouble_leaves_what_it_had_aside(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	start(&r);
	/* the folder beside the record can be written, the record cannot */
	char *journal_only = mem_printf("%s-wal", r.journal);
	kr_kill(&r, "keeper", SIGTERM);
	setenv("SHIM_UNDER", journal_only, 1);
	kr_ensure(&r);
	kr_attach(&r);
	disk(&r, "EIO");
	meet(&r, id);
	kr_kill(&r, "keeper", SIGKILL);
	disk(&r, NULL);
	kr_ensure(&r);
	kr_attach(&r);
	kr_wait_event(&r, EV_NOTE, "kept aside", 1);
	assert_int_equal(kr_count(&r, EV_NOTE, "said on a full disk"), 0);
	struct intent it = { .verb = VERB_NOTE,
			     .text = (char *)(uintptr_t)"said on a full disk" };
	kr_send(&r, &it, id); /* the client asks again */
	const struct answer *a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	assert_int_equal(kr_count(&r, EV_NOTE, "said on a full disk"), 1);
	kr_verify(&r, r.journal);
	free(journal_only);
	stop(&r);
}

/* --- the choices ------------------------------------------------------------------------------ */

static void test_another_word_is_no_choice(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	start(&r);
	disk(&r, "EIO");
	meet(&r, id);
	const struct answer *a = kr_do(&r, VERB_JOURNAL, "hope");
	assert_true(a && !a->accepted);
	a = kr_do(&r, VERB_JOURNAL, "wait");
	assert_true(a && a->accepted);
	disk(&r, NULL);
	wait_trouble(&r, false);
	kr_wait_event(&r, EV_NOTE, "\"wait\"", 1);
	stop(&r);
}

static void test_closing_ends_the_keeper_and_not_the_command(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	start(&r);
	char *text = mem_printf(": > %s/begun; until [ -e %s/go ]; do sleep 0.01; done; exit 8",
				r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	disk(&r, "EIO");
	meet(&r, id);
	const struct answer *a = kr_do(&r, VERB_JOURNAL, "close");
	assert_true(a && a->accepted);
	while (r.fd >= 0)
		kr_frame(&r, KR_WAIT_MS);
	assert_true(kr_pid(&r, "holder") > 0);
	disk(&r, NULL);
	kr_ensure(&r);
	kr_attach(&r);
	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":8", 1);
	kr_verify(&r, r.journal);
	free(go);
	free(text);
	stop(&r);
}

/* Moves away from a file that cannot be written, with a command in flight. */
static void test_moving_the_record(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "", elsewhere[] = "/tmp/bs-moved.XXXXXX";
	struct buf body = BUF_INIT, out = BUF_INIT;
	start(&r);
	assert_non_null(mkdtemp(elsewhere));
	kr_do(&r, VERB_EXEC, "echo before");
	kr_wait_event(&r, EV_CMD_ENDED, NULL, 1);
	char *text = mem_printf("echo one; : > %s/begun; until [ -e %s/go ]; do sleep 0.01; "
				"done; echo two; exit 6", r.dir, r.dir);
	kr_do(&r, VERB_EXEC, text);
	kr_wait_file(r.dir, "begun");
	disk(&r, "EIO");
	meet(&r, id);
	char *choice = mem_printf("move %s", elsewhere);
	const struct answer *a = kr_do(&r, VERB_JOURNAL, choice);
	if (!a || !a->accepted)
		fail_msg("%s", a ? a->why : "no answer");
	wait_trouble(&r, false);
	assert_non_null(r.moved);
	a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	assert_int_equal(kr_count_in(r.moved, &r, EV_NOTE, "said on a full disk", NULL), 1);
	assert_int_equal(kr_count_in(r.moved, &r, EV_RUN_OPENED, "continued_from", &body), 1);
	assert_non_null(strstr(buf_str(&body), r.journal));
	assert_int_equal(kr_count(&r, EV_NOTE, "said on a full disk"), 0);

	char *go = mem_printf("%s/go", r.dir);
	close(open(go, O_CREAT | O_WRONLY, 0600));
	char *old = r.journal;
	r.journal = mem_dup(r.moved);
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":6", 1);
	kr_do(&r, VERB_EXEC, "echo after");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":0", 2);
	kr_output(&r, "c1-1", STREAM_OUT, &out);
	kr_output(&r, "c1-2", STREAM_OUT, &out);
	kr_output(&r, "c1-3", STREAM_OUT, &out);
	assert_string_equal(buf_str(&out), "before\none\ntwo\nafter\n");
	kr_verify(&r, r.journal);

	/* a crash, and the new file is where it goes on */
	disk(&r, NULL);
	char *dir = keeper_run_dir(old, r.run);
	kr_wait_file(dir, "moved");
	free(dir);
	kr_kill(&r, "keeper", SIGKILL);
	assert_int_equal(keeper_ensure(old, r.run, NULL, 0, &r.err), ERR_DENIED);
	assert_non_null(strstr(r.err.text, r.journal));
	kr_ensure(&r);
	kr_attach(&r);
	kr_do(&r, VERB_EXEC, "exit 9");
	kr_wait_event(&r, EV_CMD_ENDED, "\"exit\":9", 1);
	kr_verify(&r, r.journal);
	kr_verify(&r, old);

	buf_release(&body);
	buf_release(&out);
	free(choice);
	free(text);
	free(go);
	kr_kill(&r, "keeper", SIGKILL);
	kr_kill(&r, "holder", SIGKILL);
	fsio_remove_tree(elsewhere, NULL);
	free(r.journal);
	r.journal = old;
	stop(&r);
}

/* --- other programs
 * ------------------------------------------------------------------------------ */

static sqlite3 *foreign(struct kr *r, const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(r->journal, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, KR_WAIT_MS);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static void test_a_foreign_write_lock_is_waited_out(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	struct intent it = { .verb = VERB_NOTE, .text = (char *)(uintptr_t)"patience" };
	start(&r);
	sqlite3 *db = foreign(&r, "BEGIN IMMEDIATE");
	kr_send(&r, &it, id);
	for (int64_t until = kr_ms() + 300; kr_ms() < until;)
		kr_frame(&r, 20);
	assert_false(r.trouble);
	assert_int_equal(r.n_answers, 0);
	sqlite3_close(db);
	const struct answer *a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	assert_false(r.trouble);
	stop(&r);
}

static void test_a_write_lock_that_stays_is_told(void **state)
{
	(void)state;
	struct kr r;
	char id[40] = "";
	start(&r);
	sqlite3 *db = foreign(&r, "BEGIN IMMEDIATE");
	meet(&r, id);
	sqlite3_close(db);
	wait_trouble(&r, false);
	const struct answer *a = kr_answer(&r, id);
	assert_true(a && a->accepted);
	kr_verify(&r, r.journal);
	stop(&r);
}

static void test_a_reader_in_mid_read_holds_nobody_up(void **state)
{
	(void)state;
	struct kr r;
	start(&r);
	sqlite3 *db = foreign(&r, "BEGIN; SELECT count(*) FROM event");
	for (int i = 0; i < 50; i++) {
		const struct answer *a = kr_do(&r, VERB_NOTE, "while somebody reads");
		assert_true(a && a->accepted);
	}
	assert_false(r.trouble);
	sqlite3_close(db);
	assert_int_equal(kr_count(&r, EV_NOTE, "while somebody reads"), 50);
	stop(&r);
}

int main(int argc, char **argv);

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_full_disk),
		UNIT(test_input_output_error),
		UNIT(test_read_only_file_system),
		UNIT(test_a_full_disk_releases_the_ballast),
		UNIT(test_a_running_command_goes_on_and_its_end_is_kept),
		UNIT(test_who_attaches_in_trouble_is_told),
		UNIT(test_a_keeper_killed_in_trouble_leaves_what_it_had_aside),
		UNIT(test_another_word_is_no_choice),
		UNIT(test_closing_ends_the_keeper_and_not_the_command),
		UNIT(test_moving_the_record),
		UNIT(test_a_foreign_write_lock_is_waited_out),
		UNIT(test_a_write_lock_that_stays_is_told),
		UNIT(test_a_reader_in_mid_read_holds_nobody_up),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
