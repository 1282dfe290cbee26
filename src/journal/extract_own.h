/* What writing and checking record.db share. */
#ifndef JOURNAL_EXTRACT_OWN_H
#define JOURNAL_EXTRACT_OWN_H

#include "extract.h"

enum { EXTRACT_APP = 0x62736275, EXTRACT_FORMAT = 1 }; /* "bsbu" */

extern const char extract_schema[];

#endif
