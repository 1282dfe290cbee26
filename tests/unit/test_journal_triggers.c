/* Append-only by the file itself: another program, with SQLite's defaults, cannot change, remove or
 * replace a row, through any unique key. */
#include "journal_help.h"

static struct journal *filled(struct scratch *s)
{
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct event ev = some_event(EV_RUN_OPENED, NULL, "{\"title\":\"t\"}");
	struct source_file f = { .path = "a.yaml", .role = "runbook", .bytes = "x: 1\n", .n = 5 };
	struct output *o = NULL;
	uint8_t hash[HASH_LEN];
	must(journal_run_open(j, RUN_A, &ev, &f, 1, &E));
	append_steps(j, 3);
	open_run(j, RUN_B);
	append_steps(j, 2);
	must(output_open(j, RUN_A, true, &o, &E));
	must(output_begin(o, &E));
	must(output_write(o, "c1", STREAM_OUT, 0, "hello\n", 6, true, hash, &E));
	must(output_write(o, "c1", STREAM_OUT, 6, "world\n", 6, true, hash, &E));
	must(output_commit(o, true, &E));
	output_close(o);
	event_release(&ev);
	return j;
}

/* Everything in a file, as one digest-able text. */
static char *dump(const char *path, const char *const *tables)
{
	struct buf out = BUF_INIT;
	sqlite3 *h = raw_open(path);
	for (; *tables; tables++) {
		sqlite3_stmt *st = NULL;
		char *sql = mem_printf("SELECT * FROM %s ORDER BY 1, 2", *tables);
		assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			for (int i = 0; i < sqlite3_column_count(st); i++) {
				buf_add(&out, sqlite3_column_blob(st, i),
					(size_t)sqlite3_column_bytes(st, i));
				buf_addc(&out, '|');
			}
		}
		sqlite3_finalize(st);
		free(sql);
	}
	sqlite3_close(h);
	size_t n = out.len;
	char *hex = mem_alloc(HASH_HEX_LEN + 1);
	hash_hex_of(buf_str(&out), n, hex);
	buf_release(&out);
	return hex;
}

/* Tries the statement on a connection with triggers recursing or not, as sqlite3 and others have it. */
static void is_refused(const char *path, const char *const *tables, const char *sql)
{
	char *before = dump(path, tables);
	for (int recursive = 0; recursive < 2; recursive++) {
		char *why = NULL;
		sqlite3 *h = raw_open(path);
		sqlite3_exec(h, recursive ? "PRAGMA recursive_triggers=ON" :
			     "PRAGMA recursive_triggers=OFF", NULL, NULL, NULL);
		int rc = sqlite3_exec(h, sql, NULL, NULL, &why);
		if (rc != SQLITE_CONSTRAINT || !why || !strstr(why, "append-only"))
			print_error("%s\n\t%d: %s\n", sql, rc, why ? why : "no error");
		assert_int_equal(rc, SQLITE_CONSTRAINT);
		assert_non_null(strstr(why, "append-only"));
		sqlite3_free(why);
		sqlite3_close(h);
		char *after = dump(path, tables);
		assert_string_equal(before, after);
		free(after);
	}
	free(before);
}

static const char *const journal_tables[] = { "event", "machine", "pin", "run_pin", NULL };
static const char *const output_tables[] = { "chunk", NULL };

/* Copies a row of the table with some columns replaced, under every conflict policy. */
static void no_way_in(const char *path, const char *const *tables, const char *table,
		      const char *columns, const char *values, const char *update)
{
	static const char *const verbs[] = { "INSERT", "INSERT OR REPLACE", "REPLACE",
		"INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK" };
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		char *sql = mem_printf("%s INTO %s (%s) SELECT %s FROM %s LIMIT 1", verbs[i], table,
				       columns, values, table);
		is_refused(path, tables, sql);
		free(sql);
	}
	char *sql = mem_printf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE true LIMIT 1 "
			       "ON CONFLICT DO UPDATE SET %s", table, columns, values, table, update);
	is_refused(path, tables, sql);
	free(sql);
	sql = mem_printf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE true LIMIT 1 "
			 "ON CONFLICT DO NOTHING", table, columns, values, table);
	is_refused(path, tables, sql);
	free(sql);
}

