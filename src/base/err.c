#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
	[-ERR_OK] = "ERR_OK",
	[-ERR_NOMEM] = "ERR_NOMEM",
	[-ERR_IO] = "ERR_IO",
	[-ERR_PARSE] = "ERR_PARSE",
	[-ERR_LIMIT] = "ERR_LIMIT",
	[-ERR_NOTFOUND] = "ERR_NOTFOUND",
	[-ERR_EXISTS] = "ERR_EXISTS",
	[-ERR_BUSY] = "ERR_BUSY",
	[-ERR_DENIED] = "ERR_DENIED",
	[-ERR_CORRUPT] = "ERR_CORRUPT",
	[-ERR_VERSION] = "ERR_VERSION",
	[-ERR_FULL] = "ERR_FULL",
	[-ERR_CANCEL] = "ERR_CANCEL",
	[-ERR_USAGE] = "ERR_USAGE",
};

/* A sentence in the making. Arguments may point into the err that is about to be set, so it is
 * built here first. */
struct line {
	char text[ERR_TEXT_MAX];
	size_t len;
};

/* Bytes at the end of text that begin a UTF-8 character but do not finish it. */
static size_t half_char(const char *text, size_t len)
{
	size_t tail = 0;
	while (tail < len && tail < 3 && ((unsigned char)text[len - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail == len)
		return 0;
	unsigned char lead = (unsigned char)text[len - 1 - tail];
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	return want > tail + 1 ? tail + 1 : 0;
}

__attribute__((format(printf, 2, 0)))
static void line_addv(struct line *l, const char *fmt, va_list ap)
{
	size_t room = sizeof(l->text) - l->len;
	int n = vsnprintf(l->text + l->len, room, fmt, ap);
	if (n < 0) {
		l->text[l->len] = '\0';
		return;
	}
	if ((size_t)n < room) {
		l->len += (size_t)n;
		return;
	}
	l->len = sizeof(l->text) - 1;
	l->len -= half_char(l->text, l->len);
	l->text[l->len] = '\0';
}

__attribute__((format(printf, 2, 3)))
static void line_add(struct line *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	line_addv(l, fmt, ap);
	va_end(ap);
}

static int fill(struct err *err, int code, int sys, const struct line *l)
{
	err->code = code;
	err->sys = code == ERR_IO || code == ERR_FULL ? sys : 0;
	memcpy(err->text, l->text, l->len + 1);
	return code;
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
	if (!err)
		return code;
	int sys = errno;
	struct line l = { .len = 0 };
	va_list ap;
	va_start(ap, fmt);
	line_addv(&l, fmt, ap);
	va_end(ap);
	errno = sys;
	return fill(err, code, sys, &l);
}

int err_sys(struct err *err, const char *fmt, ...)
{
	int sys = errno;
	int code = ERR_IO;
	if (sys == ENOSPC || sys == EDQUOT)
		code = ERR_FULL;
	else if (sys == ENOMEM)
		code = ERR_NOMEM;
	if (!err)
		return code;
	struct line l = { .len = 0 };
	va_list ap;
	va_start(ap, fmt);
	line_addv(&l, fmt, ap);
	va_end(ap);
	line_add(&l, ": %s", strerror(sys));
	errno = sys;
	return fill(err, code, sys, &l);
}

int err_context(struct err *err, int code, const char *fmt, ...)
{
	if (!err)
		return code;
	int sys = errno;
	struct line l = { .len = 0 };
	va_list ap;
	va_start(ap, fmt);
	line_addv(&l, fmt, ap);
	va_end(ap);
	if (err->code == ERR_OK)
		return fill(err, code, sys, &l);
	line_add(&l, ": %s", err->text);
	memcpy(err->text, l.text, l.len + 1);
	errno = sys;
	return err->code;
}

const char *err_name(int code)
{
	if (code > 0 || code <= -(int)(sizeof(names) / sizeof(names[0])))
		return "ERR_UNKNOWN";
	return names[-code];
}
