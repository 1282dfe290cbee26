/* One run: its events, what the machine's chain says of it, and the files it stood on. */
#include "bind.h"
#include "column.h"
#include "err.h"
#include "json.h"
#include "removal_own.h"
#include "verify_own.h"

#include <string.h>

static const char *const anchor_names[ANCHOR_MAX] = {
	[ANCHOR_OPENED] = "opened", [ANCHOR_MOVED] = "moved",
	[ANCHOR_CLOSED] = "closed",
};

/* --- anchors --------------------------------------------------------------------------------- */

/* Columns: what, seq, head, prev. */
static void take_anchor(struct verify *v, sqlite3_stmt *st)
{
	const char *what = (const char *)sqlite3_column_text(st, 0);
	const uint8_t *head = column_digest(st, 2), *prev = column_digest(st, 3);
	if (!what || !head || !prev)
		return;
	for (int i = 0; i < ANCHOR_MAX; i++) {
		if (strcmp(what, anchor_names[i]) != 0)
			continue;
		v->anchor[i].seq = sqlite3_column_int64(st, 1);
		memcpy(v->anchor[i].head, head, HASH_LEN);
		memcpy(v->anchor[i].prev, prev, HASH_LEN);
	}
}

static int read_anchors(struct verify *v, struct err *err)
{
	struct db *d = &v->j->db;
	sqlite3_stmt *st = NULL;
	memset(v->anchor, 0, sizeof(v->anchor));
	int rc = db_use(d, SQL_MACHINE_OF_RUN, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, v->run);
	rc = bind_end(&b, d, err);
	while (rc == 0 && (rc = db_step(d, st, err)) == 1) {
		take_anchor(v, st);
		rc = 0;
	}
	sqlite3_reset(st);
	return rc;
}

/* --- files ----------------------------------------------------------------------------------- */

static bool is_text(sqlite3_stmt *st, int column, const char *want)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	return text && strcmp(text, want) == 0;
}

/* That a file named by a hashed event is kept, under that role and name where it has a role (a
 * called book's event has the name as it was typed). Its bytes are looked at later. */
static int check_kept(struct verify *v, const struct json *file, const char *role,
		      struct err *err)
{
	struct db *d = &v->j->db;
	const char *hex = json_str(file, "sha256"), *path = json_str(file, "path");
	uint8_t digest[HASH_LEN];
	sqlite3_stmt *st = NULL;
	if (!path || !hash_unhex(hex, digest, HASH_LEN))
		return 0;
	int rc = db_use(d, SQL_RUN_PIN_KEPT, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, v->run);
	bind_text(&b, role);
	bind_text(&b, role ? path : NULL);
	bind_blob(&b, digest, HASH_LEN);
	rc = bind_end(&b, d, err);
	/* In a damaged index a search may end at a neighbour: the value itself counts. */
	while (rc == 0 && (rc = db_step(d, st, err)) == 1 && !is_text(st, 0, v->run))
		rc = 0;
	if (rc == 0)
		verify_defect(v, v->run, v->seq, "event %lld: its file %.80s is not kept",
			      (long long)v->seq, path);
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

/* What is left of the payload of a first row: what is hidden in it may be a part of names. */
static int check_left(struct verify *v, struct err *err)
{
	struct json *doc = NULL;
	bool left = false;
	int rc = removal_left(v->j, v->run, v->seq, &v->paper, &left, err);
	v->named = INT64_MAX;
	if (rc || !left || json_parse(buf_str(&v->paper), strlen(buf_str(&v->paper)), &doc, NULL))
		return rc;
	const struct json *files = json_get(doc, "files");
	if (json_is_arr(files))
		v->named = (int64_t)json_len(files);
	for (size_t i = 0; rc == 0 && i < json_len(files); i++)
		rc = check_kept(v, json_at(files, i), NULL, err);
	json_free(doc);
	return rc;
}

static int check_paper(struct verify *v, struct err *err)
{
	struct json *doc = NULL;
	v->paper_waits = false;
	if (v->paper_taken)
		return check_left(v, err);
	if (json_parse(buf_str(&v->paper), v->paper.len, &doc, NULL))
		return 0;
	const struct json *files = json_get(doc, "files");
	int rc = 0;
	if (v->seq == 1) {
		v->named = json_is_arr(files) ? (int64_t)json_len(files) : INT64_MAX;
		verify_opening(v, doc);
	} else {
		v->called = true;
	}
	if (!verify_bad(v))
		rc = check_kept(v, doc, json_str(doc, "role"), err);
	for (size_t i = 0; rc == 0 && i < json_len(files); i++)
		rc = check_kept(v, json_at(files, i), json_str(json_at(files, i), "role"), err);
	json_free(doc);
	return rc;
}

void verify_pin(struct verify *v, sqlite3_stmt *st, int sha256, int n, const char *run)
{
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1] = "?";
	const uint8_t *digest = column_digest(st, sha256);
	bool sound = digest;
	if (sound) {
		hash_hex(digest, hex);
		sound = pins_unpack(v->j, st, n, &v->bytes, NULL) == 0;
	}
	if (sound) {
		hash_bytes(buf_str(&v->bytes), v->bytes.len, hash);
		sound = memcmp(hash, digest, HASH_LEN) == 0;
	}
	if (!sound)
		verify_defect(v, run, 0, "pinned file %s: altered", hex);
}

