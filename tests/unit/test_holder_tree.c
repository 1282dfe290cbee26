/* Stopping a command's whole tree, and saying what stayed. */
#include "holder_rig.h"

/* Waits until scripts wrote their pids to files in the folder. */
static long pid_of(struct rig *r, const char *name)
{
	RIG_UNTIL(r, rig_number(r, name) > 0);
	return rig_number(r, name);
}

static void test_term_ends_the_whole_tree(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[256];
	snprintf(script, sizeof(script),
		 "cd %s; sh -c 'sleep 1000 & echo $! > c; echo $$ > b; wait' & echo $$ > a; wait",
		 r.folder);
	rig_start(&r, "t", script);
	long a = pid_of(&r, "a"), b = pid_of(&r, "b"), c = pid_of(&r, "c");
	holder_stop(r.h, "t", 60000, NULL);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "t");
	assert_int_equal(st->fate, HOLDER_SIGNALED);
	assert_int_equal(st->code, SIGTERM);
	assert_int_equal(st->survivors, 0);
	assert_false(rig_lives(a) || rig_lives(b) || rig_lives(c));
	rig_end(&r);
}

static void test_own_handling_of_term_decides_the_status(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[256];
	snprintf(script, sizeof(script),
		 "trap 'echo tidy; exit 7' TERM; echo $$ > %s/a; while :; do sleep 0.05; done",
		 r.folder);
	rig_start(&r, "t", script);
	pid_of(&r, "a");
	holder_stop(r.h, "t", 60000, NULL);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "t");
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_int_equal(st->code, 7);
	assert_true(rig_spool_has(&r, "t", 0, "tidy\n"));
	rig_end(&r);
}

static void test_a_stopped_process_is_woken_to_take_its_term(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[256];
	snprintf(script, sizeof(script),
		 "trap 'exit 5' TERM; echo $$ > %s/a; kill -STOP $$; while :; do sleep 0.05; done",
		 r.folder);
	rig_start(&r, "t", script);
	pid_of(&r, "a");
	holder_stop(r.h, "t", 60000, NULL);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "t")->code, 5);
	rig_end(&r);
}

static void test_kill_comes_after_the_grace_for_what_ignores_term(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[256];
	snprintf(script, sizeof(script),
		 "trap '' TERM; sleep 1000 & echo $! > %s/b; echo $$ > %s/a; wait", r.folder,
		 r.folder);
	rig_start(&r, "t", script);
	long a = pid_of(&r, "a"), b = pid_of(&r, "b");
	int64_t began = rig_now_ms();
	holder_stop(r.h, "t", 300, NULL);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "t");
	assert_true(rig_now_ms() - began >= 300);
	assert_int_equal(st->fate, HOLDER_SIGNALED);
	assert_int_equal(st->code, SIGKILL);
	assert_int_equal(st->survivors, 0);
	assert_false(rig_lives(a) || rig_lives(b));
	rig_end(&r);
}

/* A child that is born between the look at the tree and the signal hears of the stop all the same.
 * Where nothing can be held still meanwhile, that is luck; then KILL ends it. */
static void test_what_is_born_while_it_is_stopped_hears_of_it(void **state)
{
	(void)state;
	struct rig r;
	char script[256], token[16];
	int grace = rig_env("RIG_GROUPS", 1) ? 60000 : 300;
	rig_init(&r);
	rig_connect(&r);
	for (int round = 0; round < 12; round++) {
		snprintf(token, sizeof(token), "t%d", round);
		snprintf(script, sizeof(script),
			 "trap 'exit 5' TERM; while :; do setsid sleep 1000 & i=$((i + 1));"
			 " [ $i = 5 ] && echo $$ > %s/a%d; [ $i -lt 200 ] || wait; done",
			 r.folder, round);
		rig_start(&r, token, script);
		snprintf(script, sizeof(script), "a%d", round);
		pid_of(&r, script);
		holder_stop(r.h, token, grace, NULL);
		assert_int_equal(rig_wait(&r, RIG_ENDED, token)->survivors, 0);
	}
	rig_end(&r);
}

/* One in a session of its own, one that is nobody's child any more either, one that ignores TERM
 * on top; and the command itself has ended long before the stop of its remains is over. */
