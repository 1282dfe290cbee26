#include "environ.h"

#include <string.h>

#include "str.h"

static bool is_also(const struct environment *e, const char *name)
{
	for (size_t i = 0; i < e->n_also; i++)
		if (str_eq(e->also[i], name))
			return true;
	return false;
}

const struct environment *environ_find(const struct environments *envs, const char *name)
{
	for (size_t i = 0; envs && name && i < envs->n; i++)
		if (str_eq(envs->v[i].name, name))
			return &envs->v[i];
	for (size_t i = 0; envs && name && i < envs->n; i++)
		if (is_also(&envs->v[i], name))
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
