/* The format of environments files. */
#ifndef GUARD_GUARD_TABLE_H
#define GUARD_GUARD_TABLE_H

#include "format.h"

/* Types of its own. */
enum guard_type {
	GT_READING = FT_MAX, /* const char *: one line, as it must be read */
	GT_PERSONS, /* one name or a list: at, at_n */
	GT_EFFECT,
	GT_SAFETY,  /* bool */
	GT_PROBES,  /* one mapping or a list: at, at_n */
	GT_LAB,     /* true, false or a mapping */
	GT_APPROVE,
	GT_FREEZES, /* one mapping or a list: at, at_n */
	GT_ZONE,
	GT_MAX,
};

enum gtable_id { GTABLE_FILE, GTABLE_ENVIRONMENT, GTABLE_PROBE, GTABLE_LAB, GTABLE_APPROVE,
		 GTABLE_FREEZE, GTABLE_MAX };

extern const struct format guard_format;

enum grule {
	GRULE_ZONE = FR_MAX, GRULE_ZONE_NONE, GRULE_UNSAID, GRULE_NO_PROBE, GRULE_CONSTANT,
	GRULE_LAB, GRULE_DANGER, GRULE_NOBODY, GRULE_APPROVER, GRULE_KEYS,
	/* of a runbook, by its environments */
	GRULE_NO_ENVIRONMENT, GRULE_ENVIRONMENT, GRULE_UNPROBED, GRULE_UNSAFE, GRULE_TELL,
	GRULE_MAX,
};

#endif
