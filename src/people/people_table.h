/* The contacts format. */
#ifndef PEOPLE_PEOPLE_TABLE_H
#define PEOPLE_PEOPLE_TABLE_H

#include "format.h"

/* Types of its own. */
enum people_type {
	PT_ZONE = FT_MAX,
	PT_HOURS,      /* one or a list: at, at_n */
	PT_AWAKE,      /* struct people_hours */
	PT_WAIT,       /* struct people_waits */
	PT_WAYS,       /* one way or a list: at, at_n */
	PT_WAY, PT_ORDER, PT_HOOK, PT_TLS,
	PT_URL,
	PT_SECRET,     /* struct people_secret */
	PT_SKIP,       /* const char *: the question */
	PT_CONDITION,  /* struct text */
	PT_CHANNEL,    /* of a rung: a name, its place remembered */
	PT_WHO,        /* of a rung: names, their places remembered */
	PT_SMTP, PT_WEBHOOK, PT_COMMAND,
	PT_PEOPLE, PT_CHANNELS, PT_LADDERS, PT_RUNGS, PT_SEVERITIES, PT_DRILL,
	PT_FORMS, PT_FIELDS, PT_TYPE,
	PT_MAX,
};

enum ptable_id {
	PTABLE_FILE, PTABLE_PERSON, PTABLE_CHANNEL, PTABLE_SMTP, PTABLE_WEBHOOK, PTABLE_SECRET,
	PTABLE_LADDER, PTABLE_RUNG, PTABLE_SKIP, PTABLE_FORM, PTABLE_FIELD, PTABLE_MAX,
};

extern const struct format people_format;

enum prule {
	PRULE_ZONE = FR_MAX, PRULE_ZONE_PLACE, PRULE_ZONE_NONE, PRULE_OVERLAP, PRULE_UNKNOWN_NAME,
	PRULE_AMBIGUOUS, PRULE_SEVERITY, PRULE_NO_WAIT, PRULE_NO_LADDERS, PRULE_EMPTY_LADDER,
	PRULE_NEVER_REACHED, PRULE_CONDITION, PRULE_NO_WAY, PRULE_LEFT_OUT, PRULE_NEVER_USED,
	PRULE_PUBLIC, PRULE_SECRET, PRULE_CLEAR, PRULE_ADDRESS,
	PRULE_MAX,
};

#endif
