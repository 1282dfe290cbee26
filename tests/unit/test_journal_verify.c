/* Every way to alter a record is named, at its place; an honest one is never accused. */
#include "journal_help.h"

#include <fcntl.h>

struct fixture {
	struct scratch s;
	char *bytes, *output_path, *output_bytes;
	size_t n, output_n;
};

enum { EVENTS_A = 14, EVENTS_B = 6, EVENTS_C = 3 };
#define RUN_C "20261123T000000Z-cccc"

static const char script[] = "#!/bin/sh\nexit 0\n";

static void write_output(struct journal *j, const char *token, int64_t from, const char *text)
{
	struct output *o = NULL;
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1], body[256];
	must(output_open(j, RUN_A, true, &o, &E));
	must(output_begin(o, &E));
	must(output_write(o, token, STREAM_OUT, from, text, strlen(text), true, hash, &E));
	must(output_commit(o, true, &E));
	output_close(o);
	hash_hex(hash, hex);
	snprintf(body, sizeof(body), "{\"token\":\"%s\",\"stream\":\"out\",\"from\":%lld,\"n\":%zu,"
		 "\"sha256\":\"%s\"}", token, (long long)from, strlen(text), hex);
	append_one(j, EV_OUTPUT, "stop-writers", body);
}

static void make_journal(struct scratch *s)
{
	char hex[HASH_HEX_LEN + 1];
	struct source_file files[2] = {
		{ .path = "a.yaml", .role = "runbook", .bytes = "title: x\n", .n = 9 },
		{ .path = "b.sh", .role = "script", .bytes = script, .n = sizeof(script) - 1 },
	};
	hash_hex_of(files[0].bytes, files[0].n, hex);
	char *body = mem_printf("{\"title\":\"x\",\"files\":[{\"path\":\"a.yaml\",\"role\":\"runbook\","
				"\"sha256\":\"%s\"}]}", hex);
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct event ev = some_event(EV_RUN_OPENED, NULL, body);
	must(journal_run_open(j, RUN_A, &ev, files, 1, &E));
	append_steps(j, 6);
	write_output(j, "c1", 0, "hello\n");
	write_output(j, "c1", 6, "world, and more of it, and more of it, and more of it\n");
	must(journal_pin(j, RUN_A, &files[1], &E));
	hash_hex_of(script, sizeof(script) - 1, hex);
	free(body);
	body = mem_printf("{\"path\":\"b.sh\",\"sha256\":\"%s\"}", hex);
	append_one(j, EV_BOOK, NULL, body);
	append_steps(j, 3);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
	open_run(j, RUN_B);
	append_steps(j, EVENTS_B - 1);
	open_run(j, RUN_C);
	append_steps(j, EVENTS_C - 2);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
	journal_close(j);
	free(body);
	event_release(&ev);
}

static char *slurp(const char *path, size_t *ret_n)
{
	struct buf b = BUF_INIT;
	must(fsio_read(path, 64 << 20, &b, &E));
	*ret_n = b.len;
	return buf_take(&b);
}

static int setup(void **state)
{
	void *inner = NULL;
	if (scratch_setup(&inner))
		return -1;
	struct fixture *f = mem_alloc(sizeof(*f));
	f->s = *(struct scratch *)inner;
	free(inner);
	make_journal(&f->s);
	f->output_path = mem_printf("%s/output/%s.db", f->s.dir, RUN_A);
	f->bytes = slurp(f->s.path, &f->n);
	f->output_bytes = slurp(f->output_path, &f->output_n);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	int rc = fsio_remove_tree(f->s.dir, NULL);
	free(f->bytes);
	free(f->output_bytes);
	free(f->output_path);
	free(f);
	return rc;
}

static void restore(struct fixture *f)
{
	must(fsio_replace(f->s.path, f->bytes, f->n, 0600, false, &E));
	must(fsio_replace(f->output_path, f->output_bytes, f->output_n, 0600, false, &E));
}

