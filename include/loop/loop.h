/* One thread, one poll(2): descriptors, timers, signals.
 *
 * One pass: wait until something is ready, read the clock once, call what is ready (signals first,
 * then descriptors in the order they were added, then timers by due time), then the hook before
 * sleep. Every callback may add, change and remove anything, itself included: what is removed is
 * not called again in this pass, and its memory goes when the pass is over.
 *
 * Callbacks run from loop_run and loop_run_once and from nowhere else, and must not call these.
 * Nothing here blocks but the wait itself.
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct loop;
struct watch; /* a descriptor in the loop */
struct timer; /* a moment in the loop */

struct loop *loop_new(void);

/* Frees the loop and all that is still in it; closes no descriptor but its own, and gives every
 * signal it took its disposition and mask back. NULL is fine. Not from inside a callback. */
void loop_free(struct loop *l);

/* Runs passes until loop_stop; returns what that was given. ERR_IO when the wait itself fails, or
 * no descriptor is left for the timers'. */
int loop_run(struct loop *l, struct err *err);

/* Ends loop_run after the pass it is in. Outside loop_run it ends the next one at once. */
void loop_stop(struct loop *l, int result);

/* One pass that waits at most max_ms (-1: for ever). For tests. 0, or ERR_IO. */
int loop_run_once(struct loop *l, int max_ms, struct err *err);

/* CLOCK_BOOTTIME in nanoseconds, as of this pass. */
int64_t loop_now(const struct loop *l);

/* Called once a pass, after all that was ready (the pass of loop_stop included), and before the
 * very first wait. What it adds or arms counts for the next wait. NULL takes it away. */
void loop_before_sleep(struct loop *l, void (*fn)(void *ctx), void *ctx);

/* --- descriptors --------------------------------------------------------------------------- */

enum {
	LOOP_READ = 1,  /* bytes, a connection, or the end of the stream can be read */
	LOOP_WRITE = 2, /* a write would not block */
	LOOP_HUP = 4,   /* reported only: the other end is gone; what it sent may still be read */
	LOOP_ERR = 8,   /* reported only: the descriptor is in error, or is not open any more */
};

typedef void loop_fd_fn(void *ctx, int fd, int ready);

/* Watches fd (the caller's, best non-blocking; the loop never closes it) for `want`, LOOP_READ
 * and/or LOOP_WRITE or 0. LOOP_HUP and LOOP_ERR come unasked, in every pass until the watch is
 * removed, and bring LOOP_READ (LOOP_ERR: LOOP_WRITE too) with them where wanted, so that a handler
 * that reads to the end needs no case for them. The watch is the loop's; it ends with loop_unwatch.
 * Remove it before closing fd. */
struct watch *loop_watch(struct loop *l, int fd, int want, loop_fd_fn *fn, void *ctx);
void loop_want(struct watch *w, int want);
void loop_unwatch(struct watch *w); /* NULL is fine */

/* --- timers -------------------------------------------------------------------------------- */

typedef void loop_timer_fn(void *ctx);

/* Calls fn once, in the first pass at or after due_ns (CLOCK_BOOTTIME; the past means next pass).
 * Timers due at the same time fire in the order in which they were made. The pointer is good until
 * fn returns or loop_cancel; cancelling inside fn does nothing. */
struct timer *loop_at(struct loop *l, int64_t due_ns, loop_timer_fn *fn, void *ctx);
struct timer *loop_after(struct loop *l, int64_t delay_ns, loop_timer_fn *fn, void *ctx);
void loop_cancel(struct timer *t); /* NULL is fine */

/* --- signals ------------------------------------------------------------------------------- */

typedef void loop_signal_fn(void *ctx, int signo);

/* From now on signo arrives as a call of fn in the next pass instead of its usual effect; several
 * of one kind may arrive as one call. One receiver a signal: a second call replaces the first. The
 * signal is blocked in this thread and comes by signalfd, so a child made with fork has it blocked
 * too and must call loop_child. ERR_IO; ERR_USAGE for SIGKILL, SIGSTOP or no signal. */
int loop_signal(struct loop *l, int signo, loop_signal_fn *fn, void *ctx, struct err *err);

/* In a forked child before exec: every signal with its default disposition and unblocked, as a
 * program expects to find it. Async-signal-safe. */
void loop_child(void);

#endif
