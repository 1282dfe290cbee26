/* One line for one row. A function per kind of row; the table is at the end. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "event.h"
#include "json.h"
#include "kind.h"
#include "str.h"
#include "viewline.h"

void view_line_add(const struct line *l, const char *text)
{
	buf_adds(l->out, text);
}

/* A member of the body with words around it, or nothing. */
void view_line_member(const struct line *l, const char *before, const char *key,
		       const char *after)
{
	const char *s = json_str(l->b, key);

	if (!s || !*s)
		return;
	view_line_add(l, before);
	view_safe_short(l->out, s, 400);
	view_line_add(l, after);
}

void view_line_step(const struct line *l)
{
	view_step_name(l->out, l->v, l->in);
}

static bool by_program(const struct line *l)
{
	return strcmp(l->ev->actor.how, "program") == 0 || !l->ev->actor.id[0];
}

void view_line_actor(const struct line *l)
{
	if (by_program(l))
		return;
	view_line_add(l, " (");
	view_safe(l->out, l->ev->actor.id);
	view_line_add(l, ")");
}

/* --- a step's state --------------------------------------------------------------------------- */

static const char *const finished[OUTCOME_MAX] = {
	[OUTCOME_NONE] = "is over",
	[OUTCOME_CONFIRMED] = "is done",
	[OUTCOME_ACCEPTED] = "is ACCEPTED though it did not come out as expected",
	[OUTCOME_OVERRIDDEN] = "is OVERRIDDEN: counted as done against the reading",
	[OUTCOME_SKIPPED] = "is SKIPPED",
	[OUTCOME_NOT_APPLICABLE] = "does not apply",
	[OUTCOME_FAILED] = "FAILED",
	[OUTCOME_ABORTED] = "is ABORTED",
	[OUTCOME_INTERRUPTED] = "is left: what it belonged to has ended",
};

static enum view_weight step_finished(const struct line *l)
{
	int outcome = word_from(WORDS_OUTCOME, json_str(l->b, "outcome"));
	bool quiet = outcome == OUTCOME_NOT_APPLICABLE || outcome == OUTCOME_INTERRUPTED;

	view_line_step(l);
	view_line_add(l, " ");
	view_line_add(l, outcome < 0 ? "is over" : finished[outcome]);
	if (l->in->began >= 0 && l->in->ended >= l->in->began && !quiet &&
	    outcome != OUTCOME_SKIPPED) {
		view_line_add(l, " after ");
		view_span(l->out, l->in->ended - l->in->began);
	}
	view_line_member(l, ": ", "reason", "");
	view_line_actor(l);
	return outcome == OUTCOME_CONFIRMED || quiet ? VIEW_PLAIN : VIEW_LOUD;
}

static const struct {
	const char *says;
	enum view_weight weight;
} changed[STEP_STATE_MAX] = {
	[STEP_PENDING] = { " is open again", VIEW_PLAIN },
	[STEP_WAITING] = { " is next", VIEW_QUIET },
	[STEP_BLOCKED] = { " CANNOT START", VIEW_LOUD },
	[STEP_HOLD] = { " waits for its target's name", VIEW_QUIET },
	[STEP_EXECUTING] = { " begins", VIEW_PLAIN },
	[STEP_CONFIRMING] = { " is being verified", VIEW_PLAIN },
	[STEP_DECIDING] = { " did NOT come out as expected", VIEW_LOUD },
	[STEP_FAILING] = { " is being stopped", VIEW_LOUD },
	[STEP_SUSPENDED] = { " is laid aside", VIEW_PLAIN },
	[STEP_DEFERRED] = { " is DEFERRED: left open", VIEW_LOUD },
};

static enum view_weight root_line(const struct line *l, int to)
{
	bool stopped = json_bool(l->b, "stopped", false);

	if (to == STEP_DECIDING) {
		view_line_add(l, "The walk is at its end");
		return VIEW_PLAIN;
	}
	if (stopped)
		view_line_add(l, "The run is told to END before its walk is over");
	else
		view_line_add(l, json_bool(l->b, "leaving", false) ? "The walk ends here"
								   : "The run goes on");
	view_line_member(l, ": ", "reason", "");
	view_line_actor(l);
	return stopped ? VIEW_LOUD : VIEW_PLAIN;
}

/* Ways out of a decision: that one is taken says enough. */
static enum view_weight option_line(const struct line *l, int to)
{
	view_line_step(l);
	view_line_add(l, to == STEP_EXECUTING ? " is the way taken" : to == STEP_FINISHED
			 ? " is behind us" : " is next");
	view_line_member(l, ": ", "reason", "");
	return to == STEP_EXECUTING ? VIEW_PLAIN : VIEW_QUIET;
}

