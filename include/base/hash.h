/* SHA-256 by libcrypto, and randomness by the kernel. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_LEN = 32, HASH_HEX_LEN = 64 };

struct hash_ctx; /* a digest in the making */

struct hash_ctx *hash_new(void);
void hash_add(struct hash_ctx *h, const void *p, size_t n);
/* Finishes into out and makes h ready for the next digest. */
void hash_end(struct hash_ctx *h, uint8_t out[HASH_LEN]);
void hash_free(struct hash_ctx *h);

void hash_bytes(const void *p, size_t n, uint8_t out[HASH_LEN]);
void hash_hex(const uint8_t hash[HASH_LEN], char out[HASH_HEX_LEN + 1]);
void hash_hex_of(const void *p, size_t n, char out[HASH_HEX_LEN + 1]);

/* n unpredictable bytes; aborts where the kernel gives none. */
void hash_random(void *p, size_t n);

#endif
