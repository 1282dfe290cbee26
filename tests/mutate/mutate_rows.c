/* Rows of SQLite files: altered, removed, inserted, swapped, re-dated, and computed anew. */
#include "mutate.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/journal/chain.h"
#include "mem.h"

enum { TRIES = 50, TRIGGERS_MAX = 32 };

/* --- what a file says ------------------------------------------------------------------------ */

/* In a journal: `id` of an event is in no hash; a file that is kept for no run is no content of any; a table
 * or view more is nothing that is read. */
static const char *const contents[2][11] = {
	{ "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT IN ('more', 'v')"
	  " ORDER BY name",
	  "SELECT * FROM pragma_application_id, pragma_user_version",
	  "SELECT run, seq, wall, boot, boot_id, kind, step, attempt, actor, auth, payload, salt,"
	  " payload_hash, prev, hash FROM event NOT INDEXED ORDER BY run, seq",
	  "SELECT * FROM machine NOT INDEXED ORDER BY n", "SELECT * FROM checkpoint ORDER BY id",
	  "SELECT r.*, p.n, p.packed, p.bytes FROM run_pin r LEFT JOIN pin p USING (sha256)"
	  " ORDER BY run, r.n",
	  "SELECT * FROM removal NOT INDEXED ORDER BY id",
	  "SELECT max(id), count(*) FROM event NOT INDEXED", NULL },
	{ "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name",
	  "SELECT * FROM pragma_application_id, pragma_user_version",
	  "SELECT * FROM event ORDER BY seq", "SELECT * FROM machine ORDER BY n",
	  "SELECT * FROM checkpoint ORDER BY id", "SELECT * FROM run_pin ORDER BY n",
	  "SELECT * FROM removal ORDER BY id", NULL },
};

/* A bundle of a run of which nothing was taken out, and which nobody held. */
static bool has_none(sqlite3 *h, const char *sql)
{
	return strstr(sql, " FROM removal ") && strstr(sqlite3_errmsg(h), "no such table: removal");
}

static bool add_rows(sqlite3 *h, const char *sql, struct hash_ctx *ctx)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	if (rc == SQLITE_ERROR && has_none(h, sql))
		return true;
	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st); i++) {
			int type = sqlite3_column_type(st, i);
			const void *p = type == SQLITE_BLOB ? sqlite3_column_blob(st, i) :
				sqlite3_column_text(st, i);
			int n = sqlite3_column_bytes(st, i);

			hash_add(ctx, &type, sizeof(type));
			hash_add(ctx, &n, sizeof(n));
			hash_add(ctx, p ? p : "", (size_t)n);
		}
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE;
}

