#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "loop.h"

static const int64_t ms = 1000000;

/* What happened, in order, as text; and things that callbacks need. */
struct log {
	struct loop *loop;
	struct buf text;
	struct watch *watches[8];
	struct timer *timers[8];
	int count, limit;
};

static int setup(void **state)
{
	struct log *g = calloc(1, sizeof(*g));
	g->loop = loop_new();
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	struct log *g = *state;
	loop_free(g->loop);
	buf_release(&g->text);
	free(g);
	return 0;
}

static void once(struct log *g, int max_ms)
{
	assert_int_equal(loop_run_once(g->loop, max_ms, NULL), 0);
}

/* A callback with a name: a log and what to write into it. */
struct named {
	struct log *log;
	const char *name;
	int act; /* what some callbacks do besides */
};

static void note_timer(void *ctx)
{
	struct named *n = ctx;
	buf_adds(&n->log->text, n->name);
}

static void note_fd(void *ctx, int fd, int ready)
{
	struct named *n = ctx;
	buf_addf(&n->log->text, "%s%s%s%s%s ", n->name, ready & LOOP_READ ? "r" : "",
		 ready & LOOP_WRITE ? "w" : "", ready & LOOP_HUP ? "h" : "",
		 ready & LOOP_ERR ? "e" : "");
	(void)fd;
}

/* --- timers ---------------------------------------------------------------------------------- */

static void timers_fire_by_due_time_then_by_making(void **state)
{
	struct log *g = *state;
	int64_t now = loop_now(g->loop);
	static const struct {
		const char *name;
		int64_t after;
	} rows[] = {
		{ "d", 3 }, { "a", 0 }, { "e", 3 }, { "b", 1 }, { "f", 3 }, { "c", 2 }, { "g", 4 },
	};
	struct named n[COUNT_OF(rows)];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		n[i] = (struct named){ .log = g, .name = rows[i].name };
		loop_at(g->loop, now + rows[i].after * ms, note_timer, &n[i]);
	}
	while (g->text.len < COUNT_OF(rows))
		once(g, -1);
	assert_string_equal(g->text.data, "abcdefg");
	assert_true(loop_now(g->loop) >= now + 4 * ms);
}

static void a_timer_is_never_early(void **state)
{
	struct log *g = *state;
	for (int i = 0; i < 5; i++) {
		struct named n = { .log = g, .name = "x" };
		int64_t due = clock_now().boot + 2 * ms + i * 300000;
		loop_at(g->loop, due, note_timer, &n);
		buf_clear(&g->text);
		while (g->text.len == 0)
			once(g, -1);
		assert_true(clock_now().boot >= due);
		assert_true(loop_now(g->loop) >= due);
	}
}

/* Thousands made and cancelled at random: what is left fires in order. */
struct random_timers {
	int64_t last_due;
	int fired;
	bool wrong;
};

struct random_timer {
	struct random_timers *all;
	int64_t due;
	struct timer *timer;
};

static void random_fired(void *ctx)
{
	struct random_timer *t = ctx;
	t->all->wrong |= t->due < t->all->last_due || !t->timer;
	t->all->last_due = t->due;
	t->all->fired++;
	t->timer = NULL;
}

static void cancelled_timers_never_fire_and_the_rest_keeps_its_order(void **state)
{
	struct log *g = *state;
	enum { N = 4000 };
	struct random_timers all = { .last_due = INT64_MIN };
	struct random_timer *t = calloc(N, sizeof(*t));
	unsigned seed = 5;
	int left = 0;
	for (int i = 0; i < N; i++) {
		seed = seed * 1103515245 + 12345;
		t[i] = (struct random_timer){ .all = &all, .due = (int64_t)(seed >> 16) % 500 + 1 };
		t[i].timer = loop_at(g->loop, t[i].due, random_fired, &t[i]);
		seed = seed * 1103515245 + 12345;
		int victim = (int)((seed >> 16) % (unsigned)(i + 1));
		if (seed >> 30 && t[victim].timer) {
			loop_cancel(t[victim].timer);
			t[victim].timer = NULL;
		}
	}
	for (int i = 0; i < N; i++)
		left += t[i].timer != NULL;
	assert_true(left > 100 && left < N);
	once(g, -1);
	assert_int_equal(all.fired, left);
	assert_false(all.wrong);
	free(t);
}

