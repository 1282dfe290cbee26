/* rm -r through folder descriptors, so that a link that takes a folder's place is not followed. */
#include "fsio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"

static int remove_at(int dir, const char *name, int depth, struct err *err);

static int remove_entries(DIR *d, int depth, struct err *err)
{
	const struct dirent *e;
	int rc = 0;
	while (rc == 0 && (errno = 0, e = readdir(d))) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			rc = remove_at(dirfd(d), e->d_name, depth + 1, err);
	}
	if (rc == 0 && errno)
		rc = err_sys(err, "reading folder");
	return rc;
}

static int remove_folder(int dir, const char *name, int depth, struct err *err)
{
	int rc;
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "%s", name);
	DIR *d = fdopendir(fd);
	if (!d) {
		rc = err_sys(err, "%s", name);
		close(fd);
		return rc;
	}
	rc = remove_entries(d, depth, err);
	closedir(d);
	if (rc)
		return err_context(err, rc, "%s", name);
	if (unlinkat(dir, name, AT_REMOVEDIR) && errno != ENOENT)
		return err_sys(err, "%s", name);
	return 0;
}

static int remove_at(int dir, const char *name, int depth, struct err *err)
{
	struct stat st;
	if (depth > FSIO_DEPTH_MAX)
		return err_set(err, ERR_LIMIT, "folders nested deeper than %d", FSIO_DEPTH_MAX);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : err_sys(err, "%s", name);
	if (S_ISDIR(st.st_mode))
		return remove_folder(dir, name, depth, err);
	if (unlinkat(dir, name, 0) && errno != ENOENT)
		return err_sys(err, "%s", name);
	return 0;
}

int fsio_remove_tree(const char *path, struct err *err)
{
	return remove_at(AT_FDCWD, path, 0, err);
}
