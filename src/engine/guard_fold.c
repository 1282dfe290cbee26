/* The fold of what guards: who is known, what is permitted. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

void guard_forget(struct state *s, const char *client)
{
	size_t kept = 0;

	for (size_t i = 0; client && i < s->n_known; i++)
		if (strcmp(s->known[i].client, client))
			s->known[kept++] = s->known[i];
	s->n_known = kept;
}

static bool read_who(const struct json *b, struct guard_who *ret)
{
	const char *who = json_str(b, "principal"), *key = json_str(b, "key");
	const char *how = json_str(b, "how");

	return who && *who && key && *key && how &&
	       str_copy(ret->principal, sizeof ret->principal, who) &&
	       str_copy(ret->key, sizeof ret->key, key) &&
	       str_copy(ret->how, sizeof ret->how, how);
}

static int identified(struct fold *f)
{
	struct state *s = f->s;
	const char *client = json_str(f->b, "client");
	struct guard_identity k = { 0 };

	if (!client || !str_copy(k.client, sizeof k.client, client) || !read_who(f->b, &k.who))
		return fold_bad(f, "nobody is named");
	guard_forget(s, k.client);
	if (s->n_known == LIMIT_CLIENTS) /* the oldest goes */
		memmove(s->known, s->known + 1, --s->n_known * sizeof *s->known);
	s->known = mem_grow(s->known, s->n_known + 1, sizeof *s->known);
	s->known[s->n_known++] = k;
	return 0;
}

static int permit(struct fold *f)
{
	struct state *s = f->s;
	const char *id = json_str(f->b, "id"), *env = json_str(f->b, "environment");
	const char *digest = json_str(f->b, "digest");
	struct guard_permit p = { .until = json_int(f->b, "until", 0) };

	if (!id || !env || !read_who(f->b, &p.by) ||
	    !str_copy(p.digest, sizeof p.digest, digest ? digest : ""))
		return fold_bad(f, "it permits nothing");
	p.id = mem_dup(id);
	p.environment = mem_dup(env);
	s->permits = mem_grow(s->permits, s->n_permits + 1, sizeof *s->permits);
	s->permits[s->n_permits++] = p;
	return 0;
}

int guard_fold(struct fold *f)
{
	static const struct {
		const char *what;
		fold_fn *fold;
	} rows[] = {
		{ "identified", identified }, { "permit", permit },
	};
	const char *what = json_str(f->b, "what");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_eq(what, rows[i].what))
			return rows[i].fold(f);
	return fold_bad(f, "no such word");
}
