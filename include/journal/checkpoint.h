/* Who vouched for a run, up to which event. A row for each time that somebody was to sign, also
 * where nothing came of it. Each is tied into the machine's chain, so that one that is taken out is
 * missed; a closed run takes them too. */
#ifndef JOURNAL_CHECKPOINT_H
#define JOURNAL_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "run_id.h"

struct buf;
struct err;
struct journal;

enum { CHECKPOINT_TEXT_MAX = 256, CHECKPOINT_SIGNATURE_MAX = 32 << 10 };

enum checkpoint_what {
	CHECKPOINT_START,
	CHECKPOINT_HAND_OVER, /* the seat went to somebody */
	CHECKPOINT_APPROVAL,  /* a second person agreed, a permit was taken, the glass was broken */
	CHECKPOINT_CLOSE,
	CHECKPOINT_COUNTER,   /* by anybody, at any time: `blackstart sign` */
	CHECKPOINT_MAX,
};
const char *checkpoint_word(enum checkpoint_what what); /* "start" "hand-over" … */

struct checkpoint {
	int64_t id;              /* 1, 2, 3 … in this file */
	char run[JOURNAL_RUN_ID_MAX];
	int64_t seq;             /* the last event that is vouched for */
	enum checkpoint_what what;
	uint8_t head[HASH_LEN];  /* the hash of that event */
	int64_t wall;            /* when it was to be signed */
	const char *who;         /* who operated, as the run has it */
	const char *key;         /* fingerprint that the signature names; NULL: not signed */
	const char *signature;   /* armoured; NULL: not signed */
	const char *why;         /* why it is not; NULL: it is */
};

/* Appends what is signed, lines of text that the row alone gives: run, seq, what, head, wall. */
void checkpoint_text(const struct checkpoint *c, struct buf *ret);

/* The head of a run, to be vouched for: fills run, seq and head. ERR_NOTFOUND. */
int checkpoint_head(struct journal *j, const char *run, struct checkpoint *ret, struct err *err);

/* Appends a row and its tie, in one synced commit; c->id is set. ERR_USAGE: neither signed nor why
 * not, or both, or too long; ERR_CORRUPT: there is no such event; else as journal_append. */
int checkpoint_add(struct journal *j, struct checkpoint *c, struct err *err);

/* Ties the last event of the run that j appends to into the machine's chain, in one synced commit:
 * what stood on record by then cannot be cut off unseen. The same event again is no error, and
 * writes nothing; *ret_new (may be NULL) says which. As journal_append. */
int checkpoint_beat(struct journal *j, int64_t wall, bool *ret_new, struct err *err);

/* Calls fn for the checkpoints of a run, or of all with NULL, in order, until it returns non-zero
 * (passed on). The row is borrowed. A file of before there were any has none. ERR_CORRUPT for a row
 * that cannot be told. */
int checkpoint_each(struct journal *j, const char *run,
		    int (*fn)(void *ctx, const struct checkpoint *c), void *ctx, struct err *err);

#endif
