/* A row as it stands, without the run around it. */
#ifndef VIEW_VIEW_ROW_H
#define VIEW_VIEW_ROW_H

#include "view.h"

struct buf;
struct event;

/* What a row says, on one line, without its time, kind, step and actor: "waiting -> executing".
 * Safe to send to a terminal. A body that was taken out (NULL) says so. */
void view_row_text(struct buf *out, const struct event *ev);

/* How much it matters, as far as the row alone can tell. */
enum view_weight view_row_weight(const struct event *ev);

#endif
