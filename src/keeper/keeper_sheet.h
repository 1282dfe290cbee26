/* The status sheet: what its files share. */
#ifndef KEEPER_KEEPER_SHEET_H
#define KEEPER_KEEPER_SHEET_H

struct buf;
struct inst;
struct state;

void sheet_line(struct buf *out, const char *s); /* on one line, harmless, of bounded length */
/* Several lines, each below a label's column; nothing for NULL or "". */
void sheet_label(struct buf *out, const char *label, const char *s);
/* "5.1"; inside a loop with the number of the round, outermost first: "5.1:2". No two steps of a
 * run have the same. */
void sheet_number(struct buf *out, const struct inst *in);
void sheet_cautions(struct buf *out, const struct state *s); /* those that hold now */
void sheet_now(struct buf *out, const struct state *s);  /* what is being done or waits */
void sheet_walk(struct buf *out, const struct state *s); /* every step with its box */

#endif
