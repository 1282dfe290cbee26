/* An intent in the making: what it lacks is asked for, a scene each, before it is sent. Esc calls
 * it off; nothing was sent then. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "err.h"
#include "field.h"
#include "limits.h"
#include "mem.h"
#include "runbook.h"
#include "state.h"
#include "str.h"

enum { CODE_MAX = 100 };

/* Verbs that make no sense without a text or a name. */
static const struct {
	enum verb verb;
	enum run_need need;
	const char *question;
	size_t max;
} lacks[] = {
	{ VERB_CORRECT, RUN_NEED_TEXT, "Its right value?", LIMIT_VALUE_BYTES / 8 },
	{ VERB_REFRESH, RUN_NEED_NAME, "Which credential? Its variable's name.", LIMIT_ID_BYTES },
	{ VERB_REFRESH, RUN_NEED_SECRET, "Its new value? Not shown, not recorded.",
	  LIMIT_COMMAND_BYTES },
	{ VERB_NOTE, RUN_NEED_TEXT, "The remark; it goes on the record.", LIMIT_NOTE_BYTES },
	{ VERB_EXEC, RUN_NEED_TEXT, "The command; it runs on this run's record.",
	  LIMIT_COMMAND_BYTES },
	{ VERB_CALL, RUN_NEED_TEXT, "The runbook's file?", 0 },
	{ VERB_EDIT, RUN_NEED_TEXT, "The command as it must be.", LIMIT_COMMAND_BYTES },
	{ VERB_IDENTIFY, RUN_NEED_SECRET, "Your code? It is not shown, and counts once.",
	  CODE_MAX },
	{ VERB_APPROVE, RUN_NEED_SECRET, "Read out the six words. The code that the second person "
	  "reads out then? It is not shown, and counts once.", CODE_MAX },
	{ VERB_INVENT, RUN_NEED_TEXT, "What are the players shown? It comes at once.",
	  LIMIT_NOTE_BYTES },
	{ VERB_OBSERVE, RUN_NEED_TEXT, "What did you see? It goes on the record.",
	  LIMIT_NOTE_BYTES },
	{ VERB_HANDOVER, RUN_NEED_TEXT, "To whom?", sizeof ((struct actor *)0)->id },
};

