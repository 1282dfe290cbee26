/* Reading events. Rows are copied out in slices and handed on outside the transaction, so that a
 * reader that is slow, stopped or waits on a terminal holds nothing that a writer wants.
 */
#include <stdlib.h>

#include "bind.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "journal_own.h"
#include "kind.h"
#include "mem.h"
#include "removal_own.h"

enum {
	SLICE_ROWS = 256,
	SLICE_BYTES = 1 << 20,
	LOOK_AT_CLOCK = 8, /* rows */
};

enum column { C_SEQ, C_WALL, C_BOOT, C_KIND, C_STEP, C_ATTEMPT, C_ACTOR, C_AUTH, C_PAYLOAD };

/* step and body lie in text, which moves while it grows: offsets until the slice is whole. */
struct slice {
	struct event ev[SLICE_ROWS];
	size_t step_at[SLICE_ROWS], body_at[SLICE_ROWS];
	bool has_step[SLICE_ROWS];
	size_t n;
	struct buf text;
	bool end; /* there was no further row */
};

static int bad_row(struct journal *j, const char *run, int64_t seq, const char *what,
		   struct err *err)
{
	return err_set(err, ERR_CORRUPT, "journal %s: run %s: event %lld %s", j->db.path, run,
		       (long long)seq, what);
}

/* Copies a text that must fit whole and hold no NUL. */
static bool copy_text(sqlite3_stmt *st, int column, char *to, size_t room)
{
	const char *s = (const char *)sqlite3_column_text(st, column);
	size_t n = (size_t)sqlite3_column_bytes(st, column);
	if (!s || n >= room || strlen(s) != n)
		return false;
	memcpy(to, s, n + 1);
	return true;
}

/* Appends the payload, of one that was taken out on record what is left of it. False: neither. */
static bool copy_body(struct journal *j, const char *run, sqlite3_stmt *st, struct slice *sl)
{
	const char *body = (const char *)sqlite3_column_text(st, C_PAYLOAD);
	bool taken = false;
	if (body)
		return !buf_add(&sl->text, body, (size_t)sqlite3_column_bytes(st, C_PAYLOAD) + 1);
	return !removal_left(j, run, sqlite3_column_int64(st, C_SEQ), &sl->text, &taken, NULL) &&
		taken;
}

static const char *read_row(struct journal *j, const char *run, sqlite3_stmt *st, struct slice *sl)
{
	struct event *ev = &sl->ev[sl->n];
	const char *kind = (const char *)sqlite3_column_text(st, C_KIND);
	*ev = (struct event){
		.at = { sqlite3_column_int64(st, C_WALL), sqlite3_column_int64(st, C_BOOT) },
		.kind = kind ? (enum event_kind)word_from(WORDS_EVENT, kind) : EV_KIND_INVALID,
		.attempt = sqlite3_column_int(st, C_ATTEMPT),
		.seq = sqlite3_column_int64(st, C_SEQ),
	};
	if (ev->kind == EV_KIND_INVALID)
		return "is of an unknown kind";
	if (!copy_text(st, C_ACTOR, ev->actor.id, sizeof(ev->actor.id)) ||
	    !copy_text(st, C_AUTH, ev->actor.how, sizeof(ev->actor.how)))
		return "has no actor";
	sl->body_at[sl->n] = sl->text.len;
	if (!copy_body(j, run, st, sl))
		return "has lost its payload";
	ev->body_len = sl->text.len - sl->body_at[sl->n] - 1;
	const char *step = (const char *)sqlite3_column_text(st, C_STEP);
	sl->has_step[sl->n] = step;
	sl->step_at[sl->n] = sl->text.len;
	if (step) {
		size_t n = (size_t)sqlite3_column_bytes(st, C_STEP);
		if (strlen(step) != n || n == 0)
			return "is of no step";
		buf_add(&sl->text, step, n + 1);
	}
	return NULL;
}

static bool slice_full(const struct slice *sl, int64_t began)
{
	if (sl->n == SLICE_ROWS || sl->text.len >= SLICE_BYTES)
		return true;
	return sl->n % LOOK_AT_CLOCK == 0 && clock_now().boot - began >= SLICE_NS;
}

/* The pointers, now that text stays where it is. */
static void settle(struct slice *sl)
{
	char *text = sl->text.data;
	for (size_t i = 0; i < sl->n; i++) {
		sl->ev[i].body = text + sl->body_at[i];
		sl->ev[i].step = sl->has_step[i] ? text + sl->step_at[i] : NULL;
	}
}

/* One transaction: the rows after `after`, as many as fit. What is wrong with a row is told once
 * the good ones before it have been handed on. */
static int read_slice(struct journal *j, const char *run, int64_t after, int64_t most,
		      struct slice *sl, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int64_t began = clock_now().boot;
	sl->n = 0;
	sl->end = false;
	buf_clear(&sl->text);
	int rc = db_use(&j->db, SQL_EVENT_EACH, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	bind_int(&b, after);
	rc = bind_end(&b, &j->db, err);
	while (rc == 0 && (int64_t)sl->n < most) {
		rc = db_step(&j->db, st, err);
		if (rc != 1)
			break;
		int64_t seq = after + 1 + (int64_t)sl->n;
		const char *what = sqlite3_column_int64(st, C_SEQ) == seq ?
			read_row(j, run, st, sl) : "is missing";
		if (what)
			rc = bad_row(j, run, seq, what, err);
		else
			rc = 0;
		if (rc || (++sl->n, slice_full(sl, began)))
			break;
	}
	sl->end = rc == 0 && sqlite3_data_count(st) == 0;
	sqlite3_reset(st);
	settle(sl);
	return rc;
}

static int each_slice(struct journal *j, const char *run, int64_t *after, int64_t *left,
		      int (*fn)(void *ctx, const struct event *ev), void *ctx, struct slice *sl,
		      struct err *err)
{
	bool stale = false;
	int rc = db_refresh(&j->db, &stale, err);
	if (rc)
		return rc;
	do {
		rc = read_slice(j, run, *after, *left, sl, err);
		int fresh = db_refresh(&j->db, &stale, rc ? NULL : err);
		if (fresh && !rc)
			return fresh;
	} while (stale);
	for (size_t i = 0; i < sl->n; i++) {
		int stop = fn(ctx, &sl->ev[i]);
		if (stop) {
			sl->end = true;
			return stop;
		}
	}
	*after += (int64_t)sl->n;
	*left -= (int64_t)sl->n;
	return rc;
}

int journal_each(struct journal *j, const char *run, int64_t after, int64_t max,
		 int (*fn)(void *ctx, const struct event *ev), void *ctx, struct err *err)
{
	struct slice *sl = mem_alloc(sizeof(*sl));
	int64_t left = max > 0 ? max : INT64_MAX;
	int rc = journal_run_id_check(run, err);
	if (after < 0)
		after = 0;
	while (rc == 0 && left > 0 && !sl->end)
		rc = each_slice(j, run, &after, &left, fn, ctx, sl, err);
	buf_release(&sl->text);
	free(sl);
	return rc;
}