/* Columns: n, role, path, sha256, n, packed, bytes, hash, run. */
static void check_name(struct verify *v, sqlite3_stmt *st, const char *run)
{
	uint8_t hash[HASH_LEN];
	const char *role = (const char *)sqlite3_column_text(st, 1);
	const char *path = (const char *)sqlite3_column_text(st, 2);
	const uint8_t *digest = column_digest(st, 3), *own = column_digest(st, 7);
	bool sound = is_text(st, 8, run) && role && path && digest && own;
	bool has_bytes = sqlite3_column_type(st, 4) == SQLITE_INTEGER;
	long long n = sqlite3_column_int64(st, 0);
	if (sound) {
		chain_pin(&v->j->chain, run, n, role, path, digest, hash);
		sound = memcmp(hash, own, HASH_LEN) == 0;
	}
	if (sound && has_bytes && !v->drill && verify_role_of_drill(role))
		verify_offered(v, 1, true);
	else if (sound && !has_bytes)
		verify_defect(v, run, 0, "pinned file %lld of run %s: its bytes are missing", n,
			      run);
	else if (!sound)
		verify_defect(v, run, 0, "pinned file %lld of run %s: its row is altered", n, run);
}

int verify_pins(struct verify *v, const char *run, bool bytes_too, struct err *err)
{
	struct db *d = &v->j->db;
	int64_t n = 0;
	int rc = 0;
	while (rc == 0 && !verify_bad(v)) {
		sqlite3_stmt *st = NULL;
		rc = db_use(d, SQL_RUN_PIN_NEXT, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_text(&b, run);
		bind_int(&b, n ? n : INT64_MIN);
		rc = bind_step(&b, d, err);
		if (rc != 1)
			break;
		int64_t last = n;
		n = sqlite3_column_int64(st, 0);
		rc = 0;
		if (n != last + 1)
			verify_defect(v, run, 0, "pinned file %lld of run %s: missing",
				      (long long)last + 1, run);
		else if (n > v->named && !v->called)
			verify_defect(v, run, 0, "pinned file %lld of run %s: no event names it",
				      (long long)n, run);
		else
			check_name(v, st, run);
		if (bytes_too)
			verify_pin(v, st, 3, 4, run);
		sqlite3_reset(st);
	}
	return rc;
}

/* --- events ---------------------------------------------------------------------------------- */

/* One transaction. *ret_more: it was ended by the clock or a paper. */
static int check_slice(struct verify *v, bool *ret_more, struct err *err)
{
	struct db *d = &v->j->db;
	sqlite3_stmt *st = NULL;
	int rc = db_use(d, SQL_EVENT_CHECK, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, v->run);
	bind_int(&b, v->seq);
	rc = bind_end(&b, d, err);
	if (rc)
		return rc;
	v->slice_began = clock_now().boot;
	v->stop = v->past = false;
	d->call_ctx = v;
	rc = db_step(d, st, err);
	d->call_ctx = NULL;
	sqlite3_reset(st);
	*ret_more = rc == 1 && !v->past;
	return rc < 0 ? rc : 0;
}

static int check_events(struct verify *v, struct err *err)
{
	/* Where nothing waits for its digests to be checked. */
	struct verify before = *v;
	struct verify_result was = *v->r;
	bool more = true, stale = false;
	int rc = 0;
	while (rc == 0 && more && !verify_bad(v)) {
		rc = check_slice(v, &more, err);
		int fresh = db_refresh(&v->j->db, &stale, rc ? NULL : err);
		if (stale) {
			verify_hash_forget(v);
			before.paper = v->paper;
			before.bytes = v->bytes;
			*v = before;
			*v->r = was;
			more = true;
			rc = 0;
			continue;
		}
		if (fresh && rc == 0)
			rc = fresh;
		if (rc || !more || v->paper_waits)
			verify_hash_drain(v);
		if (rc == 0 && v->paper_waits && !verify_bad(v)) {
			rc = check_paper(v, err);
			before = *v;
			was = *v->r;
		}
	}
	return rc;
}

/* --- the run as a whole ---------------------------------------------------------------------- */

static void check_end(struct verify *v)
{
	const struct anchor *closed = &v->anchor[ANCHOR_CLOSED];
	int64_t moved = v->anchor[ANCHOR_MOVED].seq;
	if (v->seq == 0) {
		verify_defect(v, v->run, 0, "run %s: all its events are missing", v->run);
	} else if (closed->seq > v->seq || moved > v->seq) {
		verify_defect(v, v->run, v->seq + 1, "event %lld: missing, and all after it",
			      (long long)v->seq + 1);
	} else if (closed->seq && closed->seq < v->seq) {
		verify_defect(v, v->run, closed->seq + 1,
			      "event %lld: appended after the run was closed",
			      (long long)closed->seq + 1);
	} else if (v->ended && !closed->seq) {
		verify_defect(v, v->run, v->seq, "run %s: closed, but the machine's chain does not "
			      "say so", v->run);
	}
}

static void begin_run(struct verify *v, const char *run)
{
	v->run_n = strlen(run);
	v->drill = journal_run_is_drill(run);
	memcpy(v->run, run, v->run_n + 1);
	v->seq = v->tied = v->named = 0;
	v->called = false;
	v->ended = false;
	v->paper_waits = false;
	memset(v->head, 0, sizeof(v->head));
}

/* The one of which more can be said: where several are open, the first. */
static void note_open(struct verify *v)
{
	struct verify_result *r = v->r;

	if (r->open_runs++ == 0) {
		memcpy(r->open_run, v->run, v->run_n + 1);
		r->open_seq = v->seq;
		r->tied_seq = v->tied ? v->tied : 1;
	}
}

int verify_run(struct verify *v, const char *run, struct err *err)
{
	begin_run(v, run);
	/* Before the events: a run that closes meanwhile is looked at as an open one. */
	int rc = read_anchors(v, err);
	if (rc)
		return rc;
	const struct anchor *opened = &v->anchor[ANCHOR_OPENED];
	if (!opened->seq && !v->anchor[ANCHOR_MOVED].seq)
		return verify_defect(v, run, 0, "run %s: not in the machine's chain", run);
	memcpy(v->head, opened->prev, HASH_LEN);
	v->r->runs++;
	if (v->drill && v->r->drills++ == 0)
		memcpy(v->r->drill, v->run, sizeof(v->r->drill));
	rc = check_events(v, err);
	if (rc || verify_bad(v))
		return rc;
	if (v->ended && !v->anchor[ANCHOR_CLOSED].seq)
		rc = read_anchors(v, err);
	if (rc == 0)
		check_end(v);
	if (rc == 0 && !verify_bad(v))
		rc = verify_beats(v, err);
	if (!v->ended)
		note_open(v);
	if (rc == 0 && !verify_bad(v))
		rc = verify_pins(v, run, v->one != NULL, err);
	if (rc == 0 && v->outputs && !verify_bad(v))
		rc = verify_outputs(v, run, err);
	return rc;
}
