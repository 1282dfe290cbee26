/* Local time, by the zones of this machine, and who is awake. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "ladder.h"
#include "people.h"
#include "presence.h"
#include "str.h"
#include "zone.h"

static int64_t wall(const char *s)
{
	int64_t ns;

	assert_true(clock_parse(s, &ns));
	return ns;
}

static void is_local(const char *zone, const char *utc, const char *want)
{
	struct zone_time t;
	struct buf got = BUF_INIT;

	assert_true(zone_local(zone, wall(utc), &t));
	buf_addf(&got, "%d %04d-%02d-%02d %02d:%02d %+d %s", t.weekday, t.year, t.month, t.day,
		 t.minute / 60, t.minute % 60, t.offset_s / 60, t.name);
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
}

static void local_time_knows_summer_and_odd_offsets(void **state)
{
	(void)state;
	is_local("Europe/Madrid", "2026-03-29T00:59Z", "6 2026-03-29 01:59 +60 CET");
	is_local("Europe/Madrid", "2026-03-29T01:00Z", "6 2026-03-29 03:00 +120 CEST");
	is_local("Europe/Madrid", "2026-10-25T00:59Z", "6 2026-10-25 02:59 +120 CEST");
	is_local("Europe/Madrid", "2026-10-25T01:00Z", "6 2026-10-25 02:00 +60 CET");
	is_local("Asia/Kolkata", "2026-12-31T18:30Z", "4 2027-01-01 00:00 +330 IST");
	is_local("Pacific/Kiritimati", "2026-01-01T11:00Z", "4 2026-01-02 01:00 +840 +14");
	is_local("America/St_Johns", "2026-01-01T02:00Z", "2 2025-12-31 22:30 -210 NST");
	is_local("UTC", "1969-12-31T23:59:59.5Z", "2 1969-12-31 23:59 +0 UTC");
	/* behind the last entry of the database: by its rule */
	is_local("Europe/Madrid", "2060-07-01T00:00Z", "3 2060-07-01 02:00 +120 CEST");
}

static void only_names_of_the_database_are_zones(void **state)
{
	static const char *const bad[] = {
		"", "/etc/localtime", "Europe", "Europe/", "europe/madrid", "../zoneinfo/UTC", "UTC+2",
		"EST5EDT,M3.2.0,M11.1.0", ":UTC", "zone.tab", "Europe/Nowhere", "UTC\n",
	};
	struct zone_time t;
	char near[ZONE_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (zone_find(bad[i]) != ZONE_UNKNOWN)
			fail_msg("`%s` is taken for a zone", bad[i]);
		assert_false(zone_local(bad[i], 0, &t));
	}
	assert_int_equal(zone_find("America/Argentina/Buenos_Aires"), ZONE_KNOWN);
	assert_int_equal(zone_find("Etc/GMT+5"), ZONE_KNOWN);
	assert_string_equal(zone_near(near, sizeof(near), "Europe/Berln"), "Europe/Berlin");
	assert_string_equal(zone_near(near, sizeof(near), "Kolkata"), "Asia/Kolkata");
	assert_string_equal(zone_near(near, sizeof(near), "Mars/Olympus_Mons"), "");
}

static void the_zone_of_the_process_stays_as_it_was(void **state)
{
	static const char *const zones[] = { NULL, "", "Asia/Tokyo", "EST5EDT" };
	struct zone_time t;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(zones); i++) {
		time_t at = 1700000000;
		struct tm before, after;

		if (zones[i])
			setenv("TZ", zones[i], 1);
		else
			unsetenv("TZ");
		tzset();
		localtime_r(&at, &before);
		assert_true(zone_local("Europe/Madrid", 0, &t));
		localtime_r(&at, &after);
		assert_int_equal(before.tm_hour, after.tm_hour);
		assert_int_equal(before.tm_gmtoff, after.tm_gmtoff);
		assert_true(str_eq(getenv("TZ"), zones[i]));
	}
	setenv("TZ", "UTC", 1);
	tzset();
}

static void a_machine_without_zones_says_so(void **state)
{
	char folder[] = "/tmp/bs-zones.XXXXXX";
	struct people_person p = { .zone = "UTC", .awake = { PEOPLE_ALL_DAYS, 0, PEOPLE_DAY } };
	struct zone_time t;

	(void)state;
	assert_non_null(mkdtemp(folder));
	setenv("TZDIR", folder, 1);
	assert_int_equal(zone_find("UTC"), ZONE_NO_DATABASE);
	assert_false(zone_local("UTC", 0, &t));
	assert_int_equal(presence_at(&p, 0).is, LADDER_PRESENCE_UNKNOWN);
	unsetenv("TZDIR");
	rmdir(folder);
	assert_int_equal(presence_at(&p, 0).is, LADDER_AWAKE);
}

static int read_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

