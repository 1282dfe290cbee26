#include "plain_strip.h"

#include "str.h"

enum state { TEXT, ESC, ESC_ONE, CSI, STRING, STRING_ESC };

void plain_strip_release(struct strip *s)
{
	buf_release(&s->line);
}

static void emit(struct strip *s, void (*fn)(void *ctx, const char *line), void *ctx)
{
	struct buf b = BUF_INIT;

	str_printable(&b, buf_str(&s->line), s->line.len, false);
	fn(ctx, buf_str(&b));
	buf_release(&b);
	buf_clear(&s->line);
}

static void take_back(struct strip *s)
{
	size_t n = s->line.len;

	while (n && (s->line.data[n - 1] & 0xc0) == 0x80)
		n--;
	buf_cut(&s->line, n ? n - 1 : 0);
	s->redraws++;
}

/* One byte that is no part of a control sequence. */
static void text(struct strip *s, char c, void (*fn)(void *ctx, const char *line), void *ctx)
{
	bool cr = s->cr;

	s->cr = false;
	if (c == '\n') {
		emit(s, fn, ctx);
		return;
	}
	if (c == '\r') {
		s->cr = true;
		return;
	}
	if (cr && s->terminal) {
		buf_clear(&s->line);
		s->redraws++;
	} else if (cr) {
		buf_addc(&s->line, '\r');
	}
	if (s->terminal && c == '\b') {
		take_back(s);
		return;
	}
	if (s->terminal && c == '\a')
		return;
	if (s->line.len >= STRIP_LINE_MAX && ((unsigned char)c & 0xc0) != 0x80)
		emit(s, fn, ctx);
	buf_addc(&s->line, c);
}

/* The byte after ESC. */
static enum state after_esc(unsigned char c)
{
	switch (c) {
	case '[':
		return CSI;
	case ']': case 'P': case 'X': case '^': case '_':
		return STRING;
	case '(': case ')': case '*': case '+': case '#': case '%': case ' ':
		return ESC_ONE;
	case 0x1b:
		return ESC;
	default:
		return TEXT;
	}
}

/* A byte inside a control sequence: where that leads. */
static enum state inside(enum state st, unsigned char c)
{
	switch (st) {
	case ESC:
		return after_esc(c);
	case CSI:
		return c == 0x1b ? ESC : c >= 0x40 && c <= 0x7e ? TEXT : c == '\n' ? TEXT : CSI;
	case STRING:
		return c == 0x1b ? STRING_ESC : c == '\a' || c == '\n' ? TEXT : STRING;
	case STRING_ESC:
		return c == '\\' ? TEXT : after_esc(c);
	default:
		return TEXT;
	}
}

void plain_strip_feed(struct strip *s, const char *p, size_t n,
		void (*fn)(void *ctx, const char *line), void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (!s->terminal) {
			text(s, p[i], fn, ctx);
		} else if (s->state != TEXT) {
			s->state = (int)inside((enum state)s->state, c);
			if (c == '\n')
				text(s, '\n', fn, ctx);
		} else if (c == 0x1b) {
			s->state = ESC;
		} else {
			text(s, p[i], fn, ctx);
		}
	}
}

bool plain_strip_rest(const struct strip *s, struct buf *out)
{
	str_printable(out, buf_str(&s->line), s->line.len, false);
	return s->line.len > 0;
}
