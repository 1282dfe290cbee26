/* Rows of one run, copied into a file of their own. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"
#include "err.h"
#include "extract_own.h"
#include "journal_own.h"
#include "kind.h"
#include "removal.h"

/* One table: what is read of the journal, in slices, and what is written. The first column of both
 * counts up; ?1 is the run, ?2 the last that was read, ?3 the last there is. */
struct table {
	enum journal_sql from;
	const char *to;
};

static const struct table tables[] = {
	{ SQL_EXTRACT_EVENT, "INSERT INTO event (seq, run, wall, boot, boot_id, kind, step, "
		"attempt,"
	  " actor, auth, payload, salt, payload_hash, prev, hash)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)" },
	{ SQL_EXTRACT_MACHINE, "INSERT INTO machine (n, wall, what, run, seq, head, prev, hash)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)" },
	{ SQL_EXTRACT_CHECKPOINT, "INSERT INTO checkpoint (id, run, seq, what, head, wall, "
		"who, key,"
	  " signature, why, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)" },
	{ SQL_EXTRACT_PIN, "INSERT INTO run_pin (n, run, role, path, sha256, hash)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)" },
	{ SQL_EXTRACT_REMOVAL, "INSERT INTO removal (id, run, what, wall, who, why, payloads,"
	  " outputs, rest, rest_hash, hash)"
	  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)" },
};

enum { T_EVENT, T_MACHINE, T_CHECKPOINT, T_PIN, T_REMOVAL, T_MAX };

struct copy {
	struct journal *j;
	const char *run, *path;
	sqlite3 *to;
	int64_t first[T_MAX], last[T_MAX]; /* after this one; up to and with this one */
};

static int refused(struct copy *c, int rc, struct err *err)
{
	int primary = rc & 0xff;
	int code = primary == SQLITE_FULL ? ERR_FULL :
		primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH ? ERR_CORRUPT :
		primary == SQLITE_TOOBIG ? ERR_LIMIT : ERR_IO;
	return err_set(err, code, "writing %s: %s", c->path, sqlite3_errmsg(c->to));
}

static int run_sql(struct copy *c, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(c->to, sql, NULL, NULL, NULL);
	return rc ? refused(c, rc, err) : 0;
}

/* --- one moment ------------------------------------------------------------------------------ */

static void take_hash(sqlite3_stmt *st, int column, uint8_t ret[HASH_LEN])
{
	const void *p = sqlite3_column_blob(st, column);
	if (p && sqlite3_column_bytes(st, column) == HASH_LEN)
		memcpy(ret, p, HASH_LEN);
}

/* How far everything goes, in one statement: rows are only ever added, so that what is read later
 * up to there is what there was. */
