/* The words of every answer, its key and what it does: one table, for every interface. */
#include <string.h>
#include <strings.h>

#include "kind.h"
#include "str.h"
#include "viewint.h"

/* What a verb does where a question says nothing more exact. The key is unique among the verbs that
 * one question can take; 0: word only. */
static const struct {
	char key;
	const char *does;
} verbs[VERB_MAX] = {
	[VERB_START] = { '\n', "start it" },
	[VERB_DONE] = { 'd', "it is done: go on" },
	[VERB_FAIL] = { 'f', "it cannot be done: decide what then" },
	[VERB_RETRY] = { 'r', "do it again from its beginning" },
	[VERB_SKIP] = { 's', "leave it out; it stays on record as skipped" },
	[VERB_DEFER] = { 'l', "leave it open for later; recall brings it back" },
	[VERB_RECALL] = { 'c', "take a deferred step up now" },
	[VERB_OVERRIDE] = { 'o', "count it as done against the reading" },
	[VERB_ACCEPT] = { 'a', "go on although it did not come out as expected" },
	[VERB_REPAIR] = { 'm', "run the repair that the runbook names, then look again" },
	[VERB_ABORT] = { 'x', "stop its command and all that it started" },
	[VERB_SUSPEND] = { 'h', "lay it aside for a moment; resume takes it up again" },
	[VERB_RESUME] = { 'u', "take it up again" },
	[VERB_REOPEN] = { 'b', "go back to a finished step and do it again" },
	[VERB_EDIT] = { 'e', "change the command before it runs" },
	[VERB_UNDO] = { 'z', "run the undo of a finished step; without a step: all, newest first" },
	[VERB_SETTLE] = { 't', "bring back what is still down" },
	[VERB_CORRECT] = { 'v', "correct a value; the old one is kept beside it" },
	[VERB_EXEC] = { '!', "run a command of your own on the same record" },
	[VERB_CALL] = { 'k', "walk another runbook here" },
	[VERB_NOTE] = { 'n', "put a remark on the record" },
	[VERB_PAUSE] = { 'p', "nothing new starts; what runs goes on" },
	[VERB_CONTINUE] = { 'g', "take the paused run up again" },
	[VERB_PACE] = { 'P', "auto: reading steps start by themselves; step: every step waits" },
	[VERB_HANDOVER] = { 'y', "give the seat to another person" },
	[VERB_TAKE] = { 'i', "take the seat: you operate from then on" },
	[VERB_REFRESH] = { 0, "give a new credential; its value is never on record" },
	[VERB_CLOSE] = { 'Q', "end the run now" },
	[VERB_JOURNAL] = { 0, "the record cannot be written: wait, move PATH or close" },
	[VERB_INPUT] = { 0, "send keystrokes to a command's terminal" },
	[VERB_REPLY] = { 0, "say what came of a try to reach somebody" },
	[VERB_APPROVE] = { 'a', "a second person agrees to what waits for one" },
	[VERB_IDENTIFY] = { 0, "say who you are, by key or by code" },
	[VERB_PERMIT] = { 0, "show a permit" },
	[VERB_INJECT] = { 0, "a facilitator: deliver, hold, release or leave out an inject" },
	[VERB_INVENT] = { 0, "a facilitator: show the operator something at once" },
	[VERB_OBSERVE] = { 0, "a facilitator: put an observation on the record" },
	[VERB_PLAY] = { 0, "say what a command comes to that nothing else answers" },
	[VERB_HELP] = { 0, "help was asked for, and it is on record" },
	[VERB_SHELL] = { 0, "a shell under exec says what was typed in it" },
	[VERB_ATTACH] = { 0, "put a file on the record" },
};

/* What it does in answer to one kind of question. */
static const struct {
	enum ask_kind ask;
	enum verb verb;
	const char *does;
} exact[] = {
	{ ASK_PLAY, VERB_PLAY, "say what you would do, expect to see, and what it comes to" },
	{ ASK_ENTER, VERB_START, "start this step now" },
	{ ASK_ENTER, VERB_OVERRIDE, "count this step as done without doing it" },
	{ ASK_NAME, VERB_START, "start it: type the name exactly as shown" },
	{ ASK_FIELDS, VERB_DONE, "it is done; you are asked for its values" },
	{ ASK_LINE, VERB_DONE, "take a line: its number" },
	{ ASK_OPTION, VERB_DONE, "take a way: its number" },
	{ ASK_BLOCKED, VERB_RETRY, "look again whether it can start" },
	{ ASK_BLOCKED, VERB_OVERRIDE, "let it start all the same" },
	{ ASK_DECIDE, VERB_ABORT, "give the step up; it stays on record as aborted" },
	{ ASK_DECIDE, VERB_FAIL, "leave it as failed and go on" },
	{ ASK_CLOSE, VERB_CLOSE, "close the run; nothing can be done in it afterwards" },
	{ ASK_UNDO, VERB_UNDO, "run this undo" },
	{ ASK_UNDO, VERB_SKIP, "leave this undo out" },
	{ ASK_YES, VERB_DONE, "answer yes or no" },
	{ ASK_SECOND, VERB_APPROVE, "a second person's code, read out by phone, is typed here" },
	{ ASK_CONTACT, VERB_ABORT, "stop the climb and decide" },
	{ ASK_YES, VERB_ABORT, "stop the climb and decide" },
	{ ASK_CONTACT, VERB_SUSPEND, "no new try until it is taken up again; replies count" },
	{ ASK_YES, VERB_SUSPEND, "no new try until it is taken up again; replies count" },
};

