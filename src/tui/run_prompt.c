/* What is asked, and every key that answers it. */
#include "run_area.h"
#include "run_notice.h"

#include <stdio.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "run_board.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"

enum { HINTS_MAX = 48, LIST_MAX = 12, COLS_FEW = 60 };

/* Those from `always` on have a row of their own: the same keys stand in the same place whatever is
 * asked. */
struct hints {
	struct run_hint v[HINTS_MAX];
	size_t n, always;
};

static void hint(struct hints *h, const char *key, const char *word)
{
	if (h->n == HINTS_MAX)
		return;
	snprintf(h->v[h->n].key, sizeof h->v[h->n].key, "%s", key);
	h->v[h->n++].word = word;
}

static void hint_choice(struct hints *h, const struct choice *c, const char *word)
{
	char key[2] = { c->key, '\0' };

	if (c->key == '\n')
		hint(h, "Enter", word ? word : c->word);
	else if (c->key)
		hint(h, key, word ? word : c->word);
}

/* --- the keys -------------------------------------------------------------------------------- */

static bool is_list(const struct prompt *p)
{
	return p->kind == ASK_OPTION || p->kind == ASK_LINE;
}

/* NULL: as it is always called. */
static const char *word_here(const struct prompt *p, enum verb v)
{
	if (v == VERB_OVERRIDE && p->glass)
		return "BREAK THE GLASS";
	if (v == VERB_APPROVE)
		return "their code";
	if (v == VERB_PLAY)
		return "say what it comes to";
	if (v == VERB_RETRY && p->kind == ASK_BLOCKED && run_guarded(p->in))
		return "look again";
	return NULL;
}

static void hints_of_question(struct run *r, const struct prompt *p, struct hints *h, bool few)
{
	if (run_naming(r)) {
		hint(h, "Enter", "start");
		if (run_unknown(r, p->in))
			hint(h, "F2", few ? "who are you" : "say who you are");
		hint(h, "Esc", few ? "other keys" : "skip, defer, edit ...");
		if (few)
			return;
		hint(h, "^O", "output");
		hint(h, "F10", "menu");
		hint(h, "F1", "help");
		return;
	}
	if (p->kind == ASK_NAME)
		hint(h, "Enter", "type the name");
	if (is_list(p)) {
		hint(h, p->n_options > 9 || p->n_lines > 9 ? "number" : "1-9", "or arrows: choose");
		hint(h, "Enter", "take it");
	}
	if (p->kind == ASK_CONTACT || p->kind == ASK_YES)
		hint(h, "Enter", "the board: what came of a try");
	if (p->kind == ASK_FIELDS)
		hint(h, "Enter", p->in && p->in->step->kind == KIND_ASK ? "answer" : "done");
	if (p->kind == ASK_CLOSE) {
		struct view_figures f;

		view_figures(r->v, run_now(r), &f);
		hint(h, "Enter", "close the run");
		if (f.deferred)
			hint(h, "c", "take a deferred step up");
		if (f.owed)
			hint(h, "t", "bring back what is down");
	}
	for (size_t i = 0; i < p->n_choices; i++) {
		bool said = p->choices[i].verb == VERB_DONE &&
			    (is_list(p) || p->kind == ASK_FIELDS || p->kind == ASK_YES);

		if (!said && p->kind != ASK_CLOSE)
			hint_choice(h, &p->choices[i], word_here(p, p->choices[i].verb));
	}
	if (p->kind == ASK_DECIDE && p->in && p->in->state == STEP_DECIDING)
		hint(h, "b", "back to a step");
}

static void hints_of_step(struct run *r, struct hints *h)
{
	struct choice c[PROMPT_CHOICES_MAX];
	size_t n = view_step_choices(r->v, run_at(r), c, PROMPT_CHOICES_MAX);

	for (size_t i = 0; i < n; i++)
		hint_choice(h, &c[i], c[i].verb == VERB_ABORT ? "stop its command" : NULL);
}

static void hints_always(struct run *r, struct hints *h, bool few)
{
	if (run_role(r) == RUN_ACTS && !few && !r->trouble) {
		hint(h, "n", "note");
		hint(h, view_state(r->v)->paused ? "g" : "p",
		     view_state(r->v)->paused ? "continue" : "pause");
	}
	if (!few) {
		hint(h, "w", "where am I");
		hint(h, "^O", "output");
	}
	if (run_board_at(r))
		hint(h, run_board_at(r)->step->kind == KIND_CONTACT ? "C" : "B", "board");
	hint(h, "M", "menu");
	hint(h, "?", "help");
	if (!few)
		hint(h, "q", "leave");
}

/* They stand where those of the run stood: there may be one row for them. */
static void hints_of_replay(struct hints *h, bool few)
{
	hint(h, "Space", few ? "stop" : "stop, go on");
	hint(h, "[ ]", "step");
	hint(h, "g", few ? "time" : "go to a time");
	hint(h, "q", "leave");
	hint(h, "?", "help");
	hint(h, "+ -", "speed");
	h->always = h->n;
	if (few)
		return;
	hint(h, "Home End", "begin, end");
	hint(h, "w", "where am I");
	hint(h, "L", "log");
	hint(h, "^O", "output");
}

