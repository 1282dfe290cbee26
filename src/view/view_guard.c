/* What guards a protected environment, in words. */
#include "event.h"
#include "json.h"
#include "str.h"
#include "viewline.h"

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
	};
	const char *what = json_str(l->b, "what");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_eq(what, rows[i].what))
			return rows[i].line(l);
	return VIEW_QUIET;
}
