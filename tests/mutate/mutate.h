/* What the parts of tool_mutate share. */
#ifndef TESTS_MUTATE_H
#define TESTS_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "hash.h"

struct sqlite3;

enum mut_class { MUT_NAMED, MUT_BY_SIGNATURE, MUT_BY_HEAD, MUT_ADDED, MUT_SAME, MUT_DAMAGED, MUT_WRONG, MUT_MAX };

struct member {
	char name[128];
	struct buf bytes;
};

struct members {
	struct member m[256];
	size_t n;
};

struct mutate {
	const char *journal, *run, *scratch, *shell;
	uint64_t dice;
	char what[512];            /* was done */
	char program[600], script[600]; /* what they say */
	int64_t compared, same_words;
	bool anew;                 /* all was computed anew, or cut at its end, or no row is touched */
	/* the honest ones */
	struct buf file;           /* the bundle, or journal.db */
	struct buf output;         /* the run's output file */
	struct members members;
	uint8_t content[HASH_LEN], record[HASH_LEN];
	char head[65], machine[65], manifest[65];
};

typedef enum mut_class mutate_fn(struct mutate *m);

void mutate_begin(struct mutate *m, bool bundle);
bool mutate_has_head(const char *path, const char *head);
void mutate_journal_begin(struct mutate *m);
void mutate_end(struct mutate *m);
mutate_fn mutate_bundle, mutate_journal;
mutate_fn mutate_journal_anew; /* of a record that somebody signed: that must name it */

void mutate_seed(struct mutate *m, uint64_t seed);
uint64_t mutate_roll(struct mutate *m, uint64_t n); /* 0 … n - 1 */
__attribute__((noreturn)) void mutate_die(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* Bytes: flips, deletes, inserts, swaps, truncates; says what in m->what. */
void mutate_bytes(struct mutate *m, struct buf *b);
/* Rows of a SQLite file at path; a bundle's where `bundle`. False: it took none of many. */
bool mutate_rows(struct mutate *m, const char *path, bool bundle);
void mutate_anew(struct mutate *m, const char *path);
/* Computes all digests of a record anew, as who has no key would. */
void mutate_rechain(struct sqlite3 *h, const char *run);
/* The digest of what a SQLite file says: schema, marks, every row. False: it cannot be read. */
bool mutate_content(const char *path, bool bundle, uint8_t ret[HASH_LEN]);

char *mutate_path(const struct mutate *m, const char *name); /* the caller's to free() */
void mutate_put(const char *path, const void *p, size_t n);
void mutate_get(const char *path, struct buf *ret);

#endif
