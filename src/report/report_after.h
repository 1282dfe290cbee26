/* The after-action part, before any format: what the record can say for people to judge. */
#ifndef REPORT_REPORT_AFTER_H
#define REPORT_REPORT_AFTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct jsonw;
struct report;
struct report_row;

/* One line, and the rows that it stands on; span: from the first to the second. */
struct after_line {
	char *text;
	int64_t *rows;
	size_t n_rows;
	bool span;
};

struct after_lines {
	struct after_line *v;
	size_t n, cap;
};

void report_after_went_well(const struct report *r, struct after_lines *ret);
void report_after_to_improve(const struct report *r, struct after_lines *ret);
void report_after_lines_release(struct after_lines *l);

/* Who sees to it and until when; "" where nobody said. */
const char *report_after_owner(const struct report *r);
const char *report_after_due(const struct report *r);
/* Where that is from, as a sentence; "" where both were given or neither is known. */
void report_after_owner_why(struct buf *out, const struct report *r);
size_t report_after_count(const struct report *r, int result);
/* Whether it is the first row of somebody who is no program. */
bool report_after_is_first(const struct report *r, size_t row);
bool report_after_for_runbook(const struct report_row *row);

void report_after_markdown(struct buf *out, const struct report *r);
void report_after_html(struct buf *out, const struct report *r);
void report_after_json(struct jsonw *w, const struct report *r);

#endif
