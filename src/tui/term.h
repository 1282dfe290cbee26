/* The terminal under the screens: cells out, keys in. Only term.c, paint.c and keys.c know curses.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct term;
struct vt_cell;

/* What a text is; how it looks follows from the terminal: colour is never the only difference. */
enum style {
	ST_PLAIN, ST_DIM, ST_STRONG,
	ST_BAR,      /* header and footer lines */
	ST_REAL, ST_DRILL, /* the mode word */
	ST_NOW, ST_DONE, ST_FAIL, ST_OPEN, ST_SKIP, /* marks of steps */
	ST_WARNING,  /* what stands before an act that destroys */
	ST_LATE,     /* past its time */
	ST_KEY,      /* a key that can be pressed */
	ST_INPUT,    /* what is being typed */
	ST_PICKED,   /* under the cursor of a list */
	ST_MATCH,    /* found by a search */
	ST_MAX,
};

/* A rectangle of the screen; everything painted through it stays in it. */
struct area { int row, col, rows, cols; };

int term_open(struct term **ret, struct err *err);
void term_close(struct term *t);
struct area term_area(const struct term *t);      /* all of it */
bool term_ascii(const struct term *t);            /* no UTF-8 to be sent */

/* --- paint.c: text must be harmless already (str_printable); wide characters that do not fit are
 * left out. Columns, not bytes. ---------------------------------------------------------------- */
int paint_text(struct term *t, struct area a, int row, int col, enum style st, const char *text);
void paint_blank(struct term *t, struct area a);
void paint_row(struct term *t, struct area a, int row, enum style st); /* all of it blank */
void paint_rule(struct term *t, struct area a, int row, const char *word); /* word: may be NULL */
void paint_cell(struct term *t, struct area a, int row, int col, const struct vt_cell *c);
/* Shown there after term_show. */
void paint_cursor(struct term *t, struct area a, int row, int col);
void term_show(struct term *t);                   /* sends what differs; cursor off if unset */
void term_repaint(struct term *t);                /* ^L: sends all */

/* --- keys.c -------------------------------------------------------------------------------- */
enum {
	K_ENTER = 0x110000, K_ESC, K_TAB, K_BACKTAB, K_BACKSPACE, K_DELETE, K_UP, K_DOWN, K_LEFT,
	K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN, K_INSERT, K_F1, K_F12 = K_F1 + 11,
	K_RESIZE,    /* the size has changed: draw again */
	K_PASTE,     /* a whole bracketed paste; its text: key_paste */
	K_GONE,      /* the terminal went away */
};
struct key {
	uint32_t code;   /* a character (control characters as they are: ^A is 1), or K_… */
	bool alt;
	bool burst;      /* came in one read with others before it: pasted, or typed ahead */
	int64_t at;      /* boot time, ns */
};
int term_fd(const struct term *t);
bool term_key(struct term *t, struct key *ret);   /* the next one, without waiting */
const char *term_paste(const struct term *t, size_t *ret_n); /* of the last K_PASTE; borrowed */
void term_drop(struct term *t);                   /* throws away what was typed and not read yet */

#endif
