/* What the parts of a search share. */
#ifndef JOURNAL_LOG_OWN_H
#define JOURNAL_LOG_OWN_H

#include "buf.h"
#include "event.h"
#include "journal_log.h"
#include "journal_own.h"

/* What a person looks for, and what was read to find it. */
struct log_match {
	struct journal *j;
	struct log_filter f;
	struct buf text;        /* f.text as it stands in a payload */
	struct buf environment; /* the member that names it */
	/* the output that was read last */
	char run[JOURNAL_RUN_ID_MAX];
	struct output *output;  /* NULL: there is none */
	struct buf bytes;
	struct buf line;
	int64_t missed, pruned;
};

int log_match_init(struct log_match *m, struct journal *j, const struct log_filter *f,
		   struct err *err);
void log_match_release(struct log_match *m);

/* 1: it fits, 0: not. m->line has the line of the output, where one was looked for. */
int log_match_row(struct log_match *m, const char *run, const struct event *ev, struct err *err);

/* The same of the output alone (log_output.c). ev is an `output` row. */
int log_match_output(struct log_match *m, const char *run, const struct event *ev,
		     struct err *err);

/* The first place of what in p, ASCII case being one; NULL: it is not there. */
const char *log_find(const char *p, size_t n, const char *what, size_t n_what);

#endif
