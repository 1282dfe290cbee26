/* Which run of which journal is meant. */
#ifndef CLI_AT_RUN_H
#define CLI_AT_RUN_H

#include "journal.h"

struct opts;

struct at_run {
	char *journal;
	char run[JOURNAL_RUN_ID_MAX];
};

/* Finds the run called `part` (NULL: the newest open one, else the newest). Says what is wrong
 * and returns the status. *ret is the caller's to at_run_release in any case. */
int at_run_find(const struct opts *o, const char *part, struct at_run *ret);
void at_run_release(struct at_run *a);

/* Opens the journal to read. Says what is wrong and returns the status; CLI_ENDED where there
 * is none yet. *ret_path is the caller's to free() in any case. */
int at_run_journal(const struct opts *o, char **ret_path, struct journal **ret);

#endif
