/* A contact step in words: what goes out and to whom, each row of its climb, what it asks. */
#include <stdlib.h>
#include <string.h>

#include "contact_state.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "str.h"
#include "viewline.h"

enum { ROWS_MAX = 30 };

/* --- the step --------------------------------------------------------------------------------- */

static void add_way(struct buf *out, const struct contact *c, const struct contact_way *w,
		    const char *between)
{
	const struct contact_party *by = contact_party(c, w->carrier);

	buf_adds(out, between);
	view_safe(out, w->name);
	if (w->address) {
		buf_addc(out, ' ');
		view_safe_short(out, w->address, 120);
	}
	if (by && by->ways != w) {
		buf_adds(out, " by ");
		view_safe(out, by->id);
	}
}

static void add_party(struct buf *out, const struct contact *c, const struct contact_party *who)
{
	struct buf b = BUF_INIT;
	bool first = true;

	view_safe(&b, who->name);
	for (size_t i = 0; i < who->n_ways; i++) {
		if (!who->ways[i].name)
			continue;
		add_way(&b, c, &who->ways[i], first ? ": " : "; ");
		first = false;
	}
	if (who->is_public)
		buf_adds(&b, "; PUBLIC: others read it too, no details there");
	view_label(out, "may reach", buf_str(&b));
	buf_release(&b);
}

static void add_parties(struct buf *out, const struct inst *in)
{
	const struct contact *c = in->step->contact;
	struct contact_row rows[ROWS_MAX];
	size_t n = contact_rows(in, rows, ROWS_MAX);
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n && i < ROWS_MAX; i++)
		add_party(out, c, rows[i].who);
	if (n > ROWS_MAX) {
		buf_addf(&b, "and %zu more", n - ROWS_MAX);
		view_label(out, "may reach", buf_str(&b));
	}
	buf_release(&b);
}

void view_contact_text(struct buf *out, const struct view *v, const struct inst *in)
{
	const struct contact *c = in->step->contact;
	struct buf b = BUF_INIT;
	char *text;

	if (!c) {
		view_label_raw(out, "NOT CLIMBED", in->step->contact_why);
		return;
	}
	contact_message(&b, view_state(v), in);
	text = strchr(buf_str(&b), '\n');
	if (text) {
		char *subject = mem_dupn(buf_str(&b), (size_t)(text - buf_str(&b)));

		view_label_raw(out, "subject", subject);
		view_label_raw(out, "message", text + 1);
		free(subject);
	}
	buf_clear(&b);
	buf_adds(&b, "ladder ");
	view_safe(&b, c->ladder);
	buf_addf(&b, ", until somebody %s%s", in->step->until == LADDER_TOLD ? "was told"
		 : in->step->until == LADDER_JOINED ? "has joined" : "has answered",
		 in->step->goes_on ? "; the walk goes on meanwhile" : "");
	view_label(out, "climbs", buf_str(&b));
	buf_release(&b);
	add_parties(out, in);
	view_label_raw(out, "WARNING", c->problem);
}

/* --- a row ------------------------------------------------------------------------------------ */

/* "Ana Example by phone +34 555 0100" */
static void add_whom(const struct line *l)
{
	const struct contact *c = l->in->step ? l->in->step->contact : NULL;
	const char *id = json_str(l->b, "who");
	const struct contact_party *who = c ? contact_party(c, contact_find(c, id)) : NULL;

	view_safe_short(l->out, who ? who->name : id ? id : "somebody", 120);
	if (!who || !who->is_channel) {
		view_line_member(l, " by ", "by", "");
		view_line_member(l, " ", "to", "");
		view_line_member(l, ", sent by ", "channel", "");
	}
}

static enum view_weight begun_line(const struct line *l)
{
	view_line_member(l, "the ladder ", "ladder", " is climbed");
	view_line_member(l, ", until: ", "until", "");
	view_line_member(l, "; severity ", "severity", "");
	view_line_member(l, "; subject: ", "subject", "");
	view_line_member(l, "; message: ", "message", "");
	return VIEW_PLAIN;
}

