#include "presence.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
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

enum { WINDOW_S = 6 * 3600 };

/* Asks the database. No zone changes its offset and back within the window. */
static void look_up(struct presence_zone *z, int64_t at)
{
	struct zone_time later = { 0 };

	z->from = z->to = at;
	z->known = zone_local(z->name, at * CLOCK_S, &z->local);
	if (z->known && zone_local(z->name, (at + WINDOW_S) * CLOCK_S, &later) &&
	    later.offset_s == z->local.offset_s && str_eq(later.name, z->local.name))
		z->to = at + WINDOW_S;
}

static struct zone_time local_at(const struct presence_zone *z, int64_t at)
{
	struct zone_time t = z->local;
	time_t shifted = (time_t)(at + t.offset_s);
	struct tm tm = { 0 };

	gmtime_r(&shifted, &tm);
	t.year = tm.tm_year + 1900;
	t.month = tm.tm_mon + 1;
	t.day = tm.tm_mday;
	t.weekday = (tm.tm_wday + 6) % 7;
	t.minute = tm.tm_hour * 60 + tm.tm_min;
	return t;
}

/* Where the zone stands, or would stand. */
static size_t place_of(const struct presence_cache *c, const char *name)
{
	size_t from = 0, to = c->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (strcmp(c->v[mid].name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static struct presence_zone *zone_of(struct presence_cache *c, const char *name, int64_t at)
{
	size_t i = place_of(c, name);

	if (i < c->n && str_eq(c->v[i].name, name))
		return &c->v[i];
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->v = mem_grow(c->v, c->cap, sizeof(*c->v));
	}
	memmove(&c->v[i + 1], &c->v[i], (c->n - i) * sizeof(*c->v));
	c->n++;
	c->v[i] = (struct presence_zone){ .name = name };
	look_up(&c->v[i], at);
	return &c->v[i];
}

struct presence presence_cached(struct presence_cache *c, const struct people_person *p,
				int64_t wall_ns)
{
	int64_t at = wall_ns / CLOCK_S - (wall_ns % CLOCK_S < 0);
	struct presence_zone *z;

	if (!p->zone)
		return judge(p, false, (struct zone_time){ 0 });
	z = zone_of(c, p->zone, at);
	if (at < z->from || at > z->to)
		look_up(z, at);
	return judge(p, z->known, z->known ? local_at(z, at) : z->local);
}

void presence_cache_release(struct presence_cache *c)
{
	free(c->v);
	*c = (struct presence_cache){ 0 };
}
