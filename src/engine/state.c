/* Questions about the state. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "fill.h"
#include "mem.h"
#include "str.h"

int64_t state_time(const struct state *s, struct moment at)
{
	return s->run_from + (at.boot - s->boot_from) * s->drill.pace;
}

int64_t state_boot(const struct state *s, int64_t run_time)
{
	int64_t since = run_time - s->run_from, pace = s->drill.pace;

	return s->boot_from + (since > 0 ? (since + pace - 1) / pace : since / pace);
}

struct cmd *state_cmd(const struct state *s, const char *token)
{
	for (size_t i = s->n_cmds; token && i-- > 0;) /* the newest is the one that is asked for */
		if (!strcmp(s->cmds[i]->token, token))
			return s->cmds[i];
	return NULL;
}

bool inst_is_group(const struct inst *in)
{
	return !in->step || in->is_item || step_has_children(in->step);
}

struct inst *inst_scope(const struct inst *in)
{
	while (in->parent && !in->scope)
		in = in->parent;
	return (struct inst *)(uintptr_t)in;
}

struct inst *inst_call(const struct inst *in)
{
	const struct inst *up = in->parent;

	while (up && !(up->step && up->step->kind == KIND_CALL))
		up = up->parent;
	return (struct inst *)(uintptr_t)up;
}

/* Scopes from the innermost outwards; a called runbook sees nothing of its caller. */
static size_t scopes_of(const struct inst *in, const struct scope **out, size_t max)
{
	size_t n = 0;

	for (; in && n < max; in = in->parent) {
		if (!in->scope)
			continue;
		out[n++] = in->scope;
		if (in->step && in->step->kind == KIND_CALL && !in->is_item)
			break;
	}
	return n;
}

size_t state_bindings(const struct state *s, const struct inst *in, struct binding **ret)
{
	const struct scope *sc[128];
	size_t n = scopes_of(in ? in : s->root, sc, 128), total = 0, k = 0;
	struct binding *b;

	for (size_t i = 0; i < n; i++)
		total += sc[i]->n;
	b = mem_alloc((total + 4) * sizeof *b);
	while (n-- > 0)
		for (size_t i = 0; i < sc[n]->n; i++)
			b[k++] = (struct binding){ sc[n]->v[i].name, &sc[n]->v[i].value };
	*ret = b;
	return k;
}

const char *inst_command(const struct inst *in)
{
	if (!in->step)
		return NULL;
	if (in->edited)
		return in->edited;
	switch ((int)in->step->kind) {
	case KIND_RUN:
		return in->step->text.s;
	case KIND_CHECK:
	case KIND_WAIT:
	case KIND_ASK:
		return in->step->probe ? in->step->probe->run.s : NULL;
	default:
		return NULL;
	}
}

void inst_title(struct buf *out, const struct state *s, const struct inst *in)
{
	struct binding *b = NULL;
	size_t n;

	if (!in->step) {
		buf_adds(out, s->title ? s->title : "");
		return;
	}
	n = state_bindings(s, in, &b);
	if (fill_text(out, in->step->title, b, n, NULL))
		buf_adds(out, in->step->title);
	free(b);
}

struct inst *inst_next(const struct inst *in)
{
	if (in->n_kids)
		return in->kids[0];
	for (; in->parent; in = in->parent) {
		const struct inst *up = in->parent;

		for (size_t i = 0; i + 1 < up->n_kids; i++)
			if (up->kids[i] == in)
				return up->kids[i + 1];
	}
	return NULL;
}

