/* A run on the screen: its life, what the client tells, what is under the eyes. */
#include "run_area.h"
#include "run_notice.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "client_status.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "mem.h"
#include "pane.h"
#include "run_board.h"
#include "run_script.h"
#include "state.h"
#include "str.h"
#include "tuiint.h"

void run_say(struct run *r, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_clear(&r->word);
	buf_adds(&r->word, text);
	scene_stale(r->t);
}

void run_leave(struct run *r)
{
	r->left = true;
	scene_pop(r->t);
}

/* After an answer a step often goes by in no time: what it passes through is not drawn, unless it
 * takes longer or somebody is asked. */
void run_stir(struct run *r)
{
	const struct prompt *p;
	bool asked = view_prompts(r->v, &p) > 0 || r->refused.len || run_notice(r);

	r->quiet = !asked && clock_now().boot - r->sent_at < RUN_QUIET_NS;
	if (!r->quiet)
		scene_stale(r->t);
}

bool run_sent(const struct run *r)
{
	return r->waiting && clock_now().boot - r->sent_at >= RUN_QUIET_NS;
}

/* --- what the client tells ------------------------------------------------------------------- */

static void on_event(void *ctx, const struct event *ev, bool past)
{
	struct run *r = ctx;

	if (past || !r->c)
		return;
	r->v = client_view(r->c);
	if (r->pane)
		pane_event(r->pane, ev, past);
	if (ev->kind != EV_OUTPUT)
		run_stir(r);
}

static void on_link(void *ctx, bool up, const char *why)
{
	struct run *r = ctx;

	if (up && r->gone)
		run_say(r, "The keeper is back; the run goes on where it stood.");
	r->gone = !up;
	buf_clear(&r->gone_why);
	if (!up && why)
		str_printable(&r->gone_why, why, strlen(why), false);
	scene_stale(r->t);
}

static void on_trouble(void *ctx, const char *why, int64_t since, int64_t aside)
{
	struct run *r = ctx;

	if (!why && r->trouble)
		run_say(r, "The journal can be written again.");
	r->trouble = why != NULL;
	buf_clear(&r->trouble_why);
	if (why) {
		str_printable(&r->trouble_why, why, strlen(why), false);
		buf_adds(&r->trouble_why, " (since ");
		clock_utc(&r->trouble_why, since, 0);
		buf_addf(&r->trouble_why, "; %lld bytes are kept aside)", (long long)aside);
	}
	scene_stale(r->t);
}

static void on_help(void *ctx)
{
	client_helped(((struct run *)ctx)->c);
}

/* --- the loop's side ------------------------------------------------------------------------- */

static int watch_fd(void *ctx)
{
	return client_fd(((struct run *)ctx)->c);
}

static short watch_events(void *ctx)
{
	return client_events(((struct run *)ctx)->c);
}

static int watch_timeout(void *ctx)
{
	const struct run *r = ctx;

	return client_timeout(r->c);
}

/* Who goes back to a step wants to see that one next, not what was asked before. */
static void look_for_wanted(struct run *r)
{
	const struct prompt *all;
	size_t n = r->want ? view_prompts(r->v, &all) : 0;

	for (size_t i = 0; i < n; i++)
		if (r->want && str_eq(all[i].key, r->want)) {
			r->shown = all[i].seq;
			free(r->want);
			r->want = NULL;
			scene_stale(r->t);
		}
}

/* Who loses the seat must not go on as if it were still there. */
static void watch_seat(struct run *r)
{
	const struct state *s = view_state(r->v);
	bool has = client_has_seat(r->c);

	if (r->had_seat && !has && s->seat.taken) {
		r->drives = false;
		run_make_drop(r);
		run_say(r, "%.60s HAS TAKEN THE SEAT: you look on now. i takes it back.",
			s->seat.who.id);
	}
	r->gave = r->gave && !has;
	r->had_seat = has;
}

static int watch_step(void *ctx, struct err *err)
{
	struct run *r = ctx;
	bool closed;
	int rc = client_step(r->c, err);

	r->v = client_view(r->c);
	look_for_wanted(r);
	watch_seat(r);
	closed = view_state(r->v)->phase == RUN_CLOSED;
	if (closed && !r->ended) {
		r->ended = true;
		r->drives = false;
		run_make_drop(r);
		scene_stale(r->t);
	}
	if (r->closed_over && !r->left)
		run_leave(r);
	return rc;
}

/* Until what was held back is drawn; -1: nothing is. */
static int quiet_left(struct run *r)
{
	int64_t left = r->sent_at + RUN_QUIET_NS - clock_now().boot;

	if (!r->quiet && !r->waiting)
		return -1;
	if (left > 0)
		return (int)(left / CLOCK_MS) + 1;
	if (r->quiet || !r->said_sent)
		scene_stale(r->t);
	r->quiet = false;
	r->said_sent = true;
	return -1;
}