static enum view_weight try_line(const struct line *l)
{
	bool by_hand = !json_str(l->b, "channel");
	const char *id = json_str(l->b, "who");

	if (!by_hand) {
		view_line_add(l, "a message goes to ");
		add_whom(l);
		return VIEW_PLAIN;
	}
	view_line_add(l, "BY HAND NOW: ");
	add_whom(l);
	view_line_add(l, ". Then say `");
	view_safe_short(l->out, id ? id : "NAME", 120);
	view_line_add(l, ": answered`, or joined, no-answer, voicemail, refused, wrong");
	return VIEW_LOUD;
}

static enum view_weight result_line(const struct line *l)
{
	const char *result = json_str(l->b, "result");
	bool dead = str_eq(result, ladder_result_name(LADDER_DEAD));
	bool sent = str_eq(result, ladder_result_name(LADDER_SENT));

	if (sent && json_str(l->b, "channel")) {
		view_line_member(l, "", "channel", " took the message");
		if (!str_eq(json_str(l->b, "who"), json_str(l->b, "channel")))
			view_line_member(l, " for ", "who", "");
	} else if (dead) {
		view_line_member(l, "NOT SENT by ", "channel", "");
	} else if (str_eq(result, ladder_result_name(LADDER_BEGUN))) {
		view_line_add(l, "under way: ");
		add_whom(l);
	} else {
		add_whom(l);
		view_line_member(l, ": ", "result", "");
	}
	view_line_member(l, ": ", "why", "");
	view_line_actor(l);
	return dead ? VIEW_LOUD : VIEW_PLAIN;
}

static enum view_weight reply_line(const struct line *l)
{
	add_whom(l);
	view_line_member(l, ": ", "standing", "");
	view_line_member(l, ": ", "why", "");
	view_line_actor(l);
	return VIEW_LOUD;
}

static enum view_weight asked_line(const struct line *l)
{
	view_line_member(l, "asks: ", "text", "");
	return VIEW_PLAIN;
}

static enum view_weight answer_line(const struct line *l)
{
	view_line_member(l, "", "text", "");
	view_line_add(l, json_bool(l->b, "yes", false) ? " Yes." : " No.");
	view_line_actor(l);
	return VIEW_PLAIN;
}

static enum view_weight severity_line(const struct line *l)
{
	if (json_str(l->b, "severity"))
		view_line_member(l, "the severity is now ", "severity", ": it waits accordingly");
	else
		view_line_add(l, "the severity is not known: the shortest waits hold");
	return VIEW_PLAIN;
}

static enum view_weight again_line(const struct line *l)
{
	view_line_add(l, "the ladder is climbed once more");
	view_line_actor(l);
	return VIEW_PLAIN;
}

enum view_weight view_line_contact(const struct line *l)
{
	static const struct {
		const char *what;
		enum view_weight (*say)(const struct line *l);
	} whats[] = {
		{ "begun", begun_line },   { "try", try_line },
		{ "result", result_line }, { "reply", reply_line },
		{ "asked", asked_line },   { "answer", answer_line },
		{ "severity", severity_line }, { "again", again_line },
	};
	const char *what = json_str(l->b, "what");

	view_line_step(l);
	view_line_add(l, ": ");
	for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++)
		if (str_eq(what, whats[i].what))
			return whats[i].say(l);
	return VIEW_QUIET;
}

/* --- its question ----------------------------------------------------------------------------- */

void view_contact_asks(struct buf *out, const struct inst *in)
{
	const char *question = contact_question(in);
	const struct contact *c = in->step->contact;
	bool condition = in->climb->question >= (int)c->n_questions;

	if (!question) {
		buf_adds(out, "is being climbed; say what came of a try: NAME: answered");
		return;
	}
	if (condition)
		buf_adds(out, "does this hold: ");
	view_safe(out, question);
	buf_adds(out, " (yes or no)");
}
