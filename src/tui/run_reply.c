/* One key for each reply of a person on a ladder. They count on the board of that ladder only. */
#include "run_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "client.h"
#include "contact_state.h"
#include "mem.h"
#include "state.h"
#include "str.h"

static const struct {
	char key;
	bool shown;          /* on the board; the others stand in its menu only */
	const char *word;    /* as it is sent */
	const char *hint, *does;
} replies[] = {
	{ 'c', true, "calling", "calling", "you are calling: the wait counts from now" },
	{ 'a', true, "answered", "answered", "was reached and has understood" },
	{ 'j', true, "joined", "joined", "is here, or in the call" },
	{ 'n', true, "no-answer", "no answer", "did not answer: the next one comes at once" },
	{ 'v', true, "voicemail", "voicemail", "a message was left on a machine" },
	{ 'r', true, "refused", "refused", "said no: is not tried again" },
	{ 'w', true, "wrong", "wrong number", "somebody else's number: it is not used again" },
	{ 'p', true, "passed", "pass over", "go on without this try" },
	{ 'd', false, "sent", "done", "the message was given as the board says" },
	{ 'g', false, "released", "may go again", "was here and is needed no longer" },
};
enum { REPLIES = sizeof replies / sizeof replies[0] };

bool run_reply_takes(const struct inst *in)
{
	return inst_is_contact(in) && in->climb;
}

/* --- sending --------------------------------------------------------------------------------- */

/* tries: how often they were tried, as it was seen; -1: it is of no try. */
static void send(struct run *r, const struct inst *in, const char *name, const char *text,
		 int64_t tries)
{
	struct intent it = { .verb = VERB_REPLY };

	it.step = mem_dup(in->key);
	it.name = name ? mem_dup(name) : NULL;
	it.text = mem_dup(text);
	it.prompt = name ? 0 : in->prompt;
	if (tries >= 0) {
		it.fields = mem_alloc(sizeof *it.fields);
		it.fields[0] = (struct intent_field){ mem_dup("try"),
						      mem_printf("%lld", (long long)tries) };
		it.n_fields = 1;
	}
	run_make(r, &it, false);
}

static bool may(struct run *r)
{
	if (r->trouble)
		run_say(r, "The journal cannot be written: nothing can be sent. Esc, then j.");
	else if (run_role(r) == RUN_LOOKS)
		run_say(r, "The run is closed.");
	else if (run_role(r) != RUN_ACTS)
		run_say(r, "You look on: Esc, then i takes the seat.");
	else
		return true;
	return false;
}

/* What a channel's line asks the operator to do is done, or not; nobody can be reached there. */
static bool is_errand(const struct inst *in, const struct board_row *row)
{
	const struct contact *c = in->step->contact;
	const struct contact_party *who = row ? contact_party(c, contact_find(c, row->id)) : NULL;

	return who && who->is_channel && str_eq(who->kind, "by_hand");
}

bool run_reply_is(uint32_t code, const struct board *b)
{
	if (b->question && (code == 'Y' || code == 'N'))
		return true;
	for (size_t i = 0; i < REPLIES; i++)
		if ((uint32_t)replies[i].key == code)
			return true;
	return false;
}

bool run_reply_key(struct run *r, const struct inst *in, const struct board *b,
		   const struct board_row *row, uint32_t code)
{
	if ((code == 'Y' || code == 'N') && b->question) {
		if (may(r))
			send(r, in, NULL, code == 'Y' ? "yes" : "no", -1);
		return true;
	}
	for (size_t i = 0; i < REPLIES; i++) {
		if ((uint32_t)replies[i].key != code)
			continue;
		if (may(r) && !row)
			run_say(r, "Say of whom first: arrows up and down.");
		else if (row && code == 'd' && !is_errand(in, row))
			run_say(r, "d is not for a call: say what came of it, or Esc goes back.");
		else if (row && may(r))
			send(r, in, row->id, replies[i].word, row->n);
		return true;
	}
	return false;
}

/* --- severity -------------------------------------------------------------------------------- */

struct severity_list {
	struct run *r;
	char *step;
};

