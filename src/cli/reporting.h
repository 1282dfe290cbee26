/* The report of a run as texts, for what carries it along. */
#ifndef CLI_REPORTING_H
#define CLI_REPORTING_H

#include <stdbool.h>

struct at_run;
struct buf;
struct err;
struct opts;
struct report_marks;

/* Appends the report as Markdown and as HTML, with what the record's digests say. Says what is
 * wrong and returns the status; a record that is not whole is no reason to fail. */
int reporting_texts(const struct opts *o, const struct at_run *at, struct buf *md,
		    struct buf *html);

/* What came of the objectives of a drill that a scenario was for. *ret_any false: its scenario says
 * nothing of what counts. Fails as client_open and client_replay. */
int reporting_marks(const char *journal, const char *run, struct report_marks *ret, bool *ret_any,
		    struct err *err);

#endif
