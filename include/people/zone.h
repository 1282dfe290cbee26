/* What time it is where somebody is, by the time zones of this machine.
 *
 * The C library reads its database through the variable TZ only, so zone_local sets it, asks, and
 * puts it back, all within the one call. The process must have one thread, as ours do. A reader of
 * the database's files of our own was weighed: it would have to know the rules behind their last
 * entry too (what most systems ship today has little else), for dates that the library gets right.
 */
#ifndef PEOPLE_ZONE_H
#define PEOPLE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZONE_NAME_MAX = 64 };

struct zone_time {
	int year, month, day;
	int weekday;     /* 0: Monday */
	int minute;      /* of the day */
	int offset_s;    /* ahead of UTC */
	char name[16];   /* "CET" */
};

enum zone_found { ZONE_KNOWN, ZONE_UNKNOWN, ZONE_NO_DATABASE };

/* Whether the database has a zone of that name. The library itself takes any name it does not know
 * for UTC and says nothing. */
enum zone_found zone_find(const char *name);

/* False: zone_find does not know it, or the time is beyond what a calendar holds; *ret is untouched
 * then. */
bool zone_local(const char *name, int64_t wall_ns, struct zone_time *ret);

/* The name of a zone that is spelt nearly so, in `out`; "" for none. Returns out. */
const char *zone_near(char *out, size_t size, const char *name);

#endif
