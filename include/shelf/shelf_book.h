/* One runbook, read whole: to be looked at before it is started. */
#ifndef SHELF_SHELF_BOOK_H
#define SHELF_SHELF_BOOK_H

#include <stddef.h>

struct buf;
struct runbook;

struct shelf_book {
	struct runbook *rb;      /* NULL: no list of steps could be made of it */
	size_t errors, warnings;
	char *findings;          /* a line each, harmless; "" for none */
};

/* Reads it from disk with all that it calls. Never fails: what is wrong is in findings. */
void shelf_book_read(const char *path, struct shelf_book *ret);
void shelf_book_release(struct shelf_book *b);

/* The numbered checklist, at most `width` columns; nothing where there is no list of steps. */
void shelf_book_print(struct buf *out, const struct shelf_book *b, int width);

#endif
