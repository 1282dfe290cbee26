/* The first two rows: real or drill, what, how long, how far. */
#include "run_area.h"

#include <string.h>

#include "clock.h"
#include "state.h"
#include "str.h"
#include "utf8.h"
#include "view_update.h"

enum { COLS_FEW = 60 };

static int width(const struct buf *b)
{
	return (int)utf8_width(buf_str(b), b->len);
}

static void clip(struct term *t, struct area a, int row, int col, int cols, enum style st,
		 const char *text)
{
	struct area in = { a.row + row, a.col + col, 1, cols };

	if (cols > 0)
		paint_text(t, in, 0, 0, st, text);
}

/* "0:41:12 of 4h, 3:18:48 left"; over it says so. */
static bool add_time(struct buf *out, const struct view_figures *f, int64_t rto_ms, bool few)
{
	buf_adds(out, few ? "" : "elapsed ");
	str_stopwatch(out, f->elapsed_ms);
	if (!f->has_rto)
		return false;
	if (f->left_ms >= 0) {
		buf_adds(out, few ? ", " : " | ");
		str_stopwatch(out, f->left_ms);
		buf_adds(out, " left");
	} else {
		buf_adds(out, few ? " OVER by " : " | OVER by ");
		str_stopwatch(out, -f->left_ms);
	}
	if (!few) {
		buf_adds(out, " of ");
		str_duration(out, rto_ms);
	}
	return f->left_ms < 0;
}

static void add_place(struct buf *out, const struct view_figures *f, const struct state *s,
		      bool few)
{
	if (f->place)
		buf_addf(out, few ? "%zu/%zu" : "step %zu of %zu", f->place, f->of);
	else
		buf_addf(out, "%zu steps", f->of);
	if (few) {
		buf_addf(out, " done %zu", f->done);
		if (f->skipped)
			buf_addf(out, " skip %zu", f->skipped);
		if (f->deferred)
			buf_addf(out, " defer %zu", f->deferred);
		if (f->failed)
			buf_addf(out, " FAIL %zu", f->failed);
	} else {
		buf_addf(out, " | %zu done, %zu skipped, %zu deferred, %zu failed", f->done,
			 f->skipped, f->deferred, f->failed);
	}
	if (s->pace == PACE_STEP)
		buf_adds(out, few ? "" : " | pace: step");
	if (s->phase == RUN_CLOSED)
		buf_adds(out, " | CLOSED");
}

int run_head(struct run *r, struct term *t, struct area a)
{
	const struct state *s = view_state(r->v);
	bool few = a.cols < COLS_FEW, over;
	struct buf time = BUF_INIT, title = BUF_INIT, place = BUF_INIT;
	struct view_figures f;
	struct view_update u;
	int at;

	view_figures(r->v, run_now(r), &f);
	over = add_time(&time, &f, s->rto_ms, few);
	str_printable(&title, s->title ? s->title : "", s->title ? strlen(s->title) : 0, false);
	add_place(&place, &f, s, few);
	if (view_update(r->v, run_now(r), &u)) {
		buf_adds(&place, few ? " " : " | ");
		view_update_line(&place, &u);
	}
	for (int i = 0; i < a.rows; i++)
		paint_row(t, a, i, ST_BAR);
	at = (int)strlen(f.mode);
	clip(t, a, 0, 0, at, s->mode == MODE_DRILL ? ST_DRILL : ST_REAL, f.mode);
	if (a.rows > 1 && few) {
		clip(t, a, 0, at + 1, a.cols - at - 1, ST_BAR, buf_str(&title));
		buf_adds(&time, " ");
		buf_add(&time, buf_str(&place), place.len);
		clip(t, a, 1, 0, a.cols, over ? ST_LATE : ST_BAR, buf_str(&time));
	} else if (a.rows > 1) {
		clip(t, a, 0, at + 1, a.cols - at - 3 - width(&time), ST_BAR, buf_str(&title));
		clip(t, a, 0, a.cols - width(&time), width(&time), over ? ST_LATE : ST_BAR,
		     buf_str(&time));
		clip(t, a, 1, 0, a.cols, ST_BAR, buf_str(&place));
	} else if (a.rows) {
		clip(t, a, 0, at + 1, a.cols - at - 1, ST_BAR, buf_str(&place));
	}
	if (s->paused && a.rows > 1)
		clip(t, a, a.rows - 1, a.cols - 6, 6, ST_LATE, "PAUSED");
	buf_release(&time);
	buf_release(&title);
	buf_release(&place);
	return a.rows;
}
