/* Lines that are broken between words for a terminal. */
#include "unit.h"

#include <locale.h>
#include <string.h>

#include "../../src/plain/plain_wrap.h"
#include "buf.h"
#include "mem.h"
#include "utf8.h"

static void gives(const char *text, size_t width, const char *want)
{
	struct buf b = BUF_INIT;

	plain_wrap(&b, text, width);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void what_fits_is_left_alone(void **x)
{
	(void)x;
	gives("", 40, "");
	gives("a line\n", 40, "a line\n");
	gives("a line\n\nand another\n", 11, "a line\n\nand another\n");
	gives("no newline", 10, "no newline");
}

static void no_width_breaks_nothing(void **x)
{
	(void)x;
	gives("a line that is much longer than most\n", 0, "a line that is much longer than most\n");
}

static void lines_break_between_words(void **x)
{
	(void)x;
	gives("one two three four five\n", 14, "one two three\n  four five\n");
	gives("  one two three four five\n", 12, "  one two\n    three\n    four\n    five\n");
	gives("one two \n", 7, "one two\n");
}

static void what_follows_stands_below_the_text_of_its_label(void **x)
{
	(void)x;
	gives("  why: because it is so and not otherwise\n", 24,
	      "  why: because it is so\n       and not otherwise\n");
}

static void a_word_longer_than_a_line_stays_whole(void **x)
{
	(void)x;
	gives("see https://example.org/a/long/path for it\n", 20,
	      "see\n  https://example.org/a/long/path\n  for it\n");
	gives("https://example.org/a/long/path\n", 20, "https://example.org/a/long/path\n");
}

static void commands_and_conditions_stay_whole(void **x)
{
	static const char *const whole[] = {
		"  command: find / -name x -print -exec rm {} +\n",
		"  must hold: a = b and c = d and e = f and g\n",
		"  1.2 DESTROYS: ./wipe --all --of --the --disks\n",
		"  target: a name of many words that is typed\n",
	};

	(void)x;
	for (size_t i = 0; i < COUNT_OF(whole); i++)
		gives(whole[i], 24, whole[i]);
}

static void wide_characters_count_their_columns(void **x)
{
	(void)x;
	gives("\xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac\n", 9,
	      "\xe6\x97\xa5\xe6\x9c\xac \xe6\x97\xa5\xe6\x9c\xac\n  \xe6\x97\xa5\xe6\x9c\xac\n");
}

/* Whatever the text: no letter is lost, none is added, and only a line of one word is too long. */
static void nothing_but_blanks_changes(void **x)
{
	static const char alphabet[] = "ab  :c\nd ";
	unsigned long seed = 1;

	(void)x;
	for (int round = 0; round < 3000; round++) {
		struct buf text = BUF_INIT, out = BUF_INIT;
		size_t width = 8 + (size_t)round % 30;
		const char *a, *b;

		for (int i = 0; i < 120; i++) {
			seed = seed * 6364136223846793005UL + 1442695040888963407UL;
			buf_addc(&text, alphabet[(seed >> 33) % (sizeof alphabet - 1)]);
		}
		plain_wrap(&out, buf_str(&text), width);
		for (a = buf_str(&text), b = buf_str(&out); *a || *b;) {
			a += strspn(a, " \n");
			b += strspn(b, " \n");
			assert_int_equal(*a, *b);
			a += *a != '\0';
			b += *b != '\0';
		}
		for (b = buf_str(&out); *b; b += strcspn(b, "\n"), b += *b == '\n') {
			size_t n = strcspn(b, "\n"), lead = strspn(b, " ");

			if (utf8_width(b, n) > width && memchr(b + lead, ' ', n - lead))
				fail_msg("%zu columns: %.*s", width, (int)n, b);
		}
		buf_release(&text);
		buf_release(&out);
	}
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8"); /* widths are those of the locale */
	const struct CMUnitTest tests[] = {
		UNIT(what_fits_is_left_alone),
		UNIT(no_width_breaks_nothing),
		UNIT(lines_break_between_words),
		UNIT(what_follows_stands_below_the_text_of_its_label),
		UNIT(a_word_longer_than_a_line_stays_whole),
		UNIT(commands_and_conditions_stay_whole),
		UNIT(wide_characters_count_their_columns),
		UNIT(nothing_but_blanks_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
