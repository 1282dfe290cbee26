#include "file_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "str.h"

enum { PART = 256 << 10 };

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "it is a folder: attach an archive of it (tar czf FILE.tar.gz …)";
	if (S_ISFIFO(mode))
		return "it is a pipe: read it as standard input, with - in place of its name";
	if (S_ISSOCK(mode))
		return "it is a socket";
	return "it is a device: attach what was read from it (… | blackstart attach-file RUN -)";
}

bool file_in_stood(const struct stat *before, const struct stat *after, int64_t n)
{
	bool same = before->st_size == after->st_size &&
		    before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
		    before->st_mtim.tv_nsec == after->st_mtim.tv_nsec &&
		    before->st_ctim.tv_sec == after->st_ctim.tv_sec &&
		    before->st_ctim.tv_nsec == after->st_ctim.tv_nsec;

	/* what the kernel makes up as it is read (/proc) has no size */
	return same && (before->st_size == 0 || before->st_size == n);
}

static int too_long(const char *path, int64_t max, struct err *err)
{
	return err_set(err, ERR_LIMIT, "%s is over %lld MiB, the most that is kept of one file: "
		       "compress it, cut it (split -b %lldM), or keep it elsewhere and note its "
		       "digest (blackstart note RUN \"$(sha256sum …)\")", path,
		       (long long)(max >> 20), (long long)(max >> 20));
}

static int copy(const char *path, int from, int to, int64_t max, int64_t *ret_n, struct err *err)
{
	char *part = mem_alloc(PART);
	int rc = 0;

	*ret_n = 0;
	while (rc == 0) {
		ssize_t got = read(from, part, PART);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			break;
		if (got < 0)
			rc = err_sys(err, "cannot read %s", path);
		else if ((*ret_n += got) > max)
			rc = too_long(path, max, err);
		else
			rc = fsio_write_all(to, part, (size_t)got, err);
	}
	free(part);
	return rc;
}

static int open_file(const char *path, int64_t max, struct stat *ret, int *ret_fd,
		     struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc = 0;

	if (fd < 0 && (errno == ENXIO || errno == ENODEV)) /* a socket */
		return err_set(err, ERR_DENIED, "%s cannot be kept: it is no file", path);
	if (fd < 0)
		return err_sys(err, "cannot open %s", path);
	if (fstat(fd, ret))
		rc = err_sys(err, "cannot look at %s", path);
	else if (!S_ISREG(ret->st_mode))
		rc = err_set(err, ERR_DENIED, "%s cannot be kept: %s", path,
			     kind_of(ret->st_mode));
	else if (ret->st_size > max)
		rc = too_long(path, max, err);
	if (rc)
		close(fd);
	else
		*ret_fd = fd;
	return rc;
}

static int seal(int fd, struct err *err)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL))
		return err_sys(err, "cannot seal what was read");
	return 0;
}

int file_in(const char *path, int64_t max, int *ret_fd, struct err *err)
{
	bool piped = str_eq(path, "-");
	const char *name = piped ? "standard input" : path;
	struct stat before = { 0 }, after;
	int64_t n = 0;
	int from = STDIN_FILENO, to, rc = 0;

	if (!piped)
		rc = open_file(path, max, &before, &from, err);
	if (rc)
		return rc;
	to = memfd_create("attached", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (to < 0)
		rc = err_sys(err, "no memory file");
	if (rc == 0)
		rc = copy(name, from, to, max, &n, err);
	if (rc == 0 && !piped && (fstat(from, &after) || !file_in_stood(&before, &after, n)))
		rc = err_set(err, ERR_BUSY, "%s changed while it was read, so nothing was kept: "
			     "attach a copy of it, or its end (tail -n 1000 … | blackstart "
			     "attach-file RUN - --name NAME)", path);
	if (rc == 0)
		rc = seal(to, err);
	if (!piped)
		close(from);
	if (rc && to >= 0)
		close(to);
	else if (rc == 0)
		*ret_fd = to;
	return rc;
}
