/* The report for people, as Markdown (CommonMark with tables). */
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "report_after.h"
#include "reportint.h"
#include "str.h"
#include "word.h"

/* --- text ------------------------------------------------------------------------------------- */

/* "www." begins a link for many that show Markdown, without any markup. */
static bool begins_link(const char *from, const char *dot)
{
	return *dot == '.' && dot - from >= 3 && strncasecmp(dot - 3, "www", 3) == 0;
}

void report_md(struct buf *out, const char *s)
{
	for (const char *from = s; s && *s; s++) {
		if (*s == '\n') {
			buf_adds(out, " ");
			continue;
		}
		if ((strchr("\\`*_{}[]<>#|~&!$:@", *s) && !(*s == ':' && s[1] != '/')) ||
		    begins_link(from, s))
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

/* What was printed or is run, as it is. The fence is longer than any in it. */
static void add_block(struct buf *out, const char *s)
{
	size_t fence = 3, run = 0;

	for (const char *c = s; *c; c++) {
		run = *c == '`' ? run + 1 : 0;
		fence = run >= fence ? run + 1 : fence;
	}
	for (int end = 0; end < 2; end++) {
		for (size_t i = 0; i < fence; i++)
			buf_addc(out, '`');
		buf_adds(out, end ? "\n\n" : "text\n");
		if (!end) {
			buf_adds(out, s);
			buf_adds(out, *s && s[strlen(s) - 1] == '\n' ? "" : "\n");
		}
	}
}

static void add_seq(struct buf *out, int64_t seq)
{
	buf_addf(out, "[%lld]", (long long)seq);
}

static void add_span(struct buf *out, int64_t ms)
{
	if (ms < 0)
		buf_adds(out, "–");
	else
		str_stopwatch(out, ms);
}

static void add_when(struct buf *out, const struct report *r, int64_t wall)
{
	struct buf at = BUF_INIT;

	report_when(&at, r, wall);
	report_md(out, buf_str(&at));
	buf_release(&at);
}

void report_heading(struct buf *out, const struct report *r, const char *text)
{
	buf_addf(out, "\n## %s: %s\n\n", report_mode(r), text);
}

/* --- parts ------------------------------------------------------------------------------------ */

static void add_fact(struct buf *out, const char *label, const char *text)
{
	if (!text)
		return;
	buf_addf(out, "- %s: ", label);
	report_md(out, text);
	buf_addc(out, '\n');
}

static void add_time(struct buf *out, const struct report *r, const char *label, int64_t wall,
		     int64_t seq, const char *who)
{
	buf_addf(out, "- %s: ", label);
	add_when(out, r, wall);
	if (who) {
		buf_adds(out, " by ");
		report_md(out, who);
	}
	buf_addc(out, ' ');
	add_seq(out, seq);
	buf_addc(out, '\n');
}

static void add_objectives(struct buf *out, const struct report *r)
{
	if (report_rto(r)) {
		buf_adds(out, "- time to recover: ");
		add_span(out, r->elapsed_ms);
		buf_adds(out, ", objective ");
		str_duration(out, r->rto_ms);
		buf_addf(out, ": %s\n", report_rto(r));
	} else {
		buf_adds(out, "- time spent: ");
		add_span(out, r->elapsed_ms);
		buf_adds(out, "; the runbook names no objective (`rto`)\n");
	}
	if (r->rpo_ms) {
		buf_adds(out, "- data that may be lost: objective ");
		str_duration(out, r->rpo_ms);
		if (r->restored.known) {
			buf_adds(out, ", restored to data that is ");
			add_span(out, r->restored.age_ms);
			buf_adds(out, r->restored.age_ms > r->rpo_ms ? " old: NOT MET "
								     : " old: met ");
			add_seq(out, r->restored.seq);
			buf_addc(out, '\n');
		} else {
			buf_adds(out, "; of what was restored the record has no time\n");
		}
	}
}

static void add_booked(struct buf *out, const struct report *r)
{
	buf_adds(out, "- of that, a command ran: ");
	add_span(out, r->times.ns[CLASS_MACHINE] / CLOCK_MS);
	buf_adds(out, "; a person was asked: ");
	add_span(out, r->times.ns[CLASS_THINKING] / CLOCK_MS);
	buf_adds(out, "; something else was waited for: ");
	add_span(out, r->times.ns[CLASS_WAITING] / CLOCK_MS);
	buf_addc(out, '\n');
	if (r->pace > 1)
		buf_addf(out, "- all times are those of the drill, which ran %lld times as fast as "
			 "the clock, also where a person was asked\n", (long long)r->pace);
}

static void add_summary(struct buf *out, const struct report *r)
{
	report_heading(out, r, "what happened");
	if (r->closed) {
		buf_adds(out, "- verdict: ");
		report_md(out, r->verdict);
		buf_addf(out, " (%s) ", r->success ? "recovered" : "NOT recovered");
		add_seq(out, r->closed_seq);
		buf_addc(out, '\n');
	} else {
		buf_adds(out, "- **The run is still open**: this is where it stood at its row ");
		add_seq(out, r->events);
		buf_addc(out, '\n');
	}
	add_time(out, r, "opened", r->opened, 1, r->opened_by);
	add_time(out, r, r->closed ? "closed" : "last row", r->last_wall, r->events,
		 r->closed_by);
	add_objectives(out, r);
	add_booked(out, r);
	buf_addf(out, "- steps: %zu done, %zu skipped, %zu deferred, %zu failed, of %zu\n", r->done,
		 r->skipped, r->deferred, r->failed, r->of);
	if (r->findings) {
		buf_addf(out, "- started in spite of %lld error%s in the runbook: ",
			 (long long)r->findings, r->findings == 1 ? "" : "s");
		report_md(out, r->in_spite);
		buf_adds(out, " [1]\n");
	}
	add_fact(out, "run", r->run);
	add_fact(out, "runbook", r->book ? r->book : "none: a blank run");
	add_fact(out, "its digest (SHA-256)", r->digest);
	add_fact(out, "commands ran in", r->cwd);
	buf_addf(out, "- record: %lld rows; ", (long long)r->events);
	buf_adds(out, !r->looked ? "not verified" : r->whole ? "whole: " : "**NOT WHOLE**: ");
	report_md(out, r->integrity);
	buf_addc(out, '\n');
	add_fact(out, "what commands printed was **pruned**", r->pruned);
	add_fact(out, "**under hold** since", r->held);
}

/* "raj (signature; root by login)". */
static void add_who(struct buf *out, const struct report_row *row)
{
	report_md(out, report_who(row));
	buf_adds(out, " (");
	report_md(out, report_known_by(row));
	if (row->proved) {
		buf_adds(out, "; ");
		report_md(out, row->actor);
		buf_adds(out, " by ");
		report_md(out, row->how);
	}
	buf_addc(out, ')');
}

static void add_text(struct buf *out, const struct report_row *row)
{
	if (row->name && report_is_of_command(row->kind)) {
		report_md(out, row->name);
		buf_adds(out, ": ");
	}
	report_md(out, row->text);
}

static void add_row(struct buf *out, const struct report *r, const struct report_row *row,
		    bool actor, bool written)
{
	buf_adds(out, "| ");
	add_when(out, r, row->wall);
	buf_adds(out, " | ");
	if (written) {
		report_md(out, row->written ? row->written : "");
		buf_adds(out, row->written ? " | " : "| ");
	}
	add_text(out, row);
	if (actor) {
		buf_adds(out, " | ");
		add_who(out, row);
	}
	buf_adds(out, " | ");
	add_seq(out, row->seq);
	buf_adds(out, " |\n");
}

static void put_rows(struct buf *out, const struct report *r, unsigned in, bool actor,
		     const char *none)
{
	bool any = false, written = in == IN_DEVIATION;

	for (size_t i = 0; i < r->n_rows; i++) {
		if (!(r->rows[i].in & in))
			continue;
		if (!any && written)
			buf_adds(out, "| UTC | as written | as run | who | row |\n"
				      "|---|---|---|---|---|\n");
		else if (!any)
			buf_adds(out, actor ? "| UTC | what | who | row |\n|---|---|---|---|\n"
					    : "| UTC | what | row |\n|---|---|---|\n");
		any = true;
		add_row(out, r, &r->rows[i], actor, written);
	}
	if (!any)
		buf_addf(out, "%s\n", none);
}

void report_md_rows(struct buf *out, const struct report *r, unsigned in, const char *none)
{
	put_rows(out, r, in, true, none);
}

static void add_rows(struct buf *out, const struct report *r, const char *heading, unsigned in,
		     bool actor, const char *none)
{
	report_heading(out, r, heading);
	put_rows(out, r, in, actor, none);
}

static void add_unreached(struct buf *out, const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_steps && r->closed; i++)
		if (!r->steps[i].first_seq) {
			buf_adds(out, n++ ? "; " : "\nNever reached: ");
			report_md(out, r->steps[i].name);
		}
	if (n)
		buf_adds(out, ".\n");
}

/* --- commands --------------------------------------------------------------------------------- */

static void add_excerpts(struct buf *out, const struct report *r, const struct report_cmd *c)
{
	static const char *const streams[] = { "output", "errors", "terminal" };

	for (int k = 0; k < 3; k++) {
		if (!c->bytes[k])
			continue;
		buf_addf(out, "%s, %lld bytes", streams[k], (long long)c->bytes[k]);
		if (!c->excerpt[k]) {
			buf_addf(out, ": %s\n\n", r->pruned ? "pruned" : "not shown here");
			continue;
		}
		buf_addf(out, "%s:\n\n", c->bytes[k] > REPORT_EXCERPT_BYTES ? ", the end of them"
									    : "");
		add_block(out, c->excerpt[k]);
	}
}

static void add_commands(struct buf *out, const struct report *r)
{
	report_heading(out, r, "commands that failed or were tried again");
	if (!r->n_cmds)
		buf_adds(out, "None.\n");
	for (size_t i = 0; i < r->n_cmds; i++) {
		const struct report_cmd *c = &r->cmds[i];

		buf_adds(out, "### ");
		add_seq(out, c->seq);
		buf_addc(out, ' ');
		report_md(out, c->name ? c->name : "typed by hand");
		buf_addf(out, "\n\n%s, attempt %d: ", word_of(WORDS_PURPOSE, c->purpose),
			 c->attempt);
		report_md(out, c->end);
		buf_addc(out, ' ');
		add_seq(out, c->end_seq);
		buf_adds(out, "\n\n");
		add_block(out, c->text ? c->text : "");
		add_excerpts(out, r, c);
	}
}

/* --- steps ------------------------------------------------------------------------------------ */

static void add_step(struct buf *out, const struct report *r, const struct report_step *s)
{
	int64_t took = report_took(s);

	buf_adds(out, "| ");
	report_md(out, s->name);
	buf_adds(out, " | ");
	report_md(out, s->mark);
	buf_addf(out, " | %d | ", s->attempts);
	add_span(out, took);
	for (int c = CLASS_MACHINE; c < CLASS_MAX; c++) {
		buf_adds(out, " | ");
		add_span(out, s->times.ns[c] / CLOCK_MS);
	}
	for (int way = 0; way < WAYS; way++) {
		if (!report_earlier_of(r, way))
			continue;
		buf_adds(out, " | ");
		add_span(out, report_median(s, way));
		if (s->n_earlier[way])
			buf_addf(out, " of %zu", s->n_earlier[way]);
	}
	buf_adds(out, " | ");
	if (s->first_seq)
		buf_addf(out, "[%lld–%lld]", (long long)s->first_seq, (long long)s->last_seq);
	buf_adds(out, " |\n");
}

static void add_earlier(struct buf *out, const struct report *r)
{
	if (!r->n_earlier) {
		buf_adds(out, "\nNo earlier run of this runbook that was closed is on record.\n");
		return;
	}
	buf_adds(out, "\nEarlier is the median of these, the newest closed ones of this "
		      "runbook, those of one way together:\n\n"
		      "| run | mode | way | opened | time | verdict |\n"
		      "|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < r->n_earlier; i++) {
		const struct report_run *e = &r->earlier[i];

		buf_adds(out, "| ");
		report_md(out, e->run);
		buf_addf(out, " | %s | ", e->way == WAY_REAL ? "REAL" : "DRILL");
		buf_adds(out, e->way == WAY_REAL ? "" : report_way_name(e->way));
		if (e->pace > 1)
			buf_addf(out, ", %lld times as fast", (long long)e->pace);
		buf_adds(out, " | ");
		add_when(out, r, e->opened);
		buf_adds(out, " | ");
		add_span(out, e->elapsed_ms);
		buf_adds(out, " | ");
		report_md(out, e->verdict);
		buf_addf(out, " (%s) |\n", e->success ? "recovered" : "not recovered");
	}
}

static void add_steps(struct buf *out, const struct report *r)
{
	report_heading(out, r, "steps");
	buf_adds(out, "| step | state | attempts | took | machine | person | waiting |");
	for (int way = 0; way < WAYS; way++)
		if (report_earlier_of(r, way))
			buf_addf(out, " earlier, %s |", report_way_name(way));
	buf_adds(out, " rows |\n|---|---|---|---|---|---|---|---|");
	for (int way = 0; way < WAYS; way++)
		buf_adds(out, report_earlier_of(r, way) ? "---|" : "");
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->n_steps; i++)
		add_step(out, r, &r->steps[i]);
	add_earlier(out, r);
}

