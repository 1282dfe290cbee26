/* The walk of a guarded command: one step, from the first row to the last. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "environ.h"
#include "err.h"
#include "event.h"
#include "guardingint.h"
#include "intent.h"
#include "json.h"
#include "mem.h"
#include "prompt.h"
#include "state.h"
#include "str.h"
#include "verbs.h"
#include "view.h"

enum { END_MS = 30000, KNOWN_MS = 15000 };
enum { READING = 4096, SAID = 2048, CANNOT_RUN = 126, NOT_FOUND = 127 };

static int64_t now_ms(void)
{
	return clock_now().boot / CLOCK_MS;
}

void guarding_say(const struct guarding_walk *w, const char *fmt, ...)
{
	char text[SAID];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(w->tty >= 0 ? w->tty : STDERR_FILENO, "blackstart: %s\n", text);
}

/* The command in flight or the last one, or NULL. */
static const struct cmd *the_command(const struct guarding_walk *w)
{
	const struct inst *in = state_inst(view_state(w->v), LEND_STEP);

	return in ? in->cmd : NULL;
}

static bool is_running(const struct cmd *c)
{
	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

void guarding_send(struct guarding_walk *w, enum guarding_sent as, const struct intent *it)
{
	struct err err = { 0 };

	if (client_send(w->c, it, w->id, &err) == 0)
		w->sent = as;
	else
		guarding_say(w, "%s", err.text);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* why is ours from here on. */
static void end(struct guarding_walk *w, char *why)
{
	if (w->ending) {
		free(why);
		return;
	}
	w->ending = true;
	w->why = why;
	w->wants = WANTS_NOTHING;
	w->until = now_ms() + END_MS;
}

void guarding_give_up(struct guarding_walk *w, const char *fmt, ...)
{
	char text[SAID];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!w->ending)
		guarding_say(w, "%s; nothing was run", text);
	end(w, mem_dup(text));
}

static void end_of_command(struct guarding_walk *w, const struct cmd *c)
{
	if (c->phase == CMD_ENDED)
		end(w, mem_printf("it ended with %s %d", c->signaled ? "signal" : "status",
				  c->code));
	else
		end(w, mem_dup("what became of it is not known"));
}

static void send_close(struct guarding_walk *w, int64_t prompt)
{
	struct intent it = { .verb = VERB_CLOSE, .prompt = prompt, .reason = w->why };

	guarding_send(w, SENT_CLOSE, &it);
}

static void close_run(struct guarding_walk *w, const struct prompt *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (all[i].kind != ASK_CLOSE || all[i].seq == w->closed_at)
			continue;
		w->closed_at = all[i].seq;
		send_close(w, all[i].seq);
		return;
	}
	if (!w->close_sent && view_state(w->v)->phase == RUN_OPEN)
		send_close(w, 0);
	w->close_sent = true;
}

/* --- what happens ----------------------------------------------------------------------------- */

static void on_answer(void *ctx, const struct client_answer *a)
{
	struct guarding_walk *w = ctx;
	enum guarding_sent sent = w->sent;

	if (!w->v || sent == SENT_NOTHING || strcmp(a->id, w->id))
		return;
	w->sent = SENT_NOTHING;
	if (!a->accepted && sent != SENT_CLOSE && !w->ending)
		guarding_refused(w, a->why);
}

/* What the guard decides is said as it happens. */
static void on_event(void *ctx, const struct event *ev, bool past)
{
	static const char *const said[] = { "approved", "refused", "expired", "void",
					    "break-glass" };
	struct guarding_walk *w = ctx;
	struct buf line = BUF_INIT;
	struct json *b = NULL;

	if (past || !w->v || ev->kind != EV_GUARD || json_parse(ev->body, ev->body_len, &b, NULL))
		return;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (str_eq(json_str(b, "what"), said[i]) &&
		    view_event_line(&line, w->v, ev) != VIEW_QUIET)
			guarding_say(w, "%s", buf_str(&line));
	buf_release(&line);
	json_free(b);
}

/* --- what a change acts on -------------------------------------------------------------------- */

