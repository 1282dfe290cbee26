#include "db.h"

#include <errno.h>
#include <string.h>

#include "err.h"

enum {
	PAGE_BYTES = 4096,
	CHECKPOINT_PAGES = (16 << 20) / PAGE_BYTES,
	CHECKPOINT_IDLE_PAGES = (1 << 20) / PAGE_BYTES,
	CHECKPOINT_TIGHT_PAGES = (256 << 10) / PAGE_BYTES,
};

/* --- what SQLite says, in our words ---------------------------------------------------------- */

/* Extended codes first, then primary ones; the first row that fits is taken. NULL: SQLite's text.
 */
static const struct {
	int rc;
	int code;
	const char *text;
} meanings[] = {
	{ SQLITE_IOERR_NOMEM, ERR_NOMEM, "no memory left" },
	{ SQLITE_IOERR_SHMSIZE, ERR_FULL, "no space left on the disk" },
	{ SQLITE_IOERR_CORRUPTFS, ERR_CORRUPT, NULL },
	{ SQLITE_IOERR_DATA, ERR_CORRUPT, NULL },
	{ SQLITE_CONSTRAINT_TRIGGER, ERR_CORRUPT, NULL },
	{ SQLITE_FULL, ERR_FULL, "no space left on the disk" },
	{ SQLITE_NOMEM, ERR_NOMEM, "no memory left" },
	{ SQLITE_BUSY, ERR_BUSY, "another program is writing" },
	{ SQLITE_LOCKED, ERR_BUSY, "another program is writing" },
	{ SQLITE_PROTOCOL, ERR_BUSY, "another program is writing" },
	{ SQLITE_READONLY, ERR_DENIED, "cannot be written" },
	{ SQLITE_PERM, ERR_DENIED, "no permission" },
	{ SQLITE_AUTH, ERR_CORRUPT, "its tables are not what they should be" },
	{ SQLITE_CORRUPT, ERR_CORRUPT, NULL },
	{ SQLITE_NOTADB, ERR_CORRUPT, NULL },
	{ SQLITE_FORMAT, ERR_CORRUPT, NULL },
	{ SQLITE_ERROR, ERR_CORRUPT, NULL }, /* our SQL is constant: the file does not fit it */
	{ SQLITE_MISMATCH, ERR_CORRUPT, NULL },
	{ SQLITE_CONSTRAINT, ERR_CORRUPT, NULL },
	{ SQLITE_TOOBIG, ERR_LIMIT, NULL },
	{ SQLITE_INTERRUPT, ERR_CANCEL, NULL },
	{ SQLITE_MISUSE, ERR_USAGE, NULL },
};

/* The system's own word is better than SQLite's class where it has one. Never ERR_NOTFOUND: a
 * caller would take it for a row that is not there. */
static int code_of_errno(int sys)
{
	switch (sys) {
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_DENIED;
	default:
		return ERR_IO;
	}
}

static int say(struct db *d, int rc, struct err *err)
{
	int primary = rc & 0xff;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].rc != rc && meanings[i].rc != primary)
			continue;
		errno = 0;
		return err_set(err, meanings[i].code, "%s %s: %s", d->kind->what, d->path,
			       meanings[i].text ? meanings[i].text :
			       d->h ? sqlite3_errmsg(d->h) : sqlite3_errstr(rc));
	}
	int sys = d->h ? sqlite3_system_errno(d->h) : 0;
	int code = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN ?
		code_of_errno(sys) : ERR_IO;
	errno = sys;
	return err_set(err, code, "%s %s: %s%s%s", d->kind->what, d->path, sqlite3_errstr(rc),
		       sys ? ": " : "", sys ? strerror(sys) : "");
}

int db_fail(struct db *d, int rc, struct err *err)
{
	int code = say(d, rc, err);
	d->tight |= code == ERR_FULL;
	return code;
}

/* --- statements ------------------------------------------------------------------------------ */

int db_use(struct db *d, int id, sqlite3_stmt **ret, struct err *err)
{
	if (d->stmt[id]) {
		sqlite3_reset(d->stmt[id]);
	} else {
		int rc = sqlite3_prepare_v3(d->h, d->kind->sql[id], -1,
					    SQLITE_PREPARE_PERSISTENT, &d->stmt[id], NULL);
		if (rc)
			return db_fail(d, rc, err);
	}
	*ret = d->stmt[id];
	return 0;
}

