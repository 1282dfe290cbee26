/* The walk by a file: each question gets the next answer that is meant for it. An answer to no
 * question (a note, an abort) goes out when all before it are used and it can be done. */
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "client_status.h"
#include "clock.h"
#include "contact_state.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"
#include "plain_update.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

enum { AGAIN_MS = 200 };

void answers_differ(struct plain *p, const struct answer *a, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (a)
		plain_say(p, "* %s:%d:%d: %s", a->at.file, a->at.line, a->at.col, text);
	else
		plain_say(p, "* %s: %s", p->answers->path, text);
	p->status = CLIENT_ENDED;
	p->left = true;
}

static struct answer *next_answer(const struct answers *a, size_t *ret_i)
{
	for (size_t i = 0; i < a->n; i++)
		if (!a->v[i].used) {
			*ret_i = i;
			return &a->v[i];
		}
	*ret_i = a->n;
	return NULL;
}

/* --- sending ---------------------------------------------------------------------------------- */

static void send(struct plain *p, struct intent *it, struct answer *a, const char *note)
{
	struct answers *as = p->answers;
	struct err err = { 0 };

	it->by_file = true;
	if (client_send(p->c, it, as->id, &err)) {
		answers_differ(p, a, "not sent: %s", err.text);
		return;
	}
	as->waits = true;
	as->prompt = it->prompt;
	as->sent = a;
	if (a)
		a->used = true;
	if (a)
		plain_say(p, "> %s (%s:%d)", note, as->path, a->at.line);
	else
		plain_say(p, "> %s (%s: default)", note, as->path);
}

/* The option that the text means: its id, its title, its number. */
static const char *option_of(const struct prompt *pr, const char *text)
{
	int64_t n = 0;

	if (!text)
		return NULL;
	str_to_i64(text, &n);
	for (size_t i = 0; i < pr->n_options; i++)
		if (str_eq(pr->options[i].id, text) || str_eq(pr->options[i].title, text) ||
		    (int64_t)i + 1 == n)
			return pr->options[i].id;
	return text;
}

/* The line that the text means: itself, or by its number. */
static const char *line_of(const struct prompt *pr, const char *text)
{
	int64_t n = 0;

	if (!text)
		return NULL;
	for (size_t i = 0; i < pr->n_lines; i++)
		if (str_eq(pr->lines[i], text))
			return text;
	str_to_i64(text, &n);
	return n >= 1 && n <= (int64_t)pr->n_lines ? pr->lines[n - 1] : text;
}

/* Whether what it says is a secret: it is shown on no screen. */
static bool is_secret(const struct plain *p, const struct answer *a, const struct prompt *pr)
{
	if (a->verb == VERB_REFRESH || a->from)
		return true;
	if (a->verb == VERB_CORRECT)
		return plain_make_has_secret(p, a->name);
	for (size_t i = 0; pr && a->verb == VERB_DONE && i < pr->n_fields; i++)
		if (pr->fields[i].secret)
			return true;
	return false;
}

/* Once: it may be sent again, and a vault is asked no second time. False: the walk ended. */
static bool fetch(struct plain *p, struct answer *a)
{
	char *folder = fsio_dirname(p->answers->path);
	const struct source s = { .kind = a->from_kind, .text = a->from, .folder = folder,
				  .apart = true };
	struct buf text = { .secret = true };
	struct err err = { 0 };
	bool open = false;
	int rc = source_read(&s, &text, &open, &err);

	if (rc)
		answers_differ(p, a, "what is to be answered is not found (%s): %s", a->from,
			       err.text);
	else
		a->text = mem_dup(buf_str(&text));
	if (open)
		plain_say(p, "* %s: everybody on this host can read it", a->from);
	buf_release(&text);
	free(folder);
	return !rc;
}

