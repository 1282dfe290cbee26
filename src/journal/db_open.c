/* Opening and closing, so that a newer, foreign or unreadable file keeps every byte it has.
 *
 *   write: folder, network?, file made with its mode -> connect -> what is it? -> WAL -> migrate
 *   read:  connect -> what is it?    where SQLite cannot open a closed WAL file because the folder
 *          cannot be written: connect again as immutable, which takes no locks; db_refresh notices
 *          when a writer turns up.
 *   close: a writer that is alone turns the file back to rollback mode: one file, readable by who
 *          may only read.
 */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "netfs.h"

/* Above any row we write: a pinned file of JOURNAL_PIN_MAX, packed. */
enum { VALUE_BYTES_MAX = 80 << 20 };

/* --- folder and file ------------------------------------------------------------------------- */

static int denied_or_sys(struct err *err, const char *what, const char *path)
{
	int sys = errno;
	int rc = err_sys(err, "%s %s", what, path);
	if (sys != EACCES && sys != EPERM && sys != EROFS)
		return rc;
	return err_set(err, ERR_DENIED, "%s %s: %s", what, path, strerror(sys));
}

int db_make_folder(const char *path, bool team, struct err *err)
{
	struct stat st;
	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? 0 :
			err_set(err, ERR_DENIED, "%s: not a folder", path);
	mode_t mode = team ? 02770 : 0700;
	errno = 0;
	if (fsio_mkdirs(path, mode, err))
		return denied_or_sys(err, "making folder", path);
	/* mkdir obeys the umask and drops the set-group-id bit. */
	if (chmod(path, mode))
		return denied_or_sys(err, "setting the mode of", path);
	return 0;
}

static void sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/* SQLite gives -wal and -shm the mode and, for root, the owner of the file itself. Only ever opened
 * here while it is new, see invariant 5. */
static int make_file(struct db *d, const char *folder, struct err *err)
{
	mode_t mode = d->team ? 0660 : 0600;
	struct stat st;
	int fd = open(d->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		int rc = fchmod(fd, mode) ? denied_or_sys(err, "making", d->path) : 0;
		close(fd);
		sync_folder(folder);
		return rc;
	}
	if (errno != EEXIST && errno != EROFS && errno != EACCES)
		return denied_or_sys(err, "making", d->path);
	int sys = errno;
	if (stat(d->path, &st)) {
		errno = sys == EEXIST ? errno : sys;
		return denied_or_sys(err, "making", d->path);
	}
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DENIED, "%s: not a regular file", d->path);
	if (d->team && (st.st_mode & 0660) != 0660 && st.st_uid == geteuid())
		(void)chmod(d->path, 0660);
	return 0;
}

static int prepare_place(struct db *d, struct err *err)
{
	char *folder = fsio_dirname(d->path);
	int rc = db_make_folder(folder, d->team, err);
	if (rc == 0)
		rc = netfs_check(folder, err);
	if (rc == 0)
		rc = make_file(d, folder, err);
	free(folder);
	return rc;
}

/* --- connecting ------------------------------------------------------------------------------ */

/* A name that SQLite takes for nothing but a file: Debian's has URIs on for all. */
static char *plain_name(const char *path)
{
	return path[0] == '/' ? mem_dup(path) : mem_printf("./%s", path);
}

char *db_immutable_name(const char *path)
{
	struct buf b = BUF_INIT;
	buf_adds(&b, path[0] == '/' ? "file:" : "file:./");
	for (const char *p = path; *p; p++) {
		if (strchr("%?#", *p))
			buf_addf(&b, "%%%02X", (unsigned char)*p);
		else
			buf_addc(&b, *p);
	}
	buf_adds(&b, "?immutable=1");
	return buf_take(&b);
}

static int on_wal(void *ctx, sqlite3 *h, const char *name, int pages)
{
	(void)h;
	(void)name;
	struct db *d = ctx;
	if (pages < d->wal_pages)
		d->tried_pages = 0; /* the WAL began anew */
	d->wal_pages = pages;
	return SQLITE_OK;
}

