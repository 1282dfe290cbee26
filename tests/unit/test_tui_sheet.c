/* Text in lines: wrapped, scrolled, searched. */
#include "unit.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "../../src/tui/glyph.h"
#include "../../src/tui/sheet.h"

static void assert_lines(const struct sheet *s, const char *const *want, size_t n)
{
	for (size_t i = 0; i < n && i < s->n; i++)
		assert_string_equal(sheet_said(s, i), want[i]);
	assert_int_equal(s->n, n);
}

static void assert_wraps(int width, int hang, const char *text, const char *const *want, size_t n)
{
	struct sheet s;

	sheet_init(&s, width);
	sheet_add(&s, ST_PLAIN, hang, text);
	assert_lines(&s, want, n);
	sheet_release(&s);
}

#define WRAPS(width, hang, text, ...) \
	assert_wraps(width, hang, text, (const char *const[]){ __VA_ARGS__ }, \
		     COUNT_OF(((const char *const[]){ __VA_ARGS__ })))

static void text_is_broken_at_words(void **x)
{
	(void)x;
	WRAPS(10, 0, "take the writers down", "take the", "writers", "down");
	WRAPS(8, 0, "take the x", "take the", "x");
	WRAPS(40, 0, "one line", "one line");
	WRAPS(40, 0, "", "");
	WRAPS(40, 0, "two\nlines\n", "two", "lines");
	WRAPS(40, 0, "a\n\nb", "a", "", "b");
	WRAPS(5, 0, "   lead", "   le", "ad");
	WRAPS(10, 0, "ends in blanks        ", "ends in", "blanks    ");
}

static void a_long_word_is_broken_where_it_must_be(void **x)
{
	(void)x;
	WRAPS(5, 0, "abcdefghijkl", "abcde", "fghij", "kl");
	WRAPS(5, 0, "ab cdefghij", "ab", "cdefg", "hij");
	WRAPS(1, 0, "abc", "a", "b", "c");
	WRAPS(0, 0, "ab", "a", "b");
}

static void a_hang_leaves_less_room_but_never_none(void **x)
{
	(void)x;
	WRAPS(10, 4, "abcd efgh ijkl mnop", "abcd efgh", "ijkl", "mnop");
	WRAPS(4, 100, "abcd efgh", "abcd", "ef", "gh");
}

static void columns_count_and_not_bytes(void **x)
{
	(void)x;
	WRAPS(4, 0, "\346\227\245\346\234\254\350\252\236", "\346\227\245\346\234\254",
	      "\350\252\236");
	WRAPS(5, 0, "a\346\227\245\346\234\254\350\252\236", "a\346\227\245\346\234\254",
	      "\350\252\236");
	WRAPS(3, 0, "e\314\201e\314\201e\314\201e\314\201", "e\314\201e\314\201e\314\201", "e\314\201");
	/* a wide one where there is one column: it stands alone, and is left out when painted */
	WRAPS(1, 0, "\346\227\245x", "\346\227\245", "x");
}

static void parts_and_text_are_one_paragraph(void **x)
{
	static const char *const want[] = { "target: db1 and", "db2", "next" };
	struct sheet s;

	(void)x;
	sheet_init(&s, 16);
	sheet_part(&s, ST_STRONG, "target: ");
	sheet_part(&s, ST_PLAIN, "db1");
	sheet_add(&s, ST_DIM, 0, " and db2");
	sheet_add(&s, ST_PLAIN, 0, "next");
	assert_lines(&s, want, COUNT_OF(want));
	sheet_part(&s, ST_PLAIN, "left over");
	sheet_clear(&s, 16);
	sheet_add(&s, ST_PLAIN, 0, "anew");
	assert_string_equal(sheet_said(&s, 0), "anew");
	sheet_release(&s);
}

static void fill(struct sheet *s, int n)
{
	char text[32];

	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		sheet_add(s, ST_PLAIN, 0, text);
	}
}

static void press(struct sheet *s, uint32_t code, int rows)
{
	assert_true(sheet_key(s, &(struct key){ .code = code }, rows));
}

