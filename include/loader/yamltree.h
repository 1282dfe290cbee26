/* Any YAML file as a plain tree, by the loader's rules and limits: no anchors, tags, duplicate
 * keys, second documents. For files that are no runbooks, such as answers. Scalars are text.
 */
#ifndef LOADER_YAMLTREE_H
#define LOADER_YAMLTREE_H

#include <stdbool.h>
#include <stddef.h>

#include "ytree.h"

struct err;
struct findings;
struct loader_source;

struct ytree_doc {
	struct arena *arena;
	const struct ytree *root; /* NULL: an empty file */
	bool cut;                 /* it is no YAML any more from some place on: what is missing
				   * may stand there */
};

/* Reads path from disk. ERR_PARSE when it is no YAML by these rules: *err has the first finding,
 * "file:line:col: text". Else as fsio_read. *ret is the caller's to yamltree_release. */
int yamltree_read(const char *path, struct ytree_doc *ret, struct err *err);
void yamltree_release(struct ytree_doc *d);

/* The same with every finding, appended to *f (f->first is set: they count as one load): what could
 * be read is in *ret, also after errors. ERR_NOTFOUND/ERR_IO/ERR_LIMIT/ERR_DENIED, also as a
 * finding, when there are no bytes; *ret is untouched then. */
int yamltree_load(const char *path, const struct loader_source *src, struct ytree_doc *ret,
		  struct findings *f, struct err *err);

#endif
