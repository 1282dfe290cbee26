/* How text looks. */
#include "vtint.h"

void vt_sgr_erases(struct vt *t)
{
	struct tsm_screen_attr a = { 0 };

	a.fccode = TSM_COLOR_FOREGROUND;
	a.bccode = t->pen.a.bccode;
	a.br = t->pen.a.br;
	a.bg = t->pen.a.bg;
	a.bb = t->pen.a.bb;
	tsm_screen_set_def_attr(t->con, &a);
}

struct shade {
	int8_t code;
	uint8_t r, g, b;
};

static struct shade indexed(int n)
{
	static const uint8_t steps[] = { 0, 95, 135, 175, 215, 255 };
	uint8_t grey = (uint8_t)(8 + 10 * (n - 232));

	if (n < 16)
		return (struct shade){ .code = (int8_t)n };
	if (n >= 232)
		return (struct shade){ -1, grey, grey, grey };
	n -= 16;
	return (struct shade){ -1, steps[n / 36], steps[n / 6 % 6], steps[n % 6] };
}

static void set_fg(struct vt *t, struct shade s)
{
	t->pen.a.fccode = s.code;
	t->pen.a.fr = s.r;
	t->pen.a.fg = s.g;
	t->pen.a.fb = s.b;
}

static void set_bg(struct vt *t, struct shade s)
{
	t->pen.a.bccode = s.code;
	t->pen.a.br = s.r;
	t->pen.a.bg = s.g;
	t->pen.a.bb = s.b;
}

static bool is_byte(int v)
{
	return v >= 0 && v <= 255;
}

/* 38;5;N and 38;2;R;G;B, with colons too, and then perhaps a colour space before R. Returns how
 * many parameters it took. */
static int extended(const struct csi *s, int i, struct shade *ret, bool *ret_ok)
{
	int left = s->n - i - 1, end = i + 1, at = i + 2;

	*ret_ok = false;
	if (left < 2)
		return left + 1;
	if (s->sub[i + 1]) {
		while (end < s->n && s->sub[end])
			end++;
		if (s->v[i + 1] == 2 && end - at > 3)
			at++;
	} else {
		end = at + (s->v[i + 1] == 2 ? 3 : 1);
		end = end > s->n ? s->n : end;
	}
	if (s->v[i + 1] == 5 && at < end && is_byte(s->v[at])) {
		*ret = indexed(s->v[at]);
		*ret_ok = true;
	} else if (s->v[i + 1] == 2 && at + 2 < end && is_byte(s->v[at]) &&
		   is_byte(s->v[at + 1]) && is_byte(s->v[at + 2])) {
		*ret = (struct shade){ -1, (uint8_t)s->v[at], (uint8_t)s->v[at + 1],
				       (uint8_t)s->v[at + 2] };
		*ret_ok = true;
	}
	return end - i;
}

static void reset(struct vt *t)
{
	t->pen.a = (struct tsm_screen_attr){ .fccode = TSM_COLOR_FOREGROUND,
					     .bccode = TSM_COLOR_BACKGROUND };
}

static void color(struct vt *t, int v)
{
	static const struct shade fg = { .code = TSM_COLOR_FOREGROUND },
				  bg = { .code = TSM_COLOR_BACKGROUND };

	if (v >= 30 && v <= 37)
		set_fg(t, indexed(v - 30));
	else if (v == 39)
		set_fg(t, fg);
	else if (v >= 40 && v <= 47)
		set_bg(t, indexed(v - 40));
	else if (v == 49)
		set_bg(t, bg);
	else if (v >= 90 && v <= 97)
		set_fg(t, indexed(v - 90 + 8));
	else if (v >= 100 && v <= 107)
		set_bg(t, indexed(v - 100 + 8));
}

static void attribute(struct vt *t, int v, bool none)
{
	struct tsm_screen_attr *a = &t->pen.a;

	switch (v) {
	case -1: case 0: reset(t); break;
	case 1: a->bold = 1; break;
	case 2: a->protect = 1; break;
	case 3: a->italic = 1; break;
	case 4: a->underline = !none; break;
	case 5: case 6: a->blink = 1; break;
	case 7: a->inverse = 1; break;
	case 21: a->underline = 1; break;
	case 22: a->bold = a->protect = 0; break;
	case 23: a->italic = 0; break;
	case 24: a->underline = 0; break;
	case 25: a->blink = 0; break;
	case 27: a->inverse = 0; break;
	default: color(t, v); break;
	}
}

void vt_sgr(struct vt *t)
{
	const struct csi *s = &t->csi;
	struct shade shade;
	bool ok;

	for (int i = 0; i < s->n;) {
		int v = s->v[i], took = 1;

		if (v == 38 || v == 48 || v == 58) {
			took = extended(s, i, &shade, &ok);
			if (ok && v != 58)
				(v == 38 ? set_fg : set_bg)(t, shade);
		} else {
			while (i + took < s->n && s->sub[i + took])
				took++; /* 4:3, a curly line */
			attribute(t, v, took > 1 && s->v[i + 1] == 0);
		}
		i += took;
	}
	vt_sgr_erases(t);
}
