/* The two kinds of file, and what takes an older one to today's format. */
#ifndef JOURNAL_SCHEMA_H
#define JOURNAL_SCHEMA_H

/* SQL by format: element i makes format i + 1 out of format i. */
extern const char *const schema_journal[];
extern const char *const schema_output[];

enum {
	SCHEMA_JOURNAL_FORMAT = 3,
	SCHEMA_OUTPUT_FORMAT = 2,
	SCHEMA_JOURNAL_APP = 0x62736a72, /* "bsjr" */
	SCHEMA_OUTPUT_APP = 0x62736f75,  /* "bsou" */
};

#endif
