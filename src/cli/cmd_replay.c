/* replay: a run as it went, on its own screen or line by line. Rows only: no keeper is started for
 * it, and nothing can be sent. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "client_past.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "json.h"
#include "onscreen.h"
#include "state.h"
#include "str.h"
#include "tui.h"
#include "verbs.h"
#include "view.h"

enum { READ_BYTES = 32 << 10 };

static const double slowest = 0.125, fastest = 4096;

/* --- line by line ----------------------------------------------------------------------------- */

struct lines {
	struct client_past *past;
	bool begun;          /* it was said what this is */
	int64_t from;        /* the moment that it begins at … */
	int64_t from_boot;   /* … and when it did */
	double speed;        /* 0: all at once */
	struct buf out, bytes;
	struct err err;      /* of standard output; code 0: it takes all */
	int64_t missing, pruned, redacted; /* bytes */
};

static bool flush(struct lines *l)
{
	if (l->out.len && !l->err.code &&
	    fsio_write_all(STDOUT_FILENO, l->out.data, l->out.len, &l->err))
		l->err.code = ERR_IO;
	buf_clear(&l->out);
	return !l->err.code;
}

static void add_time(struct lines *l, const struct event *ev)
{
	str_stopwatch(&l->out, client_past_row(l->past, ev->seq) / CLOCK_MS);
	buf_addc(&l->out, ' ');
	clock_utc(&l->out, ev->at.wall, 0);
	buf_addc(&l->out, ' ');
}

/* Each line of it apart, so that none can look like one of ours. */
static void add_printed(struct lines *l, const char *s, size_t n)
{
	while (n) {
		const char *end = memchr(s, '\n', n);
		size_t len = end ? (size_t)(end - s) : n;

		buf_adds(&l->out, "  | ");
		str_printable(&l->out, s, len && s[len - 1] == '\r' ? len - 1 : len, false);
		buf_addc(&l->out, '\n');
		len += end != NULL;
		s += len;
		n -= len;
	}
}

