/* Texts on their way to a person: filled, made harmless, laid out in labelled lines. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fill.h"
#include "str.h"
#include "utf8.h"
#include "viewint.h"

void view_safe(struct buf *out, const char *s)
{
	if (s)
		str_printable(out, s, strlen(s), false);
}

/* Length of the first `max` characters. */
static size_t head_len(const char *s, size_t n, size_t max)
{
	size_t at = 0;
	uint32_t cp;

	for (size_t i = 0; i < max && at < n; i++) {
		size_t len = utf8_decode(s + at, n - at, &cp);

		at += len ? len : 1;
	}
	return at;
}

void view_safe_short(struct buf *out, const char *s, size_t max)
{
	size_t n = s ? strlen(s) : 0, head;

	if (!n)
		return;
	head = head_len(s, n, max);
	str_printable(out, s, head, false);
	if (head < n)
		buf_addf(out, " (and %zu more bytes)", n - head);
}

void view_fill(struct buf *out, const struct view *v, const struct inst *in, const char *text,
	       bool lines)
{
	struct buf filled = BUF_INIT;
	struct binding *b = NULL;
	size_t n;

	if (!text)
		return;
	n = state_bindings(view_state(v), in, &b);
	if (fill_text(&filled, text, b, n, NULL))
		buf_adds(&filled, text);
	str_printable(out, buf_str(&filled), filled.len, lines);
	buf_release(&filled);
	free(b);
}

void view_label(struct buf *out, const char *label, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	if (!n)
		return;
	buf_addf(out, "  %s: ", label);
	for (size_t i = 0; i < n; i++) {
		buf_addc(out, text[i]);
		if (text[i] == '\n')
			buf_addf(out, "  %*s", (int)strlen(label) + 2, "");
	}
	buf_addc(out, '\n');
}

void view_label_fill(struct buf *out, const struct view *v, const struct inst *in,
		     const char *label, const char *text)
{
	struct buf b = BUF_INIT;

	view_fill(&b, v, in, text, true);
	view_label(out, label, buf_str(&b));
	buf_release(&b);
}

void view_label_raw(struct buf *out, const char *label, const char *text)
{
	struct buf b = BUF_INIT;

	if (text)
		str_printable(&b, text, strlen(text), true);
	view_label(out, label, buf_str(&b));
	buf_release(&b);
}

void view_span(struct buf *out, int64_t ns)
{
	str_stopwatch(out, ns < 0 ? 0 : ns / CLOCK_MS);
}

void view_ms(struct buf *out, int64_t ms)
{
	str_duration(out, ms);
}
