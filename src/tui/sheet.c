#include "sheet.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "buf.h"
#include "glyph.h"
#include "mem.h"
#include "utf8.h"

struct span { enum style st; size_t n; }; /* n bytes of the text */

struct sheet_line {
	char *text;
	struct span *span;
	size_t n_span;
	int indent;
	bool on;             /* goes on from the line before */
	bool blank;          /* … after a blank that is not shown */
};

/* Text that is not broken into lines yet. */
struct sheet_open {
	struct buf text;
	struct span *span;
	size_t n, cap;
};

/* --- building --------------------------------------------------------------------------------- */

void sheet_init(struct sheet *s, int width)
{
	*s = (struct sheet){ .mark = -1, .seen_mark = -1 };
	s->width = width > 0 ? width : 1;
	s->open = mem_alloc(sizeof(*s->open));
}

static void drop_lines(struct sheet *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].text);
		free(s->v[i].span);
	}
	s->n = 0;
	s->mark = -1;
	if (s->open) {
		buf_clear(&s->open->text);
		s->open->n = 0;
	}
}

void sheet_release(struct sheet *s)
{
	drop_lines(s);
	free(s->v);
	if (s->open) {
		buf_release(&s->open->text);
		free(s->open->span);
		free(s->open);
	}
	*s = (struct sheet){ 0 };
}

void sheet_clear(struct sheet *s, int width)
{
	drop_lines(s);
	s->width = width > 0 ? width : 1;
}

void sheet_part(struct sheet *s, enum style st, const char *text)
{
	struct sheet_open *o = s->open;
	size_t n = strlen(text);

	if (!n)
		return;
	if (o->n == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 8;
		o->span = mem_grow(o->span, o->cap, sizeof(*o->span));
	}
	o->span[o->n++] = (struct span){ st, n };
	buf_adds(&o->text, text);
}

/* The styles of bytes from…to of the open text. */
static void give_spans(const struct sheet_open *o, size_t from, size_t to, struct sheet_line *l)
{
	size_t at = 0;

	l->span = mem_alloc((o->n ? o->n : 1) * sizeof(*l->span));
	for (size_t i = 0; i < o->n; at += o->span[i++].n) {
		size_t a = at > from ? at : from, b = at + o->span[i].n;
		b = b < to ? b : to;
		if (a < b)
			l->span[l->n_span++] = (struct span){ o->span[i].st, b - a };
	}
}

static void add_line(struct sheet *s, size_t from, size_t to, int indent, bool on)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 32;
		s->v = mem_grow(s->v, s->cap, sizeof(*s->v));
	}
	struct sheet_line *l = &s->v[s->n++];
	*l = (struct sheet_line){ .indent = indent, .on = on };
	l->blank = on && buf_str(&s->open->text)[from - 1] == ' ';
	l->text = mem_dupn(buf_str(&s->open->text) + from, to - from);
	give_spans(s->open, from, to, l);
}

/* Where a line that begins at `from` ends: at the last blank that fits, else at the last
 * character, but never without any. */
static size_t line_end(const char *p, size_t from, size_t end, int cols)
{
	size_t fit = from + glyph_fit(p + from, end - from, cols);

	if (fit == end)
		return end;
	if (p[fit] == ' ')
		return fit;
	for (size_t i = fit; i > from; i--)
		if (p[i - 1] == ' ') {
			size_t cut = i - 1;
			while (cut > from && p[cut - 1] == ' ')
				cut--;
			if (cut > from)
				return cut;
			break;
		}
	if (fit == from) {
		struct glyph g;
		fit += glyph_next(p + from, end - from, &g);
	}
	return fit;
}

static void wrap(struct sheet *s, size_t from, size_t end, int hang)
{
	const char *p = buf_str(&s->open->text);
	size_t first = from;
	int indent = 0;

	if (hang > s->width / 2)
		hang = s->width / 2;
	do {
		size_t to = line_end(p, from, end, s->width - indent);
		add_line(s, from, to, indent, from > first);
		from = to;
		while (from < end && p[from] == ' ')
			from++;
		indent = hang;
	} while (from < end);
}

