/* Commands that look as if they destroyed something, in steps that say otherwise. */
#include "checker.h"

#include "danger.h"

struct first {
	bool found;
	struct danger danger;
};

static void keep_first(void *ctx, const struct danger *d)
{
	struct first *f = ctx;

	if (!f->found)
		f->danger = *d;
	f->found = true;
}

/* Steps that a driver wrote say their effect by what the driver's command is for. */
static bool is_from_driver(const struct step *s)
{
	for (; s; s = s->parent)
		if (s->kind == KIND_RESTORE || s->kind == KIND_REBUILD)
			return true;
	return false;
}

void check_danger(struct check *c, const struct ref *r)
{
	const struct step *s = &c->d->step;
	bool is_step = s->kind == KIND_RUN && r->phase == PHASE_BEFORE;
	struct first f = { 0 };

	/* an undo, and what pays a debt, are asked for by themselves */
	if (r->phase == PHASE_LAST || (is_step && s->effect == EFFECT_DESTROY) || is_from_driver(s))
		return;
	danger_look(r->s, keep_first, &f);
	if (!f.found)
		return;
	if (is_step)
		diag_add(&c->l->diag, RULE_DANGER, check_place(c, r, f.danger.offset),
			 "this %s (%s); say `effect: destroy` and its `target`", f.danger.what,
			 f.danger.word);
	else
		diag_add(&c->l->diag, RULE_DANGER, check_place(c, r, f.danger.offset),
			 "this %s (%s), and no name is asked for before it; give it a step of "
			 "its own with `effect: destroy`", f.danger.what, f.danger.word);
}
