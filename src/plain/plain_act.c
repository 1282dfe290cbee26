/* What a person does to the run as a whole, whatever is asked: go back, stop, note, close; and
 * lines for a command's terminal. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

static char *text_of(const char *s)
{
	return *s ? mem_dup(s) : NULL;
}

static const struct inst *running_step(const struct plain *p)
{
	const struct state *s = view_state(p->v);
	const struct inst *only = NULL;

	for (size_t i = 0; i < s->n_active; i++) {
		const struct inst *in = s->active[i];

		if (!in->step || !(state_verbs(s, in) & 1ULL << VERB_ABORT))
			continue;
		if (only)
			return NULL;
		only = in;
	}
	return only;
}

/* "back KEY reason", "recall KEY", "undo KEY", "abort KEY": the step that is meant. */
static bool take_step(struct plain *p, struct intent *it, char **rest)
{
	const struct inst *in = NULL;
	const char *name = plain_word(rest);

	if (*name)
		in = view_find(p->v, name);
	else if (it->verb == VERB_ABORT)
		in = running_step(p);
	else if (it->verb == VERB_UNDO)
		return true; /* all, newest first */
	if (!in || !in->step) {
		plain_say(p, *name ? "There is no step called %s: nothing was done."
				   : "Say which step%s: nothing was done.", name);
		return false;
	}
	it->step = mem_dup(in->key);
	it->prompt = in->prompt;
	return true;
}

/* "undo KEY NAME": the undo of a step that destroys. */
static bool wants_name(struct plain *p, const struct intent *it)
{
	const struct inst *in = it->step ? view_find(p->v, it->step) : NULL;
	struct buf name = BUF_INIT;
	bool wants = it->verb == VERB_UNDO && in && state_undo_name(view_state(p->v), in, &name);

	buf_release(&name);
	return wants;
}

static const struct prompt *closing(struct plain *p)
{
	const struct prompt *all;
	size_t n = view_prompts(p->v, &all);

	for (size_t i = 0; i < n; i++)
		if (all[i].kind == ASK_CLOSE)
			return &all[i];
	return NULL;
}

void plain_act_verb(struct plain *p, const struct plain_line *l)
{
	char *copy = mem_dup(l->rest), *rest = copy;
	const struct prompt *close = l->verb == VERB_CLOSE ? closing(p) : NULL;
	const struct state *s = view_state(p->v);
	struct intent it = { .verb = l->verb, .prompt = close ? close->seq : 0 };
	bool reason = verb_needs_reason(l->verb) || l->verb == VERB_CLOSE ||
		      (l->verb == VERB_TAKE && s->seat.taken && !client_has_seat(p->c));

	switch ((int)l->verb) {
	case VERB_REOPEN: case VERB_RECALL: case VERB_UNDO: case VERB_ABORT:
		if (!take_step(p, &it, &rest))
			goto out;
		if (wants_name(p, &it))
			it.text = text_of(rest);
		else
			it.reason = text_of(rest);
		break;
	case VERB_REPLY:
		if (!plain_reply(p, &it, rest))
			goto out;
		break;
	case VERB_CORRECT: case VERB_REFRESH:
		it.name = text_of(plain_word(&rest));
		if (*rest == '=')
			rest++;
		while (*rest == ' ')
			rest++;
		it.text = l->verb == VERB_CORRECT ? text_of(rest) : NULL;
		if (l->verb == VERB_REFRESH && *rest)
			plain_say(p, "A credential is not given on this line: it would stand on "
				     "the screen.");
		if (l->verb == VERB_CORRECT && p->n_shown == 1) {
			const struct prompt *pr = view_prompt(p->v, p->shown[0].seq);

			it.step = pr ? mem_dup(pr->key) : NULL;
		}
		break;
	case VERB_CLOSE: case VERB_TAKE: case VERB_PAUSE: case VERB_CONTINUE:
		it.reason = text_of(rest);
		break;
	case VERB_SETTLE:
		it.text = text_of(plain_word(&rest));
		if (l->what == SAID_PAID) {
			it.name = mem_dup("paid");
			it.reason = text_of(rest);
			reason = true;
		}
		break;
	default:
		it.text = text_of(rest);
	}
	plain_make(p, &it, reason);
out:
	intent_release(&it);
	free(copy);
}

/* The command that a typed line is for: the only one that has a terminal. */
const struct cmd *plain_act_terminal(struct plain *p)
{
	const struct state *s = view_state(p->v);
	const struct cmd *c = NULL;

	for (size_t i = 0; i < s->n_cmds; i++) {
		if (s->cmds[i]->phase != CMD_INTENT || !s->cmds[i]->terminal)
			continue;
		if (c) {
			plain_say(p, "Several commands have a terminal: nothing was sent.");
			return NULL;
		}
		c = s->cmds[i];
	}
	if (!c)
		plain_say(p, "No running command has a terminal: nothing was sent.");
	return c;
}

void plain_act_keys(struct plain *p, const char *line)
{
	const struct cmd *c = plain_act_terminal(p);
	struct buf b = BUF_INIT;
	struct err err = { 0 };

	if (!c)
		return;
	buf_addf(&b, "%s\n", line);
	if (client_keys(p->c, c->token, buf_str(&b), b.len, &err))
		plain_say(p, "Not sent: %s", err.text);
	buf_release(&b);
}

void plain_act_journal(struct plain *p, const struct plain_line *l, const char *text)
{
	struct intent it = { .verb = VERB_JOURNAL };
	struct err err = { 0 };

	if (l->what == SAID_MOVE && !*l->rest) {
		plain_say(p, "Say where to: move PATH");
		return;
	}
	it.text = l->what == SAID_MOVE ? mem_printf("move %s", l->rest) : mem_dup(text);
	p->closing = l->what == SAID_RUN;
	if (client_send(p->c, &it, p->journal_id, &err))
		plain_say(p, "Not sent: %s", err.text);
	intent_release(&it);
}
