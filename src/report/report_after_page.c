/* The after-action part on paper: written once, by a pen for Markdown and for HTML. */
#include "report_after.h"

#include "reportint.h"
#include "str.h"

enum { SEQS = 12 };

struct pen {
	struct buf *out;
	const struct report *r;
	bool html;
};

/* --- the pen ---------------------------------------------------------------------------------- */

static void say(const struct pen *p, const char *md, const char *html)
{
	buf_adds(p->out, p->html ? html : md);
}

static void text(const struct pen *p, const char *s)
{
	if (p->html)
		report_html_text(p->out, s);
	else
		report_md(p->out, s);
}

static void title(const struct pen *p, const char *s)
{
	say(p, "\n### ", "<h3>");
	text(p, s);
	say(p, "\n\n", "</h3>\n");
}

static void heads(const struct pen *p, const char *const *v)
{
	say(p, "|", "<table><thead><tr>");
	for (size_t i = 0; v[i]; i++) {
		say(p, " ", "<th>");
		text(p, v[i]);
		say(p, " |", "");
	}
	say(p, "\n|", "\n");
	for (size_t i = 0; v[i]; i++)
		say(p, "---|", "");
	say(p, "\n", "<tbody>");
}

static void row(const struct pen *p)
{
	say(p, "|", "<tr>");
}

static void cell(const struct pen *p)
{
	say(p, " ", "<td>");
}

static void end(const struct pen *p)
{
	say(p, " |", "");
}

static void text_cell(const struct pen *p, const char *s)
{
	cell(p);
	text(p, s);
	end(p);
}

static void buf_cell(const struct pen *p, struct buf *b)
{
	text_cell(p, buf_str(b));
	buf_clear(b);
}

static void end_row(const struct pen *p)
{
	buf_addc(p->out, '\n');
}

static void end_table(const struct pen *p)
{
	say(p, "", "</table>\n");
}

static void seqs(const struct pen *p, const int64_t *v, size_t n, bool span)
{
	say(p, "", "<span class=n>");
	if (span && n == 2)
		buf_addf(p->out, "[%lld–%lld]", (long long)v[0], (long long)v[1]);
	for (size_t i = 0; i < n && !(span && n == 2) && i < SEQS; i++)
		buf_addf(p->out, "%s[%lld]", i ? " " : "", (long long)v[i]);
	if (n > SEQS)
		buf_addf(p->out, " and %zu more", n - SEQS);
	say(p, "", "</span>");
}

static void seqs_cell(const struct pen *p, const int64_t *v, size_t n, bool span)
{
	cell(p);
	seqs(p, v, n, span);
	end(p);
}

/* --- the parts -------------------------------------------------------------------------------- */

static void put_kind(const struct pen *p)
{
	const struct report *r = p->r;
	struct buf b = BUF_INIT;

	buf_adds(&b, r->drill ? "An exercise" : "A real run");
	if (r->drill)
		buf_addf(&b, ", %s", report_way_name(r->way));
	if (r->scenario_path)
		buf_addf(&b, ", by %s%s%s%s, seed %lld", r->scenario_path,
			 r->scenario_title ? " (" : "", r->scenario_title ? r->scenario_title : "",
			 r->scenario_title ? ")" : "", (long long)r->seed);
	if (r->pace > 1)
		buf_addf(&b, "; its time ran %lld times as fast as the clock, that of people too",
			 (long long)r->pace);
	buf_addf(&b, ". Objectives: %zu met, %zu late, %zu missed, %zu cannot be told. ",
		 report_after_count(r, SCORE_MET), report_after_count(r, SCORE_LATE),
		 report_after_count(r, SCORE_MISSED), report_after_count(r, SCORE_UNKNOWN));
	buf_adds(&b, "What is marked (open) is for people to fill in: the record does not judge.");
	say(p, "", "<p>");
	text(p, buf_str(&b));
	say(p, "\n", "</p>\n");
	buf_release(&b);
}

static void put_people(const struct pen *p)
{
	static const char *const names[] = { "who", "known by", "first row", NULL };

	title(p, "Who took part");
	heads(p, names);
	for (size_t i = 0; i < p->r->n_rows; i++) {
		if (!report_after_is_first(p->r, i))
			continue;
		row(p);
		text_cell(p, report_who(&p->r->rows[i]));
		text_cell(p, report_known_by(&p->r->rows[i]));
		seqs_cell(p, &p->r->rows[i].seq, 1, false);
		end_row(p);
	}
	end_table(p);
}

static void put_score(const struct pen *p, const struct report_score *o)
{
	struct buf b = BUF_INIT;

	row(p);
	buf_adds(&b, o->title);
	if (o->step)
		buf_addf(&b, " (%s)", o->step);
	buf_cell(p, &b);
	report_score_bound(&b, o);
	buf_cell(p, &b);
	report_score_figure(&b, o);
	buf_cell(p, &b);
	buf_adds(&b, report_score_result_name((int)o->result));
	if (o->why)
		buf_addf(&b, ": %s", o->why);
	buf_cell(p, &b);
	text_cell(p, o->before < 0 ? "–" : report_score_result_name(o->before));
	cell(p);
	seqs(p, o->rows, o->n_rows, false);
	if (o->n_observed) {
		buf_adds(p->out, "; observed ");
		seqs(p, o->observed, o->n_observed, false);
	}
	end(p);
	end_row(p);
	buf_release(&b);
}

