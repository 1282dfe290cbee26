/* What the passes over record.db share. */
#ifndef JOURNAL_EXTRACT_CHECK_H
#define JOURNAL_EXTRACT_CHECK_H

#include <sqlite3.h>

#include "chain.h"
#include "column.h"
#include "extract.h"

struct extract_check {
	sqlite3 *h;
	struct chain chain;
	const struct extract_files *files;
	struct extract_result *r;
	struct err *err;
	char run[JOURNAL_RUN_ID_MAX];
	/* from row to row of a pass */
	bool removals;           /* of format 2: has the table */
	int64_t n;
	bool linked;             /* head is of the row before */
	bool ended;              /* the machine's chain says that it was closed */
	uint8_t head[HASH_LEN];
};

/* A row; returns non-zero to end the pass, which is no error. */
typedef int extract_row_fn(struct extract_check *c, sqlite3_stmt *st);

/* Opens record.db to read, whoever made it; SQLite's code. *ret is to be closed in any case. */
int extract_open(const char *path, sqlite3 **ret);

struct extract_pass {
	const char *sql;
	extract_row_fn *fn;
};
#define EXTRACT_N(passes) (sizeof(passes) / sizeof((passes)[0]))

/* Calls fn for each row of a query. What SQLite cannot read is noted as a defect. Negative: an
 * error that is none of the file's. */
int extract_each(struct extract_check *c, const char *sql, extract_row_fn *fn);
/* One after the other, up to the first defect. */
int extract_passes(struct extract_check *c, const struct extract_pass *passes, size_t n);

/* Notes the first defect; always returns 1. */
int extract_defect(struct extract_check *c, int64_t seq, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static inline bool extract_bad(const struct extract_check *c)
{
	return !c->r->verify.whole;
}

struct chain_text extract_text(sqlite3_stmt *st, int column);
/* Whether the one number that a query for ?1 answers with is not 0. */
bool extract_is(struct extract_check *c, const char *sql, int64_t n);

/* The passes, each up to the first defect. */
int extract_check_events(struct extract_check *c);
int extract_check_machine(struct extract_check *c);
int extract_check_removals(struct extract_check *c);
int extract_check_checkpoints(struct extract_check *c);
int extract_check_files(struct extract_check *c);
int extract_check_outputs(struct extract_check *c);

#endif