bool mutate_content(const char *path, bool bundle, uint8_t ret[HASH_LEN])
{
	struct hash_ctx *ctx = hash_new();
	sqlite3 *h = NULL;
	char *name = mem_printf("file:%s?immutable=1", path);
	bool good = sqlite3_open_v2(name, &h, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == 0;

	for (int i = 0; good && contents[bundle][i]; i++)
		good = add_rows(h, contents[bundle][i], ctx);
	hash_end(ctx, ret);
	hash_free(ctx);
	sqlite3_close(h);
	free(name);
	return good;
}

/* --- one statement --------------------------------------------------------------------------- */

static const char *const columns[] = {
	"event.run", "event.seq", "event.wall", "event.boot", "event.boot_id", "event.kind",
	"event.step", "event.attempt", "event.actor", "event.auth", "event.payload", "event.salt",
	"event.payload_hash", "event.prev", "event.hash", "machine.n", "machine.wall",
	"machine.what", "machine.run", "machine.seq", "machine.head", "machine.prev",
	"machine.hash", "run_pin.n", "run_pin.run", "run_pin.role", "run_pin.path",
	"run_pin.sha256", "run_pin.hash", "checkpoint.id", "checkpoint.run", "checkpoint.seq",
	"checkpoint.what", "checkpoint.head", "checkpoint.wall", "checkpoint.who",
	"checkpoint.why", "checkpoint.hash", "removal.id", "removal.run", "removal.what",
	"removal.wall", "removal.who", "removal.why", "removal.payloads", "removal.outputs",
	"removal.rest", "removal.rest_hash", "removal.hash",
};

/* What becomes of a value; @c is its column, @t its table, @k a row. Of whole tables: @a and @b. */
static const char *const values[] = {
	"@c + 1", "@c - 1", "- @c", "@c || 'x'", "@c || char(10)", "@c || char(0)",
	"substr(@c, 2)", "replace(@c, 'e', 'E')", "upper(@c)", "NULL", "''", "0", "zeroblob(32)",
	"9223372036854775807", "(SELECT @c FROM @t LIMIT 1 OFFSET @k)",
	"CAST(replace(@c, substr(@c, 7, 1), X'07') AS BLOB)", "'drill-' || @c", "@c * 3600000000000",
};

static const char *const wholes[] = {
	"DELETE FROM event WHERE seq = @a", "DELETE FROM event WHERE seq > @a",
	"DELETE FROM machine WHERE n = (SELECT max(n) FROM machine)",
	"DELETE FROM machine WHERE n = (SELECT min(n) FROM machine)",
	"DELETE FROM machine WHERE n = @b", "DELETE FROM checkpoint", "DELETE FROM run_pin",
	"UPDATE event SET wall = wall + @b * 1000000000",
	"UPDATE event SET wall = wall - 60000000000, boot = boot - 60000000000 WHERE seq >= @a",
	"UPDATE machine SET wall = wall + 1000000000",
	/* swapped */
	"UPDATE event SET seq = -1 WHERE seq = @a; UPDATE event SET seq = @a WHERE seq = @b;"
	" UPDATE event SET seq = @b WHERE seq = -1",
	"UPDATE event SET payload = (SELECT payload FROM event WHERE seq = @b) WHERE seq = @a",
	"UPDATE event SET (payload, salt, payload_hash) = (SELECT payload, salt, payload_hash FROM event"
	" WHERE seq = @b LIMIT 1) WHERE seq = @a",
	"UPDATE event SET (actor, auth) = ('root', 'login') WHERE seq = @a",
	/* a hole closed */
	"DELETE FROM event WHERE seq = @a; UPDATE event SET seq = -seq + 1 WHERE seq > @a;"
	" UPDATE event SET seq = -seq WHERE seq < 0",
	/* one more, and room made for it */
	"CREATE TEMP TABLE t AS SELECT * FROM event WHERE seq = @b; UPDATE event SET seq = -seq - 1"
	" WHERE seq >= @a; UPDATE event SET seq = -seq WHERE seq < 0; UPDATE t SET seq = @a;"
	" INSERT INTO event SELECT * FROM t; DROP TABLE t",
	"CREATE TEMP TABLE t AS SELECT * FROM event ORDER BY seq DESC LIMIT 1; UPDATE t SET seq = seq + 1,"
	" prev = hash; INSERT INTO event SELECT * FROM t; DROP TABLE t",
	"INSERT INTO machine SELECT n + 1, wall, 'beat', run, seq, head, hash, zeroblob(32) FROM machine"
	" ORDER BY n DESC LIMIT 1",
	"INSERT INTO run_pin SELECT n + @a, run, role, 'evil.yaml', sha256, hash FROM run_pin ORDER BY n DESC"
	" LIMIT 1",
	"INSERT INTO run_pin (n, run, role, path, sha256, hash) SELECT n + 1, run, role, 'evil.yaml', sha256,"
	" hash FROM run_pin ORDER BY n DESC LIMIT 1",
	"UPDATE event SET run = 'another'; UPDATE machine SET run = 'another';"
	" UPDATE run_pin SET run = 'another'",
	/* what was taken out, and what must not be */
	"DELETE FROM removal WHERE id = (SELECT max(id) FROM removal)", "DELETE FROM removal",
	"UPDATE removal SET what = 'hold' WHERE what = 'pruned'",
	"UPDATE removal SET what = 'pruned', why = 'old' WHERE id = (SELECT max(id) FROM removal)",
	"INSERT INTO removal SELECT id + 1, run, 'released', wall, who, why, payloads, outputs, rest,"
	" rest_hash, hash FROM removal ORDER BY id DESC LIMIT 1",
	/* what it is */
	"CREATE TABLE more (x)", "DROP VIEW timeline", "DROP VIEW files", "PRAGMA user_version = 7",
	"PRAGMA application_id = 5", "CREATE VIEW v AS SELECT 1", "ALTER TABLE event ADD COLUMN more",
	"CREATE TRIGGER tr AFTER INSERT ON machine BEGIN SELECT 1; END",
	"DROP VIEW timeline; CREATE VIEW timeline AS SELECT * FROM event WHERE seq < 5",
};

static bool is_rolled_back(const char *sql)
{
	return strncmp(sql, "DELETE FROM event WHERE seq >", 29) == 0 ||
		strncmp(sql, "DELETE FROM machine WHERE n = (SELECT max", 41) == 0;
}

/* Puts a text in the place of each "@" and its letter. */
static void fill(char *sql, size_t room, char letter, const char *with)
{
	struct buf out = BUF_INIT;

	for (const char *p = sql; *p; p++) {
		if (p[0] == '@' && p[1] == letter) {
			buf_adds(&out, with);
			p++;
		} else {
			buf_addc(&out, *p);
		}
	}
	snprintf(sql, room, "%s", buf_str(&out));
	buf_release(&out);
}

static void fill_number(struct mutate *m, char *sql, size_t room, char letter, int most)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", 1 + (int)mutate_roll(m, (uint64_t)most));
	fill(sql, room, letter, text);
}

