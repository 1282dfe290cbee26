/* Steps that hold steps: sequence, each, parallel, any order, branch, choose, call, always. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fill.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

static bool is_behind(const struct inst *in)
{
	return in->state == STEP_FINISHED || in->state == STEP_DEFERRED;
}

static bool is_open(const struct inst *in)
{
	return in->state != STEP_PENDING && !is_behind(in);
}

static void activate(struct pass *p, const struct inst *kid)
{
	struct change c = { .to = STEP_WAITING };

	emit_step(p, kid, &c);
}

/* --- leaving --------------------------------------------------------------------------------- */

void group_leave(struct pass *p, const struct inst *in, const char *reason)
{
	struct change c = { .to = STEP_EXECUTING, .leaving = true, .reason = reason };

	if (in->state == STEP_EXECUTING && !in->leaving)
		emit_step(p, in, &c);
	else if (in->state != STEP_FINISHED && in->state != STEP_EXECUTING)
		finish_step(p, in, OUTCOME_INTERRUPTED, reason);
}

/* One move towards the end of a step whose group is being left; what runs is stopped, what may have
 * had an effect nobody knows stays for the operator to judge. */
static bool interrupt(struct pass *p, const struct inst *in, const char *reason)
{
	struct change c = { .to = STEP_FINISHED, .outcome = OUTCOME_INTERRUPTED,
			    .failure = FAILURE_PARENT_EXITED, .reason = reason };

	if (in->state == STEP_FAILING ||
	    (in->state == STEP_DECIDING && in->failure == FAILURE_UNKNOWN_FATE))
		return false;
	if (inst_is_group(in) && in->state == STEP_EXECUTING) {
		if (in->leaving)
			return false;
		group_leave(p, in, reason);
		return true;
	}
	if (inst_runs(in)) {
		command_stop(p, in, reason, false);
		return true;
	}
	emit_step(p, in, &c);
	return true;
}

/* --- branch and choose ----------------------------------------------------------------------- */

static bool option_is(const struct inst *o, const char *word)
{
	return str_eq(o->step->id, word) || str_eq(o->step->number, word) ||
	       str_eq(o->step->title, word) || str_eq(o->key, word);
}

bool group_choose(struct pass *p, const struct inst *in, const char *option, const char *reason)
{
	const struct inst *chosen = NULL;

	for (size_t i = 0; i < in->n_main; i++)
		if (!chosen && option_is(in->kids[i], option))
			chosen = in->kids[i];
	if (!chosen)
		return false;
	if (in->state == STEP_DECIDING || in->prompt) {
		struct change c = { .to = STEP_EXECUTING, .reason = reason };
		emit_step(p, in, &c);
	}
	for (size_t i = 0; i < in->n_main; i++) {
		const struct inst *o = in->kids[i];
		struct change na = { .to = STEP_FINISHED, .outcome = OUTCOME_NOT_APPLICABLE };
		struct change go = { .to = STEP_WAITING, .reason = reason };

		if (o->state == STEP_PENDING)
			emit_step(p, o, o == chosen ? &go : &na);
	}
	return true;
}

static void branch(struct pass *p, const struct inst *in)
{
	const struct inst *yes = NULL, *otherwise = NULL;
	int n_yes = 0, n_unknown = 0;

	for (size_t i = 0; i < in->n_main; i++) {
		const struct inst *o = in->kids[i];
		enum tri t;

		if (o->step->otherwise) {
			otherwise = o;
			continue;
		}
		t = look(p, in, "option", o->step->when.s ? o->step->when.s : "0", NULL, o->key);
		n_yes += t == TRI_TRUE;
		n_unknown += t == TRI_UNKNOWN;
		if (t == TRI_TRUE && !yes)
			yes = o;
	}
	if (n_unknown)
		finish_fail(p, in, FAILURE_PRECONDITION, "a condition of this branch is unknown");
	else if (n_yes > 1)
		finish_fail(p, in, FAILURE_PRECONDITION,
			  "more than one condition of this branch is true");
	else if (!yes && !otherwise)
		finish_fail(p, in, FAILURE_PRECONDITION, "no condition of this branch is true");
	else
		group_choose(p, in, (yes ? yes : otherwise)->key, NULL);
}

