/* Looking, without a touch: where am I, the log, outputs, help; and back to the same spot. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "mem.h"
#include "pane.h"
#include "run_board.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"

enum { KEY_OUTPUT = 15, LOG_ROWS = 2000 };

static void add_text(struct sheet *s, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = mem_dupn(text, n);
		bool here = str_starts(line, "->");

		sheet_add(s, here ? ST_NOW : strstr(line, "[x]") ? ST_DONE
			     : strstr(line, "[!]") ? ST_FAIL : ST_PLAIN, 6, line);
		if (here)
			sheet_mark(s);
		free(line);
		text += n + (text[n] == '\n');
	}
}

static void fill_where(void *ctx, struct sheet *s)
{
	struct run *r = ctx;
	const struct prompt *all;
	size_t n = view_prompts(r->v, &all);
	struct buf b = BUF_INIT;

	view_where(&b, r->v, run_now(r));
	board_text(&b, view_state(r->v), run_now(r), &r->progress, 0);
	add_text(s, buf_str(&b));
	buf_clear(&b);
	view_clocks(&b, r->v, run_now(r));
	add_text(s, buf_str(&b));
	for (size_t i = 0; i < n; i++) {
		sheet_part(s, ST_STRONG, "asked: ");
		sheet_add(s, ST_STRONG, 7, all[i].sentence);
	}
	buf_release(&b);
}

/* --- the log --------------------------------------------------------------------------------- */

struct log {
	struct buf *text;
	int64_t from, to;
};

static int log_row(void *ctx, struct view *v, const struct event *ev)
{
	struct log *l = ctx;

	if (ev->seq > l->to)
		return ERR_CANCEL; /* not yet, where it is looked at */
	if (ev->seq < l->from || ev->kind == EV_OUTPUT)
		return 0;
	buf_addf(l->text, "%6lld ", (long long)ev->seq);
	clock_utc(l->text, ev->at.wall, 0);
	buf_addc(l->text, ' ');
	view_event_line(l->text, v, ev);
	buf_addc(l->text, '\n');
	return 0;
}

/* The newest row is the one that is wanted. */
static void fill_log(void *ctx, struct sheet *s)
{
	struct run *r = ctx;
	const char *text = buf_str(&r->log);

	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = mem_dupn(text, n);

		sheet_add(s, ST_PLAIN, 16, line);
		free(line);
		text += n + (text[n] == '\n');
	}
	sheet_mark(s);
}

static void show_log(struct run *r)
{
	int64_t last = view_state(r->v)->seq;
	struct log l = { .text = &r->log, .from = last - LOG_ROWS, .to = last };
	struct err err = { 0 };
	int rc;

	buf_clear(&r->log);
	if (l.from > 1)
		buf_addf(&r->log, "(the last %d rows; `blackstart log` has all)\n", LOG_ROWS);
	rc = client_replay(r->c, log_row, &l, &err);
	if (rc && rc != ERR_CANCEL)
		run_say(r, "The record cannot be read: %s", err.text);
	else
		text_push(r->t, "log of the run, newest last", NULL, fill_log, r);
}

/* --- help ------------------------------------------------------------------------------------ */

static const struct {
	const char *key, *does;
} always[] = {
	{ "w", "where am I: the whole walk, what runs, what is down, the values" },
	{ "^O", "all that the command under the eyes printed; O: that of any other" },
	{ "B", "the whole board of a restore or a rebuild: volumes, members" },
	{ "C", "the board of a contact: who was tried, what came of it; replies go there" },
	{ "u", "the next word to those who were told: a draft, changed line by line; S sends" },
	{ "L", "the log: every row of the record" },
	{ "Tab", "keyboard to a command that has a terminal; ^] or F12 gives it back" },
	{ "< >", "arrows left and right: another question, where several are open" },
	{ "PgUp PgDn", "and arrows: scrolls the step, where it is longer than its room" },
	{ "M, F10", "everything that can be done, as a list" },
	{ "F2", "says who you are, by key or by code, where a second person must agree" },
	{ "n", "puts a remark on the record" },
	{ "p, g", "pause: nothing new starts; go on" },
	{ "P", "pace: reading steps start by themselves, or every step waits" },
	{ "e", "changes the command of a step before it runs; the difference is shown" },
	{ "b", "goes back to a finished step and does it again" },
	{ "c", "takes a deferred step up" },
	{ "x", "stops a running command and all that it started" },
	{ "t", "brings back what is still down, or says that it was done by hand" },
	{ "z", "runs the undo of a finished step" },
	{ "v", "corrects a value" },
	{ "!", "runs a command of your own, on the same record" },
	{ "k", "walks another runbook here" },
	{ "y", "gives the seat to somebody; i takes it" },
	{ "Q", "ends the run now (you are asked why)" },
	{ "q, ^C", "leaves this window; the run goes on" },
	{ "^L", "draws the screen again" },
};

void run_help(void *self, struct buf *out)
{
	struct run *r = self;
	const struct prompt *p = run_shown(r, NULL, NULL);

	if (p) {
		buf_addf(out, "%s\n", p->sentence);
		if (p->kind == ASK_NAME)
			buf_adds(out, "letters  type the name exactly as shown, then Enter: it "
				      "starts; Esc makes letters keys again\n");
		if (p->n_options || p->n_lines)
			buf_adds(out, "1-9  or arrows, then Enter: takes one of the list\n");
	}
	for (size_t i = 0; p && i < p->n_choices; i++) {
		const struct choice *c = &p->choices[i];

		if (c->key)
			buf_addf(out, "%.*s  %s: %s%s\n", c->key == '\n' ? 5 : 1,
				 c->key == '\n' ? "Enter" : &c->key, c->word, c->does,
				 c->reason ? " (you are asked why)" : "");
	}
	buf_adds(out, p ? "At any time:\n" : "Nothing is asked now. At any time:\n");
	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		buf_addf(out, "%s  %s\n", always[i].key, always[i].does);
}

/* --- keys ------------------------------------------------------------------------------------ */

bool run_look_key(struct run *r, uint32_t code)
{
	const struct cmd *c;

	switch (code) {
	case 'w':
		text_push(r->t, "where am I", NULL, fill_where, r);
		return true;
	case 'B': case 'C':
		run_board_push(r, code == 'C');
		return true;
	case 'u':
		run_update(r);
		return true;
	case 'L':
		show_log(r);
		return true;
	case '?': case K_F1:
		scene_help(r->t);
		return true;
	case 'O':
		run_menu_outputs(r);
		return true;
	case KEY_OUTPUT:
		c = run_output_of(r);
		if (c)
			output_push(r->t, r->c, c->token);
		else
			run_say(r, "Nothing was printed yet.");
		return true;
	default:
		return false;
	}
}
