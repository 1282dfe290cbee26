/* What commands print of secrets: hidden on every stream, and nowhere on disk. */
#include "holder_rig.h"

#include "mask.h"

enum { FLOOD = 20000 };

static char sealed_text[HOLDER_SEALED_MAX + 2];
static size_t sealed_size;
static int sealed_calls;

static void on_sealed(void *ctx, const char *token, int fd)
{
	ssize_t n = pread(fd, sealed_text, sizeof(sealed_text) - 1, 0);

	(void)token;
	assert_int_equal(rig_count(ctx, RIG_ENDED), 0); /* before the end is told */
	assert_true(n >= 0);
	assert_int_equal(write(fd, "x", 1), -1);
	sealed_text[n] = '\0';
	sealed_size = (size_t)n;
	sealed_calls++;
}

static void connect_sealed(struct rig *r)
{
	struct holder_calls calls = {
		.ctx = r, .prepared = rig_prepared, .refused = rig_refused,
		.running = rig_running, .ended = rig_ended, .output = rig_output,
		.stuck = rig_stuck, .gone = rig_gone, .current = rig_current,
		.sealed = on_sealed,
	};
	r->loop = loop_new();
	if (holder_connect(r->loop, r->folder, "R1", &calls, &r->h, &r->err))
		fail_msg("connect: %s", r->err.text);
	sealed_calls = 0;
}

static void hide(struct rig *r, const char *text)
{
	assert_int_equal(holder_hide(r->h, text, strlen(text), &r->err), 0);
}

static void test_a_secret_is_hidden_on_both_streams(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	hide(&r, "hunter2!");
	rig_run(&r, "a", "echo a hunter2! b; printf 'hunter2!x' >&2; printf hunter2!");
	rig_assert_spool(&r, "a", 0, "a (hidden) b\n(hidden)");
	rig_assert_spool(&r, "a", 1, "(hidden)x");
	const struct holder_status *st = &rig_find(&r, RIG_ENDED, "a")->st;
	assert_int_equal(st->bytes[0], strlen("a (hidden) b\n(hidden)"));
	rig_end(&r);
}

static void test_a_secret_is_hidden_on_a_terminal_with_its_line_ends(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	hide(&r, "first line of it\nsecond line of it\n");
	struct holder_spec spec = rig_sh("a", SH("printf 'first line of it\\nsecond line of it'"));
	spec.terminal = true;
	rig_start_spec(&r, &spec);
	rig_wait(&r, RIG_ENDED, "a");
	rig_assert_spool(&r, "a", 2, "(hidden)");
	rig_end(&r);
}

/* Each byte by a write of its own, and nobody reads the next before the last was seen. */
static void test_a_secret_in_many_writes_is_hidden(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	hide(&r, "hunter2!");
	rig_run(&r, "a", "for c in x h u n t e r 2 ! h u n t e r 3; do printf $c; done");
	rig_assert_spool(&r, "a", 0, "x(hidden)hunter3");
	rig_end(&r);
}

/* It ends, or is ended, with the beginning of a secret: nothing of what it printed is lost. */
static void test_what_only_begins_like_a_secret_is_kept(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_set("RIG_GRACE_MS", 50);
	rig_connect(&r);
	unsetenv("RIG_GRACE_MS");
	hide(&r, "hunter2!");
	rig_run(&r, "a", "printf 'see hunter2'");
	rig_assert_spool(&r, "a", 0, "see hunter2");
	char script[160]; /* of one who holds the stream open */
	snprintf(script, sizeof(script), "sleep 1000 & echo $! >%s/pid; printf 'see hunter'",
		 r.folder);
	const struct holder_status *st = rig_run(&r, "b", script);
	kill((pid_t)rig_number(&r, "pid"), SIGKILL);
	rig_assert_spool(&r, "b", 0, "see hunter");
	assert_int_equal(st->bytes[0], strlen("see hunter"));
	rig_end(&r);
}

/* A command that runs already, and whose bytes went past without a look until then. */
static void test_a_secret_that_comes_later_is_hidden_from_then_on(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char script[200];
	snprintf(script, sizeof(script), "echo hunter2!; until [ -e %s/now ]; do sleep 0.02; done;"
		 "echo hunter2!", r.folder);
	rig_start(&r, "a", script);
	RIG_UNTIL(&r, rig_spool_has(&r, "a", 0, "hunter2!\n"));
	hide(&r, "hunter2!");
	rig_run(&r, "b", "true"); /* what was sent before it has arrived */
	rig_touch(&r, "now");
	rig_wait(&r, RIG_ENDED, "a");
	rig_assert_spool(&r, "a", 0, "hunter2!\n(hidden)\n");
	rig_end(&r);
}