/* Changes a file as somebody would who takes the triggers off first and puts them back afterwards. */
static void forge(const char *path, const char *sql)
{
	struct buf drop = BUF_INIT, make = BUF_INIT;
	sqlite3_stmt *st = NULL;
	sqlite3 *h = raw_open(path);
	sqlite3_prepare_v2(h, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", -1, &st,
			   NULL);
	while (sqlite3_step(st) == SQLITE_ROW) {
		buf_addf(&drop, "DROP TRIGGER %s;", sqlite3_column_text(st, 0));
		buf_addf(&make, "%s;", sqlite3_column_text(st, 1));
	}
	sqlite3_finalize(st);
	sqlite3_close(h);
	char *all = mem_printf("PRAGMA ignore_check_constraints=ON; %s %s; %s", buf_str(&drop), sql,
			       buf_str(&make));
	raw_do(path, all);
	free(all);
	buf_release(&drop);
	buf_release(&make);
}

static struct verify_result look(struct fixture *f, bool outputs)
{
	struct journal *j = open_journal(f->s.path, JOURNAL_READ);
	struct verify_result r = verified(j, NULL, outputs);
	journal_close(j);
	return r;
}

static void is_named(struct fixture *f, const char *sql, const char *run, int64_t seq,
		     const char *text)
{
	restore(f);
	forge(f->s.path, sql);
	struct verify_result r = look(f, false);
	if (r.whole || strcmp(r.run, run) != 0 || r.seq != seq || !strstr(r.text, text))
		print_error("%s\n\t%s %s %lld: %s; wanted %s %lld: %s\n", sql,
			    r.whole ? "whole" : "not whole", r.run, (long long)r.seq, r.text, run,
			    (long long)seq, text);
	assert_false(r.whole);
	assert_string_equal(r.run, run);
	assert_int_equal(r.seq, seq);
	assert_non_null(strstr(r.text, text));
	/* asked of that run alone it says the same */
	if (run[0] && seq) {
		struct journal *j = open_journal(f->s.path, JOURNAL_READ);
		struct verify_result one = verified(j, run, false);
		assert_false(one.whole);
		assert_int_equal(one.seq, seq);
		journal_close(j);
	}
}

static void an_honest_journal_is_whole(void **state)
{
	struct fixture *f = *state;
	struct verify_result r = look(f, true);
	assert_true(r.whole);
	assert_int_equal(r.runs, 3);
	assert_int_equal(r.events, EVENTS_A + EVENTS_B + EVENTS_C);
	assert_int_equal(r.chunks, 2);
	assert_int_equal(r.open_runs, 1);
	struct journal *j = open_journal(f->s.path, JOURNAL_READ);
	static const char *const runs[] = { RUN_A, RUN_B, RUN_C };
	for (int i = 0; i < 3; i++)
		assert_true(verified(j, runs[i], true).whole);
	must_fail(journal_verify(j, "20990101T000000Z-none", false, &r, &E), ERR_NOTFOUND);
	journal_close(j);
}