static void add_reading(struct buf *out, const struct target_probe *p, const struct buf *got,
			bool ended)
{
	size_t n = got->len && got->data[got->len - 1] == '\n' ? got->len - 1 : got->len;

	str_printable(out, p->run.s, strlen(p->run.s), false);
	if (!ended) {
		buf_adds(out, " reads nothing");
		return;
	}
	buf_adds(out, " reads \"");
	str_printable(out, buf_str(got), n, false);
	buf_adds(out, "\"");
}

static void say_reading(const struct guarding_walk *w, const struct inst *in,
			const struct target_probe *p)
{
	const struct cmd *c = in->cmd;
	struct buf got = BUF_INIT, b = BUF_INIT;
	int64_t next = 0;
	bool ended = c && c->phase == CMD_ENDED && !c->signaled && !c->code && !c->timed_out;

	if (ended)
		(void)client_output(w->c, c->token, 0, 0, READING + 2, &got, &next, NULL);
	add_reading(&b, p, &got, ended);
	if (ended && environ_agrees(p, buf_str(&got), got.len))
		guarding_say(w, "%s: %s", w->g->name, buf_str(&b));
	else
		guarding_say(w, "NOT %s: %s; it should read \"%s\"", w->g->name, buf_str(&b),
			     p->is);
	buf_release(&got);
	buf_release(&b);
}

/* False: there is one that is still to come. */
static bool show_looks(struct guarding_walk *w)
{
	const struct environment *e = w->g->env;

	if (w->g->effect != EFFECT_CHANGE)
		return true;
	if (!e->n_probes && !w->looks++)
		guarding_say(w, "%s: %s", w->g->name, w->g->target);
	while (e->n_probes && w->looks < e->n_probes) {
		char key[32];
		const struct inst *in;

		snprintf(key, sizeof(key), "target-%zu", w->looks + 1);
		in = state_inst(view_state(w->v), key);
		if (!in || in->state != STEP_FINISHED)
			return w->ending;
		say_reading(w, in, &e->probes[w->looks++]);
	}
	return true;
}

/* --- one step --------------------------------------------------------------------------------- */

/* Somebody else may have taken the seat, to break glass or to look after it. */
static bool is_ours(struct guarding_walk *w)
{
	const struct state *s = view_state(w->v);

	if (!s->seat.taken || client_has_seat(w->c))
		return true;
	if (!w->seat_said)
		guarding_say(w, "%s operates this run now; what becomes of it is waited for",
			     s->seat.who.id);
	w->seat_said = true;
	w->wants = WANTS_NOTHING;
	return false;
}

/* A key was given: a name that is typed before the keeper has looked at it would be refused. */
static bool is_known(struct guarding_walk *w)
{
	const struct state *s = view_state(w->v);

	for (size_t i = 0; i < s->n_known; i++)
		if (str_eq(s->known[i].client, client_id(w->c)))
			return true;
	if (!w->known_by)
		w->known_by = now_ms() + KNOWN_MS;
	return !w->g->s.identity.proof || now_ms() > w->known_by;
}

static void act(struct guarding_walk *w)
{
	const struct prompt *all;
	size_t n = view_prompts(w->v, &all);

	if (w->sent != SENT_NOTHING || !is_ours(w))
		return;
	if (w->wants && !view_prompt(w->v, w->prompt))
		w->wants = WANTS_NOTHING;
	for (size_t i = 0; i < n && !w->ending; i++) {
		if (all[i].seq <= w->prompt || (all[i].kind == ASK_NAME && !is_known(w)))
			continue;
		w->prompt = all[i].seq;
		guarding_answer(w, &all[i]);
		break;
	}
	if (w->ending && w->sent == SENT_NOTHING)
		close_run(w, all, n);
}

/* Its output goes on while it runs, and to its end before anything is said of it. */
static void follow(struct guarding_walk *w)
{
	const struct cmd *c = the_command(w);

	if (!c)
		return;
	if (w->g->terminal && is_running(c))
		guarding_pass_take(&w->pass);
	guarding_pass_output(&w->pass, c);
	if (is_running(c) || c->phase == CMD_NEVER)
		return;
	guarding_pass_back(&w->pass);
	end_of_command(w, c);
}

