/* What guards a protected environment, in words. */
#include <string.h>

#include "environ.h"
#include "event.h"
#include "json.h"
#include "sign_words.h"
#include "str.h"
#include "viewline.h"

/* --- beside its question ---------------------------------------------------------------------- */

void view_guard_asks(struct buf *out, const struct inst *in)
{
	if (view_effect(in) != EFFECT_DESTROY && !in->guard) {
		buf_adds(out, "to go on, type the name: ");
		return;
	}
	buf_adds(out, view_effect(in) == EFFECT_DESTROY ? "this destroys" : "this changes");
	if (in->guard) {
		buf_adds(out, ", in ");
		view_safe(out, in->guard->environment);
	}
	buf_adds(out, ". To start it, type its target: ");
}

/* What would be destroyed, as its step has it looked at; a look that failed says so. */
static void add_shown(struct buf *out, const struct guard_reading *r, int64_t now)
{
	struct buf b = BUF_INIT;

	if (r->read && *r->read)
		str_printable(&b, r->read, strlen(r->read), true);
	else if (!r->why)
		buf_adds(&b, "(nothing was printed)");
	if (b.len && b.data[b.len - 1] != '\n')
		buf_addc(&b, '\n');
	if (r->why) {
		buf_adds(&b, "(");
		view_safe(&b, r->why);
		buf_adds(&b, ")\n");
	}
	view_span(&b, now - r->at);
	buf_adds(&b, " ago, by: ");
	view_safe(&b, r->run);
	view_label(out, "there now", buf_str(&b));
	buf_release(&b);
}

/* What it reads comes first: the command that read it may be long. */
static void add_reading(struct buf *out, const struct guard_reading *r, int64_t now)
{
	struct buf b = BUF_INIT;

	if (!r->is) {
		add_shown(out, r, now);
		return;
	}
	if (r->read) {
		buf_addc(&b, '"');
		view_safe_short(&b, r->read, 200);
		buf_adds(&b, r->agrees ? "\", as it must, " : "\" ");
	}
	if (r->why) {
		view_safe(&b, r->why);
		buf_adds(&b, ", ");
	}
	view_span(&b, now - r->at);
	buf_adds(&b, " ago, by: ");
	view_safe(&b, r->run);
	view_label(out, r->agrees ? "reads" : "READS", buf_str(&b));
	if (!r->agrees) {
		buf_clear(&b);
		buf_addc(&b, '"');
		view_safe(&b, r->is);
		buf_addc(&b, '"');
		view_label(out, "MUST READ", buf_str(&b));
	}
	buf_release(&b);
}

/* Whoever asked is none of them. */
static void add_approvers(struct buf *out, const struct environment *env, const char *but)
{
	size_t n = 0;

	for (size_t i = 0; env && i < env->n_approvers; i++) {
		if (str_eq(env->approvers[i], but))
			continue;
		buf_adds(out, n++ ? " or " : "");
		view_safe(out, env->approvers[i]);
	}
	if (!n)
		buf_adds(out, "nobody but who asks is named");
}

static void add_request(struct buf *out, const struct state *s, const struct environment *env,
			const struct guard *g, int64_t now)
{
	bool coded = str_starts(g->requester.key, g->requester.how); /* "code:7KQM" */
	struct buf b = BUF_INIT;

	(void)sign_words(g->request, &b, NULL);
	view_label(out, "its words", buf_str(&b));
	buf_clear(&b);
	view_span(&b, g->expires - now);
	view_label(out, "time left", buf_str(&b));
	buf_clear(&b);
	add_approvers(&b, env, g->requester.principal);
	buf_addf(&b, ": blackstart approve %s, or a code of theirs by phone", s->run);
	view_label(out, "may agree", buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "%s (%s%s%s)", g->requester.principal, coded ? "" : g->requester.how,
		 coded ? "" : " ", g->requester.key);
	view_label_raw(out, "asked by", buf_str(&b));
	view_label_raw(out, "its digest", g->request);
	buf_release(&b);
}

/* What follows when the name was typed. */
static void add_outlook(struct buf *out, const struct state *s, const struct environment *env,
			const struct inst *in)
{
	struct buf b = BUF_INIT;

	if (view_guard_second(s, in)) {
		add_approvers(&b, env, state_identity(s) ? state_identity(s)->principal : NULL);
		buf_adds(&b, " must agree");
		if (!state_identity(s))
			buf_adds(&b, "; it is not known yet who YOU are");
		view_label(out, "and then", buf_str(&b));
		buf_clear(&b);
	}
	buf_adds(&b, "what is typed counts for ");
	view_ms(&b, env->unlock_ms);
	view_label(out, "unlock", buf_str(&b));
	buf_release(&b);
}

bool view_guard_second(const struct state *s, const struct inst *in)
{
	const struct environment *env;
	enum effect effect = view_is_loop(in) ? EFFECT_DESTROY : view_effect(in);

	if (!in->guard || in->guard->glass ||
	    state_environment(s, in, NULL, &env) != GUARD_KNOWN || !env->guarded)
		return false;
	for (size_t i = 0; i < s->n_permits; i++)
		if (str_eq(s->permits[i].environment, env->name))
			return false; /* it may count as one */
	return environ_wants_approval(env, effect);
}

void view_guard_text(struct buf *out, const struct view *v, const struct inst *in,
		     struct moment now)
{
	const struct state *s = view_state(v);
	const struct environment *env = NULL;
	const struct guard *g = in->guard;
	int64_t t = view_time(v, now);
	struct buf b = BUF_INIT;

