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

/* On a terminal: takes in what was typed so far, and drops each whole line of it that `keep` does
 * not want; `dropped` is told. hard: what the terminal still holds back goes too, the line that is
 * being typed included. Elsewhere nothing. */
void plain_in_flush(struct plain_in *in, bool hard, bool (*keep)(void *ctx, const char *line),
		    void (*dropped)(void *ctx, const char *line), void *ctx);

/* Echo off, on a terminal; and on. */
void plain_in_hide(struct plain_in *in, bool hide);

#endif
