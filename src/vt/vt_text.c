/* Characters onto the screen: how wide they are, and marks joined to what they stand on. */
#include <string.h>
#include <wchar.h>

#include "buf.h"
#include "str.h"
#include "utf8.h"
#include "vtint.h"

#define REPLACEMENT 0xfffdu

void vt_text_clear(struct vt *t)
{
	t->n_clusters = 0;
	memset(t->slots, 0, SLOTS * sizeof *t->slots);
}

static bool is_ours(uint32_t cp)
{
	return (cp >= NARROW && cp < NARROW + CLUSTERS_MAX) ||
	       (cp >= WIDE && cp < WIDE + CLUSTERS_MAX);
}

void vt_text_name(const struct vt *t, uint32_t sym, char to[VT_CELL_BYTES])
{
	uint32_t i = sym >= NARROW ? sym - NARROW : sym - WIDE;

	if (is_ours(sym) && i < t->n_clusters)
		memcpy(to, t->clusters[i], VT_CELL_BYTES);
	else
		to[utf8_encode(sym, to)] = '\0';
}

static size_t hash(const char *s, int width)
{
	uint32_t h = 2166136261u + (uint32_t)width;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h % SLOTS;
}

/* The stand-in for a text of this width; 0 when no more are to be had. */
static uint32_t cluster(struct vt *t, const char *text, int width)
{
	size_t at = hash(text, width);
	size_t i;

	for (; t->slots[at]; at = (at + 1) % SLOTS) {
		i = t->slots[at] - 1u;
		if (t->cluster_width[i] == width && strcmp(t->clusters[i], text) == 0)
			return (width == 2 ? WIDE : NARROW) + (uint32_t)i;
	}
	if (t->n_clusters == CLUSTERS_MAX)
		return 0;
	i = t->n_clusters++;
	memset(t->clusters[i], 0, VT_CELL_BYTES);
	memcpy(t->clusters[i], text, strlen(text) + 1);
	t->cluster_width[i] = (uint8_t)width;
	t->slots[at] = (uint16_t)(i + 1);
	return (width == 2 ? WIDE : NARROW) + (uint32_t)i;
}

/* --- widths ---------------------------------------------------------------------------------- */

static int width_of(const struct vt *t, uint32_t cp)
{
	locale_t was;
	int w;

	if (cp < 0x7f)
		return 1;
	if (t->utf8 == (locale_t)0)
		return (int)tsm_ucs4_get_width(cp);
	was = uselocale(t->utf8);
	w = wcwidth((wchar_t)cp);
	uselocale(was);
	return w;
}

/* Marks and joiners, not what turns the direction of a line or hides in it. */
static bool is_mark(uint32_t cp)
{
	struct buf b = BUF_INIT;
	char raw[5] = "";
	size_t n = utf8_encode(cp, raw);
	bool same;

	if (n == 0)
		return false;
	str_printable(&b, raw, n, false);
	same = b.len == n && memcmp(b.data, raw, n) == 0;
	buf_release(&b);
	return same;
}

/* --- writing --------------------------------------------------------------------------------- */

/* In the last row, below the margins, a line wraps onto itself. */
static void wrap_below(struct vt *t)
{
	unsigned y = tsm_screen_get_cursor_y(t->con);

	if (tsm_screen_get_cursor_x(t->con) >= (unsigned)t->cols && (int)y == t->rows - 1 &&
	    t->bottom < t->rows - 1 &&
	    (tsm_screen_get_flags(t->con) & TSM_SCREEN_AUTO_WRAP))
		tsm_screen_move_line_home(t->con);
}

static void write_sym(struct vt *t, uint32_t sym, int width)
{
	unsigned x, cols = (unsigned)t->cols;

	wrap_below(t);
	x = tsm_screen_get_cursor_x(t->con);
	if (width == 2 && x == cols - 1) {
		if (tsm_screen_get_flags(t->con) & TSM_SCREEN_AUTO_WRAP)
			tsm_screen_write(t->con, ' ', &t->pen.a); /* it stands whole in the next */
		else
			tsm_screen_move_left(t->con, 1);
	} else if (width == 2 && x >= cols &&
		   !(tsm_screen_get_flags(t->con) & TSM_SCREEN_AUTO_WRAP)) {
		tsm_screen_move_left(t->con, 1);
	}
	wrap_below(t);
	tsm_screen_write(t->con, sym, &t->pen.a);
	t->last = t->repeat = sym;
	t->last_width = width;
}

void vt_text_again(struct vt *t)
{
	write_sym(t, t->repeat, (int)tsm_ucs4_get_width(t->repeat));
}

/* Joins a mark to the character before it, where that stands right before the cursor. */
static void join(struct vt *t, uint32_t cp)
{
	char text[VT_CELL_BYTES], mark[5] = "";
	unsigned held, x, y;
	uint32_t sym;
	size_t n, len;

	if (!t->last || !is_mark(cp))
		return;
	vt_text_name(t, t->last, text);
	len = strlen(text);
	n = utf8_encode(cp, mark);
	if (!len || len + n >= sizeof text)
		return;
	memcpy(text + len, mark, n + 1);
	sym = cluster(t, text, t->last_width);
	x = tsm_screen_get_cursor_x(t->con);
	y = tsm_screen_get_cursor_y(t->con);
	if (!sym || x < (unsigned)t->last_width)
		return;
	held = tsm_screen_get_flags(t->con) & (TSM_SCREEN_INSERT_MODE | TSM_SCREEN_REL_ORIGIN);
	tsm_screen_reset_flags(t->con, held);
	tsm_screen_move_to(t->con, x - (unsigned)t->last_width, y);
	tsm_screen_write(t->con, sym, &t->pen.a);
	tsm_screen_set_flags(t->con, held);
	t->last = t->repeat = sym;
}

void vt_text_put(struct vt *t, uint32_t cp)
{
	char text[VT_CELL_BYTES] = "";
	int width;

	if (cp < 0xa0 && cp >= 0x7f)
		return; /* the other control characters: obeyed by nobody */
	width = is_ours(cp) ? -1 : width_of(t, cp);
	if (width == 0) {
		join(t, cp);
		return;
	}
	if (width < 0 || cp == 0x2028 || cp == 0x2029 || (width == 2 && t->cols < 2)) {
		cp = REPLACEMENT;
		width = 1;
	}
	if ((int)tsm_ucs4_get_width(cp) != width) {
		utf8_encode(cp, text);
		cp = cluster(t, text, width);
		if (!cp) {
			cp = REPLACEMENT;
			width = 1;
		}
	}
	write_sym(t, cp, width);
}

/* What the line-drawing set has for 0x60…0x7e. */
static uint32_t graphic(unsigned char c)
{
	static const uint16_t set[] = {
		0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1,
		0x2424, 0x240b, 0x2518, 0x2510, 0x250c, 0x2514, 0x253c, 0x23ba,
		0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524, 0x2534, 0x252c,
		0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
	};

	return c >= 0x60 && c <= 0x7e ? set[c - 0x60] : c;
}

void vt_text_ascii(struct vt *t, const char *p, size_t n)
{
	if (t->pen.graphics[t->pen.shift]) {
		for (size_t i = 0; i < n; i++)
			vt_text_put(t, graphic((unsigned char)p[i]));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (t->bottom < t->rows - 1)
			wrap_below(t);
		tsm_screen_write(t->con, (unsigned char)p[i], &t->pen.a);
	}
	t->last = t->repeat = (unsigned char)p[n - 1];
	t->last_width = 1;
}
