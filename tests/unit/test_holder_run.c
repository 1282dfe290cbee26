/* Commands that run to their end: streams, status, exec, input. */
#include "holder_rig.h"

static void test_exit_code_and_both_streams(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	const struct holder_status *st = rig_run(&r, "a", "echo out; echo err >&2; exit 3");
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_int_equal(st->code, 3);
	assert_true(st->drained);
	assert_int_equal(st->survivors, 0);
	assert_int_equal(st->bytes[0], 4);
	assert_int_equal(st->bytes[1], 4);
	assert_int_equal(st->bytes[2], 0);
	assert_true(st->began_boot > 0 && st->ended_boot > st->began_boot);
	assert_true(st->max_rss_kb > 0);
	rig_assert_spool(&r, "a", 0, "out\n");
	rig_assert_spool(&r, "a", 1, "err\n");
	rig_end(&r);
}

static void test_nothing_runs_before_go(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[128];
	snprintf(script, sizeof(script), "touch %s/ran", r.folder);
	struct holder_spec spec = rig_sh("a", SH(script));
	rig_prepare(&r, &spec);
	const struct holder_status *st = &rig_find(&r, RIG_PREPARED, "a")->st;
	assert_int_equal(st->fate, HOLDER_PREPARED);
	assert_true(holder_alive(st->pid, st->start));
	assert_false(holder_alive(st->pid, st->start + 1));
	/* a whole other command goes by, and the first one still waits */
	rig_run(&r, "b", "true");
	assert_false(rig_exists(&r, "ran"));
	holder_go(r.h, "a", NULL);
	assert_int_equal(rig_wait(&r, RIG_RUNNING, "a")->fate, HOLDER_RUNNING);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 0);
	assert_true(rig_exists(&r, "ran"));
	rig_end(&r);
}

static void test_dropped_at_the_gate_never_ran(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[128];
	snprintf(script, sizeof(script), "touch %s/ran", r.folder);
	struct holder_spec spec = rig_sh("a", SH(script));
	rig_prepare(&r, &spec);
	pid_t pid = rig_find(&r, RIG_PREPARED, "a")->st.pid;
	holder_drop(r.h, "a", NULL);
	holder_go(r.h, "a", NULL); /* too late */
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->fate, HOLDER_NEVER);
	assert_false(rig_exists(&r, "ran"));
	assert_false(rig_lives(pid));
	struct rig_last last = rig_status(&r, "a");
	assert_int_equal(last.st.fate, HOLDER_NEVER);
	assert_int_equal(last.st.pid, pid);
	assert_int_equal(last.lines, 2);
	rig_end(&r);
}

static void test_death_by_signal_is_told_as_such(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	const struct holder_status *st = rig_run(&r, "a", "kill -SEGV $$");
	assert_int_equal(st->fate, HOLDER_SIGNALED);
	assert_int_equal(st->code, SIGSEGV);
	rig_end(&r);
}

static void assert_no_exec(struct rig *r, const char *token, const char *program, const char *cwd,
			   int stage, int sys)
{
	const char *argv[] = { program, NULL };
	struct holder_spec spec = {
		.token = token, .argv = argv, .env = rig_plain_env, .cwd = cwd,
	};
	rig_start_spec(r, &spec);
	const struct holder_status *st = rig_wait(r, RIG_ENDED, token);
	assert_int_equal(st->fate, HOLDER_NO_EXEC);
	assert_int_equal(st->code, stage);
	assert_int_equal(st->sys, sys);
	assert_null(rig_find(r, RIG_RUNNING, token));
}

static void test_failure_to_exec_is_an_errno_not_an_exit_status(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char plain[128];
	rig_touch(&r, "plain");
	snprintf(plain, sizeof(plain), "%s/plain", r.folder);
	assert_no_exec(&r, "missing", "no-such-program", NULL, HOLDER_AT_EXEC, ENOENT);
	assert_no_exec(&r, "slash", "/no/such/program", NULL, HOLDER_AT_EXEC, ENOENT);
	assert_no_exec(&r, "empty", "", NULL, HOLDER_AT_EXEC, ENOENT);
	assert_no_exec(&r, "closed", plain, NULL, HOLDER_AT_EXEC, EACCES);
	assert_int_equal(chmod(plain, 0700), 0);
	assert_no_exec(&r, "format", plain, NULL, HOLDER_AT_EXEC, ENOEXEC);
	assert_no_exec(&r, "cwd", "true", "/no/such/folder", HOLDER_AT_CWD, ENOENT);
	/* 127 is an exit status like any other */
	const struct holder_status *st = rig_run(&r, "127", "exit 127");
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_int_equal(st->code, 127);
	rig_end(&r);
}

