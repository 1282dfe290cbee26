/* A channel, tried or used by hand: a message is shown, asked about, and really sent. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "buf.h"
#include "clock.h"
#include "contacts.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "plain.h"
#include "send.h"
#include "sending.h"
#include "str.h"
#include "text_in.h"
#include "verbs.h"

/* --- a command -------------------------------------------------------------------------------- */

static void exec_command(const struct people_channel *c, const struct send_message *m)
{
	struct buf to = BUF_INIT;

	for (size_t i = 0; i < m->n_to; i++)
		buf_addf(&to, "%s%s", i ? "\n" : "", m->to[i]);
	setenv("to", buf_str(&to), 1);
	setenv("subject", m->subject, 1);
	setenv("text", m->text, 1);
	setpgid(0, 0);
	execl("/bin/sh", "sh", "-c", c->command, (char *)NULL);
	_exit(127);
}

/* What it prints is seen as it comes. */
static int run_command(const struct people_channel *c, const struct send_message *m,
		       struct buf *words, struct err *err)
{
	struct pollfd end = { .events = POLLIN };
	struct buf time = BUF_INIT;
	pid_t pid = fork();
	int status = 0, n;

	if (pid < 0)
		return err_sys(err, "the command cannot be started");
	if (!pid)
		exec_command(c, m);
	setpgid(pid, pid);
	end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	n = end.fd < 0 ? 1 : poll(&end, 1, (int)c->timeout_ms);
	if (end.fd >= 0)
		close(end.fd);
	if (n <= 0)
		kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	str_duration(&time, c->timeout_ms);
	if (n <= 0)
		err_set(err, ERR_CANCEL, "the command did not end in %s", buf_str(&time));
	else if (!WIFEXITED(status) || WEXITSTATUS(status))
		err_set(err, ERR_DENIED, "the command ended with %d",
			WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	else
		buf_adds(words, "the command ended with 0");
	buf_release(&time);
	return n <= 0 ? ERR_CANCEL : status ? ERR_DENIED : 0;
}

/* --- which ------------------------------------------------------------------------------------ */

static const struct people_channel *find(const struct people *p, const char *name)
{
	const char *names[64], *near;
	size_t n = 0;

	for (size_t i = 0; i < p->n_channels; i++) {
		if (str_eq(p->channels[i].id, name))
			return &p->channels[i];
		if (n < sizeof(names) / sizeof(names[0]))
			names[n++] = p->channels[i].id;
	}
	near = str_nearest(name, names, n);
	cli_usage("%s has no channel %s%s%s%s", p->path, name, near ? "; did you mean " : "",
		  near ? near : "", near ? "?" : "");
	return NULL;
}

static int usable(const struct people_channel *c, const struct opts *o)
{
	if (c->kind == PEOPLE_BY_HAND)
		return cli_usage("%s is done by hand: %s", c->id, c->by_hand);
	if (c->kind == PEOPLE_NO_KIND)
		return cli_usage("%s does not say how it sends", c->id);
	if (c->carries != PEOPLE_NO_WAY && !o->to)
		return cli_usage("%s carries messages to a person: --to ADDRESS says to whom",
				 c->id);
	return CLI_OK;
}

/* --- what ------------------------------------------------------------------------------------- */

static void test_text(struct buf *out, const struct people_channel *c, int64_t wall_ns)
{
	char host[65] = "", login[ACCOUNT_NAME_MAX];
	bool known = account_name(getuid(), login);

	gethostname(host, sizeof(host) - 1);
	buf_addf(out, "TEST of the channel %s, sent by %s on %s, ", c->id,
		 known ? login : "somebody", host);
	clock_utc(out, wall_ns, 0);
	buf_adds(out, ".\nNothing is wrong and nobody needs to do anything.\n");
}

static void say_lines(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;

	str_printable(&safe, text, strlen(text), true);
	for (const char *s = buf_str(&safe); *s;) {
		size_t n = strcspn(s, "\n");

		buf_addf(out, "  | %.*s\n", (int)n, s);
		s += n + (s[n] == '\n');
	}
	buf_release(&safe);
}

/* Shows the whole of it. 0 only where somebody agrees. */
static int agreed(const struct people_channel *c, const struct opts *o,
		  const struct send_message *m)
{
	struct buf out = BUF_INIT, answer = { .max = 100 };
	struct err err = { 0 };
	bool yes = o->yes;

	buf_addf(&out, "To %s (%s", c->id, people_kind_name(c->kind));
	if (m->n_to || c->smtp.n_to)
		buf_adds(&out, ": ");
	for (size_t i = 0; i < (m->n_to ? m->n_to : c->smtp.n_to); i++) {
		buf_adds(&out, i ? ", " : "");
		cli_safe(&out, m->n_to ? m->to[i] : c->smtp.to[i]);
	}
	buf_addf(&out, ")%s:\n", c->is_public ? "; PUBLIC: others read this too" : "");
	buf_adds(&out, "  | Subject: ");
	cli_safe(&out, m->subject);
	buf_adds(&out, "\n");
	say_lines(&out, m->text);
	fsio_write_all(STDERR_FILENO, buf_str(&out), out.len, NULL);
	if (!yes && cli_is_terminal()) {
		plain_ask_line(STDIN_FILENO, STDERR_FILENO, "Send it? (y sends)", false, &answer,
			       &err);
		yes = str_eq(buf_str(&answer), "y") || str_eq(buf_str(&answer), "yes");
	}
	if (!yes)
		cli_say("nothing was sent%s",
			cli_is_terminal() ? "" : ": --yes sends without asking");
	buf_release(&out);
	buf_release(&answer);
	return yes ? CLI_OK : CLI_REFUSED;
}

static int deliver(const struct people_channel *c, const struct send_message *m)
{
	struct buf words = BUF_INIT;
	struct err err = { 0 };
	int rc;

	sending_guard(c->kind == PEOPLE_COMMAND ? 0 : c->timeout_ms);
	rc = c->kind == PEOPLE_COMMAND ? run_command(c, m, &words, &err)
				       : send_by(c, m, &words, &err);
	if (rc) {
		cli_say("%s: not sent: %s", c->id, err.text);
		buf_release(&words);
		return CLI_ENDED;
	}
	buf_addc(&words, '\n');
	return cli_put(&words, CLI_OK);
}

int contacts_send(const struct opts *o, const struct contacts_file *file, const struct people *p)
{
	const struct people_channel *c = find(p, o->test ? o->test : o->send);
	char *folder = fsio_dirname(file->path);
	struct send_message m = { .run = getenv("BLACKSTART_RUN"),
				  .to = &o->to, .n_to = o->to != NULL,
				  .step = getenv("BLACKSTART_STEP"),
				  .wall_ns = clock_now().wall };
	struct buf text = { .max = SEND_TEXT_MAX }, subject = BUF_INIT;
	struct people_channel at;
	char *try_no;
	int status = c ? usable(c, o) : CLI_USAGE;

	m.try_no = try_no = mem_printf("%lld", (long long)m.wall_ns);
	if (status == CLI_OK && o->test)
		test_text(&text, c, m.wall_ns);
	else if (status == CLI_OK && text_stdin(&text))
		status = cli_usage("standard input is the text, at most %d bytes", SEND_TEXT_MAX);
	if (status == CLI_OK) {
		buf_adds(&subject, o->subject ? o->subject : buf_str(&text));
		buf_cut(&subject, strcspn(buf_str(&subject), "\r\n"));
		m.subject = o->test ? "TEST of a channel" : buf_str(&subject);
		m.text = buf_str(&text);
		send_channel_from(&at, c, folder);
		status = agreed(c, o, &m);
		if (status == CLI_OK)
			status = deliver(&at, &m);
		send_channel_forget(&at);
	}
	free(folder);
	free(try_no);
	buf_release(&text);
	buf_release(&subject);
	return status;
}
