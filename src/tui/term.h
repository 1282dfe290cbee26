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

/* Whether standard input and output are a terminal that can place a cursor; where not, *ret_why
 * says why. */
bool term_fits(const char **ret_why);
/* Takes it: raw (^C ^Z ^S ^Q are keys), the other screen, bracketed paste. It is given back by
 * term_close, at exit, and on every signal that ends or stops the process. ERR_IO. */
int term_open(struct term **ret, struct err *err);
void term_close(struct term *t);                  /* NULL is fine */
struct area term_area(const struct term *t);      /* all of it */
bool term_ascii(const struct term *t);            /* no UTF-8 to be sent */
void term_stop(struct term *t);                   /* ^Z: gives it back, stops, takes it again */
void term_beep(struct term *t);

/* From now on every frame begins with the word DRILL, whoever drew it: it is painted last. */
void term_drill(struct term *t, bool on);
/* --- paint.c: text must be harmless already (str_printable); wide characters that do not fit are
 * left out. Columns, not bytes. A return value is the column after what was painted. ----------- */
int paint_text(struct term *t, struct area a, int row, int col, enum style st, const char *text);
/* At most `cols` columns; what is longer ends in an ellipsis. */
int paint_fit(struct term *t, struct area a, int row, int col, int cols, enum style st,
	      const char *text);
void paint_blank(struct term *t, struct area a);
void paint_row(struct term *t, struct area a, int row, enum style st); /* all of it blank, in st */
void paint_rule(struct term *t, struct area a, int row, const char *word); /* word: may be NULL */
/* Columns at the begin of that row that the word DRILL takes, a blank behind it included. */
int paint_taken(const struct term *t, struct area a, int row);
void paint_drill(struct term *t);                 /* that word, over what stands there */
void paint_upright(struct term *t, struct area a, int col); /* a line down all rows */
void paint_cell(struct term *t, struct area a, int row, int col, const struct vt_cell *c);
void paint_cursor(struct term *t, struct area a, int row, int col); /* shown there by term_show */
/* Sends what differs; hides the cursor if unset. What was typed before is read first, so that its
 * `at` is before term_shown. */
void term_show(struct term *t);
int64_t term_shown(const struct term *t);         /* when the last term_show was done; boot, ns */
void term_repaint(struct term *t);                /* ^L: sends all with the next term_show */

/* --- keys.c ----------------------------------------------------------------------------------- */
enum {
	K_ENTER = 0x110000, K_ESC, K_TAB, K_BACKTAB, K_BACKSPACE, K_DELETE, K_UP, K_DOWN, K_LEFT,
	K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN, K_INSERT, K_F1, K_F12 = K_F1 + 11,
	K_RESIZE,    /* the size has changed: draw again */
	K_PASTE,     /* a whole bracketed paste; its text: term_paste */
	K_GONE,      /* the terminal went away */
	K_OTHER,     /* a key that has no name here */
};
enum { TERM_PASTE_MAX = 256 << 10 };
struct key {
	uint32_t code;   /* a character (control characters as they are: ^A is 1), or K_… */
	bool alt;        /* Alt; of arrows and the like: Alt or Ctrl */
	bool burst;      /* came in one read with others before it: pasted, or typed ahead */
	int64_t at;      /* boot time when it was read, ns */
};
int term_fd(const struct term *t);                /* for poll(2), POLLIN */
/* Milliseconds until term_key should be called even when term_fd says nothing (half an escape
 * sequence); 0: now, -1: never. */
int term_wait(const struct term *t);
bool term_key(struct term *t, struct key *ret);   /* the next one, without waiting */
/* Of the last K_PASTE, as it came, NUL behind it; borrowed until the next term_key. NULL: it was
 * longer than TERM_PASTE_MAX and nothing of it was kept. */
const char *term_paste(const struct term *t, size_t *ret_n);
void term_drop(struct term *t);                   /* throws away what was typed and not read yet */
/* "Enter", "^A", "F1", "x", with "Alt-" before it. */
enum { KEY_NAME_BYTES = 24 };
const char *term_key_name(const struct key *k, char buf[KEY_NAME_BYTES]);

#endif
