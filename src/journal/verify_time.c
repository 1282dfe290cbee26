/* A row whose digest is wrong and would be right with another time was re-dated, and the digest
 * says what the time was. Which times to try, the file says: a row has two clocks, which go alike,
 * and stands between others. Without such a sign nothing is tried, and it is called altered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "buf.h"
#include "err.h"
#include "mem.h"
#include "verify_own.h"

enum {
	AROUND = 50 * 1000, /* ns: clocks that differ by less go alike */
};

/* How far a time is set back or forward by somebody who types it. */
static const struct {
	int64_t by;
	int most;
} strides[] = {
	{ CLOCK_S, 600 }, { 60 * CLOCK_S, 1440 }, { 3600 * CLOCK_S, 720 },
	{ 86400 * CLOCK_S, 3660 },
};

struct beside {
	bool there, same_boot;
	int64_t wall, boot;
	char *boot_id;
};

struct search {
	struct verify *v;
	const struct row *r;
	const uint8_t *hash;         /* what it must come to */
	struct beside near[2];       /* the rows before and after */
	struct chain_event found;
};

static bool fits(struct search *s, const struct chain_event *ev)
{
	uint8_t hash[HASH_LEN];

	chain_event(&s->v->j->chain, s->r->prev, ev, s->r->payload_hash, hash);
	if (memcmp(hash, s->hash, HASH_LEN) != 0)
		return false;
	s->found = *ev;
	return true;
}

/* Sums wrap: what somebody wrote into a row may be any number. */
static int64_t plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static bool within(int64_t d, int64_t most)
{
	return d <= most && d >= -most;
}

/* --- what the other clock says ---------------------------------------------------------------- */

/* The nearest first. */
static bool try_around(struct search *s, bool wall, int64_t at)
{
	struct chain_event ev = s->r->ev;
	int64_t *time = wall ? &ev.wall : &ev.boot;

	for (int64_t d = 0; d <= AROUND; d++) {
		*time = plus(at, d);
		if (fits(s, &ev))
			return true;
		*time = minus(at, d);
		if (d && fits(s, &ev))
			return true;
	}
	return false;
}

static bool try_other_clock(struct search *s)
{
	for (int i = 0; i < 2; i++) {
		const struct beside *n = &s->near[i];

		if (!n->same_boot)
			continue;
		if (try_around(s, true, plus(s->r->ev.boot, minus(n->wall, n->boot))) ||
		    try_around(s, false, minus(s->r->ev.wall, minus(n->wall, n->boot))))
			return true;
		break;
	}
	return false;
}

static bool try_other_boot(struct search *s)
{
	struct chain_event ev = s->r->ev;

	for (int i = 0; i < 2; i++) {
		if (!s->near[i].there || s->near[i].same_boot)
			continue;
		ev.boot_id = chain_str(s->near[i].boot_id);
		if (fits(s, &ev))
			return true;
	}
	return false;
}

/* --- whole seconds, minutes, hours, days ------------------------------------------------------ */

static bool try_strides(struct search *s, bool both)
{
	struct chain_event ev = s->r->ev;

	for (size_t k = 0; k < sizeof(strides) / sizeof(strides[0]); k++) {
		for (int i = -strides[k].most; i <= strides[k].most; i++) {
			int64_t by = i * strides[k].by;

			ev.wall = plus(s->r->ev.wall, by);
			ev.boot = both ? plus(s->r->ev.boot, by) : s->r->ev.boot;
			if (fits(s, &ev))
				return true;
		}
	}
	return false;
}

/* --- the search ------------------------------------------------------------------------------- */

