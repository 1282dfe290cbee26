/* Giving back what a run's commands printed: the file goes whole. That it may was said before, by a
 * removal on record, so wherever this is stopped the next one goes on. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "output_own.h"
#include "journal_own.h"

enum { BLOCK_BYTES = 512 }; /* of st_blocks, whatever the file system has */

/* The file itself comes first: what is left then is found by nobody who reads. */
static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

enum { N_SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

/* -1: there is none. */
static int64_t on_disk(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 ? (int64_t)st.st_blocks * BLOCK_BYTES : -1;
}

int64_t output_on_disk(struct journal *j, const char *run)
{
	char *path = output_path(j, run);
	int64_t n = 0;
	bool any = false;

	for (int i = 0; i < N_SUFFIXES; i++) {
		char *name = mem_printf("%s%s", path, suffixes[i]);
		int64_t of = on_disk(name);

		any |= of >= 0;
		n += of > 0 ? of : 0;
		free(name);
	}
	free(path);
	return any ? n : -1;
}

/* Whether another process holds a lock of SQLite's on it: who writes does, and who reads while it
 * does. Who has it open and holds none goes on reading what is unlinked. */
static int is_free(const char *path, struct err *err)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, "reading %s", path);
	if (fcntl(fd, F_GETLK, &lock))
		rc = err_sys(err, "asking for locks of %s", path);
	else if (lock.l_type != F_UNLCK)
		rc = err_set(err, ERR_BUSY, "%s is in use by process %d", path, (int)lock.l_pid);
	close(fd);
	return rc;
}

static int may_remove(const char *path, struct err *err)
{
	char *folder = fsio_dirname(path);
	bool may = faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0;
	int rc = may || errno == ENOENT ? 0 :
		err_set(err, ERR_DENIED, "removing from %s: %s", folder, strerror(errno));

	free(folder);
	return rc;
}

int output_may_go(struct journal *j, const char *run, struct err *err)
{
	int rc = journal_run_id_check(run, err);

	if (rc)
		return rc;
	char *path = output_path(j, run);

	rc = may_remove(path, err);
	if (rc == 0)
		rc = is_free(path, err);
	free(path);
	return rc;
}

static int remove_file(const char *path, int64_t *freed, struct err *err)
{
	struct stat st;
	int64_t n = on_disk(path);
	bool shared = lstat(path, &st) == 0 && st.st_nlink > 1;

	if (unlink(path)) {
		int sys = errno, rc = err_sys(err, "removing %s", path);

		if (sys == ENOENT)
			return 0;
		return sys != EACCES && sys != EPERM && sys != EROFS ? rc :
			err_set(err, ERR_DENIED, "removing %s: %s", path, strerror(sys));
	}
	if (!shared && n > 0)
		*freed += n;
	return 0;
}

static int sync_folder(const char *path, struct err *err)
{
	char *folder = fsio_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0 || fsync(fd))
		rc = errno == ENOENT ? 0 : err_sys(err, "syncing %s", folder);
	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

int output_prune(struct journal *j, const char *run, int64_t *ret_freed, struct err *err)
{
	int rc = journal_run_id_check(run, err);
	int64_t freed = 0;

	if (rc)
		return rc;
	char *path = output_path(j, run);

	rc = is_free(path, err);
	for (int i = 0; rc == 0 && i < N_SUFFIXES; i++) {
		char *name = mem_printf("%s%s", path, suffixes[i]);

		rc = remove_file(name, &freed, err);
		free(name);
	}
	if (rc == 0)
		rc = sync_folder(path, err);
	free(path);
	if (rc == 0)
		*ret_freed = freed;
	return rc;
}
