#include "guard.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fsio.h"
#include "guardint.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

#define NAME "environments.yaml"

bool guard_name_ok(struct guard_read *r, const char *name, struct place at)
{
	size_t n = strlen(name);
	bool ok = n > 0 && n <= LIMIT_ID_BYTES && name[0] != '-' && name[0] != '.';

	for (size_t i = 0; ok && i < n; i++)
		ok = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
		     (name[i] >= '0' && name[i] <= '9') || strchr("_-.", name[i]);
	if (!ok)
		guard_say(r, GRULE_NAME, at,
			  "`%s` cannot be the name of an environment; letters, digits, `-`, `_` "
			  "and `.` can, at most %d of them", name, LIMIT_ID_BYTES);
	return ok;
}

/* What the keys say together. */
static void check_environment(struct guard_read *r, const struct ytree *v)
{
	struct environment *e = r->now;
	bool said = yamltree_get(v, "protected") != NULL;

	if (e->lab && e->guarded)
		guard_say(r, GRULE_CONTRADICTION, v->at,
			  "`%s` is a lab, and protected: one of them", e->name);
	if (!said && !e->lab)
		guard_say(r, GRULE_UNSAID, e->at,
			  "`%s` does not say whether it is guarded: `protected: true` or "
			  "`protected: false`", e->name);
	if (e->guarded && !yamltree_get(v, "target"))
		guard_say(r, GRULE_NO_PROBE, e->at,
			  "`%s` is protected, and nothing reads which target is really there; "
			  "say `target`", e->name);
	if (e->approve_for < EFFECT_MAX && !r->g->envs.signers && !r->g->envs.codes)
		guard_say(r, GRULE_NOBODY, e->at,
			  "`%s` asks for a second person, and the file says neither `signers` nor "
			  "`codes`: nobody could be known", e->name);
	if (!e->guarded && said && !e->lab && yamltree_get(v, "approve"))
		guard_say(r, GRULE_CONTRADICTION, e->at,
			  "`%s` is not protected: nobody is asked to approve", e->name);
}

static void read_environment(struct guard_read *r, const struct ytree_pair *p,
			     struct environment *e)
{
	const struct gtable *file = &guard_tables[GTABLE_FILE];
	char near[LIMIT_TITLE_BYTES + 32];
	const char *keys[8];

	*e = (struct environment){ .name = p->key, .at = p->at, .approve_for = EFFECT_MAX,
				   .approval_ms = ENVIRON_APPROVAL_MS,
				   .unlock_ms = ENVIRON_UNLOCK_MS };
	r->now = e;
	if (p->v->kind == YTREE_MAP) {
		(void)guard_read_map(r, GTABLE_ENVIRONMENT, p->key, p->v, e);
		check_environment(r, p->v);
	} else if (!r->cut) {
		for (size_t i = 0; i < file->n; i++)
			keys[i] = file->keys[i].key;
		guard_say(r, GRULE_SHAPE, p->v->at,
			  "`%s` is an environment: a mapping, such as `protected: true`%s", p->key,
			  guard_near(near, sizeof(near), p->key, keys, file->n));
	}
	e->guarded |= e->problem != NULL; /* what cannot be read is not taken for unguarded */
	r->now = NULL;
}

static bool is_own_key(const char *key)
{
	const struct gtable *t = &guard_tables[GTABLE_FILE];

	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->keys[i].key, key))
			return true;
	return false;
}

static bool stands(const struct environments *envs, const char *name)
{
	for (size_t i = 0; i < envs->n; i++)
		if (str_eq(envs->v[i].name, name))
			return true;
	return false;
}

/* A name that two have would leave open which one guards: none of both can be relied on. */
static void check_names(struct guard_read *r, struct environment *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v[i].n_also; k++)
			for (size_t j = 0; j < n; j++) {
				const struct environments other = { .v = &v[j], .n = 1 };

				if (j == i || !environ_find(&other, v[i].also[k]))
					continue;
				r->now = &v[i];
				guard_say(r, GRULE_CONTRADICTION, v[i].at,
					  "`%s` is also called `%s`, and so is `%s`", v[i].name,
					  v[i].also[k], v[j].name);
				v[i].guarded = true;
				r->now = NULL;
				r->g->envs.problem = v[i].problem;
			}
}

static void read_environments(struct guard_read *r, const struct ytree *root)
{
	size_t n = root->n < GUARD_MAX_ENVIRONMENTS ? root->n : GUARD_MAX_ENVIRONMENTS;
	struct environment *v = arena_alloc(r->a, (n + 1) * sizeof(*v));
	struct environments *envs = &r->g->envs;

	envs->v = v;
	for (size_t i = 0; i < root->n; i++) {
		const struct ytree_pair *p = &root->pairs[i];

		if (!p->key || is_own_key(p->key) || stands(envs, p->key) ||
		    !guard_name_ok(r, p->key, p->at))
			continue;
		if (envs->n == n) {
			guard_say(r, GRULE_LIMIT, p->at, "more than %d environments",
				  GUARD_MAX_ENVIRONMENTS);
			break;
		}
		read_environment(r, p, &v[envs->n++]);
	}
	check_names(r, v, envs->n);
	if (!envs->n)
		guard_say(r, GRULE_EMPTY, root->at, "there is no environment in it");
}

static void read_root(struct guard_read *r, const struct ytree *root)
{
	struct place top = { r->g->envs.path, 1, 1 };

	if (!root) {
		guard_say(r, GRULE_EMPTY, top, "the file says nothing");
		return;
	}
	if (guard_read_map(r, GTABLE_FILE, r->g->envs.path, root, r->g))
		read_environments(r, root);
}

/* Where the file as a whole cannot be relied on, no entry of it can. */
static void spread_problem(struct guard_read *r)
{
	struct environments *envs = &r->g->envs;

	if (r->g->broken && !envs->problem && !envs->n)
		envs->problem = "the file has mistakes";
	for (size_t i = 0; envs->problem && i < envs->n; i++) {
		struct environment *e = (struct environment *)(uintptr_t)&envs->v[i];

		e->guarded = true;
		if (!e->problem)
			e->problem = envs->problem;
	}
}

int guard_load(const char *path, const struct loader_source *src, struct guard_file **ret,
	       struct findings *f, struct err *err)
{
	struct ytree_doc doc = { 0 };
	struct guard_read r = { .f = f };
	struct guard_file *g;
	char *folder;
	size_t errors = f->errors, first = f->n;
	int rc = yamltree_load(path, src, &doc, f, err);

	if (rc)
		return rc;
	g = mem_alloc(sizeof(*g));
	*g = (struct guard_file){ .arena = doc.arena, .broken = f->errors > errors };
	g->envs.path = arena_dup(g->arena, path);
	if (g->broken && first < f->n)
		g->envs.problem = arena_printf(g->arena, "%s line %d: %s", path,
					       f->v[first].at.line, f->v[first].text);
	folder = fsio_dirname(path);
	r.g = g;
	r.a = g->arena;
	r.cut = doc.cut;
	r.folder = folder;
	read_root(&r, doc.root);
	spread_problem(&r);
	free(folder);
	findings_sort(f);
	*ret = g;
	return 0;
}

void guard_free(struct guard_file *g)
{
	if (!g)
		return;
	arena_free(g->arena);
	free(g);
}

bool guard_is_file(const char *path)
{
	return str_eq(fsio_basename(path), NAME);
}
