/* Columns of a row as the chain takes them; borrowed until the next step. */
#ifndef JOURNAL_COLUMN_H
#define JOURNAL_COLUMN_H

#include <string.h>

#include <sqlite3.h>

#include "chain.h"

/* NULL where it is no digest. */
static inline const uint8_t *column_digest(sqlite3_stmt *st, int column)
{
	const uint8_t *p = sqlite3_column_blob(st, column);

	return p && sqlite3_column_bytes(st, column) == HASH_LEN ? p : NULL;
}

static inline struct chain_text column_text(sqlite3_stmt *st, int column)
{
	const char *p = (const char *)sqlite3_column_text(st, column);

	return (struct chain_text){ p, p ? (size_t)sqlite3_column_bytes(st, column) : 0 };
}

/* NULL is like nothing, not even like another. */
static inline bool column_same(struct chain_text a, struct chain_text b)
{
	return a.p && b.p && a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

#endif
