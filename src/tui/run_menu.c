/* Lists to choose from: everything that can be done now, and what a verb is to be done to. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "client.h"
#include "clock.h"
#include "mem.h"
#include "pane.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"

enum { ROWS_MAX = 200 };

/* What the rows of the open menu stand for. */
struct run_list {
	struct run *r;
	struct arena *a;
	struct menu_item item[ROWS_MAX];
	const void *of[ROWS_MAX];     /* an instance, a debt, a command, a name */
	int64_t seq[ROWS_MAX];        /* of the question that a choice answers */
	enum verb verb[ROWS_MAX];
	uint32_t look[ROWS_MAX];      /* a key that only looks; 0: none */
	size_t n;
	enum verb what;
};

static struct run_list *list_new(struct run *r, enum verb what)
{
	struct run_list *l = mem_alloc(sizeof *l);

	l->r = r;
	l->a = arena_new();
	l->what = what;
	return l;
}

static void list_free(struct run_list *l)
{
	arena_free(l->a);
	free(l);
}

static const char *keep(struct run_list *l, struct buf *b)
{
	const char *s = arena_dupn(l->a, buf_str(b), b->len);

	buf_release(b);
	return s;
}

/* Returns the row's index; ROWS_MAX: there is no room for more. */
static size_t add(struct run_list *l, uint32_t key, const char *word, const char *does)
{
	if (l->n == ROWS_MAX)
		return ROWS_MAX;
	l->item[l->n] = (struct menu_item){ .key = key, .word = word, .does = does };
	return l->n++;
}

static void show(struct run_list *l, const char *title, const char *none,
		 void (*done)(void *ctx, int i))
{
	if (!l->n) {
		run_say(l->r, "%s", none);
		list_free(l);
		return;
	}
	menu_push(l->r->t, title, l->item, l->n, done, l);
}

/* --- everything ------------------------------------------------------------------------------ */

static void add_choice(struct run_list *l, const struct choice *c, int64_t seq, bool acts)
{
	/* no key for Enter: that takes what is under the cursor */
	size_t i = add(l, c->key == '\n' ? 0 : (uint32_t)c->key, c->word, c->does);

	if (i == ROWS_MAX)
		return;
	l->verb[i] = c->verb;
	l->seq[i] = seq;
	l->item[i].off = !acts && c->verb != VERB_NOTE && c->verb != VERB_TAKE;
	l->item[i].why_off = "you look on: take the seat first";
}

static void add_look(struct run_list *l, uint32_t key, const char *word, const char *does)
{
	size_t i = add(l, key, word, does);

	if (i < ROWS_MAX)
		l->look[i] = key;
}

static bool has_verb(const struct run_list *l, enum verb verb)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->verb[i] == verb && !l->look[i])
			return true;
	return false;
}

static void add_steps_verbs(struct run_list *l, bool acts)
{
	static const enum verb more[] = { VERB_ABORT, VERB_EDIT, VERB_REOPEN, VERB_RECALL };
	static const char keys[] = "xebc";

	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
		struct choice c = { .verb = more[i], .key = keys[i],
				    .word = word_of(WORDS_VERB, more[i]),
				    .does = prompt_help(more[i]) };

		if (!has_verb(l, more[i]))
			add_choice(l, &c, 0, acts);
	}
}

static void key_of_list(struct run *r, uint32_t code)
{
	struct key k = { .code = code };

	k.at = clock_now().boot;
	run_key(r, &k);
}

static void chosen(void *ctx, int i)
{
	struct run_list *l = ctx;
	struct run *r = l->r;
	const struct prompt *p;
	size_t k = 0;

	if (i < 0)
		goto out;
	if (l->look[i]) {
		key_of_list(r, l->look[i]);
		goto out;
	}
	p = l->seq[i] ? view_prompt(r->v, l->seq[i]) : NULL;
	if (l->seq[i] && !p) {
		run_say(r, "That question is not asked any more: nothing was sent.");
		goto out;
	}
	while (p && k < p->n_choices && p->choices[k].verb != l->verb[i])
		k++;
	if (p && k < p->n_choices)
		run_choice(r, p, &p->choices[k]);
	else
		run_verb(r, l->verb[i]);
out:
	list_free(l);
}

