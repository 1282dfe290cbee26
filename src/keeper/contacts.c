/* Climbs of contact steps: the ladder is asked what comes next with what only we know, who is awake
 * and which conditions hold, and the engine is told what it said.
 *
 * Asked again after every row, and when the time is up that it named last. What the engine makes of
 * an answer is a row, or a wait; so this comes to rest.
 */
#include "climb.h"
#include "contact_state.h"
#include "keeper_parts.h"
#include "presence.h"

enum { ROUNDS_MAX = 100 };

struct world {
	struct keeper *k;
	const struct contact *contact;
	const char *severity;
	int64_t wall;
};

static enum ladder_presence presence(void *ctx, int party)
{
	const struct world *w = ctx;
	const struct people_person *who = climb_person(w->contact->climb, party);

	return who ? presence_cached(&w->k->presences, who, w->wall).is : LADDER_PRESENCE_UNKNOWN;
}

static enum ladder_holds holds(void *ctx, size_t rung, int round)
{
	const struct world *w = ctx;

	return climb_holds(w->contact->climb, w->k->expr, rung, w->severity, round);
}

static bool is_climbing(const struct inst *in)
{
	return in->climb && in->state == STEP_EXECUTING && inst_is_contact(in);
}

static void look(struct keeper *k, const struct inst *in)
{
	const struct contact *c = in->step->contact;
	struct engine_input input = feed_input(INPUT_CONTACT);
	int severity = ladder_severity(in->climb->ladder);
	struct world w = { k, c, severity < 0 ? NULL : c->severities[severity], input.now.wall };
	const struct ladder_world world = { &w, presence, holds };
	struct ladder_step next = ladder_next(in->climb->ladder, &world,
					      state_time(k->s, input.now) / CLOCK_MS);

	input.key = in->key;
	input.climb = &next;
	feed(k, &input, NULL);
}

/* The list of active steps may change with every answer. */
static void look_at_all(struct keeper *k)
{
	for (size_t i = 0; i < k->s->n_active; i++)
		if (is_climbing(k->s->active[i]))
			look(k, k->s->active[i]);
}

static bool is_due(const struct keeper *k)
{
	int64_t now = state_time(k->s, clock_now());

	for (size_t i = 0; i < k->s->n_active; i++) {
		const struct inst *in = k->s->active[i];

		if (is_climbing(in) && in->climb->look_at >= 0 && now >= in->climb->look_at)
			return true;
	}
	return false;
}

void contacts_step(struct keeper *k)
{
	for (int i = 0; i < ROUNDS_MAX && !trouble_stalled(k) && !k->closed; i++) {
		if (k->s->seq == k->contacts_seq && !is_due(k))
			return;
		k->contacts_seq = k->s->seq;
		look_at_all(k);
	}
}

void contacts_release(struct keeper *k)
{
	presence_cache_release(&k->presences);
}
