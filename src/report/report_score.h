/* What a run was to reach, and what it came to: made by report_end from its rows and its last
 * state. */
#ifndef REPORT_REPORT_SCORE_H
#define REPORT_REPORT_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario_inject.h"

struct inst;
struct json;
struct jsonw;
struct report;
struct state;
struct view;
struct event;

/* Behind those of scenarios: nothing is left down. Only where no scenario says what counts. */
enum { MEASURE_OWED = SCENARIO_MEASURES, MEASURES };

enum score_result { SCORE_MET, SCORE_LATE, SCORE_MISSED, SCORE_UNKNOWN, SCORE_RESULTS };

struct report_score {
	char *id, *title, *step; /* step NULL: of the run */
	char *why;               /* in words, where the figure does not say it; NULL */
	int measure;
	enum score_result result;
	int64_t within_ms, late_ms, at_most; /* -1: no such bound */
	int64_t ms, count;                   /* what was reached; -1: no such figure */
	int64_t *rows;                       /* that it stands on */
	size_t n_rows;
	int64_t *observed;                   /* what the facilitator saw of it */
	size_t n_observed;
	int before;                          /* result of the newest earlier run that is alike and
					      * has it; -1 */
};

struct report_scores {
	struct report_score *v;
	size_t n;
	bool own;                /* a scenario says what counts */
};

/* The data that was put back. */
struct report_restored {
	bool known;
	char *volume, *point, *why; /* of the oldest; why NULL, or it is not known */
	int64_t at, from;        /* wall: of that point; of the moment it is counted from */
	int64_t age_ms, seq;     /* seq: the row that chose it */
	bool told;               /* from: a value of the runbook's says it, else the opening */
};

void report_score(struct report *r, const struct state *s);
void report_scores_release(struct report_scores *v);
/* "met", "late", "missed", "cannot tell". */
const char *report_score_result_name(int result);
const char *report_score_measure_name(int measure);
/* The figure, and what was asked for, in words. */
struct buf;
void report_score_figure(struct buf *out, const struct report_score *o);
void report_score_bound(struct buf *out, const struct report_score *o);
/* Those of an earlier run beside those of this one. */
void report_scores_before(struct report *r, const struct report *o);

/* report_restored.c */
void report_find_restored(struct report *r, const struct state *s);
void report_restored_release(struct report_restored *v);

#endif
