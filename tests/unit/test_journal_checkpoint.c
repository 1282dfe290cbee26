/* Checkpoints and beats: what was vouched for cannot be taken away unseen; files of before there were
 * any are taken over. */
#include "forge.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "checkpoint.h"

static const char mark[] = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";

static void vouch(struct journal *j, const char *run, enum checkpoint_what what, bool is_signed)
{
	struct checkpoint c = { .what = what, .wall = 1795318868000000000LL, .who = "ana" };
	must(checkpoint_head(j, run, &c, &E));
	if (is_signed) {
		c.key = "SHA256:abc";
		c.signature = mark;
	} else {
		c.why = "no agent";
	}
	must(checkpoint_add(j, &c, &E));
}

/* A is closed, with four checkpoints, the last of them after its end; B is open, tied at 4 of 7. */
static void make_journal(const char *path)
{
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	open_run(j, RUN_A);
	vouch(j, RUN_A, CHECKPOINT_START, true);
	append_steps(j, 3);
	vouch(j, RUN_A, CHECKPOINT_APPROVAL, false);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
	vouch(j, RUN_A, CHECKPOINT_CLOSE, true);
	open_run(j, RUN_B);
	append_steps(j, 1);
	must(checkpoint_beat(j, 1, NULL, &E));
	append_steps(j, 2);
	must(checkpoint_beat(j, 2, NULL, &E));
	must(checkpoint_beat(j, 3, NULL, &E)); /* nothing new: nothing is written */
	append_steps(j, 3);
	vouch(j, RUN_A, CHECKPOINT_COUNTER, true);
	journal_close(j);
}

static int add_word(void *ctx, const struct checkpoint *c)
{
	struct buf *b = ctx;
	buf_addf(b, "%lld %s %lld %s %s %s|", (long long)c->id, c->run + sizeof(RUN_A) - 5,
		 (long long)c->seq, checkpoint_word(c->what), c->key ? c->key : "-",
		 c->why ? c->why : "-");
	assert_int_equal(c->signature != NULL, c->key != NULL);
	return 0;
}

static void they_are_kept_in_order_also_after_the_end(void **state)
{
	struct scratch *s = *state;
	struct buf b = BUF_INIT;
	make_journal(s->path);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	must(checkpoint_each(j, NULL, add_word, &b, &E));
	assert_string_equal(buf_str(&b), "1 aaaa 1 start SHA256:abc -|2 aaaa 4 approval - no agent|"
		"3 aaaa 5 close SHA256:abc -|4 aaaa 5 counter SHA256:abc -|");
	buf_clear(&b);
	must(checkpoint_each(j, RUN_B, add_word, &b, &E));
	assert_int_equal(b.len, 0);
	struct verify_result r = verified(j, NULL, true);
	assert_true(r.whole);
	assert_int_equal(r.checkpoints, 4);
	assert_int_equal(r.open_runs, 1);
	assert_string_equal(r.open_run, RUN_B);
	assert_int_equal(r.open_seq, 7);
	assert_int_equal(r.tied_seq, 4);
	assert_true(verified(j, RUN_A, true).whole);
	assert_int_equal(verified(j, RUN_B, true).tied_seq, 4);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM machine"), 9);
	journal_close(j);
	buf_release(&b);
}

static void what_is_signed_follows_from_the_row_alone(void **state)
{
	struct buf b = BUF_INIT;
	struct checkpoint c = { .id = 9, .run = RUN_A, .seq = 17, .what = CHECKPOINT_HAND_OVER,
		.head = { 0xab, 1 }, .wall = 42, .who = "x", .key = "k" };
	(void)state;
	checkpoint_text(&c, &b);
	assert_string_equal(buf_str(&b), "blackstart checkpoint 1\nrun: " RUN_A "\nseq: 17\n"
		"what: hand-over\nhead: ab010000000000000000000000000000"
		"00000000000000000000000000000000\nwall: 42\n");
	buf_release(&b);
}

static void half_a_checkpoint_is_none(void **state)
{
	struct scratch *s = *state;
	make_journal(s->path);
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct checkpoint c = { .what = CHECKPOINT_CLOSE, .who = "ana" };
	must(checkpoint_head(j, RUN_A, &c, &E));
	must_fail(checkpoint_add(j, &c, &E), ERR_USAGE);
	c.key = "SHA256:abc";
	must_fail(checkpoint_add(j, &c, &E), ERR_USAGE);
	c.signature = mark;
	c.why = "both";
	must_fail(checkpoint_add(j, &c, &E), ERR_USAGE);
	c.why = NULL;
	c.head[0] ^= 1; /* of no event */
	assert_true(checkpoint_add(j, &c, &E) != 0);
	E = (struct err){ 0 };
	must_fail(checkpoint_head(j, "none", &c, &E), ERR_NOTFOUND);
	assert_whole(j);
	journal_close(j);
	j = open_journal(s->path, JOURNAL_READ);
	c.head[0] ^= 1;
	must_fail(checkpoint_add(j, &c, &E), ERR_DENIED);
	journal_close(j);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM checkpoint"), 4);
}

