/* Readers and writers at the same time, and finding runs. */
#include "journal_help.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../../src/journal/journal_own.h"

static int count_one(void *ctx, const struct event *ev)
{
	(void)ev;
	++*(int *)ctx;
	return 0;
}

static int count_events(struct journal *j, const char *run)
{
	int n = 0;
	must(journal_each(j, run, 0, 0, count_one, &n, &E));
	return n;
}

static void append_many(struct journal *j, int n, size_t body_len)
{
	struct event *evs = mem_alloc((size_t)n * sizeof(*evs));
	char *fill = mem_alloc(body_len + 1);
	memset(fill, 'x', body_len);
	char *body = mem_printf("{\"v\":\"%s\"}", fill);
	for (int i = 0; i < n; i++)
		evs[i] = some_event(EV_VALUE, "v", body);
	must(journal_append(j, evs, (size_t)n, false, &E));
	for (int i = 0; i < n; i++)
		event_release(&evs[i]);
	free(body);
	free(fill);
	free(evs);
}

static off_t wal_size(const char *path)
{
	struct stat st;
	char *wal = mem_printf("%s-wal", path);
	off_t n = stat(wal, &st) == 0 ? st.st_size : 0;
	free(wal);
	return n;
}

/* --- stopped and slow readers ---------------------------------------------------------------- */

struct stopper {
	pid_t pid;
	int go; /* a byte into it lets the child open the journal */
};

/* Stops itself with a row in hand, in the middle of SQLite's read transaction; later reads on. */
static int stop_with_a_row(const char *path)
{
	struct journal *j = NULL;
	sqlite3_stmt *st = NULL;
	struct err err = { 0 };
	int n = 0, rc;
	if (journal_open(path, JOURNAL_READ, &j, &err) ||
	    db_use(&j->db, SQL_EVENT_EACH, &st, &err))
		return 1;
	sqlite3_bind_text(st, 1, RUN_A, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, 0);
	if (db_step(&j->db, st, &err) != 1)
		return 2;
	raise(SIGSTOP);
	for (n = 1; (rc = db_step(&j->db, st, &err)) == 1; n++)
		;
	if (rc || n != 501) {
		fprintf(stderr, "# %s: %d rows\n", err.text, n);
		return 3;
	}
	n = 0;
	rc = journal_each(j, RUN_A, 0, 0, count_one, &n, &err);
	if (rc || n <= 501) {
		fprintf(stderr, "# %s: %d events\n", err.text, n);
		return 4;
	}
	journal_close(j);
	return 0;
}

/* Forked before anything is open: SQLite's own view of its locks must not be inherited. */
static struct stopper make_stopper(const char *path)
{
	struct stopper st;
	int go[2];
	char byte;
	assert_int_equal(pipe(go), 0);
	st.pid = fork();
	assert_true(st.pid >= 0);
	if (st.pid == 0)
		_exit(read(go[0], &byte, 1) == 1 ? stop_with_a_row(path) : 9);
	close(go[0]);
	st.go = go[1];
	return st;
}

static void wait_until_stopped(const struct stopper *st)
{
	int status = 0;
	assert_int_equal(write(st->go, "", 1), 1);
	assert_int_equal(waitpid(st->pid, &status, WUNTRACED), st->pid);
	assert_true(WIFSTOPPED(status));
}

static void let_finish(const struct stopper *st)
{
	int status = 0;
	assert_int_equal(kill(st->pid, SIGCONT), 0);
	assert_int_equal(waitpid(st->pid, &status, 0), st->pid);
	assert_int_equal(status, 0);
	close(st->go);
}

static void a_stopped_reader_holds_up_no_writer(void **state)
{
	struct scratch *s = *state;
	struct stopper reader = make_stopper(s->path);
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	open_run(w, RUN_A);
	append_many(w, 500, 100);
	wait_until_stopped(&reader);

	int64_t began = clock_now().boot, longest = 0;
	for (int i = 0; i < 40; i++) {
		int64_t at = clock_now().boot;
		append_many(w, 10, 100000);
		journal_checkpoint(w, i % 2);
		int64_t took = clock_now().boot - at;
		longest = took > longest ? took : longest;
	}
	print_message("# with a stopped reader: 40 MB in %lld ms, longest %lld ms\n",
		      (long long)(clock_now().boot - began) / 1000000, (long long)longest / 1000000);
	/* what it may still need cannot be overwritten */
	assert_true(wal_size(s->path) > 36 << 20);
	struct journal *second = open_journal(s->path, JOURNAL_WRITE);
	open_run(second, RUN_B);
	journal_close(second);
	assert_whole(w);

	let_finish(&reader);
	/* and once it has read on, the WAL starts anew, within its limit */
	journal_checkpoint(w, true);
	append_many(w, 100, 100000);
	journal_checkpoint(w, true);
	append_many(w, 1, 10);
	journal_checkpoint(w, true);
	append_many(w, 1, 10);
	assert_true(wal_size(s->path) <= 33 << 20);
	journal_close(w);
}

