#include "presence.h"

/* Whether minute m of weekday d lies in h, which may have begun the day before. */
static bool inside(const struct people_hours *h, int d, int m)
{
	int before = (d + 6) % 7;

	return (h->days >> d & 1 && m >= h->from && m < h->to) ||
	       (h->days >> before & 1 && m + PEOPLE_DAY < h->to);
}

struct presence presence_at(const struct people_person *p, int64_t wall_ns)
{
	struct presence now = { .is = LADDER_PRESENCE_UNKNOWN };

	now.known = p->zone && zone_local(p->zone, wall_ns, &now.local);
	if (!now.known)
		return now;
	now.is = inside(&p->awake, now.local.weekday, now.local.minute) ? LADDER_AWAKE
									: LADDER_ASLEEP;
	for (size_t i = 0; i < p->n_hours; i++)
		if (inside(&p->hours[i], now.local.weekday, now.local.minute))
			now.is = LADDER_AT_WORK;
	return now;
}
