/* Hides texts in a stream of bytes, however that is cut into pieces.
 *
 * What may be the beginning of a hidden text is held back, HIDE_LONGEST bytes at most, until the
 * next bytes tell. Hidden bytes come out as MASK_SHOWN, once for any number of them in a row. What
 * comes out does not depend on where the stream was cut.
 */
#ifndef BASE_MASK_H
#define BASE_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "hide.h"

struct buf;

#define MASK_SHOWN "(hidden)"

struct mask {
	const struct hide *hide; /* borrowed; NULL: nothing is hidden */
	char held[HIDE_LONGEST];
	size_t n_held;
	size_t inside;           /* how many of the bytes to come lie in a hidden text */
	bool shown;              /* MASK_SHOWN was the last that came out */
};

/* Appends to out what may be shown. out has no bound, or one that is not met: what it does not take
 * is lost. */
void mask_add(struct mask *m, const char *p, size_t n, struct buf *out);
/* The stream ended: what was held back comes out, and m begins anew. */
void mask_end(struct mask *m, struct buf *out);

/* All at once: the text with what h knows hidden, the caller's to free(). NULL gives NULL. */
char *mask_text(const struct hide *h, const char *text);

#endif
