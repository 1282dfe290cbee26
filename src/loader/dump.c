/* The whole model as text, for tests: every field that is not at its zero, places left out. */
#include "loader.h"

#include <string.h>

#include "buf.h"
#include "str.h"

struct dump {
	struct buf *out;
	int depth;
};

static void key(struct dump *d, const char *name)
{
	buf_addf(d->out, "%*s%s:", d->depth * 2, "", name);
}

static void quoted(struct buf *out, const char *s)
{
	buf_adds(out, " \"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_addf(out, "\\%c", *s);
		else if ((unsigned char)*s < 0x20 || (unsigned char)*s == 0x7f)
			buf_addf(out, "\\x%02x", (unsigned char)*s);
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

static void text(struct dump *d, const char *name, const char *s)
{
	if (!s)
		return;
	key(d, name);
	quoted(d->out, s);
	buf_addc(d->out, '\n');
}

static void number(struct dump *d, const char *name, int64_t v)
{
	if (v) {
		key(d, name);
		buf_addf(d->out, " %lld\n", (long long)v);
	}
}

static void word(struct dump *d, const char *name, const char *w)
{
	key(d, name);
	buf_addf(d->out, " %s\n", w);
}

static void texts(struct dump *d, const char *name, const char *const *v, size_t n)
{
	if (!n)
		return;
	key(d, name);
	for (size_t i = 0; i < n; i++)
		quoted(d->out, v[i]);
	buf_addc(d->out, '\n');
}

static void named(struct dump *d, const char *name, const struct named *v, size_t n,
		  const enum value_type *types)
{
	for (size_t i = 0; i < n; i++) {
		key(d, name);
		buf_addf(d->out, " %s =", v[i].name);
		quoted(d->out, v[i].value.s);
		if (types)
			buf_addf(d->out, " %s", value_type_name(types[i]));
		buf_addc(d->out, '\n');
	}
}

static void fields(struct dump *d, const char *name, const struct field *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &v[i];
		key(d, name);
		buf_addf(d->out, " %s %s%s\n", f->name, value_type_name(f->type),
			 f->secret ? " secret" : "");
		d->depth++;
		text(d, "prompt", f->prompt);
		texts(d, "one_of", f->one_of, f->n_one_of);
		text(d, "default", f->otherwise);
		text(d, "min", f->min);
		text(d, "max", f->max);
		text(d, "match", f->match);
		text(d, "from file", f->from_file);
		text(d, "from env", f->from_env);
		text(d, "from command", f->from_command);
		d->depth--;
	}
}

static void captures(struct dump *d, const struct capture *v, size_t n)
{
	static const char *const how[] = { "whole", "jq", "match" };
	for (size_t i = 0; i < n; i++) {
		key(d, "capture");
		buf_addf(d->out, " %s %s %s%s", v[i].name, value_type_name(v[i].type),
			 how[v[i].how], v[i].secret ? " secret" : "");
		if (v[i].pattern)
			quoted(d->out, v[i].pattern);
		buf_addc(d->out, '\n');
	}
}

static void probe(struct dump *d, const char *name, const struct probe *p)
{
	if (!p)
		return;
	key(d, name);
	buf_addc(d->out, '\n');
	d->depth++;
	text(d, "run", p->run.s);
	captures(d, p->captures, p->n_captures);
	text(d, "expect", p->expect.s);
	number(d, "every", p->every_ms);
	number(d, "within", p->within_ms);
	number(d, "stays", p->stays_ms);
	number(d, "timeout", p->timeout_ms);
	d->depth--;
}

static void owes(struct dump *d, const struct step *s)
{
	for (size_t i = 0; i < s->n_owes; i++) {
		const struct owed_def *o = &s->owes[i];
		key(d, "owes");
		buf_addf(d->out, " %s%s", o->name, o->safe_any_time ? " safe_any_time" : "");
		quoted(d->out, o->command.s);
		buf_addc(d->out, '\n');
	}
}

static void every_step(struct dump *d, const struct step *s)
{
	text(d, "title", s->title);
	number(d, "title_given", s->title_given);
	text(d, "why", s->why);
	text(d, "when", s->when.s);
	word(d, "effect", word_of(WORDS_EFFECT, s->effect));
	number(d, "effect_given", s->effect_given);
	text(d, "target", s->target.s);
	text(d, "expect", s->expect.s);
	probe(d, "verify", s->verify);
	text(d, "if_not", s->if_not);
	text(d, "no_way_back", s->no_way_back);
	text(d, "shows_state", s->shows_state.s);
	text(d, "untrue", s->untrue);
	text(d, "warn", s->warn);
	text(d, "role", s->role);
	text(d, "host", s->host);
	for (size_t i = 0; i < s->n_exit_ok; i++) {
		key(d, "exit_ok");
		buf_addf(d->out, " %d\n", s->exit_ok[i]);
	}
	word(d, "on_fail", word_of(WORDS_ON_FAIL, s->on_fail));
	text(d, "fail_goto", s->fail_goto);
	number(d, "retry_times", s->retry_times);
	number(d, "retry_every", s->retry_every_ms);
	number(d, "idempotent", s->idempotent);
	number(d, "timeout", s->timeout_ms);
	number(d, "takes", s->takes_ms);
}

static void its_command(struct dump *d, const struct step *s)
{
	captures(d, s->captures, s->n_captures);
	text(d, "undo", s->undo.s);
	owes(d, s);
	named(d, "produces", s->produces, s->n_produces, NULL);
	texts(d, "uses", s->uses, s->n_uses);
	named(d, "env", s->uses_env, s->n_uses_env, NULL);
	texts(d, "secret", s->secrets, s->n_secrets);
	number(d, "terminal", s->terminal);
	number(d, "leaves_processes", s->leaves_processes);
	number(d, "record_input", s->record_input);
}

static void by_kind(struct dump *d, const struct step *s)
{
	text(d, "text", s->text.s);
	probe(d, "probe", s->probe);
	text(d, "repair", s->repair.s);
	number(d, "timer", s->timer_ms);
	fields(d, "field", s->fields, s->n_fields);
	text(d, "from", s->from.s);
	text(d, "each", s->each_name);
	text(d, "each_list", s->each_list.s);
	texts(d, "each_items", s->each_items, s->n_each_items);
	number(d, "at_once", s->at_once == 1 ? 0 : s->at_once);
	number(d, "any_order", s->any_order);
	number(d, "otherwise", s->otherwise);
	text(d, "consequence", s->consequence);
	text(d, "jump", s->jump);
	text(d, "shows", s->shows);
	text(d, "settles", s->settles);
	named(d, "set", s->sets, s->n_sets, s->set_types);
	if (s->kind == KIND_END)
		word(d, "success", s->success ? "true" : "false");
	if (s->kind == KIND_CONTACT) {
		static const char *const goals[] = { "told", "answered", "joined" };
		text(d, "ladder", s->ladder);
		text(d, "message", s->message.s);
		text(d, "form", s->form);
		text(d, "subject", s->subject.s);
		word(d, "until", goals[s->until]);
		text(d, "severity", s->severity);
		text(d, "announces", s->announces);
		number(d, "cadence_ms", s->cadence_ms);
		number(d, "goes_on", s->goes_on);
	}
	named(d, "with", s->args, s->n_args, NULL);
	named(d, "result", s->results, s->n_results, NULL);
	text(d, "source", s->source);
}

static void book(struct dump *d, const struct runbook *rb);

static void steps(struct dump *d, const char *name, struct step *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = v[i];
		key(d, name);
		buf_addf(d->out, " %s %s %s%s #%zu\n", s->number, word_of(WORDS_KIND, s->kind),
			 s->id, s->id_given ? " given" : "", s->index);
		d->depth++;
		every_step(d, s);
		its_command(d, s);
		by_kind(d, s);
		if (s->callee)
			book(d, s->callee);
		else
			steps(d, "step", s->children, s->n_children);
		steps(d, "always", s->always, s->n_always);
		d->depth--;
	}
}

