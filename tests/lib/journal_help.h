/* A scratch folder with a journal in it, for tests. Everything fails the test where it fails. */
#ifndef TESTS_JOURNAL_HELP_H
#define TESTS_JOURNAL_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "journal.h"
#include "mem.h"
#include "runbook.h"

#define RUN_A "20261122T032107Z-aaaa"
#define RUN_B "20261122T041500Z-bbbb"

struct scratch {
	char dir[64];
	char path[128]; /* of the journal */
};

#define must(call) must_be(call, 0, #call, __FILE__, __LINE__)
#define must_fail(call, code) must_be(call, code, #call, __FILE__, __LINE__)

/* The struct err of every call in a test: its text is printed where the code is another. */
static struct err E;

/* How many places a long loop goes on by: `usual` in the suite, `every` in the lab, where EVERY is
 * set: there is time for each of them. */
static inline int work_stride(int every, int usual)
{
	return getenv("EVERY") ? every : usual;
}

static inline void must_be(int rc, int want, const char *what, const char *file, int line)
{
	if (rc != want)
		print_error("%s:%d: %s: %s instead of %s: %s\n", file, line, what, err_name(rc),
			    err_name(want), E.text);
	assert_int_equal(rc, want);
	if (want)
		assert_true(E.text[0] != '\0' && E.code == want);
	E = (struct err){ 0 };
}

static inline int scratch_setup(void **state)
{
	struct scratch *s = mem_alloc(sizeof(*s));
	const char *base = getenv("TMPDIR");
	snprintf(s->dir, sizeof(s->dir), "%s/bs-journal.XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(s->dir))
		return -1;
	snprintf(s->path, sizeof(s->path), "%s/journal.db", s->dir);
	*state = s;
	return 0;
}

static inline int scratch_teardown(void **state)
{
	struct scratch *s = *state;
	int rc = fsio_remove_tree(s->dir, NULL);
	free(s);
	return rc;
}

#define with_scratch(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

static inline struct event some_event(enum event_kind kind, const char *step, const char *body)
{
	struct event ev = {
		.at = { 1795318867000000000LL, 123456789LL },
		.kind = kind,
		.step = mem_dup(step),
		.attempt = step ? 1 : 0,
		.actor = { "ana", "login" },
		.body = mem_dup(body),
		.body_len = strlen(body),
	};
	return ev;
}

static inline void append_one(struct journal *j, enum event_kind kind, const char *step,
			      const char *body)
{
	struct event ev = some_event(kind, step, body);
	must(journal_append(j, &ev, 1, true, &E));
	event_release(&ev);
}

static inline void append_steps(struct journal *j, int n)
{
	char body[64];
	for (int i = 0; i < n; i++) {
		snprintf(body, sizeof(body), "{\"to\":\"executing\",\"i\":%d}", i);
		append_one(j, EV_STEP, "stop-writers", body);
	}
}

static inline void open_run(struct journal *j, const char *run)
{
	struct event ev = some_event(EV_RUN_OPENED, NULL, "{\"title\":\"Restore\",\"mode\":\"real\","
				     "\"runbook\":\"restore.yaml\"}");
	must(journal_run_open(j, run, &ev, NULL, 0, &E));
	event_release(&ev);
}

static inline struct journal *open_journal(const char *path, enum journal_flags flags)
{
	struct journal *j = NULL;
	must(journal_open(path, flags, &j, &E));
	return j;
}

static inline struct verify_result verified(struct journal *j, const char *run, bool outputs)
{
	struct verify_result r;
	must(journal_verify(j, run, outputs, &r, &E));
	return r;
}

static inline void assert_whole(struct journal *j)
{
	struct verify_result r = verified(j, NULL, true);
	if (!r.whole)
		print_error("run %s, event %lld: %s\n", r.run, (long long)r.seq, r.text);
	assert_true(r.whole);
}

/* The file by SQLite itself, with none of our settings. */
static inline sqlite3 *raw_open(const char *path)
{
	sqlite3 *h = NULL;
	assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(h, 0);
	return h;
}

static inline void raw_do(const char *path, const char *sql)
{
	char *why = NULL;
	sqlite3 *h = raw_open(path);
	if (sqlite3_exec(h, sql, NULL, NULL, &why) != SQLITE_OK)
		print_error("%s: %s\n", sql, why);
	assert_null(why);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

/* The first column of the first row as text; NULL becomes "". */
static inline char *raw_get(const char *path, const char *sql)
{
	sqlite3 *h = raw_open(path);
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	const char *text = (const char *)sqlite3_column_text(st, 0);
	char *ret = mem_dup(text ? text : "");
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
	return ret;
}

static inline int64_t raw_int(const char *path, const char *sql)
{
	char *text = raw_get(path, sql);
	int64_t v = strtoll(text, NULL, 10);
	free(text);
	return v;
}

static inline bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

#endif
