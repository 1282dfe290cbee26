/* What people did and brought from outside of the script: files that are kept with the run. */
#ifndef ENGINE_OUTSIDE_STATE_H
#define ENGINE_OUTSIDE_STATE_H

#include <stddef.h>
#include <stdint.h>

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

struct outside {
	struct attached *files;
	size_t n_files;
};

#endif