void run_menu(struct run *r)
{
	struct run_list *l = list_new(r, VERB_INVALID);
	const struct prompt *p = run_shown(r, NULL, NULL);
	bool acts = run_role(r) == RUN_ACTS;
	struct choice c[VERB_MAX];
	size_t n;

	for (size_t i = 0; p && i < p->n_choices; i++)
		add_choice(l, &p->choices[i], p->seq, acts);
	n = p ? 0 : view_step_choices(r->v, run_at(r), c, VERB_MAX);
	for (size_t i = 0; i < n; i++)
		add_choice(l, &c[i], 0, acts);
	add_steps_verbs(l, acts);
	n = view_run_choices(r->v, c, VERB_MAX);
	for (size_t i = 0; i < n; i++)
		if (!has_verb(l, c[i].verb))
			add_choice(l, &c[i], 0, acts);
	if (run_may_identify(r))
		add_look(l, K_F1 + 1, "identify", prompt_help(VERB_IDENTIFY));
	add_look(l, 'w', "where am I", "the whole walk, and back to this spot");
	add_look(l, 'B', "board", "volumes or members of the step at work, whole");
	add_look(l, 'C', "contact", "who is being reached, and what came of it");
	add_look(l, 'u', "update", "the next word to those who were told; shown first");
	add_look(l, 'O', "outputs", "what any command of this run printed");
	add_look(l, 'L', "log", "every row of the record");
	add_look(l, '?', "help", "what each key does");
	add_look(l, 'q', "leave", "this window; the run goes on");
	show(l, "what can be done now", "", chosen);
}

/* --- steps ----------------------------------------------------------------------------------- */

/* The undo of a step that destroys starts with a name, as the step did. */
struct undo_ask {
	struct run *r;
	char *step;
};

static void undo_named(void *ctx, const char *text)
{
	struct undo_ask *u = ctx;
	struct intent it = { .verb = VERB_UNDO };

	if (text) {
		it.step = mem_dup(u->step);
		it.text = mem_dup(text);
		run_make(u->r, &it, false);
	}
	free(u->step);
	free(u);
}

static bool undo_asks(struct run *r, const struct inst *in)
{
	struct buf name = BUF_INIT, question = BUF_INIT, title = BUF_INIT;
	bool asks = state_undo_name(view_state(r->v), in, &name);
	struct undo_ask *u;

	if (asks) {
		u = mem_alloc(sizeof *u);
		*u = (struct undo_ask){ r, mem_dup(in->key) };
		buf_adds(&title, "undo: ");
		view_step_name(&title, r->v, in);
		buf_adds(&question, "Its undo overwrites what is there now. "
				    "Type the name to start it: ");
		str_printable(&question, buf_str(&name), name.len, false);
		ask_push(r->t, &(struct ask){ .title = buf_str(&title), .must = true, .ctx = u,
					      .by_hand = true, .question = buf_str(&question),
					      .done = undo_named });
	}
	buf_release(&name);
	buf_release(&question);
	buf_release(&title);
	return asks;
}

static void step_chosen(void *ctx, int i)
{
	struct run_list *l = ctx;
	struct run *r = l->r;
	const struct inst *in = i < 0 ? NULL : l->of[i];
	struct intent it = { .verb = l->what };

	if (i >= 0 && !(in && l->what == VERB_UNDO && undo_asks(r, in))) {
		it.step = in ? mem_dup(in->key) : NULL;
		it.prompt = in && (l->what == VERB_SKIP || l->what == VERB_DEFER ||
				   l->what == VERB_OVERRIDE || l->what == VERB_RECALL)
				    ? in->prompt : 0;
		run_make(r, &it, verb_needs_reason(l->what));
	}
	list_free(l);
}

static void add_inst(struct run_list *l, const struct inst *in)
{
	struct buf b = BUF_INIT;
	size_t i;

	view_walk_line(&b, l->r->v, in, run_now(l->r));
	i = add(l, 0, view_mark(in), keep(l, &b));
	if (i < ROWS_MAX)
		l->of[i] = in;
}

/* Newest first for what is behind, in the order of the walk for what is to come. */
void run_menu_steps(struct run *r, enum verb verb)
{
	const struct state *s = view_state(r->v);
	struct run_list *l = list_new(r, verb);
	bool back = verb == VERB_REOPEN || verb == VERB_UNDO;
	const struct inst *in;
	char title[80], none[120];

	if (verb == VERB_UNDO) {
		size_t i = add(l, 'a', "all", "one after the other, newest first; each is asked");

		l->of[i] = NULL;
	}
	for (in = s->root; in && !back; in = view_walk_next(in))
		if (in->step && !in->is_item && (state_verbs(s, in) & 1ULL << verb))
			add_inst(l, in);
	for (in = s->root; in && back && view_walk_next(in);)
		in = view_walk_next(in);
	for (; in && back; in = view_walk_prev(in))
		if (in->step && !in->is_item && !step_has_children(in->step) &&
		    (state_verbs(s, in) & 1ULL << verb))
			add_inst(l, in);
	if (verb == VERB_UNDO && l->n == 1)
		l->n = 0;
	snprintf(title, sizeof title, "%s: which step?", word_of(WORDS_VERB, verb));
	snprintf(none, sizeof none, "There is no step for it now (%s): nothing was done.",
		 word_of(WORDS_VERB, verb));
	show(l, title, none, step_chosen);
}