static int read_bounds(struct copy *c, struct extract *ret, struct err *err)
{
	struct db *d = &c->j->db;
	sqlite3_stmt *st = NULL;
	int rc = db_use(d, SQL_EXTRACT_BOUNDS, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, c->run);
	rc = bind_step(&b, d, err);
	if (rc != 1)
		return rc < 0 ? rc : err_set(err, ERR_NOTFOUND, "journal %s has no run %s",
					     d->path, c->run);
	const char *kind = (const char *)sqlite3_column_text(st, 3);
	c->last[T_EVENT] = ret->rows = sqlite3_column_int64(st, 0);
	ret->last_wall = sqlite3_column_int64(st, 1);
	take_hash(st, 2, ret->head);
	ret->closed = kind && strcmp(kind, word_of(WORDS_EVENT, EV_RUN_CLOSED)) == 0;
	c->first[T_MACHINE] = sqlite3_column_int64(st, 4) - 1;
	c->last[T_MACHINE] = ret->machine = sqlite3_column_int64(st, 5);
	c->last[T_PIN] = ret->files = sqlite3_column_int64(st, 6);
	take_hash(st, 7, ret->machine_head);
	c->last[T_CHECKPOINT] = c->last[T_REMOVAL] = ret->machine;
	sqlite3_reset(st);
	return 0;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* Values go over as they are, of whatever type: a damaged row is to be shown, not mended. */
static int copy_row(struct copy *c, sqlite3_stmt *from, sqlite3_stmt *to, struct err *err)
{
	int rc = 0;
	for (int i = 0; rc == 0 && i < sqlite3_column_count(from); i++)
		rc = sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
	if (rc == 0)
		rc = sqlite3_step(to);
	if (rc == SQLITE_DONE)
		rc = sqlite3_reset(to);
	return rc ? refused(c, rc, err) : 0;
}

/* Some rows in one transaction; *ret_more: there may be more. */
static int copy_slice(struct copy *c, int table, sqlite3_stmt *to, bool *ret_more, struct err *err)
{
	struct db *d = &c->j->db;
	sqlite3_stmt *st = NULL;
	bool stale = false;
	int rc = db_refresh(d, &stale, err);
	if (rc == 0)
		rc = db_use(d, tables[table].from, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, c->run);
	bind_int(&b, c->first[table]);
	bind_int(&b, c->last[table]);
	rc = bind_end(&b, d, err);
	*ret_more = false;
	while (rc == 0 && (rc = db_step(d, st, err)) == 1) {
		int64_t at = sqlite3_column_int64(st, 0);
		rc = at > c->first[table] ? copy_row(c, st, to, err) :
			err_set(err, ERR_CORRUPT, "journal %s: rows of run %s are out of order",
				d->path, c->run);
		c->first[table] = at;
		*ret_more = true;
	}
	sqlite3_reset(st);
	return rc;
}

static int copy_table(struct copy *c, int table, struct err *err)
{
	sqlite3_stmt *to = NULL;
	bool more = true;
	int rc = sqlite3_prepare_v2(c->to, tables[table].to, -1, &to, NULL);
	if (rc)
		return refused(c, rc, err);
	while (rc == 0 && more)
		rc = copy_slice(c, table, to, &more, err);
	sqlite3_finalize(to);
	return rc;
}

static int one_is_enough(void *ctx, const struct removal *r)
{
	(void)r;
	*(bool *)ctx = true;
	return 1;
}

/* As the rows that were copied say. */
static int note_pruned(struct copy *c, struct extract *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(c->to, "SELECT 1 FROM removal WHERE what = 'pruned'", -1, &st,
				    NULL);
	if (rc == 0)
		rc = sqlite3_step(st);
	ret->pruned = rc == SQLITE_ROW;
	sqlite3_finalize(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : refused(c, rc, err);
}

static int copy_all(struct copy *c, struct extract *ret, struct err *err)
{
	char marks[192];
	bool has = false, removals = false;
	int rc = removal_each(c->j, c->run, one_is_enough, &removals, err);
	if (rc < 0)
		return rc;
	snprintf(marks, sizeof(marks), "PRAGMA page_size=4096; PRAGMA journal_mode=OFF;"
		 "PRAGMA synchronous=OFF; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN",
		 EXTRACT_APP, removals ? EXTRACT_FORMAT_REMOVALS : EXTRACT_FORMAT);
	rc = checkpoint_format(c->j, &has, err);
	if (rc == 0)
		rc = run_sql(c, marks, err);
	if (rc == 0)
		rc = run_sql(c, extract_schema, err);
	if (rc == 0 && removals)
		rc = run_sql(c, extract_schema_removals, err);
	for (int i = 0; rc == 0 && i < T_MAX; i++)
		if (i == T_CHECKPOINT ? has : i == T_REMOVAL ? removals : true)
			rc = copy_table(c, i, err);
	if (rc == 0 && removals)
		rc = note_pruned(c, ret, err);
	return rc ? rc : run_sql(c, "COMMIT", err);
}

int journal_extract(struct journal *j, const char *run, const char *path, struct extract *ret,
		    struct err *err)
{
	struct copy c = { .j = j, .run = run, .path = path };
	struct extract got = { 0 };
	bool stale = false;
	int rc = journal_run_id_check(run, err);
	if (rc == 0 && access(path, F_OK) == 0)
		rc = err_set(err, ERR_EXISTS, "%s is there already", path);
	if (rc == 0)
		rc = db_refresh(&j->db, &stale, err);
	if (rc == 0)
		rc = read_bounds(&c, &got, err);
	if (rc)
		return rc;
	rc = sqlite3_open_v2(path, &c.to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	rc = rc ? refused(&c, rc, err) : copy_all(&c, &got, err);
	sqlite3_close(c.to);
	if (rc == 0)
		*ret = got;
	return rc;
}
