/* The run as a whole: who operates, how fast, what is said about no step in particular. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "warding.h"

void run_stop(struct pass *p, const char *reason)
{
	const struct inst *root = p->s->root;
	struct jsonw *w;

	if (root->state != STEP_EXECUTING || root->leaving)
		return;
	w = emit_begin(p, EV_STEP);
	jw_str(w, "from", word_of(WORDS_STATE, root->state));
	jw_str(w, "to", word_of(WORDS_STATE, STEP_EXECUTING));
	jw_bool(w, "leaving", true);
	jw_bool(w, "stopped", true);
	jw_str(w, "reason", reason);
	emit_end(p, EV_STEP, root, 0);
}

/* --- the seat -------------------------------------------------------------------------------- */

static void seat(struct pass *p, const char *what, const char *client, const char *reason)
{
	struct jsonw *w = emit_begin(p, EV_SEAT);

	jw_str(w, "what", what);
	jw_str(w, "client", client);
	if (reason)
		jw_str(w, "reason", reason);
	emit_end(p, EV_SEAT, NULL, 0);
}

static void take(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct seat *s = &p->s->seat;

	(void)in;
	if (s->taken && str_eq(s->client, it->client))
		seat(p, "kept", it->client, NULL);
	else if (s->taken && (!it->reason || !*it->reason))
		emit_refused(p, NULL, "take",
			     "somebody operates this run: taking over needs a reason");
	else
		seat(p, s->taken ? "over" : "taken", it->client, it->reason);
}

static void handover(struct pass *p, const struct inst *in, const struct intent *it)
{
	char *note;

	(void)in;
	if (!it->text || !*it->text) {
		emit_refused(p, NULL, "handover", "say to whom");
		return;
	}
	note = mem_printf("to %s", it->text);
	seat(p, "handed", it->client, note);
	free(note);
}

/* --- pace ------------------------------------------------------------------------------------ */

static void pace(struct pass *p, const struct inst *in, const struct intent *it)
{
	bool word = it->verb == VERB_PACE;
	struct jsonw *w;

	(void)in;
	if (word && word_from(WORDS_PACE, it->text) < 0) {
		emit_refused(p, NULL, "pace", "the pace is auto or step");
		return;
	}
	lab_forget(p->e);
	w = emit_begin(p, EV_PACE);
	if (word)
		jw_str(w, "pace", it->text);
	else
		jw_bool(w, "paused", it->verb == VERB_PAUSE);
	if (it->reason)
		jw_str(w, "reason", it->reason);
	emit_end(p, EV_PACE, NULL, 0);
}

static void note(struct pass *p, const struct inst *in, const struct intent *it)
{
	if (!it->text || !*it->text || strlen(it->text) > LIMIT_NOTE_BYTES)
		emit_refused(p, in, "note", "a note has text, at most 64 KB of it");
	else
		emit_note(p, in, it->name ? it->name : "note", it->text);
}

/* --- values ---------------------------------------------------------------------------------- */

static const struct inst *scope_with(const struct inst *in, const char *name,
				     const struct var **ret)
{
	for (; in; in = in->parent) {
		for (size_t i = 0; in->scope && i < in->scope->n; i++)
			if (!strcmp(in->scope->v[i].name, name)) {
				*ret = &in->scope->v[i];
				return in;
			}
		if (in->scope && in->step && in->step->kind == KIND_CALL && !in->is_item)
			break;
	}
	return NULL;
}

static void correct(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct var *var = NULL;
	const struct inst *owner = it->name ? scope_with(in ? in : p->s->root, it->name, &var)
					    : NULL;
	struct value v = { 0 };
	struct err err = { 0 };
	struct jsonw *w;

	if (!owner) {
		emit_refused(p, in, "correct", "there is no such value");
		return;
	}
	if (ward_named_by(p->s, owner, it->name)) {
		emit_refused(p, in, "correct",
			     "it names the environment, which stays what the run was started "
			     "for: close this run and start another one");
		return;
	}
	if (value_parse(var->value.type, it->text ? it->text : "", it->text ? strlen(it->text) : 0,
			&v, &err)) {
		emit_refused(p, in, "correct", err.text);
		return;
	}
	v.secret = var->value.secret;
	if (v.secret) {
		struct action *a = emit_action(p, ACT_KEEP);

		a->name = mem_dup(it->name);
		a->text = mem_dup(v.text);
		a->key = mem_dup(owner->key);
	}
	w = emit_begin(p, EV_VALUE);
	jw_str(w, "name", it->name);
	jw_str(w, "type", value_type_name(v.type));
	jw_bool(w, "known", true);
	if (v.secret)
		jw_bool(w, "secret", true);
	else
		jw_str(w, "text", v.text);
	jw_str(w, "from", "correct");
	if (!v.secret && var->value.known)
		jw_str(w, "old", var->value.text);
	jw_str(w, "reason", it->reason);
	jw_str(w, "scope", owner->key);
	emit_end(p, EV_VALUE, in, in ? in->attempt : 0);
	value_release(&v);
}