static void rearm(void *ctx)
{
	struct named *n = ctx;
	buf_adds(&n->log->text, n->name);
	loop_cancel(n->log->timers[0]); /* itself: does nothing */
	n->log->timers[0] = loop_at(n->log->loop, 0, rearm, ctx);
}

static void a_timer_made_in_a_callback_waits_for_the_next_pass(void **state)
{
	struct log *g = *state;
	struct named n = { .log = g, .name = "x" };
	g->timers[0] = loop_at(g->loop, 0, rearm, &n);
	for (size_t i = 1; i < 5; i++) {
		once(g, -1);
		assert_int_equal(g->text.len, i);
	}
}

static void cancel_the_other(void *ctx)
{
	struct named *n = ctx;
	buf_adds(&n->log->text, n->name);
	loop_cancel(n->log->timers[n->act]);
}

static void a_due_timer_can_be_cancelled_by_an_earlier_one(void **state)
{
	struct log *g = *state;
	struct named a = { .log = g, .name = "a", .act = 1 }, b = { .log = g, .name = "b" };
	struct named c = { .log = g, .name = "c" };
	loop_at(g->loop, 1, cancel_the_other, &a);
	g->timers[1] = loop_at(g->loop, 2, note_timer, &b);
	loop_at(g->loop, 3, note_timer, &c);
	once(g, -1);
	assert_string_equal(g->text.data, "ac");
	loop_cancel(NULL);
}

static void far_and_absurd_times(void **state)
{
	struct log *g = *state;
	struct named n = { .log = g, .name = "x" };
	loop_at(g->loop, INT64_MIN, note_timer, &n);
	struct timer *far = loop_after(g->loop, INT64_MAX, note_timer, &n);
	loop_after(g->loop, INT64_MIN, note_timer, &n);
	once(g, -1);
	assert_string_equal(g->text.data, "xx");
	once(g, 1);
	assert_string_equal(g->text.data, "xx");
	loop_cancel(far);
	once(g, 1);
}

/* --- descriptors ----------------------------------------------------------------------------- */

struct pair {
	int a, b;
};

static struct pair make_pair(void)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	return (struct pair){ fds[0], fds[1] };
}

static void close_pair(struct pair p)
{
	close(p.a);
	close(p.b);
}

static void only_what_is_wanted_is_told(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair();
	struct named n = { .log = g, .name = "" };
	struct watch *w = loop_watch(g->loop, p.a, 0, note_fd, &n);
	assert_int_equal(write(p.b, "x", 1), 1);
	once(g, 0);
	assert_string_equal(buf_str(&g->text), "");
	loop_want(w, LOOP_WRITE);
	once(g, -1);
	loop_want(w, LOOP_READ);
	once(g, -1);
	loop_want(w, LOOP_READ | LOOP_WRITE);
	once(g, -1);
	assert_string_equal(g->text.data, "w r rw ");
	loop_unwatch(w);
	once(g, 0);
	assert_string_equal(g->text.data, "w r rw ");
	loop_unwatch(NULL);
	close_pair(p);
}