#define EVENT "run, seq, wall, boot, boot_id, kind, step, attempt, actor, auth, payload, salt, " \
	"payload_hash, prev, hash"
#define EVENT_REST "wall, boot, boot_id, kind, step, attempt, actor, auth, '{}', salt, " \
	"payload_hash, prev, hash"

static void no_event_is_changed_or_replaced(void **state)
{
	struct scratch *s = *state;
	struct journal *j = filled(s);
	const char *const *t = journal_tables;
	is_refused(s->path, t, "UPDATE event SET payload = '{}'");
	is_refused(s->path, t, "UPDATE OR REPLACE event SET seq = 1 WHERE seq = 2");
	is_refused(s->path, t, "UPDATE event SET id = 99 WHERE id = 1");
	is_refused(s->path, t, "DELETE FROM event WHERE seq = 4");
	is_refused(s->path, t, "DELETE FROM event");
	/* through (run, seq), through the integer key, through both, and behind a hole */
	no_way_in(s->path, t, "event", EVENT, "run, 2, " EVENT_REST, "payload = '{}'");
	no_way_in(s->path, t, "event", "id, " EVENT, "1, run, 5, " EVENT_REST, "payload = '{}'");
	no_way_in(s->path, t, "event", "rowid, " EVENT, "2, 'other', 1, " EVENT_REST,
		  "payload = '{}'");
	no_way_in(s->path, t, "event", "id, " EVENT, "1, run, 1, " EVENT_REST, "payload = '{}'");
	no_way_in(s->path, t, "event", EVENT, "run, 7, " EVENT_REST, "payload = '{}'");
	/* the right number, but not following the last row */
	no_way_in(s->path, t, "event", EVENT, "run, 5, " EVENT_REST, "payload = '{}'");
	assert_whole(j);
	journal_close(j);
}

static void an_id_of_minus_one_is_no_way_around(void **state)
{
	struct scratch *s = *state;
	struct journal *j = filled(s);
	sqlite3 *h = raw_open(s->path);
	/* -1 is what a trigger reads where no id is given, so a row must never have it */
	assert_int_equal(sqlite3_exec(h, "INSERT OR REPLACE INTO event (id, " EVENT ") SELECT -1, "
			 "'other', 1, " EVENT_REST " FROM event LIMIT 1", NULL, NULL, NULL),
			 SQLITE_CONSTRAINT);
	assert_int_equal(sqlite3_exec(h, "INSERT OR REPLACE INTO pin (id, sha256, n, packed, bytes) "
			 "VALUES (-1, randomblob(32), 0, 0, x'')", NULL, NULL, NULL),
			 SQLITE_CONSTRAINT);
	sqlite3_close(h);
	journal_close(j);
}

static void no_event_follows_a_closed_run(void **state)
{
	struct scratch *s = *state;
	struct journal *j = filled(s);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"ok\"}");
	is_refused(s->path, journal_tables, "INSERT INTO event (" EVENT ") SELECT run, 5, wall, "
		   "boot, boot_id, 'note', step, attempt, actor, auth, payload, salt, payload_hash, "
		   "hash, randomblob(32) FROM event WHERE run = '" RUN_B "' AND seq = 4");
	journal_close(j);
}

static void the_other_tables_hold_too(void **state)
{
	struct scratch *s = *state;
	struct journal *j = filled(s);
	const char *const *t = journal_tables;
	is_refused(s->path, t, "UPDATE machine SET wall = 0");
	is_refused(s->path, t, "DELETE FROM machine WHERE n = 2");
	no_way_in(s->path, t, "machine", "n, wall, what, run, seq, head, prev, hash",
		  "1, 0, 'closed', run, seq, head, prev, hash", "wall = 0");
	no_way_in(s->path, t, "machine", "n, wall, what, run, seq, head, prev, hash",
		  "3, 0, 'opened', run, seq, head, (SELECT hash FROM machine WHERE n = 2), hash",
		  "wall = 0");
	no_way_in(s->path, t, "machine", "n, wall, what, run, seq, head, prev, hash",
		  "3, 0, 'closed', run, seq, head, prev, hash", "wall = 0");
	no_way_in(s->path, t, "machine", "wall, what, run, seq, head, prev, hash",
		  "0, 'closed', run, seq, head, prev, hash", "wall = 0");
	is_refused(s->path, t, "UPDATE pin SET bytes = x''");
	is_refused(s->path, t, "DELETE FROM pin");
	no_way_in(s->path, t, "pin", "sha256, n, packed, bytes", "sha256, 0, 0, x''", "n = 0");
	no_way_in(s->path, t, "pin", "id, sha256, n, packed, bytes", "id, randomblob(32), 0, 0, x''",
		  "n = 0");
	is_refused(s->path, t, "UPDATE run_pin SET path = ''");
	is_refused(s->path, t, "DELETE FROM run_pin");
	no_way_in(s->path, t, "run_pin", "run, n, role, path, sha256", "run, 1, role, '', sha256",
		  "path = ''");
	no_way_in(s->path, t, "run_pin", "run, n, role, path, sha256", "run, 3, role, '', sha256",
		  "path = ''");
	journal_close(j);
}

