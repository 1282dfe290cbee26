/* The script of a drill: how its injects stand, by the rows, and what is due. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "intent.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "mem.h"
#include "str.h"

static const int events[DRILL_WHAT_MAX] = {
	[DRILL_DUE] = SCENARIO_EV_DUE, [DRILL_DELIVERED] = SCENARIO_EV_DELIVERED,
	[DRILL_HELD] = SCENARIO_EV_HELD, [DRILL_RELEASED] = SCENARIO_EV_RELEASED,
	[DRILL_LEFT_OUT] = SCENARIO_EV_LEFT_OUT, [DRILL_ANSWER] = SCENARIO_EV_USED,
};

static int find_inject(const struct scenario *s, const char *id)
{
	for (size_t i = 0; i < s->n_injects; i++)
		if (str_eq(s->injects[i].id, id))
			return (int)i;
	return -1;
}

void stage_fold(const struct keeper *k, int64_t seq, struct scenario_fold *ret)
{
	const struct scenario *s = k->stage->scenario;

	scenario_fold_init(ret, s);
	for (size_t i = 0; i < k->s->drill.n_turns; i++) {
		const struct drill_turn *t = &k->s->drill.turns[i];
		int at = find_inject(s, t->inject);
		struct scenario_event e = { .kind = (enum scenario_event_kind)events[t->what],
					    .inject = (size_t)at, .now_ms = t->at / KEEPER_MS };

		if (seq && t->seq >= seq)
			break;
		if (at >= 0)
			(void)scenario_fold_apply(ret, &e, NULL);
	}
}

/* --- what it does, in words ------------------------------------------------------------------- */

static void effect(struct buf *out, const char *what, const char *of)
{
	buf_addf(out, "%s%s%s", out->len ? "; " : "", of, what);
}

static void effects(struct buf *out, const struct scenario_inject *in)
{
	for (size_t i = 0; i < in->n_silent; i++)
		effect(out, " does not answer", in->silent[i]);
	if (in->fails)
		effect(out, " breaks off", in->fails->step);
	if (in->flaps)
		effect(out, " flaps", in->flaps->step);
	if (in->wrong)
		effect(out, " comes out otherwise", in->wrong->step);
	if (in->network) {
		effect(out, " is gone for ", "the network");
		str_duration(out, in->network->lasts_ms);
	}
}

static void tell_inject(struct keeper *k, enum drill_what what, const struct scenario_inject *in,
			struct engine_input *input, struct verdict *ret)
{
	struct buf words = BUF_INIT;
	struct drill_told t = { .what = what, .inject = in->id };
	char *show = mem_dup(in->show);

	for (size_t n = show ? strlen(show) : 0; n && show[n - 1] == '\n';) /* of a block */
		show[--n] = '\0';
	if (what == DRILL_DELIVERED) {
		effects(&words, in);
		t.show = show;
		t.effect = words.len ? buf_str(&words) : NULL;
		t.by = input->intent ? DRILL_BY_FACILITATOR : DRILL_BY_SCENARIO;
	}
	input->drill = &t;
	feed(k, input, ret);
	buf_release(&words);
	free(show);
}

/* --- by themselves ---------------------------------------------------------------------------- */

static enum scenario_is is_of(const struct drill_stood *st)
{
	return st->to == STEP_EXECUTING ? SCENARIO_STARTED :
	       st->to == STEP_DEFERRED ? SCENARIO_DEFERRED : scenario_is_of(st->outcome);
}

static struct scenario_stood *stood_of(const struct drill *d)
{
	struct scenario_stood *v = mem_alloc((d->n_stood + 1) * sizeof(*v));

	for (size_t i = 0; i < d->n_stood; i++)
		v[i] = (struct scenario_stood){ d->stood[i].inst->key, is_of(&d->stood[i]),
						d->stood[i].at / KEEPER_MS };
	return v;
}

/* The first that is due, or NULL; and when the next one is. */
static const struct scenario_inject *next_due(const struct keeper *k, int64_t *next_ms)
{
	const struct scenario *s = k->stage->scenario;
	struct scenario_stood *stood = stood_of(&k->s->drill);
	struct scenario_now now = { stage_now(k), stood, k->s->drill.n_stood };
	struct scenario_fold f;
	size_t first = 0, n;

	stage_fold(k, 0, &f);
	n = scenario_due(s, &f, k->s->drill.seed, &now, &first, 1, next_ms);
	scenario_fold_release(&f);
	free(stood);
	return n ? &s->injects[first] : NULL;
}

void stage_injects(struct keeper *k, int64_t *next_ms)
{
	const struct scenario_inject *in;
	int64_t next = -1;

	if (!k->stage->scenario || !k->stage->scenario->n_injects)
		return;
	/* a run that ends is shown nothing more, though steps end with it */
	while (k->s->phase == RUN_OPEN && (in = next_due(k, &next))) {
		struct engine_input due = feed_input(INPUT_DRILL);
		size_t before = k->s->drill.n_turns;

		tell_inject(k, DRILL_DUE, in, &due, NULL);
		tell_inject(k, DRILL_DELIVERED, in, &due, NULL);
		if (k->s->drill.n_turns == before) /* it was not taken: nor would it be again */
			break;
	}
	stage_sooner(next_ms, next);
}

/* --- by the facilitator ----------------------------------------------------------------------- */

static int what_of(const char *word)
{
	static const struct {
		const char *word;
		enum drill_what what;
	} words[] = {
		{ "deliver", DRILL_DELIVERED }, { "hold", DRILL_HELD },
		{ "release", DRILL_RELEASED }, { "leave-out", DRILL_LEFT_OUT },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_eq(words[i].word, word))
			return (int)words[i].what;
	return -1;
}

static const char *may_not(const struct keeper *k, const struct intent *it, int *ret_what,
			   int *ret_at)
{
	struct scenario_fold f;
	int r;

	if (!k->stage)
		return "this run is no drill";
	if (!k->stage->scenario)
		return "this drill has no scenario";
	*ret_what = what_of(it->text);
	*ret_at = find_inject(k->stage->scenario, it->name);
	if (*ret_at < 0)
		return "the scenario has no such inject";
	if (*ret_what < 0)
		return "say deliver, hold, release or leave-out";
	stage_fold(k, 0, &f);
	r = scenario_fold_apply(&f, &(struct scenario_event){
		.kind = (enum scenario_event_kind)events[*ret_what], .inject = (size_t)*ret_at },
		NULL);
	scenario_fold_release(&f);
	return r ? "it does not stand so that this could become of it" : NULL;
}

void stage_inject(struct keeper *k, const struct actor *who, const struct intent *it,
		  struct verdict *ret)
{
	struct engine_input in = feed_input(INPUT_DRILL);
	int what = -1, at = -1;
	const char *why = may_not(k, it, &what, &at);

	in.actor = *who;
	in.intent = it;
	in.reason = why;
	if (!why)
		tell_inject(k, (enum drill_what)what, &k->stage->scenario->injects[at], &in, ret);
	else if (k->stage)
		feed(k, &in, ret);
	else
		in.kind = INPUT_INTENT, feed(k, &in, ret);
}
