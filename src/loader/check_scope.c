/* Which names a runbook has, collected before the walk, so that a name used too early is told from
 * one that does not exist. */
#include "checker.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "mem.h"

void check_scope_release(struct scope *s)
{
	if (!s)
		return;
	nameset_release(&s->values);
	nameset_release(&s->owed);
	nameset_release(&s->inner);
	nameset_release(&s->artefacts);
	free(s->v);
	free(s->owed_at);
	free(s);
}

static struct tracked *add(struct scope *s, struct nameset *set, const char *name, struct place at)
{
	bool is_new;
	size_t i = nameset_put(set, name, strlen(name), s->n, &is_new);
	if (!is_new)
		return &s->v[i];
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 32;
		s->v = mem_grow(s->v, s->cap, sizeof(*s->v));
	}
	s->v[s->n] = (struct tracked){ .name = name, .at = at, .type = VALUE_TYPE_INVALID };
	return &s->v[s->n++];
}

static const char *inner_key(struct load *l, const struct draft *each, const char *name, size_t len)
{
	return arena_printf(l->scratch, "%zu/%.*s", each->order, (int)len, name);
}

struct definition {
	const char *name;
	enum value_type type;
	struct place at;
	bool secret, captured, loop;
};

static void conflict(struct check *c, const struct tracked *t, const struct definition *def)
{
	struct diag *diag = &c->l->diag;
	if (t->type != VALUE_TYPE_INVALID && def->type != VALUE_TYPE_INVALID &&
	    t->type != def->type)
		diag_add(diag, RULE_TYPE_CONFLICT, def->at,
			 "`%s` is %s here and %s in line %d; take another name", t->name,
			 value_type_name(def->type), value_type_name(t->type), t->at.line);
	else if (t->plain && t->inner && t->type != VALUE_MAP)
		diag_add(diag, RULE_TYPE_CONFLICT, def->at,
			 "`%s` is captured inside and outside of an `each`: behind it, it is a "
			 "map; take another name (line %d has the other)",
			 t->name, t->at.line);
	else if (t->loop != def->loop)
		diag_add(diag, RULE_TYPE_CONFLICT, def->at,
			 "`%s` is the name of an item of `each` and of another value (line %d)",
			 t->name, t->at.line);
	else if (t->secret != def->secret)
		diag_add(diag, RULE_TYPE_CONFLICT, def->at,
			 "`%s` is secret in one place and not in another (line %d)", t->name,
			 t->at.line);
}

static void define(struct check *c, const struct draft *d, const struct definition *def)
{
	struct scope *s = c->s;
	struct draft *each = d ? d->each : NULL;
	size_t known = s->n;
	struct tracked *t = add(s, &s->values, def->name, def->at);
	bool is_new = s->n > known;
	t->plain |= !each;
	t->inner |= each && !def->loop;
	if (each && !def->loop) {
		const char *key = inner_key(c->l, each, def->name, strlen(def->name));
		nameset_put(&s->inner, key, strlen(key), 0, NULL);
	}
	if (is_new) {
		t->loop = def->loop;
		t->secret = def->secret;
		t->plain |= def->loop;
	} else {
		conflict(c, t, def);
	}
	t->captured |= def->captured;
	if (t->type == VALUE_TYPE_INVALID)
		t->type = def->type;
}

static void define_captures(struct check *c, const struct draft *d, const struct capture *v,
			    size_t n)
{
	for (size_t i = 0; i < n; i++)
		define(c, d, &(struct definition){ v[i].name, v[i].type, v[i].at, v[i].secret,
						   !d->owner, false });
}

static void define_fields(struct check *c, const struct draft *d, const struct field *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		define(c, d,
		       &(struct definition){ v[i].name, v[i].type, v[i].at, v[i].secret, false,
					     false });
}

/* The type of a value of what is called, as its caller gets it. */
static enum value_type result_type(const struct load_book *sub, const char *name)
{
	size_t i;
	if (!sub || !sub->scope || !nameset_get(&sub->scope->values, name, strlen(name), &i))
		return VALUE_TYPE_INVALID;
	const struct tracked *t = &sub->scope->v[i];
	return t->inner && !t->plain ? VALUE_MAP : t->type;
}

static void define_owed(struct scope *s, const struct owed_def *o)
{
	size_t known = s->n;
	add(s, &s->owed, o->name, o->command.at);
	if (s->n == known)
		return;
	if (s->n_owed == s->cap_owed) {
		s->cap_owed = s->cap_owed ? s->cap_owed * 2 : 16;
		s->owed_at = mem_grow(s->owed_at, s->cap_owed, sizeof(*s->owed_at));
	}
	s->v[known].owed = true;
	s->owed_at[s->n_owed++] = known;
}

static void define_step(struct check *c, struct draft *d)
{
	const struct step *s = &d->step;
	struct scope *scope = c->s;
	define_captures(c, d, s->captures, s->n_captures);
	define_captures(c, d, d->probe.captures, d->probe.n_captures);
	define_captures(c, d, d->verify.captures, d->verify.n_captures);
	define_fields(c, d, s->fields, s->n_fields);
	for (size_t i = 0; i < s->n_sets; i++)
		define(c, d, &(struct definition){ s->sets[i].name, s->set_types[i],
						   s->sets[i].value.at, false, !d->owner, false });
	for (size_t i = 0; i < s->n_results; i++)
		define(c, d, &(struct definition){ s->results[i].name,
						   result_type(d->sub, s->results[i].value.s),
						   s->results[i].value.at, false, true, false });
	if (s->each_name)
		define(c, d, &(struct definition){ s->each_name, VALUE_TEXT, s->at, false, false,
						   true });
	for (size_t i = 0; i < s->n_owes; i++)
		define_owed(scope, &s->owes[i]);
	for (size_t i = 0; i < s->n_produces; i++)
		nameset_put(&scope->artefacts, s->produces[i].name, strlen(s->produces[i].name),
			    d->order, NULL);
}

void check_scope(struct check *c)
{
	struct load_book *b = c->b;
	define_fields(c, NULL, b->rb->params, b->rb->n_params);
	for (size_t i = 0; i < c->s->n; i++)
		c->s->v[i].state = HOLDS;
	for (size_t i = 0; i < b->n_walk; i++) {
		struct draft *d = b->walk[i];
		bool bad = c->l->diag.bad;
		c->l->diag.bad = false;
		define_step(c, d);
		d->bad |= c->l->diag.bad;
		c->l->diag.bad = bad;
	}
}

struct tracked *check_find(const struct check *c, const char *name, size_t len)
{
	size_t i;
	return nameset_get(&c->s->values, name, len, &i) ? &c->s->v[i] : NULL;
}

bool check_is_behind(const struct check *c, const struct tracked *t, const struct draft *d)
{
	size_t unused;
	if (!t->inner || t->plain)
		return false;
	for (const struct draft *e = d->each; e; e = e->each) {
		const char *key = inner_key(c->l, e, t->name, strlen(t->name));
		if (nameset_get(&c->s->inner, key, strlen(key), &unused))
			return false;
	}
	return true;
}

enum value_type check_type(const struct check *c, const struct tracked *t, const struct draft *d)
{
	return check_is_behind(c, t, d) ? VALUE_MAP : t->type;
}
