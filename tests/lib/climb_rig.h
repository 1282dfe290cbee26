/* Contact steps on the bench: a ladder made by hand, and the keeper's part of climbing it.
 *
 *     rung 1  chat                 (passed over by a yes to question 1, where asked for)
 *     rung 2  ana by sms (gw sends), then by phone (by hand)
 *     rung 3  raj by phone
 *
 * It waits 10 s at `ordinary`, 2 s at `down`; who answered has 30 s to join.
 */
#ifndef TESTS_CLIMB_RIG_H
#define TESTS_CLIMB_RIG_H

#include "contact_state.h"
#include "rig.h"

enum { ANA, RAJ, CHAT, GW, PARTIES };
enum { PHONE, SMS };

struct climbing {
	struct contact contact;
	struct contact_party parties[PARTIES];
	struct contact_way ways[PARTIES][2];
	struct ladder_plan plan;
	struct ladder_rung rungs[3];
	struct ladder_target targets[4];
};

static const int64_t climb_waits[] = { 10000, 2000 };
static const char *const climb_severities[] = { "ordinary", "down" };
static const char *const climb_questions[] = { "No account there?" };
static const char *const climb_texts[] = { "@here", NULL, NULL };
static const char *const climb_conditions[] = { NULL, NULL, NULL };

static inline void climb_parties(struct climbing *c)
{
	static const char *const ids[] = { "ana", "raj", "chat", "gw" };
	static const char *const names[] = { "Ana Example", "Raj", "chat", "gw" };

	for (int i = 0; i < PARTIES; i++)
		c->parties[i] = (struct contact_party){ .id = ids[i], .name = names[i],
							.ways = c->ways[i], .n_ways = 2,
							.is_channel = i >= CHAT, .on_ladder = i != GW,
							.timeout_ms = 5000 };
	c->ways[ANA][PHONE] = (struct contact_way){ "phone", "+1", CONTACT_BY_HAND };
	c->ways[ANA][SMS] = (struct contact_way){ "sms", "+2", GW };
	c->ways[RAJ][PHONE] = (struct contact_way){ "phone", "+3", CONTACT_BY_HAND };
	c->ways[CHAT][0] = (struct contact_way){ "command", NULL, CHAT };
	c->ways[GW][0] = (struct contact_way){ "command", NULL, GW };
	c->parties[CHAT].command = "post";
	c->parties[GW].command = "text";
}

static inline struct climbing *rig_ladder(struct rig *r, struct step *s, int rounds, bool asks)
{
	struct climbing *c = arena_alloc(r->arena, sizeof *c);

	climb_parties(c);
	c->targets[0] = (struct ladder_target){ CHAT, 0 };
	c->targets[1] = (struct ladder_target){ ANA, SMS };
	c->targets[2] = (struct ladder_target){ ANA, PHONE };
	c->targets[3] = (struct ladder_target){ RAJ, PHONE };
	c->rungs[0] = (struct ladder_rung){ &c->targets[0], 1, climb_waits, false, false,
					    asks ? 0 : LADDER_NONE };
	c->rungs[1] = (struct ladder_rung){ &c->targets[1], 2, climb_waits, true, false,
					    LADDER_NONE };
	c->rungs[2] = (struct ladder_rung){ &c->targets[3], 1, climb_waits, true, false,
					    LADDER_NONE };
	c->plan = (struct ladder_plan){ c->rungs, 3, PARTIES, 1, 2, rounds, 30000 };
	c->contact = (struct contact){
		.path = "contacts.yaml", .ladder = "ops", .parties = c->parties,
		.n_parties = PARTIES, .rung_texts = climb_texts, .conditions = climb_conditions,
		.n_rungs = 3, .questions = climb_questions, .n_questions = 1,
		.severities = climb_severities, .n_severities = 2, .message = "It is ${bad}.",
		.plan = &c->plan,
	};
	s->contact = &c->contact;
	s->message.s = c->contact.message;
	s->ladder = "ops";
	s->severity = "bad";
	s->until = LADDER_ANSWERED;
	return c;
}

static inline struct step *rig_contact(struct rig *r, const char *id, int rounds)
{
	struct step *s = rig_step(r, KIND_CONTACT, id, "contact: ops");

	rig_ladder(r, s, rounds, false);
	return s;
}

/* The keeper looks: what comes next on every climb, until nothing moves. Keeps what was to be done.
 */
static inline void rig_climb(struct rig *r)
{
	struct action_list acts = r->acts;
	int64_t seq;

	r->acts = (struct action_list){ 0 };
	do {
		seq = engine_state(r->e)->seq;
		for (size_t i = 0; i < engine_state(r->e)->n_active; i++) {
			const struct inst *in = engine_state(r->e)->active[i];
			struct engine_input input = { .kind = INPUT_CONTACT, .key = in->key };
			struct ladder_step next;

			if (!in->climb || in->state != STEP_EXECUTING)
				continue;
			next = ladder_next(in->climb->ladder, NULL,
					   state_time(engine_state(r->e), r->now) / 1000000);
			input.climb = &next;
			rig_feed(r, &input);
			for (size_t k = 0; k < r->acts.n; k++) {
				acts.v = mem_grow(acts.v, acts.n + 1, sizeof *acts.v);
				acts.v[acts.n++] = r->acts.v[k];
				r->acts.v[k] = (struct action){ 0 };
			}
		}
	} while (engine_state(r->e)->seq != seq);
	action_list_release(&r->acts);
	r->acts = acts;
}

/* A keeper that looks after everything that happens. */
static inline bool rig_reply(struct rig *r, const char *key, const char *name, const char *word)
{
	struct inst *in = rig_inst(r, key);
	struct intent it = { .verb = VERB_REPLY, .step = (char *)(uintptr_t)key,
			     .name = (char *)(uintptr_t)name, .text = (char *)(uintptr_t)word,
			     .prompt = in ? in->prompt : 0 };
	bool accepted = rig_send(r, &it);

	rig_climb(r);
	return accepted;
}

static inline void rig_pass_ms(struct rig *r, int64_t ms)
{
	rig_tick(r, ms);
	rig_climb(r);
}

#endif
