#include "unit.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "str.h"
#include "utf8.h"

static void comparisons(void **state)
{
	(void)state;
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq(NULL, ""));
	assert_false(str_eq("", NULL));
	assert_true(str_eq("a", "a"));
	assert_false(str_eq("a", "A"));
	assert_true(str_starts("abc", "ab"));
	assert_true(str_starts("abc", ""));
	assert_false(str_starts("ab", "abc"));
	assert_true(str_ends("abc", "bc"));
	assert_true(str_ends("abc", ""));
	assert_false(str_ends("bc", "abc"));
}

static void copies_are_whole_or_nothing(void **state)
{
	(void)state;
	char d[6] = "old";
	assert_true(str_copy(d, sizeof(d), "12345"));
	assert_string_equal(d, "12345");
	assert_false(str_copy(d, sizeof(d), "123456"));
	assert_string_equal(d, "");
	assert_true(str_copy(d, 1, ""));
	assert_false(str_copy(d, 0, ""));
}

static void clips_are_cut_between_characters(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		size_t size;
		const char *want;
	} rows[] = {
		{ "abc", 4, "abc" }, { "abcd", 4, "abc" }, { "abc", 1, "" }, { "", 3, "" },
		{ "ab\xc3\xa9", 5, "ab\xc3\xa9" }, { "ab\xc3\xa9", 4, "ab" },
		{ "ab\xc3\xa9", 3, "ab" }, { "\xf0\x9f\x94\xa5", 4, "" },
		{ "\xf0\x9f\x94\xa5x", 5, "\xf0\x9f\x94\xa5" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char d[8] = "zzzzzzz";
		assert_ptr_equal(str_clip(d, rows[i].size, rows[i].s), d);
		assert_string_equal(d, rows[i].want);
	}
	char kept = 'k';
	str_clip(&kept, 0, "x");
	assert_int_equal(kept, 'k');
}

static void integers(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		int64_t v;
	} good[] = {
		{ "0", 0 }, { "-0", 0 }, { "+5", 5 }, { "007", 7 }, { "-42", -42 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
	};
	static const char *const bad[] = {
		"", " 1", "1 ", "-", "+", "--1", "1.0", "0x10", "1e3", "9223372036854775808",
		"-9223372036854775809", "99999999999999999999999999", "1\n", "one", "1_000",
	};
	int64_t v = 0;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(str_to_i64(good[i].s, &v));
		assert_true(v == good[i].v);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		v = 77;
		assert_false(str_to_i64(bad[i], &v));
		assert_int_equal(v, 77);
	}
}

static void decimals(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		double v;
	} good[] = {
		{ "0", 0 }, { "1", 1 }, { "-1.5", -1.5 }, { "+.5", 0.5 }, { "5.", 5 },
		{ "1e3", 1000 }, { "1E-3", 0.001 }, { "0.1", 0.1 }, { "1e-400", 0 },
		{ "1.7976931348623157e308", DBL_MAX },
	};
	static const char *const bad[] = {
		"", ".", "-", "e5", "1e", "1e+", "inf", "nan", "infinity", "0x1p3", "1,5", " 1",
		"1 ",
		"1.2.3", "1e5.0", "1e999", "-1e999", "--1", "1f",
	};
	double v = 0;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(str_to_f64(good[i].s, &v));
		assert_true(v == good[i].v);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		v = 77;
		assert_false(str_to_f64(bad[i], &v));
		assert_true(v == 77);
	}
}

static void doubles_print_short_and_read_back(void **state)
{
	(void)state;
	static const struct {
		double v;
		const char *s;
	} rows[] = {
		{ 0.1, "0.1" }, { 1, "1" }, { -2.5, "-2.5" }, { 1e21, "1e+21" }, { 0, "0" },
		{ 0.1 + 0.2, "0.30000000000000004" }, { 100, "100" },
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_clear(&b);
		str_f64(&b, rows[i].v);
		assert_string_equal(b.data, rows[i].s);
	}
	uint64_t bits = 88172645463325252u;
	for (int i = 0; i < 20000; i++) {
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		double v, back = 0;
		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		buf_clear(&b);
		str_f64(&b, v);
		assert_true(str_to_f64(b.data, &back));
		assert_memory_equal(&v, &back, sizeof(v));
	}
	buf_release(&b);
}

