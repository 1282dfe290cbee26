/* Questions in SQL over the record: one SELECT over views whose names and columns stay
 * (docs/query.md).
 *
 * Nothing can be changed by it, and nothing else be reached: the file is open for reading only,
 * SQLite is told so once more (query_only), and an authorizer lets through SELECT over the views,
 * and functions but for those that load or read files. No ATTACH, PRAGMA, transaction, second
 * statement. Time and memory have a bound.
 */
#ifndef JOURNAL_JOURNAL_QUERY_H
#define JOURNAL_JOURNAL_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct journal;

enum {
	QUERY_SQL_MAX = 64 << 10,      /* bytes of a question */
	QUERY_MEMORY = 256 << 20,      /* bytes that SQLite may have while it answers */
	QUERY_OUTPUT_MAX = 1 << 20,    /* bytes that output_text() gives */
};

enum query_type { QUERY_NULL, QUERY_INT, QUERY_NUM, QUERY_TEXT, QUERY_BLOB };

struct query_value {
	enum query_type type;
	int64_t i;
	double d;
	const char *p; /* TEXT, BLOB; may hold NUL, need not be UTF-8 */
	size_t n;
};

/* Borrowed until the call returns. Non-zero ends the question, and is passed on. */
struct query_calls {
	void *ctx;
	int (*columns)(void *ctx, int n, const char *const *names);
	int (*row)(void *ctx, int n, const struct query_value *values);
	bool (*stop)(void *ctx); /* asked now and then; true: that is enough */
};

/* Asks `sql` of a journal that was opened for reading, and for nothing else: afterwards it takes
 * only further questions and journal_close. The memory's bound goes for all of SQLite in this
 * process, until it returns. ERR_USAGE: not one SELECT that SQLite takes, with its words.
 * ERR_DENIED: it would do or reach what it may not. ERR_LIMIT: more than `ms` or QUERY_MEMORY.
 * ERR_CANCEL: stop said so. ERR_BUSY, ERR_CORRUPT, ERR_IO. */
int journal_query(struct journal *j, const char *sql, int64_t ms, const struct query_calls *calls,
		  struct err *err);

#endif
