/* The screen itself: libtsm's cells, taken over when somebody looks. The sequences are read here
 * and not by libtsm, which obeys more than a command should be able to ask for. */
#include "vt.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "vtint.h"

static int clip(int n, int max)
{
	return n < 1 ? 1 : n > max ? max : n;
}

/* Both screens blank, in default colours. */
static void blank(struct vt *t)
{
	vt_csi_plain_pen(t);
	tsm_screen_set_flags(t->con, TSM_SCREEN_ALTERNATE);
	tsm_screen_erase_screen(t->con, false);
	tsm_screen_reset(t->con); /* the main screen again */
	tsm_screen_set_flags(t->con, TSM_SCREEN_AUTO_WRAP);
	tsm_screen_erase_screen(t->con, false);
	tsm_screen_move_to(t->con, 0, 0);
	vt_csi_margins(t, 0, t->rows - 1);
}

struct vt *vt_new(int rows, int cols)
{
	struct vt *t = mem_alloc(sizeof *t);

	if (tsm_screen_new(&t->con, NULL, NULL))
		(void)mem_grow(NULL, SIZE_MAX, 2); /* no memory: ends here */
	t->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	t->clusters = mem_alloc(CLUSTERS_MAX * sizeof *t->clusters);
	t->cluster_width = mem_alloc(CLUSTERS_MAX);
	t->slots = mem_alloc(SLOTS * sizeof *t->slots);
	vt_csi_plain_pen(t);
	tsm_screen_resize(t->con, (unsigned)clip(cols, VT_COLS_MAX),
			  (unsigned)clip(rows, VT_ROWS_MAX));
	t->rows = (int)tsm_screen_get_height(t->con);
	t->cols = (int)tsm_screen_get_width(t->con);
	vt_reset(t);
	return t;
}

void vt_free(struct vt *t)
{
	if (!t)
		return;
	tsm_screen_unref(t->con);
	if (t->utf8 != (locale_t)0)
		freelocale(t->utf8);
	free(t->clusters);
	free(t->cluster_width);
	free(t->slots);
	free(t->snap);
	free(t);
}

void vt_reset(struct vt *t)
{
	vt_parse_reset(t);
	vt_text_clear(t);
	memset(t->saved, 0, sizeof t->saved);
	blank(t);
	for (int i = 0; i < 2; i++)
		t->saved[i] = (struct saved){ .pen = t->pen, .wrap = true };
	t->before = t->saved[0];
	t->app_keys = t->paste = t->addressed = false;
	t->reach_rows = t->reach_cols = 0;
	t->n_reply = 0;
	t->age++;
}

/* libtsm scrolls by as much as the screen gets lower, also where the text is all at the top:
 * scrolled down first by what must not go. */
static void keep_top(struct vt *t, int rows)
{
	int y = (int)tsm_screen_get_cursor_y(t->con);
	int scrolls = t->rows - rows, needed = y - rows + 1;

	if (needed < 0)
		needed = 0;
	if (scrolls > needed) {
		vt_csi_margins(t, 0, t->rows - 1);
		tsm_screen_scroll_down(t->con, (unsigned)(scrolls - needed));
	}
}

void vt_resize(struct vt *t, int rows, int cols)
{
	unsigned x = tsm_screen_get_cursor_x(t->con), y = tsm_screen_get_cursor_y(t->con);
	unsigned origin = tsm_screen_get_flags(t->con) & TSM_SCREEN_REL_ORIGIN;
	struct pen pen = t->pen;

	rows = clip(rows, VT_ROWS_MAX);
	cols = clip(cols, VT_COLS_MAX);
	if (rows == t->rows && cols == t->cols)
		return;
	t->last = 0;
	t->age++;
	vt_csi_plain_pen(t);
	tsm_screen_reset_flags(t->con, origin);
	if (rows < t->rows) {
		keep_top(t, rows);
		y = y >= (unsigned)rows ? (unsigned)rows - 1 : y;
	}
	tsm_screen_resize(t->con, (unsigned)cols, (unsigned)rows);
	t->rows = (int)tsm_screen_get_height(t->con);
	t->cols = (int)tsm_screen_get_width(t->con);
	vt_csi_margins(t, 0, t->rows - 1);
	tsm_screen_move_to(t->con, x, y);
	tsm_screen_set_flags(t->con, origin);
	t->pen = pen;
	vt_sgr_erases(t);
}

void vt_size(const struct vt *t, int *ret_rows, int *ret_cols)
{
	*ret_rows = t->rows;
	*ret_cols = t->cols;
}