/* Clocks run by whole seconds; the pane has its own haste. */
static int tick(void *self)
{
	struct run *r = self;
	int pane = pane_tick(r->pane);
	struct view_figures f;
	int left, quiet;

	run_mark_shown(r);
	if (r->ask_who && scene_is_top(r->t, r)) {
		r->ask_who = false;
		run_ask_who(r);
	}
	if (r->show_script && scene_is_top(r->t, r)) {
		r->show_script = false;
		run_script(r);
	}
	if (view_state(r->v)->phase == RUN_CLOSED)
		return pane;
	quiet = quiet_left(r);
	run_board_auto(r);
	run_board_tick(r); /* drawn with the second */
	view_figures(r->v, clock_now(), &f);
	left = 1000 - (int)(f.elapsed_ms % 1000);
	if (f.elapsed_ms / 1000 != r->second) {
		r->second = f.elapsed_ms / 1000;
		scene_stale(r->t);
	}
	left = quiet >= 0 && quiet < left ? quiet : left;
	return pane >= 0 && pane < left ? pane : left;
}

static void no_free(void *self)
{
	(void)self; /* it is tui_run's */
}

static bool wants_all(void *self)
{
	return ((struct run *)self)->drives;
}

static const struct scene_ops ops = {
	.name = "run", .draw = run_draw, .key = run_key, .tick = tick, .free = no_free,
	.help = run_help, .wants_all = wants_all,
};

/* --- beginning and end ----------------------------------------------------------------------- */

/* What is to be said when the screen is gone. */
static int say_end(struct run *r, struct err *err)
{
	if (view_state(r->v)->phase == RUN_CLOSED)
		return view_recovered(r->v) ? CLIENT_COMPLETE : CLIENT_ENDED;
	if (r->closed_over) {
		err_set(err, ERR_IO, "the run ends here without a record of its end; the record "
			"up to then: %s, run %s", client_journal(r->c), client_run(r->c));
		return CLIENT_JOURNAL;
	}
	err_set(err, ERR_CANCEL, "the run goes on without this window; back to it: blackstart "
		"attach %s", client_run(r->c));
	return CLIENT_ENDED;
}

static void begin(struct run *r)
{
	const struct state *s;

	r->v = client_view(r->c);
	s = view_state(r->v);
	r->ended = s->phase == RUN_CLOSED;
	r->pane = pane_new(r->t, r->c);
	if (r->ended)
		return;
	if (r->o->facilitator) {
		r->show_script = true;
	} else if (r->o->take_over && s->seat.taken) {
		struct intent it = { .verb = VERB_TAKE, .reason = mem_dup(r->o->take_over) };

		run_make(r, &it, false);
	} else if (client_shared(r->c) && !r->o->who && !r->o->fresh) {
		r->ask_who = true;
	}
}

void run_release(struct run *r)
{
	run_make_drop(r);
	pane_free(r->pane);
	free(r->want);
	buf_release(&r->name);
	buf_release(&r->log);
	buf_release(&r->refused);
	buf_release(&r->word);
	buf_release(&r->trouble_why);
	buf_release(&r->gone_why);
	sheet_release(&r->step);
	sheet_release(&r->ask);
	sheet_release(&r->list);
	sheet_release(&r->board);
	progress_set_release(&r->progress);
}

int tui_run(struct tui *t, const struct tui_run_opts *o, struct err *err)
{
	struct run r = { .t = t, .o = o };
	struct client_opts co = { .journal = o->journal, .run = o->run, .observer = o->observer,
				  .facilitator = o->facilitator,
				  .who = o->who, .secrets = o->secrets,
				  .n_secrets = o->n_secrets, .fresh = o->fresh,
				  .identity = o->identity };
	struct client_calls calls = { &r, on_event, run_answered, on_trouble, on_link };
	struct watch w = { watch_fd, watch_events, watch_timeout, watch_step, &r };
	struct err own = { 0 };
	int status, rc;

	sheet_init(&r.step, 80);
	sheet_init(&r.ask, 80);
	sheet_init(&r.list, 80);
	sheet_init(&r.board, 80);
	rc = client_open(&co, &calls, &r.c, &own);
	if (!rc) {
		tui_about(t, view_state(client_view(r.c))->mode);
		scene_push(t, &ops, &r, true);
		scene_on_help(t, on_help, &r);
		begin(&r);
		rc = scene_loop(t, &w, &own);
		scene_on_help(t, NULL, NULL);
		scene_clear(t);
	}
	status = rc && rc != ERR_CANCEL ? client_status_of(rc) : say_end(&r, &own);
	if (err)
		*err = own;
	run_release(&r);
	client_close(r.c);
	return status;
}
