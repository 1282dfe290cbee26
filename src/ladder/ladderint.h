/* The ladder's state, for the files of this room. */
#ifndef LADDER_LADDERINT_H
#define LADDER_LADDERINT_H

#include "ladder.h"

struct ladder_mark {
	int round;  /* last tried in this one; 0: never */
	bool wrong; /* number or address of somebody else */
};

/* What was asked of the operator: a rung's skip_if, or its condition where that is unknown. */
enum ladder_asked { LADDER_UNASKED, LADDER_ASKED, LADDER_YES, LADDER_NO };

struct ladder_open {
	enum ladder_asked state;
	int64_t since; /* ASKED: when */
};

struct ladder {
	const struct ladder_plan *plan;
	enum ladder_goal goal;
	int severity;
	int rounds;              /* the plan's, and those added by hand */
	int rung, round;         /* of the last try that was not one again */
	int64_t last, time;      /* the clock when it was last heard of; the time of our own */
	struct ladder_try *tries;
	size_t n_tries, cap_tries;
	int current;             /* the try whose reply is waited for, LADDER_NONE */
	struct ladder_party *parties;
	struct ladder_mark *marks;   /* of all targets, rung after rung */
	size_t *first;               /* of each rung in marks */
	struct ladder_open *questions; /* the plan's, then one for each rung's condition */
	size_t n_questions;
};

/* How long a rung waits at the severity of now. */
int64_t ladder_wait_ms(const struct ladder *l, int rung);

#endif
