/* What the operator says about a step: one handler per kind of answer; which state takes which
 * answer is the table's business (table.c).
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "field.h"
#include "mem.h"
#include "str.h"

enum { WRONG_NAMES_MAX = 3 };

void answer_start(struct pass *p, const struct inst *in, const struct intent *it)
{
	(void)it;
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .go = true, .keep_when = true,
					   .override_block = in->overridden_block });
	walk_start(p, in);
}

/* The target's name, exactly. A wrong one counts; the third ends the attempt. */
void answer_name(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct jsonw *w;

	if (inst_awaits_approval(in)) {
		emit_refused(p, in, "start", "its name was typed: a second person must agree now");
		return;
	}
	if (ward_stale(p, in) || ward_by_file(p, in, ward_of_any(p->s, in), it))
		return;
	if (str_eq(it->text, in->target)) {
		if (ward_refuses(p, in))
			return;
		w = emit_begin(p, EV_NOTE);
		jw_str(w, "what", "name-typed");
		jw_str(w, "text", in->target);
		emit_end(p, EV_NOTE, in, in->attempt);
		if (ward_awaits(p, in))
			return;
		if (in->step->kind == KIND_HOLD) {
			emit_step(p, in, &(struct change){ .to = STEP_EXECUTING,
							   .new_attempt = true });
			ended_confirm(p, in);
		} else {
			walk_begin(p, in);
		}
		return;
	}
	w = emit_begin(p, EV_REFUSED);
	jw_str(w, "what", "start");
	jw_str(w, "why", "that is not the target's name");
	jw_bool(w, "wrong_name", true);
	emit_end(p, EV_REFUSED, in, in->attempt);
	if (in->wrong_names >= WRONG_NAMES_MAX)
		emit_step(p, in, &(struct change){ .to = STEP_DECIDING, .asks = true,
						   .failure = FAILURE_DENIED,
						   .problem = "three wrong names were typed" });
}

/* --- done, with what it returns -------------------------------------------------------------- */

static const char *field_text(const struct intent *it, const struct field *f, size_t n_fields)
{
	for (size_t i = 0; i < it->n_fields; i++)
		if (str_eq(it->fields[i].name, f->name))
			return it->fields[i].text;
	if (n_fields == 1 && it->text)
		return it->text;
	return f->otherwise;
}

/* The line chosen must be one that was shown. */
static bool is_line(const char *lines, const char *text)
{
	size_t n = strlen(text);

	for (const char *s = lines; s && *s; s = strchr(s, '\n') ? strchr(s, '\n') + 1 : NULL)
		if (!strncmp(s, text, n) && (s[n] == '\n' || s[n] == '\0' || s[n] == '\r'))
			return n > 0;
	return false;
}

static void keep_answer(struct pass *p, const struct inst *in, const struct field *f,
			struct value *v)
{
	v->secret = f->secret;
	if (f->secret) {
		struct action *a = emit_action(p, ACT_KEEP);

		a->name = mem_dup(f->name);
		a->text = mem_dup(v->text);
		a->key = mem_dup(inst_scope(in)->key);
	}
	emit_value(p, in, NULL, f->name, v, "answer", NULL);
}

/* All fields or none: nothing is recorded before every one reads well. */
static bool take_fields(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct step *st = in->step;
	struct value *v = mem_alloc((st->n_fields + 1) * sizeof *v);
	struct err err = { 0 };
	int rc = 0;

	for (size_t i = 0; !rc && i < st->n_fields; i++) {
		const char *text = field_text(it, &st->fields[i], st->n_fields);

		rc = field_check(&st->fields[i], text, &v[i], &err);
		if (!rc && in->lines && !is_line(in->lines, text))
			rc = err_set(&err, ERR_PARSE, "%s must be one of the lines shown",
				     st->fields[i].name);
	}
	for (size_t i = 0; !rc && i < st->n_fields; i++)
		keep_answer(p, in, &st->fields[i], &v[i]);
	if (rc)
		emit_refused(p, in, "done", err.text);
	for (size_t i = 0; i < st->n_fields; i++)
		value_release(&v[i]);
	free(v);
	return !rc;
}

