/* What is looked for by an index, against what the rows say: an entry that is gone or wrong leaves
 * rows out of an answer, and the chains say nothing of it.
 *
 * Each good row adds the entries that it must have to a sum for each index, and the indexes are
 * gone along by the very searches that `log` makes, looking at what stands in them: ascending, and
 * of an expression each key from its first entry on; the table itself backwards, with a search for
 * each row. Both sums must come to the same.
 *
 * Where there is much to do, going along takes a connection of its own, and a thread where there is
 * a second processor.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"
#include "clock.h"
#include "err.h"
#include "log_way.h"
#include "mem.h"
#include "removal_own.h"
#include "verify_own.h"

enum { SLICE_ENTRIES = 1024, LOOK_AT_CLOCK = 64, FEW_EVENTS = 4096 };

static const struct {
	const char *name;
	int along, next; /* statements; next 0: it has no keys */
} indexes[INDEX_MAX] = {
	[INDEX_TIME] = { "index event_time", SQL_INDEX_TIME, 0 },
	[INDEX_STEP] = { "index event_step", SQL_INDEX_STEP, SQL_INDEX_STEP_NEXT },
	[INDEX_PERSON] = { "index event_person", SQL_INDEX_PERSON, SQL_INDEX_PERSON_NEXT },
	[INDEX_KIND] = { "index event_kind", SQL_INDEX_KIND, SQL_INDEX_KIND_NEXT },
	[INDEX_PLACE] = { "index event_place", SQL_INDEX_PLACE, SQL_INDEX_PLACE_NEXT },
};

struct index_walk {
	struct db *db, own; /* db: own, or where there is little to do the reader's */
	struct index_key key;
	struct index_sums sums;
	/* where it stands */
	const char *name;    /* what is gone along */
	enum index_of at;
	struct buf text;     /* the key in hand */
	int64_t wall, id;    /* its last entry */
	int64_t n;           /* entries met */
	int64_t first;       /* the id that it must begin with; 0: that is done */
	int64_t slice_began; /* boot ns */
	bool stop, indexed;
	char defect[128];
	int64_t removals;    /* when it began */
	pthread_t thread;
	bool threaded;
	atomic_bool quit;
	int rc;
	struct err err;
};

/* --- what is found ---------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3)))
static int defect(struct index_walk *w, const char *fmt, ...)
{
	va_list ap;

	if (w->defect[0])
		return 1;
	va_start(ap, fmt);
	vsnprintf(w->defect, sizeof(w->defect), fmt, ap);
	va_end(ap);
	return 1;
}

static int lost(struct index_walk *w)
{
	return defect(w, "%s: event of id %lld: a search for it does not find it",
		      w->name, (long long)w->first);
}

static int order_of(struct chain_text a, const struct buf *b)
{
	size_t least = a.n < b->len ? a.n : b->len;
	int order = least ? memcmp(a.p, b->data, least) : 0;

	return order ? order : a.n < b->len ? -1 : a.n > b->len;
}

/* Whether an entry is one of those looked for, behind the last one. */
static bool in_order(struct index_walk *w, struct chain_text text, int64_t wall, int64_t id)
{
	return order_of(text, &w->text) == 0 &&
		(wall != w->wall ? wall > w->wall : id > w->id);
}

int verify_index_entry(struct index_walk *w, sqlite3_value **values)
{
	const char *p = sqlite3_value_blob(values[0]);
	struct chain_text text = { p, p ? (size_t)sqlite3_value_bytes(values[0]) : 0 };
	int64_t wall = sqlite3_value_int64(values[1]), id = sqlite3_value_int64(values[2]);
	bool known = id <= w->key.upto; /* what came meanwhile is left out */

	if (sqlite3_value_type(values[0]) != SQLITE_TEXT || !in_order(w, text, wall, id))
		return defect(w, "%s: event of id %lld: out of order", w->name,
			      (long long)id);
	if (known && w->first && id != w->first)
		return lost(w);
	/* What comes next begins behind a time. */
	if (w->stop && wall != w->wall)
		return 1;
	w->wall = wall;
	w->id = id;
	if (known) {
		w->first = 0;
		verify_index_put(&w->sums, &w->key, w->at, text, wall, id);
	}
	if (++w->n % SLICE_ENTRIES == 0 ||
	    (w->n % LOOK_AT_CLOCK == 0 && clock_now().boot - w->slice_began > SLICE_NS))
		w->stop = true;
	return atomic_load_explicit(&w->quit, memory_order_relaxed);
}

