/* `${name}` in texts that people read. Never used for commands: those get an environment. */
#ifndef MODEL_FILL_H
#define MODEL_FILL_H

#include <stddef.h>

#include "value.h"

struct buf;
struct err;

/* Appends `text` with every ${name} replaced. `$$` is a dollar sign. An unknown value is written
 * as "(name unknown)", a secret as "(name hidden)". ERR_NOTFOUND for a name that is not in scope,
 * ERR_PARSE for an open brace or what is no name in braces, ERR_LIMIT where out is full: nothing is
 * appended then. Any other dollar sign stands for itself. */
int fill_text(struct buf *out, const char *text, const struct binding *b, size_t n,
	      struct err *err);

/* Calls fn for each name used in text (with its byte offset), again for each use; stops when fn
 * returns non-zero and returns that. ERR_PARSE as above, before the first call. */
int fill_names(const char *text, int (*fn)(void *ctx, const char *name, size_t n, size_t offset),
	       void *ctx, struct err *err);

#endif
