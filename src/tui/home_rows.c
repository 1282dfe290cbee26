/* The list of home: unfinished runs, what is past its time, all runbooks; or what was found. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "home.h"
#include "mem.h"
#include "str.h"

/* What is cut off is said in the head, with the word that finds it. Overdue can wait at 03:00. */
enum { OPEN_ROWS = 6, DUE_ROWS = 3 };

bool home_picks(const struct home_row *r)
{
	return r->kind == HOME_RUN || r->kind == HOME_BOOK;
}

int home_height(const struct home_row *r)
{
	return r->kind == HOME_RUN ? 2 : 1;
}

const char *home_id(const struct home_row *r)
{
	return r->run ? r->run->run : r->card ? r->card->path : NULL;
}

static struct home_row *add(struct home *h, enum home_kind kind, enum home_part part)
{
	if (h->n == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 64;
		h->rows = mem_grow(h->rows, h->cap, sizeof(*h->rows));
	}
	h->rows[h->n] = (struct home_row){ .kind = kind, .part = part };
	return &h->rows[h->n++];
}

static void clear(struct home *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->rows[i].text);
	h->n = 0;
}

void home_rows_release(struct home *h)
{
	clear(h);
	free(h->rows);
	free(h->at_id);
}

void home_at(struct home *h, size_t i)
{
	const char *id = i < h->n ? home_id(&h->rows[i]) : NULL;

	h->at = i;
	if (!id || str_eq(id, h->at_id)) {
		h->at_part = id ? (int)h->rows[i].part : h->at_part;
		return;
	}
	free(h->at_id);
	h->at_id = mem_dup(id);
	h->at_part = (int)h->rows[i].part;
}

static void head(struct home *h, enum home_part part, char *text)
{
	add(h, HOME_HEAD, part)->text = text;
}

/* --- without a search ------------------------------------------------------------------------- */

static void add_runs(struct home *h)
{
	const struct library_run *r;
	size_t n = library_runs(h->lib, &r);

	bool all = n <= OPEN_ROWS || h->want;

	if (n)
		head(h, HOME_OPEN, mem_printf("UNFINISHED (%zu%s)", n, all ? "" :
					      "; type unfinished to see all"));
	for (size_t i = 0; i < (all ? n : OPEN_ROWS); i++)
		add(h, HOME_RUN, HOME_OPEN)->run = &r[i];
}

static unsigned due_of(const struct home *h, const struct card *c, int64_t now, int64_t *ret)
{
	return card_due(c, now, library_runs_known(h->lib), ret);
}

struct due_row {
	const struct card *card;
	int64_t since;       /* 0: never */
	size_t place;        /* on the shelf */
};

