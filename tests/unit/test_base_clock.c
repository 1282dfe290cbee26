#include "unit.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "clock.h"

static const int64_t sec = 1000000000;

static const char *utc(struct buf *b, int64_t ns, int digits)
{
	buf_clear(b);
	clock_utc(b, ns, digits);
	return b->data;
}

static void now_is_now(void **state)
{
	(void)state;
	struct moment a = clock_now(), b = clock_now();
	assert_true(b.boot >= a.boot);
	assert_true(a.boot > 0);
	int64_t apart = a.wall / sec - (int64_t)time(NULL);
	assert_true(apart >= -2 && apart <= 1);
}

static void the_boot_id_is_read_once(void **state)
{
	(void)state;
	const char *id = clock_boot_id();
	assert_ptr_equal(id, clock_boot_id());
	assert_true(strlen(id) == CLOCK_BOOT_ID_LEN || strcmp(id, "unknown") == 0);
}

static void writes_utc_with_as_many_digits(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	int64_t t = INT64_C(1795317667) * sec + 123456789;
	assert_string_equal(utc(&b, t, 0), "2026-11-22T03:21:07Z");
	assert_string_equal(utc(&b, t, 3), "2026-11-22T03:21:07.123Z");
	assert_string_equal(utc(&b, t, 6), "2026-11-22T03:21:07.123456Z");
	assert_string_equal(utc(&b, t, 9), "2026-11-22T03:21:07.123456789Z");
	assert_string_equal(utc(&b, 0, 0), "1970-01-01T00:00:00Z");
	assert_string_equal(utc(&b, -1, 9), "1969-12-31T23:59:59.999999999Z");
	assert_string_equal(utc(&b, -sec, 0), "1969-12-31T23:59:59Z");
	assert_string_equal(utc(&b, INT64_MAX, 9), "2262-04-11T23:47:16.854775807Z");
	assert_string_equal(utc(&b, INT64_MIN, 9), "1677-09-21T00:12:43.145224192Z");
	buf_release(&b);
}

/* The calendar against the C library's, every day of the range. */
static void agrees_with_gmtime_every_day(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	for (int64_t day = -106751; day <= 106750; day++) {
		time_t t = (time_t)(day * 86400 + (day & 0xffff) % 86400);
		struct tm tm;
		char want[40];
		int64_t back = 0;
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
		assert_string_equal(utc(&b, t * sec, 0), want);
		assert_true(clock_parse(want, &back));
		assert_true(back == t * sec);
	}
	buf_release(&b);
}

static void reads_what_people_write(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t s, ns;
	} rows[] = {
		{ "1970-01-01", 0, 0 },
		{ "2026-11-22", 1795305600, 0 },
		{ "2026-11-22T03:21Z", 1795317660, 0 },
		{ "2026-11-22 03:21", 1795317660, 0 },
		{ "2026-11-22T03:21:07", 1795317667, 0 },
		{ "2026-11-22 03:21:07.5+01:00", 1795314067, 500000000 },
		{ "2026-11-22T03:21:07.123456789Z", 1795317667, 123456789 },
		{ "2026-11-22T03:21:07-0530", 1795337467, 0 },
		{ "2026-11-22T03:21:07+01", 1795314067, 0 },
		{ "1970-01-01T00:00:00+00:01", -60, 0 },
		{ "1969-12-31T23:59:59.25Z", -1, 250000000 },
		{ "2000-02-29", 951782400, 0 },
		{ "2024-02-29", 1709164800, 0 },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t got = 0;
		assert_true(clock_parse(rows[i].text, &got));
		assert_true(got == rows[i].s * sec + rows[i].ns);
	}
}

static void refuses_what_is_no_date(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "2026", "2026-11", "2026-11-22T", "2026-11-22 ", "2026-02-30",
		"2026-02-29", "1900-02-29", "2100-02-29", "2026-00-10", "2026-13-01", "2026-01-00",
		"2026-04-31", "2026-1-2", "26-11-22", "2026/11/22", "2026-11-22T24:00Z",
		"2026-11-22T03:60Z", "2026-11-22T03:21:60Z", "2026-11-22T3:21Z", "2026-11-22T03",
		"2026-11-22T03:21:07.", "2026-11-22T03:21:07.Z", "2026-11-22T03:21:07.1234567890Z",
		"2026-11-22T03:21+", "2026-11-22T03:21+1", "2026-11-22T03:21+24:00",
		"2026-11-22T03:21+01:60", "2026-11-22T03:21+01:", "2026-11-22T03:21Z ",
		"2026-11-22T03:21ZZ", "2026-11-22T03:21z", " 2026-11-22", "2026-11-22x",
		"2026-11-22T03:21 Z", "2026-11-22  03:21", "-026-11-22", "2026-11--2", "1677-01-01",
		"2263-01-01", "0000-01-01", "9999-12-31", "2026-11-22T-1:00Z", "yesterday",
		"2026-11-22T03.5Z", "2026-11-22Z",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		int64_t got = 77;
		if (clock_parse(bad[i], &got))
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(got, 77);
	}
}

static void the_ends_of_the_range(void **state)
{
	(void)state;
	int64_t got = 0;
	assert_true(clock_parse("2262-04-11T23:47:16.854775807Z", &got));
	assert_true(got == INT64_MAX);
	assert_false(clock_parse("2262-04-11T23:47:16.854775808Z", &got));
	assert_true(clock_parse("1677-09-21T00:12:44Z", &got));
	assert_false(clock_parse("1677-09-21T00:12:43Z", &got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(now_is_now),
		UNIT(the_boot_id_is_read_once),
		UNIT(writes_utc_with_as_many_digits),
		UNIT(agrees_with_gmtime_every_day),
		UNIT(reads_what_people_write),
		UNIT(refuses_what_is_no_date),
		UNIT(the_ends_of_the_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
