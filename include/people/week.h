/* Days and times of the week as people write them: "mon-fri 09:00". */
#ifndef PEOPLE_WEEK_H
#define PEOPLE_WEEK_H

#include <stdbool.h>

enum { WEEK_DAY = 24 * 60, WEEK_ALL_DAYS = 0x7f }; /* minutes; a bit for each day */

extern const char *const week_day_names[7]; /* from "mon" on */

/* Each takes what it reads off the front of *s. False: it is none, and where *s then stands is not
 * said; *ret of a day or a minute is as it was. */
bool week_take_day(const char **s, int *ret); /* 0: Monday */
/* "mon-fri", "sat,sun", "fri-mon", "daily": bits, Monday the lowest */
bool week_take_days(const char **s, unsigned *ret);
/* "09:00", "24:00" the last: minutes of the day */
bool week_take_minute(const char **s, int *ret);

#endif
