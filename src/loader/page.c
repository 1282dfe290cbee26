#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

enum { LEAST_ROOM = 20 };

static void blanks(struct buf *out, size_t n)
{
	buf_addf(out, "%*s", (int)n, "");
}

/* Bytes of s (n of them) that fit into `room` columns: up to the last blank, or cut between
 * characters where there is none. */
static size_t fitting(const char *s, size_t n, size_t room)
{
	size_t at = 0, last = 0, used = 0;
	while (at < n) {
		uint32_t cp;
		size_t len = utf8_decode(s + at, n - at, &cp);
		len = len ? len : 1;
		size_t w = utf8_width(s + at, len);
		if (used + w > room)
			break;
		used += w;
		at += len;
		if (at < n && s[at] == ' ')
			last = at;
	}
	return at == n ? n : last ? last : at ? at : 1;
}

static size_t room_of(const struct page *p, size_t taken)
{
	int room = p->width - (int)taken;
	return room < LEAST_ROOM ? LEAST_ROOM : (size_t)room;
}

/* One line of text into as many as it takes; the first one is started already, at column `left`. */
static void wrap(const struct page *p, const char *s, size_t n, size_t left, const char *again)
{
	bool started = true;
	do {
		size_t taken = left + (started ? 0 : strlen(again));
		if (!started) {
			blanks(p->out, left);
			buf_adds(p->out, again);
		}
		size_t len = fitting(s, n, room_of(p, taken)), seen = len;
		while (!*again && seen && s[seen - 1] == ' ')
			seen--;
		buf_add(p->out, s, seen);
		buf_addc(p->out, '\n');
		s += len;
		n -= len;
		while (n && !*again && *s == ' ') {
			s++;
			n--;
		}
		started = false;
	} while (n);
}

static char *shown(const char *s)
{
	struct buf out = BUF_INIT;
	str_printable(&out, s, strlen(s), true);
	return buf_take(&out);
}

static size_t put_label(const struct page *p, const char *label)
{
	size_t left = (size_t)p->indent;
	blanks(p->out, left);
	if (label) {
		buf_addf(p->out, "%s ", label);
		left += utf8_width(label, strlen(label)) + 1;
	}
	return left;
}

void page_text(const struct page *p, const char *label, const char *text)
{
	if (!text)
		return;
	char *s = shown(text);
	size_t left = put_label(p, label);
	for (const char *line = s;; line++) {
		size_t n = strcspn(line, "\n");
		if (line != s && n)
			blanks(p->out, left);
		wrap(p, line, n, left, "");
		line += n;
		if (!*line)
			break;
	}
	free(s);
}

void page_command(const struct page *p, const char *label, const char *command)
{
	if (!command)
		return;
	char *s = shown(command);
	struct page inner = *p;
	if (label) {
		page_text(p, NULL, label);
		inner.indent += 4;
	}
	size_t left = (size_t)inner.indent;
	for (const char *line = s;; line++) {
		size_t n = strcspn(line, "\n");
		blanks(p->out, left);
		buf_adds(p->out, line == s ? "$ " : "  ");
		size_t first = fitting(line, n, room_of(&inner, left + 2));
		buf_add(p->out, line, first);
		buf_addc(p->out, '\n');
		for (size_t at = first; at < n;) {
			size_t len = fitting(line + at, n - at, room_of(&inner, left + 2));
			blanks(p->out, left);
			buf_adds(p->out, "> ");
			buf_add(p->out, line + at, len);
			buf_addc(p->out, '\n');
			at += len;
		}
		line += n;
		if (!*line)
			break;
	}
	free(s);
}

void page_printf(const struct page *p, const char *label, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	char *s = mem_alloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	page_text(p, label, s);
	free(s);
}

void page_duration(const struct page *p, const char *label, int64_t ms)
{
	struct buf b = BUF_INIT;
	if (!ms)
		return;
	str_duration(&b, ms);
	page_text(p, label, buf_str(&b));
	buf_release(&b);
}
