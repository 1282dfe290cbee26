/* Preloaded into a keeper or a holder: dies at a chosen system call, or finds the disk full.
 *
 *   SHIM_WHO=keeper|holder   the process that is meant, by its name in ps; others are left alone
 *   SHIM_WHO=both            each of the two, by itself; the holder's SHIM_LOG ends in .holder
 *   SHIM_KILL=CALL:N         kill -9 before the Nth call of CALL in it; CALL+:N after that call
 *                            CALL: fdatasync fsync pwrite write ftruncate rename unlink sendmsg
 *   SHIM_KILL=us:N           … N microseconds after it began
 *   SHIM_HOLDER=1            with the keeper, its holder too
 *   SHIM_CLIENT=1            … and the process whose id the file SHIM_CLIENT_ID holds
 *   SHIM_LOG=FILE            gets a line when that happens; where it exists, nobody is killed
 *   SHIM_HANG=FILE           who opens FILE never comes back
 *   SHIM_COUNT=FILE          gets "CALL N" lines at exit: how often each was called
 *   SHIM_CONNECT=N:FILE      any process but those: before its Nth connect to a socket it makes FILE
 *                            and waits until FILE.on is there
 *   SHIM_FAIL=FILE           while FILE exists, what writes to files below the folder SHIM_UNDER
 *                            fails with the error that FILE names: ENOSPC (default) EIO EROFS
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum call { FDATASYNC, FSYNC, PWRITE, WRITE, FTRUNCATE, RENAME, UNLINK, SENDMSG, CALLS };

static const char *const names[CALLS] = {
	"fdatasync", "fsync", "pwrite", "write", "ftruncate", "rename", "unlink", "sendmsg",
};

static struct {
	bool ours, ready;
	enum call die_at;
	bool die_after;
	long die_us;
	int connects;
	int forks; /* since the process that was started */
	long die_n; /* 0: never */
	long n[CALLS];
	const char *log, *count, *fail, *under, *hang;
} shim;

/* The beginning of a file, with a NUL behind it. */
static long read_all(const char *path, char *to, size_t size)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	long n = fd >= 0 ? syscall(SYS_read, fd, to, size - 1) : 0;

	if (fd >= 0)
		syscall(SYS_close, fd);
	to[n > 0 ? n : 0] = '\0';
	return n;
}

static bool is_meant(const char *who)
{
	char args[256] = "";
	long n = read_all("/proc/self/cmdline", args, sizeof(args));

	if (n > 0 && who && !strcmp(who, "both"))
		who = args + sizeof("blackstart");
	return n > 0 && who && !strcmp(args, "blackstart") &&
	       !strcmp(args + sizeof("blackstart"), who);
}

/* By the kernel itself, wherever we are then. */
static void die_in(long us)
{
	struct sigevent how = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec when = { .it_value = { us / 1000000, us % 1000000 * 1000 } };
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &how, &timer) == 0)
		timer_settime(timer, 0, &when, NULL);
}

static void put(const char *path, const char *text, size_t n)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd < 0)
		return;
	syscall(SYS_write, fd, text, n);
	syscall(SYS_close, fd);
}

/* Each of both dies once. */
static const char *log_of(const char *log)
{
	static char of_holder[4096];
	const char *who = getenv("SHIM_WHO");

	if (!log || strcmp(who, "both") || !is_meant("holder"))
		return log;
	snprintf(of_holder, sizeof(of_holder), "%s.holder", log);
	return of_holder;
}

__attribute__((constructor)) static void begin(void)
{
	const char *kill = getenv("SHIM_KILL");

	shim.ready = true;
	shim.ours = is_meant(getenv("SHIM_WHO"));
	if (!shim.ours)
		return;
	shim.log = log_of(getenv("SHIM_LOG"));
	shim.count = getenv("SHIM_COUNT");
	shim.fail = getenv("SHIM_FAIL");
	shim.under = getenv("SHIM_UNDER");
	shim.hang = getenv("SHIM_HANG");
	if (!kill || (shim.log && access(shim.log, F_OK) == 0))
		return;
	if (!strncmp(kill, "us:", 3)) {
		shim.die_us = strtol(kill + 3, NULL, 10);
		put(shim.log, "timed\n", 6);
		die_in(shim.die_us);
	}
	for (int c = 0; c < CALLS; c++) {
		size_t len = strlen(names[c]);
		if (strncmp(kill, names[c], len) || (kill[len] != ':' && kill[len] != '+'))
			continue;
		shim.die_at = c;
		shim.die_after = kill[len] == '+';
		shim.die_n = strtol(strchr(kill, ':') + 1, NULL, 10);
	}
}

