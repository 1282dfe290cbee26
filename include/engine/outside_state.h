/* What people did and brought from outside of the script: files that are kept with the run, shells
 * whose lines are on its record. */
#ifndef ENGINE_OUTSIDE_STATE_H
#define ENGINE_OUTSIDE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "hash.h"

struct inst;

enum { OUTSIDE_TOKEN_MAX = 32 };

/* Its bytes are in the output file of the run, as standard output of its token. */
struct attached {
	char token[OUTSIDE_TOKEN_MAX];
	char *name;              /* as it was called there: text, never a path */
	const struct inst *inst; /* the step it was brought to; NULL: the run */
	char sha256[HASH_HEX_LEN + 1];
	int64_t size, kept;      /* bytes; how many of them rows name */
	int64_t seq;             /* of its row */
};

/* A shell under `exec`. The lines that are typed in it are rows of their own. */
struct shell {
	char token[OUTSIDE_TOKEN_MAX];
	char client[40];  /* whose terminal it has */
	struct actor who; /* who sits there */
	int64_t lines;    /* number of the last line */
	char *line;       /* its words; NULL: not known */
	bool runs;        /* … and its end was not told yet */
	bool left;        /* its terminal is gone */
};

struct outside {
	struct attached *files;
	size_t n_files;
	struct shell *shells;
	size_t n_shells;
};

#endif