static void closing_does_not_wait_for_a_stopped_reader(void **state)
{
	struct scratch *s = *state;
	struct stopper reader = make_stopper(s->path);
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	open_run(w, RUN_A);
	append_many(w, 500, 100);
	wait_until_stopped(&reader);
	int64_t began = clock_now().boot;
	journal_close(w);
	w = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(w, RUN_A, &E));
	append_many(w, 1, 10);
	assert_true(clock_now().boot - began < 60 * CLOCK_S);
	let_finish(&reader);
	assert_whole(w);
	journal_close(w);
}

struct in_callback {
	struct journal *w;
	int calls;
};

/* While a callback has its event the reader is in no transaction: the WAL can be reset under it. */
static int write_from_callback(void *ctx, const struct event *ev)
{
	struct in_callback *c = ctx;
	(void)ev;
	if (c->calls++ == 0) {
		int busy = -1;
		assert_int_equal(sqlite3_wal_checkpoint_v2(c->w->db.h, "main",
							   SQLITE_CHECKPOINT_TRUNCATE, &busy, NULL),
				 SQLITE_OK);
		assert_int_equal(busy, 0);
		append_many(c->w, 1, 10);
	}
	return 0;
}

static void callbacks_run_outside_of_transactions(void **state)
{
	struct scratch *s = *state;
	struct in_callback c = { .w = open_journal(s->path, JOURNAL_WRITE) };
	open_run(c.w, RUN_A);
	append_many(c.w, 1000, 100);
	struct journal *r = open_journal(s->path, JOURNAL_READ);
	must(journal_each(r, RUN_A, 0, 0, write_from_callback, &c, &E));
	/* what was written meanwhile is read in the same walk */
	assert_int_equal(c.calls, 1002);
	journal_close(r);
	journal_close(c.w);
}

static void a_write_lock_does_not_hold_up_readers(void **state)
{
	struct scratch *s = *state;
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	open_run(w, RUN_A);
	append_many(w, 300, 100);
	sqlite3 *h = raw_open(s->path);
	assert_int_equal(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	struct journal *r = open_journal(s->path, JOURNAL_READ);
	assert_int_equal(count_events(r, RUN_A), 301);
	assert_int_equal(count_events(w, RUN_A), 301);
	assert_whole(r);
	journal_close(r);
	sqlite3_close(h);
	journal_close(w);
}

static void an_exclusive_lock_is_busy_at_once(void **state)
{
	struct scratch *s = *state;
	struct journal *j = NULL;
	journal_close(open_journal(s->path, JOURNAL_WRITE));
	sqlite3 *h = raw_open(s->path);
	assert_int_equal(sqlite3_exec(h, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	int64_t began = clock_now().boot;
	for (int i = 0; i < 50; i++) {
		must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_BUSY);
		must_fail(journal_open(s->path, JOURNAL_WRITE, &j, &E), ERR_BUSY);
	}
	assert_true(clock_now().boot - began < 60 * CLOCK_S);
	sqlite3_close(h);
	journal_close(open_journal(s->path, JOURNAL_WRITE));
}

/* --- damage on the way ----------------------------------------------------------------------- */

static void a_hole_ends_the_walk_after_what_is_before_it(void **state)
{
	struct scratch *s = *state;
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	static const struct {
		const char *sql, *text;
		int before;
	} cases[] = {
		{ "DELETE FROM event WHERE seq = 400", "event 400 is missing", 399 },
		{ "UPDATE event SET kind = 'dreamt' WHERE seq = 300", "300 is of an unknown kind", 299 },
		{ "UPDATE event SET payload = NULL, salt = NULL WHERE seq = 7", "7 has lost its payload",
		  6 },
		{ "UPDATE event SET step = 'a' || char(0) || 'b' WHERE seq = 6", "6 is of no step", 5 },
		{ "UPDATE event SET actor = printf('%200c', 'x') WHERE seq = 5", "5 has no actor", 4 },
	};
	open_run(w, RUN_A);
	append_many(w, 600, 20);
	journal_close(w);
	raw_do(s->path, "DROP TRIGGER event_no_delete; DROP TRIGGER event_no_update");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int n = 0;
		raw_do(s->path, cases[i].sql);
		struct journal *r = open_journal(s->path, JOURNAL_READ);
		must_be(journal_each(r, RUN_A, 0, 0, count_one, &n, &E), ERR_CORRUPT, "each", __FILE__,
			__LINE__);
		assert_int_equal(n, cases[i].before);
		journal_each(r, RUN_A, 0, 0, count_one, &n, &E);
		assert_non_null(strstr(E.text, cases[i].text));
		journal_close(r);
	}
}

/* --- runs ------------------------------------------------------------------------------------ */

struct list {
	struct buf text;
	int stop_at, n;
};

static int add_row(void *ctx, const struct run_row *r)
{
	struct list *l = ctx;
	buf_addf(&l->text, "%s %s %s %s %s %d %d %lld\n", r->run, r->title ? r->title : "-",
		 r->mode ? r->mode : "-", r->runbook ? r->runbook : "-",
		 r->verdict ? r->verdict : "open", r->closed_wall > 0, r->opened_wall > 0,
		 (long long)r->events);
	return ++l->n == l->stop_at ? 5 : 0;
}

static void runs_are_listed_newest_first(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct list l = { 0 };
	must(journal_runs(j, add_row, &l, &E));
	assert_int_equal(l.n, 0);
	open_run(j, RUN_A);
	append_steps(j, 2);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"not recovered\"}");
	struct event ev = some_event(EV_RUN_OPENED, NULL, "{}");
	must(journal_run_open(j, RUN_B, &ev, NULL, 0, &E));
	event_release(&ev);
	must(journal_runs(j, add_row, &l, &E));
	assert_string_equal(buf_str(&l.text),
			    RUN_B " - - - open 0 1 1\n"
			    RUN_A " Restore real restore.yaml not recovered 1 1 4\n");
	/* a payload that is no JSON costs its columns only */
	raw_do(s->path, "DROP TRIGGER event_no_update; UPDATE event SET payload = 'x' WHERE seq = 1");
	buf_clear(&l.text);
	must(journal_runs(j, add_row, &l, &E));
	assert_string_equal(buf_str(&l.text), RUN_B " - - - open 0 1 1\n"
			    RUN_A " - - - not recovered 1 1 4\n");
	buf_release(&l.text);
	journal_close(j);
}

