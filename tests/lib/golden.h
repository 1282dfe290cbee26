/* Folders of cases: a file of a format and, as `diag`, what is found in it and what came of it.
 * GENERATE=1 writes what came out instead. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "format.h"
#include "fsio.h"
#include "loader.h"
#include "mem.h"
#include "str.h"
#include "unit.h"

enum { GOLDEN_FILE_MAX = 1 << 22 };

/* --- sources ---------------------------------------------------------------------------------- */

static inline int golden_read_in(void *ctx, const char *path, struct buf *out, struct err *err)
{
	char *whole = fsio_join(ctx, path);
	int rc = fsio_read(whole, GOLDEN_FILE_MAX, out, err);

	free(whole);
	return rc;
}

static inline int golden_read_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	(void)path;
	(void)err;
	return buf_adds(out, ctx);
}

/* The files of a folder, which must outlive it. */
static inline struct loader_source golden_folder(const char *folder)
{
	return (struct loader_source){ (void *)(uintptr_t)folder, golden_read_in };
}

/* One text, whatever file is asked for. */
static inline struct loader_source golden_text(const char *text)
{
	return (struct loader_source){ (void *)(uintptr_t)text, golden_read_text };
}

/* --- cases ------------------------------------------------------------------------------------ */

/* Writes what the case in the folder comes to. */
typedef void golden_fn(const char *folder, struct buf *ret);

static inline bool golden_case(const char *folder, golden_fn *fn, struct buf *all)
{
	char *path = fsio_join(folder, "diag");
	struct buf want = BUF_INIT, got = BUF_INIT;
	bool ok;

	fn(folder, &got);
	ok = !fsio_read(path, GOLDEN_FILE_MAX, &want, NULL) &&
	     str_eq(buf_str(&want), buf_str(&got));
	if (!ok && getenv("GENERATE"))
		ok = !fsio_replace(path, buf_str(&got), got.len, 0644, false, NULL);
	if (!ok)
		print_error("%s differs; it is now:\n%s", path, buf_str(&got));
	if (str_starts(fsio_basename(folder), "ok-") &&
	    (strstr(buf_str(&got), ": error: ") || strstr(buf_str(&got), ": warning: "))) {
		print_error("%s has findings\n", folder);
		ok = false;
	}
	buf_adds(all, buf_str(&got));
	buf_release(&want);
	buf_release(&got);
	free(path);
	return ok;
}

static inline int golden_is_case(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_type == DT_DIR;
}

/* Every case of the folder, of which there are at least so many; all: what they came to. */
static inline void golden_cases(const char *cases, int least, golden_fn *fn, struct buf *all)
{
	struct dirent **v = NULL;
	int n = scandir(cases, &v, golden_is_case, alphasort), bad = 0;

	assert_true(n >= least);
	for (int i = 0; i < n; i++) {
		char *folder = fsio_join(cases, v[i]->d_name);

		bad += !golden_case(folder, fn, all);
		free(folder);
		free(v[i]);
	}
	free(v);
	assert_int_equal(bad, 0);
}

/* No rule up to `last` is without a case, but for `other`, which another test shows. */
static inline void golden_rules(const struct buf *all, const struct format *f, int last, int other)
{
	for (int r = 0; r <= last; r++) {
		char name[80];

		if (!f->rules[r].name || r == other)
			continue;
		snprintf(name, sizeof(name), "[%s]", f->rules[r].name);
		if (!strstr(buf_str(all), name))
			fail_msg("no case shows the rule %s", f->rules[r].name);
	}
}

/* The file cut off behind every `every`-th byte. */
static inline void golden_cut(const char *path, size_t every, void (*fn)(const char *part))
{
	struct buf whole = BUF_INIT;

	assert_int_equal(fsio_read(path, GOLDEN_FILE_MAX, &whole, NULL), 0);
	for (size_t i = 0; i <= whole.len; i += every) {
		char *part = mem_dupn(whole.data, i);

		fn(part);
		free(part);
	}
	buf_release(&whole);
}

/* The first example of a page under docs/. The caller's to free. */
static inline char *golden_example(const char *page)
{
	static const char fence[] = "```yaml\n";
	struct buf doc = BUF_INIT;
	char *from, *to, *text;

	assert_int_equal(fsio_read(page, GOLDEN_FILE_MAX, &doc, NULL), 0);
	from = strstr(buf_str(&doc), fence);
	assert_non_null(from);
	from += strlen(fence);
	to = strstr(from, "```\n");
	assert_non_null(to);
	text = mem_dupn(from, (size_t)(to - from));
	buf_release(&doc);
	return text;
}

static inline void golden_is_clean(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		print_error("%d: %s\n", f->v[i].at.line, f->v[i].text);
	assert_int_equal(f->n, 0);
}

#endif
