/* A report of what a rig did, and what must hold of any report. Header only. */
#ifndef TESTS_REPORT_RIG_H
#define TESTS_REPORT_RIG_H

#include "unit.h"

#include "rig.h"

#include "../../src/report/reportint.h"
#include "report.h"
#include "view.h"

/* All rows of the rig, folded, told, and scored by a scenario, which may be NULL. */
static inline struct report *report_scored(const struct rig *r, bool unmask,
					   const struct scenario *s)
{
	struct view *v = view_new(r->blank ? NULL : &r->book, NULL, NULL);
	struct report *rep = report_new(unmask);
	struct err err = { 0 };

	report_objectives(rep, s);
	for (size_t i = 0; i < r->log.n; i++) {
		if (view_apply(v, &r->log.v[i], &err))
			fail_msg("%s", err.text);
		report_row(rep, v, &r->log.v[i]);
	}
	report_end(rep, v);
	view_free(v);
	report_after_action(rep, NULL, NULL);
	return rep;
}

static inline struct report *report_of(const struct rig *r, bool unmask)
{
	return report_scored(r, unmask, NULL);
}

static inline void report_rows_exist(const struct json *doc, const char *key, int64_t last)
{
	const struct json *list = json_get(doc, key);
	int64_t seq = 0, before = 0;

	for (size_t i = 0; i < json_len(list); i++) {
		assert_true(json_as_int(json_at(list, i), &seq));
		assert_true(seq > before && seq <= last);
		before = seq;
	}
}

/* Every row once, every number one of the record, every nanosecond booked once. */
static inline void report_json_holds(const struct rig *r, const struct report *rep)
{
	static const char *const parts[] = { "decisions", "deviations", "troubles", "guard",
					     "contacts", "notes", "wrong_turns" };
	const struct state *s = engine_state(r->e);
	struct buf b = BUF_INIT;
	struct json *doc = NULL;
	struct err err = { 0 };
	int64_t booked, most = 0;

	report_json(&b, rep);
	if (json_parse(b.data, b.len, &doc, &err))
		fail_msg("%s", err.text);
	assert_int_equal(json_int(doc, "rows", 0), s->seq);
	assert_int_equal(json_len(json_get(doc, "timeline")), r->log.n);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		report_rows_exist(doc, parts[i], s->seq);
	booked = json_int(doc, "machine_ms", 0) + json_int(doc, "thinking_ms", 0) +
		 json_int(doc, "waiting_ms", 0);
	for (size_t i = 0; i < r->log.n; i++) /* a clock that was set back books nothing twice */
		if (json_int(json_at(json_get(doc, "timeline"), i), "after_ms", 0) > most)
			most = json_int(json_at(json_get(doc, "timeline"), i), "after_ms", 0);
	assert_in_range(most - booked, 0, 2);
	json_free(doc);
	buf_release(&b);
}

/* Outside its own lines no character is markup: tags, and headings that are not the report's. */
static inline void report_markdown_holds(const struct report *rep)
{
	struct buf b = BUF_INIT;

	report_markdown(&b, rep);
	for (const char *c = b.data; *c; c++) {
		assert_true(*c == '\n' || (unsigned char)*c >= ' ');
		if (*c == '<')
			assert_true(c > b.data && c[-1] == '\\');
		if (*c == '#' && (c == b.data || c[-1] == '\n'))
			assert_true(strstr(c, ": ") != NULL || strstr(c, "[") != NULL);
	}
	buf_release(&b);
}

static inline void report_csv_holds(const struct rig *r, const struct report *rep)
{
	struct buf b = BUF_INIT;
	size_t lines = 0, quotes = 0;

	report_csv(&b, rep);
	for (const char *c = b.data; *c; c++) {
		quotes += *c == '"';
		if (*c == '\n') {
			lines++;
			assert_int_equal(quotes % 2, 0);
		}
	}
	assert_int_equal(lines, r->log.n + 1);
	buf_release(&b);
}

/* In order, one after the other, inside the run; together what was booked. */
static inline void report_spans_hold(const struct report *rep)
{
	for (size_t i = 0; i < rep->n_steps; i++) {
		const struct report_step *s = &rep->steps[i];
		int64_t ms[CLASS_MAX] = { 0 }, n = 1, last = 0;
		const struct report_span *at = report_span_at(rep, s->spans.first);

		for (; at; at = report_span_at(rep, at->next), n++) {
			assert_true(at->from >= last && at->to >= at->from);
			assert_true(at->to <= rep->last / 1000000);
			ms[at->class] += at->to - at->from;
			last = at->to;
		}
		for (int c = CLASS_MACHINE; c < CLASS_MAX; c++)
			assert_true(llabs(ms[c] - s->times.ns[c] / 1000000) <= n);
	}
}

/* Each tag that is opened in the picture is closed; no shape is outside of it. */
static inline void report_picture_holds(const struct report *rep)
{
	static const char *const tags[] = { "figure", "svg", "g", "rect", "circle", "title",
					    "text" };
	struct buf b = BUF_INIT;

	report_picture(&b, rep);
	for (size_t i = 0; i < COUNT_OF(tags); i++) {
		char open[16], end[16];
		long depth = 0;

		snprintf(open, sizeof open, "<%s", tags[i]);
		snprintf(end, sizeof end, "</%s>", tags[i]);
		for (const char *c = buf_str(&b); (c = strchr(c, '<')); c++) {
			size_t len = strlen(open);

			if (strncmp(c, open, len) == 0 && (c[len] == ' ' || c[len] == '>'))
				depth++;
			else if (strncmp(c, end, len + 2) == 0)
				depth--;
			assert_true(depth >= 0);
		}
		assert_int_equal(depth, 0);
	}
	for (const char *c = buf_str(&b); (c = strstr(c, " x=")); c++)
		assert_in_range((unsigned long)atof(c + 3), 0, 100);
	buf_release(&b);
}

static inline void report_holds(const struct rig *r)
{
	struct report *rep = report_of(r, false);

	report_json_holds(r, rep);
	report_markdown_holds(rep);
	report_csv_holds(r, rep);
	report_spans_hold(rep);
	report_picture_holds(rep);
	report_free(rep);
}

#endif
