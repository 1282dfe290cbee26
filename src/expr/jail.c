#include "jail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"

/* The last byte of a whole answer: what lacks it was cut off. */
static const char mark = '\4';

/* --- the child ----------------------------------------------------------------------------- */

static void limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit r = { soft, hard };

	setrlimit(what, &r);
}

/* clang builds nothing here but fuzzers, with AddressSanitizer. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
/* Bytes of address space in use. */
static rlim_t in_use(void)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	return n > 0 ? (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE)
		     : (rlim_t)1 << 30;
}

static void limit_memory(void)
{
	rlim_t all = in_use() + JAIL_MEMORY;

	limit(RLIMIT_AS, all, all);
}
#else
/* A sanitizer's shadow is larger than any limit. */
static void limit_memory(void)
{
}
#endif

/* Keeps one descriptor, moved out of the way of the first three, which become /dev/null. */
static int keep_only(int fd)
{
	int null;

	fd = fcntl(fd, F_DUPFD, 3);
	if (fd < 0)
		_exit(1);
	null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++)
		if (null < 0 || dup2(null, i) < 0)
			close(i);
	if (fd > 3)
		close_range(3, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, ~0U, 0);
	return fd;
}

static void reset_signals(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		sigaction(s, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void lock_up(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	mem_on_fatal(NULL);
	limit_memory();
	limit(RLIMIT_CPU, JAIL_CPU_S, JAIL_CPU_S + 1);
	limit(RLIMIT_CORE, 0, 0);
	limit(RLIMIT_FSIZE, 0, 0);
	limit(RLIMIT_NOFILE, 0, 0);
}

static void child(pid_t parent, int fd, void (*work)(void *ctx, struct buf *out), void *ctx,
		  size_t max)
{
	struct buf out = { .max = max + 1 };
	char *no_environment[] = { NULL };

	fd = keep_only(fd);
	environ = no_environment; /* not clearenv(): libjq expects a list, if an empty one */
	lock_up(parent);
	/* Last: a handler of the parent's must not run here. */
	reset_signals();
	work(ctx, &out);
	if (!out.over)
		buf_addc(&out, mark);
	_exit(fsio_write_all(fd, buf_str(&out), out.len, NULL) ? 1 : 0);
}

/* --- the parent ---------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / CLOCK_MS;
}

/* Reads until the end. False when time is over. */
static bool read_all(int fd, struct buf *to)
{
	int64_t deadline = now_ms() + JAIL_TIME_MS;
	char bytes[16384];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = deadline - now_ms();
		ssize_t n;

		if (left <= 0)
			return false;
		n = poll(&p, 1, (int)left);
		if (n < 0 && errno != EINTR)
			return true;
		if (n <= 0)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (n == 0 || (n < 0 && errno != EINTR))
			return true;
		int full = n > 0 ? buf_add(to, bytes, (size_t)n) : 0;
		if (n > 0)
			mem_wipe(bytes, (size_t)n);
		if (full)
			return true;
	}
}

/* The child's end. 0 where it is not known: then the mark tells. */
static int reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return status;
}

static int verdict(int status, bool in_time, const struct buf *got, struct err *err)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (!in_time || sig == SIGXCPU)
		return err_set(err, ERR_LIMIT, "ran longer than %d s", JAIL_CPU_S);
	if (WIFEXITED(status) && WEXITSTATUS(status) == JAIL_NOMEM)
		return err_set(err, ERR_LIMIT, "needed more than %d MB of memory",
			       JAIL_MEMORY >> 20);
	if (sig)
		return err_set(err, ERR_LIMIT, "broke off (signal %d), out of memory or at a "
			       "defect of the library", sig);
	if (got->over || !got->len || got->data[got->len - 1] != mark)
		return err_set(err, ERR_LIMIT, "gave more than is taken");
	return 0;
}

static pid_t start(int fds[2], void (*work)(void *ctx, struct buf *out), void *ctx, size_t max)
{
	sigset_t all, before;
	pid_t parent = getpid(), pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		child(parent, fds[1], work, ctx, max);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int jail_run(void (*work)(void *ctx, struct buf *out), void *ctx, size_t max, struct buf *ret,
	     struct err *err)
{
	struct buf got = { .max = max + 1, .secret = true }; /* it may be one */
	bool in_time;
	int fds[2], rc;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, "a pipe");
	pid = start(fds, work, ctx, max);
	close(fds[1]);
	if (pid < 0) {
		rc = err_sys(err, "a process");
		close(fds[0]);
		return rc;
	}
	in_time = read_all(fds[0], &got);
	close(fds[0]);
	if (!in_time || got.over)
		kill(pid, SIGKILL);
	rc = verdict(reap(pid), in_time, &got, err);
	if (rc == 0 && buf_add(ret, got.data, got.len - 1))
		rc = err_set(err, ERR_LIMIT, "gave more than is taken");
	buf_release(&got);
	return rc;
}