static void many_runs_are_listed_in_slices(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	char run[JOURNAL_RUN_ID_MAX];
	struct list l = { 0 };
	for (int i = 0; i < 100; i++) {
		snprintf(run, sizeof(run), "run-%03d", i);
		open_run(j, run);
	}
	must(journal_runs(j, add_row, &l, &E));
	assert_int_equal(l.n, 100);
	assert_memory_equal(buf_str(&l.text), "run-099", 7);
	assert_non_null(strstr(buf_str(&l.text), "\nrun-000"));
	l = (struct list){ .text = l.text, .stop_at = 40 };
	assert_int_equal(journal_runs(j, add_row, &l, &E), 5);
	assert_int_equal(l.n, 40);
	buf_release(&l.text);
	journal_close(j);
}

static void a_run_is_found_by_a_part_of_its_id(void **state)
{
	struct scratch *s = *state;
	char run[JOURNAL_RUN_ID_MAX] = "untouched";
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	must_fail(journal_find_run(j, "", run, &E), ERR_NOTFOUND);
	must_fail(journal_find_run(j, NULL, run, &E), ERR_NOTFOUND);
	assert_string_equal(run, "untouched");
	open_run(j, RUN_A);
	open_run(j, RUN_B);
	append_one(j, EV_RUN_CLOSED, NULL, "{}");
	open_run(j, "20261122");
	append_one(j, EV_RUN_CLOSED, NULL, "{}");
	static const struct {
		const char *part, *want;
		int rc;
	} cases[] = {
		{ "", RUN_A, 0 }, /* the newest open one */
		{ NULL, RUN_A, 0 },
		{ "aaaa", RUN_A, 0 },
		{ "20261122T04", RUN_B, 0 },
		{ RUN_B, RUN_B, 0 },
		{ "20261122", "20261122", 0 }, /* exactly, though others begin so */
		{ "2026", "", ERR_EXISTS },
		{ "zzz", "", ERR_NOTFOUND },
		{ "%", "", ERR_NOTFOUND },
		{ "T03", "", ERR_NOTFOUND },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		must_fail(journal_find_run(j, cases[i].part, run, &E), cases[i].rc);
		if (cases[i].rc == 0)
			assert_string_equal(run, cases[i].want);
	}
	must(journal_run_continue(j, RUN_A, &E));
	append_one(j, EV_RUN_CLOSED, NULL, "{}");
	must(journal_find_run(j, "", run, &E));
	assert_string_equal(run, "20261122"); /* none is open: the newest */
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(a_stopped_reader_holds_up_no_writer),
		with_scratch(closing_does_not_wait_for_a_stopped_reader),
		with_scratch(callbacks_run_outside_of_transactions),
		with_scratch(a_write_lock_does_not_hold_up_readers),
		with_scratch(an_exclusive_lock_is_busy_at_once),
		with_scratch(a_hole_ends_the_walk_after_what_is_before_it),
		with_scratch(runs_are_listed_newest_first),
		with_scratch(many_runs_are_listed_in_slices),
		with_scratch(a_run_is_found_by_a_part_of_its_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