/* What has lapsed, the longest ago first; then what never was. */
static int longer_due(const void *pa, const void *pb)
{
	const struct due_row *a = pa, *b = pb;

	if (!a->since != !b->since)
		return a->since ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static void add_due(struct home *h, struct card *const *c, size_t n, int64_t now)
{
	struct due_row *v = mem_alloc((n + 1) * sizeof(*v));
	size_t shown;

	h->n_due = 0;
	for (size_t i = 0; i < n; i++) {
		struct due_row d = { .card = c[i], .place = i };

		if (due_of(h, c[i], now, &d.since))
			v[h->n_due++] = d;
	}
	qsort(v, h->n_due, sizeof(*v), longer_due);
	shown = h->n_due < DUE_ROWS ? h->n_due : DUE_ROWS;
	if (shown)
		head(h, HOME_DUE, h->n_due > shown
		     ? mem_printf("OVERDUE (%zu; type overdue to see all)", h->n_due)
		     : mem_printf("OVERDUE (%zu)", h->n_due));
	for (size_t i = 0; i < shown; i++) {
		struct home_row *r = add(h, HOME_BOOK, HOME_DUE);
		struct buf why = BUF_INIT;

		r->card = v[i].card;
		card_due_text(&why, v[i].card, now, library_runs_known(h->lib));
		r->text = buf_take(&why);
	}
	free(v);
}

static void add_books(struct home *h, struct card *const *c, size_t n)
{
	head(h, HOME_BOOKS, mem_printf("RUNBOOKS (%zu)", n));
	for (size_t i = 0; i < n; i++)
		add(h, HOME_BOOK, HOME_BOOKS)->card = c[i];
	if (!n && library_done(h->lib))
		add(h, HOME_WORD, HOME_BOOKS)->text =
			mem_dup("none: they are looked for in ./runbooks, or in the folders of "
				"BLACKSTART_RUNBOOKS");
}

/* --- with one --------------------------------------------------------------------------------- */

/* Words that a runbook is found by, too, because of how it stands. */
static char *standing(const struct home *h, const struct card *c, int64_t now)
{
	unsigned due = due_of(h, c, now, NULL);

	return mem_printf("%s%s%s%s", due ? "overdue" : "", due & CARD_REVIEW ? " review" : "",
			  due & CARD_DRILL ? " drill" : "", c->bad ? " broken" : "");
}

static int better(const void *a, const void *b)
{
	const struct home_row *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return strcmp(home_id(x), home_id(y));
}

static bool run_fits(const struct home *h, const struct library_run *r, const char *text)
{
	const struct home_wait *w = home_wait_of(h, r->run);
	struct buf all = BUF_INIT, flat = BUF_INIT;
	bool fits;

	buf_addf(&all, "%s %s %s unfinished %s", r->title, r->run, r->drill ? "drill" : "real",
		 w && w->what ? w->what : "");
	find_plain(&flat, buf_str(&all), all.len);
	fits = strstr(buf_str(&flat), text) != NULL;
	buf_release(&all);
	buf_release(&flat);
	return fits;
}

static void add_found_runs(struct home *h, const char *text)
{
	const struct library_run *r;
	size_t n = library_runs(h->lib, &r), at = h->n;

	for (size_t i = 0; i < n; i++) {
		if (!run_fits(h, &r[i], text))
			continue;
		if (h->n == at)
			head(h, HOME_OPEN, mem_dup("UNFINISHED"));
		add(h, HOME_RUN, HOME_OPEN)->run = &r[i];
	}
}

static void add_found_books(struct home *h, const struct find_for *q)
{
	struct card *const *c;
	size_t n = library_cards(h->lib, &c), at;
	int64_t now = clock_now().wall;

	head(h, HOME_FOUND, NULL);
	at = h->n;
	for (size_t i = 0; i < n; i++) {
		struct buf why = BUF_INIT;
		char *also = standing(h, c[i], now);
		int score = find_typed(&c[i]->find, q, also, &why);
		struct home_row *r = score ? add(h, HOME_BOOK, HOME_FOUND) : NULL;

		if (r) {
			r->card = c[i];
			r->score = score;
			r->text = mem_dup(buf_str(&why));
		}
		buf_release(&why);
		free(also);
	}
	if (h->n > at)
		qsort(h->rows + at, h->n - at, sizeof(*h->rows), better);
	h->rows[at - 1].text = mem_printf("FOUND (%zu of %zu)", h->n - at, n);
	if (h->n == at)
		add(h, HOME_WORD, HOME_FOUND)->text =
			mem_dup("no runbook fits; Esc clears the line, `blackstart run --blank "
				"TEXT` starts without one");
}

/* --- and the cursor --------------------------------------------------------------------------- */

static bool is_it(const struct home_row *r, const char *id, int part)
{
	return home_picks(r) && (part < 0 || (int)r->part == part) && str_eq(home_id(r), id);
}

static size_t where(const struct home *h, const char *id, int part)
{
	for (size_t i = 0; id && i < h->n; i++)
		if (is_it(&h->rows[i], id, part))
			return i;
	return h->n;
}

static size_t first(const struct home *h)
{
	size_t i = 0;

	while (i < h->n && !home_picks(&h->rows[i]))
		i++;
	return i;
}

/* Where the person has put it it stays, whatever comes in above; else it is on the first. */
static void put_cursor(struct home *h)
{
	size_t at = where(h, h->want, -1);

	if (at == h->n && h->moved && (at = where(h, h->at_id, h->at_part)) == h->n)
		at = where(h, h->at_id, -1);
	home_at(h, at < h->n ? at : first(h));
}

void home_rows(struct home *h)
{
	struct card *const *c;
	size_t n = library_cards(h->lib, &c);
	struct find_for q;

	clear(h);
	find_for_make(&q, buf_str(&h->find.text), h->find.text.len);
	if (*q.text) {
		add_found_runs(h, q.text);
		add_found_books(h, &q);
	} else {
		add_runs(h);
		add_due(h, c, n, clock_now().wall);
		add_books(h, c, n);
	}
	put_cursor(h);
	find_for_release(&q);
}
