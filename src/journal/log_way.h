/* The ways to rows that are looked for. */
#ifndef JOURNAL_LOG_WAY_H
#define JOURNAL_LOG_WAY_H

#include "journal_own.h"

/* Each has an index behind it but the last, which goes by arrival. */
enum log_way { WAY_RUN, WAY_STEP, WAY_PERSON, WAY_KIND, WAY_PLACE, WAY_TIME, WAY_ARRIVAL,
	       WAY_MAX };

enum { LOG_AHEAD = 128 }; /* rows of a source that are known before they are looked at */

struct place {
	int64_t wall, id, seq;
};

/* Rows on one way, in its order: what is known of the next, and where to go on. */
struct source {
	enum log_way way;
	const char *arg;     /* run, step, person, kind or environment; borrowed */
	struct place at;     /* the last one known */
	struct place ahead[LOG_AHEAD];
	size_t n, next;
	bool dry;            /* nothing came behind the last one known */
};

/* Where a source ends: one bound of time (the other is in `at`) and one of arrival. */
struct way_end {
	bool reverse;
	int64_t wall, id;
};

/* A source at its beginning: rows after (reverse: before) `at`. */
void log_way_begin(struct source *s, enum log_way way, const char *arg, const struct place *at);

/* Inside a transaction or not: reads on where nothing is known. */
int log_way_fill(struct journal *j, struct source *s, const struct way_end *end, struct err *err);

/* How many rows the way has, at most `most`. */
int log_way_count(struct journal *j, const struct source *s, const struct way_end *end,
		  int64_t most, int64_t *ret, struct err *err);

/* Whether the file has the indexes that the ways go by. */
int log_way_indexed(struct journal *j, bool *ret, struct err *err);

/* Whether there is an index for this kind: it has none for what there is most of. */
bool log_way_has_kind(const char *kind);
bool log_way_has_kindn(const char *kind, size_t n);

#endif
