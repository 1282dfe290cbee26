/* Looking for rows: the ways that lead to them, merged, each row looked at.
 *
 * As in journal_each, rows are copied out in slices and handed on outside of the transaction. First
 * comes what is there when it is opened, on the best way; then, by arrival, what came since.
 */
#include <stdlib.h>

#include "bind.h"
#include "clock.h"
#include "column.h"
#include "err.h"
#include "kind.h"
#include "log_own.h"
#include "log_sql.h"
#include "log_way.h"
#include "mem.h"

enum {
	SLICE_ROWS = 128,
	SLICE_BYTES = 1 << 20,
	LOOK_AT_CLOCK = 8, /* rows */
	ENOUGH = 1000,     /* rows of a way that are counted, to choose the shortest */
	KNOWN_RUNS = 16,
};

struct picked {
	struct log_row row;
	struct event ev;
	char run[JOURNAL_RUN_ID_MAX];
};

struct journal_log {
	struct journal *j;
	struct log_match match;
	enum log_order order;
	struct way_end end;
	struct source *sources;
	size_t n_sources;
	char *step_id;   /* of the step that is looked for */
	char *place;     /* the environment, as event_place has it */
	int64_t looked;  /* id of the last row that was looked at */
	int64_t history; /* id of the last row when it was opened */
	bool arriving;   /* what was there is over */
	struct picked picked[SLICE_ROWS];
	size_t n_picked;
	struct buf text; /* of the rows in hand */
	struct known {
		char run[JOURNAL_RUN_ID_MAX];
		bool drill;
	} known[KNOWN_RUNS];
	size_t at_known;
};

/* --- the way --------------------------------------------------------------------------------- */

static struct place start_of(const struct journal_log *l)
{
	const struct log_filter *f = &l->match.f;
	if (l->order == LOG_REVERSE)
		return (struct place){ f->to, 0, INT64_MAX };
	return (struct place){ f->from, 0, 0 };
}

static void add_source(struct journal_log *l, enum log_way way, const char *arg)
{
	struct place at = start_of(l);
	if (way == WAY_ARRIVAL)
		at.id = l->order == LOG_REVERSE ? INT64_MAX : l->match.f.after;
	l->sources = mem_grow(l->sources, l->n_sources + 1, sizeof(*l->sources));
	log_way_begin(&l->sources[l->n_sources++], way, arg, &at);
}

/* A source for each kind; false: there is one without an index. */
static bool add_kinds(struct journal_log *l)
{
	for (int k = 0; k < EV_KIND_MAX; k++)
		if (l->match.f.kinds >> k & 1 && !log_way_has_kind(word_of(WORDS_EVENT, k)))
			return false;
	for (int k = 0; k < EV_KIND_MAX; k++)
		if (l->match.f.kinds >> k & 1)
			add_source(l, WAY_KIND, word_of(WORDS_EVENT, k));
	return true;
}

static int count_all(struct journal_log *l, int64_t *ret, struct err *err)
{
	int rc = 0;
	*ret = 0;
	for (size_t i = 0; rc == 0 && i < l->n_sources; i++) {
		int64_t n = 0;
		rc = log_way_count(l->j, &l->sources[i], &l->end, ENOUGH, &n, err);
		*ret += n;
	}
	return rc;
}

/* The shortest of the ways that lead to all that fits; time leads everywhere. */
static int choose_way(struct journal_log *l, struct err *err)
{
	const struct log_filter *f = &l->match.f;
	const struct {
		enum log_way way;
		const char *arg;
		bool goes;
	} ways[] = {
		{ WAY_STEP, l->step_id, f->step },
		{ WAY_PERSON, f->person, f->person },
		{ WAY_PLACE, l->place, f->environment },
		{ WAY_KIND, NULL, f->kinds },
		{ WAY_TIME, NULL, true },
	};
	struct source *best = NULL;
	size_t n_best = 0;
	int64_t least = INT64_MAX;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		int64_t n = 0;
		l->sources = NULL;
		l->n_sources = 0;
		if (!ways[i].goes || (ways[i].way == WAY_KIND && !add_kinds(l)))
			continue;
		if (ways[i].way != WAY_KIND)
			add_source(l, ways[i].way, ways[i].arg);
		rc = count_all(l, &n, err);
		if (rc == 0 && n < least) {
			free(best);
			best = l->sources;
			n_best = l->n_sources;
			least = n;
		} else {
			free(l->sources);
		}
	}
	l->sources = best;
	l->n_sources = n_best;
	return rc;
}

