/* What a drill puts on record: what its stage says, its facilitator, and words for a command. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "mem.h"
#include "str.h"

/* --- the facilitator -------------------------------------------------------------------------- */

const char *drill_not_theirs(enum verb v)
{
	switch ((int)v) {
	case VERB_NOTE: case VERB_INVENT: case VERB_OBSERVE: case VERB_PLAY: case VERB_ATTACH:
		return NULL;
	default:
		return "a facilitator does not operate the run";
	}
}

static struct jsonw *begin(struct pass *p, enum drill_what what)
{
	struct jsonw *w = emit_begin(p, EV_DRILL);

	jw_str(w, "what", word_of(WORDS_DRILL, what));
	return w;
}

static void facilitator(struct pass *p, const char *client, bool on)
{
	const struct seat *seat = &p->s->seat;
	struct jsonw *w;

	if (on && seat->taken && str_eq(seat->client, client)) {
		w = emit_begin(p, EV_SEAT);
		jw_str(w, "what", "left");
		jw_str(w, "client", client);
		emit_end(p, EV_SEAT, NULL, 0);
	}
	w = begin(p, DRILL_FACILITATOR);
	jw_str(w, "client", client);
	jw_bool(w, "on", on);
	emit_end(p, EV_DRILL, NULL, 0);
}

void drill_left(struct pass *p, const char *client)
{
	if (drill_facilitates(p->s, client))
		facilitator(p, client, false);
}

/* Why that intent is not taken; NULL: it is, so far. */
static const char *not_facilitated(const struct pass *p, const struct intent *it)
{
	if (p->s->mode != MODE_DRILL)
		return "this run is no drill";
	if (!drill_facilitates(p->s, it->client))
		return "only a facilitator of the drill may";
	return NULL;
}

void drill_invent(struct pass *p, const struct inst *in, const struct intent *it)
{
	const char *why = not_facilitated(p, it);
	char id[32];
	struct jsonw *w;

	if (!why && (!it->text || !*it->text))
		why = "it does not say what is shown";
	if (why) {
		emit_refused(p, in, "invent", why);
		return;
	}
	snprintf(id, sizeof id, "own-%zu", p->s->drill.n_invented + 1);
	w = begin(p, DRILL_INVENTED);
	jw_str(w, "inject", id);
	jw_str(w, "show", it->text);
	emit_end(p, EV_DRILL, NULL, 0);
	if (!str_eq(it->name, "help"))
		return;
	w = begin(p, DRILL_HELP);
	jw_str(w, "of", "facilitator");
	jw_str(w, "inject", id);
	emit_end(p, EV_DRILL, NULL, 0);
}

void drill_observe(struct pass *p, const struct inst *in, const struct intent *it)
{
	const char *why = not_facilitated(p, it);
	struct jsonw *w;

	if (!why && (!it->text || !*it->text))
		why = "it does not say what was observed";
	if (why) {
		emit_refused(p, in, "observe", why);
		return;
	}
	w = begin(p, DRILL_OBSERVED);
	jw_str(w, "text", it->text);
	if (it->name && *it->name)
		jw_str(w, "objective", it->name);
	emit_end(p, EV_DRILL, in, in ? in->attempt : 0);
}

void drill_help(struct pass *p, const struct inst *in, const struct intent *it)
{
	struct jsonw *w;

	if (p->s->mode != MODE_DRILL) {
		emit_refused(p, in, "help", "this run is no drill");
		return;
	}
	if (!str_eq(it->name, "screen")) {
		emit_refused(p, in, "help", "it does not say where help was looked for: screen");
		return;
	}
	w = begin(p, DRILL_HELP);
	jw_str(w, "of", "screen");
	emit_end(p, EV_DRILL, in, in ? in->attempt : 0);
}

/* --- words for a command ---------------------------------------------------------------------- */

static const char *field(const struct intent *it, const char *name)
{
	for (size_t i = 0; i < it->n_fields; i++)
		if (str_eq(it->fields[i].name, name))
			return it->fields[i].text;
	return NULL;
}

/* In a word, or as a status and what it prints. */
static const char *comes_to(const struct intent *it, int64_t *ret_exit, const char **ret_output)
{
	const char *result = field(it, "result"), *exit = field(it, "exit");

	*ret_exit = str_eq(result, "failed");
	*ret_output = it->text;
	if (!exit && !result && !it->text)
		return "say what it comes to: worked, failed, or what it prints";
	if (exit && (!str_to_i64(exit, ret_exit) || *ret_exit < 0 || *ret_exit > 255))
		return "an exit status is a number from 0 to 255";
	if (!it->text && result && strcmp(result, "failed") && strcmp(result, "worked"))
		*ret_output = result;
	return NULL;
}

static const char *not_playable(struct pass *p, const struct intent *it)
{
	const struct drill_play *play = state_play(p->s, it->name);
	const struct cmd *c = state_cmd(p->s, it->name);

	if (!state_plays(p->s))
		return "here commands are run, not answered";
	if (!play || play->answered || !c || c->phase != CMD_INTENT)
		return "no such command waits for what it comes to";
	if (it->prompt && it->prompt != play->seq)
		return "that question is not asked any more";
	if (play->of == DRILL_BY_FACILITATOR && !drill_facilitates(p->s, it->client))
		return "what this command comes to is for the facilitator to say";
	return NULL;
}