void sheet_add(struct sheet *s, enum style st, int hang, const char *text)
{
	struct sheet_open *o = s->open;

	sheet_part(s, st, text);
	const char *p = buf_str(&o->text);
	size_t from = 0;
	for (;;) {
		const char *nl = strchr(p + from, '\n');
		size_t end = nl ? (size_t)(nl - p) : o->text.len;
		wrap(s, from, end, hang);
		if (!nl || !nl[1])
			break;
		from = end + 1;
	}
	buf_clear(&o->text);
	o->n = 0;
}

void sheet_mark(struct sheet *s)
{
	s->mark = (int)s->n - 1;
}

const char *sheet_said(const struct sheet *s, size_t line)
{
	return line < s->n ? s->v[line].text : "";
}

/* --- scrolling -------------------------------------------------------------------------------- */

/* One row at each end may say how much is out of sight. */
static int last_from(const struct sheet *s, int rows)
{
	int n = (int)s->n;

	if (n <= rows)
		return 0;
	return rows >= 3 ? n - rows + 1 : n - rows;
}

static void clip(struct sheet *s, int rows)
{
	int last = last_from(s, rows);

	if (s->from > last)
		s->from = last;
	if (s->from < 0)
		s->from = 0;
}

/* Lines in sight, and the rows above them that are not lines. */
static int in_sight(const struct sheet *s, int rows, int *ret_above)
{
	int n = (int)s->n;

	*ret_above = 0;
	if (n <= rows || rows < 3)
		return rows < n - s->from ? rows : n - s->from;
	*ret_above = s->from > 0;
	int room = rows - *ret_above;
	return s->from + room < n ? room - 1 : n - s->from;
}

void sheet_show(struct sheet *s, int line, int rows)
{
	int above;

	clip(s, rows);
	if (line < s->from)
		s->from = line > 1 ? line - 1 : 0;
	while (line >= s->from + in_sight(s, rows, &above) && s->from < last_from(s, rows))
		s->from++;
	clip(s, rows);
}

bool sheet_key(struct sheet *s, const struct key *k, int rows)
{
	int page = rows > 4 ? rows - 3 : 1;

	switch (k->code) {
	case K_UP: s->from--; break;
	case K_DOWN: s->from++; break;
	case K_PGUP: s->from -= page; break;
	case K_PGDN: s->from += page; break;
	case K_HOME: s->from = 0; break;
	case K_END: s->from = (int)s->n; break;
	default: return false;
	}
	clip(s, rows);
	return true;
}

/* --- painting --------------------------------------------------------------------------------- */

static size_t char_at(const char *s, uint32_t *ret)
{
	size_t n = utf8_decode(s, strlen(s), ret);

	if (!n) {
		*ret = (unsigned char)*s;
		n = 1;
	}
	*ret = (uint32_t)towlower((wint_t)*ret);
	return n;
}

/* The bytes of s that say `what`, whatever the case; 0: it does not begin so. */
static size_t begins(const char *s, const char *what)
{
	const char *p = s;

	while (*what) {
		uint32_t a, b;
		if (!*p)
			return 0;
		p += char_at(p, &a);
		what += char_at(what, &b);
		if (a != b)
			return 0;
	}
	return (size_t)(p - s);
}

static int paint_piece(struct term *t, struct area a, int row, int col, enum style st,
		       const char *p, size_t n)
{
	char *s = mem_dupn(p, n);

	col = paint_text(t, a, row, col, st, s);
	free(s);
	return col;
}

