/* One line of text that is being typed. */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include "buf.h"
#include "term.h"

struct line {
	struct buf text;     /* as typed; not harmless */
	size_t at;           /* byte that the cursor stands before */
	bool secret;         /* shown as bullets, wiped at the end */
	bool offered;        /* what is typed or pasted next takes its place */
};

void line_init(struct line *l, size_t max, bool secret);
void line_release(struct line *l);
void line_set(struct line *l, const char *text); /* NULL: empty; the cursor behind it */
/* The same, for an answer that is only proposed: typing replaces it, moving in it keeps it. */
void line_offer(struct line *l, const char *text);

/* Takes a key that writes or moves; false: not one of its keys. What does not fit is not taken. */
bool line_key(struct line *l, const struct key *k);
/* Line ends, tabs and control characters become blanks, several one. False: it did not fit, and
 * nothing was taken. */
bool line_paste(struct line *l, const char *s, size_t n);

/* Paints `cols` columns, with the cursor in sight when it has the focus. `idle` stands in an empty
 * line. */
void line_paint(const struct line *l, struct term *t, struct area a, int row, int col, int cols,
		bool focus, const char *idle);

#endif