/* Columns: seq, wall, boot, boot_id. */
static int read_beside(struct search *s, struct err *err)
{
	const struct chain_event *ev = &s->r->ev;
	struct db *d = &s->v->j->db;
	sqlite3_stmt *st = NULL;
	int rc = db_use(d, SQL_EVENT_BESIDE, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, s->v->run);
	bind_int(&b, ev->seq);
	rc = bind_end(&b, d, err);
	while (rc == 0 && (rc = db_step(d, st, err)) == 1) {
		struct beside *n = &s->near[sqlite3_column_int64(st, 0) > ev->seq];
		const char *boot_id = (const char *)sqlite3_column_text(st, 3);

		n->wall = sqlite3_column_int64(st, 1);
		n->boot = sqlite3_column_int64(st, 2);
		free(n->boot_id);
		n->boot_id = mem_dup(boot_id ? boot_id : "");
		n->there = true;
		n->same_boot = strlen(n->boot_id) == ev->boot_id.n &&
			memcmp(n->boot_id, ev->boot_id.p, ev->boot_id.n) == 0;
		rc = 0;
	}
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

static bool clocks_differ(const struct search *s)
{
	const struct chain_event *ev = &s->r->ev;

	for (int i = 0; i < 2; i++) {
		const struct beside *n = &s->near[i];

		if (n->same_boot && within(minus(minus(ev->wall, ev->boot),
						 minus(n->wall, n->boot)), AROUND))
			return false;
	}
	return true;
}

static bool out_of_order(const struct search *s)
{
	const struct beside *a = &s->near[0], *b = &s->near[1];

	return (a->same_boot && s->r->ev.boot < a->boot) ||
		(b->same_boot && s->r->ev.boot > b->boot);
}

static bool search(struct search *s)
{
	bool first = s->r->ev.seq == 1; /* where all rows were set back alike, nothing tells */

	if (try_other_boot(s))
		return true;
	if (clocks_differ(s))
		return try_other_clock(s) || try_strides(s, false) ||
			(!s->near[0].same_boot && !s->near[1].same_boot && try_strides(s, true));
	if (first || out_of_order(s))
		return try_strides(s, true) || (first && try_strides(s, false));
	return false;
}

static void name_it(struct search *s, bool anew)
{
	const struct chain_event *is = &s->r->ev, *was = &s->found;
	long long seq = is->seq;
	const char *more = anew ? ", its digest made anew" : "";

	if (was->wall != is->wall) {
		struct buf from = BUF_INIT, to = BUF_INIT;

		clock_utc(&from, was->wall, 9);
		clock_utc(&to, is->wall, 9);
		verify_defect(s->v, s->v->run, seq, "event %lld: re-dated%s: from %s to %s", seq,
			      more, buf_str(&from), buf_str(&to));
		buf_release(&from);
		buf_release(&to);
	} else if (was->boot != is->boot) {
		verify_defect(s->v, s->v->run, seq, "event %lld: re-dated%s: from %lld to %lld ns "
			      "since boot", seq, more, (long long)was->boot,
			      (long long)is->boot);
	} else {
		verify_defect(s->v, s->v->run, seq, "event %lld: re-dated%s: it was of boot %.*s",
			      seq, more, (int)was->boot_id.n, was->boot_id.p);
	}
}

static bool name_redated(struct verify *v, const struct row *r, const uint8_t hash[HASH_LEN],
			 bool anew)
{
	struct search s = { .v = v, .r = r, .hash = hash };
	bool found = read_beside(&s, NULL) == 0 && search(&s);

	if (found)
		name_it(&s, anew);
	for (int i = 0; i < 2; i++)
		free(s.near[i].boot_id);
	return found;
}

bool verify_redated(struct verify *v, const struct row *r)
{
	return name_redated(v, r, r->hash, false);
}

/* --- the row before, whose own digest is good ------------------------------------------------- */

static struct chain_text text_at(sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);

	return (struct chain_text){ p, p ? (size_t)sqlite3_column_bytes(st, column) : 0 };
}

/* Columns: run, seq, wall, boot, boot_id, kind, step, attempt, actor, auth, payload_hash, prev. */
bool verify_redated_before(struct verify *v, const uint8_t hash[HASH_LEN])
{
	struct db *d = &v->j->db;
	sqlite3_stmt *st = NULL;
	bool found = false;

	if (db_use(d, SQL_EVENT_HEADER, &st, NULL))
		return false;
	struct binder b = { .st = st };
	bind_text(&b, v->run);
	bind_int(&b, v->seq);
	if (bind_end(&b, d, NULL) == 0 && db_step(d, st, NULL) == 1) {
		const struct row r = {
			.ev = {
				.run = text_at(st, 0), .seq = sqlite3_column_int64(st, 1),
				.wall = sqlite3_column_int64(st, 2),
				.boot = sqlite3_column_int64(st, 3),
				.boot_id = text_at(st, 4), .kind = text_at(st, 5),
				.step = text_at(st, 6), .attempt = sqlite3_column_int64(st, 7),
				.actor = text_at(st, 8), .auth = text_at(st, 9),
				.drill = v->drill,
			},
			.payload_hash = sqlite3_column_blob(st, 10),
			.prev = sqlite3_column_blob(st, 11),
		};

		found = r.payload_hash && sqlite3_column_bytes(st, 10) == HASH_LEN && r.prev &&
			sqlite3_column_bytes(st, 11) == HASH_LEN && name_redated(v, &r, hash, true);
	}
	sqlite3_reset(st);
	return found;
}
