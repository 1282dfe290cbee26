/* A board as a scene of its own: all of its rows and notes, and keys that are for it alone. Of a
 * contact it takes replies; no key of the walk does anything here, none of here there. */
#include "run_board.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "contact_state.h"
#include "mem.h"
#include "run_reply.h"
#include "state.h"
#include "str.h"

enum { CTRL_C = 3, CTRL_G = 7, CTRL_O = 15, COLS_FEW = 60, HINTS_MAX = 24, ENOUGH = 1000 };

struct whole {
	struct run *r;
	char *key;           /* of the step */
	char *picked;        /* row that the person chose; NULL: the one that matters most */
	char *shown;         /* row that a reply is for, as drawn last; NULL: none */
	int64_t stamp;       /* … and what it was about */
	char *asked;         /* question, as drawn last */
	int64_t shown_at;    /* boot ns when that was first on the screen; INT64_MAX: not yet */
	struct sheet sheet;
	int rows;
};

static const struct inst *inst_of(const struct whole *w)
{
	return state_inst(view_state(w->r->v), w->key);
}

static const struct board_row *row_of(const struct board *b, const char *id)
{
	for (size_t i = 0; id && i < b->n_rows; i++)
		if (str_eq(b->row[i].id, id))
			return &b->row[i];
	return NULL;
}

static const struct board_row *current(const struct whole *w, const struct board *b)
{
	const struct board_row *row = row_of(b, w->picked);

	return row ? row : b->at < b->n_rows ? &b->row[b->at] : NULL;
}

/* --- what a key would answer ----------------------------------------------------------------- */

static void put(char **to, const char *text)
{
	free(*to);
	*to = text ? mem_dup(text) : NULL;
}

/* A key counts from when what it answers was on the screen. */
static void mark(struct whole *w, const struct board *b)
{
	const struct board_row *row = current(w, b);
	const char *id = row ? row->id : NULL;
	int64_t stamp = row ? row->stamp : -1;

	if (str_eq(id, w->shown) && stamp == w->stamp && str_eq(b->question, w->asked) &&
	    w->shown_at)
		return;
	put(&w->shown, id);
	put(&w->asked, b->question);
	w->stamp = stamp;
	w->shown_at = INT64_MAX;
}

static int tick(void *self)
{
	struct whole *w = self;

	if (w->shown_at == INT64_MAX && scene_is_top(w->r->t, w) &&
	    scene_shown(w->r->t) != INT64_MAX)
		w->shown_at = term_shown(tui_term(w->r->t));
	return -1;
}

static bool in_time(struct whole *w, const struct board *b, const struct key *k)
{
	const struct board_row *row = current(w, b);

	if (!str_eq(row ? row->id : NULL, w->shown) || (row && row->stamp != w->stamp) ||
	    !str_eq(b->question, w->asked) || k->at <= w->shown_at) {
		run_say(w->r, "The board has changed since: that key did nothing.");
		return false;
	}
	if (k->at - w->shown_at < RUN_GUARD_NS) {
		run_say(w->r, "The board changed just before: that key did nothing.");
		return false;
	}
	return true;
}

/* --- drawing --------------------------------------------------------------------------------- */

static size_t hints_of(struct whole *w, const struct board *b, struct run_hint *v, bool few)
{
	static const struct run_hint looks[] = {
		{ "^O", "output" }, { "?", "help" }, { "Esc", "back" },
	};
	static const struct run_hint more[] = {
		{ "m", "message" }, { "S", "severity" }, { "M", "menu" }, { "?", "help" },
		{ "Esc", "back" },
	};
	const struct inst *in = inst_of(w);
	size_t n = 0;

	if (!run_reply_takes(in)) {
		memcpy(v, looks, sizeof looks);
		return sizeof looks / sizeof looks[0];
	}
	if (run_role(w->r) == RUN_ACTS)
		n = run_reply_hints(in, b, current(w, b), v,
				    HINTS_MAX - sizeof more / sizeof more[0], few);
	for (size_t i = few ? 2 : 0; i < sizeof more / sizeof more[0]; i++)
		v[n++] = more[i];
	return n;
}

