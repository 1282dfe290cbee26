/* A drill's record never passes for a real run's, nor the other way round: forgeries, from the simple
 * one to that of somebody who computes every hash anew. */
#include "journal_help.h"

#include "../../src/journal/chain.h"
#include "hash.h"

#define REAL "20261122-0321-real"
#define DRILL "drill-20261122-0400-dril"
#define RENAMED "20261122-0400-dril"

struct forging {
	struct scratch s;
	char honest[160]; /* a copy of the journal as it was written */
};

static void a_run(struct journal *j, const char *run, const char *mode, const char *more)
{
	bool drill = strcmp(mode, "drill") == 0;
	struct source_file files[] = {
		{ .path = "a.yaml", .role = "runbook", .bytes = "title: x\n", .n = 9 },
		{ .path = "s.yaml", .role = "scenario", .bytes = "scenario: 1\n", .n = 12 },
	};
	char hex[2][HASH_HEX_LEN + 1];

	for (int i = 0; i < 2; i++)
		hash_hex_of(files[i].bytes, files[i].n, hex[i]);
	char *body = mem_printf("{\"mode\":\"%s\",\"run\":\"%s\",\"title\":\"x\"%s,\"files\":["
				"{\"path\":\"a.yaml\",\"role\":\"runbook\",\"sha256\":\"%s\"}%s%s%s]}",
				mode, run, more, hex[0], drill ? ",{\"path\":\"s.yaml\",\"role\":"
				"\"scenario\",\"sha256\":\"" : "", drill ? hex[1] : "",
				drill ? "\"}" : "");
	struct event ev = some_event(EV_RUN_OPENED, NULL, body);

	must(journal_run_open(j, run, &ev, files, drill ? 2 : 1, &E));
	event_release(&ev);
	free(body);
	append_steps(j, 4);
	if (drill)
		append_one(j, EV_DRILL, NULL, "{\"what\":\"observed\",\"text\":\"late\"}");
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
}

static int setup(void **state)
{
	struct forging *f = mem_alloc(sizeof(*f));
	void *inner = NULL;

	if (scratch_setup(&inner))
		return -1;
	f->s = *(struct scratch *)inner;
	free(inner);
	snprintf(f->honest, sizeof(f->honest), "%s.honest", f->s.path);
	struct journal *j = open_journal(f->s.path, JOURNAL_WRITE);
	a_run(j, REAL, "real", "");
	a_run(j, DRILL, "drill", ",\"way\":\"tabletop\"");
	journal_close(j);
	struct buf b = BUF_INIT;
	must(fsio_read(f->s.path, 64 << 20, &b, &E));
	must(fsio_replace(f->honest, b.data, b.len, 0600, false, &E));
	buf_release(&b);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct forging *f = *state;
	int rc = fsio_remove_tree(f->s.dir, NULL);

	free(f);
	return rc;
}

/* --- the forger ------------------------------------------------------------------------------ */

enum tags { AS_THEY_ARE, BY_ID, ALL_REAL, ALL_DRILL };

static sqlite3_stmt *ask(sqlite3 *h, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(h, sql, -1, &st, NULL) != SQLITE_OK)
		print_error("%s: %s\n", sql, sqlite3_errmsg(h));
	assert_non_null(st);
	return st;
}

static struct chain_text text_at(sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);

	return (struct chain_text){ p, p ? (size_t)sqlite3_column_bytes(st, column) : 0 };
}

static void put(sqlite3 *h, const char *sql, const void *a, const void *b, const void *c,
		int64_t where)
{
	const void *blobs[] = { a, b, c };
	sqlite3_stmt *st = ask(h, sql);
	int n = 0;

	for (int i = 0; i < 3 && blobs[i]; i++)
		assert_int_equal(sqlite3_bind_blob(st, ++n, blobs[i], HASH_LEN, NULL), SQLITE_OK);
	sqlite3_bind_int64(st, n + 1, where);
	assert_int_equal(sqlite3_step(st), SQLITE_DONE);
	sqlite3_finalize(st);
}

