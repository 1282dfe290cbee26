/* Is the record whole? Passes, in this order, up to the first defect:
 *
 *   runs     every run that the machine's chain names: its events, one by one, from its opening
 *            on; its end; the files it stood on; with `outputs` what its commands printed
 *   unknown  runs that have events and are not in the machine's chain
 *   machine  that chain itself
 *   signed   the checkpoints: each as the machine's chain holds it, and of its event
 *   removed  what was taken out, by whom: each as the machine's chain holds it
 *   pins     the bytes of the files kept
 *   number   as many events as were ever written
 *   index    what is looked for by an index, against the rows; beside the other passes
 *   schema   triggers that are gone, altered or added
 *
 * Every pass reads in ranges: memory is flat, and no transaction is longer than 10 ms, but for the
 * indexes of the short tables.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "bind.h"
#include "column.h"
#include "err.h"
#include "kind.h"
#include "verify_own.h"

enum { PASS_ROWS = 512 };

int verify_defect(struct verify *v, const char *run, int64_t seq, const char *fmt, ...)
{
	va_list ap;
	if (verify_bad(v))
		return 0;
	v->r->whole = false;
	v->r->seq = seq;
	snprintf(v->r->run, sizeof(v->r->run), "%s", run ? run : "");
	va_start(ap, fmt);
	vsnprintf(v->r->text, sizeof(v->r->text), fmt, ap);
	va_end(ap);
	return 0;
}

/* --- runs ------------------------------------------------------------------------------------ */

static int copy_run(struct verify *v, sqlite3_stmt *st, int column, char ret[JOURNAL_RUN_ID_MAX])
{
	const char *run = (const char *)sqlite3_column_text(st, column);
	if (journal_run_id_check(run, NULL))
		return verify_defect(v, NULL, 0, "a row names no run");
	memcpy(ret, run, strlen(run) + 1);
	return 0;
}

