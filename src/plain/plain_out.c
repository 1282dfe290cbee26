/* Lines out: append-only. What stands unfinished on the screen is ended before anything else. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "plainint.h"
#include "plain_wrap.h"

static void put(struct plain *p, const char *s, size_t n)
{
	if (!p->broken && fsio_write_all(p->out, s, n, NULL))
		p->broken = true;
}

/* Whole lines, broken between words where a terminal would break them anywhere. */
static void put_wrapped(struct plain *p, const char *s, size_t n)
{
	size_t width = plain_wrap_width(p->out);
	struct buf b = BUF_INIT;

	if (!width) {
		put(p, s, n);
		return;
	}
	plain_wrap(&b, s, width);
	put(p, buf_str(&b), b.len);
	buf_release(&b);
}

void plain_fresh(struct plain *p)
{
	if (p->open || p->marker)
		put(p, "\n", 1);
	p->open = NULL;
	p->marker = false;
}

void plain_say(struct plain *p, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	char one[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(one, sizeof one, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof one) {
		buf_add(&b, one, (size_t)n);
	} else {
		char *big = mem_alloc((size_t)n + 1);

		va_start(ap, fmt);
		vsnprintf(big, (size_t)n + 1, fmt, ap);
		va_end(ap);
		buf_add(&b, big, (size_t)n);
		free(big);
	}
	buf_addc(&b, '\n');
	plain_fresh(p);
	put_wrapped(p, buf_str(&b), b.len);
	buf_release(&b);
}

void plain_text(struct plain *p, const char *text)
{
	size_t n = strlen(text);

	if (!n)
		return;
	plain_fresh(p);
	put_wrapped(p, text, n);
	if (text[n - 1] != '\n')
		put(p, "\n", 1);
}

void plain_exact(struct plain *p, const char *line)
{
	plain_fresh(p);
	put(p, line, strlen(line));
	put(p, "\n", 1);
}

void plain_raw(struct plain *p, const char *text)
{
	put(p, text, strlen(text));
}

void plain_mark(struct plain *p)
{
	if (p->marker || !p->in.tty)
		return;
	plain_fresh(p);
	put(p, "> ", 2);
	p->marker = true;
}

void plain_echo(struct plain *p, const char *line)
{
	p->marker = false; /* the person's Enter ended the line */
	if (!p->in.tty)
		plain_say(p, "> %s", line);
}
