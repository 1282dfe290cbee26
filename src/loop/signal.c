/* Signals by signalfd: no handler, so no state at file scope and no code that runs in between. */
#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "err.h"
#include "loop_in.h"

static int take(struct loop *l, int signo, struct err *err)
{
	struct signals *s = &l->signals;
	struct signal_slot *slot = &s->slots[signo];
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t wider = s->taken, one, old;
	sigaddset(&wider, signo);
	int fd = signalfd(s->fd, &wider, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return err_sys(err, "receiving signals");
	s->fd = fd;
	s->taken = wider;
	sigemptyset(&one);
	sigaddset(&one, signo);
	sigprocmask(SIG_BLOCK, &one, &old);
	slot->was_blocked = sigismember(&old, signo) == 1;
	/* An ignored SIGCHLD would let children vanish unseen. */
	sigaction(signo, &usual, &slot->before);
	return 0;
}

int loop_signal(struct loop *l, int signo, loop_signal_fn *fn, void *ctx, struct err *err)
{
	if (signo <= 0 || signo >= NSIG || signo == SIGKILL || signo == SIGSTOP)
		return err_set(err, ERR_USAGE, "signal %d cannot be received", signo);
	if (!sigismember(&l->signals.taken, signo)) {
		int rc = take(l, signo, err);
		if (rc)
			return rc;
	}
	l->signals.slots[signo].fn = fn;
	l->signals.slots[signo].ctx = ctx;
	return 0;
}

void loop_signals_deliver(struct loop *l)
{
	enum { BATCH = 16 };
	struct signalfd_siginfo info[BATCH];
	ssize_t n = read(l->signals.fd, info, sizeof(info));
	for (ssize_t i = 0; i * (ssize_t)sizeof(info[0]) < n; i++) {
		const struct signal_slot *slot = &l->signals.slots[info[i].ssi_signo];
		if (slot->fn)
			slot->fn(slot->ctx, (int)info[i].ssi_signo);
	}
}

void loop_signals_release(struct loop *l)
{
	struct signals *s = &l->signals;
	struct signalfd_siginfo pending;
	if (s->fd < 0)
		return;
	/* What arrived too late for a callback is dropped: it was meant for the loop. */
	while (read(s->fd, &pending, sizeof(pending)) > 0)
		;
	close(s->fd);
	sigset_t give_back;
	sigemptyset(&give_back);
	for (int signo = 1; signo < NSIG; signo++) {
		if (sigismember(&s->taken, signo) != 1)
			continue;
		sigaction(signo, &s->slots[signo].before, NULL);
		if (!s->slots[signo].was_blocked)
			sigaddset(&give_back, signo);
	}
	sigprocmask(SIG_UNBLOCK, &give_back, NULL);
}

void loop_child(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;
	for (int signo = 1; signo < NSIG; signo++)
		sigaction(signo, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
