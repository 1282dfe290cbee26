/* run and drill: from a file to the first prompt. */
#include <unistd.h>

#include "dry.h"
#include "err.h"
#include "onscreen.h"
#include "plain.h"
#include "signing.h"
#include "start.h"
#include "tui.h"
#include "verbs.h"
#include "visit.h"
#include "vouched.h"

/* --- line by line ----------------------------------------------------------------------------- */

static int walk_plain(struct start *s)
{
	struct plain_opts p = {
		.journal = s->journal, .run = s->run, .in = STDIN_FILENO, .out = STDOUT_FILENO,
		.answers = s->o->answers, .who = s->who, .secrets = s->params.secrets,
		.n_secrets = s->params.n_secrets, .fresh = true, .identity = &s->identity,
	};
	struct err err = { 0 };
	struct buf id = BUF_INIT;
	int status;

	if (s->o->detach) {
		buf_addf(&id, "%s\n", s->run);
		return cli_put(&id, CLI_OK);
	}
	signing_identity(s->o, s->journal, s->run, isatty(STDIN_FILENO), &s->identity);
	status = plain_run(&p, &err);
	if (err.code)
		cli_say("%s", err.text);
	vouched_ending(s->journal, s->run);
	return status;
}

static int begin(struct start *s)
{
	int status = params_rest(s->rb, cli_is_terminal() && !s->o->answers && !s->o->dry,
				 &s->params);

	if (status == CLI_OK && s->o->dry)
		return dry_run(s->rb, s->params.all, s->params.n_values);
	if (status == CLI_OK)
		status = start_who(s, NULL);
	if (status == CLI_OK)
		status = start_open(s);
	return status == CLI_OK ? walk_plain(s) : status;
}

/* --- on the screen ---------------------------------------------------------------------------- */

static int begin_on_screen(struct start *s)
{
	struct onscreen screen;
	struct err err = { 0 };
	int status = onscreen_open(&screen);

	if (status)
		return status;
	status = visit_begin(s, &screen);
	if (status == CLI_OK)
		status = visit_stay(s, screen.t, &err);
	onscreen_close(&screen);
	if (err.code)
		cli_say("%s", err.text);
	else if (!s->run[0])
		cli_say("nothing was started");
	else
		visit_ended(s->journal, s->run);
	return status;
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
	status = start_drill(&s, &book);
	if (status == CLI_OK && book)
		status = start_load(&s, book);
	if (status == CLI_OK)
		status = start_drill_check(&s);
	if (status == CLI_OK)
		status = params_given(o, s.rb, start_plays(&s) ? NULL : s.path, false, &s.params);
	if (status == CLI_OK && mode == MODE_DRILL && s.rb)
		status = params_drilled(s.rb, s.scenario, start_plays(&s), &s.params);
	if (status == CLI_OK)
		status = onscreen_wanted(o) ? begin_on_screen(&s) : begin(&s);
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
