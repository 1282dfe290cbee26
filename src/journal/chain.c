#include "chain.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Two lengths of 20 digits, a colon and a comma are more than any field adds to its bytes. */
enum { DIGITS_MAX = 20, FIELD_EXTRA = 2 * DIGITS_MAX + 2, FIELDS_MAX = 12 };

void chain_init(struct chain *c)
{
	*c = (struct chain){ .ctx = hash_new() };
}

void chain_release(struct chain *c)
{
	hash_free(c->ctx);
	free(c->text);
	*c = (struct chain){ 0 };
}

struct chain_text chain_str(const char *s)
{
	return (struct chain_text){ s, s ? strlen(s) : 0 };
}

/* --- fields ---------------------------------------------------------------------------------- */

/* Room for FIELDS_MAX fields of `bytes` bytes together and two hashes; the adds below do not look.
 */
static void reserve(struct chain *c, size_t bytes)
{
	size_t need = c->len + bytes + FIELDS_MAX * FIELD_EXTRA + 2 * (HASH_HEX_LEN + 1);
	if (need <= c->cap)
		return;
	c->text = mem_grow(c->text, need, 1);
	c->cap = need;
}

/* Decimal digits of v at the end of room, two at a time; returns where they begin. printf would
 * cost as much as the digest. */
static const char *digits(int64_t v, char room[DIGITS_MAX], size_t *ret_n)
{
	char *end = room + DIGITS_MAX, *p = end;
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	for (; u >= 100; u /= 100) {
		unsigned two = (unsigned)(u % 100);
		*--p = (char)('0' + two % 10);
		*--p = (char)('0' + two / 10);
	}
	if (u >= 10)
		*--p = (char)('0' + u % 10);
	*--p = (char)('0' + (u >= 10 ? u / 10 : u));
	if (v < 0)
		*--p = '-';
	*ret_n = (size_t)(end - p);
	return p;
}

static void add_text(struct chain *c, const char *p, size_t n)
{
	char *at = c->text + c->len;
	if (n < 10) {
		*at++ = (char)('0' + n);
	} else if (n < 100) {
		*at++ = (char)('0' + n / 10);
		*at++ = (char)('0' + n % 10);
	} else {
		char room[DIGITS_MAX];
		size_t len;
		const char *number = digits((int64_t)n, room, &len);
		memcpy(at, number, len);
		at += len;
	}
	*at++ = ':';
	memcpy(at, p, n);
	at += n;
	*at++ = ',';
	c->len = (size_t)(at - c->text);
}

static void add_field(struct chain *c, struct chain_text t)
{
	add_text(c, t.p ? t.p : "", t.p ? t.n : 0);
}

static void add_int(struct chain *c, int64_t v)
{
	char room[DIGITS_MAX];
	size_t n;
	const char *p = digits(v, room, &n);
	add_text(c, p, n);
}

/* The two digits of every byte: three hashes and a salt are written out for each row. */
static const char hex_pairs[] =
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
	"404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
	"606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
	"808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
	"a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
	"c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
	"e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

static void hex_of(const uint8_t *bytes, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		memcpy(out + 2 * i, hex_pairs + 2 * bytes[i], 2);
}

static void add_hash(struct chain *c, const uint8_t hash[HASH_LEN])
{
	hex_of(hash, HASH_LEN, c->text + c->len);
	c->len += HASH_HEX_LEN;
}

static void finish(struct chain *c, uint8_t ret[HASH_LEN])
{
	hash_add(c->ctx, c->text, c->len);
	hash_end(c->ctx, ret);
	c->len = 0;
}

/* --- digests --------------------------------------------------------------------------------- */

void chain_payload(struct chain *c, const uint8_t salt[CHAIN_SALT_LEN], const void *payload,
		   size_t n, uint8_t ret[HASH_LEN])
{
	char text[2 * CHAIN_SALT_LEN];
	hex_of(salt, CHAIN_SALT_LEN, text);
	hash_add(c->ctx, text, sizeof(text));
	hash_add(c->ctx, payload, n);
	hash_end(c->ctx, ret);
}

void chain_event(struct chain *c, const uint8_t prev[HASH_LEN], const struct chain_event *ev,
		 const uint8_t payload_hash[HASH_LEN], uint8_t ret[HASH_LEN])
{
	c->len = 0;
	reserve(c, ev->run.n + ev->boot_id.n + ev->kind.n + ev->step.n + ev->actor.n + ev->auth.n);
	add_hash(c, prev);
	add_text(c, ev->drill ? "drill" : "event", 5);
	add_field(c, ev->run);
	add_int(c, ev->seq);
	add_int(c, ev->wall);
	add_int(c, ev->boot);
	add_field(c, ev->boot_id);
	add_field(c, ev->kind);
	add_field(c, ev->step);
	add_int(c, ev->attempt);
	add_field(c, ev->actor);
	add_field(c, ev->auth);
	add_hash(c, payload_hash);
	finish(c, ret);
}

void chain_machine(struct chain *c, const uint8_t prev[HASH_LEN], const struct chain_link *link,
		   uint8_t ret[HASH_LEN])
{
	c->len = 0;
	reserve(c, link->what.n + link->run.n);
	add_hash(c, prev);
	add_text(c, "machine", 7);
	add_int(c, link->n);
	add_int(c, link->wall);
	add_field(c, link->what);
	add_field(c, link->run);
	add_int(c, link->seq);
	add_hash(c, link->head);
	finish(c, ret);
}

void chain_pin(struct chain *c, const char *run, int64_t n, const char *role, const char *path,
	       const uint8_t sha256[HASH_LEN], uint8_t ret[HASH_LEN])
{
	c->len = 0;
	reserve(c, strlen(run) + strlen(role) + strlen(path));
	add_text(c, "pin", 3);
	add_field(c, chain_str(run));
	add_int(c, n);
	add_field(c, chain_str(role));
	add_field(c, chain_str(path));
	add_hash(c, sha256);
	finish(c, ret);
}

void chain_checkpoint(struct chain *c, const struct chain_checkpoint *cp, uint8_t ret[HASH_LEN])
{
	c->len = 0;
	reserve(c, cp->run.n + cp->what.n + cp->who.n + cp->key.n + cp->signature.n + cp->why.n);
	add_text(c, "checkpoint", 10);
	add_int(c, cp->id);
	add_field(c, cp->run);
	add_int(c, cp->seq);
	add_field(c, cp->what);
	add_hash(c, cp->head);
	add_int(c, cp->wall);
	add_field(c, cp->who);
	add_field(c, cp->key);
	add_field(c, cp->signature);
	add_field(c, cp->why);
	finish(c, ret);
}

void chain_removal(struct chain *c, const struct chain_removal *r, uint8_t ret[HASH_LEN])
{
	c->len = 0;
	reserve(c, r->run.n + r->what.n + r->who.n + r->why.n + r->payloads.n + r->outputs.n);
	add_text(c, "removal", 7);
	add_int(c, r->id);
	add_field(c, r->run);
	add_field(c, r->what);
	add_int(c, r->wall);
	add_field(c, r->who);
	add_field(c, r->why);
	add_field(c, r->payloads);
	add_field(c, r->outputs);
	add_hash(c, r->rest_hash);
	finish(c, ret);
}