/* Every column of every event. */
static void each_altered_column_is_named(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *column, *value, *text;
	} cases[] = {
		{ "wall", "wall + 1", "altered" },
		{ "boot", "boot - 1", "altered" },
		{ "boot_id", "'0' || substr(boot_id, 2)", "re-dated: it was of boot " },
		{ "kind", "'note'", "altered" },
		{ "step", "ifnull(step, '') || 'x'", "altered" },
		{ "attempt", "attempt + 1", "altered" },
		{ "actor", "'bob'", "altered" },
		{ "auth", "'sudo'", "altered" },
		{ "payload", "replace(payload, '}', ' }')", "payload altered" },
		{ "salt", "zeroblob(16)", "payload altered" },
		{ "payload_hash", "zeroblob(32)", "payload altered" },
		{ "prev", "zeroblob(32)", "altered" },
		{ "hash", "zeroblob(32)", "altered" },
		{ "payload", "NULL, salt = NULL", "payload taken out" },
		{ "hash", "substr(hash, 1, 31)", "column is missing" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int seq = 1; seq <= EVENTS_A; seq += 3) {
			/* the first event of the first run has zeroes there anyway */
			if (seq == 1 && strcmp(cases[i].column, "prev") == 0)
				continue;
			char *sql = mem_printf("UPDATE event SET %s = %s WHERE run = '" RUN_A "' AND "
					       "seq = %d", cases[i].column, cases[i].value, seq);
			is_named(f, sql, RUN_A, seq, cases[i].text);
			free(sql);
		}
	}
	is_named(f, "UPDATE event SET run = '" RUN_C "x' WHERE run = '" RUN_C "' AND seq = 2", RUN_C,
		 2, "missing");
}

static void each_missing_event_is_named(void **state)
{
	struct fixture *f = *state;
	for (int seq = 1; seq <= EVENTS_A; seq++) {
		char *sql = mem_printf("DELETE FROM event WHERE run = '" RUN_A "' AND seq = %d", seq);
		is_named(f, sql, RUN_A, seq, "missing");
		free(sql);
		sql = mem_printf("DELETE FROM event WHERE run = '" RUN_A "' AND seq = %d;"
				 "UPDATE event SET seq = seq - 1 WHERE run = '" RUN_A "' AND seq > %d",
				 seq, seq);
		is_named(f, sql, RUN_A, seq, seq < EVENTS_A ? "in another's place" : "missing");
		free(sql);
	}
}

static void each_cut_tail_of_a_closed_run_is_named(void **state)
{
	struct fixture *f = *state;
	for (int last = 1; last < EVENTS_A; last++) {
		char *sql = mem_printf("DELETE FROM event WHERE run = '" RUN_A "' AND seq > %d", last);
		is_named(f, sql, RUN_A, last + 1, "and all after it");
		free(sql);
	}
	is_named(f, "DELETE FROM event WHERE run = '" RUN_A "'", RUN_A, 0, "all its events");
}

static void each_swap_is_named(void **state)
{
	struct fixture *f = *state;
	for (int a = 1; a < EVENTS_A; a += 2) {
		for (int b = a + 1; b <= EVENTS_A; b += 3) {
			char *sql = mem_printf("UPDATE event SET seq = 999 WHERE run = '" RUN_A "' AND "
				"seq = %d; UPDATE event SET seq = %d WHERE run = '" RUN_A "' AND seq = "
				"%d; UPDATE event SET seq = %d WHERE run = '" RUN_A "' AND seq = 999",
				a, a, b, b);
			is_named(f, sql, RUN_A, a, "in another's place");
			free(sql);
		}
	}
	/* only what they say, with its digest and salt */
	is_named(f, "CREATE TEMP TABLE t AS SELECT * FROM event WHERE run = '" RUN_A "';"
		 "UPDATE event SET (payload, salt, payload_hash) = (SELECT payload, salt, payload_hash "
		 "FROM t WHERE t.seq = 7 - event.seq) WHERE run = '" RUN_A "' AND seq IN (3, 4)",
		 RUN_A, 3, "altered");
}

#define COPY(seq, from) "INSERT INTO event (run, seq, wall, boot, boot_id, kind, step, attempt, " \
	"actor, auth, payload, salt, payload_hash, prev, hash) SELECT run, " seq ", wall, boot, " \
	"boot_id, kind, step, attempt, actor, auth, payload, salt, payload_hash, prev, hash " \
	"FROM event WHERE run = '" RUN_A "' AND seq = " from

