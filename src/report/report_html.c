/* The report as one page: no script, nothing from elsewhere, to be read and to be printed. */
#include <string.h>

#include "clock.h"
#include "report_after.h"
#include "reportint.h"
#include "str.h"
#include "word.h"

/* --- text ------------------------------------------------------------------------------------- */

void report_html_text(struct buf *out, const char *s)
{
	static const struct {
		char c;
		const char *as;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
			 { '\'', "&#39;" } };

	for (; s && *s; s++) {
		const char *as = NULL;

		for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
			if (entities[i].c == *s)
				as = entities[i].as;
		if (as)
			buf_adds(out, as);
		else
			buf_addc(out, *s);
	}
}

static void add_seq(struct buf *out, int64_t seq)
{
	if (seq)
		buf_addf(out, "<span class=n>[%lld]</span>", (long long)seq);
}

static void add_span(struct buf *out, int64_t ms)
{
	if (ms < 0)
		buf_adds(out, "–");
	else
		str_stopwatch(out, ms);
}

void report_html_time(struct buf *out, const struct report *r, int64_t wall)
{
	struct buf at = BUF_INIT;

	report_when(&at, r, wall);
	report_html_text(out, buf_str(&at));
	buf_release(&at);
}

void report_html_heading(struct buf *out, const struct report *r, const char *text)
{
	buf_addf(out, "<h2>%s: %s</h2>\n", report_mode(r), text);
}

/* --- parts ------------------------------------------------------------------------------------ */

static void add_fact(struct buf *out, const char *label, const char *text, int64_t seq)
{
	if (!text)
		return;
	buf_addf(out, "<tr><th>%s<td>", label);
	report_html_text(out, text);
	buf_addc(out, ' ');
	add_seq(out, seq);
	buf_addc(out, '\n');
}

static void add_when(struct buf *out, const struct report *r, const char *label, int64_t wall,
		     const char *who, int64_t seq)
{
	struct buf b = BUF_INIT;

	report_when(&b, r, wall);
	if (who)
		buf_addf(&b, " by %s", who);
	add_fact(out, label, buf_str(&b), seq);
	buf_release(&b);
}

/* How much data was lost, against how much may be. */
static void add_lost(struct buf *out, const struct report *r)
{
	const struct report_restored *to = &r->restored;
	struct buf b = BUF_INIT;

	if (!r->rpo_ms && !to->known)
		return;
	if (to->known)
		add_span(&b, to->age_ms);
	if (r->rpo_ms) {
		buf_adds(&b, to->known ? ", objective " : "objective ");
		str_duration(&b, r->rpo_ms);
	}
	if (!to->known)
		buf_adds(&b, "; of what was restored the record has no time");
	else if (r->rpo_ms)
		buf_adds(&b, to->age_ms > r->rpo_ms ? ": NOT MET" : ": met");
	add_fact(out, "data lost", buf_str(&b), to->known ? to->seq : 0);
	buf_release(&b);
}

static void add_figures(struct buf *out, const struct report *r)
{
	struct buf b = BUF_INIT;

	add_span(&b, r->elapsed_ms);
	if (report_rto(r)) {
		buf_adds(&b, ", objective ");
		str_duration(&b, r->rto_ms);
		buf_addf(&b, ": %s", report_rto(r));
	}
	add_fact(out, r->success ? "time to recover" : "time spent", buf_str(&b), 0);
	add_lost(out, r);
	buf_clear(&b);
	buf_adds(&b, "machine ");
	add_span(&b, r->times.ns[CLASS_MACHINE] / CLOCK_MS);
	buf_adds(&b, ", people ");
	add_span(&b, r->times.ns[CLASS_THINKING] / CLOCK_MS);
	buf_adds(&b, ", waiting ");
	add_span(&b, r->times.ns[CLASS_WAITING] / CLOCK_MS);
	if (r->pace > 1)
		buf_addf(&b, "; all times are those of the drill, which ran %lld times as fast "
			 "as the clock", (long long)r->pace);
	add_fact(out, "of that", buf_str(&b), 0);
	buf_clear(&b);
	buf_addf(&b, "%zu done, %zu skipped, %zu deferred, %zu failed, of %zu", r->done, r->skipped,
		 r->deferred, r->failed, r->of);
	add_fact(out, "steps", buf_str(&b), 0);
	buf_clear(&b);
	buf_addf(&b, "%lld rows; %s%s", (long long)r->events,
		 !r->looked ? "not verified" : r->whole ? "whole: " : "NOT WHOLE: ",
		 r->integrity ? r->integrity : "");
	add_fact(out, "record", buf_str(&b), 0);
	add_fact(out, "output pruned", r->pruned, 0);
	add_fact(out, "under hold since", r->held, 0);
	buf_release(&b);
}

