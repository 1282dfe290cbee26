/* A ladder climbed on paper: by the same rules as in earnest, with nobody replying. */
#include <stdlib.h>

#include "clock.h"
#include "contacts.h"
#include "err.h"
#include "expr.h"
#include "ladder.h"
#include "mem.h"

struct paper {
	const struct climb_plan *plan;
	const char *severity;
	struct expr *expr;
	struct presence_cache cache;
	int64_t wall_ns, now; /* now: ms since the beginning */
};

static enum ladder_presence presence(void *ctx, int party)
{
	struct paper *p = ctx;
	const struct people_person *who = climb_person(p->plan, party);

	return who ? presence_cached(&p->cache, who, p->wall_ns + p->now * CLOCK_MS).is
		   : LADDER_PRESENCE_UNKNOWN;
}

static enum ladder_holds holds(void *ctx, size_t rung, int round)
{
	struct paper *p = ctx;

	return climb_holds(p->plan, p->expr, rung, p->severity, round);
}

static void keep(struct contacts_climb *c, struct paper *p, const struct ladder_step *s)
{
	const struct people_person *who = climb_person(p->plan, s->party);

	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 32;
		c->v = mem_grow(c->v, c->cap, sizeof(*c->v));
	}
	c->v[c->n] = (struct contacts_try){ .at_ms = p->now, .rung = s->rung, .round = s->round,
					    .party = s->party, .way = s->way };
	if (who)
		c->v[c->n].presence = presence_cached(&p->cache, who,
						       p->wall_ns + p->now * CLOCK_MS);
	c->n++;
}

/* Does what comes next; *ret_end at the end. */
static int step(struct ladder *l, struct paper *p, struct contacts_climb *c, bool *ret_end,
		struct err *err)
{
	const struct ladder_world world = { p, presence, holds };
	struct ladder_step s = ladder_next(l, &world, p->now);
	struct ladder_event e = { .now = p->now, .rung = s.rung, .round = s.round,
				  .party = s.party, .way = s.way, .question = s.question };

	switch (s.what) {
	case LADDER_DO_TRY:
		keep(c, p, &s);
		e.kind = LADDER_EV_TRY;
		e.result = LADDER_BEGUN;
		break;
	case LADDER_DO_ASK:
		e.kind = LADDER_EV_ANSWER; /* no: neither a reason to pass over nor a condition */
		break;
	case LADDER_DONE:
	case LADDER_EXHAUSTED:
		*ret_end = true;
		return 0;
	default:
		p->now += s.in_ms;
		return 0;
	}
	return ladder_apply(l, &e, err);
}

int contacts_climb(const struct climb_plan *plan, const char *severity, int64_t wall_ns,
		   struct contacts_climb *ret, struct err *err)
{
	struct paper p = { .plan = plan, .severity = severity, .wall_ns = wall_ns };
	struct contacts_climb c = { 0 };
	struct ladder *l = NULL;
	bool end = false;
	int rc = expr_open(&p.expr, err);

	if (!rc)
		rc = ladder_new(&plan->plan, LADDER_JOINED,
				severity ? people_find_severity(plan->people, severity)
					 : LADDER_NONE,
				0, &l, err);
	while (!rc && !end)
		rc = step(l, &p, &c, &end, err);
	c.ends_ms = p.now;
	if (rc)
		contacts_climb_release(&c);
	else
		*ret = c;
	ladder_free(l);
	presence_cache_release(&p.cache);
	expr_close(p.expr);
	return rc;
}

void contacts_climb_release(struct contacts_climb *c)
{
	free(c->v);
	*c = (struct contacts_climb){ 0 };
}
