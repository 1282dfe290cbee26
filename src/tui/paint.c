#include <string.h>

#include "glyph.h"
#include "str.h"
#include "termint.h"
#include "vt.h"

/* --- how a style looks ------------------------------------------------------------------------ */

struct look { attr_t attr; short fg, bg; };

/* Colours that can be read on black and on white. -1: the terminal's own. */
static const struct look looks[ST_MAX][TERM_COLOR_MAX] = {
	[ST_PLAIN] = { { 0, -1, -1 }, { 0, -1, -1 }, { 0, -1, -1 }, { 0, -1, -1 } },
	[ST_DIM] = { { A_DIM, -1, -1 }, { A_DIM, -1, -1 }, { A_DIM, -1, -1 }, { 0, 244, -1 } },
	[ST_STRONG] = { { A_BOLD, -1, -1 }, { A_BOLD, -1, -1 }, { A_BOLD, -1, -1 },
			{ A_BOLD, -1, -1 } },
	[ST_BAR] = { { A_REVERSE, -1, -1 }, { A_REVERSE, -1, -1 }, { A_REVERSE, -1, -1 },
		     { A_REVERSE, -1, -1 } },
	[ST_REAL] = { { A_REVERSE | A_BOLD, -1, -1 }, { A_BOLD, 7, 1 }, { A_BOLD, 15, 1 },
		      { A_BOLD, 15, 160 } },
	[ST_DRILL] = { { A_REVERSE | A_UNDERLINE, -1, -1 }, { 0, 0, 6 }, { 0, 0, 6 },
		       { 0, 0, 80 } },
	[ST_NOW] = { { A_BOLD, -1, -1 }, { A_BOLD, 6, -1 }, { A_BOLD, 6, -1 }, { A_BOLD, 38, -1 } },
	[ST_DONE] = { { 0, -1, -1 }, { 0, 6, -1 }, { 0, 6, -1 }, { 0, 32, -1 } },
	[ST_FAIL] = { { A_BOLD, -1, -1 }, { A_BOLD, 1, -1 }, { A_BOLD, 9, -1 },
		      { A_BOLD, 166, -1 } },
	[ST_OPEN] = { { 0, -1, -1 }, { 0, 3, -1 }, { 0, 3, -1 }, { 0, 136, -1 } },
	[ST_SKIP] = { { A_DIM, -1, -1 }, { A_DIM, -1, -1 }, { A_DIM, -1, -1 }, { 0, 244, -1 } },
	[ST_WARNING] = { { A_BOLD, -1, -1 }, { A_BOLD, 3, -1 }, { A_BOLD, 3, -1 },
			 { A_BOLD, 172, -1 } },
	[ST_LATE] = { { A_BOLD, -1, -1 }, { A_BOLD, 1, -1 }, { A_BOLD, 9, -1 },
		      { A_BOLD, 166, -1 } },
	[ST_KEY] = { { A_BOLD, -1, -1 }, { A_BOLD, -1, -1 }, { A_BOLD, -1, -1 },
		     { A_BOLD, -1, -1 } },
	[ST_INPUT] = { { A_UNDERLINE, -1, -1 }, { A_UNDERLINE, -1, -1 }, { A_UNDERLINE, -1, -1 },
		       { A_UNDERLINE, -1, -1 } },
	[ST_PICKED] = { { A_REVERSE, -1, -1 }, { A_REVERSE, -1, -1 }, { A_REVERSE, -1, -1 },
			{ A_REVERSE, -1, -1 } },
	[ST_MATCH] = { { A_REVERSE, -1, -1 }, { 0, 0, 3 }, { 0, 0, 3 }, { 0, 0, 214 } },
};

static const short depth_colors[TERM_COLOR_MAX] = { 0, 8, 16, 256 };

static short pair_of(const struct term *t, short fg, short bg)
{
	if (t->depth == TERM_COLOR_MONO || (fg < 0 && bg < 0))
		return 0;
	int pair = alloc_pair(fg, bg);
	return pair < 0 ? 0 : (short)pair;
}

void paint_setup(struct term *t)
{
	for (int i = 0; i < ST_MAX; i++)
		t->look_pair[i] = pair_of(t, looks[i][t->depth].fg, looks[i][t->depth].bg);
}

/* --- cells ------------------------------------------------------------------------------------ */

static bool inside(struct area a, int row)
{
	return row >= 0 && row < a.rows && a.row + row >= 0 && a.row + row < LINES;
}

/* What of the area is on the screen: columns from its left edge. */
static int right_of(struct area a)
{
	return a.col + a.cols > COLS ? COLS - a.col : a.cols;
}

static void put(struct area a, int row, int col, const wchar_t *ch, attr_t attr, short pair)
{
	cchar_t c;

	if (setcchar(&c, ch, attr, pair, NULL) == OK)
		mvadd_wch(a.row + row, a.col + col, &c);
}

static void fill(const struct term *t, struct area a, int row, const wchar_t *ch, enum style st)
{
	int n = right_of(a);
	cchar_t c;

	if (inside(a, row) && n > 0 &&
	    setcchar(&c, ch, looks[st][t->depth].attr, t->look_pair[st], NULL) == OK)
		mvhline_set(a.row + row, a.col, &c, n);
}

static int text(struct term *t, struct area a, int row, int col, enum style st, const char *s,
		size_t n)
{
	const struct look *l = &looks[st][t->depth];
	int right = right_of(a);
	struct glyph g;

	if (!inside(a, row))
		return col;
	for (size_t i = 0; i < n; col += g.width) {
		i += glyph_next(s + i, n - i, &g);
		if (col + g.width > right)
			break;
		if (g.width && col >= 0)
			put(a, row, col, g.ch, l->attr, t->look_pair[st]);
	}
	return col;
}

