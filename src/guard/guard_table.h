/* The format of environments files as tables: keys, types, what lint finds. */
#ifndef GUARD_GUARD_TABLE_H
#define GUARD_GUARD_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "loader.h"

enum gtype {
	GT_VERSION,
	GT_LINE,     /* const char *: one line */
	GT_PATH,     /* const char *: joined with the folder of the file */
	GT_BOOL,
	GT_DURATION, /* int64_t, milliseconds */
	GT_SHELL,    /* struct text */
	GT_READING,  /* const char *: one line, as it must be read */
	GT_PERSONS,  /* one name or a list: at, at_n */
	GT_NAMES,    /* the same, of environments */
	GT_EFFECT,
	GT_SAFETY,   /* bool */
	GT_PROBES,   /* one mapping or a list: at, at_n */
	GT_APPROVE,
	GT_FREEZES,  /* one mapping or a list: at, at_n */
	GT_NODE,     /* const struct ytree *: looked at when all of its mapping was read */
	GT_ZONE,
	GT_MAX,
};

enum { GK_REQUIRED = 1, GK_SHELL = 2 };

struct gkey {
	const char *key;
	enum gtype type;
	size_t at, at_n;
	unsigned flags;
	int64_t min, max; /* milliseconds, bytes */
	const char *doc;
};

enum gtable_id { GTABLE_FILE, GTABLE_ENVIRONMENT, GTABLE_PROBE, GTABLE_APPROVE, GTABLE_FREEZE,
		 GTABLE_MAX };

struct gtable {
	const char *name;  /* in the schema */
	const char *extra; /* of its schema: what the keys alone do not say; NULL for nothing */
	const char *title, *intro; /* in the reference */
	const struct gkey *keys;
	size_t n;
};

extern const struct gtable guard_tables[GTABLE_MAX];

/* How a type is written: in words, and as a JSON Schema. */
struct gtype_def {
	const char *words, *schema;
};
extern const struct gtype_def guard_types[GT_MAX];

enum grule {
	GRULE_VERSION, GRULE_SHAPE, GRULE_UNKNOWN_KEY, GRULE_MISSING_KEY, GRULE_CONTRADICTION,
	GRULE_EMPTY, GRULE_VALUE, GRULE_NAME, GRULE_LIMIT, GRULE_COMMENT, GRULE_ZONE,
	GRULE_ZONE_NONE, GRULE_TWICE, GRULE_UNSAID, GRULE_NO_PROBE, GRULE_CONSTANT,
	GRULE_DANGER, GRULE_NOBODY, GRULE_APPROVER, GRULE_KEYS,
	/* of a runbook, by its environments */
	GRULE_NO_ENVIRONMENT, GRULE_ENVIRONMENT, GRULE_UNPROBED, GRULE_UNSAFE, GRULE_TELL,
	GRULE_MAX,
};

struct grule_def {
	const char *name;
	enum severity severity;
	const char *doc;
};

extern const struct grule_def guard_rules[GRULE_MAX];

#endif
