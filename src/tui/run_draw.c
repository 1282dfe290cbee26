/* Who gets which rows. The question and its keys come first, then the step, then the rest. */
#include "run_area.h"
#include "run_notice.h"

#include <string.h>

#include "client.h"
#include "clock.h"
#include "pane.h"
#include "run_board.h"
#include "state.h"
#include "str.h"
#include "utf8.h"
#include "view_walk.h"

enum {
	ROWS_ROOMY = 20,     /* from here on rules, neighbours and three lines of status */
	ROWS_FEW = 14,
	STEP_LEAST = 3,
	PANE_LEAST = 4,      /* its rule included */
	PANE_MUCH = 8,
	DRIVE_REST = 12,     /* rows beside a driven terminal */
	DRIVE_REST_FEW = 8,
};

struct plan {
	struct area head, rule_top, behind, board, step, output, ahead, rule, status, contact,
		    prompt, walk;
};

static int fitting(const struct area *from, int rows)
{
	return rows < 0 ? 0 : rows > from->rows ? from->rows : rows;
}

static struct area take(struct area *from, int rows)
{
	struct area a = *from;

	a.rows = fitting(from, rows);
	from->row += a.rows;
	from->rows -= a.rows;
	return a;
}

static struct area take_end(struct area *from, int rows)
{
	struct area a = *from;

	a.rows = fitting(from, rows);
	from->rows -= a.rows;
	a.row += from->rows;
	return a;
}

/* --- keys in a line -------------------------------------------------------------------------- */

static int columns(const char *s)
{
	return (int)utf8_width(s, strlen(s));
}

int run_hints(struct term *t, struct area a, const struct run_hint *v, size_t n)
{
	int row = 0, col = 0;

	for (size_t i = 0; i < n; i++) {
		int need = columns(v[i].key) + 1 + columns(v[i].word);

		if (col && col + need > a.cols) {
			row++;
			col = 0;
		}
		if (t && row < a.rows) {
			paint_text(t, a, row, col, ST_KEY, v[i].key);
			paint_text(t, a, row, col + columns(v[i].key) + 1, ST_PLAIN, v[i].word);
		}
		col += need + 2;
	}
	return n ? row + 1 : 0;
}

/* --- the plan -------------------------------------------------------------------------------- */

/* What was printed says why. */
static bool went_wrong(const struct inst *in)
{
	return in && (in->state == STEP_DECIDING || in->state == STEP_FAILING) && in->cmd;
}