static void member(struct jsonw *w, const char *key, const char *text)
{
	if (text && *text)
		jw_str(w, key, text);
}

static void play_now(struct pass *p, const char *token)
{
	struct action *a = emit_action(p, ACT_PLAY);

	str_clip(a->token, sizeof a->token, token);
}

void drill_play(struct pass *p, const struct inst *in, const struct intent *it)
{
	const char *why = not_playable(p, it), *output = NULL;
	int64_t exit = 0;
	const struct cmd *c = state_cmd(p->s, it->name);
	bool theirs = drill_facilitates(p->s, it->client);
	struct jsonw *w;

	if (!why)
		why = comes_to(it, &exit, &output);
	if (why) {
		emit_refused(p, in, "play", why);
		return;
	}
	w = begin(p, DRILL_ANSWER);
	jw_str(w, "token", c->token);
	jw_str(w, "by", drill_by_word(theirs ? DRILL_BY_FACILITATOR : DRILL_BY_OPERATOR));
	jw_bool(w, "covered", true);
	jw_int(w, "exit", exit);
	jw_int(w, "took_ms", 0);
	member(w, "output", output);
	member(w, "stderr", field(it, "stderr"));
	member(w, "says", field(it, "says"));
	member(w, "expects", field(it, "expects"));
	emit_end(p, EV_DRILL, c->inst, c->attempt);
	play_now(p, c->token);
}

/* --- the stage -------------------------------------------------------------------------------- */

static void told_facilitator(struct pass *p, const struct drill_told *t)
{
	if (t->on != drill_facilitates(p->s, t->client))
		facilitator(p, t->client, t->on);
}

static void told_inject(struct pass *p, const struct drill_told *t)
{
	struct jsonw *w = begin(p, t->what);

	jw_str(w, "inject", t->inject);
	if (t->what == DRILL_DELIVERED) {
		member(w, "show", t->show);
		member(w, "effect", t->effect);
		jw_str(w, "by", drill_by_word(t->by));
	}
	emit_end(p, EV_DRILL, NULL, 0);
}

static void told_asked(struct pass *p, const struct drill_told *t)
{
	const struct cmd *c = state_cmd(p->s, t->token);
	struct jsonw *w;

	if (!c || c->phase != CMD_INTENT || state_play(p->s, t->token))
		return;
	w = begin(p, DRILL_ASKED);
	jw_str(w, "token", c->token);
	jw_str(w, "of", drill_by_word(t->by));
	emit_end(p, EV_DRILL, c->inst, c->attempt);
}

static void told_answer(struct pass *p, const struct drill_told *t)
{
	const struct drill_play *play = state_play(p->s, t->token);
	const struct cmd *c = state_cmd(p->s, t->token);
	struct jsonw *w;

	if (!c || !inst_in_flight(c) || (play && play->answered))
		return;
	w = begin(p, DRILL_ANSWER);
	jw_str(w, "token", c->token);
	jw_str(w, "by", drill_by_word(t->by));
	jw_bool(w, "covered", t->covered);
	member(w, "inject", t->inject);
	if (t->covered) {
		jw_int(w, t->signal ? "signal" : "exit", t->signal ? t->signal : t->exit);
		jw_int(w, "took_ms", t->took_ms);
	}
	emit_end(p, EV_DRILL, c->inst, c->attempt);
	play_now(p, c->token);
}

/* Somebody whom the scenario has reply: what a person would have said of them. */
static void told_reply(struct pass *p, const struct intent *it)
{
	const struct inst *in = state_inst(p->s, it->step);

	if (!in || !in->parent || it->verb != VERB_REPLY || !table_answers[in->state][VERB_REPLY])
		emit_refused(p, in, "reply", "nobody waits for that now");
	else
		table_answers[in->state][VERB_REPLY](p, in, it);
}

void drill_input(struct pass *p)
{
	static void (*const rows[DRILL_WHAT_MAX])(struct pass *, const struct drill_told *) = {
		[DRILL_FACILITATOR] = told_facilitator, [DRILL_DUE] = told_inject,
		[DRILL_DELIVERED] = told_inject, [DRILL_HELD] = told_inject,
		[DRILL_RELEASED] = told_inject, [DRILL_LEFT_OUT] = told_inject,
		[DRILL_ASKED] = told_asked, [DRILL_ANSWER] = told_answer,
	};
	const struct intent *it = p->in->intent;
	const struct drill_told *t = p->in->drill;
	const char *why = it && it->verb == VERB_INJECT ? not_facilitated(p, it) : NULL;

	if (p->s->mode != MODE_DRILL || (!t && !it))
		return;
	if (why || (it && p->in->reason))
		emit_refused(p, NULL, word_of(WORDS_VERB, it->verb), why ? why : p->in->reason);
	else if (!t)
		told_reply(p, it);
	else if (rows[t->what])
		rows[t->what](p, t);
}
