/* Where goto leads: to a step that comes later, beside the one that jumps or one around it. */
#include "checker.h"

#include <string.h>

#include "str.h"

static bool is_among(const struct step *s, struct step *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == s)
			return true;
	return false;
}

/* The step around d (or d itself) that is an item of the goal's list; NULL for none. *ret_why gets
 * what stands in between and cannot be left by a jump. */
static struct draft *beside(const struct draft *goal, struct draft *d, const char **ret_why)
{
	const struct step *home = goal->step.parent;
	struct step *s = &d->step;
	bool inside_book = true;
	while (s && s->parent != home && inside_book) {
		struct step *up = s->parent;
		if (!up)
			return NULL;
		inside_book = up->kind != KIND_CALL;
		if (up->kind == KIND_PARALLEL || up->any_order || up->at_once > 1)
			*ret_why = "steps that run side by side or in any order";
		if (is_among(s, up->always, up->n_always))
			*ret_why = "`always` steps";
		s = up;
	}
	if (!s || s->book != goal->step.book)
		return NULL;
	if (home && (home->kind == KIND_PARALLEL || home->any_order))
		*ret_why = "steps that run side by side or in any order";
	if (home && is_among(s, home->always, home->n_always) !=
	    is_among(&goal->step, home->always, home->n_always))
		*ret_why = "`always` steps";
	return draft_of(s);
}

static void unknown_step(struct check *c, const struct draft *d, const char *id)
{
	enum { MANY = 1000 };
	const char *ids[MANY];
	char near[160];
	size_t n = 0;
	for (size_t i = 0; i < c->b->n_walk && n < MANY; i++)
		if (c->b->walk[i]->step.id_given)
			ids[n++] = c->b->walk[i]->sub_id;
	findings_near(near, sizeof(near), id, ids, n);
	diag_add(&c->l->diag, RULE_UNKNOWN_STEP, d->goto_at, "no step has the id `%s`%s", id, near);
}

static void resolve(struct check *c, struct draft *d, const char **id)
{
	struct diag *diag = &c->l->diag;
	const char *why = NULL;
	size_t found;
	if (!nameset_get(&c->b->ids, *id, strlen(*id), &found)) {
		unknown_step(c, d, *id);
		return;
	}
	struct draft *goal = (struct draft *)found;
	struct draft *from = goal->step.kind == KIND_OPTION ? NULL : beside(goal, d, &why);
	if (goal->order <= d->order)
		diag_add(diag, RULE_BACKWARDS, d->goto_at,
			 "`%s` (line %d) comes before this step; a goto goes forward", *id,
			 goal->step.at.line);
	else if (!from)
		diag_add(diag, RULE_BACKWARDS, d->goto_at,
			 "`%s` (line %d) is inside another group; a goto leads to a later step of "
			 "this list or of one around it",
			 *id, goal->step.at.line);
	else if (why)
		diag_add(diag, RULE_LEAVES_PARALLEL, d->goto_at, "a goto cannot leave %s", why);
	else {
		d->goal = goal;
		*id = goal->step.id;
	}
}

void check_jumps(struct check *c)
{
	for (size_t i = 0; i < c->b->n_walk; i++) {
		struct draft *d = c->b->walk[i];
		bool bad = c->l->diag.bad;
		c->l->diag.bad = false;
		if (d->step.jump)
			resolve(c, d, &d->step.jump);
		if (d->step.on_fail == FAIL_GOTO && d->step.fail_goto)
			resolve(c, d, &d->step.fail_goto);
		d->bad |= c->l->diag.bad;
		c->l->diag.bad = bad;
	}
}