static void add_owed(struct buf *out, const struct report *r)
{
	report_heading(out, r, "still owed");
	if (!r->n_debts)
		buf_adds(out, "Nothing.\n");
	for (size_t i = 0; i < r->n_debts; i++) {
		const struct report_debt *d = &r->debts[i];

		buf_adds(out, "- still down: ");
		report_md(out, d->key);
		if (d->command) {
			buf_adds(out, "; brought back by: ");
			report_md(out, d->command);
		}
		buf_adds(out, d->failed ? " (that failed) " : " ");
		add_seq(out, d->seq);
		buf_addc(out, '\n');
	}
}

static void add_timeline(struct buf *out, const struct report *r)
{
	report_heading(out, r, "timeline");
	buf_adds(out, "| UTC | after | what | row |\n|---|---|---|---|\n");
	for (size_t i = 0; i < r->n_rows; i++) {
		const struct report_row *row = &r->rows[i];

		if (row->weight == VIEW_QUIET)
			continue;
		buf_adds(out, "| ");
		add_when(out, r, row->wall);
		buf_adds(out, " | ");
		add_span(out, row->at_ms);
		buf_adds(out, row->weight == VIEW_LOUD ? " | **(\\!)** " : " | ");
		add_text(out, row);
		buf_adds(out, " | ");
		add_seq(out, row->seq);
		buf_adds(out, " |\n");
	}
}

