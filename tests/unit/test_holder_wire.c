/* The forms: status lines, messages, specifications, /proc. */
#include "holder_rig.h"

#include "../../src/holder/hproc.h"
#include "../../src/holder/hspec.h"
#include "../../src/holder/hstatus.h"
#include "../../src/holder/hwire.h"

static struct holder_status full_status(void)
{
	struct holder_status st = {
		.fate = HOLDER_SIGNALED,
		.pid = INT32_MAX,
		.start = UINT64_MAX,
		.code = -1,
		.sys = 133,
		.began_boot = INT64_MAX,
		.ended_boot = INT64_MIN,
		.bytes = { INT64_MAX, INT64_MIN, 3 },
		.drained = true,
		.user_us = INT64_MAX,
		.sys_us = INT64_MIN,
		.max_rss_kb = INT64_MAX,
		.survivors = INT32_MIN,
	};
	memset(st.token, 'Z', sizeof(st.token) - 1);
	memset(st.survivor_list, 'y', sizeof(st.survivor_list) - 1);
	st.survivor_list[4] = ' ';
	return st;
}

static void assert_same(const struct holder_status *a, const struct holder_status *b)
{
	char one[HSTATUS_LINE_MAX], two[HSTATUS_LINE_MAX];
	size_t n = hstatus_line(a, one);
	assert_int_equal(hstatus_line(b, two), n);
	assert_memory_equal(one, two, n);
}

static void test_the_largest_status_fits_its_line_and_comes_back(void **state)
{
	(void)state;
	struct holder_status st = full_status(), back;
	char line[HSTATUS_LINE_MAX];
	for (int fate = 0; fate < HOLDER_FATE_MAX; fate++) {
		st.fate = fate;
		size_t n = hstatus_line(&st, line);
		assert_true(n < HSTATUS_LINE_MAX);
		assert_int_equal(line[n - 1], '\n');
		assert_true(hstatus_parse(line, n, &back));
		assert_int_equal(back.fate, fate);
		assert_int_equal(back.start, UINT64_MAX);
		assert_int_equal(back.bytes[1], INT64_MIN);
		assert_string_equal(back.survivor_list, st.survivor_list);
		assert_same(&st, &back);
	}
	st = (struct holder_status){ .token = "a" };
	assert_true(hstatus_parse(line, hstatus_line(&st, line), &back));
	assert_string_equal(back.survivor_list, "");
	assert_same(&st, &back);
}

static void test_any_changed_or_missing_byte_makes_a_line_torn(void **state)
{
	(void)state;
	struct holder_status st = full_status(), back;
	char line[HSTATUS_LINE_MAX], other[HSTATUS_LINE_MAX];
	size_t n = hstatus_line(&st, line);
	for (size_t i = 0; i < n; i++) {
		assert_false(hstatus_parse(line, i, &back));
		for (int bit = 0; bit < 8; bit++) {
			memcpy(other, line, n);
			other[i] = (char)(other[i] ^ 1 << bit);
			assert_false(hstatus_parse(other, n, &back));
		}
	}
}

static int count_facts(void *ctx, const struct holder_status *st)
{
	(void)st;
	return ++*(int *)ctx == 100 ? -77 : 0;
}

static void append_text(const struct rig *r, const char *text, size_t n)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/status", r->folder);
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, text, n), n);
	close(fd);
}

