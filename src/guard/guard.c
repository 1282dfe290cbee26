#include "guard.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "format_docs.h"
#include "fsio.h"
#include "guardint.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

#define NAME "environments.yaml"

/* What the keys say together. */
static void check_environment(struct guard_read *r, const struct ytree *v)
{
	struct environment *e = r->now;
	bool said = ytree_get(v, "protected") != NULL;

	if (e->lab && e->guarded)
		guard_say(r, FR_CONTRADICTION, v->at,
			  "`%s` is a lab, and protected: one of them", e->name);
	if (!said && !e->lab)
		guard_say(r, GRULE_UNSAID, e->at,
			  "`%s` does not say whether it is guarded: `protected: true` or "
			  "`protected: false`", e->name);
	if (e->guarded && !ytree_get(v, "target"))
		guard_say(r, GRULE_NO_PROBE, e->at,
			  "`%s` is protected, and nothing reads which target is really there; "
			  "say `target`", e->name);
	for (size_t i = 0; e->guarded && i < e->n_probes; i++)
		if (str_eq(e->probes[i].run.s, e->lab_probe.run.s) &&
		    str_eq(e->probes[i].is, e->lab_probe.is))
			guard_say(r, GRULE_LAB, e->lab_probe.run.at,
				  "`target` asks the same: `%s` itself would say that it is a lab",
				  e->name);
	if (e->approve_for < EFFECT_MAX && !r->g->envs.signers && !r->g->envs.codes)
		guard_say(r, GRULE_NOBODY, e->at,
			  "`%s` asks for a second person, and the file says neither `signers` nor "
			  "`codes`: nobody could be known", e->name);
	if (!e->guarded && said && !e->lab && ytree_get(v, "approve"))
		guard_say(r, FR_CONTRADICTION, e->at,
			  "`%s` is not protected: nobody is asked to approve", e->name);
}

static void read_environment(struct guard_read *r, const struct ytree_pair *p,
			     struct environment *e)
{
	const struct format_table *file = &guard_format.tables[GTABLE_FILE];
	char near[LIMIT_TITLE_BYTES + 32];
	const char *keys[8];

	*e = (struct environment){ .name = p->key, .at = p->at, .approve_for = EFFECT_MAX,
				   .approval_ms = ENVIRON_APPROVAL_MS,
				   .unlock_ms = ENVIRON_UNLOCK_MS };
	r->now = e;
	if (p->v->kind == YTREE_MAP) {
		(void)format_map(&r->in, GTABLE_ENVIRONMENT, p->key, p->v, e);
		check_environment(r, p->v);
	} else if (!r->in.cut) {
		for (size_t i = 0; i < file->n; i++)
			keys[i] = file->keys[i].key;
		guard_say(r, FR_SHAPE, p->v->at,
			  "`%s` is an environment: a mapping, such as `protected: true`%s", p->key,
			  findings_near(near, sizeof(near), p->key, keys, file->n));
	}
	e->guarded |= e->problem != NULL; /* what cannot be read is not taken for unguarded */
	r->now = NULL;
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
				guard_say(r, FR_CONTRADICTION, v[i].at,
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
	struct environment *v = arena_alloc(r->in.a, (n + 1) * sizeof(*v));
	struct environments *envs = &r->g->envs;

	envs->v = v;
	for (size_t i = 0; i < root->n; i++) {
		const struct ytree_pair *p = &root->pairs[i];

		if (!p->key || format_has(&guard_format, GTABLE_FILE, p->key) ||
		    stands(envs, p->key) || !format_name_ok(&r->in, p->key, p->at))
			continue;
		if (envs->n == n) {
			guard_say(r, FR_LIMIT, p->at, "more than %d environments",
				  GUARD_MAX_ENVIRONMENTS);
			break;
		}
		read_environment(r, p, &v[envs->n++]);
	}
	check_names(r, v, envs->n);
	if (!envs->n)
		guard_say(r, FR_EMPTY, root->at, "there is no environment in it");
}

static void read_root(struct guard_read *r, const struct ytree *root)
{
	struct place top = { r->g->envs.path, 1, 1 };

	if (!root) {
		guard_say(r, FR_EMPTY, top, "the file says nothing");
		return;
	}
	if (format_map(&r->in, GTABLE_FILE, r->g->envs.path, root, r->g))
		read_environments(r, root);
}

/* Where the file as a whole cannot be relied on, no entry of it can. */
static void spread_problem(struct guard_read *r)
{
	struct environments *envs = &r->g->envs;

	if (r->in.broken && !envs->problem && !envs->n)
		envs->problem = "the file has mistakes";
	for (size_t i = 0; envs->problem && i < envs->n; i++) {
		struct environment *e = (struct environment *)(uintptr_t)&envs->v[i];

		e->guarded = true;
		if (!e->problem)
			e->problem = envs->problem;
	}
}

/* An error is the problem of the environment that is being read, else of the file. */
static void keep_problem(struct format_read *in, struct place at, const char *text)
{
	struct guard_read *r = guard_of(in);
	const char **to = r->now ? &r->now->problem : &r->g->envs.problem;

	if (!*to)
		*to = arena_printf(in->a, "%s line %d: %s", at.file ? at.file : r->g->envs.path,
				   at.line, text);
}

int guard_load(const char *path, const struct loader_source *src, struct guard_file **ret,
	       struct findings *f, struct err *err)
{
	struct ytree_doc doc = { 0 };
	struct guard_read r = { .in = { .format = &guard_format, .f = f,
					.problem = keep_problem } };
	struct guard_file *g;
	char *folder;
	size_t errors = f->errors, first = f->n;
	int rc = yamltree_load(path, src, &doc, f, err);

	if (rc)
		return rc;
	g = mem_alloc(sizeof(*g));
	*g = (struct guard_file){ .arena = doc.arena };
	g->envs.path = arena_dup(g->arena, path);
	r.in.broken = f->errors > errors;
	if (r.in.broken && first < f->n)
		g->envs.problem = arena_printf(g->arena, "%s line %d: %s", path,
					       f->v[first].at.line, f->v[first].text);
	folder = fsio_dirname(path);
	r.g = g;
	r.in.a = g->arena;
	r.in.cut = doc.cut;
	r.in.folder = folder;
	read_root(&r, doc.root);
	g->broken = r.in.broken;
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

void guard_reference(struct buf *out)
{
	format_reference(out, &guard_format);
}

void guard_schema(struct buf *out)
{
	format_schema(out, &guard_format);
}
