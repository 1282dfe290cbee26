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

#endif
