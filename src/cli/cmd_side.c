/* note, refresh, exec: acts on a run from beside its walk. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "command_line.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "plain.h"
#include "shell.h"
#include "str.h"
#include "text_in.h"
#include "verbs.h"

static int request(const struct opts *o, const struct at_run *at, const struct intent *in)
{
	struct client_opts c = { .journal = at->journal, .run = at->run, .who = o->who };
	struct err err = { 0 };

	return client_request(&c, in, NULL, &err) ? cli_fail(&err) : CLI_OK;
}

int cmd_note(const struct opts *o, char **args, int n)
{
	struct intent in = { .verb = VERB_NOTE };
	struct buf text = { .max = LIMIT_NOTE_BYTES };
	struct at_run at;
	int status = at_run_find(o, args[0], &at);

	if (status == CLI_OK)
		status = text_in(args + 1, n - 1, &text);
	if (status == CLI_OK) {
		in.text = text.data;
		status = request(o, &at, &in);
	}
	buf_release(&text);
	at_run_release(&at);
	return status;
}

/* --- refresh
 * ------------------------------------------------------------------------------------ */

static int read_value(const char *name, struct buf *out)
{
	char *question;
	struct err err = { 0 };
	int r;

	if (!isatty(STDIN_FILENO)) {
		if (text_stdin(out))
			return cli_usage("standard input cannot be read, or is over %zu bytes",
					 out->max);
		if (out->len && out->data[out->len - 1] == '\n')
			buf_cut(out, out->len - 1);
	} else {
		question = mem_printf("New value of %s (not shown, not recorded):", name);
		r = plain_ask_line(STDIN_FILENO, STDERR_FILENO, question, true, out, &err);
		free(question);
		if (r)
			return cli_say("nothing was changed"), CLI_ENDED;
	}
	if (out->len == 0)
		return cli_usage("an empty value; nothing was changed");
	if (memchr(out->data, '\0', out->len))
		return cli_usage("a value with a NUL byte; nothing was changed");
	return CLI_OK;
}

int cmd_refresh(const struct opts *o, char **args, int n)
{
	struct intent in = { .verb = VERB_REFRESH, .name = args[0] };
	struct buf text = { .max = LIMIT_INTENT_BYTES / 8 };
	struct at_run at;
	int status;

	if (strchr(args[0], '='))
		return cli_usage("the value is not given here: everybody sees the arguments of a "
				 "program. Leave it out and it is asked for, or pipe it in");
	status = at_run_find(o, n > 1 ? args[1] : NULL, &at);
	if (status == CLI_OK)
		status = read_value(args[0], &text);
	if (status == CLI_OK) {
		in.text = text.data;
		status = request(o, &at, &in);
	}
	if (text.data)
		mem_wipe(text.data, text.cap);
	buf_release(&text);
	at_run_release(&at);
	return status;
}

/* --- exec
 * --------------------------------------------------------------------------------------- */

int cmd_exec(const struct opts *o, char **args, int n)
{
	struct plain_exec x = { .who = o->who, .environment = o->in, .terminal = o->terminal,
				.out = STDOUT_FILENO, .errfd = STDERR_FILENO };
	struct buf command = { .max = LIMIT_COMMAND_BYTES };
	struct at_run at = { 0 };
	struct err err = { 0 };
	int status = CLI_OURS;

	if (o->shell && (o->dash >= 0 || n > 1))
		cli_usage("exec wants [RUN] --shell, and no command with it");
	else if (o->shell) {
		if (at_run_find(o, n ? args[0] : NULL, &at) == CLI_OK)
			status = shell_outside(o, &at);
	} else if (o->dash < 0 || o->dash > 1 || o->dash == n)
		cli_usage("exec wants [RUN] -- COMMAND…, or [RUN] --shell");
	else if (at_run_find(o, o->dash ? args[0] : NULL, &at) == CLI_OK) {
		command_line(&command, args + o->dash, n - o->dash);
		if (command.over || command.len == 0) {
			cli_usage(command.over ? "the command is too long" : "there is no command");
		} else {
			x.journal = at.journal;
			x.run = at.run;
			x.command = buf_str(&command);
			status = plain_exec(&x, &err);
			if (err.code)
				cli_say("%s", err.text);
		}
	}
	buf_release(&command);
	at_run_release(&at);
	return status;
}
