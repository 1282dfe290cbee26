/* What a command printed, as lines that a person may see.
 *
 * Bytes go in as they come, in any portions; lines come out, harmless. Of a terminal's bytes the
 * control sequences are taken out, a carriage return starts the line anew and a backspace takes a
 * character back, so that a progress bar is one line; of a pipe's bytes every one is shown.
 */
#ifndef PLAIN_STRIP_H
#define PLAIN_STRIP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum { STRIP_LINE_MAX = 4096 }; /* a longer line comes out in pieces */

struct strip {
	bool terminal;
	int state;
	bool cr;          /* a carriage return came last */
	unsigned redraws; /* how often what was said of the line was taken back */
	struct buf line;  /* raw bytes of the line so far, at most STRIP_LINE_MAX */
};

void plain_strip_release(struct strip *s);

/* Calls fn with each line that is complete (or too long), without its newline, made harmless. */
void plain_strip_feed(struct strip *s, const char *p, size_t n,
		void (*fn)(void *ctx, const char *line), void *ctx);

/* What there is of the last line, harmless, appended; the line goes on. Returns whether there is
 * any. */
bool plain_strip_rest(const struct strip *s, struct buf *out);

#endif
