#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "danger.h"
#include "environ.h"
#include "intent.h"
#include "mem.h"
#include "str.h"


static bool is_lab(const struct state *s)
{
	return s->mode == MODE_DRILL && s->drill.way == DRILL_LAB;
}

/* An effect that is said to be reading is believed of no command that was edited, or that looks as
 * if it destroyed. */
bool lab_wants(const struct state *s, const struct wish *w)
{
	if (!is_lab(s))
		return false;
	switch ((int)w->purpose) {
	case PURPOSE_REPAIR:
	case PURPOSE_SETTLE:
	case PURPOSE_UNDO:
	case PURPOSE_EXEC:
		return true;
	case PURPOSE_MAIN:
		return inst_effect(w->inst) != EFFECT_READ || w->inst->edited ||
		       danger_look(w->text, NULL, NULL);
	case PURPOSE_PROBE:
	case PURPOSE_VERIFY:
		return danger_look(w->text, NULL, NULL);
	default:
		return false;
	}
}

bool lab_changes(const struct state *s, const struct inst *in)
{
	struct wish w = { .purpose = in->step && in->step->kind == KIND_SETTLE ? PURPOSE_SETTLE
								       : PURPOSE_MAIN,
			  .inst = (struct inst *)(uintptr_t)in };

	if (!in->step || in->is_item ||
	    (in->step->kind != KIND_RUN && in->step->kind != KIND_SETTLE))
		return false;
	w.text = (char *)(uintptr_t)inst_command(in);
	return lab_wants(s, &w);
}

/* --- where ------------------------------------------------------------------------------------ */

/* What is typed by hand at no step acts where the run does. */
static const struct inst *place_of(const struct state *s, const struct inst *in)
{
	if (in && in->step)
		return in;
	return s->root->n_kids ? s->root->kids[0] : NULL;
}

/* The environment whose target can say that it is a lab; NULL, and why not. */
static const struct environment *place(const struct state *s, const struct inst *in,
				       struct buf *why)
{
	const struct environment *env = NULL;
	struct buf name = BUF_INIT;
	enum guard_place at;

	in = place_of(s, in);
	at = in ? state_environment(s, in, &name, &env) : GUARD_UNNAMED;
	buf_adds(why, "in a lab drill nothing changes but where the target says that it is a "
		 "lab: ");
	if (at == GUARD_UNNAMED)
		buf_adds(why, "no environment is named here, or there is no environments file");
	else if (at == GUARD_UNKNOWN)
		buf_addf(why, "its environment is not in the environments file: %s",
			 buf_str(&name));
	else if (env->problem)
		buf_addf(why, "what stands of %s cannot be relied on: %s", env->name, env->problem);
	else if (!env->lab_probe.run.s)
		buf_addf(why, "%s has no `lab: {run:, is:}` that asks it", env->name);
	else
		buf_release(why); /* nothing is said, nothing is held */
	buf_release(&name);
	return why->len ? NULL : env;
}

bool lab_nowhere(const struct state *s, const struct inst *in, struct buf *why)
{
	return is_lab(s) && !place(s, in, why);
}

bool lab_refuses(struct pass *p, const struct inst *in, const char *what)
{
	struct buf why = BUF_INIT;
	bool refused = lab_nowhere(p->s, in, &why);

	if (refused)
		emit_refused(p, in, what, buf_str(&why));
	buf_release(&why);
	return refused;
}

/* --- the look --------------------------------------------------------------------------------- */

struct wish *lab_waiting(struct engine *e, const char *look)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		if (e->wishes[i].look[0] && str_eq(e->wishes[i].look, look))
			return &e->wishes[i];
	return NULL;
}

static const struct environment *place_of_wish(struct pass *p, const struct wish *w,
					       struct buf *why)
{
	const struct intent *it = p->in->intent;
	const struct inst *in = w->at;

	if (!in && w->purpose == PURPOSE_EXEC && it && it->step && *it->step)
		in = state_inst(p->s, it->step);
	return place(p->s, in, why);
}

/* Where nothing can be asked it goes to the gate at once, and is refused there. */
const char *lab_look(struct pass *p, struct wish *w)
{
	struct buf why = BUF_INIT;
	const struct environment *env = place_of_wish(p, w, &why);
	char token[TOKEN_MAX];

	memcpy(token, w->token, sizeof token);
	w->env = env;
	if (env) {
		struct wish *look = asking_add(p, &(struct wish){
			.purpose = PURPOSE_GUARD, .inst = w->inst, .at = w->at, .try_no = -1,
			.text = (char *)(uintptr_t)env->lab_probe.run.s, .lab = &env->lab_probe });

		w = asking_find(p->e, token);
		memcpy(w->look, look->token, sizeof w->look);
		asking_prepare(p, look);
	} else {
		asking_prepare(p, w);
	}
	buf_release(&why);
	return asking_find(p->e, token)->token;
}

