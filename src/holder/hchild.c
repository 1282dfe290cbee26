/* Everything from child_run on runs in the child, perhaps in the holder's own memory: raw system
 * calls and its own stack, nothing else. */
#include "hchild.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "holder.h"
#include "hraw.h"

/* Never instrumented: the shadow of a sanitizer would be shared as well. */
#define CHILD_CODE __attribute__((no_sanitize("address", "undefined"), no_stack_protector))

/* The kernel's struct sigaction, which glibc's is not. */
struct kernel_sigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

enum { OLD_KERNEL_FDS = 65536 };

/* A lost terminal, a reader that is gone, a full quota: each is met where it happens. */
static const int ignored[] = { SIGHUP, SIGINT, SIGPIPE, SIGXFSZ };

enum { N_IGNORED = sizeof(ignored) / sizeof(ignored[0]) };

CHILD_CODE __attribute__((noreturn)) static void leave(int status)
{
	for (;;)
		hraw(SYS_exit_group, status, 0, 0, 0);
}

CHILD_CODE __attribute__((noreturn)) static void fail(const struct hchild *c, int stage, long ret)
{
	struct hchild_report r = { .stage = stage, .sys = (int32_t)-ret };
	hraw(SYS_write, c->report, (long)&r, sizeof(r), 0);
	leave(127);
}

CHILD_CODE static void close_between(int low, int high)
{
	if (low > high)
		return;
	if (hraw(SYS_close_range, low, high, 0, 0) != -ENOSYS)
		return;
	for (int fd = low; fd <= high && fd < OLD_KERNEL_FDS; fd++)
		hraw(SYS_close, fd, 0, 0, 0);
}

/* Every gate has its write end in the holder alone; a copy kept here would keep a sibling waiting
 * for ever when the holder dies. */
CHILD_CODE static void close_others(const struct hchild *c)
{
	int keep[3] = { c->gate, c->report, c->status };
	for (int i = 0; i < 2; i++) {
		for (int j = 0; j < 2 - i; j++) {
			if (keep[j] > keep[j + 1]) {
				int swap = keep[j];
				keep[j] = keep[j + 1];
				keep[j + 1] = swap;
			}
		}
	}
	close_between(3, keep[0] - 1);
	close_between(keep[0] + 1, keep[1] - 1);
	close_between(keep[1] + 1, keep[2] - 1);
	close_between(keep[2] + 1, INT_MAX);
}

/* The holder catches nothing, so what it ignores is all that exec would not reset. */
CHILD_CODE static void reset_signals(void)
{
	struct kernel_sigaction by_default = { 0 };
	uint64_t none = 0;
	for (size_t i = 0; i < N_IGNORED; i++)
		hraw(SYS_rt_sigaction, ignored[i], (long)&by_default, 0, sizeof(none));
	hraw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof(none));
}

/* True: go. False: leave, and somebody else says that it never ran. */
CHILD_CODE static bool wait_at_gate(const struct hchild *c)
{
	char byte = 0;
	long n;
	do
		n = hraw(SYS_read, c->gate, (long)&byte, 1, 0);
	while (n == -EINTR);
	if (n == 1)
		return byte == HCHILD_GO;
	hraw(SYS_write, c->status, (long)c->never, (long)c->n_never, 0);
	return false;
}

/* execve over the candidates, with the rules of execvp(3) for which failure is the one to tell. */
CHILD_CODE static long exec_first(const struct hchild *c)
{
	long told = -ENOENT;
	for (size_t i = 0; i < c->n_paths; i++) {
		long ret = hraw(SYS_execve, (long)c->paths[i], (long)c->argv, (long)c->envp, 0);
		if (ret == -EACCES)
			told = ret;
		else if (ret != -ENOENT && ret != -ENOTDIR && ret != -ESTALE && ret != -ENODEV &&
			 ret != -ETIMEDOUT)
			return ret;
	}
	return told;
}

CHILD_CODE __attribute__((noreturn)) static void child_run(const struct hchild *c)
{
	long setup = hraw(SYS_setsid, 0, 0, 0, 0);
	for (int i = 0; i < 3 && setup >= 0; i++)
		setup = hraw(SYS_dup3, c->fd[i], i, 0, 0);
	if (setup >= 0 && c->terminal)
		setup = hraw(SYS_ioctl, 0, TIOCSCTTY, 0, 0);
	close_others(c);
	reset_signals();
	hraw(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)&c->files, 0);
	if (!wait_at_gate(c))
		leave(0);
	if (setup < 0)
		fail(c, HOLDER_AT_SETUP, setup);
	long ret = hraw(SYS_chdir, (long)c->cwd, 0, 0, 0);
	if (ret < 0)
		fail(c, HOLDER_AT_CWD, ret);
	fail(c, HOLDER_AT_EXEC, exec_first(c));
}

CHILD_CODE static int child_entry(void *arg)
{
	child_run(arg);
}

/* By raw calls: libc keeps two signals for itself, and what was ignored at our start would be
 * ignored in every command. */
void hchild_set_signals(void)
{
	struct kernel_sigaction by_default = { 0 }, ignore = { .handler = (void *)SIG_IGN };
	uint64_t none = 0;
	for (int signo = 1; signo < NSIG; signo++)
		hraw(SYS_rt_sigaction, signo, (long)&by_default, 0, sizeof(none));
	for (size_t i = 0; i < N_IGNORED; i++)
		hraw(SYS_rt_sigaction, ignored[i], (long)&ignore, 0, sizeof(none));
	hraw(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof(none));
}

static long clone_as(struct hchild *c, struct clone_args *a, bool share)
{
	if (share) {
		a->flags |= CLONE_VM;
		a->stack = (uint64_t)(uintptr_t)c->stack;
		a->stack_size = HCHILD_STACK;
		return hraw_clone(a, child_entry, c);
	}
	long pid = syscall(SYS_clone3, a, sizeof(*a));
	if (!pid)
		child_run(c);
	return pid < 0 ? -errno : pid;
}

pid_t hchild_fork(struct hchild *c, int group, bool share, bool *ret_grouped)
{
	share = share && HRAW_SHARES;
	*ret_grouped = group >= 0;
	if (group >= 0) {
		struct clone_args a = {
			.flags = CLONE_INTO_CGROUP,
			.exit_signal = SIGCHLD,
			.cgroup = (uint64_t)group,
		};
		long pid = clone_as(c, &a, share);
		if (pid > 0 || pid == -EAGAIN || pid == -ENOMEM)
			return (pid_t)pid;
		*ret_grouped = false; /* the group cannot be entered: without it, then */
	}
	struct clone_args a = { .exit_signal = SIGCHLD };
	long pid = clone_as(c, &a, share);
	if (pid != -ENOSYS && pid != -EPERM)
		return (pid_t)pid;
	pid = fork(); /* an old kernel, or a container that forbids clone3 */
	if (!pid)
		child_run(c);
	return (pid_t)(pid < 0 ? -errno : pid);
}
