/* Ends of a step: finished, failed by its rule, left by a jump. */
#include "inner.h"

#include <stdlib.h>

#include "clock.h"
#include "mem.h"
#include "str.h"

void finish_step(struct pass *p, const struct inst *in, enum outcome o, const char *reason)
{
	struct change c = { .to = STEP_FINISHED, .outcome = o, .reason = reason };

	emit_step(p, in, &c);
}

static bool may_retry(const struct inst *in, enum failure f)
{
	const struct step *st = in->step;

	return f != FAILURE_UNKNOWN_FATE && f != FAILURE_DENIED && f != FAILURE_OPERATOR &&
	       in->tries_left > 0 && (st->idempotent || inst_effect(in) == EFFECT_READ);
}

static void fail_by(struct pass *p, const struct inst *in, const struct step *st, enum failure f,
		    const char *problem)
{
	struct change c = { .to = STEP_DECIDING, .failure = f, .problem = problem, .asks = true };
	bool by_rule = f != FAILURE_UNKNOWN_FATE && f != FAILURE_OPERATOR && f != FAILURE_DENIED;
	char *why;

	if (may_retry(in, f)) {
		c.has_retry = true;
		c.retry_at = p->now + st->retry_every_ms * CLOCK_MS;
		c.tries_left = in->tries_left - 1;
		emit_step(p, in, &c);
		return;
	}
	emit_step(p, in, &c);
	if (!by_rule || in->leaving)
		return;
	switch ((int)st->on_fail) {
	case FAIL_CONTINUE:
		finish_step(p, in, OUTCOME_ACCEPTED, "on_fail: continue");
		break;
	case FAIL_GOTO:
		finish_jump(p, in, st->fail_goto, OUTCOME_FAILED, f, "on_fail: goto");
		break;
	case FAIL_STOP:
		why = mem_printf("step %s failed (on_fail: stop)", st->number);
		finish_step(p, in, OUTCOME_FAILED, "on_fail: stop");
		run_stop(p, why);
		free(why);
		break;
	default:
		break;
	}
}

void finish_fail(struct pass *p, const struct inst *in, enum failure f, const char *problem)
{
	fail_by(p, in, in->step, f, problem);
}

/* An `end` speaks for its own runbook: that of a called one ends the call, and where it is no
 * success, the call's rule decides what becomes of the caller. */
void finish_end(struct pass *p, const struct inst *in)
{
	const struct inst *call = inst_call(in);
	struct buf why = BUF_INIT;

	if (!call || in->step->success) {
		finish_step(p, in, OUTCOME_CONFIRMED, NULL);
		return;
	}
	buf_adds(&why, "the called runbook failed: ");
	inst_title(&why, p->s, in);
	fail_by(p, in, call->step, FAILURE_CHILD, buf_str(&why));
	buf_release(&why);
}

/* Leaves what lies between, forwards: siblings up to the target, and the groups on the way there.
 */
void finish_jump(struct pass *p, const struct inst *from, const char *target, enum outcome o,
	       enum failure f, const char *reason)
{
	const struct inst *way = from, *up, *goal = NULL;
	struct change end = { .to = STEP_FINISHED, .outcome = o, .failure = f, .reason = reason,
			      .jumped = true };
	size_t at = 0, to = 0;

	for (up = way->parent; up && !goal; up = goal ? up : up->parent) {
		for (at = 0; at < up->n_kids && up->kids[at] != way; at++)
			;
		for (to = at + 1; to < up->n_main && !goal; to++)
			if (up->kids[to]->step && str_eq(up->kids[to]->step->id, target)) {
				goal = up->kids[to];
				break;
			}
		if (goal)
			break;
		way = up;
	}
	if (!goal) { /* lint says so before; a run that started all the same asks */
		struct change ask = { .to = STEP_DECIDING, .failure = f, .asks = true,
				      .problem = "the step to go to does not lie ahead" };
		emit_step(p, from, &ask);
		return;
	}
	for (size_t i = at + 1; i < to; i++)
		if (up->kids[i]->state == STEP_PENDING) {
			struct change skip = { .to = STEP_FINISHED, .outcome = OUTCOME_SKIPPED,
					       .reason = "jumped over", .jumped = true };
			emit_step(p, up->kids[i], &skip);
		}
	if (from->state != STEP_FINISHED)
		emit_step(p, from, &end);
	if (way != from)
		group_leave(p, way, "left by a jump");
}