/* --- what goes in and comes out -------------------------------------------------------------- */

static bool call_arguments(struct pass *p, const struct inst *in)
{
	const struct runbook *callee = in->step->callee;
	struct err err = { 0 };
	int rc = 0;

	for (size_t i = 0; callee && !rc && i < callee->n_params; i++) {
		const struct field *f = &callee->params[i];
		const char *text = f->otherwise;
		struct buf filled = BUF_INIT;
		struct value v = { 0 };
		struct binding *b = NULL;
		size_t n = state_bindings(p->s, in->parent, &b);
		bool known = true;

		for (size_t k = 0; k < in->step->n_args; k++)
			if (!strcmp(in->step->args[k].name, f->name))
				text = in->step->args[k].value.s;
		if (!text)
			rc = err_set(&err, ERR_NOTFOUND, "%s is not given", f->name);
		if (!rc)
			rc = fill_known(&filled, text, b, n, &known, &err);
		if (!rc && !known)
			rc = err_set(&err, ERR_NOTFOUND, "%s cannot be told: %s", f->name,
				     buf_str(&filled));
		if (!rc)
			rc = value_parse(f->type, buf_str(&filled), filled.len, &v, &err);
		if (!rc)
			emit_value(p, in, in, f->name, &v, "param", NULL);
		value_release(&v);
		buf_release(&filled);
		free(b);
	}
	if (!rc)
		return true;
	err_context(&err, rc, "cannot call %s", callee->title ? callee->title : callee->path);
	finish_fail(p, in, FAILURE_PRECONDITION, err.text);
	return false;
}

static void call_results(struct pass *p, const struct inst *in)
{
	for (size_t i = 0; i < in->step->n_results; i++) {
		const struct named *r = &in->step->results[i];
		const struct var *v = inst_var(in, r->value.s);
		struct value unknown = { .type = VALUE_TEXT };

		emit_value(p, in, inst_scope(in->parent), r->name, v ? &v->value : &unknown,
			   "result", NULL);
	}
}

/* --- walking the kids ------------------------------------------------------------------------ */

static bool is_below(const struct inst *in, const struct inst *group)
{
	while (in && in != group)
		in = in->parent;
	return in == group;
}

/* Climbs that go on beside the walk may outlive the group they stand in; they end with any that is
 * left around them. The end of a runbook is no leaving: the closing question names them. */
static bool leave_climbs(struct pass *p, const struct inst *group)
{
	const struct state *s = p->s;

	if (group->over || (!group->parent && s->end_text && !s->stopped))
		return false;
	for (size_t i = 0; i < s->n_active; i++)
		if (inst_climbs_beside(s->active[i]) && is_below(s->active[i], group)) {
			contact_interrupt(p, s->active[i], group->reason ? group->reason
									 : "its group is left");
			return true;
		}
	return false;
}

static enum walked leave_kids(struct pass *p, const struct inst *in)
{
	bool open = false;

	for (size_t i = 0; i < in->n_main; i++) {
		const struct inst *k = in->kids[i];

		if (!is_open(k) || inst_climbs_beside(k))
			continue;
		if (interrupt(p, k, in->reason ? in->reason : "its group is left"))
			return MOVED;
		open = true;
	}
	if (leave_climbs(p, in))
		return MOVED;
	return open ? QUIET : COMPLETE;
}

static enum walked sequence(struct pass *p, const struct inst *in, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct inst *k = in->kids[i];

		if (is_behind(k) || inst_climbs_beside(k))
			continue;
		if (k->state != STEP_PENDING)
			return QUIET;
		activate(p, k);
		return MOVED;
	}
	return COMPLETE;
}

static enum walked at_once(struct pass *p, const struct inst *in, size_t most)
{
	size_t open = 0;

