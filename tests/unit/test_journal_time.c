/* A row that was re-dated is called that, with the time that it had, where its other clock, its
 * neighbours or a round step give it; else it is altered. */
#include "forge.h"

enum { ROWS = 8 };

/* Both clocks go alike, but for some nanoseconds between reading the one and the other. */
static void fill(const char *path)
{
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	for (int i = 0; i < ROWS; i++) {
		struct event ev = some_event(i ? EV_NOTE : EV_RUN_OPENED, NULL, "{\"title\":\"x\"}");
		int64_t gone = i * INT64_C(61234567891);
		ev.at.wall = 1795318867000000000LL + gone;
		ev.at.boot = 4123456789LL + gone + i % 3 * 40;
		if (i)
			must(journal_append(j, &ev, 1, false, &E));
		else
			must(journal_run_open(j, RUN_A, &ev, NULL, 0, &E));
		event_release(&ev);
	}
	journal_close(j);
}

struct change {
	const char *sql;
	const char *said; /* after "event N: " */
	int64_t seq;
};

static void is_said(const char *path, const struct change *c)
{
	char *copy = mem_printf("%s.bad", path), *want = mem_printf("event %lld: %s", (long long)c->seq,
								   c->said);
	struct buf bytes = BUF_INIT;
	must(fsio_read(path, 64 << 20, &bytes, &E));
	must(fsio_replace(copy, bytes.data, bytes.len, 0600, false, &E));
	fg_change(copy, c->sql);
	struct journal *j = open_journal(copy, JOURNAL_READ);
	struct verify_result r = verified(j, NULL, false);
	journal_close(j);
	if (r.whole || strcmp(r.text, want) != 0)
		print_error("%s:\n\t%s\n", c->sql, r.whole ? "whole" : r.text);
	assert_false(r.whole);
	assert_string_equal(r.text, want);
	assert_int_equal(r.seq, c->seq);
	buf_release(&bytes);
	free(copy);
	free(want);
}

#define WAS "2026-11-22T03:44:10.703703673Z"

static void a_time_that_was_set_anew_is_told(void **state)
{
	struct scratch *s = *state;
	static const struct change changes[] = {
		{ "UPDATE event SET wall = wall + 3600000000000 WHERE seq = 4",
		  "re-dated: from " WAS " to 2026-11-22T04:44:10.703703673Z", 4 },
		{ "UPDATE event SET wall = 1234567890123456789 WHERE seq = 4",
		  "re-dated: from " WAS " to 2009-02-13T23:31:30.123456789Z", 4 },
		{ "UPDATE event SET wall = wall - 60000000000, boot = boot - 60000000000 WHERE seq >= 4",
		  "altered", 4 },
		{ "UPDATE event SET wall = wall - 120000000000, boot = boot - 120000000000 WHERE seq >= 4",
		  "re-dated: from " WAS " to 2026-11-22T03:42:10.703703673Z", 4 },
		{ "UPDATE event SET boot = 99 WHERE seq = 4",
		  "re-dated: from 187827160462 to 99 ns since boot", 4 },
		{ "UPDATE event SET boot_id = 'another' WHERE seq = 4", "", 4 },
		{ "UPDATE event SET wall = wall + 86400000000000",
		  "re-dated: from 2026-11-22T03:41:07.000000000Z to 2026-11-23T03:41:07.000000000Z", 1 },
		{ "UPDATE event SET wall = wall - 86400000000000, boot = boot - 86400000000000",
		  "re-dated: from 2026-11-22T03:41:07.000000000Z to 2026-11-21T03:41:07.000000000Z", 1 },
		/* nothing says that it is the time */
		{ "UPDATE event SET actor = 'eve' WHERE seq = 4", "altered", 4 },
		{ "UPDATE event SET actor = 'eve', wall = wall + 3600000000000 WHERE seq = 4", "altered", 4 },
	};
	fill(s->path);
	char *boot = raw_get(s->path, "SELECT 're-dated: it was of boot ' || boot_id FROM event");
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct change c = changes[i];
		c.said = strstr(c.sql, "another") ? boot : c.said;
		is_said(s->path, &c);
	}
	free(boot);
}

/* Who makes the digest of that one row anew is told by the row behind it. */
static void a_digest_made_anew_hides_no_time(void **state)
{
	struct scratch *s = *state;
	struct forger f;
	uint8_t prev[HASH_LEN], payload[HASH_LEN], hash[HASH_LEN];
	fill(s->path);
	fg_open(&f, s->path);
	fg_do(&f, "UPDATE event SET wall = 1234567890123456789 WHERE seq = 4");
	sqlite3_stmt *st = fg_ask(&f, "SELECT id, wall, boot, boot_id, kind, step, attempt, actor, auth, "
				  "payload_hash, prev FROM event WHERE seq = 4");
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	struct chain_event ev = {
		.run = chain_str(RUN_A), .seq = 4, .wall = sqlite3_column_int64(st, 1),
		.boot = sqlite3_column_int64(st, 2), .boot_id = fg_text(st, 3), .kind = fg_text(st, 4),
		.step = fg_text(st, 5), .attempt = sqlite3_column_int64(st, 6), .actor = fg_text(st, 7),
		.auth = fg_text(st, 8),
	};
	memcpy(payload, sqlite3_column_blob(st, 9), HASH_LEN);
	memcpy(prev, sqlite3_column_blob(st, 10), HASH_LEN);
	chain_event(&f.chain, prev, &ev, payload, hash);
	fg_put(&f, "UPDATE event SET payload_hash = ?2, prev = ?3, hash = ?4 WHERE id = ?1",
	       sqlite3_column_int64(st, 0), payload, prev, hash);
	sqlite3_finalize(st);
	fg_close(&f);
	static const struct change anew = {
		"SELECT 1", "re-dated, its digest made anew: from " WAS " to 2009-02-13T23:31:30.123456789Z", 4,
	};
	is_said(s->path, &anew);
	static const struct change more = { "UPDATE event SET actor = 'eve' WHERE seq = 4", "altered", 4 };
	is_said(s->path, &more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(a_time_that_was_set_anew_is_told),
		with_scratch(a_digest_made_anew_hides_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
