/* Leaving the script, on record: stop, go back, change a command, take back. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

void deviate_abort(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_is_group(in))
		emit_refused(p, in, "abort", "skip leaves a group; abort is for one step");
	else if (inst_runs(in))
		command_stop(p, in, it->reason ? it->reason : "stopped by the operator", false);
	else if (inst_is_contact(in) && in->state == STEP_EXECUTING)
		contact_stop(p, in, it->reason);
	else if (in->step->kind == KIND_WAIT || in->step->kind == KIND_CHECK ||
		 in->state == STEP_CONFIRMING)
		emit_step(p, in, &(struct change){ .to = STEP_DECIDING, .asks = true,
						   .failure = FAILURE_OPERATOR,
						   .reason = it->reason,
						   .problem = "stopped by the operator" });
	else
		emit_refused(p, in, "abort", "nothing of it runs");
}

/* Being stopped already: now with KILL, at once. */
void deviate_kill(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_runs(in))
		command_stop(p, in, it->reason ? it->reason : "stopped at once", false);
	else
		emit_refused(p, in, "abort", "nothing of it runs");
}

/* --- go back --------------------------------------------------------------------------------- */

static bool runs_below(const struct inst *in)
{
	if (inst_runs(in))
		return true;
	for (size_t i = 0; i < in->n_kids; i++)
		if (runs_below(in->kids[i]))
			return true;
	return false;
}

static bool later_runs(const struct inst *in)
{
	const struct inst *up = in->parent;
	bool after = false;

	for (size_t i = 0; i < up->n_kids; i++) {
		if (after && runs_below(up->kids[i]))
			return true;
		after |= up->kids[i] == in;
	}
	return false;
}

static void withdraw_later(struct pass *p, const struct inst *in)
{
	const struct inst *up = in->parent;
	bool after = false;

	for (size_t i = 0; i < up->n_kids; i++) {
		const struct inst *k = up->kids[i];

		bool asks = !inst_is_group(k) || k->state == STEP_WAITING ||
			    k->state == STEP_HOLD; /* a loop that was not begun */

		if (after && asks && table_moves[k->state][STEP_PENDING])
			emit_step(p, k,
				  &(struct change){ .to = STEP_PENDING,
						    .reason = "an earlier step is done again" });
		after |= k == in;
	}
}

void deviate_reopen(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (inst_is_group(in)) {
		emit_refused(p, in, "reopen", "go back to one of its steps");
		return;
	}
	if (p->s->phase != RUN_OPEN || p->s->root->leaving) {
		emit_refused(p, in, "reopen", "the run is ending");
		return;
	}
	for (const struct inst *g = in->parent; g; g = g->parent)
		if (g->parent && g->state != STEP_EXECUTING && g->state != STEP_FINISHED) {
			emit_refused(p, in, "reopen", "its group is not being walked");
			return;
		}
	if (inst_runs(in)) { /* overridden while it looked */
		emit_refused(p, in, "reopen", "its last look still runs: wait for its end");
		return;
	}
	if (later_runs(in)) {
		emit_refused(p, in, "reopen", "a later step's command runs: abort it first");
		return;
	}
	withdraw_later(p, in);
	emit_step(p, in, &(struct change){ .to = STEP_WAITING, .reason = it->reason });
}

/* --- another command ------------------------------------------------------------------------- */

void deviate_edit(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct jsonw *w;
	const char *old = inst_command(in);

	if (!in->step || in->step->kind != KIND_RUN || inst_is_group(in)) {
		emit_refused(p, in, "edit", "only the command of a run step can be changed");
		return;
	}
	if (!it->text || !*it->text || strlen(it->text) > LIMIT_COMMAND_BYTES) {
		emit_refused(p, in, "edit", "the command is empty or too long");
		return;
	}
	if (in->state == STEP_HOLD) /* what was asked for was the other command */
		emit_step(p, in, &(struct change){ .to = STEP_WAITING, .keep_when = true,
						   .override_block = in->overridden_block });
	w = emit_begin(p, EV_EDITED);
	jw_str(w, "old", old);
	jw_str(w, "new", it->text);
	jw_str(w, "reason", it->reason);
	emit_end(p, EV_EDITED, in, in->attempt);
}

/* --- take back ------------------------------------------------------------------------------- */

/* Whether the name was typed that the undo of a destroying step wants. */
static bool undo_is_named(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct buf name = BUF_INIT;
	bool good = !state_undo_name(p->s, in, &name) || str_eq(it->text, buf_str(&name));

	if (!good) {
		char *why = mem_printf("its undo overwrites what is there now; it starts with the "
				       "name of its target: %s", buf_str(&name));
		emit_refused(p, in, "undo", why);
		free(why);
	}
	buf_release(&name);
	return good;
}

void deviate_undo(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct guard_asked asked = { in->target, in->targets, in->n_targets };
	char digest[HASH_HEX_LEN + 1];
	const struct environment *env;
	struct jsonw *w;

	if (!in->step->undo.s || in->began < 0) {
		emit_refused(p, in, "undo", "this step has no undo, or never ran");
		return;
	}
	if (in->undo == UNDO_RUNNING || in->undo == UNDO_DONE) {
		emit_refused(p, in, "undo", in->undo == UNDO_DONE ? "it is undone already"
								  : "its undo runs");
		return;
	}
	if (!undo_is_named(p, in, it))
		return;
	env = ward_of_undo(p->s, in);
	if (lab_refuses(p, in, "undo") || ward_by_file(p, in, env, it) ||
	    ward_undo_refused(p, in, env))
		return;
	if (env && in->guard && inst_in_flight(in->guard->cmd)) {
		emit_refused(p, in, "undo", "its target is being looked at");
		return;
	}
	if (env)
		ward_digest(p->s, in, &asked, digest);
	w = emit_begin(p, EV_UNDO);
	jw_str(w, "what", "planned");
	jw_str(w, "reason", it->reason);
	if (env)
		jw_str(w, "environment", env->name);
	if (env)
		jw_str(w, "digest", digest);
	emit_end(p, EV_UNDO, in, in->attempt);
	if (ward_undo(p, in))
		return;
	asking_command(p, (struct inst *)(uintptr_t)in, PURPOSE_UNDO, in->step->undo.s, NULL,
		       false);
}
