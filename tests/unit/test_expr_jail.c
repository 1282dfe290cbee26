/* The child in which jq programs and regular expressions run. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../../src/expr/jail.h"
#include "buf.h"
#include "err.h"

/* What the child of a capture can reach, asked in its place. */
static void look_around(void *ctx, struct buf *answer)
{
	int files = 0, null = open("/dev/null", O_RDONLY), one[2];
	(void)ctx;
	for (int fd = 3; fd < 1024; fd++)
		files += fcntl(fd, F_GETFD) >= 0;
	buf_addf(answer, "%d files, %s, %s, %s, %s", files, null < 0 ? "no open" : "open",
		 pipe(one) < 0 ? "no pipe" : "pipe", getenv("PATH") ? "PATH" : "no PATH",
		 prctl(PR_GET_DUMPABLE) ? "dumps" : "no dumps");
}

static void the_child_reaches_nothing(void **state)
{
	(void)state;
	struct buf answer = BUF_INIT;
	struct err err = { 0 };
	int fd = open("/dev/null", O_RDONLY);
	assert_int_equal(jail_run(look_around, NULL, 1000, &answer, &err), 0);
	assert_string_equal(buf_str(&answer), "1 files, no open, no pipe, no PATH, no dumps");
	close(fd);
	buf_release(&answer);
}

static void say_much(void *ctx, struct buf *answer)
{
	for (size_t i = 0; i < *(const size_t *)ctx; i++)
		buf_addc(answer, 'x');
}

static void the_child_says_no_more_than_is_taken(void **state)
{
	(void)state;
	for (size_t n = 0; n < 200001; n += 40000) {
		struct buf answer = BUF_INIT;
		int rc = jail_run(say_much, &n, 160000, &answer, NULL);
		assert_int_equal(rc, n <= 160000 ? 0 : ERR_LIMIT);
		assert_int_equal(answer.len, n <= 160000 ? n : 0);
		buf_release(&answer);
	}
}

static void die(void *ctx, struct buf *answer)
{
	buf_adds(answer, "half");
	raise(*(const int *)ctx);
}

static void a_child_that_dies_says_nothing(void **state)
{
	(void)state;
	static const int signals[] = { SIGKILL, SIGABRT, SIGSEGV, SIGTERM };
	for (size_t i = 0; i < COUNT_OF(signals); i++) {
		struct buf answer = BUF_INIT;
		struct err err = { 0 };
		assert_int_equal(jail_run(die, (void *)(uintptr_t)&signals[i], 100, &answer, &err),
				 ERR_LIMIT);
		assert_non_null(strstr(err.text, "broke off"));
		assert_int_equal(answer.len, 0);
		buf_release(&answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_child_reaches_nothing),
		UNIT(the_child_says_no_more_than_is_taken),
		UNIT(a_child_that_dies_says_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
