/* Eight megabytes that wait beside the journal for the day the disk is full: the runbook that frees
 * it must be able to run. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "journal_own.h"
#include "mem.h"

enum { BALLAST_BYTES = 8 << 20, WRITE_BYTES = 64 << 10 };

/* Room for it, and as much again left over: it is to help on a full disk, not to fill one. */
static bool has_room(const char *folder)
{
	struct statvfs fs;
	return statvfs(folder, &fs) == 0 &&
		(unsigned long long)fs.f_bavail * fs.f_frsize >= 2ULL * BALLAST_BYTES;
}

static int write_zeroes(int fd)
{
	char *zeroes = mem_alloc(WRITE_BYTES);
	int rc = 0;
	for (int at = 0; rc == 0 && at < BALLAST_BYTES; at += WRITE_BYTES)
		rc = fsio_write_all(fd, zeroes, WRITE_BYTES, NULL);
	free(zeroes);
	return rc;
}

static void make(const char *path, bool team)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	int rc = fchmod(fd, team ? 0660 : 0600);
	if (rc == 0)
		rc = fallocate(fd, 0, 0, BALLAST_BYTES);
	if (rc && (errno == EOPNOTSUPP || errno == ENOSYS))
		rc = write_zeroes(fd);
	close(fd);
	if (rc)
		unlink(path);
}

void journal_ballast_keep(struct journal *j)
{
	struct stat st;
	if (!j->db.write)
		return;
	char *path = mem_printf("%s.ballast", j->db.path);
	char *folder = fsio_dirname(path);
	bool there = stat(path, &st) == 0 && st.st_size >= BALLAST_BYTES;
	if (!there && has_room(folder))
		make(path, j->team);
	free(folder);
	free(path);
}

bool ballast_release(const char *journal_path)
{
	char *path = mem_printf("%s.ballast", journal_path);
	bool was_there = unlink(path) == 0;
	free(path);
	return was_there;
}

bool journal_ballast_release(struct journal *j)
{
	return ballast_release(j->db.path);
}
