/* What a drill shows the operator, until it was seen. */
#ifndef TUI_RUN_NOTICE_H
#define TUI_RUN_NOTICE_H

#include <stdbool.h>

struct drill_shown;
struct key;
struct run;

const struct drill_shown *run_notice(struct run *r); /* the oldest that was not seen; or NULL */
void run_notice_text(struct run *r, const struct drill_shown *n); /* into the question's place */
void run_notice_drawn(struct run *r);
bool run_notice_key(struct run *r, const struct key *k); /* true: it was for that */

#endif
