/* An intent in the making: what it lacks is asked for, one line each, before it is sent. An empty
 * line calls it off; nothing was sent then. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "field.h"
#include "mem.h"
#include "plain_field.h"
#include "plainint.h"
#include "runbook.h"
#include "state.h"
#include "str.h"

/* Verbs that make no sense without a text or a name. */
static const struct {
	enum verb verb;
	enum need need;
	const char *question;
} lacks[] = {
	{ VERB_CORRECT, NEED_NAME, "Which value? Its name:" },
	{ VERB_CORRECT, NEED_TEXT, "Its right value:" },
	{ VERB_REFRESH, NEED_NAME, "Which credential? Its variable's name:" },
	{ VERB_REFRESH, NEED_SECRET, "Its new value (not shown, not recorded):" },
	{ VERB_NOTE, NEED_TEXT, "The remark:" },
	{ VERB_EXEC, NEED_TEXT, "The command:" },
	{ VERB_CALL, NEED_TEXT, "The runbook's file:" },
	{ VERB_EDIT, NEED_TEXT, "The command as it must be, on one line:" },
	{ VERB_PACE, NEED_TEXT, "auto (what only reads starts by itself) or step (all wait):" },
	{ VERB_HANDOVER, NEED_TEXT, "To whom?" },
	{ VERB_APPROVE, NEED_SECRET, "The code that the second person reads out (not shown):" },
	{ VERB_SETTLE, NEED_TEXT, "Which? Its name:" },
};

void plain_make_drop(struct plain *p)
{
	struct making *m = &p->making;

	if (m->it.text)
		mem_wipe(m->it.text, strlen(m->it.text));
	intent_release(&m->it);
	*m = (struct making){ 0 };
	plain_in_hide(&p->in, false);
}

static void call_off(struct plain *p)
{
	bool who = p->making.need == NEED_WHO;

	plain_make_drop(p);
	plain_say(p, who ? "Nobody is named." : "Called off: nothing was sent.");
}

static const struct prompt *question_of(struct plain *p)
{
	return p->making.it.prompt ? view_prompt(p->v, p->making.it.prompt) : NULL;
}

bool plain_make_is_secret(struct plain *p)
{
	const struct making *m = &p->making;
	const struct prompt *pr = question_of(p);

	return m->need == NEED_SECRET || m->need == NEED_KEYS ||
	       (m->need == NEED_FIELD && pr && pr->fields[m->field].secret);
}

void plain_make_check(struct plain *p)
{
	if (p->making.need == NEED_NOTHING || !p->making.it.prompt || question_of(p))
		return;
	plain_make_drop(p);
	plain_say(p, "That question is not asked any more: nothing was sent.");
}

/* --- what is lacking -------------------------------------------------------------------------- */

bool plain_make_has_secret(const struct plain *p, const char *name)
{
	const struct state *s = view_state(p->v);
	struct binding *b = NULL;
	size_t n = state_bindings(s, p->making.it.step ? state_inst(s, p->making.it.step) : NULL,
				  &b);
	const struct value *v = name ? binding_find(b, n, name) : NULL;
	bool yes = v && v->secret;

	free(b);
	return yes;
}

static enum need text_or_name(const struct plain *p, const char **question)
{
	const struct intent *it = &p->making.it;

	for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
		bool name = lacks[i].need == NEED_NAME;

		if (lacks[i].verb != it->verb || (name ? it->name : it->text))
			continue;
		*question = lacks[i].question;
		if (it->verb == VERB_CORRECT && !name && plain_make_has_secret(p, it->name))
			return NEED_SECRET;
		return lacks[i].need;
	}
	return NEED_NOTHING;
}

static bool wants_place(const struct plain *p, const struct intent *it)
{
	struct buf name = BUF_INIT;
	bool yes = it->text && state_exec_name(view_state(p->v), NULL, it->text, &name);

	buf_release(&name);
	return yes;
}

static bool has_field(const struct intent *it, const char *name)
{
	for (size_t i = 0; i < it->n_fields; i++)
		if (str_eq(it->fields[i].name, name))
			return true;
	return false;
}

static enum need find_need(struct plain *p, const char **question)
{
	const struct prompt *pr = question_of(p);
	struct making *m = &p->making;
	enum need need = text_or_name(p, question);

	if (need != NEED_NOTHING)
		return need;
	if (m->it.verb == VERB_OVERRIDE && pr && pr->glass && !m->it.text) {
		*question = "This breaks the glass. The name of the environment:";
		return NEED_TEXT;
	}
	if (m->it.verb == VERB_EXEC && !m->it.name && wants_place(p, &m->it)) {
		*question = "This looks as if it destroyed, in a protected environment. Its name:";
		return NEED_NAME;
	}
	if (pr && m->it.verb == VERB_PLAY && has_field(&m->it, "result"))
		return NEED_NOTHING;
	if (pr && (m->it.verb == VERB_DONE || m->it.verb == VERB_PLAY)) {
		bool wants = prompt_wants_fields(pr, m->it.verb);

		if ((pr->kind == ASK_OPTION && !m->it.text) ||
		    (pr->kind == ASK_LINE && !m->it.n_fields)) {
			*question = "Its number:";
			return NEED_PICK;
		}
		while (wants && m->field < pr->n_fields &&
		       has_field(&m->it, pr->fields[m->field].name))
			m->field++;
		if (wants && m->field < pr->n_fields)
			return NEED_FIELD;
	}
	return m->reason && !m->it.reason ? NEED_REASON : NEED_NOTHING;
}

