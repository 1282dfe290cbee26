/* What goes on by itself: commands in flight against the time they should take, looks and limits
 * that fall due. And what a step takes meanwhile. */
#include "view_walk.h"

#include <stdlib.h>

#include "clock.h"
#include "viewint.h"

#define LOOK_NS 5000000000LL /* a look that takes longer than this is worth a line */
#define SOON_NS 1000000000LL

static bool in_flight(const struct cmd *c)
{
	return c && (c->phase == CMD_INTENT || c->phase == CMD_STOPPING);
}

static void add_due(struct buf *out, const char *word, int64_t at, int64_t now)
{
	if (at < 0)
		return;
	buf_adds(out, word);
	view_span(out, at - now);
}

/* --- commands -------------------------------------------------------------------------------- */

static int64_t late_by(const struct state *s, const struct cmd *c, int64_t now)
{
	int64_t at = state_late_at(s, c);

	return at < 0 ? 0 : now - at;
}

static const char *how(const struct state *s, const struct cmd *c)
{
	const struct drill_play *p = state_plays(s) ? state_play(s, c->token) : NULL;

	if (c->phase == CMD_STOPPING)
		return "being stopped, after";
	return p && !p->answered ? "words are waited for," : "running for";
}

static void add_command(struct buf *out, const struct view *v, const struct cmd *c, int64_t now)
{
	static const char *const what[PURPOSE_MAX] = {
		[PURPOSE_MAIN] = "", [PURPOSE_PROBE] = "its probe, ",
		[PURPOSE_VERIFY] = "the second look, ", [PURPOSE_REPAIR] = "its repair, ",
		[PURPOSE_SETTLE] = "bringing back, ", [PURPOSE_UNDO] = "its undo, ",
		[PURPOSE_EXEC] = "by hand, ", [PURPOSE_SEND] = "a message, ",
		[PURPOSE_GUARD] = "reads the target, ",
		[PURPOSE_TELL] = "a message, ",
	};
	int64_t late = late_by(view_state(v), c, now);

	if (late > 0)
		buf_adds(out, "LATE ");
	if (c->inst && c->inst->step)
		view_step_name(out, v, c->inst);
	else
		view_safe_short(out, c->text, 60);
	buf_addf(out, ": %s%s ", what[c->purpose], how(view_state(v), c));
	view_span(out, now - c->began);
	if (late || (c->inst && c->inst->step && c->inst->step->takes_ms &&
				c->purpose == PURPOSE_MAIN)) {
		buf_adds(out, " of about ");
		view_ms(out, c->inst->step->takes_ms);
	}
	add_due(out, c->phase == CMD_INTENT ? ", its time is up in " : "", c->phase == CMD_INTENT
		? c->deadline : -1, now);
	buf_addc(out, '\n');
}

/* Looks come and go many times a second: a line for each would only flicker. */
static bool is_brief(const struct cmd *c, int64_t now)
{
	return (c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY) &&
	       now - c->began < LOOK_NS;
}

static size_t add_commands(struct buf *out, const struct view *v, int64_t now, bool late)
{
	const struct state *s = view_state(v);
	size_t n = 0;

	for (size_t i = 0; i < s->n_cmds; i++)
		if (in_flight(s->cmds[i]) && !is_brief(s->cmds[i], now) &&
		    (late_by(s, s->cmds[i], now) > 0) == late) {
			add_command(out, v, s->cmds[i], now);
			n++;
		}
	return n;
}

/* --- what falls due -------------------------------------------------------------------------- */

static bool add_timers(struct buf *out, const struct view *v, const struct inst *in, int64_t now)
{
	struct buf b = BUF_INIT;
	bool timer = in->step->kind == KIND_WAIT && !in->step->probe, any;

	if (in->state == STEP_DECIDING)
		add_due(&b, ", tries again by itself in ", in->retry_at, now);
	if (in->state == STEP_EXECUTING || in->state == STEP_CONFIRMING) {
		if (!in_flight(in->cmd) && in->next_look - now >= SOON_NS)
			add_due(&b, ", looks again in ", in->next_look, now);
		add_due(&b, timer ? ", is over in " : ", gives up in ", in->give_up, now);
	}
	any = b.len > 0;
	if (any) {
		view_step_name(out, v, in);
		buf_addf(out, ": %s\n", buf_str(&b) + 2);
	}
	buf_release(&b);
	return any;
}

size_t view_clocks(struct buf *out, const struct view *v, struct moment now)
{
	const struct state *s = view_state(v);
	int64_t t;
	size_t n;

	if (!s->root || s->phase == RUN_CLOSED)
		return 0;
	t = view_time(v, now);
	n = add_commands(out, v, t, true);
	n += add_commands(out, v, t, false);
	for (size_t i = 0; i < s->n_active; i++)
		if (s->active[i]->step)
			n += add_timers(out, v, s->active[i], t);
	return n;
}

/* --- what a step takes meanwhile ------------------------------------------------------------- */

size_t view_step_choices(const struct view *v, const struct inst *in, struct choice *ret,
			 size_t max)
{
	static const enum verb offer[] = { VERB_RECALL, VERB_OVERRIDE, VERB_SKIP, VERB_DEFER,
					   VERB_ABORT, VERB_EDIT, VERB_UNDO, VERB_REOPEN };
	uint64_t verbs = in && in->step ? state_verbs(view_state(v), in) : 0;
	size_t n = 0;

	for (size_t i = 0; i < sizeof offer / sizeof offer[0] && n < max; i++)
		if (verbs & 1ULL << offer[i])
			view_choice(&ret[n++], ASK_KIND_MAX, offer[i]);
	return n;
}
