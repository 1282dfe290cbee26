/* No room for what a command prints: it waits, and nothing is lost. And processes that KILL does
 * not end. Full disks are small tmpfs mounts, which need root. */
#include "holder_rig.h"

#include <sys/mount.h>

enum { LINE = 80 };

/* A keeper that copies a spool out and frees it, as the real one does. */
struct copy {
	struct buf bytes;
	int stream;
};

static void copy_some(struct rig *r, struct copy *c, const char *token)
{
	char chunk[65536];
	char *path = holder_spool_path(r->folder, token, c->stream);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : pread(fd, chunk, sizeof(chunk), (off_t)c->bytes.len);
	if (n > 0) {
		buf_add(&c->bytes, chunk, (size_t)n);
		holder_free(r->h, token, c->stream, (int64_t)c->bytes.len, NULL);
	}
	if (fd >= 0)
		close(fd);
	free(path);
}

static void assert_lines(const struct copy *c, long lines, const char *end)
{
	assert_int_equal(c->bytes.len, lines * LINE);
	for (long i = 0; i < lines; i++) {
		char digits[LINE + 1], want[LINE + 3];
		snprintf(digits, sizeof(digits), "%080ld", i);
		snprintf(want, sizeof(want), "%s%s", digits + strlen(end), end);
		if (memcmp(c->bytes.data + i * LINE, want, LINE))
			fail_msg("line %ld differs", i);
	}
}

static bool ended(const struct rig *r)
{
	return rig_find(r, RIG_ENDED, "a");
}

static void rig_init_small(struct rig *r, const char *size)
{
	rig_init(r);
	if (geteuid() || mount("tmpfs", r->folder, "tmpfs", 0, size)) {
		rmdir(r->folder);
		print_message("no tmpfs to be had here: %s\n", strerror(errno));
		skip();
	}
}

static void rig_end_small(struct rig *r)
{
	char folder[64];
	strcpy(folder, r->folder);
	holder_quit(r->h, NULL);
	RIG_UNTIL(r, rig_find(r, RIG_GONE, ""));
	pid_t holder = holder_pid(r->h);
	rig_disconnect(r);
	RIG_OBSERVE(!rig_lives(holder)); /* it holds the folder */
	assert_int_equal(umount(folder), 0);
	rig_end(r);
}

static void flood_through_little_room(struct rig *r, int stream, const char *end)
{
	enum { LINES = 52429 }; /* 4 MB */
	char script[160];
	struct copy c = { .stream = stream };
	snprintf(script, sizeof(script),
		 "awk 'BEGIN { for (i = 0; i < %d; i++) printf \"%%0%dd\\n\", i }'", LINES,
		 LINE - (int)strlen(end));
	struct holder_spec spec = rig_sh("a", SH(script));
	spec.terminal = stream == 2;
	rig_start_spec(r, &spec);
	rig_wait(r, RIG_BLOCKED, "a");
	assert_int_equal(rig_run(r, "other", "exit 3")->code, 3);
	assert_false(ended(r));
	long cpu = rig_cpu_ms(holder_pid(r->h));
	int64_t until = rig_now_ms() + 400;
	RIG_UNTIL(r, rig_now_ms() > until);
	assert_true(rig_cpu_ms(holder_pid(r->h)) - cpu < 200); /* it waits, it does not spin */
	struct rig_last last = rig_status(r, "other");
	assert_int_equal(last.st.fate, HOLDER_EXITED); /* the status file had its room */
	for (;;) {
		bool over = ended(r);
		size_t before = c.bytes.len;
		copy_some(r, &c, "a");
		if (over && c.bytes.len == before)
			break;
		loop_run_once(r->loop, 0, NULL);
	}
	assert_non_null(rig_find(r, RIG_UNBLOCKED, "a"));
	const struct holder_status *st = rig_wait(r, RIG_ENDED, "a");
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_int_equal(st->code, 0);
	assert_true(st->drained);
	assert_lines(&c, LINES, end);
	buf_release(&c.bytes);
}

static void test_full_disk_holds_a_pipe_up_and_loses_nothing(void **state)
{
	(void)state;
	struct rig r;
	rig_init_small(&r, "size=2m");
	rig_connect(&r);
	flood_through_little_room(&r, 0, "\n");
	assert_int_equal(rig_find(&r, RIG_BLOCKED, "a")->number, ENOSPC);
	rig_end_small(&r);
}

