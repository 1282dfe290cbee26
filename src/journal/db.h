/* One SQLite file: opened, asked, written, and every refusal turned into a struct err.
 *
 * Invariants:
 *   1 A file is written in WAL mode only, and never on a network file system.
 *   2 Nothing waits for a lock: no busy handler, ERR_BUSY at once.
 *   3 SQL text comes from the kind's table only; the authorizer refuses UPDATE (but to empty what
 *     a removal names), DELETE, DROP and ALTER on top of the file's own triggers.
 *   4 `synchronous` is set outside a transaction only (inside one SQLite refuses it).
 *   5 The file is never opened by other means while it is open here: closing any descriptor of it
 *     would drop SQLite's POSIX locks.
 */
#ifndef JOURNAL_DB_H
#define JOURNAL_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include <sqlite3.h>

struct err;

/* The first rows of every kind's table of statements. */
enum { DB_BEGIN, DB_COMMIT, DB_ROLLBACK, DB_SQL_OWN };

#define DB_SQL_COMMON \
	[DB_BEGIN] = "BEGIN IMMEDIATE", [DB_COMMIT] = "COMMIT", [DB_ROLLBACK] = "ROLLBACK"

/* What a file is; one constant per kind. */
struct db_kind {
	const char *what;         /* "journal": for messages */
	int32_t app_id;           /* PRAGMA application_id */
	const char *const *steps; /* steps[i] is SQL that takes format i to i + 1 */
	int n_steps;              /* = the format that this program writes */
	const char *const *sql;   /* statements by id */
	int n_sql;
	/* a function that statements may call, or NULL; sqlite3_user_data is the struct db */
	const char *function;
	void (*call)(sqlite3_context *sq, int n, sqlite3_value **v);
};

/* What a file looked like, to notice that somebody writes it after all. */
struct db_look {
	off_t size;
	ino_t ino;
	struct timespec mtime;
	bool wal, undo; /* -wal, -journal with something in it */
};

struct db {
	sqlite3 *h;
	const struct db_kind *kind;
	char *path;
	bool write, team;
	bool takes_out;      /* a payload or a chunk may be emptied now */
	bool immutable;      /* read without locks, because there can be no writer now */
	bool stuck;          /* a rollback could not be had: there is still a transaction */
	bool tight;          /* the disk was full once */
	bool full;           /* synchronous=FULL is set, else NORMAL */
	int wal_pages;       /* in the WAL after our last commit */
	int tried_pages;     /* wal_pages at our last checkpoint */
	struct db_look look; /* where immutable */
	void *call_ctx;      /* for the kind's function, while a statement runs that calls it */
	sqlite3_stmt **stmt; /* by id, prepared at first use */
};

enum db_how { DB_READ = 0, DB_WRITE = 1 << 0, DB_TEAM = 1 << 1 };

/* Opens path as `kind` into *d, which stays where it is until db_close. Failures as journal_open.
 */
int db_open(struct db *d, const struct db_kind *kind, const char *path, enum db_how how,
	    struct err *err);

/* All zeroes is fine. A writer that is the last user leaves one file in rollback mode. */
void db_close(struct db *d);

/* Leaves the WAL as it is, for another process that opens the file at once. */
void db_leave(struct db *d);

/* Opens again, where a file that was read without locks is being written now. Sets *ret_stale when
 * it did: what was read since the last call is to be read again. */
int db_refresh(struct db *d, bool *ret_stale, struct err *err);

/* Sets *err to what SQLite's rc means, on which file and in which words, and returns the code. */
int db_fail(struct db *d, int rc, struct err *err);

/* The statement of that id, reset, ready to be bound. */
int db_use(struct db *d, int id, sqlite3_stmt **ret, struct err *err);

/* One step: 1 a row, 0 done, negative an error. But for a row the statement is reset. */
int db_step(struct db *d, sqlite3_stmt *st, struct err *err);

/* The one number that a statement answers with, for `of` where it is not NULL. */
int db_number(struct db *d, int id, const char *of, int64_t *ret, struct err *err);

/* BEGIN IMMEDIATE and COMMIT; db_commit rolls back where it fails. */
int db_begin(struct db *d, bool sync, struct err *err);
int db_commit(struct db *d, struct err *err);
void db_rollback(struct db *d); /* no transaction is fine */

/* Makes commits that were not synced durable, without a transaction. */
int db_sync_wal(struct db *d, struct err *err);

/* A passive checkpoint, when the WAL has grown above 16 MB, or above 1 MB and there is time; much
 * sooner where the disk was full. */
void db_checkpoint(struct db *d, bool idle);

/* Writes the file anew without its free pages and empties the WAL. ERR_BUSY where somebody else is
 * at it. */
int db_wipe(struct db *d, struct err *err);

/* Takes the file to the newest format, one transaction per step. */
int db_migrate(struct db *d, struct err *err);

/* Whether the triggers and tables are those that the steps make. Returns 0, sets *ret_defect to
 * NULL or to a sentence that is the caller's to free(). */
int db_schema_check(struct db *d, char **ret_defect, struct err *err);

/* The URI of a file that nobody writes, to be read without locks, whatever its name. The caller's
 * to free(). */
char *db_immutable_name(const char *path);

/* An integer that a PRAGMA answers with. */
int db_pragma_int(struct db *d, const char *pragma, int64_t *ret, struct err *err);

/* Folder with mode 0700, or 2770 for a team; an existing one is left as it is. */
int db_make_folder(const char *path, bool team, struct err *err);

#endif