static int known_runs(struct verify *v, struct err *err)
{
	struct db *d = &v->j->db;
	char run[JOURNAL_RUN_ID_MAX] = "";
	int64_t n = 0;
	int rc = 0;
	while (rc == 0 && !verify_bad(v)) {
		sqlite3_stmt *st = NULL;
		rc = db_use(d, SQL_RUN_NEXT_KNOWN, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_int(&b, n);
		rc = bind_step(&b, d, err);
		if (rc != 1)
			break;
		n = sqlite3_column_int64(st, 0);
		copy_run(v, st, 1, run);
		sqlite3_reset(st);
		rc = verify_bad(v) ? 0 : verify_run(v, run, err);
	}
	return rc;
}

static int unknown_runs(struct verify *v, struct err *err)
{
	struct db *d = &v->j->db;
	char run[JOURNAL_RUN_ID_MAX] = "";
	int rc = 0;
	while (rc == 0 && !verify_bad(v)) {
		sqlite3_stmt *st = NULL;
		rc = db_use(d, SQL_RUN_NEXT_SEEN, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_text(&b, run);
		rc = bind_step(&b, d, err);
		if (rc != 1)
			break;
		copy_run(v, st, 0, run);
		sqlite3_reset(st);
		rc = 0;
		if (verify_bad(v))
			break;
		rc = db_use(d, SQL_MACHINE_OF_RUN, &st, err);
		if (rc)
			break;
		struct binder of = { .st = st };
		bind_text(&of, run);
		rc = bind_step(&of, d, err);
		if (rc == 0)
			verify_defect(v, run, 0, "run %s: not in the machine's chain", run);
		sqlite3_reset(st);
		rc = rc < 0 ? rc : 0;
	}
	return rc;
}

/* --- the machine's chain --------------------------------------------------------------------- */

/* Columns: n, wall, what, run, seq, head, prev, hash. */
static void check_link(struct verify *v, sqlite3_stmt *st, int64_t *n, uint8_t head[HASH_LEN])
{
	uint8_t hash[HASH_LEN];
	const char *run = (const char *)sqlite3_column_text(st, 3);
	struct chain_link link = {
		.n = sqlite3_column_int64(st, 0), .wall = sqlite3_column_int64(st, 1),
		.what = column_text(st, 2), .run = column_text(st, 3),
		.seq = sqlite3_column_int64(st, 4), .head = column_digest(st, 5),
	};
	const uint8_t *prev = column_digest(st, 6), *own = column_digest(st, 7);
	long long at = link.n, want = *n + 1;
	if (at != want) {
		verify_defect(v, NULL, 0, "machine's chain: row %lld missing", want);
	} else if (!link.head || !prev || !own) {
		verify_defect(v, run, 0, "machine's chain: row %lld: a column is missing", at);
	} else {
		chain_machine(&v->j->chain, prev, &link, hash);
		if (memcmp(hash, own, HASH_LEN) != 0)
			verify_defect(v, run, 0, "machine's chain: row %lld altered", at);
		else if (memcmp(prev, head, HASH_LEN) != 0)
			verify_defect(v, run, 0,
				      "machine's chain: row %lld does not follow row %lld", at,
				      at - 1);
		memcpy(head, own, HASH_LEN);
	}
	*n = at;
}

/* Up to PASS_ROWS rows in one transaction; *ret_more: there may be more. */
static int machine_slice(struct verify *v, int64_t *n, uint8_t head[HASH_LEN], bool *ret_more,
			 struct err *err)
{
	struct db *d = &v->j->db;
	sqlite3_stmt *st = NULL;
	int rows = 0;
	int rc = db_use(d, SQL_MACHINE_EACH, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_int(&b, *n);
	rc = bind_end(&b, d, err);
	while (rc == 0 && rows < PASS_ROWS && !verify_bad(v) && (rc = db_step(d, st, err)) == 1) {
		check_link(v, st, n, head);
		rows++;
		rc = 0;
	}
	sqlite3_reset(st);
	*ret_more = rows == PASS_ROWS;
	return rc;
}

static int machine_chain(struct verify *v, struct err *err)
{
	uint8_t head[HASH_LEN] = { 0 };
	int64_t n = 0;
	bool more = true;
	int rc = 0;
	while (rc == 0 && more && !verify_bad(v))
		rc = machine_slice(v, &n, head, &more, err);
	return rc;
}

/* --- files kept ------------------------------------------------------------------------------ */

/* Columns: id, sha256, n, packed, bytes. */
static int pins_pass(struct verify *v, struct err *err)
{
	struct db *d = &v->j->db;
	int64_t id = 0;
	int rc = 0;
	while (rc == 0 && !verify_bad(v)) {
		sqlite3_stmt *st = NULL;
		rc = db_use(d, SQL_PIN_NEXT, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_int(&b, id);
		rc = bind_step(&b, d, err);
		if (rc != 1)
			break;
		rc = sqlite3_column_int64(st, 0) > id ? 0 :
			err_set(err, ERR_CORRUPT, "the files kept are out of order");
		id = sqlite3_column_int64(st, 0);
		verify_pin(v, st, 1, 2, NULL);
		sqlite3_reset(st);
	}
	return rc;
}

/* --- rows that were not met ------------------------------------------------------------------ */

static int schema_pass(struct verify *v, struct err *err)
{
	char *defect = NULL;
	int rc = db_schema_check(&v->j->db, &defect, err);
	if (rc == 0 && defect)
		verify_defect(v, NULL, 0, "%s", defect);
	free(defect);
	return rc;
}

/* --- the door -------------------------------------------------------------------------------- */

int journal_verify_outputs(struct journal *j, const char *run, struct verify_result *ret,
			   struct err *err)
{
	struct verify_result result = { .whole = true };
	struct verify v = { .j = j, .r = &result, .one = run };
	int rc = journal_run_id_check(run, err);
	if (rc)
		return rc;
	v.run_n = strlen(run);
	memcpy(v.run, run, v.run_n + 1);
	rc = verify_outputs(&v, run, err);
	if (rc == 0)
		*ret = result;
	return rc;
}

static int verify_all(struct verify *v, struct err *err)
{
	int64_t rows = 0;
	/* Ids are 1, 2, 3 ... without a hole, because no row is ever removed: the largest says how
	 * many there must be. First: what is appended meanwhile is seen later, and only adds. */
	int rc = db_number(&v->j->db, SQL_EVENT_MAX_ID, NULL, &rows, err);
	v->key.upto = rows;
	if (rc == 0)
		rc = verify_index_begin(v, err);
	if (rc == 0)
		rc = known_runs(v, err);
	if (rc == 0 && !verify_bad(v))
		rc = unknown_runs(v, err);
	if (rc == 0 && !verify_bad(v))
		rc = machine_chain(v, err);
	if (rc == 0 && !verify_bad(v))
		rc = verify_tied(v, err);
	if (rc == 0 && !verify_bad(v))
		rc = pins_pass(v, err);
	if (rc == 0 && !verify_bad(v) && rows > v->r->events)
		verify_defect(v, NULL, 0, "of %lld events %lld are missing", (long long)rows,
			      (long long)(rows - v->r->events));
	if (rc == 0 && !verify_bad(v))
		rc = verify_index_end(v, err);
	return rc;
}

static int verify_one(struct verify *v, const char *run, struct err *err)
{
	struct last_event last;
	int rc = verify_run(v, run, err);
	/* That nothing at all is known of a run is no defect of the journal. */
	if (rc == 0 && v->seq == 0 && !v->anchor[ANCHOR_OPENED].seq &&
	    !v->anchor[ANCHOR_MOVED].seq)
		rc = runs_last_event(v->j, run, &last, err);
	if (rc == 0 && !verify_bad(v))
		rc = machine_chain(v, err);
	if (rc == 0 && !verify_bad(v))
		rc = verify_tied(v, err);
	return rc;
}

int journal_verify(struct journal *j, const char *run, bool outputs, struct verify_result *ret,
		   struct err *err)
{
	struct verify_result result = { .whole = true };
	struct verify v = {
		.j = j, .r = &result, .hasher = verify_hash_new(), .outputs = outputs, .one = run,
		.opened = chain_str(word_of(WORDS_EVENT, EV_RUN_OPENED)),
		.book = chain_str(word_of(WORDS_EVENT, EV_BOOK)),
		.closed = chain_str(word_of(WORDS_EVENT, EV_RUN_CLOSED)),
		.drilled = chain_str(word_of(WORDS_EVENT, EV_DRILL)),
	};
	struct err own = { 0 };
	bool stale = false;
	int rc = run ? journal_run_id_check(run, &own) : 0;
	if (rc == 0)
		rc = db_refresh(&j->db, &stale, &own);
	if (rc == 0 && run)
		rc = verify_one(&v, run, &own);
	else if (rc == 0)
		rc = verify_all(&v, &own);
	if (rc == 0 && !verify_bad(&v))
		rc = schema_pass(&v, &own);
	/* What SQLite cannot read is a defect like another. */
	if (rc == ERR_CORRUPT) {
		verify_defect(&v, v.run, v.run[0] ? v.seq + 1 : 0, "%s", own.text);
		rc = 0;
	}
	verify_hash_free(v.hasher);
	verify_index_free(v.walk);
	buf_release(&v.paper);
	buf_release(&v.bytes);
	if (rc)
		return err_set(err, rc, "%s", own.text);
	*ret = result;
	return 0;
}
