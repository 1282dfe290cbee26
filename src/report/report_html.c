/* The report as one page: no script, nothing from elsewhere, to be read and to be printed. */
#include <string.h>

#include "report_after.h"
#include "reportint.h"
#include "str.h"
#include "word.h"

enum { WIDTH = 1000, LANE = 16, TOP = 40, NAME_MAX = 60 };

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

static void add_time(struct buf *out, const struct report *r, int64_t wall)
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

/* --- the picture ------------------------------------------------------------------------------ */

static int64_t place(const struct report *r, int64_t ms)
{
	return r->elapsed_ms > 0 && ms > 0 ? ms * WIDTH / r->elapsed_ms : 0;
}

/* A mark above the steps, for what people did and what went wrong. */
static void add_mark(struct buf *out, const struct report *r, const struct report_row *row)
{
	static const struct {
		unsigned in;
		const char *class;
		int y;
	} kinds[] = { { IN_TROUBLE, "bad", 30 }, { IN_CONTACT, "contact", 20 },
		      { IN_DECISION | IN_GUARD, "decision", 10 } };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!(row->in & kinds[i].in))
			continue;
		buf_addf(out, "<circle class=%s cx=\"%lld\" cy=\"%d\" r=\"4\"><title>",
			 kinds[i].class, (long long)place(r, row->at_ms), kinds[i].y);
		add_time(out, r, row->wall);
		buf_addc(out, ' ');
		report_html_text(out, row->text);
		buf_addf(out, " [%lld]</title></circle>\n", (long long)row->seq);
		return;
	}
}

/* Behind the bar, before it, or on it: where there is room. */
static void add_label(struct buf *out, const char *text, int64_t x, int64_t w, int y)
{
	bool behind = x + w <= WIDTH * 6 / 10, before = !behind && x >= WIDTH * 4 / 10;
	char name[NAME_MAX + 1];

	buf_addf(out, "<text x=\"%lld\" y=\"%d\"%s>",
		 (long long)(behind ? x + w + 6 : before ? x - 4 : x + 4), y,
		 before ? " text-anchor=\"end\"" : behind ? "" : " class=over");
	report_html_text(out, str_clip(name, sizeof name, text));
	buf_adds(out, "</text>\n");
}

static void add_bar(struct buf *out, const struct report *r, const struct report_step *s, int y)
{
	int64_t end = s->ended_ms < 0 ? r->elapsed_ms : s->ended_ms;
	int64_t x = place(r, s->began_ms), w = place(r, end) - x;
	bool good = str_eq(s->outcome, "confirmed");

	buf_addf(out, "<rect class=%s x=\"%lld\" y=\"%d\" width=\"%lld\" height=\"12\"><title>",
		 good ? "good" : s->ended_ms < 0 ? "on" : "bad", (long long)x, y,
		 (long long)(w > 2 ? w : 2));
	report_html_text(out, s->name);
	buf_adds(out, ": ");
	report_html_text(out, s->mark);
	buf_adds(out, ", ");
	add_span(out, end - s->began_ms);
	buf_addf(out, " [%lld–%lld]</title></rect>\n", (long long)s->first_seq,
		 (long long)s->last_seq);
	add_label(out, s->name, x, w, y + 10);
}

static void add_picture(struct buf *out, const struct report *r)
{
	size_t n = 0;
	int y = TOP;

	for (size_t i = 0; i < r->n_steps; i++)
		n += r->steps[i].began_ms >= 0;
	buf_addf(out, "<svg viewBox=\"-6 0 %d %zu\" role=img aria-label=\"timeline\">\n",
		 WIDTH + 12, TOP + n * LANE + LANE);
	for (size_t i = 0; i < r->n_rows; i++)
		add_mark(out, r, &r->rows[i]);
	for (size_t i = 0; i < r->n_steps; i++)
		if (r->steps[i].began_ms >= 0) {
			add_bar(out, r, &r->steps[i], y);
			y += LANE;
		}
	buf_adds(out, "</svg>\n<p class=key>Dots, from above: decisions and guards, contacts, what "
		      "did not come out. Bars: steps, from first start to end.</p>\n");
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
	buf_clear(&b);
	buf_adds(&b, "machine ");
	add_span(&b, r->times.ns[CLASS_MACHINE] / 1000000);
	buf_adds(&b, ", people ");
	add_span(&b, r->times.ns[CLASS_THINKING] / 1000000);
	buf_adds(&b, ", waiting ");
	add_span(&b, r->times.ns[CLASS_WAITING] / 1000000);
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
	add_fact(out, "started in spite of errors", r->findings ? r->in_spite : NULL, 1);
	for (size_t i = 0; i < r->n_debts; i++)
		add_fact(out, "STILL DOWN", r->debts[i].key, r->debts[i].seq);
	buf_adds(out, "</table>\n");
}

