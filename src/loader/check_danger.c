/* Commands that look as if they destroyed something, in steps that say otherwise. */
#include "checker.h"

#include "danger.h"
#include "str.h"

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
	bool is_step = s->kind == KIND_RUN && r->phase == PHASE_BEFORE &&
		       !str_eq(r->key, "shows_state");
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

static bool is_advised(const struct step *s)
{
	for (; s; s = s->parent)
		if (s->if_not)
			return true;
	return false;
}

static void check_destroying(struct load *l, const struct draft *d)
{
	const struct step *s = &d->step;
	bool destroys = s->effect == EFFECT_DESTROY && s->effect_given && !step_has_children(s);

	if (s->no_way_back && (!destroys || s->undo.s))
		diag_add(&l->diag, RULE_WAY_BACK, s->at, destroys ?
			 "`no_way_back` and `undo`: one of them" :
			 "`no_way_back` goes with `effect: destroy`");
	if (destroys && !is_advised(s))
		diag_add(&l->diag, RULE_NO_ADVICE, s->at,
			 "it destroys, and nothing says what to do when it does not come out; say "
			 "`if_not`");
}

void check_destroys(struct load *l, struct load_book *b)
{
	for (size_t i = 0; i < b->n_walk; i++)
		if (!b->walk[i]->owner && !is_from_driver(&b->walk[i]->step))
			check_destroying(l, b->walk[i]);
}
