/* The runbooks that come with the program: every .yaml below runbooks/ that says it is one. */
#ifndef TESTS_RUNBOOKS_H
#define TESTS_RUNBOOKS_H

#include <glob.h>
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "fsio.h"
#include "str.h"

static inline bool runbooks_is_one(const char *path, struct buf *text)
{
	buf_clear(text);
	return !fsio_read(path, 4 << 20, text, NULL) &&
	       (str_starts(buf_str(text), "blackstart:") || strstr(buf_str(text), "\nblackstart:"));
}

/* Calls fn for each, with its text. Returns how many there are. */
static inline size_t runbooks_each(void (*fn)(void *ctx, const char *path, const struct buf *text),
				   void *ctx)
{
	static const char *const patterns[] = { "runbooks/*.yaml", "runbooks/*/*.yaml",
						"runbooks/*/*/*.yaml" };
	struct buf text = BUF_INIT;
	size_t n = 0;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		glob_t found;
		if (glob(patterns[i], 0, NULL, &found))
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++)
			if (runbooks_is_one(found.gl_pathv[k], &text)) {
				n++;
				fn(ctx, found.gl_pathv[k], &text);
			}
		globfree(&found);
	}
	buf_release(&text);
	return n;
}

#endif
