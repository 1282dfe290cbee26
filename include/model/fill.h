/* `${name}` and `${map[name]}` in texts that people read. Never used for commands: those get an
 * environment. */
#ifndef MODEL_FILL_H
#define MODEL_FILL_H

#include <stddef.h>

#include "value.h"

struct buf;
struct err;

/* Appends `text` with every ${name} replaced, and every ${map[name]} by the entry that the map
 * `map` has under the text of `name` (a text as it is, anything else as JSON). `$$` is a dollar
 * sign. What is unknown is written as "(name unknown)", an entry that is not there or null as
 * "(map[entry] unknown)", a secret as "(name hidden)". ERR_NOTFOUND for a name that is not in
 * scope, ERR_PARSE for an open brace or what is no name in braces, ERR_LIMIT where out is full:
 * nothing is appended then. Any other dollar sign stands for itself.
 *
 * For eyes: a list or map that has a line of a longer text to itself is written with an item, or
 * an entry as "key: value", on each line; anywhere else as JSON. */
int fill_text(struct buf *out, const char *text, const struct binding *b, size_t n,
	      struct err *err);

/* For what is done with it: values are written as they are. *ret_known is false where something
 * was unknown or hidden. */
int fill_known(struct buf *out, const char *text, const struct binding *b, size_t n,
	       bool *ret_known, struct err *err);

/* What a name in a text is there for: itself, the map of an entry, or naming the entry. */
enum fill_use { FILL_VALUE, FILL_MAP, FILL_KEY };

typedef int fill_name_fn(void *ctx, enum fill_use use, const char *name, size_t n, size_t offset);

/* Calls fn for each name used in text (with its byte offset), again for each use; stops when fn
 * returns non-zero and returns that. fn may be NULL. ERR_PARSE as above, before the first call. */
int fill_names(const char *text, fill_name_fn *fn, void *ctx, struct err *err);

#endif
