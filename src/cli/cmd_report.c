/* report: a run told from its rows. Rows only: no keeper is started for it, and nothing is written
 * to the record. */
#include <stdlib.h>

#include "at_run.h"
#include "buf.h"
#include "casting.h"
#include "client.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "pinned.h"
#include "removal.h"
#include "report.h"
#include "reporting.h"
#include "scenario.h"
#include "state.h"
#include "str.h"
#include "verbs.h"
#include "vouched.h"
#include "view.h"
#include "zone.h"

enum format {
	FORMAT_MD, FORMAT_JSON, FORMAT_CSV, FORMAT_HTML, FORMAT_CAST, FORMAT_NONE,
};

static enum format format_of(const char *name)
{
	static const char *const names[] = { "md", "json", "csv", "html", "asciicast" };

	for (int i = 0; i < FORMAT_NONE && name; i++)
		if (str_eq(names[i], name))
			return i;
	return name ? FORMAT_NONE : FORMAT_MD;
}

/* --- one run ---------------------------------------------------------------------------------- */

struct reading {
	struct report *report;
	struct client **client; /* there before its first row is */
};

/* As it is folded in: a record of hours is not folded twice. */
static void read_row(void *ctx, const struct event *ev, bool past)
{
	struct reading *r = ctx;

	(void)past;
	report_row(r->report, client_view(*r->client), ev);
}

/* What counts in it. A scenario that cannot be read any more takes its objectives with it. */
static void add_objectives(struct report *r, const char *journal, const char *run,
			   struct scenario **ret)
{
	struct pinned p = { 0 };
	struct err err = { 0 };

	if (pinned_read(journal, run, &p, &err) || pinned_scenario(&p, ret, &err))
		cli_say("run %s: what counts in it cannot be read: %s", run, err.text);
	report_objectives(r, *ret);
	pinned_release(&p);
}

/* The caller's to report_free and client_close in any case. */
static int read_run(const char *journal, const char *run, bool unmask, struct report **ret,
		    struct client **ret_client, struct err *err)
{
	struct client_opts c = { .journal = journal, .run = run, .look = true };
	struct reading r = { report_new(unmask), ret_client };
	struct client_calls calls = { .ctx = &r, .event = read_row };
	struct scenario *s = NULL;
	int rc = client_open(&c, &calls, ret_client, err);

	if (!rc) {
		add_objectives(r.report, journal, run, &s);
		report_end(r.report, client_view(*ret_client));
	}
	scenario_free(s);
	*ret = r.report;
	return rc;
}

static void read_output(void *ctx, const char *token, int stream, int64_t from, size_t n,
			struct buf *out)
{
	int64_t next;
	size_t before = out->len;

	if (client_output(ctx, token, stream, from, n, out, &next, NULL))
		buf_cut(out, before);
}

/* --- earlier runs of the same runbook --------------------------------------------------------- */

enum { REAL_MAX = REPORT_EARLIER, DRILLS_MAX = 3 * REPORT_EARLIER }; /* a drill has three ways */

struct earlier {
	const char *run;
	bool past;           /* rows are newest first: it was met */
	char *book, *folder;
	char *runs[REAL_MAX + DRILLS_MAX];
	size_t n, real, drills;
};

static int find_self(void *ctx, const struct run_row *row)
{
	struct earlier *e = ctx;

	if (!str_eq(row->run, e->run))
		return 0;
	e->book = mem_dup(row->runbook);
	e->folder = mem_dup(row->folder);
	return 1;
}

/* A path means something only from its folder, which is where the runbook lies: the name in it. */
static const char *file_name(const char *path)
{
	const char *slash = path;

	for (const char *c = path; *c; c++)
		if (*c == '/')
			slash = c + 1;
	return slash;
}

static int find_earlier(void *ctx, const struct run_row *row)
{
	struct earlier *e = ctx;

	if (str_eq(row->run, e->run)) {
		e->past = true;
		return 0;
	}
	if (!e->past || !row->verdict || !row->runbook || !str_eq(row->folder, e->folder) ||
	    !str_eq(file_name(row->runbook), file_name(e->book)))
		return 0;
	if (str_eq(row->mode, "drill") ? e->drills++ >= DRILLS_MAX : e->real++ >= REAL_MAX)
		return 0;
	e->runs[e->n++] = mem_dup(row->run);
	return e->n == REAL_MAX + DRILLS_MAX;
}

