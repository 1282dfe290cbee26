/* One line for rows that are no step and no command: values, what is owed, people, the run. */
#include <string.h>

#include "clock.h"
#include "event.h"
#include "json.h"
#include "str.h"
#include "viewline.h"

enum { SHELL_LINE_MAX = 400 };

enum view_weight view_line_value(const struct line *l)
{
	const char *from = json_str(l->b, "from");
	bool corrected = str_eq(from, "correct");

	view_line_member(l, "value ", "name", "");
	if (json_bool(l->b, "secret", false))
		view_line_add(l, json_bool(l->b, "known", true) ? " is set (hidden)"
								: " (hidden) is gone");
	else if (!json_bool(l->b, "known", true))
		view_line_add(l, " is UNKNOWN");
	else
		view_line_member(l, " = ", "text", "");
	if (corrected) {
		view_line_add(l, ", CORRECTED");
		view_line_member(l, ": ", "reason", "");
		view_line_actor(l);
	}
	return corrected ? VIEW_LOUD : VIEW_PLAIN;
}

enum view_weight view_line_owed(const struct line *l)
{
	view_line_member(l, "still down from now on: ", "key", "");
	view_line_member(l, "; brought back by: ", "command", "");
	return VIEW_PLAIN;
}

enum view_weight view_line_paid(const struct line *l)
{
	const char *how = json_str(l->b, "how");

	if (str_eq(how, "failed")) {
		view_line_member(l, "STILL DOWN: ", "key", ": bringing it back failed");
		return VIEW_LOUD;
	}
	view_line_member(l, str_eq(how, "void") ? "no longer owed: " : "back up: ", "key", "");
	view_line_member(l, ": ", "reason", "");
	return VIEW_PLAIN;
}

enum view_weight view_line_artefact(const struct line *l)
{
	if (str_eq(json_str(l->b, "what"), "checked")) {
		view_line_member(l, "", "name", " is the file that was looked at");
		return VIEW_QUIET;
	}
	view_line_member(l, "produced ", "name", "");
	view_line_member(l, ": ", "path", "");
	view_line_member(l, ", sha256 ", "sha256", "");
	return VIEW_PLAIN;
}

enum view_weight view_line_edited(const struct line *l)
{
	view_line_step(l);
	view_line_add(l, ": the command is CHANGED");
	view_line_member(l, " from: ", "old", "");
	view_line_member(l, " to: ", "new", "");
	view_line_member(l, "; reason: ", "reason", "");
	view_line_actor(l);
	return VIEW_LOUD;
}

enum view_weight view_line_note(const struct line *l)
{
	static const char *const loud[] = { "late", "stuck", "not-started", "call-failed" };
	const char *what = json_str(l->b, "what");
	bool remark = !what || str_eq(what, "note");
	enum view_weight w = VIEW_PLAIN;

	if (l->in->step && !remark) {
		view_line_step(l);
		view_line_add(l, ": ");
	}
	if (remark)
		view_line_add(l, "note: ");
	else if (str_eq(what, "exec"))
		view_line_add(l, "asked for by hand: ");
	else if (str_eq(what, "name-typed"))
		view_line_add(l, "the target's name was typed: ");
	else if (str_eq(what, "typed"))
		view_line_add(l, "keys were sent to its terminal");
	view_line_member(l, "", "text", "");
	view_line_actor(l);
	for (size_t i = 0; i < sizeof loud / sizeof loud[0]; i++)
		if (str_eq(what, loud[i]))
			w = VIEW_LOUD;
	return str_eq(what, "exec") || str_eq(what, "settle") ? VIEW_QUIET : w;
}

enum view_weight view_line_file(const struct line *l)
{
	if (l->in->step) {
		view_line_step(l);
		view_line_add(l, ": ");
	}
	view_line_member(l, "a file is kept: ", "name", "");
	buf_addf(l->out, ", %lld bytes", (long long)json_int(l->b, "size", 0));
	view_line_member(l, ", sha256 ", "sha256", "");
	view_line_member(l, ", as ", "token", "");
	view_line_member(l, ": ", "text", "");
	view_line_actor(l);
	return VIEW_PLAIN;
}

/* What was typed, with its status once that is known. */
enum view_weight view_line_shell(const struct line *l)
{
	const struct shell *sh = state_shell(l->s, json_str(l->b, "token"));
	const char *what = json_str(l->b, "what");
	int64_t code = json_int(l->b, "exit", 0);

