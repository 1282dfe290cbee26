/* Instances: the tree of a run, made from the tree of its runbook.
 *
 * Everything outside an `each` exists from the start, so that a paper checklist and the screen
 * count the same; the rounds of an `each` come with the event that freezes its list.
 */
#include "fold.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "limits.h"
#include "mem.h"

static uint64_t key_hash(const char *s)
{
	uint64_t h = 1469598103934665603ULL; /* FNV-1a */

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211ULL;
	return h;
}

static void key_insert(struct inst **table, size_t cap, struct inst *in)
{
	size_t i = key_hash(in->key) & (cap - 1);

	while (table[i])
		i = (i + 1) & (cap - 1);
	table[i] = in;
}

static void key_add(struct engine *e, struct inst *in)
{
	if (2 * (e->n_keys + 1) > e->cap_keys) {
		size_t cap = e->cap_keys ? 2 * e->cap_keys : 64;
		struct inst **t = mem_alloc(cap * sizeof *t);

		for (size_t i = 0; i < e->s.n_insts; i++)
			if (e->s.insts[i] != in)
				key_insert(t, cap, e->s.insts[i]);
		free(e->by_key);
		e->by_key = t;
		e->cap_keys = cap;
	}
	key_insert(e->by_key, e->cap_keys, in);
	e->n_keys++;
}

struct inst *state_inst(const struct state *s, const char *key)
{
	/* the state is the first member of its engine, which owns the table */
	const struct engine *e = (const struct engine *)(const void *)s;

	if (!key || !*key)
		return s->root;
	for (size_t i = key_hash(key) & (e->cap_keys - 1); e->by_key[i];
	     i = (i + 1) & (e->cap_keys - 1))
		if (!strcmp(e->by_key[i]->key, key))
			return e->by_key[i];
	return NULL;
}

static struct inst *inst_new(struct engine *e, struct inst *parent, const struct step *step,
			     char *key)
{
	struct state *s = &e->s;
	struct inst *in = mem_alloc(sizeof *in);

	in->parent = parent;
	in->step = step;
	in->key = key;
	in->began = in->ended = in->next_look = in->give_up = in->retry_at = in->holds_since = -1;
	in->prefix = parent ? parent->prefix : "";
	in->when = TRI_TRUE;
	in->tries_left = step ? step->retry_times : 0;
	in->order = s->n_insts;
	if (s->n_insts == s->cap_insts) {
		s->cap_insts = s->cap_insts ? 2 * s->cap_insts : 64;
		s->insts = mem_grow(s->insts, s->cap_insts, sizeof *s->insts);
	}
	s->insts[s->n_insts++] = in;
	key_add(e, in);
	return in;
}

static struct scope *scope_new(void)
{
	return mem_alloc(sizeof(struct scope));
}

static const char *items_suffix(const struct inst *in)
{
	const char *at = in ? strchr(in->key, '@') : NULL;

	return at ? at : "";
}

static void build_kids(struct engine *e, struct inst *in, struct step *const *steps, size_t n,
		       struct step *const *always, size_t n_always);

static struct inst *build_step(struct engine *e, struct inst *parent, const struct step *step)
{
	struct inst *in = inst_new(e, parent, step,
				   mem_printf("%s%s%s", parent->prefix, step->id,
					      items_suffix(parent)));

	if (step->kind == KIND_CALL)
		in->scope = scope_new();
	if (step_has_children(step) && !step->each_name)
		build_kids(e, in, step->children, step->n_children, step->always,
			   step->n_always);
	else if (!step_has_children(step))
		e->s.leaves++;
	return in;
}

static void build_kids(struct engine *e, struct inst *in, struct step *const *steps, size_t n,
		       struct step *const *always, size_t n_always)
{
	in->kids = mem_alloc((n + n_always + 1) * sizeof *in->kids);
	in->n_main = n;
	in->n_kids = n + n_always;
	for (size_t i = 0; i < n; i++)
		in->kids[i] = build_step(e, in, steps[i]);
	for (size_t i = 0; i < n_always; i++)
		in->kids[n + i] = build_step(e, in, always[i]);
}

struct inst *build_root(struct engine *e, const struct runbook *book)
{
	struct inst *root = inst_new(e, NULL, NULL, mem_dup(""));

	root->scope = scope_new();
	if (book)
		build_kids(e, root, book->steps, book->n_steps, NULL, 0);
	return root;
}

static int check_items(const struct state *s, const struct inst *group, const struct json *items,
		       struct err *err)
{
	size_t n = json_len(items), kids = group->step->n_children + group->step->n_always + 1;

	if (n > LIMIT_ITEMS || s->n_insts + n * kids > LIMIT_INSTANCES)
		return err_set(err, ERR_LIMIT, "too many items for %s: %zu", group->key, n);
	for (size_t i = 0; i < n; i++) {
		const char *t = json_text(json_at(items, i));

		if (!t || !*t || strlen(t) > LIMIT_ITEM_BYTES)
			return err_set(err, ERR_CORRUPT, "item %zu of %s is no usable text",
				       i + 1, group->key);
	}
	return 0;
}

