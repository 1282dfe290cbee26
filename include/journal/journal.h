/* The record: one SQLite file with the events of all runs, one output file per run.
 *
 * Append-only by this API, by triggers, and by a hash chain (docs/journal-format.md). A journal
 * opened for writing belongs to one thread; several keepers may have the same file open, each
 * holding the lock of its own run. Nothing here waits for another writer: ERR_BUSY comes back and
 * the caller's loop tries again.
 *
 * The file must not be opened by other means in a process that has it open here: closing any
 * descriptor of it drops SQLite's locks (POSIX).
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "hash.h"
#include "output.h"
#include "run_id.h"
#include "verify.h"

struct buf;
struct err;
struct journal;
struct source_file;

enum {
	JOURNAL_PIN_MAX = 64 << 20,   /* bytes of one pinned file */
};

enum journal_flags {
	JOURNAL_READ = 0,
	JOURNAL_WRITE = 1 << 0,  /* create where missing, migrate where old */
	JOURNAL_TEAM = 1 << 1,   /* files readable and writable by the group (0660), else 0600 */
};

/* Opens the journal at path. JOURNAL_WRITE makes the folder (0700, or 2770 for a team) and the file
 * where they are missing. ERR_VERSION: made by a newer program, untouched. ERR_CORRUPT: not a
 * journal, or SQLite finds it damaged; nothing is changed. ERR_DENIED: no permission, or (for
 * writing) on a network file system, where a WAL cannot be shared: the text names a way out.
 * ERR_NOTFOUND when reading and there is none, or nothing in it yet. ERR_BUSY, ERR_FULL, ERR_IO. */
int journal_open(const char *path, enum journal_flags flags, struct journal **ret,
		 struct err *err);

/* With JOURNAL_WRITE and no other user: checkpoints and leaves one file that a reader without write
 * permission can open. NULL is fine. */
void journal_close(struct journal *j);

/* Closes without that, and so without its syncs: for who starts the process that goes on at once.
 */
void journal_leave(struct journal *j);

const char *journal_path(const struct journal *j);

/* Moves a file that cannot be used aside ("journal.db.damaged-20261122T032107Z", with -wal and
 * -shm) so that a fresh one can be made. *ret_aside is the caller's to free(). */
int journal_set_aside(const char *path, char **ret_aside, struct err *err);

/* --- writing ------------------------------------------------------------------------------- */

/* Opens the chain of a new run and appends its first event (EV_RUN_OPENED, whose body is completed
 * with "machine_prev", the head of the machine's chain) and keeps the pins, in one synced commit.
 * ERR_EXISTS for a run id that is there, ERR_USAGE where the id and "mode" do not agree whether it
 * is a drill. Afterwards this handle appends to that run. */
int journal_run_open(struct journal *j, const char *run, struct event *opened,
		     const struct source_file *files, size_t n_files, struct err *err);

/* Makes j append to a run that exists (reads its head). ERR_NOTFOUND. */
int journal_run_continue(struct journal *j, const char *run, struct err *err);

/* Appends n events in one transaction; numbers them (ev->seq). sync: synced before it returns
 * (synchronous=FULL), else NORMAL. On any error nothing was appended and the events may be given
 * again: ERR_BUSY (another writer; at once), ERR_FULL, ERR_IO, ERR_CORRUPT, ERR_DENIED (read-only).
 * A EV_RUN_CLOSED event also goes into the machine's chain. */
int journal_append(struct journal *j, struct event *evs, size_t n, bool sync, struct err *err);

/* The last event's number and chain hash of the run this handle appends to. */
int64_t journal_head(const struct journal *j, uint8_t ret_hash[HASH_LEN]);

/* Keeps a file's bytes by digest (for a runbook called in later), in one synced commit. The same
 * again is no error; ERR_LIMIT over JOURNAL_PIN_MAX. */
int journal_pin(struct journal *j, const char *run, const struct source_file *f, struct err *err);

/* Checkpoints when the WAL has grown above 16 MB (1 MB when `idle`, less where the disk was full);
 * never blocks readers or waits. To be called after every commit. */
void journal_checkpoint(struct journal *j, bool idle);

/* --- reading ------------------------------------------------------------------------------- */

/* Calls fn for the events of a run with seq > after, in order, until it returns non-zero (passed
 * on) or `max` were read (0: all). Reads in transactions of at most 10 ms, and calls fn outside of
 * them. The event is borrowed. ERR_CORRUPT, after the events before it, for one that is missing or
 * cannot be told. */
int journal_each(struct journal *j, const char *run, int64_t after, int64_t max,
		 int (*fn)(void *ctx, const struct event *ev), void *ctx, struct err *err);

struct run_row {
	char run[JOURNAL_RUN_ID_MAX];
	char *title, *mode, *verdict; /* verdict NULL: open */
	char *runbook;                /* path of the runbook, NULL for a blank run */
	char *folder;                 /* that the runbook lies in, whole; of a blank run: cwd */
	char *environment;            /* that it was started for; NULL: not on record */
	char *way;                    /* of a drill; NULL: it does not say */
	char *who;                    /* opened it */
	char *scenario;               /* path, of a drill that one was for; NULL */
	char *sha256;                 /* of the runbook's bytes then */
	bool success;                 /* closed so */
	bool held, pruned;            /* removal.h */
	int64_t opened_wall, closed_wall, last_wall;
	int64_t events;
};

/* Calls fn for each run, newest first, until it returns non-zero (passed on). The row is borrowed;
 * its texts are NULL where the first event does not say. */
int journal_runs(struct journal *j, int (*fn)(void *ctx, const struct run_row *row), void *ctx,
		 struct err *err);

/* The same in pieces of a few rows: *at is 0 for the first, is moved on, and is 0 again after the
 * last. Where fn stops it, *at stays. */
int journal_runs_some(struct journal *j, int64_t *at,
		      int (*fn)(void *ctx, const struct run_row *row), void *ctx, struct err *err);

/* Finds the one run whose id starts or ends with `part` ("" or NULL: the newest open one, else the
 * newest). ERR_NOTFOUND; ERR_EXISTS when several fit. */
int journal_find_run(struct journal *j, const char *part, char ret_run[JOURNAL_RUN_ID_MAX],
		     struct err *err);

/* The pinned files of a run; fn borrows. */
int journal_pins(struct journal *j, const char *run,
		 int (*fn)(void *ctx, const struct source_file *f), void *ctx, struct err *err);

/* --- ballast ------------------------------------------------------------------------------- */

/* Makes sure a ballast file of 8 MiB lies beside the journal; silently does without where there is
 * no room (16 MiB free at least). Released by journal_ballast_release when the disk is full, and by
 * journal_open where that is what it fails on. */
void journal_ballast_keep(struct journal *j);
bool journal_ballast_release(struct journal *j); /* true: there was one to release */

#endif