	for (size_t i = 0; i < in->n_main; i++)
		open += is_open(in->kids[i]) && !inst_climbs_beside(in->kids[i]);
	for (size_t i = in->cursor; open < most && i < in->n_main; i++)
		if (in->kids[i]->state == STEP_PENDING) {
			activate(p, in->kids[i]);
			return MOVED;
		}
	return open ? QUIET : COMPLETE;
}

static enum walked options(struct pass *p, const struct inst *in)
{
	bool chosen = false;

	for (size_t i = 0; i < in->n_main; i++) {
		if (is_open(in->kids[i]))
			return QUIET;
		chosen |= in->kids[i]->state != STEP_PENDING;
	}
	if (chosen)
		return COMPLETE;
	if (in->step->kind == KIND_CHOOSE)
		return QUIET; /* the operator's */
	branch(p, in);
	return MOVED;
}

/* Somebody went back into a call that had come to its end: what they opened again is walked, and
 * nothing that the end had left out. */
static bool is_over(const struct inst *in)
{
	const struct inst *call = in->step && in->step->kind == KIND_CALL ? in : inst_call(in);

	return call && call->over;
}

static enum walked opened_again(const struct inst *in)
{
	for (size_t i = 0; i < in->n_main; i++)
		if (is_open(in->kids[i]) && !inst_climbs_beside(in->kids[i]))
			return QUIET;
	return COMPLETE;
}

static enum walked main_kids(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;

	if (in->leaving)
		return leave_kids(p, in);
	if (is_over(in))
		return opened_again(in);
	if (!st || in->is_item)
		return sequence(p, in, in->cursor < in->n_main ? in->cursor : in->n_main,
				in->n_main);
	if (st->kind == KIND_BRANCH || st->kind == KIND_CHOOSE)
		return options(p, in);
	if (st->each_name)
		return at_once(p, in, st->at_once > 1 ? (size_t)st->at_once : 1);
	if (st->kind == KIND_PARALLEL || st->any_order)
		return at_once(p, in, LIMIT_RUNNING);
	return sequence(p, in, in->cursor < in->n_main ? in->cursor : in->n_main, in->n_main);
}

enum walked group_walk(struct pass *p, const struct inst *in)
{
	enum walked w = main_kids(p, in);

	if (w != COMPLETE)
		return w;
	return sequence(p, in, in->n_main, in->n_kids);
}

static void finish_group(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	enum outcome o = OUTCOME_CONFIRMED;

	for (size_t i = 0; i < in->n_kids; i++)
		if (in->kids[i]->outcome == OUTCOME_FAILED ||
		    in->kids[i]->outcome == OUTCOME_ABORTED)
			o = OUTCOME_FAILED;
	if (in->leaving && !in->over && st->kind != KIND_CHOOSE && st->kind != KIND_BRANCH)
		o = OUTCOME_INTERRUPTED;
	if (st->each_name && !in->is_item)
		each_maps(p, in);
	if (st->kind == KIND_CALL && !in->is_item)
		call_results(p, in);
	finish_step(p, in, o, in->leaving ? in->reason : NULL);
}

static bool called_in_vain(struct pass *p, const struct inst *in)
{
	return in->step->kind == KIND_CALL && !in->is_item && !in->leaving &&
	       in->scope->n == 0 && in->step->callee->n_params > 0 && !call_arguments(p, in);
}

bool group_advance(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	enum walked w;

	if (!in->is_item && st->each_name && !in->n_kids && !in->leaving)
		return each_freeze(p, in);
	if (called_in_vain(p, in))
		return true;
	if (st->kind == KIND_OPTION && st->jump && !in->leaving && !in->is_item) {
		finish_jump(p, in, st->jump, OUTCOME_CONFIRMED, FAILURE_NONE, "goto");
		return true;
	}
	w = group_walk(p, in);
	if (w == COMPLETE)
		finish_group(p, in);
	return w != QUIET;
}
