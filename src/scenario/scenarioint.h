/* A scenario in the making. */
#ifndef SCENARIO_SCENARIOINT_H
#define SCENARIO_SCENARIOINT_H

#include "format_read.h"
#include "loader.h"
#include "scenario.h"
#include "scenario_table.h"

struct scenario_read {
	struct format_read in;
	struct scenario *s;
	const struct loader_source *src;
};

enum { SCENARIO_TIME = 19, SCENARIO_TIME_Z }; /* bytes of 2026-11-22T02:14:07, and its Z */

#define scenario_say(r, ...) format_say(&(r)->in, __VA_ARGS__)

/* scenario_value.c: one value by its row. */
format_read_fn scenario_share, scenario_pace, scenario_signal, scenario_moment, scenario_given;

/* scenario_own.c: reads the outputs that are files; what the keys say together. */
void scenario_outputs(struct scenario_read *r);
void scenario_check_own(struct scenario_read *r);

#endif
