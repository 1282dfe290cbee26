/* What a holder that is gone left behind: by whoever comes after it, with its lock in hand. */
#include "hclear.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "hgroup.h"
#include "holder.h"

enum { PATH_ROOM = 4200 };

static const char group_name[] = "holder.group";

void hclear_note_group(int folder, const char *path)
{
	int fd = openat(folder, group_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0600);
	if (fd < 0)
		return;
	(void)!write(fd, path, strlen(path));
	close(fd);
}

void hclear_group(int folder)
{
	char path[PATH_ROOM];
	int fd = openat(folder, group_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, path, sizeof(path) - 1);
	if (fd >= 0)
		close(fd);
	path[n > 0 ? n : 0] = '\0';
	if (n <= 0 || hgroup_remove(path))
		unlinkat(folder, group_name, 0);
}

/* The lock of a holder that is not there any more; -1 while one lives, or where none ever did. */
static int lock_of_dead(int folder)
{
	int fd = openat(folder, "holder.lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	return -1;
}

void holder_sweep(const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int lock = dir < 0 ? -1 : lock_of_dead(dir);
	if (lock >= 0) {
		hclear_group(dir);
		close(lock);
	}
	if (dir >= 0)
		close(dir);
}

static void remove_spools(int folder)
{
	int fd = openat(folder, "spool", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	unlinkat(folder, "spool", AT_REMOVEDIR);
}

bool holder_clear(const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return true;
	int lock = lock_of_dead(dir);
	bool none = lock < 0 && faccessat(dir, "holder.lock", F_OK, 0) != 0;
	if (lock >= 0 || none) {
		hclear_group(dir);
		remove_spools(dir);
		unlinkat(dir, "status", 0);
		unlinkat(dir, "holder.sock", 0);
		unlinkat(dir, "holder.lock", 0);
	}
	if (lock >= 0)
		close(lock);
	close(dir);
	return lock >= 0 || none;
}
