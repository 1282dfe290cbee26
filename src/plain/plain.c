/* The interface's own loop: rows and answers in, lines out, a person's lines and signals in. */
#include "plain.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "answers.h"
#include "client_status.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

enum {
	STEP_BYTES = 256 << 10, /* of output, shown in one step */
	IDLE_MS = 350, PROGRESS_MS = 1000,
};

#define TWICE_NS 5000000000LL   /* two ^C within this leave */
#define REMIND_NS 60000000000LL /* the journal is still in trouble */

/* --- what the client tells -------------------------------------------------------------------- */

static void on_link(void *ctx, bool up, const char *why)
{
	struct plain *p = ctx;

	if (!p->v)
		return;
	if (up && p->link_said)
		plain_say(p, "* The keeper is back; the run goes on where it stood.");
	else if (!up && !p->link_said && !p->closed_over)
		plain_say(p, "* The keeper of this run is gone (%s). Commands that run go on; "
			     "it is being brought back.", why);
	p->link_said = !up;
}

static void on_trouble(void *ctx, const char *why, int64_t since, int64_t aside)
{
	struct plain *p = ctx;
	struct buf b = BUF_INIT;

	if (!why) {
		if (p->trouble)
			plain_say(p, "* The journal can be written again.");
		p->trouble = false;
		return;
	}
	if (p->trouble && str_eq(p->trouble_why, why) &&
	    plain_now() - p->trouble_said < REMIND_NS)
		return;
	free(p->trouble_why);
	p->trouble_why = mem_dup(why);
	p->trouble_said = plain_now();
	p->trouble = true;
	buf_adds(&b, "\n* THE JOURNAL CANNOT BE WRITTEN: ");
	str_printable(&b, why, strlen(why), false);
	buf_adds(&b, " (since ");
	clock_utc(&b, since, 0);
	buf_addf(&b, ")\n  Nothing new starts. What runs goes on; %lld bytes are kept aside.\n"
		     "  wait: keep trying until it works again\n"
		     "  move PATH: go on in a new journal there, tied to this one\n"
		     "  close: end the run unrecorded from here on\n", (long long)aside);
	plain_text(p, buf_str(&b));
	buf_release(&b);
}

/* --- signals ---------------------------------------------------------------------------------- */

struct signals {
	int fd;
	sigset_t before;
	struct sigaction pipe_before;
};

static int signals_open(struct signals *s, struct err *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	s->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->fd < 0)
		return err_sys(err, "signalfd");
	sigprocmask(SIG_BLOCK, &set, &s->before);
	sigaction(SIGPIPE, &ignore, &s->pipe_before);
	return 0;
}

