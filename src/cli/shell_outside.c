/* The operator's end of a shell on the record: their keys in, what it shows out. */
#include "shell.h"

#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "guardingint.h"
#include "json.h"
#include "keeper.h"
#include "limits.h"
#include "mem.h"
#include "state.h"
#include "str.h"
#include "verbs.h"
#include "view.h"

enum { KEY_INTERRUPT = 3 };
enum { KEYS = 4096, SHOWN_AGAIN = 1024, TERM_MAX = 64 };

struct session {
	struct client *c;
	struct guarding_pass pass;
	int signals;
	char id[40];         /* of the intent */
	char token[TOKEN_MAX];
	bool refused;
	char *why;
	bool again;          /* it ran before, and is taken up */
	bool shows;          /* our terminal is its own */
	bool gone;           /* we are told to leave, or nobody types any more */
	bool held;           /* the record cannot be written: neither keys nor output go through */
};

/* --- what is said ----------------------------------------------------------------------------- */

static void on_answer(void *ctx, const struct client_answer *a)
{
	struct session *o = ctx;

	if (strcmp(a->id, o->id) || a->accepted)
		return;
	o->refused = true;
	free(o->why);
	o->why = mem_dup(a->why);
}

/* The row that answers the intent names the token: a new shell's, or of one that was left. */
static void on_event(void *ctx, const struct event *ev, bool past)
{
	struct session *o = ctx;
	struct json *b = NULL;
	char mark[96];

	if (past || (ev->kind != EV_NOTE && ev->kind != EV_SHELL) ||
	    json_parse(ev->body, ev->body_len, &b, NULL))
		return;
	snprintf(mark, sizeof(mark), "%s/%s", o->c ? client_id(o->c) : "", o->id);
	if (!o->token[0] && json_str(b, "token") && str_eq(json_str(b, "for"), mark)) {
		str_clip(o->token, sizeof(o->token), json_str(b, "token"));
		o->again = ev->kind == EV_SHELL;
	} else if (o->token[0] && str_eq(json_str(b, "token"), o->token) &&
		   str_eq(json_str(b, "what"), "not-started")) {
		o->refused = true;
		free(o->why);
		o->why = mem_dup(json_str(b, "text"));
	}
	json_free(b);
}

/* At our terminal, raw or not. */
static void say(const struct session *o, const char *text)
{
	if (o->shows)
		(void)fsio_write_all(STDERR_FILENO, "\r\n", 2, NULL);
	cli_say("%s", text);
	if (o->shows)
		(void)fsio_write_all(STDERR_FILENO, "\r", 1, NULL);
}

static void on_trouble(void *ctx, const char *why, int64_t since, int64_t aside)
{
	struct session *o = ctx;

	(void)since;
	(void)aside;
	if (why && !o->held) {
		char *text = mem_printf("THE RECORD CANNOT BE WRITTEN, so the shell is held: "
					"nothing you type goes to it. Wait; or ^C leaves it (what "
					"runs in it goes on): %s", why);

		say(o, text);
		free(text);
	} else if (!why && o->held) {
		say(o, "the record can be written again: go on");
	}
	o->held = why != NULL;
}

static const struct state *state_of(const struct session *o)
{
	return view_state(client_view(o->c));
}

static const struct cmd *the_shell(const struct session *o)
{
	return o->token[0] ? state_cmd(state_of(o), o->token) : NULL;
}

