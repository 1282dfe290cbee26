#include "hstart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "chan.h"
#include "clock.h"
#include "err.h"
#include "hhouse.h"
#include "hjob.h"
#include "hwire.h"

/* Whom to talk to and until when. */
struct way {
	const char *folder, *run;
	int dir;
	int64_t until;
};

static int left_ms(const struct way *w)
{
	int64_t left = (w->until - hjob_now()) / CLOCK_MS;
	return left < 0 ? 0 : (int)left;
}

static int peer_of(int fd, pid_t *ret_pid, struct err *err)
{
	struct ucred who;
	socklen_t n = sizeof(who);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n))
		return err_sys(err, "holder socket");
	if (who.uid != geteuid())
		return err_set(err, ERR_DENIED, "the holder belongs to user %ld", (long)who.uid);
	*ret_pid = who.pid;
	return 0;
}

/* ERR_NOTFOUND: nobody (any more) at the other end. */
static int say_hello(const struct way *w, int fd, struct err *err)
{
	struct buf frame = BUF_INIT;
	int type;
	hwire_start(&frame, HWIRE_HELLO);
	hwire_put_u32(&frame, HWIRE_VERSION);
	int rc = chan_write(fd, frame.data, frame.len, -1, left_ms(w), err);
	buf_clear(&frame);
	if (!rc)
		rc = chan_read(fd, &frame, NULL, left_ms(w), err);
	if (rc == ERR_IO) /* reset: it went away between our connecting and its answer */
		rc = ERR_NOTFOUND;
	if (!rc) {
		struct hwire_in in = hwire_read(buf_str(&frame), frame.len, &type);
		uint32_t version = hwire_u32(&in);
		if (type != HWIRE_WELCOME || !hwire_done(&in))
			rc = err_set(err, ERR_PARSE, "%s: not a holder's socket", w->folder);
		else if (version != HWIRE_VERSION)
			rc = err_set(err, ERR_VERSION, "%s: the holder speaks version %u, not %d",
				     w->folder, version, HWIRE_VERSION);
	}
	buf_release(&frame);
	return rc;
}

static int try_connect(const struct way *w, int *ret_fd, pid_t *ret_pid, struct err *err)
{
	struct sockaddr_un address;
	int rc = 0;
	hhouse_address(w->dir, &address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(err, "socket");
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		bool nobody = errno == ENOENT || errno == ECONNREFUSED;
		rc = err_sys(err, "%s: holder.sock", w->folder);
		if (nobody)
			rc = ERR_NOTFOUND;
	}
	if (!rc)
		rc = peer_of(fd, ret_pid, err);
	if (!rc)
		rc = say_hello(w, fd, err);
	if (rc)
		close(fd);
	else
		*ret_fd = fd;
	return rc;
}

/* exec of ourselves, standard output on a pipe on which the new holder says how it went. */
static int spawn_holder(const struct way *w, int say, struct err *err)
{
	extern char **environ;
	char *argv[] = { (char[]){ "blackstart" }, (char[]){ "holder" }, strdup(w->run),
			 strdup(w->folder), NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&files, say, 1);
	posix_spawn_file_actions_adddup2(&files, 0, 2);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	errno = posix_spawn(&pid, "/proc/self/exe", &files, &attr, argv, environ);
	int rc = errno ? err_sys(err, "cannot start a holder") : 0;
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	free(argv[2]);
	free(argv[3]);
	while (!rc && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		; /* it forks and leaves at once */
	return rc;
}

/* "ok", or "no ERRNO". */
static int hear_start(const struct way *w, int fd, struct err *err)
{
	char line[32];
	size_t n = 0;
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		if (poll(&p, 1, left_ms(w)) == 0)
			return err_set(err, ERR_CANCEL, "%s: the holder does not come up",
				       w->folder);
		ssize_t got = read(fd, line + n, sizeof(line) - 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(err, ERR_IO, "%s: the holder did not start", w->folder);
		n += (size_t)got;
		line[n] = '\0';
		if (strchr(line, '\n') || n == sizeof(line) - 1)
			break;
	}
	if (!strcmp(line, "ok\n"))
		return 0;
	errno = strncmp(line, "no ", 3) ? EPROTO : (int)strtol(line + 3, NULL, 10);
	if (errno == EWOULDBLOCK)
		return 0; /* another one came up at the same time: connect to that */
	return err_sys(err, "%s: the holder cannot start", w->folder);
}

static int start_holder(const struct way *w, struct err *err)
{
	int fd[2];
	if (pipe2(fd, O_CLOEXEC))
		return err_sys(err, "cannot start a holder");
	int rc = spawn_holder(w, fd[1], err);
	close(fd[1]);
	if (!rc)
		rc = hear_start(w, fd[0], err);
	close(fd[0]);
	return rc;
}

/* A holder on its way out still has the lock for a moment after it let go of its socket. */
static void breathe(void)
{
	poll(NULL, 0, 5);
}

int hstart_connect(const char *folder, const char *run, int *ret_fd, pid_t *ret_pid,
		   struct err *err)
{
	struct way w = {
		.folder = folder,
		.run = run,
		.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.until = hjob_now() + hjob_ms(HSTART_MS),
	};
	if (w.dir < 0)
		return err_sys(err, "%s", folder);
	int rc = try_connect(&w, ret_fd, ret_pid, err);
	while (rc == ERR_NOTFOUND && left_ms(&w)) {
		rc = start_holder(&w, err);
		if (rc)
			break;
		rc = try_connect(&w, ret_fd, ret_pid, err);
		if (rc == ERR_NOTFOUND)
			breathe();
	}
	if (rc == ERR_NOTFOUND)
		rc = err_set(err, ERR_CANCEL, "%s: no holder in %d ms", folder, HSTART_MS);
	close(w.dir);
	return rc;
}
