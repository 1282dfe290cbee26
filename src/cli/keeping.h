/* What is common to the verbs that write beside the events: redact, prune, hold, release, sign. */
#ifndef CLI_KEEPING_H
#define CLI_KEEPING_H

#include <poll.h>
#include <stdint.h>

#include "err.h"

struct buf;
struct journal;
struct opts;

enum { KEEPING_TRY_MS = 5, KEEPING_TRIES = 600 };

/* Another program may be writing just now. */
#define PATIENTLY(rc, call) \
	do { \
		for (int try_ = 0; ((rc) = (call)) == ERR_BUSY && try_ < KEEPING_TRIES; try_++) \
			poll(NULL, 0, KEEPING_TRY_MS); \
	} while (0)

/* Who it goes on record as: the account; a name that is claimed stands before it. The caller's to
 * free(). */
char *keeping_who(const struct opts *o);

/* CLI_OK where the record of the run holds; else says that, and that `not_done`. */
int keeping_is_whole(struct journal *j, const char *run, const char *not_done);

/* "3 pieces", "1 piece". */
void keeping_count(struct buf *out, int64_t n, const char *what);

#endif
