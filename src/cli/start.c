#include "start.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "guard.h"
#include "guard_check.h"
#include "limits.h"
#include "mem.h"
#include "people_attach.h"
#include "plain.h"
#include "runbook.h"
#include "shelf.h"
#include "str.h"
#include "tui.h"
#include "verbs.h"
#include "where.h"

void start_release(struct start *s)
{
	params_release(&s->params);
	findings_release(&s->found);
	runbook_free(s->rb);
	buf_release(&s->reason);
	free(s->path);
	free(s->journal);
	free(s->who);
	client_identity_release(&s->identity);
	buf_release(&s->permit);
	start_drill_release(s);
}

/* --- findings --------------------------------------------------------------------------------- */

static void show_findings(const struct findings *f)
{
	struct buf text = BUF_INIT;

	findings_print(&text, f);
	fsio_write_all(STDERR_FILENO, buf_str(&text), text.len, NULL);
	buf_release(&text);
}

/* A runbook with mistakes must not stop the night, but somebody says why it is wanted all the
 * same. */
static int reason_to_start(struct start *s)
{
	struct err err = { 0 };

	if (s->reason.len)
		return CLI_OK; /* given on the screen, with the findings at hand */
	show_findings(&s->found);
	if (s->o->reason && s->o->reason[0]) {
		buf_adds(&s->reason, s->o->reason);
		return CLI_OK;
	}
	cli_say("%s has %zu error%s; what is broken becomes an instruction with its source text",
		s->path, s->found.errors, s->found.errors == 1 ? "" : "s");
	if (!cli_is_terminal()) {
		cli_say("nothing was started: --reason TEXT starts it all the same");
		return CLI_BOOK;
	}
	s->reason.max = LIMIT_REASON_BYTES;
	if (plain_ask_line(STDIN_FILENO, STDOUT_FILENO,
			   "Why start it all the same? (an empty line starts nothing)", false,
			   &s->reason, &err) || s->reason.len == 0) {
		cli_say("nothing was started");
		return CLI_BOOK;
	}
	return CLI_OK;
}

int start_load(struct start *s, const char *name)
{
	struct err err = { 0 };
	struct loader_source disk = loader_disk();
	int r;

	if (!(s->path = shelf_path(name, &err)))
		return cli_say("%s", err.text), CLI_BOOK;
	r = loader_load(s->path, &disk, &s->rb, &s->found, &err);
	if (r || !s->rb) {
		show_findings(&s->found);
		cli_say("%s: no list of steps could be made of it; `blackstart run --blank TEXT` "
			"starts without a runbook", s->path);
		return CLI_BOOK;
	}
	people_attach(s->rb);
	guard_attach(s->rb);
	people_attach_tells(s->rb);
	guard_check_files(s->rb, &s->found);
	if (s->o->dry)
		guard_check_book(s->rb, &s->found);
	if (s->found.errors && !s->o->dry)
		return reason_to_start(s);
	if (s->found.errors || (s->found.warnings && s->o->dry))
		show_findings(&s->found);
	return CLI_OK;
}

/* --- the run ---------------------------------------------------------------------------------- */

static const char who_asks[] = "This account is shared. Who are you?";

static int ask_who(const struct start *s, struct tui *t, struct buf *name)
{
	struct err err = { 0 };
	const char *what = s->rb ? s->rb->title : s->o->blank;
	struct buf title = BUF_INIT;
	int rc;

	buf_adds(&title, s->what.mode == MODE_DRILL ? "DRILL " : "REAL ");
	cli_safe(&title, what ? what : "");
	buf_adds(&title, ": not started yet");
	rc = t ? tui_ask_line(t, buf_str(&title), who_asks, true, name, &err) :
		 plain_ask_line(STDIN_FILENO, STDOUT_FILENO, who_asks, false, name, &err);
	buf_release(&title);
	/* line by line nobody need answer; what leaves the screen starts nothing */
	return rc && t ? CLI_ENDED : CLI_OK;
}

int start_who(struct start *s, struct tui *t)
{
	struct buf name = { .max = sizeof(s->what.actor.id) - 1 };
	bool shared = false;
	int status = CLI_OK;

	if (!s->who)
		s->who = mem_dup(s->o->who);
	keeper_who(s->who, &s->what.actor, &shared);
	if (!shared || s->who || !cli_is_terminal())
		return CLI_OK;
	status = ask_who(s, t, &name);
	if (status == CLI_OK && name.len) {
		s->who = mem_dup(buf_str(&name));
		keeper_who(s->who, &s->what.actor, NULL);
	}
	buf_release(&name);
	return status;
}

static int open_run(void *ctx, const char *journal, bool team, struct err *err)
{
	struct start *s = ctx;

	s->what.journal = journal;
	s->what.team = team;
	return keeper_open_run(&s->what, s->run, err);
}

static int write_id(const struct start *s)
{
	struct err err = { 0 };
	char *text;
	int r;

	if (!s->o->id_file)
		return CLI_OK;
	text = mem_printf("%s\n", s->run);
	r = fsio_replace(s->o->id_file, text, strlen(text), 0600, false, &err);
	free(text);
	if (r)
		cli_say("%s", err.text);
	return r ? CLI_ENDED : CLI_OK;
}

/* Only told where somebody reads it: what would end the run with the login. */
static void warn_of_logout(void)
{
	struct buf risk = BUF_INIT;

	keeper_logout_risk(&risk);
	if (risk.len)
		cli_say("%s", buf_str(&risk));
	buf_release(&risk);
}

int start_keep(struct start *s)
{
	struct err err = { 0 };
	int rc = keeper_ensure(s->journal, s->run, s->params.secrets, s->params.n_secrets, &err);

	if (rc == 0 || rc == ERR_EXISTS) /* that one: it is over already, and on record */
		return CLI_OK;
	cli_say("run %s is on record in %s, but nothing keeps it: %s", s->run, s->journal,
		err.text);
	return CLI_JOURNAL;
}

int start_record(struct start *s)
{
	struct err err = { 0 };
	int status;

	s->what.book = s->rb;
	s->what.title = s->rb ? NULL : s->o->blank;
	s->what.path = s->path;
	s->what.params = s->params.all;
	s->what.n_params = s->params.n_values;
	s->what.reason = s->reason.len ? buf_str(&s->reason) : NULL;
	s->what.findings = (int)s->found.errors;
	if ((status = start_permit_read(s)))
		return status;
	if (where_open(s->o, open_run, s, &s->journal, &err)) {
		cli_say("%s", err.text);
		cli_say("nothing was started; --journal FILE keeps the record elsewhere");
		return CLI_JOURNAL;
	}
	warn_of_logout();
	return write_id(s);
}

int start_open(struct start *s)
{
	int status = start_record(s);

	if (status == CLI_OK)
		status = start_keep(s);
	return status == CLI_OK ? start_permit_show(s) : status;
}
