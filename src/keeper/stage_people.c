/* Who replies in a drill: what the scenario says of each try, fed as somebody's word. */
#include <stdio.h>
#include <string.h>

#include "contact_state.h"
#include "intent.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "mem.h"

/* The word of VERB_REPLY. A dead address of a try by hand is a wrong one; of a channel the message
 * itself has failed. */
static const char *const words[SCENARIO_WORDS] = {
	[SCENARIO_ANSWERED] = "answered", [SCENARIO_JOINED] = "joined",
	[SCENARIO_REFUSED] = "refused", [SCENARIO_NO_ANSWER] = "no-answer",
	[SCENARIO_VOICEMAIL] = "voicemail", [SCENARIO_WRONG] = "wrong", [SCENARIO_DEAD] = "wrong",
};

int64_t stage_nth_try(const struct inst *in, size_t try_no)
{
	const struct ladder_try *y;
	int64_t n = 0;

	ladder_tries(in->climb->ladder, &y);
	for (size_t i = 0; i <= try_no; i++)
		n += y[i].party == y[try_no].party;
	return n;
}

static bool was_told(const struct stage *st, const struct inst *in, size_t try_no)
{
	for (size_t i = 0; i < st->n_replied; i++)
		if (st->replied[i].inst == in && st->replied[i].attempt == in->attempt &&
		    st->replied[i].try_no == try_no)
			return true;
	return false;
}

/* The id is the same for the same try: a keeper that comes after this one cannot say it twice. */
static void tell(struct keeper *k, const struct inst *in, size_t try_no,
		 const struct scenario_contact *said)
{
	struct stage *st = k->stage;
	struct engine_input input = feed_input(INPUT_DRILL);
	const struct ladder_try *y;
	struct intent it = { .verb = VERB_REPLY, .client = "scenario" };

	ladder_tries(in->climb->ladder, &y);
	snprintf(it.id, sizeof(it.id), "%zu-%d-%zu", in->order, in->attempt, try_no);
	it.step = mem_dup(in->key);
	it.name = mem_dup(in->step->contact->parties[y[try_no].party].id);
	it.text = mem_dup(words[said->reply]);
	it.reason = mem_dup(said->says);
	snprintf(input.actor.id, sizeof(input.actor.id), "scenario");
	input.intent = &it;
	st->replied = mem_grow(st->replied, st->n_replied + 1, sizeof(*st->replied));
	st->replied[st->n_replied++] = (struct stage_replied){ in, in->attempt, try_no };
	feed(k, &input, NULL);
	intent_release(&it);
}

/* It was made and nothing came of it so far. One that is offered waits for the operator. */
static bool is_open(const struct ladder_try *y)
{
	return y->result == LADDER_BEGUN || y->result == LADDER_SENT ||
	       y->result == LADDER_VOICEMAIL;
}

static void look_at(struct keeper *k, const struct inst *in, int64_t *next_ms)
{
	const struct ladder_try *y;
	size_t n = ladder_tries(in->climb->ladder, &y);
	struct scenario_fold f;

	stage_fold(k, 0, &f);
	for (size_t i = 0; i < n && in->climb; i++) {
		const struct scenario_contact *said;
		int64_t left;

		if (!is_open(&y[i]) || was_told(k->stage, in, i))
			continue;
		said = scenario_contact(k->stage->scenario, &f,
					in->step->contact->parties[y[i].party].id,
					stage_nth_try(in, i));
		if (!said || (said->reply == SCENARIO_DEAD && y[i].result == LADDER_SENT))
			continue;
		left = said->after_ms - contact_ago(k->s, in, clock_now(), y[i].at);
		if (left > 0) {
			stage_sooner(next_ms, stage_now(k) + left);
			continue;
		}
		tell(k, in, i, said);
		ladder_tries(in->climb->ladder, &y);
	}
	scenario_fold_release(&f);
}

void stage_people(struct keeper *k, int64_t *next_ms)
{
	if (!k->stage->scenario)
		return;
	for (size_t i = 0; i < k->s->n_insts && !k->closed; i++)
		if (k->s->insts[i]->climb && inst_is_contact(k->s->insts[i]))
			look_at(k, k->s->insts[i], next_ms);
}
