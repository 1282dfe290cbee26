/* Events and the machine's chain of record.db. check.sh makes the same passes in the same order. */
#include <string.h>

#include "event.h"
#include "extract_check.h"
#include "kind.h"

static bool same(const uint8_t *a, const uint8_t *b)
{
	return a && b && memcmp(a, b, HASH_LEN) == 0;
}

static bool is_word(sqlite3_stmt *st, int column, const char *want)
{
	struct chain_text t = extract_text(st, column);
	return t.n == strlen(want) && memcmp(t.p, want, t.n) == 0;
}

/* --- events ---------------------------------------------------------------------------------- */

/* Columns: seq, run, kind. */
static int check_place(struct extract_check *c, sqlite3_stmt *st)
{
	int64_t seq = sqlite3_column_int64(st, 0);
	if (seq != c->n + 1)
		return extract_defect(c, c->n + 1, "event %lld: missing", (long long)c->n + 1);
	c->n = seq;
	return 0;
}

static int check_run(struct extract_check *c, sqlite3_stmt *st)
{
	int64_t seq = sqlite3_column_int64(st, 0);
	if (!is_word(st, 1, c->run))
		return extract_defect(c, seq, "event %lld: its row is of another run",
				      (long long)seq);
	return 0;
}

/* Columns: seq, payload, salt, payload_hash. */
static int check_there(struct extract_check *c, sqlite3_stmt *st)
{
	static const char taken[] = "SELECT EXISTS (SELECT 1 FROM removal WHERE what = 'redacted'"
		" AND instr(payloads, ',' || ?1 || ','))";
	int64_t seq = sqlite3_column_int64(st, 0);
	bool gone = sqlite3_column_type(st, 1) == SQLITE_NULL;
	if (gone && sqlite3_column_type(st, 2) == SQLITE_NULL && extract_is(c, taken, seq)) {
		c->r->verify.taken++;
		return 0;
	}
	if (gone || sqlite3_column_bytes(st, 2) != CHAIN_SALT_LEN)
		return extract_defect(c, seq, "event %lld: payload taken out", (long long)seq);
	return 0;
}

static int check_payload(struct extract_check *c, sqlite3_stmt *st)
{
	int64_t seq = sqlite3_column_int64(st, 0);
	struct chain_text payload = extract_text(st, 1);
	uint8_t hash[HASH_LEN];
	chain_payload(&c->chain, sqlite3_column_blob(st, 2), payload.p, payload.n, hash);
	if (!same(hash, column_digest(st, 3)))
		return extract_defect(c, seq, "event %lld: payload altered", (long long)seq);
	return 0;
}

/* Columns: seq, run, wall, boot, boot_id, kind, step, attempt, actor, auth, payload_hash, prev,
 * hash. */
static int check_row(struct extract_check *c, sqlite3_stmt *st)
{
	struct chain_event ev = {
		.seq = sqlite3_column_int64(st, 0), .run = extract_text(st, 1),
		.wall = sqlite3_column_int64(st, 2), .boot = sqlite3_column_int64(st, 3),
		.boot_id = extract_text(st, 4), .kind = extract_text(st, 5),
		.step = extract_text(st, 6), .attempt = sqlite3_column_int64(st, 7),
		.actor = extract_text(st, 8), .auth = extract_text(st, 9),
		.drill = journal_run_is_drill(c->run),
	};
	const uint8_t *payload = column_digest(st, 10), *prev = column_digest(st, 11);
	uint8_t hash[HASH_LEN];
	if (payload && prev)
		chain_event(&c->chain, prev, &ev, payload, hash);
	if (!payload || !prev || !same(hash, column_digest(st, 12)))
		return extract_defect(c, ev.seq, "event %lld: altered", (long long)ev.seq);
	return 0;
}