static void test_full_disk_holds_a_terminal_up_and_loses_nothing(void **state)
{
	(void)state;
	struct rig r;
	rig_init_small(&r, "size=2m");
	rig_connect(&r);
	flood_through_little_room(&r, 2, "\r\n");
	assert_int_equal(rig_find(&r, RIG_BLOCKED, "a")->number, ENOSPC);
	rig_end_small(&r);
}

static void test_bound_of_a_command_holds_it_up_likewise(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_set("RIG_SPOOL_MAX", 1 << 20);
	rig_connect(&r);
	flood_through_little_room(&r, 0, "\n");
	assert_int_equal(rig_find(&r, RIG_BLOCKED, "a")->number, 0);
	unsetenv("RIG_SPOOL_MAX");
	rig_end(&r);
}

static void test_no_inode_left_for_a_spool(void **state)
{
	(void)state;
	struct rig r;
	char path[128];
	int n = 0;
	rig_init_small(&r, "nr_inodes=16");
	rig_connect(&r);
	for (;; n++) { /* all that is left */
		snprintf(path, sizeof(path), "%s/filler%d", r.folder, n);
		int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		if (fd < 0)
			break;
		close(fd);
	}
	rig_start(&r, "a", "echo kept; exit 7");
	rig_wait(&r, RIG_BLOCKED, "a");
	assert_int_equal(rig_find(&r, RIG_BLOCKED, "a")->number, ENOSPC);
	/* the next keeper is told as well */
	rig_disconnect(&r);
	rig_forget_calls(&r);
	rig_connect(&r);
	rig_wait(&r, RIG_BLOCKED, "a");
	assert_false(ended(&r));
	while (n--) {
		snprintf(path, sizeof(path), "%s/filler%d", r.folder, n);
		unlink(path);
	}
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 7);
	rig_assert_spool(&r, "a", 0, "kept\n");
	rig_end_small(&r);
}

static void test_stop_ends_a_command_whose_output_cannot_be_kept(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_set("RIG_SPOOL_MAX", 100000);
	rig_set("RIG_GRACE_MS", 100);
	rig_connect(&r);
	rig_start(&r, "a", "yes");
	rig_wait(&r, RIG_BLOCKED, "a");
	holder_stop(r.h, "a", 0, NULL);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(st->fate, HOLDER_SIGNALED);
	assert_false(st->drained);
	assert_int_equal(st->bytes[0], 100000);
	unsetenv("RIG_SPOOL_MAX");
	unsetenv("RIG_GRACE_MS");
	rig_end(&r);
}

/* A file that takes all the room there is. */
static int take_all_room(const struct rig *r)
{
	char path[128];
	static char zeroes[4096];
	snprintf(path, sizeof(path), "%s/filler", r->folder);
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, zeroes, sizeof(zeroes)) > 0)
		;
	return fd;
}

/* "Prepared" as a last word means that it never ran: so it does not run before that has changed. */
static void test_nothing_is_let_go_that_cannot_be_written_down(void **state)
{
	(void)state;
	struct rig r;
	char token[16], script[160];
	int n = 0;
	rig_init_small(&r, "size=256k");
	rig_connect(&r);
	snprintf(script, sizeof(script),
		 "until [ -e %s/now ]; do sleep 0.02; done; exit 6", r.folder);
	rig_start(&r, "early", script);
	rig_wait(&r, RIG_RUNNING, "early");
	int fd = take_all_room(&r);
	while (!rig_count(&r, RIG_BLOCKED)) { /* until the space set aside is used up */
		snprintf(token, sizeof(token), "t%d", n++);
		struct holder_spec spec = rig_sh(token, SH("true"));
		rig_start_spec(&r, &spec);
		RIG_UNTIL(&r, rig_find(&r, RIG_ENDED, token) || rig_find(&r, RIG_BLOCKED, token));
		assert_true(n < 1000);
	}
	assert_true(n > 50);
	assert_int_equal(rig_find(&r, RIG_BLOCKED, token)->number, ENOSPC);
	assert_int_not_equal(rig_status(&r, token).st.fate, HOLDER_RUNNING);
	/* one that ran before ends, and its keeper hears of it */
	assert_int_equal(kill(rig_find(&r, RIG_RUNNING, "early")->st.pid, SIGKILL), 0);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "early")->code, SIGKILL);
	assert_int_equal(rig_status(&r, "early").st.fate, HOLDER_RUNNING);
	assert_null(rig_find(&r, RIG_RUNNING, token));
	/* one at the gate can be dropped there */
	struct holder_spec spec = rig_sh("dropped", SH("true"));
	rig_start_spec(&r, &spec);
	rig_wait(&r, RIG_BLOCKED, "dropped");
	holder_drop(r.h, "dropped", NULL);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "dropped")->fate, HOLDER_NEVER);

	assert_int_equal(ftruncate(fd, 0), 0);
	close(fd);
	rig_wait(&r, RIG_UNBLOCKED, token);
	assert_int_equal(rig_wait(&r, RIG_ENDED, token)->fate, HOLDER_EXITED);
	RIG_UNTIL(&r, rig_status(&r, token).st.fate == HOLDER_EXITED);
	assert_int_equal(rig_status(&r, "early").st.fate, HOLDER_SIGNALED);
	assert_int_equal(rig_status(&r, "dropped").st.fate, HOLDER_NEVER);
	while (n--) {
		snprintf(token, sizeof(token), "t%d", n);
		struct rig_last last = rig_status(&r, token);
		assert_int_equal(last.st.fate, HOLDER_EXITED);
		assert_int_equal(last.lines, 3);
	}
	rig_end_small(&r);
}