__attribute__((destructor)) static void end(void)
{
	char text[512];
	int n = 0;

	for (int c = 0; shim.ours && shim.count && c < CALLS; c++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s %ld\n", names[c], shim.n[c]);
	if (n)
		put(shim.count, text, (size_t)n);
}

static void die_holder(void)
{
	char args[256] = "", other[256], path[64];
	DIR *d = opendir("/proc");

	snprintf(path, sizeof(path), "/proc/self/cmdline");
	if (!d || read_all(path, args, sizeof(args)) <= 0)
		return;
	const char *run = args + sizeof("blackstart") + sizeof("keeper");
	for (struct dirent *e; (e = readdir(d));) {
		snprintf(path, sizeof(path), "/proc/%.20s/cmdline", e->d_name);
		if (read_all(path, other, sizeof(other)) <= 0 || strcmp(other, "blackstart") ||
		    strcmp(other + sizeof("blackstart"), "holder") ||
		    strcmp(other + sizeof("blackstart") + sizeof("holder"), run))
			continue;
		syscall(SYS_kill, strtol(e->d_name, NULL, 10), SIGKILL);
	}
	closedir(d);
}

static void die(void)
{
	char pid[16];

	if (shim.log)
		put(shim.log, "killed\n", 7);
	if (getenv("SHIM_HOLDER"))
		die_holder();
	const char *client = getenv("SHIM_CLIENT") ? getenv("SHIM_CLIENT_ID") : NULL;
	if (client && read_all(client, pid, sizeof(pid)) > 0)
		syscall(SYS_kill, strtol(pid, NULL, 10), SIGKILL);
	syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
	for (;;)
		syscall(SYS_pause);
}

static void before(enum call c)
{
	if (shim.ours && ++shim.n[c] == shim.die_n && c == shim.die_at && !shim.die_after)
		die();
}

static void after(enum call c)
{
	if (shim.ours && shim.n[c] == shim.die_n && c == shim.die_at && shim.die_after)
		die();
}

/* Whether a write to fd has to fail, and errno is set. */
static bool fails(int fd)
{
	char link[64], path[4096], word[16] = "";
	struct stat st;

	if (!shim.ours || !shim.fail || !shim.under)
		return false;
	int flag = (int)syscall(SYS_openat, AT_FDCWD, shim.fail, O_RDONLY | O_CLOEXEC);
	if (flag < 0)
		return false;
	syscall(SYS_read, flag, word, sizeof(word) - 1);
	syscall(SYS_close, flag);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return false;
	path[n] = '\0';
	if (strncmp(path, shim.under, strlen(shim.under)))
		return false;
	errno = !strncmp(word, "EIO", 3) ? EIO : !strncmp(word, "EROFS", 5) ? EROFS : ENOSPC;
	return true;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define CALL(c, type, call)                                                                        \
	do {                                                                                       \
		before(c);                                                                         \
		type r = (call);                                                                   \
		int e = errno;                                                                     \
		after(c);                                                                          \
		errno = e;                                                                         \
		return r;                                                                          \
	} while (0)

static void hold_up(void)
{
	const char *how = getenv("SHIM_CONNECT"), *file = how ? strchr(how, ':') : NULL;
	char on[4096];

	if (!file || __atomic_add_fetch(&shim.connects, 1, __ATOMIC_RELAXED) != strtol(how, NULL, 10))
		return;
	put(++file, "", 0);
	snprintf(on, sizeof(on), "%s.on", file);
	while (access(on, F_OK))
		poll(NULL, 0, 5);
}

int connect(int fd, const struct sockaddr *to, socklen_t len)
{
	if (!is_meant("keeper") && !is_meant("holder"))
		hold_up();
	return (int)syscall(SYS_connect, fd, to, len);
}

/* A holder leaves its starter by one fork; what it forks then are commands, and not meant. */
pid_t fork(void)
{
	pid_t pid = NEXT(fork)();

	if (pid == 0 && shim.ours && ++shim.forks > 1)
		shim.ours = false;
	else if (pid == 0 && shim.ours && shim.die_us)
		die_in(shim.die_us);
	return pid;
}

int open(const char *path, int flags, ...)
{
	va_list ap;

	va_start(ap, flags);
	int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, int) : 0;
	va_end(ap);
	while (shim.ours && shim.hang && !strcmp(path, shim.hang))
		syscall(SYS_pause);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int fdatasync(int fd)
{
	if (fails(fd))
		return -1;
	CALL(FDATASYNC, int, (int)syscall(SYS_fdatasync, fd));
}

int fsync(int fd)
{
	if (fails(fd))
		return -1;
	CALL(FSYNC, int, (int)syscall(SYS_fsync, fd));
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (fails(fd))
		return -1;
	CALL(PWRITE, ssize_t, syscall(SYS_pwrite64, fd, p, n, at));
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return pwrite(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
	if (fails(fd))
		return -1;
	CALL(WRITE, ssize_t, syscall(SYS_write, fd, p, n));
}

int ftruncate(int fd, off_t n)
{
	if (fails(fd))
		return -1;
	CALL(FTRUNCATE, int, (int)syscall(SYS_ftruncate, fd, n));
}

int ftruncate64(int fd, off64_t n)
{
	return ftruncate(fd, n);
}

int rename(const char *from, const char *to)
{
	CALL(RENAME, int, NEXT(rename)(from, to));
}

int unlink(const char *path)
{
	CALL(UNLINK, int, NEXT(unlink)(path));
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	CALL(SENDMSG, ssize_t, syscall(SYS_sendmsg, fd, m, flags));
}
