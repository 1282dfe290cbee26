/* What was taken out of a run after it was closed, by whom and why: rows beside the events, tied
 * in the machine's chain. The rows themselves stay, with their digests; so does the chain.
 */
#ifndef JOURNAL_REMOVAL_H
#define JOURNAL_REMOVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "run_id.h"

struct buf;
struct err;
struct journal;

enum removal_what {
	REMOVAL_REDACTED, /* payloads of events, bytes of outputs */
	REMOVAL_PRUNED,   /* the whole output file, by age; lists are empty, rest is "{}" */
	REMOVAL_HOLD,     /* nothing may be taken out until …; the same */
	REMOVAL_RELEASED, /* … this */
	REMOVAL_MAX,
};

enum { REMOVAL_LIST_MAX = 1 << 20, REMOVAL_REST_MAX = 16 << 20,
	REMOVAL_WHY_MAX = 4096, REMOVAL_WHO_MAX = 1024 };

/* Texts borrowed. A list is numbers of events, each between commas: ",3,17,", "" for none. */
struct removal {
	int64_t id; /* set when it is added */
	char run[JOURNAL_RUN_ID_MAX];
	enum removal_what what;
	int64_t wall;
	const char *who, *why;
	const char *payloads; /* of these events the payload is gone */
	const char *outputs;  /* of these `output` events the bytes */
	const char *rest;     /* what may stay of the payloads: a JSON object by number of event, of
			       * all that were ever taken out of the run; NULL: in a later one */
};

/* "redacted", … */
const char *removal_word(enum removal_what what);
/* Adds a number to a list. */
void removal_list_add(struct buf *list, int64_t seq);

/* Puts the row on record and takes out the payloads that it names, in one synced commit. The bytes
 * of outputs are taken out after it, with output_take_out (a pruned run's with output_prune); then
 * both files are wiped. ERR_DENIED: taking out of a run that is open, or under hold; releasing one
 * that is not. ERR_EXISTS: it is under hold, or pruned, already. ERR_LIMIT: a list or text that is
 * too long. ERR_NOTFOUND, ERR_BUSY, ERR_FULL, ERR_IO. */
int removal_add(struct journal *j, struct removal *r, struct err *err);

/* How a run stands: under hold or not, its outputs there or not. */
struct removal_standing {
	bool held, pruned;
	struct removal_act {
		int64_t wall;
		char *who, *why; /* NULL where it is not so */
	} hold, prune;
};

/* The standing of a run, *ret the caller's to removal_standing_release in any case. None of both in
 * a file of an older format, and of a run that there is not. */
int removal_stands(struct journal *j, const char *run, struct removal_standing *ret,
		   struct err *err);
void removal_standing_release(struct removal_standing *s);
/* Whether it was pruned: also where its file is still there, since that may go at any moment. */
int removal_pruned(struct journal *j, const char *run, bool *ret, struct err *err);
/* "TIME, by WHO: WHY", on one line, so that a terminal obeys nothing of it. */
void removal_say(struct buf *out, const struct removal_act *act);

/* How many `output` events a run has, and of how many steps. */
int removal_printed(struct journal *j, const char *run, int64_t *ret_outputs, int64_t *ret_steps,
		    struct err *err);

/* Whether a row says that the bytes of this `output` event were taken out. */
int removal_took_output(struct journal *j, const char *run, int64_t seq, bool *ret,
			struct err *err);

/* Appends the rest that counts now, "{}" where there is none. */
int removal_rest(struct journal *j, const char *run, struct buf *out, struct err *err);

/* Calls fn for each row, oldest first, of one run or (NULL) all, until it returns non-zero (passed
 * on). Nothing in a file of an older format. */
int removal_each(struct journal *j, const char *run,
		 int (*fn)(void *ctx, const struct removal *r), void *ctx, struct err *err);

/* Writes the whole file anew, so that no free page has what was taken out, and empties its WAL.
 * ERR_BUSY: somebody else reads or writes just now. Takes room for a second copy. */
int journal_wipe(struct journal *j, struct err *err);

#endif
