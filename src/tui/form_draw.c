/* The form on the screen. Each field is a few rows: question, type and bounds, line, error. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "field.h"
#include "form.h"
#include "runbook.h"
#include "sheet.h"
#include "str.h"

static void add_safe(struct buf *out, const char *s)
{
	str_printable(out, s, strlen(s), false);
}

static void bound(struct buf *out, const char *label, const char *s)
{
	if (!s)
		return;
	buf_adds(out, label);
	add_safe(out, s);
}

/* "times: int, at least 1, at most 3" */
static void wants(struct buf *out, const struct field *f)
{
	add_safe(out, f->name);
	buf_addf(out, ": %s%s", value_type_name(f->type), f->secret ? ", secret: not shown" : "");
	bound(out, ", at least ", f->min);
	bound(out, ", at most ", f->max);
	bound(out, ", of the form ", f->match);
	if (!f->secret && f->otherwise) {
		bound(out, ", by default ", f->otherwise);
		buf_adds(out, " (type over it)");
	}
	for (size_t i = 0; i < f->n_one_of; i++)
		bound(out, i ? ", " : "; Left Right picks one of: ", f->one_of[i]);
	if (!f->n_one_of && f->type == VALUE_BOOL)
		buf_adds(out, "; Left Right picks");
}

/* Two views of a field's rows: how many they are, and they themselves from `row` on. */
static int text_rows(struct term *t, struct area a, int row, enum style st, const char *text)
{
	struct sheet s;
	int n;

	sheet_init(&s, a.cols);
	sheet_add(&s, st, 0, text);
	n = (int)s.n;
	for (int i = 0; t && i < n; i++)
		if (row + i >= 0 && row + i < a.rows)
			paint_text(t, a, row + i, 0, st, sheet_said(&s, (size_t)i));
	sheet_release(&s);
	return n;
}

static int field_rows(const struct form *f, size_t i, struct term *t, struct area a, int row)
{
	const struct form_field *v = &f->v[i];
	struct area in = { a.row, a.col + 2, a.rows, a.cols - 2 };
	bool here = f->at == i;
	struct buf b = BUF_INIT;
	int from = row;

	add_safe(&b, v->f->prompt ? v->f->prompt : v->f->name);
	if (t && here && row >= 0 && row < a.rows)
		paint_text(t, a, row, 0, ST_NOW, ">");
	row += text_rows(t, in, row, here ? ST_STRONG : ST_PLAIN, buf_str(&b));
	buf_clear(&b);
	wants(&b, v->f);
	row += text_rows(t, in, row, ST_DIM, buf_str(&b));
	if (t && row >= 0 && row < a.rows)
		line_paint(&v->line, t, in, row, 0, in.cols, here,
			   v->f->otherwise ? "Enter takes the default" : "must be answered");
	row++;
	if (v->error) {
		buf_clear(&b);
		buf_addf(&b, "! %s", v->error);
		row += text_rows(t, in, row, ST_FAIL, buf_str(&b));
	}
	buf_release(&b);
	return row + 1 - from; /* a blank one behind it */
}

static int last_rows(const struct form *f, struct term *t, struct area a, int row)
{
	const char *word = f->mode == MODE_DRILL ? "DRILL" : "REAL";
	struct area in = { a.row, a.col + 2, a.rows, a.cols - 2 };
	struct buf b = BUF_INIT;
	int n;

	if (f->at == f->n)
		buf_addf(&b, "All of it fits. Enter starts it %s%s; Up goes back.",
			 f->mode == MODE_DRILL ? "as a " : "for ", word);
	else
		buf_addf(&b, "Then: start it %s%s.", f->mode == MODE_DRILL ? "as a " : "for ",
			 word);
	if (t && f->at == f->n && row >= 0 && row < a.rows)
		paint_text(t, a, row, 0, ST_NOW, ">");
	n = text_rows(t, in, row, f->at < f->n ? ST_DIM :
		      f->mode == MODE_DRILL ? ST_DRILL : ST_REAL, buf_str(&b));
	buf_release(&b);
	return n;
}

/* Rows before item i, and those of it. */
static void place(const struct form *f, struct area a, size_t i, int *ret_top, int *ret_rows)
{
	int top = 0, rows = 0;

	for (size_t j = 0; j <= i; j++) {
		top += rows;
		rows = j < f->n ? field_rows(f, j, NULL, a, 0) : last_rows(f, NULL, a, 0);
	}
	*ret_top = top;
	*ret_rows = rows;
}

static void scroll(struct form *f, struct area a)
{
	int top, rows;

	place(f, a, f->at, &top, &rows);
	if (top + rows - f->from > a.rows)
		f->from = top + rows - a.rows;
	if (top < f->from)
		f->from = top;
}

static void draw_top(const struct form *f, struct term *t, struct area a)
{
	struct buf b = BUF_INIT;
	int col = paint_taken(t, a, 0) - 1;

	paint_row(t, a, 0, ST_BAR);
	if (f->mode != MODE_DRILL)
		col = paint_text(t, a, 0, 1, ST_REAL, "REAL");
	add_safe(&b, f->rb->title);
	buf_adds(&b, ": not started yet");
	paint_fit(t, a, 0, col + 1, a.cols - col - 2, ST_BAR, buf_str(&b));
	buf_release(&b);
}

void form_draw(void *self, struct term *t, struct area a)
{
	struct form *f = self;
	struct area body = { a.row + 1, a.col, a.rows - 2, a.cols - 1 };
	int row;

	paint_blank(t, a);
	draw_top(f, t, a);
	scroll(f, body);
	row = -f->from;
	for (size_t i = 0; i < f->n && row < body.rows; i++)
		row += field_rows(f, i, t, body, row);
	if (row < body.rows)
		last_rows(f, t, body, row);
	paint_row(t, a, a.rows - 1, ST_BAR);
	paint_fit(t, a, a.rows - 1, 1, a.cols - 2, ST_BAR,
		  f->at == f->n ? "Enter start   Up back   Esc give up   F1 keys" :
				  "Enter next   Up Down field   Esc give up   F1 keys");
}
