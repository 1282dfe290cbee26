/* The script of a drill: how its injects stand, by the rows, and what is due. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "intent.h"
#include "keeper_parts.h"
#include "keeper_stage.h"
#include "mem.h"
#include "str.h"
#include "view_script.h"

void stage_fold(const struct keeper *k, int64_t seq, struct scenario_fold *ret)
{
	view_script_fold(&k->s->drill, k->stage->scenario, seq, ret);
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

/* The first that is due, or NULL; and when the next one is. */
static const struct scenario_inject *next_due(const struct keeper *k, int64_t *next_ms)
{
	const struct scenario *s = k->stage->scenario;
	struct scenario_stood *stood = view_script_stood(&k->s->drill);
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

static const char *may_not(const struct keeper *k, const struct intent *it,
			   enum drill_what *ret_what, const struct scenario_inject **ret_in)
{
	const struct scenario *sc = k->stage ? k->stage->scenario : NULL;
	enum script_act act = view_script_act_from(it->text);
	int at = sc ? scenario_inject_at(sc, it->name) : SCENARIO_NO_INJECT;
	struct scenario_fold f;
	bool may;

	if (!k->stage)
		return "this run is no drill";
	if (!sc)
		return "this drill has no scenario";
	if (at == SCENARIO_NO_INJECT)
		return "the scenario has no such inject";
	if (act == SCRIPT_ACTS)
		return "say deliver, hold, release or leave-out";
	stage_fold(k, 0, &f);
	may = view_script_moves(f.v[at].standing, act);
	scenario_fold_release(&f);
	*ret_what = view_script_what(act);
	*ret_in = &sc->injects[at];
	return may ? NULL : "it does not stand so that this could become of it";
}

void stage_inject(struct keeper *k, const struct actor *who, const struct intent *it,
		  struct verdict *ret)
{
	struct engine_input in = feed_input(INPUT_DRILL);
	const struct scenario_inject *inject;
	enum drill_what what;
	const char *why = may_not(k, it, &what, &inject);

	in.actor = *who;
	in.intent = it;
	in.reason = why;
	if (!why)
		tell_inject(k, what, inject, &in, ret);
	else if (k->stage)
		feed(k, &in, ret);
	else
		in.kind = INPUT_INTENT, feed(k, &in, ret);
}
