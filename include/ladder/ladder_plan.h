/* What a ladder is climbed by: its rungs, and what only the caller knows while it is climbed. */
#ifndef LADDER_LADDER_PLAN_H
#define LADDER_LADDER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LADDER_NONE = -1 };

struct ladder_target {
	int party, way; /* way: what the caller makes of it */
};

struct ladder_rung {
	const struct ladder_target *targets; /* a party's ways stand together; no pair twice */
	size_t n;
	const int64_t *wait_ms; /* by severity, plan->n_severities of them, each over 0 */
	bool awake_first;  /* the caller's presence orders the parties, not how they are written */
	bool conditional;  /* the caller is asked whether it applies */
	int question;      /* yes to this one passes the rung over; LADDER_NONE */
};

struct ladder_plan {
	const struct ladder_rung *rungs;
	size_t n_rungs, n_parties, n_questions, n_severities;
	int rounds;             /* times that the whole ladder is climbed, at least 1 */
	int64_t ack_expires_ms; /* an answer without joining is good for so long */
};

/* --- the world ------------------------------------------------------------------------------- */

/* Lower is sooner. */
enum ladder_presence {
	LADDER_AT_WORK, LADDER_AWAKE, LADDER_PRESENCE_UNKNOWN, LADDER_ASLEEP,
};

enum ladder_holds { LADDER_HOLDS_NOT, LADDER_HOLDS, LADDER_HOLDS_UNKNOWN };

/* What only the caller knows at this moment. Functions may be NULL: everybody's presence is
 * unknown, every condition is. */
struct ladder_world {
	void *ctx;
	enum ladder_presence (*presence)(void *ctx, int party);
	enum ladder_holds (*holds)(void *ctx, size_t rung, int round);
};

#endif
