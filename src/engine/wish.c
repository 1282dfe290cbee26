/* The commands that the state wants: read off it, never remembered, so that a resumed run wants the
 * same ones. */
#include "inner.h"

#include "environ.h"

static int wants_executing(const struct state *s, const struct inst *in, int64_t now)
{
	const struct step *st = in->step;
	const struct cmd *c = in->cmd;
	bool had = c && c->attempt == in->attempt && c->phase != CMD_NEVER;

	if (in->repairing)
		return PURPOSE_REPAIR;
	switch ((int)st->kind) {
	case KIND_RUN:
		return had ? -1 : PURPOSE_MAIN;
	case KIND_CHECK:
	case KIND_WAIT:
	case KIND_ASK:
		return st->probe && in->next_look >= 0 && now >= in->next_look ? PURPOSE_PROBE
									       : -1;
	case KIND_CONTACT:
		return contact_wants(s, in) >= 0 ? PURPOSE_SEND : -1;
	case KIND_SETTLE:
		return walk_debt(s, in) ? PURPOSE_SETTLE : -1;
	default:
		return -1;
	}
}

/* Its target is looked at before it is asked about, and again before what was confirmed starts. */
static int wants_guarded(const struct state *s, const struct inst *in, int purpose, int64_t now)
{
	enum guard_stage stage = GUARD_GO;

	if (in->state == STEP_HOLD || purpose == PURPOSE_MAIN || purpose == PURPOSE_SETTLE)
		stage = ward_stage(s, in, now);
	return stage == GUARD_GO ? purpose : stage == GUARD_LOOK ? PURPOSE_GUARD : -1;
}

int inst_wants(const struct state *s, const struct inst *in, int64_t now)
{
	if (in->state == STEP_HOLD)
		return wants_guarded(s, in, -1, now);
	if (inst_is_group(in) || inst_in_flight(in->cmd))
		return -1;
	if (in->state == STEP_EXECUTING)
		return wants_guarded(s, in, wants_executing(s, in, now), now);
	if (in->state == STEP_CONFIRMING && in->next_look >= 0 && now >= in->next_look)
		return PURPOSE_VERIFY;
	return -1;
}

static bool is_wished(const struct engine *e, const struct inst *in, int try_no)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		if (e->wishes[i].inst == in && e->wishes[i].purpose == PURPOSE_SEND &&
		    e->wishes[i].try_no == try_no)
			return true;
	return false;
}

void wish_all(struct pass *p)
{
	const struct state *s = p->s;
	struct target_probe pr;

	if (s->phase == RUN_CLOSED)
		return;
	for (int no = ward_untold(p->e); no >= 0; no = ward_untold(p->e))
		ward_tell(p, no);
	for (size_t i = 0; i < s->n_active; i++) {
		struct inst *in = s->active[i];
		int purpose = in->asked || !in->parent ? -1 : inst_wants(s, in, p->now);
		const struct debt *d;
		int try_no;

		switch (purpose) {
		case PURPOSE_MAIN:
			asking_command(p, in, purpose, inst_command(in), NULL, in->step->terminal);
			break;
		case PURPOSE_PROBE:
			asking_command(p, in, purpose, in->step->probe->run.s, NULL, false);
			break;
		case PURPOSE_VERIFY:
			asking_command(p, in, purpose, in->step->verify->run.s, NULL, false);
			break;
		case PURPOSE_REPAIR:
			asking_command(p, in, purpose, in->step->repair.s, NULL, true);
			break;
		case PURPOSE_SEND:
			try_no = contact_wants(s, in);
			if (!is_wished(p->e, in, try_no))
				asking_command(p, in, purpose, contact_command(s, in, try_no), NULL,
					     false);
			break;
		case PURPOSE_GUARD:
			pr = ward_probe(s, in, ward_next(in));
			asking_command(p, in, purpose, pr.run.s, NULL, false);
			break;
		case PURPOSE_SETTLE:
			d = walk_debt(s, in);
			asking_command(p, in, purpose, d->command, d->key, false);
			break;
		default:
			break;
		}
	}
}