static void the_end_is_never_scrolled_away(void **x)
{
	struct sheet s;

	(void)x;
	sheet_init(&s, 20);
	fill(&s, 30);
	press(&s, K_END, 10);
	assert_int_equal(s.from, 21); /* a row says what is above */
	press(&s, K_DOWN, 10);
	assert_int_equal(s.from, 21);
	press(&s, K_PGUP, 10);
	assert_int_equal(s.from, 14);
	press(&s, K_HOME, 10);
	press(&s, K_UP, 10);
	assert_int_equal(s.from, 0);
	press(&s, K_END, 40);
	assert_int_equal(s.from, 0);
	assert_false(sheet_key(&s, &(struct key){ .code = 'x' }, 10));
	sheet_release(&s);
}

static void every_line_can_be_brought_in_sight(void **x)
{
	struct sheet s;

	(void)x;
	sheet_init(&s, 20);
	fill(&s, 30);
	for (int rows = 1; rows < 34; rows++)
		for (int line = 0; line < 30; line++) {
			s.from = line % 2 ? 29 : 0;
			sheet_show(&s, line, rows);
			int above = s.from > 0 && rows >= 3 && rows < 30;
			assert_true(line >= s.from);
			assert_true(line - s.from + above < rows);
		}
	sheet_release(&s);
}

static void a_search_knows_no_case_and_no_line_ends(void **x)
{
	struct sheet s;

	(void)x;
	sheet_init(&s, 12);
	sheet_add(&s, ST_PLAIN, 0, "stop all the writers");
	sheet_add(&s, ST_PLAIN, 0, "\303\211t\303\251");
	sheet_add(&s, ST_PLAIN, 0, "writers again");
	assert_string_equal(sheet_said(&s, 0), "stop all the");
	assert_int_equal(sheet_find(&s, "STOP", 0, false), 0);
	assert_int_equal(sheet_find(&s, "the writ", 0, false), 0); /* broken over two */
	assert_int_equal(sheet_find(&s, "writers", 0, false), 1);
	assert_int_equal(sheet_find(&s, "writers", 2, false), 3);
	assert_int_equal(sheet_find(&s, "writers", 4, false), -1);
	assert_int_equal(sheet_find(&s, "writers", 2, true), 1);
	assert_int_equal(sheet_find(&s, "\303\251T\303\211", 0, false), 2);
	assert_int_equal(sheet_find(&s, "t\303\251 writers", 0, false), -1); /* two paragraphs */
	sheet_add(&s, ST_PLAIN, 0, "abcdefghijklmnop"); /* broken where there is no blank */
	assert_int_equal(sheet_find(&s, "lmn", 0, false), 5);
	assert_int_equal(sheet_find(&s, "l mn", 0, false), -1);
	assert_int_equal(sheet_find(&s, "", 0, false), -1);
	assert_int_equal(sheet_find(&s, "x", 99, false), -1);
	sheet_release(&s);
}

static void what_widths_differ_about_is_left_out(void **x)
{
	(void)x;
	assert_int_equal(glyph_cols("a\342\200\215b", (size_t)-1), 2);         /* a joiner */
	assert_int_equal(glyph_cols("\342\235\244\357\270\217", (size_t)-1), 1); /* a selector */
	assert_int_equal(glyph_cols("\360\237\221\215\360\237\217\275", (size_t)-1), 2); /* a tone */
	assert_int_equal(glyph_cols("\314\201", (size_t)-1), 0);               /* on nothing */
	assert_int_equal(glyph_cols("\033[0m", (size_t)-1), 4);
	assert_int_equal(glyph_fit("\346\227\245\346\234\254", (size_t)-1, 3), 3);
	assert_int_equal(glyph_fit("e\314\201x", (size_t)-1, 1), 3);
}

static void many_marks_on_one_character_are_one_cell(void **x)
{
	char text[1 + 2 * 100 + 1] = "e";
	struct glyph g;

	(void)x;
	for (int i = 0; i < 100; i++)
		strcat(text, "\314\201");
	assert_int_equal(glyph_next(text, strlen(text), &g), strlen(text));
	assert_int_equal(g.width, 1);
	assert_true(wcslen(g.ch) <= GLYPH_CHARS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(text_is_broken_at_words),
		UNIT(a_long_word_is_broken_where_it_must_be),
		UNIT(a_hang_leaves_less_room_but_never_none),
		UNIT(columns_count_and_not_bytes),
		UNIT(parts_and_text_are_one_paragraph),
		UNIT(the_end_is_never_scrolled_away),
		UNIT(every_line_can_be_brought_in_sight),
		UNIT(a_search_knows_no_case_and_no_line_ends),
		UNIT(what_widths_differ_about_is_left_out),
		UNIT(many_marks_on_one_character_are_one_cell),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
