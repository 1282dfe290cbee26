/* Files, whole: read with a bound, written so that a crash leaves the old or the new. */
#ifndef BASE_FSIO_H
#define BASE_FSIO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct buf;
struct err;

enum { FSIO_DEPTH_MAX = 128 };

/* Appends the file to *out. ERR_LIMIT when it is larger than max or than *out's own bound,
 * ERR_NOTFOUND, ERR_IO. A directory, fifo, socket or device is refused (ERR_DENIED), never waited
 * for. On failure *out is as it was. */
int fsio_read(const char *path, size_t max, struct buf *out, struct err *err);

/* Replaces path by n bytes: temporary file beside it (".NAME.XXXXXX"), written, synced with its
 * folder when `sync`, renamed. The file gets exactly `mode`. A link at path is replaced, not
 * followed. ERR_IO, ERR_FULL: path is as it was (but a failed sync of the folder comes after the
 * rename). */
int fsio_replace(const char *path, const void *p, size_t n, mode_t mode, bool sync,
		 struct err *err);

/* mkdir -p. Existing folders are left as they are. ERR_EXISTS: something on the way is no
 * folder. */
int fsio_mkdirs(const char *path, mode_t mode, struct err *err);

/* write(2) until all is out; waits where a non-blocking fd is full. ERR_IO/ERR_FULL. */
int fsio_write_all(int fd, const void *p, size_t n, struct err *err);

/* The path up to its last slash, the caller's to free(): "." for none, "/" for the root. */
char *fsio_dirname(const char *path);
/* The path after its last slash, inside path itself: "" when it ends in one. */
const char *fsio_basename(const char *path);

/* base joined with path, unless path is absolute. The caller's to free(). */
char *fsio_join(const char *base, const char *path);

/* rm -r of a folder or file; a missing one is fine. Does not follow links. ERR_IO at the first
 * thing that stays, ERR_LIMIT: folders nested deeper than FSIO_DEPTH_MAX. */
int fsio_remove_tree(const char *path, struct err *err);

#endif