static void no_chunk_is_changed_or_replaced(void **state)
{
	struct scratch *s = *state;
	struct journal *j = filled(s);
	char *path = mem_printf("%s/output/%s.db", s->dir, RUN_A);
	const char *const *t = output_tables;
	const char *columns = "token, stream, from_byte, n, plain, sha256, packed, bytes";
	is_refused(path, t, "UPDATE chunk SET bytes = x''");
	is_refused(path, t, "DELETE FROM chunk WHERE from_byte = 6");
	no_way_in(path, t, "chunk", columns, "token, stream, 0, n, plain, sha256, packed, x'00'",
		  "n = 1");
	no_way_in(path, t, "chunk", columns, "token, stream, 3, n, plain, sha256, packed, x'00'",
		  "n = 1");
	no_way_in(path, t, "chunk", columns, "token, stream, 11, n, plain, sha256, packed, x'00'",
		  "n = 1");
	no_way_in(path, t, "chunk", "id, token, stream, from_byte, n, plain, sha256, packed, bytes",
		  "1, token, stream, 12, n, plain, sha256, packed, x'00'", "n = 1");
	free(path);
	assert_whole(j);
	journal_close(j);
}

static void a_wrong_row_does_not_fit_the_table(void **state)
{
	struct scratch *s = *state;
	static const char *const bad[] = {
		"'r', 0, 1, 1, 'b', 'k', NULL, 0, 'a', 'h', '{}', zeroblob(16), zeroblob(32), "
			"zeroblob(32), zeroblob(32)",
		"'r', 1, 1, 1, 'b', 'k', '', 0, 'a', 'h', '{}', zeroblob(16), zeroblob(32), "
			"zeroblob(32), zeroblob(32)",
		"'r', 1, 'x', 1, 'b', 'k', NULL, 0, 'a', 'h', '{}', zeroblob(16), zeroblob(32), "
			"zeroblob(32), zeroblob(32)",
		"'r', 1, 1, 1, 'b', 'k', NULL, 0, 'a', 'h', NULL, zeroblob(16), zeroblob(32), "
			"zeroblob(32), zeroblob(32)",
		"'r', 1, 1, 1, 'b', 'k', NULL, 0, 'a', 'h', '{}', zeroblob(15), zeroblob(32), "
			"zeroblob(32), zeroblob(32)",
		"'r', 1, 1, 1, 'b', 'k', NULL, 0, 'a', 'h', '{}', zeroblob(16), zeroblob(32), "
			"zeroblob(32), zeroblob(31)",
		"'0123456789012345678901234567890123456789', 1, 1, 1, 'b', 'k', NULL, 0, 'a', 'h', "
			"'{}', zeroblob(16), zeroblob(32), zeroblob(32), zeroblob(32)",
	};
	struct journal *j = filled(s);
	sqlite3 *h = raw_open(s->path);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *sql = mem_printf("INSERT OR IGNORE INTO event (" EVENT ") VALUES (%s)", bad[i]);
		sqlite3_exec(h, sql, NULL, NULL, NULL);
		assert_int_equal(sqlite3_changes(h), 0);
		free(sql);
	}
	sqlite3_close(h);
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(no_event_is_changed_or_replaced),
		with_scratch(an_id_of_minus_one_is_no_way_around),
		with_scratch(no_event_follows_a_closed_run),
		with_scratch(the_other_tables_hold_too),
		with_scratch(no_chunk_is_changed_or_replaced),
		with_scratch(a_wrong_row_does_not_fit_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
