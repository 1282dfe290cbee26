/* zstd, where it pays. */
#ifndef JOURNAL_ZIP_H
#define JOURNAL_ZIP_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;

struct zip; /* both directions, with their tables; made anew for no chunk */

struct zip *zip_new(void);
void zip_free(struct zip *z); /* NULL is fine */

/* Compresses n bytes into *out (cleared first). *ret_packed is false, and *out unspecified, where
 * that would not be smaller: store the bytes themselves. ERR_NOMEM. */
int zip_pack(struct zip *z, const void *p, size_t n, int level, struct buf *out,
	     bool *ret_packed, struct err *err);

/* Appends what is packed in n bytes, which must come to exactly `size` bytes, to *out. ERR_CORRUPT;
 * nothing is appended then. */
int zip_unpack(struct zip *z, const void *p, size_t n, size_t size, struct buf *out,
	       struct err *err);

#endif
