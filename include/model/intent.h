/* What a person asks the keeper to do.
 *
 * An intent carries its client, an id of its own (a repeat gets the first answer again) and the
 * prompt that it answers: the sequence number of the event that raised it. A stale one is refused.
 */
#ifndef MODEL_INTENT_H
#define MODEL_INTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verb.h"

struct buf;
struct err;

struct intent_field {
	char *name, *text;
};

struct intent {
	enum verb verb;
	char client[40]; /* who sends: unique per attached client */
	char id[40];     /* unique per client */
	int64_t prompt;  /* sequence number of the prompt it answers; 0: none */
	bool by_file;    /* an answers file says so, and nobody looks */
	char *step;      /* key of the step instance */
	char *name;
	char *text;
	char *reason;
	struct intent_field *fields;
	size_t n_fields;
};

void intent_release(struct intent *in);

/* One JSON object, no newline. */
void intent_encode(struct buf *out, const struct intent *in);

/* Strict: unknown keys, wrong types, more than LIMIT_INTENT_BYTES are ERR_PARSE/ERR_LIMIT and leave
 * *ret empty. */
int intent_decode(const char *text, size_t n, struct intent *ret, struct err *err);

#endif
