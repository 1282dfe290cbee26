/* The report of a run as texts, for what carries it along. */
#ifndef CLI_REPORTING_H
#define CLI_REPORTING_H

struct at_run;
struct buf;
struct opts;

/* Appends the report as Markdown and as HTML, with what the record's digests say. Says what is
 * wrong and returns the status; a record that is not whole is no reason to fail. */
int reporting_texts(const struct opts *o, const struct at_run *at, struct buf *md,
		    struct buf *html);

#endif
