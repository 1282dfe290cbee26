#include "ytree.h"

#include <string.h>

const struct ytree *ytree_get(const struct ytree *t, const char *key)
{
	for (size_t i = 0; t && t->kind == YTREE_MAP && i < t->n; i++)
		if (t->pairs[i].key && strcmp(t->pairs[i].key, key) == 0)
			return t->pairs[i].v;
	return NULL;
}
