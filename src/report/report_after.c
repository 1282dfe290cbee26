/* The after-action part: what the record can say of the objectives, what people noted for the
 * runbook, and the judgement, which is left to people and marked as open. */
#include <string.h>

#include "json.h"
#include "reportint.h"
#include "str.h"

/* One objective, as the record has it. */
struct objective {
	const char *name;
	const char *result;  /* "met", "late", "missed", "open", "none": it was not asked for */
	int64_t ms;          /* -1: no time */
	int64_t seq;         /* that it stands on; 0: none */
	size_t count;        /* of wrong turns and the like */
	bool counts;
};

enum { OBJECTIVES = 8 };

static struct objective first(const struct report *r, const char *name, unsigned in, size_t skip)
{
	struct objective o = { .name = name, .result = "none", .ms = -1 };

	for (size_t i = skip; i < r->n_rows; i++)
		if (r->rows[i].in & in) {
			o.result = "met";
			o.ms = r->rows[i].at_ms;
			o.seq = r->rows[i].seq;
			break;
		}
	return o;
}

static struct objective counted(const struct report *r, const char *name, unsigned in)
{
	const struct report_row *row = report_first(r, in);
	struct objective o = { .name = name, .ms = -1, .counts = true };

	o.count = report_count(r, in);
	o.seq = row ? row->seq : 0;
	o.result = o.count ? "missed" : r->closed ? "met" : "open";
	return o;
}

static struct objective recovery(const struct report *r)
{
	struct objective o = { .name = "time to recovery", .ms = r->elapsed_ms };

	o.result = !r->closed ? "open" : !r->success ? "missed"
		 : r->has_rto && r->elapsed_ms > r->rto_ms ? "late" : "met";
	o.seq = r->closed ? r->closed_seq : r->events;
	return o;
}

static size_t objectives(const struct report *r, struct objective v[OBJECTIVES])
{
	size_t n = 0;

	v[n++] = first(r, "time to first decision", IN_DECISION, 1);
	v[n++] = first(r, "time to first contact", IN_TRY, 0);
	v[n++] = recovery(r);
	v[n] = (struct objective){ .name = "nothing is left down", .ms = -1, .counts = true,
				   .count = r->n_debts, .seq = r->n_debts ? r->debts[0].seq : 0 };
	v[n].result = !r->closed ? "open" : r->n_debts ? "missed" : "met";
	n++;
	v[n++] = counted(r, "no guard was passed by breaking the glass", IN_GLASS);
	v[n++] = counted(r, "no step was done again or undone", IN_REOPENED);
	v[n++] = counted(r, "the runbook was followed as written", IN_DEVIATION);
	return n;
}

static void add_objective(struct buf *out, const struct objective *o)
{
	buf_addf(out, "| %s | %s | ", o->name, o->result);
	if (o->ms >= 0)
		str_stopwatch(out, o->ms);
	if (o->counts)
		buf_addf(out, "%zu", o->count);
	buf_adds(out, " | ");
	if (o->seq)
		buf_addf(out, "[%lld]", (long long)o->seq);
	buf_adds(out, " |\n");
}

static void add_issue(struct buf *out, const struct report_row *row)
{
	buf_adds(out, "| ");
	report_md(out, row->text);
	buf_addf(out, " [%lld] | (open) | (open) | (open) |\n", (long long)row->seq);
}

static bool for_runbook(const struct report_row *row)
{
	return (row->in & IN_NOTE) && row->name;
}

static void add_changes(struct buf *out, const struct report *r)
{
	bool any = false;

	buf_adds(out, "\n### Noted for the runbook\n\n");
	for (size_t i = 0; i < r->n_rows; i++) {
		if (!for_runbook(&r->rows[i]))
			continue;
		any = true;
		buf_adds(out, "- step ");
		report_md(out, r->rows[i].name);
		buf_adds(out, ": ");
		report_md(out, r->rows[i].text);
		buf_addf(out, " [%lld]\n", (long long)r->rows[i].seq);
	}
	if (!any)
		buf_adds(out, "No note was taken on a step.\n");
}

void report_after_markdown(struct buf *out, const struct report *r)
{
	struct objective v[OBJECTIVES];
	size_t n = objectives(r, v), issues = 0;

	report_heading(out, r, "after-action");
	buf_adds(out, "What is marked (open) is for people to fill in: the record does not judge.\n"
		      "\n### Objectives\n\n| objective | result | figure | row |\n"
		      "|---|---|---|---|\n");
	for (size_t i = 0; i < n; i++)
		add_objective(out, &v[i]);
	buf_adds(out, "\n### What went well\n\n(open)\n\n### What to improve\n\n"
		      "| what the record has | corrective action | owner | by |\n"
		      "|---|---|---|---|\n");
	for (size_t i = 0; i < r->n_rows; i++)
		if (r->rows[i].in & (IN_DEVIATION | IN_TROUBLE)) {
			add_issue(out, &r->rows[i]);
			issues++;
		}
	if (!issues)
		buf_adds(out, "| (open) | (open) | (open) | (open) |\n");
	add_changes(out, r);
}

void report_after_json(struct jsonw *w, const struct report *r)
{
	struct objective v[OBJECTIVES];
	size_t n = objectives(r, v);

	jw_obj(w, "after_action");
	jw_arr(w, "objectives");
	for (size_t i = 0; i < n; i++) {
		jw_obj(w, NULL);
		jw_str(w, "objective", v[i].name);
		jw_str(w, "result", v[i].result);
		if (v[i].ms >= 0)
			jw_int(w, "ms", v[i].ms);
		else
			jw_null(w, "ms");
		if (v[i].counts)
			jw_int(w, "count", (int64_t)v[i].count);
		else
			jw_null(w, "count");
		if (v[i].seq)
			jw_int(w, "row", v[i].seq);
		else
			jw_null(w, "row");
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_arr(w, "noted_for_runbook");
	for (size_t i = 0; i < r->n_rows; i++)
		if (for_runbook(&r->rows[i]))
			jw_int(w, NULL, r->rows[i].seq);
	jw_end_arr(w);
	jw_null(w, "went_well");
	jw_null(w, "improvements");
	jw_end_obj(w);
}
