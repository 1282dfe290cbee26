/* verify: is the record whole and unaltered. */
#include <stdlib.h>
#include <string.h>

#include "at_run.h"
#include "buf.h"
#include "bundle.h"
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

/* --- a bundle --------------------------------------------------------------------------------- */

static void bundle_json(struct buf *out, const struct extract_result *r, const char *path)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "bundle", path);
	jw_bool(&w, "whole", r->verify.whole);
	jw_str(&w, "run", r->verify.run);
	jw_bool(&w, "drill", journal_run_is_drill(r->verify.run));
	if (!r->verify.whole) {
		jw_int(&w, "seq", r->verify.seq);
		jw_str(&w, "text", r->verify.text);
	}
	jw_bool(&w, "closed", r->extract.closed);
	jw_int(&w, "events", r->extract.rows);
	jw_int(&w, "vouched", r->extract.closed ? r->extract.rows : r->tied);
	jw_int(&w, "files", r->extract.files);
	jw_int(&w, "outputs", r->outputs);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* Words for words what check.sh says. */
static void bundle_text(struct buf *out, const struct extract_result *r, int n_heads)
{
	const struct extract *e = &r->extract;

	if (journal_run_is_drill(r->verify.run))
		buf_adds(out, "DRILL, ");
	if (!r->verify.whole) {
		buf_adds(out, "NOT WHOLE: ");
		cli_safe(out, r->verify.text);
		buf_addc(out, '\n');
		return;
	}
	buf_addf(out, "whole: run %s, %lld events, %lld files, %lld outputs\n", r->verify.run,
		 (long long)e->rows, (long long)e->files, (long long)r->outputs);
	if (!e->closed)
		buf_addf(out, "OPEN: the run was not closed; nothing vouches for events after "
			"%lld\n",
			 (long long)r->tied);
	if (!n_heads)
		buf_adds(out, "no head was given: whether all of it was made anew cannot be "
			"told\n");
}

static int verify_bundle(const struct opts *o)
{
	struct extract_result r = { 0 };
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	int status;

	for (size_t i = 0; i < o->heads.n; i++)
		if (strlen(o->heads.v[i]) != HASH_HEX_LEN ||
		    strspn(o->heads.v[i], "0123456789abcdef") != HASH_HEX_LEN)
			return cli_usage("not a head: %s", o->heads.v[i]);
	if (bundle_verify(o->bundle, o->heads.v, (int)o->heads.n, &r, &err))
		return cli_fail(&err);
	if (o->json)
		bundle_json(&out, &r, o->bundle);
	else
		bundle_text(&out, &r, (int)o->heads.n);
	status = r.verify.whole ? CLI_OK : CLI_ENDED;
	if (status == CLI_OK && o->real && journal_run_is_drill(r.verify.run)) {
		cli_say("run %s is a drill, not a real run", r.verify.run);
		status = CLI_REFUSED;
	}
	return cli_put(&out, status);
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

	if (o->bundle)
		return n || o->outputs ? cli_usage("--bundle goes without a run") :
			verify_bundle(o);
	if (o->heads.n)
		return cli_usage("--head goes with --bundle");
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