static void ask_reason(struct plain *p)
{
	const char *const *why = prompt_reasons(p->making.it.verb);
	struct buf b = BUF_INIT;

	buf_adds(&b, "Why? A number, or your own words; an empty line calls it off.\n");
	for (int i = 0; why[i]; i++)
		buf_addf(&b, "  %d: %s\n", i + 1, why[i]);
	plain_text(p, buf_str(&b));
	buf_release(&b);
}

static void ask_field(struct plain *p)
{
	const struct prompt *pr = question_of(p);
	const struct field *f = &pr->fields[p->making.field];
	struct buf b = BUF_INIT;

	plain_field_text(&b, f);
	plain_say(p, "%s", buf_str(&b));
	buf_release(&b);
	if (f->secret)
		plain_in_hide(&p->in, true);
}

static void send(struct plain *p)
{
	struct err err = { 0 };

	if (client_send(p->c, &p->making.it, NULL, &err))
		plain_say(p, "Not sent: %s", err.text);
	plain_make_drop(p);
}

static void go_on(struct plain *p)
{
	const char *question = NULL;

	p->making.need = find_need(p, &question);
	switch (p->making.need) {
	case NEED_NOTHING:
		send(p);
		break;
	case NEED_REASON:
		ask_reason(p);
		break;
	case NEED_FIELD:
		ask_field(p);
		break;
	case NEED_SECRET:
		plain_in_hide(&p->in, true);
		plain_say(p, "%s", question);
		break;
	default:
		plain_say(p, "%s", question);
	}
}

void plain_make(struct plain *p, struct intent *it, bool reason)
{
	plain_make_drop(p);
	p->making.it = *it;
	p->making.reason = reason;
	memset(it, 0, sizeof *it);
	go_on(p);
}

/* --- what a line gives ------------------------------------------------------------------------ */

/* False: the line does not fit, and that was said; the question stands. */
static bool give_field(struct plain *p, const char *line)
{
	const struct prompt *pr = question_of(p);
	const struct field *f = &pr->fields[p->making.field];
	const char *text = plain_field_answer(f, line);
	struct value v = { 0 };
	struct err err = { 0 };

	if (!text)
		return false;
	if (field_check(f, text, &v, &err)) {
		plain_say(p, "%s", err.text);
		ask_field(p);
		return false;
	}
	value_release(&v);
	plain_field_add(&p->making.it, f->name, text);
	return true;
}

static bool give_pick(struct plain *p, const char *line)
{
	const struct prompt *pr = question_of(p);
	struct intent *it = &p->making.it;
	int64_t n = 0;

	str_to_i64(line, &n);
	for (size_t i = 0; i < pr->n_options; i++)
		if ((int64_t)i + 1 == n || str_eq(pr->options[i].id, line) ||
		    str_eq(pr->options[i].title, line)) {
			it->text = mem_dup(pr->options[i].id);
			return true;
		}
	for (size_t i = 0; i < pr->n_lines; i++)
		if ((int64_t)i + 1 == n || str_eq(pr->lines[i], line)) {
			plain_field_add(it, pr->fields[0].name, pr->lines[i]);
			return true;
		}
	plain_say(p, "No such number; an empty line calls it off.");
	return false;
}

static bool give_reason(struct plain *p, const char *line)
{
	const char *const *why = prompt_reasons(p->making.it.verb);
	int64_t n = 0, count = 0;

	while (why[count])
		count++;
	if (str_to_i64(line, &n) && (n < 1 || n > count)) {
		plain_say(p, "No such number; an empty line calls it off.");
		return false;
	}
	p->making.it.reason = mem_dup(n ? why[n - 1] : line);
	return true;
}

static bool give(struct plain *p, const char *line)
{
	switch (p->making.need) {
	case NEED_FIELD:
		return give_field(p, line);
	case NEED_PICK:
		return give_pick(p, line);
	case NEED_TEXT:
	case NEED_SECRET:
		p->making.it.text = mem_dup(line);
		return true;
	case NEED_NAME:
		p->making.it.name = mem_dup(line);
		return true;
	case NEED_REASON:
		return give_reason(p, line);
	default:
		return false;
	}
}

/* --- lines that are no intent ----------------------------------------------------------------- */

void plain_ask_who(struct plain *p)
{
	plain_make_drop(p);
	p->making.need = NEED_WHO;
	plain_say(p, "This account is shared. Who are you? Your name goes on the record; an empty "
		     "line leaves it unsaid.");
}

void plain_ask_keys(struct plain *p, const char *token)
{
	plain_make_drop(p);
	p->making.need = NEED_KEYS;
	str_clip(p->making.token, sizeof p->making.token, token);
	plain_in_hide(&p->in, true);
	plain_say(p, "The line for the command (not shown):");
}

static void give_keys(struct plain *p, const char *line)
{
	struct buf b = BUF_INIT;
	struct err err = { 0 };

	buf_addf(&b, "%s\n", line);
	if (client_keys(p->c, p->making.token, buf_str(&b), b.len, &err))
		plain_say(p, "Not sent: %s", err.text);
	mem_wipe(b.data, b.len);
	buf_release(&b);
	plain_make_drop(p);
}

static bool may_be_empty(struct plain *p)
{
	const struct prompt *pr = question_of(p);

	return p->making.need == NEED_KEYS ||
	       (p->making.need == NEED_FIELD && pr && pr->fields[p->making.field].otherwise);
}

void plain_make_line(struct plain *p, char *line)
{
	plain_make_check(p);
	if (p->making.need == NEED_NOTHING)
		return;
	if (!*line && !may_be_empty(p)) {
		call_off(p);
	} else if (p->making.need == NEED_KEYS) {
		give_keys(p, line);
	} else if (p->making.need == NEED_WHO) {
		client_name(p->c, line, NULL);
		plain_make_drop(p);
	} else if (give(p, line)) {
		plain_in_hide(&p->in, false);
		go_on(p);
	}
}
