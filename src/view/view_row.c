/* One line for one row as it stands, without the run around it: where rows of many runs are listed,
 * or leave for a log system. What there is to say of a kind is a row of the table. */
#include <string.h>

#include "event.h"
#include "json.h"
#include "kind.h"
#include "str.h"
#include "view_row.h"
#include "viewint.h"

enum { PIECES = 9, PIECE_MAX = 400 };

/* A member with words around it; nothing where it is not there, null, false or "". */
struct piece {
	const char *before, *key, *after;
};

static const struct piece rows[EV_KIND_MAX][PIECES] = {
	[EV_RUN_OPENED] = { { "opened: ", "title", "" }, { " (", "mode", ")" },
			    { ": ", "reason", "" } },
	[EV_KEEPER] = { { "", "what", "" } },
	[EV_SEAT] = { { "", "what", "" }, { ": ", "reason", "" } },
	[EV_STEP] = { { "", "from", "" }, { " -> ", "to", "" }, { ": ", "outcome", "" },
		      { ", ", "failure", "" }, { ": ", "verdict", "" }, { ": ", "problem", "" },
		      { ": ", "reason", "" }, { " [", "environment", "]" } },
	[EV_ITEMS] = { { "", "items", "" } },
	[EV_CMD_INTENT] = { { "", "purpose", ": " }, { "", "text", "" },
			    { " (on host ", "host", ")" } },
	[EV_CMD_ENDED] = { { "exit ", "exit", "" }, { "signal ", "signal", "" },
			   { " after ", "elapsed_ms", " ms" },
			   { "; STILL ALIVE: ", "survivors", "" } },
	[EV_CMD_LOST] = { { "", "what", "" }, { ": errno ", "errno", "" }, { ": ", "why", "" } },
	[EV_STOP] = { { "", "why", "" } },
	[EV_FILE] = { { "", "name", "" }, { ", ", "size", " bytes" }, { ", sha256 ", "sha256", "" },
		      { ", as ", "token", "" }, { ": ", "text", "" } },
	[EV_SHELL] = { { "", "what", "" }, { " ", "n", "" }, { ": ", "text", "" },
		       { " (in ", "in", ")" }, { " late", "late", "" }, { ": exit ", "exit", "" } },
	[EV_OUTPUT] = { { "", "stream", "" }, { " from byte ", "from", "" },
			{ ", ", "n", " bytes" } },
	[EV_LOOKED] = { { "", "text", "" }, { ": ", "result", "" }, { " (", "reading", ")" },
			{ ": ", "why", "" } },
	[EV_VALUE] = { { "", "name", "" }, { " = ", "text", "" }, { " (hidden", "secret", ")" },
		       { ", ", "from", "" }, { ": ", "reason", "" } },
	[EV_OWED] = { { "", "key", "" }, { ", brought back by: ", "command", "" } },
	[EV_PAID] = { { "", "key", "" }, { ": ", "how", "" }, { ": ", "reason", "" } },
	[EV_ARTEFACT] = { { "", "what", " " }, { "", "name", "" }, { ": ", "path", "" },
			  { ", sha256 ", "sha256", "" } },
	[EV_EDITED] = { { "from: ", "old", "" }, { " to: ", "new", "" },
			{ "; reason: ", "reason", "" } },
	[EV_NOTE] = { { "", "what", ": " }, { "", "text", "" }, { ": ", "reason", "" } },
	[EV_PACE] = { { "", "pace", "" }, { " paused", "paused", "" }, { ": ", "reason", "" } },
	[EV_REFUSED] = { { "", "what", "" }, { ": ", "why", "" } },
	[EV_BOOK] = { { "", "path", "" }, { ": ", "reason", "" } },
	[EV_UNDO] = { { "", "what", "" }, { ": ", "reason", "" }, { " [", "environment", "]" } },
	[EV_CREDENTIAL] = { { "", "name", "" } },
	[EV_GAP] = { { "", "why", "" }, { ": ", "events", " events kept aside" } },
	[EV_CLOCK] = { { "set by ", "jump_ns", " ns" } },
	[EV_RUN_CLOSED] = { { "", "verdict", "" }, { " (", "outcome", ")" },
			    { ": ", "reason", "" } },
	[EV_CONTACT] = { { "", "what", "" }, { " ", "who", "" }, { " by ", "by", "" },
			 { ": ", "result", "" }, { ": ", "standing", "" },
			 { ": ", "text", "" }, { ": ", "why", "" } },
	[EV_GUARD] = { { "", "what", "" }, { " by ", "principal", "" },
		       { ": read ", "read", "" }, { ", must be ", "is", "" },
		       { ": ", "why", "" }, { ": ", "reason", "" },
		       { " [", "environment", "]" } },
	[EV_DRILL] = { { "", "what", "" }, { " ", "inject", "" }, { " by ", "by", "" },
		       { ": ", "show", "" }, { ": ", "text", "" }, { "; would: ", "says", "" },
		       { "; expects: ", "expects", "" }, { ": exit ", "exit", "" },
		       { ": signal ", "signal", "" } },
};

