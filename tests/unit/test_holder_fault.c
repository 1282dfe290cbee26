/* Keepers and holders that die, and what is true afterwards. */
#include "holder_rig.h"

/* --- a keeper that is killed at a chosen point ----------------------------------------------- */

enum point {
	AFTER_CONNECT, AFTER_PREPARE, AFTER_PREPARED, AFTER_GO, AFTER_RUNNING, AFTER_ENDED,
	AFTER_STOP,
};

/* The command says that it began, waits for a file, says something and ends with 6. */
static const char script_format[] =
	"cd %s; echo x > began; until [ -e now ]; do sleep 0.02; done; echo late; exit 6";

static int doomed_keeper(const char *folder, enum point point)
{
	struct rig r = { 0 };
	char script[256];
	snprintf(r.folder, sizeof(r.folder), "%s", folder);
	snprintf(script, sizeof(script), script_format, folder);
	struct holder_spec spec = rig_sh("a", SH(script));
	rig_connect(&r);
	if (point == AFTER_PREPARE)
		holder_prepare(r.h, &spec, NULL);
	if (point >= AFTER_PREPARED)
		rig_prepare(&r, &spec);
	if (point >= AFTER_GO)
		holder_go(r.h, "a", NULL);
	if (point >= AFTER_RUNNING)
		rig_wait(&r, RIG_RUNNING, "a");
	if (point == AFTER_ENDED) {
		rig_touch(&r, "now");
		rig_wait(&r, RIG_ENDED, "a");
	}
	if (point == AFTER_STOP)
		holder_stop(r.h, "a", 0, NULL);
	return kill(getpid(), SIGKILL);
}

/* Runs it and sees it killed; its folder is r's. */
static void kill_keeper_at(struct rig *r, enum point point)
{
	char number[16];
	int status;
	snprintf(number, sizeof(number), "%d", point);
	pid_t pid = fork();
	if (!pid) {
		execl("/proc/self/exe", "keeper", "keeper", r->folder, number, "-", NULL);
		_exit(98);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void second_keeper(struct rig *r)
{
	rig_connect(r);
	RIG_UNTIL(r, rig_find(r, RIG_CURRENT, ""));
}

static void test_keeper_killed_before_go_means_never_ran(void **state)
{
	(void)state;
	static const enum point points[] = { AFTER_CONNECT, AFTER_PREPARE, AFTER_PREPARED };
	for (size_t i = 0; i < COUNT_OF(points); i++) {
		struct rig r;
		rig_init(&r);
		kill_keeper_at(&r, points[i]);
		second_keeper(&r);
		bool known = rig_find(&r, RIG_PREPARED, "a") || rig_find(&r, RIG_ENDED, "a");
		assert_true(known || points[i] != AFTER_PREPARED);
		assert_false(known && points[i] == AFTER_CONNECT);
		if (known) {
			assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->fate, HOLDER_NEVER);
			assert_int_equal(rig_status(&r, "a").st.fate, HOLDER_NEVER);
		}
		assert_false(rig_exists(&r, "began"));
		rig_end(&r);
	}
}

/* The byte was sent: it runs, and the next keeper takes it over. */
static void test_keeper_killed_after_go_runs_on_and_is_adopted(void **state)
{
	(void)state;
	static const enum point points[] = { AFTER_GO, AFTER_RUNNING };
	for (size_t i = 0; i < COUNT_OF(points); i++) {
		struct rig r;
		rig_init(&r);
		kill_keeper_at(&r, points[i]);
		second_keeper(&r);
		const struct holder_status *st = rig_wait(&r, RIG_RUNNING, "a");
		assert_int_equal(st->fate, HOLDER_RUNNING);
		assert_true(holder_alive(st->pid, st->start));
		assert_null(rig_find(&r, RIG_ENDED, "a"));
		rig_touch(&r, "now");
		assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 6);
		rig_assert_spool(&r, "a", 0, "late\n");
		assert_int_equal(rig_count(&r, RIG_ENDED), 1);
		rig_end(&r);
	}
}

