/* A step of several parts at one glance: rows of cells, made from the state as it stands.
 *
 * One board serves every interface: the screen paints it, the lines print it, the status sheet has
 * it. As view.h: pure, every text harmless. Nothing is assumed: what nobody read is "unknown".
 */
#ifndef VIEW_BOARD_H
#define VIEW_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

struct arena;
struct buf;
struct inst;
struct progress_set;
struct state;

/* What a text is; how it looks is the interface's. The word says it, too. */
enum board_style {
	BOARD_PLAIN, BOARD_DIM, BOARD_STRONG, BOARD_NOW, BOARD_DONE, BOARD_FAIL, BOARD_OPEN,
	BOARD_WARNING, BOARD_STYLES,
};

struct board_cell {
	const char *text;    /* NULL: empty */
	enum board_style style;
};

struct board_column {
	const char *title;
	int least;           /* it is cut to no less than this; 0: it is not cut at all */
	int rank;            /* the highest goes first where there is no room; 0: stays */
	bool right;          /* numbers stand at the right */
};

enum { BOARD_COLUMNS = 8, BOARD_LINES = 8 };

struct board_row {
	struct board_cell cell[BOARD_COLUMNS];
	struct board_cell note; /* below it; one that fails or warns comes before the others */
	const char *id;      /* what it is of: a volume, a member, a person */
	int64_t n;           /* how often it was tried */
	int64_t stamp;       /* of what can be answered there: another when that is another thing */
};

struct board {
	const struct inst *in; /* the step */
	const char *title;
	struct board_cell head[BOARD_LINES], foot[BOARD_LINES];
	size_t n_head, n_foot;
	struct board_column column[BOARD_COLUMNS];
	size_t n_columns;
	struct board_row *row;
	size_t n_rows, cap_rows;
	const char *question; /* a yes or no that is asked there; NULL */
	size_t at;           /* the row that matters most now; n_rows: none */
	struct arena *a;
};

/* The step with a board that `in` is or lies in; NULL: none. */
const struct inst *board_inst(const struct inst *in);
/* Whether the step has one now: it was met, and is not left out. */
bool board_is_on(const struct inst *in);

/* The board of such a step. progress may be NULL. The caller's to board_free. */
struct board *board_new(const struct state *s, const struct inst *in, struct moment now,
			const struct progress_set *progress);
void board_free(struct board *b); /* NULL is fine */

/* "contacting ops: Ana by phone, next in 1:20", no newline. False, and nothing is appended, for a
 * step that is no climb or is over. */
bool board_contact_line(struct buf *out, const struct state *s, const struct inst *in,
			struct moment now);

/* Widths of its columns within `cols` columns, two blanks apart; 0: left out. Returns their sum
 * with the blanks. */
int board_widths(const struct board *b, int cols, int width[BOARD_COLUMNS]);
/* The boards of all steps that are at work now, as lines of at most `cols` columns (0: as wide as
 * it is). Each ends with a newline. Returns how many boards. */
size_t board_text(struct buf *out, const struct state *s, struct moment now,
		  const struct progress_set *progress, int cols);
/* One board. whole: with every note. */
void board_print(struct buf *out, const struct board *b, int cols, bool whole);
/* Text in exactly `cols` columns, cut with "..." or filled up with blanks. */
void board_fit(struct buf *out, const char *text, int cols, bool right);

#endif