static void the_locale_does_not_reach_numbers(void **state)
{
	(void)state;
	static const char *const commas[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8" };
	bool found = false;
	for (size_t i = 0; i < COUNT_OF(commas) && !found; i++)
		found = setlocale(LC_NUMERIC, commas[i]) != NULL;
	if (!found)
		return; /* no such locale here, and cmocka's skip counts as failure in TAP */
	double v = 0;
	struct buf b = BUF_INIT;
	str_f64(&b, 1.5);
	bool read = str_to_f64("1.5", &v);
	setlocale(LC_NUMERIC, "C");
	assert_string_equal(b.data, "1.5");
	assert_true(read && v == 1.5);
	buf_release(&b);
}

static void durations(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		int64_t ms;
	} good[] = {
		{ "0", 0 }, { "0s", 0 }, { "90s", 90000 }, { "5m", 300000 }, { "1h30m", 5400000 },
		{ "2d", 172800000 }, { "500ms", 500 }, { "1w", 604800000 },
		{ "1w2d3h4m5s6ms", 604800000 + 172800000 + 10800000 + 240000 + 5000 + 6 },
		{ "1h5ms", 3600005 }, { "1m5ms", 60005 }, { "007m", 420000 },
		{ "3653d", INT64_C(315619200000) }, { "315619200000ms", INT64_C(315619200000) },
	};
	static const char *const bad[] = {
		"", " ", "5", "1", "00", "s", "m5", "-5s", "+5s", "1.5h", "5 m", "5m ", " 5m", "5M",
		"30m1h", "1h1h", "1ms1s", "5mm", "5sm", "5min", "1h30", "1hm", "0x1s", "5m,3s",
		"3654d", "315619200001ms", "3653d1ms", "99999999999999999999w", "522w", "1y",
		"30500568905w", /* 2^64 ms and a little */
		"1e3s",
	};
	int64_t v = 0;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		if (!str_to_duration(good[i].s, &v))
			fail_msg("\"%s\" was refused", good[i].s);
		assert_true(v == good[i].ms);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		v = 77;
		if (str_to_duration(bad[i], &v))
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(v, 77);
	}
}

static void durations_print_as_they_are_read(void **state)
{
	(void)state;
	static const struct {
		int64_t ms;
		const char *s;
	} rows[] = {
		{ 0, "0s" }, { 1, "1ms" }, { 1000, "1s" }, { 5400000, "1h30m" }, { 86400000, "1d" },
		{ 604800000, "7d" }, { 93784005, "1d2h3m4s5ms" }, { -90000, "-1m30s" },
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t back = -1;
		buf_clear(&b);
		str_duration(&b, rows[i].ms);
		assert_string_equal(b.data, rows[i].s);
		if (rows[i].ms >= 0) {
			assert_true(str_to_duration(b.data, &back));
			assert_true(back == rows[i].ms);
		}
	}
	buf_clear(&b);
	str_duration(&b, INT64_MIN);
	assert_string_equal(b.data, "-106751991167d7h12m55s808ms");
	buf_release(&b);
}

static void stopwatch_faces(void **state)
{
	(void)state;
	static const struct {
		int64_t ms;
		const char *s;
	} rows[] = {
		{ 0, "0:00" }, { 999, "0:00" }, { 1000, "0:01" }, { 250000, "4:10" },
		{ 599999, "9:59" }, { 600000, "0:10:00" }, { 2472000, "0:41:12" },
		{ 108000000, "30:00:00" }, { -250000, "-4:10" }, { -999, "0:00" },
	};
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_clear(&b);
		str_stopwatch(&b, rows[i].ms);
		assert_string_equal(b.data, rows[i].s);
	}
	buf_clear(&b);
	str_stopwatch(&b, INT64_MIN);
	assert_string_equal(b.data, "-2562047788015:12:55");
	buf_release(&b);
}

