#include "clock.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"

static const int64_t second = 1000000000;

static int64_t read_clock(clockid_t id)
{
	struct timespec ts = { 0 };
	clock_gettime(id, &ts);
	return ts.tv_sec * second + ts.tv_nsec;
}

struct moment clock_now(void)
{
	return (struct moment){
		.wall = read_clock(CLOCK_REALTIME),
		.boot = read_clock(CLOCK_BOOTTIME),
	};
}

const char *clock_boot_id(void)
{
	static char boot_id[CLOCK_BOOT_ID_LEN + 1]; /* cannot change while we live */
	if (boot_id[0])
		return boot_id;
	char text[CLOCK_BOOT_ID_LEN + 1] = "";
	ssize_t n = -1;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, CLOCK_BOOT_ID_LEN);
		close(fd);
	}
	if (n == CLOCK_BOOT_ID_LEN && strspn(text, "0123456789abcdef-") == CLOCK_BOOT_ID_LEN)
		memcpy(boot_id, text, CLOCK_BOOT_ID_LEN);
	else
		memcpy(boot_id, "unknown", sizeof("unknown"));
	return boot_id;
}

/* --- the calendar ---------------------------------------------------------------------------- */

/* Days since 1970-01-01 of a date of the Gregorian calendar. Years are counted from March, so that
 * the leap day is a year's last. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static void date_of(int64_t days, int64_t *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t d = days - era * 146097;
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t in_year = d - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;
	*day = (int)(in_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

static int month_len(int64_t year, int month)
{
	static const int len[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return len[month - 1] + (month == 2 && leap);
}

void clock_utc(struct buf *out, int64_t wall_ns, int digits)
{
	int64_t s = wall_ns / second, ns = wall_ns % second;
	if (ns < 0) {
		ns += second;
		s--;
	}
	int64_t days = s / 86400, in_day = s % 86400;
	if (in_day < 0) {
		in_day += 86400;
		days--;
	}
	int64_t year;
	int month, day;
	date_of(days, &year, &month, &day);
	buf_addf(out, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year, month, day,
		 (int)(in_day / 3600), (int)(in_day / 60 % 60), (int)(in_day % 60));
	for (int i = digits; i < 9; i++)
		ns /= 10;
	if (digits > 0)
		buf_addf(out, ".%0*lld", digits, (long long)ns);
	buf_addc(out, 'Z');
}

/* --- reading --------------------------------------------------------------------------------- */

/* Exactly n digits at *s, as a number no greater than max; steps over them. */
static bool take_number(const char **s, int n, int max, int *ret)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		char c = (*s)[i];
		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	*s += n;
	*ret = v;
	return v <= max;
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* ".5" to ".123456789" in nanoseconds. */
static bool take_fraction(const char **s, int64_t *ret_ns)
{
	int64_t unit = second / 10, ns = 0;
	const char *p = *s;
	for (; *p >= '0' && *p <= '9'; p++, unit /= 10) {
		if (unit == 0)
			return false;
		ns += (*p - '0') * unit;
	}
	if (p == *s)
		return false;
	*s = p;
	*ret_ns = ns;
	return true;
}

/* HH:MM[:SS[.fraction]] */
static bool take_time(const char **s, int64_t *ret_s, int64_t *ret_ns)
{
	int hour, minute, sec = 0;
	if (!take_number(s, 2, 23, &hour) || !take_char(s, ':') || !take_number(s, 2, 59, &minute))
		return false;
	if (take_char(s, ':')) {
		if (!take_number(s, 2, 59, &sec))
			return false;
		if (take_char(s, '.') && !take_fraction(s, ret_ns))
			return false;
	}
	*ret_s = hour * 3600 + minute * 60 + sec;
	return true;
}

/* Z, +01, +0100, +01:00, or nothing: seconds east of UTC. */
static bool take_zone(const char **s, int64_t *ret_s)
{
	int hour, minute = 0;
	char sign = **s;
	*ret_s = 0;
	if (!sign || take_char(s, 'Z'))
		return true;
	if (sign != '+' && sign != '-')
		return false;
	(*s)++;
	if (!take_number(s, 2, 23, &hour))
		return false;
	if (**s && (take_char(s, ':'), !take_number(s, 2, 59, &minute)))
		return false;
	*ret_s = (sign == '-' ? -1 : 1) * (hour * 3600 + minute * 60);
	return true;
}

bool clock_parse(const char *s, int64_t *ret_wall_ns)
{
	int year, month, day;
	int64_t in_day = 0, ns = 0, east = 0, wall;
	if (!take_number(&s, 4, 9999, &year) || !take_char(&s, '-') ||
	    !take_number(&s, 2, 12, &month) || month < 1 || !take_char(&s, '-') ||
	    !take_number(&s, 2, month_len(year, month), &day) || day < 1)
		return false;
	if (*s && !((take_char(&s, 'T') || take_char(&s, ' ')) && take_time(&s, &in_day, &ns) &&
		    take_zone(&s, &east)))
		return false;
	if (*s)
		return false;
	int64_t seconds = days_of(year, month, day) * 86400 + in_day - east;
	if (__builtin_mul_overflow(seconds, second, &wall) ||
	    __builtin_add_overflow(wall, ns, &wall))
		return false;
	*ret_wall_ns = wall;
	return true;
}
