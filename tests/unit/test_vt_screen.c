/* A terminal in memory: what programs print is where they mean it to be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "buf.h"
#include "vt.h"

static void feed(struct vt *t, const char *s)
{
	vt_feed(t, s, strlen(s));
}

/* A row as text, blanks at its end left out. */
static const char *row(struct vt *t, int r)
{
	static struct buf b;
	struct vt_cell c;
	int rows, cols;

	buf_clear(&b);
	vt_size(t, &rows, &cols);
	for (int i = 0; i < cols; i++) {
		vt_cell(t, r, i, &c);
		if (c.width)
			buf_adds(&b, c.text[0] ? c.text : " ");
	}
	while (b.len && b.data[b.len - 1] == ' ')
		buf_cut(&b, b.len - 1);
	return buf_str(&b);
}

static struct vt_cell cell(struct vt *t, int r, int c)
{
	struct vt_cell ret;

	vt_cell(t, r, c, &ret);
	return ret;
}

static void assert_cursor(struct vt *t, int row, int col)
{
	int r, c;

	vt_cursor(t, &r, &c);
	assert_int_equal(r, row);
	assert_int_equal(c, col);
}

static void text_wraps_and_scrolls(void **state)
{
	struct vt *t = vt_new(3, 5);

	(void)state;
	feed(t, "abcdefg\r\nx\r\ny");
	assert_string_equal(row(t, 0), "fg");
	assert_string_equal(row(t, 1), "x");
	assert_string_equal(row(t, 2), "y");
	assert_cursor(t, 2, 1);
	vt_free(t);
}

static void a_progress_bar_redraws_its_line(void **state)
{
	struct vt *t = vt_new(3, 20);

	(void)state;
	feed(t, "restoring  10 %\r\033[Krestoring  20 %\rrestoring 100 %");
	assert_string_equal(row(t, 0), "restoring 100 %");
	assert_string_equal(row(t, 1), "");
	vt_free(t);
}

static void sequences_and_characters_may_be_split_anywhere(void **state)
{
	static const char s[] = "a\033[1;31mb\033[0m\033]0;title\033\\\xe2\x94\x80"
				"e\xcc\x81\xe4\xb8\xad\033[2;3H*\033Pxx\033\\!\033(0q\033(B";
	struct vt *whole = vt_new(4, 20), *bytes = vt_new(4, 20);

	(void)state;
	vt_feed(whole, s, sizeof s - 1);
	for (size_t i = 0; i < sizeof s - 1; i++)
		vt_feed(bytes, s + i, 1);
	for (int r = 0; r < 4; r++)
		for (int c = 0; c < 20; c++) {
			struct vt_cell a = cell(whole, r, c), b = cell(bytes, r, c);

			assert_string_equal(a.text, b.text);
			assert_int_equal(a.bold, b.bold);
			assert_int_equal(a.width, b.width);
		}
	assert_string_equal(row(whole, 0), "ab\xe2\x94\x80" "e\xcc\x81\xe4\xb8\xad");
	assert_string_equal(row(whole, 1), "  *!\xe2\x94\x80");
	vt_free(whole);
	vt_free(bytes);
}

static void wide_characters_take_two_columns_and_wrap_whole(void **state)
{
	struct vt *t = vt_new(3, 5);

	(void)state;
	feed(t, "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97");
	assert_int_equal(cell(t, 0, 0).width, 2);
	assert_int_equal(cell(t, 0, 1).width, 0);
	assert_int_equal(cell(t, 0, 4).width, 1);
	assert_int_equal(cell(t, 1, 0).width, 2);
	assert_string_equal(cell(t, 1, 0).text, "\xe5\xad\x97");
	feed(t, "\033[1;2Hx"); /* over the second half of the first */
	assert_string_equal(cell(t, 0, 0).text, "");
	assert_int_equal(cell(t, 0, 0).width, 1);
	assert_string_equal(cell(t, 0, 1).text, "x");
	vt_free(t);
}

