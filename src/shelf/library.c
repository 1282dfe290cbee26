#include "library.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "journal.h"
#include "mem.h"
#include "shelf.h"
#include "str.h"

enum { AGAIN_MS = 2000, BUSY_MS = 20, SURELY_MS = 30 * 1000 };

struct open_runs {
	struct library_run *v;
	size_t n, cap;
};

struct library {
	struct shelf files;
	bool listed;
	size_t next;             /* file to be looked at */
	struct card **cards;
	size_t n_cards;

	char *path;              /* of the journal */
	struct journal *journal;
	char *trouble;
	int64_t at;              /* in the machine's chain: where the next piece of runs begins */
	bool passing;            /* between two pieces */
	bool known;              /* gone through once */
	int64_t again;           /* boot ns: not before */
	int64_t passed;          /* when the last pass began */
	struct stat seen[2];     /* the journal and its log, when the last pass began */
	struct open_runs open, fresh;
	struct walked walked;
};

struct library *library_new(const char *journal)
{
	struct library *l = mem_alloc(sizeof(*l));

	l->path = mem_dup(journal);
	l->known = !journal;
	return l;
}

static void open_clear(struct open_runs *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].run);
		free(o->v[i].title);
	}
	o->n = 0;
}

void library_free(struct library *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_cards; i++)
		card_free(l->cards[i]);
	free(l->cards);
	open_clear(&l->open);
	free(l->open.v);
	open_clear(&l->fresh);
	free(l->fresh.v);
	walked_release(&l->walked);
	shelf_release(&l->files);
	journal_close(l->journal);
	free(l->path);
	free(l->trouble);
	free(l);
}

/* --- runbooks --------------------------------------------------------------------------------- */

static void give_runs(struct library *l, struct card *c)
{
	const struct card_runs *runs = walked_of(&l->walked, c->whole);

	if (runs)
		card_runs_copy(&c->runs, runs);
}

static void list_files(struct library *l)
{
	l->listed = true;
	shelf_files(&l->files);
	l->cards = mem_alloc((l->files.n + 1) * sizeof(struct card *));
}

static bool read_file(struct library *l)
{
	struct card *c = card_read(l->files.v[l->next++]);

	if (!c)
		return false;
	if (l->known)
		give_runs(l, c);
	l->cards[l->n_cards++] = c;
	return true;
}

/* --- runs ------------------------------------------------------------------------------------- */

static void add_open(struct open_runs *o, const struct run_row *r)
{
	struct library_run *to;
	struct buf title = BUF_INIT;
	const char *s = r->title ? r->title : "(no title)";

	if (o->n == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 8;
		o->v = mem_grow(o->v, o->cap, sizeof(*o->v));
	}
	to = &o->v[o->n++];
	*to = (struct library_run){ .run = mem_dup(r->run), .drill = str_eq(r->mode, "drill"),
				    .held = r->held,
				    .opened = r->opened_wall, .last = r->last_wall,
				    .events = r->events };
	str_printable(&title, s, strlen(s), false);
	to->title = buf_take(&title);
}

static int take_run(void *ctx, const struct run_row *r)
{
	struct library *l = ctx;

	if (!r->verdict)
		add_open(&l->fresh, r);
	walked_take(&l->walked, r);
	return 0;
}