/* By arrival nothing before the first row that is late enough need be looked at. */
static int skip_to(struct journal_log *l, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&l->j->db, SQL_LOG_FIRST, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_int(&b, l->match.f.from);
	rc = bind_step(&b, &l->j->db, err);
	if (rc == 1)
		l->sources[0].at.id = sqlite3_column_type(st, 0) == SQLITE_NULL ?
			l->history : sqlite3_column_int64(st, 0) - 1;
	sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

static int find_way(struct journal_log *l, struct err *err)
{
	const struct log_filter *f = &l->match.f;
	bool indexed = false;
	int rc = log_way_indexed(l->j, &indexed, err);
	if (rc)
		return rc;
	if (l->order == LOG_ARRIVAL || f->after || (!indexed && !f->n_runs)) {
		add_source(l, WAY_ARRIVAL, NULL);
		if (indexed && !f->after && f->from > INT64_MIN && l->order != LOG_REVERSE)
			rc = skip_to(l, err);
	} else if (f->n_runs) {
		for (size_t i = 0; i < f->n_runs; i++)
			add_source(l, WAY_RUN, f->runs[i]);
	} else {
		rc = choose_way(l, err);
	}
	return rc;
}

/* --- open and close -------------------------------------------------------------------------- */

int journal_log_open(struct journal *j, const struct log_filter *f, enum log_order order,
		     struct journal_log **ret, struct err *err)
{
	struct journal_log *l = mem_alloc(sizeof(*l));
	uint8_t ignored[HASH_LEN];
	l->j = j;
	l->order = order;
	l->looked = f->after;
	int rc = log_match_init(&l->match, j, f, err);
	if (rc == 0)
		rc = journal_log_last(j, &l->history, ignored, err);
	l->end = (struct way_end){ .reverse = order == LOG_REVERSE,
				   .wall = order == LOG_REVERSE ? f->from : f->to,
				   .id = l->history };
	if (f->step)
		l->step_id = mem_printf("%.*s", (int)strcspn(f->step, "@"), f->step);
	if (rc == 0 && f->environment) {
		const char *name = l->match.environment.data + strlen(LOG_PLACE_MEMBER);
		l->place = mem_printf("%.*s", (int)strcspn(name, "\""), name);
	}
	if (rc == 0)
		rc = find_way(l, err);
	if (rc) {
		journal_log_close(l);
		return rc;
	}
	*ret = l;
	return 0;
}

void journal_log_close(struct journal_log *l)
{
	if (!l)
		return;
	log_match_release(&l->match);
	buf_release(&l->text);
	free(l->sources);
	free(l->step_id);
	free(l->place);
	free(l);
}

int64_t journal_log_at(const struct journal_log *l)
{
	return l->looked;
}

int64_t journal_log_missed(const struct journal_log *l)
{
	return l->match.missed;
}

int64_t journal_log_pruned(const struct journal_log *l)
{
	return l->match.pruned;
}

/* --- rows ------------------------------------------------------------------------------------ */

enum column { C_ID, C_RUN, C_SEQ, C_WALL, C_BOOT, C_KIND, C_STEP, C_ATTEMPT, C_ACTOR, C_AUTH,
	      C_PAYLOAD, C_HASH };

static const char *text_at(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column);
}

/* False for what does not fit whole. */
static bool copy(char *to, size_t room, const char *s)
{
	size_t n = s ? strlen(s) : room;
	if (n >= room)
		return false;
	memcpy(to, s, n + 1);
	return true;
}

/* Offsets into l->text until the slice is whole, kept in the pointers. */
static char *keep(struct journal_log *l, const char *s, size_t n)
{
	size_t at = l->text.len;
	if (!s)
		return NULL;
	buf_add(&l->text, s, n);
	buf_addc(&l->text, '\0');
	return (char *)(at + 1);
}

