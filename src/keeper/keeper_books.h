/* The runbooks of a run, as they were pinned when it started or when one was called in. */
#ifndef KEEPER_BOOKS_H
#define KEEPER_BOOKS_H

#include <stddef.h>

#include "runbook.h"

struct buf;
struct err;
struct journal;
struct scenario;

struct pin {
	char *path, *role, *bytes;
	size_t n;
	char sha256[65];
	char *on_disk; /* where the file lies now; NULL: not to be said */
};

struct called {
	struct runbook *book;
	char sha256[65];
};

struct books {
	struct pin *pins;
	size_t n_pins, cap_pins;
	struct runbook *root; /* NULL: a blank run */
	struct called *called;
	size_t n_called, cap_called;
	char **told; /* sentences about changed files that are on record */
	size_t n_told;
};

/* Reads the pins of a run and loads its runbook from them. ERR_CORRUPT: a file is missing or what
 * was pinned does not load. */
int books_open(struct books *b, struct journal *j, const char *run, struct err *err);
void books_release(struct books *b);

/* The scenario that was pinned with a drill. ERR_CORRUPT: it is not there, or does not load. */
int books_scenario(const struct books *b, struct scenario **ret, struct err *err);

/* As engine_book_fn, with a struct books: a runbook called in earlier, loaded when it is needed. */
const struct runbook *books_find(void *books, const char *sha256);

/* Loads path (relative to `cwd`) from disk and pins all its files. *ret stays the books'; its
 * digest is files[0].sha256. ERR_PARSE and the like with the first finding in the sentence. */
int books_call(struct books *b, struct journal *j, const char *run, const char *cwd,
	       const char *path, const struct runbook **ret, struct err *err);

/* Says where the pinned files lie on disk: the runbook in cwd, the others as seen from it. */
void books_locate(struct books *b, const char *cwd);
/* A sentence of books_changed is on record already. */
void books_told(struct books *b, const char *sentence);
/* Writes "INDEX DIGEST" lines for the pinned files that can be read on disk; "INDEX gone" for
 * those that are not there. For a child: it may take for ever. */
void books_look(const struct books *b, struct buf *out);
/* Takes such lines. Appends, for each file that is not what was pinned, one sentence and a
 * newline, unless it was told before. */
void books_changed(struct books *b, const char *lines, struct buf *out);

#endif