static void test_torn_lines_are_passed_over_and_never_spoil_the_next(void **state)
{
	(void)state;
	struct rig r;
	struct hstatus_file f;
	struct holder_status st = { .token = "a", .fate = HOLDER_RUNNING };
	char line[HSTATUS_LINE_MAX], noise[2000];
	int n = 0;
	rig_init(&r);
	assert_int_equal(holder_read_status(r.folder, count_facts, &n, NULL), 0);
	assert_int_equal(n, 0); /* no file yet */
	size_t len = hstatus_line(&st, line);
	memset(noise, ' ', sizeof(noise));
	append_text(&r, line, len);
	append_text(&r, noise, sizeof(noise)); /* longer than any line */
	append_text(&r, "\n\n", 2);
	append_text(&r, line, len);
	append_text(&r, line, len / 2); /* the machine died here */
	assert_int_equal(holder_read_status(r.folder, count_facts, &n, NULL), 0);
	assert_int_equal(n, 2);
	int dir = open(r.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(hstatus_open(&f, dir), 0);
	assert_true(hstatus_append(&f, line, len));
	assert_true(hstatus_append(&f, line, len));
	hstatus_close(&f);
	close(dir);
	n = 0;
	assert_int_equal(holder_read_status(r.folder, count_facts, &n, NULL), 0);
	assert_int_equal(n, 4);
	n = 96; /* what the reader says is passed on */
	assert_int_equal(holder_read_status(r.folder, count_facts, &n, NULL), -77);
	rig_end(&r);
}

static void test_tokens(void **state)
{
	(void)state;
	assert_true(hstatus_token_ok("a"));
	assert_true(hstatus_token_ok("step-1.try_2.A"));
	assert_true(hstatus_token_ok("012345678901234567890123456789012345678"));
	assert_false(hstatus_token_ok("0123456789012345678901234567890123456789"));
	static const char *const bad[] = {
		"", ".", "..", ".a", "a/b", "a b", "a\n", "\xc3\xa4", "a=",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(hstatus_token_ok(bad[i]));
}

static void test_a_message_reads_back_and_stays_bad_once_bad(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	int type;
	size_t n;
	hwire_start(&b, HWIRE_STOP);
	hwire_put_text(&b, "tok");
	hwire_put_u32(&b, 0xfedcba98);
	hwire_put_i64(&b, -2);
	hwire_put_bytes(&b, "a\0b", 3);
	struct hwire_in in = hwire_read(b.data, b.len, &type);
	assert_int_equal(type, HWIRE_STOP);
	assert_string_equal(hwire_token(&in), "tok");
	assert_int_equal(hwire_u32(&in), 0xfedcba98);
	assert_int_equal(hwire_i64(&in), -2);
	assert_memory_equal(hwire_bytes(&in, &n), "a\0b", 4);
	assert_int_equal(n, 3);
	assert_true(hwire_done(&in));
	assert_int_equal(hwire_u32(&in), 0); /* past the end */
	assert_false(hwire_done(&in));

	for (size_t cut = 1; cut < b.len; cut++) {
		in = hwire_read(b.data, cut, &type);
		hwire_token(&in);
		hwire_u32(&in);
		hwire_i64(&in);
		hwire_bytes(&in, &n);
		assert_false(hwire_done(&in));
		assert_string_equal(hwire_text(&in), "");
	}
	hwire_start(&b, HWIRE_GO);
	hwire_put_bytes(&b, "to\0k", 4);
	in = hwire_read(b.data, b.len, &type);
	hwire_text(&in);
	assert_true(in.bad);
	hwire_start(&b, HWIRE_GO);
	hwire_put_text(&b, "to/k");
	in = hwire_read(b.data, b.len, &type);
	hwire_token(&in);
	assert_true(in.bad);
	buf_release(&b);
}

static struct hspec *unpack(const struct buf *b, const char **why)
{
	int type;
	struct hwire_in in = hwire_read(b->data, b->len, &type);
	assert_int_equal(type, HWIRE_PREPARE);
	return hspec_unpack(&in, why);
}

static void test_a_specification_survives_the_way(void **state)
{
	(void)state;
	const char *argv[] = { "tool", "", "two words", NULL };
	const char *env[] = { "PATH=/a::/b/", "X=\xff\n", "BLACKSTART_TOKEN=other", NULL };
	const char *paths[] = { "/a/tool", "tool", "/b//tool" };
	const char *why = "unset";
	struct holder_spec spec = {
		.token = "t", .argv = argv, .env = env, .cwd = "/tmp",
		.terminal = true, .rows = 65535, .cols = 1, .leaves_processes = true,
	};
	struct buf b = BUF_INIT;
	assert_int_equal(hspec_pack(&spec, &b, NULL), 0);
	struct hspec *s = unpack(&b, &why);
	assert_non_null(s);
	assert_null(why);
	assert_string_equal(s->token, "t");
	assert_string_equal(s->cwd, "/tmp");
	assert_true(s->terminal && s->leaves);
	assert_int_equal(s->rows, 65535);
	assert_int_equal(s->cols, 1);
	for (int i = 0; i < 3; i++)
		assert_string_equal(s->argv[i], argv[i]);
	assert_null(s->argv[3]);
	assert_string_equal(s->env[0], env[0]);
	assert_string_equal(s->env[1], env[1]);
	assert_string_equal(s->env[2], "BLACKSTART_TOKEN=t");
	assert_null(s->env[3]);
	assert_int_equal(s->n_paths, COUNT_OF(paths));
	for (size_t i = 0; i < COUNT_OF(paths); i++)
		assert_string_equal(s->paths[i], paths[i]);
	hspec_free(s);

	/* every shorter message is malformed */
	for (size_t len = 1; len < b.len; len++) {
		struct buf cut = { .data = b.data, .len = len };
		assert_null(unpack(&cut, &why));
	}
	buf_release(&b);
}

static void test_a_path_that_goes_on_for_ever_is_refused(void **state)
{
	(void)state;
	enum { DIRS = 400000 };
	char *path = malloc(DIRS + 8);
	strcpy(path, "PATH=");
	memset(path + 5, ':', DIRS);
	path[5 + DIRS] = '\0';
	const char *argv[] = { "tool", NULL }, *env[] = { path, NULL }, *why = NULL;
	struct holder_spec spec = { .token = "t", .argv = argv, .env = env };
	struct buf b = BUF_INIT;
	assert_int_equal(hspec_pack(&spec, &b, NULL), 0);
	struct hspec *s = unpack(&b, &why);
	assert_non_null(s);
	assert_non_null(why);
	hspec_free(s);
	buf_release(&b);
	free(path);
}

static void test_proc_tells_of_a_process_with_a_difficult_name(void **state)
{
	(void)state;
	struct hproc p;
	int fd[2];
	char byte;
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (!pid) {
		FILE *f = fopen("/proc/self/comm", "w");
		fputs("a) Z 1 (\x1b,b", f);
		fclose(f);
		(void)!write(fd[1], "x", 1);
		pause();
	}
	assert_int_equal(read(fd[0], &byte, 1), 1);
	assert_true(hproc_read(pid, &p));
	assert_string_equal(p.name, "a)_Z_1_(__b");
	assert_int_equal(p.parent, getpid());
	assert_false(p.leaving);
	assert_true(holder_alive(pid, p.start));
	assert_false(hproc_signal(&(struct hproc){ .pid = pid, .start = p.start + 1 }, SIGKILL));
	assert_true(holder_alive(pid, p.start));
	assert_true(hproc_signal(&p, SIGKILL));
	siginfo_t si;
	assert_int_equal(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT), 0);
	assert_false(holder_alive(pid, p.start)); /* a zombie is no process that lives */
	waitpid(pid, NULL, 0);
	assert_false(hproc_read(pid, &p));
	close(fd[0]);
	close(fd[1]);
}

static void test_names_of_many_fit_and_say_how_many_more(void **state)
{
	(void)state;
	struct hproc_list l = { 0 };
	char text[160];
	hproc_names(&l, text, sizeof(text));
	assert_string_equal(text, "");
	for (int i = 0; i < 100; i++) {
		struct hproc p = { .pid = 4194000 + i, .name = "a-name-of-fifteen" };
		hproc_list_add(&l, &p);
		hproc_names(&l, text, sizeof(text));
		assert_true(strlen(text) < sizeof(text));
	}
	assert_non_null(strstr(text, ", +95 more"));
	l.n = 2;
	hproc_names(&l, text, sizeof(text));
	assert_string_equal(text, "4194000 a-name-of-fifteen, 4194001 a-name-of-fifteen");
	hproc_list_release(&l);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_the_largest_status_fits_its_line_and_comes_back),
		UNIT(test_any_changed_or_missing_byte_makes_a_line_torn),
		UNIT(test_torn_lines_are_passed_over_and_never_spoil_the_next),
		UNIT(test_tokens),
		UNIT(test_a_message_reads_back_and_stays_bad_once_bad),
		UNIT(test_a_specification_survives_the_way),
		UNIT(test_a_path_that_goes_on_for_ever_is_refused),
		UNIT(test_proc_tells_of_a_process_with_a_difficult_name),
		UNIT(test_names_of_many_fit_and_say_how_many_more),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
