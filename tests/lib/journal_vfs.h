/* A VFS in front of SQLite's own that crashes or fails at the Nth call of a kind.
 *
 *   crash  the process ends with status VFS_CRASHED. With `lossy` the power goes too: of what was
 *          written since a file's last sync any sector may be old, decided by the seed.
 *   fail   the call returns an error, once or from then on.
 *
 * One wrapper per open file, which calls that file's own methods: different files of one VFS have
 * different method tables. What it counts are calls on databases, WALs and journals; the memory of
 * the -shm is not a file's content.
 */
#ifndef TESTS_JOURNAL_VFS_H
#define TESTS_JOURNAL_VFS_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <sqlite3.h>

enum vfs_op {
	VFS_SYNC = 1 << 0,
	VFS_WRITE = 1 << 1, /* and truncate */
	VFS_REST = 1 << 2,  /* open, read, size, delete, memory of the index */
};

enum { VFS_CRASHED = 41, VFS_SECTOR = 512 };

struct vfs_undo {
	char *path;
	sqlite3_int64 at, size; /* size of the file before */
	int n;                  /* bytes that were there before, of those overwritten */
	char *old;
	struct vfs_undo *before;
};

static struct {
	sqlite3_vfs *real;
	unsigned ops;  /* which are counted */
	int at;        /* the Nth is the one, 0: none */
	int seen;
	bool crash, lossy, forever;
	int code;      /* what a failing call returns; 0: by its kind */
	bool hit;
	uint64_t seed;
	struct vfs_undo *undo;
} vfs;

struct vfs_file {
	sqlite3_file base;
	sqlite3_file *real;
	const char *path; /* SQLite's, valid while it is open; NULL for temporary files */
};

static inline sqlite3_file *vfs_real(sqlite3_file *f)
{
	return ((struct vfs_file *)f)->real;
}

/* --- power loss ------------------------------------------------------------------------------ */

static inline uint64_t vfs_random(void)
{
	vfs.seed ^= vfs.seed << 13;
	vfs.seed ^= vfs.seed >> 7;
	vfs.seed ^= vfs.seed << 17;
	return vfs.seed;
}

static inline void vfs_remember(struct vfs_file *f, sqlite3_int64 at, sqlite3_int64 n)
{
	if (!f->path)
		return;
	struct vfs_undo *u = calloc(1, sizeof(*u));
	assert(u);
	f->real->pMethods->xFileSize(f->real, &u->size);
	u->path = strdup(f->path);
	u->at = at;
	u->n = at >= u->size ? 0 : (int)(n < u->size - at ? n : u->size - at);
	u->old = malloc((size_t)u->n + 1);
	assert(u->old && u->path);
	if (u->n)
		f->real->pMethods->xRead(f->real, u->old, u->n, at);
	u->before = vfs.undo;
	vfs.undo = u;
}

/* What is synced through any handle, or deleted, can be lost no more. Closing is neither. */
static inline void vfs_forget(const char *path)
{
	struct vfs_undo **p = &vfs.undo;
	while (path && *p) {
		struct vfs_undo *u = *p;
		if (strcmp(u->path, path) != 0) {
			p = &u->before;
			continue;
		}
		*p = u->before;
		free(u->path);
		free(u->old);
		free(u);
	}
}

/* Newest first, so that the oldest bytes win where writes overlap. */
static inline void vfs_lose(void)
{
	bool shorter = vfs_random() % 2;
	for (struct vfs_undo *u = vfs.undo; u; u = u->before) {
		struct stat st;
		int fd = open(u->path, O_RDWR);
		if (fd < 0)
			continue;
		for (int i = 0; i < u->n; i += VFS_SECTOR) {
			int some = u->n - i < VFS_SECTOR ? u->n - i : VFS_SECTOR;
			if (vfs_random() % 2 && pwrite(fd, u->old + i, (size_t)some, u->at + i) != some)
				abort();
		}
		if (shorter && fstat(fd, &st) == 0 && st.st_size > u->size &&
		    ftruncate(fd, u->size))
			abort();
		close(fd);
	}
}

/* Whether this call is the one; does not come back from a crash. */
static inline bool vfs_strikes(unsigned op)
{
	if (!vfs.at || !(vfs.ops & op))
		return false;
	vfs.seen++;
	bool now = vfs.seen == vfs.at || (vfs.forever && vfs.seen > vfs.at);
	if (!now)
		return false;
	vfs.hit = true;
	if (vfs.crash) {
		if (vfs.lossy)
			vfs_lose();
		_exit(VFS_CRASHED);
	}
	return true;
}

static inline int vfs_code(int otherwise)
{
	return vfs.code ? vfs.code : otherwise;
}

/* --- methods of a file ----------------------------------------------------------------------- */

static inline int vfs_close(sqlite3_file *f)
{
	sqlite3_file *real = vfs_real(f);
	int rc = real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
	sqlite3_free(real);
	return rc;
}

static inline int vfs_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	if (vfs_strikes(VFS_REST))
		return vfs_code(SQLITE_IOERR_READ);
	return vfs_real(f)->pMethods->xRead(vfs_real(f), p, n, at);
}

static inline int vfs_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (vfs.lossy)
		vfs_remember((struct vfs_file *)f, at, n);
	if (vfs_strikes(VFS_WRITE)) {
		/* a full disk takes what fits */
		if (n > VFS_SECTOR)
			vfs_real(f)->pMethods->xWrite(vfs_real(f), p, n / 2, at);
		return vfs_code(SQLITE_IOERR_WRITE);
	}
	return vfs_real(f)->pMethods->xWrite(vfs_real(f), p, n, at);
}

