/* What reading and verifying ask of removals. */
#ifndef JOURNAL_REMOVAL_OWN_H
#define JOURNAL_REMOVAL_OWN_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct err;
struct journal;

enum removal_list { REMOVAL_OF_PAYLOAD, REMOVAL_OF_OUTPUT };

/* Whether the file is of a format that has removals. */
int removal_format(struct journal *j, bool *ret_has, struct err *err);
/* Appends what is left of the payload of an event and counts as it, with its NUL. *ret false: it
 * was not taken out on record. */
int removal_left(struct journal *j, const char *run, int64_t seq, struct buf *out, bool *ret,
		 struct err *err);
/* Whether a row on record says that this was taken out of that event; of an output also where the
 * whole output file was. */
int removal_names(struct journal *j, enum removal_list list, const char *run, int64_t seq,
		  bool *ret, struct err *err);

#endif
