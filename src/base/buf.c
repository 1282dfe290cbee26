#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"

enum { FIRST_CAP = 64 };

/* As realloc, which would leave a copy behind where it moves. */
static void grow_secret(struct buf *b, size_t cap)
{
	char *wider = mem_raw(cap);
	if (b->data) {
		memcpy(wider, b->data, b->len + 1);
		mem_wipe(b->data, b->cap);
		free(b->data);
	}
	b->data = wider;
}

/* Room for n more bytes and the NUL, or ERR_LIMIT. */
static int reserve(struct buf *b, size_t n)
{
	if (b->max && (b->len > b->max || n > b->max - b->len)) {
		b->over = true;
		return ERR_LIMIT;
	}
	if (n < b->cap - b->len)
		return 0;
	size_t need = n > SIZE_MAX - b->len - 1 ? SIZE_MAX : b->len + n + 1; /* mem_grow ends it */
	size_t cap = b->cap ? b->cap : FIRST_CAP;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (b->max && cap > b->max && need <= b->max)
		cap = b->max + 1;
	if (b->secret)
		grow_secret(b, cap);
	else
		b->data = mem_grow(b->data, cap, 1);
	b->cap = cap;
	b->data[b->len] = '\0';
	return 0;
}

int buf_add(struct buf *b, const void *p, size_t n)
{
	int rc = reserve(b, n);
	if (rc)
		return rc;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t room = b->cap - b->len;
	va_start(ap, fmt);
	int n = vsnprintf(room ? b->data + b->len : NULL, room, fmt, ap);
	va_end(ap);
	if (room)
		b->data[b->len] = '\0';
	if (n < 0)
		return ERR_USAGE;
	int rc = reserve(b, (size_t)n);
	if (rc)
		return rc;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

void buf_clear(struct buf *b)
{
	buf_cut(b, 0);
	b->over = false;
}

void buf_release(struct buf *b)
{
	if (b->secret && b->data)
		mem_wipe(b->data, b->cap);
	free(b->data);
	*b = (struct buf){ .max = b->max, .secret = b->secret };
}

void buf_drop(struct buf *b, size_t n)
{
	if (n >= b->len) {
		buf_cut(b, 0);
		return;
	}
	memmove(b->data, b->data + n, b->len - n + 1);
	b->len -= n;
	if (b->secret)
		mem_wipe(b->data + b->len, n);
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	if (b->secret)
		mem_wipe(b->data + len, b->len - len);
	b->len = len;
	b->data[len] = '\0';
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *s = b->data ? b->data : mem_dup("");
	*b = (struct buf){ .max = b->max, .secret = b->secret };
	return s;
}
