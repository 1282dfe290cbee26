/* A terminal in memory takes any bytes: what is on it is harmless, wide characters are whole, the
 * cursor is inside, and it is the same however the bytes are cut. Two bytes in front are its
 * size. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "str.h"
#include "vt.h"

enum { BYTES_MAX = 1 << 16 };

static void must(int ok)
{
	if (!ok)
		abort();
}

static void check(struct vt *t, struct buf *b)
{
	struct vt_cell c, next;
	int rows, cols, row, col;

	vt_size(t, &rows, &cols);
	vt_cursor(t, &row, &col);
	must(row >= 0 && row < rows && col >= 0 && col < cols);
	for (row = 0; row < rows; row++)
		for (col = 0; col < cols; col++) {
			must(vt_cell(t, row, col, &c));
			buf_clear(b);
			str_printable(b, c.text, strlen(c.text), false);
			must(strcmp(buf_str(b), c.text) == 0);
			must(c.width != 2 || (vt_cell(t, row, col + 1, &next) && !next.width));
		}
}

static void compare(struct vt *a, struct vt *b)
{
	struct vt_cell x, y;
	char one[4096], two[4096];
	int rows, cols;
	size_t n;

	vt_size(a, &rows, &cols);
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++) {
			vt_cell(a, row, col, &x);
			vt_cell(b, row, col, &y);
			must(strcmp(x.text, y.text) == 0 && x.width == y.width &&
			     x.bold == y.bold && x.reverse == y.reverse && x.dim == y.dim &&
			     x.fg.kind == y.fg.kind && x.bg.kind == y.bg.kind);
		}
	n = vt_reply(a, one, sizeof one);
	must(n == vt_reply(b, two, sizeof two) && memcmp(one, two, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt *whole, *cut;
	struct buf b = BUF_INIT;

	if (size < 2 || size > BYTES_MAX)
		return 0;
	whole = vt_new(data[0] % 50, data[1] % 100);
	cut = vt_new(data[0] % 50, data[1] % 100);
	vt_feed(whole, data + 2, size - 2);
	for (size_t i = 2; i < size; i++)
		vt_feed(cut, data + i, 1);
	check(whole, &b);
	compare(whole, cut);
	vt_resize(whole, data[1] % 60, data[0] % 120);
	vt_feed(whole, data + 2, size - 2);
	check(whole, &b);
	vt_free(whole);
	vt_free(cut);
	buf_release(&b);
	return 0;
}
