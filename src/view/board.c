/* Boards laid out: which columns there is room for, and lines of text. */
#include "boardint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

enum { GAP = 2, NOTE_INDENT = 4, NAME_ENOUGH = 16, ENOUGH = 100000 };

static int width_of(const char *s)
{
	return s ? (int)utf8_width(s, strlen(s)) : 0;
}

/* --- making ---------------------------------------------------------------------------------- */

const char *board_keep(struct board *b, const char *text)
{
	struct buf safe = BUF_INIT;
	const char *s;

	if (!text)
		return NULL;
	str_printable(&safe, text, strlen(text), false);
	s = arena_dupn(b->a, buf_str(&safe), safe.len);
	buf_release(&safe);
	return s;
}

const char *board_say(struct board *b, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return board_keep(b, text);
}

const char *board_take(struct board *b, struct buf *text)
{
	const char *s = text->len ? board_keep(b, buf_str(text)) : NULL;

	buf_release(text);
	return s;
}

void board_column(struct board *b, const char *title, int rank, int least, bool right)
{
	if (b->n_columns < BOARD_COLUMNS)
		b->column[b->n_columns++] = (struct board_column){ title, least, rank, right };
}

struct board_row *board_row(struct board *b, const char *id)
{
	struct board_row *r;

	if (b->n_rows == b->cap_rows) {
		b->cap_rows = b->cap_rows ? 2 * b->cap_rows : 16;
		b->row = mem_grow(b->row, b->cap_rows, sizeof *b->row);
	}
	r = &b->row[b->n_rows++];
	memset(r, 0, sizeof *r);
	r->id = arena_dup(b->a, id);
	return r;
}

void board_head(struct board *b, const char *text, enum board_style style)
{
	if (text && *text && b->n_head < BOARD_LINES)
		b->head[b->n_head++] = (struct board_cell){ text, style };
}

void board_foot(struct board *b, const char *text, enum board_style style)
{
	if (text && *text && b->n_foot < BOARD_LINES)
		b->foot[b->n_foot++] = (struct board_cell){ text, style };
}

void board_find_at(struct board *b, size_t cell)
{
	static const enum board_style first[] = { BOARD_FAIL, BOARD_OPEN, BOARD_NOW };

	b->at = b->n_rows;
	for (size_t k = 0; k < sizeof first / sizeof first[0]; k++)
		for (size_t i = 0; i < b->n_rows && b->at == b->n_rows; i++)
			if (b->row[i].cell[cell].style == first[k])
				b->at = i;
}

void board_free(struct board *b)
{
	if (!b)
		return;
	arena_free(b->a);
	free(b->row);
	free(b);
}

/* --- columns --------------------------------------------------------------------------------- */

/* As wide as what stands in them; one with nothing in it is none. */
static void natural(const struct board *b, int width[BOARD_COLUMNS], const bool *out)
{
	for (size_t c = 0; c < BOARD_COLUMNS; c++) {
		int most = 0;

		for (size_t r = 0; c < b->n_columns && r < b->n_rows; r++) {
			int n = width_of(b->row[r].cell[c].text);

			most = n > most ? n : most;
		}
		if (most && most < width_of(b->column[c].title))
			most = width_of(b->column[c].title);
		width[c] = out[c] ? 0 : most;
	}
}

static int sum(const int width[BOARD_COLUMNS])
{
	int all = 0;

	for (size_t c = 0; c < BOARD_COLUMNS; c++)
		all += width[c] ? width[c] + (all ? GAP : 0) : 0;
	return all;
}

/* What it may be cut to: names not much before others go. */
static int least_of(const struct board_column *c, bool hard)
{
	if (!c->least)
		return ENOUGH;
	return !hard && !c->rank && c->least < NAME_ENOUGH ? NAME_ENOUGH : c->least;
}

/* Takes from the widest of those that may be cut. False: none may. */
static bool narrow(const struct board *b, int width[BOARD_COLUMNS], bool hard)
{
	size_t best = BOARD_COLUMNS;

	for (size_t c = 0; c < b->n_columns; c++)
		if (width[c] > least_of(&b->column[c], hard) &&
		    (best == BOARD_COLUMNS || width[c] > width[best]))
			best = c;
	if (best == BOARD_COLUMNS)
		return false;
	width[best]--;
	return true;
}

