/* Replies from the board of a contact: which keys, and what goes out for them. */
#ifndef TUI_RUN_REPLY_H
#define TUI_RUN_REPLY_H

#include "run_area.h"

struct board;
struct board_row;

/* Whether the step takes replies, now or late. */
bool run_reply_takes(const struct inst *in);
size_t run_reply_hints(const struct inst *in, const struct board *b, const struct board_row *row,
		       struct run_hint *ret, size_t max, bool few);
void run_reply_help(struct buf *out);
bool run_reply_is(uint32_t code, const struct board *b); /* whether the key is a reply */
void run_reply_severity(struct run *r, const struct inst *in);
/* True: the key is a reply. It was sent, for the row (NULL: it was said that there is none) or for
 * the question of the board. */
bool run_reply_key(struct run *r, const struct inst *in, const struct board *b,
		   const struct board_row *row, uint32_t code);
/* All of them as a list to choose from, for this row. */
void run_reply_menu(struct run *r, const struct inst *in, const struct board_row *row);
/* The message as it went or will go out, to be read. */
void run_reply_message(struct run *r, const struct inst *in);

#endif