static const char *read_row(struct journal_log *l, sqlite3_stmt *st, struct picked *p)
{
	const char *kind = text_at(st, C_KIND), *step = text_at(st, C_STEP);
	const uint8_t *hash = column_digest(st, C_HASH);
	*p = (struct picked){
		.row = { .id = sqlite3_column_int64(st, C_ID) },
		.ev = {
			.at = { sqlite3_column_int64(st, C_WALL),
				sqlite3_column_int64(st, C_BOOT) },
			.kind = kind ? (enum event_kind)word_from(WORDS_EVENT, kind) :
				EV_KIND_INVALID,
			.attempt = sqlite3_column_int(st, C_ATTEMPT),
			.seq = sqlite3_column_int64(st, C_SEQ),
		},
	};
	if (journal_run_id_check(text_at(st, C_RUN), NULL))
		return "is of no run";
	copy(p->run, sizeof(p->run), text_at(st, C_RUN));
	if (p->ev.kind == EV_KIND_INVALID)
		return "is of an unknown kind";
	if (!copy(p->ev.actor.id, sizeof(p->ev.actor.id), text_at(st, C_ACTOR)) ||
	    !copy(p->ev.actor.how, sizeof(p->ev.actor.how), text_at(st, C_AUTH)))
		return "has no actor";
	if (!hash)
		return "has no hash";
	memcpy(p->row.hash, hash, HASH_LEN);
	p->ev.step = keep(l, step, step ? strlen(step) : 0);
	p->ev.body = keep(l, text_at(st, C_PAYLOAD), (size_t)sqlite3_column_bytes(st, C_PAYLOAD));
	p->ev.body_len = p->ev.body ? (size_t)sqlite3_column_bytes(st, C_PAYLOAD) : 0;
	return NULL;
}

static int fetch(struct journal_log *l, int64_t id, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&l->j->db, SQL_LOG_ROW, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_int(&b, id);
	rc = bind_step(&b, &l->j->db, err);
	if (rc < 0)
		return rc;
	const char *what = rc ? read_row(l, st, &l->picked[l->n_picked]) : "is gone";
	if (what)
		rc = err_set(err, ERR_CORRUPT, "journal %s: the event of id %lld %s",
			     l->j->db.path, (long long)id, what);
	else
		rc = 0;
	sqlite3_reset(st);
	l->n_picked += rc == 0;
	return rc;
}

/* --- merging --------------------------------------------------------------------------------- */

/* Rows of one run keep their order, also where the clock was set back between them. */
static bool comes_first(const struct journal_log *l, const struct place *a, const struct place *b)
{
	bool before = a->wall != b->wall ? a->wall < b->wall : a->id < b->id;
	return l->end.reverse ? !before : before;
}

/* The source that has the next row; NULL where one must be filled first, or all are over. */
static struct source *next_source(struct journal_log *l)
{
	struct source *first = NULL;
	for (size_t i = 0; i < l->n_sources; i++) {
		struct source *s = &l->sources[i];
		if (s->next == s->n && !s->dry)
			return NULL;
		if (s->next < s->n &&
		    (!first || comes_first(l, &s->ahead[s->next], &first->ahead[first->next])))
			first = s;
	}
	return first;
}

static bool slice_full(const struct journal_log *l, int64_t began)
{
	if (l->n_picked == SLICE_ROWS || l->text.len >= SLICE_BYTES)
		return true;
	return l->n_picked % LOOK_AT_CLOCK == 0 && clock_now().boot - began >= SLICE_NS;
}

/* The pointers, now that the text stays where it is. */
static void settle(struct journal_log *l)
{
	char *text = l->text.data;
	for (size_t i = 0; i < l->n_picked; i++) {
		struct event *ev = &l->picked[i].ev;
		if (ev->step)
			ev->step = text + (uintptr_t)ev->step - 1;
		if (ev->body)
			ev->body = text + (uintptr_t)ev->body - 1;
		l->picked[i].row.run = l->picked[i].run;
		l->picked[i].row.ev = ev;
	}
}

static int begin_reading(struct journal_log *l, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = db_use(&l->j->db, SQL_LOG_BEGIN, &st, err);
	return rc ? rc : db_step(&l->j->db, st, err);
}

static int pick_once(struct journal_log *l, struct err *err)
{
	int64_t began = clock_now().boot;
	struct source *s;
	int rc = begin_reading(l, err);
	l->n_picked = 0;
	buf_clear(&l->text);
	for (size_t i = 0; rc == 0 && i < l->n_sources; i++)
		rc = log_way_fill(l->j, &l->sources[i], &l->end, err);
	while (rc == 0 && (s = next_source(l)))
		if ((rc = fetch(l, s->ahead[s->next].id, err)) == 0 &&
		    (s->next++, slice_full(l, began)))
			break;
	db_rollback(&l->j->db);
	settle(l);
	return rc;
}

