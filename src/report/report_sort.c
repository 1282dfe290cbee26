/* Where each row of the record is told: a table by kind, and what each kind's body says. */
#include <string.h>

#include "contact.h"
#include "contact_state.h"
#include "json.h"
#include "reportint.h"
#include "state.h"
#include "str.h"
#include "word.h"

struct sorting {
	const struct state *s;
	const struct event *ev;
	const struct json *b;
	const struct inst *in; /* NULL: the run itself */
};

static bool is(const struct sorting *t, const char *key, const char *value)
{
	return str_eq(json_str(t->b, key), value);
}

static bool among(const char *word, const char *const *list)
{
	for (; word && *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* A group is as its steps are; what a person does to it as a whole is told. */
static unsigned finished(const struct sorting *t)
{
	static const char *const off[] = { "accepted", "overridden", "skipped", "failed",
					   "aborted", NULL };
	bool leaf = t->in->step && !t->in->is_item && !step_has_children(t->in->step);

	if (!leaf && !json_str(t->b, "for"))
		return 0;
	return among(json_str(t->b, "outcome"), off) || json_bool(t->b, "jumped", false)
	     ? IN_DEVIATION : 0;
}

/* A contact without a ladder is an instruction. */
static bool called(const struct sorting *t)
{
	return t->in->step->kind == KIND_CONTACT && !inst_is_contact(t->in) &&
	       is(t, "outcome", "confirmed");
}

static unsigned sort_step(const struct sorting *t)
{
	int to = word_from(WORDS_STATE, json_str(t->b, "to"));
	int from = word_from(WORDS_STATE, json_str(t->b, "from"));
	unsigned in = 0;

	if (json_bool(t->b, "override", false) || json_bool(t->b, "stopped", false))
		in |= IN_DEVIATION;
	if (!t->in || !t->in->step)
		return in;
	if (to == STEP_FINISHED)
		return in | finished(t) | (called(t) ? IN_CALLED : 0);
	if (from == STEP_FINISHED && to == STEP_WAITING)
		in |= IN_DEVIATION | IN_REOPENED;
	if (to == STEP_DEFERRED)
		in |= IN_DEVIATION;
	if (t->in->step->kind != KIND_OPTION && from != to &&
	    (to == STEP_BLOCKED || to == STEP_DECIDING || to == STEP_FAILING))
		in |= IN_TROUBLE;
	return in;
}

static unsigned sort_opened(const struct sorting *t)
{
	return IN_DECISION | (json_int(t->b, "findings", 0) > 0 ? IN_DEVIATION : 0);
}

static unsigned sort_value(const struct sorting *t)
{
	return is(t, "from", "correct") ? IN_DEVIATION : 0;
}

static unsigned sort_paid(const struct sorting *t)
{
	return is(t, "how", "failed") ? IN_TROUBLE : is(t, "how", "operator") ? IN_DEVIATION : 0;
}

static unsigned sort_seat(const struct sorting *t)
{
	return is(t, "what", "over") ? IN_DEVIATION | IN_DECISION
	     : is(t, "what", "handed") ? IN_DECISION : 0;
}

static unsigned sort_note(const struct sorting *t)
{
	static const char *const bad[] = { "stuck", "not-started", "call-failed", "orphan-gone",
					   "file-changed", "journal", "moved", "disk-full",
					   NULL };
	const char *what = json_str(t->b, "what");

	if (!what || strcmp(what, "note") == 0)
		return IN_NOTE;
	if (strcmp(what, "name-typed") == 0)
		return IN_GUARD | IN_GUARDED;
	if (strcmp(what, "late") == 0 || strcmp(what, "exec") == 0)
		return IN_DEVIATION;
	return among(what, bad) ? IN_TROUBLE : 0;
}

/* Offered is not made yet; what came of it, or a reply without any, says that it was. */
static unsigned sort_contact(const struct sorting *t)
{
	static const char *const none[] = { "offered", "passed", NULL };
	const struct contact *c = t->in && t->in->step ? t->in->step->contact : NULL;
	int64_t party = json_int(t->b, "party", -1);
	unsigned in = IN_CONTACT;

	if (((is(t, "what", "try") || is(t, "what", "result")) &&
	     !among(json_str(t->b, "result"), none)) || is(t, "what", "reply"))
		in |= IN_CALLED;
	if (is(t, "what", "reply"))
		in |= IN_REPLY;
	if (is(t, "what", "reply") && c && party >= 0 && (size_t)party < c->n_parties &&
	    !c->parties[party].on_ladder)
		in |= IN_HELP;
	return in;
}

static unsigned sort_guard(const struct sorting *t)
{
	static const char *const decided[] = { "approved", "refused", "break-glass", NULL };
	static const char *const before[] = { "identified", "permit", NULL };
	unsigned in = IN_GUARD;

	if (!among(json_str(t->b, "what"), before))
		in |= IN_GUARDED;
	if (among(json_str(t->b, "what"), decided))
		in |= IN_DECISION;
	return is(t, "what", "break-glass") ? in | IN_DEVIATION | IN_GLASS : in;
}

static unsigned sort_refused(const struct sorting *t)
{
	return json_bool(t->b, "wrong_name", false) ? IN_GUARD | IN_GUARDED | IN_MISNAMED : 0;
}

/* What its facilitator did was nothing that the operator decided. */
static unsigned sort_drill(const struct sorting *t)
{
	static const unsigned in[DRILL_WHAT_MAX] = {
		[DRILL_DELIVERED] = IN_INJECT, [DRILL_HELD] = IN_INJECT,
		[DRILL_RELEASED] = IN_INJECT, [DRILL_LEFT_OUT] = IN_INJECT,
		[DRILL_INVENTED] = IN_INJECT, [DRILL_OBSERVED] = IN_OBSERVED,
		[DRILL_HELP] = IN_HELP,
	};
	int what = word_from(WORDS_DRILL, json_str(t->b, "what"));

	return what < 0 ? 0 : in[what];
}

static unsigned sort_undo(const struct sorting *t)
{
	return IN_DEVIATION | (is(t, "what", "planned") ? 0 : IN_REOPENED);
}

/* A line is told with its end. */
static unsigned sort_shell(const struct sorting *t)
{
	return is(t, "what", "left") ? IN_DEVIATION | IN_TROUBLE :
	       is(t, "what", "line") ? IN_DEVIATION : 0;
}

static unsigned off(const struct sorting *t)
{
	(void)t;
	return IN_DEVIATION;
}

static unsigned trouble(const struct sorting *t)
{
	(void)t;
	return IN_TROUBLE;
}

static unsigned closed(const struct sorting *t)
{
	(void)t;
	return IN_DECISION;
}

static unsigned (*const kinds[EV_KIND_MAX])(const struct sorting *t) = {
	[EV_RUN_OPENED] = sort_opened, [EV_SEAT] = sort_seat, [EV_STEP] = sort_step,
	[EV_CMD_LOST] = trouble, [EV_STOP] = trouble,
	[EV_VALUE] = sort_value, [EV_PAID] = sort_paid, [EV_EDITED] = off, [EV_NOTE] = sort_note,
	[EV_BOOK] = off, [EV_UNDO] = sort_undo, [EV_GAP] = trouble, [EV_CLOCK] = trouble,
	[EV_RUN_CLOSED] = closed, [EV_CONTACT] = sort_contact, [EV_GUARD] = sort_guard,
	[EV_DRILL] = sort_drill, [EV_REFUSED] = sort_refused, [EV_FILE] = off,
	[EV_SHELL] = sort_shell,
};

/* Somebody's word on a step, other than that it is to wait. */
static unsigned said(const struct sorting *t)
{
	static const char *const no_word[] = { "note", "refused", "seat", "pace", "drill",
					     "file", NULL };
	static const char *const later[] = { "deferred", "suspended", NULL };
	static const char *const open[] = { "deciding", "blocked", NULL };
	const struct step *st = t->in ? t->in->step : NULL;
	unsigned in = IN_SAID;

	if (!st || !json_str(t->b, "for") || among(word_of(WORDS_EVENT, t->ev->kind), no_word) ||
	    (t->ev->kind == EV_STEP && among(json_str(t->b, "to"), later)))
		return 0;
	if (st->kind == KIND_CHOOSE || st->kind == KIND_ASK || st->kind == KIND_HOLD ||
	    (t->ev->kind == EV_STEP && among(json_str(t->b, "from"), open)))
		in |= IN_DECIDED;
	return in;
}

/* Of those who are not there a drill's scenario replies: nobody decided that. */
static bool is_played(const struct event *ev)
{
	return ev->kind == EV_CONTACT && str_eq(ev->actor.how, "program");
}

unsigned report_sort(const struct view *v, const struct event *ev, const struct json *body)
{
	struct sorting t = { view_state(v), ev, body, state_inst(view_state(v), ev->step) };
	unsigned in = kinds[ev->kind] ? kinds[ev->kind](&t) : 0;

	/* the first row that an intent causes names it */
	if (json_str(body, "for") && ev->kind != EV_REFUSED && ev->kind != EV_DRILL &&
	    ev->kind != EV_FILE && ev->kind != EV_SHELL && !(in & IN_NOTE) && !is_played(ev))
		in |= IN_DECISION;
	return in | said(&t);
}