/* --- debts, values, outputs ------------------------------------------------------------------ */

static void debt_chosen(void *ctx, int i)
{
	struct run_list *l = ctx;
	struct intent it = { .verb = VERB_SETTLE };

	if (i >= 0) {
		it.text = mem_dup(l->of[i]);
		it.name = l->look[i] ? mem_dup("paid") : NULL;
		run_make(l->r, &it, it.name != NULL);
	}
	list_free(l);
}

void run_menu_debts(struct run *r)
{
	const struct state *s = view_state(r->v);
	struct run_list *l = list_new(r, VERB_SETTLE);

	for (size_t i = 0; i < s->n_debts; i++) {
		const struct debt *d = &s->debts[i];
		struct buf run = BUF_INIT, paid = BUF_INIT;
		size_t k;

		if (d->paid || d->voided)
			continue;
		str_printable(&run, d->key, strlen(d->key), false);
		buf_adds(&run, ": run ");
		str_printable(&run, d->command, strlen(d->command), false);
		k = add(l, 0, "bring back", keep(l, &run));
		if (k < ROWS_MAX)
			l->of[k] = arena_dupn(l->a, d->key, strlen(d->key));
		str_printable(&paid, d->key, strlen(d->key), false);
		buf_adds(&paid, ": it was brought back by hand (you are asked how)");
		k = add(l, 0, "done", keep(l, &paid));
		if (k < ROWS_MAX) {
			l->of[k] = arena_dupn(l->a, d->key, strlen(d->key));
			l->look[k] = 1;
		}
	}
	show(l, "still down", "Nothing is down that this run took down.", debt_chosen);
}

static void value_chosen(void *ctx, int i)
{
	struct run_list *l = ctx;
	struct intent it = { .verb = VERB_CORRECT };
	const struct inst *in = run_at(l->r);

	if (i >= 0) {
		it.name = mem_dup(l->of[i]);
		it.step = in ? mem_dup(in->key) : NULL;
		run_make(l->r, &it, true);
	}
	list_free(l);
}

void run_menu_values(struct run *r)
{
	struct run_list *l = list_new(r, VERB_CORRECT);
	struct binding *b = NULL;
	size_t n = state_bindings(view_state(r->v), run_at(r), &b);

	for (size_t i = 0; i < n; i++) {
		const struct value *v = b[i].value;
		struct buf does = BUF_INIT;
		size_t k;

		if (binding_find(b, n, b[i].name) != v)
			continue;
		if (v->secret || !v->known)
			buf_adds(&does, v->secret ? "(hidden)" : "(unknown)");
		else
			str_printable(&does, v->text, strnlen(v->text, 200), false);
		k = add(l, 0, arena_dupn(l->a, b[i].name, strlen(b[i].name)), keep(l, &does));
		if (k < ROWS_MAX)
			l->of[k] = l->item[k].word;
	}
	free(b);
	show(l, "correct: which value?", "There is no value yet.", value_chosen);
}

static void output_chosen(void *ctx, int i)
{
	struct run_list *l = ctx;

	if (i >= 0)
		output_push(l->r->t, l->r->c, l->of[i]);
	list_free(l);
}

void run_menu_outputs(struct run *r)
{
	const struct state *s = view_state(r->v);
	struct run_list *l = list_new(r, VERB_INVALID);

	for (size_t i = s->n_cmds; i > 0; i--) {
		const struct cmd *c = s->cmds[i - 1];
		struct buf b = BUF_INIT, word = BUF_INIT;
		size_t k;

		if (!c->bytes[0] && !c->bytes[1] && !c->bytes[2])
			continue;
		if (c->inst && c->inst->step)
			view_step_name(&b, r->v, c->inst);
		else
			str_printable(&b, c->text, strlen(c->text), false);
		buf_addf(&word, "%lld bytes",
			 (long long)(c->bytes[0] + c->bytes[1] + c->bytes[2]));
		k = add(l, 0, keep(l, &word), keep(l, &b));
		if (k < ROWS_MAX)
			l->of[k] = arena_dupn(l->a, c->token, strlen(c->token));
	}
	show(l, "whose output?", "Nothing was printed yet.", output_chosen);
}