/* Looked up by name: opening it would drop the locks of the journal that is open here. */
static void look_at_files(const struct library *l, struct stat ret[2])
{
	char *log = mem_printf("%s-wal", l->path);

	memset(ret, 0, 2 * sizeof(ret[0]));
	if (stat(l->path, &ret[0]))
		memset(&ret[0], 0, sizeof(ret[0]));
	if (stat(log, &ret[1]))
		memset(&ret[1], 0, sizeof(ret[1]));
	free(log);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A file's time is not finer than some milliseconds: now and then it is read all the same. */
static bool runs_due(struct library *l, int64_t now)
{
	struct stat seen[2];

	if (l->passing)
		return true;
	if (!l->path || now < l->again)
		return false;
	l->again = now + AGAIN_MS * CLOCK_MS;
	look_at_files(l, seen);
	if (l->known && now - l->passed < SURELY_MS * CLOCK_MS &&
	    same_file(&seen[0], &l->seen[0]) && same_file(&seen[1], &l->seen[1]))
		return false;
	memcpy(l->seen, seen, sizeof(seen));
	l->passed = now;
	return true;
}

static bool say_trouble(struct library *l, const char *why)
{
	if (str_eq(l->trouble, why))
		return false;
	free(l->trouble);
	l->trouble = mem_dup(why);
	return true;
}

/* A record that is not there yet is no trouble, nor one that is just being written. */
static bool open_journal(struct library *l, bool *ret_changed)
{
	struct err err = { 0 };
	int rc = l->journal ? 0 : journal_open(l->path, JOURNAL_READ, &l->journal, &err);

	if (rc == 0)
		return true;
	memset(l->seen, 0, sizeof(l->seen));
	if (rc == ERR_BUSY) {
		l->again = clock_now().boot + BUSY_MS * CLOCK_MS;
		return false;
	}
	*ret_changed |= say_trouble(l, rc == ERR_NOTFOUND ? NULL : err.text) || !l->known;
	l->known = true;
	return false;
}

static bool same_runs(const struct open_runs *a, const struct open_runs *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->v[i].run, b->v[i].run) || a->v[i].events != b->v[i].events ||
		    a->v[i].held != b->v[i].held)
			return false;
	return true;
}

static bool end_pass(struct library *l)
{
	bool changed = !l->known || !same_runs(&l->open, &l->fresh);

	if (changed) {
		struct open_runs old = l->open;

		l->open = l->fresh;
		l->fresh = old;
	}
	open_clear(&l->fresh);
	l->passing = false;
	l->known = true;
	for (size_t i = 0; i < l->n_cards; i++)
		give_runs(l, l->cards[i]);
	return changed;
}

/* One piece of the runs. */
static bool read_runs(struct library *l)
{
	struct err err = { 0 };
	bool changed = false;
	size_t n = l->fresh.n;
	int rc;

	if (!open_journal(l, &changed))
		return changed;
	if (!l->passing) {
		open_clear(&l->fresh);
		walked_release(&l->walked);
		l->at = 0;
		l->passing = true;
	}
	rc = journal_runs_some(l->journal, &l->at, take_run, l, &err);
	if (rc == ERR_BUSY)
		return changed; /* the same piece again */
	if (rc) {
		changed |= say_trouble(l, err.text);
		journal_close(l->journal);
		l->journal = NULL;
		l->at = 0;
	} else {
		changed |= say_trouble(l, NULL);
	}
	changed |= !l->known && l->fresh.n != n;
	return (l->at ? false : end_pass(l)) || changed;
}

/* --- both ------------------------------------------------------------------------------------- */

bool library_step(struct library *l, int64_t budget_ns)
{
	int64_t end = clock_now().boot + budget_ns, now;
	bool changed = false, more;

	if (!l->listed)
		list_files(l);
	do {
		now = clock_now().boot;
		more = runs_due(l, now);
		if (more)
			changed |= read_runs(l);
		if (l->next < l->files.n) {
			changed |= read_file(l) || l->next == l->files.n;
			more = true;
		}
	} while (more && clock_now().boot < end);
	return changed;
}

bool library_done(const struct library *l)
{
	return l->listed && l->next == l->files.n && l->known && !l->passing;
}

bool library_runs_known(const struct library *l)
{
	return l->known;
}

void library_progress(const struct library *l, size_t *ret_read, size_t *ret_of)
{
	*ret_read = l->next;
	*ret_of = l->files.n;
}

bool library_over(const struct library *l)
{
	return l->files.over;
}

size_t library_cards(const struct library *l, struct card *const **ret)
{
	*ret = l->cards;
	return l->n_cards;
}

size_t library_runs(const struct library *l, const struct library_run **ret)
{
	/* those found so far need not wait for the end of the first pass */
	const struct open_runs *o = l->known ? &l->open : &l->fresh;

	*ret = o->v;
	return o->n;
}

const char *library_trouble(const struct library *l)
{
	return l->trouble;
}