static bool leave_out(const struct board *b, const int width[BOARD_COLUMNS], bool *out)
{
	size_t worst = BOARD_COLUMNS;

	for (size_t c = 0; c < b->n_columns; c++)
		if (width[c] && b->column[c].rank &&
		    (worst == BOARD_COLUMNS || b->column[c].rank > b->column[worst].rank))
			worst = c;
	if (worst == BOARD_COLUMNS)
		return false;
	out[worst] = true;
	return true;
}

int board_widths(const struct board *b, int cols, int width[BOARD_COLUMNS])
{
	bool out[BOARD_COLUMNS] = { false };

	for (;;) {
		natural(b, width, out);
		while (sum(width) > cols && narrow(b, width, false))
			;
		if (sum(width) <= cols || !leave_out(b, width, out))
			break;
	}
	while (sum(width) > cols && narrow(b, width, true))
		;
	return sum(width);
}

/* --- text ------------------------------------------------------------------------------------ */

/* Bytes of the beginning of s that take at most cols columns, and how many those are. */
static size_t head_of(const char *s, int cols, int *ret_cols)
{
	size_t n = strlen(s), at = 0;
	int used = 0;

	while (at < n) {
		uint32_t cp;
		size_t len = utf8_decode(s + at, n - at, &cp);
		int w;

		len = len ? len : 1;
		w = (int)utf8_width(s + at, len);
		if (used + w > cols)
			break;
		used += w;
		at += len;
	}
	*ret_cols = used;
	return at;
}

void board_fit(struct buf *out, const char *text, int cols, bool right)
{
	const char *s = text ? text : "";
	int w = width_of(s), used;
	size_t n;

	if (w <= cols) {
		buf_addf(out, "%*s%s%*s", right ? cols - w : 0, "", s, right ? 0 : cols - w, "");
		return;
	}
	n = head_of(s, cols > 3 ? cols - 3 : cols, &used);
	buf_add(out, s, n);
	buf_addf(out, "%s%*s", cols > 3 ? "..." : "", cols > 3 ? cols - 3 - used : cols - used, "");
}

static void end_row(struct buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		buf_cut(out, out->len - 1);
	buf_addc(out, '\n');
}

static void print_cells(struct buf *out, const struct board *b, const int *width,
			const struct board_row *r)
{
	bool any = false;

	for (size_t c = 0; c < b->n_columns; c++) {
		if (!width[c])
			continue;
		buf_addf(out, "%*s", any ? GAP : 0, "");
		board_fit(out, r ? r->cell[c].text : b->column[c].title, width[c],
			  b->column[c].right);
		any = true;
	}
	end_row(out);
}

static bool is_loud(const struct board_cell *note)
{
	return note->style == BOARD_FAIL || note->style == BOARD_WARNING;
}

static void print_lines(struct buf *out, const struct board_cell *v, size_t n, int cols)
{
	for (size_t i = 0; i < n; i++) {
		board_fit(out, v[i].text, width_of(v[i].text) > cols ? cols
			  : width_of(v[i].text), false);
		end_row(out);
	}
}

void board_print(struct buf *out, const struct board *b, int cols, bool whole)
{
	int width[BOARD_COLUMNS];
	int most = cols > 0 ? cols : ENOUGH;

	board_widths(b, most - GAP, width);
	print_lines(out, &(struct board_cell){ b->title, BOARD_STRONG }, 1, most);
	print_lines(out, b->head, b->n_head, ENOUGH);
	if (b->n_rows) {
		buf_addf(out, "%*s", GAP, "");
		print_cells(out, b, width, NULL);
	}
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct board_row *r = &b->row[i];

		buf_adds(out, i == b->at ? "> " : "  ");
		print_cells(out, b, width, r);
		if (r->note.text && (whole || is_loud(&r->note)))
			buf_addf(out, "%*s%s\n", NOTE_INDENT, "", r->note.text);
	}
	print_lines(out, b->foot, b->n_foot, ENOUGH);
}
