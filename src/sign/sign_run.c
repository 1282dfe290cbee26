/* A program of OpenSSH, run without a shell, within a time, with nothing of ours but what it is
 * given. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "signint.h"
#include "str.h"

extern char **environ;

/* Above what a program is given, so that no descriptor is in the way of another. */
enum { OUR_FD = 16, LEAVE_MS = 1000 };

enum { PIPE_OUT, PIPE_SAID, PIPES };

struct going {
	pid_t pid;
	int end;         /* pidfd */
	int fd[PIPES];   /* -1: at its end */
	struct buf *to[PIPES];
	bool group;      /* it leads a process group of its own */
};

int64_t sign_deadline(bool ask)
{
	return clock_now().boot + (int64_t)(ask ? SIGN_ASK_MS : SIGN_MS) * CLOCK_MS;
}

int sign_file(const void *p, size_t n, int *ret_fd, struct err *err)
{
	int fd = memfd_create("blackstart", MFD_CLOEXEC), high = -1, rc;

	if (fd >= 0)
		high = fcntl(fd, F_DUPFD_CLOEXEC, OUR_FD);
	if (fd >= 0)
		close(fd);
	if (high < 0)
		return err_sys(err, "no memory for a file");
	rc = fsio_write_all(high, p, n, err);
	if (rc == 0 && lseek(high, 0, SEEK_SET) < 0)
		rc = err_sys(err, "a file in memory");
	if (rc)
		close(high);
	else
		*ret_fd = high;
	return rc;
}

