#include "keeper_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "keeper.h"
#include "limits.h"
#include "mem.h"

enum { PATH_BYTES = 8192 };

static const char sock_name[] = "keeper.sock";

char *keeper_path_beside(const char *journal, const char *a, const char *b)
{
	char *dir = fsio_dirname(journal);
	char *path = mem_printf("%s/%s%s%s", dir, a, b ? "/" : "", b ? b : "");
	free(dir);
	return path;
}

char *keeper_run_dir(const char *journal, const char *run)
{
	return keeper_path_beside(journal, "run", run);
}

char *keeper_sheet_path(const char *journal, const char *run)
{
	char *name = mem_printf("%s.txt", run);
	char *path = keeper_path_beside(journal, "status", name);
	free(name);
	return path;
}

bool keeper_path_team(const char *journal)
{
	struct stat st;
	return stat(journal, &st) == 0 && (st.st_mode & S_IWGRP);
}

/* The set-group-id bit hands the folder's group down to everything made in it. A folder of
 * somebody else in the team cannot be changed by us and need not be. */
static int make_dir(char *path, bool team, struct err *err)
{
	int r = fsio_mkdirs(path, team ? 02770 : 0700, err);
	if (r == 0 && team)
		(void)!chmod(path, 02770);
	free(path);
	return r;
}

int keeper_path_make(const char *journal, const char *run, bool team, struct err *err)
{
	static const char *const shared[] = { "run", "status", "output" };
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		int r = make_dir(keeper_path_beside(journal, shared[i], NULL), team, err);
		if (r)
			return r;
	}
	int r = make_dir(keeper_run_dir(journal, run), team, err);
	if (r)
		return r;
	char *dir = keeper_run_dir(journal, run);
	r = make_dir(mem_printf("%s/spool", dir), team, err);
	free(dir);
	return r;
}

int keeper_path_here(const char *dir, const char *run, struct err *err)
{
	char *path = mem_printf("%s/moved", dir);
	struct buf to = BUF_INIT;
	int r = 0;

	if (fsio_read(path, PATH_BYTES, &to, NULL) == 0)
		r = err_set(err, ERR_DENIED, "the record of run %s goes on in another file: use "
			    "--journal %s", run, buf_str(&to));
	buf_release(&to);
	free(path);
	return r;
}

int keeper_lock(const char *dir, bool team, int *ret_fd, struct err *err)
{
	char *path = mem_printf("%s/keeper.lock", dir);
	mode_t mode = team ? 0660 : 0600;
	int r = 0;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0) {
		r = err_sys(err, "cannot open %s", path);
		goto out;
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		r = errno == EWOULDBLOCK ?
			    err_set(err, ERR_BUSY, "another keeper has the run (%s)", path) :
			    err_sys(err, "cannot lock %s", path);
		goto out;
	}
	(void)fchmod(fd, mode);
	/* For people; nothing reads it. A full disk is no reason not to start. */
	char pid[32];
	int n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, pid, (size_t)n, 0);
	*ret_fd = fd;
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	free(path);
	return r;
}

/* --- the socket ------------------------------------------------------------------------------- */

/* The address of the socket in dir: as it is where it fits into sun_path, else through a
 * descriptor of the folder, which *ret_dir then keeps open (-1: none). */
static int address(const char *dir, const char *name, struct sockaddr_un *ret, int *ret_dir,
		   struct err *err)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	*ret_dir = -1;
	int n = snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/%s", dir, name);
	if ((size_t)n < sizeof(ret->sun_path))
		return 0;
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		if (errno == ENOENT)
			return err_set(err, ERR_NOTFOUND, "there is no %s", dir);
		return err_sys(err, "cannot open %s", dir);
	}
	snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", fd, name);
	*ret_dir = fd;
	return 0;
}

struct end {
	struct sockaddr_un at;
	int dir, fd; /* -1: none */
};

static int end_init(struct end *e, const char *dir, const char *name, int flags, struct err *err)
{
	int r = address(dir, name, &e->at, &e->dir, err);

	e->fd = r ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	return !r && e->fd < 0 ? err_sys(err, "cannot make a socket") : r;
}

/* r 0: gives the descriptor away. */
static int end_give(struct end *e, int r, int *ret_fd)
{
	if (!r)
		*ret_fd = e->fd;
	else if (e->fd >= 0)
		close(e->fd);
	if (e->dir >= 0)
		close(e->dir);
	return r;
}

int keeper_path_listen(const char *dir, const char *name, bool team, int *ret_fd, struct err *err)
{
	struct end e;
	int r = end_init(&e, dir, name, SOCK_NONBLOCK, err);
	if (r)
		goto out;
	unlink(e.at.sun_path); /* of a keeper that was killed: we have the lock */
	mode_t before = umask(0177);
	int bound = bind(e.fd, (struct sockaddr *)&e.at, sizeof(e.at));
	int why = errno;
	umask(before);
	errno = why;
	if (bound || (team && chmod(e.at.sun_path, 0660)) || listen(e.fd, LIMIT_CLIENTS))
		r = err_sys(err, "cannot listen in %s", dir);
out:
	return end_give(&e, r, ret_fd);
}

int keeper_listen(const char *dir, bool team, int *ret_fd, struct err *err)
{
	return keeper_path_listen(dir, sock_name, team, ret_fd, err);
}

int keeper_path_connect(const char *dir, const char *name, int *ret_fd, struct err *err)
{
	struct end e;
	int r = end_init(&e, dir, name, 0, err);

	if (!r && connect(e.fd, (struct sockaddr *)&e.at, sizeof(e.at))) {
		bool nobody = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR;
		bool denied = errno == EACCES || errno == EPERM;

		if (nobody)
			r = err_set(err, ERR_NOTFOUND, "no keeper listens in %s", dir);
		else if (denied)
			r = err_set(err, ERR_DENIED, "not allowed to reach the keeper in %s", dir);
		else
			r = err_sys(err, "cannot reach the keeper in %s", dir);
	}
	return end_give(&e, r, ret_fd);
}

int keeper_connect(const char *journal, const char *run, int *ret_fd, struct err *err)
{
	char *dir = keeper_run_dir(journal, run);
	int r = keeper_path_connect(dir, sock_name, ret_fd, err);

	free(dir);
	return r;
}
