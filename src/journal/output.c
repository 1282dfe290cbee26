/* Writing what commands print: output/RUN.db, one file per run, so that a flood stalls nobody else.
 *
 * Commits are synchronous=NORMAL. One that is to be durable syncs the WAL after it, which comes to
 * the same as FULL and leaves the choice to the end of the transaction.
 */
#include <stdlib.h>

#include "bind.h"
#include "err.h"
#include "fsio.h"
#include "journal_own.h"
#include "mem.h"
#include "output_own.h"
#include "schema.h"
#include "zip.h"

enum { OUTPUT_LEVEL = 1 };

static const char *const stream_names[STREAM_MAX] = { "out", "err", "tty" };

static const char *const sql[OUTPUT_SQL_MAX] = {
	DB_SQL_COMMON,
	[SQL_CHUNK_ADD] =
		"INSERT INTO chunk (token, stream, from_byte, n, plain, sha256, packed, bytes)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_CHUNK_END] =
		"SELECT from_byte + n FROM chunk WHERE token = ?1 AND stream = ?2"
		" ORDER BY from_byte DESC LIMIT 1",
	[SQL_CHUNK_AT] =
		"SELECT from_byte, n, sha256, packed, bytes FROM chunk"
		" WHERE token = ?1 AND stream = ?2 AND from_byte <= ?3"
		" ORDER BY from_byte DESC LIMIT 1",
	[SQL_CHUNK_AFTER] =
		"SELECT from_byte FROM chunk WHERE token = ?1 AND stream = ?2 AND from_byte > ?3"
		" ORDER BY from_byte LIMIT 1",
	[SQL_CHUNK_NAME] =
		"INSERT INTO emptied (chunk) SELECT id FROM chunk WHERE token = ?1 AND stream = ?2"
		" AND from_byte >= ?3 AND from_byte + n <= ?4"
		" AND id NOT IN (SELECT chunk FROM emptied)",
	[SQL_CHUNK_EMPTY] =
		"UPDATE chunk SET packed = 0, bytes = x'' WHERE token = ?1 AND stream = ?2"
		" AND from_byte >= ?3 AND from_byte + n <= ?4",
};

static const struct db_kind output_kind = {
	.what = "output file",
	.app_id = SCHEMA_OUTPUT_APP,
	.steps = schema_output,
	.n_steps = SCHEMA_OUTPUT_FORMAT,
	.sql = sql,
	.n_sql = OUTPUT_SQL_MAX,
};

const char *stream_name(enum stream s)
{
	return s >= 0 && s < STREAM_MAX ? stream_names[s] : "?";
}

int output_check(const char *token, enum stream s, int64_t from, struct err *err)
{
	if (!token || !token[0] || strlen(token) >= OUTPUT_TOKEN_MAX)
		return err_set(err, ERR_USAGE, "not a command's token: '%.80s'",
			       token ? token : "");
	if (s < 0 || s >= STREAM_MAX || from < 0)
		return err_set(err, ERR_USAGE, "no such stream or place in it");
	return 0;
}

/* --- open and close -------------------------------------------------------------------------- */

char *output_path(const struct journal *j, const char *run)
{
	char *folder = fsio_dirname(j->db.path);
	char *path = mem_printf("%s/output/%s.db", folder, run);
	free(folder);
	return path;
}

int output_open(struct journal *j, const char *run, bool write, struct output **ret,
		struct err *err)
{
	int rc = journal_run_id_check(run, err);
	if (rc)
		return rc;
	struct output *o = mem_alloc(sizeof(*o));
	char *path = output_path(j, run);
	rc = db_open(&o->db, &output_kind, path,
		     (write ? DB_WRITE : DB_READ) | (j->team ? DB_TEAM : 0), err);
	free(path);
	if (rc) {
		free(o);
		return rc;
	}
	o->hash = hash_new();
	o->zip = zip_new();
	*ret = o;
	return 0;
}

void output_close(struct output *o)
{
	if (!o)
		return;
	db_close(&o->db);
	hash_free(o->hash);
	zip_free(o->zip);
	buf_release(&o->packed);
	buf_release(&o->chunk.bytes);
	free(o);
}

/* --- writing --------------------------------------------------------------------------------- */

int output_begin(struct output *o, struct err *err)
{
	if (!o->db.write)
		return err_set(err, ERR_DENIED, "output file %s was opened for reading",
			       o->db.path);
	return db_begin(&o->db, false, err);
}

int output_commit(struct output *o, bool sync, struct err *err)
{
	int rc = db_commit(&o->db, err);
	if (rc)
		o->chunk.token[0] = '\0';
	if (rc == 0 && sync)
		rc = db_sync_wal(&o->db, err);
	if (rc == 0)
		db_checkpoint(&o->db, false);
	return rc;
}