/* Columns: seq, kind, prev, hash, wall. */
static int check_link(struct extract_check *c, sqlite3_stmt *st)
{
	const char *closed = word_of(WORDS_EVENT, EV_RUN_CLOSED);
	long long seq = sqlite3_column_int64(st, 0);
	if (seq > 1 && !same(column_digest(st, 2), c->head))
		return extract_defect(c, seq, "event %lld: does not follow event %lld", seq,
				      seq - 1);
	if (c->r->extract.closed)
		return extract_defect(c, seq, "event %lld: appended after the run was closed", seq);
	memcpy(c->head, column_digest(st, 3), HASH_LEN);
	c->r->extract.closed = is_word(st, 1, closed);
	c->r->extract.rows = seq;
	c->r->extract.last_wall = sqlite3_column_int64(st, 4);
	return 0;
}

static int take_run(struct extract_check *c, sqlite3_stmt *st)
{
	static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789._-";
	struct chain_text run = extract_text(st, 0);
	if (run.n == 0 || run.n >= sizeof(c->run) || strlen(run.p) != run.n ||
	    strspn(run.p, fit) != run.n)
		return extract_defect(c, 0, "record.db: the rows name no run");
	memcpy(c->run, run.p, run.n + 1);
	memcpy(c->r->verify.run, c->run, sizeof(c->run));
	c->r->verify.runs = 1;
	return 0;
}

/* Column: the mode that the first row says. */
static int check_mode(struct extract_check *c, sqlite3_stmt *st)
{
	bool drill = is_word(st, 0, "drill");
	if (sqlite3_column_int(st, 1) && drill != journal_run_is_drill(c->run))
		return extract_defect(c, 1, drill ? "this is the record of a drill, offered as "
			"a real run" :
				      "this is the record of a real run, offered as a drill");
	return 0;
}

int extract_check_events(struct extract_check *c)
{
	static const char run[] = "SELECT run FROM event ORDER BY seq LIMIT 1";
	static const struct extract_pass passes[] = {
		{ "SELECT seq FROM event ORDER BY seq", check_place },
		{ "SELECT seq, run FROM event ORDER BY seq", check_run },
		{ "SELECT seq, payload, salt FROM event ORDER BY seq", check_there },
		{ "SELECT seq, payload, salt, payload_hash FROM event"
		  " WHERE payload IS NOT NULL ORDER BY seq",
		  check_payload },
		{ "SELECT seq, run, wall, boot, boot_id, kind, step, attempt, actor, auth,"
		  " payload_hash, prev, hash FROM event ORDER BY seq", check_row },
		{ "SELECT seq, kind, prev, hash, wall FROM event ORDER BY seq", check_link },
		{ "SELECT iif(json_valid(payload), payload ->> '$.mode', NULL),"
		  " payload IS NOT NULL FROM event"
		  " WHERE seq = 1", check_mode },
	};
	c->n = 0;
	int rc = extract_each(c, run, take_run);
	if (rc == 0 && !extract_bad(c) && !c->run[0])
		extract_defect(c, 0, "record.db: no rows");
	if (rc == 0)
		rc = extract_passes(c, passes, EXTRACT_N(passes));
	memcpy(c->r->extract.head, c->head, HASH_LEN);
	c->r->verify.events = c->r->extract.rows;
	return rc;
}

/* --- the machine's chain --------------------------------------------------------------------- */

/* Columns: n, run, what. */
static int check_first(struct extract_check *c, sqlite3_stmt *st)
{
	c->n = sqlite3_column_int64(st, 0) - 1;
	if (!is_word(st, 1, c->run) || !(is_word(st, 2, "opened") || is_word(st, 2, "moved")))
		return extract_defect(c, 0, "machine's chain: does not begin with this run");
	return 1;
}

static int check_machine_place(struct extract_check *c, sqlite3_stmt *st)
{
	long long n = sqlite3_column_int64(st, 0);
	if (n != c->n + 1)
		return extract_defect(c, 0, "machine's chain: row %lld missing",
				      (long long)c->n + 1);
	c->n = n;
	return 0;
}

