/* Removals of record.db: each with its own hash, and as the machine's chain holds it. check.sh
 * makes the same passes in the same order. */
#include <string.h>

#include "extract_check.h"

/* Columns: id, run, what, wall, who, why, payloads, outputs, hash, rest_hash. */
static int check_row(struct extract_check *c, sqlite3_stmt *st)
{
	struct chain_removal row = {
		.id = sqlite3_column_int64(st, 0), .run = extract_text(st, 1),
		.what = extract_text(st, 2), .wall = sqlite3_column_int64(st, 3),
		.who = extract_text(st, 4), .why = extract_text(st, 5),
		.payloads = extract_text(st, 6), .outputs = extract_text(st, 7),
		.rest_hash = column_digest(st, 9),
	};
	const uint8_t *own = column_digest(st, 8);
	uint8_t hash[HASH_LEN];
	if (row.rest_hash)
		chain_removal(&c->chain, &row, hash);
	if (!own || !row.rest_hash || memcmp(hash, own, HASH_LEN) != 0)
		return extract_defect(c, 0, "removal %lld: altered", (long long)row.id);
	return 0;
}

/* Columns: id, rest, rest_hash. */
static int check_rest(struct extract_check *c, sqlite3_stmt *st)
{
	struct chain_text rest = extract_text(st, 1);
	uint8_t hash[HASH_LEN];
	hash_bytes(rest.p, rest.n, hash);
	if (memcmp(hash, column_digest(st, 2), HASH_LEN) != 0)
		return extract_defect(c, 0, "removal %lld: its rest is altered",
				      (long long)sqlite3_column_int64(st, 0));
	return 0;
}

/* Column: id. */
static int no_rest(struct extract_check *c, sqlite3_stmt *st)
{
	return extract_defect(c, 0, "removal %lld: its rest is missing",
			      (long long)sqlite3_column_int64(st, 0));
}

/* As not_held of checkpoints. */
static int not_held(struct extract_check *c, sqlite3_stmt *st)
{
	if (sqlite3_column_type(st, 0) == SQLITE_NULL)
		return extract_defect(c, 0, "machine's chain: row %lld: its removal is missing",
				      (long long)sqlite3_column_int64(st, 1));
	return extract_defect(c, 0, "removal %lld: not the one that the machine's chain holds",
			      (long long)sqlite3_column_int64(st, 0));
}

int extract_check_removals(struct extract_check *c)
{
	static const char held[] =
		"WITH c AS (SELECT id, run, what, hash, row_number() OVER (ORDER BY id) AS k"
		"  FROM removal), m AS (SELECT n, run AS of, what AS word, head,"
		"  row_number() OVER (ORDER BY n) AS k FROM machine"
		"  WHERE what IN ('redacted', 'pruned', 'hold', 'released')"
		"  AND run = (SELECT run FROM event LIMIT 1))"
		" SELECT NULL, n FROM m WHERE k NOT IN (SELECT k FROM c)"
		" UNION ALL SELECT id, n FROM c LEFT JOIN m USING (k)"
		"  WHERE hash IS NOT head OR run IS NOT of OR what IS NOT word LIMIT 1";
	static const struct extract_pass passes[] = {
		{ "SELECT id, run, what, wall, who, why, payloads, outputs, hash, rest_hash"
		  " FROM removal ORDER BY id", check_row },
		{ "SELECT id, rest, rest_hash FROM removal WHERE rest IS NOT NULL ORDER BY id",
		  check_rest },
		{ "SELECT id FROM removal a WHERE rest IS NULL AND NOT EXISTS (SELECT 1"
		  " FROM removal b WHERE b.id > a.id AND b.what = 'redacted') ORDER BY id LIMIT 1",
		  no_rest },
		{ held, not_held },
	};
	int rc = extract_passes(c, passes, EXTRACT_N(passes));
	c->r->extract.pruned = extract_is(c, "SELECT EXISTS (SELECT 1 FROM removal"
					  " WHERE what = 'pruned' AND ?1)", 1);
	c->r->held = extract_is(c, "SELECT what = 'hold' AND ?1 FROM removal"
				" WHERE what IN ('hold', 'released') ORDER BY id DESC LIMIT 1", 1);
	return rc;
}
