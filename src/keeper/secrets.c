/* Values that are never written down: who may have them, and that nobody sees them. */
#include "keeper_env.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "state.h"
#include "step.h"

static void secret_release(struct secret *s)
{
	mem_wipe(s->text, s->len);
	free(s->key);
	free(s->name);
}

void secrets_release(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++)
		secret_release(&s->v[i]);
	free(s->v);
	vault_release(&s->vault);
	hide_release(&s->hide);
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
	size_t len = strlen(text);
	struct secret fresh = { mem_dup(key), mem_dup(name), vault_dupn(&s->vault, text, len),
				len };
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
bool secrets_keep(struct secrets *s, const char *key, const char *name, const char *text)
{
	keep(s, key ? key : SECRET_CREDENTIAL, name, text);
	for (size_t i = 0; !key && i < s->n; i++)
		if (!strcmp(s->v[i].name, name) && strcmp(s->v[i].key, SECRET_CREDENTIAL))
			keep(s, s->v[i].key, name, text);
	return secrets_hide(s, text);
}

bool secrets_hide(struct secrets *s, const char *text)
{
	return hide_add(&s->hide, text, strlen(text));
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

/* --- taken from what a command prints --------------------------------------------------------- */

static size_t captures_of(const struct inst *in, enum purpose purpose, const struct capture **ret)
{
	const struct step *st = in ? in->step : NULL;
	const struct probe *p = !st ? NULL : purpose == PURPOSE_PROBE ? st->probe :
				purpose == PURPOSE_VERIFY ? st->verify : NULL;

	*ret = p ? p->captures : st && purpose == PURPOSE_MAIN ? st->captures : NULL;
	return p ? p->n_captures : *ret ? st->n_captures : 0;
}

size_t secrets_taken(const struct inst *in, enum purpose purpose, const struct capture **ret,
		     size_t max)
{
	const struct capture *c;
	size_t all = captures_of(in, purpose, &c), n = 0;

	for (size_t i = 0; i < all && n < max; i++)
		if (c[i].secret)
			ret[n++] = &c[i];
	return n;
}
