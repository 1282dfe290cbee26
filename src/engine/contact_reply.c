/* What the operator says of a climb: who answered, what came of a call, yes or no. */
#include "climbing.h"
#include "clock.h"
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"

static const struct word {
	const char *word;
	bool of_party;    /* how they stand; else what came of the try */
	int value;
} words[] = {
	{ "answered", true, LADDER_ACKED },	{ "joined", true, LADDER_PRESENT },
	{ "refused", true, LADDER_REFUSING },	{ "released", true, LADDER_RELEASED },
	{ "no-answer", false, LADDER_NO_ANSWER }, { "voicemail", false, LADDER_VOICEMAIL },
	{ "wrong", false, LADDER_WRONG },	{ "calling", false, LADDER_BEGUN },
	{ "sent", false, LADDER_SENT },		{ "passed", false, LADDER_PASSED },
};

static const struct word *word_for(const char *text)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(words[i].word, text))
			return &words[i];
	return NULL;
}

bool contact_reply_word(const char *word)
{
	return word_for(word);
}

static void refuse(struct pass *p, const struct inst *in, const char *why)
{
	emit_refused(p, in, "reply", why);
}

/* --- yes or no -------------------------------------------------------------------------------- */

void contact_answer(struct pass *p, const struct inst *in, const struct intent *it)
{
	bool yes = str_eq(it->text, "yes"), no = str_eq(it->text, "no");
	int question = in->climb->question;
	struct jsonw *w;

	if (question == LADDER_NONE) {
		refuse(p, in, "it asks no yes or no now: name somebody, and say what came of it");
		return;
	}
	if (it->prompt != in->prompt) {
		refuse(p, in, "that question is not asked any more");
		return;
	}
	if (!yes && !no) {
		refuse(p, in, "answer yes or no");
		return;
	}
	w = emit_begin(p, EV_CONTACT);
	jw_str(w, "what", "answer");
	jw_int(w, "question", question + 1);
	jw_bool(w, "yes", yes);
	jw_str(w, "text", contact_question(in));
	emit_end(p, EV_CONTACT, in, in->attempt);
}

/* --- somebody --------------------------------------------------------------------------------- */

static void reply(struct pass *p, const struct inst *in, int party, const struct word *word,
		  const char *note)
{
	const struct ladder_party *who = ladder_party(in->climb->ladder, party);
	const struct ladder_try *y;
	struct jsonw *w = emit_begin(p, EV_CONTACT);

	ladder_tries(in->climb->ladder, &y);
	jw_str(w, "what", "reply");
	jw_int(w, "party", party);
	jw_str(w, "standing", ladder_standing_name((enum ladder_standing)word->value));
	contact_words(w, in, party, who->last_try == LADDER_NONE ? -1 : y[who->last_try].way);
	if (note && *note)
		jw_str(w, "why", note);
	emit_end(p, EV_CONTACT, in, in->attempt);
}

/* Why this cannot be the result of their last try; NULL: it can. */
static const char *no_result(const struct inst *in, int party, const struct word *word)
{
	const struct ladder_party *who = ladder_party(in->climb->ladder, party);
	const struct ladder_try *y;
	bool by_hand;

	if (who->last_try == LADDER_NONE)
		return "they were not tried yet: only answered, joined, refused and released say "
		       "something then";
	ladder_tries(in->climb->ladder, &y);
	y += who->last_try;
	by_hand = !contact_carrier(in->step->contact, y->party, y->way);
	if (y->result == LADDER_REPLIED || y->result == LADDER_DECLINED)
		return "they replied to their last try";
	if ((word->value == LADDER_BEGUN || word->value == LADDER_SENT) &&
	    (!by_hand || y->result > LADDER_BEGUN))
		return "that is no try by hand that waits to be made";
	return NULL;
}

/* What came of a try is said of the one that was on the screen: by now it may be another. */
static const char *is_stale(const struct inst *in, int party, const struct intent *it)
{
	const struct ladder_party *who = ladder_party(in->climb->ladder, party);
	int64_t tries;

	for (size_t i = 0; i < it->n_fields; i++)
		if (str_eq(it->fields[i].name, "try") &&
		    (!str_to_i64(it->fields[i].text, &tries) || tries != who->tries))
			return "that was said of an earlier try of theirs; another was made since";
	return NULL;
}

/* Counts in every state; where the step waits for nothing any more it is on record. */
static void late(struct pass *p, const struct inst *in)
{
	struct ladder_step next;

	if (in->state != STEP_DECIDING && in->state != STEP_SUSPENDED &&
	    in->state != STEP_DEFERRED)
		return;
	next = ladder_next(in->climb->ladder, NULL, p->now / CLOCK_MS);
	if (next.what == LADDER_DONE)
		contact_reached(p, in, next.party);
}

void contact_reply(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct word *word = word_for(it->text);
	const char *why;
	int party;

	if (!inst_is_contact(in) || !in->climb) {
		refuse(p, in, "the step reaches nobody now");
		return;
	}
	if (!it->name || !*it->name) {
		contact_answer(p, in, it);
		return;
	}
	party = contact_find(in->step->contact, it->name);
	if (party < 0) {
		refuse(p, in, "the contacts file has nobody of that name");
		return;
	}
	if (!word) {
		refuse(p, in, "say answered, joined, no-answer, voicemail, refused, wrong, "
			      "calling, sent, passed or released");
		return;
	}
	why = word->of_party ? NULL : is_stale(in, party, it);
	if (!why && !word->of_party)
		why = no_result(in, party, word);
	if (why) {
		refuse(p, in, why);
		return;
	}
	if (word->of_party)
		reply(p, in, party, word, it->reason);
	else
		contact_result(p, in, ladder_party(in->climb->ladder, party)->last_try,
			       (enum ladder_result)word->value, it->reason);
	late(p, in);
}
