/* The files that a run stood on: each content once, by its digest; which run had it under which
 * name beside it. */
#include <stdlib.h>

#include "bind.h"
#include "buf.h"
#include "column.h"
#include "err.h"
#include "journal_own.h"
#include "mem.h"
#include "runbook.h"
#include "zip.h"

enum { PIN_LEVEL = 3 };

/* Whether the statement, whose parameters are bound, has a row. */
static int has_row(struct journal *j, sqlite3_stmt *st, bool *ret, struct err *err)
{
	int rc = db_step(&j->db, st, err);
	if (rc < 0)
		return rc;
	*ret = rc == 1;
	sqlite3_reset(st);
	return 0;
}

static int put_bytes(struct journal *j, const struct source_file *f, const uint8_t *digest,
		     struct err *err)
{
	struct buf packed = BUF_INIT;
	bool smaller = false, there = false;
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_PIN_HAS, &st, err);
	if (rc)
		return rc;
	struct binder look = { .st = st };
	bind_blob(&look, digest, HASH_LEN);
	rc = bind_end(&look, &j->db, err);
	if (rc == 0)
		rc = has_row(j, st, &there, err);
	if (rc || there)
		return rc;
	rc = zip_pack(j->zip, f->bytes, f->n, PIN_LEVEL, &packed, &smaller, err);
	if (rc == 0)
		rc = db_use(&j->db, SQL_PIN_ADD, &st, err);
	if (rc)
		goto out;
	struct binder add = { .st = st };
	bind_blob(&add, digest, HASH_LEN);
	bind_int(&add, (int64_t)f->n);
	bind_int(&add, smaller);
	bind_blob(&add, smaller ? packed.data : f->bytes, smaller ? packed.len : f->n);
	rc = bind_step(&add, &j->db, err);
out:
	buf_release(&packed);
	return rc;
}

static int has_name(struct journal *j, const char *run, const struct source_file *f,
		    const uint8_t *digest, bool *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_RUN_PIN_HAS, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	bind_text(&b, f->role);
	bind_text(&b, f->path);
	bind_blob(&b, digest, HASH_LEN);
	rc = bind_end(&b, &j->db, err);
	return rc ? rc : has_row(j, st, ret, err);
}

static int put_name(struct journal *j, const char *run, const struct source_file *f,
		    const uint8_t *digest, struct err *err)
{
	uint8_t hash[HASH_LEN];
	sqlite3_stmt *st = NULL;
	int64_t n = 0;
	int rc = db_number(&j->db, SQL_RUN_PIN_LAST, run, &n, err);
	if (rc == 0)
		rc = db_use(&j->db, SQL_RUN_PIN_ADD, &st, err);
	if (rc)
		return rc;
	chain_pin(&j->chain, run, n + 1, f->role, f->path, digest, hash);
	struct binder b = { .st = st };
	bind_text(&b, run);
	bind_int(&b, n + 1);
	bind_text(&b, f->role);
	bind_text(&b, f->path);
	bind_blob(&b, digest, HASH_LEN);
	bind_blob(&b, hash, HASH_LEN);
	return bind_step(&b, &j->db, err);
}

int pins_put(struct journal *j, const char *run, const struct source_file *f, struct err *err)
{
	uint8_t digest[HASH_LEN];
	bool there = false;
	if (f->n > JOURNAL_PIN_MAX)
		return err_set(err, ERR_LIMIT, "%s: %zu bytes, at most %d are kept", f->path, f->n,
			       JOURNAL_PIN_MAX);
	hash_bytes(f->bytes, f->n, digest);
	int rc = has_name(j, run, f, digest, &there, err);
	if (rc || there)
		return rc;
	rc = put_bytes(j, f, digest, err);
	return rc ? rc : put_name(j, run, f, digest, err);
}

int journal_pin(struct journal *j, const char *run, const struct source_file *f, struct err *err)
{
	int rc = journal_need_write(j, err);
	if (rc == 0)
		rc = journal_run_id_check(run, err);
	if (rc == 0)
		rc = db_begin(&j->db, true, err);
	if (rc)
		return rc;
	rc = pins_put(j, run, f, err);
	if (rc == 0)
		return db_commit(&j->db, err);
	db_rollback(&j->db);
	return rc;
}

/* --- reading --------------------------------------------------------------------------------- */

int pins_unpack(struct journal *j, sqlite3_stmt *st, int column, struct buf *out, struct err *err)
{
	int64_t n = sqlite3_column_int64(st, column);
	bool packed = sqlite3_column_int(st, column + 1);
	const void *bytes = sqlite3_column_blob(st, column + 2);
	size_t stored = (size_t)sqlite3_column_bytes(st, column + 2);
	buf_clear(out);
	if (n < 0 || n > JOURNAL_PIN_MAX || (!packed && stored != (size_t)n) ||
	    sqlite3_column_type(st, column + 2) != SQLITE_BLOB)
		return err_set(err, ERR_CORRUPT, "its size on record is wrong");
	if (packed)
		return zip_unpack(j->zip, bytes, stored, (size_t)n, out, err);
	buf_add(out, bytes ? bytes : "", stored);
	return 0;
}

/* The file after number *n of a run, copied out of the transaction. 1: there is one. */
static int next_pin(struct journal *j, const char *run, int64_t *n, struct buf *text,
		    struct buf *bytes, struct source_file *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&j->db, SQL_RUN_PIN_NEXT, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	bind_int(&b, *n);
	rc = bind_step(&b, &j->db, err);
	if (rc != 1)
		return rc;
	const char *role = (const char *)sqlite3_column_text(st, 1);
	const char *path = (const char *)sqlite3_column_text(st, 2);
	const uint8_t *digest = column_digest(st, 3);
	int64_t at = sqlite3_column_int64(st, 0);
	if (!role || !path || !digest || at <= *n) {
		rc = err_set(err, ERR_CORRUPT, "no digest");
		goto out;
	}
	*n = at;
	hash_hex(digest, ret->sha256);
	buf_clear(text);
	buf_add(text, role, strlen(role) + 1);
	size_t path_at = text->len;
	buf_add(text, path, strlen(path) + 1);
	rc = pins_unpack(j, st, 4, bytes, err);
	ret->role = buf_str(text);
	ret->path = buf_str(text) + path_at;
	ret->bytes = buf_str(bytes);
	ret->n = bytes->len;
	if (rc == 0)
		rc = 1;
out:
	sqlite3_reset(st);
	return rc < 0 ? err_context(err, rc, "journal %s: run %s: a pinned file", j->db.path, run) :
		rc;
}

int journal_pins(struct journal *j, const char *run,
		 int (*fn)(void *ctx, const struct source_file *f), void *ctx, struct err *err)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	struct source_file f = { 0 };
	int64_t n = 0;
	int rc = 0;
	bool stale = false;
	for (;;) {
		rc = db_refresh(&j->db, &stale, err);
		if (rc == 0)
			rc = next_pin(j, run, &n, &text, &bytes, &f, err);
		if (rc != 1)
			break;
		rc = fn(ctx, &f);
		if (rc)
			break;
	}
	buf_release(&text);
	buf_release(&bytes);
	return rc;
}
