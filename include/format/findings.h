/* What is wrong with a file, by place: kept, sorted, written. */
#ifndef FORMAT_FINDINGS_H
#define FORMAT_FINDINGS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "place.h"

struct buf;

enum severity { SEV_WARNING, SEV_ERROR };

struct finding {
	enum severity severity;
	struct place at;
	const char *rule; /* stable name for --json and tests: "unknown-key" */
	char *text;       /* one harmless line, with the hint after "; " where there is one */
	size_t order;     /* of reporting: sorts what has one place */
};

/* All zeroes is empty. Owns its texts and file names: it may outlive the runbook. */
struct findings {
	struct finding *v;
	size_t n, cap;
	size_t errors, warnings; /* those not kept included */
	size_t untold;           /* over LIMIT_FINDINGS of one load: counted, not kept */
	size_t first;            /* of the load in progress: lists of several loads may be one */
	char **files;
	size_t n_files;
};

/* Adds a copy; over LIMIT_FINDINGS, or with NULL text, it is only counted. */
void findings_add(struct findings *f, enum severity severity, struct place at, const char *rule,
		  const char *text);
/* A text that quotes what was written, made so that no terminal obeys it. The caller's to free. */
char *findings_text(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
/* Whether a finding would only be counted: what it would say need not be worked out. */
bool findings_full(const struct findings *f);
/* "; did you mean `x`?" or "", in a buffer of the caller's. */
const char *findings_near(char *out, size_t size, const char *word, const char *const *candidates,
			  size_t n);
void findings_release(struct findings *f);
/* Sorted by file, line, column. */
void findings_sort(struct findings *f);
/* "file:line:col: error: text [rule]" lines, the last one says how many are not shown; or one JSON
 * array of what is kept. */
void findings_print(struct buf *out, const struct findings *f);
void findings_json(struct buf *out, const struct findings *f);

#endif
