/* Taking out, below the command line: what a wipe leaves of it, who may, what is given back. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "journal_help.h"
#include "removal.h"

#define SECRET "hunter2-hunter2-hunter2"

static struct removal row_of(enum removal_what what)
{
	return (struct removal){
		.run = RUN_A, .what = what, .wall = 1795318868000000000LL, .who = "ana",
		.why = "test", .payloads = "", .outputs = "", .rest = "{}",
	};
}

static void add(struct journal *j, enum removal_what what)
{
	struct removal r = row_of(what);

	must(removal_add(j, &r, &E));
}

static void refused(struct journal *j, enum removal_what what, int code)
{
	struct removal r = row_of(what);

	must_fail(removal_add(j, &r, &E), code);
}

static struct journal *closed_run(const struct scratch *s)
{
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);

	open_run(j, RUN_A);
	append_one(j, EV_NOTE, NULL, "{\"what\":\"note\",\"text\":\"" SECRET "\"}");
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"x\",\"success\":true}");
	return j;
}

static void output_of(const struct scratch *s, char ret[200])
{
	snprintf(ret, 200, "%s/output/" RUN_A ".db", s->dir);
}

static void print_secret(struct journal *j)
{
	uint8_t digest[HASH_LEN];
	struct output *o = NULL;

	must(output_open(j, RUN_A, true, &o, &E));
	must(output_begin(o, &E));
	must(output_write(o, "c1-1", STREAM_OUT, 0, SECRET, strlen(SECRET), true, digest, &E));
	must(output_commit(o, true, &E));
	output_close(o);
}

static bool read_all(const char *path)
{
	static const char *const suffixes[] = { "", "-wal" };
	bool lies = false;

	for (int i = 0; i < 2; i++) {
		char *name = mem_printf("%s%s", path, suffixes[i]);
		struct buf b = BUF_INIT;

		if (fsio_read(name, 64 << 20, &b, NULL) == 0)
			lies |= memmem(buf_str(&b), b.len, SECRET, strlen(SECRET)) != NULL;
		buf_release(&b);
		free(name);
	}
	return lies;
}

/* In the file, or in what SQLite has beside it. Read by a process of its own: closing a file that is
 * open here drops SQLite's locks. */
static bool lies_in(const char *path)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(read_all(path) ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 1;
}

/* A page that is free, and has it. */
static void leave_a_copy(const char *path)
{
	raw_do(path, "PRAGMA secure_delete=OFF; CREATE TABLE t (s);"
	       " INSERT INTO t VALUES ('" SECRET "'); DROP TABLE t");
}

