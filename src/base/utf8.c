#include "utf8.h"

#include <string.h>
#include <wchar.h>

/* One row per length: what the lead byte looks like, and the smallest character that needs it. */
static const struct form {
	unsigned char mask, lead;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

static bool is_char(uint32_t cp)
{
	return cp <= 0x10ffff && !(cp >= 0xd800 && cp <= 0xdfff);
}

size_t utf8_decode(const char *s, size_t n, uint32_t *ret_cp)
{
	unsigned char lead = (unsigned char)s[0];
	size_t len = 1;
	while (len <= 4 && (lead & forms[len - 1].mask) != forms[len - 1].lead)
		len++;
	if (len > 4 || len > n)
		return 0;
	uint32_t cp = lead & (unsigned char)~forms[len - 1].mask;
	for (size_t i = 1; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if ((c & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (c & 0x3f);
	}
	if (cp < forms[len - 1].least || !is_char(cp))
		return 0;
	*ret_cp = cp;
	return len;
}

/* Bytes of plain ASCII at the front, eight at a time: nearly all there ever is. */
static size_t ascii_run(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t word;
	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, s + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < n && !((unsigned char)s[i] & 0x80))
		i++;
	return i;
}

size_t utf8_check(const char *s, size_t n)
{
	size_t i = 0;
	uint32_t cp;
	while ((i += ascii_run(s + i, n - i)) < n) {
		size_t len = utf8_decode(s + i, n - i, &cp);
		if (!len)
			return i;
		i += len;
	}
	return n;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (!is_char(cp))
		return 0;
	size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = len; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(forms[len - 1].lead | cp);
	return len;
}

size_t utf8_count(const char *s, size_t n)
{
	size_t count = 0;
	uint32_t cp;
	for (size_t i = 0; i < n; count++) {
		size_t len = utf8_decode(s + i, n - i, &cp);
		i += len ? len : 1;
	}
	return count;
}

size_t utf8_width(const char *s, size_t n)
{
	size_t width = 0;
	uint32_t cp;
	for (size_t i = 0; i < n;) {
		size_t len = utf8_decode(s + i, n - i, &cp);
		int w = len ? wcwidth((wchar_t)cp) : 0;
		width += w > 0 ? (size_t)w : 0;
		i += len ? len : 1;
	}
	return width;
}
