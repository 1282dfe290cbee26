/* A page of output. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "client_past.h"
#include "clock.h"
#include "glyph.h"
#include "pagerint.h"
#include "state.h"
#include "str.h"
#include "view.h"

static void add_bytes(struct buf *b, int64_t n)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	double v = (double)n;
	size_t u = 0;

	while (v >= 1024 && u < 4) {
		v /= 1024;
		u++;
	}
	buf_addf(b, u ? "%.1f %s" : "%.0f %s", v, units[u]);
}

static void add_count(struct buf *b, int64_t n)
{
	char digits[32];
	size_t len;

	len = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)n);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_addc(b, ',');
		buf_addc(b, digits[i]);
	}
}

/* --- around the page -------------------------------------------------------------------------- */

static void draw_title(struct pager *p, struct term *t, struct area a)
{
	static const char *const names[] = { "o out", "e err", "t terminal" };
	const struct cmd *c = state_cmd(view_state(client_view(p->c)), p->token);
	struct buf b = BUF_INIT;
	int col = a.cols, lead = paint_taken(t, a, 0);

	lead = lead ? lead : 1;
	paint_row(t, a, 0, ST_BAR);
	for (int s = 2; c && s >= 0; s--) {
		if (!c->bytes[s] && s != p->stream)
			continue;
		buf_clear(&b);
		buf_addf(&b, " %s ", names[s]);
		add_bytes(&b, c->bytes[s]);
		buf_addc(&b, ' ');
		if ((int)b.len > col - lead - 11)
			continue;
		col -= (int)b.len;
		paint_text(t, a, 0, col, s == p->stream ? ST_STRONG : ST_BAR, buf_str(&b));
	}
	buf_clear(&b);
	buf_adds(&b, "Output of ");
	if (c && c->inst)
		view_step_name(&b, client_view(p->c), c->inst);
	else if (c && c->text)
		str_printable(&b, c->text, strlen(c->text), false);
	paint_fit(t, a, 0, lead, col - lead - 1, ST_BAR, buf_str(&b));
	buf_release(&b);
}

static void add_place(struct pager *p, struct buf *b, int64_t end)
{
	int64_t line = p->size ? pager_number(p, p->top) : 0;

	if (!p->size) {
		buf_adds(b, "Nothing here");
	} else if (line) {
		buf_adds(b, "Line ");
		add_count(b, line);
		if (p->counted) {
			buf_adds(b, " of ");
			add_count(b, p->ix.lines + (p->ix.done < p->size));
		}
		buf_adds(b, "  ");
	}
	if (p->size)
		buf_addf(b, "%d %%", (int)(end * 100 / p->size));
	if (!p->counted && p->size - p->ix.done > 2 * PAGER_BLOCK)
		buf_adds(b, " (counting lines)");
	if (p->left)
		buf_addf(b, "  from column %d", p->left + 1);
	if (p->raw != (p->stream != 2))
		buf_adds(b, p->raw ? "  every byte" : "  without control sequences");
	if (p->missing)
		buf_adds(b, client_pruned(p->c) ? "  its bytes were pruned" :
			 client_redacted(p->c) ? "  redacted bytes are \\x00" :
			 "  bytes that the record lacks are \\x00");
}

static void draw_status(struct pager *p, struct term *t, struct area a, int64_t end)
{
	static const char *const hints[] = {
		"Esc back   / search   n N next, previous   F follow   g G begin, end   ? help",
		"Esc back  / search  n N  F follow  g G  ? help",
		"Esc back  / search  ? help", "? help",
	};
	struct buf b = BUF_INIT;
	char word[PAGER_WORD_MAX + 1];
	int row = a.rows - 1, col;

	paint_row(t, a, row, ST_BAR);
	if (p->typed) {
		buf_addf(&b, "%lld: G goes to that line, %% that far in.", (long long)p->typed);
	} else if (p->wanted) {
		buf_addf(&b, "Counting to line %lld: %d %%. Esc stops it.", (long long)p->wanted,
			 (int)(p->ix.done * 100 / (p->size ? p->size : 1)));
	} else if (p->find.on) {
		buf_addf(&b, "Searching \"%s\": %d %%. Esc stops it.",
			 str_clip(word, 60, p->find.word), pager_find_percent(p));
	} else {
		if (p->follow)
			buf_adds(&b, "FOLLOWS  ");
		add_place(p, &b, end);
	}
	col = paint_fit(t, a, row, 1, a.cols - 2, ST_BAR, buf_str(&b));
	for (size_t i = 0; !p->find.on && i < sizeof hints / sizeof *hints; i++)
		if (col + 4 + (int)strlen(hints[i]) <= a.cols) {
			paint_text(t, a, row, col + 3, ST_BAR, hints[i]);
			break;
		}
	buf_release(&b);
	p->told = clock_now().boot;
}

