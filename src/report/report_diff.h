/* A file with lines taken out and put in, and what that is as a unified diff. */
#ifndef REPORT_REPORT_DIFF_H
#define REPORT_REPORT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

struct diff_line {
	const char *s;       /* with its newline, if it has one */
	size_t n;
};

/* In place of `removed` lines from line `at` (from 0) on: text, whole lines. */
struct diff_edit {
	size_t at, removed;
	char *text;
};

struct diff {
	const char *path;    /* as it stands in the diff */
	struct diff_line *lines;
	size_t n_lines;
	struct diff_edit *edits; /* by place; they do not overlap */
	size_t n_edits;
};

/* bytes are borrowed. */
void report_diff_init(struct diff *d, const char *path, const char *bytes, size_t n);
void report_diff_release(struct diff *d);

/* Adds an edit (text is copied), behind those of the same line. False, and nothing is changed,
 * where another takes out one of its lines, or it one of another's. */
bool report_diff_add(struct diff *d, size_t at, size_t removed, const char *text);
/* Takes the last one that was added out again. */
void report_diff_drop(struct diff *d, size_t at, const char *text);

void report_diff_apply(const struct diff *d, struct buf *out);
void report_diff_print(const struct diff *d, struct buf *out);

#endif
