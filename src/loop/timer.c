/* Timers: a binary heap by due time, and one timerfd set to the earliest. poll's own timeout would
 * stand still while the machine is suspended; a timerfd on CLOCK_BOOTTIME does not. */
#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "err.h"
#include "loop_in.h"
#include "mem.h"

static bool before(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

static void place(struct timers *ts, struct timer *t, size_t at)
{
	ts->heap[at] = t;
	t->at = at;
}

static void sift_up(struct timers *ts, struct timer *t, size_t at)
{
	while (at > 0 && before(t, ts->heap[(at - 1) / 2])) {
		place(ts, ts->heap[(at - 1) / 2], at);
		at = (at - 1) / 2;
	}
	place(ts, t, at);
}

static void sift_down(struct timers *ts, struct timer *t, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < ts->n; at = child) {
		if (child + 1 < ts->n && before(ts->heap[child + 1], ts->heap[child]))
			child++;
		if (!before(ts->heap[child], t))
			break;
		place(ts, ts->heap[child], at);
	}
	place(ts, t, at);
}

static void take_out(struct timers *ts, size_t at)
{
	struct timer *last = ts->heap[--ts->n];
	if (at == ts->n)
		return;
	if (at > 0 && before(last, ts->heap[(at - 1) / 2]))
		sift_up(ts, last, at);
	else
		sift_down(ts, last, at);
}

struct timer *loop_at(struct loop *l, int64_t due_ns, loop_timer_fn *fn, void *ctx)
{
	struct timers *ts = &l->timers;
	struct timer *t = mem_alloc(sizeof(*t));
	*t = (struct timer){ .loop = l, .due = due_ns, .seq = ts->made++, .fn = fn, .ctx = ctx };
	if (ts->n == ts->cap) {
		ts->cap = ts->cap ? ts->cap * 2 : 16;
		ts->heap = mem_grow(ts->heap, ts->cap, sizeof(struct timer *));
	}
	sift_up(ts, t, ts->n++);
	return t;
}

struct timer *loop_after(struct loop *l, int64_t delay_ns, loop_timer_fn *fn, void *ctx)
{
	int64_t due;
	if (__builtin_add_overflow(l->now, delay_ns, &due))
		due = delay_ns > 0 ? INT64_MAX : INT64_MIN;
	return loop_at(l, due, fn, ctx);
}

void loop_cancel(struct timer *t)
{
	if (!t || t->state == TIMER_RUNNING)
		return;
	if (t->state == TIMER_WAITING) {
		take_out(&t->loop->timers, t->at);
		free(t);
	} else {
		t->state = TIMER_CANCELLED; /* freed when its turn comes */
	}
}

int loop_timers_arm(struct loop *l, struct err *err)
{
	static const int64_t second = 1000000000;
	struct timers *ts = &l->timers;
	if (ts->n == 0 && ts->armed == 0)
		return 0;
	int64_t due = ts->n == 0 ? 0 : ts->heap[0]->due > 0 ? ts->heap[0]->due : 1;
	if (due == ts->armed)
		return 0;
	if (ts->fd < 0) {
		ts->fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
		if (ts->fd < 0)
			return err_sys(err, "making a timer");
	}
	struct itimerspec spec = {
		.it_value = { .tv_sec = due / second, .tv_nsec = due % second },
	};
	if (timerfd_settime(ts->fd, TFD_TIMER_ABSTIME, &spec, NULL))
		return err_sys(err, "setting a timer");
	ts->armed = due;
	return 0;
}

void loop_timers_drain(struct loop *l)
{
	uint64_t count;
	if (read(l->timers.fd, &count, sizeof(count)) == sizeof(count))
		l->timers.armed = 0;
}

/* Takes out all that is due before calling the first, so that a timer made in a callback waits for
 * the next pass whatever it is set to. */
void loop_timers_fire(struct loop *l)
{
	struct timers *ts = &l->timers;
	struct timer *due = NULL, **end = &due;
	while (ts->n && ts->heap[0]->due <= l->now) {
		struct timer *t = ts->heap[0];
		take_out(ts, 0);
		t->state = TIMER_DUE;
		t->next = NULL;
		*end = t;
		end = &t->next;
	}
	while (due) {
		struct timer *t = due;
		due = t->next;
		if (t->state == TIMER_DUE) {
			t->state = TIMER_RUNNING;
			t->fn(t->ctx);
		}
		free(t);
	}
}

void loop_timers_release(struct loop *l)
{
	for (size_t i = 0; i < l->timers.n; i++)
		free(l->timers.heap[i]);
	free(l->timers.heap);
	if (l->timers.fd >= 0)
		close(l->timers.fd);
}