static bool is_over(struct index_walk *w)
{
	return w->defect[0] || atomic_load(&w->quit);
}

/* The entries of one key, or of all times. */
static int along(struct index_walk *w, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = 0;

	for (bool more = true; rc == 0 && more && !is_over(w);) {
		rc = db_use(w->db, indexes[w->at].along, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_textn(&b, buf_str(&w->text), w->text.len);
		bind_int(&b, w->wall);
		rc = bind_end(&b, w->db, err);
		w->slice_began = clock_now().boot;
		w->stop = false;
		w->db->call_ctx = w;
		if (rc == 0)
			rc = db_step(w->db, st, err);
		w->db->call_ctx = NULL;
		sqlite3_reset(st);
		more = rc == 1;
		rc = rc < 0 ? rc : 0;
	}
	return rc;
}

/* The next key, from w->text on, which it becomes; *ret_more false: there is none. */
static int next_key(struct index_walk *w, bool *ret_more, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(w->db, indexes[w->at].next, &st, err);

	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_textn(&b, buf_str(&w->text), w->text.len);
	rc = bind_end(&b, w->db, err);
	if (rc == 0)
		rc = db_step(w->db, st, err);
	*ret_more = rc == 1;
	if (rc != 1)
		return rc;
	const char *p = (const char *)sqlite3_column_text(st, 0);
	struct chain_text key = { p, p ? (size_t)sqlite3_column_bytes(st, 0) : 0 };

	if (sqlite3_column_type(st, 0) != SQLITE_TEXT || order_of(key, &w->text) < 0)
		defect(w, "%s: event of id %lld: out of order", w->name,
		       (long long)sqlite3_column_int64(st, 1));
	buf_clear(&w->text);
	buf_add(&w->text, key.p, key.n);
	w->first = sqlite3_column_int64(st, 1);
	w->first = w->first <= w->key.upto ? w->first : 0;
	sqlite3_reset(st);
	return 0;
}

static int by_keys(struct index_walk *w, struct err *err)
{
	bool more = true;
	int rc = 0;

	for (buf_clear(&w->text); rc == 0 && !is_over(w); buf_addc(&w->text, '\0')) {
		rc = next_key(w, &more, err);
		if (rc || !more)
			break;
		w->wall = w->id = INT64_MIN;
		rc = along(w, err);
		if (rc == 0 && w->first && !is_over(w))
			lost(w);
	}
	return rc;
}

/* The table by id, which is 1, 2, 3 … without a hole: so many as lie in a slice must be found. */
static int by_arrival(struct index_walk *w, struct err *err)
{
	int64_t before = w->key.upto + 1;
	int rc = 0;

	w->name = "table event";
	while (rc == 0 && before > 1 && !is_over(w)) {
		int64_t want = before - 1 < SLICE_ENTRIES ? before - 1 : SLICE_ENTRIES;
		sqlite3_stmt *st = NULL;

		rc = db_use(w->db, SQL_EVENT_SEARCHED, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_int(&b, before);
		bind_int(&b, want);
		rc = bind_end(&b, w->db, err);
		if (rc == 0)
			rc = db_step(w->db, st, err);
		if (rc == 1 && (sqlite3_column_int64(st, 0) != want ||
				sqlite3_column_int64(st, 1) != before - want))
			defect(w, "table event: of %lld events before the one of id %lld a search "
			       "finds %lld", (long long)want, (long long)before,
			       sqlite3_column_int64(st, 0));
		before -= want;
		sqlite3_reset(st);
		rc = rc < 0 ? rc : 0;
	}
	return rc;
}

static int all_indexes(struct index_walk *w, struct err *err)
{
	int rc = by_arrival(w, err);

	w->sums = (struct index_sums){ 0 };
	w->first = 0;
	for (int i = 0; rc == 0 && i < INDEX_MAX && !is_over(w); i++) {
		w->at = (enum index_of)i;
		w->name = indexes[i].name;
		buf_clear(&w->text);
		w->wall = w->id = INT64_MIN;
		rc = indexes[i].next ? by_keys(w, err) : along(w, err);
	}
	if (rc == ERR_CORRUPT) {
		defect(w, "%s: %.90s", w->name, err->text);
		rc = 0;
	}
	return rc;
}

static void *run_walk(void *arg)
{
	struct index_walk *w = arg;
	bool stale = true;

	while (w->rc == 0 && stale && !atomic_load(&w->quit)) {
		w->defect[0] = '\0';
		w->rc = all_indexes(w, &w->err);
		int fresh = db_refresh(w->db, &stale, w->rc ? NULL : &w->err);
		if (stale)
			w->rc = 0;
		else if (w->rc == 0)
			w->rc = fresh;
	}
	return NULL;
}

/* --- the door --------------------------------------------------------------------------------- */

static int count_removals(struct verify *v, int64_t *ret, struct err *err)
{
	bool has = false;
	int rc = removal_format(v->j, &has, err);

	*ret = 0;
	return rc || !has ? rc : db_number(&v->j->db, SQL_REMOVAL_MAX_ID, NULL, ret, err);
}

/* Signals stay with the thread that the program knows of. */
static void start_thread(struct index_walk *w)
{
	sigset_t all, was;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	w->threaded = pthread_create(&w->thread, NULL, run_walk, w) == 0;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
}

int verify_index_begin(struct verify *v, struct err *err)
{
	struct index_walk *w = mem_alloc(sizeof(*w));

	v->walk = w;
	hash_random(v->key.k, sizeof(v->key.k));
	w->key = v->key;
	int rc = log_way_indexed(v->j, &w->indexed, err);
	if (rc || !w->indexed)
		return rc;
	rc = count_removals(v, &w->removals, err);
	w->db = &v->j->db;
	if (rc || v->key.upto < FEW_EVENTS)
		return rc;
	w->db = &w->own;
	rc = db_open(w->db, &journal_kind, v->j->db.path, DB_READ, err);
	if (rc == 0)
		start_thread(w);
	return rc;
}

static void compare(struct verify *v, bool places)
{
	const struct index_sums *must = &v->rows, *has = &v->walk->sums;

	for (int i = 0; i < INDEX_MAX && !verify_bad(v); i++) {
		if (i == INDEX_PLACE && !places)
			continue;
		if (must->n[i] != has->n[i])
			verify_defect(v, NULL, 0, "%s: by it %lld of %lld events are found",
				      indexes[i].name, (long long)has->n[i],
				      (long long)must->n[i]);
		else if (must->sum[i] != has->sum[i])
			verify_defect(v, NULL, 0, "%s: not what the events say",
				      indexes[i].name);
	}
}

/* Of a short table SQLite says it. */
static int check_short(struct verify *v, const char *table, int sql, struct err *err)
{
	struct db *d = &v->j->db;
	sqlite3_stmt *st = NULL;
	int rc = db_use(d, sql, &st, err);

	if (rc == 0)
		rc = db_step(d, st, err);
	const char *said = rc == 1 ? (const char *)sqlite3_column_text(st, 0) : NULL;
	if (said && strcmp(said, "ok") != 0)
		verify_defect(v, NULL, 0, "table %s: %.120s", table, said);
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

static int check_shorts(struct verify *v, struct err *err)
{
	static const struct {
		const char *table;
		int sql, since; /* format */
	} shorts[] = {
		{ "machine", SQL_SOUND_MACHINE, 1 }, { "pin", SQL_SOUND_PIN, 1 },
		{ "run_pin", SQL_SOUND_RUN_PIN, 1 }, { "checkpoint", SQL_SOUND_CHECKPOINT, 2 },
		{ "removal", SQL_SOUND_REMOVAL, 3 },
	};
	int64_t format = 0;
	int rc = db_pragma_int(&v->j->db, "PRAGMA user_version", &format, err);

	for (size_t i = 0; rc == 0 && i < sizeof(shorts) / sizeof(shorts[0]); i++)
		if (format >= shorts[i].since && !verify_bad(v))
			rc = check_short(v, shorts[i].table, shorts[i].sql, err);
	return rc;
}

int verify_index_end(struct verify *v, struct err *err)
{
	struct index_walk *w = v->walk;
	int64_t removals = 0;
	int rc = check_shorts(v, err);

	if (rc || verify_bad(v) || !w->indexed)
		return rc;
	if (w->threaded)
		pthread_join(w->thread, NULL);
	else
		run_walk(w);
	w->threaded = false;
	if (w->rc)
		return err_set(err, w->rc, "%s", w->err.text);
	if (w->defect[0])
		return verify_defect(v, NULL, 0, "%s", w->defect);
	/* A payload that is taken out meanwhile takes its place with it. */
	rc = count_removals(v, &removals, err);
	if (rc == 0)
		compare(v, removals == w->removals);
	return rc;
}

void verify_index_free(struct index_walk *w)
{
	if (!w)
		return;
	if (w->threaded) {
		atomic_store(&w->quit, true);
		pthread_join(w->thread, NULL);
	}
	db_close(&w->own);
	buf_release(&w->text);
	free(w);
}