static void test_program_is_found_in_the_path_of_its_own_environment(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char tool[128], path[128];
	snprintf(tool, sizeof(tool), "%s/mytool", r.folder);
	snprintf(path, sizeof(path), "PATH=/no/such:%s:/bin:/usr/bin", r.folder);
	assert_int_equal(fsio_replace(tool, "#!/bin/sh\necho mine\n", 20, 0700, false, NULL), 0);
	const char *argv[] = { "mytool", NULL }, *env[] = { path, NULL };
	struct holder_spec spec = { .token = "a", .argv = argv, .env = env };
	rig_start_spec(&r, &spec);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 0);
	rig_assert_spool(&r, "a", 0, "mine\n");
	rig_end(&r);
}

static void test_environment_is_exactly_what_was_given_and_the_token(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	const char *argv[] = { "/usr/bin/env", NULL };
	const char *env[] = { "A=1", "BLACKSTART_TOKEN=forged", "B=two words", NULL };
	struct holder_spec spec = { .token = "step.1-a", .argv = argv, .env = env };
	rig_start_spec(&r, &spec);
	rig_wait(&r, RIG_ENDED, "step.1-a");
	rig_assert_spool(&r, "step.1-a", 0, "A=1\nB=two words\nBLACKSTART_TOKEN=step.1-a\n");
	rig_end(&r);
}

static void test_command_finds_signals_files_and_folder_as_a_program_expects(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	mode_t mask = umask(027);
	rig_connect(&r);
	umask(mask);
	const char *script =
		"sed -n '/^Sig[BIC]/p' /proc/self/status; ls /proc/self/fd | wc -l;"
		"pwd; umask; ulimit -n; ps -o pid=,pgid=,sid= -p $$ | awk '{"
		" print $1 == $2 && $2 == $3 }'";
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	char want[512];
	snprintf(want, sizeof(want),
		 "SigBlk:\t%016x\nSigIgn:\t%016x\nSigCgt:\t%016x\n4\n/\n0027\n%lu\n1\n", 0, 0, 0,
		 (unsigned long)files.rlim_cur);
	rig_run(&r, "a", script);
	rig_assert_spool(&r, "a", 0, want); /* four: 0, 1, 2 and the folder that ls reads */
	struct holder_spec spec = rig_sh("b", SH("pwd"));
	spec.cwd = r.folder;
	rig_start_spec(&r, &spec);
	rig_wait(&r, RIG_ENDED, "b");
	assert_true(rig_spool_has(&r, "b", 0, r.folder));
	rig_end(&r);
}

static void test_input_arrives_whole_and_ends(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	struct buf all = BUF_INIT;
	for (uint32_t x = 1; all.len < HOLDER_INPUT_MAX; x = x * 1664525 + 1013904223)
		buf_addc(&all, (char)(x >> 24));
	struct holder_spec spec = rig_sh("a", SH("cat"));
	spec.input = all.data;
	spec.n_input = all.len;
	rig_start_spec(&r, &spec);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->bytes[0], all.len);
	struct buf got = rig_spool(&r, "a", 0);
	assert_int_equal(got.len, all.len);
	assert_memory_equal(got.data, all.data, all.len);
	buf_release(&got);

	spec.token = "more";
	spec.n_input = all.len + 1;
	assert_int_equal(holder_prepare(r.h, &spec, &r.err), ERR_LIMIT);
	buf_release(&all);
	rig_end(&r);
}

static void test_input_that_nobody_reads_holds_nothing_up(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char *big = calloc(1, HOLDER_INPUT_MAX);
	struct holder_spec spec = rig_sh("a", SH("exit 4"));
	spec.input = big;
	spec.n_input = HOLDER_INPUT_MAX;
	rig_start_spec(&r, &spec);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 4);
	free(big);
	rig_end(&r);
}

static void test_input_cannot_be_written_to(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	struct holder_spec spec = rig_sh("a", SH("echo changed 2>/dev/null >&0 && echo could;"
						 "cat; echo x >/proc/self/fd/0"));
	spec.input = "secret";
	spec.n_input = 6;
	rig_start_spec(&r, &spec);
	assert_int_not_equal(rig_wait(&r, RIG_ENDED, "a")->code, 0);
	rig_assert_spool(&r, "a", 0, "secret");
	rig_end(&r);
}

static void test_without_input_there_is_only_the_end(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	const struct holder_status *st = rig_run(&r, "a", "cat; readlink /proc/self/fd/0");
	assert_int_equal(st->code, 0);
	rig_assert_spool(&r, "a", 0, "/dev/null\n");
	rig_end(&r);
}

