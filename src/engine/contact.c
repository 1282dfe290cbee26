/* A climb: begun, one decision after the other, enough or nobody left.
 *
 * Who is tried next is the ladder's to say and the keeper's to ask, because only he knows who is
 * awake; what he was told comes in as an input and becomes a row. Everything else follows from the
 * rows: which message is to be sent, what is waited for, whether it is enough.
 */
#include "climbing.h"
#include "clock.h"
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"

static const char *name_of(const struct inst *in, int party)
{
	const struct contact_party *who = contact_party(in->step->contact, party);

	return who ? who->name : "?";
}

void contact_words(struct jsonw *w, const struct inst *in, int party, int way)
{
	const struct contact *c = in->step->contact;
	const struct contact_party *who = contact_party(c, party);
	const struct contact_way *how = contact_way(c, party, way);
	const struct contact_party *carrier = contact_carrier(c, party, way);

	if (who)
		jw_str(w, "who", who->id);
	if (how)
		jw_str(w, "by", how->name);
	if (carrier)
		jw_str(w, "channel", carrier->id);
	if (how && how->address)
		jw_str(w, "to", how->address);
}

void contact_begin(struct pass *p, const struct inst *in)
{
	const struct contact *c = in->step->contact;
	int severity = contact_severity_now(p->s, in);
	struct buf message = BUF_INIT, subject = BUF_INIT;
	struct jsonw *w;

	contact_fill_message(&message, p->s, in);
	contact_fill_subject(&subject, p->s, in);
	w = emit_begin(p, EV_CONTACT);
	jw_str(w, "what", "begun");
	jw_str(w, "ladder", c->ladder);
	jw_str(w, "until", ladder_goal_name((enum ladder_goal)in->step->until));
	jw_str(w, "severity", severity < 0 ? NULL : c->severities[severity]);
	jw_str(w, "subject", buf_str(&subject));
	jw_str(w, "message", buf_str(&message));
	emit_end(p, EV_CONTACT, in, in->attempt);
	buf_release(&message);
	buf_release(&subject);
}

/* --- enough ----------------------------------------------------------------------------------- */

void contact_reached(struct pass *p, const struct inst *in, int party)
{
	const struct ladder_party *who = ladder_party(in->climb->ladder, party);
	const char *did = who && who->joined ? "has joined"
			  : who && (who->standing == LADDER_ACKED ||
				    who->standing == LADDER_RELEASED) ? "has answered"
								      : "was told";
	char *why = mem_printf("%s %s", name_of(in, party), did);

	if (in->step->verify && in->state == STEP_DECIDING)
		emit_step(p, in, &(struct change){ .to = STEP_EXECUTING });
	if (in->step->verify && in->state == STEP_EXECUTING)
		ended_confirm(p, in);
	else
		finish_step(p, in, OUTCOME_CONFIRMED, why);
	free(why);
}

bool contact_walk(struct pass *p, const struct inst *in)
{
	const struct contact *c = in->step->contact;
	struct ladder_step next;
	struct jsonw *w;
	int severity;

	if (!in->climb)
		return false;
	severity = contact_severity_now(p->s, in);
	if (severity != ladder_severity(in->climb->ladder)) {
		w = emit_begin(p, EV_CONTACT);
		jw_str(w, "what", "severity");
		jw_str(w, "severity", severity < 0 ? NULL : c->severities[severity]);
		emit_end(p, EV_CONTACT, in, in->attempt);
		return true;
	}
	next = ladder_next(in->climb->ladder, NULL, p->now / CLOCK_MS);
	if (next.what == LADDER_DONE) {
		contact_reached(p, in, next.party);
		return true;
	}
	if (in->step->takes_ms && !in->late && p->now - in->since > in->step->takes_ms * CLOCK_MS) {
		emit_note(p, in, "late", "it takes longer than expected");
		return true;
	}
	return false;
}

/* --- one decision ----------------------------------------------------------------------------- */

void contact_result(struct pass *p, const struct inst *in, int try_no, enum ladder_result r,
		    const char *why)
{
	const struct ladder_try *y;
	struct jsonw *w;

	ladder_tries(in->climb->ladder, &y);
	w = emit_begin(p, EV_CONTACT);
	jw_str(w, "what", "result");
	jw_int(w, "try", try_no + 1);
	jw_str(w, "result", ladder_result_name(r));
	contact_words(w, in, y[try_no].party, y[try_no].way);
	if (why && *why)
		jw_str(w, "why", why);
	emit_end(p, EV_CONTACT, in, in->attempt);
}

/* Nobody said what came of the try that was to be made by hand, and it goes on. */
static void pass_over(struct pass *p, const struct inst *in)
{
	const struct ladder_try *y;
	int last = (int)ladder_tries(in->climb->ladder, &y) - 1;

	if (last < 0 || contact_carrier(in->step->contact, y[last].party, y[last].way))
		return;
	if (y[last].result == LADDER_OFFERED)
		contact_result(p, in, last, LADDER_PASSED, "not made in its time");
	else if (y[last].result == LADDER_BEGUN)
		contact_result(p, in, last, LADDER_PASSED, "nobody said what came of it");
}

static void exhausted(struct pass *p, const struct inst *in)
{
	const struct ladder_try *y;
	size_t n;
	char *why;

	pass_over(p, in);
	n = ladder_tries(in->climb->ladder, &y);
	why = n ? mem_printf("nobody is left to try; %zu %s made, the last to %s", n,
			     n == 1 ? "try was" : "tries were", name_of(in, y[n - 1].party))
		: mem_dup("nobody is left to try, and nobody was tried");
	finish_fail(p, in, FAILURE_TIMEOUT, why);
	free(why);
}

