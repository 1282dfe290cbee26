/* The texts of a hide, in the forms in which programs repeat them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hide.h"
#include "mem.h"

enum { WRAPS = 2, FORM_MAX = 6 };

/* --- pieces ----------------------------------------------------------------------------------- */

static void add_piece(struct hide *h, const char *p, size_t n)
{
	if (n < HIDE_MIN)
		return;
	if (h->n == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 64;
		h->v = mem_grow(h->v, h->cap, sizeof(*h->v));
	}
	h->v[h->n++] = (struct hide_piece){ vault_dupn(&h->vault, p, n), n };
	unsigned two = (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
	h->twos[two >> 3] |= (unsigned char)(1 << (two & 7));
}

/* The last piece is the longest, so that none is short. */
static void add_pieces(struct hide *h, const char *p, size_t n)
{
	for (; n >= 2 * HIDE_PIECE; p += HIDE_PIECE, n -= HIDE_PIECE)
		add_piece(h, p, HIDE_PIECE);
	add_piece(h, p, n);
}

static int by_bytes(const void *a, const void *b)
{
	const struct hide_piece *x = a, *y = b;
	int r = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return r ? r : (x->n > y->n) - (x->n < y->n);
}

static void sort(struct hide *h)
{
	size_t kept = 0;

	qsort(h->v, h->n, sizeof(*h->v), by_bytes);
	for (size_t i = 0; i < h->n; i++)
		if (!kept || by_bytes(&h->v[kept - 1], &h->v[i]))
			h->v[kept++] = h->v[i];
	h->n = kept;
}

/* --- as it is --------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Of a text of several lines each long one by itself: a terminal, an indentation or a prefix puts
 * something between them. A short one, such as a bracket, says nothing and stands everywhere. */
static void add_lines(struct hide *h, const char *p, size_t n)
{
	for (const char *end = p + n; p < end;) {
		const char *eol = memchr(p, '\n', (size_t)(end - p)), *to = eol ? eol : end;
		const char *from = p;
		while (from < to && is_blank(*from))
			from++;
		while (to > from && is_blank(to[-1]))
			to--;
		if (to - from >= HIDE_LINE_MIN)
			add_pieces(h, from, (size_t)(to - from));
		p = eol ? eol + 1 : end;
	}
}

static void add_plain(struct hide *h, const char *p, size_t n, struct buf *form)
{
	add_pieces(h, p, n);
	if (!memchr(p, '\n', n))
		return;
	add_lines(h, p, n);
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n' && (!i || p[i - 1] != '\r'))
			buf_addc(form, '\r');
		buf_addc(form, p[i]);
	}
	add_pieces(h, form->data, form->len);
}

/* --- escaped ---------------------------------------------------------------------------------- */

typedef void escape(struct buf *out, unsigned char c);

static bool is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static void in_json(struct buf *out, unsigned char c)
{
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		buf_addf(out, "\\%c", to[at - from]);
	else if (c < 0x20)
		buf_addf(out, "\\u%04x", c);
	else
		buf_addc(out, (char)c);
}

static void in_json_slashes(struct buf *out, unsigned char c)
{
	if (c == '/')
		buf_adds(out, "\\/");
	else
		in_json(out, c);
}

static void percent(struct buf *out, unsigned char c, const char *kept, const char *form)
{
	if (is_word(c) || (c && strchr(kept, c)))
		buf_addc(out, (char)c);
	else
		buf_addf(out, strcmp(form, "x") ? "%%%02X" : "%%%02x", c);
}

static void in_url(struct buf *out, unsigned char c)
{
	percent(out, c, "-_.~", "X");
}

static void in_url_low(struct buf *out, unsigned char c)
{
	percent(out, c, "-_.~", "x");
}

static void in_url_loose(struct buf *out, unsigned char c)
{
	percent(out, c, "-_.~!'()*", "X");
}

static void in_form(struct buf *out, unsigned char c)
{
	if (c == ' ')
		buf_addc(out, '+');
	else
		percent(out, c, "-_.*", "X");
}

static void in_quotes(struct buf *out, unsigned char c)
{
	if (c == '\'')
		buf_adds(out, "'\\''");
	else
		buf_addc(out, (char)c);
}

static void in_shell(struct buf *out, unsigned char c)
{
	if (c < 0x80 && !is_word(c) && (!c || !strchr("_-./:=@%+", c)))
		buf_addc(out, '\\');
	buf_addc(out, (char)c);
}

static void in_hex(struct buf *out, unsigned char c)
{
	buf_addf(out, "%02x", c);
}

static void in_hex_high(struct buf *out, unsigned char c)
{
	buf_addf(out, "%02X", c);
}

static escape *const escapes[] = {
	in_json, in_json_slashes, in_url, in_url_low, in_url_loose, in_form,
	in_quotes, in_shell, in_hex, in_hex_high,
};

/* --- base64 ----------------------------------------------------------------------------------- */

/* The digit of six bits of the text, with zeroes for what is in front of it and behind it. */
static char digit(const char *p, size_t n, size_t shift, size_t i, const char *last)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789";
	size_t byte = 6 * i / 8, over = 6 * i % 8;
	unsigned two = 0;

	for (size_t k = byte; k < byte + 2; k++)
		two = two << 8 | (k >= shift && k - shift < n ? (unsigned char)p[k - shift] : 0);
	unsigned v = two >> (10 - over) & 63;
	return v < 62 ? digits[v] : last[v - 62];
}

/* Broken into lines, as many tools print it. */
static void add_wrapped(struct hide *h, const struct buf *form)
{
	static const size_t widths[WRAPS] = { 64, 76 };

	for (size_t w = 0; w < WRAPS; w++)
		for (size_t at = 0; form->len > widths[w] && at < form->len; at += widths[w])
			add_piece(h, form->data + at, form->len - at < widths[w] ?
							      form->len - at : widths[w]);
}

/* In the middle of something longer it may begin at each of three places; the digits that its
 * neighbours have a part in are left out. */
static void add_base64(struct hide *h, const char *p, size_t n, const char *last, struct buf *form)
{
	for (size_t shift = 0; shift < 3; shift++) {
		buf_clear(form);
		for (size_t i = (shift * 8 + 5) / 6; i < (shift + n) * 8 / 6; i++)
			buf_addc(form, digit(p, n, shift, i, last));
		add_pieces(h, form->data, form->len);
		if ((shift + n) % 3) { /* or it is the end */
			buf_addc(form, digit(p, n, shift, (shift + n) * 8 / 6, last));
			add_pieces(h, form->data, form->len);
		}
		if (!shift)
			add_wrapped(h, form);
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

bool hide_add(struct hide *h, const char *text, size_t n)
{
	struct buf form = BUF_INIT;

	while (n && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	if (n < HIDE_MIN)
		return false;
	form.cap = FORM_MAX * n + 8; /* no form is longer: growing would leave copies behind */
	form.data = mem_alloc(form.cap);
	add_plain(h, text, n, &form);
	for (size_t e = 0; e < sizeof(escapes) / sizeof(escapes[0]); e++) {
		buf_clear(&form);
		for (size_t i = 0; i < n; i++)
			escapes[e](&form, (unsigned char)text[i]);
		if (form.len != n || memcmp(form.data, text, n))
			add_pieces(h, form.data, form.len);
	}
	add_base64(h, text, n, "+/", &form);
	add_base64(h, text, n, "-_", &form);
	mem_wipe(form.data, form.cap);
	buf_release(&form);
	sort(h);
	return true;
}

void hide_release(struct hide *h)
{
	free(h->v);
	vault_release(&h->vault);
	*h = (struct hide){ 0 };
}