void output_rollback(struct output *o)
{
	db_rollback(&o->db);
	o->chunk.token[0] = '\0'; /* it may be one that was never committed */
}

void output_checkpoint(struct output *o, bool idle)
{
	db_checkpoint(&o->db, idle);
}

int output_size(struct output *o, const char *token, enum stream s, int64_t *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = output_check(token, s, 0, err);
	if (rc == 0)
		rc = db_use(&o->db, SQL_CHUNK_END, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, token);
	bind_text(&b, stream_name(s));
	rc = bind_step(&b, &o->db, err);
	if (rc < 0)
		return rc;
	*ret = rc == 1 ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_reset(st);
	return 0;
}

static int add_chunk(struct output *o, const char *token, enum stream s, int64_t from,
		     const void *p, size_t n, bool plain, const uint8_t hash[HASH_LEN],
		     struct err *err)
{
	bool smaller = false;
	sqlite3_stmt *st = NULL;
	int rc = zip_pack(o->zip, p, n, OUTPUT_LEVEL, &o->packed, &smaller, err);
	if (rc == 0)
		rc = db_use(&o->db, SQL_CHUNK_ADD, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, token);
	bind_text(&b, stream_name(s));
	bind_int(&b, from);
	bind_int(&b, (int64_t)n);
	bind_int(&b, plain);
	bind_blob(&b, hash, HASH_LEN);
	bind_int(&b, smaller);
	bind_blob(&b, smaller ? o->packed.data : p, smaller ? o->packed.len : n);
	return bind_step(&b, &o->db, err);
}

/* What is on record of that range already must be the same bytes. */
static int compare_range(struct output *o, const char *token, enum stream s, int64_t from,
			 const void *p, size_t n, struct err *err)
{
	struct buf there = BUF_INIT;
	int rc = output_read(o, token, s, from, n, &there, err);
	if (rc == ERR_NOTFOUND || (rc == 0 && there.len != n))
		rc = err_set(err, ERR_USAGE,
			     "output file %s: %s.%s: of bytes %lld to %lld some are on "
			     "record and some not",
			     o->db.path, token, stream_name(s), (long long)from,
			     (long long)from + (long long)n - 1);
	else if (rc == 0 && memcmp(there.data, p, n) != 0)
		rc = err_set(err, ERR_CORRUPT, "output file %s: %s.%s: other bytes are on record "
			     "from byte %lld", o->db.path, token, stream_name(s), (long long)from);
	buf_release(&there);
	return rc;
}

int output_write(struct output *o, const char *token, enum stream s, int64_t from, const void *p,
		 size_t n, bool plain, uint8_t ret_hash[HASH_LEN], struct err *err)
{
	uint8_t hash[HASH_LEN];
	int64_t end = 0;
	int rc = output_size(o, token, s, &end, err);
	if (rc == 0 && (n < 1 || n > OUTPUT_CHUNK_MAX || from < 0 || from > INT64_MAX / 2))
		rc = err_set(err, ERR_LIMIT, "a chunk of %zu bytes, 1 to %d fit", n,
			     OUTPUT_CHUNK_MAX);
	if (rc == 0 && sqlite3_get_autocommit(o->db.h))
		rc = err_set(err, ERR_USAGE, "output is written between begin and commit");
	if (rc)
		return rc;
	hash_add(o->hash, p, n);
	hash_end(o->hash, hash);
	if (from >= end)
		rc = add_chunk(o, token, s, from, p, n, plain, hash, err);
	else if (from + (int64_t)n <= end)
		rc = compare_range(o, token, s, from, p, n, err);
	else
		rc = err_set(err, ERR_USAGE, "output file %s: %s.%s goes on at byte %lld, not %lld",
			     o->db.path, token, stream_name(s), (long long)end, (long long)from);
	if (rc == 0)
		memcpy(ret_hash, hash, HASH_LEN);
	return rc;
}

static int on_range(struct output *o, int id, const char *token, enum stream s, int64_t from,
		    int64_t n, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&o->db, id, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, token);
	bind_text(&b, stream_name(s));
	bind_int(&b, from);
	bind_int(&b, from + n);
	return bind_step(&b, &o->db, err);
}

int output_take_out(struct output *o, const char *token, enum stream s, int64_t from, int64_t n,
		    struct err *err)
{
	int rc = output_check(token, s, from, err);
	o->chunk.token[0] = '\0';
	o->db.takes_out = true;
	if (rc == 0)
		rc = on_range(o, SQL_CHUNK_NAME, token, s, from, n, err);
	if (rc == 0)
		rc = on_range(o, SQL_CHUNK_EMPTY, token, s, from, n, err);
	o->db.takes_out = false;
	return rc;
}

int output_wipe(struct output *o, struct err *err)
{
	return db_wipe(&o->db, err);
}