static void signals_close(struct signals *s)
{
	if (s->fd < 0)
		return;
	sigaction(SIGPIPE, &s->pipe_before, NULL);
	close(s->fd);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

/* ^C never reaches a command; the second one leaves. */
static void interrupt(struct plain *p)
{
	int64_t now = plain_now();

	if (p->interrupted && now - p->interrupted < TWICE_NS) {
		p->left = true;
		return;
	}
	p->interrupted = now;
	if (p->making.need != NEED_NOTHING) {
		plain_make_drop(p);
		plain_say(p, "Called off: nothing was sent.");
	}
	plain_say(p, "^C stops no command and no run. Again within 5 seconds: leave this window "
		     "(the run goes on). `abort` stops the step's command, `pause` keeps new ones "
		     "from starting.");
}

static void take_signals(struct plain *p, int fd)
{
	struct signalfd_siginfo si;

	while (read(fd, &si, sizeof si) == (ssize_t)sizeof si) {
		if (si.ssi_signo == SIGINT)
			interrupt(p);
		else
			p->left = true;
	}
}

/* --- lines ------------------------------------------------------------------------------------ */

/* A line waits until there is something that it can be for; on a pipe that keeps a prepared answer
 * for its question. */
static bool may_take(struct plain *p, const char *line)
{
	bool independent = plain_independent(p, line);

	if (p->making.need != NEED_NOTHING)
		return true;
	if (client_unanswered(p->c))
		return independent && (p->in.tty || p->trouble || !client_up(p->c));
	return independent || p->in.tty || p->n_shown;
}

static void take_lines(struct plain *p)
{
	struct buf line = BUF_INIT;

	if (p->in.too_long)
		plain_say(p, "That line was too long: nothing of it was taken.");
	p->in.too_long = false;
	while (!p->left && plain_in_peek(&p->in, &line)) {
		bool secret = p->in.hidden || plain_make_is_secret(p);

		if (!may_take(p, buf_str(&line)))
			break;
		plain_in_take(&p->in);
		plain_echo(p, secret ? "(hidden)" : buf_str(&line));
		if (memchr(buf_str(&line), '\0', line.len))
			plain_say(p, "A line with a NUL byte is no answer: nothing was done.");
		else
			plain_line(p, line.len ? line.data : (char[]){ "" });
		if (secret && line.data)
			mem_wipe(line.data, line.cap);
		buf_clear(&line);
	}
	buf_release(&line);
}

static bool input_over(struct plain *p)
{
	return p->in.eof && !p->answers &&
	       (p->trouble || (!plain_in_peek(&p->in, NULL) && !client_unanswered(p->c)));
}

/* --- the loop --------------------------------------------------------------------------------- */

static bool is_closed(const struct plain *p)
{
	return view_state(p->v)->phase == RUN_CLOSED;
}

static void wait_for(struct plain *p, int signal_fd)
{
	bool read_in = !p->in.eof && !p->answers && !plain_in_peek(&p->in, NULL);
	struct pollfd fds[] = {
		{ .fd = client_fd(p->c), .events = client_events(p->c) },
		{ .fd = signal_fd, .events = POLLIN },
		{ .fd = read_in ? p->in.fd : -1, .events = POLLIN },
	};
	int timeout = client_timeout(p->c);

	if (plain_output_waits(p) && (timeout < 0 || timeout > IDLE_MS))
		timeout = IDLE_MS;
	if (plain_progress_waits(p) && (timeout < 0 || timeout > PROGRESS_MS))
		timeout = PROGRESS_MS;
	if (p->answers)
		timeout = answers_timeout(p->answers, timeout);
	if (poll(fds, 3, timeout) <= 0)
		return;
	if (fds[1].revents)
		take_signals(p, signal_fd);
	if (fds[2].revents)
		plain_in_read(&p->in);
}

static int walk(struct plain *p, int signal_fd, struct err *err)
{
	int rc = 0;

	while (!rc && !p->left && !p->broken) {
		p->budget = STEP_BYTES;
		rc = client_step(p->c, err);
		plain_output_idle(p);
		plain_make_check(p);
		if (rc || is_closed(p) || p->closed_over)
			break;
		if (p->answers)
			answers_step(p);
		else if (p->making.need != NEED_WHO)
			plain_show_new(p);
		take_lines(p);
		if (input_over(p))
			p->left = true;
		if (p->left)
			break;
		if (!p->answers && !plain_in_peek(&p->in, NULL) && !client_unanswered(p->c))
			plain_mark(p);
		wait_for(p, signal_fd);
	}
	return rc;
}

/* --- beginning and end ------------------------------------------------------------------------ */

static void say_where(struct plain *p)
{
	struct buf b = BUF_INIT;

	view_header(&b, p->v, clock_now());
	buf_addc(&b, '\n');
	view_owed(&b, p->v);
	plain_text(p, buf_str(&b));
	buf_release(&b);
	if (!is_closed(p))
		plain_say(p, "Run %s, attached. `where` shows the whole walk, `log` what happened.",
			  client_run(p->c));
	if (p->o->facilitator)
		plain_script(p);
}

static void say_end(struct plain *p)
{
	struct buf b = BUF_INIT;

	if (is_closed(p)) {
		buf_addc(&b, '\n');
		view_ending(&b, p->v);
		buf_addf(&b, "record: %s, run %s\n", client_journal(p->c),
			 client_run(p->c));
		plain_text(p, buf_str(&b));
	} else if (p->closed_over) {
		plain_say(p, "The run ends here without a record of its end. The record up to "
			     "then: %s, run %s", client_journal(p->c), client_run(p->c));
	} else {
		plain_say(p, "%sThe run goes on without this window. Back to it: %s attach %s",
			  p->in.eof && !p->answers ? "The input has ended. " : "", p->program,
			  client_run(p->c));
	}
	buf_release(&b);
}

static int status_of(const struct plain *p)
{
	if (p->closed_over && !is_closed(p))
		return CLIENT_JOURNAL;
	if (p->status)
		return p->status;
	return view_recovered(p->v) ? CLIENT_COMPLETE : CLIENT_ENDED;
}

static void release(struct plain *p)
{
	plain_make_drop(p);
	plain_output_free(p);
	plain_in_release(&p->in);
	answers_free(p->answers);
	client_close(p->c);
	free(p->shown);
	free(p->told);
	free(p->draft);
	free(p->trouble_why);
}

/* Only where somebody operates the run: else whoever acts first sits down anyway. */
static void take_over(struct plain *p)
{
	struct intent it = { .verb = VERB_TAKE, .reason = mem_dup(p->o->take_over) };

	if (view_state(p->v)->seat.taken)
		plain_make(p, &it, false);
	intent_release(&it);
}

int plain_answers_check(const char *path, struct err *err)
{
	struct answers *a = NULL;
	int rc = answers_open(path, &a, err);

	answers_free(a);
	return rc;
}

int plain_run(const struct plain_opts *o, struct err *err)
{
	struct plain p = { .o = o, .out = o->out, .budget = STEP_BYTES,
			   .program = o->program ? o->program : "blackstart" };
	struct client_opts co = { .journal = o->journal, .run = o->run, .observer = o->observer,
				  .facilitator = o->facilitator,
				  .who = o->who, .secrets = o->secrets,
				  .n_secrets = o->n_secrets, .fresh = o->fresh,
				  .identity = o->identity };
	struct client_calls calls = { &p, plain_event, plain_answered, on_trouble, on_link };
	struct signals signals = { .fd = -1 };
	int status, rc;

	if (err)
		*err = (struct err){ 0 };
	plain_in_init(&p.in, o->in);
	rc = o->answers ? answers_open(o->answers, &p.answers, err) : 0;
	if (!rc)
		rc = signals_open(&signals, err);
	if (!rc)
		rc = client_open(&co, &calls, &p.c, err);
	if (!rc) {
		p.v = client_view(p.c);
		if (!o->fresh)
			say_where(&p);
		if (o->take_over && !is_closed(&p))
			take_over(&p);
		if (client_shared(p.c) && !o->who && !o->fresh && p.in.tty && !is_closed(&p))
			plain_ask_who(&p);
		rc = walk(&p, signals.fd, err);
		if (!rc && p.answers && is_closed(&p))
			answers_end(&p);
	}
	status = rc ? client_status_of(rc) : status_of(&p);
	if (!rc) {
		say_end(&p);
		if (err)
			*err = (struct err){ 0 }; /* what was mended on the way is no failure */
	}
	release(&p);
	signals_close(&signals);
	return status;
}
