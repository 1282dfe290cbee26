/* The step under the eyes in full; at the end of the walk what is left open; of a closed run its
 * ending. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "mem.h"
#include "state.h"
#include "view_walk.h"

static enum style style_of(const struct view_part *p)
{
	switch (p->kind) {
	case PART_WARNING:
		return ST_WARNING;
	case PART_ACTION:
		return ST_STRONG;
	case PART_TROUBLE:
		return ST_FAIL;
	default:
		return ST_PLAIN;
	}
}

static bool is_label(const struct view_part *p, const char *word)
{
	return p->n_label == strlen(word) && memcmp(p->label, word, p->n_label) == 0;
}

static void add_part(struct run *r, const struct view_part *p, const struct inst *in)
{
	enum { LABEL = 12, HANG = 14 };
	char *text = mem_dupn(p->text, p->n_text), label[64];
	int n = (int)p->n_label;

	if (p->kind == PART_NAME) {
		sheet_add(&r->step, run_mark_style(in), 4, text);
	} else if (!p->first) {
		char *line = mem_printf("%*s%s", HANG, "", text);

		sheet_add(&r->step, style_of(p), HANG, line);
		free(line);
	} else {
		int pad = n < LABEL ? LABEL - n : 0;

		snprintf(label, sizeof label, "  %.*s%*s", n < 50 ? n : 50, p->label,
			 is_label(p, "WARNING") ? 0 : pad, "");
		if (is_label(p, "WARNING"))
			sheet_part(&r->step, ST_WARNING, "! ");
		sheet_part(&r->step, p->kind == PART_WARNING || p->kind == PART_TROUBLE
			   ? style_of(p) : ST_DIM, label + (is_label(p, "WARNING") ? 2 : 0));
		if (is_label(p, "WARNING"))
			sheet_part(&r->step, ST_WARNING, "     ");
		if (n >= LABEL)
			sheet_part(&r->step, ST_DIM, ": ");
		sheet_add(&r->step, style_of(p), HANG, text);
	}
	free(text);
}

static void add_lines(struct sheet *s, enum style st, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = mem_dupn(text, n);

		sheet_add(s, st, 4, line);
		free(line);
		text += n + (text[n] == '\n');
	}
}

static void add_step(struct run *r, const struct inst *in)
{
	struct buf b = BUF_INIT;
	struct view_part p = { 0 };
	const char *at;

	view_step_text(&b, r->v, in, clock_now());
	at = buf_str(&b);
	while (view_part_next(&at, &p))
		add_part(r, &p, in);
	buf_release(&b);
}

static void add_ending(struct run *r)
{
	struct buf b = BUF_INIT;

	view_ending(&b, r->v);
	sheet_add(&r->step, view_recovered(r->v) ? ST_DONE : ST_FAIL, 0,
		  view_recovered(r->v) ? "[x] THE RUN IS CLOSED: RECOVERED"
				       : "[!] THE RUN IS CLOSED: NOT RECOVERED");
	add_lines(&r->step, ST_PLAIN, buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "record: %s, run %s", client_journal(r->c), client_run(r->c));
	sheet_add(&r->step, ST_DIM, 4, buf_str(&b));
	buf_release(&b);
}

/* No step is under the eyes: the closing question, or nothing is open at all. */
static void add_no_step(struct run *r)
{
	const struct state *s = view_state(r->v);
	struct buf b = BUF_INIT;

	if (s->phase != RUN_CLOSING || !run_shown(r, NULL, NULL)) {
		sheet_add(&r->step, ST_DIM, 0, s->phase == RUN_CLOSING
			  ? "The run is ending: what runs is stopped, what must always be done "
			    "is done." : "No step is open now.");
		return;
	}
	sheet_add(&r->step, ST_NOW, 0, "[>] THE WALK IS AT ITS END");
	if (s->end_text) {
		buf_adds(&b, "  ");
		view_end_text(&b, r->v);
		sheet_add(&r->step, ST_STRONG, 2, buf_str(&b));
		buf_clear(&b);
	}
	view_left_open(&b, r->v);
	sheet_add(&r->step, ST_PLAIN, 0, b.len ? "Left open or done off the script:"
					       : "Nothing is left open.");
	add_lines(&r->step, ST_PLAIN, buf_str(&b));
	buf_release(&b);
}

int run_body_rows(struct run *r, int cols)
{
	const struct inst *in = run_at(r);

	if (in != r->step_of)
		r->step.from = 0;
	r->step_of = in;
	sheet_clear(&r->step, cols);
	if (r->ended)
		add_ending(r);
	else if (in)
		add_step(r, in);
	else
		add_no_step(r);
	return (int)r->step.n;
}

void run_body(struct run *r, struct term *t, struct area a)
{
	r->body_rows = a.rows;
	if (a.rows > 0)
		sheet_paint(&r->step, t, a);
}
