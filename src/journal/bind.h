/* Binding in order, one check at the end:
 *
 *     struct binder b = { .st = st };
 *     bind_text(&b, run);
 *     bind_int(&b, seq);
 *     rc = bind_step(&b, db, err);
 *
 * Texts and blobs are borrowed until the statement is reset or bound again.
 */
#ifndef JOURNAL_BIND_H
#define JOURNAL_BIND_H

#include <string.h>

#include "db.h"

struct binder {
	sqlite3_stmt *st;
	int at; /* parameters bound so far */
	int rc; /* the first refusal */
};

static inline void bind_note(struct binder *b, int rc)
{
	if (rc && !b->rc)
		b->rc = rc;
}

static inline void bind_int(struct binder *b, int64_t v)
{
	bind_note(b, sqlite3_bind_int64(b->st, ++b->at, v));
}

/* NULL binds NULL. */
static inline void bind_textn(struct binder *b, const char *s, size_t n)
{
	bind_note(b, sqlite3_bind_text64(b->st, ++b->at, s, n, SQLITE_STATIC, SQLITE_UTF8));
}

static inline void bind_text(struct binder *b, const char *s)
{
	bind_textn(b, s, s ? strlen(s) : 0);
}

static inline void bind_blob(struct binder *b, const void *p, size_t n)
{
	bind_note(b, sqlite3_bind_blob64(b->st, ++b->at, n ? p : "", n, SQLITE_STATIC));
}

static inline int bind_end(struct binder *b, struct db *d, struct err *err)
{
	return b->rc ? db_fail(d, b->rc, err) : 0;
}

/* The end, and the first step: as db_step. */
static inline int bind_step(struct binder *b, struct db *d, struct err *err)
{
	int rc = bind_end(b, d, err);
	return rc ? rc : db_step(d, b->st, err);
}

#endif