static void wipe(char **text)
{
	if (*text)
		mem_wipe(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void run_make_drop(struct run *r)
{
	struct run_making *m = &r->making;

	for (size_t i = 0; i < m->it.n_fields; i++)
		if (m->it.fields[i].text)
			mem_wipe(m->it.fields[i].text, strlen(m->it.fields[i].text));
	if (m->it.text)
		mem_wipe(m->it.text, strlen(m->it.text));
	wipe(&m->typed);
	intent_release(&m->it);
	buf_release(&m->question);
	*m = (struct run_making){ 0 };
}

static const struct prompt *question_of(struct run *r)
{
	return r->making.it.prompt ? view_prompt(r->v, r->making.it.prompt) : NULL;
}

/* --- what is lacking ------------------------------------------------------------------------- */

/* The value that is being corrected, or NULL. */
static const struct value *value_of(struct run *r)
{
	const struct state *s = view_state(r->v);
	const struct intent *it = &r->making.it;
	struct binding *b = NULL;
	size_t n = state_bindings(s, it->step ? state_inst(s, it->step) : NULL, &b);
	const struct value *v = it->name ? binding_find(b, n, it->name) : NULL;

	free(b);
	return v;
}

static bool is_secret(struct run *r)
{
	const struct value *v = value_of(r);

	return v && v->secret;
}

static const char *const glass_reasons[] = {
	"nobody who may agree can be reached", "the harm grows while we wait",
	"told to by whoever leads the incident", NULL,
};

static bool breaks_glass(struct run *r)
{
	const struct prompt *p = question_of(r);

	return r->making.it.verb == VERB_OVERRIDE && p && p->glass;
}

static enum run_need find_need(struct run *r, size_t *ret_i)
{
	struct run_making *m = &r->making;
	const struct prompt *p = question_of(r);

	for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
		bool name = lacks[i].need == RUN_NEED_NAME;

		if (lacks[i].verb != m->it.verb || (name ? m->it.name : m->it.text))
			continue;
		*ret_i = i;
		return m->it.verb == VERB_CORRECT && is_secret(r) ? RUN_NEED_SECRET
									       : lacks[i].need;
	}
	if (p && prompt_wants_fields(p, m->it.verb) && m->field < p->n_fields)
		return RUN_NEED_FIELD;
	if (m->it.verb == VERB_EXEC && !m->how && !m->it.n_fields)
		return RUN_NEED_HOW;
	if (m->it.verb == VERB_EDIT && !m->looked)
		return RUN_NEED_LOOK;
	if (m->reason && !m->it.reason)
		return RUN_NEED_REASON;
	return breaks_glass(r) && !m->it.text ? RUN_NEED_GLASS : RUN_NEED_NOTHING;
}

static void given(void *ctx, const char *text)
{
	run_make_given(ctx, text);
}

/* "skip 4.2 Take the writers down": what is being made. */
static char *title_of(struct run *r)
{
	const struct intent *it = &r->making.it;
	const struct inst *in = it->step ? state_inst(view_state(r->v), it->step) : NULL;
	struct buf b = BUF_INIT;

	buf_adds(&b, r->making.need == RUN_NEED_WHO ? "who" : breaks_glass(r)
		 ? "BREAK THE GLASS" : word_of(WORDS_VERB, it->verb));
	if (it->name && *it->name && it->verb != VERB_APPROVE && it->verb != VERB_PLAY) {
		buf_addc(&b, ' ');
		str_printable(&b, it->name, strlen(it->name), false);
	}
	if (in && in->step) {
		buf_adds(&b, ": ");
		view_step_name(&b, r->v, in);
	}
	return buf_take(&b);
}

static void ask(struct run *r, struct ask *a)
{
	char *title = title_of(r);

	a->title = title;
	a->question = buf_str(&r->making.question);
	a->start = r->making.typed ? r->making.typed : a->start;
	a->done = given;
	a->ctx = r;
	ask_push(r->t, a);
	free(title);
	wipe(&r->making.typed);
}

static void add_safe(struct buf *out, const char *before, const char *s, const char *after)
{
	if (!s)
		return;
	buf_adds(out, before);
	str_printable(out, s, strlen(s), false);
	buf_adds(out, after);
}

/* Any text will do: then nothing is said. */
static void add_bounds(struct buf *b, const struct field *f)
{
	if (f->n_one_of || (f->type == VALUE_TEXT && !f->secret && !f->min && !f->max && !f->match))
		return;
	buf_addf(b, " (%s%s", value_type_name(f->type), f->secret ? ", not shown" : "");
	add_safe(b, f->min ? ", at least " : "", f->min, "");
	add_safe(b, f->max ? ", at most " : "", f->max, "");
	add_safe(b, f->match ? ", of the form " : "", f->match, "");
	buf_adds(b, ")");
}

/* What the field wants, in a line. */
static void ask_field(struct run *r)
{
	const struct prompt *p = question_of(r);
	const struct field *f = &p->fields[r->making.field];
	struct buf *b = &r->making.question;
	struct ask a = { .secret = f->secret, .start = f->otherwise, .must = true,
			 .offered = f->otherwise && !r->making.typed,
			 .max = LIMIT_VALUE_BYTES / 8 };

	if (p->n_fields > 1)
		buf_addf(b, "%zu of %zu: ", r->making.field + 1, p->n_fields);
	add_safe(b, "", f->prompt ? f->prompt : p->in->step->kind == KIND_ASK && p->in->step->text.s
			? p->in->step->text.s : f->name, "");
	add_bounds(b, f);
	if (f->n_one_of)
		run_menu_one_of(r, buf_str(b), f->one_of, f->n_one_of);
	else
		ask(r, &a);
}

static void ask_for(struct run *r, size_t i)
{
	struct ask a = { .must = true };
	const struct inst *in = NULL;
	char *start = NULL;

	switch (r->making.need) {
	case RUN_NEED_FIELD:
		ask_field(r);
		return;
	case RUN_NEED_HOW:
		run_menu_how(r);
		return;
	case RUN_NEED_LOOK:
		run_edit(r);
		return;
	case RUN_NEED_GLASS:
		add_safe(&r->making.question, "THIS BREAKS THE GLASS, on record, and tells "
			 "everybody. To do it, type the name of the environment: ",
			 question_of(r)->glass, "");
		a.by_hand = true;
		break;
	case RUN_NEED_REASON:
		if (r->making.it.verb == VERB_CLOSE)
			buf_adds(&r->making.question, "This ends the run for good: nothing can be "
				 "done in it afterwards.\n");
		if (r->making.it.verb == VERB_ABORT)
			buf_adds(&r->making.question, "Its command, where one runs, is stopped "
				 "with all that it started.\n");
		if (breaks_glass(r))
			buf_adds(&r->making.question, "BREAK THE GLASS: it starts all the same, "
				 "and everybody on the ladder is told at once.\n");
		buf_adds(&r->making.question, "Why? A number, or your own words.");
		a.picks = breaks_glass(r) ? glass_reasons : prompt_reasons(r->making.it.verb);
		break;
	default:
		buf_adds(&r->making.question, lacks[i].question);
		a.max = lacks[i].max;
		a.secret = r->making.need == RUN_NEED_SECRET;
		if (r->making.it.verb == VERB_EDIT)
			in = state_inst(view_state(r->v), r->making.it.step);
		if (in && inst_command(in) && strchr(inst_command(in), '\n')) {
			run_menu_lines(r);
			return;
		}
		start = in ? mem_dup(inst_command(in)) : NULL;
		if (r->making.it.verb == VERB_CORRECT && !is_secret(r) && value_of(r))
			start = mem_dup(value_of(r)->text);
		a.start = start;
	}
	ask(r, &a);
	free(start);
}

static void go_on(struct run *r)
{
	size_t i = 0;

	buf_clear(&r->making.question);
	r->making.need = find_need(r, &i);
	if (r->making.need == RUN_NEED_NOTHING)
		run_send(r);
	else
		ask_for(r, i);
}

void run_make(struct run *r, struct intent *it, bool reason)
{
	run_make_drop(r);
	r->making.on = true;
	r->making.it = *it;
	/* stopping half a restore is no slip of one key */
	r->making.reason = reason || it->verb == VERB_ABORT;
	memset(it, 0, sizeof *it);
	r->spent = true;
	go_on(r);
}

/* --- what was given -------------------------------------------------------------------------- */

/* False: it does not fit; it is asked again, and why is said. */
static bool give_field(struct run *r, const char *text)
{
	const struct prompt *p = question_of(r);
	const struct field *f = &p->fields[r->making.field];
	struct intent *it = &r->making.it;
	struct value v = { 0 };
	struct err err = { 0 };

	if (field_check(f, text, &v, &err)) {
		buf_clear(&r->making.question);
		buf_addf(&r->making.question, "NOT TAKEN: %s\n", err.text);
		r->making.typed = f->secret ? NULL : mem_dup(text);
		return false;
	}
	value_release(&v);
	it->fields = mem_grow(it->fields, it->n_fields + 1, sizeof *it->fields);
	it->fields[it->n_fields++] = (struct intent_field){ mem_dup(f->name), mem_dup(text) };
	r->making.field++;
	return true;
}

static void call_off(struct run *r)
{
	bool who = r->making.need == RUN_NEED_WHO;

	run_make_drop(r);
	run_say(r, who ? "Nobody is named." : "Called off: nothing was sent.");
}

void run_make_given(struct run *r, const char *text)
{
	struct run_making *m = &r->making;

	if (!m->on)
		return;
	if (!text) {
		call_off(r);
		return;
	}
	if (m->it.prompt && !question_of(r)) {
		run_make_drop(r);
		run_say(r, "That question is not asked any more: nothing was sent.");
		return;
	}
	switch (m->need) {
	case RUN_NEED_WHO:
		client_name(r->c, text, NULL);
		run_make_drop(r);
		return;
	case RUN_NEED_FIELD:
		if (!give_field(r, text)) {
			ask_field(r);
			return;
		}
		break;
	case RUN_NEED_NAME:
		m->it.name = mem_dup(text);
		break;
	case RUN_NEED_REASON:
		m->it.reason = mem_dup(text);
		break;
	case RUN_NEED_TEXT: case RUN_NEED_SECRET: case RUN_NEED_GLASS:
		m->it.text = mem_dup(text);
		break;
	default: /* a menu has set it already */
		break;
	}
	go_on(r);
}

void run_ask_who(struct run *r)
{
	struct ask a = { .max = sizeof ((struct actor *)0)->id - 1 };

	run_make_drop(r);
	r->making.on = true;
	r->making.need = RUN_NEED_WHO;
	buf_adds(&r->making.question, "This account is shared. Who are you? Your name goes on the "
		 "record; Esc leaves it unsaid.");
	ask(r, &a);
}
