/* What is shown of a command's output, and how far. */
#ifndef PLAIN_PLAIN_TAIL_H
#define PLAIN_PLAIN_TAIL_H

#include <stddef.h>
#include <stdint.h>

#include "inst.h"
#include "plain_strip.h"
#include "progress.h"

/* A stream of a command whose output is being shown. */
struct tail {
	char token[TOKEN_MAX];
	int stream;
	struct progress_lines lines; /* only what is no progress is shown */
	struct strip strip;
	size_t shown;      /* bytes of the unfinished line that stand on the screen */
	unsigned redraws;  /* … as it was after so many redraws */
	int64_t shown_at;
	int64_t late, upto; /* so many bytes before `upto` were not even read: too much at once */
	int64_t late_at;   /* boot time when the last of such were shown */
	int64_t skipped;   /* bytes not shown so far */
	int64_t at;        /* boot time of the last byte */
};

#endif
