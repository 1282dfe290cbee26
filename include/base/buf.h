/* Bytes that grow, up to a bound that the owner states.
 *
 * `BUF_INIT` (or all zeroes) is a valid empty buffer without a bound. data is always NUL
 * terminated one byte past len (NULL while nothing was ever added), so a buffer of text is a C
 * string. A buffer with `max` set refuses to pass it: the add returns ERR_LIMIT, sets `over`, and
 * changes nothing else.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL until the first add: use buf_str() */
	size_t len, cap;
	size_t max; /* 0: no bound */
	bool over;  /* an add was refused */
	bool secret; /* what it gives back is overwritten before */
};

#define BUF_INIT ((struct buf){ 0 })

int buf_add(struct buf *b, const void *p, size_t n); /* p must not lie inside b */
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_clear(struct buf *b);             /* len 0, over false, memory kept */
void buf_release(struct buf *b);           /* frees; back to BUF_INIT (max and secret kept) */
void buf_drop(struct buf *b, size_t n);    /* takes n bytes off the front, at most all */
void buf_cut(struct buf *b, size_t len);   /* shortens to len; longer changes nothing */
const char *buf_str(const struct buf *b);  /* never NULL; valid until the next change */
char *buf_take(struct buf *b);             /* never NULL, the caller's to free(); b is empty then */

#endif
