/* The walk: every step in its order, with what is set and owed at it. */
#include "checker.h"

#include <string.h>

static void walk_list(struct check *c, struct step *const *steps, size_t n);

void check_set_state(struct check *c, struct tracked *t, enum holds state)
{
	if (!t || (t->state == state && state != HOLDS_MAYBE))
		return;
	check_push(c, t);
	check_put(c, t, state);
	t->guard = NULL;
}

/* --- what a step sets ------------------------------------------------------------------------ */

static void set_name(struct check *c, const char *name)
{
	check_set_state(c, check_find(c, name, strlen(name)), HOLDS);
}

static void set_captures(struct check *c, const struct capture *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		set_name(c, v[i].name);
}

static void set_own(struct check *c, const struct draft *d)
{
	const struct step *s = &d->step;
	set_captures(c, s->captures, s->n_captures);
	set_captures(c, d->probe.captures, d->probe.n_captures);
	for (size_t i = 0; i < s->n_fields; i++)
		set_name(c, s->fields[i].name);
	for (size_t i = 0; i < s->n_sets; i++)
		set_name(c, s->sets[i].name);
	for (size_t i = 0; i < s->n_results; i++)
		set_name(c, s->results[i].name);
}

/* Nothing goes on from here. */
static void leave_here(struct check *c)
{
	c->told = c->told && c->dead;
	c->dead = true;
}

/* --- groups ---------------------------------------------------------------------------------- */

/* The place in the walk of the last step inside d, its own where there is none. */
static size_t last_inside(const struct draft *d)
{
	while (d->step.kind != KIND_CALL && (d->step.n_children || d->step.n_always)) {
		const struct step *s = &d->step;
		d = draft_of(s->n_always ? s->always[s->n_always - 1] :
					   s->children[s->n_children - 1]);
	}
	return d->order;
}

static void walk_ways(struct check *c, struct draft *d, bool one_is_taken)
{
	size_t first_alt = c->n_alts, mark = c->n_trail, live = 0;
	bool was_dead = c->dead, told = c->told;
	bool all_dead = d->step.n_children > 0, any_dead = false;
	for (size_t i = 0; i < d->step.n_children; i++) {
		struct draft *way = draft_of(d->step.children[i]);
		c->dead = was_dead;
		c->told = told;
		walk_list(c, &d->step.children[i], 1);
		live += !c->dead;
		all_dead = all_dead && c->dead;
		any_dead = any_dead || c->dead;
		check_end_way(c, mark, way->step.when.s);
	}
	c->dead = one_is_taken ? all_dead : any_dead;
	c->told = was_dead;
	if (one_is_taken)
		check_merge_ways(c, first_alt, live);
	else
		check_join_ways(c, first_alt);
	if (!one_is_taken && c->s->n_owed)
		check_owed_beside(c, d, last_inside(d));
}

/* In any order: what a sibling sets may be there or not. */
static void weaken_inside(struct check *c, const struct draft *d)
{
	struct load_book *b = c->b;
	size_t last = last_inside(d);
	for (size_t i = d->order; i < last && i < b->n_walk; i++) {
		const struct draft *e = b->walk[i];
		const struct capture *v[] = { e->step.captures, e->probe.captures,
					      e->verify.captures };
		size_t n[] = { e->step.n_captures, e->probe.n_captures, e->verify.n_captures };
		for (size_t k = 0; k < 3; k++)
			for (size_t j = 0; j < n[k]; j++) {
				struct tracked *t = check_find(c, v[k][j].name,
							       strlen(v[k][j].name));
				if (t && t->state == HOLDS_NOT)
					check_set_state(c, t, HOLDS_MAYBE);
			}
	}
}

static void walk_group(struct check *c, struct draft *d)
{
	struct step *s = &d->step;
	bool was_dead = c->dead;
	struct tracked *item = s->each_name ? check_find(c, s->each_name, strlen(s->each_name)) :
			       NULL;
	check_set_state(c, item, HOLDS);
	if (s->any_order) {
		weaken_inside(c, d);
		walk_ways(c, d, false);
	} else {
		walk_list(c, s->children, s->n_children);
	}
	check_set_state(c, item, HOLDS_NOT);
	if (s->each_name)
		c->dead = was_dead; /* the list may be empty */
}

