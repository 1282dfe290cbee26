/* home: the screen that everything can be reached from. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "err.h"
#include "mem.h"
#include "onscreen.h"
#include "signing.h"
#include "start.h"
#include "tui.h"
#include "verbs.h"
#include "visit.h"
#include "where.h"

struct homing {
	const struct opts *o;
	struct onscreen screen;
	char *who;           /* as it was answered the first time */
	char *at;            /* what is to be under the cursor */
};

/* Only what the person does not know from the screen itself. */
static void tell(struct homing *h, const struct err *err)
{
	if (err->code && err->code != ERR_CANCEL)
		tui_tell(h->screen.t, "It did not go on", err->text);
}

static void start(struct homing *h, const struct tui_choice *c)
{
	const struct opts none = { .dash = -1 };
	struct opts o = *h->o;
	struct start s = { .o = &o, .what = { .mode = c->mode },
			   .who = mem_dup(h->who) };
	const char *book = c->path;
	struct err err = { 0 };
	int status;

	o.scenario = c->scenario;
	o.lab = c->lab;
	if (c->reason)
		buf_adds(&s.reason, c->reason);
	tui_about(h->screen.t, c->mode);
	onscreen_listen(&h->screen);
	status = start_drill(&s, &book);
	if (status == CLI_OK)
		status = start_load(&s, book);
	if (status == CLI_OK)
		status = start_drill_check(&s);
	if (status == CLI_OK)
		status = params_given(&none, s.rb, start_plays(&s) ? NULL : s.path, true,
				      &s.params);
	if (status == CLI_OK && c->mode == MODE_DRILL)
		status = params_drilled(s.rb, s.scenario, start_plays(&s), &s.params);
	onscreen_hear(&h->screen, "What is wrong with it");
	if (status == CLI_OK)
		status = visit_begin(&s, &h->screen);
	if (s.who) {
		free(h->who);
		h->who = mem_dup(s.who);
	}
	if (status == CLI_OK)
		visit_stay(&s, h->screen.t, &err);
	if (err.code == ERR_CANCEL) { /* left: it stands among the unfinished */
		free(h->at);
		h->at = mem_dup(s.run);
	}
	tell(h, &err);
	start_release(&s);
}

static void attach(struct homing *h, const char *journal, const char *run)
{
	struct client_identity who;
	const struct tui_run_opts o = {
		.journal = journal, .run = run, .who = h->who ? h->who : h->o->who,
		.identity = &who,
	};
	struct err err = { 0 };

	onscreen_listen(&h->screen);
	signing_identity(h->o, journal, run, false, &who);
	onscreen_hear(&h->screen, "Before you go there");
	tui_run(h->screen.t, &o, &err);
	client_identity_release(&who);
	tell(h, &err);
}

/* One choice and what follows from it; false: it was to leave. */
static bool choose(struct homing *h, struct err *err)
{
	struct tui_choice c = { 0 };
	char *journal = where_read(h->o);
	bool on = tui_home(h->screen.t, journal, h->at, &c, err) == 0 && c.act != TUI_LEAVE;

	if (on) {
		free(h->at);
		h->at = mem_dup(c.act == TUI_START ? c.path : c.run);
	}
	if (on && c.act == TUI_START)
		start(h, &c);
	else if (on)
		attach(h, journal, c.run);
	tui_choice_release(&c);
	free(journal);
	return on;
}

int cmd_home(const struct opts *o, char **args, int n)
{
	struct homing h = { .o = o };
	struct err err = { 0 };
	int status;

	(void)args;
	(void)n;
	if (!cli_is_terminal())
		return cli_usage("home wants a terminal");
	if (!onscreen_wanted(o))
		return CLI_USAGE;
	if ((status = onscreen_open(&h.screen)))
		return status;
	while (choose(&h, &err))
		;
	onscreen_close(&h.screen);
	free(h.who);
	free(h.at);
	return err.code && err.code != ERR_CANCEL ? cli_fail(&err) : CLI_OK;
}