	if (str_eq(what, "left")) {
		view_line_add(l, sh && sh->runs ? "the terminal of the shell is GONE; what runs in "
						  "it goes on"
						: "the terminal of the shell is GONE, so it ends");
		view_line_actor(l);
		return VIEW_LOUD;
	}
	if (str_eq(what, "taken-up")) {
		view_line_add(l, "the shell is taken up again");
		view_line_actor(l);
		return VIEW_PLAIN;
	}
	view_line_add(l, "in the shell: $ ");
	if (str_eq(what, "ended"))
		view_safe_short(l->out, sh && sh->line ? sh->line : "(not known)", SHELL_LINE_MAX);
	else if (!json_str(l->b, "text"))
		view_line_add(l, "(what was typed is not known: the shell keeps no history of it)");
	view_line_member(l, "", "text", "");
	view_line_member(l, " (in ", "in", ")");
	if (json_bool(l->b, "late", false))
		view_line_add(l, " RAN BEFORE IT WAS ON RECORD");
	if (str_eq(what, "ended"))
		buf_addf(l->out, " ended with exit %lld", (long long)code);
	view_line_actor(l);
	return code || json_bool(l->b, "late", false) ? VIEW_LOUD : VIEW_PLAIN;
}

enum view_weight view_line_pace(const struct line *l)
{
	if (json_get(l->b, "paused"))
		view_line_add(l, json_bool(l->b, "paused", false) ? "PAUSED: nothing new starts"
							: "the run goes on");
	view_line_member(l, json_get(l->b, "paused") ? "; pace: " : "pace: ", "pace", "");
	view_line_member(l, ": ", "reason", "");
	view_line_actor(l);
	return VIEW_PLAIN;
}

enum view_weight view_line_seat(const struct line *l)
{
	const char *what = json_str(l->b, "what");

	view_safe(l->out, l->ev->actor.id);
	view_line_add(l, " (");
	view_safe(l->out, l->ev->actor.how);
	view_line_add(l, str_eq(what, "left") ? ") left the seat: nobody operates this run"
	    : str_eq(what, "handed") ? ") hands the seat over"
	    : str_eq(what, "over") ? ") TOOK the seat OVER" : ") operates this run");
	view_line_member(l, ": ", "reason", "");
	if (str_eq(what, "kept"))
		return VIEW_QUIET;
	return str_eq(what, "taken") || str_eq(what, "left") ? VIEW_PLAIN : VIEW_LOUD;
}

enum view_weight view_line_refused(const struct line *l)
{
	view_line_member(l, "refused: ", "what", "");
	view_line_member(l, ": ", "why", "");
	view_line_actor(l);
	return VIEW_QUIET; /* whoever asked is told by the answer */
}

enum view_weight view_line_keeper(const struct line *l)
{
	const char *what = json_str(l->b, "what");

	if (str_eq(what, "crash")) {
		view_line_add(l, "A new keeper took the run up after a CRASH");
		return VIEW_LOUD;
	}
	view_line_add(l, str_eq(what, "parked") ? "The keeper rests until somebody comes back"
				      : "The keeper took the run up");
	return VIEW_QUIET;
}

enum view_weight view_line_opened(const struct line *l)
{
	view_line_member(l, "Run ", "run", " opened: ");
	view_safe(l->out, l->s->title);
	view_line_add(l, l->s->mode == MODE_DRILL ? " (DRILL)" : " (REAL)");
	view_line_actor(l);
	return VIEW_PLAIN;
}

enum view_weight view_line_closed(const struct line *l)
{
	view_line_member(l, "Run closed: ", "verdict", "");
	view_line_member(l, " (", "outcome", ")");
	view_line_member(l, ": ", "reason", "");
	view_line_actor(l);
	return VIEW_LOUD;
}

enum view_weight view_line_undo(const struct line *l)
{
	const char *what = json_str(l->b, "what");

	if (!l->in->step) {
		view_line_add(l, str_eq(what, "planned")
			      ? "The run is being ROLLED BACK, newest first"
			      : "Rolling back is over");
	} else {
		view_line_add(l, "undo of ");
		view_line_step(l);
		view_line_member(l, ": ", "what", "");
	}
	view_line_member(l, ": ", "reason", "");
	view_line_actor(l);
	return VIEW_LOUD;
}

enum view_weight view_line_book(const struct line *l)
{
	view_line_member(l, "another runbook is called in: ", "title", "");
	view_line_member(l, " ", "path", "");
	view_line_member(l, ": ", "reason", "");
	view_line_actor(l);
	return VIEW_LOUD;
}

enum view_weight view_line_credential(const struct line *l)
{
	view_line_member(l, "a credential was renewed: ", "name", "");
	view_line_actor(l);
	return VIEW_PLAIN;
}

enum view_weight view_line_gap(const struct line *l)
{
	view_line_add(l, "The journal could NOT be written for a while");
	view_line_member(l, ": ", "why", "");
	view_line_member(l, " (sha256 ", "sha256", ")");
	return VIEW_LOUD;
}

enum view_weight view_line_clock(const struct line *l)
{
	int64_t by = json_int(l->b, "jump_ns", 0) / CLOCK_MS;

	view_line_add(l, "The clock of this machine was changed");
	if (by) {
		view_line_add(l, " by ");
		view_ms(l->out, by);
	}
	return VIEW_LOUD;
}
