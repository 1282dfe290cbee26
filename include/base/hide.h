/* Texts that nobody may see, in the forms in which programs repeat them: as they are, in base64
 * (also in the middle of something longer, with both alphabets, in lines of 64 and 76), in hex, per
 * cent encoded, with the escapes of JSON and of a shell, with line ends as a terminal prints them.
 * A long text is known piece by piece, so that a part of it is found as well. */
#ifndef BASE_HIDE_H
#define BASE_HIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "vault.h"

enum {
	HIDE_MIN = 4,       /* bytes of the shortest text that is taken: less is in everything */
	HIDE_PIECE = 64,    /* a longer text is known in pieces of this size */
	HIDE_LINE_MIN = 8,  /* of several lines, how long those are that are known by themselves */
	HIDE_LONGEST = 127, /* of all pieces, in any form */
};

struct hide_piece {
	const char *p; /* in the vault; HIDE_MIN to HIDE_LONGEST bytes */
	size_t n;
};

struct hide {
	struct hide_piece *v;     /* sorted by their bytes, each once */
	size_t n, cap;
	unsigned char twos[8192]; /* a bit for every two bytes that one begins with */
	struct vault vault;
};

/* Adds a text of n bytes (copied) with its forms; the line ends behind it are left out. False, and
 * nothing is done, for one that is shorter than HIDE_MIN. A stream that is under way hides it from
 * then on. */
bool hide_add(struct hide *h, const char *text, size_t n);
void hide_release(struct hide *h); /* all zeroes is a hide of nothing */

#endif