static void one_value(struct mutate *m, char *sql, size_t room, int events)
{
	const char *column = columns[mutate_roll(m, sizeof(columns) / sizeof(columns[0]))];
	const char *value = values[mutate_roll(m, sizeof(values) / sizeof(values[0]))];
	char table[16];

	snprintf(table, sizeof(table), "%.*s", (int)strcspn(column, "."), column);
	snprintf(sql, room, "UPDATE @t SET @c = %s WHERE @c IS (SELECT @c FROM @t LIMIT 1 OFFSET @l)",
		 value);
	fill(sql, room, 't', table);
	fill(sql, room, 'c', strchr(column, '.') + 1);
	fill_number(m, sql, room, 'k', events);
	fill_number(m, sql, room, 'l', strcmp(table, "event") ? 4 : events);
}

static void one_whole(struct mutate *m, char *sql, size_t room, int events)
{
	snprintf(sql, room, "%s", wholes[mutate_roll(m, sizeof(wholes) / sizeof(wholes[0]))]);
	fill_number(m, sql, room, 'a', events);
	fill_number(m, sql, room, 'b', events);
}

/* --- all of it ------------------------------------------------------------------------------- */

/* Triggers stand in the way of nobody who may write the file: they go, and come back as they were. */
static size_t take_triggers(sqlite3 *h, char *kept[TRIGGERS_MAX])
{
	sqlite3_stmt *st = NULL;
	size_t n = 0;

	sqlite3_prepare_v2(h, "SELECT sql, name FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid",
			   -1, &st, NULL);
	while (sqlite3_step(st) == SQLITE_ROW && n < TRIGGERS_MAX)
		kept[n++] = mem_printf("DROP TRIGGER %s;%s", sqlite3_column_text(st, 1),
				       sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	for (size_t i = 0; i < n; i++) {
		char *end = strchr(kept[i], ';');

		*end = '\0';
		sqlite3_exec(h, kept[i], NULL, NULL, NULL);
		memmove(kept[i], end + 1, strlen(end + 1) + 1);
	}
	return n;
}

bool mutate_rows(struct mutate *m, const char *path, bool bundle)
{
	char *kept[TRIGGERS_MAX], sql[1024] = "";
	sqlite3 *h = NULL;
	bool done = false, anew = mutate_roll(m, 5) == 0;
	int events = 30;

	if (sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL))
		mutate_die("opening %s", path);
	sqlite3_exec(h, "PRAGMA ignore_check_constraints=ON; PRAGMA foreign_keys=OFF;"
		     "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF", NULL, NULL, NULL);
	size_t n = take_triggers(h, kept);
	for (int i = 0; i < TRIES && !done; i++) {
		if (mutate_roll(m, 2))
			one_value(m, sql, sizeof(sql), events);
		else
			one_whole(m, sql, sizeof(sql), events);
		int before = sqlite3_total_changes(h);
		bool ddl = !strstr(sql, "UPDATE") && !strstr(sql, "DELETE") && !strstr(sql, "INSERT");

		sqlite3_exec(h, "SAVEPOINT s", NULL, NULL, NULL);
		done = sqlite3_exec(h, sql, NULL, NULL, NULL) == 0 &&
			(ddl || sqlite3_total_changes(h) > before);
		sqlite3_exec(h, done ? "RELEASE s" : "ROLLBACK TO s; RELEASE s", NULL, NULL, NULL);
		m->anew = is_rolled_back(sql);
	}
	if (done && anew) {
		mutate_rechain(h, m->run);
		m->anew = true;
	}
	for (size_t i = 0; i < n; i++) {
		sqlite3_exec(h, kept[i], NULL, NULL, NULL);
		free(kept[i]);
	}
	sqlite3_close(h);
	snprintf(m->what, sizeof(m->what), "%s%s%s", bundle ? "record.db: " : "", sql,
		 anew ? "; all computed anew" : "");
	return done;
}

