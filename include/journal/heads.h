/* Heads that were kept elsewhere: what a record that was put back to an older copy lacks. */
#ifndef JOURNAL_HEADS_H
#define JOURNAL_HEADS_H

#include <stdint.h>

#include "hash.h"
#include "run_id.h"

struct err;
struct journal;

struct head {
	char hex[HASH_HEX_LEN + 1];   /* of an event's hash, or how it begins: 8 digits at least */
	char run[JOURNAL_RUN_ID_MAX]; /* "": not known */
	int64_t seq;
};

/* "HASH" or "HASH@RUN:SEQ". ERR_USAGE. */
int heads_parse(const char *word, struct head *ret, struct err *err);

enum head_found {
	HEAD_HELD,    /* it stands there */
	HEAD_OTHER,   /* another row stands there: it was written anew */
	HEAD_CUT,     /* the run ends before it */
	HEAD_NO_RUN,  /* there is no such run */
	HEAD_NOWHERE, /* no row has it; where it stood is not known */
};

/* Looks for it; where its place was not known and it is held, h says it. A head of unknown place is
 * looked for in all events. Fails as reading does. */
int heads_find(struct journal *j, struct head *h, enum head_found *ret, struct err *err);

#endif