static void test_what_ended_without_a_keeper_is_told_to_the_next(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_set("RIG_LINGER_MS", 3600000);
	kill_keeper_at(&r, AFTER_RUNNING);
	rig_touch(&r, "now");
	RIG_OBSERVE(rig_status(&r, "a").st.fate == HOLDER_EXITED);
	for (int i = 0; i < 2; i++) { /* until it is forgotten, to every keeper */
		second_keeper(&r);
		assert_int_equal(rig_find(&r, RIG_ENDED, "a")->st.code, 6);
		rig_assert_spool(&r, "a", 0, "late\n");
		if (!i)
			rig_disconnect(&r);
		rig_forget_calls(&r);
	}
	holder_forget(r.h, "a", NULL);
	rig_disconnect(&r);
	second_keeper(&r);
	assert_int_equal(rig_count(&r, RIG_ENDED), 0);
	unsetenv("RIG_LINGER_MS");
	rig_end(&r);
}

static void test_end_that_a_dead_keeper_knew_is_told_again(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	kill_keeper_at(&r, AFTER_ENDED);
	second_keeper(&r);
	assert_int_equal(rig_find(&r, RIG_ENDED, "a")->st.code, 6);
	rig_end(&r);
}

static void test_stop_goes_on_without_the_keeper_that_asked(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	kill_keeper_at(&r, AFTER_STOP);
	second_keeper(&r);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->fate, HOLDER_SIGNALED);
	rig_end(&r);
}

static void test_new_keeper_takes_over_from_a_living_one(void **state)
{
	(void)state;
	struct rig r, second;
	char script[256];
	rig_init(&r);
	snprintf(script, sizeof(script), script_format, r.folder);
	rig_connect(&r);
	rig_start(&r, "runs", script);
	rig_wait(&r, RIG_RUNNING, "runs");
	struct holder_spec spec = rig_sh("waits", SH("true"));
	rig_prepare(&r, &spec);
	second = r;
	second.calls = NULL;
	second.n = second.cap = 0;
	second_keeper(&second);
	RIG_UNTIL(&r, rig_find(&r, RIG_GONE, ""));
	assert_int_equal(holder_go(r.h, "waits", &r.err), ERR_CANCEL);
	assert_int_equal(rig_wait(&second, RIG_ENDED, "waits")->fate, HOLDER_NEVER);
	assert_non_null(rig_find(&second, RIG_RUNNING, "runs"));
	assert_int_equal(holder_pid(r.h), holder_pid(second.h));
	rig_disconnect(&r);
	free(r.calls);
	rig_touch(&second, "now");
	assert_int_equal(rig_wait(&second, RIG_ENDED, "runs")->code, 6);
	rig_end(&second);
}

/* --- a holder that is killed ----------------------------------------------------------------- */

static void test_holder_killed_gated_leave_and_say_so_running_go_on(void **state)
{
	(void)state;
	struct rig r;
	char gated[128], script[256];
	rig_init(&r);
	rig_connect(&r);
	snprintf(gated, sizeof(gated), "touch %s/ran", r.folder);
	struct holder_spec spec = rig_sh("gated", SH(gated)), other = rig_sh("other", SH(gated));
	rig_prepare(&r, &spec);
	rig_prepare(&r, &other); /* its copies of the first one's gate must be gone as well */
	snprintf(script, sizeof(script),
		 "exec >/dev/null 2>&1; cd %s; until [ -e now ]; do sleep 0.02; done; echo x > end",
		 r.folder);
	rig_start(&r, "runs", script);
	struct holder_status runs = *rig_wait(&r, RIG_RUNNING, "runs");
	struct holder_status waits = rig_find(&r, RIG_PREPARED, "gated")->st;
	pid_t holder = holder_pid(r.h);
	kill(holder, SIGKILL);
	RIG_UNTIL(&r, rig_find(&r, RIG_GONE, ""));
	RIG_OBSERVE(!holder_alive(waits.pid, waits.start));
	RIG_OBSERVE(rig_status(&r, "gated").st.fate == HOLDER_NEVER);
	RIG_OBSERVE(rig_status(&r, "other").st.fate == HOLDER_NEVER);
	assert_false(rig_exists(&r, "ran"));
	assert_int_equal(rig_status(&r, "runs").st.fate, HOLDER_RUNNING);
	assert_true(holder_alive(runs.pid, runs.start));
	rig_disconnect(&r);

	rig_forget_calls(&r);
	second_keeper(&r); /* of a holder that knows nothing of them */
	assert_int_not_equal(holder_pid(r.h), holder);
	assert_int_equal(r.n, 1);
	rig_touch(&r, "now");
	RIG_OBSERVE(rig_exists(&r, "end"));
	RIG_OBSERVE(!holder_alive(runs.pid, runs.start));
	assert_int_equal(rig_status(&r, "runs").st.fate, HOLDER_RUNNING);
	rig_end(&r);
}