/* One event says something else, and every digest says that it always did. */
void mutate_anew(struct mutate *m, const char *path)
{
	static const char *const sets[] = {
		"actor = 'eve', auth = 'login'", "wall = wall + 3600000000000",
		"payload = replace(payload, '}', ' }')", "boot = boot - 1", "auth = 'sudo from ana'",
		"attempt = attempt + 1",
	};
	char *kept[TRIGGERS_MAX], sql[256], seq[16];
	sqlite3 *h = NULL;

	if (sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL))
		mutate_die("opening %s", path);
	size_t n = take_triggers(h, kept);

	do {
		snprintf(seq, sizeof(seq), "%d", 1 + (int)mutate_roll(m, 30));
		snprintf(sql, sizeof(sql), "UPDATE event SET %s WHERE seq = %s AND run = '%s'",
			 sets[mutate_roll(m, sizeof(sets) / sizeof(sets[0]))], seq, m->run);
		if (sqlite3_exec(h, sql, NULL, NULL, NULL))
			mutate_die("%s: %s", sql, sqlite3_errmsg(h));
	} while (sqlite3_changes(h) == 0);
	mutate_rechain(h, m->run);
	for (size_t i = 0; i < n; i++) {
		sqlite3_exec(h, kept[i], NULL, NULL, NULL);
		free(kept[i]);
	}
	sqlite3_close(h);
	snprintf(m->what, sizeof(m->what), "%s; all computed anew", sql);
}

/* --- computed anew --------------------------------------------------------------------------- */

/* What it cannot ask would be left as it is, and be named for that. */
static void must_prepare(sqlite3 *h, const char *sql, sqlite3_stmt **ret)
{
	if (sqlite3_prepare_v2(h, sql, -1, ret, NULL))
		mutate_die("%s: %s", sql, sqlite3_errmsg(h));
}

static struct chain_text text_at(sqlite3_stmt *st, int i)
{
	const char *p = (const char *)sqlite3_column_text(st, i);

