#include "patterns.h"

#include <string.h>

#include "arena.h"
#include "capture.h"
#include "load.h"

int patterns_check(struct load *l, const struct capture *c, struct err *err)
{
	const char *key = arena_printf(l->scratch, "%c%s", c->how == CAPTURE_JQ ? 'j' : 'm',
				       c->pattern);
	size_t unused;
	if (nameset_get(&l->patterns, key, strlen(key), &unused))
		return 0;
	int rc = capture_check(c, err);
	if (!rc)
		nameset_put(&l->patterns, key, strlen(key), 0, NULL);
	return rc;
}
