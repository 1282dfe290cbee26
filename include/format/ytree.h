/* A file as a plain tree: maps, lists, texts, each with its place. The loader makes it of YAML. */
#ifndef FORMAT_YTREE_H
#define FORMAT_YTREE_H

#include <stdbool.h>
#include <stddef.h>

#include "place.h"

enum ytree_kind { YTREE_SCALAR, YTREE_MAP, YTREE_LIST };

struct ytree {
	enum ytree_kind kind;
	struct place at;
	const char *text;   /* SCALAR: never NULL */
	bool commented;     /* SCALAR: a comment of YAML's follows on its line */
	struct ytree_pair {
		const char *key; /* MAP; NULL in a LIST */
		struct place at; /* of the key, or of the item */
		const struct ytree *v;
	} *pairs;
	size_t n;
};

/* The value of a key of a map; NULL for none or for what is no map. */
const struct ytree *ytree_get(const struct ytree *t, const char *key);

#endif