void report_markdown(struct buf *out, const struct report *r)
{
	buf_addf(out, "# %s: ", report_mode(r));
	report_md(out, r->title);
	buf_adds(out, "\n\nA number in brackets is a row of the record: `blackstart log` shows it. "
		      "All times are UTC");
	if (report_zone_name(r)) {
		buf_adds(out, ", with those of ");
		report_md(out, report_zone_name(r));
		buf_adds(out, " beside them");
	}
	buf_adds(out, ".");
	if (!r->unmask)
		buf_adds(out, " Numbers and addresses of people are masked.");
	buf_addc(out, '\n');
	add_summary(out, r);
	if (r->after)
		report_after_markdown(out, r);
	else if (r->drill)
		add_rows(out, r, "what came in between", IN_INJECT | IN_OBSERVED | IN_HELP, true,
			 "Nothing.");
	add_rows(out, r, "decisions", IN_DECISION, true, "None.");
	add_rows(out, r, "as run, against as written", IN_DEVIATION, true,
		 "Every step that was met went as the runbook has it.");
	add_unreached(out, r);
	add_rows(out, r, "what did not come out", IN_TROUBLE, false, "Nothing.");
	add_commands(out, r);
	add_rows(out, r, "guard readings and approvals", IN_GUARD, true, "None.");
	add_rows(out, r, "contacts", IN_CONTACT, false, "Nobody was contacted by the runbook.");
	add_owed(out, r);
	add_rows(out, r, "notes", IN_NOTE, true, "None.");
	add_steps(out, r);
	add_timeline(out, r);
}