static void send_answer(struct plain *p, struct answer *a, const struct prompt *pr,
			const struct inst *in)
{
	if (a->from && !a->text && !fetch(p, a))
		return;
	struct intent it = { .verb = a->verb, .text = a->text, .reason = a->reason,
			     .name = a->paid ? (char[]){ "paid" } : a->name,
			     .fields = a->fields, .n_fields = a->n_fields };
	if (pr && a->verb == VERB_PLAY)
		it.name = (char *)(uintptr_t)pr->token;
	struct buf note = BUF_INIT;

	if (pr)
		it.prompt = pr->seq;
	else if (in)
		it.prompt = in->prompt;
	if (in)
		it.step = in->key;
	if (pr && pr->kind == ASK_OPTION && a->verb == VERB_DONE)
		it.text = (char *)(uintptr_t)option_of(pr, a->text);
	if (pr && pr->kind == ASK_LINE && a->verb == VERB_DONE)
		it.text = (char *)(uintptr_t)line_of(pr, a->text);
	buf_adds(&note, answers_word(a));
	if (a->text && is_secret(p, a, pr)) {
		buf_adds(&note, " (hidden)");
	} else if (a->text) {
		buf_addc(&note, ' ');
		str_printable(&note, a->text, strlen(a->text), false);
	}
	send(p, &it, a, buf_str(&note));
	buf_release(&note);
}

static void send_default(struct plain *p, const struct prompt *pr, enum verb v, char *reason)
{
	struct intent it = { .verb = v, .prompt = pr->seq, .reason = reason,
			     .step = (char *)(uintptr_t)pr->key };

	send(p, &it, NULL, word_of(WORDS_VERB, v));
}

/* --- questions -------------------------------------------------------------------------------- */

static bool fits_prompt(struct plain *p, const struct answer *a, const struct prompt *pr)
{
	regex_t re;
	bool yes;

	if (!a->prompt)
		return true;
	if (regcomp(&re, a->prompt, REG_EXTENDED | REG_NOSUB))
		return false;
	yes = regexec(&re, pr->sentence, 0, NULL, 0) == 0;
	regfree(&re);
	if (!yes)
		answers_differ(p, a, "expected a question like /%s/; the walk asks: %s", a->prompt,
			       pr->sentence);
	return yes;
}

static void play_default(struct plain *p, const struct prompt *pr)
{
	struct intent_field f = { (char[]){ "result" }, p->answers->play };
	struct intent it = { .verb = VERB_PLAY, .prompt = pr->seq, .fields = &f, .n_fields = 1,
			     .name = (char *)(uintptr_t)pr->token,
			     .step = (char *)(uintptr_t)pr->key };

	send(p, &it, NULL, p->answers->play);
}

static bool by_default(struct plain *p, const struct prompt *pr)
{
	struct answers *a = p->answers;

	if (a->start_change && pr->kind == ASK_ENTER && pr->in->state == STEP_WAITING &&
	    !(pr->in->step->effect_given && pr->in->step->effect == EFFECT_DESTROY)) {
		send_default(p, pr, VERB_START, NULL);
		return true;
	}
	if (a->play && pr->kind == ASK_PLAY) {
		play_default(p, pr);
		return true;
	}
	if (a->close_reason && pr->kind == ASK_CLOSE) {
		send_default(p, pr, VERB_CLOSE, a->close_reason);
		return true;
	}
	return false;
}

static bool goes_on_by_itself(const struct prompt *pr)
{
	return pr->kind == ASK_CONTACT || (pr->kind == ASK_YES && inst_goes_on(pr->in)) ||
	       (pr->in && pr->in->state == STEP_DECIDING && pr->in->retry_at >= 0);
}

/* Answers may be taken out of their order as far as the next one that is for no question. */
static size_t window(const struct answers *a, size_t head)
{
	size_t end = head;

	while (end < a->n && (a->v[end].used || a->v[end].optional ||
			      answers_is_prompted(&a->v[end]) || a->v[end].verb == VERB_CLOSE))
		end++;
	return end;
}

static const struct inst *asks_for(const struct prompt *pr)
{
	return pr->kind == ASK_CLOSE ? NULL : pr->in;
}