static void compare(struct report *r, const struct at_run *at, const struct earlier *e)
{
	for (size_t i = 0; i < e->n; i++) {
		struct report *other = NULL;
		struct client *c = NULL;
		struct err err = { 0 };

		if (read_run(at->journal, e->runs[i], false, &other, &c, &err))
			cli_say("run %s is left out of the comparison: %s", e->runs[i], err.text);
		else
			report_earlier(r, other);
		client_close(c);
		report_free(other);
	}
}

static int add_earlier(struct report *r, struct journal *j, const struct at_run *at,
		       struct err *err)
{
	struct earlier e = { .run = at->run };
	int rc = journal_runs(j, find_self, &e, err);

	if (rc == 1)
		rc = e.book ? journal_runs(j, find_earlier, &e, err) : 0;
	if (rc >= 0) {
		compare(r, at, &e);
		rc = 0;
	}
	for (size_t i = 0; i < e.n; i++)
		free(e.runs[i]);
	free(e.book);
	free(e.folder);
	return rc;
}

/* --- the record ------------------------------------------------------------------------------- */

/* Why it is not signed is said by verify. */
static void add_voucher(void *ctx, const struct voucher *v)
{
	struct buf *text = ctx;

	buf_addf(text, "; %s (row %lld) ", checkpoint_word(v->c->what), (long long)v->c->seq);
	if (v->is == VOUCHED_NOT)
		buf_adds(text, "NOT SIGNED");
	else
		vouched_say(text, v);
}

/* Who vouches for it; *whole: no signature is false. */
static int add_vouched(struct buf *text, const struct opts *o, struct journal *j,
		       const struct at_run *at, bool *whole, struct err *err)
{
	struct vouching by = { 0 };
	char *signers = vouched_signers(o);
	int rc = vouched_look(j, at->run, signers, add_voucher, text, &by, err);

	if (rc == 0 && by.wrong.len) {
		buf_clear(text);
		buf_addf(text, "a signature is false: %s", buf_str(&by.wrong));
		*whole = false;
	} else if (rc == 0 && !by.ends) {
		buf_adds(text, "; NOBODY SIGNED how it ended");
	}
	vouched_release(&by);
	free(signers);
	return rc;
}

/* ret_whole: what the status says. */
static int add_integrity(struct report *r, const struct opts *o, struct journal *j,
			 const struct at_run *at, bool *ret_whole, struct err *err)
{
	struct verify_result v = { 0 };
	struct buf text = BUF_INIT;
	int rc = journal_verify(j, at->run, false, &v, err);

	if (rc == 0 && v.whole)
		buf_addf(&text, "%lld rows of this run follow from each other%s; what the commands "
			 "printed is checked by blackstart verify --outputs", (long long)v.events,
			 v.open_runs ? ", and nothing vouches for the end of an open run" : "");
	else if (rc == 0)
		buf_adds(&text, v.text);
	if (rc == 0 && v.whole)
		rc = add_vouched(&text, o, j, at, &v.whole, err);
	if (rc == 0) {
		report_integrity(r, v.whole, buf_str(&text));
		*ret_whole = v.whole;
	}
	buf_release(&text);
	return rc;
}

static int add_keeping(struct report *r, struct journal *j, const struct at_run *at,
		       struct err *err)
{
	struct removal_standing s;
	struct buf held = BUF_INIT, pruned = BUF_INIT;
	int rc = removal_stands(j, at->run, &s, err);

	if (s.held)
		removal_say(&held, &s.hold);
	if (s.pruned)
		removal_say(&pruned, &s.prune);
	report_kept(r, held.len ? buf_str(&held) : NULL, pruned.len ? buf_str(&pruned) : NULL);
	removal_standing_release(&s);
	buf_release(&held);
	buf_release(&pruned);
	return rc;
}

static int add_rest(struct report *r, const struct opts *o, const struct at_run *at)
{
	struct journal *j = NULL;
	struct err err = { 0 };
	bool whole = true;
	char *path = NULL;
	int rc, status = at_run_journal(o, &path, &j);

	if (status == CLI_OK) {
		rc = add_integrity(r, o, j, at, &whole, &err);
		if (!rc)
			rc = add_keeping(r, j, at, &err);
		if (!rc)
			rc = add_earlier(r, j, at, &err);
		status = rc ? cli_fail(&err) : whole ? CLI_OK : CLI_ENDED;
	}
	journal_close(j);
	free(path);
	return status;
}

int reporting_texts(const struct opts *o, const struct at_run *at, struct buf *md,
		    struct buf *html)
{
	struct report *r = NULL;
	struct client *c = NULL;
	struct err err = { 0 };
	int status = CLI_OK;