static void what_was_put_in_is_named(void **state)
{
	struct fixture *f = *state;
	is_named(f, COPY("15", "4"), RUN_A, 15, "appended after the run was closed");
	is_named(f, "INSERT INTO event SELECT NULL, run, 7, wall, boot, boot_id, kind, step, attempt, "
		 "actor, auth, payload, salt, payload_hash, prev, hash FROM event WHERE run = '" RUN_B
		 "' AND seq = 4", RUN_B, 7, "in another's place");
	is_named(f, "UPDATE event SET seq = seq + 1000 WHERE run = '" RUN_A "' AND seq > 5;"
		 "UPDATE event SET seq = seq - 999 WHERE run = '" RUN_A "' AND seq > 1000;"
		 COPY("6", "5"), RUN_A, 6, "in another's place");
	/* of a run that nobody opened */
	is_named(f, "INSERT INTO event SELECT NULL, 'forged', seq, wall, boot, boot_id, kind, step, "
		 "attempt, actor, auth, payload, salt, payload_hash, prev, hash FROM event "
		 "WHERE run = '" RUN_B "'", "forged", 0, "not in the machine's chain");
}

/* A run that was written anew from some event on, with digests that fit each other, as any program
 * could: the machine's chain still holds the old one. Done with a second journal. */
static void a_closed_run_that_was_written_anew_is_named(void **state)
{
	struct fixture *f = *state;
	struct scratch other = f->s;
	snprintf(other.path, sizeof(other.path), "%s/other.db", other.dir);
	make_journal(&other);
	char *sql = mem_printf("ATTACH '%s' AS o; DELETE FROM event WHERE run = '" RUN_A "';"
			       "INSERT INTO event SELECT * FROM o.event WHERE run = '" RUN_A "'",
			       other.path);
	is_named(f, sql, RUN_A, 1, "machine's chain");
	free(sql);
}

static void the_machines_chain_is_checked(void **state)
{
	struct fixture *f = *state;
	is_named(f, "UPDATE machine SET wall = wall + 1 WHERE n = 2", RUN_A, 0, "row 2 altered");
	is_named(f, "DELETE FROM machine WHERE n = 3", RUN_B, 0, "not in the machine's chain");
	is_named(f, "DELETE FROM machine WHERE n = 2", RUN_A, 14, "does not say so");
	is_named(f, "UPDATE machine SET head = zeroblob(32) WHERE n = 1", RUN_A, 1, "not the one");
	is_named(f, "UPDATE machine SET prev = zeroblob(32) WHERE n = 4", RUN_C, 1,
		 "does not follow what");
	is_named(f, "UPDATE machine SET prev = zeroblob(32) WHERE n = 5", RUN_C, 0, "row 5 altered");
	is_named(f, "DELETE FROM event WHERE run = '" RUN_B "'", RUN_B, 0, "all its events");
	/* a run without a trace but for the hole it leaves */
	is_named(f, "DELETE FROM event WHERE run = '" RUN_B "'; DELETE FROM machine WHERE run = '" RUN_B
		 "'", "", 0, "row 3 missing");
	is_named(f, "DELETE FROM event WHERE run = '" RUN_B "'; DELETE FROM machine WHERE run = '" RUN_B
		 "'; UPDATE machine SET n = n - 1 WHERE n > 3", RUN_C, 0, "row 3 altered");
}

static void the_files_kept_are_checked(void **state)
{
	struct fixture *f = *state;
	is_named(f, "UPDATE pin SET bytes = x'00', packed = 0, n = 1 WHERE id = 2", "", 0,
		 "pinned file");
	is_named(f, "UPDATE pin SET n = n + 1 WHERE id = 1", "", 0, "pinned file");
	is_named(f, "DELETE FROM pin WHERE id = 1", RUN_A, 1, "a.yaml is not kept");
	is_named(f, "UPDATE run_pin SET role = 'script' WHERE n = 1", RUN_A, 1, "a.yaml is not kept");
	is_named(f, "UPDATE run_pin SET path = 'c.yaml' WHERE n = 1", RUN_A, 1, "a.yaml is not kept");
	is_named(f, "UPDATE run_pin SET role = 'driver' WHERE n = 2", RUN_A, 0, "row is altered");
	is_named(f, "DELETE FROM run_pin WHERE n = 2", RUN_A, 10, "b.sh is not kept");
	restore(f);
	forge(f->s.path, "UPDATE pin SET bytes = x'00', packed = 0, n = 1 WHERE id = 2");
	struct journal *j = open_journal(f->s.path, JOURNAL_READ);
	assert_false(verified(j, RUN_A, false).whole);
	assert_true(verified(j, RUN_B, false).whole);
	journal_close(j);
}

