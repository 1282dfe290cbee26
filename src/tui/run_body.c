/* The step under the eyes in full; at the end of the walk what is left open; of a closed run its
 * ending. */
#include "run_area.h"

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
	case PART_GUARD:
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

enum { LABEL = 12, HANG = 14, FEW_ROWS = 20 };

static bool is_few(const struct run *r)
{
	return r->term && term_area(r->term).rows < FEW_ROWS;
}

static void add_label(struct run *r, const struct view_part *p)
{
	char label[80];
	int n = p->n_label < 60 ? (int)p->n_label : 60;
	bool loud = p->kind == PART_WARNING || p->kind == PART_TROUBLE;
	const char *mark = p->kind == PART_WARNING ? "! " : "  ";

	if (is_few(r) && run_guarded(run_at(r)))
		snprintf(label, sizeof label, "%s%.*s ", loud ? "! " : "", n, p->label);
	else if (is_label(p, "command (changed by the operator)"))
		snprintf(label, sizeof label, "%-*s", HANG, "* CHANGED");
	else if (n < LABEL)
		snprintf(label, sizeof label, "%s%.*s%*s", mark, n, p->label, LABEL - n, "");
	else
		snprintf(label, sizeof label, "%s%.*s: ", mark, n, p->label);
	sheet_part(&r->step, loud ? style_of(p) : ST_DIM, label);
}

static void add_part(struct run *r, const struct view_part *p, const struct inst *in)
{
	char *text = mem_dupn(p->text, p->n_text);

	if (p->kind == PART_NAME) {
		sheet_add(&r->step, run_mark_style(in), 4, text);
	} else if (p->first) {
		add_label(r, p);
		sheet_add(&r->step, style_of(p), is_few(r) && run_guarded(in) ? 2 : HANG, text);
	} else {
		char *line = mem_printf("%*s%s", HANG, "", text);

		sheet_add(&r->step, style_of(p), HANG, line);
		free(line);
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

/* What a warning says already, or what goes on a row with another. */
static bool is_folded(struct run *r, const struct view_part *p, const struct inst *in)
{
	char *text;

	if (!is_label(p, "effect"))
		return false;
	if (view_step_effect(in) != EFFECT_DESTROY) {
		text = mem_dupn(p->text, p->n_text);
		add_label(r, p);
		sheet_part(&r->step, ST_PLAIN, text);
		if (in->step->takes_ms)
			sheet_part(&r->step, ST_DIM, "  takes about ");
		else
			sheet_add(&r->step, ST_PLAIN, HANG, "");
		free(text);
	}
	return true;
}

/* What must not be below the edge comes first: of a step that is being decided about, why; where
 * there are few rows, what it warns of and what it does. The rest follows in its order. */
enum order { AS_WRITTEN, WRONG_FIRST, ACT_FIRST, GUARD_FIRST };
enum { PASSES = 4 };

/* Where it is and what it destroys, then what stops it or goes with it. */
static int guarded_pass(const struct view_part *p)
{
	if (p->kind == PART_GUARD || p->kind == PART_TROUBLE || is_label(p, "target") ||
	    is_label(p, "on host"))
		return 0;
	if (p->kind == PART_ACTION || is_label(p, "with"))
		return 1;
	return p->kind == PART_WARNING || is_label(p, "no way back") ? 2 : 3;
}

static int pass_of(const struct view_part *p, enum order order)
{
	bool wrong = p->kind == PART_TROUBLE || is_label(p, "reading") ||
		     is_label(p, "its command");
	bool act = p->kind == PART_WARNING || p->kind == PART_ACTION;

	if (order == AS_WRITTEN || p->kind == PART_NAME)
		return 0;
	if (order == GUARD_FIRST)
		return guarded_pass(p);
	if (order == ACT_FIRST)
		return act ? 0 : 1;
	return wrong ? 0 : is_label(p, "if not") ? 1 : 2;
}

/* The readings say it in full. */
static bool is_said(const struct run *r, const struct view_part *p,
		    const struct inst *in)
{
	if (!run_guarded(in))
		return false;
	if (is_few(r) && in->state == STEP_HOLD && is_label(p, "target"))
		return true; /* the question has it */
	if (is_few(r) && inst_awaits_approval(in) && is_label(p, "environment"))
		return true;
	if (is_label(p, "PROBLEM"))
		return in->guard->n_readings && in->guard->stop == GUARD_DISAGREES;
	return in->step->no_way_back && is_label(p, "WARNING") && p->n_text > 13 &&
	       memcmp(p->text, "this destroys", 13) == 0;
}

static void add_parts(struct run *r, const char *at, const struct inst *in, enum order order,
		      int pass)
{
	struct view_part p = { 0 };
	bool joined = false;

	while (view_part_next(&at, &p)) {
		if (pass_of(&p, order) != pass || is_said(r, &p, in))
			continue;
		if (p.first && is_folded(r, &p, in)) {
			joined = in->step->takes_ms && view_step_effect(in) != EFFECT_DESTROY;
			continue;
		}
		if (joined && is_label(&p, "takes about")) {
			char *text = mem_dupn(p.text, p.n_text);

			sheet_add(&r->step, ST_PLAIN, HANG, text);
			free(text);
			joined = false;
			continue;
		}
		add_part(r, &p, in);
	}
}

static void add_step(struct run *r, const struct inst *in)
{
	struct buf b = BUF_INIT;
	bool wrong = in->state == STEP_DECIDING || in->state == STEP_BLOCKED ||
		     in->state == STEP_FAILING;
	bool few = is_few(r);
	enum order order = wrong ? WRONG_FIRST : few ? ACT_FIRST : AS_WRITTEN;

	view_step_text(&b, r->v, in, run_now(r));
	if (run_guarded(in)) {
		view_guard_text(&b, r->v, in, run_now(r));
		order = GUARD_FIRST;
	}
	for (int pass = 0; pass < PASSES; pass++)
		add_parts(r, buf_str(&b), in, order, pass);
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
	view_end_text(&b, r->v);
	if (b.len)
		sheet_add(&r->step, ST_STRONG, 0, buf_str(&b));
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