/* Says on record that this command does not start. */
static void refuse(struct pass *p, const struct wish *w, const char *why)
{
	const struct inst *in = w->inst;
	struct jsonw *j;

	if (w->purpose == PURPOSE_UNDO) {
		ward_undo_over(p, in, why);
	} else if (in) {
		if (command_stands(p, w))
			finish_fail(p, in, FAILURE_DENIED, why);
		else
			w->inst->asked = false;
	} else {
		command_not_started(p, NULL, w->token, why);
		if (w->owed) { /* else it would be tried for ever while the run ends */
			j = emit_begin(p, EV_PAID);
			jw_str(j, "key", w->owed);
			jw_str(j, "how", "failed");
			jw_str(j, "reason", why);
			emit_end(p, EV_PAID, NULL, 0);
		}
	}
}

static void emit_reading(struct pass *p, const struct wish *w, const char *why, bool agrees)
{
	const struct target_probe *pr = &w->env->lab_probe;
	struct jsonw *j = emit_begin(p, EV_GUARD);
	const char *out = p->in->kind == INPUT_ENDED && p->in->out ? p->in->out : NULL;
	size_t n = out ? p->in->n_out : 0;

	if (n && out[n - 1] == '\n')
		n--;
	jw_str(j, "what", "lab");
	jw_str(j, "environment", w->env->name);
	jw_str(j, "command", w->token);
	jw_str(j, "run", pr->run.s);
	jw_str(j, "is", pr->is);
	if (out)
		jw_strn(j, "read", out, n < WARD_READ_KEPT ? n : WARD_READ_KEPT);
	if (why)
		jw_str(j, "why", why);
	jw_bool(j, "agrees", agrees);
	emit_end(p, EV_GUARD, w->inst, w->inst ? w->inst->attempt : 0);
}

static void not_a_lab(struct pass *p, struct wish *w, const char *why)
{
	struct buf b = BUF_INIT;
	char token[TOKEN_MAX];

	memcpy(token, w->token, sizeof token);
	buf_addf(&b, "%s did not say that it is a lab (%s%s; it must read \"%s\"): in a lab drill "
		 "nothing is changed there", w->env->name, w->env->lab_probe.run.s, why ? why : "",
		 w->env->lab_probe.is);
	refuse(p, w, buf_str(&b));
	asking_drop(p->e, asking_find(p->e, token));
	buf_release(&b);
}

void lab_read(struct pass *p, const struct cmd *c)
{
	struct wish *w = lab_waiting(p->e, c->token);
	const struct engine_input *now = p->in;
	char *why;
	bool agrees;

	if (!w)
		return; /* who waited for it is gone */
	why = ward_no_reading(c, now);
	agrees = !why && environ_agrees(&w->env->lab_probe, now->out ? now->out : "", now->n_out);
	emit_reading(p, w, why, agrees);
	w->look[0] = '\0';
	if (agrees) {
		w->read_at = p->now;
		asking_prepare(p, w);
	} else {
		char *words = why ? mem_printf(": %s", why) : NULL;

		not_a_lab(p, w, words);
		free(words);
	}
	free(why);
}

void lab_not_read(struct pass *p, const char *look, const char *why)
{
	struct wish *w = lab_waiting(p->e, look);
	char *words;

	if (!w)
		return;
	emit_reading(p, w, why, false);
	words = mem_printf(": %s", why);
	not_a_lab(p, w, words);
	free(words);
}

void lab_lost(struct pass *p, const char *look)
{
	struct wish *w = lab_waiting(p->e, look);

	if (!w)
		return;
	if (w->inst && w->purpose != PURPOSE_UNDO)
		w->inst->asked = false;
	else
		refuse(p, w, "the look at its target never ran");
	asking_drop(p->e, lab_waiting(p->e, look));
}

void lab_forget(struct engine *e)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		e->wishes[i].read_at = -1;
}

/* --- at the gate ------------------------------------------------------------------------------ */

bool lab_gate(struct pass *p, struct wish *w)
{
	struct buf why = BUF_INIT;
	const struct environment *env;
	bool fresh;

	if (!lab_wants(p->s, w))
		return true;
	env = place(p->s, w->at, &why);
	fresh = w->read_at >= 0 && p->now - w->read_at <= WARD_FRESH_MS * CLOCK_MS;
	if (w->env && (env == w->env || !w->at) && fresh) {
		buf_release(&why);
		return true;
	}
	if (!why.len)
		buf_adds(&why, "whether its target is a lab was asked too long ago, or of another");
	if (!w->inst || w->purpose == PURPOSE_UNDO || !env)
		refuse(p, w, buf_str(&why));
	buf_release(&why);
	return false;
}
