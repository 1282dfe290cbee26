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

int main(int argc, char **argv);

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_exit_code_and_both_streams),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
