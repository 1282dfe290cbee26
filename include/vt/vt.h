/* A terminal in memory: bytes in, cells out. No descriptor, no clock.
 *
 * What a command prints obeys nothing but this screen: a title, a bell, a colour that is asked for,
 * a size that is wished go nowhere, and a question to the terminal is answered only where the
 * caller takes `reply`. Over libtsm, which is included in this room alone.
 */
#ifndef VT_VT_H
#define VT_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt;

enum { VT_ROWS_MAX = 1000, VT_COLS_MAX = 1000, VT_CELL_BYTES = 32 };

/* Sizes are clipped to 1…VT_ROWS_MAX and 1…VT_COLS_MAX. Never fails. */
struct vt *vt_new(int rows, int cols);
void vt_free(struct vt *t);
void vt_resize(struct vt *t, int rows, int cols);
void vt_size(const struct vt *t, int *ret_rows, int *ret_cols);

/* Feeds n bytes as a terminal gets them; sequences and characters may be split anywhere. */
void vt_feed(struct vt *t, const void *p, size_t n);

/* Everything as after vt_new. */
void vt_reset(struct vt *t);

/* Counts up whenever a cell, the cursor or the size may have changed. */
uint64_t vt_age(const struct vt *t);

enum vt_color_kind { VT_DEFAULT, VT_INDEXED, VT_RGB };

struct vt_color {
	enum vt_color_kind kind;
	uint8_t index;       /* VT_INDEXED: 0-15 */
	uint8_t r, g, b;     /* VT_RGB */
};

struct vt_cell {
	char text[VT_CELL_BYTES]; /* UTF-8, printable, with its combining characters; "" is blank */
	int width;           /* 1, 2; 0: the second half of a wide one */
	struct vt_color fg, bg;
	bool bold, dim, underline, reverse, blink, italic; /* reverse: fg and bg change places */
};

/* The cell at row, col (from 0). False outside the screen: *ret is then a blank. */
bool vt_cell(struct vt *t, int row, int col, struct vt_cell *ret);

/* False where the cursor is hidden; the place is told all the same. */
bool vt_cursor(const struct vt *t, int *ret_row, int *ret_col);

/* Whether a full-screen program has it (the alternate screen). */
bool vt_full_screen(const struct vt *t);
/* Whether something was ever put at a row of its own (top does, a progress bar does not): what is
 * printed is then made for this many rows. */
bool vt_addressed(const struct vt *t);
/* How far down and to the right something was put by its place (from 1; 0: nothing was): the
 * program thinks the screen at least so large. Places that only ask for the edge do not count. */
void vt_reach(const struct vt *t, int *ret_rows, int *ret_cols);

/* Keys, as the application asked for them. Writes them at out and returns how many bytes they are;
 * 0: no such key, or more than `size`. cp: a character, or one of enum vt_key. */
enum vt_key {
	VT_KEY_UP = 0x110000, VT_KEY_DOWN, VT_KEY_LEFT, VT_KEY_RIGHT, VT_KEY_HOME, VT_KEY_END,
	VT_KEY_PGUP, VT_KEY_PGDN, VT_KEY_INSERT, VT_KEY_DELETE, VT_KEY_BACKSPACE, VT_KEY_BACKTAB,
	VT_KEY_F1, VT_KEY_F12 = VT_KEY_F1 + 11,
};
size_t vt_key(struct vt *t, uint32_t cp, bool alt, char *out, size_t size);

/* What stands before (end: after) a pasted text where the application wants to tell it from typing;
 * returns its length, 0 where it does not. The text itself must not hold ESC then. */
size_t vt_paste_mark(const struct vt *t, bool end, char out[8]);

/* What the terminal itself answers to questions in the output since the last call (cursor
 * position, kind of terminal): moved to out, at most `size`, the rest is dropped. The driving
 * client sends it to the command; others throw it away. */
size_t vt_reply(struct vt *t, char *out, size_t size);

#endif
