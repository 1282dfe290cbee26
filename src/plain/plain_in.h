/* Lines from a person, a pipe or a file: whole ones only, taken one at a time. */
#ifndef PLAIN_IN_H
#define PLAIN_IN_H

#include <stdbool.h>

#include "buf.h"

struct plain_in {
	int fd;
	bool tty;
	bool eof;       /* nothing more will come */
	bool too_long;  /* a line over the limit was dropped: to be said once */
	bool dropping;  /* … its rest is being dropped */
	bool hidden;    /* echo is off */
	struct buf raw; /* read and not taken */
};

void plain_in_init(struct plain_in *in, int fd);
void plain_in_release(struct plain_in *in); /* echo comes back */

/* Reads once, what is there; waits only where fd is not ready. At the end of input sets eof. */
void plain_in_read(struct plain_in *in);

/* Whether a whole line waits; *ret (may be NULL) gets it as it is, without its newline, and it
 * stays. */
bool plain_in_peek(const struct plain_in *in, struct buf *ret);
void plain_in_take(struct plain_in *in); /* … and it is gone */

/* On a terminal: drops all that was typed so far. Elsewhere nothing. */
void plain_in_flush(struct plain_in *in);

/* Echo off, on a terminal; and on. */
void plain_in_hide(struct plain_in *in, bool hide);

#endif