	return (struct chain_text){ p, p ? (size_t)sqlite3_column_bytes(st, i) : 0 };
}

static void set_hashes(sqlite3 *h, const char *sql, const uint8_t *a, const uint8_t *b, const uint8_t *c,
		       int64_t key, const char *run)
{
	sqlite3_stmt *st = NULL;

	must_prepare(h, sql, &st);
	sqlite3_bind_blob(st, 1, a, HASH_LEN, SQLITE_TRANSIENT);
	sqlite3_bind_blob(st, 2, b, HASH_LEN, SQLITE_TRANSIENT);
	sqlite3_bind_blob(st, 3, c, HASH_LEN, SQLITE_TRANSIENT);
	sqlite3_bind_int64(st, 4, key);
	if (run)
		sqlite3_bind_text(st, 5, run, -1, SQLITE_TRANSIENT);
	sqlite3_step(st);
	sqlite3_finalize(st);
}

static void rechain_events(sqlite3 *h, struct chain *c, const char *run)
{
	uint8_t prev[HASH_LEN] = { 0 }, payload[HASH_LEN], hash[HASH_LEN];
	sqlite3_stmt *st = NULL;

	must_prepare(h, "SELECT seq, run, wall, boot, boot_id, kind, step, attempt, actor, auth,"
			   " payload, salt, prev FROM event WHERE run = ?1 ORDER BY seq", &st);
	sqlite3_bind_text(st, 1, run, -1, SQLITE_TRANSIENT);
	for (bool first = true; sqlite3_step(st) == SQLITE_ROW; first = false) {
		struct chain_event ev = {
			.seq = sqlite3_column_int64(st, 0), .run = text_at(st, 1),
			.wall = sqlite3_column_int64(st, 2), .boot = sqlite3_column_int64(st, 3),
			.boot_id = text_at(st, 4), .kind = text_at(st, 5), .step = text_at(st, 6),
			.attempt = sqlite3_column_int64(st, 7), .actor = text_at(st, 8),
			.auth = text_at(st, 9), .drill = strncmp(run, "drill-", 6) == 0,
		};
		struct chain_text body = text_at(st, 10);
		uint8_t salt[CHAIN_SALT_LEN] = { 0 };

		if (sqlite3_column_bytes(st, 11) == CHAIN_SALT_LEN)
			memcpy(salt, sqlite3_column_blob(st, 11), CHAIN_SALT_LEN);
		if (first && sqlite3_column_bytes(st, 12) == HASH_LEN)
			memcpy(prev, sqlite3_column_blob(st, 12), HASH_LEN);
		chain_payload(c, salt, body.p ? body.p : "", body.n, payload);
		chain_event(c, prev, &ev, payload, hash);
		set_hashes(h, "UPDATE event SET payload_hash = ?1, prev = ?2, hash = ?3 WHERE seq = ?4"
			   " AND run = ?5", payload, prev, hash, ev.seq, run);
		memcpy(prev, hash, HASH_LEN);
	}
	sqlite3_finalize(st);
}

static void rechain_machine(sqlite3 *h, struct chain *c)
{
	uint8_t prev[HASH_LEN] = { 0 }, hash[HASH_LEN], head[HASH_LEN];
	sqlite3_stmt *st = NULL;

	must_prepare(h, "SELECT n, m.wall, what, m.run, m.seq, ifnull(iif(what IN ('signed', 'redacted',"
			   " 'pruned', 'hold', 'released'), NULL, e.hash), m.head), m.prev FROM machine m"
			   " LEFT JOIN event e ON e.run = m.run AND e.seq = m.seq ORDER BY n", &st);
	for (bool first = true; sqlite3_step(st) == SQLITE_ROW; first = false) {
		struct chain_link link = {
			.n = sqlite3_column_int64(st, 0), .wall = sqlite3_column_int64(st, 1),
			.what = text_at(st, 2), .run = text_at(st, 3),
			.seq = sqlite3_column_int64(st, 4), .head = head,
		};

		memset(head, 0, sizeof(head));
		if (sqlite3_column_bytes(st, 5) == HASH_LEN)
			memcpy(head, sqlite3_column_blob(st, 5), HASH_LEN);
		if (first && sqlite3_column_bytes(st, 6) == HASH_LEN)
			memcpy(prev, sqlite3_column_blob(st, 6), HASH_LEN);
		chain_machine(c, prev, &link, hash);
		set_hashes(h, "UPDATE machine SET head = ?1, prev = ?2, hash = ?3 WHERE n = ?4", head,
			   prev, hash, link.n, NULL);
		memcpy(prev, hash, HASH_LEN);
	}
	sqlite3_finalize(st);
}