/* Another program that has the file open: it stays with a WAL. It reads just now, or not. */
static sqlite3 *reader(const char *path, bool reads)
{
	sqlite3 *h = raw_open(path);
	const char *sql = reads ? "BEGIN; SELECT count(*) FROM sqlite_schema" :
		"SELECT count(*) FROM sqlite_schema";

	assert_int_equal(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
	return h;
}

static void what_was_taken_out_is_in_no_page_and_no_wal(void **state)
{
	const struct scratch *s = *state;
	struct removal r = row_of(REMOVAL_REDACTED);
	struct journal *j = closed_run(s);

	journal_close(j);
	leave_a_copy(s->path);
	assert_true(lies_in(s->path));
	j = open_journal(s->path, JOURNAL_WRITE);
	sqlite3 *other = reader(s->path, false);
	r.payloads = ",2,";
	must(removal_add(j, &r, &E));
	assert_true(lies_in(s->path));
	must(journal_wipe(j, &E));
	assert_false(lies_in(s->path));
	sqlite3_close(other);
	assert_whole(j);
	journal_close(j);
	assert_false(lies_in(s->path));
}

static void a_wipe_that_somebody_is_in_the_way_of_says_so(void **state)
{
	const struct scratch *s = *state;
	struct removal r = row_of(REMOVAL_REDACTED);
	struct journal *j = closed_run(s);
	sqlite3 *other = reader(s->path, true);

	r.payloads = ",2,";
	must(removal_add(j, &r, &E));
	must_fail(journal_wipe(j, &E), ERR_BUSY);
	assert_true(lies_in(s->path));
	sqlite3_close(other);
	must(journal_wipe(j, &E));
	assert_false(lies_in(s->path));
	journal_close(j);
}

static void output_that_was_taken_out_is_in_no_page_and_no_wal(void **state)
{
	const struct scratch *s = *state;
	struct journal *j = closed_run(s);
	struct output *o = NULL;
	char path[200];

	output_of(s, path);
	print_secret(j);
	leave_a_copy(path);
	must(output_open(j, RUN_A, true, &o, &E));
	sqlite3 *other = reader(path, true);
	must(output_begin(o, &E));
	must(output_take_out(o, "c1-1", STREAM_OUT, 0, (int64_t)strlen(SECRET), &E));
	must(output_commit(o, true, &E));
	must_fail(output_wipe(o, &E), ERR_BUSY);
	assert_true(lies_in(path));
	sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
	must(output_wipe(o, &E));
	assert_false(lies_in(path));
	sqlite3_close(other);
	output_close(o);
	journal_close(j);
}

/* --- hold, prune ------------------------------------------------------------------------------ */

static void standing(struct journal *j, bool held, bool pruned)
{
	struct removal_standing got;

	must(removal_stands(j, RUN_A, &got, &E));
	assert_int_equal(got.held, held);
	assert_int_equal(got.pruned, pruned);
	assert_int_equal(got.hold.who != NULL, held);
	assert_int_equal(got.prune.why != NULL, pruned);
	removal_standing_release(&got);
}

static void nothing_is_taken_out_of_what_is_held(void **state)
{
	const struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);

	open_run(j, RUN_A);
	refused(j, REMOVAL_PRUNED, ERR_DENIED); /* it is open */
	refused(j, REMOVAL_RELEASED, ERR_DENIED);
	add(j, REMOVAL_HOLD);
	standing(j, true, false);
	refused(j, REMOVAL_HOLD, ERR_EXISTS);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"x\",\"success\":true}");
	refused(j, REMOVAL_PRUNED, ERR_DENIED);
	refused(j, REMOVAL_REDACTED, ERR_DENIED);
	add(j, REMOVAL_RELEASED);
	standing(j, false, false);
	refused(j, REMOVAL_RELEASED, ERR_DENIED);
	add(j, REMOVAL_PRUNED);
	standing(j, false, true);
	refused(j, REMOVAL_PRUNED, ERR_EXISTS);
	add(j, REMOVAL_HOLD);
	standing(j, true, true);
	assert_whole(j);
	journal_close(j);
}

/* A process that has a lock of the file, as SQLite in WAL mode has; ended by closing *ret_end. */
static pid_t lock_it(const char *path, int *ret_end)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int ready[2], end[2];
	char c;

	assert_int_equal(pipe(ready) | pipe(end), 0);
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDWR);

		close(end[1]);
		if (fcntl(fd, F_SETLK, &lock) == 0)
			(void)!write(ready[1], "x", 1);
		(void)!read(end[0], &c, 1);
		_exit(0);
	}
	close(end[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	*ret_end = end[1];
	return pid;
}

static void a_file_in_use_stays_and_then_all_of_it_goes(void **state)
{
	const struct scratch *s = *state;
	struct journal *j = closed_run(s);
	int64_t freed = -1, there;
	struct stat st;
	char path[200];
	int end;

	print_secret(j);
	output_of(s, path);
	char *beside = mem_printf("%s-wal", path);
	must(fsio_replace(beside, SECRET, strlen(SECRET), 0600, false, &E));
	there = output_on_disk(j, RUN_A);
	assert_true(there >= (int64_t)strlen(SECRET));
	pid_t pid = lock_it(path, &end);
	must_fail(output_prune(j, RUN_A, &freed, &E), ERR_BUSY);
	assert_int_equal(freed, -1);
	assert_int_equal(output_on_disk(j, RUN_A), there);
	close(end);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	must(output_prune(j, RUN_A, &freed, &E));
	assert_true(freed >= (int64_t)strlen(SECRET));
	assert_int_equal(output_on_disk(j, RUN_A), -1);
	assert_int_equal(stat(path, &st), -1);
	assert_int_equal(stat(beside, &st), -1);
	must(output_prune(j, RUN_A, &freed, &E)); /* what is gone is gone */
	assert_int_equal(freed, 0);
	free(beside);
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(what_was_taken_out_is_in_no_page_and_no_wal),
		with_scratch(a_wipe_that_somebody_is_in_the_way_of_says_so),
		with_scratch(output_that_was_taken_out_is_in_no_page_and_no_wal),
		with_scratch(nothing_is_taken_out_of_what_is_held),
		with_scratch(a_file_in_use_stays_and_then_all_of_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
