/* Checkpoints of record.db: each as the machine's chain holds it, and of its event. Whose the
 * signatures are is looked at elsewhere. check.sh makes the same passes in the same order. */
#include <string.h>

#include "err.h"
#include "event.h"
#include "extract_check.h"

/* Columns: id, run, seq, what, head, wall, who, key, signature, why, hash. */
static int check_row(struct extract_check *c, sqlite3_stmt *st)
{
	struct chain_checkpoint row = {
		.id = sqlite3_column_int64(st, 0), .run = extract_text(st, 1),
		.seq = sqlite3_column_int64(st, 2), .what = extract_text(st, 3),
		.head = column_digest(st, 4), .wall = sqlite3_column_int64(st, 5),
		.who = extract_text(st, 6), .key = extract_text(st, 7),
		.signature = extract_text(st, 8), .why = extract_text(st, 9),
	};
	const uint8_t *own = column_digest(st, 10);
	uint8_t hash[HASH_LEN];
	if (row.head && own)
		chain_checkpoint(&c->chain, &row, hash);
	if (!row.head || !own || memcmp(hash, own, HASH_LEN) != 0)
		return extract_defect(c, 0, "checkpoint %lld: altered", (long long)row.id);
	return 0;
}

/* Columns: id of a checkpoint, n of the row of the chain that holds it; one of both is NULL, or
 * their digests differ. */
static int not_held(struct extract_check *c, sqlite3_stmt *st)
{
	if (sqlite3_column_type(st, 0) == SQLITE_NULL)
		return extract_defect(c, 0, "machine's chain: row %lld: its checkpoint is missing",
				      (long long)sqlite3_column_int64(st, 1));
	return extract_defect(c, 0, "checkpoint %lld: not the one that the machine's chain holds",
			      (long long)sqlite3_column_int64(st, 0));
}

/* Columns: id of a checkpoint that is of no event of this run. */
static int no_event(struct extract_check *c, sqlite3_stmt *st)
{
	return extract_defect(c, 0, "checkpoint %lld: of no event of this run",
			      (long long)sqlite3_column_int64(st, 0));
}

int extract_check_checkpoints(struct extract_check *c)
{
	static const char held[] =
		"WITH c AS (SELECT id, hash, row_number() OVER (ORDER BY id) AS k FROM checkpoint),"
		" m AS (SELECT n, head, row_number() OVER (ORDER BY n) AS k FROM machine"
		"  WHERE what = 'signed' AND run = (SELECT run FROM event LIMIT 1))"
		" SELECT NULL, n FROM m WHERE k NOT IN (SELECT k FROM c)"
		" UNION ALL SELECT id, n FROM c LEFT JOIN m USING (k) WHERE hash IS NOT head"
		" LIMIT 1";
	static const char events[] =
		"SELECT c.id FROM checkpoint c LEFT JOIN event e USING (seq)"
		" WHERE c.run IS NOT e.run OR c.head IS NOT e.hash"
		" ORDER BY c.id LIMIT 1";
	static const struct extract_pass passes[] = {
		{ "SELECT id, run, seq, what, head, wall, who, key, signature, why, hash"
		  " FROM checkpoint ORDER BY id", check_row },
		{ held, not_held }, { events, no_event },
	};
	return extract_passes(c, passes, EXTRACT_N(passes));
}

/* Columns: id, run, seq, what, head, wall, key, signature. */
static void take(sqlite3_stmt *st, struct extract_checkpoint *c)
{
	*c = (struct extract_checkpoint){
		.id = sqlite3_column_int64(st, 0), .seq = sqlite3_column_int64(st, 2),
		.wall = sqlite3_column_int64(st, 5), .run = extract_text(st, 1).p,
		.what = extract_text(st, 3).p, .key = (const char *)sqlite3_column_text(st, 6),
		.signature = (const char *)sqlite3_column_text(st, 7),
	};
	hash_hex(column_digest(st, 4), c->head);
}

int extract_checkpoints(const char *path, int (*fn)(void *ctx, const struct extract_checkpoint *c),
			void *ctx, struct err *err)
{
	struct extract_checkpoint c;
	sqlite3_stmt *st = NULL;
	sqlite3 *h = NULL;
	int result = 0, rc = extract_open(path, &h);
	if (rc == 0)
		rc = sqlite3_prepare_v2(h, "SELECT id, run, seq, what, head, wall, key, signature"
					" FROM checkpoint ORDER BY id", -1, &st, NULL);
	while (rc == 0 && result == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		take(st, &c);
		result = fn(ctx, &c);
		rc = 0;
	}
	if (rc && rc != SQLITE_DONE)
		result = err_set(err, ERR_CORRUPT, "record.db: %s", sqlite3_errmsg(h));
	sqlite3_finalize(st);
	sqlite3_close(h);
	return result;
}
