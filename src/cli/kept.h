/* Heads that were kept elsewhere, compared with the record: was it put back to an older copy? */
#ifndef CLI_KEPT_H
#define CLI_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"

struct buf;
struct err;
struct opts;

struct kept {
	int64_t held;     /* heads that stand where they stood */
	int64_t others;   /* of runs that this record does not have, kept by another one */
	bool gone;        /* one is not there: the first of them is below */
	char run[JOURNAL_RUN_ID_MAX];
	int64_t seq;
	char text[320];   /* what that means */
};

/* Compares --head, --heads, or the file of BLACKSTART_HEADS, with the record at `path`; of one run
 * (NULL: of all). A line of a file: "HASH@RUN:SEQ TIME WHAT HOST:PATH", all but the first word may
 * be missing; # begins a remark. ERR_USAGE: a word that is no head; else as reading. */
int kept_look(const struct opts *o, struct journal *j, const char *path, const char *run,
	      struct kept *ret, struct err *err);

#endif
