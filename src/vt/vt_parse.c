/* Bytes into characters, controls and sequences. Whatever comes, it ends: a sequence is bounded, a
 * string that never ends is text again after a while. */
#include <string.h>

#include "utf8.h"
#include "vtint.h"

enum { CAN = 0x18, SUB = 0x1a, ESC = 0x1b };

void vt_parse_reset(struct vt *t)
{
	t->state = GROUND;
	t->n_held = 0;
	t->last = t->repeat = 0;
}

/* More than fits is more than anyone asked for in one portion of output: dropped. */
void vt_parse_answer(struct vt *t, const char *s)
{
	size_t n = strlen(s);

	if (t->n_reply + n > sizeof t->reply)
		return;
	memcpy(t->reply + t->n_reply, s, n);
	t->n_reply += n;
}

static void control(struct vt *t, unsigned char c)
{
	t->last = 0;
	switch (c) {
	case '\b':
		tsm_screen_move_left(t->con, 1);
		break;
	case '\t':
		tsm_screen_tab_right(t->con, 1);
		break;
	case '\n': case '\v': case '\f':
		vt_csi_down(t);
		break;
	case '\r':
		tsm_screen_move_line_home(t->con);
		break;
	case 0x0e: case 0x0f:
		t->pen.shift = c == 0x0e;
		break;
	default:
		break;
	}
}

static void begin_string(struct vt *t, bool bell_ends)
{
	t->state = STRING;
	t->bell_ends = bell_ends;
	t->string_n = 0;
}

static void begin_control(struct vt *t)
{
	memset(&t->csi, 0, sizeof t->csi);
	t->csi.v[0] = -1;
	t->state = CONTROL;
}

/* ESC ( 0 and the like: only line drawing differs from plain. */
static void charset(struct vt *t, char c)
{
	if (t->mid == '(' || t->mid == ')')
		t->pen.graphics[t->mid == ')'] = c == '0';
}

static void next_line(struct vt *t)
{
	vt_csi_down(t);
	tsm_screen_move_line_home(t->con);
}

static void escape(struct vt *t, char c)
{
	t->state = GROUND;
	switch (c) {
	case '[': begin_control(t); break;
	case ']': begin_string(t, true); break;
	case 'P': case 'X': case '^': case '_': begin_string(t, false); break;
	case '7': vt_csi_save(t); break;
	case '8': vt_csi_restore(t); break;
	case 'D': vt_csi_down(t); break;
	case 'E': next_line(t); break;
	case 'H': tsm_screen_set_tabstop(t->con); break;
	case 'M': vt_csi_up(t); break;
	case 'c': vt_reset(t); break;
	default: break;
	}
}

static void param(struct csi *s, char c)
{
	int *v = &s->v[s->n];

	if (c == ';' || c == ':') {
		if (s->n + 1 >= PARAMS_MAX) {
			s->bad = true;
			return;
		}
		s->v[++s->n] = -1;
		s->sub[s->n] = c == ':';
		return;
	}
	*v = (*v < 0 ? 0 : *v) * 10 + (c - '0');
	if (*v > PARAM_MAX)
		*v = PARAM_MAX;
}

static void in_control(struct vt *t, unsigned char c)
{
	struct csi *s = &t->csi;

	if (c >= 0x40 && c <= 0x7e) {
		t->state = GROUND;
		s->n++;
		if (!s->bad)
			vt_csi_run(t, (char)c);
	} else if (c >= 0x20 && c <= 0x2f) {
		s->bad |= s->mid != 0;
		s->mid = (char)c;
	} else if (c >= 0x3c && c <= 0x3f) {
		s->bad |= s->prefix || s->n || s->v[0] >= 0 || s->mid;
		s->prefix = (char)c;
	} else if (c < 0x3c && c >= 0x30) {
		s->bad |= s->mid != 0;
		param(s, (char)c);
	}
}

/* Returns false for a byte that belongs to what comes after the string. */
static bool in_string(struct vt *t, unsigned char c)
{
	if (t->state == STRING_ESC) {
		t->state = c == '\\' ? GROUND : ESCAPE;
		t->mid = 0;
		return c == '\\';
	}
	if (c == ESC)
		t->state = STRING_ESC;
	else if (c == CAN || c == SUB || (c == 0x07 && t->bell_ends) ||
		 ++t->string_n > STRING_MAX)
		t->state = GROUND;
	return true;
}

/* A byte inside a sequence. Returns false when it has to be looked at again as text. */
static bool in_sequence(struct vt *t, unsigned char c)
{
	if (t->state == STRING || t->state == STRING_ESC)
		if (in_string(t, c))
			return true;
	if (c == CAN || c == SUB || c >= 0x80) {
		t->state = GROUND;
		return c < 0x80;
	}
	if (c == ESC) {
		t->state = ESCAPE;
		t->mid = 0;
	} else if (c < 0x20) {
		control(t, c);
	} else if (t->state == CONTROL) {
		in_control(t, c);
	} else if (c <= 0x2f) {
		t->state = ESCAPE_MORE;
		t->mid = t->mid ? '?' : (char)c;
	} else if (t->state == ESCAPE_MORE) {
		t->state = GROUND;
		charset(t, (char)c);
	} else if (c != 0x7f) {
		escape(t, (char)c);
	}
	return true;
}

/* How many bytes a character has that begins with this one; 0: none begins so. */
static size_t length_of(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

/* A character with its high bit set, in as many portions as it pleases. */
static size_t text(struct vt *t, const char *p, size_t n)
{
	size_t used = 0, want;
	uint32_t cp = 0xfffd;

	if (!t->n_held)
		t->held[t->n_held++] = p[used++];
	want = length_of((unsigned char)t->held[0]);
	while (t->n_held < want && used < n && ((unsigned char)p[used] & 0xc0) == 0x80)
		t->held[t->n_held++] = p[used++];
	if (t->n_held < want && used == n)
		return used;
	if (!want || utf8_decode(t->held, t->n_held, &cp) == 0)
		cp = 0xfffd;
	t->n_held = 0;
	vt_text_put(t, cp);
	return used;
}

static size_t ground(struct vt *t, const char *p, size_t n)
{
	unsigned char c = (unsigned char)*p;
	size_t run = 0;

	if (t->n_held || c >= 0x80)
		return text(t, p, n);
	while (run < n && (unsigned char)p[run] >= 0x20 && (unsigned char)p[run] < 0x7f)
		run++;
	if (run) {
		vt_text_ascii(t, p, run);
		return run;
	}
	if (c == ESC) {
		t->last = 0;
		t->state = ESCAPE;
		t->mid = 0;
	} else if (c < 0x20) {
		control(t, c);
	}
	return 1;
}

void vt_feed(struct vt *t, const void *bytes, size_t n)
{
	const char *p = bytes;

	if (n)
		t->age++;
	while (n) {
		size_t used = 1;

		if (t->state == GROUND)
			used = ground(t, p, n);
		else if (!in_sequence(t, (unsigned char)*p))
			used = 0;
		p += used;
		n -= used;
	}
}