uint64_t vt_age(const struct vt *t)
{
	return t->age;
}

bool vt_full_screen(const struct vt *t)
{
	return vt_csi_alternate(t);
}

bool vt_addressed(const struct vt *t)
{
	return t->addressed;
}

void vt_reach(const struct vt *t, int *ret_rows, int *ret_cols)
{
	*ret_rows = t->reach_rows;
	*ret_cols = t->reach_cols;
}

/* --- cells out ----------------------------------------------------------------------------- */

enum { SYM = 0x1fffff }; /* of an id: the rest of it says how the cell looks */

static int take_cell(struct tsm_screen *con, uint64_t id, const uint32_t *ch, size_t len,
		     unsigned width, unsigned x, unsigned y, const struct tsm_screen_attr *a,
		     tsm_age_t age, void *data)
{
	struct vt *t = data;

	(void)con, (void)ch, (void)len, (void)age;
	if (x < (unsigned)t->cols && y < (unsigned)t->rows)
		t->snap[y * (unsigned)t->cols + x] = (struct cell){
			.sym = (uint32_t)id & SYM, .width = (uint8_t)width, .a = *a
		};
	return 0;
}

static void snapshot(struct vt *t)
{
	size_t n = (size_t)t->rows * (size_t)t->cols;
	unsigned flags = tsm_screen_get_flags(t->con);

	if (t->snap && t->snap_age == t->age)
		return;
	if (n > t->snap_n) {
		t->snap = mem_grow(t->snap, n, sizeof *t->snap);
		t->snap_n = n;
	}
	memset(t->snap, 0, n * sizeof *t->snap);
	/* drawn with a cursor, libtsm would turn the colours of its cell round */
	tsm_screen_set_flags(t->con, TSM_SCREEN_HIDE_CURSOR);
	tsm_screen_draw(t->con, take_cell, t);
	if (!(flags & TSM_SCREEN_HIDE_CURSOR))
		tsm_screen_reset_flags(t->con, TSM_SCREEN_HIDE_CURSOR);
	t->snap_age = t->age;
}

static struct vt_color color(int code, uint8_t r, uint8_t g, uint8_t b)
{
	if (code < 0)
		return (struct vt_color){ .kind = VT_RGB, .r = r, .g = g, .b = b };
	if (code >= TSM_COLOR_FOREGROUND)
		return (struct vt_color){ .kind = VT_DEFAULT };
	return (struct vt_color){ .kind = VT_INDEXED, .index = (uint8_t)code };
}

/* Half of a wide character that something was written over is a blank. */
static int whole_width(const struct vt *t, const struct cell *c, int col)
{
	if (c->width == 2)
		return col + 1 < t->cols && c[1].width == 0 ? 2 : -1;
	if (c->width == 0)
		return col > 0 && c[-1].width == 2 ? 0 : -1;
	return 1;
}

bool vt_cell(struct vt *t, int row, int col, struct vt_cell *ret)
{
	const struct cell *c;
	int width;

	memset(ret, 0, sizeof *ret);
	ret->width = 1;
	if (row < 0 || col < 0 || row >= t->rows || col >= t->cols)
		return false;
	snapshot(t);
	c = &t->snap[row * t->cols + col];
	width = whole_width(t, c, col);
	ret->width = width < 0 ? 1 : width;
	ret->fg = color(c->a.fccode, c->a.fr, c->a.fg, c->a.fb);
	ret->bg = color(c->a.bccode, c->a.br, c->a.bg, c->a.bb);
	ret->reverse = c->a.inverse;
	if (!c->sym)
		return true;
	ret->bold = c->a.bold;
	ret->dim = c->a.protect;
	ret->underline = c->a.underline;
	ret->blink = c->a.blink;
	ret->italic = c->a.italic;
	if (width > 0 && c->sym != ' ')
		vt_text_name(t, c->sym, ret->text);
	return true;
}

bool vt_cursor(const struct vt *t, int *ret_row, int *ret_col)
{
	int x = (int)tsm_screen_get_cursor_x(t->con), y = (int)tsm_screen_get_cursor_y(t->con);

	*ret_row = y < t->rows ? y : t->rows - 1;
	*ret_col = x < t->cols ? x : t->cols - 1;
	return !(tsm_screen_get_flags(t->con) & TSM_SCREEN_HIDE_CURSOR);
}

size_t vt_reply(struct vt *t, char *out, size_t size)
{
	size_t n = t->n_reply < size ? t->n_reply : size;

	memcpy(out, t->reply, n);
	t->n_reply = 0;
	return n;
}