void answer_done(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct step *st = in->step;
	const char *why = NULL;

	if (inst_is_contact(in) && in->climb) {
		contact_answer(p, in, it);
		return;
	}
	if (st->kind == KIND_CHOOSE || st->kind == KIND_BRANCH) {
		if (st->kind == KIND_BRANCH && (!it->reason || !*it->reason))
			why = "choosing a branch that its condition did not choose needs a reason";
		else if (!it->text || !group_choose(p, in, it->text, it->reason))
			why = "name one of the options";
		if (why)
			emit_refused(p, in, "done", why);
		return;
	}
	if (!in->prompt || in->state != STEP_EXECUTING || inst_is_group(in))
		emit_refused(p, in, "done", "this step is not done by hand");
	else if (take_fields(p, in, it))
		ended_confirm(p, in);
}

void answer_fail(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (!in->prompt || inst_is_group(in))
		emit_refused(p, in, "fail", "this step is not done by hand");
	else
		emit_step(p, in, &(struct change){ .to = STEP_DECIDING, .asks = true,
						   .failure = FAILURE_OPERATOR,
						   .reason = it->reason,
						   .problem = it->reason });
}

/* --- deciding -------------------------------------------------------------------------------- */

/* Again. The operator who says so has seen the command: it need not be asked for once more, unless
 * it destroys. */
void answer_retry(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_is_contact(in) && in->climb) {
		contact_retry(p, in, it->reason);
		return;
	}
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .go = true, .keep_when = true,
					   .reason = it->reason ? it->reason : "retry" });
}

void answer_recheck(struct pass *p, const struct inst *in, const struct intent *it)
{
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .reason = it->reason });
}

void answer_skip(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_is_group(in) && in->state == STEP_EXECUTING)
		group_leave(p, in, it->reason);
	else if (inst_runs(in))
		emit_refused(p, in, "skip", "its command runs: abort it first");
	else
		finish_step(p, in, OUTCOME_SKIPPED, it->reason);
}

void answer_defer(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_is_group(in))
		emit_refused(p, in, "defer", "a group cannot be deferred: defer its steps");
	else if (inst_runs(in))
		emit_refused(p, in, "defer", "its command runs: abort it first");
	else
		emit_step(p, in, &(struct change){ .to = STEP_DEFERRED, .reason = it->reason });
}

void answer_recall(struct pass *p, const struct inst *in, const struct intent *it)
{
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .reason = it->reason });
}

void answer_override_block(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (in->guard && in->guard->stop != GUARD_PASSES) {
		ward_override(p, in, it);
		return;
	}
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .override_block = true,
					   .reason = it->reason });
}

void answer_override_done(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (in->state == STEP_EXECUTING &&
	    (inst_is_group(in) || (in->step->kind != KIND_WAIT && in->step->kind != KIND_CHECK)))
		emit_refused(p, in, "override",
			     "only a check or a wait can be overridden while it looks");
	else if (inst_runs(in) && in->cmd->purpose != PURPOSE_PROBE &&
		 in->cmd->purpose != PURPOSE_VERIFY)
		emit_refused(p, in, "override", "its command runs: abort it first");
	else
		finish_step(p, in, OUTCOME_OVERRIDDEN, it->reason);
}

void answer_accept(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_is_group(in))
		emit_refused(p, in, "accept", "choose an option, or skip the group");
	else
		finish_step(p, in, OUTCOME_ACCEPTED, it->reason);
}

void answer_repair(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct jsonw *w;

	(void)it;
	if (in->step->kind != KIND_CHECK || !in->step->repair.s) {
		emit_refused(p, in, "repair", "this step has no repair");
		return;
	}
	if (lab_refuses(p, in, "repair") || ward_repair(p, in))
		return;
	w = emit_begin(p, EV_STEP);
	jw_str(w, "from", word_of(WORDS_STATE, in->state));
	jw_str(w, "to", word_of(WORDS_STATE, STEP_EXECUTING));
	jw_bool(w, "repair", true);
	emit_end(p, EV_STEP, in, in->attempt);
}

/* --- laid aside ------------------------------------------------------------------------------ */

void answer_suspend(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (!in->prompt || inst_is_group(in))
		emit_refused(p, in, "suspend", "only a step done by hand can be laid aside");
	else
		emit_step(p, in, &(struct change){ .to = STEP_SUSPENDED, .asks = true,
						   .reason = it->reason });
}

void answer_resume(struct pass *p, const struct inst *in, const struct intent *it)
{
	(void)it;
	emit_step(p, in, &(struct change){ .to = in->from_state, .asks = true });
}
