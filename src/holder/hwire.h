/* What keeper and holder say to each other: one frame of chan a message, a byte of type first.
 *
 * Numbers are little-endian, a text is its length (u32), its bytes and a NUL that the length leaves
 * out, so that the reader uses it in place. A reader that meets anything else is `bad` and stays
 * so.
 */
#ifndef HOLDER_HWIRE_H
#define HOLDER_HWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum { HWIRE_VERSION = 2 };

enum hwire_type {
	/* to the holder */
	HWIRE_HELLO,   /* u32 version; first, and once */
	HWIRE_PREPARE, /* see hspec.h; the standard input comes as a descriptor */
	HWIRE_GO,      /* token */
	HWIRE_DROP,    /* token */
	HWIRE_STOP,    /* token, u32 grace_ms */
	HWIRE_INPUT,   /* token, text */
	HWIRE_RESIZE,  /* token, u32 rows, u32 cols */
	HWIRE_FREE,    /* token, u32 stream, i64 upto */
	HWIRE_FORGET,  /* token */
	HWIRE_QUIT,    /* nothing */
	HWIRE_HIDE,    /* bytes that no stream may show from here on */
	HWIRE_REQUESTS,

	/* to the keeper */
	HWIRE_WELCOME = 64, /* u32 version */
	HWIRE_CURRENT,      /* nothing */
	HWIRE_PREPARED,     /* a status line as bytes, here and in the next three */
	HWIRE_RUNNING,
	HWIRE_ENDED,
	HWIRE_RAN,       /* running and ended in one, for what ended at once */
	HWIRE_REFUSED,   /* token, u32 errno, text why */
	HWIRE_OUTPUT,    /* token */
	HWIRE_STUCK,     /* token, text who */
	HWIRE_BLOCKED,   /* token, u32 errno */
	HWIRE_UNBLOCKED, /* token */
	HWIRE_DEAF,      /* token, u32 bytes */
	HWIRE_SEALED,    /* token; with a descriptor of what it printed; before its end is told */
	HWIRE_END,
};

/* --- writing: appends to b, which starts with hwire_start ----------------------------------- */

void hwire_start(struct buf *b, enum hwire_type type);
void hwire_put_u32(struct buf *b, uint32_t v);
void hwire_put_i64(struct buf *b, int64_t v);
void hwire_put_text(struct buf *b, const char *s);
void hwire_put_bytes(struct buf *b, const void *p, size_t n);

/* --- reading ------------------------------------------------------------------------------- */

struct hwire_in {
	const char *p;
	size_t left;
	bool bad;
};

struct hwire_in hwire_read(const void *p, size_t n, int *ret_type); /* type -1: an empty frame */
uint32_t hwire_u32(struct hwire_in *in);
int64_t hwire_i64(struct hwire_in *in);
const char *hwire_text(struct hwire_in *in);  /* no NUL inside; "" when bad */
const char *hwire_token(struct hwire_in *in); /* a text that is a token; "" when bad */
const char *hwire_bytes(struct hwire_in *in, size_t *ret_n);
bool hwire_done(const struct hwire_in *in);   /* nothing was bad and nothing is left */

#endif