static void the_end_of_a_stream_is_readable(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair();
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	struct named s = { .log = g, .name = "s" }, r = { .log = g, .name = "p" };
	struct named q = { .log = g, .name = "q" };
	struct watch *ws = loop_watch(g->loop, p.a, LOOP_READ, note_fd, &s);
	struct watch *wp = loop_watch(g->loop, pipes[0], LOOP_READ, note_fd, &r);
	close(p.b);
	close(pipes[1]);
	once(g, -1);
	assert_string_equal(g->text.data, "srh prh ");
	loop_unwatch(ws);
	loop_unwatch(wp);
	close(p.a);
	close(pipes[0]);
	/* The writing end of a pipe that nobody reads any more. */
	assert_int_equal(pipe(pipes), 0);
	struct watch *wq = loop_watch(g->loop, pipes[1], LOOP_WRITE, note_fd, &q);
	close(pipes[0]);
	buf_clear(&g->text);
	once(g, -1);
	assert_string_equal(g->text.data, "qwe ");
	loop_want(wq, 0);
	once(g, -1);
	assert_string_equal(g->text.data, "qwe qe ");
	loop_unwatch(wq);
	close(pipes[1]);
}

static void a_descriptor_closed_under_the_loop_is_an_error(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair();
	struct named n = { .log = g, .name = "n" };
	loop_watch(g->loop, p.a, LOOP_READ, note_fd, &n);
	close_pair(p);
	once(g, -1);
	assert_string_equal(g->text.data, "ne ");
}

static void unwatch_some(void *ctx, int fd, int ready)
{
	struct named *n = ctx;
	struct log *g = n->log;
	note_fd(ctx, fd, ready);
	for (int i = 0; i < 4; i++)
		if (n->act & 1 << i)
			loop_unwatch(g->watches[i]);
}

/* Every set of removals, from every place: nobody removed is called, nobody else is missed. */
static void removal_while_dispatching_is_safe(void **state)
{
	struct log *g = *state;
	static const char *const names[] = { "0", "1", "2", "3" };
	for (int who = 0; who < 4; who++) {
		for (int set = 0; set < 16; set++) {
			struct pair p[4];
			struct named n[4];
			struct buf want = BUF_INIT;
			buf_clear(&g->text);
			for (int i = 0; i < 4; i++) {
				p[i] = make_pair();
				assert_int_equal(write(p[i].b, "x", 1), 1);
				n[i] = (struct named){ g, names[i], i == who ? set : 0 };
				g->watches[i] = loop_watch(g->loop, p[i].a, LOOP_READ, unwatch_some,
							   &n[i]);
				if (i <= who || !(set & 1 << i))
					buf_addf(&want, "%dr ", i);
			}
			once(g, -1);
			assert_string_equal(g->text.data, want.data);
			buf_clear(&g->text);
			buf_clear(&want);
			for (int i = 0; i < 4; i++)
				if (!(set & 1 << i))
					buf_addf(&want, "%dr ", i);
			for (int i = 0; i < 4; i++)
				n[i].act = 0;
			once(g, 0);
			assert_string_equal(buf_str(&g->text), buf_str(&want));
			for (int i = 0; i < 4; i++) {
				if (!(set & 1 << i))
					loop_unwatch(g->watches[i]);
				close_pair(p[i]);
			}
			buf_release(&want);
		}
	}
}

static void replace_the_other(void *ctx, int fd, int ready)
{
	struct named *n = ctx;
	note_fd(ctx, fd, ready);
	/* The number of the closed one is taken by the new one at once. */
	struct log *g = n->log;
	if (!g->watches[1])
		return;
	loop_unwatch(g->watches[1]);
	g->watches[1] = NULL;
	close(n->act);
	assert_int_equal(dup2(fd, n->act), n->act);
	struct named *fresh = n + 1;
	fresh->name = "new";
	g->watches[2] = loop_watch(g->loop, n->act, LOOP_READ, note_fd, fresh);
}

static void a_new_watch_does_not_inherit_the_readiness_of_an_old_number(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair(), q = make_pair();
	struct named n[2] = { { g, "first", q.a }, { g, "old", 0 } };
	assert_int_equal(write(p.b, "x", 1), 1);
	assert_int_equal(write(q.b, "x", 1), 1);
	struct watch *first = loop_watch(g->loop, p.a, LOOP_READ, replace_the_other, &n[0]);
	g->watches[1] = loop_watch(g->loop, q.a, LOOP_READ, note_fd, &n[1]);
	once(g, -1);
	assert_string_equal(g->text.data, "firstr ");
	once(g, -1);
	assert_string_equal(g->text.data, "firstr firstr newr ");
	loop_unwatch(first);
	loop_unwatch(g->watches[2]);
	close_pair(p);
	close_pair(q);
}

