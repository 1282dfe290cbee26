/* A run as it was, on the very screen: its scene over a view that is folded up to a moment. Nobody
 * is attached, no key of the walk means anything, and the client only looks. */
#include "run_area.h"

#include <stdio.h>
#include <string.h>

#include "client.h"
#include "client_past.h"
#include "client_progress.h"
#include "clock.h"
#include "err.h"
#include "pane.h"
#include "run_board.h"
#include "state.h"
#include "str.h"
#include "tuiint.h"
#include "utf8.h"

#define NOTICE_NS (15 * CLOCK_S)    /* so long an inject stands there */

#define TRAVEL_NS (200 * CLOCK_MS)  /* of folding between two looks at the keys */

enum { KEY_INTERRUPT = 3, TICK_MIN_MS = 15, COLS_FEW = 60, FOLLOW_MS = 1000 };

static const double slowest = 0.125, fastest = 4096;

struct replay {
	struct run run;      /* first: its scene is this one */
	struct client_past *past;
	double speed;
	bool plays;
	int64_t from_boot, from_at; /* boot time then, and the moment that was shown */
	int64_t second;      /* as drawn */
	int64_t goal;        /* of the journey … */
	bool far, going;     /* … not played up to there; not there yet */
	int64_t looked_at;   /* boot time, for rows that came since */
	struct err err;      /* why it stopped here; code 0: all is well */
	struct err bad;      /* what was wrong first */
};

/* --- moments ---------------------------------------------------------------------------------- */

static void hold_clock(struct replay *p)
{
	p->from_boot = clock_now().boot;
	p->from_at = client_past_at(p->past);
}

static void on_row(void *ctx, const struct event *ev)
{
	struct replay *p = ctx;

	pane_event(p->run.pane, ev, false);
}

/* What it was of a drill's injects: the newest stands there for a while, as it did. */
static void see_notices(struct replay *p)
{
	const struct state *s = view_state(p->run.v);
	size_t n = s->drill.n_shown;
	int64_t now = state_time(s, client_past_now(p->past));

	p->run.notices = n;
	if (n && now - s->drill.shown[n - 1].at < NOTICE_NS * s->drill.pace)
		p->run.notices = n - 1;
}

static bool at_end(const struct replay *p)
{
	return client_past_at(p->past) >= client_past_end(p->past);
}

/* No further, though it is not over. */
static void stop(struct replay *p, const struct err *err)
{
	p->plays = false;
	p->err = *err;
	if (!p->bad.code)
		p->bad = *err;
}

static void stands(struct replay *p, bool anew)
{
	struct run *r = &p->run;

	if (anew || p->far) {
		pane_follow(r->pane, NULL);
		progress_set_release(&r->progress);
		r->step_of = r->opened = NULL;
		r->shown = 0;
		r->step.from = 0;
	}
	r->v = client_view(r->c);
	r->ended = view_state(r->v)->phase == RUN_CLOSED;
	see_notices(p);
	if (p->far)
		hold_clock(p);
	if (p->far && !p->going) {
		client_progress_past(r->c, &r->progress);
		run_board_tick(r);
	}
	scene_stale(r->t);
}

static void travel(struct replay *p)
{
	struct err err = { 0 };
	bool anew = false;
	int rc = client_past_to(p->past, p->goal, TRAVEL_NS, p->far ? NULL : on_row, p, &anew,
				&err);

	p->going = rc > 0;
	p->err.code = 0;
	if (rc < 0)
		stop(p, &err);
	else if (!rc && at_end(p) && client_past_whole(p->past, &err))
		stop(p, &err);
	else if (!rc && at_end(p) && client_past_closed(p->past))
		p->plays = false;
	stands(p, anew);
}

/* far: it is not played up to there, so that what was printed is read as it stands then. */
static void go(struct replay *p, int64_t at, bool far)
{
	if (far)
		pane_follow(p->run.pane, NULL);
	p->goal = at;
	p->far = far;
	travel(p);
}

/* Of a run that goes on: whoever stood at its end goes on with it. */
static void follow(struct replay *p)
{
	bool stood = at_end(p) && !p->going;
	int64_t rows = client_past_rows(p->past);
	struct err err = { 0 };
	int rc = client_past_more(p->past, &err);

	p->looked_at = clock_now().boot;
	if (rc && rc != ERR_BUSY && stood)
		stop(p, &err);
	if (client_past_rows(p->past) == rows)
		return;
	if (stood && p->plays) {
		go(p, client_past_end(p->past), false);
		hold_clock(p);
	}
	scene_stale(p->run.t);
}

