/* Control sequences, one row each: what a screen does. What asks for anything else (sizes of
 * windows, clipboards, printers, mice) is not here. */
#include <stdio.h>

#include "vtint.h"

static int arg(const struct vt *t, int i, int otherwise)
{
	return i < t->csi.n && t->csi.v[i] > 0 ? t->csi.v[i] : otherwise;
}

static unsigned count(const struct vt *t)
{
	return (unsigned)arg(t, 0, 1);
}

bool vt_csi_alternate(const struct vt *t)
{
	return tsm_screen_get_flags(t->con) & TSM_SCREEN_ALTERNATE;
}

static void set_flag(struct vt *t, unsigned flag, bool on)
{
	if (on)
		tsm_screen_set_flags(t->con, flag);
	else
		tsm_screen_reset_flags(t->con, flag);
}

void vt_csi_plain_pen(struct vt *t)
{
	t->pen = (struct pen){ 0 };
	t->pen.a.fccode = TSM_COLOR_FOREGROUND;
	t->pen.a.bccode = TSM_COLOR_BACKGROUND;
	vt_sgr_erases(t);
}

/* What is outside the margins does not scroll, and nothing there makes the inside scroll: libtsm
 * would. */
void vt_csi_margins(struct vt *t, int top, int bottom)
{
	t->top = top;
	t->bottom = bottom;
	tsm_screen_set_margins(t->con, (unsigned)top + 1, (unsigned)bottom + 1);
}

void vt_csi_down(struct vt *t)
{
	int y = (int)tsm_screen_get_cursor_y(t->con);

	if (y < t->rows - 1 || y == t->bottom)
		tsm_screen_move_down(t->con, 1, true);
}

void vt_csi_up(struct vt *t)
{
	int y = (int)tsm_screen_get_cursor_y(t->con);

	if (y > 0 || y == t->top)
		tsm_screen_move_up(t->con, 1, true);
}

/* --- cursor ---------------------------------------------------------------------------------- */

/* Of the screen itself, whatever the margins. */
static void move_abs(struct vt *t, unsigned x, unsigned y)
{
	unsigned origin = tsm_screen_get_flags(t->con) & TSM_SCREEN_REL_ORIGIN;

	tsm_screen_reset_flags(t->con, origin);
	tsm_screen_move_to(t->con, x, y);
	tsm_screen_set_flags(t->con, origin);
}

static unsigned cur_x(const struct vt *t)
{
	return tsm_screen_get_cursor_x(t->con);
}

static unsigned cur_y(const struct vt *t)
{
	return tsm_screen_get_cursor_y(t->con);
}

static void go_up(struct vt *t) { tsm_screen_move_up(t->con, count(t), false); }
static void go_down(struct vt *t) { tsm_screen_move_down(t->con, count(t), false); }
static void go_right(struct vt *t) { tsm_screen_move_right(t->con, count(t)); }
static void go_left(struct vt *t) { tsm_screen_move_left(t->con, count(t)); }
static void go_col(struct vt *t) { move_abs(t, count(t) - 1, cur_y(t)); }
static void tab_right(struct vt *t) { tsm_screen_tab_right(t->con, count(t)); }
static void tab_left(struct vt *t) { tsm_screen_tab_left(t->con, count(t)); }

static void reach(struct vt *t, int row, int col)
{
	if (row <= REACH_MAX && row > t->reach_rows)
		t->reach_rows = row;
	if (col <= REACH_MAX && col > t->reach_cols)
		t->reach_cols = col;
}

static void go_to(struct vt *t)
{
	t->addressed = true;
	reach(t, arg(t, 0, 1), arg(t, 1, 1));
	tsm_screen_move_to(t->con, (unsigned)arg(t, 1, 1) - 1, count(t) - 1);
}

static void go_row(struct vt *t)
{
	t->addressed = true;
	reach(t, arg(t, 0, 1), 0);
	tsm_screen_move_to(t->con, cur_x(t), count(t) - 1);
}

static void next_line(struct vt *t)
{
	go_down(t);
	tsm_screen_move_line_home(t->con);
}

static void previous_line(struct vt *t)
{
	go_up(t);
	tsm_screen_move_line_home(t->con);
}

