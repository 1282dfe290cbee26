#include "week.h"

#include <string.h>

#include "str.h"

const char *const week_day_names[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

bool week_take_day(const char **s, int *ret)
{
	for (int d = 0; d < 7; d++)
		if (strncmp(*s, week_day_names[d], 3) == 0) {
			*s += 3;
			*ret = d;
			return true;
		}
	return false;
}

bool week_take_days(const char **s, unsigned *ret)
{
	int from, to;

	if (str_starts(*s, "daily")) {
		*s += 5;
		*ret = WEEK_ALL_DAYS;
		return true;
	}
	*ret = 0;
	do {
		if (!week_take_day(s, &from))
			return false;
		to = from;
		if (**s == '-') {
			++*s;
			if (!week_take_day(s, &to))
				return false;
		}
		for (int d = from;; d = (d + 1) % 7) {
			*ret |= 1u << d;
			if (d == to)
				break;
		}
	} while (**s == ',' && (++*s, true));
	return true;
}

bool week_take_minute(const char **s, int *ret)
{
	const char *c = *s;
	int minute;

	if (strspn(c, "0123456789") != 2 || c[2] != ':' || strspn(c + 3, "0123456789") != 2)
		return false;
	minute = ((c[0] - '0') * 10 + c[1] - '0') * 60 + (c[3] - '0') * 10 + c[4] - '0';
	if (c[3] > '5' || minute > WEEK_DAY)
		return false;
	*s += 5;
	*ret = minute;
	return true;
}