/* A file that was read without locks and is written after all is read again. */
static int pick_slice(struct journal_log *l, struct err *err)
{
	size_t n = l->n_sources * sizeof(*l->sources);
	struct source *before = NULL;
	bool stale = false;
	int rc = db_refresh(&l->j->db, &stale, err);
	if (rc)
		return rc;
	if (l->j->db.immutable)
		before = memcpy(mem_alloc(n), l->sources, n);
	do {
		rc = pick_once(l, err);
		int fresh = db_refresh(&l->j->db, &stale, rc ? NULL : err);
		if (fresh && !rc)
			rc = fresh;
		if (stale)
			memcpy(l->sources, before, n);
	} while (stale);
	free(before);
	return rc;
}

/* --- handing on ------------------------------------------------------------------------------ */

static int is_drill(struct journal_log *l, const char *run, bool *ret, struct err *err)
{
	sqlite3_stmt *st = NULL;
	for (size_t i = 0; i < KNOWN_RUNS; i++)
		if (strcmp(l->known[i].run, run) == 0) {
			*ret = l->known[i].drill;
			return 0;
		}
	int rc = db_use(&l->j->db, SQL_LOG_DRILL, &st, err);
	if (rc)
		return rc;
	struct binder b = { .st = st };
	bind_text(&b, run);
	rc = bind_step(&b, &l->j->db, err);
	if (rc < 0)
		return rc;
	struct known *k = &l->known[l->at_known++ % KNOWN_RUNS];
	k->drill = *ret = rc == 1 && sqlite3_column_int(st, 0);
	memcpy(k->run, run, strlen(run) + 1);
	sqlite3_reset(st);
	return 0;
}

static int hand_on(struct journal_log *l, struct log_row *row,
		   int (*fn)(void *ctx, const struct log_row *row), void *ctx, struct err *err)
{
	const struct log_filter *f = &l->match.f;
	if (row->id <= f->after)
		return 0;
	l->looked = row->id;
	int rc = log_match_row(&l->match, row->run, row->ev, err);
	if (rc != 1)
		return rc;
	if (f->output) {
		row->line = buf_str(&l->match.line);
		row->n_line = l->match.line.len;
	}
	rc = is_drill(l, row->run, &row->drill, err);
	return rc ? rc : fn(ctx, row);
}

/* What was there is over: go on behind it, by arrival. */
static void now_arriving(struct journal_log *l)
{
	struct place at = { .id = l->history > l->match.f.after ? l->history : l->match.f.after };
	if (!l->arriving) {
		if (l->looked < l->history)
			l->looked = l->history;
		free(l->sources);
		l->sources = NULL;
		l->n_sources = 0;
		add_source(l, WAY_ARRIVAL, NULL);
		log_way_begin(&l->sources[0], WAY_ARRIVAL, NULL, &at);
		l->end = (struct way_end){ .wall = INT64_MAX, .id = INT64_MAX };
		l->arriving = true;
	}
	l->sources[0].dry = false;
}

int journal_log_next(struct journal_log *l, int (*fn)(void *ctx, const struct log_row *row),
		     void *ctx, bool *ret_end, struct err *err)
{
	bool over = true;
	int rc = pick_slice(l, err);
	for (size_t i = 0; i < l->n_sources; i++)
		over &= l->sources[i].dry && l->sources[i].next == l->sources[i].n;
	for (size_t i = 0; rc == 0 && i < l->n_picked; i++)
		rc = hand_on(l, &l->picked[i].row, fn, ctx, err);
	*ret_end = rc == 0 && over;
	if (rc == 0 && over && l->order != LOG_REVERSE)
		now_arriving(l);
	return rc;
}

int journal_log_fits(struct journal_log *l, const char *run, const struct event *ev,
		     const char **ret_line, size_t *ret_n_line, struct err *err)
{
	int rc = log_match_row(&l->match, run, ev, err);
	*ret_line = rc == 1 && l->match.f.output ? buf_str(&l->match.line) : NULL;
	*ret_n_line = *ret_line ? l->match.line.len : 0;
	return rc;
}