void vt_csi_save(struct vt *t)
{
	unsigned flags = tsm_screen_get_flags(t->con);

	t->saved[vt_csi_alternate(t)] = (struct saved){
		.x = cur_x(t), .y = cur_y(t), .pen = t->pen,
		.origin = flags & TSM_SCREEN_REL_ORIGIN, .wrap = flags & TSM_SCREEN_AUTO_WRAP,
	};
}

static void restore(struct vt *t, const struct saved *s)
{
	move_abs(t, s->x, s->y);
	t->pen = s->pen;
	vt_sgr_erases(t);
	set_flag(t, TSM_SCREEN_REL_ORIGIN, s->origin);
	set_flag(t, TSM_SCREEN_AUTO_WRAP, s->wrap);
}

void vt_csi_restore(struct vt *t)
{
	restore(t, &t->saved[vt_csi_alternate(t)]);
}

/* --- what is on the screen ------------------------------------------------------------------- */

static void erase_screen(struct vt *t)
{
	switch (arg(t, 0, 0)) {
	case 0: tsm_screen_erase_cursor_to_screen(t->con, false); break;
	case 1: tsm_screen_erase_screen_to_cursor(t->con, false); break;
	case 2: tsm_screen_erase_screen(t->con, false); break;
	default: break;
	}
}

static void erase_line(struct vt *t)
{
	switch (arg(t, 0, 0)) {
	case 0: tsm_screen_erase_cursor_to_end(t->con, false); break;
	case 1: tsm_screen_erase_home_to_cursor(t->con, false); break;
	case 2: tsm_screen_erase_current_line(t->con, false); break;
	default: break;
	}
}

static void erase_chars(struct vt *t) { tsm_screen_erase_chars(t->con, count(t)); }
static void insert_lines(struct vt *t) { tsm_screen_insert_lines(t->con, count(t)); }
static void delete_lines(struct vt *t) { tsm_screen_delete_lines(t->con, count(t)); }
static void insert_chars(struct vt *t) { tsm_screen_insert_chars(t->con, count(t)); }
static void delete_chars(struct vt *t) { tsm_screen_delete_chars(t->con, count(t)); }
static void scroll_up(struct vt *t) { tsm_screen_scroll_up(t->con, count(t)); }
static void scroll_down(struct vt *t) { tsm_screen_scroll_down(t->con, count(t)); }

/* The last character once more; a screen full of it at most. */
static void repeat(struct vt *t)
{
	int n = arg(t, 0, 1), most = t->rows * t->cols;

	for (n = n < most ? n : most; t->repeat && n > 0; n--)
		vt_text_again(t);
}

static void margins(struct vt *t)
{
	int top = arg(t, 0, 1), bottom = arg(t, 1, t->rows);

	reach(t, arg(t, 1, 0), 0);
	if (bottom > t->rows)
		bottom = t->rows;
	if (top >= bottom)
		return;
	vt_csi_margins(t, top - 1, bottom - 1);
	tsm_screen_move_to(t->con, 0, 0);
}

static void clear_tabs(struct vt *t)
{
	if (arg(t, 0, 0) == 0)
		tsm_screen_reset_tabstop(t->con);
	else if (arg(t, 0, 0) == 3)
		tsm_screen_reset_all_tabstops(t->con);
}

/* --- modes ----------------------------------------------------------------------------------- */

static void set_alternate(struct vt *t, bool on)
{
	if (on != vt_csi_alternate(t))
		set_flag(t, TSM_SCREEN_ALTERNATE, on);
}

/* 1049: there and back with the cursor. */
static void full_screen(struct vt *t, bool on)
{
	if (on == vt_csi_alternate(t))
		return;
	if (on) {
		vt_csi_save(t);
		t->before = t->saved[0];
		set_alternate(t, true);
		tsm_screen_erase_screen(t->con, false);
	} else {
		set_alternate(t, false);
		restore(t, &t->before);
	}
}

static void origin(struct vt *t, bool on)
{
	set_flag(t, TSM_SCREEN_REL_ORIGIN, on);
	tsm_screen_move_to(t->con, 0, 0);
}

static void private_mode(struct vt *t, int mode, bool on)
{
	switch (mode) {
	case 1: t->app_keys = on; break;
	case 5: set_flag(t, TSM_SCREEN_INVERSE, on); break;
	case 6: origin(t, on); break;
	case 7: set_flag(t, TSM_SCREEN_AUTO_WRAP, on); break;
	case 25: set_flag(t, TSM_SCREEN_HIDE_CURSOR, !on); break;
	case 47: case 1047: set_alternate(t, on); break;
	case 1048:
		if (on)
			vt_csi_save(t);
		else
			vt_csi_restore(t);
		break;
	case 1049: full_screen(t, on); break;
	case 2004: t->paste = on; break;
	default: break;
	}
}

