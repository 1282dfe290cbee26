/* ustar, as little of it as a bundle takes: files of one folder, without links and long names. */
#ifndef BUNDLE_TAR_H
#define BUNDLE_TAR_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"

struct err;

enum { TAR_BLOCK = 512, TAR_NAME_MAX = 100, TAR_FILES_MAX = 1 << 20 };
#define TAR_SIZE_MAX ((int64_t)8 << 30) /* of one file: eleven octal digits */

/* --- writing --------------------------------------------------------------------------------- */

struct tar_out {
	int fd;
	int64_t mtime;         /* s, of every file */
	char top[TAR_NAME_MAX];/* folder that all are in */
	struct hash_ctx *hash; /* of all bytes */
	int64_t left;          /* bytes of the file in hand that are still to come */
	int64_t size;
};

/* A file of `size` bytes begins, its bytes follow in pieces, it ends. ERR_LIMIT: the name is too
 * long, or the file. */
int tar_begin(struct tar_out *t, const char *name, int64_t size, struct err *err);
int tar_bytes(struct tar_out *t, const void *p, size_t n, struct err *err);
int tar_end(struct tar_out *t, struct err *err);
int tar_finish(struct tar_out *t, struct err *err); /* the two blocks at the end */

/* --- reading --------------------------------------------------------------------------------- */

struct tar_file {
	char name[TAR_NAME_MAX + 1]; /* without the folder */
	int64_t at, size;            /* of its bytes in the tar */
};

struct tar_in {
	int fd;
	char top[TAR_NAME_MAX + 1];
	struct tar_file *files; /* by name; of two of one name the later one, as tar unpacks them */
	size_t n;
	bool odd;               /* something that no bundle has: a link, a file elsewhere */
	char what[TAR_NAME_MAX + 64]; /* … what */
};

/* Reads what would be unpacked. What cannot be read as tar is passed over, as tar does. ERR_IO;
 * ERR_LIMIT: more than TAR_FILES_MAX. To be released in any case. */
int tar_read(struct tar_in *t, int fd, struct err *err);
void tar_release(struct tar_in *t);
const struct tar_file *tar_find(const struct tar_in *t, const char *name);

#endif
