/* The entries that a good row has in each index. They are summed as hashes under a key that nobody
 * knew when the file was written, so that no other entries come to the same. */
#include <string.h>

#include "log_way.h"
#include "verify_own.h"

/* --- sums ------------------------------------------------------------------------------------- */

static inline uint64_t turned(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = turned(v[1], 13) ^ v[0];
	v[0] = turned(v[0], 32);
	v[2] += v[3];
	v[3] = turned(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = turned(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = turned(v[1], 17) ^ v[2];
	v[2] = turned(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

/* SipHash-1-3 of an entry: its numbers, then the key's text. */
static uint64_t entry_hash(const uint64_t k[2], enum index_of which, struct chain_text text,
			   int64_t wall, int64_t id)
{
	uint64_t v[4] = { k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d,
			  k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573 };
	uint64_t word = 0;

	sip_word(v, (uint64_t)wall);
	sip_word(v, (uint64_t)id);
	sip_word(v, (uint64_t)text.n << 8 | (uint64_t)which);
	for (size_t i = 0; i < text.n; i += sizeof(word)) {
		size_t n = text.n - i < sizeof(word) ? text.n - i : sizeof(word);

		word = 0;
		memcpy(&word, text.p + i, n);
		sip_word(v, word);
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void verify_index_put(struct index_sums *s, const struct index_key *key, enum index_of which,
		      struct chain_text text, int64_t wall, int64_t id)
{
	s->n[which]++;
	s->sum[which] += entry_hash(key->k, which, text, wall, id);
}

void verify_index_join(struct index_sums *to, const struct index_sums *more)
{
	for (int i = 0; i < INDEX_MAX; i++) {
		to->n[i] += more->n[i];
		to->sum[i] += more->sum[i];
	}
}

/* --- what a row must have --------------------------------------------------------------------- */

/* How many characters that is, and how many bytes so many are, as SQLite's instr() and substr()
 * have it: they differ where a text is no good UTF-8. */
static size_t chars_in(const char *p, size_t n)
{
	size_t chars = n > 0 && ((unsigned char)p[0] & 0xc0) == 0x80;

	for (size_t i = 0; i < n; i++)
		chars += ((unsigned char)p[i] & 0xc0) != 0x80;
	return chars;
}

static size_t bytes_of(struct chain_text t, size_t chars)
{
	size_t at = 0;

	while (chars-- > 0 && at < t.n && t.p[at]) {
		if ((unsigned char)t.p[at++] < 0xc0)
			continue;
		while (at < t.n && ((unsigned char)t.p[at] & 0xc0) == 0x80)
			at++;
	}
	return at;
}

/* LOG_PLACE */
static bool place_of(struct chain_text payload, struct chain_text *ret)
{
	static const char member[] = "\"environment\":\"";
	const char *at = !payload.p ? NULL :
		memmem(payload.p, payload.n, member, sizeof(member) - 1);

	if (!at)
		return false;
	size_t from = bytes_of(payload, chars_in(payload.p, (size_t)(at - payload.p)) +
			       sizeof(member) - 1);
	struct chain_text rest = { payload.p + from, payload.n - from };
	const char *end = memchr(rest.p, '"', rest.n);

	rest.n = end ? bytes_of(rest, chars_in(rest.p, (size_t)(end - rest.p))) : 0;
	*ret = rest;
	return true;
}

static bool is_program(struct chain_text auth)
{
	static const char program[] = "program";

	return auth.n == sizeof(program) - 1 && memcmp(auth.p, program, auth.n) == 0;
}

void verify_index_add(struct index_sums *s, const struct index_key *key, const struct row *r)
{
	const struct chain_event *ev = &r->ev;
	struct chain_text step = ev->step, place;

	if (r->id > key->upto)
		return;
	verify_index_put(s, key, INDEX_TIME, (struct chain_text){ 0 }, ev->wall, r->id);
	if (step.n) {
		const char *items = memchr(step.p, '@', step.n);

		step.n = items ? (size_t)(items - step.p) : step.n;
		verify_index_put(s, key, INDEX_STEP, step, ev->wall, r->id);
	}
	if (!is_program(ev->auth))
		verify_index_put(s, key, INDEX_PERSON, ev->actor, ev->wall, r->id);
	if (log_way_has_kindn(ev->kind.p, ev->kind.n))
		verify_index_put(s, key, INDEX_KIND, ev->kind, ev->wall, r->id);
	if (place_of(r->payload, &place))
		verify_index_put(s, key, INDEX_PLACE, place, ev->wall, r->id);
}
