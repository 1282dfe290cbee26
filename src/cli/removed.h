/* What was taken out of a record, told: how much, of which run, when, by whom, why. */
#ifndef CLI_REMOVED_H
#define CLI_REMOVED_H

#include <stdbool.h>

struct buf;
struct err;
struct journal;

/* Appends a line for each removal of one run, or (NULL) of all; as JSON an array. */
int removed_tell(struct journal *j, const char *run, bool json, struct buf *ret, struct err *err);

#endif