static void add_owed(struct buf *out, const struct report_debt *d)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, d->key);
	if (d->command)
		buf_addf(&b, "; brought back by: %s", d->command);
	buf_adds(&b, d->failed ? " (that failed)" : "");
	add_fact(out, "STILL DOWN", buf_str(&b), d->seq);
	buf_release(&b);
}

static void add_summary(struct buf *out, const struct report *r)
{
	report_html_heading(out, r, "what happened");
	buf_adds(out, "<table class=facts>\n");
	add_fact(out, "verdict", r->closed ? r->verdict : "the run is still open",
		 r->closed ? r->closed_seq : r->events);
	add_fact(out, "recovered", r->success ? "yes" : r->closed ? "NO" : "not yet", 0);
	add_when(out, r, "opened", r->opened, r->opened_by, 1);
	add_when(out, r, r->closed ? "closed" : "last row", r->last_wall, r->closed_by,
		 r->events);
	add_figures(out, r);
	add_fact(out, "run", r->run, 0);
	add_fact(out, "runbook", r->book ? r->book : "none: a blank run", 0);
	add_fact(out, "SHA-256", r->digest, 0);
	add_fact(out, "commands ran in", r->cwd, 0);
	add_fact(out, "started in spite of errors", r->findings ? r->in_spite : NULL, 1);
	for (size_t i = 0; i < r->n_debts; i++)
		add_owed(out, &r->debts[i]);
	buf_adds(out, "</table>\n");
}

enum { DAY = 10 }; /* "2026-11-22" */

/* The day is said where it is another one than that of the row before, in `day`. */
static void add_clock(struct buf *out, const struct report *r, int64_t wall, char day[DAY + 1])
{
	struct buf at = BUF_INIT;
	const char *local;

	report_when(&at, r, wall);
	if (strncmp(day, buf_str(&at), DAY) != 0) {
		memcpy(day, buf_str(&at), DAY);
		buf_addf(out, "<span class=day>%.*s</span> ", DAY, day);
	}
	local = strchr(buf_str(&at), ' ');
	buf_addf(out, "%.*s", local ? (int)(local - at.data) - DAY - 1 : (int)at.len - DAY - 1,
		 at.data + DAY + 1);
	if (local)
		report_html_text(out, local);
	buf_release(&at);
}

static void add_row(struct buf *out, const struct report *r, const struct report_row *row,
		    bool written, char day[DAY + 1])
{
	buf_adds(out, row->weight == VIEW_LOUD ? "<tr class=loud><td>" : "<tr><td>");
	add_clock(out, r, row->wall, day);
	buf_adds(out, "<td>");
	add_span(out, row->at_ms);
	buf_adds(out, "<td>");
	if (row->name && report_is_of_command(row->kind)) {
		report_html_text(out, row->name);
		buf_adds(out, ": ");
	}
	report_html_text(out, row->text);
	if (written && row->written) {
		buf_adds(out, "<div class=key>as written: ");
		report_html_text(out, row->written);
		buf_adds(out, "</div>");
	}
	buf_adds(out, "<td>");
	report_html_text(out, report_who(row));
	if (row->proved) {
		buf_adds(out, " (");
		report_html_text(out, row->proof);
		buf_addc(out, ')');
	}
	buf_addf(out, "<td>[%lld]\n", (long long)row->seq);
}