static void take_signals(struct guarding_walk *w)
{
	struct signalfd_siginfo si;

	while (read(w->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		const struct cmd *c = the_command(w);

		if (si.ssi_signo == SIGWINCH)
			guarding_pass_size(w->c);
		else if (is_running(c))
			guarding_pass_signal(c, (int)si.ssi_signo);
		else if (!w->ending)
			guarding_give_up(w, "called off by a signal (%s)",
					 strsignal((int)si.ssi_signo));
	}
}

static void wait_for(struct guarding_walk *w)
{
	const struct cmd *c = the_command(w);
	int in = w->pass.raw ? STDIN_FILENO : w->wants ? w->tty : -1;
	struct pollfd fds[] = {
		{ .fd = client_fd(w->c), .events = client_events(w->c) },
		{ .fd = w->signals, .events = POLLIN },
		{ .fd = w->listener, .events = POLLIN },
		{ .fd = in, .events = POLLIN },
	};
	int timeout = client_timeout(w->c);

	if ((w->ending || w->known_by > now_ms()) && (timeout < 0 || timeout > 1000))
		timeout = 1000;
	if (poll(fds, 4, timeout) <= 0)
		return;
	if (fds[1].revents)
		take_signals(w);
	if (fds[2].revents)
		lend_answer(w->listener, &w->g->lend);
	if (fds[3].revents && w->pass.raw && is_running(c))
		guarding_pass_keys(&w->pass, c);
	else if (fds[3].revents && w->wants)
		guarding_line(w);
}

static bool is_over(const struct guarding_walk *w)
{
	const struct state *s = view_state(w->v);

	if (s->phase == RUN_CLOSED)
		return true;
	/* what another one operates goes on without us once the command has ended */
	if (w->ending && s->seat.taken && !client_has_seat(w->c))
		return true;
	return w->ending && now_ms() > w->until;
}

static int walk(struct guarding_walk *w, struct err *err)
{
	for (;;) {
		int r = client_step(w->c, err);

		if (r)
			return r;
		follow(w);
		if (is_over(w))
			return 0;
		if (show_looks(w))
			act(w);
		wait_for(w);
	}
}

/* --- beginning and end ------------------------------------------------------------------------ */

static int status_of(const struct guarding_walk *w)
{
	const struct cmd *c = the_command(w);
	int status = CLI_OURS;

	if (c && c->phase == CMD_ENDED)
		status = c->signaled ? 128 + c->code : c->code;
	else if (c && c->phase == CMD_NO_EXEC)
		status = c->sys == ENOENT ? NOT_FOUND : CANNOT_RUN;
	else if (c && c->phase == CMD_UNKNOWN)
		guarding_say(w, "what became of the command is not known: blackstart log %s",
			     client_run(w->c));
	else if (is_running(c))
		guarding_say(w, "it runs on: blackstart attach %s", client_run(w->c));
	else if (!w->ending)
		guarding_say(w, "the run was closed by somebody else; nothing was run");
	if (view_state(w->v)->phase != RUN_CLOSED)
		guarding_say(w, "run %s is still open: blackstart attach %s", client_run(w->c),
			     client_run(w->c));
	return status;
}

static int open_client(struct guarding_walk *w, struct err *err)
{
	const struct start *s = &w->g->s;
	struct client_opts o = { .journal = s->journal, .run = s->run, .fresh = true,
				 .who = s->who, .identity = &s->identity };
	struct client_calls calls = { .ctx = w, .event = on_event, .answer = on_answer };
	struct winsize size;
	int r;

	if (w->g->terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
		o.rows = size.ws_row;
		o.cols = size.ws_col;
	}
	r = client_open(&o, &calls, &w->c, err);
	if (r)
		return r;
	w->v = client_view(w->c);
	w->pass.c = w->c;
	return 0;
}

int guarding_walk(struct guarding *g, int listener)
{
	struct guarding_walk w = { .g = g, .listener = listener };
	struct err err = { 0 };
	int status = CLI_OURS, r;

	w.tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	w.signals = guarding_pass_signals();
	r = open_client(&w, &err);
	if (!r)
		r = walk(&w, &err);
	guarding_pass_back(&w.pass);
	if (r)
		guarding_say(&w, "%s; run %s", err.text, g->s.run);
	else
		status = status_of(&w);
	client_close(w.c);
	if (w.tty >= 0)
		close(w.tty);
	if (w.signals >= 0)
		close(w.signals);
	free(w.why);
	free(w.glass);
	return status;
}