static bool runs(const struct cmd *c)
{
	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

/* What the step needs first, output gets the rest; where that is too little, a part of it. */
static void share_body(struct run *r, struct plan *p, struct area body, const struct cmd *c)
{
	int need = run_body_rows(r, body.cols), pane = body.rows - need;
	const struct inst *at = run_at(r);
	bool here = c && c->inst == at && !(at && at->state == STEP_HOLD);

	if (here && (runs(c) || went_wrong(at)) && pane < PANE_MUCH)
		pane = body.rows / 2 < PANE_MUCH ? body.rows / 2 : PANE_MUCH;
	if (here && runs(c) && c->terminal && need > body.rows / 2)
		pane = body.rows - body.rows / 2;
	if (!c || pane < PANE_LEAST)
		pane = 0;
	p->output = take_end(&body, pane);
	p->step = body;
}

/* The rows and columns that a command's terminal has: those of the time when it is driven, whatever
 * is shown just now, so that it is not told of another size with each look elsewhere. */
static struct area drive_size(struct area a)
{
	a.rows -= a.rows >= ROWS_ROOMY ? DRIVE_REST : DRIVE_REST_FEW;
	if (a.rows < 1)
		a.rows = 1;
	if (a.cols >= RUN_WIDE)
		a.cols -= a.cols * 2 / 5 + 1;
	return a;
}

/* The command has the keyboard: it has the room, too. */
static void plan_drive(struct run *r, struct area a, struct plan *p)
{
	bool roomy = a.rows >= ROWS_ROOMY;
	struct area body = a;

	p->head = take(&body, a.rows < 10 ? 1 : 2);
	p->rule_top = take(&body, roomy ? 1 : 0);
	p->prompt = take_end(&body, 2);
	p->status = take_end(&body, roomy ? 2 : 0);
	p->rule = take_end(&body, 1);
	if (a.cols >= RUN_WIDE) {
		p->walk = body;
		p->walk.cols = a.cols * 2 / 5;
		body.col += p->walk.cols + 1;
		body.cols -= p->walk.cols + 1;
	}
	p->output = take_end(&body, drive_size(a).rows + 1);
	run_body_rows(r, body.cols);
	p->step = body;
}

/* A long list scrolls; what is to be known before one chooses does not make room for it. */
static int prompt_rows(struct run *r, struct area a, int body)
{
	int need = run_body_rows(r, a.cols >= RUN_WIDE ? a.cols - a.cols * 2 / 5 - 1 : a.cols);
	int most = body - need, least = body / 2;

	return run_prompt_rows(r, a.cols, most > least ? most : least);
}

/* A board comes first while its parts work by themselves; what is asked about, when something is
 * asked. */
static int board_rows(struct run *r, struct area body)
{
	int need = run_board_rows(r, body.cols), step = run_body_rows(r, body.cols), most;
	const struct prompt *p = run_shown(r, NULL, NULL);

	if (!need || (p && (p->n_lines || p->n_options) && body.rows < ROWS_ROOMY))
		return 0; /* the list says what there is */
	if (p) {
		most = body.rows - step > body.rows / 3 ? body.rows - step : body.rows / 3;
	} else {
		most = body.rows < ROWS_FEW ? body.rows - 1 : body.rows - STEP_LEAST;
	}
	return need < most ? need : most;
}

static void make_plan(struct run *r, struct area a, struct plan *p)
{
	bool roomy = a.rows >= ROWS_ROOMY, few = a.rows < ROWS_FEW;
	int status = few ? 0 : run_status_rows(r, a.rows);
	struct area body = a;
	const struct cmd *c;

	p->head = take(&body, a.rows < 10 ? 1 : 2);
	p->rule_top = take(&body, roomy ? 1 : 0);
	p->prompt = take_end(&body, prompt_rows(r, a, body.rows - status - (roomy ? 4 : 1)));
	p->contact = take_end(&body, run_contact(r, NULL, a) ? 1 : 0);
	p->status = take_end(&body, status);
	p->rule = take_end(&body, 1);
	if (a.cols >= RUN_WIDE) {
		p->walk = body;
		p->walk.cols = a.cols * 2 / 5;
		body.col += p->walk.cols + 1;
		body.cols -= p->walk.cols + 1;
	} else if (roomy && !r->ended && !run_board_at(r)) {
		int need = run_body_rows(r, body.cols), spare = body.rows - need - 3;
		bool all = spare < 0 && run_at(r) && run_guarded(run_at(r)); /* it counts first */

		p->behind = take(&body, all ? 0 : spare < 1 ? 1 : a.rows < 30 ? 2
				 : spare < 12 ? 3 : 6);
		p->ahead = take_end(&body, all ? 0 : 2);
	}
	p->board = take(&body, board_rows(r, body));
	c = r->ended ? NULL : run_output_of(r);
	if (p->board.rows && c && !runs(c) && c->inst != run_at(r))
		c = NULL; /* what another part printed last says less than the board */
	share_body(r, p, body, c);
}

/* --- drawing --------------------------------------------------------------------------------- */

static void draw_output(struct run *r, struct term *t, struct area a)
{
	const struct cmd *c = run_output_of(r);
	struct buf b = BUF_INIT;
	bool takes = c && c->terminal && c->phase == CMD_INTENT && run_role(r) == RUN_ACTS;

	if (a.rows < 2 || !c) {
		r->pane_shown = false;
		return;
	}
	if (!str_eq(pane_token(r->pane), c->token))
		pane_follow(r->pane, c->token);
	r->pane_shown = true;
	if (r->drives)
		buf_adds(&b, "KEYBOARD: THE COMMAND. ^] gives it back to the runbook");
	else if (takes)
		buf_adds(&b, "Tab: type to it | ");
	if (!r->drives) {
		buf_adds(&b, "output of ");
		if (c->inst && c->inst->step)
			view_step_name(&b, r->v, c->inst);
		else
			str_printable(&b, c->text, strlen(c->text), false);
		buf_adds(&b, ": ");
		view_cmd_end(&b, c);
		buf_adds(&b, " (^O: all of it)");
	}
	paint_rule(t, a, 0, r->drives ? NULL : buf_str(&b));
	if (r->drives) {
		paint_row(t, a, 0, ST_PICKED);
		paint_text(t, a, 0, 0, ST_PICKED, buf_str(&b));
	}
	a.row++;
	a.rows--;
	pane_draw(r->pane, t, a, r->drives);
	buf_release(&b);
}

/* What was said stands in the rule above the question: nothing moves for it. */
static void draw_rule(struct run *r, struct term *t, struct area a)
{
	size_t i, n;
	struct buf b = BUF_INIT;

	n = run_shown(r, &i, &n) ? n - run_board_only(r) : 0;
	if (n > 1)
		buf_addf(&b, "question %zu of %zu: arrows left and right", i + 1, n);
	paint_rule(t, a, 0, n > 1 ? buf_str(&b) : NULL);
	if (r->word.len) {
		paint_row(t, a, 0, ST_PLAIN);
		paint_fit(t, a, 0, 0, a.cols, ST_STRONG, buf_str(&r->word));
	}
	buf_release(&b);
}

/* A question counts as shown from here on; what was typed before it is for something else. */
static void mark_drawn(struct run *r)
{
	const struct prompt *p = run_shown(r, NULL, NULL);
	int64_t seq = p ? p->seq : r->ended ? -1 : 0;

	if (!scene_is_top(r->t, r) || seq == r->drawn)
		return;
	if (seq) {
		if (p && p->destructive && !r->drives && !r->past)
			term_drop(r->term);
		r->pick = r->digits = 0;
		r->list.from = 0;
		r->name_off = false;
		buf_clear(&r->name);
	}
	r->shown = seq > 0 ? seq : 0;
	r->drawn = seq;
	r->drawn_at = INT64_MAX;
}

void run_mark_shown(struct run *r)
{
	if (r->drawn_at == INT64_MAX && r->term)
		r->drawn_at = term_shown(r->term);
	if (r->notice_at == INT64_MAX && r->term)
		r->notice_at = term_shown(r->term);
}

void run_draw(void *self, struct term *t, struct area a)
{
	struct run *r = self;
	struct area size = drive_size(a);
	struct plan p = { .head = a };

	r->term = t;
	mark_drawn(r);
	run_notice_drawn(r);
	if (r->drives) {
		const struct cmd *c = run_output_of(r);

		if (!c || !c->terminal || c->phase != CMD_INTENT) {
			r->drives = false;
			r->over = true;
		}
	}
	pane_size(r->pane, size.rows, size.cols);
	if (r->drives)
		plan_drive(r, a, &p);
	else
		make_plan(r, a, &p);
	run_head(r, t, p.head);
	if (p.rule_top.rows)
		paint_rule(t, p.rule_top, 0, NULL);
	if (p.walk.rows)
		run_walk(r, t, p.walk);
	run_behind(r, t, p.behind);
	run_board_draw(r, t, p.board);
	run_body(r, t, p.step);
	run_ahead(r, t, p.ahead);
	if (p.output.rows)
		draw_output(r, t, p.output);
	draw_rule(r, t, p.rule);
	run_status(r, t, p.status);
	if (p.contact.rows)
		run_contact(r, t, p.contact);
	run_prompt(r, t, p.prompt);
}
