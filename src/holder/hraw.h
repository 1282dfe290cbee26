/* System calls that leave errno alone.
 *
 * Between clone(CLONE_VM) and exec the child shares every byte with the holder, errno included: a
 * libc wrapper that fails there would write into the holder's errno behind its back. On machines
 * without the few lines below the child gets a copy of the memory instead (HRAW_SHARES 0) and the
 * wrappers are harmless.
 */
#ifndef HOLDER_HRAW_H
#define HOLDER_HRAW_H

#include <errno.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__) && defined(__linux__)

enum { HRAW_SHARES = 1 };

/* The result, or -errno. */
static inline long hraw(long nr, long a, long b, long c, long d)
{
	long ret;
	register long r10 __asm__("r10") = d;
	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
}

/* clone3 whose child starts in fn(arg) on the stack that args names; fn must not return. */
static inline long hraw_clone(struct clone_args *args, int (*fn)(void *arg), void *arg)
{
	long ret;
	register long r8 __asm__("r8") = (long)arg;
	register long r9 __asm__("r9") = (long)fn;
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r8, %%rdi\n\t"
			 "call *%%r9\n\t"
			 "ud2\n"
			 "1:"
			 : "=a"(ret)
			 : "0"((long)SYS_clone3), "D"(args), "S"(sizeof(*args)), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory", "cc");
	return ret;
}

#else

enum { HRAW_SHARES = 0 };

static inline long hraw(long nr, long a, long b, long c, long d)
{
	long ret = syscall(nr, a, b, c, d);
	return ret < 0 ? -errno : ret;
}

static inline long hraw_clone(struct clone_args *args, int (*fn)(void *arg), void *arg)
{
	(void)args;
	(void)fn;
	(void)arg;
	return -ENOSYS;
}

#endif
#endif
