/* A scenario in the making. */
#ifndef SCENARIO_SCENARIOINT_H
#define SCENARIO_SCENARIOINT_H

#include "scenario.h"
#include "scenario_table.h"
#include "yamltree.h"

struct scenario_read {
	struct findings *f;
	struct scenario *s;
	struct arena *a;
	const char *folder;
	const struct loader_source *src;
	bool cut; /* the file is no YAML from some place on */
};

/* scenario_say.c: a finding; the hint stands behind "; ". */
void scenario_say(struct findings *f, struct scenario *s, enum srule rule, struct place at,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* "; did you mean `x`?" or "" */
const char *scenario_near(char *out, size_t size, const char *word, const char *const *v,
			  size_t n);

/* scenario_read.c: a mapping by a table into *base, with what is not said as the table has it.
 * False: it is no mapping. */
bool scenario_read_map(struct scenario_read *r, enum stable_id t, const char *what,
		       const struct ytree *map, void *base);
/* scenario_value.c: a value that is no mapping. */
void scenario_read_value(struct scenario_read *r, const struct skey *k, const struct ytree *v,
			 void *base);
/* How many items a value has that may be one or a list; 0 (reported) for none and too many. */
size_t scenario_items(struct scenario_read *r, const struct skey *k, const struct ytree *v);
const struct ytree *scenario_item(const struct ytree *v, size_t i);

/* scenario_own.c: reads the outputs that are files; what the keys say together. */
void scenario_outputs(struct scenario_read *r);
void scenario_check_own(struct scenario_read *r);

#define SCENARIO_AT(type, base, offset) ((type *)(void *)((char *)(base) + (offset)))

#endif