/* --- when it leaves -------------------------------------------------------------------------- */

static void test_leaves_after_its_last_keeper_and_command(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	kill_keeper_at(&r, AFTER_RUNNING);
	struct rig_last last = rig_status(&r, "a");
	int64_t until = rig_now_ms() + 500; /* linger time is 200 ms */
	RIG_OBSERVE(rig_now_ms() > until);
	assert_true(rig_holder_lives(&r));
	assert_true(holder_alive(last.st.pid, last.st.start));
	rig_touch(&r, "now");
	RIG_OBSERVE(!rig_holder_lives(&r));
	assert_int_equal(rig_status(&r, "a").st.code, 6);
	rig_assert_spool(&r, "a", 0, "late\n");
	rig_end(&r);
}

static void test_quit_is_refused_while_commands_run(void **state)
{
	(void)state;
	struct rig r;
	char script[256];
	rig_init(&r);
	snprintf(script, sizeof(script), script_format, r.folder);
	rig_connect(&r);
	rig_start(&r, "a", script);
	holder_quit(r.h, NULL);
	RIG_UNTIL(&r, rig_find(&r, RIG_REFUSED, ""));
	assert_int_equal(rig_find(&r, RIG_REFUSED, "")->number, EBUSY);
	rig_touch(&r, "now");
	rig_wait(&r, RIG_ENDED, "a");
	rig_end(&r);
}

static void test_term_waits_for_what_runs_and_takes_nothing_new(void **state)
{
	(void)state;
	struct rig r;
	char script[256];
	rig_init(&r);
	snprintf(script, sizeof(script), script_format, r.folder);
	rig_connect(&r);
	rig_start(&r, "a", script);
	rig_wait(&r, RIG_RUNNING, "a");
	pid_t holder = holder_pid(r.h);
	kill(holder, SIGHUP);
	kill(holder, SIGTERM);
	struct holder_spec spec = rig_sh("b", SH("true"));
	const struct rig_call *no = NULL;
	do { /* the signal and the message may be seen in either order */
		rig_forget_calls(&r);
		holder_drop(r.h, "b", NULL);
		holder_forget(r.h, "b", NULL);
		holder_prepare(r.h, &spec, NULL);
		RIG_UNTIL(&r, (no = rig_find(&r, RIG_REFUSED, "b")) ||
				      rig_find(&r, RIG_PREPARED, "b"));
	} while (!no || no->number == EEXIST);
	assert_int_equal(no->number, ESHUTDOWN);
	assert_true(rig_lives(holder));
	rig_touch(&r, "now");
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 6);
	RIG_UNTIL(&r, rig_find(&r, RIG_GONE, ""));
	rig_disconnect(&r);
	rig_end(&r);
}

/* --- where it lives -------------------------------------------------------------------------- */

static void test_one_holder_for_a_folder_however_many_ask(void **state)
{
	(void)state;
	struct rig r;
	enum { N = 8 };
	int fd[2];
	pid_t pids[N], holder[N];
	rig_init(&r);
	rig_set("RIG_LINGER_MS", 3000);
	assert_int_equal(pipe(fd), 0);
	for (int i = 0; i < N; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		struct rig own = r;
		pid_t pid = rig_try_connect(&own) ? -1 : holder_pid(own.h);
		_exit(write(fd[1], &pid, sizeof(pid)) == sizeof(pid) ? 0 : 1);
	}
	for (int i = 0; i < N; i++) {
		assert_int_equal(read(fd[0], &holder[i], sizeof(pid_t)), sizeof(pid_t));
		assert_true(holder[i] > 0);
		assert_int_equal(holder[i], holder[0]);
		waitpid(pids[i], NULL, 0);
	}
	close(fd[0]);
	close(fd[1]);
	rig_connect(&r);
	assert_int_equal(holder_pid(r.h), holder[0]);
	unsetenv("RIG_LINGER_MS");
	rig_end(&r);
}