static void pictures_are_as_wide_as_the_system_says(void **state)
{
	struct vt *t = vt_new(2, 10);

	(void)state;
	feed(t, "\xf0\x9f\x94\xa5!");
	assert_int_equal(cell(t, 0, 0).width, 2);
	assert_string_equal(cell(t, 0, 0).text, "\xf0\x9f\x94\xa5");
	assert_string_equal(cell(t, 0, 2).text, "!");
	vt_free(t);
}

static void marks_join_the_character_before(void **state)
{
	struct vt *t = vt_new(2, 4);

	(void)state;
	feed(t, "ae\xcc\x81\xcc\xa7z");
	assert_string_equal(cell(t, 0, 1).text, "e\xcc\x81\xcc\xa7");
	assert_string_equal(cell(t, 0, 2).text, "z");
	feed(t, "q\xcc\x88r"); /* in the last column: the mark does not wrap, what follows does */
	assert_string_equal(cell(t, 0, 3).text, "q\xcc\x88");
	assert_string_equal(cell(t, 1, 0).text, "r");
	feed(t, "\033[2;4H\xcc\x81"); /* nothing to stand on */
	assert_string_equal(row(t, 1), "r");
	feed(t, "\033[2;1H\xe3\x81\x8b\xe3\x82\x99.");
	assert_string_equal(cell(t, 1, 0).text, "\xe3\x81\x8b\xe3\x82\x99");
	assert_int_equal(cell(t, 1, 0).width, 2);
	assert_string_equal(cell(t, 1, 2).text, ".");
	vt_free(t);
}

static void colours_and_attributes_are_told(void **state)
{
	struct vt *t = vt_new(2, 30);
	struct vt_cell c;

	(void)state;
	feed(t, "\033[1;2;3;4;5;7;31;42mA\033[0mB\033[38;5;9mC\033[38;5;208mD\033[38:2::1:2:3mE"
		"\033[48;2;4;5;6mF\033[39;49mG\033[58;5;1mH\033[4:3mI\033[4:0mJ\033[22;91;107mK");
	c = cell(t, 0, 0);
	assert_true(c.bold && c.dim && c.italic && c.underline && c.blink && c.reverse);
	assert_int_equal(c.fg.kind, VT_INDEXED);
	assert_int_equal(c.fg.index, 1);
	assert_int_equal(c.bg.index, 2);
	c = cell(t, 0, 1);
	assert_false(c.bold || c.dim || c.italic || c.underline || c.blink || c.reverse);
	assert_int_equal(c.fg.kind, VT_DEFAULT);
	assert_int_equal(c.bg.kind, VT_DEFAULT);
	assert_int_equal(cell(t, 0, 2).fg.index, 9);
	c = cell(t, 0, 3);
	assert_int_equal(c.fg.kind, VT_RGB);
	assert_int_equal(c.fg.r << 16 | c.fg.g << 8 | c.fg.b, 0xff8700);
	c = cell(t, 0, 4);
	assert_int_equal(c.fg.r << 16 | c.fg.g << 8 | c.fg.b, 0x010203);
	c = cell(t, 0, 5);
	assert_int_equal(c.bg.r << 16 | c.bg.g << 8 | c.bg.b, 0x040506);
	assert_int_equal(cell(t, 0, 6).fg.kind, VT_DEFAULT);
	assert_false(cell(t, 0, 7).underline);
	assert_true(cell(t, 0, 8).underline);
	assert_false(cell(t, 0, 9).underline);
	assert_int_equal(cell(t, 0, 10).fg.index, 9);
	assert_int_equal(cell(t, 0, 10).bg.index, 15);
	vt_free(t);
}

