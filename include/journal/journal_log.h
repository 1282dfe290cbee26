/* Looking for rows: of one run, of several, of all, in the order of their time or of arrival.
 *
 * Rows come in the order of their time where nothing is said (rows of one time, and rows of one
 * run, in the order in which they were written), in the order of arrival with `arrival`. A journal
 * of an older format that is only read has no indexes to look with: there it is always arrival, and
 * every row is looked at. Arrival has no holes: a writer is alone while it writes, so no row with a
 * smaller id appears behind one that was seen.
 */
#ifndef JOURNAL_JOURNAL_LOG_H
#define JOURNAL_JOURNAL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"
#include "run_id.h"

struct err;
struct event;
struct journal;
struct journal_log;

enum { LOG_NEEDLE_MAX = 1024 }; /* bytes of a text that is looked for */

/* What a row must be: all that is said. Borrowed until journal_log_close. */
struct log_filter {
	const char *const *runs; /* one of these; n_runs 0: any */
	size_t n_runs;
	int64_t from, to;        /* wall time in ns, from <= it < to */
	int64_t after;           /* arrived after the row of this id; 0: any */
	const char *person;      /* who did it: a person of exactly this name */
	const char *step;        /* its key, or its id, which goes for all items of it */
	uint64_t kinds;          /* bit 1 << enum event_kind; 0: any */
	const char *environment; /* the row names it */
	const char *text;        /* in a text of its payload, in its step or actor; ASCII case is
				  * one */
	const char *output;      /* an `output` row whose chunk has it; ASCII case is one */
};
#define LOG_FILTER_ANY ((struct log_filter){ .from = INT64_MIN, .to = INT64_MAX })

enum log_order { LOG_FORWARD, LOG_REVERSE, LOG_ARRIVAL };

struct log_row {
	int64_t id;
	const char *run;
	bool drill;              /* its run says that it is one */
	const struct event *ev;  /* body NULL: it was taken out */
	uint8_t hash[HASH_LEN];
	const char *line;        /* with `output`: the line that has it, else NULL */
	size_t n_line;
};

/* ERR_LIMIT: a text that is too long to look for. ERR_USAGE: not the id of a run. */
int journal_log_open(struct journal *j, const struct log_filter *f, enum log_order order,
		     struct journal_log **ret, struct err *err);
void journal_log_close(struct journal_log *l); /* NULL is fine */

/* Looks at the next rows, some hundred of them at most, in one transaction of at most 10 ms, and
 * calls fn, outside of it, for those that fit, until it returns non-zero (passed on). What is
 * borrowed goes with the call. Returns 0 and sets *ret_end when there is no more now; called again
 * later it goes on with what has arrived since (but for LOG_REVERSE). ERR_CORRUPT for a row that
 * cannot be told. */
int journal_log_next(struct journal_log *l, int (*fn)(void *ctx, const struct log_row *row),
		     void *ctx, bool *ret_end, struct err *err);

/* Chunks that were to be looked through and are not on record, or no longer. */
int64_t journal_log_missed(const struct journal_log *l);
/* Others, whose bytes were pruned or redacted, which is on record. */
int64_t journal_log_pruned(const struct journal_log *l);

/* The id of the last row that was looked at; with LOG_ARRIVAL all up to it were. f->after before
 * any. */
int64_t journal_log_at(const struct journal_log *l);

/* Whether a row of a run fits the filter, for rows that were read by other means. 1: yes; *ret_line
 * as in struct log_row, until the next call. */
int journal_log_fits(struct journal_log *l, const char *run, const struct event *ev,
		     const char **ret_line, size_t *ret_n_line, struct err *err);

/* The id and hash of the last row that arrived; 0 where there is none. */
int journal_log_last(struct journal *j, int64_t *ret_id, uint8_t ret_hash[HASH_LEN],
		     struct err *err);
/* Whether the last row of a run closes it. ERR_NOTFOUND. */
int journal_log_closed(struct journal *j, const char *run, bool *ret, struct err *err);
/* The hash of the row of this id. ERR_NOTFOUND. */
int journal_log_hash(struct journal *j, int64_t id, uint8_t ret_hash[HASH_LEN], struct err *err);

#endif