/* True: something was sent, or the walk differs. */
static bool answer_prompt(struct plain *p, const struct prompt *pr, size_t end)
{
	struct answers *as = p->answers;
	struct answer *a = answers_find(p, asks_for(pr), -1, end), *head;
	size_t i;

	if (pr->kind == ASK_CONTACT) /* what is meant for a question of it comes later */
		a = answers_find(p, asks_for(pr), VERB_SUSPEND, end);
	if (pr->kind == ASK_CLOSE)
		a = answers_find(p, NULL, VERB_CLOSE, end);
	if (pr->kind == ASK_PLAY)
		a = answers_find(p, asks_for(pr), VERB_PLAY, end);
	if (a) {
		plain_say(p, "? %s", pr->sentence);
		if (fits_prompt(p, a, pr))
			send_answer(p, a, pr, asks_for(pr));
		return true;
	}
	if (by_default(p, pr))
		return true;
	if (goes_on_by_itself(pr) || answers_find(p, asks_for(pr), -1, as->n))
		return false;
	head = next_answer(as, &i);
	if (head)
		answers_differ(p, head, "expected to answer %s: %s; the walk asks: %s", head->where,
			       answers_word(head), pr->sentence);
	else
		answers_differ(p, NULL, "no answer is left; the walk asks: %s", pr->sentence);
	return true;
}

/* --- answers to no question ------------------------------------------------------------------- */

static bool in_flight(const struct state *s)
{
	for (size_t i = 0; i < s->n_cmds; i++)
		if (s->cmds[i]->phase == CMD_INTENT || s->cmds[i]->phase == CMD_STOPPING)
			return true;
	return false;
}

static bool is_for_step(enum verb v)
{
	return v == VERB_ABORT || v == VERB_REOPEN || v == VERB_RECALL || v == VERB_UNDO;
}

/* Somebody whose last try is still open: else the same reply would do for every round. */
static bool is_awaited(const struct inst *in, const char *name, const char *text)
{
	const struct ladder_party *who;
	const struct ladder_try *y;

	if (!inst_is_contact(in) || !in->climb)
		return false;
	who = ladder_party(in->climb->ladder, contact_find(in->step->contact, name));
	if (!who || who->last_try == LADDER_NONE)
		return false;
	if (who->standing == LADDER_ACKED && str_eq(text, "joined"))
		return true;
	ladder_tries(in->climb->ladder, &y);
	y += who->last_try;
	return y->result == LADDER_OFFERED || y->result == LADDER_SENT ||
	       y->result == LADDER_VOICEMAIL ||
	       (y->result == LADDER_BEGUN &&
		!contact_carrier(in->step->contact, y->party, y->way));
}

/* The next word to those who were told, once somebody was. */
static bool send_update(struct plain *p, struct answer *a)
{
	struct buf command = BUF_INIT;
	struct intent it = { .verb = VERB_EXEC };
	const char *why;
	bool made = plain_update_make(p, a->text, &command, &why);

	if (made) {
		it.text = buf_take(&command);
		send(p, &it, a, "update");
		free(it.text);
	} else if (why) {
		answers_differ(p, a, "%s", why);
	}
	buf_release(&command);
	return made || why;
}

static bool send_unasked(struct plain *p, struct answer *a)
{
	const struct state *s = view_state(p->v);
	const struct inst *in = NULL;

	if (a->update)
		return send_update(p, a);
	if (a->verb == VERB_CLOSE && (s->book || s->phase != RUN_OPEN || in_flight(s)))
		return false; /* with a runbook there is a question to answer */
	if (strcmp(a->where, "run") != 0) {
		in = view_find(p->v, a->where);
		if (!in || !in->step)
			return false;
		if (is_for_step(a->verb) && !(state_verbs(s, in) & 1ULL << a->verb))
			return false;
		if (a->verb == VERB_REPLY && !is_awaited(in, a->name, a->text))
			return false;
	}
	send_answer(p, a, NULL, in);
	return true;
}