static void test_escapees_are_stopped_too(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[512];
	snprintf(script, sizeof(script),
		 "cd %s; setsid sh -c 'echo $$ > a; exec sleep 1000' &"
		 "(setsid sh -c 'echo $$ > b; exec sleep 1000' &) ;"
		 "(setsid sh -c 'trap \"\" TERM; echo $$ > c; while :; do sleep 0.1; done'"
		 " >/dev/null 2>&1 &) ; sleep 1000",
		 r.folder);
	rig_start(&r, "t", script);
	long pids[] = { pid_of(&r, "a"), pid_of(&r, "b"), pid_of(&r, "c") };
	holder_stop(r.h, "t", 200, NULL);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "t");
	assert_int_equal(st->survivors, 0);
	for (size_t i = 0; i < COUNT_OF(pids); i++)
		assert_false(rig_lives(pids[i]));
	assert_null(rig_find(&r, RIG_STUCK, "t"));
	rig_end(&r);
}

static void test_stop_touches_nothing_else(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	pid_t bystander = fork();
	if (!bystander) {
		setsid();
		execlp("sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	char script[512];
	/* a neighbour that runs, and a daemon that an ended command was meant to leave */
	snprintf(script, sizeof(script), "echo $$ > %s/n; exec sleep 1000", r.folder);
	rig_start(&r, "neighbour", script);
	snprintf(script, sizeof(script),
		 "(setsid sh -c 'echo $$ > %s/d; exec sleep 1000' >/dev/null 2>&1 &)", r.folder);
	struct holder_spec spec = rig_sh("daemon", SH(script));
	spec.leaves_processes = true;
	rig_start_spec(&r, &spec);
	rig_wait(&r, RIG_ENDED, "daemon");
	long neighbour = pid_of(&r, "n"), daemon = pid_of(&r, "d");

	snprintf(script, sizeof(script), "echo $$ > %s/t; exec sleep 1000", r.folder);
	rig_start(&r, "t", script);
	pid_of(&r, "t");
	holder_stop(r.h, "daemon", 0, NULL); /* it ended: no effect */
	holder_stop(r.h, "t", 0, NULL);
	rig_wait(&r, RIG_ENDED, "t");
	assert_true(rig_lives(neighbour));
	assert_true(rig_lives(daemon));
	assert_true(rig_lives(bystander));
	holder_stop(r.h, "neighbour", 0, NULL);
	rig_wait(&r, RIG_ENDED, "neighbour");
	assert_true(rig_lives(daemon));
	kill((pid_t)daemon, SIGKILL);
	kill(bystander, SIGKILL);
	waitpid(bystander, NULL, 0);
	rig_end(&r);
}

static void test_survivors_of_a_normal_end_are_listed(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[512], want[64];
	snprintf(script, sizeof(script),
		 "cd %s; setsid sleep 1000 >/dev/null 2>&1 & echo $! > a;"
		 "(setsid sh -c 'echo $$ > b; exec sleep 1000' >/dev/null 2>&1 &);"
		 "is() { [ \"$(cat /proc/$(cat $1)/comm)\" = sleep ]; };"
		 "until is a && is b; do sleep 0.01; done",
		 r.folder);
	const struct holder_status *st = rig_run(&r, "t", script);
	long a = pid_of(&r, "a"), b = pid_of(&r, "b");
	assert_true(st->drained);
	assert_int_equal(st->survivors, 2);
	snprintf(want, sizeof(want), "%ld sleep", a);
	assert_non_null(strstr(st->survivor_list, want));
	snprintf(want, sizeof(want), "%ld sleep", b);
	assert_non_null(strstr(st->survivor_list, want));
	assert_true(rig_lives(a) && rig_lives(b));
	/* and not again in the list of the next */
	assert_int_equal(rig_run(&r, "u", "true")->survivors, 0);
	kill((pid_t)a, SIGKILL);
	kill((pid_t)b, SIGKILL);
	rig_end(&r);
}

static void test_a_clean_pipeline_leaves_no_false_survivors(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	for (int i = 0; i < 100; i++) {
		char token[16];
		snprintf(token, sizeof(token), "t%d", i);
		const struct holder_status *st = rig_run(&r, token, "echo a | cat & exec echo b");
		assert_int_equal(st->survivors, 0);
		assert_true(st->drained);
	}
	rig_end(&r);
}

/* It forks as fast as it can and its children outlive it. */
static void test_a_crowd_that_keeps_forking_is_stopped(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[512];
	snprintf(script, sizeof(script),
		 "cd %s; trap '' TERM; echo $$ > a; while :; do setsid sh -c "
		 "'trap \"\" TERM; sleep 30; :' & sleep 0.002; done",
		 r.folder);
	rig_start(&r, "t", script);
	pid_of(&r, "a");
	holder_stop(r.h, "t", 50, NULL);
	/* on a busy machine it may have been called stuck on the way: what counts is the end */
	assert_int_equal(rig_wait(&r, RIG_ENDED, "t")->survivors, 0);
	rig_end(&r);
}

/* An environment that says nothing, a session of its own, no parent: without a cgroup nobody can
 * know whose it was. It is named, and left alone. */
static void test_what_cannot_be_reached_is_named(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[512], want[64];
	snprintf(script, sizeof(script),
		 "cd %s; (setsid env -i sh -c 'echo $$ > a; exec sleep 1000' &); "
		 "until [ -s a ]; do sleep 0.01; done; sleep 1000",
		 r.folder);
	rig_start(&r, "t", script);
	long a = pid_of(&r, "a");
	snprintf(want, sizeof(want), "%ld sleep", a);
	RIG_UNTIL(&r, rig_is_named(a, "sleep"));
	holder_stop(r.h, "t", 0, NULL);
	rig_set("RIG_GRACE_MS", 100);
	rig_wait(&r, RIG_ENDED, "t");
	if (rig_env("RIG_GROUPS", 1)) {
		assert_false(rig_lives(a));
		assert_null(rig_find(&r, RIG_STUCK, "t"));
	} else {
		assert_true(rig_lives(a));
		assert_string_equal(rig_find(&r, RIG_STUCK, "t")->text, want);
		kill((pid_t)a, SIGKILL);
	}
	unsetenv("RIG_GRACE_MS");
	rig_end(&r);
}

static void test_stop_at_the_gate_is_a_drop(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	struct holder_spec spec = rig_sh("t", SH("true"));
	rig_prepare(&r, &spec);
	holder_stop(r.h, "t", 0, NULL);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "t")->fate, HOLDER_NEVER);
	rig_end(&r);
}

