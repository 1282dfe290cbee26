#include "environ.h"

#include <string.h>

#include "str.h"

static bool is_called(const struct environment *e, const char *name)
{
	bool is = str_eq(e->name, name);

	for (size_t i = 0; !is && i < e->n_also; i++)
		is = str_eq(e->also[i], name);
	return is;
}

const struct environment *environ_find(const struct environments *envs, const char *name)
{
	for (size_t i = 0; envs && name && i < envs->n; i++)
		if (is_called(&envs->v[i], name))
			return &envs->v[i];
	return NULL;
}

bool environ_agrees(const struct target_probe *p, const char *reading, size_t n)
{
	size_t wanted = strlen(p->is);

	if (n && reading[n - 1] == '\n')
		n--;
	return wanted && n == wanted && memcmp(reading, p->is, n) == 0;
}

bool environ_wants_approval(const struct environment *e, enum effect effect)
{
	return e->approve_for < EFFECT_MAX && effect >= e->approve_for;
}
