/* The format of scenarios as tables: keys, types, what lint finds. */
#ifndef SCENARIO_SCENARIO_TABLE_H
#define SCENARIO_SCENARIO_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "loader.h"

enum stype {
	ST_VERSION,
	ST_LINE,     /* const char *: one line, not empty */
	ST_TEXT,     /* const char *: may be empty */
	ST_PATH,     /* const char *: joined with the folder of the file */
	ST_INT,      /* int64_t */
	ST_DURATION, /* int64_t, milliseconds */
	ST_SHARE,    /* int64_t, percent */
	ST_PACE,     /* int64_t */
	ST_SIGNAL,   /* int */
	ST_PURPOSE, ST_REPLY, ST_IS, ST_MEASURE, /* int: a word */
	ST_NAMES,    /* const char *const *, size_t: one or a list */
	ST_PART,     /* pointer to a mapping by `part` */
	ST_PARTS,    /* pointer, size_t: one mapping or a list of them */
	ST_MAX,
};

enum { SK_REQUIRED = 1 };

enum stable_id {
	STABLE_FILE, STABLE_ANSWER, STABLE_OUTCOME, STABLE_PROGRESS, STABLE_CONTACT, STABLE_INJECT,
	STABLE_WHEN, STABLE_FAILS, STABLE_CHANGE, STABLE_NETWORK, STABLE_OBJECTIVE, STABLE_MAX,
};

struct skey {
	const char *key;
	enum stype type;
	size_t at, at_n;
	unsigned flags;
	int64_t min, max;   /* numbers, milliseconds; bytes of a text; most of a list */
	int64_t otherwise;  /* numbers and words that are not said */
	enum stable_id part;
	const char *doc;
};

struct stable {
	const char *name, *extra;    /* in the schema; extra NULL: nothing */
	const char *title, *intro;   /* in the reference */
	size_t size, at;             /* of its struct, and of the place in it */
	const struct skey *keys;
	size_t n;
};

extern const struct stable scenario_tables[STABLE_MAX];

struct stype_def {
	const char *words, *schema;  /* schema NULL: made from the words or the part */
};
extern const struct stype_def scenario_types[ST_MAX];

/* The words of a type; NULL past the last. */
const char *scenario_type_word(enum stype t, int i);

enum srule {
	SRULE_VERSION, SRULE_SHAPE, SRULE_UNKNOWN_KEY, SRULE_MISSING_KEY, SRULE_EMPTY, SRULE_VALUE,
	SRULE_LIMIT, SRULE_TWICE, SRULE_CONTRADICTION, SRULE_FILE, SRULE_NOTHING, SRULE_NEVER,
	SRULE_PROGRESS,
	/* against the runbook */
	SRULE_STEP, SRULE_ITEM, SRULE_NO_COMMAND, SRULE_PERSON, SRULE_NO_TARGET, SRULE_UNCOVERED,
	SRULE_UNREAD, SRULE_SILENCE,
	SRULE_MAX,
};

struct srule_def {
	const char *name;
	enum severity severity;
	const char *doc;
};
extern const struct srule_def scenario_rules[SRULE_MAX];

#endif