static void collect_now(struct run *r, struct hints *h, int cols)
{
	const struct prompt *p = run_shown(r, NULL, NULL);
	enum run_role role = run_role(r);
	bool few = cols < COLS_FEW;

	if (r->drives) {
		hint(h, "^]", "keyboard back to the runbook");
		return;
	}
	if (r->over) {
		hint(h, "^]", "or");
		hint(h, "Esc", "on with the runbook");
		return;
	}
	if (r->refused.len) {
		hint(h, "any key", "goes on");
		return;
	}
	if (run_notice(r)) {
		hint(h, "Enter", "I have seen it");
		return;
	}
	if (r->ended) {
		hint(h, "Enter", "leave");
		hint(h, "w", "the whole walk");
		hint(h, "L", "log");
		hint(h, "O", "outputs");
		return;
	}
	if (r->trouble)
		hint(h, "j", "wait, move or close");
	else if (role == RUN_OTHER || role == RUN_WATCHES)
		hint(h, "i", role == RUN_OTHER ? "take over" : "operate"), hint(h, "n", "note");
	else if (p)
		hints_of_question(r, p, h, few);
	else
		hints_of_step(r, h);
	h->always = h->n;
	if (!run_naming(r))
		hints_always(r, h, few);
}

static void collect(struct run *r, struct hints *h, int cols)
{
	h->n = 0;
	h->always = HINTS_MAX;
	collect_now(r, h, cols);
	if (h->always > h->n)
		h->always = h->n;
}

static int hint_rows(const struct hints *h, int cols)
{
	struct area a = { 0, 0, 1, cols };

	return run_hints(NULL, a, h->v, h->always) +
	       run_hints(NULL, a, h->v + h->always, h->n - h->always);
}

static void paint_hints(const struct hints *h, struct term *t, struct area a)
{
	int n = run_hints(t, a, h->v, h->always);

	a.row += n;
	a.rows -= n;
	if (a.rows > 0)
		run_hints(t, a, h->v + h->always, h->n - h->always);
}

/* --- what is asked --------------------------------------------------------------------------- */

static void add_safe(struct run *r, enum style st, int hang, const char *before, const char *text)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, before);
	if (text)
		str_printable(&b, text, strlen(text), false);
	sheet_add(&r->ask, st, hang, buf_str(&b));
	buf_release(&b);
}

/* As it is typed, and how often it was wrong. */
static void add_name(struct run *r, const struct prompt *p)
{
	struct buf b = BUF_INIT;

	if (run_naming(r) && !r->waiting) {
		sheet_part(&r->ask, ST_PLAIN, "name: ");
		str_printable(&b, buf_str(&r->name), r->name.len, false);
		buf_addc(&b, '_');
		sheet_part(&r->ask, ST_INPUT, buf_str(&b));
		sheet_part(&r->ask, ST_PLAIN, "  ");
	}
	buf_clear(&b);
	if (p->wrong)
		buf_addf(&b, "(WRONG NAME: %d of 3 tries used)", p->wrong);
	if (p->wrong || (run_naming(r) && !r->waiting))
		sheet_add(&r->ask, ST_FAIL, 6, buf_str(&b));
	buf_release(&b);
}

static void add_row(struct run *r, size_t i, enum style st, const char *text, const char *more)
{
	bool picked = r->pick == i + 1;
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s%2zu  ", picked ? ">" : " ", i + 1);
	str_printable(&b, text, strlen(text), false);
	if (more) {
		buf_adds(&b, "  -- ");
		str_printable(&b, more, strlen(more), false);
	}
	sheet_add(&r->list, picked ? ST_PICKED : st, 5, buf_str(&b));
	if (picked)
		sheet_mark(&r->list);
	buf_release(&b);
}

static void add_list(struct run *r, const struct prompt *p, enum style st)
{
	for (size_t i = 0; i < p->n_options; i++)
		add_row(r, i, st, p->options[i].title, p->options[i].consequence);
	for (size_t i = 0; i < p->n_lines; i++)
		add_row(r, i, st, p->lines[i], NULL);
}