static void walk_inside(struct check *c, struct draft *d)
{
	struct step *s = &d->step;
	switch ((int)s->kind) {
	case KIND_GROUP:
		walk_group(c, d);
		break;
	case KIND_PARALLEL:
		walk_ways(c, d, false);
		break;
	case KIND_CHOOSE:
	case KIND_BRANCH:
		walk_ways(c, d, true);
		break;
	case KIND_OPTION:
		walk_list(c, s->children, s->n_children);
		if (s->jump)
			leave_here(c);
		check_leave(c, d);
		break;
	case KIND_RESTORE:
	case KIND_REBUILD:
	case KIND_RELEASE:
		walk_list(c, s->children, s->n_children);
		break;
	case KIND_CALL:
		check_call(c, d);
		break;
	default:
		break;
	}
	if (s->n_always) {
		bool dead = c->dead, told = c->told;
		c->dead = false; /* they run even when the run ends inside of the group */
		walk_list(c, s->always, s->n_always);
		c->dead |= dead;
		c->told = told;
	}
}

/* --- steps ----------------------------------------------------------------------------------- */

static void unreachable(struct check *c, struct draft *d)
{
	if (!c->dead || c->told)
		return;
	diag_add(&c->l->diag, RULE_UNREACHABLE, d->step.at,
		 "no way leads here: what stands before it ends the run or jumps over it");
	c->told = true;
}

static void after_failure(struct check *c, struct draft *d, size_t mark)
{
	if (d->step.on_fail == FAIL_CONTINUE)
		for (size_t i = mark, n = c->n_trail; i < n; i++) {
			struct tracked *t = &c->s->v[c->trail[i].i];
			if (c->trail[i].old != t->state && !nameset_get(&c->s->owed, t->name,
							strlen(t->name), &(size_t){ 0 }))
				check_set_state(c, t, HOLDS_MAYBE);
		}
	if (d->step.on_fail == FAIL_GOTO)
		check_leave(c, d);
}

static void walk_life(struct check *c, struct draft *d)
{
	check_refs(c, d, PHASE_BEFORE);
	walk_inside(c, d);
	c->d = d;
	set_own(c, d);
	check_refs(c, d, PHASE_AFTER);
	check_refs(c, d, PHASE_VERIFY);
	set_captures(c, d->verify.captures, d->verify.n_captures);
	check_refs(c, d, PHASE_VERIFIED);
	check_refs(c, d, PHASE_LAST);
	check_owes(c, d);
	if (d->step.kind == KIND_SETTLE)
		check_settle(c, d);
	if (d->step.kind == KIND_END) {
		check_end_owed(c, d);
		leave_here(c);
	}
}

static void walk_step(struct check *c, struct draft *d)
{
	struct draft *outer = c->d;
	bool bad = c->l->diag.bad, once = c->l->diag.once;
	const char *guard = d->step.when.s;
	c->d = d;
	c->l->diag.bad = false;
	c->l->diag.once = d->owner || d->node->file || d->step.kind == KIND_RESTORE ||
			  d->step.kind == KIND_REBUILD;
	check_arrive(c, d);
	unreachable(c, d);
	bool was_dead = c->dead;
	size_t mark = c->n_trail;
	d->start = c->n_log;
	check_refs(c, d, PHASE_WHEN);
	if (guard)
		c->guards[c->n_guards++] = guard;
	walk_life(c, d);
	after_failure(c, d, mark);
	if (guard) {
		c->n_guards--;
		if (d->step.kind != KIND_OPTION) {
			c->dead = was_dead;
			check_leave_guard(c, mark, guard);
		}
	}
	d->bad |= c->l->diag.bad;
	c->l->diag.bad = bad;
	c->l->diag.once = once;
	c->d = outer;
}

static void walk_list(struct check *c, struct step *const *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		walk_step(c, draft_of(steps[i]));
}

void check_flow(struct check *c)
{
	walk_list(c, c->b->rb->steps, c->b->rb->n_steps);
	check_never_settled(c);
}
