/* What follows by itself: one small rule per state, tried on every step that is neither pending nor
 * finished, until nothing moves.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "fill.h"
#include "mem.h"
#include "str.h"
#include "unset.h"

/* --- waiting --------------------------------------------------------------------------------- */

void walk_block(struct pass *p, const struct inst *in, const char *problem)
{
	struct change c = { .to = STEP_BLOCKED, .failure = FAILURE_PRECONDITION,
			    .problem = problem, .asks = true };

	emit_step(p, in, &c);
}

static bool look_when(struct pass *p, const struct inst *in)
{
	enum tri t = look(p, in, "when", in->step->when.s, NULL, NULL);
	char *why;

	if (t == TRI_FALSE) {
		finish_step(p, in, OUTCOME_NOT_APPLICABLE, NULL);
	} else if (t == TRI_UNKNOWN) {
		why = mem_printf("cannot tell whether this step applies: %s", in->step->when.s);
		walk_block(p, in, why);
		free(why);
	}
	return true;
}

static const struct artefact *artefact(const struct state *s, const char *name)
{
	for (size_t i = s->n_artefacts; i-- > 0;)
		if (!strcmp(s->artefacts[i].name, name))
			return &s->artefacts[i];
	return NULL;
}

/* Files that it uses must be the ones that were looked at. True: something was done or is awaited.
 */
static bool check_uses(struct pass *p, const struct inst *in, bool *wait)
{
	const struct step *st = in->step;
	const struct artefact *a;
	struct action *act;
	char *why;

	*wait = false;
	if (in->uses_ok >= st->n_uses || in->overridden_block)
		return false;
	a = artefact(p->s, st->uses[in->uses_ok]);
	if (!a) {
		why = mem_printf("it uses %s, which no step has produced in this run",
				 st->uses[in->uses_ok]);
		walk_block(p, in, why);
		free(why);
		return true;
	}
	*wait = true;
	if (in->asked)
		return false;
	((struct inst *)(uintptr_t)in)->asked = true;
	act = emit_action(p, ACT_DIGEST);
	act->key = mem_dup(in->key);
	act->name = mem_dup(a->name);
	act->path = mem_dup(a->path);
	return false;
}

static bool secrets_held(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	struct binding *b = NULL;
	size_t n;
	const char *gone = NULL;
	char *why;

	if (!st->n_secrets)
		return true;
	n = state_bindings(p->s, in, &b);
	for (size_t i = 0; i < st->n_secrets && !gone; i++) {
		const struct value *v = binding_find(b, n, st->secrets[i]);

		if (!v || !v->known)
			gone = st->secrets[i];
	}
	free(b);
	if (!gone)
		return true;
	why = mem_printf("the secret %s must be entered (again): correct %s", gone, gone);
	walk_block(p, in, why);
	free(why);
	return false;
}

static bool text_known(struct pass *p, const struct inst *in, const char *key, const char *text)
{
	struct binding *b = NULL;
	struct buf filled = BUF_INIT;
	size_t n = state_bindings(p->s, in, &b);
	bool known = false, ok = !fill_known(&filled, text, b, n, &known, NULL) && known;

	free(b);
	if (!ok) {
		char *why = mem_printf("%s cannot be told: %s", key,
				       filled.len ? buf_str(&filled) : text);

		walk_block(p, in, why);
		free(why);
	}
	buf_release(&filled);
	return ok;
}

/* Where its commands run and what `env` gives them: a place that is not known is not made up. */
static bool texts_known(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	bool ok = !st->host || text_known(p, in, "its host", st->host);

	for (size_t i = 0; ok && i < st->n_uses_env; i++)
		ok = text_known(p, in, st->uses_env[i].name, st->uses_env[i].value.s);
	return ok;
}

void walk_begin(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	struct change c = { .to = STEP_EXECUTING, .new_attempt = true };
	char digest[HASH_HEX_LEN + 1];
	bool asks_by_itself = st->kind == KIND_DO || st->kind == KIND_HOLD ||
			      st->kind == KIND_CHOOSE || st->kind == KIND_BROKEN ||
			      (st->kind == KIND_ASK && !st->probe) || st->kind == KIND_CONTACT;

	ward_begin(p, in, &c, digest);
	c.asks = asks_by_itself;
	c.covers = each_asks(in); /* only an answer leads here then */
	if ((st->kind == KIND_CHECK || st->kind == KIND_WAIT || st->kind == KIND_ASK) &&
	    st->probe) {
		c.has_look = true;
		c.next_look = p->now;
		c.give_up = st->probe->within_ms ? p->now + st->probe->within_ms * CLOCK_MS : -1;
	} else if (st->kind == KIND_WAIT) {
		c.has_look = true;
		c.next_look = -1;
		c.give_up = p->now + st->timer_ms * CLOCK_MS;
	}
	emit_step(p, in, &c);
	if (inst_is_contact(in))
		contact_begin(p, in);
}

