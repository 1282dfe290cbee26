/* What the parts of `log` share. */
#ifndef CLI_LOGGING_H
#define CLI_LOGGING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "journal_log.h"
#include "log_lines.h"

struct client;
struct err;
struct journal;
struct opts;
struct view;

enum log_form { LOG_TEXT, LOG_JSON, LOG_SYSLOG };

struct logging {
	const struct opts *o;
	char *path;              /* of the journal */
	struct journal *j;
	dev_t dev;               /* … and the file that it was when it was opened */
	ino_t ino;
	struct journal_log *log;
	struct log_filter filter;
	char (*runs)[JOURNAL_RUN_ID_MAX];
	const char **run_names;
	bool filtered;           /* the filter says more than which runs */
	enum log_form form;
	struct log_style style;
	int64_t limit;           /* lines at most; 0: any number */
	int64_t lines;
	int notify;              /* watches the journal's folder; -1: not yet */
	struct buf out;
	bool gone;               /* nobody reads standard output any more */
	bool full;               /* as many lines as were asked for */
	/* told (log_told.c) */
	struct client *client;
	int64_t last;            /* seq of the last row that was looked at */
	size_t *ends;            /* of each line in out, to turn them round */
	size_t n_ends;
	struct err *err;
	int failed;
};

/* Reads what is looked for out of the options. Says what is wrong with them; a status. */
int logging_read(struct logging *l, const struct opts *o, char **args, int n);

/* One run as it is told: folded, with the sentences of the walk. */
int logging_told(struct logging *l, struct err *err);

/* Puts out what is there. */
void logging_flush(struct logging *l);

/* After a line: flushes where there is much of it, counts it. Non-zero: no more is wanted. */
int logging_wrote(struct logging *l);

/* Notices that nobody reads any more. */
void logging_look(struct logging *l);

/* Waits until the record may have changed, a second at most. False: nobody reads any more. */
bool logging_wait(struct logging *l, bool changed);
/* What is followed is not there any more, or another file is: ERR_IO. */
int logging_there(const struct logging *l, struct err *err);

/* Reads FILE of --cursor into the filter, and writes how far it went. The record must be the one
 * that the file speaks of: ERR_DENIED. */
int logging_resume(struct logging *l, struct err *err);
int logging_keep(struct logging *l, struct err *err);

#endif