/* Lines of 80 bytes that tell where they belong. */
static void assert_numbered(const struct rig *r, int stream, long bytes)
{
	struct buf b = rig_spool(r, "flood", stream);
	assert_int_equal(b.len, bytes);
	for (long i = 0; i < bytes / 80; i++) {
		char want[81];
		snprintf(want, sizeof(want), "%079ld\n", i);
		if (memcmp(b.data + i * 80, want, 80))
			fail_msg("line %ld of stream %d differs", i, stream);
	}
	buf_release(&b);
}

static void test_twenty_megabytes_on_both_streams_to_the_byte(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	const char *script =
		"awk 'BEGIN { for (i = 0; i < 262144; i++) printf \"%079d\\n\", i }' >&2 &"
		"awk 'BEGIN { for (i = 0; i < 262144; i++) printf \"%079d\\n\", i }'; wait";
	const struct holder_status *st = rig_run(&r, "flood", script);
	assert_int_equal(st->code, 0);
	assert_int_equal(st->bytes[0], 20971520);
	assert_int_equal(st->bytes[1], 20971520);
	assert_true(rig_count(&r, RIG_OUTPUT) > 0);
	assert_numbered(&r, 0, 20971520);
	assert_numbered(&r, 1, 20971520);
	rig_end(&r);
}

static void test_sixty_four_commands_at_once(void **state)
{
	(void)state;
	struct rig r;
	enum { N = 64 };
	rig_init(&r);
	rig_connect(&r);
	char token[N][16], script[160];
	snprintf(script, sizeof(script),
		 "until [ -e %s/all ]; do sleep 0.05; done; echo $BLACKSTART_TOKEN", r.folder);
	for (int i = 0; i < N; i++) {
		snprintf(token[i], sizeof(token[i]), "c%d", i);
		struct holder_spec spec = rig_sh(token[i], SH(script));
		assert_int_equal(holder_prepare(r.h, &spec, NULL), 0);
	}
	RIG_UNTIL(&r, rig_count(&r, RIG_PREPARED) == N);
	for (int i = 0; i < N; i++)
		holder_go(r.h, token[i], NULL);
	RIG_UNTIL(&r, rig_count(&r, RIG_RUNNING) == N);
	assert_int_equal(rig_count(&r, RIG_ENDED), 0);
	rig_touch(&r, "all");
	RIG_UNTIL(&r, rig_count(&r, RIG_ENDED) == N);
	for (int i = 0; i < N; i++) {
		char want[16];
		snprintf(want, sizeof(want), "c%d\n", i);
		assert_int_equal(rig_find(&r, RIG_ENDED, token[i])->st.code, 0);
		rig_assert_spool(&r, token[i], 0, want);
	}
	rig_end(&r);
}

static void test_what_is_left_in_the_background_hangs_nothing(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_set("RIG_GRACE_MS", 100);
	rig_connect(&r);
	char script[160];
	snprintf(script, sizeof(script), "sleep 1000 & echo $! > %s/pid; echo done", r.folder);
	const struct holder_status *st = rig_run(&r, "a", script);
	long pid = rig_number(&r, "pid");
	char want[64];
	snprintf(want, sizeof(want), "%ld sleep", pid);
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_false(st->drained);
	assert_int_equal(st->survivors, 1);
	assert_string_equal(st->survivor_list, want);
	assert_true(rig_lives(pid));
	rig_assert_spool(&r, "a", 0, "done\n");
	kill((pid_t)pid, SIGKILL);
	unsetenv("RIG_GRACE_MS");
	rig_end(&r);
}

/* The grace is long enough to fail the test if it was waited for. */
static void test_what_was_meant_to_stay_ends_the_command_at_once(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_set("RIG_GRACE_MS", 3600000);
	rig_connect(&r);
	char script[256];
	snprintf(script, sizeof(script),
		 "(echo $$; until [ -e %s/quit ]; do echo noise || exit; sleep 0.01; done;"
		 " touch %s/quitted) & echo started",
		 r.folder, r.folder);
	struct holder_spec spec = rig_sh("a", SH(script));
	spec.leaves_processes = true;
	rig_start_spec(&r, &spec);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_true(st->survivors >= 1); /* it, and perhaps its sleep */
	int64_t bytes = st->bytes[0];
	/* it goes on to write, without harm and without a record, and the holder stays for it */
	assert_int_equal(holder_forget(r.h, "a", NULL), 0);
	rig_run(&r, "b", "true");
	rig_disconnect(&r);
	int64_t until = rig_now_ms() + 500; /* more than the linger time of 200 ms */
	RIG_OBSERVE(rig_now_ms() > until);
	assert_true(rig_holder_lives(&r));
	assert_true(bytes >= 8);
	rig_touch(&r, "quit");
	RIG_OBSERVE(rig_exists(&r, "quitted"));
	unsetenv("RIG_GRACE_MS");
	rig_end(&r);
}