static void what_was_done_to_them_is_named(void **state)
{
	struct scratch *s = *state;
	static const struct {
		const char *sql, *run, *text;
	} cases[] = {
		{ "DELETE FROM checkpoint WHERE id = 4", RUN_A, "the checkpoint of row 9 is missing" },
		{ "DELETE FROM checkpoint WHERE id = 2", "", "checkpoint 2: missing" },
		{ "DELETE FROM checkpoint WHERE id = 2; UPDATE checkpoint SET id = id - 1 WHERE id > 2",
		  RUN_A, "checkpoint 2: altered" },
		{ "UPDATE checkpoint SET wall = wall + 1 WHERE id = 1", RUN_A, "checkpoint 1: altered" },
		{ "UPDATE checkpoint SET who = 'bob' WHERE id = 1", RUN_A, "checkpoint 1: altered" },
		{ "UPDATE checkpoint SET what = 'start' WHERE id = 3", RUN_A, "checkpoint 3: altered" },
		{ "UPDATE checkpoint SET why = 'x' WHERE id = 2", RUN_A, "checkpoint 2: altered" },
		{ "UPDATE checkpoint SET signature = 'x' WHERE id = 1", RUN_A, "checkpoint 1: altered" },
		{ "UPDATE checkpoint SET hash = zeroblob(32) WHERE id = 1", RUN_A, "altered" },
		{ "UPDATE checkpoint SET run = '" RUN_B "' WHERE id = 1", RUN_B, "altered" },
		{ "INSERT INTO checkpoint SELECT 5, run, seq, what, head, wall, who, key, signature, why, "
		  "hash FROM checkpoint WHERE id = 4", RUN_A, "checkpoint 5: not in the machine's chain" },
		{ "DELETE FROM event WHERE run = '" RUN_B "' AND seq > 3", RUN_B,
		  "event 4: missing, and all after it" },
		{ "DELETE FROM event WHERE run = '" RUN_B "' AND seq > 1", RUN_B,
		  "event 2: missing, and all after it" },
		{ "UPDATE machine SET seq = 5 WHERE what = 'beat' AND seq = 4", RUN_B, "not the one" },
		{ "DELETE FROM machine WHERE what = 'beat' AND seq = 4", "", "row 8 missing" },
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

/* All digests fit, and yet nobody could tell it. */
static void one_that_says_what_none_can_say_is_named(void **state)
{
	struct scratch *s = *state;
	static const char *const sets[] = { "what = what || 'x'", "why = 'x', signature = 'y', key = 'z'",
					    "key = 'z', signature = NULL, why = 'x'" };
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct forger f;
		char *sql = mem_printf("UPDATE checkpoint SET %s WHERE id = 2", sets[i]);
		unlink(s->path);
		make_journal(s->path);
		fg_open(&f, s->path);
		fg_do(&f, sql);
		fg_rechain(&f);
		fg_close(&f);
		struct journal *j = open_journal(s->path, JOURNAL_READ);
		struct verify_result r = verified(j, NULL, false);
		journal_close(j);
		assert_false(r.whole);
		assert_string_equal(r.text, "checkpoint 2: not what one can say");
		free(sql);
	}
}

/* With digests that fit each other, from event 3 of the open run on: by a second journal. */
static void an_open_run_written_anew_is_named_up_to_its_beat(void **state)
{
	struct scratch *s = *state;
	char *other = mem_printf("%s/other.db", s->dir);
	make_journal(s->path);
	struct journal *j = open_journal(other, JOURNAL_WRITE);
	open_run(j, RUN_A); /* other salts: all is another from here on */
	open_run(j, RUN_B);
	append_steps(j, 6);
	journal_close(j);
	char *sql = mem_printf("ATTACH '%s' AS o; DELETE FROM event WHERE run = '" RUN_B "';"
		"INSERT INTO event SELECT NULL, run, seq, wall, boot, boot_id, kind, step, attempt, "
		"actor, auth, payload, salt, payload_hash, prev, hash FROM o.event "
		"WHERE run = '" RUN_B "'; UPDATE machine SET head = (SELECT hash FROM event "
		"WHERE run = '" RUN_B "' AND seq = 1), prev = (SELECT prev FROM event WHERE run = '"
		RUN_B "' AND seq = 1) WHERE run = '" RUN_B "' AND what = 'opened'", other);
	fg_change(s->path, sql);
	j = open_journal(s->path, JOURNAL_READ);
	struct verify_result r = verified(j, RUN_B, false);
	assert_false(r.whole);
	assert_int_equal(r.seq, 2);
	assert_non_null(strstr(r.text, "written anew after event"));
	journal_close(j);
	free(sql);
	free(other);
}

static void make_old(const char *path)
{
	struct buf text = BUF_INIT;
	sqlite3 *h = NULL;
	const char *root = getenv("ROOT");
	char *from = mem_printf("%s/tests/journal/format-1.sql", root ? root : ".");
	must(fsio_read(from, 1 << 20, &text, &E));
	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, buf_str(&text), NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
	chmod(path, 0600);
	buf_release(&text);
	free(from);
}

static void a_file_of_format_1_is_read_as_it_is(void **state)
{
	struct scratch *s = *state;
	struct buf b = BUF_INIT;
	make_old(s->path);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	assert_whole(j);
	must(checkpoint_each(j, NULL, add_word, &b, &E));
	assert_int_equal(b.len, 0);
	journal_close(j);
	assert_int_equal(raw_int(s->path, "PRAGMA user_version"), 1);
	fg_change(s->path, "UPDATE event SET wall = wall + 1 WHERE run = '" RUN_A "' AND seq = 3");
	j = open_journal(s->path, JOURNAL_READ);
	assert_int_equal(verified(j, NULL, false).seq, 3);
	journal_close(j);
}

static void a_file_of_format_1_becomes_one_of_today_and_goes_on(void **state)
{
	struct scratch *s = *state;
	make_old(s->path);
	char *before = raw_get(s->path, "SELECT group_concat(hex(hash)) FROM machine");
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	assert_whole(j);
	must(journal_run_continue(j, RUN_B, &E));
	append_steps(j, 2);
	must(checkpoint_beat(j, 5, NULL, &E));
	vouch(j, RUN_A, CHECKPOINT_COUNTER, true);
	assert_whole(j);
	struct verify_result r = verified(j, NULL, true);
	assert_int_equal(r.tied_seq, 6);
	assert_int_equal(r.checkpoints, 1);
	journal_close(j);
	char *after = raw_get(s->path, "SELECT group_concat(hex(hash)) FROM machine WHERE n < 4");
	assert_string_equal(before, after);
	assert_int_equal(raw_int(s->path, "PRAGMA user_version"), 3);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM machine"), 5);
	free(before);
	free(after);
}

static void the_tables_take_only_what_follows(void **state)
{
	struct scratch *s = *state;
	static const char *const bad[] = {
		"UPDATE checkpoint SET wall = 1", "DELETE FROM checkpoint",
		"INSERT OR REPLACE INTO checkpoint SELECT * FROM checkpoint WHERE id = 1",
		"INSERT INTO checkpoint SELECT 6, run, seq, what, head, wall, who, key, signature, why, "
		"hash FROM checkpoint WHERE id = 1",
		"INSERT INTO checkpoint SELECT 5, run, 2, what, head, wall, who, key, signature, why, "
		"hash FROM checkpoint WHERE id = 1",
		"INSERT INTO machine SELECT (SELECT max(n) FROM machine) + 1, wall, 'opened', run, seq, head,"
		" (SELECT hash FROM machine ORDER BY n DESC LIMIT 1), hash FROM machine WHERE n = 1",
	};
	make_journal(s->path);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *why = NULL;
		sqlite3 *h = raw_open(s->path);
		assert_int_not_equal(sqlite3_exec(h, bad[i], NULL, NULL, &why), SQLITE_OK);
		if (!why || !strstr(why, "append-only"))
			fail_msg("%s: %s", bad[i], why ? why : "-");
		sqlite3_free(why);
		sqlite3_close(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(they_are_kept_in_order_also_after_the_end),
		with_scratch(what_is_signed_follows_from_the_row_alone),
		with_scratch(half_a_checkpoint_is_none),
		with_scratch(what_was_done_to_them_is_named),
		with_scratch(one_that_says_what_none_can_say_is_named),
		with_scratch(an_open_run_written_anew_is_named_up_to_its_beat),
		with_scratch(a_file_of_format_1_is_read_as_it_is),
		with_scratch(a_file_of_format_1_becomes_one_of_today_and_goes_on),
		with_scratch(the_tables_take_only_what_follows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
