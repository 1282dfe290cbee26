/* Files in memory for the loader: paths and texts, an entry without a path behind the last. */
#ifndef TESTS_FILE_RIG_H
#define TESTS_FILE_RIG_H

#include "buf.h"
#include "err.h"
#include "str.h"

struct file {
	const char *path, *text;
};

/* A loader_source's read; its ctx is the first of them. */
static inline int file_read(void *ctx, const char *path, struct buf *out, struct err *err)
{
	for (const struct file *f = ctx; f->path; f++)
		if (str_eq(f->path, path))
			return buf_adds(out, f->text);
	return err_set(err, ERR_NOTFOUND, "%s is not there", path);
}

#endif
