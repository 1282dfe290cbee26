/* What term.c, paint.c and keys.c share about a terminal. */
#ifndef TUI_TERMINT_H
#define TUI_TERMINT_H

#include <curses.h>

#include "buf.h"
#include "rescue.h"
#include "term.h"

/* Of terminfo, whose header has a struct term of its own. */
extern int setupterm(const char *name, int fd, int *ret_found);
extern void *set_curterm(void *terminal);
extern int del_curterm(void *terminal);

enum { TERM_COLOR_MONO, TERM_COLOR_8, TERM_COLOR_16, TERM_COLOR_256, TERM_COLOR_MAX };

enum { TERM_READ_BYTES = 4096, TERM_SEQ_BYTES = 16, TERM_SEQS = 40 };

/* A key's sequence as terminfo has it. */
struct term_seq { char bytes[TERM_SEQ_BYTES]; uint32_t code; };

struct term {
	SCREEN *scr;
	int in, out, poll;       /* poll: an epoll of in and the rescue's wake */
	struct rescue *rescue;
	int depth;               /* TERM_COLOR_… */
	bool ascii, ansi, gone, gone_said;
	bool can_hide;
	short look_pair[32];     /* colour pair by style */
	int cursor_row, cursor_col; /* -1: hidden */
	int64_t shown;
	/* keys.c */
	unsigned char raw[TERM_READ_BYTES];
	size_t raw_n;
	size_t read_keys;        /* keys taken from the last read */
	size_t rush_keys;        /* … and from those just before it */
	int64_t read_at;
	bool rush;               /* the last read followed as nobody types */
	int esc_ms;
	struct term_seq seq[TERM_SEQS];
	size_t n_seq;
	struct buf paste;
	bool in_paste, paste_over, paste_drop;
	bool fresh;              /* something was read since term_key said false */
};

void term_pump(struct term *t);       /* keys.c: reads what is there, without waiting */
void term_learn_keys(struct term *t); /* keys.c: what terminfo says */
void paint_setup(struct term *t);     /* paint.c: colours */

#endif
