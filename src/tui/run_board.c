/* Boards: of the step under the eyes among its areas, and whole, as a scene of its own. */
#include "run_area.h"

#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "client.h"
#include "client_progress.h"
#include "clock.h"
#include "mem.h"
#include "run_board.h"
#include "run_reply.h"
#include "state.h"
#include "str.h"

enum { GAP = 2, HANG = 4, ENOUGH = 1000, COLS_FEW = 60 };

enum style run_board_style(enum board_style st)
{
	static const enum style styles[BOARD_STYLES] = {
		[BOARD_PLAIN] = ST_PLAIN, [BOARD_DIM] = ST_DIM, [BOARD_STRONG] = ST_STRONG,
		[BOARD_NOW] = ST_NOW, [BOARD_DONE] = ST_DONE, [BOARD_FAIL] = ST_FAIL,
		[BOARD_OPEN] = ST_OPEN, [BOARD_WARNING] = ST_WARNING,
	};

	return styles[st];
}

bool run_board_tick(struct run *r)
{
	return client_progress(r->c, &r->progress, run_now(r).boot);
}

struct board *run_board_of(struct run *r, const struct inst *in)
{
	return board_new(view_state(r->v), in, run_now(r), &r->progress);
}

/* --- onto a sheet ---------------------------------------------------------------------------- */

/* What there is room for. Rows always are; then what went wrong, the figures, the names of the
 * columns, the title, the rest. */
struct room {
	bool title, columns, notes, foot;
	size_t heads, loud;
};

static bool is_loud(const struct board_cell *c)
{
	return c->text && (c->style == BOARD_FAIL || c->style == BOARD_WARNING);
}

static bool fits(int *left, size_t n)
{
	if ((size_t)(*left > 0 ? *left : 0) < n)
		return false;
	*left -= (int)n;
	return true;
}

static void make_room(const struct board *b, int rows, struct room *ret)
{
	struct room m = { 0 };
	size_t notes = 0, loud = 0;
	int left = rows - (int)b->n_rows;

	for (size_t i = 0; i < b->n_rows; i++) {
		notes += b->row[i].note.text && !is_loud(&b->row[i].note);
		loud += is_loud(&b->row[i].note);
	}
	m.heads = b->n_head && (left > 0 || rows > 2) ? 1 : 0;
	left -= (int)m.heads;
	m.loud = fits(&left, loud) ? loud : (size_t)(left > 0 ? left : 0);
	left -= m.loud < loud ? (int)m.loud : 0;
	if (m.heads && b->n_head > 1 && fits(&left, 1))
		m.heads = 2;
	m.columns = b->n_rows && fits(&left, 1);
	m.title = fits(&left, 1);
	if (b->n_head > m.heads && fits(&left, b->n_head - m.heads))
		m.heads = b->n_head;
	m.notes = fits(&left, notes);
	m.foot = fits(&left, b->n_foot);
	*ret = m;
}

static void add_cells(struct sheet *s, const struct board *b, const int *width,
		      const struct board_row *r, bool picked)
{
	struct buf cell = BUF_INIT;
	bool any = false;

	for (size_t c = 0; c < b->n_columns; c++) {
		const char *text = r ? r->cell[c].text : b->column[c].title;

		if (!width[c])
			continue;
		buf_clear(&cell);
		buf_addf(&cell, "%*s", any ? GAP : 0, "");
		board_fit(&cell, text, width[c], b->column[c].right);
		sheet_part(s, picked ? ST_PICKED : r ? run_board_style(r->cell[c].style) : ST_DIM,
			   buf_str(&cell));
		any = true;
	}
	sheet_add(s, ST_PLAIN, HANG, "");
	buf_release(&cell);
}

/* cols: each is cut to one line of so many columns; 0: they go on in further lines. */
static void add_lines(struct sheet *s, const struct board_cell *v, size_t n, int hang, int cols)
{
	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF_INIT;

		if (cols)
			board_fit(&b, v[i].text, cols, false);
		else
			buf_adds(&b, v[i].text);
		sheet_add(s, run_board_style(v[i].style), hang, buf_str(&b));
		buf_release(&b);
	}
}