static void book(struct dump *d, const struct runbook *rb)
{
	text(d, "path", rb->path);
	text(d, "runbook", rb->title);
	text(d, "about", rb->about);
	text(d, "owner", rb->owner);
	text(d, "reviewed", rb->reviewed);
	number(d, "review_in", rb->review_in_ms);
	number(d, "drill_every", rb->drill_every_ms);
	number(d, "rto", rb->rto_ms);
	number(d, "rpo", rb->rpo_ms);
	for (size_t i = 0; i < rb->n_triggers; i++) {
		text(d, "alert", rb->triggers[i].alert);
		text(d, "trigger", rb->triggers[i].text);
	}
	texts(d, "needs", rb->needs, rb->n_needs);
	text(d, "contacts", rb->contacts);
	number(d, "cadence_ms", rb->cadence_ms);
	text(d, "environment", rb->environment);
	fields(d, "param", rb->params, rb->n_params);
	steps(d, "step", rb->steps, rb->n_steps);
}

void loader_dump(struct buf *out, const struct runbook *rb)
{
	struct dump d = { .out = out };
	book(&d, rb);
	number(&d, "all", (int64_t)rb->n_all);
	for (size_t i = 1; i < rb->n_files; i++) {
		key(&d, rb->files[i].role);
		buf_addf(out, " %s %.12s\n", rb->files[i].path, rb->files[i].sha256);
	}
	number(&d, "broken", rb->broken);
}