	if (!g || !g->environment || in->state == STEP_FINISHED || in->state == STEP_PENDING)
		return;
	(void)state_environment(s, in, NULL, &env);
	view_safe(&b, g->environment);
	if (env && env->guarded)
		buf_adds(&b, " (PROTECTED)");
	if (g->glass)
		buf_adds(&b, ", THE GLASS IS BROKEN");
	view_label(out, "environment", buf_str(&b));
	buf_release(&b);
	if (inst_awaits_approval(in))
		add_request(out, s, env, g, t);
	for (size_t i = 0; i < g->n_readings; i++)
		add_reading(out, &g->readings[i], t);
	if (!inst_awaits_approval(in) && env && in->state == STEP_HOLD && in->prompt)
		add_outlook(out, s, env, in);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void who(const struct line *l)
{
	view_line_member(l, "", "principal", "");
	view_line_member(l, " (", "how", "");
	view_line_member(l, " ", "key", ")");
}

static enum view_weight identified_line(const struct line *l)
{
	view_line_add(l, "operated by ");
	who(l);
	return VIEW_PLAIN;
}

static enum view_weight permit_line(const struct line *l)
{
	view_line_member(l, "PERMIT ", "id", "");
	view_line_member(l, " for ", "environment", ", given by ");
	who(l);
	return VIEW_LOUD;
}

static enum view_weight what_it_read(const struct line *l, bool agrees)
{
	view_line_member(l, "", "run", "");
	view_line_member(l, " reads \"", "read", "\"");
	view_line_member(l, ": ", "why", "");
	if (agrees)
		return VIEW_PLAIN;
	view_line_member(l, "; it must read \"", "is", "\"");
	return VIEW_LOUD;
}

static enum view_weight reading_line(const struct line *l)
{
	bool agrees = json_bool(l->b, "agrees", false);

	view_line_step(l);
	if (!json_str(l->b, "is")) {
		view_line_member(l, ": what is there was read by: ", "run", "");
		view_line_member(l, ": ", "why", "");
		return VIEW_PLAIN;
	}
	view_line_member(l, agrees ? ": " : ": this is NOT ", "environment", ": ");
	return what_it_read(l, agrees);
}

static enum view_weight lab_line(const struct line *l)
{
	bool agrees = json_bool(l->b, "agrees", false);

	if (l->in && l->in->step) {
		view_line_step(l);
		view_line_add(l, ": ");
	}
	view_line_member(l, "", "environment",
			 agrees ? " is a lab: " : " did NOT say that it is a lab: ");
	return what_it_read(l, agrees);
}

static enum view_weight frozen_line(const struct line *l)
{
	view_line_step(l);
	view_line_member(l, ": ", "environment", " is FROZEN");
	view_line_member(l, ": ", "why", "");
	return VIEW_LOUD;
}

static enum view_weight nowhere_line(const struct line *l)
{
	view_line_step(l);
	view_line_member(l, ": ", "why", "");
	return VIEW_LOUD;
}

static enum view_weight void_line(const struct line *l)
{
	view_line_step(l);
	view_line_member(l, ": what was typed is VOID: ", "why", "");
	return VIEW_LOUD;
}

static enum view_weight wanted_line(const struct line *l)
{
	view_line_step(l);
	view_line_add(l, ": a SECOND PERSON must agree; asked by ");
	who(l);
	view_line_member(l, "; request ", "request", "");
	return VIEW_LOUD;
}

static enum view_weight said_line(const struct line *l)
{
	bool yes = str_eq(json_str(l->b, "what"), "approved");

	view_line_step(l);
	view_line_add(l, yes ? ": agreed to by " : ": REFUSED by ");
	who(l);
	view_line_member(l, ": ", "reason", "");
	return VIEW_LOUD;
}

static enum view_weight expired_line(const struct line *l)
{
	view_line_step(l);
	view_line_add(l, ": nobody agreed in time");
	return VIEW_LOUD;
}

static enum view_weight glass_line(const struct line *l)
{
	view_line_step(l);
	view_line_member(l, ": THE GLASS IS BROKEN in ", "environment", "");
	view_line_member(l, ", against the ", "over", "");
	view_line_member(l, "; reason: ", "reason", "");
	view_line_actor(l);
	return VIEW_LOUD;
}

static enum view_weight told_line(const struct line *l)
{
	bool good = !json_str(l->b, "why");

	view_line_member(l, good ? "told of it: " : "NOT told of it: ", "who", "");
	view_line_member(l, " (by ", "by", ")");
	view_line_member(l, ": ", "why", "");
	return good ? VIEW_PLAIN : VIEW_LOUD;
}

enum view_weight view_line_guard(const struct line *l)
{
	static const struct {
		const char *what;
		enum view_weight (*line)(const struct line *l);
	} rows[] = {
		{ "identified", identified_line }, { "permit", permit_line },
		{ "reading", reading_line }, { "frozen", frozen_line },
		{ "nowhere", nowhere_line }, { "void", void_line },
		{ "wanted", wanted_line }, { "approved", said_line }, { "refused", said_line },
		{ "expired", expired_line }, { "break-glass", glass_line },
		{ "told", told_line }, { "lab", lab_line },
	};
	const char *what = json_str(l->b, "what");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_eq(what, rows[i].what))
			return rows[i].line(l);
	return VIEW_QUIET;
}