static void test_is_detached_and_named_for_ps(void **state)
{
	(void)state;
	struct rig r;
	char path[64], link[64] = "", want[128];
	rig_init(&r);
	rig_connect(&r);
	pid_t pid = holder_pid(r.h);
	struct buf line = BUF_INIT;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	assert_int_equal(fsio_read(path, 4096, &line, NULL), 0);
	size_t n = (size_t)snprintf(want, sizeof(want), "blackstart%cholder%cR1%c%s", 0, 0, 0,
				    r.folder);
	assert_int_equal(line.len, n + 1);
	assert_memory_equal(line.data, want, n);
	buf_release(&line);
	assert_int_equal(getsid(pid), pid);
	for (int i = 0; i < 3; i++) {
		memset(link, 0, sizeof(link));
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, i);
		assert_true(readlink(path, link, sizeof(link) - 1) > 0);
		assert_string_equal(link, "/dev/null");
	}
	memset(link, 0, sizeof(link));
	snprintf(path, sizeof(path), "/proc/%d/cwd", pid);
	assert_true(readlink(path, link, sizeof(link) - 1) > 0);
	assert_string_equal(link, "/");
	struct stat sb;
	snprintf(want, sizeof(want), "%s/holder.sock", r.folder);
	assert_int_equal(stat(want, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	rig_end(&r);
}

static void test_a_deep_folder_is_no_obstacle(void **state)
{
	(void)state;
	struct rig r;
	char deep[512];
	struct holder *h = NULL;
	rig_init(&r);
	snprintf(deep, sizeof(deep), "%s/%0100d/%0100d", r.folder, 1, 2);
	assert_int_equal(fsio_mkdirs(deep, 0700, NULL), 0);
	struct loop *loop = loop_new();
	struct holder_calls calls = { .ctx = &r, .gone = rig_gone };
	assert_int_equal(holder_connect(loop, deep, "R1", &calls, &h, NULL), 0);
	r.loop = loop;
	holder_quit(h, NULL);
	RIG_UNTIL(&r, rig_find(&r, RIG_GONE, ""));
	holder_disconnect(h);
	loop_free(loop);
	rig_end(&r);
}

static void test_connecting_where_it_cannot_live_fails_and_says_why(void **state)
{
	(void)state;
	struct rig r = { .folder = "/no/such/folder" };
	assert_int_equal(rig_try_connect(&r), ERR_IO);
	assert_int_equal(r.err.sys, ENOENT);
	loop_free(r.loop);
	rig_init(&r);
	rig_touch(&r, "spool"); /* a file where its folder should be */
	assert_int_equal(rig_try_connect(&r), ERR_IO);
	assert_int_equal(r.err.sys, ENOTDIR);
	loop_free(r.loop);
	rig_end(&r);
}

/* --- bounds ---------------------------------------------------------------------------------- */

static void test_what_cannot_be_started_is_refused_and_the_rest_runs(void **state)
{
	(void)state;
	struct rig r;
	char token[16];
	rig_init(&r);
	rig_connect(&r);
	for (int i = 0; i < HOLDER_LIVE_MAX; i++) {
		snprintf(token, sizeof(token), "c%d", i);
		struct holder_spec spec = rig_sh(token, SH("true"));
		rig_prepare(&r, &spec);
	}
	struct holder_spec again = rig_sh("c5", SH("true")), more = rig_sh("more", SH("true"));
	holder_prepare(r.h, &again, NULL);
	holder_prepare(r.h, &more, NULL);
	RIG_UNTIL(&r, rig_count(&r, RIG_REFUSED) == 2);
	assert_int_equal(rig_find(&r, RIG_REFUSED, "c5")->number, EEXIST);
	assert_int_equal(rig_find(&r, RIG_REFUSED, "more")->number, EAGAIN);
	for (int i = 0; i < HOLDER_LIVE_MAX; i++) {
		snprintf(token, sizeof(token), "c%d", i);
		holder_go(r.h, token, NULL);
	}
	RIG_UNTIL(&r, rig_count(&r, RIG_ENDED) == HOLDER_LIVE_MAX);
	rig_end(&r);
}

static void test_nonsense_and_excess_never_leave_the_keeper(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char *big = malloc(HOLDER_SPEC_MAX + 1);
	memset(big, 'x', HOLDER_SPEC_MAX);
	big[HOLDER_SPEC_MAX] = '\0';
	const char *none[] = { NULL }, *large[] = { "true", big, NULL };
	struct holder_spec spec = { .token = "a", .argv = none, .env = rig_plain_env };
	assert_int_equal(holder_prepare(r.h, &spec, NULL), ERR_USAGE);
	spec.argv = large;
	assert_int_equal(holder_prepare(r.h, &spec, NULL), ERR_LIMIT);
	spec = rig_sh("../a", SH("true"));
	assert_int_equal(holder_prepare(r.h, &spec, NULL), ERR_USAGE);
	assert_int_equal(holder_go(r.h, "", NULL), ERR_USAGE);
	assert_int_equal(holder_go(r.h, "0123456789012345678901234567890123456789", NULL),
			 ERR_USAGE);
	assert_int_equal(holder_free(r.h, "a", 3, 0, NULL), ERR_USAGE);
	spec = rig_sh("t", SH("true"));
	spec.terminal = true;
	spec.input = "x";
	spec.n_input = 1;
	assert_int_equal(holder_prepare(r.h, &spec, NULL), ERR_USAGE);
	/* as large as it may be, it runs */
	size_t fits = 100 << 10; /* one argument: the kernel's own bound is 128 KiB */
	big[fits] = '\0';
	const char *many[] = { "sh", "-c", "exit ${#1}", "sh", big, big, big,
			       big,  big,  big,          big,  big, big, NULL };
	spec = (struct holder_spec){ .token = "big", .argv = many, .env = rig_plain_env };
	rig_start_spec(&r, &spec);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "big")->code, (100 << 10) & 0xff);
	free(big);
	rig_end(&r);
}