static bool empties(const struct db *d, const char *table, const char *column)
{
	static const char *const may[][2] = {
		{ "event", "payload" }, { "event", "salt" },
		{ "removal", "rest" }, { "chunk", "packed" }, { "chunk", "bytes" },
	};
	for (size_t i = 0; d->write && d->takes_out && i < sizeof(may) / sizeof(may[0]); i++)
		if (strcmp(table, may[i][0]) == 0 && strcmp(column, may[i][1]) == 0)
			return true;
	return false;
}

/* What this program never asks for is refused before it reaches the file's own triggers. */
static int authorize(void *ctx, int what, const char *a, const char *b, const char *db,
		     const char *trigger)
{
	const struct db *d = ctx;
	(void)db;
	(void)trigger;
	switch (what) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_FUNCTION:
	case SQLITE_TRANSACTION:
	case SQLITE_PRAGMA:
		return SQLITE_OK;
	case SQLITE_INSERT:
		return d->write ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_UPDATE:
		return empties(d, a, b) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static const struct {
	int option, on;
} settings[] = {
	{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 }, /* until we know that the file is ours */
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
};

/* None of these looks at the file. Without recursive_triggers REPLACE would not fire the triggers
 * against DELETE. */
static const char pragmas[] =
	"PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
	"PRAGMA mmap_size=0; PRAGMA synchronous=FULL";

static int connect_file(struct db *d, bool immutable, struct err *err)
{
	char *name = immutable ? db_immutable_name(d->path) : plain_name(d->path);
	int flags = (d->write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
		SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
		(immutable ? SQLITE_OPEN_URI : 0);
	int rc = sqlite3_open_v2(name, &d->h, flags, NULL);
	free(name);
	d->immutable = immutable;
	for (size_t i = 0; rc == 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
		rc = sqlite3_db_config(d->h, settings[i].option, settings[i].on, NULL);
	if (rc == 0)
		rc = sqlite3_exec(d->h, pragmas, NULL, NULL, NULL);
	if (rc == 0 && d->kind->function)
		rc = sqlite3_create_function(d->h, d->kind->function, -1,
					     SQLITE_UTF8 | SQLITE_DIRECTONLY, d, d->kind->call,
					     NULL, NULL);
	if (rc)
		return db_fail(d, rc, err);
	d->full = true;
	sqlite3_limit(d->h, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
	sqlite3_wal_autocheckpoint(d->h, 0);
	sqlite3_wal_hook(d->h, on_wal, d);
	return 0;
}

static void disconnect(struct db *d)
{
	for (int i = 0; d->stmt && i < d->kind->n_sql; i++) {
		sqlite3_finalize(d->stmt[i]);
		d->stmt[i] = NULL;
	}
	sqlite3_close(d->h);
	d->h = NULL;
}

/* --- what lies there ------------------------------------------------------------------------- */

/* The three numbers in one transaction: somebody else may just be making the file. */
static int read_marks(struct db *d, int64_t *app, int64_t *format, int64_t *schema,
		      struct err *err)
{
	int sq = sqlite3_exec(d->h, "BEGIN", NULL, NULL, NULL);
	if (sq)
		return db_fail(d, sq, err);
	int rc = db_pragma_int(d, "PRAGMA schema_version", schema, err);
	if (rc == 0)
		rc = db_pragma_int(d, "PRAGMA application_id", app, err);
	if (rc == 0)
		rc = db_pragma_int(d, "PRAGMA user_version", format, err);
	/* Without memory even this can fail; what comes next is not for the middle of it. */
	sq = sqlite3_exec(d->h, "ROLLBACK", NULL, NULL, NULL);
	return rc == 0 && sq ? db_fail(d, sq, err) : rc;
}

/* Reads who made the file; *ret_format is 0 for an empty one. */
static int recognise(struct db *d, int64_t *ret_format, struct err *err)
{
	int64_t app = 0, format = 0, schema = 0;
	int rc = read_marks(d, &app, &format, &schema, err);
	if (rc)
		return rc;
	if (app == 0 && format == 0 && schema == 0) {
		*ret_format = 0;
		return 0;
	}
	if (app != d->kind->app_id || format < 1)
		return err_set(err, ERR_CORRUPT, "%s is not a %s of blackstart", d->path,
			       d->kind->what);
	if (format > d->kind->n_steps)
		return err_set(err, ERR_VERSION,
			       "%s %s was made by a newer blackstart (format %lld, this one knows "
			       "up to %d); it was left as it is", d->kind->what, d->path,
			       (long long)format, d->kind->n_steps);
	*ret_format = format;
	return 0;
}

static int use_wal(struct db *d, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(d->h, "PRAGMA journal_mode=WAL", -1, &st, NULL);
	if (rc)
		return db_fail(d, rc, err);
	rc = db_step(d, st, err);
	if (rc == 1) {
		const char *mode = (const char *)sqlite3_column_text(st, 0);
		rc = mode && strcmp(mode, "wal") == 0 ? 0 :
			err_set(err, ERR_DENIED, "%s %s: this place cannot hold a WAL; use a file "
				"on a local disk", d->kind->what, d->path);
	}
	sqlite3_finalize(st);
	if (rc)
		return rc;
	rc = sqlite3_exec(d->h, "PRAGMA journal_size_limit=33554432", NULL, NULL, NULL);
	return rc ? db_fail(d, rc, err) : 0;
}

static int open_write(struct db *d, struct err *err)
{
	int64_t format = 0;
	int rc = prepare_place(d, err);
	if (rc == 0)
		rc = connect_file(d, false, err);
	if (rc == 0)
		rc = recognise(d, &format, err);
	if (rc)
		return rc;
	if (sqlite3_db_readonly(d->h, "main") == 1)
		return err_set(err, ERR_DENIED, "%s %s: cannot be written", d->kind->what, d->path);
	rc = use_wal(d, err);
	if (rc == 0)
		rc = db_migrate(d, err);
	if (rc == 0)
		sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return rc;
}

/* --- reading --------------------------------------------------------------------------------- */

static bool has_bytes_beside(const char *path, const char *suffix)
{
	struct stat st;
	char *name = mem_printf("%s%s", path, suffix);
	bool yes = stat(name, &st) == 0 && st.st_size > 0;
	free(name);
	return yes;
}

static bool look_at(const struct db *d, struct db_look *look)
{
	struct stat st;
	*look = (struct db_look){
		.wal = has_bytes_beside(d->path, "-wal"),
		.undo = has_bytes_beside(d->path, "-journal"),
	};
	if (stat(d->path, &st))
		return false;
	look->size = st.st_size;
	look->ino = st.st_ino;
	look->mtime = st.st_mtim;
	return true;
}

static bool same_look(const struct db_look *a, const struct db_look *b)
{
	return a->size == b->size && a->ino == b->ino && a->wal == b->wal && a->undo == b->undo &&
		a->mtime.tv_sec == b->mtime.tv_sec && a->mtime.tv_nsec == b->mtime.tv_nsec;
}

/* A writer died while it turned the file to WAL or back. Undoing that takes the right to write. */
static void undo_half_turn(const struct db *d)
{
	sqlite3 *h = NULL;
	char *name = plain_name(d->path);
	if (sqlite3_open_v2(name, &h, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
		sqlite3_db_config(h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		sqlite3_exec(h, "PRAGMA schema_version", NULL, NULL, NULL);
	}
	sqlite3_close(h);
	free(name);
}

static int connect_and_recognise(struct db *d, bool immutable, int64_t *ret_format,
				 struct err *err)
{
	int rc = connect_file(d, immutable, err);
	if (rc == 0)
		rc = recognise(d, ret_format, err);
	if (rc)
		disconnect(d);
	return rc;
}

static int connect_reader(struct db *d, struct err *err)
{
	int64_t format = 0;
	int rc = connect_and_recognise(d, false, &format, err);
	bool refused = rc == ERR_DENIED || rc == ERR_IO;
	if (refused && look_at(d, &d->look) && d->look.undo) {
		undo_half_turn(d);
		rc = connect_and_recognise(d, false, &format, err);
		refused = rc == ERR_DENIED || rc == ERR_IO;
	}
	if (refused && look_at(d, &d->look)) {
		if (d->look.wal || d->look.undo)
			return err_set(err, ERR_DENIED, "%s %s: was not closed, and its folder "
				       "cannot be written; copy it with its %s into a folder of "
				       "yours and read it there", d->kind->what, d->path,
				       d->look.wal ? "-wal" : "-journal");
		rc = connect_and_recognise(d, true, &format, err);
	}
	if (rc == 0 && format == 0)
		rc = err_set(err, ERR_NOTFOUND, "%s: empty, no run is on record in it", d->path);
	return rc;
}

static int open_read(struct db *d, struct err *err)
{
	struct stat st;
	if (stat(d->path, &st)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return err_set(err, ERR_NOTFOUND, "%s: no such %s", d->path, d->kind->what);
		return denied_or_sys(err, "reading", d->path);
	}
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DENIED, "%s: not a regular file", d->path);
	if (faccessat(AT_FDCWD, d->path, R_OK, AT_EACCESS))
		return denied_or_sys(err, "reading", d->path);
	return connect_reader(d, err);
}

int db_refresh(struct db *d, bool *ret_stale, struct err *err)
{
	struct db_look now;
	*ret_stale = false;
	if (!d->immutable || (look_at(d, &now) && same_look(&now, &d->look)))
		return 0;
	disconnect(d);
	int rc = connect_reader(d, err);
	if (rc)
		return rc;
	sqlite3_set_authorizer(d->h, authorize, d);
	*ret_stale = true;
	return 0;
}

/* --- the door -------------------------------------------------------------------------------- */

int db_open(struct db *d, const struct db_kind *kind, const char *path, enum db_how how,
	    struct err *err)
{
	*d = (struct db){
		.kind = kind,
		.path = mem_dup(path),
		.write = how & DB_WRITE,
		.team = how & DB_TEAM,
		.stmt = mem_alloc((size_t)kind->n_sql * sizeof(d->stmt[0])),
	};
	int rc = path[0] ? 0 : err_set(err, ERR_USAGE, "no name for a %s", kind->what);
	if (rc == 0)
		rc = d->write ? open_write(d, err) : open_read(d, err);
	if (rc) {
		disconnect(d);
		db_close(d);
		return rc;
	}
	sqlite3_set_authorizer(d->h, authorize, d);
	return 0;
}

/* Neither of the two waits; where somebody else has the file open it stays as it is. */
static void park(struct db *d)
{
	db_rollback(d);
	sqlite3_wal_checkpoint_v2(d->h, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	for (int i = 0; i < d->kind->n_sql; i++) {
		sqlite3_finalize(d->stmt[i]);
		d->stmt[i] = NULL;
	}
	sqlite3_exec(d->h, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
}

/* The authorizer knows nothing of what VACUUM does inside. Its copy may be larger than memory. */
int db_wipe(struct db *d, struct err *err)
{
	int left = 0, rc;
	if (!d->write)
		return err_set(err, ERR_DENIED, "%s %s was opened for reading", d->kind->what,
			       d->path);
	sqlite3_set_authorizer(d->h, NULL, NULL);
	rc = sqlite3_exec(d->h, "PRAGMA temp_store=FILE; PRAGMA secure_delete=ON; VACUUM", NULL,
			  NULL, NULL);
	if (rc == 0)
		rc = sqlite3_wal_checkpoint_v2(d->h, "main", SQLITE_CHECKPOINT_TRUNCATE, &left,
					       NULL);
	sqlite3_exec(d->h, "PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
	sqlite3_set_authorizer(d->h, authorize, d);
	return rc ? db_fail(d, rc, err) : 0;
}

void db_leave(struct db *d)
{
	if (d->h && d->write) {
		db_rollback(d);
		sqlite3_db_config(d->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		d->write = false;
	}
	db_close(d);
}

void db_close(struct db *d)
{
	if (d->h && d->write)
		park(d);
	if (d->h)
		disconnect(d);
	free(d->stmt);
	free(d->path);
	*d = (struct db){ 0 };
}