static void set_modes(struct vt *t, bool on)
{
	for (int i = 0; i < t->csi.n; i++)
		if (t->csi.prefix == '?')
			private_mode(t, t->csi.v[i], on);
		else if (t->csi.v[i] == 4)
			set_flag(t, TSM_SCREEN_INSERT_MODE, on);
}

static void modes_on(struct vt *t) { set_modes(t, true); }
static void modes_off(struct vt *t) { set_modes(t, false); }

void vt_csi_soft_reset(struct vt *t)
{
	set_flag(t, TSM_SCREEN_INSERT_MODE | TSM_SCREEN_REL_ORIGIN | TSM_SCREEN_HIDE_CURSOR, false);
	set_flag(t, TSM_SCREEN_AUTO_WRAP, true);
	vt_csi_margins(t, 0, t->rows - 1);
	t->app_keys = false;
	vt_csi_plain_pen(t);
	t->saved[vt_csi_alternate(t)] = (struct saved){ .pen = t->pen, .wrap = true };
}

/* --- questions ------------------------------------------------------------------------------- */

static void status(struct vt *t)
{
	char s[40];
	int row, col;

	if (arg(t, 0, 0) == 5) {
		vt_parse_answer(t, "\033[0n");
	} else if (arg(t, 0, 0) == 6) {
		vt_cursor(t, &row, &col);
		snprintf(s, sizeof s, "\033[%d;%dR", row + 1, col + 1);
		vt_parse_answer(t, s);
	}
}

static void kind(struct vt *t)
{
	if (arg(t, 0, 0) == 0)
		vt_parse_answer(t, "\033[?62;22c"); /* with colour, and no more */
}

static void kind_more(struct vt *t)
{
	if (arg(t, 0, 0) == 0)
		vt_parse_answer(t, "\033[>1;1;0c");
}

static const struct row {
	char prefix, mid, final;
	void (*fn)(struct vt *t);
} rows[] = {
	{ 0, 0, 'm', vt_sgr },
	{ 0, 0, 'H', go_to }, { 0, 0, 'f', go_to },
	{ 0, 0, 'K', erase_line }, { '?', 0, 'K', erase_line },
	{ 0, 0, 'J', erase_screen }, { '?', 0, 'J', erase_screen },
	{ 0, 0, 'A', go_up }, { 0, 0, 'k', go_up },
	{ 0, 0, 'B', go_down }, { 0, 0, 'e', go_down },
	{ 0, 0, 'C', go_right }, { 0, 0, 'a', go_right },
	{ 0, 0, 'D', go_left }, { 0, 0, 'j', go_left },
	{ 0, 0, 'E', next_line }, { 0, 0, 'F', previous_line },
	{ 0, 0, 'G', go_col }, { 0, 0, '`', go_col },
	{ 0, 0, 'd', go_row },
	{ 0, 0, 'I', tab_right }, { 0, 0, 'Z', tab_left }, { 0, 0, 'g', clear_tabs },
	{ 0, 0, 'X', erase_chars }, { 0, 0, '@', insert_chars }, { 0, 0, 'P', delete_chars },
	{ 0, 0, 'L', insert_lines }, { 0, 0, 'M', delete_lines },
	{ 0, 0, 'S', scroll_up }, { 0, 0, 'T', scroll_down },
	{ 0, 0, 'b', repeat },
	{ 0, 0, 'r', margins },
	{ 0, 0, 's', vt_csi_save }, { 0, 0, 'u', vt_csi_restore },
	{ 0, 0, 'h', modes_on }, { '?', 0, 'h', modes_on },
	{ 0, 0, 'l', modes_off }, { '?', 0, 'l', modes_off },
	{ 0, '!', 'p', vt_csi_soft_reset },
	{ 0, 0, 'n', status }, { 0, 0, 'c', kind }, { '>', 0, 'c', kind_more },
};

void vt_csi_run(struct vt *t, char final)
{
	const struct csi *s = &t->csi;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].final == final && rows[i].prefix == s->prefix &&
		    rows[i].mid == s->mid) {
			rows[i].fn(t);
			return;
		}
}
