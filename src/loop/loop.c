#include "loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "clock.h"
#include "err.h"
#include "loop_in.h"
#include "mem.h"

/* The first entries of the polled array; the watches come after. */
enum { SLOT_SIGNALS, SLOT_TIMERS, SLOT_WATCHES };

struct loop *loop_new(void)
{
	struct loop *l = mem_alloc(sizeof(*l));
	l->timers.fd = -1;
	l->signals.fd = -1;
	sigemptyset(&l->signals.taken);
	l->now = clock_now().boot;
	return l;
}

static void bury(struct loop *l)
{
	while (l->dead) {
		struct watch *w = l->dead;
		l->dead = w->next;
		free(w);
	}
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	assert(!l->inside);
	while (l->first)
		loop_unwatch(l->first);
	bury(l);
	loop_timers_release(l);
	loop_signals_release(l);
	free(l->polled);
	free(l->asked);
	free(l);
}

int64_t loop_now(const struct loop *l)
{
	return l->now;
}

void loop_stop(struct loop *l, int result)
{
	l->stopping = true;
	l->result = result;
}

void loop_before_sleep(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
	l->hook = fn;
	l->hook_ctx = ctx;
}

/* --- descriptors ----------------------------------------------------------------------------- */

struct watch *loop_watch(struct loop *l, int fd, int want, loop_fd_fn *fn, void *ctx)
{
	assert(fd >= 0);
	struct watch *w = mem_alloc(sizeof(*w));
	*w = (struct watch){
		.loop = l, .prev = l->last, .fd = fd, .want = want, .fn = fn, .ctx = ctx,
	};
	if (l->last)
		l->last->next = w;
	else
		l->first = w;
	l->last = w;
	l->watches++;
	return w;
}

void loop_want(struct watch *w, int want)
{
	w->want = want;
}

void loop_unwatch(struct watch *w)
{
	if (!w || w->dead)
		return;
	struct loop *l = w->loop;
	if (w->prev)
		w->prev->next = w->next;
	else
		l->first = w->next;
	if (w->next)
		w->next->prev = w->prev;
	else
		l->last = w->prev;
	l->watches--;
	w->dead = true;
	w->next = l->dead;
	l->dead = w;
	if (!l->inside)
		bury(l);
}

/* --- a pass ---------------------------------------------------------------------------------- */

static size_t prepare(struct loop *l)
{
	size_t n = SLOT_WATCHES + l->watches;
	if (n > l->polled_cap) {
		l->polled_cap = n * 2;
		l->polled = mem_grow(l->polled, l->polled_cap, sizeof(*l->polled));
		l->asked = mem_grow(l->asked, l->polled_cap, sizeof(struct watch *));
	}
	l->polled[SLOT_SIGNALS] = (struct pollfd){ .fd = l->signals.fd, .events = POLLIN };
	l->polled[SLOT_TIMERS] = (struct pollfd){ .fd = l->timers.fd, .events = POLLIN };
	size_t i = SLOT_WATCHES;
	for (struct watch *w = l->first; w; w = w->next, i++) {
		int in = w->want & LOOP_READ ? POLLIN : 0, out = w->want & LOOP_WRITE ? POLLOUT : 0;
		l->polled[i] = (struct pollfd){ .fd = w->fd, .events = (short)(in | out) };
		l->asked[i] = w;
	}
	return n;
}

/* What a watch is told: what poll saw, cut to what is still wanted. */
static int readiness(const struct watch *w, int seen)
{
	int ready = 0;
	if (seen & (POLLIN | POLLHUP | POLLERR))
		ready |= LOOP_READ & w->want;
	if (seen & (POLLOUT | POLLERR))
		ready |= LOOP_WRITE & w->want;
	if (seen & POLLHUP)
		ready |= LOOP_HUP;
	if (seen & (POLLERR | POLLNVAL))
		ready |= LOOP_ERR;
	return ready;
}

static void dispatch(struct loop *l, size_t n)
{
	if (l->polled[SLOT_SIGNALS].revents)
		loop_signals_deliver(l);
	for (size_t i = SLOT_WATCHES; i < n; i++) {
		struct watch *w = l->asked[i];
		int ready = w->dead ? 0 : readiness(w, l->polled[i].revents);
		if (ready)
			w->fn(w->ctx, w->fd, ready);
	}
	if (l->polled[SLOT_TIMERS].revents)
		loop_timers_drain(l);
	loop_timers_fire(l);
}

static void end_pass(struct loop *l)
{
	l->begun = true;
	if (l->hook)
		l->hook(l->hook_ctx);
	bury(l);
}

static int pass(struct loop *l, int max_ms, struct err *err)
{
	int rc = loop_timers_arm(l, err);
	if (rc)
		return rc;
	size_t n = prepare(l);
	int ready = poll(l->polled, n, max_ms);
	if (ready < 0 && errno != EINTR && errno != EAGAIN)
		return err_sys(err, "waiting for events");
	l->now = clock_now().boot;
	if (ready < 0)
		for (size_t i = 0; i < n; i++)
			l->polled[i].revents = 0;
	dispatch(l, n);
	end_pass(l);
	return 0;
}

static void enter(struct loop *l)
{
	assert(!l->inside);
	l->inside = true;
	if (!l->begun)
		end_pass(l);
}

int loop_run(struct loop *l, struct err *err)
{
	int rc = 0;
	enter(l);
	while (rc == 0 && !l->stopping)
		rc = pass(l, -1, err);
	l->inside = false;
	if (rc)
		return rc;
	l->stopping = false;
	return l->result;
}

int loop_run_once(struct loop *l, int max_ms, struct err *err)
{
	enter(l);
	int rc = pass(l, max_ms, err);
	l->inside = false;
	return rc;
}