/* Nothing moves any more without a person, and the file has nothing for what is asked. */
static bool is_stuck(const struct state *s)
{
	if (in_flight(s))
		return false;
	for (size_t i = 0; i < s->n_active; i++) {
		const struct inst *in = s->active[i];

		if (!in->step || in->is_item || step_has_children(in->step) ||
		    in->state == STEP_DEFERRED)
			continue;
		if (!in->prompt || in->retry_at >= 0 ||
		    (in->climb && in->state == STEP_EXECUTING))
			return false;
	}
	return s->n_active > 0 && (s->paused || s->prompt || s->n_active > 1);
}

/* --- one step --------------------------------------------------------------------------------- */

static bool over_time(struct plain *p)
{
	struct answers *a = p->answers;

	if (!a->began)
		a->began = plain_now();
	if (!a->within_ms || plain_now() - a->began < a->within_ms * CLOCK_MS)
		return false;
	answers_differ(p, NULL, "the walk is not over within the time that the file gives it");
	return true;
}

static bool send_pace(struct plain *p)
{
	struct answers *a = p->answers;
	struct intent it = { .verb = VERB_PACE, .text = a->pace };

	if (!a->pace || a->paced)
		return false;
	a->paced = true;
	send(p, &it, NULL, a->pace);
	return true;
}

void answers_step(struct plain *p)
{
	struct answers *a = p->answers;
	const struct prompt *all;
	struct answer *head;
	size_t i, n, end;

	if (p->left || over_time(p) || a->waits || p->trouble || plain_now() < a->not_before)
		return;
	if (send_pace(p))
		return;
	head = next_answer(a, &i);
	if (head && !answers_is_prompted(head) && send_unasked(p, head))
		return;
	end = window(a, i);
	n = view_prompts(p->v, &all);
	for (size_t k = 0; k < n; k++) {
		if (all[k].in)
			plain_tell(p, all[k].in);
		if (answer_prompt(p, &all[k], end))
			return;
	}
	if (head && is_stuck(view_state(p->v)))
		answers_differ(p, head, "%s at %s cannot be done now, and nothing else moves",
			       answers_word(head), head->where);
}

void answers_answered(struct plain *p, const struct client_answer *got)
{
	struct answers *a = p->answers;
	struct answer *sent = a->sent;

	if (!a->waits || strcmp(a->id, got->id))
		return;
	a->waits = false;
	a->sent = NULL;
	if (got->accepted) {
		if (sent && sent->refused)
			answers_differ(p, sent, "expected to be refused; it was accepted");
		return;
	}
	if (!got->seq || (a->prompt && !view_prompt(p->v, a->prompt))) {
		/* nothing of it was recorded, or the question changed meanwhile: again */
		if (sent)
			sent->used = false;
		a->not_before = plain_now() + AGAIN_MS * CLOCK_MS;
		return;
	}
	if (!sent || !sent->refused)
		answers_differ(p, sent, "refused: %s", got->why);
	else
		plain_say(p, "Refused, as expected: %s", got->why);
}

void answers_end(struct plain *p)
{
	struct answers *a = p->answers;

	for (size_t i = 0; i < a->n; i++)
		if (!a->v[i].used && !a->v[i].optional) {
			answers_differ(p, &a->v[i], "never asked for: %s at %s",
				       answers_word(&a->v[i]), a->v[i].where);
			return;
		}
}

int answers_timeout(const struct answers *a, int timeout)
{
	int64_t left = -1, now = plain_now();

	if (a->within_ms && a->began)
		left = a->within_ms - (now - a->began) / CLOCK_MS;
	if (a->not_before > now && (left < 0 || (a->not_before - now) / CLOCK_MS < left))
		left = (a->not_before - now) / CLOCK_MS + 1;
	if (left < 0)
		return timeout;
	return timeout < 0 || left < timeout ? (int)left : timeout;
}
