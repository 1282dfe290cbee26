/* An environments file in the making. */
#ifndef GUARD_GUARDINT_H
#define GUARD_GUARDINT_H

#include "guard.h"
#include "guard_table.h"
#include "yamltree.h"

struct arena;

enum {
	GUARD_MAX_ENVIRONMENTS = 200, GUARD_MAX_PROBES = 10, GUARD_MAX_PERSONS = 100,
	GUARD_MAX_FREEZES = 50, GUARD_KEYS_FILE = 64 << 10,
};

/* A freeze window before its words are understood. */
struct guard_draft_freeze {
	const struct ytree *from, *to, *weekly;
	const char *zone, *why;
};

struct guard_read {
	struct findings *f;
	struct guard_file *g;   /* NULL while a runbook is looked at */
	struct arena *a;
	const char *folder;
	bool cut;               /* the file is no YAML from some place on */
	bool zones_missing_told;
	struct environment *now; /* being read; NULL outside */
};

/* guard_say.c: a finding; the hint stands behind "; ". An error becomes the problem of the
 * environment that is being read, else of the file. */
void guard_say(struct guard_read *r, enum grule rule, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "; did you mean `x`?" or "" */
const char *guard_near(char *out, size_t size, const char *word, const char *const *v, size_t n);

/* guard_read.c: a mapping by a table into *base. False: it is no mapping. */
bool guard_read_map(struct guard_read *r, enum gtable_id t, const char *what,
		    const struct ytree *map, void *base);

typedef void guard_value_fn(struct guard_read *r, const struct gkey *k, const struct ytree *v,
			    void *base);
/* guard_value.c */
guard_value_fn guard_version, guard_line, guard_path, guard_bool, guard_duration, guard_shell,
	guard_reading, guard_persons, guard_names, guard_effect, guard_safety, guard_node;
/* guard_part.c, guard_freeze.c */
guard_value_fn guard_probes, guard_approve, guard_freezes, guard_zone;

/* Whether an environment can have this name; else that is reported. */
bool guard_name_ok(struct guard_read *r, const char *name, struct place at);
/* The text of a scalar, one line, checked for its length; NULL (reported) for anything else. */
const char *guard_scalar(struct guard_read *r, const struct gkey *k, const struct ytree *v);
/* How many items a value has that may be one or a list; 0 (reported) for none and too many. */
size_t guard_items(struct guard_read *r, const struct gkey *k, const struct ytree *v, size_t max);
const struct ytree *guard_item(const struct ytree *v, size_t i);

#define GUARD_AT(type, base, offset) ((type *)(void *)((char *)(base) + (offset)))

#endif
