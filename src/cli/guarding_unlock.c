/* What unlocks without typing: a value that names the target and the day, so that one which is left
 * in a profile unlocks nothing tomorrow. */
#include <string.h>
#include <time.h>

#include "clock.h"
#include "guarding.h"
#include "str.h"

enum { DATE = 10 };

/* "2026-11-22"; no more than its shape. */
static bool is_date(const char *s)
{
	static const char shape[] = "0000-00-00";

	for (size_t i = 0; i < DATE; i++)
		if (shape[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
			return false;
	return s[DATE] == '\0';
}

enum unlock guarding_unlock(const char *value, const char *environment, const char *target,
			    int64_t wall)
{
	size_t n = strlen(environment), m = strlen(target);
	time_t at = (time_t)(wall / CLOCK_S);
	char today[DATE + 1];
	struct tm tm;

	if (!value || !*value)
		return UNLOCK_UNSET;
	if (strncmp(value, environment, n) || value[n] != '/' ||
	    strncmp(value + n + 1, target, m) || value[n + 1 + m] != '/' ||
	    !is_date(value + n + m + 2))
		return UNLOCK_WRONG;
	gmtime_r(&at, &tm);
	strftime(today, sizeof(today), "%Y-%m-%d", &tm);
	return str_eq(value + n + m + 2, today) ? UNLOCK_GOOD : UNLOCK_OLD;
}

const char *guarding_unlock_words(enum unlock u)
{
	static const char *const words[] = {
		[UNLOCK_OLD] = "BLACKSTART_UNLOCK is of another day: it unlocks nothing. It goes "
			       "for one day, in UTC",
		[UNLOCK_WRONG] = "BLACKSTART_UNLOCK does not name this target: it unlocks nothing. "
				 "It must be ENVIRONMENT/TARGET/YYYY-MM-DD, of this day in UTC",
	};

	return (size_t)u < sizeof(words) / sizeof(words[0]) ? words[u] : NULL;
}
