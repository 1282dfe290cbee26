/* The steps around the one under the eyes: folded above and below it, or all in a column. */
#include "run_area.h"

#include <string.h>

#include "clock.h"
#include "contact_state.h"
#include "state.h"
#include "view_walk.h"

enum { AHEAD = 2, WALK_MAX = 400 };

enum style run_mark_style(const struct inst *in)
{
	static const enum style ends[OUTCOME_MAX] = {
		[OUTCOME_NONE] = ST_PLAIN, [OUTCOME_CONFIRMED] = ST_DONE,
		[OUTCOME_ACCEPTED] = ST_SKIP, [OUTCOME_OVERRIDDEN] = ST_SKIP,
		[OUTCOME_SKIPPED] = ST_SKIP, [OUTCOME_NOT_APPLICABLE] = ST_DIM,
		[OUTCOME_FAILED] = ST_FAIL, [OUTCOME_ABORTED] = ST_FAIL,
		[OUTCOME_INTERRUPTED] = ST_DIM,
	};

	switch (in->state) {
	case STEP_PENDING:
		return ST_PLAIN;
	case STEP_FINISHED:
		return ends[in->outcome];
	case STEP_BLOCKED: case STEP_DECIDING: case STEP_FAILING:
		return ST_FAIL;
	case STEP_SUSPENDED: case STEP_DEFERRED:
		return ST_OPEN;
	default:
		return ST_NOW;
	}
}

static void paint_step(struct run *r, struct term *t, struct area a, int row,
		       const struct inst *in, int indent, const char *point)
{
	enum style st = run_mark_style(in);
	const char *mark = view_mark(in);
	struct buf b = BUF_INIT;
	int col = (int)strlen(point) + indent;

	paint_text(t, a, row, 0, ST_NOW, point);
	paint_text(t, a, row, col, st, mark);
	view_walk_line(&b, r->v, in, run_now(r));
	col += (int)strlen(mark) + 1;
	paint_fit(t, a, row, col, a.cols - col, in->state == STEP_FINISHED ? ST_DIM : ST_PLAIN,
		  buf_str(&b));
	buf_release(&b);
}

static const struct inst *met_before(const struct inst *in)
{
	for (in = view_walk_prev(in); in; in = view_walk_prev(in))
		if (view_walk_met(in))
			return in;
	return NULL;
}

static const struct inst *first_of(struct run *r)
{
	const struct inst *at = run_at(r);

	return at ? at : view_state(r->v)->root;
}

/* Steps that are open beside the one shown: they must not be forgotten. A climb has a line. */
static size_t open_beside(struct run *r, const struct inst *at, const struct inst **v, size_t max)
{
	const struct state *s = view_state(r->v);
	size_t n = 0;

	for (size_t i = 0; i < s->n_active && n < max; i++)
		if (s->active[i] != at && view_walk_met(s->active[i]) &&
		    !inst_climbs_beside(s->active[i]))
			v[n++] = s->active[i];
	return n;
}

/* One row says how many are folded away; the others show the last of them, or what else is open. */
void run_behind(struct run *r, struct term *t, struct area a)
{
	const struct inst *at = run_at(r), *v[4], *in = at;
	struct buf b = BUF_INIT;
	size_t open = open_beside(r, at, v, a.rows > 1 ? (size_t)a.rows - 1 : 0), n;
	int row = a.rows - 1;

	if (a.rows < 1)
		return;
	for (size_t i = open; i > 0 && row > 0; i--, row--)
		paint_step(r, t, a, row, v[i - 1], 0, "also ");
	while (row > 0 && in && (in = met_before(in)))
		if (in->state == STEP_FINISHED)
			paint_step(r, t, a, row--, in, 0, "");
	n = view_walk_fold(&b, r->v, at);
	if (n) {
		paint_text(t, a, 0, 0, ST_DIM, "[+]");
		paint_text(t, a, 0, 4, ST_DIM, buf_str(&b));
		paint_text(t, a, 0, 4 + (int)b.len, ST_DIM, " before here (w: the whole walk)");
	} else {
		paint_text(t, a, 0, 0, ST_DIM, "This is where it begins.");
	}
	buf_release(&b);
}

void run_ahead(struct run *r, struct term *t, struct area a)
{
	const struct inst *in = run_at(r);
	int row = 0;

	for (in = in ? view_walk_next(in) : NULL; in && row < a.rows; in = view_walk_next(in))
		if (view_walk_met(in) && in->state == STEP_PENDING) {
			paint_step(r, t, a, row, in, 0, row ? "then " : "next ");
			row++;
		}
	if (row == 0 && a.rows)
		paint_text(t, a, row, 0, ST_DIM, "Nothing follows: the walk ends here.");
}

/* --- the column ------------------------------------------------------------------------------ */

struct rows {
	const struct inst *v[WALK_MAX];
	int n;
};

static bool in_column(const struct inst *in)
{
	return in->step && in->step->kind != KIND_OPTION;
}

/* The rows of the column: the step in its middle, or as near to it as the ends allow. */
static void collect(struct run *r, struct rows *w, int want)
{
	const struct inst *at = first_of(r), *in;
	const struct inst *up[WALK_MAX];
	int n_up = 0, down = 0;

	if (want > WALK_MAX)
		want = WALK_MAX;
	for (in = view_walk_next(at); in && down < want; in = view_walk_next(in))
		down += in_column(in);
	for (in = view_walk_prev(at); in && n_up < want; in = view_walk_prev(in))
		if (in_column(in))
			up[n_up++] = in;
	if (n_up > want / 2)
		n_up = down > want / 2 ? want / 2 : want - 1 - down < n_up ? want - 1 - down : n_up;
	w->n = 0;
	for (int i = n_up; i > 0; i--)
		w->v[w->n++] = up[i - 1];
	for (in = at->step ? at : view_walk_next(at); in && w->n < want; in = view_walk_next(in))
		if (in_column(in))
			w->v[w->n++] = in;
}

void run_walk(struct run *r, struct term *t, struct area a)
{
	const struct inst *at = run_at(r);
	struct rows w;
	struct area text = a;

	collect(r, &w, a.rows);
	text.cols--;
	for (int i = 0; i < w.n; i++)
		paint_step(r, t, text, i, w.v[i], view_walk_depth(w.v[i]) * 2,
			   w.v[i] == at ? "->" : "  ");
	for (int i = 0; i < a.rows; i++)
		paint_text(t, a, i, a.cols - 1, ST_DIM, "|");
}