/* in 0: the timeline, all that says something to a person. */
void report_html_rows(struct buf *out, const struct report *r, unsigned in, const char *none)
{
	char day[DAY + 1] = "";

	for (size_t i = 0; i < r->n_rows; i++) {
		if (in ? !(r->rows[i].in & in) : r->rows[i].weight == VIEW_QUIET)
			continue;
		if (!*day)
			buf_adds(out, "<table class=rows><thead><tr><th>UTC<th>after<th>what<th>who"
				      "<th>row<tbody>\n");
		add_row(out, r, &r->rows[i], in == IN_DEVIATION, day);
	}
	if (*day)
		buf_adds(out, "</table>\n");
	else
		buf_addf(out, "<p>%s</p>\n", none);
}

static void add_rows(struct buf *out, const struct report *r, const char *heading, unsigned in)
{
	report_html_heading(out, r, heading);
	report_html_rows(out, r, in, "None.");
}

static void add_excerpts(struct buf *out, const struct report *r, const struct report_cmd *c)
{
	static const char *const streams[] = { "output", "errors", "terminal" };

	for (int k = 0; k < 3; k++) {
		if (!c->bytes[k])
			continue;
		buf_addf(out, "<p class=key>%s, %lld bytes%s</p>\n", streams[k],
			 (long long)c->bytes[k],
			 !c->excerpt[k] ? r->pruned ? ": pruned" : ": not shown here"
			 : c->bytes[k] > REPORT_EXCERPT_BYTES ? ", the end of them:" : ":");
		if (!c->excerpt[k])
			continue;
		buf_adds(out, "<pre>\n");
		report_html_text(out, c->excerpt[k]);
		buf_adds(out, "</pre>\n");
	}
}

static void add_commands(struct buf *out, const struct report *r)
{
	report_html_heading(out, r, "commands that failed or were tried again");
	for (size_t i = 0; i < r->n_cmds; i++) {
		const struct report_cmd *c = &r->cmds[i];

		buf_adds(out, "<h3>");
		report_html_text(out, c->name ? c->name : "typed by hand");
		buf_addf(out, ", %s, attempt %d ", word_of(WORDS_PURPOSE, c->purpose), c->attempt);
		add_seq(out, c->seq);
		buf_adds(out, "</h3>\n<pre>\n");
		report_html_text(out, c->text);
		buf_adds(out, "</pre>\n<p>");
		report_html_text(out, c->end);
		buf_addc(out, ' ');
		add_seq(out, c->end_seq);
		buf_adds(out, "</p>\n");
		add_excerpts(out, r, c);
	}
	if (!r->n_cmds)
		buf_adds(out, "<p>None.</p>\n");
}

/* What the medians are of. */
static void add_earlier(struct buf *out, const struct report *r)
{
	if (!r->n_earlier) {
		buf_adds(out, "<p>No earlier run of this runbook that was closed is on record."
			      "</p>\n");
		return;
	}
	buf_adds(out, "<p>Earlier is the median of these, the newest closed ones of this runbook, "
		      "those of one way together:</p>\n<table><thead><tr><th>run<th>mode<th>way"
		      "<th>opened<th>time<th>verdict<tbody>\n");
	for (size_t i = 0; i < r->n_earlier; i++) {
		const struct report_run *e = &r->earlier[i];

		buf_adds(out, "<tr><td>");
		report_html_text(out, e->run);
		buf_addf(out, "<td>%s<td>", e->way == WAY_REAL ? "REAL" : "DRILL");
		buf_adds(out, e->way == WAY_REAL ? "" : report_way_name(e->way));
		if (e->pace > 1)
			buf_addf(out, ", %lld times as fast", (long long)e->pace);
		buf_adds(out, "<td>");
		report_html_time(out, r, e->opened);
		buf_adds(out, "<td>");
		add_span(out, e->elapsed_ms);
		buf_adds(out, "<td>");
		report_html_text(out, e->verdict);
		buf_addf(out, " (%s)\n", e->success ? "recovered" : "NOT recovered");
	}
	buf_adds(out, "</table>\n");
}