static bool is_running(const struct cmd *c)
{
	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

/* --- our terminal ----------------------------------------------------------------------------- */

/* The end of what it showed last, where that is lines. Never byte for byte: a terminal answers what
 * asks it something, and the shell would have that as keys. */
static void show_last(struct session *o, const struct cmd *c)
{
	int64_t from = c->bytes[2] > SHOWN_AGAIN ? c->bytes[2] - SHOWN_AGAIN : 0, next = from;
	struct buf last = BUF_INIT, out = BUF_INIT;

	(void)client_output(o->c, o->token, 2, from, SHOWN_AGAIN, &last, &next, NULL);
	for (size_t i = 0; i < last.len; i++) /* a terminal ends lines by two characters */
		if (last.data[i] != '\r')
			buf_addc(&out, last.data[i]);
	buf_clear(&last);
	if (!memchr(buf_str(&out), '\033', out.len))
		str_printable(&last, buf_str(&out), out.len, true);
	o->pass.at[2] = c->bytes[2];
	cli_say("the shell is taken up again; what ran in it goes on:");
	(void)fsio_write_all(STDOUT_FILENO, buf_str(&last), last.len, NULL);
	buf_release(&last);
	buf_release(&out);
}

/* What draws a whole screen draws it anew when its size changes. */
static void begin_to_show(struct session *o, const struct cmd *c)
{
	struct winsize size;

	o->shows = true;
	if (o->again)
		show_last(o, c);
	guarding_pass_take(&o->pass);
	if (o->again && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1)
		(void)client_resize(o->c, size.ws_row - 1, size.ws_col, NULL);
	guarding_pass_size(o->c);
}

static void take_keys(struct session *o)
{
	char keys[KEYS];
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	if (n <= 0 || (o->held && memchr(keys, KEY_INTERRUPT, (size_t)n)))
		o->gone = true;
	else if (!o->held)
		(void)client_keys(o->c, o->token, keys, (size_t)n, NULL);
	mem_wipe(keys, sizeof(keys));
}

static void take_signals(struct session *o)
{
	struct signalfd_siginfo si;

	while (read(o->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGWINCH && o->shows)
			guarding_pass_size(o->c);
		else if (si.ssi_signo != SIGWINCH)
			o->gone = true;
	}
}

static void wait_for(struct session *o)
{
	struct pollfd fds[] = {
		{ .fd = client_fd(o->c), .events = client_events(o->c) },
		{ .fd = o->signals, .events = POLLIN },
		{ .fd = o->shows ? STDIN_FILENO : -1, .events = POLLIN },
	};

	if (poll(fds, 3, client_timeout(o->c)) <= 0)
		return;
	if (fds[1].revents)
		take_signals(o);
	if (fds[2].revents)
		take_keys(o);
}

static int follow(struct session *o, struct err *err)
{
	while (!o->gone && !o->refused) {
		int r = client_step(o->c, err);
		const struct cmd *c = the_shell(o);

		if (r)
			return r;
		if (is_running(c) && !o->shows)
			begin_to_show(o, c);
		if (c)
			guarding_pass_output(&o->pass, c);
		if (o->refused || (c && !is_running(c)) || state_of(o)->phase == RUN_CLOSED)
			break;
		wait_for(o);
	}
	return 0;
}

/* --- beginning and end ------------------------------------------------------------------------ */

/* What a program that was cut off has left on the terminal: its other screen, mouse, no cursor. */
static void tidy(const struct session *o)
{
	static const char back[] = "\033[?1049l\033[?25h\033[?1000l\033[?1002l\033[?1003l"
				   "\033[?1006l\033[?2004l\033[?1l\033>\033[0m\r\n";

	if (o->shows)
		(void)fsio_write_all(STDOUT_FILENO, back, sizeof(back) - 1, NULL);
}

static int status_of(const struct session *o)
{
	const struct cmd *c = the_shell(o);
	const struct shell *sh = state_shell(state_of(o), o->token);

	if (o->refused)
		return cli_say("%s", o->why), CLI_OURS;
	if (!c || is_running(c)) {
		tidy(o);
		cli_say(sh && sh->runs ? "left; what runs in the shell goes on, and the same call "
					 "takes it up again" : "left; the shell ends");
		return CLI_OURS;
	}
	if (c->phase != CMD_ENDED || c->signaled)
		tidy(o);
	if (c->phase != CMD_ENDED)
		return cli_say("what became of the shell is not known; its lines are on record"),
		       CLI_OURS;
	cli_say("the shell ended; %lld lines are on record: blackstart log %s --kind shell",
		(long long)(sh ? sh->lines : 0), client_run(o->c));
	return c->signaled ? 128 + c->code : c->code;
}

/* A word that can stand in a command as it is. */
static bool is_plain(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("._+-", s[i]))
			return false;
	return n > 0 && n < TERM_MAX;
}

/* What runs is this program, which becomes the shell there: a terminal as ours is. */
static char *command(void)
{
	const char *shell = getenv("SHELL"), *term = getenv("TERM");
	const char *name = shell ? fsio_basename(shell) : "bash";
	bool plain = str_eq(name, "sh") || str_eq(name, "dash") || str_eq(name, "ash");

	return mem_printf("%s%s %s", KEEPER_SHELL, plain ? "sh" : "bash",
			  is_plain(term) ? term : "dumb");
}

static int ask_for(struct session *o, const char *environment, struct err *err)
{
	struct intent_field fields[] = { { (char[]){ "terminal" }, (char[]){ "true" } },
					 { (char[]){ "shell" }, (char[]){ "true" } } };
	struct intent it = { .verb = VERB_EXEC, .name = (char *)(uintptr_t)environment,
			     .fields = fields, .n_fields = 2, .text = command() };
	int r = client_send(o->c, &it, o->id, err);

	free(it.text);
	return r;
}

int shell_outside(const struct opts *opts, const struct at_run *at)
{
	struct session o = { .signals = -1 };
	struct client_opts c = { .journal = at->journal, .run = at->run, .who = opts->who };
	struct client_calls calls = { .ctx = &o, .event = on_event, .answer = on_answer,
				      .trouble = on_trouble };
	struct err err = { 0 };
	int status = CLI_OURS, r;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return cli_say("exec --shell wants a terminal; a script is run as it is: "
			       "blackstart exec RUN -- COMMAND"), CLI_OURS;
	o.signals = guarding_pass_signals();
	r = client_open(&c, &calls, &o.c, &err);
	o.pass.c = o.c;
	if (!r)
		r = ask_for(&o, opts->in, &err);
	if (!r)
		r = follow(&o, &err);
	guarding_pass_back(&o.pass);
	if (r)
		cli_say("%s", err.text);
	else
		status = status_of(&o);
	client_close(o.c);
	free(o.why);
	if (o.signals >= 0)
		close(o.signals);
	return status;
}
