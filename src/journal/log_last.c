/* Where one stands in the order of arrival. */
#include <string.h>

#include "column.h"
#include "err.h"
#include "log_own.h"

enum { C_ID = 0, C_LAST_HASH = 1, C_ROW_HASH = 11 };

static int ask_hash(struct journal *j, int id, int64_t row, int64_t *ret_id,
		    uint8_t ret_hash[HASH_LEN], struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool stale = false;
	int hash_at = id == SQL_LOG_ROW ? C_ROW_HASH : C_LAST_HASH;
	int rc = db_refresh(&j->db, &stale, err);
	if (rc == 0)
		rc = db_use(&j->db, id, &st, err);
	if (rc)
		return rc;
	if (id == SQL_LOG_ROW)
		sqlite3_bind_int64(st, 1, row);
	rc = db_step(&j->db, st, err);
	if (rc != 1)
		return rc;
	const uint8_t *hash = column_digest(st, hash_at);
	*ret_id = sqlite3_column_int64(st, C_ID);
	if (hash)
		memcpy(ret_hash, hash, HASH_LEN);
	else
		memset(ret_hash, 0, HASH_LEN);
	sqlite3_reset(st);
	return 1;
}

int journal_log_last(struct journal *j, int64_t *ret_id, uint8_t ret_hash[HASH_LEN],
		     struct err *err)
{
	int rc = ask_hash(j, SQL_LOG_LAST, 0, ret_id, ret_hash, err);
	if (rc == 0)
		*ret_id = 0;
	return rc < 0 ? rc : 0;
}

int journal_log_hash(struct journal *j, int64_t id, uint8_t ret_hash[HASH_LEN], struct err *err)
{
	int64_t there = 0;
	int rc = ask_hash(j, SQL_LOG_ROW, id, &there, ret_hash, err);
	if (rc == 0)
		return err_set(err, ERR_NOTFOUND, "journal %s has no event of id %lld", j->db.path,
			       (long long)id);
	return rc < 0 ? rc : 0;
}

int journal_log_closed(struct journal *j, const char *run, bool *ret, struct err *err)
{
	struct last_event last;
	bool stale = false;
	int rc = db_refresh(&j->db, &stale, err);
	if (rc == 0)
		rc = runs_last_event(j, run, &last, err);
	if (rc == 0)
		*ret = last.closed;
	return rc;
}