static void test_a_flood_of_secrets_ends(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	hide(&r, "hunter2!");
	char script[100];
	snprintf(script, sizeof(script), "yes 'a line hunter2!' | head -n %d", FLOOD);
	const struct holder_status *st = rig_run(&r, "a", script);
	struct buf b = rig_spool(&r, "a", 0);
	assert_int_equal(st->bytes[0], FLOOD * strlen("a line (hidden)\n"));
	assert_int_equal(b.len, FLOOD * strlen("a line (hidden)\n"));
	assert_null(strstr(buf_str(&b), "hunter"));
	buf_release(&b);
	rig_run(&r, "b", "yes hunter2! | tr -d '\\n' | head -c 8000000");
	rig_assert_spool(&r, "b", 0, "(hidden)");
	rig_end(&r);
}

static void test_what_is_sealed_is_told_and_on_no_disk(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	connect_sealed(&r);
	hide(&r, "hunter2!");
	struct holder_spec spec = rig_sh("a", SH("echo token hunter2!; echo told >&2"));
	spec.sealed = true;
	rig_start_spec(&r, &spec);
	const struct holder_status *st = rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(sealed_calls, 1);
	assert_string_equal(sealed_text, "token hunter2!\n");
	assert_false(rig_spool_exists(&r, "a", 0));
	assert_int_equal(st->bytes[0], 0);
	rig_assert_spool(&r, "a", 1, "told\n");
	rig_disconnect(&r); /* a new keeper is told again, until it forgets */
	rig_forget_calls(&r);
	connect_sealed(&r);
	rig_wait(&r, RIG_ENDED, "a");
	assert_int_equal(sealed_calls, 1);
	assert_string_equal(sealed_text, "token hunter2!\n");
	holder_forget(r.h, "a", NULL);
	rig_run(&r, "b", "true");
	rig_disconnect(&r);
	rig_forget_calls(&r);
	connect_sealed(&r);
	RIG_UNTIL(&r, rig_find(&r, RIG_CURRENT, ""));
	assert_int_equal(sealed_calls, 0);
	rig_end(&r);
}

static void test_too_much_that_is_sealed_blocks_nobody(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	connect_sealed(&r);
	struct holder_spec spec = rig_sh("a", SH("head -c 9000000 /dev/zero"));
	spec.sealed = true;
	rig_start_spec(&r, &spec);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "a")->code, 0);
	assert_int_equal(sealed_size, HOLDER_SEALED_MAX);
	rig_end(&r);
}

static void test_what_cannot_be_is_refused(void **state)
{
	(void)state;
	struct rig r;
	rig_init(&r);
	rig_connect(&r);
	char *big = calloc(1, HOLDER_HIDE_MAX + 1);
	struct holder_spec spec = rig_sh("a", SH("true"));
	spec.sealed = spec.terminal = true;
	assert_int_equal(holder_prepare(r.h, &spec, &r.err), ERR_USAGE);
	assert_int_equal(holder_hide(r.h, big, HOLDER_HIDE_MAX + 1, &r.err), ERR_LIMIT);
	assert_int_equal(holder_hide(r.h, "abc", 3, &r.err), 0); /* too short to be hidden */
	rig_run(&r, "b", "echo abc");
	rig_assert_spool(&r, "b", 0, "abc\n");
	free(big);
	rig_end(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_a_secret_is_hidden_on_both_streams),
		UNIT(test_a_secret_is_hidden_on_a_terminal_with_its_line_ends),
		UNIT(test_a_secret_in_many_writes_is_hidden),
		UNIT(test_what_only_begins_like_a_secret_is_kept),
		UNIT(test_a_secret_that_comes_later_is_hidden_from_then_on),
		UNIT(test_a_flood_of_secrets_ends),
		UNIT(test_what_is_sealed_is_told_and_on_no_disk),
		UNIT(test_too_much_that_is_sealed_blocks_nobody),
		UNIT(test_what_cannot_be_is_refused),
	};
	return rig_twice(list, COUNT_OF(list));
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
