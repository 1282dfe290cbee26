/* The contacts format as tables: every key with its type and what it is for; what lint finds. */
#ifndef PEOPLE_PEOPLE_TABLE_H
#define PEOPLE_PEOPLE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "loader.h"

enum ptype {
	PT_VERSION,
	PT_LINE,       /* const char *: one line */
	PT_TEXT,       /* const char * */
	PT_ADDRESS,    /* const char *: one line, beside the index of its way */
	PT_BOOL, PT_INT,
	PT_DURATION,   /* int64_t, milliseconds */
	PT_NAMES,      /* one name or a list: offset, offset_n */
	PT_LINES,      /* one line or a list: offset, offset_n */
	PT_ZONE,
	PT_HOURS,      /* one or a list: offset, offset_n */
	PT_AWAKE,      /* struct people_hours */
	PT_WAIT,       /* struct people_waits */
	PT_WAYS,       /* one way or a list: offset, offset_n */
	PT_WAY, PT_ORDER, PT_HOOK, PT_TLS,
	PT_URL,
	PT_SECRET,     /* struct people_secret */
	PT_SKIP,       /* const char *: the question */
	PT_CONDITION,  /* const char *, its place remembered */
	PT_CHANNEL,    /* of a rung: a name, its place remembered */
	PT_WHO,        /* of a rung: names, their places remembered */
	PT_SMTP, PT_WEBHOOK, PT_COMMAND, PT_BY_HAND,
	PT_PEOPLE, PT_CHANNELS, PT_LADDERS, PT_RUNGS, PT_SEVERITIES,
	PT_FORMS, PT_FIELDS, PT_TYPE, PT_RAW,
	PT_MAX,
};

enum {
	PK_REQUIRED = 1,
	PK_SHELL = 2, /* text with a life of its own: a YAML comment behind it is suspect */
};

struct pkey {
	const char *key;
	enum ptype type;
	size_t at, at_n;
	unsigned flags;
	int64_t min, max; /* bytes, numbers, milliseconds; 0, 0: the type's own */
	const char *doc;
};

enum ptable_id {
	PTABLE_FILE, PTABLE_PERSON, PTABLE_CHANNEL, PTABLE_SMTP, PTABLE_WEBHOOK, PTABLE_SECRET,
	PTABLE_LADDER, PTABLE_RUNG, PTABLE_SKIP, PTABLE_FORM, PTABLE_FIELD, PTABLE_MAX,
};

struct ptable {
	const char *name;  /* in the schema */
	const char *extra; /* of its schema: what the keys alone do not say; NULL for nothing */
	const char *what;  /* "a person": for messages */
	const char *title; /* in the reference */
	const char *intro;
	const struct pkey *keys;
	size_t n;
};

extern const struct ptable people_tables[PTABLE_MAX];

/* How a type is written: in words, and as a JSON Schema. */
struct ptype_def {
	const char *words, *schema;
};
extern const struct ptype_def people_types[PT_MAX];

enum prule {
	PRULE_VERSION, PRULE_SHAPE, PRULE_UNKNOWN_KEY, PRULE_MISSING_KEY, PRULE_CONTRADICTION,
	PRULE_EMPTY, PRULE_VALUE, PRULE_NAME, PRULE_LIMIT, PRULE_ZONE, PRULE_ZONE_PLACE,
	PRULE_ZONE_NONE, PRULE_OVERLAP, PRULE_UNKNOWN_NAME, PRULE_AMBIGUOUS, PRULE_TWICE,
	PRULE_SEVERITY, PRULE_NO_WAIT, PRULE_NO_LADDERS, PRULE_EMPTY_LADDER, PRULE_NEVER_REACHED,
	PRULE_CONDITION, PRULE_NO_WAY, PRULE_LEFT_OUT, PRULE_NEVER_USED, PRULE_PUBLIC,
	PRULE_SECRET, PRULE_CLEAR, PRULE_COMMENT, PRULE_ADDRESS,
	PRULE_MAX,
};

struct prule_def {
	const char *name;
	enum severity severity;
	const char *doc;
};

extern const struct prule_def people_rules[PRULE_MAX];

#endif
