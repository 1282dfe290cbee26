#include "unit.h"

#include <locale.h>
#include <string.h>

#include "utf8.h"

static void every_character_survives_the_round_trip(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x120000; cp++) {
		char s[4];
		uint32_t back = 0;
		size_t n = utf8_encode(cp, s);
		bool real = cp <= 0x10ffff && !(cp >= 0xd800 && cp <= 0xdfff);
		assert_int_equal(n > 0, real);
		if (!real)
			continue;
		assert_int_equal(n, cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4);
		assert_int_equal(utf8_decode(s, n, &back), n);
		assert_int_equal(back, cp);
		for (size_t shorter = 1; shorter < n; shorter++)
			assert_int_equal(utf8_decode(s, shorter, &back), 0);
	}
}

/* All two-byte and three-byte strings against a decoder written the other way round: what decodes
 * must encode to the same bytes. */
static void nothing_decodes_that_is_not_the_one_encoding(void **state)
{
	(void)state;
	for (uint32_t v = 0; v <= 0xffffff; v++) {
		char s[3] = { (char)(v >> 16), (char)(v >> 8), (char)v }, again[4];
		uint32_t cp = 0;
		size_t n = utf8_decode(s, 3, &cp);
		if (n) {
			assert_int_equal(utf8_encode(cp, again), n);
			assert_memory_equal(s, again, n);
		}
	}
}

static void overlong_surrogate_and_stray_bytes_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xfe", "\x80", "\xbf",
		"\xe2\x82", "\xe2(\xa1", "\xf0\x9f\x94", "\xc3(",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint32_t cp = 12345;
		assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &cp), 0);
		assert_int_equal(cp, 12345);
		assert_int_equal(utf8_check(bad[i], strlen(bad[i])), 0);
	}
}

static void check_finds_the_first_bad_byte_wherever_it_is(void **state)
{
	(void)state;
	char s[64];
	for (size_t n = 1; n < sizeof(s); n++) {
		for (size_t at = 0; at < n; at++) {
			memset(s, 'a', n);
			assert_int_equal(utf8_check(s, n), n);
			s[at] = (char)0x80;
			assert_int_equal(utf8_check(s, n), at);
			if (at + 1 < n) {
				memcpy(s + at, "\xc3\xa9", 2);
				assert_int_equal(utf8_check(s, n), n);
			}
		}
	}
	assert_int_equal(utf8_check("", 0), 0);
}

static void counts_and_widths(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		size_t count, width;
	} rows[] = {
		{ "", 0, 0 },
		{ "abc", 3, 3 },
		{ "h\xc3\xa9", 2, 2 },
		{ "e\xcc\x81", 2, 1 },         /* combining accent */
		{ "\xe6\x97\xa5\xe6\x9c\xac", 2, 4 },
		{ "a\xff\xfe", 3, 1 },
		{ "\x1b[0m", 4, 3 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(utf8_count(rows[i].s, strlen(rows[i].s)), rows[i].count);
		assert_int_equal(utf8_width(rows[i].s, strlen(rows[i].s)), rows[i].width);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_character_survives_the_round_trip),
		UNIT(nothing_decodes_that_is_not_the_one_encoding),
		UNIT(overlong_surrogate_and_stray_bytes_are_refused),
		UNIT(check_finds_the_first_bad_byte_wherever_it_is),
		UNIT(counts_and_widths),
	};
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
