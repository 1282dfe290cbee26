/* What was taken out, and what must not be: each row with its own hash, and as the machine's chain
 * holds it; the k-th of the one belongs to the k-th of the other. */
#include "bind.h"
#include "err.h"
#include "removal_own.h"
#include "verify_own.h"

struct pair {
	sqlite3_stmt *row, *tie;
	int64_t id, n;
};

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

static bool same(struct chain_text a, struct chain_text b)
{
	return a.p && b.p && a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Columns: id, run, what, wall, who, why, payloads, outputs, hash, rest_hash, rest, whether a
 * later one has the rest. */
static bool own_hash_holds(struct verify *v, sqlite3_stmt *st)
{
	uint8_t hash[HASH_LEN];
	const void *own = digest_at(st, 8);
	struct chain_removal r = {
		.id = sqlite3_column_int64(st, 0), .run = text_at(st, 1), .what = text_at(st, 2),
		.wall = sqlite3_column_int64(st, 3), .who = text_at(st, 4),
		.why = text_at(st, 5), .payloads = text_at(st, 6), .outputs = text_at(st, 7),
		.rest_hash = digest_at(st, 9),
	};

	if (!r.rest_hash)
		return false;
	chain_removal(&v->j->chain, &r, hash);
	return own && memcmp(hash, own, HASH_LEN) == 0;
}

static bool rest_holds(sqlite3_stmt *st)
{
	struct chain_text rest = text_at(st, 10);
	uint8_t hash[HASH_LEN];

	if (!rest.p)
		return sqlite3_column_int(st, 11);
	hash_bytes(rest.p, rest.n, hash);
	return memcmp(hash, digest_at(st, 9), HASH_LEN) == 0;
}

/* Ties' columns: n, wall, run, what, head. */
static bool is_tied_by(sqlite3_stmt *row, sqlite3_stmt *tie)
{
	const void *head = digest_at(tie, 4), *own = digest_at(row, 8);

	return head && own && memcmp(head, own, HASH_LEN) == 0 &&
	       same(text_at(tie, 2), text_at(row, 1)) && same(text_at(tie, 3), text_at(row, 2)) &&
	       sqlite3_column_int64(tie, 1) == sqlite3_column_int64(row, 3);
}

static void check_pair(struct verify *v, const struct pair *p)
{
	const char *run = (const char *)sqlite3_column_text(p->row, 1);
	long long id = sqlite3_column_int64(p->row, 0);

	if (!v->one && id != p->id + 1)
		verify_defect(v, NULL, 0, "removal %lld: missing", (long long)p->id + 1);
	else if (!own_hash_holds(v, p->row))
		verify_defect(v, run, 0, "removal %lld: altered", id);
	else if (!rest_holds(p->row))
		verify_defect(v, run, 0, "removal %lld: its rest is altered", id);
	else if (!is_tied_by(p->row, p->tie))
		verify_defect(v, run, 0, "removal %lld: not the one that the machine's chain "
			      "holds", id);
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

/* As with checkpoints: a row without its tie may be of a later snapshot. */
static int check_next(struct verify *v, struct pair *p, bool *ret_more, struct err *err)
{
	int tie = step(v, SQL_MACHINE_NEXT_REMOVAL, p->n, &p->tie, err);
	int row = tie < 0 ? tie : step(v, SQL_REMOVAL_CHECK, p->id, &p->row, err);

	if (tie == 0 && row == 1)
		tie = step(v, SQL_MACHINE_NEXT_REMOVAL, p->n, &p->tie, err);
	*ret_more = tie == 1 && row == 1;
	if (*ret_more) {
		check_pair(v, p);
		p->id = sqlite3_column_int64(p->row, 0);
		p->n = sqlite3_column_int64(p->tie, 0);
	} else if (tie == 0 && row == 1) {
		verify_defect(v, (const char *)sqlite3_column_text(p->row, 1), 0,
			      "removal %lld: not in the machine's chain",
			      sqlite3_column_int64(p->row, 0));
	} else if (tie == 1 && row == 0) {
		verify_defect(v, (const char *)sqlite3_column_text(p->tie, 2), 0,
			      "machine's chain: the removal of row %lld is missing",
			      sqlite3_column_int64(p->tie, 0));
	}
	sqlite3_reset(p->tie);
	sqlite3_reset(p->row);
	return tie < 0 ? tie : row < 0 ? row : 0;
}

int verify_removals(struct verify *v, struct err *err)
{
	struct pair p = { 0 };
	bool more = false;
	int rc = removal_format(v->j, &more, err);

	while (rc == 0 && more && !verify_bad(v))
		rc = check_next(v, &p, &more, err);
	return rc;
}
