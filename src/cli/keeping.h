/* What is common to the verbs that keep and give back: redact, prune, hold, release. */
#ifndef CLI_KEEPING_H
#define CLI_KEEPING_H

#include <poll.h>
#include <stdint.h>

#include "err.h"

struct buf;
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

/* "3 pieces", "1 piece". */
void keeping_count(struct buf *out, int64_t n, const char *what);

#endif
