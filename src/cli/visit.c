#include "visit.h"

#include "buf.h"
#include "client.h"
#include "err.h"
#include "onscreen.h"
#include "signing.h"
#include "start.h"
#include "str.h"
#include "tui.h"
#include "verbs.h"
#include "view.h"
#include "vouched.h"

int visit_begin(struct start *s, struct onscreen *screen)
{
	int status;

	tui_about(screen->t, s->what.mode);
	status = params_form(screen->t, s->rb, s->what.mode, &s->params);

	if (status == CLI_OK)
		status = start_who(s, screen->t);
	if (status)
		return status;
	onscreen_listen(screen);
	status = start_open(s);
	if (status == CLI_OK)
		signing_identity(s->o, s->journal, s->run, false, &s->identity);
	onscreen_hear(screen, status == CLI_OK ? "Before it begins" : "It was not started");
	return status;
}

int visit_stay(const struct start *s, struct tui *t, struct err *err)
{
	const struct tui_run_opts o = {
		.journal = s->journal, .run = s->run, .who = s->who,
		.secrets = s->params.secrets, .n_secrets = s->params.n_secrets, .fresh = true,
		.identity = &s->identity,
	};

	return tui_run(t, &o, err);
}

void visit_ended(const char *journal, const char *run)
{
	struct client_opts o = { .journal = journal, .run = run, .look = true };
	struct client *c = NULL;
	struct err err = { 0 };
	struct buf out = BUF_INIT;

	if (client_open(&o, NULL, &c, &err) == 0) {
		buf_addf(&out, "run %s\n", run);
		view_ending(&out, client_view(c));
	}
	client_close(c);
	cli_put(&out, CLI_OK);
	vouched_ending(journal, run);
}