static void put_scores(const struct pen *p)
{
	static const char *const names[] = { "objective", "wanted", "reached", "result",
					     "last time", "row", NULL };

	title(p, p->r->scores.own ? "Objectives of the scenario" : "Objectives");
	heads(p, names);
	for (size_t i = 0; i < p->r->scores.n; i++)
		put_score(p, &p->r->scores.v[i]);
	end_table(p);
}

static void put_restored(const struct pen *p)
{
	const struct report_restored *to = &p->r->restored;
	struct buf b = BUF_INIT;

	if (!to->known)
		return;
	buf_adds(&b, "Restored to ");
	report_when(&b, p->r, to->at);
	if (to->volume)
		buf_addf(&b, ", the oldest of its points (%s of %s)", to->point, to->volume);
	buf_adds(&b, ", counted from ");
	report_when(&b, p->r, to->from);
	buf_adds(&b, to->told ? ", when it happened. " : ", when the run was opened. ");
	say(p, "\n", "<p>");
	text(p, buf_str(&b));
	seqs(p, &to->seq, 1, false);
	say(p, "\n", "</p>\n");
	buf_release(&b);
}

static void put_open(const struct pen *p, size_t cells)
{
	row(p);
	for (size_t i = 0; i < cells; i++)
		text_cell(p, "(open)");
	end_row(p);
}

static void put_well(const struct pen *p)
{
	static const char *const names[] = { "what the record has", "row", NULL };
	struct after_lines l = { 0 };

	title(p, "What went well");
	report_after_went_well(p->r, &l);
	heads(p, names);
	for (size_t i = 0; i < l.n; i++) {
		row(p);
		text_cell(p, l.v[i].text);
		seqs_cell(p, l.v[i].rows, l.v[i].n_rows, l.v[i].span);
		end_row(p);
	}
	put_open(p, 2);
	end_table(p);
	report_after_lines_release(&l);
}

static const char *or_open(const char *s)
{
	return *s ? s : "(open)";
}

static void put_improve(const struct pen *p)
{
	static const char *const names[] = { "what the record has", "row", "corrective action",
					     "owner", "by", NULL };
	struct after_lines l = { 0 };
	struct buf why = BUF_INIT;

	title(p, "What to improve");
	report_after_owner_why(&why, p->r);
	if (why.len) {
		say(p, "", "<p>");
		text(p, buf_str(&why));
		say(p, "\n\n", "</p>\n");
	}
	report_after_to_improve(p->r, &l);
	heads(p, names);
	for (size_t i = 0; i < l.n; i++) {
		row(p);
		text_cell(p, l.v[i].text);
		seqs_cell(p, l.v[i].rows, l.v[i].n_rows, l.v[i].span);
		text_cell(p, "(open)");
		text_cell(p, or_open(report_after_owner(p->r)));
		text_cell(p, or_open(report_after_due(p->r)));
		end_row(p);
	}
	if (!l.n)
		put_open(p, 5);
	end_table(p);
	report_after_lines_release(&l);
	buf_release(&why);
}

static void put_noted(const struct pen *p)
{
	static const char *const names[] = { "step", "note", "row", NULL };
	bool any = false;

	title(p, "Noted for the runbook");
	for (size_t i = 0; i < p->r->n_rows; i++) {
		const struct report_row *at = &p->r->rows[i];

		if (!report_after_for_runbook(at))
			continue;
		if (!any)
			heads(p, names);
		any = true;
		row(p);
		text_cell(p, at->name);
		text_cell(p, at->text);
		seqs_cell(p, &at->seq, 1, false);
		end_row(p);
	}
	if (any)
		end_table(p);
	say(p, any ? "\n" : "No note was taken on a step.\n",
	    any ? "<p>" : "<p>No note was taken on a step.</p>\n");
	if (any)
		say(p, "`blackstart report --patch` has them as changes of the file.\n",
		    "blackstart report --patch has them as changes of the file.</p>\n");
}

static void put_all(const struct pen *p)
{
	const unsigned between = IN_INJECT | IN_OBSERVED | IN_HELP;

	put_kind(p);
	put_people(p);
	put_scores(p);
	put_restored(p);
	if (p->r->drill) {
		title(p, "What came in between, and what was observed");
		if (p->html)
			report_html_rows(p->out, p->r, between, "Nothing.");
		else
			report_md_rows(p->out, p->r, between, "Nothing.");
	}
	put_well(p);
	put_improve(p);
	put_noted(p);
}

void report_after_markdown(struct buf *out, const struct report *r)
{
	const struct pen p = { out, r, false };

	report_heading(out, r, "after-action");
	put_all(&p);
}

void report_after_html(struct buf *out, const struct report *r)
{
	const struct pen p = { out, r, true };

	report_html_heading(out, r, "after-action");
	put_all(&p);
}