static void what_is_erased_has_the_background_and_no_line_under_it(void **state)
{
	struct vt *t = vt_new(2, 10);
	struct vt_cell c;

	(void)state;
	feed(t, "abc\033[1;1H\033[4;7;44m\033[K");
	c = cell(t, 0, 5);
	assert_int_equal(c.bg.index, 4);
	assert_false(c.underline || c.reverse);
	assert_string_equal(c.text, "");
	vt_free(t);
}

static void a_full_screen_program_gives_back_what_was_there(void **state)
{
	struct vt *t = vt_new(4, 20);

	(void)state;
	feed(t, "$ vi\r\n");
	assert_false(vt_full_screen(t) || vt_addressed(t));
	feed(t, "\033[?1049h\033[2J\033[1;4r\033[4;1H~ file\033[31m");
	assert_true(vt_full_screen(t) && vt_addressed(t));
	assert_string_equal(row(t, 0), "");
	assert_string_equal(row(t, 3), "~ file");
	feed(t, "\033[?1049l$ ");
	assert_false(vt_full_screen(t));
	assert_string_equal(row(t, 0), "$ vi");
	assert_string_equal(row(t, 1), "$");
	assert_int_equal(cell(t, 1, 0).fg.kind, VT_DEFAULT);
	vt_free(t);
}

static void regions_scroll_alone(void **state)
{
	struct vt *t = vt_new(4, 5);

	(void)state;
	feed(t, "1\r\n2\r\n3\r\n4\033[2;3r\033[3;1H\n\033[r");
	assert_string_equal(row(t, 0), "1");
	assert_string_equal(row(t, 1), "3");
	assert_string_equal(row(t, 2), "");
	assert_string_equal(row(t, 3), "4");
	assert_cursor(t, 0, 0);
	vt_free(t);
}

static void what_is_outside_the_margins_stands_still(void **state)
{
	struct vt *t = vt_new(5, 4);

	(void)state;
	feed(t, "1\r\n2\r\n3\r\n4\r\n5\033[2;3r\033[1;1H\033M\033M\033[5;1H\n\033D\033E");
	assert_string_equal(row(t, 1), "2");
	assert_string_equal(row(t, 2), "3");
	assert_cursor(t, 4, 0);
	feed(t, "abcdef\xe4\xb8\xad\xe6\x96\x87"); /* wraps onto itself there */
	assert_string_equal(row(t, 1), "2");
	assert_string_equal(row(t, 2), "3");
	assert_string_equal(row(t, 3), "4");
	assert_string_equal(row(t, 4), "\xe6\x96\x87\xe4\xb8\xad");
	vt_free(t);
}

static void a_character_is_repeated_a_screen_at_most(void **state)
{
	struct vt *t = vt_new(2, 10);

	(void)state;
	feed(t, "-\033[4b");
	assert_string_equal(row(t, 0), "-----");
	feed(t, "\033[65535b");
	assert_cursor(t, 1, 5);
	vt_free(t);
}

static void a_smaller_screen_keeps_what_is_at_the_cursor(void **state)
{
	struct vt *t = vt_new(10, 20);

	(void)state;
	feed(t, "one\r\ntwo\r\nthree");
	vt_resize(t, 4, 20);
	assert_string_equal(row(t, 0), "one");
	assert_string_equal(row(t, 2), "three");
	assert_cursor(t, 2, 5);
	vt_resize(t, 2, 20);
	assert_string_equal(row(t, 0), "two");
	assert_string_equal(row(t, 1), "three");
	assert_cursor(t, 1, 5);
	vt_resize(t, 6, 40);
	assert_string_equal(row(t, 0), "two");
	assert_cursor(t, 1, 5);
	assert_int_equal(cell(t, 5, 39).bg.kind, VT_DEFAULT);
	vt_free(t);
}

static void the_cursor_is_told_also_where_it_is_hidden(void **state)
{
	struct vt *t = vt_new(3, 5);
	int r, c;

	(void)state;
	feed(t, "abcde");
	assert_true(vt_cursor(t, &r, &c));
	assert_int_equal(c, 4);
	assert_false(cell(t, 0, 4).reverse);
	feed(t, "\033[?25l");
	assert_false(vt_cursor(t, &r, &c));
	assert_int_equal(c, 4);
	vt_free(t);
}

