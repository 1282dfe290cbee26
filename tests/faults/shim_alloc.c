/* Preloaded: one allocation of one process fails, as when there is no memory.
 *
 *   SHIM_WHO=keeper|holder|client  the process that is meant; client: whatever else of ours
 *   SHIM_ALLOC=N                   its Nth call of malloc, calloc or realloc returns NULL
 *   SHIM_LOG=FILE                  is made when that happens; where it exists, nothing fails
 *   SHIM_COUNT=FILE                gets the number of calls, at exit
 *
 * Not in what it forks: a capture's child has bounds on memory of its own, and tests for them.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static struct {
	bool on;
	int forks, at_fork; /* a holder is the child of the process that was started */
	long n, fail_at;
	const char *log, *count;
} shim;

static bool fails(void)
{
	int fd, saved = errno;

	if (!shim.on || shim.forks != shim.at_fork || ++shim.n != shim.fail_at)
		return false;
	if (shim.log) {
		fd = open(shim.log, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0) {
			errno = saved;
			return false;
		}
		close(fd);
	}
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

static void forked(void)
{
	shim.forks++;
}

static bool is_meant(const char *who)
{
	char args[256] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, args, sizeof args - 1);
	const char *slash, *name, *verb;

	if (fd >= 0)
		close(fd);
	if (n <= 0 || !who)
		return false;
	slash = strrchr(args, '/');
	name = slash ? slash + 1 : args;
	verb = args + strlen(args) + 1;
	if (strcmp(name, "blackstart") != 0)
		return false;
	if (!strcmp(who, "client"))
		return strcmp(verb, "keeper") != 0 && strcmp(verb, "holder") != 0;
	return !slash && !strcmp(verb, who);
}

__attribute__((constructor)) static void begin(void)
{
	const char *who = getenv("SHIM_WHO"), *n = getenv("SHIM_ALLOC");

	shim.log = getenv("SHIM_LOG");
	shim.count = getenv("SHIM_COUNT");
	if (!is_meant(who) || (shim.log && access(shim.log, F_OK) == 0))
		return;
	pthread_atfork(NULL, NULL, forked);
	shim.fail_at = n ? atol(n) : 0;
	shim.at_fork = !strcmp(who, "holder");
	shim.on = true;
}

__attribute__((destructor)) static void end(void)
{
	char text[32];
	int fd;

	if (!shim.on || !shim.count || shim.forks != shim.at_fork)
		return;
	shim.on = false;
	fd = open(shim.count, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)!write(fd, text, (size_t)snprintf(text, sizeof text, "%ld\n", shim.n));
		close(fd);
	}
}