static void stop_wanting(void *ctx, int fd, int ready)
{
	struct named *n = ctx;
	note_fd(ctx, fd, ready);
	loop_want(n->log->watches[1], 0);
}

static void what_is_not_wanted_any_more_is_not_told_in_the_same_pass(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair(), q = make_pair();
	struct named a = { g, "a", 0 }, b = { g, "b", 0 };
	assert_int_equal(write(p.b, "x", 1), 1);
	assert_int_equal(write(q.b, "x", 1), 1);
	loop_watch(g->loop, p.a, LOOP_READ, stop_wanting, &a);
	g->watches[1] = loop_watch(g->loop, q.a, LOOP_READ, note_fd, &b);
	once(g, -1);
	assert_string_equal(g->text.data, "ar ");
	close_pair(p);
	close_pair(q);
}

static void many_descriptors_are_called_in_the_order_of_adding(void **state)
{
	struct log *g = *state;
	enum { N = 150 };
	struct pair *p = calloc(N, sizeof(*p));
	struct named n = { g, "", 0 };
	for (int i = 0; i < N; i++) {
		p[i] = make_pair();
		loop_watch(g->loop, p[i].a, LOOP_READ, note_fd, &n);
		assert_int_equal(write(p[i].b, "x", 1), 1);
	}
	once(g, -1);
	assert_int_equal(g->text.len, 2 * N);
	for (int i = 0; i < N; i++)
		close_pair(p[i]);
	free(p);
}

/* --- the pass -------------------------------------------------------------------------------- */

static void before_sleep(void *ctx)
{
	struct log *g = ctx;
	buf_adds(&g->text, "| ");
	if (++g->count == g->limit)
		loop_stop(g->loop, 7);
}

static void the_hook_comes_after_all_and_before_the_wait(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair();
	struct named f = { g, "f", 0 }, t = { g, "t ", 0 };
	loop_before_sleep(g->loop, before_sleep, g);
	loop_watch(g->loop, p.a, LOOP_READ, note_fd, &f);
	loop_at(g->loop, 0, note_timer, &t);
	assert_int_equal(write(p.b, "x", 1), 1);
	g->limit = 4;
	assert_int_equal(loop_run(g->loop, NULL), 7);
	assert_string_equal(g->text.data, "| fr t | fr | fr | ");
	close_pair(p);
}

static void stop_now(void *ctx)
{
	struct named *n = ctx;
	buf_adds(&n->log->text, n->name);
	loop_stop(n->log->loop, n->act);
}

static void stop_ends_after_the_pass_with_its_hook(void **state)
{
	struct log *g = *state;
	struct named a = { g, "a ", 3 }, b = { g, "b ", 4 };
	loop_before_sleep(g->loop, before_sleep, g);
	loop_at(g->loop, 0, stop_now, &a);
	loop_at(g->loop, 0, stop_now, &b);
	assert_int_equal(loop_run(g->loop, NULL), 4);
	assert_string_equal(g->text.data, "| a b | ");
	loop_stop(g->loop, 9);
	loop_before_sleep(g->loop, NULL, NULL);
	assert_int_equal(loop_run(g->loop, NULL), 9);
	assert_string_equal(g->text.data, "| a b | ");
}

static void arm_in_hook(void *ctx)
{
	struct named *n = ctx;
	if (n->act-- > 0)
		loop_at(n->log->loop, 0, note_timer, n);
	else
		loop_stop(n->log->loop, 0);
}