/* The end of an open run is vouched for by nothing but the number of rows, where others came later. */
static void a_cut_tail_of_an_open_run_leaves_a_hole(void **state)
{
	struct fixture *f = *state;
	is_named(f, "DELETE FROM event WHERE run = '" RUN_B "' AND seq > 4", "", 0,
		 "of 23 events 2 are missing");
}

/* Long enough for the thread that takes the digests, with a row that is larger than its batches; the
 * first of several defects is the one that is named. */
static void the_first_defect_of_a_long_run_is_named(void **state)
{
	struct fixture *f = *state;
	enum { N = 4000, LARGE = 2000 };
	static const int places[] = { 1, 2, 511, 512, 513, 1024, 1025, LARGE - 1, LARGE, LARGE + 1, 3071,
		N - 1, N };
	struct event *evs = mem_alloc(N * sizeof(*evs));
	char *fill = mem_alloc(600001);
	memset(fill, 'x', 600000);
	char *large = mem_printf("{\"v\":\"%s\"}", fill);
	struct journal *j = open_journal(f->s.path, JOURNAL_WRITE);
	for (int i = 0; i < N; i++)
		evs[i] = some_event(EV_VALUE, "v", i == LARGE - 2 ? large : "{\"v\":1}");
	open_run(j, "long");
	must(journal_append(j, evs, N - 1, false, &E));
	assert_whole(j);
	journal_close(j);
	for (int i = 0; i < N; i++)
		event_release(&evs[i]);
	free(f->bytes);
	f->bytes = slurp(f->s.path, &f->n);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *sql = mem_printf("UPDATE event SET payload = '{}' WHERE run = 'long' AND seq = %d",
				       places[i]);
		is_named(f, sql, "long", places[i], "payload altered");
		free(sql);
		/* with a hole and another alteration behind it */
		sql = mem_printf("UPDATE event SET attempt = 9 WHERE run = 'long' AND seq IN (%d, %d);"
				 "DELETE FROM event WHERE run = 'long' AND seq = %d", places[i],
				 places[i] + 300, places[i] + 100);
		is_named(f, sql, "long", places[i], "altered");
		free(sql);
		/* and the other way round */
		sql = mem_printf("UPDATE event SET attempt = 9 WHERE run = 'long' AND seq = %d;"
				 "DELETE FROM event WHERE run = 'long' AND seq = %d", places[i] + 100,
				 places[i]);
		if (places[i] < N)
			is_named(f, sql, "long", places[i], "missing");
		free(sql);
	}
	free(large);
	free(fill);
	free(evs);
}

static void triggers_that_are_gone_are_named(void **state)
{
	struct fixture *f = *state;
	restore(f);
	raw_do(f->s.path, "DROP TRIGGER event_no_delete");
	struct verify_result r = look(f, false);
	assert_false(r.whole);
	assert_string_equal(r.text, "the trigger event_no_delete is gone");
}

