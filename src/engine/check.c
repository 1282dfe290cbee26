/* What must hold in every state that events can lead to (docs/DESIGN.md, "Steps"). */
#include "inner.h"

#include <string.h>

#include "str.h"

static const char *check_finished(const struct inst *in)
{
	bool by_person = in->outcome == OUTCOME_OVERRIDDEN ||
			 (in->outcome == OUTCOME_SKIPPED && !in->jumped) ||
			 in->outcome == OUTCOME_ACCEPTED;

	if (in->outcome == OUTCOME_NONE)
		return "a finished step has no outcome";
	if (by_person && (!in->reason || !*in->reason))
		return "a step was skipped, overridden or accepted without a reason";
	if (by_person && !in->by.id[0])
		return "a step was skipped, overridden or accepted by nobody";
	if (in->prompt)
		return "a finished step asks something";
	return NULL;
}

static const char *check_open(const struct state *s, const struct inst *in)
{
	if (in->outcome != OUTCOME_NONE)
		return "an unfinished step has an outcome";
	if (in->state == STEP_HOLD && (!in->target || !*in->target))
		return "a name is to be typed, and there is none";
	if (in->state == STEP_HOLD && !in->prompt)
		return "a hold point asks nothing";
	if (in->state == STEP_FAILING && !inst_runs(in))
		return "a step is being stopped and nothing of it runs";
	if (in->state == STEP_DECIDING && !in->prompt && in->parent)
		return "a step is to be decided and nobody is asked";
	if (in->state == STEP_BLOCKED && (!in->prompt || !in->problem))
		return "a step is blocked and nobody is told why";
	if (in->prompt > s->seq)
		return "a question comes from the future";
	return NULL;
}

static const char *check_inst(const struct state *s, const struct inst *in)
{
	bool running = inst_runs(in);

	if (running && in->state != STEP_EXECUTING && in->state != STEP_CONFIRMING &&
	    in->state != STEP_FAILING && in->state != STEP_FINISHED)
		return "a command runs for a step that does not";
	if (running && in->state == STEP_FINISHED && in->outcome != OUTCOME_OVERRIDDEN)
		return "a command runs for a step that is finished";
	if (in->step && in->attempt > 1 && in->tries_left < 0)
		return "more automatic attempts than allowed";
	if (in->cursor > in->n_kids)
		return "a group is past its end";
	return in->state == STEP_FINISHED ? check_finished(in)
	     : in->state == STEP_PENDING  ? NULL
					  : check_open(s, in);
}

/* No command starts twice in one attempt of a step that may not be repeated. */
static const char *check_commands(const struct state *s)
{
	for (size_t i = 0; i < s->n_cmds; i++)
		for (size_t k = i + 1; k < s->n_cmds; k++) {
			const struct cmd *a = s->cmds[i], *b = s->cmds[k];

			if (!strcmp(a->token, b->token))
				return "one token, two commands";
			if (a->inst && a->inst == b->inst && a->purpose == PURPOSE_MAIN &&
			    b->purpose == PURPOSE_MAIN && a->attempt == b->attempt &&
			    a->phase != CMD_NEVER && b->phase != CMD_NEVER)
				return "a command ran twice in one attempt";
		}
	return NULL;
}

const char *engine_check(const struct engine *e)
{
	const struct state *s = &e->s;
	const char *bad = NULL;

	for (size_t i = 0; !bad && i < s->n_insts; i++)
		bad = s->insts[i] == s->root ? NULL : check_inst(s, s->insts[i]);
	if (!bad)
		bad = check_commands(s);
	return bad ? bad : "";
}
