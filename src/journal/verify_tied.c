/* What stands beside the events and is tied by the machine's chain: checkpoints, removals. Each has
 * a hash of its own. A row and its tie are written in one commit, so the k-th of the ones belongs
 * to the k-th of the others. */
#include "bind.h"
#include "checkpoint.h"
#include "column.h"
#include "err.h"
#include "removal_own.h"
#include "verify_own.h"

/* Columns of every row. `says` is of a checkpoint the seq, of a removal the word. */
enum { ROW_ID, ROW_RUN, ROW_SAYS, ROW_WALL, ROW_HASH, ROW_OWN };
/* Columns of every tie. */
enum { TIE_N, TIE_WALL, TIE_RUN, TIE_SAYS, TIE_HEAD };

struct tied {
	const char *what;
	int (*format)(struct journal *j, bool *ret_has, struct err *err);
	int tie_sql, row_sql;
	/* Makes the row's hash anew; false: a column is missing. */
	bool (*hash)(struct verify *v, sqlite3_stmt *row, uint8_t ret[HASH_LEN]);
	/* What else it must hold, once it is known to be the one that was written. */
	void (*also)(struct verify *v, sqlite3_stmt *row);
};

/* Where both stand. */
struct pair {
	sqlite3_stmt *row, *tie;
	int64_t id, n;
};

static const char *run_at(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column);
}

/* --- checkpoints ------------------------------------------------------------------------------ */

/* Its own columns: what, head, who, key, signature, why, hash of the event. */
enum { CP_WHAT = ROW_OWN, CP_HEAD, CP_WHO, CP_KEY, CP_SIGNATURE, CP_WHY, CP_EVENT };

static bool checkpoint_hash(struct verify *v, sqlite3_stmt *st, uint8_t ret[HASH_LEN])
{
	struct chain_checkpoint c = {
		.id = sqlite3_column_int64(st, ROW_ID), .run = column_text(st, ROW_RUN),
		.seq = sqlite3_column_int64(st, ROW_SAYS), .what = column_text(st, CP_WHAT),
		.head = column_digest(st, CP_HEAD), .wall = sqlite3_column_int64(st, ROW_WALL),
		.who = column_text(st, CP_WHO), .key = column_text(st, CP_KEY),
		.signature = column_text(st, CP_SIGNATURE), .why = column_text(st, CP_WHY),
	};

	if (c.head)
		chain_checkpoint(&v->j->chain, &c, ret);
	return c.head;
}

/* Whether it says what a checkpoint can say: its hash fits whatever it was made of. */
static bool checkpoint_told(sqlite3_stmt *st)
{
	const char *what = run_at(st, CP_WHAT);
	bool is_signed = column_text(st, CP_SIGNATURE).p;
	int w = 0;

	while (what && w < CHECKPOINT_MAX && strcmp(what, checkpoint_word(w)) != 0)
		w++;
	return what && w < CHECKPOINT_MAX && column_text(st, CP_WHO).p &&
	       is_signed == (column_text(st, CP_KEY).p != NULL) &&
	       is_signed == (column_text(st, CP_WHY).p == NULL);
}

/* The event itself was looked at in its place. */
static void checkpoint_event(struct verify *v, sqlite3_stmt *st)
{
	const uint8_t *head = column_digest(st, CP_HEAD), *hash = column_digest(st, CP_EVENT);
	const char *run = run_at(st, ROW_RUN);
	long long seq = sqlite3_column_int64(st, ROW_SAYS);

	if (!checkpoint_told(st))
		verify_defect(v, run, 0, "checkpoint %lld: not what one can say",
			      (long long)sqlite3_column_int64(st, ROW_ID));
	else if (!hash)
		verify_defect(v, run, seq, "event %lld: missing, and a checkpoint was of it", seq);
	else if (memcmp(head, hash, HASH_LEN) != 0)
		verify_defect(v, run, seq, "event %lld: not the one that checkpoint %lld is of",
			      seq, sqlite3_column_int64(st, ROW_ID));
	if (verify_bad(v))
		return;
	v->r->checkpoints++;
	if (strcmp(run, v->r->open_run) == 0 && seq > v->r->tied_seq)
		v->r->tied_seq = seq;
}

/* --- removals --------------------------------------------------------------------------------- */

/* Its own columns: who, why, payloads, outputs, rest_hash, rest, whether a later one has the rest.
 */
enum { RM_WHO = ROW_OWN, RM_WHY, RM_PAYLOADS, RM_OUTPUTS, RM_REST_HASH, RM_REST, RM_LATER };

static bool removal_hash(struct verify *v, sqlite3_stmt *st, uint8_t ret[HASH_LEN])
{
	struct chain_removal r = {
		.id = sqlite3_column_int64(st, ROW_ID), .run = column_text(st, ROW_RUN),
		.what = column_text(st, ROW_SAYS), .wall = sqlite3_column_int64(st, ROW_WALL),
		.who = column_text(st, RM_WHO), .why = column_text(st, RM_WHY),
		.payloads = column_text(st, RM_PAYLOADS), .outputs = column_text(st, RM_OUTPUTS),
		.rest_hash = column_digest(st, RM_REST_HASH),
	};

	if (r.rest_hash)
		chain_removal(&v->j->chain, &r, ret);
	return r.rest_hash;
}

