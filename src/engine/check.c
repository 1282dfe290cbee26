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
	if (in->state == STEP_HOLD && !in->prompt && (!in->guard || in->guard->agreed))
		return "a hold point asks nothing";
	if (in->state == STEP_HOLD && in->prompt && in->guard && in->guard->n_readings &&
	    !in->guard->agreed)
		return "a name is asked for before the target was read";
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
	if (running && in->state == STEP_FINISHED && in->outcome != OUTCOME_OVERRIDDEN &&
	    !(inst_is_contact(in) && in->outcome == OUTCOME_INTERRUPTED))
		return "a command runs for a step that is finished";
	if (in->step && in->attempt > 1 && in->tries_left < 0)
		return "more automatic attempts than allowed";
	if (in->cursor > in->n_kids)
		return "a group is past its end";
	return in->state == STEP_FINISHED ? check_finished(in)
	     : in->state == STEP_PENDING  ? NULL
					  : check_open(s, in);
}

/* --- climbs ----------------------------------------------------------------------------------- */

static size_t messages(const struct state *s, const struct inst *in)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_cmds; i++)
		n += s->cmds[i]->purpose == PURPOSE_SEND && inst_in_flight(s->cmds[i]) &&
		     (!in || s->cmds[i]->inst == in);
	return n;
}

static bool same_way(const struct ladder_try *a, const struct ladder_try *b)
{
	return a->party == b->party && a->way == b->way;
}

/* Only what was decided last can wait for the operator, and no way is used twice at once. */
static const char *check_tries(const struct inst *in)
{
	const struct ladder_try *y;
	size_t n = ladder_tries(in->climb->ladder, &y);

	for (size_t i = 0; i < n; i++) {
		bool by_hand = !contact_carrier(in->step->contact, y[i].party, y[i].way);

		if (y[i].result > LADDER_BEGUN)
			continue;
		if (by_hand && i + 1 < n)
			return "a try by hand is open and another was made since";
		if (!by_hand && y[i].result == LADDER_OFFERED)
			return "a message is offered to the operator";
		for (size_t k = i + 1; k < n; k++)
			if (same_way(&y[i], &y[k]) && y[k].result <= LADDER_BEGUN)
				return "two tries of one way are open";
	}
	return NULL;
}

static const char *check_climb(const struct state *s, const struct inst *in)
{
	if (!inst_is_contact(in))
		return in->climb ? "a climb of a step that is none" : NULL;
	if (!in->climb)
		return in->state == STEP_EXECUTING || in->state == STEP_SUSPENDED
			? "a contact step climbs nothing" : NULL;
	if (messages(s, in) != in->climb->sending)
		return "messages in flight are counted wrong";
	if (in->state == STEP_EXECUTING && !in->prompt)
		return "a climb cannot be stopped: it asks nothing";
	if (in->climb->question != LADDER_NONE && !contact_question(in))
		return "a question of a climb has no text";
	return check_tries(in);
}

static bool same_message(const struct cmd *a, const struct cmd *b)
{
	return a->purpose == PURPOSE_SEND && b->purpose == PURPOSE_SEND && a->inst == b->inst &&
	       a->attempt == b->attempt && a->try_no == b->try_no && a->phase != CMD_NEVER &&
	       b->phase != CMD_NEVER;
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
			if (same_message(a, b))
				return "a message was sent twice";
		}
	return NULL;
}

const char *engine_check(const struct engine *e)
{
	const struct state *s = &e->s;
	const char *bad = NULL;

	for (size_t i = 0; !bad && i < s->n_insts; i++)
		bad = s->insts[i] == s->root ? NULL : check_inst(s, s->insts[i]);
	for (size_t i = 0; !bad && i < s->n_insts; i++)
		bad = check_climb(s, s->insts[i]);
	if (!bad && messages(s, NULL) != s->sending)
		bad = "messages in flight are counted wrong";
	if (!bad)
		bad = check_commands(s);
	return bad ? bad : "";
}
