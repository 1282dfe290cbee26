/* One run, pruned. */
#ifndef CLI_PRUNE_RUN_H
#define CLI_PRUNE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "run_id.h"

struct buf;
struct journal;

struct prune_run {
	char run[JOURNAL_RUN_ID_MAX];
	int64_t closed_wall, bytes;
	bool held, pruned, in_use; /* as it was when the list was made */
};

struct prune_rule {
	const char *who, *why;
	int64_t wall;
	bool whole;  /* of the rows is known that they are */
	bool *spent; /* set where the ballast was given up */
};

/* Whether a keeper or holder is still there of a run that is closed. */
bool prune_run_in_use(struct journal *j, const char *run);

/* Puts it on record and removes the file; of a run that was pruned the file alone. Tells of it in
 * out, or says what is in the way and returns the status: CLI_ENDED for a run that is not whole, is
 * in use, or came under hold. */
int prune_run(struct journal *j, const struct prune_run *r, const struct prune_rule *rule,
	      int64_t *ret_freed, struct buf *out);

#endif
