/* The end of a run: its walk is over, what is still open is named, the verdict is written. */
#include "clock.h"
#include "inner.h"

#include <stddef.h>

static bool open_elsewhere(const struct state *s)
{
	for (size_t i = 0; i < s->n_active; i++)
		if (s->active[i]->parent && s->active[i]->state != STEP_DEFERRED &&
		    !inst_climbs_beside(s->active[i]))
			return true;
	for (size_t i = 0; i < s->n_cmds; i++)
		if (inst_in_flight(s->cmds[i]) && s->cmds[i]->purpose != PURPOSE_SEND)
			return true;
	return false;
}

static const struct inst *climb_open(const struct state *s)
{
	for (size_t i = 0; i < s->n_active; i++)
		if (inst_climbs_beside(s->active[i]))
			return s->active[i];
	return NULL;
}

static bool asked_for(const struct engine *e, bool messages)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		if (messages == (e->wishes[i].purpose == PURPOSE_SEND))
			return true;
	return false;
}

static size_t unpaid(const struct state *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_debts; i++)
		n += !s->debts[i].paid && !s->debts[i].voided;
	return n;
}

static size_t departures(const struct state *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_insts; i++) {
		const struct inst *in = s->insts[i];

		n += in->outcome == OUTCOME_ACCEPTED || in->outcome == OUTCOME_OVERRIDDEN ||
		     (in->outcome == OUTCOME_SKIPPED && !in->jumped) ||
		     /* a climb that the end of the run cut off: nobody was reached */
		     (in->outcome == OUTCOME_INTERRUPTED && in->climb);
	}
	return n;
}

static void close_run(struct pass *p, const char *reason)
{
	const struct state *s = p->s;
	size_t owed = unpaid(s), departed = departures(s);
	const char *how = s->stopped	? "stopped"
			  : s->deferred ? "complete except deferred"
			  : owed	? "complete except what is still owed"
			  : departed	? "complete with departures"
					: "complete";
	bool success = !s->stopped && !s->deferred && !owed && s->success && !s->failed;
	struct jsonw *w = emit_begin(p, EV_RUN_CLOSED);

	jw_str(w, "verdict", s->end_text ? s->end_text : how);
	jw_str(w, "outcome", how);
	jw_bool(w, "success", success);
	if (reason)
		jw_str(w, "reason", reason);
	jw_int(w, "done", (int64_t)s->done);
	jw_int(w, "skipped", (int64_t)s->skipped);
	jw_int(w, "deferred", (int64_t)s->deferred);
	jw_int(w, "failed", (int64_t)s->failed);
	jw_int(w, "owed", (int64_t)owed);
	jw_int(w, "elapsed_ms", p->now / CLOCK_MS);
	jw_int(w, "rto_ms", s->rto_ms);
	emit_end(p, EV_RUN_CLOSED, NULL, 0);
}

/* Climbs that are still open end with the run; what runs of them is waited for. */
void close_now(struct pass *p, const char *reason)
{
	const struct inst *in;

	while ((in = climb_open(p->s)))
		contact_interrupt(p, in, reason);
	if (p->s->sending || p->e->n_wishes || open_elsewhere(p->s) || ward_telling(p->s))
		emit_step(p, p->s->root, &(struct change){ .to = STEP_DECIDING, .reason = reason });
	else
		close_run(p, reason);
}

static bool closing(struct pass *p, const struct inst *root)
{
	const struct state *s = p->s;

	if (open_elsewhere(s) || asked_for(p->e, false) || ward_telling(s))
		return false;
	for (size_t i = s->n_debts; i-- > 0;) {
		const struct debt *d = &s->debts[i];

		if (!d->paid && !d->voided && !d->failed && d->safe_any_time) {
			asking_command(p, NULL, PURPOSE_SETTLE, d->command, d->key, false);
			return false;
		}
	}
	if (!climb_open(s) && (s->sending || asked_for(p->e, true)))
		return false;
	if (!s->deferred && !unpaid(s) && !climb_open(s)) {
		close_run(p, root->reason);
		return true;
	}
	if (root->prompt)
		return false;
	emit_step(p, root, &(struct change){ .to = STEP_DECIDING, .asks = true,
					     .reason = root->reason });
	return true;
}

bool close_advance(struct pass *p, const struct inst *root)
{
	const struct state *s = p->s;
	enum walked w;

	if (root->state == STEP_DECIDING)
		return closing(p, root);
	if (s->end_text && !root->leaving) {
		emit_step(p, root, &(struct change){ .to = STEP_EXECUTING, .leaving = true,
						     .reason = "the end was reached" });
		return true;
	}
	w = group_walk(p, root);
	if (w == COMPLETE && (root->leaving || s->book)) {
		emit_step(p, root, &(struct change){ .to = STEP_DECIDING,
						     .reason = root->reason });
		return true;
	}
	return w == MOVED;
}