static void age_counts_only_what_came(void **state)
{
	struct vt *t = vt_new(3, 5);
	uint64_t age = vt_age(t);

	(void)state;
	vt_feed(t, "", 0);
	vt_resize(t, 3, 5);
	assert_true(vt_age(t) == age);
	vt_feed(t, "x", 1);
	assert_true(vt_age(t) > age);
	vt_free(t);
}

static void expect_key(struct vt *t, uint32_t key, bool alt, const char *want)
{
	char out[16];
	size_t n = vt_key(t, key, alt, out, sizeof out);

	assert_int_equal(n, strlen(want));
	assert_memory_equal(out, want, n);
}

static void keys_are_sent_as_the_program_asked(void **state)
{
	struct vt *t = vt_new(3, 5);
	char out[8];

	(void)state;
	expect_key(t, 'x', false, "x");
	expect_key(t, 0xe9, true, "\033\xc3\xa9");
	expect_key(t, 3, false, "\003");
	expect_key(t, VT_KEY_BACKSPACE, false, "\177");
	expect_key(t, VT_KEY_UP, false, "\033[A");
	feed(t, "\033[?1h");
	expect_key(t, VT_KEY_UP, false, "\033OA");
	expect_key(t, VT_KEY_F12, false, "\033[24~");
	assert_int_equal(vt_key(t, 0xd800, false, out, sizeof out), 0);
	assert_int_equal(vt_key(t, VT_KEY_F12, false, out, 4), 0);
	assert_int_equal(vt_paste_mark(t, false, out), 0);
	feed(t, "\033[?2004h");
	assert_int_equal(vt_paste_mark(t, true, out), 6);
	assert_memory_equal(out, "\033[201~", 6);
	vt_free(t);
}

static void questions_are_answered_to_who_asks_for_the_answers(void **state)
{
	struct vt *t = vt_new(5, 10);
	char out[100];
	size_t n;

	(void)state;
	feed(t, "ab\033[6n");
	n = vt_reply(t, out, sizeof out);
	assert_int_equal(n, 6);
	assert_memory_equal(out, "\033[1;3R", 6);
	assert_int_equal(vt_reply(t, out, sizeof out), 0);
	/* what could make the terminal type: nothing */
	feed(t, "\033]0;x\007\033[21t\033]52;c;?\007\033P$q\"p\033\\\005\033[>q\033[?1;2c\033[x");
	assert_int_equal(vt_reply(t, out, sizeof out), 0);
	vt_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_wraps_and_scrolls),
		cmocka_unit_test(a_progress_bar_redraws_its_line),
		cmocka_unit_test(sequences_and_characters_may_be_split_anywhere),
		cmocka_unit_test(wide_characters_take_two_columns_and_wrap_whole),
		cmocka_unit_test(pictures_are_as_wide_as_the_system_says),
		cmocka_unit_test(marks_join_the_character_before),
		cmocka_unit_test(colours_and_attributes_are_told),
		cmocka_unit_test(what_is_erased_has_the_background_and_no_line_under_it),
		cmocka_unit_test(a_full_screen_program_gives_back_what_was_there),
		cmocka_unit_test(regions_scroll_alone),
		cmocka_unit_test(what_is_outside_the_margins_stands_still),
		cmocka_unit_test(a_character_is_repeated_a_screen_at_most),
		cmocka_unit_test(a_smaller_screen_keeps_what_is_at_the_cursor),
		cmocka_unit_test(the_cursor_is_told_also_where_it_is_hidden),
		cmocka_unit_test(age_counts_only_what_came),
		cmocka_unit_test(keys_are_sent_as_the_program_asked),
		cmocka_unit_test(questions_are_answered_to_who_asks_for_the_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
