/* What must be brought back, and whether it is on every way. */
#include "checker.h"

#include <string.h>

#include "str.h"

static struct tracked *find_owed(const struct check *c, const char *name)
{
	size_t i;
	return nameset_get(&c->s->owed, name, strlen(name), &i) ? &c->s->v[i] : NULL;
}

void check_owes(struct check *c, struct draft *d)
{
	for (size_t i = 0; i < d->step.n_owes; i++)
		check_set_state(c, find_owed(c, d->step.owes[i].name), HOLDS);
}

static void near_owed(const struct check *c, const char *name, char *out, size_t size)
{
	enum { MANY = 64 };
	const char *names[MANY];
	size_t n = 0;
	for (size_t i = 0; i < c->s->n_owed && n < MANY; i++)
		names[n++] = c->s->v[c->s->owed_at[i]].name;
	findings_near(out, size, name, names, n);
}

void check_settle(struct check *c, struct draft *d)
{
	const char *name = d->step.settles;
	struct place at = doc_place(d->doc, d->node);
	char near[160];
	if (!name)
		return;
	if (str_eq(name, "all")) {
		for (size_t i = 0; i < c->s->n_owed && c->n_open; i++) {
			struct tracked *t = &c->s->v[c->s->owed_at[i]];
			t->settled |= t->state != HOLDS_NOT;
			check_set_state(c, t, HOLDS_NOT);
		}
		return;
	}
	struct tracked *t = find_owed(c, name);
	if (!t) {
		near_owed(c, name, near, sizeof(near));
		diag_add(&c->l->diag, RULE_NEVER_OWED, at, "nothing is owed as `%s`%s", name, near);
		return;
	}
	if (t->state == HOLDS_NOT)
		diag_add(&c->l->diag, RULE_NEVER_OWED, at,
			 "`%s` is not owed here yet, or settled before; it is owed in line %d",
			 name, t->at.line);
	t->settled |= t->state != HOLDS_NOT;
	check_set_state(c, t, HOLDS_NOT);
}

/* A debt that several steps of a group side by side make or settle: who comes last is not known. */
static void mention(struct check *c, const char *name, size_t child)
{
	struct tracked *t = name ? find_owed(c, name) : NULL;
	if (!t || (t->count && t->child == child))
		return;
	t->child = child;
	if (t->count++ && t->state == HOLDS_NOT)
		check_set_state(c, t, HOLDS_MAYBE);
}

void check_owed_beside(struct check *c, const struct draft *d, size_t last)
{
	const struct draft *child = NULL;
	for (size_t k = 0; k < c->s->n_owed; k++)
		c->s->v[c->s->owed_at[k]].count = 0;
	for (size_t i = d->order; i < last && i < c->b->n_walk && c->s->n_owed; i++) {
		const struct draft *e = c->b->walk[i];
		if (e->step.parent == &d->step)
			child = e;
		for (size_t k = 0; child && k < e->step.n_owes; k++)
			mention(c, e->step.owes[k].name, child->order);
		for (size_t k = 0; str_eq(e->step.settles, "all") && k < c->s->n_owed; k++)
			mention(c, c->s->v[c->s->owed_at[k]].name, child->order);
		if (child && e->step.settles)
			mention(c, e->step.settles, child->order);
	}
}

void check_end_owed(struct check *c, const struct draft *d)
{
	const struct tracked *first = NULL;
	size_t n = d->step.success && c->n_open && !diag_full(&c->l->diag) ? c->s->n_owed : 0;
	for (size_t i = 0; i < n; i++) {
		struct tracked *t = &c->s->v[c->s->owed_at[i]];
		if (t->state == HOLDS && !first)
			first = t;
		t->open_maybe |= t->state == HOLDS_MAYBE;
	}
	if (first)
		diag_add(&c->l->diag, RULE_END_OWED, d->step.at,
			 "the run ends here as a success while `%s` is still owed (line %d)",
			 first->name, first->at.line);
}

void check_never_settled(struct check *c)
{
	for (size_t i = 0; i < c->s->n_owed; i++) {
		const struct tracked *t = &c->s->v[c->s->owed_at[i]];
		if (!t->settled || (t->state == HOLDS && !c->dead))
			diag_add(&c->l->diag, RULE_NEVER_SETTLED, t->at,
				 "`%s` is owed and no later step settles it; add `- settle: %s`",
				 t->name, t->name);
		else if (t->open_maybe || (t->state == HOLDS_MAYBE && !c->dead))
			diag_add(&c->l->diag, RULE_MAYBE_SETTLED, t->at,
				 "`%s` is owed and settled on some ways only", t->name);
	}
}
