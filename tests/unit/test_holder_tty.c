/* Commands with a terminal of their own. */
#include "holder_rig.h"

static struct holder_spec on_terminal(const char *token, const char *const argv[4])
{
	struct holder_spec spec = rig_sh(token, argv);
	spec.terminal = true;
	spec.rows = 33;
	spec.cols = 101;
	return spec;
}

static void start(struct rig *r, const char *token, const char *script)
{
	struct holder_spec spec = on_terminal(token, SH(script));
	rig_start_spec(r, &spec);
}

static void type(struct rig *r, const char *token, const char *text)
{
	assert_int_equal(holder_input(r->h, token, text, strlen(text), NULL), 0);
}

static void test_terminal_is_cooked_of_the_size_asked_and_its_own(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	start(&r, "a",
	      "stty size;"
	      "stty -a | tr ' ;' '\\n\\n' | grep -xE 'icanon|echo|isig|onlcr|iutf8' | sort |"
	      "tr '\\n' ' '; test -t 0 && test -t 1 && test -t 2 && tty | cut -c1-9;"
	      "ps -o tty= -p $$ | cut -c1-4; echo to stderr >&2; exit 2");
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_int_equal(st->code, 2);
	assert_true(st->drained);
	assert_int_equal(st->bytes[0], 0);
	assert_int_equal(st->bytes[1], 0);
	rig_assert_spool(&r, "a", 2, "33 101\r\necho icanon isig iutf8 onlcr /dev/pts/\r\npts/\r\n"
				     "to stderr\r\n");
	rig_end(&r);
}

static void test_size_is_a_usual_one_where_none_is_given(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	struct holder_spec spec = rig_sh("a", SH("stty size"));
	spec.terminal = true;
	rig_start_spec(&r, &spec);
	rig_wait(&r, RIG_ENDED, "a");
	rig_assert_spool(&r, "a", 2, "24 80\r\n");
	rig_end(&r);
}

static void test_typing_is_echoed_and_arrives_line_by_line(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	start(&r, "a", "printf 'name? '; read x; echo \"hello $x\"; cat");
	RIG_UNTIL(&r, rig_spool_has(&r, "a", 2, "name? "));
	type(&r, "a", "wrld\bd\x7f\x7f\x7f");
	type(&r, "a", "orld\n");
	RIG_UNTIL(&r, rig_spool_has(&r, "a", 2, "hello "));
	assert_null(rig_find(&r, RIG_ENDED, "a"));
	type(&r, "a", "more\n\x04"); /* ^D: the end of input */
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(st->code, 0);
	assert_true(rig_spool_has(&r, "a", 2, "more\r\nmore\r\n"));
	rig_end(&r);
}

static void test_interrupt_key_reaches_the_command(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	start(&r, "a", "echo ready; exec sleep 1000");
	RIG_UNTIL(&r, rig_spool_has(&r, "a", 2, "ready"));
	type(&r, "a", "\x03");
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(st->fate, HOLDER_SIGNALED);
	assert_int_equal(st->code, SIGINT);
	rig_end(&r);
}

static void test_resize_is_seen_by_the_command(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	start(&r, "a", "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done");
	RIG_UNTIL(&r, rig_spool_has(&r, "a", 2, "ready"));
	holder_resize(r.h, "a", 50, 132, NULL);
	rig_wait(&r, RIG_ENDED, "a");
	assert_true(rig_spool_has(&r, "a", 2, "50 132\r\n"));
	rig_end(&r);
}

static void test_flood_arrives_whole(void **state)
{
	(void)state;
	struct rig r;
	enum { LINES = 65536 };
	rig_init(&r);
	rig_connect(&r);
	start(&r, "a", "awk 'BEGIN { for (i = 0; i < 65536; i++) printf \"%078d\\n\", i }'");
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(st->bytes[2], LINES * 80);
	struct buf b = rig_spool(&r, "a", 2);
	assert_int_equal(b.len, LINES * 80);
	for (int i = 0; i < LINES; i++) {
		char want[81];
		snprintf(want, sizeof(want), "%078d\r\n", i);
		if (memcmp(b.data + i * 80, want, 80))
			fail_msg("line %d differs", i);
	}
	buf_release(&b);
	rig_end(&r);
}

static void test_last_words_are_never_lost(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	for (int i = 0; i < 200; i++) {
		char token[16];
		snprintf(token, sizeof(token), "t%d", i);
		start(&r, token, "printf 'the very last words'");
		assert_int_equal(rig_wait(&r, RIG_ENDED, token)->bytes[2], 19);
		rig_assert_spool(&r, token, 2, "the very last words");
	}
	rig_end(&r);
}

static void test_typing_to_the_deaf_is_told_and_holds_nothing_up(void **state)
{
	(void)state;
	struct rig r;
	static char much[HOLDER_TYPED_MAX];
	rig_init(&r);
	rig_connect(&r);
	memset(much, 'x', sizeof(much));
	rig_start(&r, "pipes", "read x; exit 3");
	type(&r, "pipes", "words\n");
	RIG_UNTIL(&r, rig_find(&r, RIG_DEAF, "pipes"));
	assert_int_equal(rig_find(&r, RIG_DEAF, "pipes")->number, 6);

	start(&r, "raw", "stty raw -echo; echo ready; sleep 1000");
	RIG_UNTIL(&r, rig_spool_has(&r, "raw", 2, "ready"));
	for (int i = 0; i < 4; i++)
		holder_input(r.h, "raw", much, sizeof(much), NULL);
	RIG_UNTIL(&r, rig_find(&r, RIG_DEAF, "raw"));
	assert_int_equal(holder_input(r.h, "raw", much, sizeof(much) + 1, NULL), ERR_LIMIT);
	assert_int_equal(rig_run(&r, "other", "exit 5")->code, 5);
	holder_stop(r.h, "raw", 0, NULL);
	rig_wait(&r, RIG_ENDED, "raw");
	rig_end(&r);
}

