/* What a line means against the questions that are open. What means nothing changes nothing. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answers.h"
#include "err.h"
#include "field.h"
#include "mem.h"
#include "plain_field.h"
#include "plain_update.h"
#include "plainint.h"
#include "runbook.h"
#include "state.h"
#include "str.h"

enum { PASTE_NS = 500000000 }; /* nobody reads a warning and types a name in less */

static char *text_of(const char *s)
{
	return *s ? mem_dup(s) : NULL;
}

static struct intent intent_for(const struct prompt *pr, enum verb v)
{
	struct intent it = { .verb = v };

	if (pr) {
		it.prompt = pr->seq;
		it.step = mem_dup(pr->key);
		if (v == VERB_APPROVE)
			it.name = mem_dup(pr->in->guard->request);
		if (v == VERB_PLAY)
			it.name = mem_dup(pr->token);
	}
	return it;
}

static void not_understood(struct plain *p)
{
	plain_say(p, p->n_shown ? "That is no answer to the question: nothing was done. `again` "
				  "shows it again, ? explains."
				: "No question is open: nothing was done. ? explains.");
}

/* --- to a question ---------------------------------------------------------------------------- */

/* The name that a destructive step wants, letter by letter. */
static bool is_name(struct plain *p, const struct prompt *pr, const struct shown *s,
		    const char *line)
{
	struct intent it;

	if (pr->kind != ASK_NAME || strcmp(pr->typed, line) != 0)
		return false;
	if (p->in.tty && s && plain_now() - s->at < PASTE_NS) {
		plain_say(p, "That came sooner than anybody can read and type: nothing was "
			     "started. Type it again.");
		return true;
	}
	it = intent_for(pr, VERB_START);
	it.text = mem_dup(line);
	plain_make(p, &it, false);
	return true;
}

static void enter(struct plain *p, const struct prompt *pr)
{
	struct intent it;

	if (!pr->n_choices || pr->choices[0].key != '\n') {
		plain_say(p, "Enter alone is no answer here: nothing was done. `again` shows the "
			     "question again.");
		return;
	}
	it = intent_for(pr, pr->choices[0].verb);
	plain_make(p, &it, pr->choices[0].reason);
}

/* A number: an option, a line, a value of a list. */
static bool pick(struct plain *p, const struct prompt *pr, int number)
{
	size_t i = (size_t)number - 1;
	struct intent it = intent_for(pr, VERB_DONE);
	const struct field *f = pr->n_fields == 1 ? &pr->fields[0] : NULL;
	const char *value = NULL;
	bool reason = pr->n_choices && pr->choices[0].verb == VERB_DONE && pr->choices[0].reason;

	if (pr->kind == ASK_OPTION && i < pr->n_options)
		it.text = mem_dup(pr->options[i].id);
	else if (pr->kind == ASK_LINE && i < pr->n_lines)
		value = pr->lines[i];
	else if (pr->kind == ASK_FIELDS && f && i < f->n_one_of)
		value = f->one_of[i];
	if (value) {
		it.fields = mem_alloc(sizeof *it.fields);
		it.fields[0] = (struct intent_field){ mem_dup(f->name), mem_dup(value) };
		it.n_fields = 1;
	}
	if (!it.text && !value) {
		intent_release(&it);
		return false;
	}
	plain_make(p, &it, reason);
	return true;
}

static void value(struct plain *p, const struct prompt *pr, const char *text)
{
	struct intent it;
	struct value v = { 0 };
	struct err err = { 0 };

	if (pr->kind != ASK_FIELDS || pr->n_fields != 1) {
		plain_say(p, pr->kind == ASK_FIELDS ? "Several values are asked for: say done."
						    : "No value is asked for: nothing was done.");
		return;
	}
	if (pr->fields[0].secret) {
		plain_say(p, "A secret is not given on this line: it would stand on the screen. "
			     "Say done. Nothing was done.");
		return;
	}
	if (field_check(&pr->fields[0], plain_field_answer(&pr->fields[0], text), &v, &err)) {
		plain_say(p, "%s", err.text);
		return;
	}
	value_release(&v);
	it = intent_for(pr, VERB_DONE);
	it.fields = mem_alloc(sizeof *it.fields);
	it.fields[0] = (struct intent_field){
		mem_dup(pr->fields[0].name),
		mem_dup(plain_field_answer(&pr->fields[0], text)) };
	it.n_fields = 1;
	plain_make(p, &it, false);
}

/* A word that answers the question, with what was said after it. */
static bool word(struct plain *p, const struct prompt *pr, const struct plain_line *l)
{
	const struct choice *c = prompt_choice(pr, l->word);
	struct intent it;
	int64_t n;

	if (pr->kind == ASK_YES && (!strcasecmp(l->word, "yes") || !strcasecmp(l->word, "no"))) {
		it = intent_for(pr, VERB_DONE);
		it.text = mem_dup(strcasecmp(l->word, "no") ? "yes" : "no");
		plain_make(p, &it, false);
		return true;
	}
	if (!c || (pr->kind == ASK_YES && c->verb == VERB_DONE))
		return false;
	if (c->verb == VERB_START && pr->kind == ASK_NAME) {
		const struct shown *s = NULL;

		for (size_t i = 0; i < p->n_shown; i++)
			if (p->shown[i].seq == pr->seq)
				s = &p->shown[i];
		if (!is_name(p, pr, s, l->rest))
			plain_say(p, "That is not the name: nothing was started.");
		return true;
	}
	if (c->verb == VERB_DONE && *l->rest) {
		if (pr->kind == ASK_FIELDS && pr->n_fields == 1)
			value(p, pr, l->rest);
		else if (!str_to_i64(l->rest, &n) || n < 1 || n > 9999 || !pick(p, pr, (int)n))
			not_understood(p);
		return true;
	}
	it = intent_for(pr, c->verb);
	if (c->verb == VERB_PLAY && *l->rest)
		plain_field_add(&it, "result", l->rest);
	else if (c->verb == VERB_EDIT)
		it.text = text_of(l->rest);
	else
		it.reason = text_of(l->rest);
	plain_make(p, &it, c->reason);
	return true;
}

