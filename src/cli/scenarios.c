#include "scenarios.h"

#include "buf.h"
#include "err.h"
#include "guard.h"
#include "lint_contacts.h"
#include "loader.h"
#include "people_attach.h"
#include "scenario.h"
#include "verbs.h"

/* Its own findings are told where nothing can be said without them. */
static void against_book(struct scenario *s, struct findings *f)
{
	struct loader_source disk = loader_disk();
	struct findings own = { 0 };
	struct runbook *rb = NULL;

	(void)loader_load(s->runbook, &disk, &rb, &own, NULL);
	if (!rb || rb->broken)
		lint_contacts_merge(f, &own);
	if (rb) {
		people_attach(rb);
		guard_attach(rb);
		scenario_check(s, rb, f);
	}
	runbook_free(rb);
	findings_release(&own);
}

void scenarios_lint(const char *path, struct findings *f)
{
	struct loader_source disk = loader_disk();
	struct scenario *s = NULL;

	(void)scenario_load(path, &disk, &s, f, NULL);
	if (s && s->runbook)
		against_book(s, f);
	scenario_free(s);
}

int scenarios_show(const char *path)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct scenario *s = NULL;
	struct err err = { 0 };
	struct buf out = BUF_INIT;
	int status = CLI_OK;

	if (scenario_load(path, &disk, &s, &f, &err)) {
		cli_say("%s", err.text);
		status = CLI_BOOK;
	} else {
		scenario_print(&out, s);
		if (f.errors)
			cli_say("%s has %zu error%s: `blackstart lint` says which", path, f.errors,
				f.errors == 1 ? "" : "s");
	}
	scenario_free(s);
	findings_release(&f);
	return cli_put(&out, status);
}
