/* Progress lines: read strictly, and what follows from them. */
#include "../lib/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "progress.h"

#define S 1000000000LL

static bool reads(const char *line, int64_t done, int64_t total, const char *unit)
{
	struct progress p;

	if (!progress_parse(line, strlen(line), &p))
		return false;
	assert_int_equal(p.done, done);
	assert_int_equal(p.total, total);
	assert_string_equal(p.unit, unit);
	return true;
}

static bool is_none(const char *line)
{
	struct progress p = { .done = 77 };
	bool got = progress_parse(line, strlen(line), &p);

	assert_int_equal(p.done, 77);
	return !got;
}

static void a_line_of_the_form_is_read(void **x)
{
	(void)x;
	assert_true(reads("@progress 0 0", 0, 0, "bytes"));
	assert_true(reads("@progress 12 40 rows", 12, 40, "rows"));
	assert_true(reads("@progress 999999999999999999 0 bytes", 999999999999999999, 0, "bytes"));
	assert_true(reads("@progress 5 4\r", 5, 4, "bytes"));
}

static void any_other_line_is_none(void **x)
{
	static const char *const lines[] = {
		"", "@progress", "@progress ", "@progress 1", "@progress 1 ", "@progress -1 2",
		"@progress 1 2 ", "@progress 1  2", "@progress 1 2 \033[2J", "@progress 1 2 a b",
		"@progress 1 2 averylongunit", "@progress 1.5 2", "@progress 1 2x", " @progress 1 2",
		"@progress 1234567890123456789 2", "@progress 0x10 20", "@Progress 1 2",
		"@progress 1 2 \xc3\xa4", "@progress\t1 2", "@progress 1 2\r\r",
	};

	(void)x;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (!is_none(lines[i]))
			fail_msg("taken: %s", lines[i]);
}

struct seen {
	int n;
	int64_t done;
};

static void see(void *ctx, const struct progress *p)
{
	struct seen *s = ctx;

	s->n++;
	s->done = p->done;
}

/* However the bytes come in, the same goes out. */
static void lines_are_taken_out_of_a_stream_cut_anywhere(void **x)
{
	static const char in[] = "one\n@progress 1 9\n@prog\n\n@progress 2 9\ntwo @progress 3 9\n"
				 "@progress 4 9 and more\n@progress 5 9\r\nlast";
	static const char want[] = "one\n@prog\n\ntwo @progress 3 9\n@progress 4 9 and more\nlast";
	size_t n = sizeof in - 1;

	(void)x;
	for (size_t cut = 0; cut <= n; cut++)
		for (size_t step = 1; step < 4; step++) {
			struct progress_lines l = { 0 };
			struct buf out = BUF_INIT;
			struct seen s = { 0 };

			progress_lines_feed(&l, in, cut, &out, see, &s);
			for (size_t i = cut; i < n; i += step)
				progress_lines_feed(&l, in + i, i + step < n ? step : n - i, &out,
						    see, &s);
			progress_lines_end(&l, &out);
			assert_string_equal(buf_str(&out), want);
			assert_int_equal(s.n, 3);
			assert_int_equal(s.done, 5);
			buf_release(&out);
		}
}

static void a_line_without_end_is_held_back_no_longer_than_it_may_be_one(void **x)
{
	struct progress_lines l = { 0 };
	struct buf out = BUF_INIT;
	char junk[4096];

	(void)x;
	memset(junk, '7', sizeof junk);
	memcpy(junk, "@progress ", 10);
	progress_lines_feed(&l, junk, sizeof junk, &out, NULL, NULL);
	assert_int_equal(out.len, sizeof junk);
	buf_clear(&out);
	progress_lines_feed(&l, "\n@progr", 7, &out, NULL, NULL);
	assert_string_equal(buf_str(&out), "\n");
	progress_lines_feed(&l, "ess 1 2", 7, &out, NULL, NULL);
	assert_string_equal(buf_str(&out), "\n");
	progress_lines_end(&l, &out);
	assert_string_equal(buf_str(&out), "\n@progress 1 2");
	buf_release(&out);
}

/* A tail that begins in the middle of a line: its first piece is no line. */
static void what_comes_after_lost_bytes_begins_with_the_next_line(void **x)
{
	struct progress_lines l = { .lost = true };
	struct seen s = { 0 };

	(void)x;
	progress_lines_feed(&l, "@progress 1 9\n@progress 2 9\n", 28, NULL, see, &s);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.done, 2);
}

static void take(struct progress_meter *m, int64_t done, int64_t total, int64_t at)
{
	struct progress p = { done, total, "bytes" };

	progress_take(m, &p, at);
}

static char *text(const struct progress_meter *m, int64_t now)
{
	struct buf b = BUF_INIT;

	progress_text(&b, m, now);
	return buf_take(&b);
}

static void is_text(const struct progress_meter *m, int64_t now, const char *want)
{
	char *got = text(m, now);

	assert_string_equal(got ? got : "", want);
	free(got);
}

