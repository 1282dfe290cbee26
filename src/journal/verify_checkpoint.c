/* What came after the events: beats that tie an open run, and checkpoints.
 *
 * A checkpoint and its row in the machine's chain are written in one commit, so the k-th of the one
 * belongs to the k-th of the other.
 */
#include "bind.h"
#include "checkpoint.h"
#include "err.h"
#include "verify_own.h"

#include <string.h>

static const void *digest_at(sqlite3_stmt *st, int column)
{
	const void *p = sqlite3_column_blob(st, column);

	return p && sqlite3_column_bytes(st, column) == HASH_LEN ? p : NULL;
}

static struct chain_text text_at(sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);

	return (struct chain_text){ p, p ? (size_t)sqlite3_column_bytes(st, column) : 0 };
}

static bool is_text(struct chain_text t, const char *want)
{
	return t.p && t.n == strlen(want) && memcmp(t.p, want, t.n) == 0;
}

/* --- beats ------------------------------------------------------------------------------------ */

/* Columns: n, seq, head, hash of the event, run, whether the head is a checkpoint's. What is not
 * there any more, or is another. An event that came after the last look is there, and was not
 * looked at: nothing is said of it. */
static void check_beat(struct verify *v, sqlite3_stmt *st)
{
	int64_t seq = sqlite3_column_int64(st, 1);
	const void *head = digest_at(st, 2), *hash = digest_at(st, 3);

	if (!is_text(text_at(st, 4), v->run) || !head)
		return; /* the machine's chain does not hold, which is said there */
	if (!hash)
		verify_defect(v, v->run, v->seq + 1, "event %lld: missing, and all after it",
			      (long long)v->seq + 1);
	else if (sqlite3_column_int(st, 5))
		return; /* compared with its checkpoint, later */
	else if (memcmp(head, hash, HASH_LEN) != 0)
		verify_defect(v, v->run, seq, "event %lld: not the one that the machine's chain "
			      "holds; written anew after event %lld", (long long)seq,
			      (long long)v->tied);
	else
		v->tied = seq;
}

