/* Home on the screen. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "glyph.h"
#include "home.h"
#include "sheet.h"
#include "str.h"

enum {
	WIDE = 72,           /* columns from which owner and dates stand beside the title */
	VERY_WIDE = 132,     /* … and what it is for */
	DETAIL_ROWS = 6, TALL = 20,
	OWNER = 10, DAY = 12,
};

void home_day(struct buf *out, int64_t wall)
{
	size_t from = out->len;

	clock_utc(out, wall, 0);
	buf_cut(out, from + sizeof("2026-11-22") - 1);
}

void home_age(struct buf *out, int64_t wall, int64_t now_wall)
{
	int64_t s = (now_wall - wall) / CLOCK_S;

	if (s < 60)
		buf_adds(out, "just now");
	else if (s < 3600)
		buf_addf(out, "%lld min ago", (long long)(s / 60));
	else if (s < 2 * 86400)
		buf_addf(out, "%lld h ago", (long long)(s / 3600));
	else if (s < 31 * 86400)
		buf_addf(out, "%lld days ago", (long long)(s / 86400));
	else
		home_day(out, wall);
}

/* --- rows of the list ------------------------------------------------------------------------- */

struct cols { int title, owner, reviewed, drilled, about; }; /* columns where they begin; -1: not */

static struct cols columns(const struct area *a)
{
	struct cols c = { 2, -1, -1, -1, -1 };

	if (a->cols < WIDE)
		return c;
	c.drilled = a->cols - DAY;
	c.reviewed = c.drilled - DAY;
	c.owner = c.reviewed - OWNER - 1;
	if (a->cols >= VERY_WIDE)
		c.about = 2 + (c.owner - 2) * 2 / 5;
	return c;
}

static int title_cols(const struct cols *c, int cols)
{
	return (c->about >= 0 ? c->about : c->owner >= 0 ? c->owner : cols) - c->title - 1;
}

static enum style under(const struct home *h, const struct home_row *r, enum style st)
{
	return h->at < h->n && &h->rows[h->at] == r ? ST_PICKED : st;
}

static void draw_head(const struct home_row *r, struct term *t, struct area a, int row)
{
	struct cols c = columns(&a);

	paint_fit(t, a, row, 0, title_cols(&c, a.cols) + 2, ST_STRONG, r->text ? r->text : "");
	if (r->part != HOME_BOOKS || c.owner < 0)
		return;
	if (c.about >= 0)
		paint_text(t, a, row, c.about, ST_DIM, "for");
	paint_text(t, a, row, c.owner, ST_DIM, "owner");
	paint_text(t, a, row, c.reviewed, ST_DIM, "reviewed");
	paint_text(t, a, row, c.drilled, ST_DIM, "drilled");
}

static void draw_run(const struct home *h, const struct home_row *r, struct term *t,
		     struct area a, int row)
{
	const struct home_wait *w = home_wait_of(h, r->run->run);
	enum style st = under(h, r, ST_PLAIN);
	struct buf age = BUF_INIT;
	int col, width;

	home_age(&age, r->run->last, clock_now().wall);
	width = glyph_cols(buf_str(&age), age.len);
	col = paint_text(t, a, row, 2, st == ST_PICKED ? st : r->run->drill ? ST_DRILL : ST_REAL,
			 r->run->drill ? "DRILL" : "REAL");
	paint_fit(t, a, row, col + 1, a.cols - col - width - 3, under(h, r, ST_STRONG),
		  r->run->title);
	paint_text(t, a, row, a.cols - width - 1, under(h, r, ST_DIM), buf_str(&age));
	if (!w || !w->what)
		paint_fit(t, a, row + 1, 4, a.cols - 5, under(h, r, ST_DIM), "being read");
	else
		paint_fit(t, a, row + 1, paint_text(t, a, row + 1, 4, under(h, r, w->asks ? ST_OPEN
										: ST_DIM),
						    w->asks ? "waits: " : ""),
			  a.cols - 5 - (w->asks ? 7 : 0), st, w->what);
	buf_release(&age);
}

static void draw_day(const struct home *h, const struct home_row *r, struct term *t,
		     struct area a, int row, int col, int64_t at, bool due)
{
	struct buf day = BUF_INIT;

	if (at)
		home_day(&day, at);
	else
		buf_adds(&day, due ? "never" : "-");
	paint_text(t, a, row, col, under(h, r, due ? ST_LATE : ST_DIM), buf_str(&day));
	if (due)
		paint_text(t, a, row, col - 1, under(h, r, ST_LATE), "!");
	buf_release(&day);
}

static void one_line(struct buf *out, const char *s)
{
	for (bool gap = false; s && *s; s++) {
		if (*s == '\n' || *s == ' ') {
			gap = out->len > 0;
			continue;
		}
		if (gap)
			buf_addc(out, ' ');
		gap = false;
		buf_addc(out, *s);
	}
}

