/* Which answer a row records: a file given again after a crash goes on where the walk is. */
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "event.h"
#include "json.h"
#include "kind.h"
#include "plainint.h"
#include "state.h"
#include "str.h"
#include "view_update.h"

bool answers_is_prompted(const struct answer *a)
{
	switch ((int)a->verb) {
	case VERB_START: case VERB_DONE: case VERB_FAIL: case VERB_RETRY: case VERB_SKIP:
	case VERB_DEFER: case VERB_OVERRIDE: case VERB_ACCEPT: case VERB_REPAIR:
	case VERB_SUSPEND: case VERB_RESUME: case VERB_EDIT: case VERB_PLAY:
		return true;
	default:
		return false;
	}
}

const char *answers_word(const struct answer *a)
{
	return a->update ? "update" : a->paid ? "paid" : word_of(WORDS_VERB, a->verb);
}

static bool means(struct plain *p, const struct answer *a, const struct inst *in)
{
	if (strcmp(a->where, "run") == 0)
		return !in;
	if (!in)
		return false;
	if (in->step && in->step->kind == KIND_OPTION && in->parent && in->parent->step &&
	    view_means(client_view(p->c), in->parent, a->where))
		return true;
	return view_means(client_view(p->c), in, a->where);
}

struct answer *answers_find(struct plain *p, const struct inst *in, int verb, size_t end)
{
	struct answers *a = p->answers;

	for (size_t i = 0; i < end && i < a->n; i++) {
		struct answer *x = &a->v[i];

		if (!x->used && (verb < 0 ? x->verb != VERB_PLAY
				       : (int)x->verb == verb && !x->update) &&
		    means(p, x, in))
			return x;
	}
	return NULL;
}

static struct answer *find_update(struct answers *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!a->v[i].used && a->v[i].update)
			return &a->v[i];
	return NULL;
}

/* A change of state that a person made: by which word. */
static const struct {
	enum step_state from, to;
	enum outcome outcome; /* NONE: any */
	enum verb verb;
} moves[] = {
	{ STEP_WAITING, STEP_WAITING, OUTCOME_NONE, VERB_START },
	{ STEP_DECIDING, STEP_WAITING, OUTCOME_NONE, VERB_RETRY },
	{ STEP_DEFERRED, STEP_WAITING, OUTCOME_NONE, VERB_RECALL },
	{ STEP_FINISHED, STEP_WAITING, OUTCOME_NONE, VERB_REOPEN },
	{ STEP_HOLD, STEP_WAITING, OUTCOME_NONE, VERB_EDIT },
	{ STEP_DECIDING, STEP_EXECUTING, OUTCOME_NONE, VERB_REPAIR },
	{ STEP_SUSPENDED, STEP_EXECUTING, OUTCOME_NONE, VERB_RESUME },
	{ STEP_EXECUTING, STEP_SUSPENDED, OUTCOME_NONE, VERB_SUSPEND },
	{ STEP_EXECUTING, STEP_CONFIRMING, OUTCOME_NONE, VERB_DONE },
};

static int verb_of_finish(const struct json *b)
{
	switch (word_from(WORDS_OUTCOME, json_str(b, "outcome"))) {
	case OUTCOME_SKIPPED:
		return VERB_SKIP;
	case OUTCOME_OVERRIDDEN:
		return VERB_OVERRIDE;
	case OUTCOME_ACCEPTED:
		return VERB_ACCEPT;
	default:
		return VERB_DONE;
	}
}

