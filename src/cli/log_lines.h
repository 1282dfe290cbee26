/* A row of the record as a line: for people, as JSON, for a log system. */
#ifndef CLI_LOG_LINES_H
#define CLI_LOG_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "journal_log.h"

struct buf;
struct view;

struct log_style {
	bool local;      /* the time of this place beside UTC */
	bool octets;     /* rfc5424: each line behind its length */
	int64_t pen;     /* rfc5424: private enterprise number; 0: none */
	char host[256];  /* rfc5424: this machine */
};

/* "2026-11-22T03:21:07Z", with `local` and the time of this place after it. */
void log_time(struct buf *out, const struct log_style *st, int64_t wall);

/* Each appends one line with its end. */
void log_line_text(struct buf *out, const struct log_style *st, const struct log_row *row);
void log_line_json(struct buf *out, const struct log_style *st, const struct log_row *row);
void log_line_syslog(struct buf *out, const struct log_style *st, const struct log_row *row);
/* The same as log_line_text of a run that is folded up to the row. */
void log_line_told(struct buf *out, const struct log_style *st, const struct log_row *row,
		   const struct view *v);

#endif
