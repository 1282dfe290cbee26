#include "tar.h"

#include <stdio.h>
#include <string.h>

#include "err.h"
#include "fsio.h"

/* POSIX.1-1988. Every field is text, so that the same files make the same bytes anywhere. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100];
	char magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};

_Static_assert(sizeof(struct header) == TAR_BLOCK, "a header is one block");

static int put(struct tar_out *t, const void *p, size_t n, struct err *err)
{
	hash_add(t->hash, p, n);
	return fsio_write_all(t->fd, p, n, err);
}

static void octal(char *field, size_t room, int64_t v)
{
	char text[24];
	snprintf(text, sizeof(text), "%0*llo", (int)room - 1, (long long)v);
	memcpy(field, text, room);
}

int tar_begin(struct tar_out *t, const char *name, int64_t size, struct err *err)
{
	struct header h = { .type = '0', .magic = "ustar", .version = { '0', '0' } };
	unsigned sum = 0;
	int n = snprintf(h.name, sizeof(h.name), "%s/%s", t->top, name);
	if (n < 0 || (size_t)n >= sizeof(h.name))
		return err_set(err, ERR_LIMIT, "the name %s is too long for a tar", name);
	if (size < 0 || size >= TAR_SIZE_MAX)
		return err_set(err, ERR_LIMIT, "%s has %lld bytes, too many for a tar", name,
			       (long long)size);
	octal(h.mode, sizeof(h.mode), 0644);
	octal(h.uid, sizeof(h.uid), 0);
	octal(h.gid, sizeof(h.gid), 0);
	octal(h.size, sizeof(h.size), size);
	octal(h.mtime, sizeof(h.mtime), t->mtime);
	memset(h.sum, ' ', sizeof(h.sum));
	for (size_t i = 0; i < sizeof(h); i++)
		sum += ((const unsigned char *)&h)[i];
	snprintf(h.sum, sizeof(h.sum), "%06o", sum);
	t->left = t->size = size;
	return put(t, &h, sizeof(h), err);
}

int tar_bytes(struct tar_out *t, const void *p, size_t n, struct err *err)
{
	if ((int64_t)n > t->left)
		return err_set(err, ERR_CORRUPT, "a file grew while it was bundled");
	t->left -= (int64_t)n;
	return put(t, p, n, err);
}

int tar_end(struct tar_out *t, struct err *err)
{
	static const char zero[TAR_BLOCK];
	if (t->left)
		return err_set(err, ERR_CORRUPT, "a file shrank while it was bundled");
	return put(t, zero, (size_t)(-t->size & (TAR_BLOCK - 1)), err);
}

int tar_finish(struct tar_out *t, struct err *err)
{
	static const char zero[2 * TAR_BLOCK];
	return put(t, zero, sizeof(zero), err);
}