/* A line, and as many bytes of what goes on from it as a text of n bytes may reach into. */
static void joined(const struct sheet *s, size_t line, size_t n, struct buf *out)
{
	size_t own = strlen(s->v[line].text);

	buf_clear(out);
	buf_adds(out, s->v[line].text);
	for (size_t i = line + 1; i < s->n && s->v[i].on && out->len < own + n + 8; i++) {
		if (s->v[i].blank)
			buf_addc(out, ' ');
		buf_adds(out, s->v[i].text);
	}
}

/* Where a match begins in p…end (offsets of text), and how long it is; end and 0: nowhere. */
static size_t next_match(const struct sheet *s, const char *text, size_t p, size_t end,
			 size_t *ret_n)
{
	*ret_n = 0;
	if (!s->match || !*s->match)
		return end;
	while (p < end && !(*ret_n = begins(text + p, s->match)))
		p++;
	return p;
}

/* hit: bytes of a match that began in the line before, and the blank where it was broken is one;
 * returns those that go on in the next. */
static size_t paint_line(const struct sheet *s, struct term *t, struct area a, int row, size_t i,
			 size_t hit)
{
	const struct sheet_line *l = &s->v[i];
	size_t p = 0;
	struct buf text = BUF_INIT;
	int col = l->indent;

	hit -= hit && l->blank;
	joined(s, i, s->match ? strlen(s->match) : 0, &text);
	for (size_t k = 0; k < l->n_span; k++) {
		size_t end = p + l->span[k].n;
		while (p < end) {
			size_t q = hit ? p : next_match(s, buf_str(&text), p, end, &hit);
			if (q > p)
				col = paint_piece(t, a, row, col, l->span[k].st, l->text + p,
						  q - p);
			p = q;
			size_t n = hit < end - p ? hit : end - p;
			if (n)
				col = paint_piece(t, a, row, col, ST_MATCH, l->text + p, n);
			p += n;
			hit -= n;
		}
	}
	buf_release(&text);
	return hit;
}

static void say_hidden(struct term *t, struct area a, int row, int n, const char *where)
{
	char *word = mem_printf("%s %d more line%s %s", term_ascii(t) ? "..." : "\342\200\246", n,
				n == 1 ? "" : "s", where);

	paint_row(t, a, row, ST_PLAIN);
	paint_fit(t, a, row, 0, a.cols, ST_DIM, word);
	free(word);
}

void sheet_paint(struct sheet *s, struct term *t, struct area a)
{
	int above;

	if (a.rows <= 0)
		return;
	if (s->mark >= 0 && (s->mark != s->seen_mark || a.rows != s->seen_rows))
		sheet_show(s, s->mark, a.rows);
	s->seen_mark = s->mark;
	s->seen_rows = a.rows;
	clip(s, a.rows);
	int n = in_sight(s, a.rows, &above);
	paint_blank(t, a);
	if (above)
		say_hidden(t, a, 0, s->from, "above");
	size_t hit = 0;
	for (int i = 0; i < n; i++) {
		size_t line = (size_t)(s->from + i);
		hit = paint_line(s, t, a, above + i, line, s->v[line].on ? hit : 0);
	}
	int left = (int)s->n - s->from - n;
	if (left > 0 && a.rows >= 3)
		say_hidden(t, a, a.rows - 1, left, "below");
}

/* --- searching -------------------------------------------------------------------------------- */

/* Whether it begins in this line; it may end in those that go on from it. */
static bool line_has(const struct sheet *s, size_t line, const char *what)
{
	struct buf b = BUF_INIT;
	size_t own = strlen(s->v[line].text);
	bool found = false;

	joined(s, line, strlen(what), &b);
	for (size_t i = 0; i < own && !found; i++)
		found = begins(buf_str(&b) + i, what) > 0;
	buf_release(&b);
	return found;
}

int sheet_find(const struct sheet *s, const char *what, int at, bool back)
{
	if (!*what)
		return -1;
	for (int i = at; i >= 0 && i < (int)s->n; i += back ? -1 : 1)
		if (line_has(s, (size_t)i, what))
			return i;
	return -1;
}
