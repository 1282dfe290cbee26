/* Looking, without a touch: help, the walk, the record of a step, the log. */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "client_past.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

enum { SHOW_BYTES = 64 << 10, LOG_ROWS = 30 };

static const struct {
	const char *said, *does;
} always[] = {
	{ "note TEXT", "puts a remark on the record" },
	{ "NAME: answered", "somebody answered, joined, refused; or no-answer, voicemail, wrong, "
			    "calling, sent, passed: what came of the last try to reach them" },
	{ "where", "the whole walk, what runs, what is still down, the values" },
	{ "show STEP [all]", "the step, and what its commands printed, from the record" },
	{ "update", "the next word to those who were told: shown first, then `update send`" },
	{ "log [all]", "the last rows of the record" },
	{ "again", "shows the open question again" },
	{ "back STEP", "goes back to a finished step: it is done again (you are asked why)" },
	{ "recall STEP", "takes a deferred step up" },
	{ "undo [STEP]", "runs the undo of a step; without a step the newest that has one" },
	{ "settle NAME", "brings back what is still down; paid NAME says it was done by hand" },
	{ "correct NAME VALUE", "corrects a value; the old one stays on record beside it" },
	{ "exec COMMAND, or !COMMAND", "runs a command of your own, on the same record" },
	{ "call FILE", "walks another runbook here" },
	{ "abort [STEP]", "stops the running command and all that it started" },
	{ "pause, continue", "nothing new starts; it goes on" },
	{ "pace auto, pace step", "reading steps start by themselves; every step waits for Enter" },
	{ "refresh NAME", "gives a new credential, typed unseen, never recorded" },
	{ "handover PERSON", "gives the seat to somebody" },
	{ "take", "makes you the operator (you are asked why where somebody is)" },
	{ "close", "ends the run now (you are asked why)" },
	{ "leave", "leaves this window; the run goes on without it" },
	{ "> LINE, and >?", "sends a line to the running command; >? asks for it unseen" },
};

void plain_help(struct plain *p)
{
	struct buf b = BUF_INIT;

	client_helped(p->c);
	for (size_t i = 0; i < p->n_shown; i++) {
		const struct prompt *pr = view_prompt(p->v, p->shown[i].seq);

		if (!pr)
			continue;
		buf_addf(&b, "%s\n", pr->sentence);
		for (size_t k = 0; k < pr->n_choices; k++)
			plain_choice_text(&b, &pr->choices[k]);
	}
	buf_adds(&b, p->n_shown ? "At any time:\n" : "No question is open. At any time:\n");
	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		buf_addf(&b, "  %s: %s\n", always[i].said, always[i].does);
	if (p->trouble)
		buf_adds(&b, "While the journal cannot be written: wait, move PATH, close\n");
	plain_text(p, buf_str(&b));
	buf_release(&b);
}

void plain_where(struct plain *p)
{
	struct buf b = BUF_INIT;

	view_where(&b, p->v, clock_now());
	board_text(&b, view_state(p->v), clock_now(), &p->progress, 0);
	plain_text(p, buf_str(&b));
	buf_release(&b);
	for (size_t i = 0; i < p->n_shown; i++) {
		const struct prompt *pr = view_prompt(p->v, p->shown[i].seq);

		if (pr)
			plain_say(p, "%s", pr->sentence);
	}
}

/* --- what a step printed ---------------------------------------------------------------------- */

struct lines {
	struct plain *p;
	const char *prefix;
};

static void print_line(void *ctx, const char *line)
{
	const struct lines *l = ctx;

	struct buf b = BUF_INIT;

	buf_addf(&b, "%s%s", l->prefix, line);
	plain_exact(l->p, buf_str(&b));
	buf_release(&b);
}

static void show_stream(struct plain *p, const struct cmd *c, int stream, bool all)
{
	struct strip strip = { .terminal = stream == 2 };
	struct lines l = { p, stream == 1 ? "! " : "| " };
	struct buf bytes = BUF_INIT, rest = BUF_INIT;
	int64_t from = 0, next = 0, size = c->bytes[stream];

	if (size && client_pruned(p->c)) {
		plain_say(p, "(%lld bytes were pruned %s)", (long long)size, client_pruned(p->c));
		size = 0;
	}
	if (!all && size > SHOW_BYTES) {
		from = size - SHOW_BYTES;
		plain_say(p, "(the first %lld bytes are left out; `show STEP all` shows them)",
			  (long long)from);
	}
	while (from < size && !p->broken) {
		buf_clear(&bytes);
		if (client_output(p->c, c->token, stream, from, SHOW_BYTES, &bytes, &next, NULL) ||
		    next == from)
			break;
		plain_strip_feed(&strip, buf_str(&bytes), bytes.len, print_line, &l);
		from = next;
	}
	if (plain_strip_rest(&strip, &rest))
		print_line(&l, buf_str(&rest));
	plain_strip_release(&strip);
	buf_release(&rest);
	buf_release(&bytes);
}

static void show_cmd(struct plain *p, const struct cmd *c, bool all)
{
	struct buf b = BUF_INIT;

	str_printable(&b, c->text ? c->text : "", c->text ? strlen(c->text) : 0, false);
	plain_say(p, "%s, attempt %d: %s", word_of(WORDS_PURPOSE, c->purpose), c->attempt,
		  buf_str(&b));
	buf_release(&b);
	for (int stream = 0; stream < 3; stream++)
		if (c->bytes[stream])
			show_stream(p, c, stream, all);
}

void plain_show(struct plain *p, char *rest)
{
	const struct state *s = view_state(p->v);
	const struct inst *in = NULL;
	struct buf b = BUF_INIT;
	size_t n = strlen(rest);
	bool all = n > 4 && strcmp(rest + n - 4, " all") == 0;

	if (all)
		rest[n - 4] = '\0';
	if (*rest)
		in = view_find(p->v, rest);
	else if (p->n_shown == 1)
		in = view_prompt(p->v, p->shown[0].seq) ? view_prompt(p->v, p->shown[0].seq)->in
							: NULL;
	if (!in || !in->step) {
		plain_say(p, "Say which step: its number, id or title (`where` lists them).");
		return;
	}
	view_step_text(&b, p->v, in, clock_now());
	plain_text(p, buf_str(&b));
	buf_release(&b);
	for (size_t i = 0; i < s->n_cmds; i++)
		if (s->cmds[i]->inst == in)
			show_cmd(p, s->cmds[i], all);
}

/* --- the log ---------------------------------------------------------------------------------- */

struct log {
	struct plain *p;
	int64_t from;
};

static int log_row(void *ctx, struct view *v, const struct event *ev)
{
	struct log *l = ctx;
	struct buf line = BUF_INIT, at = BUF_INIT;

	if (ev->seq >= l->from && ev->kind != EV_OUTPUT) {
		view_event_line(&line, v, ev);
		clock_utc(&at, ev->at.wall, 0);
		plain_say(l->p, "%lld %s %s", (long long)ev->seq, buf_str(&at), buf_str(&line));
	}
	buf_release(&line);
	buf_release(&at);
	return l->p->broken ? ERR_CANCEL : 0;
}

void plain_log(struct plain *p, char *rest)
{
	struct log l = { p, 1 };
	struct err err = { 0 };

	if (!str_eq(rest, "all") && view_state(p->v)->seq > LOG_ROWS)
		l.from = view_state(p->v)->seq - LOG_ROWS + 1;
	if (client_replay(p->c, log_row, &l, &err))
		plain_say(p, "The record cannot be read: %s", err.text);
}
