/* The hash chain, to the byte as docs/journal-format.md has it.
 *
 * A digest covers text only: hashes go in as 64 lower-case hex digits, every other field as a
 * netstring ("3:ana,"), so that no two rows share a text and a shell can check it.
 */
#ifndef JOURNAL_CHAIN_H
#define JOURNAL_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

enum { CHAIN_SALT_LEN = 16 };

struct chain {
	struct hash_ctx *ctx;
	char *text;      /* of the row in hand; grows to the longest */
	size_t len, cap;
};

/* Borrowed bytes. p NULL is written as the empty netstring. */
struct chain_text {
	const char *p;
	size_t n;
};

struct chain_event {
	struct chain_text run, boot_id, kind, step, actor, auth;
	int64_t seq, wall, boot, attempt;
	bool drill; /* hashed under a tag of its own: never a row of a real run */
};

struct chain_link {
	int64_t n, wall, seq;
	struct chain_text what, run;
	const uint8_t *head; /* HASH_LEN */
};

struct chain_checkpoint {
	int64_t id, seq, wall;
	struct chain_text run, what, who, key, signature, why;
	const uint8_t *head; /* HASH_LEN */
};

struct chain_removal {
	int64_t id, wall;
	struct chain_text run, what, who, why, payloads, outputs;
	const uint8_t *rest_hash; /* HASH_LEN */
};

void chain_init(struct chain *c);
void chain_release(struct chain *c); /* all zeroes is fine */

struct chain_text chain_str(const char *s); /* NULL is fine */

void chain_payload(struct chain *c, const uint8_t salt[CHAIN_SALT_LEN], const void *payload,
		   size_t n, uint8_t ret[HASH_LEN]);
void chain_event(struct chain *c, const uint8_t prev[HASH_LEN], const struct chain_event *ev,
		 const uint8_t payload_hash[HASH_LEN], uint8_t ret[HASH_LEN]);
void chain_machine(struct chain *c, const uint8_t prev[HASH_LEN], const struct chain_link *link,
		   uint8_t ret[HASH_LEN]);
/* One pinned file of a run; these rows are not linked, the run's events say which there are. */
void chain_pin(struct chain *c, const char *run, int64_t n, const char *role, const char *path,
	       const uint8_t sha256[HASH_LEN], uint8_t ret[HASH_LEN]);
/* One checkpoint; the machine's chain links these rows. */
void chain_checkpoint(struct chain *c, const struct chain_checkpoint *cp, uint8_t ret[HASH_LEN]);
/* One removal; as checkpoints. */
void chain_removal(struct chain *c, const struct chain_removal *r, uint8_t ret[HASH_LEN]);

#endif