static void rate_and_time_left_follow_from_readings(void **x)
{
	struct progress_meter m = { 0 };

	(void)x;
	assert_false(progress_known(&m));
	is_text(&m, 5 * S, "");
	take(&m, 0, 1000000000, 10 * S);
	is_text(&m, 10 * S, "0.0 of 1.0 GB, 0%");
	take(&m, 100000000, 1000000000, 11 * S);
	take(&m, 300000000, 1000000000, 13 * S);
	is_text(&m, 13 * S, "0.3 of 1.0 GB, 30%, 100.0 MB/s, 0:07 left");
	is_text(&m, 15 * S, "0.3 of 1.0 GB, 30%, 100.0 MB/s, 0:05 left");
}

static void silence_is_said_and_not_called_speed(void **x)
{
	struct progress_meter m = { 0 };

	(void)x;
	take(&m, 0, 1000, 0);
	take(&m, 500, 1000, 10 * S);
	assert_true(progress_rate(&m, 10 * S) > 49);
	assert_true(progress_rate(&m, 100 * S) < 6);
	is_text(&m, 100 * S, "0.5 of 1.0 kB, 50%, 5 bytes/s, no news for 1:30");
	for (int i = 11; i <= 40; i++)
		take(&m, 500, 1000, i * S);
	is_text(&m, 40 * S, "0.5 of 1.0 kB, 50%, stands still for 0:30");
}

static void a_count_that_falls_begins_anew(void **x)
{
	struct progress_meter m = { 0 };

	(void)x;
	take(&m, 0, 1000, 0);
	take(&m, 800, 1000, 10 * S);
	take(&m, 100, 1000, 11 * S);
	assert_true(progress_rate(&m, 11 * S) <= 0);
	assert_int_equal(progress_percent(&m), 10);
	take(&m, 200, 1000, 12 * S);
	assert_true(progress_rate(&m, 12 * S) > 99 && progress_rate(&m, 12 * S) < 101);
}

static void nonsense_gives_no_nonsense(void **x)
{
	struct progress_meter m = { 0 };

	(void)x;
	take(&m, 10, 5, S); /* more than all */
	assert_int_equal(progress_percent(&m), 100);
	take(&m, 20, 5, S);
	take(&m, 30, 5, 0); /* a clock that goes back */
	assert_true(progress_rate(&m, S) >= 0);
	assert_true(progress_left(&m, S) <= 0);
	m = (struct progress_meter){ 0 };
	take(&m, 0, 999999999999999999, 0);
	take(&m, 1, 999999999999999999, 100 * S);
	assert_int_equal(progress_left(&m, 100 * S), -1);
	take(&m, 999999999999999998, 999999999999999999, 101 * S);
	assert_int_equal(progress_percent(&m), 99);
}

static void other_units_are_counted_and_not_scaled(void **x)
{
	struct progress_meter m = { 0 };
	struct progress p = { 12, 40, "rows" };

	(void)x;
	progress_take(&m, &p, 0);
	p.done = 20;
	progress_take(&m, &p, 2 * S);
	is_text(&m, 2 * S, "20 of 40 rows, 50%, 4.0 rows/s, 0:05 left");
	p.total = 0;
	progress_take(&m, &p, 3 * S);
	is_text(&m, 3 * S, "20 rows, 2.7 rows/s");
}

static void a_set_keeps_each_commands_own(void **x)
{
	struct progress_set s = { 0 };
	struct progress p = { 1, 2, "bytes" };

	(void)x;
	assert_null(progress_of(&s, "a"));
	assert_null(progress_of(NULL, "a"));
	for (int i = 0; i < 40; i++) {
		char token[8];

		snprintf(token, sizeof token, "t%d", i);
		p.done = i;
		progress_take(&progress_add(&s, token)->meter, &p, 0);
	}
	progress_add(&s, "silent");
	assert_int_equal(s.n, 41);
	assert_null(progress_of(&s, "silent"));
	assert_int_equal(progress_of(&s, "t7")->last.done, 7);
	progress_set_release(&s);
	assert_null(progress_of(&s, "t7"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_the_form_is_read),
		cmocka_unit_test(any_other_line_is_none),
		cmocka_unit_test(lines_are_taken_out_of_a_stream_cut_anywhere),
		cmocka_unit_test(a_line_without_end_is_held_back_no_longer_than_it_may_be_one),
		cmocka_unit_test(what_comes_after_lost_bytes_begins_with_the_next_line),
		cmocka_unit_test(rate_and_time_left_follow_from_readings),
		cmocka_unit_test(silence_is_said_and_not_called_speed),
		cmocka_unit_test(a_count_that_falls_begins_anew),
		cmocka_unit_test(nonsense_gives_no_nonsense),
		cmocka_unit_test(other_units_are_counted_and_not_scaled),
		cmocka_unit_test(a_set_keeps_each_commands_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
