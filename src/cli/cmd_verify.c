/* verify: is the record whole and unaltered. */
#include <stdlib.h>

#include "at_run.h"
#include "buf.h"
#include "err.h"
#include "json.h"
#include "verbs.h"

static void verify_json(struct buf *out, const struct verify_result *v, const char *journal,
			const char *run)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "journal", journal);
	jw_bool(&w, "whole", v->whole);
	if (run)
		jw_bool(&w, "drill", journal_run_is_drill(run));
	if (!v->whole) {
		jw_str(&w, "run", v->run);
		jw_int(&w, "seq", v->seq);
		jw_str(&w, "text", v->text);
	}
	jw_int(&w, "runs", v->runs);
	jw_int(&w, "drills", v->drills);
	jw_int(&w, "open_runs", v->open_runs);
	jw_int(&w, "events", v->events);
	jw_int(&w, "chunks", v->chunks);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* Of a drill the first word says so. */
static void verify_text(struct buf *out, const struct verify_result *v, const char *run)
{
	if (journal_run_is_drill(run ? run : v->run))
		buf_adds(out, "DRILL, ");
	if (!v->whole) {
		buf_adds(out, "NOT WHOLE: ");
		if (v->run[0])
			buf_addf(out, "run %s: ", v->run);
		cli_safe(out, v->text);
		buf_addc(out, '\n');
		return;
	}
	buf_addf(out, "whole: %lld run%s", (long long)v->runs, v->runs == 1 ? "" : "s");
	if (v->drills && !run)
		buf_addf(out, " (%lld DRILL)", (long long)v->drills);
	buf_addf(out, ", %lld events", (long long)v->events);
	if (v->chunks)
		buf_addf(out, ", %lld chunks of output", (long long)v->chunks);
	if (v->open_runs)
		buf_addf(out, "; %lld still open, whose end nothing vouches for yet",
			 (long long)v->open_runs);
	buf_addc(out, '\n');
}

int cmd_verify(const struct opts *o, char **args, int n)
{
	struct verify_result v = { 0 };
	struct at_run at = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	struct buf out = BUF_INIT;
	char *path = NULL;
	int status;

	status = n ? at_run_find(o, args[0], &at) : CLI_OK;
	if (status == CLI_OK)
		status = at_run_journal(o, &path, &j);
	if (status == CLI_OK && journal_verify(j, n ? at.run : NULL, o->outputs, &v, &err)) {
		status = cli_fail(&err);
	} else if (status == CLI_OK) {
		if (o->json)
			verify_json(&out, &v, path, n ? at.run : NULL);
		else
			verify_text(&out, &v, n ? at.run : NULL);
		status = v.whole ? CLI_OK : CLI_ENDED;
	}
	if (status == CLI_OK && o->real && v.drills) {
		cli_say("run %s is a drill, not a real run", v.drill);
		status = CLI_REFUSED;
	}
	journal_close(j);
	at_run_release(&at);
	free(path);
	return cli_put(&out, status);
}