static inline int vfs_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (vfs.lossy)
		vfs_remember((struct vfs_file *)f, size, 1 << 30);
	if (vfs_strikes(VFS_WRITE))
		return vfs_code(SQLITE_IOERR_TRUNCATE);
	return vfs_real(f)->pMethods->xTruncate(vfs_real(f), size);
}

static inline int vfs_sync(sqlite3_file *f, int flags)
{
	if (vfs_strikes(VFS_SYNC))
		return vfs_code(SQLITE_IOERR_FSYNC);
	/* the process may die, the machine does not: no need to wait for a real disk */
	(void)flags;
	vfs_forget(((struct vfs_file *)f)->path);
	return SQLITE_OK;
}

static inline int vfs_size(sqlite3_file *f, sqlite3_int64 *n)
{
	if (vfs_strikes(VFS_REST))
		return vfs_code(SQLITE_IOERR_FSTAT);
	return vfs_real(f)->pMethods->xFileSize(vfs_real(f), n);
}

static inline int vfs_lock(sqlite3_file *f, int level)
{
	return vfs_real(f)->pMethods->xLock(vfs_real(f), level);
}

static inline int vfs_unlock(sqlite3_file *f, int level)
{
	return vfs_real(f)->pMethods->xUnlock(vfs_real(f), level);
}

static inline int vfs_reserved(sqlite3_file *f, int *ret)
{
	return vfs_real(f)->pMethods->xCheckReservedLock(vfs_real(f), ret);
}

static inline int vfs_control(sqlite3_file *f, int op, void *p)
{
	return vfs_real(f)->pMethods->xFileControl(vfs_real(f), op, p);
}

static inline int vfs_sector(sqlite3_file *f)
{
	return vfs_real(f)->pMethods->xSectorSize(vfs_real(f));
}

static inline int vfs_traits(sqlite3_file *f)
{
	return vfs_real(f)->pMethods->xDeviceCharacteristics(vfs_real(f));
}

static inline int vfs_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **pp)
{
	if (vfs_strikes(VFS_REST))
		return vfs_code(SQLITE_IOERR_SHMSIZE);
	return vfs_real(f)->pMethods->xShmMap(vfs_real(f), page, size, extend, pp);
}

static inline int vfs_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return vfs_real(f)->pMethods->xShmLock(vfs_real(f), at, n, flags);
}

static inline void vfs_shm_barrier(sqlite3_file *f)
{
	vfs_real(f)->pMethods->xShmBarrier(vfs_real(f));
}

static inline int vfs_shm_unmap(sqlite3_file *f, int delete)
{
	return vfs_real(f)->pMethods->xShmUnmap(vfs_real(f), delete);
}

static const sqlite3_io_methods vfs_methods = {
	.iVersion = 2, .xClose = vfs_close, .xRead = vfs_read, .xWrite = vfs_write,
	.xTruncate = vfs_truncate, .xSync = vfs_sync, .xFileSize = vfs_size, .xLock = vfs_lock,
	.xUnlock = vfs_unlock, .xCheckReservedLock = vfs_reserved, .xFileControl = vfs_control,
	.xSectorSize = vfs_sector, .xDeviceCharacteristics = vfs_traits, .xShmMap = vfs_shm_map,
	.xShmLock = vfs_shm_lock, .xShmBarrier = vfs_shm_barrier, .xShmUnmap = vfs_shm_unmap,
};

/* --- the VFS --------------------------------------------------------------------------------- */

static inline int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct vfs_file *mine = (struct vfs_file *)f;
	(void)v;
	memset(mine, 0, sizeof(*mine));
	if (vfs_strikes(VFS_REST))
		return vfs_code(SQLITE_CANTOPEN);
	mine->real = sqlite3_malloc(vfs.real->szOsFile);
	if (!mine->real)
		return SQLITE_NOMEM;
	memset(mine->real, 0, (size_t)vfs.real->szOsFile);
	int rc = vfs.real->xOpen(vfs.real, name, mine->real, flags, out);
	if (rc) {
		sqlite3_free(mine->real);
		return rc;
	}
	mine->base.pMethods = &vfs_methods;
	mine->path = name;
	return SQLITE_OK;
}

static inline int vfs_delete(sqlite3_vfs *v, const char *name, int sync)
{
	(void)v;
	(void)sync;
	if (vfs_strikes(VFS_REST))
		return vfs_code(SQLITE_IOERR_DELETE);
	vfs_forget(name);
	return vfs.real->xDelete(vfs.real, name, 0);
}

static inline void vfs_install(void)
{
	static sqlite3_vfs mine;
	if (vfs.real)
		return;
	vfs.real = sqlite3_vfs_find(NULL);
	assert(vfs.real);
	mine = *vfs.real;
	mine.zName = "faults";
	mine.szOsFile = sizeof(struct vfs_file);
	mine.pNext = NULL;
	mine.xOpen = vfs_open;
	mine.xDelete = vfs_delete;
	sqlite3_vfs_register(&mine, 1);
}

/* From now on, the Nth of ops. at 0 takes it away. */
static inline void vfs_arm(unsigned ops, int at)
{
	vfs.ops = ops;
	vfs.at = at;
	vfs.seen = 0;
	vfs.hit = false;
	vfs.crash = vfs.lossy = vfs.forever = false;
	vfs.code = 0;
}

#endif
