/* Is the record whole? */
#ifndef JOURNAL_VERIFY_H
#define JOURNAL_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "run_id.h"

struct err;
struct journal;

struct verify_result {
	bool whole;
	char run[JOURNAL_RUN_ID_MAX]; /* where the first defect is */
	int64_t seq;                  /* 0: of the run as a whole */
	char text[256];               /* "row 17: payload altered" */
	int64_t runs, events, chunks; /* looked at */
	int64_t checkpoints;          /* signed or not; whose they are is not looked at here */
	int64_t taken;                /* of the events: payload taken out, which is on record */
	int64_t open_runs;            /* nothing vouches for their last events */
	char open_run[JOURNAL_RUN_ID_MAX]; /* the first of them */
	int64_t open_seq, tied_seq;   /* … its last event, and the last that is vouched for */
	int64_t drills;               /* of the runs */
	char drill[JOURNAL_RUN_ID_MAX]; /* the first of them */
};

/* Checks every chain (one run, or all with NULL, with the machine's chain): altered, missing,
 * swapped, appended rows, a run that is gone, a cut tail of a closed run, and of an open one up to
 * what a beat tied, checkpoints, a drill that is offered as a real run or the other way round,
 * chunk digests where `outputs`. Returns 0 when it could look (see ret->whole). */
int journal_verify(struct journal *j, const char *run, bool outputs, struct verify_result *ret,
		   struct err *err);

/* The last of that alone: the bytes of one run's output against the digests in its events, which
 * are believed. */
int journal_verify_outputs(struct journal *j, const char *run, struct verify_result *ret,
			   struct err *err);

#endif