static void add_output(struct lines *l, const struct event *ev)
{
	struct client *c = client_past_client(l->past);
	struct json *doc = NULL;
	const char *token, *name;
	int64_t from, n;
	int stream;

	if (json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	token = json_str(doc, "token");
	if (state_file(view_state(client_view(c)), token))
		token = NULL; /* a file that was brought: nobody saw it printed */
	name = json_str(doc, "stream");
	from = json_int(doc, "from", 0);
	n = json_int(doc, "n", 0);
	stream = str_eq(name, "out") ? 0 : str_eq(name, "err") ? 1 : 2;
	while (token && n > 0) {
		size_t want = n < READ_BYTES ? (size_t)n : READ_BYTES;

		buf_clear(&l->bytes);
		if (client_output_kept(c, token, stream, from, want, &l->bytes, NULL)) {
			bool pruned = client_pruned(c), redacted = !pruned && client_redacted(c);
			const char *why = pruned ? "were pruned" : redacted ? "were redacted"
				: "cannot be read";

			buf_addf(&l->out, "  (%lld bytes %s)\n", (long long)n, why);
			*(pruned ? &l->pruned : redacted ? &l->redacted : &l->missing) += n;
			break;
		}
		add_printed(l, l->bytes.data, l->bytes.len);
		from += (int64_t)l->bytes.len;
		n -= (int64_t)l->bytes.len;
		if (!flush(l))
			break;
	}
	json_free(doc);
}

static void begin_lines(struct lines *l)
{
	const struct state *s = view_state(client_view(client_past_client(l->past)));

	l->begun = true;
	buf_addf(&l->out, "REPLAY of the %s ", s->mode == MODE_DRILL ? "DRILL" : "REAL");
	cli_safe(&l->out, s->title ? s->title : "");
	buf_addf(&l->out, ", run %s\n", s->run);
}

static void on_row(void *ctx, const struct event *ev)
{
	struct lines *l = ctx;
	struct buf line = BUF_INIT;

	if (client_past_row(l->past, ev->seq) < l->from || l->err.code)
		return;
	if (!l->begun)
		begin_lines(l);
	if (ev->kind == EV_OUTPUT)
		add_output(l, ev);
	else if (view_event_line(&line, client_view(client_past_client(l->past)), ev) !=
		 VIEW_QUIET) {
		add_time(l, ev);
		buf_add(&l->out, buf_str(&line), line.len);
		buf_addc(&l->out, '\n');
	}
	buf_release(&line);
}

/* Until that moment is due; false: nobody reads any more. */
static bool await(struct lines *l, int64_t at)
{
	struct pollfd p = { .fd = STDOUT_FILENO };
	int64_t left;

	while (l->speed > 0 &&
	       (left = (int64_t)((double)(at - l->from) / l->speed) -
		       (clock_now().boot - l->from_boot)) > 0) {
		if (poll(&p, 1, left > 1000 * CLOCK_MS ? 1000 : (int)(left / CLOCK_MS) + 1) > 0 &&
		    p.revents & (POLLERR | POLLNVAL))
			return false;
	}
	return true;
}

/* Rows before that moment are not shown: it begins just before it. */
static int play_lines(struct lines *l, struct err *err)
{
	int64_t next;
	bool anew;
	int rc = client_past_to(l->past, l->from - 1, 0, on_row, l, &anew, err);

	l->from_boot = clock_now().boot;
	while (!rc && flush(l) && (next = client_past_next(l->past)) >= 0 && await(l, next))
		rc = client_past_to(l->past, next, 0, on_row, l, &anew, err);
	if (!rc && client_past_next(l->past) < 0)
		rc = client_past_whole(l->past, err);
	if (!rc && client_past_next(l->past) < 0)
		view_ending(&l->out, client_view(client_past_client(l->past)));
	flush(l);
	return rc;
}

static int put_lines(struct client_past *past, int64_t from, double speed)
{
	struct lines l = { .past = past, .speed = speed, .from = from };
	struct err err = { 0 };
	int rc = play_lines(&l, &err), status = rc ? cli_fail(&err) : CLI_OK;

	if (status == CLI_OK && l.err.code) {
		if (l.err.sys != EPIPE)
			cli_say("standard output: %s", l.err.text);
		status = CLI_ENDED;
	}
	if (status == CLI_OK && l.redacted)
		cli_say("%lld bytes that commands printed were redacted %s", (long long)l.redacted,
			client_redacted(client_past_client(past)));
	if (status == CLI_OK && l.pruned)
		cli_say("%lld bytes that commands printed were pruned %s", (long long)l.pruned,
			client_pruned(client_past_client(past)));
	if (status == CLI_OK && l.missing) {
		cli_say("%lld bytes that commands printed are not on record any more, or cannot be "
			"read", (long long)l.missing);
		status = CLI_ENDED;
	}
	buf_release(&l.out);
	buf_release(&l.bytes);
	return status;
}

/* --- on the screen ---------------------------------------------------------------------------- */

static int show(struct client_past *past, int64_t from, double speed)
{
	struct onscreen screen;
	struct err err = { 0 };
	int status = onscreen_open(&screen), rc;

	if (status)
		return status;
	rc = tui_replay(screen.t, past, from, speed, &err);
	onscreen_close(&screen);
	return !rc ? CLI_OK : rc == ERR_CANCEL ? CLI_ENDED : cli_fail(&err);
}

/* Where it begins. */
static int begin(const struct opts *o, struct client_past *past, int64_t *ret)
{
	struct err err = { 0 };

	*ret = 0;
	if (o->at && !client_past_when(past, o->at, ret))
		return cli_usage("--at is a time since the run was opened, such as 1:23:45 or 90s, "
				 "or one such as 2026-11-22T03:21Z");
	if (o->at && (*ret < 0 || *ret > client_past_end(past))) {
		cli_say("--at: the run was not open then");
		return CLI_USAGE;
	}
	if (o->step && client_past_find(past, o->step, ret, &err))
		return cli_fail(&err);
	if (*ret < 0) {
		cli_say("no step '%s' was begun in this run", o->step);
		return CLI_USAGE;
	}
	return CLI_OK;
}

int cmd_replay(const struct opts *o, char **args, int n)
{
	struct client_past *past = NULL;
	struct at_run at;
	struct err err = { 0 };
	double speed = 1;
	int64_t from;
	bool lines;
	int status;

	if (o->at && o->step)
		return cli_usage("--at or --step, not both");
	if (o->speed && (!str_to_f64(o->speed, &speed) ||
			 !(speed == 0 || (speed >= slowest && speed <= fastest))))
		return cli_usage("--speed is 0.125 to 4096; with --plain also 0, all at once");
	lines = !onscreen_wanted(o);
	if (speed == 0 && !lines)
		return cli_usage("--speed 0 goes with --plain");
	status = at_run_find(o, n ? args[0] : NULL, &at);
	if (status == CLI_OK && client_past_open(at.journal, at.run, &past, &err))
		status = cli_fail(&err);
	if (status == CLI_OK)
		status = begin(o, past, &from);
	if (status == CLI_OK)
		status = lines ? put_lines(past, from, speed) : show(past, from, speed);
	client_past_close(past);
	at_run_release(&at);
	return status;
}