static void what_the_hook_arms_counts_for_the_next_wait(void **state)
{
	struct log *g = *state;
	struct named n = { g, "x", 3 };
	loop_before_sleep(g->loop, arm_in_hook, &n);
	assert_int_equal(loop_run(g->loop, NULL), 0);
	assert_string_equal(g->text.data, "xxx");
}

static void nothing_to_wait_for_returns_in_time(void **state)
{
	struct log *g = *state;
	int64_t start = clock_now().boot;
	once(g, 0);
	once(g, 5);
	assert_true(clock_now().boot - start >= 5 * ms);
	assert_true(loop_now(g->loop) >= start + 5 * ms);
}

static void without_descriptors_left_the_wait_fails_and_says_so(void **state)
{
	struct log *g = *state;
	struct named n = { g, "x", 0 };
	struct rlimit old, none;
	struct err err;
	loop_at(g->loop, 0, note_timer, &n);
	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ .rlim_cur = 3, .rlim_max = old.rlim_max };
	int high = open("/dev/null", O_RDONLY | O_CLOEXEC);
	setrlimit(RLIMIT_NOFILE, &none);
	int rc = loop_run(g->loop, &err);
	int again = loop_run_once(g->loop, 0, NULL);
	setrlimit(RLIMIT_NOFILE, &old);
	close(high);
	assert_int_equal(rc, ERR_IO);
	assert_int_equal(err.sys, EMFILE);
	assert_int_equal(again, ERR_IO);
	once(g, -1);
	assert_string_equal(g->text.data, "x");
}

/* --- signals --------------------------------------------------------------------------------- */

static void note_signal(void *ctx, int signo)
{
	struct named *n = ctx;
	buf_addf(&n->log->text, "%s%d ", n->name, signo);
}

static void signals_come_as_calls_before_all_else(void **state)
{
	struct log *g = *state;
	struct pair p = make_pair();
	struct named f = { g, "f", 0 }, s = { g, "s", 0 }, s2 = { g, "z", 0 };
	loop_watch(g->loop, p.a, LOOP_READ, note_fd, &f);
	assert_int_equal(write(p.b, "x", 1), 1);
	assert_int_equal(loop_signal(g->loop, SIGUSR1, note_signal, &s, NULL), 0);
	assert_int_equal(loop_signal(g->loop, SIGTERM, note_signal, &s, NULL), 0);
	raise(SIGUSR1);
	raise(SIGTERM);
	raise(SIGUSR1);
	once(g, -1);
	assert_string_equal(g->text.data, "s10 s15 fr ");
	assert_int_equal(loop_signal(g->loop, SIGUSR1, note_signal, &s2, NULL), 0);
	raise(SIGUSR1);
	buf_clear(&g->text);
	once(g, -1);
	assert_string_equal(g->text.data, "z10 fr ");
	close_pair(p);
}

static void what_cannot_be_received_is_refused(void **state)
{
	struct log *g = *state;
	static const int bad[] = { 0, -1, SIGKILL, SIGSTOP, NSIG, 10000 };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(loop_signal(g->loop, bad[i], note_signal, NULL, NULL), ERR_USAGE);
}

