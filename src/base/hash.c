#include "hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "err.h"
#include "mem.h"

/* The algorithm is looked up once per digest object: the lookup costs more than a short digest. */
struct hash_ctx {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

/* libcrypto fails here only without memory or without SHA-256, and there is no record without. */
static void must(int ok)
{
	if (ok != 1)
		abort();
}

static void *take(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return mem_raw(n);
}

static void *take_more(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	if (n)
		return mem_grow(p, n, 1);
	free(p);
	return NULL;
}

static void give(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* Without memory the library may crash while it starts; so it never is without. Only what comes
 * before its first allocation counts. */
static void prepare(void)
{
	(void)CRYPTO_set_mem_functions(take, take_more, give);
}

struct hash_ctx *hash_new(void)
{
	struct hash_ctx *h = mem_alloc(sizeof(*h));

	prepare();
	/* The system's configuration of OpenSSL is read for providers of ciphers, which we have
	 * none of; it takes as long as the rest of our start. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	h->ctx = EVP_MD_CTX_new();
	must(h->md && h->ctx);
	must(EVP_DigestInit_ex(h->ctx, h->md, NULL));
	return h;
}

void hash_add(struct hash_ctx *h, const void *p, size_t n)
{
	must(EVP_DigestUpdate(h->ctx, p, n));
}

void hash_end(struct hash_ctx *h, uint8_t out[HASH_LEN])
{
	must(EVP_DigestFinal_ex(h->ctx, out, NULL));
	must(EVP_DigestInit_ex(h->ctx, NULL, NULL));
}

void hash_free(struct hash_ctx *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	EVP_MD_free(h->md);
	free(h);
}

void hash_bytes(const void *p, size_t n, uint8_t out[HASH_LEN])
{
	prepare();
	must(EVP_Digest(p, n, out, NULL, EVP_sha256(), NULL));
}

static const char digits[] = "0123456789abcdef";

void hash_hex(const uint8_t hash[HASH_LEN], char out[HASH_HEX_LEN + 1])
{
	for (size_t i = 0; i < HASH_LEN; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[HASH_HEX_LEN] = '\0';
}

void hash_hex_of(const void *p, size_t n, char out[HASH_HEX_LEN + 1])
{
	uint8_t hash[HASH_LEN];
	hash_bytes(p, n, hash);
	hash_hex(hash, out);
}

bool hash_unhex(const char *s, uint8_t *out, size_t n)
{
	if (!s || strlen(s) != 2 * n || strspn(s, digits) != 2 * n)
		return false;
	for (size_t i = 0; out && i < n; i++)
		out[i] = (uint8_t)((strchr(digits, s[2 * i]) - digits) << 4 |
				   (strchr(digits, s[2 * i + 1]) - digits));
	return true;
}

int hash_scrypt(const struct hash_scrypt *how, const void *p, size_t n, const void *salt,
		size_t n_salt, uint8_t out[HASH_LEN], struct err *err)
{
	uint64_t memory;

	if (how->cost < 1 || how->cost > 30 || how->block < 1 || how->block > 64 ||
	    how->lanes < 1 || how->lanes > HASH_SCRYPT_LANES)
		return err_set(err, ERR_LIMIT, "scrypt with %d, %d, %d is out of bounds",
			       how->cost, how->block, how->lanes);
	/* what the library adds up itself, to refuse more */
	memory = ((UINT64_C(1) << how->cost) + 2 + (uint64_t)how->lanes) * 128 *
		 (uint64_t)how->block;
	if (memory > HASH_SCRYPT_MEMORY)
		return err_set(err, ERR_LIMIT, "scrypt would need %llu bytes, at most %d are used",
			       (unsigned long long)memory, HASH_SCRYPT_MEMORY);
	prepare();
	if (EVP_PBE_scrypt(p, n, salt, n_salt, UINT64_C(1) << how->cost, (uint64_t)how->block,
			   (uint64_t)how->lanes, HASH_SCRYPT_MEMORY, out, HASH_LEN) != 1)
		return err_set(err, ERR_NOMEM, "scrypt could not be computed");
	return 0;
}

bool hash_same(const uint8_t a[HASH_LEN], const uint8_t b[HASH_LEN])
{
	return CRYPTO_memcmp(a, b, HASH_LEN) == 0;
}

void hash_random(void *p, size_t n)
{
	unsigned char *at = p;
	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		n -= (size_t)got;
	}
}