/* Beside the title: what fitted, why it is due, or how it stands. */
static void draw_beside(const struct home *h, const struct home_row *r, struct term *t,
			struct area a, int row, const struct cols *c)
{
	unsigned due = card_due(r->card, clock_now().wall, library_runs_known(h->lib), NULL);
	struct buf about = BUF_INIT;

	one_line(&about, r->card->about);
	if (c->about >= 0)
		paint_fit(t, a, row, c->about, c->owner - c->about - 1, under(h, r, ST_DIM),
			  buf_str(&about));
	if (r->text && *r->text) {
		paint_fit(t, a, row, c->owner, a.cols - c->owner,
			  under(h, r, r->part == HOME_DUE ? ST_LATE : ST_MATCH), r->text);
	} else {
		if (r->card->owner)
			paint_fit(t, a, row, c->owner, OWNER, under(h, r, ST_DIM), r->card->owner);
		draw_day(h, r, t, a, row, c->reviewed, r->card->reviewed_at, due & CARD_REVIEW);
		draw_day(h, r, t, a, row, c->drilled, card_drilled(r->card),
			 due & CARD_DRILL);
	}
	buf_release(&about);
}

static void draw_book(const struct home *h, const struct home_row *r, struct term *t,
		      struct area a, int row)
{
	struct cols c = columns(&a);
	int width = title_cols(&c, a.cols), col = c.title;

	if (c.owner < 0 &&
	    card_due(r->card, clock_now().wall, library_runs_known(h->lib), NULL))
		paint_text(t, a, row, 1, under(h, r, ST_LATE), "!");
	if (r->card->bad)
		col = paint_text(t, a, row, col, under(h, r, ST_FAIL), "broken ");
	paint_fit(t, a, row, col, width - (col - c.title), under(h, r, ST_PLAIN), r->card->title);
	if (c.owner >= 0)
		draw_beside(h, r, t, a, row, &c);
}

static void draw_row(const struct home *h, const struct home_row *r, struct term *t,
		     struct area a, int row)
{
	if (under(h, r, ST_PLAIN) == ST_PICKED) {
		for (int i = 0; i < home_height(r); i++)
			paint_row(t, a, row + i, ST_PICKED);
		paint_text(t, a, row, 0, ST_PICKED, ">");
	}
	switch (r->kind) {
	case HOME_HEAD:
		draw_head(r, t, a, row);
		break;
	case HOME_RUN:
		draw_run(h, r, t, a, row);
		break;
	case HOME_BOOK:
		draw_book(h, r, t, a, row);
		break;
	case HOME_WORD:
		paint_fit(t, a, row, 2, a.cols - 2, ST_DIM, r->text);
		break;
	}
}

/* Rows from h->from to the end of the one under the cursor. */
static int rows_down_to_it(const struct home *h)
{
	int rows = 0;

	for (size_t i = h->from; i <= h->at && i < h->n; i++)
		rows += home_height(&h->rows[i]);
	return rows;
}

static void scroll(struct home *h, int rows)
{
	if (h->from >= h->n)
		h->from = 0;
	if (h->at < h->from)
		h->from = h->at;
	/* the head above the first of its part comes along */
	while (h->from && !home_picks(&h->rows[h->from - 1]) && h->from == h->at)
		h->from--;
	while (h->from < h->at && rows_down_to_it(h) > rows)
		h->from++;
}

static void draw_list(struct home *h, struct term *t, struct area a)
{
	int row = 0;

	h->list_rows = a.rows;
	scroll(h, a.rows);
	for (size_t i = h->from; i < h->n && row < a.rows; i++) {
		if (row && h->rows[i].kind == HOME_HEAD && a.rows >= 12 && row < a.rows - 1)
			row++;
		draw_row(h, &h->rows[i], t, a, row);
		row += home_height(&h->rows[i]);
	}
}

/* --- what is under the cursor ----------------------------------------------------------------- */

static void book_facts(const struct home *h, const struct card *c, struct sheet *s)
{
	struct buf about = BUF_INIT, facts = BUF_INIT, late = BUF_INIT, walks = BUF_INIT;

	one_line(&about, c->about);
	if (c->runs.n) {
		buf_adds(&facts, "last run ");
		home_age(&facts, c->runs.last, clock_now().wall);
		buf_addf(&facts, " (%s, %s)", c->runs.last_drill ? "drill" : "real",
			 c->runs.last_open ? "unfinished" :
			 c->runs.last_success ? "recovered" : "not recovered");
	} else {
		buf_adds(&facts, library_runs_known(h->lib) ? "never run" : "being read");
	}
	buf_addf(&facts, "; %s", c->path);
	card_due_text(&late, c, clock_now().wall, library_runs_known(h->lib));
	card_walks_text(&walks, c);
	if (late.len)
		sheet_add(s, ST_LATE, 0, buf_str(&late));
	sheet_add(s, ST_DIM, 0, buf_str(&facts));
	if (walks.len)
		sheet_add(s, ST_DIM, 0, buf_str(&walks));
	if (about.len)
		sheet_add(s, ST_PLAIN, 0, buf_str(&about));
	buf_release(&about);
	buf_release(&facts);
	buf_release(&late);
	buf_release(&walks);
}