static int verb_of_step(const struct json *b, const struct inst *in)
{
	int from = word_from(WORDS_STATE, json_str(b, "from"));
	int to = word_from(WORDS_STATE, json_str(b, "to"));

	if (!in)
		return VERB_CLOSE;
	if (in->step && in->step->kind == KIND_OPTION)
		return VERB_DONE;
	if (in->step && to == STEP_EXECUTING && step_has_children(in->step))
		return json_bool(b, "leaving", false) ? VERB_SKIP : VERB_DONE;
	if (to == STEP_FINISHED)
		return verb_of_finish(b);
	if (to == STEP_DEFERRED)
		return VERB_DEFER;
	if (from == STEP_BLOCKED && to == STEP_WAITING)
		return json_bool(b, "override", false) ? VERB_OVERRIDE : VERB_RETRY;
	if (to == STEP_DECIDING)
		return word_from(WORDS_FAILURE, json_str(b, "failure")) == FAILURE_OPERATOR &&
		       !str_eq(json_str(b, "problem"), "stopped by the operator") ? VERB_FAIL
										 : VERB_ABORT;
	if (in->climb && from == STEP_DECIDING && to == STEP_EXECUTING)
		return VERB_RETRY;
	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
		if ((int)moves[i].from == from && (int)moves[i].to == to)
			return moves[i].verb;
	return -1;
}

static int verb_of_note(const struct json *b)
{
	static const struct {
		const char *what;
		enum verb verb;
	} notes[] = {
		{ "note", VERB_NOTE }, { "exec", VERB_EXEC }, { "settle", VERB_SETTLE },
		{ "call", VERB_CALL }, { "name-typed", VERB_START },
	};

	for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
		if (str_eq(notes[i].what, json_str(b, "what")))
			return notes[i].verb;
	return -1;
}

static int verb_of_row(const struct event *ev, const struct json *b, const struct inst *in)
{
	switch ((int)ev->kind) {
	case EV_STEP:
		return verb_of_step(b, in);
	case EV_NOTE:
		return verb_of_note(b);
	case EV_VALUE:
		return str_eq(json_str(b, "from"), "correct") ? VERB_CORRECT : VERB_DONE;
	case EV_ARTEFACT:
		return VERB_DONE;
	case EV_STOP:
		return VERB_ABORT;
	case EV_EDITED:
		return VERB_EDIT;
	case EV_UNDO:
		return VERB_UNDO;
	case EV_PAID:
		return VERB_SETTLE;
	case EV_PACE:
		return json_get(b, "pace") ? VERB_PACE
		     : json_bool(b, "paused", false) ? VERB_PAUSE : VERB_CONTINUE;
	case EV_SEAT:
		return str_eq(json_str(b, "what"), "handed") ? VERB_HANDOVER : VERB_TAKE;
	case EV_CREDENTIAL:
		return VERB_REFRESH;
	case EV_CONTACT:
		return str_eq(json_str(b, "what"), "answer")  ? VERB_DONE
		       : str_eq(json_str(b, "what"), "again") ? VERB_RETRY : VERB_REPLY;
	case EV_DRILL:
		return VERB_PLAY;
	case EV_RUN_CLOSED:
		return VERB_CLOSE;
	default:
		return -1;
	}
}

void answers_past(struct plain *p, const struct event *ev)
{
	const struct state *s = view_state(client_view(p->c));
	const struct inst *in = ev->step ? state_inst(s, ev->step) : NULL;
	struct json *b = NULL;
	struct answer *a = NULL;
	int verb = -1;

	if (json_parse(ev->body, ev->body_len, &b, NULL))
		return;
	if (json_str(b, "for")) {
		if (ev->kind == EV_REFUSED)
			verb = word_from(WORDS_VERB, json_str(b, "what"));
		else
			verb = verb_of_row(ev, b, in);
		if (verb == VERB_EXEC && view_update_is(json_str(b, "text")))
			a = find_update(p->answers);
		else if (verb >= 0)
			a = answers_find(p, in, verb, p->answers->n);
		if (!a && in && verb >= 0) /* said of the run, recorded at a step */
			a = answers_find(p, NULL, verb, p->answers->n);
		if (a && a->refused == (ev->kind == EV_REFUSED))
			a->used = true;
		if (verb == VERB_PACE && ev->kind == EV_PACE)
			p->answers->paced = true;
	}
	json_free(b);
}
