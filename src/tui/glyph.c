#include "glyph.h"

#include <langinfo.h>
#include <stdint.h>
#include <string.h>

#include "utf8.h"

/* What stands for characters where only ASCII can be sent; ranges in order. */
static const struct { uint32_t from, to; char as; } plain[] = {
	{ 0xa0, 0xa0, ' ' },   { 0xab, 0xab, '<' },   { 0xad, 0xad, '-' },   { 0xb4, 0xb4, '\'' },
	{ 0xb7, 0xb7, '.' },   { 0xbb, 0xbb, '>' },   { 0xd7, 0xd7, 'x' },   { 0xf7, 0xf7, '/' },
	{ 0x2000, 0x200a, ' ' }, { 0x2010, 0x2015, '-' }, { 0x2018, 0x201b, '\'' },
	{ 0x201c, 0x201f, '"' }, { 0x2022, 0x2023, '*' }, { 0x2024, 0x2027, '.' },
	{ 0x202f, 0x202f, ' ' }, { 0x2032, 0x2032, '\'' }, { 0x2033, 0x2033, '"' },
	{ 0x2039, 0x2039, '<' }, { 0x203a, 0x203a, '>' }, { 0x2190, 0x2190, '<' },
	{ 0x2191, 0x2191, '^' }, { 0x2192, 0x2192, '>' }, { 0x2193, 0x2193, 'v' },
	{ 0x21d0, 0x21d0, '<' }, { 0x21d2, 0x21d2, '>' }, { 0x2212, 0x2212, '-' },
	{ 0x2264, 0x2264, '<' }, { 0x2265, 0x2265, '>' }, { 0x2500, 0x2501, '-' },
	{ 0x2502, 0x2503, '|' }, { 0x250c, 0x254b, '+' }, { 0x2550, 0x2550, '=' },
	{ 0x2551, 0x2551, '|' }, { 0x2552, 0x256c, '+' }, { 0x2580, 0x259f, '#' },
	{ 0x25a0, 0x25ff, '*' }, { 0x2713, 0x2714, 'x' }, { 0x2717, 0x2718, 'x' },
};

/* U+00C0 to U+017F without their marks. */
static const char latin[] =
	"AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
	"lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

enum { REPLACEMENT = 0xfffd, SOFT_HYPHEN = 0xad };

bool glyph_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static char as_ascii(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return (char)cp;
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (cp >= plain[i].from && cp <= plain[i].to)
			return plain[i].as;
	if (cp >= 0xc0 && cp <= 0x17f)
		return latin[cp - 0xc0];
	return '?';
}

/* Joiners, selectors and skin tones change widths on some terminals and not on others; what turns
 * the direction of writing moves text elsewhere. */
static bool left_out(uint32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0x61c ||
	       (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0x1f3fb && cp <= 0x1f3ff) ||
	       (cp >= 0xe0000 && cp <= 0xe0fff);
}

static bool combines(uint32_t cp)
{
	return (cp >= 0x300 && cp <= 0x36f) || (cp >= 0x1ab0 && cp <= 0x1aff) ||
	       (cp >= 0x20d0 && cp <= 0x20ff) || left_out(cp);
}

static size_t ascii_glyph(uint32_t cp, size_t len, struct glyph *g)
{
	if (combines(cp))
		return len;
	g->ch[0] = (wchar_t)as_ascii(cp);
	g->width = 1;
	return len;
}

/* Adds what combines with the character that is there. */
static size_t marks(const char *s, size_t n, size_t i, struct glyph *g)
{
	int have = 1;

	while (i < n && (unsigned char)s[i] >= 0x80) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);
		if (!len || (!left_out(cp) && wcwidth((wchar_t)cp) != 0))
			break;
		if (!left_out(cp) && have < GLYPH_CHARS) {
			g->ch[have++] = (wchar_t)cp;
			g->ch[have] = 0;
		}
		i += len;
	}
	return i;
}

size_t glyph_next(const char *s, size_t n, struct glyph *ret)
{
	uint32_t cp;

	*ret = (struct glyph){ 0 };
	if (!n)
		return 0;
	unsigned char c = (unsigned char)*s;
	if (c >= 0x20 && c < 0x7f && (n == 1 || (unsigned char)s[1] < 0x80)) {
		ret->ch[0] = c;
		ret->width = 1;
		return 1;
	}
	size_t len = utf8_decode(s, n, &cp);
	if (!len || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		cp = !len ? REPLACEMENT : cp == '\t' || cp == '\n' ? ' ' : REPLACEMENT;
	if (!len)
		len = 1;
	if (glyph_ascii())
		return ascii_glyph(cp, len, ret);
	if (cp == SOFT_HYPHEN)
		cp = '-';
	int w = left_out(cp) ? 0 : wcwidth((wchar_t)cp);
	if (w < 0) {
		cp = REPLACEMENT;
		w = 1;
	}
	if (!w)
		return len; /* a mark that stands on nothing */
	ret->ch[0] = (wchar_t)cp;
	ret->width = w;
	return marks(s, n, len, ret);
}

int glyph_cols(const char *s, size_t n)
{
	struct glyph g;
	int cols = 0;

	if (n == (size_t)-1)
		n = strlen(s);
	for (size_t i = 0; i < n; cols += g.width)
		i += glyph_next(s + i, n - i, &g);
	return cols;
}

size_t glyph_fit(const char *s, size_t n, int cols)
{
	struct glyph g;
	size_t i = 0;

	if (n == (size_t)-1)
		n = strlen(s);
	while (i < n) {
		size_t len = glyph_next(s + i, n - i, &g);
		if (g.width > cols)
			break;
		cols -= g.width;
		i += len;
	}
	return i;
}
