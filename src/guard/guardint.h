/* An environments file in the making. */
#ifndef GUARD_GUARDINT_H
#define GUARD_GUARDINT_H

#include "format_read.h"
#include "guard.h"
#include "guard_table.h"
#include "yamltree.h"

struct arena;

enum {
	GUARD_MAX_ENVIRONMENTS = 200, GUARD_MAX_PROBES = 10, GUARD_MAX_FREEZES = 50,
	GUARD_KEYS_FILE = 64 << 10,
};

/* A freeze window before its words are understood. */
struct guard_draft_freeze {
	const struct ytree *from, *to, *weekly;
	const char *zone, *why;
};

struct guard_read {
	struct format_read in;  /* first: values are read with it alone */
	struct guard_file *g;   /* NULL while a runbook is looked at */
	bool zones_missing_told;
	struct environment *now; /* being read; NULL outside */
};

static inline struct guard_read *guard_of(struct format_read *in)
{
	return (struct guard_read *)(void *)in;
}

#define guard_say(r, ...) format_say(&(r)->in, __VA_ARGS__)

/* guard_value.c, guard_part.c, guard_freeze.c: one value by its row. */
format_read_fn guard_persons, guard_effect, guard_safety, guard_probes, guard_lab, guard_approve,
	guard_freezes, guard_zone;

#endif