static void test_closed_streams_and_a_late_exit(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[160];
	snprintf(script, sizeof(script),
		 "exec >/dev/null 2>&1 </dev/null;"
		 "until [ -e %s/now ]; do sleep 0.02; done; exit 9",
		 r.folder);
	rig_start(&r, "a", script);
	rig_wait(&r, RIG_RUNNING, "a");
	rig_run(&r, "b", "true");
	assert_null(rig_find(&r, RIG_ENDED, "a"));
	rig_touch(&r, "now");
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 9);
	rig_end(&r);
}

static void test_forgotten_and_freed_spools_go(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	rig_run(&r, "a", "echo out; echo err >&2");
	rig_run(&r, "b", "echo out; echo err >&2");
	rig_run(&r, "c", "true");
	assert_false(rig_spool_exists(&r, "c", 0)); /* no byte, no file */
	holder_free(r.h, "a", 0, 3, NULL);
	holder_free(r.h, "a", 1, 4, NULL);
	holder_forget(r.h, "b", NULL);
	RIG_UNTIL(&r, !rig_spool_exists(&r, "b", 0) && !rig_spool_exists(&r, "b", 1));
	assert_true(rig_spool_exists(&r, "a", 0));
	assert_false(rig_spool_exists(&r, "a", 1));
	holder_free(r.h, "a", 0, 4, NULL);
	RIG_UNTIL(&r, !rig_spool_exists(&r, "a", 0));
	/* of what a holder before this one left */
	char *path = holder_spool_path(r.folder, "old", 2);
	assert_int_equal(fsio_replace(path, "x", 1, 0600, false, NULL), 0);
	free(path);
	holder_forget(r.h, "old", NULL);
	RIG_UNTIL(&r, !rig_spool_exists(&r, "old", 2));
	rig_end(&r);
}

static long long blocks_of(const struct rig *r, const char *token)
{
	struct stat sb;
	char *path = holder_spool_path(r->folder, token, 0);
	long long blocks = stat(path, &sb) ? -1 : (long long)sb.st_blocks * 512;
	free(path);
	return blocks;
}

static void test_freed_space_comes_back_while_the_command_runs(void **state)
{
	(void)state;
	struct rig r;
	rig_init_at(&r, "/dev/shm/bs-holder.XXXXXX"); /* st_blocks is exact on tmpfs */
	rig_connect(&r);
	char script[160];
	snprintf(script, sizeof(script),
		 "head -c 8388608 /dev/zero; until [ -e %s/now ]; do sleep 0.02; done", r.folder);
	rig_start(&r, "a", script);
	RIG_UNTIL(&r, blocks_of(&r, "a") == 8388608);
	holder_free(r.h, "a", 0, 6 << 20, NULL);
	RIG_UNTIL(&r, blocks_of(&r, "a") == 2 << 20);
	rig_touch(&r, "now");
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->bytes[0], 8388608);
	rig_end(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_exit_code_and_both_streams),
		UNIT(test_nothing_runs_before_go),
		UNIT(test_dropped_at_the_gate_never_ran),
		UNIT(test_death_by_signal_is_told_as_such),
		UNIT(test_failure_to_exec_is_an_errno_not_an_exit_status),
		UNIT(test_program_is_found_in_the_path_of_its_own_environment),
		UNIT(test_environment_is_exactly_what_was_given_and_the_token),
		UNIT(test_command_finds_signals_files_and_folder_as_a_program_expects),
		UNIT(test_input_arrives_whole_and_ends),
		UNIT(test_input_that_nobody_reads_holds_nothing_up),
		UNIT(test_input_cannot_be_written_to),
		UNIT(test_without_input_there_is_only_the_end),
		UNIT(test_twenty_megabytes_on_both_streams_to_the_byte),
		UNIT(test_sixty_four_commands_at_once),
		UNIT(test_what_is_left_in_the_background_hangs_nothing),
		UNIT(test_what_was_meant_to_stay_ends_the_command_at_once),
		UNIT(test_closed_streams_and_a_late_exit),
		UNIT(test_forgotten_and_freed_spools_go),
		UNIT(test_freed_space_comes_back_while_the_command_runs),
	};
	return rig_twice(list, COUNT_OF(list));
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
