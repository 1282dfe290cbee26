/* A ladder of a contacts file as a plan that can be climbed.
 *
 * Parties are the people of the file by their index, then its channels. A way is an enum people_way
 * for a person, 0 for a channel.
 */
#ifndef PEOPLE_CLIMB_H
#define PEOPLE_CLIMB_H

#include "ladder_plan.h"
#include "people.h"

struct expr;

struct climb_plan {
	struct ladder_plan plan;
	const struct people *people;
	const struct people_ladder *ladder;
	const char *const *questions; /* plan.n_questions of them */
	struct arena *arena;
};

/* *ret is the caller's to climb_release; the people must outlive it. ERR_NOTFOUND: no such ladder,
 * with what comes close; ERR_USAGE: nobody is on it, or a wait is missing (lint says where). */
int climb_plan(const struct people *p, const char *ladder, struct climb_plan *ret, struct err *err);
void climb_release(struct climb_plan *c);

bool climb_is_channel(const struct climb_plan *c, int party);
const struct people_person *climb_person(const struct climb_plan *c, int party);   /* or NULL */
const struct people_channel *climb_channel(const struct climb_plan *c, int party); /* or NULL */
/* The channel by which a try goes out: the party's own, or the one that carries such addresses.
 * NULL: a person makes it by hand. */
const struct people_channel *climb_carrier(const struct climb_plan *c, int party, int way);

/* Whether rung's condition holds; without one it does. severity: a word, NULL while unknown. */
enum ladder_holds climb_holds(const struct climb_plan *c, struct expr *x, size_t rung,
			      const char *severity, int round);

#endif
