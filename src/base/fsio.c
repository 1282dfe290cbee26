#include "fsio.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "mem.h"

enum { READ_CHUNK = 64 * 1024 };

/* --- reading --------------------------------------------------------------------------------- */

static int open_error(const char *path, struct err *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set(err, ERR_NOTFOUND, "%s: no such file", path);
	return err_sys(err, "%s", path);
}

/* Asks what is there before opening it, because opening some devices is an act of its own, and
 * again afterwards, because the answer may have changed. */
static int open_regular(const char *path, size_t max, int *ret_fd, struct err *err)
{
	struct stat st;
	if (stat(path, &st))
		return open_error(path, err);
	int fd = -1;
	if (S_ISREG(st.st_mode)) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd < 0)
			return open_error(path, err);
	}
	int rc = 0;
	if (fd >= 0 && fstat(fd, &st))
		rc = err_sys(err, "%s", path);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(err, ERR_DENIED, "%s: not a regular file", path);
	else if (st.st_size > 0 && (uintmax_t)st.st_size > max)
		rc = err_set(err, ERR_LIMIT, "%s: %lld bytes, at most %zu are read", path,
			     (long long)st.st_size, max);
	if (rc == 0)
		*ret_fd = fd;
	else if (fd >= 0)
		close(fd);
	return rc;
}

static int read_all(int fd, const char *path, size_t max, struct buf *out, struct err *err)
{
	char chunk[READ_CHUNK];
	size_t total = 0;
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "reading %s", path);
		total += (size_t)n;
		if (total > max || buf_add(out, chunk, (size_t)n))
			return err_set(err, ERR_LIMIT, "%s: larger than %zu bytes", path,
				       total > max ? max : out->max);
	}
}

int fsio_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	int fd = -1;
	bool over = out->over;
	size_t len = out->len;
	int rc = open_regular(path, max, &fd, err);
	if (rc)
		return rc;
	rc = read_all(fd, path, max, out, err);
	if (rc) {
		buf_cut(out, len);
		out->over = over;
	}
	close(fd);
	return rc;
}

/* --- writing --------------------------------------------------------------------------------- */

int fsio_write_all(int fd, const void *p, size_t n, struct err *err)
{
	const char *at = p;
	while (n > 0) {
		ssize_t done = write(fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
			continue;
		}
		if (done < 0)
			return err_sys(err, "writing");
		at += done;
		n -= (size_t)done;
	}
	return 0;
}

static int sync_folder_of(const char *path, struct err *err)
{
	char *dir = fsio_dirname(path);
	int rc = 0;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		rc = err_sys(err, "syncing folder %s", dir);
	if (fd >= 0)
		close(fd);
	free(dir);
	return rc;
}

static int fill_new(int fd, const void *p, size_t n, mode_t mode, bool sync, struct err *err)
{
	int rc = fsio_write_all(fd, p, n, err);
	if (rc)
		return rc;
	if (fchmod(fd, mode))
		return err_sys(err, "setting mode");
	if (sync && fsync(fd))
		return err_sys(err, "syncing");
	return 0;
}

int fsio_replace(const char *path, const void *p, size_t n, mode_t mode, bool sync,
		 struct err *err)
{
	char *dir = fsio_dirname(path);
	char *temp = mem_printf("%s/.%s.XXXXXX", dir, fsio_basename(path));
	int rc = 0;
	int fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		rc = err_sys(err, "%s: cannot write beside it", path);
		goto out;
	}
	rc = fill_new(fd, p, n, mode, sync, err);
	/* A network file system may tell of a full disk only here. */
	if (close(fd) && rc == 0)
		rc = err_sys(err, "closing");
	if (rc == 0 && rename(temp, path))
		rc = err_sys(err, "renaming to it");
	if (rc) {
		unlink(temp);
		err_context(err, rc, "%s", path);
		goto out;
	}
	if (sync)
		rc = sync_folder_of(path, err);
out:
	free(temp);
	free(dir);
	return rc;
}

/* --- folders and paths ----------------------------------------------------------------------- */

static int make_one(const char *path, mode_t mode, struct err *err)
{
	struct stat st;
	if (mkdir(path, mode) == 0)
		return 0;
	int sys = errno;
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		return err_set(err, ERR_EXISTS, "%s: exists and is no folder", path);
	}
	errno = sys;
	return err_sys(err, "making folder %s", path);
}

int fsio_mkdirs(const char *path, mode_t mode, struct err *err)
{
	char *copy = mem_dup(path);
	int rc = 0;
	for (char *p = copy + 1; *copy && *p && rc == 0; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		rc = make_one(copy, mode, err);
		*p = '/';
	}
	if (rc == 0)
		rc = make_one(copy, mode, err);
	free(copy);
	return rc;
}

char *fsio_dirname(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return mem_dup(".");
	while (slash > path && slash[-1] == '/')
		slash--;
	return slash == path ? mem_dup("/") : mem_dupn(path, (size_t)(slash - path));
}

const char *fsio_basename(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *fsio_join(const char *base, const char *path)
{
	if (path[0] == '/' || !base[0])
		return mem_dup(path);
	if (!path[0])
		return mem_dup(base);
	bool slash = base[strlen(base) - 1] == '/';
	return mem_printf("%s%s%s", base, slash ? "" : "/", path);
}