static void add_question(struct run *r, const struct prompt *p, int cols)
{
	bool sent = run_sent(r), mine = run_role(r) == RUN_ACTS;
	bool brief = cols < COLS_FEW && p->in && run_guarded(p->in) && !p->in->n_targets;
	enum style st = sent || !mine ? ST_DIM : ST_PLAIN;
	struct buf line = BUF_INIT;

	if (p->destructive && !sent)
		sheet_part(&r->ask, ST_WARNING, "! ");
	if (p->kind == ASK_CONTACT)
		board_contact_line(&line, view_state(r->v), p->in, run_now(r));
	if (brief && p->kind == ASK_SECOND)
		buf_addf(&line, "In %s a SECOND PERSON must agree", p->in->guard->environment);
	if (brief && p->kind == ASK_NAME) { /* what its target reads has to stand above it */
		buf_addf(&line, "DESTROYS in %s. Type: ", p->in->guard->environment);
		str_printable(&line, p->typed, strlen(p->typed), false);
	}
	sheet_part(&r->ask, sent || !mine ? ST_DIM : p->destructive ? ST_WARNING : ST_STRONG,
		   line.len ? buf_str(&line) : p->sentence);
	buf_release(&line);
	if (r->digits) {
		struct buf b = BUF_INIT;

		buf_addf(&b, "%zu_", r->digits);
		sheet_part(&r->ask, ST_PLAIN, "  number: ");
		sheet_part(&r->ask, ST_INPUT, buf_str(&b));
		buf_release(&b);
	}
	sheet_add(&r->ask, ST_DIM, 0, !sent ? "" : r->gone
		  ? "  (sent; it goes again when the keeper is back)" : "  (sent, not answered)");
	if (p->kind == ASK_NAME)
		add_name(r, p);
	add_list(r, p, st);
}

static void add_nothing(struct run *r)
{
	const struct state *s = view_state(r->v);
	const struct inst *in = run_at(r);
	struct buf b = BUF_INIT;

	if (s->paused) {
		buf_adds(&b, "PAUSED: nothing new starts; g goes on.");
	} else if (in && in->step) {
		buf_adds(&b, "Nothing is asked; at work: ");
		view_step_name(&b, r->v, in);
	} else {
		buf_adds(&b, "Nothing is asked.");
	}
	sheet_add(&r->ask, s->paused ? ST_LATE : ST_DIM, 0, buf_str(&b));
	buf_release(&b);
}

static void add_looker(struct run *r)
{
	const struct state *s = view_state(r->v);

	if (run_role(r) == RUN_OTHER)
		add_safe(r, ST_OPEN, 0, "You look on; this run is operated by ", s->seat.who.id);
	else if (run_role(r) == RUN_WATCHES)
		sheet_add(&r->ask, ST_OPEN, 0, "You look on; nobody operates this run.");
}

static void fill(struct run *r, int cols)
{
	const struct prompt *p = run_shown(r, NULL, NULL);

	sheet_clear(&r->ask, cols);
	sheet_clear(&r->list, cols);
	if (r->over) {
		sheet_add(&r->ask, ST_LATE, 0, "THE COMMAND IS OVER. Nothing typed counts until "
			  "you say that you drive the runbook again.");
	} else if (r->refused.len) {
		sheet_part(&r->ask, ST_FAIL, "REFUSED: ");
		sheet_add(&r->ask, ST_STRONG, 0, buf_str(&r->refused));
	} else if (run_notice(r)) {
		run_notice_text(r, run_notice(r));
	} else if (r->trouble) {
		sheet_part(&r->ask, ST_LATE, "THE JOURNAL CANNOT BE WRITTEN: ");
		sheet_add(&r->ask, ST_STRONG, 0, buf_str(&r->trouble_why));
		sheet_add(&r->ask, ST_PLAIN, 0,
			  "Nothing new starts; what runs goes on. Decide: wait, move, close.");
	} else if (r->ended) {
		sheet_add(&r->ask, ST_STRONG, 0, "The run is closed; its record stays.");
	} else {
		add_looker(r);
		if (p)
			add_question(r, p, cols);
		else
			add_nothing(r);
	}
}

int run_prompt_rows(struct run *r, int cols, int max)
{
	struct hints h;
	int keys, n;

	r->as_operator = r->past != NULL;
	collect(r, &h, cols);
	fill(r, cols);
	r->as_operator = false;
	keys = hint_rows(&h, cols);
	n = (int)r->ask.n + keys; /* of these nothing may be missing */
	if (r->list.n)
		max = n + 3 > max ? n + 3 : max;
	n += (int)(r->list.n > LIST_MAX ? LIST_MAX : r->list.n);
	return n > max && r->list.n ? max : n;
}

void run_prompt(struct run *r, struct term *t, struct area a)
{
	struct hints h;
	struct area keys = a, text = a, list = a;

	r->as_operator = r->past != NULL;
	collect(r, &h, a.cols);
	r->as_operator = false;
	keys.rows = hint_rows(&h, a.cols);
	if (keys.rows > a.rows - 1)
		keys.rows = a.rows - 1;
	text.rows -= keys.rows;
	keys.row += text.rows;
	list.rows = text.rows;
	if (r->list.n && (int)r->ask.n < text.rows)
		text.rows = (int)r->ask.n;
	list.row += text.rows;
	list.rows -= text.rows;
	sheet_paint(&r->ask, t, text);
	if (r->list.n && list.rows > 0)
		sheet_paint(&r->list, t, list);
	if (r->past) {
		h.n = 0;
		hints_of_replay(&h, a.cols < COLS_FEW);
	}
	paint_hints(&h, t, keys);
}