int paint_text(struct term *t, struct area a, int row, int col, enum style st, const char *s)
{
	return text(t, a, row, col, st, s, strlen(s));
}

int paint_fit(struct term *t, struct area a, int row, int col, int cols, enum style st,
	      const char *s)
{
	const char *more = t->ascii ? "..." : "\342\200\246";
	int room = t->ascii ? 3 : 1;

	if (cols > right_of(a) - col)
		cols = right_of(a) - col;
	if (cols <= 0)
		return col;
	if (glyph_cols(s, (size_t)-1) <= cols)
		return paint_text(t, a, row, col, st, s);
	if (cols < room)
		return text(t, a, row, col, st, s, glyph_fit(s, (size_t)-1, cols));
	col = text(t, a, row, col, st, s, glyph_fit(s, (size_t)-1, cols - room));
	return paint_text(t, a, row, col, st, more);
}

void paint_row(struct term *t, struct area a, int row, enum style st)
{
	fill(t, a, row, L" ", st);
}

void paint_blank(struct term *t, struct area a)
{
	for (int row = 0; row < a.rows; row++)
		paint_row(t, a, row, ST_PLAIN);
}

void paint_rule(struct term *t, struct area a, int row, const char *word)
{
	int right = right_of(a), from = paint_taken(t, a, row);

	fill(t, a, row, t->ascii ? L"-" : L"\u2500", ST_DIM);
	if (!word || !*word || right < 6)
		return;
	int col = paint_text(t, a, row, from > 2 ? from : 2, ST_PLAIN, " ");
	col = paint_fit(t, a, row, col, right - col - 2, ST_STRONG, word);
	paint_text(t, a, row, col, ST_PLAIN, " ");
}

static const char drill_word[] = "DRILL";

void term_drill(struct term *t, bool on)
{
	t->drill = on;
}

int paint_taken(const struct term *t, struct area a, int row)
{
	int taken = (int)sizeof(drill_word) - a.col;

	return t->drill && a.row + row == 0 && taken > 0 ? taken : 0;
}

void paint_drill(struct term *t)
{
	if (t->drill)
		paint_text(t, term_area(t), 0, 0, ST_DRILL, drill_word);
}

void paint_upright(struct term *t, struct area a, int col)
{
	const struct look *l = &looks[ST_DIM][t->depth];

	for (int row = 0; row < a.rows; row++)
		if (inside(a, row) && col >= 0 && col < right_of(a))
			put(a, row, col, t->ascii ? L"|" : L"\u2502", l->attr,
			    t->look_pair[ST_DIM]);
}

void paint_cursor(struct term *t, struct area a, int row, int col)
{
	if (!inside(a, row) || col < 0 || col >= right_of(a))
		return;
	t->cursor_row = a.row + row;
	t->cursor_col = a.col + col;
}

/* --- cells of the terminal inside the screen -------------------------------------------------- */

/* The nearest of the cube of 6x6x6. */
static short cube(const struct vt_color *c)
{
	static const int steps[] = { 0, 95, 135, 175, 215, 255 };
	const int v[3] = { c->r, c->g, c->b };
	int at[3] = { 0 };

	for (int i = 0; i < 3; i++)
		for (int k = 1; k < 6; k++)
			if (2 * v[i] > steps[k] + steps[k - 1])
				at[i] = k;
	return (short)(16 + 36 * at[0] + 6 * at[1] + at[2]);
}

/* The nearest of the eight, and whether it is a bright one. */
static short eight(const struct vt_color *c, bool *ret_bright)
{
	int top = c->r > c->g ? c->r : c->g;

	top = top > c->b ? top : c->b;
	*ret_bright = top > 200;
	if (top < 48)
		return 0;
	int half = top / 2 + 16;
	return (short)((c->r > half ? 1 : 0) | (c->g > half ? 2 : 0) | (c->b > half ? 4 : 0));
}

static short color_of(const struct term *t, const struct vt_color *c, bool *bold)
{
	bool bright = false;
	short n;

	if (c->kind == VT_DEFAULT)
		return -1;
	if (c->kind == VT_RGB && t->depth == TERM_COLOR_256)
		return cube(c);
	if (c->kind == VT_RGB) {
		n = eight(c, &bright);
	} else {
		n = c->index & 7;
		bright = c->index > 7;
	}
	if (bright && depth_colors[t->depth] >= 16)
		return (short)(n + 8);
	if (bright && bold)
		*bold = true;
	return n;
}

void paint_cell(struct term *t, struct area a, int row, int col, const struct vt_cell *c)
{
	struct glyph g = { 0 };
	bool bold = c->bold;
	short fg = color_of(t, &c->fg, &bold), bg = color_of(t, &c->bg, NULL);
	attr_t attr = (c->dim ? A_DIM : 0) | (c->underline ? A_UNDERLINE : 0) |
		      (c->reverse ? A_REVERSE : 0) | (c->italic ? A_ITALIC : 0);

	if (!inside(a, row) || col < 0 || col >= right_of(a) || !c->width)
		return;
	glyph_next(c->text, strlen(c->text), &g);
	if (!g.width || col + g.width > right_of(a)) {
		g.ch[0] = L' ';
		g.ch[1] = 0;
	}
	put(a, row, col, g.ch, attr | (bold ? A_BOLD : 0), pair_of(t, fg, bg));
	/* where only ASCII can be sent, one stands for a wide one */
	if (c->width == 2 && g.width == 1 && col + 1 < right_of(a))
		put(a, row, col + 1, L" ", attr, pair_of(t, fg, bg));
}
