/* Any YAML file as a plain tree, by the loader's rules and limits: no anchors, tags, duplicate
 * keys, second documents. For files that are no runbooks, such as answers. Scalars are text.
 */
#ifndef LOADER_YAMLTREE_H
#define LOADER_YAMLTREE_H

#include <stddef.h>

#include "runbook.h"

struct err;

enum ytree_kind { YTREE_SCALAR, YTREE_MAP, YTREE_LIST };

struct ytree {
	enum ytree_kind kind;
	struct place at;
	const char *text;   /* SCALAR: never NULL */
	struct ytree_pair {
		const char *key; /* MAP; NULL in a LIST */
		struct place at; /* of the key, or of the item */
		const struct ytree *v;
	} *pairs;
	size_t n;
};

struct ytree_doc {
	struct arena *arena;
	const struct ytree *root; /* NULL: an empty file */
};

/* Reads path from disk. ERR_PARSE when it is no YAML by these rules: *err has the first finding,
 * "file:line:col: text". Else as fsio_read. *ret is the caller's to yamltree_release. */
int yamltree_read(const char *path, struct ytree_doc *ret, struct err *err);
void yamltree_release(struct ytree_doc *d);

/* The value of a key of a map; NULL for none or for what is no map. */
const struct ytree *yamltree_get(const struct ytree *t, const char *key);

#endif
