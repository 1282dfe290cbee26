/* Text as a terminal's cells take it: characters with what combines with them, and their width. */
#ifndef TUI_GLYPH_H
#define TUI_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

enum { GLYPH_CHARS = 5 }; /* that a cell of curses holds */

struct glyph {
	wchar_t ch[GLYPH_CHARS + 1]; /* NUL-ended; empty: nothing to be shown */
	int width;                   /* 0 (nothing to be shown), 1, 2 */
};

/* Whether the locale has no UTF-8: every glyph is then one ASCII character. */
bool glyph_ascii(void);
/* The glyph at s; returns its bytes, 0 only for n == 0. Never a control character; what a
 * terminal might draw in other widths than told is left out. */
size_t glyph_next(const char *s, size_t n, struct glyph *ret);
/* Columns of a text; n = (size_t)-1: to its end. */
int glyph_cols(const char *s, size_t n);
/* The most bytes of s that fit into cols. */
size_t glyph_fit(const char *s, size_t n, int cols);

#endif
