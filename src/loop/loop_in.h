/* What the loop's files know of each other. */
#ifndef LOOP_IN_H
#define LOOP_IN_H

#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "loop.h"

struct watch {
	struct loop *loop;
	struct watch *next, *prev; /* in the order of adding; on the dead list by next alone */
	int fd, want;
	bool dead;
	loop_fd_fn *fn;
	void *ctx;
};

enum timer_state { TIMER_WAITING, TIMER_DUE, TIMER_RUNNING, TIMER_CANCELLED };

struct timer {
	struct loop *loop;
	int64_t due;
	uint64_t seq; /* order of making, among equals */
	size_t at;    /* index in the heap while waiting */
	struct timer *next; /* while due */
	enum timer_state state;
	loop_timer_fn *fn;
	void *ctx;
};

struct timers {
	struct timer **heap; /* the earliest first */
	size_t n, cap;
	uint64_t made;
	int fd;        /* timerfd, or -1 before the first wait that needs it */
	int64_t armed; /* what the timerfd is set to, 0 for nothing */
};

struct signal_slot {
	loop_signal_fn *fn;
	void *ctx;
	bool was_blocked;
	struct sigaction before;
};

struct signals {
	int fd; /* signalfd, or -1 before the first */
	sigset_t taken;
	struct signal_slot slots[NSIG];
};

struct loop {
	struct watch *first, *last, *dead;
	size_t watches;
	struct pollfd *polled; /* of the pass: signals, timers, then one for each of `asked` */
	struct watch **asked;
	size_t polled_cap;
	struct timers timers;
	struct signals signals;
	int64_t now;
	void (*hook)(void *ctx);
	void *hook_ctx;
	bool inside, begun, stopping;
	int result;
};

void loop_timers_release(struct loop *l);
int loop_timers_arm(struct loop *l, struct err *err);
void loop_timers_drain(struct loop *l);
void loop_timers_fire(struct loop *l);

void loop_signals_release(struct loop *l);
void loop_signals_deliver(struct loop *l);

#endif
