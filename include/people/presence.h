/* Who is awake. */
#ifndef PEOPLE_PRESENCE_H
#define PEOPLE_PRESENCE_H

#include <stdbool.h>

#include "ladder_plan.h"
#include "people.h"
#include "zone.h"

struct presence {
	enum ladder_presence is;
	bool known;            /* local: there is one */
	struct zone_time local;
};

/* At work inside the working hours, else awake or asleep by the hours of being awake; unknown
 * without a zone. */
struct presence presence_at(const struct people_person *p, int64_t wall_ns);

/* The same for many, and for many times: the database is asked once for a zone and some hours.
 * All zeroes is empty. */
struct presence_cache {
	struct presence_zone {
		const char *name; /* borrowed from the people, which must outlive it */
		bool known;
		int64_t from, to; /* seconds since 1970: the offset is the same all along */
		struct zone_time local; /* at from */
	} *v;                     /* by name */
	size_t n, cap;
};

struct presence presence_cached(struct presence_cache *c, const struct people_person *p,
				int64_t wall_ns);
void presence_cache_release(struct presence_cache *c);

#endif
