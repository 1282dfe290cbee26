#include "keeper_env.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "state.h"

static void secret_release(struct secret *s)
{
	if (s->text)
		mem_wipe(s->text, s->len);
	free(s->text);
	free(s->key);
	free(s->name);
}

void secrets_release(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++)
		secret_release(&s->v[i]);
	free(s->v);
	buf_release(&s->auth_sock);
	*s = (struct secrets){ 0 };
}

static struct secret *find(const struct secrets *s, const char *key, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i].key, key) && !strcmp(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

static void keep(struct secrets *s, const char *key, const char *name, const char *text)
{
	struct secret fresh = { mem_dup(key), mem_dup(name), mem_dup(text),
				strlen(text) };
	struct secret *old = find(s, fresh.key, name);
	if (old) {
		secret_release(old);
		*old = fresh;
		return;
	}
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 8;
		s->v = mem_grow(s->v, s->cap, sizeof(*s->v));
	}
	s->v[s->n++] = fresh;
}

/* A new credential also takes the place of a secret value of that name, wherever it stands. */
void secrets_keep(struct secrets *s, const char *key, const char *name, const char *text)
{
	keep(s, key ? key : SECRET_CREDENTIAL, name, text);
	for (size_t i = 0; !key && i < s->n; i++)
		if (!strcmp(s->v[i].name, name) && strcmp(s->v[i].key, SECRET_CREDENTIAL))
			keep(s, s->v[i].key, name, text);
}

const char *secrets_find(const struct secrets *s, const struct inst *in, const char *name)
{
	const struct secret *found = NULL;
	for (; in && in->parent && !found; in = in->parent)
		found = in->key ? find(s, in->key, name) : NULL;
	if (!found)
		found = find(s, "", name);
	if (!found)
		found = find(s, SECRET_CREDENTIAL, name);
	return found ? found->text : NULL;
}
