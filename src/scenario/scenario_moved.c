/* Outputs that speak of times, in a drill of another day. */
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "scenario_drill.h"
#include "scenarioint.h"

/* How many bytes of a time stand there: "2026-11-22T02:14:07", a fraction, "Z". 0:
 * none. */
static size_t time_at(const char *p, size_t n)
{
	static const char form[] = "0000-00-00T00:00:00";
	size_t i = 0;

	for (; i < SCENARIO_TIME; i++)
		if (i >= n || (form[i] == '0' ? p[i] < '0' || p[i] > '9' : p[i] != form[i]))
			return 0;
	if (i + 1 < n && p[i] == '.' && p[i + 1] >= '0' && p[i + 1] <= '9')
		for (i++; i < n && p[i] >= '0' && p[i] <= '9';)
			i++;
	return i < n && p[i] == 'Z' ? i + 1 : 0;
}

static bool move(struct buf *out, const char *p, size_t n, int64_t by)
{
	char bare[SCENARIO_TIME_Z + 1] = { 0 };
	int64_t wall;

	memcpy(bare, p, SCENARIO_TIME);
	bare[SCENARIO_TIME] = 'Z';
	if (!clock_parse(bare, &wall) || __builtin_add_overflow(wall, by, &wall))
		return false;
	clock_utc(out, wall, 0);
	buf_cut(out, out->len - 1); /* its Z: the fraction stays as it is */
	buf_add(out, p + SCENARIO_TIME, n - SCENARIO_TIME);
	return true;
}

void scenario_moved(struct buf *out, const struct scenario *s, int64_t began, const char *text,
		    size_t n)
{
	const int64_t second = 1000000000;
	size_t done = 0, len;

	for (size_t i = 0; s->happened && i < n; i += len ? len : 1) {
		/* a longer row of digits is no year */
		len = i && text[i - 1] >= '0' && text[i - 1] <= '9' ? 0 : time_at(text + i, n - i);
		if (!len)
			continue;
		buf_add(out, text + done, i - done);
		done = i;
		if (move(out, text + i, len, (began - s->happened) / second * second))
			done = i + len;
	}
	buf_add(out, text + done, n - done);
}
