/* What goes on beside the step: clocks, what is still down, who operates, how the record is. */
#include "run_area.h"

#include <stdio.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"

enum { CLOCKS_MAX = 3 };

static size_t n_owed(struct run *r)
{
	struct view_figures f;

	view_figures(r->v, run_now(r), &f);
	return f.owed;
}

/* Clocks, what is owed, the record. Where room is scarce, what is not there takes none: one row
 * says so for both. */
int run_status_rows(struct run *r, int rows)
{
	struct buf b = BUF_INIT;
	int clocks;

	if (r->ended || rows < 18)
		return 1;
	clocks = (int)view_clocks(&b, r->v, run_now(r));
	buf_release(&b);
	if (rows < 30)
		return 1 + (clocks && n_owed(r) ? 2 : 1);
	return 2 + (clocks > CLOCKS_MAX ? CLOCKS_MAX : clocks > 1 ? clocks : 1);
}

static void paint_clocks(struct run *r, struct term *t, struct area a)
{
	struct buf b = BUF_INIT, line = BUF_INIT;
	size_t n = view_clocks(&b, r->v, run_now(r)), shown = 0;
	const char *at = buf_str(&b);

	if (!n)
		paint_text(t, a, 0, 0, ST_DIM, "timers: nothing runs, nothing falls due");
	while (*at && (int)shown < a.rows) {
		size_t len = strcspn(at, "\n");
		bool late = str_starts(at, "LATE ");

		buf_clear(&line);
		if ((int)++shown == a.rows && n > shown)
			buf_addf(&line, "(+%zu: w) ", n - shown);
		buf_add(&line, at, len);
		paint_fit(t, a, (int)shown - 1, 0, a.cols, late ? ST_LATE : ST_PLAIN,
			  buf_str(&line));
		at += len + 1;
	}
	buf_release(&line);
	buf_release(&b);
}

static void paint_owed(struct run *r, struct term *t, struct area a)
{
	struct buf b = BUF_INIT;

	view_owed(&b, r->v);
	if (b.len) {
		buf_adds(&b, "  (t: bring back)");
		paint_fit(t, a, 0, 0, a.cols, ST_OPEN, buf_str(&b));
	} else {
		paint_text(t, a, 0, 0, ST_DIM, "still down: nothing that this run took down");
	}
	buf_release(&b);
}

/* Of clocks and debts there is one, or none of either. */
static void paint_one(struct run *r, struct term *t, struct area a)
{
	struct buf b = BUF_INIT;

	if (n_owed(r))
		paint_owed(r, t, a);
	else if (view_clocks(&b, r->v, run_now(r)))
		paint_clocks(r, t, a);
	else
		paint_text(t, a, 0, 0, ST_DIM, "timers: none | still down: nothing that this run "
						"took down");
	buf_release(&b);
}

/* Age in steps that grow, so that a quiet run is a quiet line. */
static void add_age(struct buf *out, int64_t ns)
{
	int64_t s = ns < 0 ? 0 : ns / CLOCK_S;

	if (s < 2)
		buf_adds(out, "just now");
	else if (s < 10)
		buf_adds(out, "seconds ago");
	else if (s < 60)
		buf_addf(out, "%d s ago", (int)(s / 10 * 10));
	else if (s < 3600)
		buf_addf(out, "%d min ago", (int)(s / 60));
	else
		buf_addf(out, "%d h ago", (int)(s / 3600));
}

static void add_seat(struct run *r, struct buf *out)
{
	const struct state *s = view_state(r->v);

	if (s->seat.taken) {
		buf_adds(out, " | operated by ");
		str_printable(out, s->seat.who.id, strlen(s->seat.who.id), false);
		if (client_has_seat(r->c))
			buf_adds(out, " (you)");
	} else if (s->phase != RUN_CLOSED) {
		buf_adds(out, " | nobody operates");
	}
	for (size_t i = 0; i < s->drill.n_facilitators; i++) {
		buf_adds(out, i ? ", " : " | facilitator: ");
		str_printable(out, s->drill.facilitators[i].who.id,
			      strlen(s->drill.facilitators[i].who.id), false);
	}
	if (r->o->observer && !client_has_seat(r->c))
		buf_adds(out, " | you look on");
}

static void paint_record(struct run *r, struct term *t, struct area a)
{
	const struct state *s = view_state(r->v);
	struct buf b = BUF_INIT;
	bool gone = r->gone && !r->ended, bad = r->trouble || gone;

	if (gone)
		buf_adds(&b, "KEEPER GONE, being brought back; what runs goes on | ");
	if (r->trouble)
		buf_addf(&b, "JOURNAL NOT WRITTEN since row %lld", (long long)s->seq);
	else
		buf_addf(&b, "journal ok: row %lld, ", (long long)s->seq);
	if (!r->trouble)
		add_age(&b, run_now(r).wall - s->last.wall);
	add_seat(r, &b);
	paint_fit(t, a, 0, 0, a.cols, bad ? ST_LATE : ST_DIM, buf_str(&b));
	buf_release(&b);
}

void run_status(struct run *r, struct term *t, struct area a)
{
	struct area one = a;

	if (a.rows < 1)
		return;
	one.row = a.row + a.rows - 1;
	one.rows = 1;
	paint_record(r, t, one);
	if (a.rows < 2)
		return;
	one.row--;
	if (a.rows == 2) {
		paint_one(r, t, one);
		return;
	}
	paint_owed(r, t, one);
	a.rows -= 2;
	paint_clocks(r, t, a);
}
