/* The terminal is given back by plain writes of bytes that were made ready before: nothing here
 * that may run in a handler allocates, locks or knows curses.
 */
#include "rescue.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "mem.h"

enum { STRING_BYTES = 512, ALT_STACK_BYTES = 64 << 10, WRITE_WAIT_MS = 200 };

struct rescue {
	int in, out, wake;
	pid_t pid;                       /* a child that was forked has no terminal to give back */
	/* ready: the strings and shell are there; set_up: screen is too */
	volatile sig_atomic_t ready, set_up, away, resized, back;
	struct termios shell, screen;
	char enter[STRING_BYTES], leave[STRING_BYTES];
	size_t enter_n, leave_n;
	struct sigaction before[NSIG];
	stack_t stack_before;
	char stack[ALT_STACK_BYTES];
};

/* The one thing of this room that is not passed: a handler has nothing else to find it by. Made at
 * the first rescue_take, kept to the end of the process. */
static struct rescue *volatile at_hand;

static const int ending[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF,
	SIGIO, SIGXCPU, SIGXFSZ,
};
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };

enum {
	N_ENDING = sizeof(ending) / sizeof(*ending),
	N_CRASHES = sizeof(crashes) / sizeof(*crashes),
};

/* --- what is safe in a handler ---------------------------------------------------------------- */

static bool mine(const struct rescue *r)
{
	return r && r->ready && r->pid == getpid();
}

/* Another process group's terminal is left alone. */
static bool in_front(const struct rescue *r)
{
	pid_t front = tcgetpgrp(r->in);

	return front < 0 || front == getpgrp();
}

/* A terminal that takes nothing (^S, a dead line) does not hold the end up for long. */
static void put_all(int fd, const char *p, size_t n)
{
	while (n) {
		struct pollfd pfd = { .fd = fd, .events = POLLOUT };
		if (poll(&pfd, 1, WRITE_WAIT_MS) <= 0 || !(pfd.revents & POLLOUT))
			return;
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno != EINTR)
			return;
		if (w > 0) {
			p += w;
			n -= (size_t)w;
		}
	}
}

static void give_back(struct rescue *r)
{
	if (!mine(r) || r->away)
		return;
	r->away = 1;
	if (!in_front(r))
		return;
	put_all(r->out, r->leave, r->leave_n);
	while (tcsetattr(r->in, TCSANOW, &r->shell) && errno == EINTR)
		;
}

static void take_again(struct rescue *r)
{
	if (!mine(r) || !r->set_up)
		return;
	/* the shell may have changed its modes meanwhile */
	if (r->away)
		tcgetattr(r->in, &r->shell);
	r->away = 0;
	while (tcsetattr(r->in, TCSANOW, &r->screen) && errno == EINTR)
		;
	put_all(r->out, r->enter, r->enter_n);
	r->back = 1;
}

static void wake(struct rescue *r)
{
	const char one[8] = { 1 };
	ssize_t n = write(r->wake, one, sizeof(one));

	(void)n;
}

static void unblock(int signo)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* --- handlers --------------------------------------------------------------------------------- */

/* The instruction that did it is run again when the handler returns. */
static bool is_fault(int signo, const siginfo_t *si)
{
	return si->si_code > 0 && si->si_code != SI_KERNEL &&
	       (signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL);
}

/* Ends the process as it would have ended without it. */
static void on_ending(int signo, siginfo_t *si, void *context)
{
	struct rescue *r = at_hand;
	int saved = errno;

	(void)context;
	give_back(r);
	sigaction(signo, &r->before[signo], NULL);
	if (!is_fault(signo, si))
		raise(signo);
	errno = saved;
}

static void on_stop(int signo)
{
	struct rescue *r = at_hand;
	struct sigaction usual = { .sa_handler = SIG_DFL }, ours;
	int saved = errno;

	give_back(r);
	sigemptyset(&usual.sa_mask);
	sigaction(signo, &usual, &ours);
	raise(signo);
	unblock(signo); /* stands still here */
	sigaction(signo, &ours, NULL);
	/* where nobody could continue it, it was not stopped either */
	if (r->away)
		take_again(r);
	wake(r);
	errno = saved;
}