void view_choice(struct choice *c, enum ask_kind ask, enum verb verb)
{
	c->verb = verb;
	c->word = word_of(WORDS_VERB, verb);
	c->key = verbs[verb].key;
	c->does = verbs[verb].does;
	c->reason = verb_needs_reason(verb) || verb == VERB_CLOSE;
	for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++)
		if (exact[i].ask == ask && exact[i].verb == verb)
			c->does = exact[i].does;
	if (verb == VERB_START && ask != ASK_ENTER)
		c->key = 0;
	if (ask == ASK_PLAY)
		c->key = '\n';
}

bool prompt_wants_fields(const struct prompt *p, enum verb v)
{
	return (p->kind == ASK_FIELDS && v == VERB_DONE) || (p->kind == ASK_PLAY && v == VERB_PLAY);
}

const char *prompt_help(enum verb v)
{
	return v >= 0 && v < VERB_MAX ? verbs[v].does : "";
}

const struct choice *prompt_choice(const struct prompt *p, const char *word)
{
	static const struct {
		const char *word;
		enum verb verb;
	} other[] = {
		{ "go", VERB_START },   { "later", VERB_DEFER }, { "ok", VERB_DONE },
		{ "stop", VERB_ABORT }, { "back", VERB_REOPEN }, { "aside", VERB_SUSPEND },
	};
	size_t n = strlen(word);

	for (size_t i = 0; i < p->n_choices; i++) {
		const struct choice *c = &p->choices[i];

		if (strcasecmp(word, c->word) == 0)
			return c;
		if (n == 1 && c->key > ' ' && strncasecmp(word, &c->key, 1) == 0)
			return c;
	}
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
		for (size_t k = 0; k < p->n_choices; k++)
			if (p->choices[k].verb == other[i].verb &&
			    strcasecmp(word, other[i].word) == 0)
				return &p->choices[k];
	return NULL;
}

const char *const *prompt_reasons(enum verb v)
{
	static const char *const common[] = {
		"the runbook does not fit here", "told to by whoever leads the incident",
		"time is short; the risk is accepted", NULL,
	};
	static const char *const skip[] = {
		"not needed this time", "done already, outside of this run",
		"not possible now", "told to by whoever leads the incident", NULL,
	};
	static const char *const defer[] = {
		"waiting for somebody", "waiting for something", "other steps are more urgent",
		NULL,
	};
	static const char *const fail[] = {
		"no access", "it did not work", "what the runbook names does not exist", NULL,
	};
	static const char *const override[] = {
		"looked at by hand: it is right", "the reading is wrong",
		"told to by whoever leads the incident", "time is short; the risk is accepted",
		NULL,
	};
	static const char *const reopen[] = {
		"something changed since", "it was done wrong", "it must be looked at again", NULL,
	};
	static const char *const edit[] = {
		"the runbook is out of date here", "the runbook has a mistake here",
		"this environment differs", NULL,
	};
	static const char *const correct[] = {
		"it is different by now", "more is known now", "it was read or typed wrong", NULL,
	};
	static const char *const stop[] = {
		"it hangs", "it does the wrong thing", "it takes too long",
		"told to by whoever leads the incident", NULL,
	};
	static const char *const take[] = {
		"the operator is gone", "the operator asked for it", "agreed on the call", NULL,
	};
	static const char *const end[] = {
		"the objective is reached", "another way is taken", "it was a false alarm", NULL,
	};

	switch (v) {
	case VERB_SKIP:
		return skip;
	case VERB_DEFER:
		return defer;
	case VERB_FAIL:
		return fail;
	case VERB_OVERRIDE:
	case VERB_ACCEPT:
		return override;
	case VERB_REOPEN:
		return reopen;
	case VERB_EDIT:
		return edit;
	case VERB_CORRECT:
		return correct;
	case VERB_ABORT:
		return stop;
	case VERB_TAKE:
		return take;
	case VERB_CLOSE:
		return end;
	default:
		return common;
	}
}