static void to_question(struct plain *p, const struct prompt *pr, const struct plain_line *l,
			bool number_only)
{
	if (l->what == SAID_VALUE)
		value(p, pr, l->rest);
	else if (number_only) {
		if (!pick(p, pr, l->number))
			not_understood(p);
	} else if (l->what == SAID_NOTHING)
		enter(p, pr);
	else if (!word(p, pr, l))
		not_understood(p);
}

/* --- a line ----------------------------------------------------------------------------------- */

bool plain_independent(const struct plain *p, const char *line)
{
	char *copy = mem_dup(line);
	struct plain_line l;
	bool yes;

	plain_parse(copy, &l);
	yes = l.what != SAID_NOTHING && l.what != SAID_WORD && l.what != SAID_VALUE &&
	      !(l.what == SAID_RUN && l.verb == VERB_CLOSE && !p->trouble);
	free(copy);
	return yes || p->o->facilitator; /* no question is his */
}

static bool other(struct plain *p, const struct plain_line *l)
{
	const struct cmd *c;
	char *rest;

	switch (l->what) {
	case SAID_HELP:
		plain_help(p);
		return true;
	case SAID_WHERE:
		plain_where(p);
		return true;
	case SAID_SHOW:
	case SAID_LOG:
		rest = mem_dup(l->rest);
		(l->what == SAID_SHOW ? plain_show : plain_log)(p, rest);
		free(rest);
		return true;
	case SAID_UPDATE:
		rest = mem_dup(l->rest);
		plain_update(p, rest);
		free(rest);
		return true;
	case SAID_AGAIN:
		plain_show_again(p, l->number);
		return true;
	case SAID_LEAVE:
		p->left = true;
		return true;
	case SAID_KEYS:
		plain_act_keys(p, l->rest);
		return true;
	case SAID_HIDDEN:
		c = plain_act_terminal(p);
		if (c)
			plain_ask_keys(p, c->token);
		return true;
	case SAID_RUN:
	case SAID_PAID:
		if (p->trouble && l->verb == VERB_CLOSE)
			plain_act_journal(p, l, "close");
		else
			plain_act_verb(p, l);
		return true;
	case SAID_WAIT:
	case SAID_MOVE:
		if (p->trouble)
			plain_act_journal(p, l, "wait");
		return p->trouble;
	default:
		return false;
	}
}

/* A name is a name before anything else but a word of ours: that must be said with `start`. */
static bool whole_line_is_name(struct plain *p, const char *line)
{
	const struct prompt *pr;
	const struct shown *s;
	bool many;
	int number = 0;
	size_t skip = strspn(line, "0123456789");

	if (p->n_shown > 1 && skip && skip < 4 && line[skip] == ' ') {
		while (*line != ' ')
			number = number * 10 + (*line++ - '0');
		line++;
	}
	pr = plain_asked(p, number, &many);
	if (!pr || plain_independent(p, line) || prompt_choice(pr, line))
		return false;
	s = number ? plain_shown(p, number) : &p->shown[0];
	return is_name(p, pr, s, line);
}

void plain_line(struct plain *p, char *line)
{
	const struct prompt *pr;
	struct plain_line l;
	bool many, number_only;

	if (p->making.need != NEED_NOTHING) {
		plain_make_line(p, line);
		return;
	}
	if (p->o->facilitator && plain_script_line(p, line))
		return;
	if (whole_line_is_name(p, line))
		return;
	plain_parse(line, &l);
	if (other(p, &l))
		return;
	if (p->o->facilitator) {
		plain_say(p, "Who facilitates answers no question of the run; `help` says what "
			     "there is. Nothing was done.");
		return;
	}
	number_only = l.number && l.what == SAID_NOTHING;
	pr = plain_asked(p, number_only && p->n_shown <= 1 ? 0 : l.number, &many);
	if (many)
		plain_say(p, "Several questions are open: begin with the number of the one that "
			     "you mean. Nothing was done.");
	else if (!pr)
		not_understood(p);
	else if (number_only && p->n_shown > 1)
		plain_show_again(p, l.number);
	else
		to_question(p, pr, &l, number_only);
}

void plain_answered(void *ctx, const struct client_answer *a)
{
	struct plain *p = ctx;

	if (p->answers)
		answers_answered(p, a);
	if (p->journal_id[0] && str_eq(a->id, p->journal_id)) {
		p->journal_id[0] = '\0';
		p->closed_over = a->accepted && p->closing;
	}
	if (a->accepted || p->answers)
		return;
	plain_say(p, "Refused: %s", a->why);
	if (p->n_shown)
		plain_say(p, "The question stands. `again` shows it again.");
}
