/* Intents on their way, and what came back. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "str.h"

static void remember(struct run *r, const char *id, enum verb verb)
{
	if (r->n_ids == RUN_IDS) {
		r->n_ids--;
		memmove(r->ids, r->ids + 1, r->n_ids * sizeof r->ids[0]);
		memmove(r->verbs, r->verbs + 1, r->n_ids * sizeof r->verbs[0]);
	}
	r->verbs[r->n_ids] = verb;
	memcpy(r->ids[r->n_ids++], id, sizeof r->ids[0]);
}

/* What it was; VERB_INVALID: none of ours. */
static enum verb forget(struct run *r, const char *id)
{
	for (size_t i = 0; i < r->n_ids; i++) {
		enum verb verb = r->verbs[i];

		if (!str_eq(r->ids[i], id))
			continue;
		r->n_ids--;
		memmove(r->ids + i, r->ids + i + 1, (r->n_ids - i) * sizeof r->ids[0]);
		memmove(r->verbs + i, r->verbs + i + 1, (r->n_ids - i) * sizeof r->verbs[0]);
		return verb;
	}
	return VERB_INVALID;
}

void run_send(struct run *r)
{
	struct intent *it = &r->making.it;
	struct err err = { 0 };
	char id[40];

	if (client_send(r->c, it, id, &err)) {
		run_say(r, "Not sent: %s", err.text);
	} else {
		remember(r, id, it->verb);
		r->spent = true;
		if (it->verb == VERB_REOPEN || it->verb == VERB_RECALL) {
			free(r->want);
			r->want = mem_dup(it->step);
		}
		if (it->prompt) {
			r->waiting = true;
			r->said_sent = false;
			r->sent_at = clock_now().boot;
			memcpy(r->waiting_id, id, sizeof id);
		}
	}
	run_make_drop(r);
	scene_stale(r->t);
}

/* Of what leaves no other trace on the screen it is said that it was taken. */
static void say_taken(struct run *r, enum verb verb, int64_t seq)
{
	switch ((int)verb) {
	case VERB_NOTE:
		run_say(r, "The note is on record: row %lld.", (long long)seq);
		break;
	case VERB_INVENT: case VERB_OBSERVE: case VERB_PLAY:
	case VERB_CORRECT: case VERB_REFRESH: case VERB_PACE: case VERB_EDIT:
		run_say(r, "%s: on record, row %lld.", word_of(WORDS_VERB, verb), (long long)seq);
		break;
	case VERB_INJECT:
		run_say(r, "On record, row %lld.", (long long)seq);
		break;
	case VERB_IDENTIFY:
		run_say(r, "It is known now who you are, and on record. Type the name again.");
		break;
	case VERB_HANDOVER:
		r->gave = true;
		run_say(r, "The seat is free for whom you named; i takes it back.");
		break;
	case VERB_JOURNAL:
		run_say(r, "The keeper was told; the journal is %s.", client_journal(r->c));
		break;
	default:
		break;
	}
}

static void say_refused(struct run *r, enum verb verb, const char *why)
{
	const struct inst *at = run_at(r);

	why = why ? why : "no reason was given";
	free(r->want);
	r->want = NULL;
	if (at && verb == VERB_START && run_unknown(r, at)) {
		run_identify(r);
		return;
	}
	if (run_naming(r) || r->trouble) { /* what matters more is on the screen already */
		run_say(r, "Not done: %.400s.", why);
		return;
	}
	buf_clear(&r->refused);
	str_printable(&r->refused, why, strlen(why), false);
}

void run_answered(void *ctx, const struct client_answer *a)
{
	struct run *r = ctx;
	enum verb verb = forget(r, a->id);

	if (r->waiting && str_eq(a->id, r->waiting_id))
		r->waiting = false;
	if (r->journal_id[0] && str_eq(a->id, r->journal_id)) {
		r->journal_id[0] = '\0';
		r->closed_over = a->accepted && r->closing_over;
	}
	if (a->accepted)
		say_taken(r, verb, a->seq);
	else if (verb != VERB_INVALID)
		say_refused(r, verb, a->why);
	if (r->drive_due && client_has_seat(r->c) && !r->ended)
		r->drives = true;
	r->drive_due = false;
	run_stir(r);
}

void run_journal(struct run *r, const char *text)
{
	struct intent it = { .verb = VERB_JOURNAL };
	struct err err = { 0 };

	it.text = mem_dup(text);
	r->closing_over = strcmp(text, "close") == 0;
	if (client_send(r->c, &it, r->journal_id, &err))
		run_say(r, "Not sent: %s", err.text);
	else
		remember(r, r->journal_id, VERB_JOURNAL);
	intent_release(&it);
}