static int64_t due(const struct replay *p)
{
	double since = (double)(clock_now().boot - p->from_boot) * p->speed;

	return p->from_at + (int64_t)since;
}

static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int play_on(struct replay *p)
{
	int64_t next = client_past_next(p->past), at = due(p), left;
	int wait;

	if ((next >= 0 && at >= next) || at / CLOCK_S != p->second || next < 0)
		go(p, at, false);
	p->second = at / CLOCK_S;
	run_board_tick(&p->run);
	if (!p->plays || at_end(p))
		return -1;
	next = client_past_next(p->past);
	left = (at / CLOCK_S + 1) * CLOCK_S - at;
	if (next >= 0 && next - at < left)
		left = next - at;
	wait = (int)((double)left / p->speed / CLOCK_MS) + 1;
	return wait < TICK_MIN_MS ? TICK_MIN_MS : wait;
}

static int tick(void *self)
{
	struct replay *p = self;
	int wait = pane_tick(p->run.pane);
	int64_t since;

	if (!client_past_closed(p->past)) {
		since = (clock_now().boot - p->looked_at) / CLOCK_MS;
		if (since >= FOLLOW_MS) {
			follow(p);
			since = 0;
		}
		wait = sooner(wait, FOLLOW_MS - (int)since);
	}
	if (p->going && p->far)
		travel(p);
	if (p->going && p->far)
		return 0;
	if (p->plays && !(at_end(p) && client_past_next(p->past) < 0))
		wait = sooner(wait, play_on(p));
	return wait;
}

/* --- the last row of every frame -------------------------------------------------------------- */

static void add_speed(struct buf *out, double speed)
{
	buf_adds(out, "x");
	if (speed < 1)
		buf_addf(out, "%g", speed);
	else
		buf_addf(out, "%.6g", speed);
}