/* The name that must be typed, frozen. */
static void hold(struct pass *p, const struct inst *in)
{
	const char *text = each_target_text(in);
	struct change c = { .to = STEP_HOLD, .asks = true };
	struct buf target = BUF_INIT;

	if (!text) {
		buf_adds(&target, in->step->id);
	} else if (!each_target_name(p, in, text, &target)) {
		char *why = mem_printf("the target's name cannot be told: %s", text);

		walk_block(p, in, why);
		free(why);
		goto out;
	}
	c.target = buf_str(&target);
	ward_ask(p, in, &c);
out:
	buf_release(&target);
}

static bool needs_name(const struct pass *p, const struct inst *in)
{
	if (in->is_item)
		return false;
	return ((inst_effect(in) == EFFECT_DESTROY || ward_of(p->s, in)) &&
		!each_covering(p, in) &&
		(in->step->kind == KIND_RUN || in->step->kind == KIND_BROKEN ||
		 in->step->kind == KIND_SETTLE)) ||
	       (in->step->kind == KIND_HOLD && in->step->target.s);
}

/* Whoever starts a step comes through here; only the typed name goes past the hold point. */
void walk_start(struct pass *p, const struct inst *in)
{
	if (!in->overridden_block && (!secrets_held(p, in) || !texts_known(p, in)))
		return;
	if (ward_blocks(p, in, ward_of(p->s, in)))
		return;
	if (inst_is_each(in))
		each_start(p, in);
	else if (needs_name(p, in))
		hold(p, in);
	else if (in->step->from.s)
		choices_begin(p, in);
	else
		walk_begin(p, in);
}

static bool starts_by_itself(const struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	bool in_any = in->parent->step && in->parent->step->any_order && !in->parent->is_item;

	if (in->go || inst_is_group(in))
		return true;
	if (inst_is_contact(in)) /* nothing goes out that was not looked at */
		return false;
	if (st->kind == KIND_CONTACT)
		return !in_any;
	if (step_is_manual(st) || st->kind == KIND_SET)
		return !in_any;
	return (inst_effect(in) == EFFECT_READ || each_covering(p, in)) &&
	       p->s->pace == PACE_AUTO && !in_any;
}

bool walk_waiting(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	const struct inst *loop;
	bool wait;

	if (in->is_item) { /* its group has asked */
		struct change c = { .to = STEP_EXECUTING, .new_attempt = true };
		emit_step(p, in, &c);
		return true;
	}
	if (st->when.s && st->kind != KIND_OPTION && !in->looked)
		return look_when(p, in);
	if (p->s->paused && !inst_is_group(in))
		return false;
	if (check_uses(p, in, &wait))
		return true;
	if (wait)
		return false;
	if (inst_is_each(in))
		return each_waiting(p, in);
	loop = each_covering(p, in);
	if (loop && !in->go && each_halted(p, loop))
		return false;
	if (needs_name(p, in) || starts_by_itself(p, in)) {
		walk_start(p, in);
		return true;
	}
	if (!in->prompt) {
		struct change c = { .to = STEP_WAITING, .asks = true };
		emit_step(p, in, &c);
		return true;
	}
	return false;
}

/* --- executing ------------------------------------------------------------------------------- */

static bool set_values(struct pass *p, const struct inst *in)
{
	const struct step *st = in->step;
	struct err err = { 0 };
	int rc = 0;

	for (size_t i = 0; !rc && i < st->n_sets; i++) {
		struct value builtin[4], v = { 0 };
		struct binding *b = NULL;
		size_t n = look_bindings(p, in, NULL, &b, builtin);

		n = unset_add(p, in, st->sets[i].value.s, &b, n);
		rc = p->eval->derive(p->eval->ctx, st->sets[i].value.s, b, n,
				     st->set_types ? st->set_types[i] : VALUE_TYPE_INVALID, &v,
				     &err);
		if (!rc && !v.known)
			rc = err_set(&err, ERR_NOTFOUND, "%s is unknown: %s", st->sets[i].name,
				     st->sets[i].value.s);
		if (!rc)
			emit_value(p, in, NULL, st->sets[i].name, &v, "set", st->sets[i].value.s);
		value_release(&v);
		free(b);
		for (int k = 0; k < 4; k++)
			value_release(&builtin[k]);
	}
	if (rc)
		finish_fail(p, in, FAILURE_CAPTURE, err.text);
	else
		finish_step(p, in, OUTCOME_CONFIRMED, NULL);
	return true;
}