/* The rows of one run, from `head` on; what it ends with goes there. `first`: hash of its first row. */
static void hash_run(sqlite3 *h, struct chain *c, enum tags tags, const char *run,
		     uint8_t head[HASH_LEN], uint8_t first[HASH_LEN])
{
	sqlite3_stmt *st = ask(h, "SELECT id, seq, wall, boot, boot_id, kind, step, attempt, actor, auth,"
			       " payload, salt FROM event WHERE run = ? ORDER BY seq");
	uint8_t payload[HASH_LEN], hash[HASH_LEN];

	sqlite3_bind_text(st, 1, run, -1, NULL);
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct chain_event ev = {
			.run = chain_str(run), .seq = sqlite3_column_int64(st, 1),
			.wall = sqlite3_column_int64(st, 2), .boot = sqlite3_column_int64(st, 3),
			.boot_id = text_at(st, 4), .kind = text_at(st, 5), .step = text_at(st, 6),
			.attempt = sqlite3_column_int64(st, 7), .actor = text_at(st, 8),
			.auth = text_at(st, 9),
			.drill = tags == ALL_DRILL || (tags == BY_ID && journal_run_is_drill(run)),
		};
		struct chain_text body = text_at(st, 10);
		chain_payload(c, sqlite3_column_blob(st, 11), body.p, body.n, payload);
		chain_event(c, head, &ev, payload, hash);
		put(h, "UPDATE event SET payload_hash = ?, prev = ?, hash = ? WHERE id = ?", payload, head,
		    hash, sqlite3_column_int64(st, 0));
		memcpy(head, hash, HASH_LEN);
		if (ev.seq == 1)
			memcpy(first, hash, HASH_LEN);
	}
	sqlite3_finalize(st);
}

static void hash_pins(sqlite3 *h, struct chain *c)
{
	sqlite3_stmt *st = ask(h, "SELECT run, n, role, path, sha256 FROM run_pin");
	uint8_t hash[HASH_LEN];

	while (sqlite3_step(st) == SQLITE_ROW) {
		char *sql = mem_printf("UPDATE run_pin SET hash = ? WHERE run = '%s' AND n = ?",
				       text_at(st, 0).p);
		chain_pin(c, text_at(st, 0).p, sqlite3_column_int64(st, 1), text_at(st, 2).p,
			  text_at(st, 3).p, sqlite3_column_blob(st, 4), hash);
		put(h, sql, hash, NULL, NULL, sqlite3_column_int64(st, 1));
		free(sql);
	}
	sqlite3_finalize(st);
}

/* Every digest of the journal anew, as docs/journal-format.md has them, the machine's chain too. */
static void hash_anew(sqlite3 *h, enum tags tags)
{
	sqlite3_stmt *st = ask(h, "SELECT n, wall, what, run, seq FROM machine ORDER BY n");
	uint8_t machine[HASH_LEN] = { 0 }, head[HASH_LEN], first[HASH_LEN], hash[HASH_LEN];
	struct chain c;

	chain_init(&c);
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct chain_link link = {
			.n = sqlite3_column_int64(st, 0), .wall = sqlite3_column_int64(st, 1),
			.what = text_at(st, 2), .run = text_at(st, 3),
			.seq = sqlite3_column_int64(st, 4), .head = first,
		};
		if (strcmp(link.what.p, "opened") == 0) {
			memcpy(head, machine, HASH_LEN);
			hash_run(h, &c, tags, link.run.p, head, first);
		} else {
			link.head = head;
		}
		chain_machine(&c, machine, &link, hash);
		put(h, "UPDATE machine SET head = ?, prev = ?, hash = ? WHERE n = ?", link.head, machine,
		    hash, link.n);
		memcpy(machine, hash, HASH_LEN);
	}
	sqlite3_finalize(st);
	hash_pins(h, &c);
	chain_release(&c);
}

