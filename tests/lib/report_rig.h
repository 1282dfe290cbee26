/* A report of what a rig did, and what must hold of any report. Header only. */
#ifndef TESTS_REPORT_RIG_H
#define TESTS_REPORT_RIG_H

#include "unit.h"

#include "rig.h"

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

static inline void report_holds(const struct rig *r)
{
	struct report *rep = report_of(r, false);

	report_json_holds(r, rep);
	report_markdown_holds(rep);
	report_csv_holds(r, rep);
	report_free(rep);
}

#endif
