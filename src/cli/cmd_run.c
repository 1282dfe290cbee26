/* run and drill: from a file to the first prompt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shelf.h"
#include "buf.h"
#include "dry.h"
#include "err.h"
#include "fsio.h"
#include "journal.h"
#include "keeper.h"
#include "limits.h"
#include "loader.h"
#include "mem.h"
#include "params.h"
#include "plain.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"
#include "where.h"

struct start {
	const struct opts *o;
	char *path;           /* of the runbook; NULL: blank */
	struct runbook *rb;
	struct findings found;
	struct params params;
	struct buf reason;
	struct keeper_run what;
	char *journal;
	char run[JOURNAL_RUN_ID_MAX];
	char *who;
};

static void start_release(struct start *s)
{
	params_release(&s->params);
	findings_release(&s->found);
	runbook_free(s->rb);
	buf_release(&s->reason);
	free(s->path);
	free(s->journal);
	free(s->who);
}

/* --- findings
 * --------------------------------------------------------------------------------- */

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

static int load(struct start *s, const char *name)
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
	if (s->found.errors && !s->o->dry)
		return reason_to_start(s);
	if (s->found.errors || (s->found.warnings && s->o->dry))
		show_findings(&s->found);
	return CLI_OK;
}

/* --- the run
 * ---------------------------------------------------------------------------------- */

/* A shared account is asked once who it is. */
static int who_starts(struct start *s)
{
	struct buf name = BUF_INIT;
	struct err err = { 0 };
	bool shared = false;

	s->who = mem_dup(s->o->who);
	keeper_who(s->who, &s->what.actor, &shared);
	if (!shared || s->who || !cli_is_terminal())
		return CLI_OK;
	name.max = sizeof(s->what.actor.id) - 1;
	if (plain_ask_line(STDIN_FILENO, STDOUT_FILENO,
			   "This account is shared. Who are you?", false, &name, &err) == 0 &&
	    name.len) {
		s->who = mem_dup(buf_str(&name));
		keeper_who(s->who, &s->what.actor, NULL);
	}
	buf_release(&name);
	return CLI_OK;
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

static int walk(struct start *s)
{
	struct plain_opts p = {
		.journal = s->journal, .run = s->run, .in = STDIN_FILENO, .out = STDOUT_FILENO,
		.answers = s->o->answers, .who = s->who, .secrets = s->params.secrets,
		.n_secrets = s->params.n_secrets, .fresh = true,
	};
	struct err err = { 0 };
	int status = keeper_ensure(s->journal, s->run, s->params.secrets, s->params.n_secrets,
				   &err);

	if (status && status != ERR_EXISTS) { /* that one: it is over already, and on record */
		cli_say("run %s is on record in %s, but nothing keeps it: %s", s->run, s->journal,
			err.text);
		return CLI_JOURNAL;
	}
	err = (struct err){ 0 };
	if (s->o->detach) {
		struct buf id = BUF_INIT;

		buf_addf(&id, "%s\n", s->run);
		return cli_put(&id, CLI_OK);
	}
	status = plain_run(&p, &err);
	if (err.code)
		cli_say("%s", err.text);
	return status;
}

static int begin(struct start *s)
{
	struct err err = { 0 };
	int status;

	if ((status = who_starts(s)))
		return status;
	s->what.book = s->rb;
	s->what.title = s->rb ? NULL : s->o->blank;
	s->what.path = s->path;
	s->what.params = s->params.all;
	s->what.n_params = s->params.n_values;
	s->what.reason = s->reason.len ? buf_str(&s->reason) : NULL;
	s->what.findings = (int)s->found.errors;
	if (where_open(s->o, open_run, s, &s->journal, &err)) {
		cli_say("%s", err.text);
		cli_say("nothing was started; --journal FILE keeps the record elsewhere");
		return CLI_JOURNAL;
	}
	warn_of_logout();
	if ((status = write_id(s)))
		return status;
	return walk(s);
}

static int run(const struct opts *o, const char *book, enum run_mode mode)
{
	struct start s = { .o = o, .what = { .mode = mode } };
	struct err err = { 0 };
	int status = CLI_OK;

	if (book && o->blank)
		return cli_usage("a runbook or --blank, not both");
	if (!book && !o->blank)
		return cli_usage("run wants BOOK, or --blank TEXT");
	if (o->blank && !o->blank[0])
		return cli_usage("--blank wants to know what is wrong");
	if (o->answers && plain_answers_check(o->answers, &err))
		return cli_usage("%s", err.text);
	if (book)
		status = load(&s, book);
	if (status == CLI_OK)
		status = params_read(o, s.rb, cli_is_terminal() && !o->answers && !o->dry,
				     &s.params);
	if (status == CLI_OK)
		status = o->dry ? dry_run(s.rb, s.params.all, s.params.n_values) : begin(&s);
	start_release(&s);
	return status;
}

int cmd_run(const struct opts *o, char **args, int n)
{
	return run(o, n ? args[0] : NULL, o->drill ? MODE_DRILL : MODE_REAL);
}

int cmd_drill(const struct opts *o, char **args, int n)
{
	(void)n;
	return run(o, args[0], MODE_DRILL);
}