/* Columns: n, wall, what, run, seq, head, prev, hash. */
static int check_machine_row(struct extract_check *c, sqlite3_stmt *st)
{
	struct chain_link link = {
		.n = sqlite3_column_int64(st, 0), .wall = sqlite3_column_int64(st, 1),
		.what = extract_text(st, 2), .run = extract_text(st, 3),
		.seq = sqlite3_column_int64(st, 4), .head = column_digest(st, 5),
	};
	const uint8_t *prev = column_digest(st, 6);
	uint8_t hash[HASH_LEN];
	if (link.head && prev)
		chain_machine(&c->chain, prev, &link, hash);
	if (!link.head || !prev || !same(hash, column_digest(st, 7)))
		return extract_defect(c, 0, "machine's chain: row %lld altered", (long long)link.n);
	return 0;
}

static int check_machine_link(struct extract_check *c, sqlite3_stmt *st)
{
	long long n = sqlite3_column_int64(st, 0);
	if (c->linked && !same(column_digest(st, 6), c->head))
		return extract_defect(c, 0, "machine's chain: row %lld does not follow row %lld", n,
				      n - 1);
	c->linked = true;
	memcpy(c->head, column_digest(st, 7), HASH_LEN);
	return 0;
}

/* Columns: what and seq of the link, its head; hash and prev of that event, NULL where there is
 * none; prev of the link. */
static int check_anchor(struct extract_check *c, sqlite3_stmt *st)
{
	/* whose head is a checkpoint's, or a removal's */
	static const char *const of_others[] = { "signed", "redacted", "pruned", "hold",
						 "released" };
	long long seq = sqlite3_column_int64(st, 1), last = c->r->extract.rows;
	if (seq < 1)
		return extract_defect(c, 0, "machine's chain: ties an event that there cannot be");
	if (seq > last)
		return extract_defect(c, last + 1, "event %lld: missing, and all after it",
				      last + 1);
	for (size_t i = 0; i < EXTRACT_N(of_others); i++)
		if (is_word(st, 0, of_others[i]))
			return 0;
	if (!same(column_digest(st, 2), column_digest(st, 3)))
		return extract_defect(c, seq, "event %lld: not the one that the machine's chain "
				      "holds", seq);
	if (is_word(st, 0, "opened") &&
	    (seq > 1 || !same(column_digest(st, 4), column_digest(st, 5))))
		return extract_defect(c, seq, "event %lld: does not follow what the machine's "
			"chain "
				      "ended with", seq);
	c->r->tied = seq > c->r->tied ? seq : c->r->tied;
	if (!is_word(st, 0, "closed"))
		return 0;
	if (seq < last)
		return extract_defect(c, seq + 1, "event %lld: appended after the run was closed",
				      seq + 1);
	if (!c->r->extract.closed)
		return extract_defect(c, seq, "event %lld: closes nothing", seq);
	c->ended = true;
	return 0;
}

int extract_check_machine(struct extract_check *c)
{
#define ROWS "SELECT n, wall, what, run, seq, head, prev, hash FROM machine ORDER BY n"
	static const char first[] = "SELECT n, run, what FROM machine ORDER BY n LIMIT 1";
	static const struct extract_pass passes[] = {
		{ "SELECT n FROM machine ORDER BY n", check_machine_place },
		{ ROWS, check_machine_row },
		{ ROWS, check_machine_link },
		{ "SELECT m.what, m.seq, m.head, e.hash, e.prev, m.prev"
		  " FROM machine m LEFT JOIN event e USING (seq)"
		  " WHERE m.run = (SELECT run FROM event LIMIT 1) ORDER BY m.n", check_anchor },
	};
	c->n = -1;
	int rc = extract_each(c, first, check_first);
	if (rc == 0 && !extract_bad(c) && c->n < 0)
		extract_defect(c, 0, "machine's chain: does not begin with this run");
	c->linked = false;
	if (rc == 0)
		rc = extract_passes(c, passes, EXTRACT_N(passes));
	if (rc == 0 && !extract_bad(c) && c->r->extract.closed && !c->ended)
		extract_defect(c, c->r->extract.rows,
			       "run %s: closed, but the machine's chain does not say so", c->run);
	c->r->extract.machine = c->n;
	memcpy(c->r->extract.machine_head, c->head, HASH_LEN);
	c->r->verify.open_runs = !c->r->extract.closed;
	return rc;
#undef ROWS
}
