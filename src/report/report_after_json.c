/* The after-action part for machines. */
#include "report_after.h"

#include "clock.h"
#include "json.h"
#include "reportint.h"

/* -1 is null: there is no such figure. */
static void put_figure(struct jsonw *w, const char *key, int64_t v)
{
	if (v < 0)
		jw_null(w, key);
	else
		jw_int(w, key, v);
}

static void put_rows(struct jsonw *w, const char *key, const int64_t *v, size_t n)
{
	jw_arr(w, key);
	for (size_t i = 0; i < n; i++)
		jw_int(w, NULL, v[i]);
	jw_end_arr(w);
}

static void put_time(struct jsonw *w, const char *key, int64_t wall)
{
	struct buf at = BUF_INIT;

	clock_utc(&at, wall, 3);
	jw_str(w, key, buf_str(&at));
	buf_release(&at);
}

static void put_score(struct jsonw *w, const struct report_score *o)
{
	jw_obj(w, NULL);
	jw_str(w, "id", o->id);
	jw_str(w, "title", o->title);
	jw_str(w, "measure", report_score_measure_name(o->measure));
	jw_str(w, "step", o->step);
	jw_str(w, "result", report_score_result_name((int)o->result));
	jw_str(w, "why", o->why);
	put_figure(w, "within_ms", o->within_ms);
	put_figure(w, "late_ms", o->late_ms);
	put_figure(w, "at_most", o->at_most);
	put_figure(w, "reached_ms", o->ms);
	put_figure(w, "count", o->count);
	jw_str(w, "last_time", o->before < 0 ? NULL : report_score_result_name(o->before));
	put_rows(w, "rows", o->rows, o->n_rows);
	put_rows(w, "observed", o->observed, o->n_observed);
	jw_end_obj(w);
}

static void put_restored(struct jsonw *w, const struct report_restored *to)
{
	if (!to->known) {
		jw_null(w, "restored");
		return;
	}
	jw_obj(w, "restored");
	put_time(w, "to", to->at);
	jw_str(w, "point", to->point);
	jw_str(w, "volume", to->volume);
	put_time(w, "counted_from", to->from);
	jw_bool(w, "when_it_happened", to->told);
	jw_int(w, "age_ms", to->age_ms);
	jw_int(w, "row", to->seq);
	jw_end_obj(w);
}

static void put_well(struct jsonw *w, const struct report *r)
{
	struct after_lines l = { 0 };

	report_after_went_well(r, &l);
	jw_arr(w, "went_well");
	for (size_t i = 0; i < l.n; i++) {
		jw_obj(w, NULL);
		jw_str(w, "text", l.v[i].text);
		put_rows(w, "rows", l.v[i].rows, l.v[i].n_rows);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	report_after_lines_release(&l);
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static void put_improve(struct jsonw *w, const struct report *r)
{
	struct after_lines l = { 0 };

	report_after_to_improve(r, &l);
	jw_arr(w, "improvements");
	for (size_t i = 0; i < l.n; i++) {
		jw_obj(w, NULL);
		jw_str(w, "text", l.v[i].text);
		put_rows(w, "rows", l.v[i].rows, l.v[i].n_rows);
		jw_null(w, "action");
		jw_str(w, "owner", or_null(report_after_owner(r)));
		jw_str(w, "due", or_null(report_after_due(r)));
		jw_end_obj(w);
	}
	jw_end_arr(w);
	report_after_lines_release(&l);
}

void report_after_json(struct jsonw *w, const struct report *r)
{
	jw_obj(w, "after_action");
	jw_str(w, "scenario_title", r->scenario_title);
	jw_arr(w, "people");
	for (size_t i = 0; i < r->n_rows; i++) {
		if (!report_after_is_first(r, i))
			continue;
		jw_obj(w, NULL);
		jw_str(w, "name", report_who(&r->rows[i]));
		jw_str(w, "how", report_known_by(&r->rows[i]));
		jw_int(w, "row", r->rows[i].seq);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_str(w, "objectives_of", r->scores.own ? "scenario" : "runbook");
	jw_arr(w, "objectives");
	for (size_t i = 0; i < r->scores.n; i++)
		put_score(w, &r->scores.v[i]);
	jw_end_arr(w);
	jw_int(w, "met", (int64_t)report_after_count(r, SCORE_MET));
	jw_int(w, "late", (int64_t)report_after_count(r, SCORE_LATE));
	jw_int(w, "missed", (int64_t)report_after_count(r, SCORE_MISSED));
	jw_int(w, "cannot_tell", (int64_t)report_after_count(r, SCORE_UNKNOWN));
	put_restored(w, &r->restored);
	put_well(w, r);
	put_improve(w, r);
	jw_arr(w, "noted_for_runbook");
	for (size_t i = 0; i < r->n_rows; i++)
		if (report_after_for_runbook(&r->rows[i]))
			jw_int(w, NULL, r->rows[i].seq);
	jw_end_arr(w);
	jw_end_obj(w);
}