/* --- what KILL does not end ------------------------------------------------------------------ */

/* The freezer of cgroup v1 is the one way to have such a process at will. */
static void freeze(long pid, const char *state)
{
	static const char folder[] = "/sys/fs/cgroup/freezer/blackstart-test";
	char path[128], text[32];
	if (mkdir(folder, 0755) && errno != EEXIST) {
		print_message("no freezer to be had here\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/tasks", folder);
	snprintf(text, sizeof(text), "%ld\n", pid);
	FILE *f = fopen(path, "w");
	if (!f)
		skip();
	fputs(text, f);
	fclose(f);
	snprintf(path, sizeof(path), "%s/freezer.state", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(state, f);
	fclose(f);
	snprintf(text, sizeof(text), "%s\n", state);
	for (;;) {
		struct buf b = BUF_INIT;
		(void)fsio_read(path, 64, &b, NULL);
		bool is = !strcmp(buf_str(&b), text);
		buf_release(&b);
		if (is)
			break;
	}
}

static void test_what_survives_kill_is_named_and_blocks_nothing(void **state)
{
	(void)state;
	struct rig r;
	char want[64];
	rig_init(&r);
	rig_set("RIG_STUCK_MS", 200);
	rig_connect(&r);
	char script[160];
	snprintf(script, sizeof(script), "echo $$ > %s/pid; exec sleep 1000", r.folder);
	rig_start(&r, "a", script);
	RIG_UNTIL(&r, rig_is_named(rig_number(&r, "pid"), "sleep"));
	long pid = rig_number(&r, "pid");
	freeze(pid, "FROZEN");
	holder_stop(r.h, "a", 0, NULL);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	snprintf(want, sizeof(want), "%ld sleep", pid);
	assert_string_equal(rig_find(&r, RIG_STUCK, "a")->text, want);
	assert_int_equal(st->fate, HOLDER_SIGNALED);
	assert_int_equal(st->code, SIGKILL);
	assert_false(st->drained);
	assert_int_equal(st->survivors, 1);
	assert_string_equal(st->survivor_list, want);
	assert_true(rig_lives(pid));
	/* others go on, it may be forgotten, and it is reaped when its time comes */
	assert_int_equal(rig_run(&r, "b", "exit 4")->code, 4);
	holder_forget(r.h, "a", NULL);
	assert_int_equal(rig_run(&r, "c", "exit 5")->code, 5);
	freeze(pid, "THAWED");
	char path[64];
	snprintf(path, sizeof(path), "/proc/%ld", pid);
	RIG_UNTIL(&r, access(path, F_OK));
	assert_int_equal(rig_count(&r, RIG_ENDED), 3);
	assert_int_equal(rmdir("/sys/fs/cgroup/freezer/blackstart-test"), 0);
	unsetenv("RIG_STUCK_MS");
	rig_end(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_full_disk_holds_a_pipe_up_and_loses_nothing),
		UNIT(test_full_disk_holds_a_terminal_up_and_loses_nothing),
		UNIT(test_bound_of_a_command_holds_it_up_likewise),
		UNIT(test_no_inode_left_for_a_spool),
		UNIT(test_stop_ends_a_command_whose_output_cannot_be_kept),
		UNIT(test_nothing_is_let_go_that_cannot_be_written_down),
		UNIT(test_what_survives_kill_is_named_and_blocks_nothing),
	};
	return rig_twice(list, COUNT_OF(list));
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