void run_board_fill(struct sheet *s, const struct board *b, int cols, int rows, const char *picked)
{
	int width[BOARD_COLUMNS];
	struct room room;

	make_room(b, rows, &room);
	board_widths(b, cols - GAP, width);
	if (room.title)
		sheet_add(s, ST_STRONG, 2, b->title);
	add_lines(s, b->head, room.heads, 2, rows < ENOUGH ? cols : 0);
	if (room.columns) {
		sheet_part(s, ST_DIM, "  ");
		add_cells(s, b, width, NULL, false);
	}
	for (size_t i = 0; i < b->n_rows; i++) {
		const struct board_row *r = &b->row[i];
		bool here = picked ? strcmp(r->id, picked) == 0 : i == b->at;

		sheet_part(s, ST_NOW, here ? "> " : "  ");
		add_cells(s, b, width, r, here && picked);
		if (here)
			sheet_mark(s);
		if (!r->note.text || (is_loud(&r->note) ? room.loud == 0 : !room.notes))
			continue;
		room.loud -= is_loud(&r->note);
		sheet_part(s, ST_PLAIN, "    ");
		add_lines(s, &r->note, 1, HANG, rows < ENOUGH ? cols - HANG : 0);
	}
	if (room.foot)
		add_lines(s, b->foot, b->n_foot, 2, rows < ENOUGH ? cols : 0);
}

/* --- among the areas of the run -------------------------------------------------------------- */

const struct inst *run_board_at(struct run *r)
{
	const struct inst *in = r->ended || r->drives ? NULL : board_inst(run_at(r));

	return in && board_is_on(in) ? in : NULL;
}

int run_board_rows(struct run *r, int cols)
{
	const struct inst *in = run_board_at(r);
	struct board *b;

	sheet_clear(&r->board, cols);
	if (!in)
		return 0;
	b = run_board_of(r, in);
	run_board_fill(&r->board, b, cols, ENOUGH, NULL);
	board_free(b);
	return (int)r->board.n;
}

void run_board_draw(struct run *r, struct term *t, struct area a)
{
	const struct inst *in = run_board_at(r);
	struct board *b;

	if (!in || a.rows < 1)
		return;
	b = run_board_of(r, in);
	sheet_clear(&r->board, a.cols);
	run_board_fill(&r->board, b, a.cols, a.rows, NULL);
	sheet_paint(&r->board, t, a);
	board_free(b);
}

/* --- who is being reached meanwhile ---------------------------------------------------------- */

static const struct inst *climbs_beside(struct run *r)
{
	const struct state *s = view_state(r->v);
	const struct inst *at = run_at(r);

	for (size_t i = 0; i < s->n_active && !r->ended; i++)
		if (s->active[i] != at && s->active[i]->state != STEP_DEFERRED &&
		    run_reply_takes(s->active[i]))
			return s->active[i];
	return NULL;
}

bool run_contact(struct run *r, struct term *t, struct area a)
{
	const struct inst *in = climbs_beside(r);
	struct buf b = BUF_INIT;
	bool any, call;

	if (!in)
		return false;
	any = board_contact_line(&b, view_state(r->v), in, run_now(r));
	call = any && (strstr(buf_str(&b), "CALL NOW") || strstr(buf_str(&b), "ASKED"));
	if (any && t) {
		const char *text = buf_str(&b);

		if (a.cols < COLS_FEW && str_starts(text, "contacting "))
			text += strlen("contacting ");
		paint_text(t, a, 0, a.cols - 8, ST_KEY, "C");
		paint_text(t, a, 0, a.cols - 6, ST_PLAIN, "board");
		paint_fit(t, a, 0, 0, a.cols - 9, call ? ST_NOW : ST_OPEN, text);
	}
	buf_release(&b);
	return any;
}