static void on_continue(int signo)
{
	int saved = errno;

	(void)signo;
	take_again(at_hand);
	wake(at_hand);
	errno = saved;
}

static void on_resize(int signo)
{
	int saved = errno;

	(void)signo;
	at_hand->resized = 1;
	wake(at_hand);
	errno = saved;
}

static void on_no_memory(void)
{
	give_back(at_hand);
}

__attribute__((destructor)) static void on_exit_of_process(void)
{
	give_back(at_hand);
}

/* --- taking and giving the signals ------------------------------------------------------------ */

static void take_signal(struct rescue *r, int signo, struct sigaction *sa, bool even_handled)
{
	sigaction(signo, NULL, &r->before[signo]);
	bool by_default = r->before[signo].sa_handler == SIG_DFL;
	bool ignored = r->before[signo].sa_handler == SIG_IGN;
	if (by_default || (even_handled && !ignored))
		sigaction(signo, sa, NULL);
}

static void take_signals(struct rescue *r)
{
	struct sigaction end = { .sa_sigaction = on_ending, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction sa = { .sa_flags = SA_RESTART };
	stack_t stack = { .ss_sp = r->stack, .ss_size = sizeof(r->stack) };

	sigaltstack(&stack, &r->stack_before);
	sigfillset(&end.sa_mask); /* with SIGTTOU: modes can be set from the background too */
	for (size_t i = 0; i < N_ENDING; i++)
		take_signal(r, ending[i], &end, false);
	for (size_t i = 0; i < N_CRASHES; i++)
		take_signal(r, crashes[i], &end, true);
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_stop;
	take_signal(r, SIGTSTP, &sa, true);
	sa.sa_handler = on_continue;
	take_signal(r, SIGCONT, &sa, true);
	sa.sa_handler = on_resize;
	take_signal(r, SIGWINCH, &sa, true);
	mem_on_fatal(on_no_memory);
}

static void give_signals(struct rescue *r)
{
	static const int others[] = { SIGTSTP, SIGCONT, SIGWINCH };

	for (size_t i = 0; i < N_ENDING; i++)
		sigaction(ending[i], &r->before[ending[i]], NULL);
	for (size_t i = 0; i < N_CRASHES; i++)
		sigaction(crashes[i], &r->before[crashes[i]], NULL);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		sigaction(others[i], &r->before[others[i]], NULL);
	mem_on_fatal(NULL);
	sigaltstack(&r->stack_before, NULL);
}

/* --- the door --------------------------------------------------------------------------------- */

static size_t keep(char *dst, const char *src)
{
	size_t n = strlen(src);

	if (n > STRING_BYTES)
		n = 0;
	memcpy(dst, src, n);
	return n;
}

struct rescue *rescue_take(int in, int out, const char *enter, const char *leave)
{
	struct rescue *r = at_hand;
	struct termios now;

	if (tcgetattr(in, &now))
		return NULL;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return NULL;
	if (!r)
		r = mem_alloc(sizeof(*r));
	r->in = in;
	r->out = out;
	r->wake = fd;
	r->pid = getpid();
	r->shell = now;
	r->enter_n = keep(r->enter, enter);
	r->leave_n = keep(r->leave, leave);
	r->set_up = r->away = r->resized = r->back = 0;
	at_hand = r;
	r->ready = 1;
	take_signals(r);
	return r;
}

void rescue_ready(struct rescue *r)
{
	r->set_up = !tcgetattr(r->in, &r->screen);
}

void rescue_done(struct rescue *r)
{
	r->ready = 0;
	give_signals(r);
	close(r->wake);
	r->wake = -1;
}

void rescue_stop(struct rescue *r)
{
	if (kill(0, SIGTSTP))
		r->back = 1;
}

int rescue_fd(const struct rescue *r)
{
	return r->wake;
}

/* A flag that is set while it is being looked at is found the next time. */
static bool taken(volatile sig_atomic_t *flag)
{
	bool was = *flag;

	if (was)
		*flag = 0;
	return was;
}

void rescue_news(struct rescue *r, bool *ret_resized, bool *ret_back)
{
	char count[8];
	ssize_t n = read(r->wake, count, sizeof(count));

	(void)n;
	*ret_resized = taken(&r->resized);
	*ret_back = taken(&r->back);
}