/* The whole table, without band or early end. */
static int plain_distance(const char *a, const char *b)
{
	int d[16][16];
	int n = (int)strlen(a), m = (int)strlen(b);
	for (int i = 0; i <= n; i++) {
		for (int j = 0; j <= m; j++) {
			int v = i + j;
			if (i && j) {
				v = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
				v = v < d[i - 1][j] + 1 ? v : d[i - 1][j] + 1;
				v = v < d[i][j - 1] + 1 ? v : d[i][j - 1] + 1;
				bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
					       a[i - 2] == b[j - 1];
				if (swapped && d[i - 2][j - 2] + 1 < v)
					v = d[i - 2][j - 2] + 1;
			}
			d[i][j] = v;
		}
	}
	return d[n][m];
}

static void distances(void **state)
{
	(void)state;
	assert_int_equal(str_distance("", "", 3), 0);
	assert_int_equal(str_distance("", "abc", 3), 3);
	assert_int_equal(str_distance("ab", "ba", 3), 1);
	assert_int_equal(str_distance("ca", "abc", 9), 3);
	assert_int_equal(str_distance("kitten", "sitting", 9), 3);
	assert_int_equal(str_distance("kitten", "sitting", 2), 3);
	assert_int_equal(str_distance("a", "b", 0), 1);
	assert_int_equal(str_distance("a", "a", 0), 0);
	unsigned seed = 7;
	for (int i = 0; i < 200000; i++) {
		char a[9], b[9];
		size_t n = (seed = seed * 1103515245 + 12345) >> 16 & 7;
		size_t m = (seed = seed * 1103515245 + 12345) >> 16 & 7;
		for (size_t k = 0; k < n; k++)
			a[k] = (char)('a' + ((seed = seed * 1103515245 + 12345) >> 16) % 3);
		for (size_t k = 0; k < m; k++)
			b[k] = (char)('a' + ((seed = seed * 1103515245 + 12345) >> 16) % 3);
		a[n] = b[m] = '\0';
		int want = plain_distance(a, b), max = (int)(seed >> 16 & 7);
		assert_int_equal(str_distance(a, b, max), want <= max ? want : max + 1);
	}
}

static void long_words_cost_little(void **state)
{
	(void)state;
	enum { LONG = 1 << 20 };
	char *a = malloc(LONG + 1), *b = malloc(LONG + 1);
	memset(a, 'x', LONG);
	memset(b, 'x', LONG);
	a[LONG] = b[LONG] = '\0';
	b[LONG / 2] = 'y';
	assert_int_equal(str_distance(a, b, 3), 1);
	free(a);
	free(b);
}

static void the_nearest_word(void **state)
{
	(void)state;
	static const char *const keys[] = { "title", "steps", "step", NULL, "timeout", "Title" };
	assert_string_equal(str_nearest("titel", keys, COUNT_OF(keys)), "title");
	assert_string_equal(str_nearest("TITLE", keys, COUNT_OF(keys)), "title");
	assert_string_equal(str_nearest("steps", keys, COUNT_OF(keys)), "steps");
	assert_string_equal(str_nearest("stepp", keys, COUNT_OF(keys)), "steps");
	assert_string_equal(str_nearest("timeuot", keys, COUNT_OF(keys)), "timeout");
	assert_string_equal(str_nearest("tmeot", keys, COUNT_OF(keys)) ? "some" : "none", "none");
	assert_null(str_nearest("zzz", keys, COUNT_OF(keys)));
	assert_null(str_nearest("", keys, COUNT_OF(keys)));
	assert_null(str_nearest("title", keys, 0));
}

