/* The machine's chain: one row per run that is opened, moved here, or closed. */
#include "bind.h"
#include "column.h"
#include "err.h"
#include "journal_own.h"

int machine_last(struct journal *j, int64_t *ret_n, uint8_t ret_hash[HASH_LEN], struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_MACHINE_LAST, &st, err);
	if (rc == 0)
		rc = db_step(&j->db, st, err);
	if (rc < 0)
		return rc;
	*ret_n = 0;
	memset(ret_hash, 0, HASH_LEN);
	if (rc == 0)
		return 0;
	const uint8_t *hash = column_digest(st, 1);
	rc = 0;
	if (!hash) {
		rc = err_set(err, ERR_CORRUPT, "journal %s: the machine's last row has no hash",
			     j->db.path);
	} else {
		*ret_n = sqlite3_column_int64(st, 0);
		memcpy(ret_hash, hash, HASH_LEN);
	}
	sqlite3_reset(st);
	return rc;
}

int machine_add(struct journal *j, const char *what, const char *run, int64_t wall, int64_t seq,
		const uint8_t head[HASH_LEN], struct err *err)
{
	uint8_t prev[HASH_LEN], hash[HASH_LEN];
	int64_t n = 0;
	sqlite3_stmt *st = NULL;
	int rc = machine_last(j, &n, prev, err);
	if (rc == 0)
		rc = db_use(&j->db, SQL_MACHINE_ADD, &st, err);
	if (rc)
		return rc;
	struct chain_link link = {
		.n = n + 1, .wall = wall, .what = chain_str(what), .run = chain_str(run),
		.seq = seq, .head = head,
	};
	chain_machine(&j->chain, prev, &link, hash);
	struct binder b = { .st = st };
	bind_int(&b, link.n);
	bind_int(&b, wall);
	bind_text(&b, what);
	bind_text(&b, run);
	bind_int(&b, seq);
	bind_blob(&b, head, HASH_LEN);
	bind_blob(&b, prev, HASH_LEN);
	bind_blob(&b, hash, HASH_LEN);
	return bind_step(&b, &j->db, err);
}
