/* Where a leaked text stands in a run: payloads, output, and what cannot be taken out. */
#ifndef CLI_REDACT_FIND_H
#define CLI_REDACT_FIND_H

#include "buf.h"
#include "hide.h"
#include "journal.h"

struct redact_range {
	char token[64];
	enum stream stream;
	int64_t seq, from, n;
	bool hit;
};

struct redact_find {
	struct hide hide;            /* in all its forms; empty: only what is named is taken */
	const char *token;           /* of a command whose output is taken whole, or NULL */
	/* found */
	struct redact_range *range;  /* of all output, in order of token, stream and place */
	size_t n_range;
	struct buf payloads, outputs; /* as removals list them */
	int64_t n_payloads, n_outputs, bytes;
	struct buf rest;             /* what may stay of payloads, as removals have it */
	struct json *before;         /* the same of earlier removals */
	struct buf also;             /* lines: where it stands and stays */
	struct err *err;
};

/* Whether it stands in these bytes. */
bool redact_in(const struct redact_find *f, const char *p, size_t n);
/* Looks through a run. */
int redact_find(struct redact_find *f, struct journal *j, const char *run, struct err *err);
void redact_find_release(struct redact_find *f);

#endif