/* Takes the triggers off, does it, and puts them back. */
static void forge(struct forging *f, const char *sql, enum tags tags)
{
	struct buf drop = BUF_INIT, make = BUF_INIT, b = BUF_INIT;
	char *why = NULL;

	must(fsio_read(f->honest, 64 << 20, &b, &E));
	must(fsio_replace(f->s.path, b.data, b.len, 0600, false, &E));
	sqlite3 *h = raw_open(f->s.path);
	sqlite3_stmt *st = ask(h, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
	while (sqlite3_step(st) == SQLITE_ROW) {
		buf_addf(&drop, "DROP TRIGGER %s;", sqlite3_column_text(st, 0));
		buf_addf(&make, "%s;", sqlite3_column_text(st, 1));
	}
	sqlite3_finalize(st);
	sqlite3_exec(h, buf_str(&drop), NULL, NULL, &why);
	assert_null(why);
	if (sqlite3_exec(h, sql, NULL, NULL, &why) != SQLITE_OK)
		print_error("%s: %s\n", sql, why);
	assert_null(why);
	if (tags != AS_THEY_ARE)
		hash_anew(h, tags);
	sqlite3_exec(h, buf_str(&make), NULL, NULL, &why);
	assert_null(why);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
	buf_release(&drop);
	buf_release(&make);
	buf_release(&b);
}

#define FLIP "UPDATE event SET payload = replace(payload, '\"mode\":\"drill\"', '\"mode\":\"real\"') " \
	"WHERE run = '" DRILL "' AND seq = 1;"
#define OWN_NAME "UPDATE event SET payload = replace(payload, '\"run\":\"drill-', '\"run\":\"') " \
	"WHERE run = '" DRILL "' AND seq = 1;"
#define NO_WAY "UPDATE event SET payload = replace(payload, ',\"way\":\"tabletop\"', '') " \
	"WHERE run = '" DRILL "' AND seq = 1;"
#define RENAME "UPDATE event SET run = '" RENAMED "' WHERE run = '" DRILL "';" \
	"UPDATE machine SET run = '" RENAMED "' WHERE run = '" DRILL "';" \
	"UPDATE run_pin SET run = '" RENAMED "' WHERE run = '" DRILL "';"
/* the rows of kind drill are made another; the scenario is kept in another role */
#define NO_ROWS "UPDATE event SET kind = 'note' WHERE kind = 'drill';"
#define NO_ROLE "UPDATE run_pin SET role = 'script' WHERE role = 'scenario';" \
	"UPDATE event SET payload = replace(payload, '\"scenario\",', '\"script\",') WHERE seq = 1;"
/* the last row of the real run is one of the drill's */
#define MOVE "DELETE FROM event WHERE run = '" REAL "' AND seq = 5;" \
	"INSERT INTO event (run, seq, wall, boot, boot_id, kind, step, attempt, actor, auth, payload, " \
	"salt, payload_hash, prev, hash) SELECT '" REAL "', 5, wall, boot, boot_id, kind, step, attempt, " \
	"actor, auth, payload, salt, payload_hash, prev, hash FROM event WHERE run = '" DRILL \
	"' AND seq = 5;"

static const char as_real[] = "this is the record of a drill, offered as a real run";

static struct verify_result look(struct forging *f, const char *run)
{
	struct journal *j = open_journal(f->s.path, JOURNAL_READ);
	struct verify_result r = verified(j, run, false);

	journal_close(j);
	return r;
}

static void is_refused(struct forging *f, const char *sql, enum tags tags, const char *run,
		       int64_t seq, const char *text)
{
	forge(f, sql, tags);
	struct verify_result all = look(f, NULL), one = look(f, run);
	if (all.whole || all.seq != seq || !strstr(all.text, text))
		print_error("%s (%d): %s %s %lld: %s\n", sql, tags, all.whole ? "whole" : "not whole",
			    all.run, (long long)all.seq, all.text);
	assert_false(all.whole);
	assert_string_equal(all.run, run);
	assert_int_equal(all.seq, seq);
	assert_non_null(strstr(all.text, text));
	assert_false(one.whole);
	assert_string_equal(one.text, all.text);
}

static void an_honest_drill_is_whole_and_counted(void **state)
{
	struct forging *f = *state;
	struct verify_result r = look(f, NULL);

	assert_true(r.whole);
	assert_int_equal(r.runs, 2);
	assert_int_equal(r.drills, 1);
	assert_string_equal(r.drill, DRILL);
	r = look(f, REAL);
	assert_true(r.whole);
	assert_int_equal(r.drills, 0);
	assert_string_equal(r.drill, "");
	/* The forger's own arithmetic is right: what is refused below is so for what it says. */
	forge(*state, "", BY_ID);
	assert_true(look(f, NULL).whole);
}

static void a_drill_journal_offered_as_a_real_one_is_refused(void **state)
{
	struct forging *f = *state;
	static const struct {
		const char *sql;
		enum tags tags;
		const char *run;
	} cases[] = {
		/* nothing hashed anew */
		{ FLIP, AS_THEY_ARE, DRILL },
		{ RENAME, AS_THEY_ARE, RENAMED },
		{ FLIP RENAME, AS_THEY_ARE, RENAMED },
		{ FLIP OWN_NAME NO_WAY RENAME, AS_THEY_ARE, RENAMED },
		/* hashed anew, as a program would that knows of no drills: the real run is right by it */
		{ "", ALL_REAL, DRILL },
		{ FLIP, ALL_REAL, DRILL },
		{ RENAME, ALL_REAL, RENAMED },
		{ FLIP RENAME, ALL_REAL, RENAMED },
		{ FLIP OWN_NAME RENAME, ALL_REAL, RENAMED },
		{ FLIP NO_WAY RENAME, ALL_REAL, RENAMED },
		/* hashed anew with the right tag for the id */
		{ FLIP, BY_ID, DRILL },
		{ FLIP OWN_NAME NO_WAY, BY_ID, DRILL },
		{ RENAME, BY_ID, RENAMED },
		{ OWN_NAME NO_WAY RENAME, BY_ID, RENAMED },
	};
	static const char all_but_rows[] = FLIP OWN_NAME NO_WAY NO_ROLE RENAME;
	static const char all_but_files[] = FLIP OWN_NAME NO_WAY NO_ROWS RENAME;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_refused(f, cases[i].sql, cases[i].tags, cases[i].run, 1, as_real);
	/* all of it, but for what only drills have */
	is_refused(f, all_but_rows, BY_ID, RENAMED, 6, as_real);
	is_refused(f, all_but_files, BY_ID, RENAMED, 1, as_real);
	/* under the drill's tag, with a real run's id */
	is_refused(f, "UPDATE event SET wall = wall", ALL_DRILL, REAL, 1, as_real);
}

static void a_row_of_a_drill_does_not_stand_in_a_real_run(void **state)
{
	struct forging *f = *state;
	uint8_t prev[HASH_LEN], payload[HASH_LEN], hash[HASH_LEN];
	struct chain c;

	is_refused(f, MOVE, AS_THEY_ARE, REAL, 5, "altered");
	/* put behind the row before it, by the tag that it had: named as what it is */
	chain_init(&c);
	sqlite3 *h = raw_open(f->s.path);
	sqlite3_stmt *st = ask(h, "SELECT wall, boot, boot_id, kind, step, attempt, actor, auth, payload_hash,"
			       " (SELECT hash FROM event WHERE run = '" REAL "' AND seq = 4) FROM event"
			       " WHERE run = '" REAL "' AND seq = 5");
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	struct chain_event ev = {
		.run = chain_str(REAL), .seq = 5, .wall = sqlite3_column_int64(st, 0),
		.boot = sqlite3_column_int64(st, 1), .boot_id = text_at(st, 2), .kind = text_at(st, 3),
		.step = text_at(st, 4), .attempt = sqlite3_column_int64(st, 5), .actor = text_at(st, 6),
		.auth = text_at(st, 7), .drill = true,
	};
	memcpy(payload, sqlite3_column_blob(st, 8), HASH_LEN);
	memcpy(prev, sqlite3_column_blob(st, 9), HASH_LEN);
	chain_event(&c, prev, &ev, payload, hash);
	sqlite3_finalize(st);
	sqlite3_close(h);
	chain_release(&c);
	char hex[2][HASH_HEX_LEN + 1];
	hash_hex(prev, hex[0]);
	hash_hex(hash, hex[1]);
	char *sql = mem_printf("%s UPDATE event SET prev = x'%s', hash = x'%s' WHERE run = '" REAL
			       "' AND seq = 5", MOVE, hex[0], hex[1]);
	is_refused(f, sql, AS_THEY_ARE, REAL, 5, as_real);
	free(sql);
}

static void a_real_run_offered_as_a_drill_is_refused(void **state)
{
	struct forging *f = *state;
	static const char as_drill[] = "this is the record of a real run, offered as a drill";

	is_refused(f, "UPDATE event SET payload = replace(payload, '\"mode\":\"real\"', "
		   "'\"mode\":\"drill\"') WHERE run = '" REAL "' AND seq = 1", AS_THEY_ARE, REAL, 1,
		   as_drill);
	is_refused(f, "UPDATE event SET run = 'drill-" REAL "' WHERE run = '" REAL "';"
		   "UPDATE machine SET run = 'drill-" REAL "' WHERE run = '" REAL "';"
		   "UPDATE run_pin SET run = 'drill-" REAL "' WHERE run = '" REAL "'", AS_THEY_ARE,
		   "drill-" REAL, 1, as_drill);
}

/* Who leaves nothing of the drill and hashes all anew has written another record; only its head says
 * so, where it was kept. This is what the cases above are refused by, one by one. */
static void who_writes_all_of_it_anew_has_another_head(void **state)
{
	struct forging *f = *state;
	char *was = raw_get(f->s.path, "SELECT hex(head) FROM machine WHERE n = 4");

	forge(f, FLIP OWN_NAME NO_WAY NO_ROWS NO_ROLE RENAME, BY_ID);
	struct verify_result r = look(f, NULL);
	assert_true(r.whole);
	assert_int_equal(r.drills, 0);
	char *is = raw_get(f->s.path, "SELECT hex(head) FROM machine WHERE n = 4");
	assert_string_not_equal(is, was);
	free(was);
	free(is);
}

static void the_journal_takes_no_run_whose_id_says_another_mode(void **state)
{
	struct forging *f = *state;
	struct journal *j = open_journal(f->s.path, JOURNAL_WRITE);
	struct event drill = some_event(EV_RUN_OPENED, NULL, "{\"mode\":\"drill\"}");
	struct event real = some_event(EV_RUN_OPENED, NULL, "{\"mode\":\"real\"}");
	struct event none = some_event(EV_RUN_OPENED, NULL, "{}");

	must_fail(journal_run_open(j, "plain", &drill, NULL, 0, &E), ERR_USAGE);
	must_fail(journal_run_open(j, "drill-x", &real, NULL, 0, &E), ERR_USAGE);
	must_fail(journal_run_open(j, "drill-x", &none, NULL, 0, &E), ERR_USAGE);
	must(journal_run_open(j, "drill-x", &drill, NULL, 0, &E));
	must(journal_run_open(j, "plain", &real, NULL, 0, &E));
	assert_whole(j);
	event_release(&drill);
	event_release(&real);
	event_release(&none);
	journal_close(j);
}

#define forging(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		forging(an_honest_drill_is_whole_and_counted),
		forging(a_drill_journal_offered_as_a_real_one_is_refused),
		forging(a_row_of_a_drill_does_not_stand_in_a_real_run),
		forging(a_real_run_offered_as_a_drill_is_refused),
		forging(who_writes_all_of_it_anew_has_another_head),
		forging(the_journal_takes_no_run_whose_id_says_another_mode),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