static void test_long_typing_arrives_whole_once_it_is_read(void **state)
{
	(void)state;
	struct rig r;
	enum { BYTES = 60000 };
	char *text = malloc(BYTES + 1);
	rig_init(&r);
	rig_connect(&r);
	for (int i = 0; i < BYTES; i++)
		text[i] = (char)('a' + i % 26);
	char script[256];
	snprintf(script, sizeof(script),
		 "stty raw -echo; echo ready; until [ -e %s/now ]; do sleep 0.02; done; "
		 "head -c 60000 > %s/typed", r.folder, r.folder);
	start(&r, "a", script);
	RIG_UNTIL(&r, rig_spool_has(&r, "a", 2, "ready"));
	assert_int_equal(holder_input(r.h, "a", text, BYTES, NULL), 0);
	rig_touch(&r, "now");
	rig_wait(&r, RIG_ENDED, "a");
	struct buf got = BUF_INIT;
	char *path = fsio_join(r.folder, "typed");
	assert_int_equal(fsio_read(path, 1 << 20, &got, NULL), 0);
	assert_int_equal(got.len, BYTES);
	assert_memory_equal(got.data, text, BYTES);
	assert_null(rig_find(&r, RIG_DEAF, "a"));
	free(path);
	free(text);
	buf_release(&got);
	rig_end(&r);
}

static void test_what_keeps_the_terminal_open_hangs_nothing(void **state)
{
	(void)state;
	struct rig r;
	char script[256];
	rig_init(&r);
	rig_set("RIG_GRACE_MS", 100);
	rig_connect(&r);
	snprintf(script, sizeof(script),
		 "trap '' HUP; sleep 1000 & echo $! > %s/pid; echo done", r.folder);
	start(&r, "a", script);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_false(st->drained);
	assert_int_equal(st->survivors, 1);
	assert_true(rig_lives(rig_number(&r, "pid")));
	kill((pid_t)rig_number(&r, "pid"), SIGKILL);
	rig_assert_spool(&r, "a", 2, "done\r\n");
	unsetenv("RIG_GRACE_MS");
	rig_end(&r);
}

/* With none of them open the terminal says that it was hung up. */
static void test_closing_all_streams_does_not_end_a_command(void **state)
{
	(void)state;
	struct rig r;
	char script[256];
	rig_init(&r);
	rig_connect(&r);
	snprintf(script, sizeof(script),
		 "cd %s; echo before; exec <&- >&- 2>&-; echo 1 > closed; "
		 "until [ -e now ]; do sleep 0.02; done; exit 4", r.folder);
	start(&r, "a", script);
	RIG_UNTIL(&r, rig_number(&r, "closed"));
	/* what the holder is told after that it answers after it has seen the end */
	assert_int_equal(rig_run(&r, "other", "exit 5")->code, 5);
	holder_resize(r.h, "a", 50, 132, NULL);
	holder_input(r.h, "a", "words\n", 6, NULL);
	assert_int_equal(rig_run(&r, "another", "exit 6")->code, 6);
	rig_touch(&r, "now");
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(st->fate, HOLDER_EXITED);
	assert_int_equal(st->code, 4);
	assert_true(st->drained);
	rig_assert_spool(&r, "a", 2, "before\r\n");
	rig_end(&r);
}

static void test_stop_ends_a_whole_terminal_session(void **state)
{
	(void)state;
	struct rig r;
	char script[256];
	rig_init(&r);
	rig_connect(&r);
	/* job control: each of them in a process group of its own */
	snprintf(script, sizeof(script),
		 "set -m; cd %s; sleep 1000 & echo $! > a; setsid sleep 1000 & echo $! > b; "
		 "sleep 1000", r.folder);
	start(&r, "t", script);
	RIG_UNTIL(&r, rig_number(&r, "a") && rig_number(&r, "b"));
	long a = rig_number(&r, "a"), b = rig_number(&r, "b");
	holder_stop(r.h, "t", 60000, NULL);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "t")->survivors, 0);
	assert_false(rig_lives(a) || rig_lives(b));
	rig_end(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_terminal_is_cooked_of_the_size_asked_and_its_own),
		UNIT(test_size_is_a_usual_one_where_none_is_given),
		UNIT(test_typing_is_echoed_and_arrives_line_by_line),
		UNIT(test_interrupt_key_reaches_the_command),
		UNIT(test_resize_is_seen_by_the_command),
		UNIT(test_flood_arrives_whole),
		UNIT(test_last_words_are_never_lost),
		UNIT(test_typing_to_the_deaf_is_told_and_holds_nothing_up),
		UNIT(test_long_typing_arrives_whole_once_it_is_read),
		UNIT(test_what_keeps_the_terminal_open_hangs_nothing),
		UNIT(test_closing_all_streams_does_not_end_a_command),
		UNIT(test_stop_ends_a_whole_terminal_session),
	};
	return rig_twice(list, COUNT_OF(list));
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
