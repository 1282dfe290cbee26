/* Rows that say what was taken out: each is held by its own hash and by the machine's chain. */
#include "forge.h"

#include "removal.h"

static void take_out(struct journal *j, const char *run, enum removal_what what, const char *payloads,
		     const char *rest)
{
	struct removal r = { .what = what, .wall = 1795318868000000000LL, .who = "ana",
			     .why = "a name", .payloads = payloads, .outputs = "", .rest = rest };
	memcpy(r.run, run, strlen(run) + 1);
	must(removal_add(j, &r, &E));
}

static void close_run(struct journal *j, const char *run)
{
	open_run(j, run);
	append_steps(j, 3);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
}

/* 1 holds B, 2 and 3 take out of A, what is left stands in 3; 4 releases B: rows 5 to 8 of the
 * machine's chain. */
static void make_journal(const char *path)
{
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	close_run(j, RUN_A);
	close_run(j, RUN_B);
	take_out(j, RUN_B, REMOVAL_HOLD, "", "{}");
	take_out(j, RUN_A, REMOVAL_REDACTED, ",2,", "{\"2\":{\"a\":1}}");
	take_out(j, RUN_A, REMOVAL_REDACTED, ",3,", "{\"2\":{\"a\":1},\"3\":{}}");
	take_out(j, RUN_B, REMOVAL_RELEASED, "", "{}");
	journal_close(j);
}

static void what_was_taken_out_leaves_a_whole_record(void **state)
{
	struct scratch *s = *state;
	make_journal(s->path);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	assert_whole(j);
	assert_true(verified(j, RUN_A, true).whole);
	assert_true(verified(j, RUN_B, true).whole);
	journal_close(j);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM event WHERE payload IS NULL"), 2);
}

static void nothing_is_taken_out_under_hold_or_before_the_end(void **state)
{
	struct scratch *s = *state;
	struct removal r = { .run = RUN_B, .what = REMOVAL_REDACTED, .wall = 1, .who = "ana",
			     .why = "a name", .payloads = ",2,", .outputs = "", .rest = "{}" };
	make_journal(s->path);
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	take_out(j, RUN_B, REMOVAL_HOLD, "", "{}");
	must_fail(removal_add(j, &r, &E), ERR_DENIED);
	take_out(j, RUN_B, REMOVAL_RELEASED, "", "{}");
	must(removal_add(j, &r, &E));
	open_run(j, "20261122T051500Z-cccc");
	memcpy(r.run, "20261122T051500Z-cccc", sizeof("20261122T051500Z-cccc"));
	must_fail(removal_add(j, &r, &E), ERR_DENIED);
	memcpy(r.run, "none", sizeof("none"));
	must_fail(removal_add(j, &r, &E), ERR_NOTFOUND);
	assert_whole(j);
	journal_close(j);
}

static void what_was_done_to_them_is_named(void **state)
{
	struct scratch *s = *state;
	static const struct {
		const char *sql, *run, *text;
	} cases[] = {
		{ "DELETE FROM removal WHERE id = 4", RUN_B, "the removal of row 8 is missing" },
		{ "DELETE FROM removal WHERE id = 1", "", "removal 1: missing" },
		{ "DELETE FROM removal WHERE id = 2", RUN_A, "event 2: payload taken out" },
		{ "UPDATE removal SET who = 'bob' WHERE id = 1", RUN_B, "removal 1: altered" },
		{ "UPDATE removal SET why = 'x' WHERE id = 2", RUN_A, "removal 2: altered" },
		{ "UPDATE removal SET wall = wall + 1 WHERE id = 3", RUN_A, "removal 3: altered" },
		{ "UPDATE removal SET what = 'released' WHERE id = 1", RUN_B, "removal 1: altered" },
		{ "UPDATE removal SET payloads = ',2,3,' WHERE id = 2", RUN_A, "removal 2: altered" },
		{ "UPDATE removal SET outputs = ',4,' WHERE id = 2", RUN_A, "removal 2: altered" },
		{ "UPDATE removal SET hash = zeroblob(32) WHERE id = 2", RUN_A, "removal 2: altered" },
		{ "UPDATE removal SET rest_hash = zeroblob(32) WHERE id = 2", RUN_A,
		  "removal 2: altered" },
		{ "UPDATE removal SET run = '' WHERE id = 1", "", "removal 1: it names no run" },
		{ "UPDATE removal SET run = '" RUN_A "' WHERE id = 1", RUN_A, "removal 1: altered" },
		{ "UPDATE removal SET rest = '{}' WHERE id = 3", RUN_A, "removal 3: its rest is altered" },
		{ "UPDATE removal SET rest = NULL WHERE id = 4", RUN_B, "removal 4: its rest is altered" },
		{ "INSERT INTO removal SELECT 5, run, what, wall, who, why, payloads, outputs, rest, "
		  "rest_hash, hash FROM removal WHERE id = 4", RUN_B,
		  "removal 5: not in the machine's chain" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unlink(s->path);
		make_journal(s->path);
		fg_change(s->path, cases[i].sql);
		struct journal *j = open_journal(s->path, JOURNAL_READ);
		struct verify_result r = verified(j, NULL, false);
		if (r.whole || strcmp(r.run, cases[i].run) != 0 || !strstr(r.text, cases[i].text))
			print_error("%s\n\t%s: %s\n", cases[i].sql, r.run, r.text);
		assert_false(r.whole);
		assert_string_equal(r.run, cases[i].run);
		assert_non_null(strstr(r.text, cases[i].text));
		journal_close(j);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(what_was_taken_out_leaves_a_whole_record),
		with_scratch(nothing_is_taken_out_under_hold_or_before_the_end),
		with_scratch(what_was_done_to_them_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
