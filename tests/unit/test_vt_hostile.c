/* A terminal in memory fed with what nobody should print: it stays a rectangle of harmless text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "buf.h"
#include "str.h"
#include "utf8.h"
#include "vt.h"

static uint32_t next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void assert_harmless(const char *text, struct buf *b)
{
	buf_clear(b);
	str_printable(b, text, strlen(text), false);
	assert_string_equal(buf_str(b), text);
}

/* Every cell is harmless text, every wide one is whole, the cursor is inside. */
static void assert_sane(struct vt *t)
{
	struct vt_cell c, after;
	struct buf b = BUF_INIT;
	int rows, cols, r, x;

	vt_size(t, &rows, &cols);
	vt_cursor(t, &r, &x);
	assert_in_range(r, 0, rows - 1);
	assert_in_range(x, 0, cols - 1);
	for (r = 0; r < rows; r++)
		for (x = 0; x < cols; x++) {
			assert_true(vt_cell(t, r, x, &c));
			assert_non_null(memchr(c.text, 0, sizeof c.text));
			assert_harmless(c.text, &b);
			if (c.width == 2) {
				assert_true(vt_cell(t, r, x + 1, &after));
				assert_int_equal(after.width, 0);
			}
			if (c.width == 0)
				assert_true(x > 0);
		}
	assert_false(vt_cell(t, rows, 0, &c));
	assert_false(vt_cell(t, 0, -1, &c));
	buf_release(&b);
}

/* Mostly what means something, so that it is not thrown away at once. */
static size_t nasty(uint32_t *seed, char *out)
{
	static const char *const bits[] = {
		"\033[", "\033]", "\033P", "\033\\", "\033(0", "\033(B", "\033c", "\0337", "\0338",
		"\033[?1049h", "\033[?1049l", "\033[?6h", "\033[4h", "\033[?7l", "\033[999999999",
		";", ":", "?", ">", "m", "H", "J", "K", "L", "M", "P", "@", "X", "S", "T", "r", "b",
		"A", "B", "C", "D", "h", "l", "\xe4\xb8\xad", "\xf0\x9f\x94\xa5", "e\xcc\x81",
		"\xcc\x81", "\xe2\x80\xae", "\xef\xbf\xbe", "\xf4\x80\x80\x80", "\xf0\xb8\x80\x80",
		"\xc2\x9b", "\xe2\x80\xa8", "\r", "\n", "\t", "\b", "\016", "\017", "\030",
		"\xe1\x85\xa0\xe1\x85\xa1", "\xf3\xa0\x81\x81",
	};
	uint32_t r = next(seed);

	switch (r & 3) {
	case 0:
		*out = (char)(r >> 8);
		return 1;
	case 1:
		return (size_t)sprintf(out, "%u", (r >> 8) % ((r & 4) ? 12 : 70000));
	default:
		strcpy(out, bits[(r >> 8) % (sizeof bits / sizeof *bits)]);
		return strlen(out);
	}
}

static void random_bytes_and_sizes_never_break_it(void **state)
{
	uint32_t seed = 20261122;
	char bit[64], junk[4096];

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct vt *t = vt_new((int)(next(&seed) % 40), (int)(next(&seed) % 90));

		for (int i = 0; i < 6000; i++) {
			vt_feed(t, bit, nasty(&seed, bit));
			if (next(&seed) % 300 == 0)
				vt_resize(t, (int)(next(&seed) % 60) - 2,
					  (int)(next(&seed) % 120) - 2);
			if (next(&seed) % 2000 == 0)
				assert_sane(t);
			if (next(&seed) % 100 == 0)
				vt_reply(t, junk, next(&seed) % 8);
		}
		assert_sane(t);
		vt_reset(t);
		vt_feed(t, "ok", 2);
		assert_sane(t);
		vt_free(t);
	}
}

static void pure_noise_never_breaks_it(void **state)
{
	uint32_t seed = 3;
	char noise[8192];
	struct vt *t = vt_new(24, 80);

	(void)state;
	for (int round = 0; round < 60; round++) {
		for (size_t i = 0; i < sizeof noise; i++)
			noise[i] = (char)next(&seed);
		vt_feed(t, noise, sizeof noise);
	}
	assert_sane(t);
	vt_free(t);
}

static void the_smallest_and_the_largest_screen_hold(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 0, -5 }, { 9999, 1 },
					{ 1, 9999 } };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct vt *t = vt_new(sizes[i][0], sizes[i][1]);

		for (int k = 0; k < 50; k++) {
			const char *s = "\033[4h\xe4\xb8\xad\xe4\xb8\xad" "abc\033[9L\033[9M\033[9@"
					"\033[2;1r\033[99P\033[?6h\033[5;5H\xe4\xb8\xad\xcc\x81";

			vt_feed(t, s, strlen(s));
		}
		assert_sane(t);
		vt_free(t);
	}
}

static void a_title_that_never_ends_is_text_again_after_a_while(void **state)
{
	struct vt *t = vt_new(4, 10);
	struct vt_cell c;

	(void)state;
	vt_feed(t, "\033]0;", 4);
	for (int i = 0; i < 100000; i++)
		vt_feed(t, "x", 1);
	vt_cell(t, 0, 0, &c);
	assert_string_equal(c.text, "x");
	vt_free(t);
}

static void floods_of_different_marks_are_bounded(void **state)
{
	struct vt *t = vt_new(24, 80);
	char s[16];

	(void)state;
	for (uint32_t i = 0; i < 40000; i++) {
		size_t n = 0;

		s[n++] = (char)('a' + i % 26);
		n += utf8_encode(0x300 + i / 26 % 0x6f, s + n);
		n += utf8_encode(0x300 + i / 3000 % 0x6f, s + n);
		vt_feed(t, s, n);
	}
	assert_sane(t);
	vt_free(t);
}

static void questions_by_the_thousand_fill_no_memory(void **state)
{
	struct vt *t = vt_new(24, 80);
	char out[1 << 16];

	(void)state;
	for (int i = 0; i < 100000; i++)
		vt_feed(t, "\033[6n\033[c", 7);
	assert_true(vt_reply(t, out, sizeof out) <= 4096);
	vt_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bytes_and_sizes_never_break_it),
		cmocka_unit_test(pure_noise_never_breaks_it),
		cmocka_unit_test(the_smallest_and_the_largest_screen_hold),
		cmocka_unit_test(a_title_that_never_ends_is_text_again_after_a_while),
		cmocka_unit_test(floods_of_different_marks_are_bounded),
		cmocka_unit_test(questions_by_the_thousand_fill_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