static void add_steps(struct buf *out, const struct report *r)
{
	report_html_heading(out, r, "steps");
	buf_adds(out, "<table class=steps><thead><tr><th>step<th>state<th>attempts"
		      "<th>took<th>machine<th>people<th>waiting");
	for (int way = 0; way < WAYS; way++)
		if (report_earlier_of(r, way))
			buf_addf(out, "<th>earlier, %s", report_way_name(way));
	buf_adds(out, "<th>rows<tbody>\n");
	for (size_t i = 0; i < r->n_steps; i++) {
		const struct report_step *s = &r->steps[i];

		buf_adds(out, "<tr><td>");
		report_html_text(out, s->name);
		buf_adds(out, "<td>");
		report_html_text(out, s->first_seq ? s->mark : "never reached");
		buf_addf(out, "<td>%d<td>", s->attempts);
		add_span(out, report_took(s));
		for (int c = CLASS_MACHINE; c < CLASS_MAX; c++) {
			buf_adds(out, "<td>");
			add_span(out, s->times.ns[c] / CLOCK_MS);
		}
		for (int way = 0; way < WAYS; way++)
			if (report_earlier_of(r, way)) {
				buf_adds(out, "<td>");
				add_span(out, report_median(s, way));
			}
		buf_adds(out, "<td>");
		if (s->first_seq)
			buf_addf(out, "<span class=n>[%lld–%lld]</span>", (long long)s->first_seq,
				 (long long)s->last_seq);
		buf_addc(out, '\n');
	}
	buf_adds(out, "</table>\n");
	add_earlier(out, r);
}

/* --- the page --------------------------------------------------------------------------------- */

void report_html(struct buf *out, const struct report *r)
{
	buf_adds(out, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
		      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
		      "style-src 'unsafe-inline'\">\n");
	buf_addf(out, "<title>%s: ", report_mode(r));
	report_html_text(out, r->title);
	buf_addf(out, "</title>\n<meta name=viewport content=\"width=device-width\">\n"
		      "<style>\n%s</style></head><body>\n<div class=mode>%s</div>\n"
		      "<h1>%s: ", report_style, report_mode(r), report_mode(r));
	report_html_text(out, r->title);
	buf_adds(out, "</h1>\n<p>Numbers in brackets are rows of the record. All times are UTC");
	if (report_zone_name(r)) {
		buf_adds(out, ", with those of ");
		report_html_text(out, report_zone_name(r));
		buf_adds(out, " beside them");
	}
	buf_adds(out, r->unmask ? ".</p>\n"
				: ". Numbers and addresses of people are masked.</p>\n");
	add_summary(out, r);
	report_picture(out, r);
	if (r->after)
		report_after_html(out, r);
	else if (r->drill)
		add_rows(out, r, "what came in between", IN_INJECT | IN_OBSERVED | IN_HELP);
	add_rows(out, r, "decisions", IN_DECISION);
	add_rows(out, r, "as run, against as written", IN_DEVIATION);
	add_rows(out, r, "what did not come out", IN_TROUBLE);
	add_commands(out, r);
	add_rows(out, r, "guard readings and approvals", IN_GUARD);
	add_rows(out, r, "contacts", IN_CONTACT);
	add_rows(out, r, "notes", IN_NOTE);
	add_steps(out, r);
	add_rows(out, r, "timeline", 0);
	buf_adds(out, "</body></html>\n");
}