int verify_beats(struct verify *v, struct err *err)
{
	struct db *d = &v->j->db;
	int64_t n = 0;
	int rc = 0;

	while (rc == 0 && !verify_bad(v)) {
		sqlite3_stmt *st = NULL;
		rc = db_use(d, SQL_BEAT_NEXT, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_text(&b, v->run);
		bind_int(&b, n);
		rc = bind_end(&b, d, err);
		if (rc == 0)
			rc = db_step(d, st, err);
		if (rc != 1)
			break;
		rc = sqlite3_column_int64(st, 0) > n ? 0 :
			err_set(err, ERR_CORRUPT, "the machine's chain is out of order");
		n = sqlite3_column_int64(st, 0);
		check_beat(v, st);
		sqlite3_reset(st);
	}
	return rc;
}

/* --- checkpoints ------------------------------------------------------------------------------ */

/* Where both stand. */
struct pair {
	sqlite3_stmt *row, *tie;
	int64_t id, n;
};

/* Columns: id, run, seq, what, head, wall, who, key, signature, why, hash, hash of the event. */
static bool own_hash_holds(struct verify *v, sqlite3_stmt *st)
{
	uint8_t hash[HASH_LEN];
	const void *own = digest_at(st, 10);
	struct chain_checkpoint c = {
		.id = sqlite3_column_int64(st, 0), .run = text_at(st, 1),
		.seq = sqlite3_column_int64(st, 2), .what = text_at(st, 3),
		.head = digest_at(st, 4), .wall = sqlite3_column_int64(st, 5),
		.who = text_at(st, 6), .key = text_at(st, 7), .signature = text_at(st, 8),
		.why = text_at(st, 9),
	};

	if (!own || !c.head)
		return false;
	chain_checkpoint(&v->j->chain, &c, hash);
	return memcmp(hash, own, HASH_LEN) == 0;
}

/* Ties' columns: n, wall, run, seq, head. */
static bool is_tied_by(sqlite3_stmt *row, sqlite3_stmt *tie)
{
	const void *head = digest_at(tie, 4);
	struct chain_text run = text_at(tie, 2);
	const char *of = (const char *)sqlite3_column_text(row, 1);

	return head && of && is_text(run, of) &&
	       memcmp(head, digest_at(row, 10), HASH_LEN) == 0 &&
	       sqlite3_column_int64(tie, 1) == sqlite3_column_int64(row, 5) &&
	       sqlite3_column_int64(tie, 3) == sqlite3_column_int64(row, 2);
}

/* The event itself was looked at in its place. */
static void check_event(struct verify *v, sqlite3_stmt *st, const char *run)
{
	const void *head = digest_at(st, 4), *hash = digest_at(st, 11);
	long long seq = sqlite3_column_int64(st, 2);

	if (!hash)
		verify_defect(v, run, seq, "event %lld: missing, and a checkpoint was of it", seq);
	else if (hash && memcmp(head, hash, HASH_LEN) != 0)
		verify_defect(v, run, seq, "event %lld: not the one that checkpoint %lld is of",
			      seq, sqlite3_column_int64(st, 0));
}

static void check_pair(struct verify *v, const struct pair *p)
{
	const char *run = (const char *)sqlite3_column_text(p->row, 1);
	long long id = sqlite3_column_int64(p->row, 0);

	if (!v->one && id != p->id + 1)
		verify_defect(v, NULL, 0, "checkpoint %lld: missing", (long long)p->id + 1);
	else if (!run || journal_run_id_check(run, NULL))
		verify_defect(v, NULL, 0, "checkpoint %lld: it names no run", id);
	else if (!own_hash_holds(v, p->row))
		verify_defect(v, run, 0, "checkpoint %lld: altered", id);
	else if (!is_tied_by(p->row, p->tie))
		verify_defect(v, run, 0, "checkpoint %lld: not the one that the machine's chain "
			      "holds", id);
	else
		check_event(v, p->row, run);
	if (verify_bad(v))
		return;
	v->r->checkpoints++;
	if (strcmp(run, v->r->open_run) == 0 && sqlite3_column_int64(p->row, 2) > v->r->tied_seq)
		v->r->tied_seq = sqlite3_column_int64(p->row, 2);
}

/* The next one in table `sql`, behind `after`: 1, 0 or an error. */
static int step(struct verify *v, int sql, int64_t after, sqlite3_stmt **ret, struct err *err)
{
	struct db *d = &v->j->db;
	int rc = db_use(d, sql, ret, err);

	if (rc)
		return rc;
	struct binder b = { .st = *ret };
	bind_int(&b, after);
	bind_text(&b, v->one);
	rc = bind_end(&b, d, err);
	return rc ? rc : db_step(d, *ret, err);
}

static void lone_row(struct verify *v, const struct pair *p)
{
	const char *run = (const char *)sqlite3_column_text(p->row, 1);

	verify_defect(v, run, 0, "checkpoint %lld: not in the machine's chain",
		      sqlite3_column_int64(p->row, 0));
}

static void lone_tie(struct verify *v, const struct pair *p)
{
	const char *run = (const char *)sqlite3_column_text(p->tie, 2);

	verify_defect(v, run, 0, "machine's chain: the checkpoint of row %lld is missing",
		      sqlite3_column_int64(p->tie, 0));
}

/* A tie that is there holds the snapshot in which its row is looked for. Where there is none, a row
 * may be of a later snapshot: then the tie is there by now. */
static int check_next(struct verify *v, struct pair *p, bool *ret_more, struct err *err)
{
	int tie = step(v, SQL_MACHINE_NEXT_SIGNED, p->n, &p->tie, err);
	int row = tie < 0 ? tie : step(v, SQL_CHECKPOINT_CHECK, p->id, &p->row, err);

	if (tie == 0 && row == 1)
		tie = step(v, SQL_MACHINE_NEXT_SIGNED, p->n, &p->tie, err);
	*ret_more = tie == 1 && row == 1;
	if (*ret_more) {
		check_pair(v, p);
		p->id = sqlite3_column_int64(p->row, 0);
		p->n = sqlite3_column_int64(p->tie, 0);
	} else if (tie == 0 && row == 1) {
		lone_row(v, p);
	} else if (tie == 1 && row == 0) {
		lone_tie(v, p);
	}
	if (p->tie)
		sqlite3_reset(p->tie);
	if (p->row)
		sqlite3_reset(p->row);
	return tie < 0 ? tie : row < 0 ? row : 0;
}

int verify_checkpoints(struct verify *v, struct err *err)
{
	struct pair p = { 0 };
	bool more = false;
	int rc = checkpoint_format(v->j, &more, err);

	while (rc == 0 && more && !verify_bad(v))
		rc = check_next(v, &p, &more, err);
	return rc;
}
