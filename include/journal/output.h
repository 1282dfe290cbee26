/* The output file of a run: what its commands printed, in chunks, compressed, with their digests.
 */
#ifndef JOURNAL_OUTPUT_H
#define JOURNAL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"
#include "stream.h"

struct buf;
struct err;
struct journal;

/* The output file of a run, beside the journal (output/RUN.db). */
struct output;

int output_open(struct journal *j, const char *run, bool write, struct output **ret,
		struct err *err);
void output_close(struct output *o);

/* Begins, and ends with or without sync, one commit of chunks. */
int output_begin(struct output *o, struct err *err);
int output_commit(struct output *o, bool sync, struct err *err);
void output_rollback(struct output *o);

/* As journal_checkpoint; a commit that finds the WAL above 16 MB does it by itself. */
void output_checkpoint(struct output *o, bool idle);

/* Writes n bytes (1..1 MiB) of a command's stream at byte offset `from`, compressed, between begin
 * and commit. ret_hash is the digest of the bytes as they came. Appending a range again that is on
 * record (after a crash) is no error where the bytes are the same, ERR_CORRUPT where they differ;
 * one that is on record in part is ERR_USAGE. A hole may be left before `from`. */
int output_write(struct output *o, const char *token, enum stream s, int64_t from, const void *p,
		 size_t n, bool plain, uint8_t ret_hash[HASH_LEN], struct err *err);

/* Bytes on record of a stream. */
int output_size(struct output *o, const char *token, enum stream s, int64_t *ret, struct err *err);

/* Appends up to n bytes of a stream from byte offset `from`. Fewer at the end and before a hole;
 * ERR_NOTFOUND for a byte in a hole. Every chunk is checked against its digest: ERR_CORRUPT. */
int output_read(struct output *o, const char *token, enum stream s, int64_t from, size_t n,
		struct buf *out, struct err *err);

/* Empties the chunks of a range, between begin and commit; their digests stay, and reading finds a
 * hole there. To be done only after a removal that names them is on record (removal.h). */
int output_take_out(struct output *o, const char *token, enum stream s, int64_t from, int64_t n,
		    struct err *err);
/* --- keeping (removal.h) --- */

/* Bytes on disk of what a run's commands printed; -1: there is no file. */
int64_t output_on_disk(struct journal *j, const char *run);
/* Whether it may go now. ERR_BUSY: another process writes to it or is reading it just now; what has
 * it open and is not reading keeps what it has. ERR_DENIED: this account may not remove it. The
 * caller has the file not open. ERR_IO. */
int output_may_go(struct journal *j, const char *run, struct err *err);
/* Removes the run's output file whole, once a removal that prunes the run is on record; what is
 * gone already is fine. *ret_freed: bytes on disk. ERR_BUSY: as output_may_go, and nothing was
 * done. ERR_DENIED, ERR_IO: some of it may be gone; the same again goes on. The caller has the
 * file not open. */
int output_prune(struct journal *j, const char *run, int64_t *ret_freed, struct err *err);

/* As journal_wipe. */
int output_wipe(struct output *o, struct err *err);

#endif