static void removal_rest_holds(struct verify *v, sqlite3_stmt *st)
{
	struct chain_text rest = column_text(st, RM_REST);
	bool holds = sqlite3_column_int(st, RM_LATER);
	uint8_t hash[HASH_LEN];

	if (rest.p) {
		hash_bytes(rest.p, rest.n, hash);
		holds = memcmp(hash, column_digest(st, RM_REST_HASH), HASH_LEN) == 0;
	}
	if (!holds)
		verify_defect(v, run_at(st, ROW_RUN), 0, "removal %lld: its rest is altered",
			      (long long)sqlite3_column_int64(st, ROW_ID));
}

/* --- a row and its tie ------------------------------------------------------------------------ */

static bool own_hash_holds(struct verify *v, const struct tied *t, sqlite3_stmt *row)
{
	const uint8_t *own = column_digest(row, ROW_HASH);
	uint8_t hash[HASH_LEN];

	return own && t->hash(v, row, hash) && memcmp(hash, own, HASH_LEN) == 0;
}

static bool is_tied_by(sqlite3_stmt *row, sqlite3_stmt *tie)
{
	const uint8_t *head = column_digest(tie, TIE_HEAD);

	return head && memcmp(head, column_digest(row, ROW_HASH), HASH_LEN) == 0 &&
	       column_same(column_text(tie, TIE_RUN), column_text(row, ROW_RUN)) &&
	       column_same(column_text(tie, TIE_SAYS), column_text(row, ROW_SAYS)) &&
	       sqlite3_column_int64(tie, TIE_WALL) == sqlite3_column_int64(row, ROW_WALL);
}

static void check_pair(struct verify *v, const struct tied *t, const struct pair *p)
{
	const char *run = run_at(p->row, ROW_RUN);
	long long id = sqlite3_column_int64(p->row, ROW_ID);

	if (!v->one && id != p->id + 1)
		verify_defect(v, NULL, 0, "%s %lld: missing", t->what, (long long)p->id + 1);
	else if (journal_run_id_check(run, NULL))
		verify_defect(v, NULL, 0, "%s %lld: it names no run", t->what, id);
	else if (!own_hash_holds(v, t, p->row))
		verify_defect(v, run, 0, "%s %lld: altered", t->what, id);
	else if (!is_tied_by(p->row, p->tie))
		verify_defect(v, run, 0, "%s %lld: not the one that the machine's chain holds",
			      t->what, id);
	else
		t->also(v, p->row);
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
	return bind_step(&b, d, err);
}

/* A tie that is there holds the snapshot in which its row is looked for. Where there is none, a row
 * may be of a later snapshot: then the tie is there by now. */
static int check_next(struct verify *v, const struct tied *t, struct pair *p, bool *ret_more,
		      struct err *err)
{
	int tie = step(v, t->tie_sql, p->n, &p->tie, err);
	int row = tie < 0 ? tie : step(v, t->row_sql, p->id, &p->row, err);

	if (tie == 0 && row == 1)
		tie = step(v, t->tie_sql, p->n, &p->tie, err);
	*ret_more = tie == 1 && row == 1;
	if (*ret_more) {
		check_pair(v, t, p);
		p->id = sqlite3_column_int64(p->row, ROW_ID);
		p->n = sqlite3_column_int64(p->tie, TIE_N);
	} else if (tie == 0 && row == 1) {
		verify_defect(v, run_at(p->row, ROW_RUN), 0,
			      "%s %lld: not in the machine's chain", t->what,
			      (long long)sqlite3_column_int64(p->row, ROW_ID));
	} else if (tie == 1 && row == 0) {
		verify_defect(v, run_at(p->tie, TIE_RUN), 0,
			      "machine's chain: the %s of row %lld is missing", t->what,
			      (long long)sqlite3_column_int64(p->tie, TIE_N));
	}
	sqlite3_reset(p->tie);
	sqlite3_reset(p->row);
	return tie < 0 ? tie : row < 0 ? row : 0;
}

int verify_tied(struct verify *v, struct err *err)
{
	static const struct tied kinds[] = {
		{ "checkpoint", checkpoint_format, SQL_MACHINE_NEXT_SIGNED, SQL_CHECKPOINT_CHECK,
		  checkpoint_hash, checkpoint_event },
		{ "removal", removal_format, SQL_MACHINE_NEXT_REMOVAL, SQL_REMOVAL_CHECK,
		  removal_hash, removal_rest_holds },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct pair p = { 0 };
		bool more = false;

		rc = kinds[i].format(v->j, &more, err);
		while (rc == 0 && more && !verify_bad(v))
			rc = check_next(v, &kinds[i], &p, &more, err);
	}
	return rc;
}