	if (read_run(at->journal, at->run, false, &r, &c, &err)) {
		status = cli_fail(&err);
	} else {
		report_excerpts(r, read_output, c);
		status = add_rest(r, o, at);
		report_markdown(md, r);
		report_html(html, r);
	}
	client_close(c);
	report_free(r);
	return status == CLI_ENDED ? CLI_OK : status;
}

/* --- local time ------------------------------------------------------------------------------- */

static bool local_at(void *ctx, int64_t wall_ns, struct report_local *ret)
{
	struct zone_time t;

	if (!zone_local(ctx, wall_ns, &t))
		return false;
	ret->offset_s = t.offset_s;
	str_clip(ret->name, sizeof ret->name, t.name);
	return true;
}

static int check_zone(const char *name)
{
	char near[ZONE_NAME_MAX + 1];

	switch (zone_find(name)) {
	case ZONE_KNOWN:
		return CLI_OK;
	case ZONE_NO_DATABASE:
		return cli_usage("--zone: this machine has no time zones (tzdata)");
	default:
		zone_near(near, sizeof near, name);
		return cli_usage("--zone %s: there is no such time zone%s%s%s", name,
				 *near ? "; did you mean " : "; one is Europe/Madrid", near,
				 *near ? "?" : "");
	}
}

static int put(struct buf *out, struct report *r, const struct opts *o, const struct at_run *at,
	       struct client *c, enum format format)
{
	int status;

	report_excerpts(r, read_output, c);
	status = add_rest(r, o, at);
	if (o->after_action)
		report_after_action(r, o->owner, o->due);
	if (o->zone)
		report_zone(r, o->zone, local_at, (void *)(uintptr_t)o->zone);
	if (format == FORMAT_CSV)
		report_csv(out, r);
	else if (format == FORMAT_HTML)
		report_html(out, r);
	else if (format == FORMAT_JSON)
		report_json(out, r);
	else
		report_markdown(out, r);
	return status;
}

static int put_patch(struct buf *out, const struct report *r, struct client *c)
{
	struct err err = { 0 };

	return report_patch(out, r, client_book(c), &err) ? cli_fail(&err) : CLI_OK;
}

int reporting_marks(const char *journal, const char *run, struct report_marks *ret, bool *ret_any,
		    struct err *err)
{
	struct report *r = NULL;
	struct client *c = NULL;
	int rc = read_run(journal, run, false, &r, &c, err);

	if (!rc)
		*ret_any = report_marks(r, ret);
	client_close(c);
	report_free(r);
	return rc;
}

int cmd_report(const struct opts *o, char **args, int n)
{
	enum format format = format_of(o->json ? "json" : o->format);
	struct report *r = NULL;
	struct client *c = NULL;
	struct at_run at = { 0 };
	struct err err = { 0 };
	struct buf out = BUF_INIT;
	int64_t due;
	int status;

	if (format == FORMAT_NONE || (o->json && o->format))
		return cli_usage("--format is one of md, html, json, csv, asciicast");
	if (o->patch && (o->after_action || o->json || o->format))
		return cli_usage("--patch is a diff, and no other format");
	if (o->after_action && (format == FORMAT_CSV || format == FORMAT_CAST))
		return cli_usage("--after-action goes with md, html or json");
	if (o->unmask && format == FORMAT_CAST)
		return cli_usage("what was printed is cast as it is on record: it takes no "
				 "--unmask");
	if ((o->owner || o->due) && !o->after_action)
		return cli_usage("--owner and --due go with --after-action");
	if (o->due && !clock_parse(o->due, &due))
		return cli_usage("--due is a date, such as 2026-12-24");
	if (o->zone && (o->patch || format == FORMAT_CAST))
		return cli_usage("--zone goes with md, html, json or csv");
	if (o->zone && check_zone(o->zone) != CLI_OK)
		return CLI_USAGE;
	status = at_run_find(o, n ? args[0] : NULL, &at);
	if (status == CLI_OK && format == FORMAT_CAST) {
		status = casting_put(o, &at);
	} else if (status == CLI_OK && read_run(at.journal, at.run, o->unmask, &r, &c, &err)) {
		status = cli_fail(&err);
	} else if (status == CLI_OK) {
		status = o->patch ? put_patch(&out, r, c) : put(&out, r, o, &at, c, format);
	}
	client_close(c);
	report_free(r);
	at_run_release(&at);
	return cli_put(&out, status);
}
