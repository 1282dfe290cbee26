/* What tar would unpack. A bundle is what comes out of it: what no tar shows (times, owners, bytes
 * between files and after the end) is no content, and is not looked at here either. */
#include "tar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "mem.h"

enum { AT_SIZE = 124, AT_SUM = 148, AT_TYPE = 156, AT_MAGIC = 257, AT_PREFIX = 345, PREFIX = 155 };

static int read_block(int fd, int64_t at, unsigned char block[TAR_BLOCK], struct err *err)
{
	size_t got = 0;
	while (got < TAR_BLOCK) {
		ssize_t n = pread(fd, block + got, TAR_BLOCK - got, at + (int64_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "reading the bundle");
		if (n == 0)
			return 0;
		got += (size_t)n;
	}
	return 1;
}

/* A number in octal digits, after blanks, ended by a blank, a NUL or its field's end. */
static bool octal(const unsigned char *p, size_t n, int64_t *ret)
{
	size_t i = 0;
	int64_t v = 0;
	while (i < n && p[i] == ' ')
		i++;
	size_t from = i;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		v = v * 8 + (p[i] - '0');
	if (i == from || (i < n && p[i] != ' ' && p[i] != '\0'))
		return false;
	*ret = v;
	return true;
}

static bool is_zero(const unsigned char block[TAR_BLOCK])
{
	static const unsigned char zero[TAR_BLOCK];
	return memcmp(block, zero, TAR_BLOCK) == 0;
}

static bool is_header(const unsigned char block[TAR_BLOCK], int64_t *ret_size)
{
	int64_t want, sum = 0;
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += i >= AT_SUM && i < AT_SUM + 8 ? ' ' : block[i];
	return octal(block + AT_SUM, 8, &want) && want == sum &&
		octal(block + AT_SIZE, 12, ret_size);
}

static void odd(struct tar_in *t, const char *name, const char *what)
{
	size_t n = strlen(name);
	if (t->odd)
		return;
	t->odd = true;
	for (size_t i = 0; i < n; i++)
		t->what[i] = name[i] >= ' ' && name[i] < 0x7f ? name[i] : '?';
	memcpy(t->what + n, what, strlen(what) + 1);
}

/* Its whole name; false where it lies in a folder that no bundle has. */
static bool name_of(const unsigned char *block, char ret[TAR_NAME_MAX + 1])
{
	const char *name = (const char *)block;
	size_t n = strnlen(name, TAR_NAME_MAX);
	bool prefix = memcmp(block + AT_MAGIC, "ustar", 6) == 0 && block[AT_PREFIX];
	memcpy(ret, name, n);
	ret[n] = '\0';
	if (n > 1 && ret[0] == '.' && ret[1] == '/')
		memmove(ret, ret + 2, n - 1);
	return !prefix;
}

static void add(struct tar_in *t, const char *name, int64_t at, int64_t size)
{
	if ((t->n & (t->n + 1)) == 0)
		t->files = mem_grow(t->files, 2 * t->n + 2, sizeof(*t->files));
	struct tar_file *f = &t->files[t->n++];
	*f = (struct tar_file){ .at = at, .size = size };
	memcpy(f->name, name, strlen(name) + 1);
}

static void take(struct tar_in *t, const unsigned char *block, int64_t at, int64_t size)
{
	char whole[TAR_NAME_MAX + 1];
	unsigned char type = block[AT_TYPE];
	bool fine = name_of(block, whole);
	char *slash = strchr(whole, '/');
	if (!t->top[0] && slash && slash != whole)
		memcpy(t->top, whole, (size_t)(slash - whole));
	size_t n = strlen(t->top);
	bool inside = fine && n && strncmp(whole, t->top, n) == 0 && whole[n] == '/';
	const char *name = inside ? whole + n + 1 : whole;
	if (type == '5') {
		if (!inside || (name[0] && strcmp(name, "files/") && strcmp(name, "output/")))
			odd(t, whole, ": a folder that no bundle has");
	} else if (!inside || !name[0]) {
		odd(t, whole, ": not in the bundle's folder");
	} else if (type != '0' && type != '7' && type != '\0') {
		odd(t, whole, ": not a file");
	} else {
		add(t, name, at, size);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct tar_file *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

/* Of two of one name the later one stays. */
static void sort(struct tar_in *t)
{
	size_t n = 0;
	if (!t->n)
		return;
	qsort(t->files, t->n, sizeof(*t->files), by_name);
	for (size_t i = 1; i < t->n; i++) {
		if (strcmp(t->files[n].name, t->files[i].name) != 0)
			n++;
		t->files[n] = t->files[i];
	}
	t->n = n + 1;
}

int tar_read(struct tar_in *t, int fd, struct err *err)
{
	unsigned char block[TAR_BLOCK];
	int64_t at = 0, size = 0;
	struct stat st;
	int rc;
	*t = (struct tar_in){ .fd = fd };
	if (fstat(fd, &st))
		return err_sys(err, "reading the bundle");
	while ((rc = read_block(fd, at, block, err)) == 1 && !is_zero(block)) {
		at += TAR_BLOCK;
		if (!is_header(block, &size))
			continue;
		if (t->n == TAR_FILES_MAX)
			return err_set(err, ERR_LIMIT, "more than %d files", TAR_FILES_MAX);
		/* What the file ends before is as much as tar unpacks: whole blocks. */
		int64_t there = st.st_size > at ? (st.st_size - at) & ~(int64_t)(TAR_BLOCK - 1) : 0;
		take(t, block, at, size < there ? size : there);
		size = (size + TAR_BLOCK - 1) & ~(int64_t)(TAR_BLOCK - 1);
		at = size < st.st_size - at ? at + size : st.st_size;
	}
	sort(t);
	return rc < 0 ? rc : 0;
}

void tar_release(struct tar_in *t)
{
	free(t->files);
	t->files = NULL;
	t->n = 0;
}

const struct tar_file *tar_find(const struct tar_in *t, const char *name)
{
	struct tar_file key = { 0 };
	size_t low = 0, high = t->n;
	if (strlen(name) > TAR_NAME_MAX)
		return NULL;
	memcpy(key.name, name, strlen(name) + 1);
	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(t->files[mid].name, name);
		if (order == 0)
			return &t->files[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
