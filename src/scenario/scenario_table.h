/* The format of scenarios. */
#ifndef SCENARIO_SCENARIO_TABLE_H
#define SCENARIO_SCENARIO_TABLE_H

#include "format.h"

/* Types of its own. */
enum scenario_type {
	ST_TEXT = FT_MAX, /* const char *: may be empty */
	ST_SHARE,  /* int64_t, percent */
	ST_PACE,   /* int64_t */
	ST_SIGNAL, /* int */
	ST_PURPOSE, ST_REPLY, ST_IS, ST_MEASURE, /* int: a word */
	ST_MOMENT, /* int64_t: wall ns */
	ST_GIVEN,  /* scenario_param: at, at_n */
	ST_NAMES,  /* one name or a list: at, at_n */
	ST_MAX,
};

enum stable_id {
	STABLE_FILE, STABLE_ANSWER, STABLE_OUTCOME, STABLE_PROGRESS, STABLE_CONTACT, STABLE_INJECT,
	STABLE_WHEN, STABLE_FAILS, STABLE_CHANGE, STABLE_NETWORK, STABLE_OBJECTIVE, STABLE_MAX,
};

extern const struct format scenario_format;

enum srule {
	SRULE_TWICE = FR_MAX, SRULE_FILE, SRULE_NOTHING, SRULE_NEVER, SRULE_PROGRESS,
	/* against the runbook */
	SRULE_PARAM, SRULE_STEP, SRULE_ITEM, SRULE_NO_COMMAND, SRULE_PERSON, SRULE_NO_TARGET,
	SRULE_UNCOVERED, SRULE_UNREAD, SRULE_SILENCE,
	SRULE_MAX,
};

#endif
