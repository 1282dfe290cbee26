/* SHA-256 and scrypt by libcrypto, and randomness by the kernel. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HASH_LEN = 32, HASH_HEX_LEN = 64 };

struct err;
struct hash_ctx; /* a digest in the making */

struct hash_ctx *hash_new(void);
void hash_add(struct hash_ctx *h, const void *p, size_t n);
/* Finishes into out and makes h ready for the next digest. */
void hash_end(struct hash_ctx *h, uint8_t out[HASH_LEN]);
void hash_free(struct hash_ctx *h);

void hash_bytes(const void *p, size_t n, uint8_t out[HASH_LEN]);
void hash_hex(const uint8_t hash[HASH_LEN], char out[HASH_HEX_LEN + 1]);
void hash_hex_of(const void *p, size_t n, char out[HASH_HEX_LEN + 1]);
/* Reads n bytes out of 2 * n lower-case hex digits; out may be NULL. False: s is anything else. */
bool hash_unhex(const char *s, uint8_t *out, size_t n);

/* scrypt (RFC 7914) with a cost of 2^cost blocks of `block` * 128 bytes, `lanes` times: slow on
 * purpose, for what a person could guess. ERR_LIMIT: more than HASH_SCRYPT_MEMORY bytes, or a cost
 * that is none. */
enum { HASH_SCRYPT_MEMORY = 256 << 20, HASH_SCRYPT_LANES = 16 };
struct hash_scrypt {
	int cost, block, lanes;
};
int hash_scrypt(const struct hash_scrypt *how, const void *p, size_t n, const void *salt,
		size_t n_salt, uint8_t out[HASH_LEN], struct err *err);

/* Whether two digests are the same, in a time that does not tell where they differ. */
bool hash_same(const uint8_t a[HASH_LEN], const uint8_t b[HASH_LEN]);

/* n unpredictable bytes; aborts where the kernel gives none. */
void hash_random(void *p, size_t n);

#endif