static void check_printable(const char *s, size_t n, bool lines, const char *want)
{
	struct buf b = BUF_INIT;
	str_printable(&b, s, n, lines);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void a_terminal_obeys_nothing_of_it(void **state)
{
	(void)state;
#define P(in, want) check_printable(in, sizeof(in) - 1, false, want)
	P("plain text", "plain text");
	P("", "");
	P("\x1b[2J\x1b]0;x\x07", "\\x1b[2J\\x1b]0;x\\x07");
	P("a\0b", "a\\x00b");
	P("a\tb\rc\x7f", "a b\\x0dc\\x7f");
	P("a\nb", "a\\nb");
	P("\xc2\x9b" "2J", "\\u{009b}2J");
	P("\x9b" "2J", "\\x9b2J");
	P("abc\xe2\x80\xae" "fdp", "abc\\u{202e}fdp");
	P("\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c", "\\u{2066}\\u{2069}\\u{061c}");
	P("\xf3\xa0\x81\x81", "\\u{e0041}");
	P("\xff\xfe", "\\xff\\xfe");
	P("\xe2\x82", "\\xe2\\x82");
	P("\xed\xa0\x80", "\\xed\\xa0\\x80");
	P("\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\xa5", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\xa5");
#undef P
	check_printable("a\nb\r\n", 5, true, "a\nb\\x0d\n");
}

/* Any bytes: the result is UTF-8 and holds no control character. */
static void any_bytes_come_out_harmless(void **state)
{
	(void)state;
	unsigned seed = 3;
	char raw[40];
	struct buf b = BUF_INIT;
	for (int i = 0; i < 20000; i++) {
		size_t n = (seed >> 16) % sizeof(raw);
		for (size_t k = 0; k < n; k++)
			raw[k] = (char)((seed = seed * 1103515245 + 12345) >> 16);
		buf_clear(&b);
		str_printable(&b, raw, n, false);
		const char *s = buf_str(&b);
		assert_int_equal(utf8_check(s, b.len), b.len);
		for (size_t k = 0; k < b.len;) {
			uint32_t cp = 0;
			k += utf8_decode(s + k, b.len - k, &cp);
			assert_true(cp >= 0x20 && !(cp >= 0x7f && cp <= 0x9f));
		}
	}
	buf_release(&b);
}

static void a_full_buffer_says_so(void **state)
{
	(void)state;
	struct buf b = { .max = 6 };
	str_printable(&b, "abc\x1b\x1b", 5, false);
	assert_true(b.over);
	assert_string_equal(b.data, "abc");
	buf_release(&b);
}

static void shell_words(void **state)
{
	(void)state;
	static const struct {
		const char *s, *want;
	} rows[] = {
		{ "", "''" }, { "plain", "plain" }, { "/srv/a-b_c.d", "/srv/a-b_c.d" },
		{ "a b", "'a b'" }, { "it's", "'it'\\''s'" }, { "'", "''\\'''" },
		{ "$HOME", "'$HOME'" }, { "a=b", "'a=b'" }, { "--k=v", "--k=v" }, { "~", "'~'" },
		{ "a\nb", "'a\nb'" }, { "*", "'*'" }, { "\xc3\xa9", "'\xc3\xa9'" },
		{ "#x", "'#x'" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf b = BUF_INIT;
		str_shell_quote(&b, rows[i].s);
		assert_string_equal(b.data, rows[i].want);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(comparisons),
		UNIT(copies_are_whole_or_nothing),
		UNIT(clips_are_cut_between_characters),
		UNIT(integers),
		UNIT(decimals),
		UNIT(doubles_print_short_and_read_back),
		UNIT(the_locale_does_not_reach_numbers),
		UNIT(durations),
		UNIT(durations_print_as_they_are_read),
		UNIT(stopwatch_faces),
		UNIT(distances),
		UNIT(long_words_cost_little),
		UNIT(the_nearest_word),
		UNIT(a_terminal_obeys_nothing_of_it),
		UNIT(any_bytes_come_out_harmless),
		UNIT(a_full_buffer_says_so),
		UNIT(shell_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
