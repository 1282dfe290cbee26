/* What people did and brought outside of the script. */
#ifndef REPORT_REPORT_OUTSIDE_H
#define REPORT_REPORT_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"
#include "inst.h"

struct event;
struct json;
struct jsonw;
struct report;
struct view;

struct report_file {
	int64_t seq, size;
	char token[TOKEN_MAX], sha256[HASH_HEX_LEN + 1];
	char *name;
};

/* A line that was typed in a shell under exec. */
struct report_line {
	int64_t seq, end_seq, n, exit; /* end_seq 0: its end was not told */
	size_t row;                    /* 1 more than its place in r->rows */
	char token[TOKEN_MAX];
	char *text, *in;               /* text NULL: not known */
	bool late;
};

/* Behind the row that was just added. */
void report_outside_row(struct report *r, const struct event *ev, const struct json *body);
/* What the runbook has in place of what this row tells; NULL: nothing can be said. The caller's to
 * free(). */
char *report_written(const struct report *r, const struct view *v, const struct event *ev,
		     const struct json *body);
void report_outside_json(struct jsonw *w, const struct report *r);
void report_outside_release(struct report *r);

#endif