static void the_output_is_checked_where_it_is_asked_for(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *sql;
		int64_t seq;
		const char *text;
	} cases[] = {
		{ "UPDATE chunk SET bytes = CAST('hellO' || x'0a' AS BLOB), packed = 0 WHERE id = 1", 8, "altered" },
		{ "UPDATE chunk SET packed = 1 WHERE id = 1", 8, "altered" },
		{ "UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE id = 2", 9, "altered" },
		{ "DELETE FROM chunk WHERE id = 1", 8, "missing" },
		{ "DELETE FROM chunk WHERE id = 2", 9, "missing" },
		{ "UPDATE chunk SET token = 'c2' WHERE id = 2", 9, "missing" },
		{ "UPDATE chunk SET from_byte = 7 WHERE id = 2", 9, "missing" },
		/* other bytes with their own digest: only the event knows better */
		{ "UPDATE chunk SET bytes = CAST('HELLO' || x'0a' AS BLOB), packed = 0, sha256 = x'"
		  "3b09aeb6f5f5336beb205d7f720371bc927cd46c21922e334d47ba264acb5ba4' WHERE id = 1", 8,
		  "altered" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		restore(f);
		forge(f->output_path, cases[i].sql);
		assert_true(look(f, false).whole);
		struct verify_result r = look(f, true);
		if (r.whole || r.seq != cases[i].seq || !strstr(r.text, cases[i].text))
			print_error("%s\n\t%lld: %s\n", cases[i].sql, (long long)r.seq, r.text);
		assert_false(r.whole);
		assert_string_equal(r.run, RUN_A);
		assert_int_equal(r.seq, cases[i].seq);
		assert_non_null(strstr(r.text, cases[i].text));
	}
	restore(f);
	unlink(f->output_path);
	assert_false(look(f, true).whole);
	must(fsio_replace(f->output_path, "no database at all", 18, 0600, false, &E));
	assert_false(look(f, true).whole);
}

/* --- flipped bits ---------------------------------------------------------------------------- */

static int add_event(void *ctx, const struct event *ev)
{
	struct buf *b = ctx;
	buf_addf(b, "%lld %lld %lld %d %s %d %s %s ", (long long)ev->seq, (long long)ev->at.wall,
		 (long long)ev->at.boot, (int)ev->kind, ev->step ? ev->step : "-", ev->attempt,
		 ev->actor.id, ev->actor.how);
	return buf_add(b, ev->body, ev->body_len + 1);
}

static int add_pin(void *ctx, const struct source_file *file)
{
	struct buf *b = ctx;
	buf_addf(b, "%s %s %s ", file->role, file->path, file->sha256);
	return buf_add(b, file->bytes, file->n);
}

