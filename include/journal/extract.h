/* One run as a SQLite file of its own, for who has none of our software: record.db of a bundle
 * (docs/bundle-format.md). And the check of such a file, without the journal it came from.
 */
#ifndef JOURNAL_EXTRACT_H
#define JOURNAL_EXTRACT_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "run_id.h"
#include "stream.h"
#include "verify.h"

struct err;
struct journal;

struct extract {
	int64_t rows;              /* events 1..rows of the run are in it */
	int64_t machine;           /* and of the machine's chain the rows up to this one */
	int64_t files;             /* pinned */
	int64_t last_wall;         /* of the last event */
	bool closed;
	bool pruned;               /* on record: what lies there all the same does not count */
	uint8_t head[HASH_LEN];    /* of the run, */
	uint8_t machine_head[HASH_LEN];
};

/* Writes the rows of a run, as they are, whole or not, into a new file at path: one moment of the
 * journal, also of a run that goes on. ERR_EXISTS where there is a file, ERR_NOTFOUND for no such
 * run, ERR_CORRUPT for rows that fit into no table; ERR_BUSY, ERR_FULL, ERR_IO. What was begun at
 * path is the caller's to remove. */
int journal_extract(struct journal *j, const char *run, const char *path, struct extract *ret,
		    struct err *err);

/* What a bundle holds beside record.db. */
struct extract_files {
	/* Whether it has a file of this name, and its digest. */
	bool (*has)(void *ctx, const char *name, uint8_t ret[HASH_LEN]);
	void *ctx;
	int64_t files, outputs; /* how many there are in files/ and output/ */
};

struct extract_result {
	struct verify_result verify; /* runs is 1 where there is a record at all */
	struct extract extract;
	int64_t outputs;             /* that are there */
	int64_t pruned;              /* of the output rows: their bytes were, which is on record */
	bool held;                   /* the run was under hold */
	bool manifest;               /* a head that was given is the digest of MANIFEST */
	int64_t tied;                /* the last event that the machine's chain vouches for */
	const char *head;            /* the head that the record does not hold; NULL: none */
};

enum { EXTRACT_NAME_MAX = 128 };

/* The name of a pinned file, and of an output. False: it would be none that is safe. */
bool extract_file_name(char ret[EXTRACT_NAME_MAX], int64_t n, const char *role);
bool extract_output_name(char ret[EXTRACT_NAME_MAX], int64_t seq, const char *token,
			 const char *stream);

/* Checks record.db at path, and by its rows what lies beside it. heads: 64 hex digits each, which
 * must all be the hash of a row. Returns 0 when it could look; whatever is wrong with the file is
 * a defect. */
int extract_verify(const char *path, const struct extract_files *files, const char *const *heads,
		   int n_heads, struct extract_result *ret, struct err *err);

/* A checkpoint, borrowed. key and signature NULL: nobody signed. */
struct extract_checkpoint {
	int64_t id, seq, wall;
	const char *run, *what, *key, *signature;
	char head[HASH_HEX_LEN + 1];
};

/* Calls fn for the checkpoints of a record that was found whole, in order, until it returns
 * non-zero (passed on). */
int extract_checkpoints(const char *path, int (*fn)(void *ctx, const struct extract_checkpoint *c),
			void *ctx, struct err *err);

#endif
