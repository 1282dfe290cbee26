/* What writing and checking record.db share. */
#ifndef JOURNAL_EXTRACT_OWN_H
#define JOURNAL_EXTRACT_OWN_H

#include "extract.h"

enum { EXTRACT_APP = 0x62736275, EXTRACT_FORMAT = 1,
	EXTRACT_FORMAT_REMOVALS = 2 }; /* "bsbu" */

extern const char extract_schema[];
/* After it, where something was taken out of the run, or is not to be: format 2. */
extern const char extract_schema_removals[];

#endif
