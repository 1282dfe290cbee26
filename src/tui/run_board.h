/* Boards on the screen: what the run's areas and the board's own scene share. */
#ifndef TUI_RUN_BOARD_H
#define TUI_RUN_BOARD_H

#include "board.h"
#include "run.h"

enum style run_board_style(enum board_style st);
/* Reads on in what running commands say of how far they are. True: something new. */
bool run_board_tick(struct run *r);
struct board *run_board_of(struct run *r, const struct inst *in); /* board_free */
/* Lines of a board for so many rows: the less there are, the more is left out. picked: id of the
 * row under the cursor, NULL: none is. */
void run_board_fill(struct sheet *s, const struct board *b, int cols, int rows,
		    const char *picked);
/* The step whose board stands among the areas of the run now; NULL. */
const struct inst *run_board_at(struct run *r);
int run_board_rows(struct run *r, int cols);      /* that it would fill */
void run_board_draw(struct run *r, struct term *t, struct area a);

/* --- run_board_whole.c ------------------------------------------------------------------------ */
/* The whole board over the run's screen, of a contact or of any other: of the step under the eyes,
 * else of one at work; it is said where there is none. */
void run_board_push(struct run *r, bool contact);
void run_board_auto(struct run *r);               /* called once a pass */

#endif