static void draw_rule(struct whole *w, struct term *t, struct area a, const struct board *b)
{
	const struct board_row *row = current(w, b);
	struct buf s = BUF_INIT;

	if (run_reply_takes(inst_of(w)) && inst_of(w)->state == STEP_FINISHED)
		buf_adds(&s, "it is over: Esc goes on with the walk; late replies count");
	else if (run_reply_takes(inst_of(w)) && row)
		buf_addf(&s, "%s: what came of it? Another: arrows", row->cell[0].text);
	paint_rule(t, a, 0, s.len ? buf_str(&s) : NULL);
	buf_release(&s);
}

/* What was said or refused: over the rule, and upwards where it is longer. */
static void draw_said(struct whole *w, struct term *t, struct area a)
{
	bool refused = w->r->refused.len > 0;
	struct sheet s;

	if (!refused && !w->r->word.len)
		return;
	sheet_init(&s, a.cols);
	if (refused)
		sheet_part(&s, ST_FAIL, "REFUSED: ");
	sheet_add(&s, ST_STRONG, 0, buf_str(refused ? &w->r->refused : &w->r->word));
	a.row -= (int)s.n - 1;
	a.rows = (int)s.n;
	for (int i = 0; i < a.rows; i++)
		paint_row(t, a, i, ST_PLAIN);
	sheet_paint(&s, t, a);
	sheet_release(&s);
}

/* Whom to call and by which number is never scrolled away. */
static void draw_call(struct term *t, struct area a, const char *text)
{
	paint_row(t, a, 0, ST_PLAIN);
	paint_fit(t, a, 0, 0, a.cols, ST_NOW, text);
}