bool inst_in_flight(const struct cmd *c)
{
	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

bool inst_runs(const struct inst *in)
{
	return inst_in_flight(in->cmd);
}

enum effect inst_effect(const struct inst *in)
{
	const struct step *st = in->step;

	if (!st)
		return EFFECT_READ;
	if (st->effect_given || st->kind == KIND_BROKEN)
		return st->effect;
	if (inst_is_contact(in))
		return EFFECT_CHANGE;
	return st->kind == KIND_RUN || st->kind == KIND_SETTLE ? EFFECT_CHANGE : EFFECT_READ;
}

/* Rows that exist but make no sense for this kind are not offered. */
static bool row_fits(const struct inst *in, enum verb v)
{
	const struct step *st = in->step;
	bool manual = st && step_is_manual(st) && !in->is_item;
	bool climbs = inst_is_contact(in) && in->climb && in->state == STEP_EXECUTING;

	switch ((int)v) {
	case VERB_DONE:
		return climbs ? in->climb->question != LADDER_NONE : in->prompt &&
		       (in->state == STEP_DECIDING ? st && st->kind == KIND_BRANCH
						   : manual || (st && st->kind == KIND_CHOOSE));
	case VERB_FAIL:
		return manual && in->prompt;
	case VERB_SUSPEND:
		return (manual || climbs) && in->prompt;
	case VERB_REPLY:
		return inst_is_contact(in) && in->climb;
	case VERB_DEFER:
		return !inst_is_group(in) && (in->state != STEP_EXECUTING || !inst_runs(in));
	case VERB_SKIP:
		return in->state != STEP_EXECUTING || !inst_runs(in);
	case VERB_REPAIR:
		return st && st->kind == KIND_CHECK && st->repair.s;
	case VERB_ABORT:
		return in->state == STEP_FAILING || inst_runs(in) || in->next_look >= 0 || climbs ||
		       (st && st->kind == KIND_WAIT);
	case VERB_START:
		return !inst_awaits_approval(in);
	case VERB_ACCEPT: /* nothing ran that could have come out otherwise */
		return !in->guard || in->guard->stop == GUARD_PASSES;
	case VERB_OVERRIDE:
		if (in->state == STEP_DECIDING && in->guard && in->guard->stop != GUARD_PASSES)
			return false;
		if (in->state == STEP_HOLD)
			return inst_awaits_approval(in);
		if (in->state == STEP_BLOCKED && in->guard)
			return in->guard->stop == GUARD_PASSES || in->guard->stop == GUARD_FROZEN;
		return in->state != STEP_EXECUTING ||
		       (st && (st->kind == KIND_WAIT || st->kind == KIND_CHECK));
	case VERB_EDIT:
		return st && st->kind == KIND_RUN;
	case VERB_UNDO:
		return st && st->undo.s && in->began >= 0 && in->undo != UNDO_DONE &&
		       in->undo != UNDO_RUNNING;
	case VERB_REOPEN:
		return !in->is_item && in->step && !inst_runs(in);
	default:
		return true;
	}
}

bool state_caution(const struct inst *in)
{
	const struct step *st = in->step;

	return st && st->kind == KIND_CAUTION && st->when.s && in->state == STEP_FINISHED &&
	       (in->outcome == OUTCOME_CONFIRMED || in->outcome == OUTCOME_NOT_APPLICABLE) &&
	       in->when == TRI_TRUE && in->parent->state != STEP_FINISHED;
}

bool state_undo_name(const struct state *s, const struct inst *in, struct buf *out)
{
	const struct step *st = in->step;
	const char *text;
	struct binding *b = NULL;
	bool known = false;
	size_t n;

	if (!st || (st->effect != EFFECT_DESTROY && !ward_of_undo(s, in)))
		return false;
	text = st->target.s ? st->target.s : st->book ? st->book->environment : NULL;
	n = state_bindings(s, in, &b);
	if (!text || fill_known(out, text, b, n, &known, NULL) || !known || !out->len) {
		buf_clear(out);
		buf_adds(out, st->id);
	}
	free(b);
	return true;
}

uint64_t state_verbs(const struct state *s, const struct inst *in)
{
	uint64_t set = 0;

	if (s->phase == RUN_CLOSED || !in->parent)
		return 0;
	for (int v = 0; v < VERB_MAX; v++)
		if (table_answers[in->state][v] && row_fits(in, v))
			set |= 1ULL << v;
	return set;
}

uint64_t state_run_verbs(const struct state *s)
{
	uint64_t set = 1ULL << VERB_NOTE | 1ULL << VERB_TAKE;

	if (s->phase == RUN_CLOSED)
		return 1ULL << VERB_NOTE;
	set |= 1ULL << (s->paused ? VERB_CONTINUE : VERB_PAUSE);
	set |= 1ULL << VERB_PACE | 1ULL << VERB_CORRECT | 1ULL << VERB_EXEC | 1ULL << VERB_CALL |
	       1ULL << VERB_HANDOVER | 1ULL << VERB_REFRESH | 1ULL << VERB_CLOSE |
	       1ULL << VERB_UNDO;
	for (size_t i = 0; i < s->n_debts; i++)
		if (!s->debts[i].paid && !s->debts[i].voided)
			set |= 1ULL << VERB_SETTLE;
	return set;
}

void state_release(struct engine *e)
{
	struct state *s = &e->s;

	for (size_t i = 0; i < s->n_cmds; i++) {
		free(s->cmds[i]->text);
		free(s->cmds[i]->owed);
		free(s->cmds[i]->survivors);
		free(s->cmds[i]);
	}
	for (size_t i = 0; i < s->n_debts; i++) {
		free(s->debts[i].key);
		free(s->debts[i].name);
		free(s->debts[i].command);
	}
	for (size_t i = 0; i < s->n_artefacts; i++) {
		free(s->artefacts[i].name);
		free(s->artefacts[i].path);
		free(s->artefacts[i].sha256);
	}
	for (size_t i = 0; i < s->n_permits; i++) {
		free(s->permits[i].id);
		free(s->permits[i].environment);
	}
	for (size_t i = 0; i < s->n_glass; i++) {
		free(s->glass[i].ladder);
		free(s->glass[i].subject);
		free(s->glass[i].text);
		free(s->glass[i].told);
	}
	drill_free(&s->drill);
	outside_free(&s->outside);
	free(s->glass);
	free(s->permits);
	free(s->known);
	free(s->cmds);
	free(s->debts);
	free(s->artefacts);
	free(s->run);
	free(s->title);
	free(s->verdict);
	free(s->end_text);
	free(s->cwd);
}