int build_items(struct engine *e, struct inst *group, const struct json *items, struct err *err)
{
	const struct step *step = group->step;
	size_t n = json_len(items);
	int rc = check_items(&e->s, group, items, err);

	if (rc)
		return rc;
	group->kids = mem_grow(group->kids, n + step->n_always + 1, sizeof *group->kids);
	for (size_t i = 0; i < n; i++) {
		const char *item = json_text(json_at(items, i));
		struct inst *in = inst_new(e, group, step,
					   mem_printf("%s@%s", group->key, item));
		struct value v = { VALUE_TEXT, true, false, (char *)(uintptr_t)item };

		in->is_item = true;
		in->item = mem_dup(item);
		in->scope = scope_new();
		build_set(in->scope, step->each_name, &v, e->s.seq + 1, false);
		build_kids(e, in, step->children, step->n_children, NULL, 0);
		group->kids[i] = in;
	}
	for (size_t i = 0; i < step->n_always; i++)
		group->kids[n + i] = build_step(e, group, step->always[i]);
	group->n_main = n;
	group->n_kids = n + step->n_always;
	return 0;
}

/* A runbook called in by the operator: a CALL step of our own making before `before`, or at the end
 * of the run. */
struct inst *build_called(struct engine *e, struct inst *before, const struct runbook *book)
{
	struct step *st = mem_alloc(sizeof *st);
	struct inst *parent = before ? before->parent : e->s.root, *in;
	size_t at = parent->n_main;

	e->made = mem_grow(e->made, e->n_made + 1, sizeof *e->made);
	e->made[e->n_made++] = st;
	st->kind = KIND_CALL;
	st->id = mem_printf("call-%zu", e->n_made);
	st->number = mem_printf("+%zu", e->n_made);
	st->source = mem_printf("call-%zu/", e->n_made);
	st->title = book->title;
	st->title_given = true;
	st->callee = book;
	st->children = book->steps;
	st->n_children = book->n_steps;
	st->book = e->s.book ? e->s.book : book;
	for (size_t i = 0; before && i < parent->n_main; i++)
		if (parent->kids[i] == before)
			at = i;
	in = inst_new(e, parent, st, mem_printf("%s%s", st->id, items_suffix(parent)));
	in->prefix = st->source; /* "call-1/": keys of two books cannot meet */
	in->scope = scope_new();
	in->kids = mem_alloc((book->n_steps + 1) * sizeof *in->kids);
	in->n_main = in->n_kids = book->n_steps;
	for (size_t i = 0; i < book->n_steps; i++) {
		const struct step *c = book->steps[i];

		in->kids[i] = build_step(e, in, c);
	}
	parent->kids = mem_grow(parent->kids, parent->n_kids + 2, sizeof *parent->kids);
	memmove(parent->kids + at + 1, parent->kids + at,
		(parent->n_kids - at) * sizeof *parent->kids);
	parent->kids[at] = in;
	parent->n_kids++;
	parent->n_main++;
	return in;
}

void build_set(struct scope *sc, const char *name, const struct value *v, int64_t seq,
	       bool corrected)
{
	struct var *var = NULL;

	for (size_t i = 0; i < sc->n && !var; i++)
		if (!strcmp(sc->v[i].name, name))
			var = &sc->v[i];
	if (!var) {
		if (sc->n == sc->cap) {
			sc->cap = sc->cap ? 2 * sc->cap : 8;
			sc->v = mem_grow(sc->v, sc->cap, sizeof *sc->v);
		}
		var = &sc->v[sc->n++];
		memset(var, 0, sizeof *var);
		var->name = mem_dup(name);
	}
	value_copy(&var->value, v);
	var->seq = seq;
	var->corrected = corrected;
}

static void scope_free(struct scope *sc)
{
	for (size_t i = 0; sc && i < sc->n; i++) {
		free(sc->v[i].name);
		value_release(&sc->v[i].value);
	}
	if (sc)
		free(sc->v);
	free(sc);
}

static void inst_free(struct inst *in)
{
	free(in->kids);
	free(in->key);
	free(in->item);
	scope_free(in->scope);
	free(in->reason);
	free(in->target);
	for (size_t i = 0; i < in->n_targets; i++)
		free(in->targets[i]);
	free(in->targets);
	free(in->problem);
	free(in->edited);
	free(in->reading);
	contact_climb_free(in->climb);
	ward_free(in);
	free(in->lines);
	free(in);
}

void build_free(struct engine *e)
{
	for (size_t i = 0; i < e->s.n_insts; i++)
		inst_free(e->s.insts[i]);
	free(e->s.insts);
	free(e->s.active);
	free(e->by_key);
	for (size_t i = 0; i < e->n_made; i++) {
		free((void *)(uintptr_t)e->made[i]->id);
		free((void *)(uintptr_t)e->made[i]->number);
		free((void *)(uintptr_t)e->made[i]->source);
		free(e->made[i]);
	}
	free(e->made);
}