static void add_row(struct buf *out, const struct report *r, const struct report_row *row)
{
	buf_adds(out, row->weight == VIEW_LOUD ? "<tr class=loud><td>" : "<tr><td>");
	add_time(out, r, row->wall);
	buf_adds(out, "<td>");
	add_span(out, row->at_ms);
	buf_adds(out, "<td>");
	report_html_text(out, row->name);
	buf_adds(out, "<td>");
	report_html_text(out, row->text);
	buf_adds(out, "<td>");
	report_html_text(out, row->actor);
	buf_adds(out, "<td>");
	add_seq(out, row->seq);
	buf_addc(out, '\n');
}

/* in 0: the timeline, all that says something to a person. */
void report_html_rows(struct buf *out, const struct report *r, unsigned in, const char *none)
{
	bool any = false;

	for (size_t i = 0; i < r->n_rows; i++) {
		if (in ? !(r->rows[i].in & in) : r->rows[i].weight == VIEW_QUIET)
			continue;
		if (!any)
			buf_adds(out, "<table><tr><th>UTC<th>after<th>step<th>what<th>who"
				      "<th>row\n");
		any = true;
		add_row(out, r, &r->rows[i]);
	}
	if (any)
		buf_adds(out, "</table>\n");
	else
		buf_addf(out, "<p>%s</p>\n", none);
}

static void add_rows(struct buf *out, const struct report *r, const char *heading, unsigned in)
{
	report_html_heading(out, r, heading);
	report_html_rows(out, r, in, "None.");
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
		for (int k = 0; k < 3; k++)
			if (c->excerpt[k]) {
				buf_adds(out, "<pre>\n");
				report_html_text(out, c->excerpt[k]);
				buf_adds(out, "</pre>\n");
			}
	}
	if (!r->n_cmds)
		buf_adds(out, "<p>None.</p>\n");
}

static void add_steps(struct buf *out, const struct report *r)
{
	report_html_heading(out, r, "steps");
	buf_adds(out, "<table><tr><th>step<th>state<th>attempts<th>took<th>machine<th>people"
		      "<th>waiting");
	for (int way = 0; way < WAYS; way++)
		if (report_earlier_of(r, way))
			buf_addf(out, "<th>earlier, %s", report_way_name(way));
	buf_adds(out, "<th>rows\n");
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
			add_span(out, s->times.ns[c] / 1000000);
		}
		for (int way = 0; way < WAYS; way++)
			if (report_earlier_of(r, way)) {
				buf_adds(out, "<td>");
				add_span(out, report_median(s, way));
			}
		buf_adds(out, "<td>");
		add_seq(out, s->first_seq);
		add_seq(out, s->last_seq);
		buf_addc(out, '\n');
	}
	buf_adds(out, "</table>\n");
}

/* --- the page --------------------------------------------------------------------------------- */

static const char style[] =
	"body{font:14px/1.4 sans-serif;margin:2em auto;max-width:72em;padding:0 1em}\n"
	"table{border-collapse:collapse}td,th{border-top:1px solid #ccc;padding:2px 8px;"
	"text-align:left;vertical-align:top;overflow-wrap:anywhere}\n"
	"pre{background:#f2f2f2;padding:6px;white-space:pre-wrap;overflow-wrap:anywhere}\n"
	"svg{width:100%;font:11px sans-serif}.n,.key{color:#666}.loud td{font-weight:bold}\n"
	".good{fill:#4a8f5c}.bad{fill:#c0392b}.on{fill:#d39b22}.contact{fill:#2d6fb3}"
	".decision{fill:#333}.over{fill:#fff}\n"
	".mode{position:fixed;top:0;right:0;padding:2px 10px;background:#333;color:#fff}\n"
	"@media print{tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}}\n";

void report_html(struct buf *out, const struct report *r)
{
	buf_adds(out, "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
		      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
		      "style-src 'unsafe-inline'\">\n");
	buf_addf(out, "<title>%s: ", report_mode(r));
	report_html_text(out, r->title);
	buf_addf(out, "</title>\n<style>\n%s</style></head><body>\n<div class=mode>%s</div>\n"
		      "<h1>%s: ", style, report_mode(r), report_mode(r));
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
	add_picture(out, r);
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