int db_step(struct db *d, sqlite3_stmt *st, struct err *err)
{
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		rc = db_fail(d, rc, err);
	else
		rc = 0;
	sqlite3_reset(st);
	return rc;
}

int db_number(struct db *d, int id, const char *of, int64_t *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(d, id, &st, err);
	if (rc == 0 && of && sqlite3_bind_text(st, 1, of, -1, SQLITE_STATIC))
		rc = db_fail(d, sqlite3_errcode(d->h), err);
	if (rc == 0)
		rc = db_step(d, st, err);
	if (rc < 0)
		return rc;
	if (rc == 0)
		return err_set(err, ERR_CORRUPT, "%s %s: a number was asked for, and none came",
			       d->kind->what, d->path);
	*ret = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return 0;
}

int db_pragma_int(struct db *d, const char *pragma, int64_t *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(d->h, pragma, -1, &st, NULL);
	if (rc)
		return db_fail(d, rc, err);
	rc = db_step(d, st, err);
	if (rc == 1)
		*ret = sqlite3_column_int64(st, 0);
	else if (rc == 0)
		rc = err_set(err, ERR_CORRUPT, "%s %s: no answer to %s", d->kind->what, d->path,
			     pragma);
	sqlite3_finalize(st);
	return rc < 0 ? rc : 0;
}

/* --- transactions ---------------------------------------------------------------------------- */

static int set_sync(struct db *d, bool full, struct err *err)
{
	if (d->full == full)
		return 0;
	int rc = sqlite3_exec(d->h, full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
			      NULL, NULL, NULL);
	if (rc)
		return db_fail(d, rc, err);
	d->full = full;
	return 0;
}

static int run_simple(struct db *d, int id, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(d, id, &st, err);
	return rc ? rc : db_step(d, st, err);
}

int db_begin(struct db *d, bool sync, struct err *err)
{
	if (d->stuck)
		db_rollback(d);
	int rc = set_sync(d, sync, err);
	if (rc == 0)
		rc = run_simple(d, DB_BEGIN, err);
	return rc;
}

int db_commit(struct db *d, struct err *err)
{
	/* SQLite ends a transaction by itself where it cannot go on (no space, no memory). */
	if (sqlite3_get_autocommit(d->h))
		return err_set(err, ERR_USAGE, "%s %s: nothing was begun, or it was taken back",
			       d->kind->what, d->path);
	int rc = run_simple(d, DB_COMMIT, err);
	if (rc)
		db_rollback(d);
	return rc;
}

/* Without memory not even this can be had; then it is made up for before the next transaction. */
void db_rollback(struct db *d)
{
	if (!d->h)
		return;
	if (!sqlite3_get_autocommit(d->h))
		(void)run_simple(d, DB_ROLLBACK, NULL);
	d->stuck = !sqlite3_get_autocommit(d->h);
	if (d->tight)
		db_checkpoint(d, true);
}

int db_sync_wal(struct db *d, struct err *err)
{
	sqlite3_file *wal = NULL;
	int rc = sqlite3_file_control(d->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	if (rc == SQLITE_OK && wal && wal->pMethods)
		rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
	if (rc == SQLITE_OK)
		return 0;
	return err_set(err, code_of_errno(errno), "%s %s: not synced: %s", d->kind->what, d->path,
		       sqlite3_errstr(rc));
}

/* Passive: copies what no reader still needs, waits for nobody. One that a reader holds up is tried
 * again after the WAL has grown further, not at every call. On a disk that was full the WAL is kept
 * short: once copied it is written anew from its start, which takes no space. */
void db_checkpoint(struct db *d, bool idle)
{
	if (!d->write || !sqlite3_get_autocommit(d->h))
		return;
	int step = d->tight ? CHECKPOINT_TIGHT_PAGES : CHECKPOINT_IDLE_PAGES;
	if (d->wal_pages - d->tried_pages < step)
		return;
	if (!idle && !d->tight && d->wal_pages < CHECKPOINT_PAGES)
		return;
	sqlite3_wal_checkpoint_v2(d->h, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	d->tried_pages = d->wal_pages;
}