static void refresh(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct jsonw *w;
	struct action *a;

	(void)in;
	if (!it->name || !*it->name || !it->text || strlen(it->name) > LIMIT_ID_BYTES) {
		emit_refused(p, NULL, "refresh", "name a variable and give its value");
		return;
	}
	w = emit_begin(p, EV_CREDENTIAL);
	jw_str(w, "name", it->name);
	emit_end(p, EV_CREDENTIAL, NULL, 0);
	a = emit_action(p, ACT_KEEP);
	a->name = mem_dup(it->name);
	a->text = mem_dup(it->text);
}

/* --- commands and runbooks from outside the script ------------------------------------------- */

static void exec_typed(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct jsonw *w;
	bool terminal = false;

	if (!it->text || !*it->text || strlen(it->text) > LIMIT_COMMAND_BYTES) {
		emit_refused(p, in, "exec", "there is no command, or it is too long");
		return;
	}
	if (shell_wanted(it) && state_plays(p->s)) {
		emit_refused(p, in, "exec", "a drill that runs nothing has no shell: say each "
			     "command by itself (exec RUN -- COMMAND), and what it would come to");
		return;
	}
	if (shell_wanted(it) && shell_taken_up(p, it))
		return;
	if (lab_refuses(p, in, "exec") || ward_exec(p, in, it))
		return;
	for (size_t i = 0; i < it->n_fields; i++)
		terminal |= str_eq(it->fields[i].name, "terminal") &&
			    str_eq(it->fields[i].text, "true");
	w = emit_begin(p, EV_NOTE);
	jw_str(w, "what", "exec");
	jw_str(w, "text", it->text);
	if (it->reason)
		jw_str(w, "reason", it->reason);
	if (shell_wanted(it))
		jw_bool(w, "shell", true);
	jw_str(w, "token", asking_command(p, NULL, PURPOSE_EXEC, it->text, NULL, terminal));
	emit_end(p, EV_NOTE, in, 0);
}

static void call(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct action *a;

	if (!it->text || !*it->text) {
		emit_refused(p, in, "call", "name a runbook");
		return;
	}
	if (p->s->phase != RUN_OPEN || p->s->root->leaving) {
		emit_refused(p, in, "call", "the run is ending");
		return;
	}
	emit_note(p, in, "call", it->text);
	a = emit_action(p, ACT_BOOK);
	a->path = mem_dup(it->text);
	a->key = mem_dup(in ? in->key : "");
	a->text = mem_dup(it->reason);
}

void run_book(struct pass *p)
{
	const struct inst *in = state_inst(p->s, p->in->key);
	struct jsonw *w;

	if (!in || p->s->phase != RUN_OPEN || p->s->root->leaving) {
		emit_note(p, NULL, "call-failed", "the run has moved on");
		return;
	}
	if (!p->e->find_book || !p->in->text ||
	    !p->e->find_book(p->e->book_ctx, p->in->text)) {
		emit_note(p, NULL, "call-failed", "the runbook is not to be had");
		return;
	}
	if (in->parent && in->state == STEP_WAITING)
		emit_step(p, in, &(struct change){ .to = STEP_PENDING,
						   .reason = "another runbook goes first" });
	w = emit_begin(p, EV_BOOK);
	jw_str(w, "path", p->in->path);
	jw_str(w, "sha256", p->in->text);
	if (p->in->reason)
		jw_str(w, "reason", p->in->reason);
	emit_end(p, EV_BOOK, in, 0);
}