/* A message the same way hangs: a second one beside it would help nobody. */
static bool is_under_way(const struct inst *in, const struct ladder_step *d)
{
	const struct ladder_try *y;
	size_t n = ladder_tries(in->climb->ladder, &y);

	for (size_t i = n; in->climb->sending && i-- > 0;)
		if (y[i].party == d->party && y[i].way == d->way && y[i].result == LADDER_BEGUN &&
		    contact_carrier(in->step->contact, d->party, d->way))
			return true;
	return false;
}

static void try_next(struct pass *p, const struct inst *in, const struct ladder_step *d)
{
	const struct ladder_plan *plan = in->step->contact->plan;
	bool by_hand = !contact_carrier(in->step->contact, d->party, d->way);
	const struct ladder_try *y;
	struct jsonw *w;

	if (d->rung < 0 || (size_t)d->rung >= plan->n_rungs ||
	    !contact_way(in->step->contact, d->party, d->way))
		return;
	if (ladder_tries(in->climb->ladder, &y) >= LADDER_TRIES_MAX) {
		exhausted(p, in);
		return;
	}
	if (is_under_way(in, d)) /* its end, or its timeout, comes first */
		return;
	pass_over(p, in);
	w = emit_begin(p, EV_CONTACT);
	jw_str(w, "what", "try");
	jw_int(w, "rung", d->rung + 1);
	jw_int(w, "round", d->round);
	jw_int(w, "party", d->party);
	jw_int(w, "way", d->way);
	if (d->again)
		jw_bool(w, "again", true);
	jw_str(w, "result", ladder_result_name(by_hand ? LADDER_OFFERED : LADDER_BEGUN));
	contact_words(w, in, d->party, d->way);
	emit_end(p, EV_CONTACT, in, in->attempt);
	if (!by_hand && contact_diverts(p->s, in->step->contact) && !in->step->contact->drill)
		contact_result(p, in, (int)ladder_tries(in->climb->ladder, &y) - 1, LADDER_SENT,
			       "a drill: it was not sent, the contacts file names no channel for "
			       "drills");
}

static void ask(struct pass *p, const struct inst *in, const struct ladder_step *d)
{
	const struct contact *c = in->step->contact;
	int rung = d->question - (int)c->n_questions;
	struct jsonw *w = emit_begin(p, EV_CONTACT);

	jw_str(w, "what", "asked");
	jw_int(w, "question", d->question + 1);
	jw_str(w, "text", rung < 0 ? c->questions[d->question] : c->conditions[rung]);
	jw_int(w, "rung", d->rung + 1);
	emit_end(p, EV_CONTACT, in, in->attempt);
}

void contact_decided(struct pass *p)
{
	const struct inst *in = state_inst(p->s, p->in->key);
	const struct ladder_step *d = p->in->climb;

	if (!in || !d || !inst_is_contact(in) || !in->climb || in->state != STEP_EXECUTING)
		return;
	in->climb->look_at = -1;
	if (contact_unsent(in) >= 0) /* one thing after the other */
		return;
	switch (d->what) {
	case LADDER_DO_TRY:
		if (!p->s->paused)
			try_next(p, in, d);
		break;
	case LADDER_DO_ASK:
		if (!p->s->paused)
			ask(p, in, d);
		break;
	case LADDER_EXHAUSTED:
		if (!in->climb->sending) /* what is in flight may still be taken */
			exhausted(p, in);
		break;
	case LADDER_DONE:
	case LADDER_WHATS:
		break;
	default:
		in->climb->look_at = p->now + (d->in_ms > 0 ? d->in_ms : 1) * CLOCK_MS;
		break;
	}
}

/* --- what the operator decides ---------------------------------------------------------------- */

void contact_stop(struct pass *p, const struct inst *in, const char *reason)
{
	emit_step(p, in, &(struct change){ .to = STEP_DECIDING, .asks = true,
					   .failure = FAILURE_OPERATOR, .reason = reason,
					   .problem = "stopped by the operator" });
}

void contact_interrupt(struct pass *p, const struct inst *in, const char *reason)
{
	struct action *a;
	struct jsonw *w;

	if (inst_runs(in) && in->cmd->phase == CMD_INTENT) {
		w = emit_begin(p, EV_STOP);
		jw_str(w, "token", in->cmd->token);
		jw_str(w, "why", reason);
		emit_end(p, EV_STOP, in, in->attempt);
		a = emit_action(p, ACT_STOP);
		memcpy(a->token, in->cmd->token, sizeof a->token);
	}
	emit_step(p, in, &(struct change){ .to = STEP_FINISHED, .outcome = OUTCOME_INTERRUPTED,
					   .failure = FAILURE_PARENT_EXITED, .reason = reason });
}

/* One round more where it had come to its end; else it goes on where it was. */
void contact_retry(struct pass *p, const struct inst *in, const char *reason)
{
	struct jsonw *w;

	if (in->failure == FAILURE_TIMEOUT) {
		w = emit_begin(p, EV_CONTACT);
		jw_str(w, "what", "again");
		if (reason)
			jw_str(w, "why", reason);
		emit_end(p, EV_CONTACT, in, in->attempt);
	}
	emit_step(p, in, &(struct change){ .to = STEP_EXECUTING, .asks = true,
					   .reason = reason ? reason : "retry" });
}
