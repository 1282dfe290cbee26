/* runs: what ran. */
#include <stdlib.h>

#include "at_run.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "str.h"
#include "verbs.h"

struct listing {
	struct buf out;
	struct jsonw w;
};

static int row_json(void *ctx, const struct run_row *r)
{
	struct listing *l = ctx;

	jw_obj(&l->w, NULL);
	jw_str(&l->w, "run", r->run);
	jw_str(&l->w, "title", r->title);
	jw_str(&l->w, "mode", r->mode);
	jw_str(&l->w, "way", r->way);
	jw_str(&l->w, "environment", r->environment);
	jw_str(&l->w, "by", r->who);
	jw_str(&l->w, "verdict", r->verdict);
	jw_str(&l->w, "runbook", r->runbook);
	cli_time(&l->w, "opened", r->opened_wall);
	cli_time(&l->w, "closed", r->closed_wall);
	cli_time(&l->w, "last", r->last_wall);
	jw_int(&l->w, "events", r->events);
	jw_bool(&l->w, "held", r->held);
	jw_bool(&l->w, "pruned", r->pruned);
	jw_end_obj(&l->w);
	return 0;
}

static int row_text(void *ctx, const struct run_row *r)
{
	struct listing *l = ctx;

	clock_utc(&l->out, r->opened_wall, 0);
	buf_addf(&l->out, "  %-6s %s  %s%s%s\n    ", str_eq(r->mode, "drill") ? "DRILL" : "REAL",
		 r->run, r->verdict ? "" : "OPEN", r->held ? "  UNDER HOLD" : "",
		 r->pruned ? "  outputs pruned" : "");
	cli_safe(&l->out, r->title ? r->title : "(no title)");
	if (r->verdict) {
		buf_adds(&l->out, ": ");
		cli_safe(&l->out, r->verdict);
	}
	buf_addc(&l->out, '\n');
	return 0;
}

int cmd_runs(const struct opts *o, char **args, int n)
{
	struct listing l = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *path = NULL;
	int status;

	(void)args;
	(void)n;
	l.w.out = &l.out;
	status = at_run_journal(o, &path, &j);
	if (o->json)
		jw_arr(&l.w, NULL);
	if (status == CLI_OK && journal_runs(j, o->json ? row_json : row_text, &l, &err))
		status = cli_fail(&err);
	if (o->json) {
		jw_end_arr(&l.w);
		buf_addc(&l.out, '\n');
	}
	journal_close(j);
	free(path);
	/* A machine on which nothing was run yet is not in trouble. */
	return cli_put(&l.out, status == CLI_ENDED && !o->journal ? CLI_OK : status);
}
