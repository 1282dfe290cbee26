/* A line as it is shown. Of what went to a terminal the sequences are taken away and what was
 * written over is not seen; of what went to a pipe every byte is. */
#include <string.h>

#include "pagerint.h"
#include "str.h"
#include "utf8.h"

enum { BEL = 7, ESC = 0x1b, TAB = 8, TOGETHER = 4096 };

/* Something that a terminal does not show as it stands. */
static bool is_control(char c)
{
	return (((unsigned char)c < 0x20) & (c != '\t')) | (c == 0x7f);
}

bool pager_tangled(const char *s, size_t n)
{
	bool is = false;

	/* without a way out in the middle, so that many are looked at together */
	for (size_t i = 0; i + 1 < n && !is;) {
		size_t to = n - 1 - i > TOGETHER ? i + TOGETHER : n - 1;

		for (; i < to; i++)
			is |= (is_control(s[i]) & (s[i] != '\n') & (s[i] != '\r')) |
			      ((s[i] == '\r') & (s[i + 1] != '\n'));
	}
	return is || (n && is_control(s[n - 1]) && s[n - 1] != '\n');
}

/* Bytes of the string after ESC ] and the like, with its end. */
static size_t string_length(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == BEL)
			return i + 1;
		if (s[i] == ESC)
			return i + 1 < n && s[i + 1] == '\\' ? i + 2 : i;
	}
	return n;
}

/* Bytes of the sequence that begins with the ESC at s. */
static size_t sequence_length(const char *s, size_t n)
{
	size_t i = 2;

	if (n < 2)
		return n;
	if (s[1] == '[') {
		while (i < n && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x40)
			i++;
		return i < n && (unsigned char)s[i] >= 0x40 ? i + 1 : i;
	}
	if (strchr("]PX^_", s[1]) && s[1])
		return 2 + string_length(s + 2, n - 2);
	if ((unsigned char)s[1] >= 0x20 && (unsigned char)s[1] < 0x30)
		return n < 3 ? n : 3;
	return (unsigned char)s[1] < 0x20 ? 1 : 2;
}

static void take_back(struct buf *b)
{
	while (b->len && ((unsigned char)b->data[b->len - 1] & 0xc0) == 0x80)
		buf_cut(b, b->len - 1);
	if (b->len)
		buf_cut(b, b->len - 1);
}

void pager_clean(const char *s, size_t n, struct buf *to)
{
	bool home = false;

	while (n && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)s[i];
		size_t run = i;

		while (run < n && !is_control(s[run]))
			run++;
		if (run > i) {
			if (home)
				buf_clear(to); /* the line is written anew */
			home = false;
			buf_add(to, s + i, run - i);
			i = run;
			continue;
		}
		if (c == '\r')
			home = true;
		else if (c == '\b')
			take_back(to);
		i += c == ESC ? sequence_length(s + i, n - i) : 1;
	}
}

static size_t pad(struct buf *to, size_t col)
{
	do
		buf_addc(to, ' ');
	while (++col % TAB);
	return col;
}

void pager_text(struct pager *p, const char *s, size_t n, struct buf *to)
{
	size_t col = 0, most = (size_t)(p->left + p->cols) * 8 + 1024;

	buf_clear(to);
	if (n && s[n - 1] == '\n')
		n--;
	if (!p->raw && n && s[n - 1] == '\r')
		n--;
	if (!p->raw && pager_tangled(s, n)) {
		buf_clear(&p->clean);
		pager_clean(s, n, &p->clean);
		s = buf_str(&p->clean);
		n = p->clean.len;
	}
	if (n > most)
		n = most; /* out of sight */
	for (size_t i = 0; i < n;) {
		size_t run = i, before = to->len;
		uint32_t cp;

		while (run < n && s[run] >= 0x20 && s[run] < 0x7f)
			run++;
		if (run > i) {
			buf_add(to, s + i, run - i);
			col += run - i;
			i = run;
		} else if (s[i] == '\t') {
			col = pad(to, col);
			i++;
		} else {
			run = utf8_decode(s + i, n - i, &cp);
			run = run ? run : 1;
			str_printable(to, s + i, run, false);
			col += utf8_width(to->data + before, to->len - before);
			i += run;
		}
	}
}
