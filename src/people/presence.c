#include "presence.h"

#include <stdlib.h>

#include "mem.h"
#include "str.h"

/* Whether minute m of weekday d lies in h, which may have begun the day before. */
static bool inside(const struct people_hours *h, int d, int m)
{
	int before = (d + 6) % 7;

	return (h->days >> d & 1 && m >= h->from && m < h->to) ||
	       (h->days >> before & 1 && m + PEOPLE_DAY < h->to);
}

static struct presence judge(const struct people_person *p, bool known, struct zone_time local)
{
	struct presence now = { LADDER_PRESENCE_UNKNOWN, known, local };

	if (!known)
		return now;
	now.is = inside(&p->awake, now.local.weekday, now.local.minute) ? LADDER_AWAKE
									: LADDER_ASLEEP;
	for (size_t i = 0; i < p->n_hours; i++)
		if (inside(&p->hours[i], now.local.weekday, now.local.minute))
			now.is = LADDER_AT_WORK;
	return now;
}

struct presence presence_at(const struct people_person *p, int64_t wall_ns)
{
	struct zone_time local = { 0 };
	bool known = p->zone && zone_local(p->zone, wall_ns, &local);

	return judge(p, known, local);
}

/* --- many ------------------------------------------------------------------------------------- */

static const struct presence_zone *zone_of(struct presence_cache *c, const char *name,
					   int64_t wall_ns)
{
	struct presence_zone *z;

	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->v[i].name, name))
			return &c->v[i];
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->v = mem_grow(c->v, c->cap, sizeof(*c->v));
	}
	z = &c->v[c->n++];
	*z = (struct presence_zone){ .name = name };
	z->known = zone_local(name, wall_ns, &z->local);
	return z;
}

struct presence presence_cached(struct presence_cache *c, const struct people_person *p,
				int64_t wall_ns)
{
	const int64_t length = 60LL * 1000000000;
	int64_t minute = wall_ns / length - (wall_ns % length < 0);
	const struct presence_zone *z;

	if (minute != c->minute)
		c->n = 0;
	c->minute = minute;
	if (!p->zone)
		return judge(p, false, (struct zone_time){ 0 });
	z = zone_of(c, p->zone, wall_ns);
	return judge(p, z->known, z->local);
}

void presence_cache_release(struct presence_cache *c)
{
	free(c->v);
	*c = (struct presence_cache){ 0 };
}
