/* What comes in between, and what is scored: parts of a scenario. */
#ifndef SCENARIO_SCENARIO_INJECT_H
#define SCENARIO_SCENARIO_INJECT_H

#include <stddef.h>
#include <stdint.h>

#include "place.h"

struct scenario_answer;

/* How a step stands: for `when`. */
enum scenario_is {
	SCENARIO_STARTED, SCENARIO_DONE, SCENARIO_FAILED, SCENARIO_SKIPPED, SCENARIO_DEFERRED,
	SCENARIO_ENDED, SCENARIO_STANDS,
};

struct scenario_when {
	const char *step;
	int is;                      /* enum scenario_is */
	struct place at;
};

struct scenario_fails {
	const char *step, *item;
	int purpose;
	int64_t share;               /* percent of its duration and output */
	int64_t exit, times;
	int signal;
	const char *errors;
	struct place at;
};

/* Other answers from the delivery on: in turn for ever, or the last one again and again. */
struct scenario_change {
	const char *step, *item;
	int purpose;
	const struct scenario_answer *answers;
	size_t n_answers;
	struct place at;
};

struct scenario_network {
	int64_t lasts_ms;
	const char *const *steps;    /* none: all */
	size_t n_steps;
	const char *errors;
	int64_t exit, took_ms;
	struct place at;
};

struct scenario_inject {
	const char *id;
	/* when; without any of them only the facilitator delivers it */
	int64_t at_ms, until_ms;     /* -1: not said. Both: at a moment between, by the seed */
	const char *after;           /* when this step is ended, however */
	const struct scenario_when *when;
	int64_t later_ms;            /* so long after `after` or `when` */
	int64_t chance;              /* percent, by the seed */
	/* what */
	const char *show;            /* to the operator; NULL */
	const char *const *silent;
	size_t n_silent;
	const struct scenario_fails *fails;
	const struct scenario_change *flaps, *wrong;
	const struct scenario_network *network;
	const char *expect;          /* for the facilitator: what the players should do; NULL */
	struct place at;
};

enum scenario_measure {
	SCENARIO_FIRST_CONTACT, SCENARIO_DECISION, SCENARIO_RECOVERY, SCENARIO_RESTORE_POINT,
	SCENARIO_STEP_DONE, SCENARIO_GUARD, SCENARIO_WRONG_TURNS, SCENARIO_HELP, SCENARIO_MEASURES,
};

struct scenario_objective {
	const char *id, *title;
	int measure;                 /* enum scenario_measure */
	const char *step;            /* DECISION, STEP_DONE */
	int64_t within_ms, late_ms;  /* 0: not said. Over within it is late, over late missed */
	int64_t at_most;             /* WRONG_TURNS, HELP */
	struct place at;
};

#endif