static void draw_foot(void *ctx, struct term *t, struct area a)
{
	struct replay *p = ctx;
	int64_t at = client_past_at(p->past);
	struct buf b = BUF_INIT;
	int col;

	paint_row(t, a, 0, ST_BAR);
	col = paint_text(t, a, 0, 0, ST_LATE, p->going && p->far ? "REPLAY GOES" :
			 !p->plays ? "REPLAY PAUSED" : at_end(p) ? "REPLAY FOLLOWS" : "REPLAY");
	buf_addc(&b, ' ');
	if (p->going && p->far) {
		buf_adds(&b, "to ");
		str_stopwatch(&b, p->goal / CLOCK_MS);
		buf_adds(&b, ", at ");
	}
	str_stopwatch(&b, at / CLOCK_MS);
	buf_adds(&b, " of ");
	str_stopwatch(&b, client_past_end(p->past) / CLOCK_MS);
	buf_addc(&b, ' ');
	add_speed(&b, p->speed);
	buf_addc(&b, ' ');
	clock_utc(&b, client_past_now(p->past).wall, 0);
	if (a.cols >= COLS_FEW)
		buf_addf(&b, " row %lld of %lld", (long long)view_state(p->run.v)->seq,
			 (long long)client_past_rows(p->past));
	if (p->err.code) {
		buf_adds(&b, " STOPPED: ");
		str_printable(&b, p->err.text, strlen(p->err.text), false);
	}
	paint_fit(t, a, 0, col, a.cols - col, ST_BAR, buf_str(&b));
	buf_release(&b);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void went_to(void *ctx, const char *text)
{
	struct replay *p = ctx;
	int64_t at;

	if (!text) {
		hold_clock(p);
		return;
	}
	if (client_past_when(p->past, text, &at)) {
		go(p, at, true);
		if (at < 0 || at > client_past_end(p->past))
			run_say(&p->run, "The record does not go there; this is its %s.",
				at < 0 ? "begin" : "end");
	} else {
		run_say(&p->run, "That is no time: 1:23:45 or 1h30m since the run was opened, or "
			"2026-11-22T03:21Z.");
	}
}

static void ask_when(struct replay *p)
{
	const struct ask a = {
		.title = "Go to a time", .must = true, .done = went_to, .ctx = p,
		.question = "Since the run was opened (1:23:45, 1h30m), or a time "
			    "(2026-11-22T03:21Z):",
	};

	ask_push(p->run.t, &a);
}

static void to_step(struct replay *p, int dir)
{
	int64_t at = client_past_step(p->past, dir);

	if (at >= 0)
		go(p, at, true);
	else
		run_say(&p->run, dir > 0 ? "No step begins after this." : "No step began before "
			"this.");
}

static void set_speed(struct replay *p, double speed)
{
	if (speed < slowest || speed > fastest)
		run_say(&p->run, "It goes no %s than this.", speed > 1 ? "faster" : "slower");
	else
		p->speed = speed;
	hold_clock(p);
}

static void pause(struct replay *p)
{
	if (at_end(p) && !p->plays && client_past_closed(p->past)) {
		run_say(&p->run, "This is where the record ends; [ or g goes back.");
		return;
	}
	if (p->plays)
		go(p, due(p), false);
	p->plays = !p->plays;
	hold_clock(p);
}

static bool play_key(struct replay *p, uint32_t code)
{
	switch (code) {
	case ' ':
		pause(p);
		return true;
	case '+': case '=':
		set_speed(p, p->speed * 2);
		return true;
	case '-':
		set_speed(p, p->speed / 2);
		return true;
	case ']': case K_RIGHT:
		to_step(p, 1);
		return true;
	case '[': case K_LEFT:
		to_step(p, -1);
		return true;
	case K_HOME:
		go(p, 0, true);
		return true;
	case K_END:
		go(p, client_past_end(p->past), true);
		return true;
	case 'g':
		ask_when(p);
		return true;
	case 'q': case KEY_INTERRUPT:
		scene_pop(p->run.t);
		return true;
	default:
		return false;
	}
}

static void on_key(void *self, const struct key *k)
{
	struct replay *p = self;
	char name[KEY_NAME_BYTES];

	scene_stale(p->run.t);
	buf_clear(&p->run.word);
	if (play_key(p, k->code) || (k->code != 'u' && run_look_key(&p->run, k->code)) ||
	    sheet_key(&p->run.step, k, p->run.body_rows))
		return;
	term_key_name(k, name);
	run_say(&p->run, "%s does nothing: this is a replay, and nothing is sent. ? explains the "
		"keys.", name);
}

static void on_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out, "Space  stops and goes on\n"
		      "+ -  twice as fast, half as fast\n"
		      "[ ]  and arrows left and right: where the step before, the next step began\n"
		      "Home End  the begin and the end of the record\n"
		      "g  goes to a time: since the run was opened, or of the day\n"
		      "Up Down  and PgUp PgDn: scroll the step, where it is longer than its room\n"
		      "w B C L O ^O  look as in the run itself, up to the moment that is shown\n"
		      "q ^C  leaves the replay\n");
}

/* --- beginning and end ------------------------------------------------------------------------ */

static void no_free(void *self)
{
	(void)self; /* it is tui_replay's */
}

static const struct scene_ops ops = {
	.name = "replay", .draw = run_draw, .key = on_key, .tick = tick, .free = no_free,
	.help = on_help,
};

int tui_replay(struct tui *t, struct client_past *past, int64_t from, double speed,
	       struct err *err)
{
	static const struct tui_run_opts looks = { 0 };
	struct replay p = { .past = past, .speed = speed, .plays = true, .second = -1,
			    .run = { .t = t, .o = &looks, .past = past } };
	struct run *r = &p.run;
	int rc;

	sheet_init(&r->step, 80);
	sheet_init(&r->ask, 80);
	sheet_init(&r->list, 80);
	sheet_init(&r->board, 80);
	r->c = client_past_client(past);
	r->v = client_view(r->c);
	r->pane = pane_new(t, r->c);
	p.looked_at = clock_now().boot;
	go(&p, from, true);
	tui_about(t, view_state(r->v)->mode);
	scene_foot(t, draw_foot, &p);
	scene_push(t, &ops, &p, true);
	rc = scene_loop(t, NULL, err);
	scene_clear(t);
	scene_foot(t, NULL, NULL);
	if (!rc && p.bad.code) {
		rc = p.bad.code;
		if (err)
			*err = p.bad;
	}
	run_release(r);
	return rc;
}
