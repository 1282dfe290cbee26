/* Which command is meant: shared by what is answered and what is checked. */
#ifndef SCENARIO_SCENARIO_MATCH_H
#define SCENARIO_SCENARIO_MATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the key of a step's instance ("scale@flowmanager") is of this step and item; an item of
 * NULL is any. */
bool scenario_key_is(const char *key, const char *step, const char *item);

#endif
