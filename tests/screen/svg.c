/* A screen as a picture: each run of cells that look alike is one text at its column. */
#include <stdio.h>
#include <string.h>

#include "screen.h"
#include "str.h"

/* In tenths of a pixel where a half would be lost. */
enum { CELL_W = 84, CELL_H = 180, PAD = 140, BAR = 300, FONT = 140 };

static const char *const palette[16] = {
	"#1d1f21", "#cc6666", "#8abe5e", "#e0b040", "#6a9fd8", "#b294bb", "#5fb3b3", "#c5c8c6",
	"#75787b", "#e67c73", "#a5d27a", "#f2cc60", "#8fc1f5", "#d2b4dc", "#7fd6d6", "#ffffff",
};
static const char ink[] = "#d8dee0", paper[] = "#16191c";

static const char *color(const struct vt_color *c, const char *plain, char *room, size_t size)
{
	if (c->kind == VT_INDEXED)
		return palette[c->index & 15];
	if (c->kind == VT_DEFAULT)
		return plain;
	snprintf(room, size, "#%02x%02x%02x", c->r, c->g, c->b);
	return room;
}

static void colors(const struct vt_cell *c, char fg[16], char bg[16])
{
	char room[2][8];
	const char *f = color(&c->fg, ink, room[0], sizeof room[0]);
	const char *b = color(&c->bg, paper, room[1], sizeof room[1]);

	str_clip(fg, 16, c->reverse ? b : f);
	str_clip(bg, 16, c->reverse ? f : b);
}

static void px(struct buf *out, const char *name, int tenths)
{
	buf_addf(out, " %s=\"%d.%d\"", name, tenths / 10, tenths % 10);
}

static void escaped(struct buf *out, const char *s)
{
	for (; *s; s++)
		if (*s == '<')
			buf_adds(out, "&lt;");
		else if (*s == '&')
			buf_adds(out, "&amp;");
		else
			buf_addc(out, *s);
}

static bool alike(const struct vt_cell *a, const struct vt_cell *b)
{
	char fa[16], ba[16], fb[16], bb[16];

	colors(a, fa, ba);
	colors(b, fb, bb);
	return str_eq(fa, fb) && str_eq(ba, bb) && a->bold == b->bold && a->dim == b->dim &&
	       a->underline == b->underline;
}

struct run {
	struct vt_cell how;
	struct buf text;
	int row, from, to;
};

static void put_run(struct buf *out, const struct run *r, const struct tool *t)
{
	struct buf text = BUF_INIT;
	char fg[16], bg[16];
	size_t ink_end = 0;

	colors(&r->how, fg, bg);
	if (strcmp(bg, paper) != 0) {
		buf_adds(out, "<rect");
		px(out, "x", PAD + r->from * CELL_W);
		px(out, "y", BAR + r->row * CELL_H);
		px(out, "width", (r->to - r->from) * CELL_W);
		px(out, "height", CELL_H);
		buf_addf(out, " fill=\"%s\"/>\n", bg);
	}
	buf_adds(&text, buf_str(&r->text));
	gold_mask(t, &text);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != ' ')
			ink_end = i + 1;
	buf_cut(&text, ink_end);
	if (ink_end) {
		buf_adds(out, "<text");
		px(out, "x", PAD + r->from * CELL_W);
		px(out, "y", BAR + r->row * CELL_H + 136);
		buf_addf(out, " fill=\"%s\"%s%s%s>", fg, r->how.bold ? " font-weight=\"bold\"" : "",
			 r->how.dim ? " opacity=\"0.65\"" : "",
			 r->how.underline ? " text-decoration=\"underline\"" : "");
		escaped(out, buf_str(&text));
		buf_adds(out, "</text>\n");
	}
	buf_release(&text);
}

static void put_row(struct buf *out, struct tty *y, const struct tool *t, int row, int cols)
{
	struct run r = { .row = row };
	struct vt_cell cell;

	vt_cell(y->vt, row, 0, &r.how);
	for (int c = 0; c < cols; c++) {
		vt_cell(y->vt, row, c, &cell);
		if (!cell.width)
			continue;
		if (!alike(&cell, &r.how)) {
			r.to = c;
			put_run(out, &r, t);
			buf_clear(&r.text);
			r.how = cell;
			r.from = c;
		}
		buf_adds(&r.text, cell.text[0] ? cell.text : " ");
	}
	r.to = cols;
	put_run(out, &r, t);
	buf_release(&r.text);
}

void svg_draw(struct tty *y, const struct tool *t, struct buf *out)
{
	static const char *const lamps[] = { "#e06c5f", "#e3b341", "#7fb356" };
	int rows, cols;

	vt_size(y->vt, &rows, &cols);
	buf_adds(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	px(out, "width", 2 * PAD + cols * CELL_W);
	px(out, "height", BAR + PAD + rows * CELL_H);
	buf_addf(out, " font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\""
		 " font-size=\"%d\" xml:space=\"preserve\">\n", FONT / 10);
	buf_addf(out, "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"%s\"/>\n", paper);
	for (int i = 0; i < 3; i++)
		buf_addf(out, "<circle cx=\"%d\" cy=\"15\" r=\"5\" fill=\"%s\"/>\n", 20 + i * 18,
			 lamps[i]);
	for (int r = 0; r < rows; r++)
		put_row(out, y, t, r, cols);
	buf_adds(out, "</svg>\n");
}