static void pay(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct debt *d = NULL;
	struct jsonw *w;
	bool by_hand = it->name && str_eq(it->name, "paid");

	for (size_t i = p->s->n_debts; i-- > 0 && !d;)
		if (!p->s->debts[i].paid && !p->s->debts[i].voided &&
		    (str_eq(p->s->debts[i].key, it->text) || str_eq(p->s->debts[i].name, it->text)))
			d = &p->s->debts[i];
	for (size_t i = 0; d && i < p->e->n_wishes; i++)
		if (str_eq(p->e->wishes[i].owed, d->key))
			d = NULL;
	for (size_t i = 0; d && i < p->s->n_cmds; i++)
		if (inst_in_flight(p->s->cmds[i]) && str_eq(p->s->cmds[i]->owed, d->key))
			d = NULL;
	if (!d) {
		emit_refused(p, in, "settle", "nothing by that name is owed, or it is being paid");
		return;
	}
	if (by_hand && (!it->reason || !*it->reason)) {
		emit_refused(p, in, "settle", "say how it was paid");
		return;
	}
	if (by_hand) {
		w = emit_begin(p, EV_PAID);
		jw_str(w, "key", d->key);
		jw_str(w, "how", "operator");
		jw_str(w, "reason", it->reason);
		emit_end(p, EV_PAID, d->inst, 0);
		return;
	}
	if (lab_refuses(p, d->inst, "settle"))
		return;
	emit_note(p, d->inst, "settle", d->key);
	asking_command(p, NULL, PURPOSE_SETTLE, d->command, d->key, false);
}

/* Rolls back, newest first: the newest finished step with an undo is offered; each is its own
 * answer. */
static void roll_back(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct inst *last = NULL;

	(void)in;
	for (size_t i = 0; i < p->s->n_insts; i++) {
		const struct inst *k = p->s->insts[i];

		if (k->step && !inst_is_group(k) && k->step->undo.s && k->state == STEP_FINISHED &&
		    k->cmd && k->cmd->phase == CMD_ENDED &&
		    (k->undo == UNDO_NONE || k->undo == UNDO_FAILED) &&
		    (!last || k->ended > last->ended))
			last = k;
	}
	if (!last)
		emit_refused(p, NULL, "undo", "nothing is left that has an undo");
	else
		deviate_undo(p, last, it);
}

static void close_intent(struct pass *p, const struct inst *in, const struct intent *it)
{
	(void)in;
	if (p->s->phase == RUN_CLOSING && p->s->root->prompt) {
		if (it->prompt != p->s->root->prompt)
			emit_refused(p, NULL, "close", "that question was another one");
		else if (!it->reason || !*it->reason)
			emit_refused(p, NULL, "close",
				     "closing with something open needs a reason");
		else
			close_now(p, it->reason);
	} else if (p->s->phase == RUN_CLOSING || p->s->root->leaving) {
		emit_refused(p, NULL, "close", "the run is ending already");
	} else if (!p->s->book && !it->reason) {
		run_stop(p, "ended by the operator");
	} else if (!it->reason || !*it->reason) {
		emit_refused(p, NULL, "close", "ending a run before its end needs a reason");
	} else {
		run_stop(p, it->reason);
	}
}

static void keys(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct cmd *c = state_cmd(p->s, it->name);
	struct action *a;

	if (!c || !inst_in_flight(c) || !it->text) {
		emit_refused(p, in, "input", "no such command runs");
		return;
	}
	if (c->inst && c->inst->step && c->inst->step->record_input) {
		struct jsonw *w = emit_begin(p, EV_NOTE);

		jw_str(w, "what", "typed");
		jw_str(w, "token", c->token);
		jw_str(w, "keys", it->text);
		emit_end(p, EV_NOTE, c->inst, c->attempt);
	}
	a = emit_action(p, ACT_INPUT);
	memcpy(a->token, c->token, sizeof a->token);
	a->text = mem_dup(it->text);
}

static row_fn *const run_rows[VERB_MAX] = {
	[VERB_TAKE] = take, [VERB_HANDOVER] = handover, [VERB_PACE] = pace, [VERB_PAUSE] = pace,
	[VERB_CONTINUE] = pace, [VERB_NOTE] = note, [VERB_CORRECT] = correct,
	[VERB_REFRESH] = refresh, [VERB_EXEC] = exec_typed, [VERB_CALL] = call,
	[VERB_SETTLE] = pay, [VERB_CLOSE] = close_intent, [VERB_INPUT] = keys,
	[VERB_UNDO] = roll_back, [VERB_INVENT] = drill_invent, [VERB_OBSERVE] = drill_observe,
	[VERB_PLAY] = drill_play, [VERB_HELP] = drill_help, [VERB_ATTACH] = outside_file,
	[VERB_SHELL] = shell_said,
};

void run_intent(struct pass *p, const struct intent *it)
{
	const struct inst *in = it->step && *it->step ? state_inst(p->s, it->step) : NULL;

	if (verb_needs_reason(it->verb) && (!it->reason || !*it->reason))
		emit_refused(p, in, word_of(WORDS_VERB, it->verb),
			     "this departs from the script: a reason is needed");
	else if (run_rows[it->verb])
		run_rows[it->verb](p, in, it);
	else
		emit_refused(p, in, word_of(WORDS_VERB, it->verb), "this answer is for a step");
}