static void severity_chosen(void *ctx, int i)
{
	struct severity_list *l = ctx;
	const struct inst *in = state_inst(view_state(l->r->v), l->step);
	struct intent it = { .verb = VERB_CORRECT };

	if (i >= 0 && in && inst_is_contact(in) && may(l->r)) {
		it.step = mem_dup(in->key);
		it.name = mem_dup(in->step->severity ? in->step->severity : "severity");
		it.text = mem_dup(in->step->contact->severities[i]);
		run_make(l->r, &it, true);
	}
	free(l->step);
	free(l);
}

void run_reply_severity(struct run *r, const struct inst *in)
{
	const struct contact *c = in->step->contact;
	struct menu_item *item = mem_alloc((c->n_severities + 1) * sizeof *item);
	struct severity_list *l = mem_alloc(sizeof *l);

	*l = (struct severity_list){ r, mem_dup(in->key) };
	for (size_t i = 0; i < c->n_severities; i++) {
		item[i] = (struct menu_item){ .key = i < 9 ? '1' + (uint32_t)i : 0,
					      .word = c->severities[i], .does = "" };
		if (in->climb && ladder_severity(in->climb->ladder) == (int)i)
			item[i].does = "(now)";
	}
	menu_push(r->t, "how bad is it?", item, c->n_severities, severity_chosen, l);
	free(item);
}

/* --- what is shown --------------------------------------------------------------------------- */

size_t run_reply_hints(const struct inst *in, const struct board *b, const struct board_row *row,
		       struct run_hint *ret, size_t max, bool few)
{
	bool errand = is_errand(in, row);
	size_t n = 0;

	if (b->question && max >= 2) {
		ret[n++] = (struct run_hint){ "Y", "yes" };
		ret[n++] = (struct run_hint){ "N", few ? "no" : "no (to what is asked)" };
	}
	for (size_t i = 0; i < REPLIES && n < max; i++)
		if (errand ? replies[i].key == 'd' || replies[i].key == 'p' : replies[i].shown) {
			snprintf(ret[n].key, sizeof ret[n].key, "%c", replies[i].key);
			ret[n++].word = replies[i].hint;
		}
	return n;
}

void run_reply_help(struct buf *out)
{
	for (size_t i = 0; i < REPLIES; i++)
		buf_addf(out, "%c  %s: %s\n", replies[i].key, replies[i].hint, replies[i].does);
}

struct reply_list {
	struct run *r;
	char *step, *id;
	int64_t n;
};

static void chosen(void *ctx, int i)
{
	struct reply_list *l = ctx;
	const struct inst *in = state_inst(view_state(l->r->v), l->step);

	if (i >= 0 && in && run_reply_takes(in) && may(l->r))
		send(l->r, in, l->id, replies[i].word, l->n);
	free(l->step);
	free(l->id);
	free(l);
}

void run_reply_menu(struct run *r, const struct inst *in, const struct board_row *row)
{
	struct menu_item item[REPLIES];
	struct reply_list *l;
	char title[120];

	if (!row) {
		run_say(r, "Say of whom first: arrows up and down.");
		return;
	}
	for (size_t i = 0; i < REPLIES; i++)
		item[i] = (struct menu_item){ .key = (uint32_t)replies[i].key,
					      .word = replies[i].hint, .does = replies[i].does };
	l = mem_alloc(sizeof *l);
	*l = (struct reply_list){ r, mem_dup(in->key), mem_dup(row->id), row->n };
	snprintf(title, sizeof title, "what came of %.80s",
		 row->cell[0].text ? row->cell[0].text : row->id);
	menu_push(r->t, title, item, REPLIES, chosen, l);
}

void run_reply_message(struct run *r, const struct inst *in)
{
	struct buf raw = BUF_INIT, safe = BUF_INIT;

	contact_message(&raw, view_state(r->v), in);
	str_printable(&safe, buf_str(&raw), raw.len, true);
	text_push(r->t, "the message: subject, then text", buf_str(&safe), NULL, NULL);
	buf_release(&raw);
	buf_release(&safe);
}