static enum view_weight waiting_line(const struct line *l)
{
	if (json_bool(l->b, "go", false)) {
		view_line_add(l, " is started");
		view_line_actor(l);
	} else {
		view_line_add(l, json_bool(l->b, "asks", false) ? " waits to be started"
								: " is next");
	}
	return VIEW_QUIET;
}

static enum view_weight step_line(const struct line *l)
{
	int to = word_from(WORDS_STATE, json_str(l->b, "to"));
	int from = word_from(WORDS_STATE, json_str(l->b, "from"));

	if (to < 0)
		return VIEW_QUIET;
	if (!l->in->step)
		return root_line(l, to);
	if (l->in->step->kind == KIND_OPTION)
		return option_line(l, to);
	if (to == STEP_FINISHED)
		return step_finished(l);
	view_line_step(l);
	if (to == STEP_WAITING && (from == STEP_FINISHED || from == STEP_DECIDING)) {
		view_line_add(l, from == STEP_FINISHED ? " is OPENED AGAIN" : " starts again");
		view_line_member(l, ": ", "reason", "");
		view_line_actor(l);
		return VIEW_LOUD;
	}
	if (to == STEP_WAITING && (from == STEP_PENDING || from == STEP_WAITING))
		return waiting_line(l);
	if (to == from && json_bool(l->b, "leaving", false))
		view_line_add(l, " is being left");
	else
		view_line_add(l, changed[to].says);
	view_line_member(l, ": ", "problem", "");
	view_line_member(l, ": ", "reason", "");
	if (to == STEP_EXECUTING && l->ev->attempt > 1 && from != to)
		buf_addf(l->out, " (attempt %d)", l->ev->attempt);
	if (to != STEP_EXECUTING)
		view_line_actor(l);
	if (l->in->step->kind == KIND_CHOOSE && to == STEP_EXECUTING)
		return VIEW_QUIET; /* its question says it */
	return changed[to].weight;
}

static enum view_weight items_line(const struct line *l)
{
	const struct json *items = json_get(l->b, "items");
	size_t n = json_len(items);

	view_line_step(l);
	buf_addf(l->out, ": its list is frozen: %zu", n);
	for (size_t i = 0; i < n; i++) {
		view_line_add(l, i ? ", " : ": ");
		view_safe(l->out, json_text(json_at(items, i)));
	}
	return VIEW_PLAIN;
}

/* --- commands --------------------------------------------------------------------------------- */

static const struct cmd *cmd_of(const struct line *l)
{
	return state_cmd(l->s, json_str(l->b, "token"));
}

static bool is_look(const struct cmd *c)
{
	return c && (c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY);
}

static enum view_weight intent_line(const struct line *l)
{
	static const char *const what[PURPOSE_MAX] = {
		[PURPOSE_MAIN] = "runs: ", [PURPOSE_PROBE] = "looks: ",
		[PURPOSE_VERIFY] = "verifies: ", [PURPOSE_REPAIR] = "repairs: ",
		[PURPOSE_SETTLE] = "brings back: ", [PURPOSE_UNDO] = "undoes: ",
		[PURPOSE_EXEC] = "by hand: ", [PURPOSE_SEND] = "sends: ",
		[PURPOSE_GUARD] = "reads the target: ",
		[PURPOSE_TELL] = "tells of it: ",
	};
	const struct cmd *c = cmd_of(l);

	if (!c)
		return VIEW_QUIET;
	view_line_add(l, what[c->purpose]);
	view_safe(l->out, c->text);
	view_line_member(l, " (on host ", "host", ")");
	if (c->purpose == PURPOSE_EXEC)
		view_line_actor(l);
	return c->purpose == PURPOSE_PROBE && l->in->looks ? VIEW_QUIET : VIEW_PLAIN;
}

/* What is brought back runs on, and so does what the runbook says will. */
static bool may_stay(const struct cmd *c)
{
	return c->purpose == PURPOSE_SETTLE ||
	       (c->purpose == PURPOSE_MAIN && c->inst && c->inst->step &&
		c->inst->step->leaves_processes);
}

static enum view_weight ended_line(const struct line *l)
{
	const struct cmd *c = cmd_of(l);
	bool good;

	if (!c)
		return VIEW_QUIET;
	good = !c->signaled && c->code == 0;
	view_cmd_line(l->out, c, c->ended);
	view_line_member(l, may_stay(c) ? "; runs on, as it should: " : "; STILL ALIVE: ",
			 "survivors", "");
	if (is_look(c))
		return VIEW_QUIET;
	return good && (may_stay(c) || !(c->survivors && *c->survivors)) ? VIEW_PLAIN : VIEW_LOUD;
}