static void draw(void *self, struct term *t, struct area a)
{
	struct whole *w = self;
	const struct inst *in = inst_of(w);
	struct run_hint hints[HINTS_MAX];
	struct area body = a, foot = a, head = a;
	struct board *b;
	size_t n;

	head.rows = a.rows < 16 ? 1 : 2;
	run_head(w->r, t, head);
	if (!in)
		return;
	b = run_board_of(w->r, in);
	mark(w, b);
	n = hints_of(w, b, hints, a.cols < COLS_FEW);
	foot.rows = run_hints(NULL, a, hints, n);
	foot.row = a.row + a.rows - foot.rows;
	body.row += head.rows;
	body.rows -= head.rows + foot.rows + 1;
	w->rows = body.rows;
	sheet_clear(&w->sheet, a.cols);
	run_board_fill(&w->sheet, b, a.cols, a.rows < 16 ? body.rows : ENOUGH,
		       run_reply_takes(in) && w->shown ? w->shown : NULL);
	if (body.rows > 0)
		sheet_paint(&w->sheet, t, body);
	if (w->sheet.from > 0 && b->n_head && run_reply_takes(in))
		draw_call(t, body, b->head[0].text);
	draw_rule(w, t, (struct area){ foot.row - 1, a.col, 1, a.cols }, b);
	draw_said(w, t, (struct area){ foot.row - 1, a.col, 1, a.cols });
	run_hints(t, foot, hints, n);
	board_free(b);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void pick(struct whole *w, const struct board *b, int step)
{
	const struct board_row *row = current(w, b);
	size_t i = row ? (size_t)(row - b->row) : b->n_rows;

	if (!b->n_rows)
		return;
	i = i == b->n_rows ? (step > 0 ? 0 : b->n_rows - 1)
			   : (i + b->n_rows + (size_t)step) % b->n_rows;
	put(&w->picked, b->row[i].id);
}

/* Of a contact: arrows choose of whom the reply is. */
static bool contact_key(struct whole *w, const struct inst *in, const struct board *b,
			const struct key *k)
{
	switch (k->code) {
	case K_UP:
		pick(w, b, -1);
		return true;
	case K_DOWN:
		pick(w, b, 1);
		return true;
	case 'm':
		run_reply_message(w->r, in);
		return true;
	case 'M': case K_F1 + 9:
		run_reply_menu(w->r, in, current(w, b));
		return true;
	case 'S':
		run_reply_severity(w->r, in);
		return true;
	default:
		break;
	}
	if (!run_reply_is(k->code, b))
		return false;
	if (k->burst)
		run_say(w->r, "Several keys came at once: only the first counted.");
	else if (in_time(w, b, k) && run_reply_key(w->r, in, b, current(w, b), k->code))
		put(&w->picked, NULL); /* the next key is for whom it is about then */
	return true;
}

static void key(void *self, const struct key *k)
{
	struct whole *w = self;
	const struct inst *in = inst_of(w);
	struct board *b = in ? run_board_of(w->r, in) : NULL;
	bool was_refused = w->r->refused.len > 0;

	tick(w);
	buf_clear(&w->r->word);
	buf_clear(&w->r->refused);
	if (was_refused || (b && run_reply_takes(in) && contact_key(w, in, b, k)) ||
	    sheet_key(&w->sheet, k, w->rows))
		goto out;
	switch (k->code) {
	case 'q': case 'B': case 'C': case K_ESC: case CTRL_C: case CTRL_G:
		scene_pop(w->r->t);
		break;
	case CTRL_O: case '?': case K_F1:
		run_look_key(w->r, k->code);
		break;
	default:
		scene_unknown(w->r->t, k);
	}
out:
	board_free(b);
}

static void help(void *self, struct buf *out)
{
	struct whole *w = self;
	const struct inst *in = inst_of(w);

	if (in && run_reply_takes(in)) {
		run_reply_help(out);
		buf_adds(out, "Y N  yes or no to what is asked there\n"
			      "Up Down  of whom it is, also when it comes late\n"
			      "m  the message, whole\n"
			      "S  changes the severity: the waits follow it\n"
			      "M, F10  all replies as a list\n");
	}
	buf_adds(out, "PgUp PgDn  where it is longer than the screen\n"
		      "^O  the output of the command under the eyes\n"
		      "Esc q  back to the step\n");
}

static void free_whole(void *self)
{
	struct whole *w = self;

	sheet_release(&w->sheet);
	free(w->key);
	free(w->picked);
	free(w->shown);
	free(w->asked);
	free(w);
}

static const struct scene_ops ops = {
	.name = "a board", .draw = draw, .key = key, .tick = tick, .free = free_whole,
	.help = help,
};

/* --- which ----------------------------------------------------------------------------------- */

/* The one around the step under the eyes, else the newest at work, else the last that was met. */
static const struct inst *some_board(struct run *r, bool contact)
{
	const struct state *s = view_state(r->v);
	const struct inst *in = board_inst(run_at(r)), *last = NULL, *on = NULL;

	if (in && in->state != STEP_PENDING && run_reply_takes(in) == contact)
		return in;
	for (size_t i = 0; i < s->n_insts; i++) {
		in = s->insts[i];
		if (board_inst(in) != in || in->state == STEP_PENDING ||
		    run_reply_takes(in) != contact)
			continue;
		last = in;
		on = board_is_on(in) ? in : on;
	}
	return on ? on : last;
}

static void open_board(struct run *r, const struct inst *in)
{
	struct whole *w = mem_alloc(sizeof *w);

	w->r = r;
	w->key = mem_dup(in->key);
	w->stamp = -1;
	sheet_init(&w->sheet, 80);
	scene_push(r->t, &ops, w, true);
}

void run_board_push(struct run *r, bool contact)
{
	const struct inst *in = some_board(r, contact);

	if (in)
		open_board(r, in);
	else
		run_say(r, contact ? "Nobody is being contacted, and nobody was."
				   : "No step with a board was met yet: volumes, members.");
}

/* A contact that the walk stands at wants a person at its board: it opens by itself, once. */
void run_board_auto(struct run *r)
{
	const struct prompt *p = run_shown(r, NULL, NULL);
	const struct inst *in = p ? p->in : NULL;

	if (!in || (p->kind != ASK_CONTACT && p->kind != ASK_YES) || inst_climbs_beside(in) ||
	    run_role(r) != RUN_ACTS || r->trouble || r->drives || r->making.on ||
	    r->refused.len || !scene_is_top(r->t, r) ||
	    (in == r->opened && in->attempt == r->opened_attempt))
		return;
	r->opened = in;
	r->opened_attempt = in->attempt;
	open_board(r, in);
}