static void is_present(const char *hours, const char *utc, enum ladder_presence want)
{
	struct buf text = BUF_INIT;
	struct loader_source src = { NULL, read_text };
	struct presence_cache cache = { 0 };
	struct findings f = { 0 };
	struct people *p = NULL;

	buf_addf(&text, "contacts: 1\nladders: {l: {wait: 1m, rungs: [{who: a}]}}\n"
			"people:\n  a: {phone: '1', zone: Europe/Madrid, %s}\n", hours);
	src.ctx = text.data;
	assert_int_equal(people_load("in.yaml", &src, &p, &f, NULL), 0);
	assert_int_equal(f.n, 0);
	assert_string_equal(ladder_presence_name(presence_at(&p->persons[0], wall(utc)).is),
			    ladder_presence_name(want));
	assert_int_equal(presence_cached(&cache, &p->persons[0], wall(utc)).is, want);
	presence_cache_release(&cache);
	people_free(p);
	findings_release(&f);
	buf_release(&text);
}

static void working_hours_are_local_and_may_go_past_midnight(void **state)
{
	static const char days[] = "hours: 09:00-18:00";
	static const char nights[] = "hours: 'fri,sun 22:00-06:00', awake: 16:00-08:00";

	(void)state;
	/* Monday 23 November: Madrid is an hour ahead */
	is_present(days, "2026-11-23T07:59Z", LADDER_AWAKE);
	is_present(days, "2026-11-23T08:00Z", LADDER_AT_WORK);
	is_present(days, "2026-11-23T16:59Z", LADDER_AT_WORK);
	is_present(days, "2026-11-23T17:00Z", LADDER_AWAKE);
	is_present(days, "2026-11-22T12:00Z", LADDER_AWAKE); /* Sunday */
	is_present(days, "2026-11-23T21:59Z", LADDER_AWAKE);
	is_present(days, "2026-11-23T22:00Z", LADDER_ASLEEP);
	is_present(days, "2026-11-23T05:59Z", LADDER_ASLEEP);
	is_present(days, "2026-07-20T07:00Z", LADDER_AT_WORK); /* summer: two hours */
	is_present(nights, "2026-11-22T20:59Z", LADDER_AWAKE);
	is_present(nights, "2026-11-22T21:00Z", LADDER_AT_WORK); /* Sunday evening */
	is_present(nights, "2026-11-23T04:59Z", LADDER_AT_WORK); /* still Sunday's */
	is_present(nights, "2026-11-23T05:00Z", LADDER_AWAKE);
	is_present(nights, "2026-11-23T07:00Z", LADDER_ASLEEP);
	is_present(nights, "2026-11-23T21:30Z", LADDER_AWAKE);   /* Monday evening is free */
	is_present("hours: daily 00:00-24:00", "2026-11-22T22:59Z", LADDER_AT_WORK);
	is_present("hours: sun 00:00-24:00", "2026-11-22T22:59Z", LADDER_AT_WORK);
	is_present("hours: sun 00:00-24:00", "2026-11-22T23:00Z", LADDER_ASLEEP);
}

/* Minute by minute over the nights in which the clocks change, the cache says what the database does. */
static void the_cache_never_differs_from_the_database(void **state)
{
	static const char *const zones[] = {
		"Europe/Madrid", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata",
		"Africa/Casablanca", "Pacific/Apia", "UTC", "Europe/Nowhere",
	};
	static const char *const nights[] = { "2026-03-28T12:00Z", "2026-10-24T12:00Z",
					      "2026-04-04T06:00Z", "2011-12-29T12:00Z" };
	struct presence_cache cache = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nights); i++)
		for (int64_t m = 0; m < 2 * 24 * 60; m += 7)
			for (size_t k = 0; k < COUNT_OF(zones); k++) {
				struct people_person p = { .zone = zones[k],
							   .awake = { PEOPLE_ALL_DAYS, 420, 1380,
								      { 0 } } };
				int64_t at = wall(nights[i]) + m * 60000000000LL;
				struct presence a = presence_at(&p, at);
				struct presence b = presence_cached(&cache, &p, at);

				assert_int_equal(a.is, b.is);
				assert_int_equal(a.known, b.known);
				assert_int_equal(a.local.minute, b.local.minute);
				assert_int_equal(a.local.weekday, b.local.weekday);
				assert_int_equal(a.local.day, b.local.day);
				assert_int_equal(a.local.offset_s, b.local.offset_s);
				assert_string_equal(a.local.name, b.local.name);
			}
	assert_int_equal(cache.n, COUNT_OF(zones));
	presence_cache_release(&cache);
}

static void hours_are_written_as_they_are_read(void **state)
{
	static const struct people_hours v[] = {
		{ 0x1f, 540, 1080, { 0 } }, { 0x60, 600, 840, { 0 } }, { 0x7f, 1320, 1800, { 0 } },
		{ 0x41, 0, 1440, { 0 } },
	};
	struct buf out = BUF_INIT;

	(void)state;
	people_hours_text(&out, v, COUNT_OF(v));
	assert_string_equal(buf_str(&out), "mon-fri 09:00-18:00, sat,sun 10:00-14:00, "
					   "daily 22:00-06:00, mon,sun 00:00-24:00");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(local_time_knows_summer_and_odd_offsets),
		UNIT(only_names_of_the_database_are_zones),
		UNIT(the_zone_of_the_process_stays_as_it_was),
		UNIT(a_machine_without_zones_says_so),
		UNIT(working_hours_are_local_and_may_go_past_midnight),
		UNIT(the_cache_never_differs_from_the_database),
		UNIT(hours_are_written_as_they_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