static bool check_without_probe(struct pass *p, const struct inst *in)
{
	enum tri t = look(p, in, "check", in->step->text.s, NULL, NULL);
	char *problem;

	if (t == TRI_TRUE) {
		ended_confirm(p, in);
		return true;
	}
	problem = look_not_so(p, in, t, in->step->text.s, NULL);
	finish_fail(p, in, FAILURE_POSTCONDITION, problem);
	free(problem);
	return true;
}

static bool wait_timer(struct pass *p, const struct inst *in)
{
	if (in->give_up < 0 || p->now < in->give_up)
		return false;
	ended_confirm(p, in);
	return true;
}

const struct debt *walk_debt(const struct state *s, const struct inst *in)
{
	const char *name = in->step->settles;

	for (size_t i = s->n_debts; i-- > 0;) { /* newest first, as one backs out */
		const struct debt *d = &s->debts[i];

		if (!d->paid && !d->voided && (str_eq(name, "all") || str_eq(d->name, name)))
			return d;
	}
	return NULL;
}

static bool settle(struct pass *p, const struct inst *in)
{
	if (inst_runs(in) || in->asked || walk_debt(p->s, in))
		return false;
	ended_confirm(p, in);
	return true;
}

static bool run_late(struct pass *p, const struct inst *in)
{
	const struct cmd *c = in->cmd;

	if (!inst_runs(in))
		return false;
	if (c->phase == CMD_INTENT && c->deadline >= 0 && p->now >= c->deadline) {
		command_stop(p, in, "it took longer than its timeout", true);
		return true;
	}
	if (!in->late && state_late_at(p->s, c) >= 0 &&
	    p->now > state_late_at(p->s, c)) {
		emit_note(p, in, "late", "it takes longer than expected");
		return true;
	}
	return false;
}

static bool walk_executing(struct pass *p, const struct inst *in)
{
	if (inst_is_group(in))
		return group_advance(p, in);
	if (run_late(p, in))
		return true;
	switch ((int)in->step->kind) {
	case KIND_SET:
		return set_values(p, in);
	case KIND_CAUTION:
		finish_step(p, in, OUTCOME_CONFIRMED, NULL);
		return true;
	case KIND_END:
		finish_end(p, in);
		return true;
	case KIND_CHECK:
		return !in->step->probe && !in->repairing && !inst_runs(in) && !in->asked
			? check_without_probe(p, in) : false;
	case KIND_WAIT:
		return in->step->probe ? false : wait_timer(p, in);
	case KIND_SETTLE:
		return settle(p, in);
	case KIND_CONTACT:
		return inst_is_contact(in) && contact_walk(p, in);
	default:
		return false;
	}
}

static bool walk_confirming(struct pass *p, const struct inst *in)
{
	if (inst_runs(in) && in->cmd->deadline >= 0 && in->cmd->phase == CMD_INTENT &&
	    p->now >= in->cmd->deadline) {
		command_stop(p, in, "the look took longer than its timeout", true);
		return true;
	}
	return false;
}

static bool walk_deciding(struct pass *p, const struct inst *in)
{
	struct change c = { .to = STEP_WAITING, .go = true, .keep_when = true,
			    .reason = "retry" };

	if (in->retry_at < 0 || p->now < in->retry_at || p->s->paused)
		return false;
	emit_step(p, in, &c);
	return true;
}

static bool (*const walk_rows[STEP_STATE_MAX])(struct pass *, const struct inst *) = {
	[STEP_WAITING] = walk_waiting, [STEP_HOLD] = ward_hold, [STEP_EXECUTING] = walk_executing,
	[STEP_CONFIRMING] = walk_confirming, [STEP_DECIDING] = walk_deciding,
};

bool walk_advance(struct pass *p)
{
	const struct state *s = p->s;

	if (s->phase == RUN_CLOSED)
		return false;
	if (s->sending && contact_late(p))
		return true;
	if ((s->looking || s->telling) && ward_late(p))
		return true;
	for (size_t i = s->n_active; i-- > 0;) {
		const struct inst *in = s->active[i];

		if (!in->parent) {
			if (close_advance(p, in))
				return true;
		} else if (walk_rows[in->state] && walk_rows[in->state](p, in)) {
			return true;
		}
	}
	return false;
}