/* What the doors tell of a journal: all that a reader could be deceived about. */
static int tell(struct journal *j, struct buf *out)
{
	static const char *const runs[] = { RUN_A, RUN_B, RUN_C };
	int rc = 0;
	struct err err = { 0 };
	buf_clear(out);
	for (int i = 0; i < 3 && rc == 0; i++) {
		rc = journal_each(j, runs[i], 0, 0, add_event, out, &err);
		if (rc == 0)
			rc = journal_pins(j, runs[i], add_pin, out, &err);
	}
	if (rc)
		print_error("%s\n", err.text);
	return rc;
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* One bit of the file, anywhere. Either the journal does not open, or verify finds it, or no event
 * reads otherwise than before (free space, order of arrival, SQLite's own housekeeping). */
static void no_flipped_bit_changes_what_a_whole_journal_tells(void **state)
{
	struct fixture *f = *state;
	struct buf want = BUF_INIT, got = BUF_INIT;
	const char *seed = getenv("SEED");
	uint64_t x = seed ? strtoull(seed, NULL, 10) : 0x9e3779b97f4a7c15ULL;
	int refused = 0, found = 0, harmless = 0;
	struct journal *j = open_journal(f->s.path, JOURNAL_READ);
	assert_int_equal(tell(j, &want), 0);
	journal_close(j);
	int fd = open(f->s.path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	int n = 2000 / work_stride(1, 4);
	for (int i = 0; i < n; i++) {
		struct verify_result r;
		size_t at = next_random(&x) % f->n;
		char byte = (char)(f->bytes[at] ^ (1 << next_random(&x) % 8));
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
		if (journal_open(f->s.path, JOURNAL_READ, &j, NULL)) {
			refused++;
			j = NULL;
		} else if (journal_verify(j, NULL, false, &r, NULL) || !r.whole) {
			found++;
		} else {
			harmless++;
			assert_int_equal(tell(j, &got), 0);
			if (want.len != got.len || memcmp(want.data, got.data, want.len) != 0)
				print_error("bit at byte %zu\n", at);
			assert_int_equal(want.len, got.len);
			assert_memory_equal(want.data, got.data, want.len);
		}
		journal_close(j);
		assert_int_equal(pwrite(fd, &f->bytes[at], 1, (off_t)at), 1);
	}
	print_message("# %d flipped bits: %d not opened, %d found, %d without effect\n", n, refused,
		      found, harmless);
	assert_true(found > n / 10);
	close(fd);
	buf_release(&want);
	buf_release(&got);
}

/* Honest journals of many shapes: closed, open, interrupted, with several runs in between. */
static void no_honest_journal_is_accused(void **state)
{
	struct fixture *f = *state;
	uint64_t x = 0x2545f4914f6cdd1dULL;
	char path[160], run[JOURNAL_RUN_ID_MAX];
	for (int i = 0; i < 30; i++) {
		struct journal *j[3] = { 0 };
		int n = 0;
		snprintf(path, sizeof(path), "%s/honest-%d.db", f->s.dir, i);
		for (int k = 0; k < 3; k++)
			j[k] = open_journal(path, JOURNAL_WRITE);
		for (int k = 0; k < 40; k++) {
			struct journal *one = j[next_random(&x) % 3];
			uint8_t hash[HASH_LEN];
			switch (next_random(&x) % 8) {
			case 0:
				snprintf(run, sizeof(run), "run-%d-%d", i, n++);
				open_run(one, run);
				break;
			case 1:
				if (journal_head(one, hash) > 0) {
					struct event ev = some_event(EV_RUN_CLOSED, NULL, "{}");
					int rc = journal_append(one, &ev, 1, false, NULL);
					assert_true(rc == 0 || rc == ERR_DENIED);
					event_release(&ev);
				}
				break;
			default:
				if (journal_head(one, hash) > 0) {
					struct event evs[3] = { some_event(EV_STEP, "s", "{}"),
						some_event(EV_NOTE, NULL, "{\"text\":\"\"}"),
						some_event(EV_STEP, "s,t:u\n", "{}") };
					int rc = journal_append(one, evs, 1 + next_random(&x) % 3,
								false, NULL);
					assert_true(rc == 0 || rc == ERR_DENIED);
					for (int e = 0; e < 3; e++)
						event_release(&evs[e]);
				}
			}
			if (k % 10 == 9)
				assert_whole(one);
		}
		for (int k = 0; k < 3; k++)
			journal_close(j[k]);
	}
}

#define with_fixture(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_fixture(an_honest_journal_is_whole),
		with_fixture(each_altered_column_is_named),
		with_fixture(each_missing_event_is_named),
		with_fixture(each_cut_tail_of_a_closed_run_is_named),
		with_fixture(each_swap_is_named),
		with_fixture(what_was_put_in_is_named),
		with_fixture(a_closed_run_that_was_written_anew_is_named),
		with_fixture(the_machines_chain_is_checked),
		with_fixture(the_files_kept_are_checked),
		with_fixture(a_cut_tail_of_an_open_run_leaves_a_hole),
		with_fixture(the_first_defect_of_a_long_run_is_named),
		with_fixture(triggers_that_are_gone_are_named),
		with_fixture(the_output_is_checked_where_it_is_asked_for),
		with_fixture(no_flipped_bit_changes_what_a_whole_journal_tells),
		with_fixture(no_honest_journal_is_accused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
