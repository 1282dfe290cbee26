/* Base64 (RFC 4648): keys in files, keystrokes in intents, signatures. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Appends the bytes; padding may be left out. False for what is none; *out may have grown then. */
bool base64_decode(const char *s, size_t n, struct buf *out);
/* Appends the text, without padding. */
void base64_encode(struct buf *out, const void *p, size_t n);

#endif