static enum view_weight lost_line(const struct line *l)
{
	const struct cmd *c = cmd_of(l);

	if (!c)
		return VIEW_QUIET;
	view_line_add(l, c->phase == CMD_UNKNOWN ? "What became of this command is NOT KNOWN: "
				       : "This command did not run: ");
	view_safe(l->out, c->text);
	if (c->phase == CMD_NO_EXEC && c->sys) {
		view_line_add(l, ": ");
		view_safe(l->out, strerror(c->sys));
	}
	view_line_member(l, ": ", "why", "");
	return c->phase == CMD_NEVER ? VIEW_PLAIN : VIEW_LOUD;
}

static enum view_weight stop_line(const struct line *l)
{
	const struct cmd *c = cmd_of(l);

	view_line_add(l, "The command is told to stop");
	view_line_member(l, ": ", "why", "");
	if (c) {
		view_line_add(l, ": ");
		view_safe_short(l->out, c->text, 200);
	}
	view_line_actor(l);
	return VIEW_LOUD;
}

static enum view_weight output_line(const struct line *l)
{
	const struct attached *a = state_file(l->s, json_str(l->b, "token"));

	if (a) {
		view_line_add(l, "of the file ");
		view_safe(l->out, a->name);
		view_line_add(l, ", as ");
		view_line_add(l, a->token);
	} else {
		view_line_add(l, "output of ");
		view_line_step(l);
		view_line_member(l, ": ", "stream", "");
	}
	buf_addf(l->out, ", bytes %lld to %lld", (long long)json_int(l->b, "from", 0),
		 (long long)(json_int(l->b, "from", 0) + json_int(l->b, "n", 0)));
	return VIEW_QUIET;
}

static enum view_weight looked_line(const struct line *l)
{
	const char *result = json_str(l->b, "result"), *what = json_str(l->b, "what");
	bool holds = str_eq(result, "true");

	if (str_eq(what, "lines")) {
		view_line_add(l, "there are lines to choose from");
		return VIEW_QUIET;
	}
	view_line_member(l, "", "text", "");
	view_line_add(l, holds ? " holds" : str_eq(result, "false") ? " does not hold"
								    : " CANNOT BE TOLD");
	view_line_member(l, " (", "reading", ")");
	view_line_member(l, ": ", "why", "");
	if (str_eq(what, "probe") || str_eq(what, "verify"))
		return holds ? VIEW_PLAIN : VIEW_QUIET;
	return VIEW_PLAIN;
}

static enum view_weight (*const rows[EV_KIND_MAX])(const struct line *) = {
	[EV_RUN_OPENED] = view_line_opened, [EV_KEEPER] = view_line_keeper,
	[EV_SEAT] = view_line_seat,
	[EV_STEP] = step_line, [EV_ITEMS] = items_line, [EV_CMD_INTENT] = intent_line,
	[EV_CMD_ENDED] = ended_line, [EV_CMD_LOST] = lost_line, [EV_STOP] = stop_line,
	[EV_OUTPUT] = output_line, [EV_LOOKED] = looked_line, [EV_VALUE] = view_line_value,
	[EV_OWED] = view_line_owed, [EV_PAID] = view_line_paid, [EV_ARTEFACT] = view_line_artefact,
	[EV_EDITED] = view_line_edited, [EV_NOTE] = view_line_note, [EV_PACE] = view_line_pace,
	[EV_REFUSED] = view_line_refused, [EV_BOOK] = view_line_book, [EV_UNDO] = view_line_undo,
	[EV_CREDENTIAL] = view_line_credential, [EV_GAP] = view_line_gap,
	[EV_CLOCK] = view_line_clock,
	[EV_RUN_CLOSED] = view_line_closed, [EV_CONTACT] = view_line_contact,
	[EV_GUARD] = view_line_guard, [EV_DRILL] = view_line_drill, [EV_FILE] = view_line_file,
	[EV_SHELL] = view_line_shell,
};

enum view_weight view_event_line(struct buf *out, const struct view *v, const struct event *ev)
{
	struct line l = { .out = out, .v = v, .s = view_state(v), .ev = ev };
	struct json *doc = NULL;
	enum view_weight w = VIEW_QUIET;

	if (ev->kind < 0 || ev->kind >= EV_KIND_MAX || !rows[ev->kind])
		return w;
	l.in = state_inst(l.s, ev->step);
	if (!l.in)
		l.in = l.s->root;
	if (json_parse(ev->body ? ev->body : "{}", ev->body ? ev->body_len : 2, &doc, NULL) == 0) {
		l.b = doc;
		w = rows[ev->kind](&l);
		json_free(doc);
	}
	return w;
}