/* What lies between go and exec is stopped as well: a thousand chances to hit it. */
static void test_stop_right_after_go_stops(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	for (int i = 0; i < 200; i++) {
		char token[16];
		snprintf(token, sizeof(token), "t%d", i);
		const char *argv[] = { "sleep", "1000", NULL };
		struct holder_spec spec = { .token = token, .argv = argv, .env = rig_plain_env };
		rig_prepare(&r, &spec);
		holder_go(r.h, token, NULL);
		holder_stop(r.h, token, 0, NULL);
		const struct holder_status *st = rig_wait(&r, RIG_ENDED, token);
		assert_int_equal(st->fate, HOLDER_SIGNALED);
		assert_int_equal(st->survivors, 0);
	}
	rig_end(&r);
}

static void test_groups_are_used_again_and_removed(void **state)
{
	(void)state;
	struct rig r;
	char script[160], path[512];
	rig_init(&r);
	rig_connect(&r);
	snprintf(script, sizeof(script), "sed -n s/^0:://p /proc/self/cgroup > %s/g", r.folder);
	rig_run(&r, "a", script);
	struct buf first = BUF_INIT, second = BUF_INIT;
	snprintf(path, sizeof(path), "%s/g", r.folder);
	assert_int_equal(fsio_read(path, 4096, &first, NULL), 0);
	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "b%d", i);
		rig_run(&r, path, "true");
	}
	rig_run(&r, "c", script);
	snprintf(path, sizeof(path), "%s/g", r.folder);
	assert_int_equal(fsio_read(path, 4096, &second, NULL), 0);
	assert_string_equal(first.data, second.data);
	bool grouped = strstr(first.data, "/blackstart.");
	first.data[strcspn(first.data, "\n")] = '\0';
	pid_t holder = holder_pid(r.h);
	rig_end(&r);
	RIG_OBSERVE(!rig_lives(holder));
	snprintf(path, sizeof(path), "/sys/fs/cgroup/unified%s", first.data);
	if (grouped)
		assert_int_not_equal(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s", first.data);
	if (grouped)
		assert_int_not_equal(access(path, F_OK), 0);
	if (!rig_env("RIG_GROUPS", 1))
		assert_false(grouped);
	buf_release(&first);
	buf_release(&second);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_term_ends_the_whole_tree),
		UNIT(test_own_handling_of_term_decides_the_status),
		UNIT(test_a_stopped_process_is_woken_to_take_its_term),
		UNIT(test_kill_comes_after_the_grace_for_what_ignores_term),
		UNIT(test_escapees_are_stopped_too),
		UNIT(test_stop_touches_nothing_else),
		UNIT(test_survivors_of_a_normal_end_are_listed),
		UNIT(test_a_clean_pipeline_leaves_no_false_survivors),
		UNIT(test_a_crowd_that_keeps_forking_is_stopped),
		UNIT(test_what_is_born_while_it_is_stopped_hears_of_it),
		UNIT(test_what_cannot_be_reached_is_named),
		UNIT(test_stop_at_the_gate_is_a_drop),
		UNIT(test_stop_right_after_go_stops),
		UNIT(test_groups_are_used_again_and_removed),
	};
	return rig_twice(list, COUNT_OF(list));
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