static void rechain_pins(sqlite3 *h, struct chain *c)
{
	uint8_t hash[HASH_LEN];
	sqlite3_stmt *st = NULL;

	must_prepare(h, "SELECT n, run, role, path, sha256 FROM run_pin", &st);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *run = text_at(st, 1).p, *role = text_at(st, 2).p, *path = text_at(st, 3).p;

		if (!run || !role || !path || sqlite3_column_bytes(st, 4) != HASH_LEN)
			continue;
		chain_pin(c, run, sqlite3_column_int64(st, 0), role, path, sqlite3_column_blob(st, 4), hash);
		set_hashes(h, "UPDATE run_pin SET hash = ?1 WHERE n = ?4 AND run = ?5 AND ?2 <> '' AND ?3 <> ''",
			   hash, hash, hash, sqlite3_column_int64(st, 0), run);
	}
	sqlite3_finalize(st);
}

/* Each is tied again where it was; what was signed stays as it is. */
static void rechain_checkpoints(sqlite3 *h, struct chain *c, const char *run)
{
	uint8_t hash[HASH_LEN], head[HASH_LEN];
	sqlite3_stmt *st = NULL;
	int64_t k = 0;

	must_prepare(h, "SELECT c.id, c.run, c.seq, what, ifnull(e.hash, head), c.wall, who, key,"
			   " signature, why FROM checkpoint c LEFT JOIN event e ON e.run = c.run"
			   " AND e.seq = c.seq WHERE c.run = ?1 ORDER BY c.id", &st);
	sqlite3_bind_text(st, 1, run, -1, SQLITE_TRANSIENT);
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct chain_checkpoint row = {
			.id = sqlite3_column_int64(st, 0), .run = text_at(st, 1),
			.seq = sqlite3_column_int64(st, 2), .what = text_at(st, 3), .head = head,
			.wall = sqlite3_column_int64(st, 5), .who = text_at(st, 6),
			.key = text_at(st, 7), .signature = text_at(st, 8), .why = text_at(st, 9),
		};

		memset(head, 0, sizeof(head));
		if (sqlite3_column_bytes(st, 4) == HASH_LEN)
			memcpy(head, sqlite3_column_blob(st, 4), HASH_LEN);
		chain_checkpoint(c, &row, hash);
		set_hashes(h, "UPDATE checkpoint SET head = ?1, hash = ?2 WHERE id = ?4 AND ?3 <> ''",
			   head, hash, hash, row.id, NULL);
		set_hashes(h, "UPDATE machine SET head = ?1 WHERE ?2 <> '' AND ?3 <> '' AND n = (SELECT n"
			   " FROM machine WHERE what = 'signed' AND run = ?5 ORDER BY n LIMIT 1"
			   " OFFSET ?4)", hash, hash, hash, k++, run);
	}
	sqlite3_finalize(st);
}

void mutate_rechain(sqlite3 *h, const char *run)
{
	struct chain c;

	chain_init(&c);
	rechain_events(h, &c, run);
	rechain_checkpoints(h, &c, run);
	rechain_pins(h, &c);
	rechain_machine(h, &c);
	chain_release(&c);
}