static void the_end_of_a_child_is_seen_even_where_it_was_ignored(void **state)
{
	struct log *g = *state;
	struct named s = { g, "c", 0 };
	int status;
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(loop_signal(g->loop, SIGCHLD, note_signal, &s, NULL), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(5);
	while (g->text.len == 0)
		once(g, -1);
	assert_int_equal(waitpid(pid, &status, WNOHANG), pid);
	assert_int_equal(WEXITSTATUS(status), 5);
	loop_free(g->loop);
	g->loop = loop_new();
	struct sigaction now;
	sigaction(SIGCHLD, NULL, &now);
	assert_ptr_equal(now.sa_handler, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

static void freeing_gives_the_mask_back(void **state)
{
	(void)state;
	sigset_t before, during, after, usr2;
	struct loop *l = loop_new();
	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	sigprocmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(loop_signal(l, SIGUSR1, note_signal, NULL, NULL), 0);
	assert_int_equal(loop_signal(l, SIGUSR2, note_signal, NULL, NULL), 0);
	sigprocmask(SIG_SETMASK, NULL, &during);
	assert_int_equal(sigismember(&during, SIGUSR1), 1);
	raise(SIGUSR1); /* too late for a pass: must not kill us either */
	loop_free(l);
	sigprocmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&after, SIGUSR1), 0);
	assert_int_equal(sigismember(&after, SIGUSR2), 1);
	sigprocmask(SIG_UNBLOCK, &usr2, NULL);
}

static void a_child_starts_with_signals_as_programs_expect_them(void **state)
{
	struct log *g = *state;
	int status;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(loop_signal(g->loop, SIGTERM, note_signal, NULL, NULL), 0);
	pid_t pid = fork();
	if (pid == 0) {
		loop_child();
		struct sigaction sa;
		sigset_t mask;
		sigprocmask(SIG_SETMASK, NULL, &mask);
		sigaction(SIGPIPE, NULL, &sa);
		if (sigismember(&mask, SIGTERM) || sa.sa_handler != SIG_DFL)
			_exit(1);
		raise(SIGTERM);
		_exit(2);
	}
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void interrupted(int signo)
{
	(void)signo;
}

/* A signal that is not ours interrupts the wait: a pass with nothing in it, not a failure. */
static void an_interrupted_wait_is_no_error(void **state)
{
	struct log *g = *state;
	struct sigaction sa = { .sa_handler = interrupted };
	int status;
	struct named n = { g, "idle", 0 };
	struct pair p = make_pair();
	loop_watch(g->loop, p.a, LOOP_READ, note_fd, &n);
	sigaction(SIGUSR2, &sa, NULL);
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		/* Until the parent has seen one and ends us. */
		for (;;) {
			kill(parent, SIGUSR2);
			poll(NULL, 0, 1);
		}
	}
	int rc = loop_run_once(g->loop, 20000, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	signal(SIGUSR2, SIG_DFL);
	close_pair(p);
	assert_int_equal(rc, 0);
	assert_string_equal(buf_str(&g->text), "");
}

#define WITH_LOOP(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LOOP(timers_fire_by_due_time_then_by_making),
		WITH_LOOP(a_timer_is_never_early),
		WITH_LOOP(cancelled_timers_never_fire_and_the_rest_keeps_its_order),
		WITH_LOOP(a_timer_made_in_a_callback_waits_for_the_next_pass),
		WITH_LOOP(a_due_timer_can_be_cancelled_by_an_earlier_one),
		WITH_LOOP(far_and_absurd_times),
		WITH_LOOP(only_what_is_wanted_is_told),
		WITH_LOOP(the_end_of_a_stream_is_readable),
		WITH_LOOP(a_descriptor_closed_under_the_loop_is_an_error),
		WITH_LOOP(removal_while_dispatching_is_safe),
		WITH_LOOP(a_new_watch_does_not_inherit_the_readiness_of_an_old_number),
		WITH_LOOP(what_is_not_wanted_any_more_is_not_told_in_the_same_pass),
		WITH_LOOP(many_descriptors_are_called_in_the_order_of_adding),
		WITH_LOOP(the_hook_comes_after_all_and_before_the_wait),
		WITH_LOOP(stop_ends_after_the_pass_with_its_hook),
		WITH_LOOP(what_the_hook_arms_counts_for_the_next_wait),
		WITH_LOOP(nothing_to_wait_for_returns_in_time),
		WITH_LOOP(without_descriptors_left_the_wait_fails_and_says_so),
		WITH_LOOP(signals_come_as_calls_before_all_else),
		WITH_LOOP(what_cannot_be_received_is_refused),
		WITH_LOOP(the_end_of_a_child_is_seen_even_where_it_was_ignored),
		UNIT(freeing_gives_the_mask_back),
		WITH_LOOP(a_child_starts_with_signals_as_programs_expect_them),
		WITH_LOOP(an_interrupted_wait_is_no_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