static size_t count_fds(pid_t pid)
{
	char command[64];
	unsigned n = 0;
	snprintf(command, sizeof(command), "ls /proc/%d/fd | wc -l", pid);
	FILE *f = popen(command, "r");
	assert_int_equal(fscanf(f, "%u", &n), 1);
	pclose(f);
	return n;
}

static void test_nothing_piles_up_over_many_commands(void **state)
{
	(void)state;
	struct rig r;
	size_t before = 0;
	rig_init(&r);
	rig_connect(&r);
	for (int i = 0; i < 300; i++) {
		char token[16];
		snprintf(token, sizeof(token), "t%d", i);
		struct holder_spec spec = rig_sh(token, SH("echo x; echo y >&2"));
		spec.terminal = i % 3 == 0;
		rig_start_spec(&r, &spec);
		rig_wait(&r, RIG_ENDED, token);
		holder_forget(r.h, token, NULL);
		if (i == 20) {
			rig_run(&r, "probe", "true");
			before = count_fds(holder_pid(r.h));
		}
		rig_forget_calls(&r);
	}
	rig_run(&r, "probe2", "true");
	assert_int_equal(count_fds(holder_pid(r.h)), before);
	rig_end(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_keeper_killed_before_go_means_never_ran),
		UNIT(test_keeper_killed_after_go_runs_on_and_is_adopted),
		UNIT(test_what_ended_without_a_keeper_is_told_to_the_next),
		UNIT(test_end_that_a_dead_keeper_knew_is_told_again),
		UNIT(test_stop_goes_on_without_the_keeper_that_asked),
		UNIT(test_new_keeper_takes_over_from_a_living_one),
		UNIT(test_holder_killed_gated_leave_and_say_so_running_go_on),
		UNIT(test_leaves_after_its_last_keeper_and_command),
		UNIT(test_quit_is_refused_while_commands_run),
		UNIT(test_term_waits_for_what_runs_and_takes_nothing_new),
		UNIT(test_one_holder_for_a_folder_however_many_ask),
		UNIT(test_is_detached_and_named_for_ps),
		UNIT(test_a_deep_folder_is_no_obstacle),
		UNIT(test_connecting_where_it_cannot_live_fails_and_says_why),
		UNIT(test_what_cannot_be_started_is_refused_and_the_rest_runs),
		UNIT(test_nonsense_and_excess_never_leave_the_keeper),
		UNIT(test_nothing_piles_up_over_many_commands),
	};
	return rig_twice(list, COUNT_OF(list));
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "keeper"))
		return doomed_keeper(argv[2], (enum point)strtol(argv[3], NULL, 10));
	return rig_main(argc, argv, tests);
}
