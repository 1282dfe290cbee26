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

enum view_weight view_line_guard(const struct line *l)
{
	static const struct {
		const char *what;
		enum view_weight (*line)(const struct line *l);
	} rows[] = {
		{ "identified", identified_line }, { "permit", permit_line },
	};
	const char *what = json_str(l->b, "what");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_eq(what, rows[i].what))
			return rows[i].line(l);
	return VIEW_QUIET;
}
