/* A run as one file for an auditor who has none of our software: a plain tar of its rows, the files
 * that it stood on, what its commands printed, reports, and a script that checks all of it with
 * sha256sum and sqlite3 (docs/bundle-format.md). The check here says what that script says.
 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "extract.h"

struct buf;
struct err;
struct journal;

/* Texts that come from elsewhere: report.md, report.html; allowed_signers, where there are any. */
struct bundle_text {
	const char *name;
	const void *p;
	size_t n;
};

struct bundle_made {
	struct extract extract;
	int64_t outputs;             /* pieces of output in it */
	int64_t lost;                /* … that the record has no more, or altered */
	int64_t taken;               /* … that were pruned or redacted, on record */
	uint8_t digest[HASH_LEN];    /* of the whole file */
	uint8_t manifest[HASH_LEN];  /* of its MANIFEST, which has all the others in it */
};

/* Writes the bundle of a run to a new file, readable by nobody else. The same rows give the same
 * bytes. ERR_EXISTS, ERR_NOTFOUND, ERR_LIMIT (more than a tar can name), ERR_IO, ERR_FULL and what
 * reading the journal gives; nothing is left at path then. What is not whole on record is bundled
 * as it is. */
int bundle_write(struct journal *j, const char *run, const char *path,
		 const struct bundle_text *texts, size_t n, struct bundle_made *ret,
		 struct err *err);

struct bundle_look {
	const char *const *heads;
	int n_heads;
	const char *signers;  /* a file of allowed signers; NULL: the bundle's own, if it has one */
};

/* Checks a bundle. A head is 64 hex digits: the hash of a row that must be in it, or the digest of
 * its MANIFEST. ret_vouched, where it is not NULL, gets a line for each checkpoint: who signed it,
 * or NOT SIGNED. Returns 0 when it could look: a file that is no bundle is not whole. ERR_NOTFOUND,
 * ERR_DENIED, ERR_IO: it cannot be read; and for the copy of the rows that is made meanwhile. */
int bundle_verify(const char *path, const struct bundle_look *look, struct extract_result *ret,
		  struct buf *ret_vouched, struct err *err);

/* The script, to be had from here and not from the bundle that it is to check. */
const char *bundle_script(void);

#endif
