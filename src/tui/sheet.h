/* Lines of styled text, wrapped at words to a width, scrolled: every body of a screen is one. */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include "term.h"

struct sheet_line;
struct sheet_open;

struct sheet {
	struct sheet_line *v;
	size_t n, cap;
	int width;           /* that they were wrapped to */
	int from;            /* first line shown */
	const char *match;   /* painted as ST_MATCH wherever it stands; borrowed, NULL: none */
	/* the rest is sheet.c's */
	struct sheet_open *open; /* the paragraph that sheet_part began */
	int mark, seen_mark, seen_rows;
};

void sheet_init(struct sheet *s, int width);
void sheet_release(struct sheet *s);
void sheet_clear(struct sheet *s, int width); /* keeps `from` */

/* Adds text (one paragraph or, at '\n', several), wrapped at words, continued lines indented by
 * `hang` columns. Harmless already. */
void sheet_add(struct sheet *s, enum style st, int hang, const char *text);
/* The next sheet_add goes on in the same line (a label, then its text). */
void sheet_part(struct sheet *s, enum style st, const char *text);
/* The line added last is one to keep in sight, until the person scrolls. */
void sheet_mark(struct sheet *s);

/* Paints from s->from, clipped so that the end is never scrolled away and the marked line is in
 * sight; says above and below how much is out of sight. */
void sheet_paint(struct sheet *s, struct term *t, struct area a);
bool sheet_key(struct sheet *s, const struct key *k, int rows); /* arrows, page, home, end */
void sheet_show(struct sheet *s, int line, int rows); /* scrolls so that it is in sight */
/* The next line that contains text (case-insensitive) from the line `at`, also where the text is
 * broken over two lines; -1: none. */
int sheet_find(const struct sheet *s, const char *text, int at, bool back);
/* The text of a line, without its indent. */
const char *sheet_said(const struct sheet *s, size_t line);

#endif
