/* Home: what can be started and what is not finished. */
#ifndef TUI_HOME_H
#define TUI_HOME_H

#include "card_due.h"
#include "library.h"
#include "line.h"
#include "scene.h"
#include "tui.h"

struct buf;

enum home_kind { HOME_HEAD, HOME_RUN, HOME_BOOK, HOME_WORD };
enum home_part { HOME_OPEN, HOME_DUE, HOME_BOOKS, HOME_FOUND };

/* A row of the list; what it points to is the library's. */
struct home_row {
	enum home_kind kind;
	enum home_part part;
	const struct library_run *run;
	const struct card *card;
	char *text;          /* of a head or a word; of a hit: what fitted; of a due one: why */
	int score;
};

/* What an unfinished run waits for, folded from its rows. */
struct home_wait {
	char *run;
	int64_t events;      /* as many had it then */
	char *what;          /* harmless */
	char *who;           /* sits at it; NULL: nobody */
	bool asks;           /* a person is waited for */
	size_t place, of;
};

struct home {
	struct tui *t;
	const char *journal;
	struct tui_choice *out;
	bool over;           /* the choice is made */
	struct library *lib;
	struct line find;
	bool enter_due;      /* one that came with others: was it the last? */
	struct home_row *rows;
	size_t n, cap;
	size_t at;           /* under the cursor; n: nothing is there */
	char *at_id;         /* … and what that is: rows are made anew */
	int at_part;
	size_t from;         /* first that is drawn */
	char *want;          /* path or id to be under the cursor once it is there */
	bool moved;          /* the person has moved: the cursor stays on what it is on */
	int list_rows;       /* as drawn last */
	size_t n_due;
	struct home_wait *waits;
	size_t n_waits;
	int64_t minute;      /* of the ages, as drawn */
};

/* --- home_rows.c: what the list shows --------------------------------------------------------- */
void home_rows(struct home *h);              /* anew; keeps what is under the cursor */
void home_rows_release(struct home *h);
void home_at(struct home *h, size_t i);      /* puts the cursor there */
bool home_picks(const struct home_row *r);   /* whether the cursor may stand on it */
int home_height(const struct home_row *r);
const char *home_id(const struct home_row *r); /* path or run id; NULL for a head */

/* --- home_wait.c ------------------------------------------------------------------------------ */
/* Folds one run whose rows were not read, or have gone on. False: none. */
bool home_wait_one(struct home *h);
const struct home_wait *home_wait_of(const struct home *h, const char *run);
void home_wait_release(struct home *h);

/* --- home_draw.c ------------------------------------------------------------------------------ */
void home_draw(void *self, struct term *t, struct area a);
/* "3 h ago"; a date where it is longer ago than a month. */
void home_age(struct buf *out, int64_t wall, int64_t now_wall);
/* "2026-11-22" */
void home_day(struct buf *out, int64_t wall);

/* --- what is opened from it ------------------------------------------------------------------- */
/* A runbook, with its keys. When it is started *out is filled in and both scenes go. */
void book_push(struct home *h, const struct card *c);
void home_done(struct home *h);              /* the choice is made: all scenes of home go */

struct shelf_book;
/* The checklist, to be read through. book (borrowed) stays until the scene is gone. */
void read_push(struct tui *t, const char *title, struct shelf_book *book);

#endif
