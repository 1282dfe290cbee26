/* Numbers and durations as text. The C library's own conversions follow the locale, which a file
 * format must not: here the point is always a point. */
#include "str.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

bool str_to_i64(const char *s, int64_t *ret)
{
	const char *p = s + (*s == '-' || *s == '+');
	if (!digit(*p))
		return false;
	while (digit(*p))
		p++;
	if (*p)
		return false;
	errno = 0;
	long long v = strtoll(s, NULL, 10);
	if (errno == ERANGE)
		return false;
	*ret = v;
	return true;
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before or after the point. */
static bool is_decimal(const char *s)
{
	const char *p = s + (*s == '-' || *s == '+');
	size_t n = 0;
	for (; digit(*p); p++)
		n++;
	if (*p == '.')
		for (p++; digit(*p); p++)
			n++;
	if (!n)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!digit(*p))
			return false;
		while (digit(*p))
			p++;
	}
	return !*p;
}

bool str_to_f64(const char *s, double *ret)
{
	if (!is_decimal(s))
		return false;
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double v = c ? strtod_l(s, NULL, c) : HUGE_VAL;
	if (c)
		freelocale(c);
	if (!isfinite(v))
		return false;
	*ret = v;
	return true;
}

void str_f64(struct buf *out, double v)
{
	enum { ENOUGH = 17 }; /* digits that tell any two doubles apart */
	char text[40] = "";
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = c ? uselocale(c) : (locale_t)0;
	for (int digits = 15; digits <= ENOUGH; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	if (c) {
		uselocale(before);
		freelocale(c);
	}
	buf_adds(out, text);
}

static const struct unit {
	const char *name;
	int64_t ms;
	bool printed;
} units[] = {
	{ "w", INT64_C(604800000), false },
	{ "d", 86400000, true },
	{ "h", 3600000, true },
	{ "m", 60000, true },
	{ "s", 1000, true },
	{ "ms", 1, true },
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

static const int64_t ten_years = INT64_C(3653) * 86400000;

/* The unit at p among those from `from` on, or UNITS. */
static size_t find_unit(const char *p, size_t len, size_t from)
{
	size_t i = from;
	while (i < UNITS && !(strlen(units[i].name) == len && memcmp(units[i].name, p, len) == 0))
		i++;
	return i;
}

bool str_to_duration(const char *s, int64_t *ret_ms)
{
	if (strcmp(s, "0") == 0) {
		*ret_ms = 0;
		return true;
	}
	int64_t total = 0;
	size_t next = 0;
	if (!*s)
		return false;
	while (*s) {
		int64_t v = 0;
		const char *p = s;
		for (; digit(*p); p++)
			if ((v = v * 10 + (*p - '0')) > ten_years)
				return false;
		size_t len = strspn(p, "wdhms");
		size_t unit = find_unit(p, len, next);
		if (p == s || unit == UNITS || v > ten_years / units[unit].ms)
			return false;
		total += v * units[unit].ms;
		if (total > ten_years)
			return false;
		next = unit + 1;
		s = p + len;
	}
	*ret_ms = total;
	return true;
}

static uint64_t magnitude(struct buf *out, int64_t v)
{
	if (v >= 0)
		return (uint64_t)v;
	buf_addc(out, '-');
	return -(uint64_t)v;
}

void str_duration(struct buf *out, int64_t ms)
{
	if (ms == 0) {
		buf_adds(out, "0s");
		return;
	}
	uint64_t rest = magnitude(out, ms);
	for (size_t i = 0; i < UNITS; i++) {
		uint64_t unit = (uint64_t)units[i].ms;
		if (!units[i].printed || rest < unit)
			continue;
		buf_addf(out, "%llu%s", (unsigned long long)(rest / unit), units[i].name);
		rest %= unit;
	}
}

void str_stopwatch(struct buf *out, int64_t ms)
{
	int64_t whole = ms / 1000; /* towards zero, so that nothing shows "-0:00" */
	uint64_t s = magnitude(out, whole);
	if (s < 600)
		buf_addf(out, "%d:%02d", (int)(s / 60), (int)(s % 60));
	else
		buf_addf(out, "%llu:%02d:%02d", (unsigned long long)(s / 3600),
			 (int)(s / 60 % 60), (int)(s % 60));
}