static void add_value(struct buf *out, const struct json *v)
{
	const char *text = json_text(v);
	bool yes = false;

	if (text)
		view_safe_short(out, text, PIECE_MAX);
	else if (json_len(v))
		for (size_t i = 0; i < json_len(v); i++) {
			buf_adds(out, i ? ", " : "");
			add_value(out, json_at(v, i));
		}
	else if (!json_as_bool(v, &yes))
		json_dump(out, v);
}

static bool says(const struct json *v)
{
	const char *text = json_text(v);
	bool yes = true;

	if (!v || json_is_null(v) || (text && !*text))
		return false;
	return !json_as_bool(v, &yes) || yes;
}

void view_row_text(struct buf *out, const struct event *ev)
{
	struct json *doc = NULL;

	if (ev->kind < 0 || ev->kind >= EV_KIND_MAX)
		return;
	if (!ev->body || json_parse(ev->body, ev->body_len, &doc, NULL)) {
		buf_adds(out, ev->body ? "(what it says cannot be read)"
				       : "(what it said was taken out)");
		return;
	}
	for (const struct piece *p = rows[ev->kind]; p < rows[ev->kind] + PIECES && p->key; p++) {
		const struct json *v = json_get(doc, p->key);

		if (!says(v))
			continue;
		buf_adds(out, p->before);
		add_value(out, v);
		buf_adds(out, p->after);
	}
	json_free(doc);
}

/* --- how much it matters ---------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static enum view_weight step_weight(const struct json *b)
{
	static const char *const loud[] = { "blocked", "deciding", "failing", "deferred", NULL };
	static const char *const quiet[] = { "confirmed", "not-applicable", "interrupted", NULL };
	const char *to = json_str(b, "to"), *outcome = json_str(b, "outcome");

	if (is_one_of(to, loud))
		return VIEW_LOUD;
	return outcome && !is_one_of(outcome, quiet) ? VIEW_LOUD : VIEW_PLAIN;
}

static enum view_weight member_weight(const struct event *ev, const struct json *b)
{
	static const char *const keeper[] = { "crash", NULL };
	static const char *const seat[] = { "over", "handed", NULL };
	static const char *const note[] = { "late", "stuck", "not-started", "call-failed",
					    "disk-full", "output-waits", "orphan-gone",
					    "file-changed", NULL };
	static const char *const guard[] = { "frozen", "nowhere", "void", "refused", "expired",
					     "break-glass", NULL };
	const char *what = json_str(b, "what");

	switch (ev->kind) {
	case EV_STEP:
		return step_weight(b);
	case EV_KEEPER:
		return is_one_of(what, keeper) ? VIEW_LOUD : VIEW_QUIET;
	case EV_SEAT:
		return is_one_of(what, seat) ? VIEW_LOUD : VIEW_PLAIN;
	case EV_NOTE:
		return is_one_of(what, note) ? VIEW_LOUD : VIEW_PLAIN;
	case EV_GUARD:
		return is_one_of(what, guard) ? VIEW_LOUD : VIEW_PLAIN;
	case EV_SHELL:
		return json_int(b, "exit", 0) || str_eq(what, "left") || json_bool(b, "late", false)
		     ? VIEW_LOUD : VIEW_PLAIN;
	case EV_CMD_ENDED:
		return json_int(b, "exit", 1) ? VIEW_LOUD : VIEW_PLAIN;
	case EV_PAID:
		return str_eq(json_str(b, "how"), "failed") ? VIEW_LOUD : VIEW_PLAIN;
	default:
		return VIEW_PLAIN;
	}
}

enum view_weight view_row_weight(const struct event *ev)
{
	static const enum event_kind loud[] = { EV_CMD_LOST, EV_STOP, EV_EDITED, EV_BOOK, EV_UNDO,
						EV_GAP, EV_CLOCK, EV_RUN_CLOSED };
	struct json *doc = NULL;
	enum view_weight w;

	for (size_t i = 0; i < sizeof loud / sizeof loud[0]; i++)
		if (ev->kind == loud[i])
			return VIEW_LOUD;
	if (ev->kind == EV_OUTPUT || ev->kind == EV_LOOKED)
		return VIEW_QUIET;
	if (!ev->body || json_parse(ev->body, ev->body_len, &doc, NULL))
		return VIEW_LOUD;
	w = member_weight(ev, doc);
	json_free(doc);
	return w;
}
