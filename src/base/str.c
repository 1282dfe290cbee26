#include "str.h"

#include <string.h>

#include "buf.h"
#include "utf8.h"

bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool str_copy(char *dst, size_t size, const char *s)
{
	size_t n = strlen(s);
	bool fits = n < size;
	if (fits)
		memcpy(dst, s, n + 1);
	else if (size)
		dst[0] = '\0';
	return fits;
}

char *str_clip(char *dst, size_t size, const char *s)
{
	size_t n = strnlen(s, size);
	if (size == 0)
		return dst;
	if (n == size) {
		n--;
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(dst, s, n);
	dst[n] = '\0';
	return dst;
}

/* Characters that are valid text but make a terminal, or its reader, do or see something else. */
static const struct range {
	uint32_t from, to;
} unprintable[] = {
	{ 0x0000, 0x001f },   /* C0 */
	{ 0x007f, 0x009f },   /* DEL, C1 */
	{ 0x00ad, 0x00ad },   /* soft hyphen */
	{ 0x061c, 0x061c },   /* Arabic letter mark */
	{ 0x180e, 0x180e },   /* Mongolian vowel separator */
	{ 0x200b, 0x200b },   /* zero width space */
	{ 0x200e, 0x200f },   /* left-to-right and right-to-left mark */
	{ 0x2028, 0x202e },   /* separators, embeddings, overrides */
	{ 0x2060, 0x206f },   /* invisible operators, isolates, deprecated formats */
	{ 0xfeff, 0xfeff },   /* byte order mark */
	{ 0xfff9, 0xfffb },   /* interlinear annotation */
	{ 0xe0000, 0xe007f }, /* tags */
};

bool str_harmless(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]); i++)
		if (cp >= unprintable[i].from && cp <= unprintable[i].to)
			return false;
	return true;
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

/* One character that is not plain ASCII. Returns the bytes it took. */
static size_t add_odd(struct buf *out, const char *s, size_t n, bool lines)
{
	unsigned char c = (unsigned char)s[0];
	uint32_t cp;
	size_t len = utf8_decode(s, n, &cp);
	if (c == '\t')
		buf_addc(out, ' ');
	else if (c == '\n')
		buf_adds(out, lines ? "\n" : "\\n");
	else if (len > 1 && str_harmless(cp))
		buf_add(out, s, len);
	else if (len > 1)
		buf_addf(out, "\\u{%04x}", (unsigned)cp);
	else
		buf_addf(out, "\\x%02x", c);
	return len ? len : 1;
}

void str_printable(struct buf *out, const char *s, size_t n, bool lines)
{
	for (size_t i = 0; i < n;) {
		size_t run = i;
		while (run < n && plain((unsigned char)s[run]))
			run++;
		if (run > i)
			buf_add(out, s + i, run - i);
		i = run;
		if (i < n)
			i += add_odd(out, s + i, n - i, lines);
	}
}

/* '=' is plain in an option only: a first word that holds one would be an assignment. */
static bool bare_word(const char *s)
{
	static const char always[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.,/:@%";
	if (!*s)
		return false;
	for (const char *p = s; *p; p++)
		if (!strchr(always, *p) && !(*p == '=' && s[0] == '-'))
			return false;
	return true;
}

void str_shell_quote(struct buf *out, const char *s)
{
	if (bare_word(s)) {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '\'');
	for (const char *quote; (quote = strchr(s, '\'')); s = quote + 1) {
		buf_add(out, s, (size_t)(quote - s));
		buf_adds(out, "'\\''");
	}
	buf_adds(out, s);
	buf_addc(out, '\'');
}