static void run_facts(const struct home *h, const struct library_run *r, struct sheet *s)
{
	const struct home_wait *w = home_wait_of(h, r->run);
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s, opened ", r->run);
	home_age(&b, r->opened, clock_now().wall);
	if (r->held)
		buf_adds(&b, ", UNDER HOLD");
	if (w && w->place)
		buf_addf(&b, ", step %zu of %zu", w->place, w->of);
	if (w && w->what)
		buf_addf(&b, "; %s%s", w->who ? w->who : "nobody",
			 w->who ? " has the seat" : " sits at it");
	sheet_add(s, ST_DIM, 0, buf_str(&b));
	if (w && w->what)
		sheet_add(s, ST_PLAIN, 0, w->what);
	buf_release(&b);
}

static void draw_detail(const struct home *h, struct term *t, struct area a)
{
	const struct home_row *r = h->at < h->n ? &h->rows[h->at] : NULL;
	struct area in = { a.row + 1, a.col + 1, a.rows - 1, a.cols - 2 };
	struct sheet s;

	paint_rule(t, a, 0, r && r->card ? r->card->title : r && r->run ? r->run->title : NULL);
	sheet_init(&s, in.cols);
	if (r && r->card)
		book_facts(h, r->card, &s);
	else if (r && r->run)
		run_facts(h, r->run, &s);
	sheet_paint(&s, t, in);
	sheet_release(&s);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void draw_top(const struct home *h, struct term *t, struct area a)
{
	const struct library_run *r;
	struct buf b = BUF_INIT;
	size_t runs = library_runs(h->lib, &r), read, of;

	library_progress(h->lib, &read, &of);
	paint_row(t, a, 0, ST_BAR);
	if (library_trouble(h->lib))
		buf_addf(&b, "the record cannot be read: %s ", library_trouble(h->lib));
	else if (!library_done(h->lib) && read < of)
		buf_addf(&b, "reading: %zu of %zu files ", read, of);
	else
		buf_addf(&b, "%zu unfinished, %zu overdue ", runs, h->n_due);
	paint_text(t, a, 0, 1, ST_BAR, "blackstart");
	paint_fit(t, a, 0, a.cols - (int)b.len > 13 ? a.cols - (int)b.len : 13, (int)b.len, ST_BAR,
		  buf_str(&b));
	buf_release(&b);
}

static void draw_keys(const struct home *h, struct term *t, struct area a)
{
	const struct home_row *r = h->at < h->n ? &h->rows[h->at] : NULL;
	const struct { const char *key, *word; } keys[] = {
		{ r ? "Enter" : NULL, r && r->run ? "go to it" : "open it" },
		{ "Esc", h->find.text.len ? "clear the line" : "leave" },
		{ "F1", "all keys" },
		{ "Up Down", "choose" },
	};
	int row = a.rows - 1, col = 1;

	paint_row(t, a, row, ST_BAR);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!keys[i].key || col + (int)(strlen(keys[i].key) + strlen(keys[i].word)) + 1 >
				    a.cols)
			continue;
		col = paint_text(t, a, row, col, ST_KEY, keys[i].key);
		col = paint_text(t, a, row, col + 1, ST_BAR, keys[i].word) + 2;
	}
}

void home_draw(void *self, struct term *t, struct area a)
{
	struct home *h = self;
	int detail = a.rows >= TALL ? DETAIL_ROWS : 0, label = 7;
	struct area list = { a.row + 2, a.col, a.rows - 3 - detail, a.cols };

	paint_blank(t, a);
	draw_top(h, t, a);
	paint_text(t, a, 1, 1, ST_STRONG, "Find");
	line_paint(&h->find, t, a, 1, label, a.cols - label - 1, true,
		   a.cols >= WIDE ? "type a title or an alert, or paste the error text" :
				    "title, alert, error text");
	draw_list(h, t, list);
	if (detail)
		draw_detail(h, t, (struct area){ a.row + a.rows - 1 - detail, a.col, detail,
						 a.cols });
	draw_keys(h, t, a);
	h->minute = clock_now().wall / CLOCK_S / 60;
}