void sign_said(struct buf *out, const struct buf *said)
{
	const char *s = buf_str(said), *line = s;
	size_t n = said->len;

	while (n && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\n' || s[i] == '\r')
			line = s + i + 1;
	n -= (size_t)(line - s);
	if (n)
		str_printable(out, line, n < 200 ? n : 200, false);
	else
		buf_adds(out, "it did not say why");
}

/* --- starting it ------------------------------------------------------------------------------ */

/* Ours, with messages in English, and no window that asks: a terminal does, or nobody. */
static char **environment(void)
{
	static const char *const ours[] = { "LC_ALL=C", "SSH_ASKPASS_REQUIRE=never" };
	size_t n = 0, k = 0;
	char **env;

	while (environ && environ[n])
		n++;
	env = mem_alloc((n + 3) * sizeof(*env));
	for (size_t i = 0; i < n; i++)
		if (!str_starts(environ[i], "LC_ALL=") &&
		    !str_starts(environ[i], "SSH_ASKPASS_REQUIRE="))
			env[k++] = environ[i];
	for (size_t i = 0; i < 2; i++)
		env[k++] = (char *)(uintptr_t)ours[i];
	return env;
}

static void set_files(posix_spawn_file_actions_t *acts, const struct sign_run *r,
		      const int to[PIPES])
{
	posix_spawn_file_actions_init(acts);
	if (r->in >= 0)
		posix_spawn_file_actions_adddup2(acts, r->in, 0);
	else
		posix_spawn_file_actions_addopen(acts, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(acts, to[PIPE_OUT], 1);
	if (to[PIPE_SAID] >= 0)
		posix_spawn_file_actions_adddup2(acts, to[PIPE_SAID], 2);
	for (int i = 0; i < SIGN_FILES_MAX; i++)
		if (r->files[i] > 0)
			posix_spawn_file_actions_adddup2(acts, r->files[i], SIGN_FD_FIRST + i);
}

/* Without a terminal it gets a session of its own: there is none to ask at then. */
static void set_attributes(posix_spawnattr_t *attr, bool ask)
{
	short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(attr);
	posix_spawnattr_setsigdefault(attr, &all);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setflags(attr, (short)(ask ? flags : flags | POSIX_SPAWN_SETSID));
}

static int spawn(const struct sign_run *r, const int to[PIPES], struct going *g, struct err *err)
{
	posix_spawn_file_actions_t acts;
	char **env = environment();
	posix_spawnattr_t attr;
	int rc;

	set_files(&acts, r, to);
	set_attributes(&attr, r->ask);
	rc = posix_spawnp(&g->pid, r->argv[0], &acts, &attr,
			  (char *const *)(uintptr_t)r->argv, env);
	posix_spawn_file_actions_destroy(&acts);
	posix_spawnattr_destroy(&attr);
	free(env);
	g->group = !r->ask;
	if (rc == 0)
		return 0;
	errno = rc;
	if (rc == ENOENT)
		return err_sys(err, "%s is not on this machine (OpenSSH's client has it)",
			       r->argv[0]);
	return err_sys(err, "%s cannot be run", r->argv[0]);
}

/* One end stays here, the other is for the program; both out of the way of 0 to 5. */
static int make_pipe(int *ret_ours, int *ret_its, struct err *err)
{
	int p[2], high[2];

	if (pipe2(p, O_CLOEXEC))
		return err_sys(err, "a pipe");
	for (int i = 0; i < 2; i++) {
		high[i] = fcntl(p[i], F_DUPFD_CLOEXEC, OUR_FD);
		close(p[i]);
	}
	*ret_ours = high[0];
	*ret_its = high[1];
	return high[0] < 0 || high[1] < 0 ? err_sys(err, "a pipe") : 0;
}

static void close_all(int *fds, int n)
{
	for (int i = 0; i < n; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

/* What it says goes to the terminal where it asks there. */
static int start(const struct sign_run *r, struct going *g, struct err *err)
{
	bool shown = r->ask && isatty(STDERR_FILENO);
	int its[PIPES] = { -1, -1 };
	int rc = make_pipe(&g->fd[PIPE_OUT], &its[PIPE_OUT], err);

	if (rc == 0 && !shown)
		rc = make_pipe(&g->fd[PIPE_SAID], &its[PIPE_SAID], err);
	if (rc == 0)
		rc = spawn(r, its, g, err);
	close_all(its, PIPES);
	if (rc)
		return rc;
	g->end = (int)syscall(SYS_pidfd_open, g->pid, 0);
	return 0;
}

/* --- waiting for it --------------------------------------------------------------------------- */

static int take(struct going *g, int i, const char *what, struct err *err)
{
	char part[4096];
	ssize_t n = read(g->fd[i], part, sizeof(part));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		close(g->fd[i]);
		g->fd[i] = -1;
		return 0;
	}
	if (buf_add(g->to[i], part, (size_t)n))
		return err_set(err, ERR_LIMIT, "%s says more than %d bytes", what,
			       SIGN_OUTPUT_MAX);
	return 0;
}

/* Until it is gone and all that it wrote was read. */
static int wait_for(struct going *g, int64_t until, const char *what, struct err *err)
{
	int rc = 0;

	while (rc == 0 && (g->end >= 0 || g->fd[0] >= 0 || g->fd[1] >= 0)) {
		struct pollfd p[] = { { .fd = g->fd[0], .events = POLLIN },
				      { .fd = g->fd[1], .events = POLLIN },
				      { .fd = g->end, .events = POLLIN } };
		int64_t left = (until - clock_now().boot) / CLOCK_MS;

		if (left <= 0)
			return err_set(err, ERR_CANCEL, "%s did not answer in time", what);
		if (poll(p, 3, (int)left) <= 0)
			continue;
		for (int i = 0; rc == 0 && i < PIPES; i++)
			if (p[i].revents)
				rc = take(g, i, what, err);
		if (p[2].revents)
			close_all(&g->end, 1);
	}
	return rc;
}

/* One that asks has the terminal in its hands, and puts it back when it is asked to leave. */
static void end(struct going *g)
{
	struct pollfd p = { .fd = g->end, .events = POLLIN };

	if (!g->group) {
		kill(g->pid, SIGTERM);
		poll(&p, g->end >= 0, LEAVE_MS);
	}
	kill(g->group ? -g->pid : g->pid, SIGKILL);
}

static int reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int sign_run(const struct sign_run *r, struct buf *out, struct buf *said, int *ret_status,
	     struct err *err)
{
	struct going g = { .end = -1, .fd = { -1, -1 }, .to = { out, said } };
	int rc, status;

	out->max = said->max = SIGN_OUTPUT_MAX;
	rc = start(r, &g, err);
	if (g.pid > 0) {
		rc = wait_for(&g, r->until, r->argv[0], err);
		if (rc)
			end(&g);
		status = reap(g.pid);
		if (rc == 0)
			*ret_status = status;
	}
	close_all(g.fd, PIPES);
	close_all(&g.end, 1);
	return rc;
}
