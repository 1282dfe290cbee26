/* How well a runbook fits what somebody typed or pasted. */
#ifndef CLI_FIND_SCORE_H
#define CLI_FIND_SCORE_H

#include <stddef.h>

struct buf;
struct runbook;

/* Small letters (ASCII), runs of blanks and line ends as one blank, none at the ends. */
void find_plain(struct buf *out, const char *s, size_t n);

/* 0: it does not fit. An alert that is named counts most, then a text of its triggers that is
 * in what was pasted (the longer the better), then words of its title, then of what it is
 * about. `text` as find_plain made it. why gets what fitted, for people. */
int find_score(const struct runbook *rb, const char *text, struct buf *why);

#endif