/* --- the page --------------------------------------------------------------------------------- */

static int paint_part(struct term *t, struct area a, int row, int col, enum style st,
		      const char *s, size_t n)
{
	struct buf b = BUF_INIT;

	buf_add(&b, s, n);
	col = paint_text(t, a, row, col, st, buf_str(&b));
	buf_release(&b);
	return col;
}

/* From column p->left on, with what was searched for marked. */
static void draw_line(struct pager *p, struct term *t, struct area a, int row, enum style st)
{
	const char *s = buf_str(&p->line);
	size_t n = p->line.len, at = glyph_fit(s, n, p->left), len = strlen(p->find.word);
	int col = glyph_cols(s, at) < p->left && at < n; /* half of a wide one is out of sight */
	int64_t hit = pager_find_in(&p->find, s, n);

	if (p->left && at < n && col)
		at += glyph_next(s + at, n - at, &(struct glyph){ { 0 }, 0 });
	while (at < n && col < a.cols) {
		size_t to = hit < 0 ? n : (size_t)hit, after;

		if (to > at)
			col = paint_part(t, a, row, col, st, s + at, to - at);
		after = hit < 0 ? n : (size_t)hit + len;
		if (hit >= 0 && after > at)
			col = paint_part(t, a, row, col, ST_MATCH, s + (to > at ? to : at),
					 after - (to > at ? to : at));
		at = after > at ? after : at;
		hit = pager_find_in(&p->find, s + after, n - after);
		hit = hit < 0 ? -1 : hit + (int64_t)after;
	}
	if (glyph_cols(s, n) > p->left + a.cols)
		paint_text(t, a, row, a.cols - 1, ST_KEY, ">");
	if (p->left && n)
		paint_text(t, a, row, 0, ST_KEY, "<");
}

int pager_match_col(struct pager *p, int64_t line)
{
	size_t n;
	const char *s = pager_at(p, line, 2 * PAGER_BLOCK, &n);
	int64_t hit;
	int left = p->left, col = -1;

	p->left = PAGER_READ; /* so that nothing of it is out of sight */
	pager_text(p, s, pager_break(s, n, line, true), &p->line);
	p->left = left;
	hit = pager_find_in(&p->find, buf_str(&p->line), p->line.len);
	if (hit >= 0)
		col = glyph_cols(buf_str(&p->line), (size_t)hit);
	return col;
}

/* The last page is a whole one. */
static void clip_top(struct pager *p)
{
	int64_t at = p->top;
	int rows = 0;

	while (!p->follow && rows < p->rows && at < p->size) {
		at = pager_next(p, at);
		rows++;
	}
	if (rows == p->rows)
		return;
	for (p->top = p->size, rows = 0; rows < p->rows && p->top > 0; rows++)
		p->top = pager_prev(p, p->top);
}

void pager_draw(void *self, struct term *t, struct area a)
{
	struct pager *p = self;
	struct area body = { a.row + 1, a.col, a.rows - 2, a.cols };
	int64_t at;

	paint_blank(t, a);
	p->rows = body.rows > 0 ? body.rows : 1;
	p->cols = a.cols;
	clip_top(p);
	at = p->top;
	for (int row = 0; row < body.rows && at < p->size; row++) {
		size_t n;
		const char *s = pager_at(p, at, 2 * PAGER_BLOCK, &n);
		size_t len = pager_break(s, n, at, true);

		if (!len)
			break;
		pager_text(p, s, len, &p->line);
		draw_line(p, t, body, row, ST_PLAIN);
		if (at == p->find.hit && !p->line.len)
			paint_text(t, body, row, 0, ST_MATCH, " ");
		at += (int64_t)len;
	}
	draw_title(p, t, a);
	draw_status(p, t, a, at);
}
