#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "glyph.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

enum { CTRL_A = 1, CTRL_E = 5, CTRL_K = 11, CTRL_U = 21, CTRL_W = 23 };

void line_init(struct line *l, size_t max, bool secret)
{
	*l = (struct line){ .text = { .max = max }, .secret = secret };
}

static void wipe(struct line *l)
{
	if (l->secret && l->text.data)
		mem_wipe(l->text.data, l->text.len);
}

void line_release(struct line *l)
{
	wipe(l);
	buf_release(&l->text);
	l->at = 0;
}

/* Puts n bytes in place of those from `from` to `to`. A secret leaves no copy behind. */
static bool replace(struct line *l, size_t from, size_t to, const char *s, size_t n)
{
	struct buf next = { .max = l->text.max };
	const char *old = buf_str(&l->text);

	if (l->text.max && l->text.len - (to - from) + n > l->text.max)
		return false;
	buf_add(&next, old, from);
	buf_add(&next, s, n);
	buf_add(&next, old + to, l->text.len - to);
	wipe(l);
	buf_release(&l->text);
	l->text = next;
	l->at = from + n;
	return true;
}

void line_set(struct line *l, const char *text)
{
	replace(l, 0, l->text.len, text ? text : "", text ? strlen(text) : 0);
	l->offered = false;
}

void line_offer(struct line *l, const char *text)
{
	line_set(l, text);
	l->offered = l->text.len;
}

/* Where what is typed goes: in place of what was proposed, else where the cursor is. */
static bool put(struct line *l, const char *s, size_t n)
{
	bool whole = l->offered && n;

	if (!replace(l, whole ? 0 : l->at, whole ? l->text.len : l->at, s, n))
		return false;
	l->offered = l->offered && !n;
	return true;
}

/* --- characters, with what combines with them ------------------------------------------------- */

static size_t next_of(const struct line *l, size_t at)
{
	const char *s = buf_str(&l->text);
	struct glyph g;
	size_t n = glyph_next(s + at, l->text.len - at, &g);

	return at + n;
}

static size_t before(const struct line *l, size_t at)
{
	size_t from = 0, next;

	for (; from < at; from = next)
		if ((next = next_of(l, from)) >= at)
			return from;
	return 0;
}

static size_t word_before(const struct line *l)
{
	const char *s = buf_str(&l->text);
	size_t at = l->at;

	while (at && s[at - 1] == ' ')
		at--;
	while (at && s[at - 1] != ' ')
		at--;
	return at;
}

static bool moves(struct line *l, uint32_t code)
{
	switch (code) {
	case K_LEFT:
		l->at = before(l, l->at);
		return true;
	case K_RIGHT:
		l->at = next_of(l, l->at);
		return true;
	case K_HOME:
	case CTRL_A:
		l->at = 0;
		return true;
	case K_END:
	case CTRL_E:
		l->at = l->text.len;
		return true;
	}
	return false;
}

static bool cuts(struct line *l, uint32_t code)
{
	switch (code) {
	case K_BACKSPACE:
		replace(l, before(l, l->at), l->at, "", 0);
		return true;
	case K_DELETE:
		replace(l, l->at, next_of(l, l->at), "", 0);
		return true;
	case CTRL_W:
		replace(l, word_before(l), l->at, "", 0);
		return true;
	case CTRL_U:
		replace(l, 0, l->at, "", 0);
		l->at = 0;
		return true;
	case CTRL_K:
		replace(l, l->at, l->text.len, "", 0);
		return true;
	}
	return false;
}

bool line_key(struct line *l, const struct key *k)
{
	char utf8[4];

	if (k->code == K_BACKSPACE || k->code == K_DELETE || !k->alt) {
		if (moves(l, k->code) || cuts(l, k->code)) {
			l->offered = false;
			return true;
		}
	}
	if (k->alt || k->code < ' ' || k->code == 0x7f || k->code >= K_ENTER)
		return false;
	put(l, utf8, utf8_encode(k->code, utf8));
	mem_wipe(utf8, sizeof(utf8));
	return true;
}

static bool is_blank(unsigned char c)
{
	return c <= ' ' || c == 0x7f;
}

bool line_paste(struct line *l, const char *s, size_t n)
{
	struct buf flat = BUF_INIT;
	bool gap = false, fits;

	for (size_t i = 0; i < n; i++) {
		if (is_blank((unsigned char)s[i])) {
			gap = true;
			continue;
		}
		if (gap && flat.len)
			buf_addc(&flat, ' ');
		gap = false;
		buf_addc(&flat, s[i]);
	}
	buf_cut(&flat, utf8_check(buf_str(&flat), flat.len));
	fits = put(l, buf_str(&flat), flat.len);
	if (l->secret && flat.data)
		mem_wipe(flat.data, flat.len);
	buf_release(&flat);
	return fits;
}

/* --- on the screen ---------------------------------------------------------------------------- */

static void shown(const struct line *l, size_t from, size_t to, bool ascii, struct buf *out)
{
	const char *s = buf_str(&l->text);

	if (!l->secret) {
		str_printable(out, s + from, to - from, false);
		return;
	}
	for (size_t at = from; at < to; at = next_of(l, at))
		buf_adds(out, ascii ? "*" : "•");
}

/* Drops what stands too far left for the cursor to be seen. */
static size_t scrolled(const char *head, int cols)
{
	size_t n = strlen(head), from = 0;
	struct glyph g;

	while (from < n && glyph_cols(head + from, n - from) >= cols)
		from += glyph_next(head + from, n - from, &g);
	return from;
}

void line_paint(const struct line *l, struct term *t, struct area a, int row, int col, int cols,
		bool focus, const char *idle)
{
	struct area in = { a.row + row, a.col + col, 1, cols };
	struct buf head = BUF_INIT, tail = BUF_INIT;
	size_t from;
	int at;

	if (row >= a.rows || cols < 1 || col + cols > a.cols)
		return;
	paint_row(t, in, 0, ST_INPUT);
	shown(l, 0, l->at, term_ascii(t), &head);
	shown(l, l->at, l->text.len, term_ascii(t), &tail);
	from = scrolled(buf_str(&head), cols);
	at = paint_text(t, in, 0, 0, ST_INPUT, buf_str(&head) + from);
	if (l->text.len)
		paint_fit(t, in, 0, at, cols - at, ST_INPUT, buf_str(&tail));
	else if (idle)
		paint_fit(t, in, 0, 1, cols - 1, ST_DIM, idle);
	if (focus)
		paint_cursor(t, in, 0, at < cols ? at : cols - 1);
	buf_release(&head);
	buf_release(&tail);
}
