/* What guards a protected environment, in words. */
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

static void add_reading(struct buf *out, const struct guard_reading *r, int64_t now)
{
	struct buf b = BUF_INIT;

	view_safe(&b, r->run);
	if (r->read) {
		buf_adds(&b, " reads \"");
		view_safe_short(&b, r->read, 200);
		buf_adds(&b, "\"");
	}
	if (r->why) {
		buf_adds(&b, ": ");
		view_safe(&b, r->why);
	}
	if (r->agrees) {
		buf_adds(&b, ", as it must");
	} else {
		buf_adds(&b, "; it must read \"");
		view_safe(&b, r->is);
		buf_adds(&b, "\"");
	}
	buf_adds(&b, " (");
	view_span(&b, now - r->at);
	buf_adds(&b, " ago)");
	view_label(out, r->agrees ? "target" : "NOT the target", buf_str(&b));
	buf_release(&b);
}

static void add_request(struct buf *out, const struct guard *g, int64_t now)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s (%s %s)", g->requester.principal, g->requester.how, g->requester.key);
	view_label_raw(out, "asked by", buf_str(&b));
	buf_clear(&b);
	(void)sign_words(g->request, &b, NULL);
	view_label(out, "its words", buf_str(&b));
	view_label_raw(out, "its digest", g->request);
	buf_clear(&b);
	view_span(&b, g->expires - now);
	view_label(out, "time left", buf_str(&b));
	buf_release(&b);
}

void view_guard_text(struct buf *out, const struct view *v, const struct inst *in,
		     struct moment now)
{
	const struct environment *env = NULL;
	const struct guard *g = in->guard;
	int64_t t = view_time(v, now);
	struct buf b = BUF_INIT;

	if (!g || !g->environment || in->state == STEP_FINISHED || in->state == STEP_PENDING)
		return;
	(void)state_environment(view_state(v), in, NULL, &env);
	view_safe(&b, g->environment);
	if (env && env->guarded)
		buf_adds(&b, " (PROTECTED)");
	if (g->glass)
		buf_adds(&b, ", THE GLASS IS BROKEN");
	view_label(out, "environment", buf_str(&b));
	buf_release(&b);
	for (size_t i = 0; i < g->n_readings; i++)
		add_reading(out, &g->readings[i], t);
	if (inst_awaits_approval(in))
		add_request(out, g, t);
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

static enum view_weight reading_line(const struct line *l)
{
	bool agrees = json_bool(l->b, "agrees", false);

	view_line_step(l);
	view_line_member(l, agrees ? ": " : ": this is NOT ", "environment", ": ");
	view_line_member(l, "", "run", "");
	view_line_member(l, " reads \"", "read", "\"");
	view_line_member(l, ": ", "why", "");
	if (agrees)
		return VIEW_PLAIN;
	view_line_member(l, "; it must read \"", "is", "\"");
	return VIEW_LOUD;
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
		{ "told", told_line },
	};
	const char *what = json_str(l->b, "what");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_eq(what, rows[i].what))
			return rows[i].line(l);
	return VIEW_QUIET;
}
