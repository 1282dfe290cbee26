/* A small reader of control sequences that only keeps what a terminal would remember. */
#include <stdio.h>
#include <string.h>

#include "screen.h"

enum { GROUND, ESCAPE, CSI, STRING, STRING_ESCAPE, CHARSET };

static const struct {
	int number;
	bool at_rest; /* as a shell has it */
	const char *word;
} known[] = {
	{ 1049, false, "alternate screen" }, { 1047, false, "alternate screen (1047)" },
	{ 25, true, "cursor" },              { 2004, false, "bracketed paste" },
	{ 1, false, "application cursor keys" }, { 7, true, "wrapping" },
	{ 1000, false, "mouse" },            { 1002, false, "mouse (drag)" },
	{ 1003, false, "mouse (all)" },      { 1006, false, "mouse (SGR)" },
	{ 1004, false, "focus events" },     { 6, false, "origin mode" },
	{ 5, false, "reverse video" },       { 9, false, "mouse (X10)" },
	{ 12, false, "blinking cursor" },    { 1048, false, "saved cursor" },
};

enum { N_KNOWN = sizeof known / sizeof known[0] };
_Static_assert((int)N_KNOWN <= (int)SCREEN_MODE_MAX, "a place for each");

/* on[] is kept as "differs from rest", so that all zeroes is a terminal at rest. */
static void set_modes(struct modes *m, bool set)
{
	for (int i = 0; i < m->n_params; i++)
		for (int k = 0; k < N_KNOWN; k++)
			if (known[k].number == m->params[i])
				m->on[k] = set != known[k].at_rest;
}

/* Each attribute is a bit, the colours two more. */
static void graphics(struct modes *m)
{
	enum { FG = 1 << 10, BG = 1 << 11 };

	for (int i = 0; i < m->n_params; i++) {
		int p = m->params[i];

		if (p == 38 || p == 48) {
			m->style |= p == 38 ? FG : BG;
			return; /* what follows are its parts */
		}
		if (p == 0)
			m->style = 0;
		else if (p < 10)
			m->style |= 1U << p;
		else if (p > 20 && p < 30)
			m->style &= ~(p == 22 ? 6U : 1U << (p - 20));
		else if (p == 39 || p == 49)
			m->style &= ~(unsigned)(p == 39 ? FG : BG);
		else
			m->style |= (p < 40 || (p >= 90 && p < 100)) ? FG : BG;
	}
}

static void csi_end(struct modes *m, char final)
{
	switch (final) {
	case 'h':
	case 'l':
		if (m->private)
			set_modes(m, final == 'h');
		break;
	case 'm':
		if (!m->private && !m->mark)
			graphics(m);
		break;
	case 'r':
		if (!m->private)
			m->region = m->params[0] > 1 ||
				    (m->n_params > 1 && m->params[1] && m->params[1] < m->rows);
		break;
	case 'c':
		m->asks += !m->private; /* with a ?, the console's form of the cursor */
		break;
	case 'n':
		m->asks += m->params[0] == 6 || m->params[0] == 5;
		break;
	case 't':
		m->asks += m->params[0] > 10 && m->params[0] < 22;
		break;
	default:
		break;
	}
}

static void csi(struct modes *m, unsigned char c)
{
	int *last = &m->params[m->n_params - 1];

	if (c >= '0' && c <= '9') {
		if (*last < 100000)
			*last = *last * 10 + (c - '0');
	} else if (c == ';' || c == ':') {
		if (m->n_params < SCREEN_PARAMS_MAX)
			m->params[m->n_params++] = 0;
	} else if (c == '?') {
		m->private = true;
	} else if (c >= 0x20 && c < 0x40) {
		m->mark = (char)c;
	} else if (c >= 0x40 && c < 0x7f) {
		csi_end(m, (char)c);
		m->state = GROUND;
	}
}

static void escape(struct modes *m, unsigned char c)
{
	m->state = GROUND;
	switch (c) {
	case '[':
		m->state = CSI;
		m->n_params = 1;
		m->params[0] = 0;
		m->private = false;
		m->mark = 0;
		break;
	case ']':
	case 'P':
	case '^':
	case '_':
	case 'X':
		m->strings++;
		m->state = STRING;
		break;
	case '(':
	case ')':
	case '*':
	case '+':
	case '#':
	case '%':
		m->state = CHARSET;
		break;
	case '=':
	case '>':
		m->keypad = c == '=';
		break;
	case 'Z':
		m->asks++;
		break;
	case 'c':
		*m = (struct modes){ .strings = m->strings, .bells = m->bells, .asks = m->asks,
				      .rows = m->rows };
		break;
	default:
		break;
	}
}

static void one(struct modes *m, unsigned char c)
{
	if (m->state == STRING || m->state == STRING_ESCAPE) {
		if (c == 7 || (m->state == STRING_ESCAPE && c == '\\'))
			m->state = GROUND;
		else
			m->state = c == 0x1b ? STRING_ESCAPE : STRING;
		return;
	}
	if (c == 0x1b) {
		m->state = ESCAPE;
	} else if (c == 0x18 || c == 0x1a) {
		m->state = GROUND;
	} else if (c < 0x20) {
		m->bells += c == 7;
		if (c == 0x0e || c == 0x0f)
			m->shifted = c == 0x0e;
	} else if (m->state == ESCAPE) {
		escape(m, c);
	} else if (m->state == CSI) {
		csi(m, c);
	} else if (m->state == CHARSET) {
		m->state = GROUND;
	}
}

void modes_feed(struct modes *m, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		one(m, (unsigned char)p[i]);
}

static bool is_on(const struct modes *m, int number)
{
	for (int k = 0; k < N_KNOWN; k++)
		if (known[k].number == number)
			return m->on[k];
	return false;
}

bool modes_paste(const struct modes *m)
{
	return is_on(m, 2004);
}

bool modes_full_screen(const struct modes *m)
{
	return is_on(m, 1049);
}

void modes_left(const struct modes *m, struct buf *out)
{
	static const char *const more[] = { "keypad", "style", "line drawing", "scroll region" };
	const bool is[] = { m->keypad, m->style != 0, m->shifted, m->region };

	for (int k = 0; k < N_KNOWN; k++)
		if (m->on[k])
			buf_addf(out, "%s%s", out->len ? ", " : "", known[k].word);
	for (int k = 0; k < 4; k++)
		if (is[k])
			buf_addf(out, "%s%s", out->len ? ", " : "", more[k]);
	if (m->state != GROUND)
		buf_addf(out, "%san open sequence", out->len ? ", " : "");
}
