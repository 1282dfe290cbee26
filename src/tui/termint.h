/* What term.c, paint.c and keys.c share about a terminal. */
#ifndef TUI_TERMINT_H
#define TUI_TERMINT_H

#include <curses.h>

#include "buf.h"
#include "keysint.h"
#include "rescue.h"
#include "term.h"

/* Of terminfo, whose header has a struct term of its own. */
extern int setupterm(const char *name, int fd, int *ret_found);
extern void *set_curterm(void *terminal);
extern int del_curterm(void *terminal);

enum { TERM_COLOR_MONO, TERM_COLOR_8, TERM_COLOR_16, TERM_COLOR_256, TERM_COLOR_MAX };

enum { TERM_READ_BYTES = 4096, TERM_SEQS = 40, TERM_CHUNKS = 32 };

/* Bytes that came in one read; gap: since the read before it. */
struct term_chunk { size_t n; int64_t at, gap; };

struct term {
	SCREEN *scr;
	int in, out, poll;       /* poll: an epoll of in and the rescue's wake */
	struct rescue *rescue;
	int depth;               /* TERM_COLOR_… */
	bool ascii, ansi, gone, gone_said;
	bool can_hide;
	bool drill;              /* every frame says so */
	short look_pair[32];     /* colour pair by style */
	int cursor_row, cursor_col; /* -1: hidden */
	int64_t shown;
	/* keys.c */
	unsigned char raw[TERM_READ_BYTES];
	size_t raw_n;
	int64_t read_at;         /* the last read */
	struct term_chunk chunk[TERM_CHUNKS]; /* raw, by reads */
	size_t n_chunks;
	bool in_chunk;           /* the next three are about the first of them */
	bool rush;               /* it followed as nobody types */
	size_t read_keys;        /* keys taken from it */
	size_t rush_keys;        /* … and from those just before it */
	int esc_ms;
	struct term_seq seq[TERM_SEQS];
	size_t n_seq;
	struct buf paste;
	bool in_paste, paste_over, paste_drop;
	int64_t paste_at;
	bool fresh;              /* something was read since term_key said false */
};

void term_pump(struct term *t);       /* keys.c: reads what is there, without waiting */
void term_learn_keys(struct term *t); /* keys.c: what terminfo says */
void paint_setup(struct term *t);     /* paint.c: colours */

#endif
