/* A step that names a driver becomes a group: its steps are written as YAML and read in the scope
 * of the runbook, under values that have the step's id in front. */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "field.h"
#include "limits.h"
#include "reader.h"
#include "str.h"

enum { ID_MAX = 40 }; /* room for what is put behind it */

/* --- names ----------------------------------------------------------------------------------- */

static const char *prefix_of(struct load *l, const char *id)
{
	char *p = arena_printf(l->arena, "%s%s", *id >= '0' && *id <= '9' ? "_" : "", id);
	for (char *c = p; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (*c == '-' || *c == '.')
			*c = '_';
	}
	return p;
}

static bool id_ok(struct load *l, struct draft *d, const char *what)
{
	const char *id = d->step.id;
	if (!id) {
		diag_add(&l->diag, RULE_MISSING_KEY, d->step.at,
			 "a `%s` step must say `id`: its values are called by it, and its steps",
			 what);
		return false;
	}
	if (strlen(id) > ID_MAX) {
		diag_add(&l->diag, RULE_LIMIT, d->step.at,
			 "the id of a `%s` step may have %d bytes: its values have it in front",
			 what, ID_MAX);
		return false;
	}
	return true;
}

/* Two steps whose values would have the same names. */
static bool prefix_free(struct load *l, const struct draft *d, const char *prefix)
{
	for (const struct driven *o = l->book->driven; o; o = o->next) {
		if (!str_eq(o->prefix, prefix) || o->d->step.kind == KIND_RELEASE)
			continue;
		diag_add(&l->diag, RULE_DUPLICATE_ID, d->step.at,
			 "`%s` and `%s` in line %d would give their values the same names (%s_...)",
			 d->step.id, o->d->step.id, o->d->step.at.line, prefix);
		return false;
	}
	return true;
}

/* --- parameters ------------------------------------------------------------------------------ */

static const struct field *param_of(const struct driver *v, const char *name)
{
	for (size_t i = 0; i < v->n_params; i++)
		if (str_eq(v->params[i].name, name))
			return &v->params[i];
	return NULL;
}

static void check_argument(struct load *l, const struct driver *v, const struct named *arg)
{
	const struct field *f = param_of(v, arg->name);
	struct value value = { 0 };
	struct err err = { 0 };
	const char *names[LIMIT_FIELDS];
	char near[160];
	if (!f) {
		for (size_t i = 0; i < v->n_params; i++)
			names[i] = v->params[i].name;
		findings_near(near, sizeof(near), arg->name, names, v->n_params);
		diag_add(&l->diag, RULE_ARGUMENT, arg->value.at,
			 "the driver %s has no parameter `%s`%s", driver_name(v), arg->name, near);
	} else if (f->secret) {
		diag_add(&l->diag, RULE_ARGUMENT, arg->value.at,
			 "`%s` is a secret of the driver: give it as `secret: %s`, a secret value "
			 "of that name", f->name, f->name);
	} else if (!*arg->value.s && f->otherwise && f->type == VALUE_TEXT) {
		return; /* a variable may be empty */
	} else if (!strchr(arg->value.s, '$') && field_check(f, arg->value.s, &value, &err)) {
		diag_add(&l->diag, RULE_ARGUMENT, arg->value.at, "%s", err.text);
	}
	value_release(&value);
}

static bool is_listed(const struct draft *d, const char *name)
{
	for (size_t i = 0; i < d->step.n_secrets; i++)
		if (str_eq(d->step.secrets[i], name))
			return true;
	return false;
}

static void check_arguments(struct load *l, const struct draft *d, const struct driver *v)
{
	for (size_t i = 0; i < d->step.n_args; i++)
		check_argument(l, v, &d->step.args[i]);
	for (size_t i = 0; i < v->n_params; i++) {
		const struct field *f = &v->params[i];
		bool given = f->secret ? is_listed(d, f->name) : f->otherwise != NULL;
		for (size_t k = 0; k < d->step.n_args; k++)
			given |= str_eq(d->step.args[k].name, f->name);
		if (!given)
			diag_add(&l->diag, RULE_ARGUMENT, d->step.at,
				 f->secret ? "the driver's secret `%s` is not given; say `secret: "
					     "%s`, a secret value of that name" :
					     "the driver's parameter `%s` is not given; say "
					     "`with: {%s: …}`",
				 f->name, f->name);
	}
}

/* --- reading what was written ---------------------------------------------------------------- */

struct load_file *driver_parse(struct plan *p)
{
	struct load *l = p->l;
	struct load_file *f = arena_alloc(l->scratch, sizeof(*f));
	struct findings found = { 0 };
	struct diag quiet = { .f = &found };
	f->path = p->driver ? p->driver->path : p->l->book->file->path;
	f->bytes = arena_dupn(l->arena, buf_str(p->text), p->text->len);
	f->n = p->text->len;
	f->parsed = true;
	f->doc = (struct doc){ .path = f->path, .text = f->bytes, .n = f->n };
	doc_parse(&f->doc, l->scratch, l->arena, &quiet);
	f->next = l->made;
	l->made = f;
	if (found.errors || !f->doc.root || f->doc.root->kind != NODE_SEQ) {
		diag_add(&l->diag, RULE_DRIVER, p->d->step.at,
			 "the steps made of this one cannot be read: %s",
			 found.n ? found.v[0].text : "there are none");
		f = NULL;
	} else {
		plan_places(p, f->doc.root);
	}
	findings_release(&found);
	return f;
}

/* Words for conditions that nobody wrote. */
static void give_untrue(const struct plan *p, struct step *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < p->n_untrue; k++)
			if (v[i]->id && str_eq(v[i]->id, p->untrue[k].id))
				v[i]->untrue = arena_dup(p->l->arena, p->untrue[k].text);
		give_untrue(p, v[i]->children, v[i]->n_children);
	}
}

static void read_made(struct plan *p)
{
	struct load *l = p->l;
	struct load_file *made = driver_parse(p), *file = l->book->file;
	struct draft *owner = l->owner;
	if (!made)
		return;
	l->book->file = made;
	l->owner = p->d;
	l->diag.once = true;
	read_list(l, made->doc.root, &p->d->step, &p->d->step.children, &p->d->step.n_children);
	give_untrue(p, p->d->step.children, p->d->step.n_children);
	l->book->file = file;
	l->owner = owner;
	l->diag.once = owner != NULL;
}

void driver_release_made(struct load *l)
{
	for (struct load_file *f = l->made; f; f = f->next)
		doc_release(&f->doc);
}

/* --- the three kinds ------------------------------------------------------------------------- */

static void say_not_proved(struct plan *p)
{
	struct load *l = p->l;
	if (!p->driver || !p->driver->recordings)
		return;
	diag_add(&l->diag, RULE_NOT_PROVED, p->d->step.at,
		 "the driver %s was proved against recordings of its tools, never live",
		 driver_name(p->driver));
	plan_caution(p, plan_f(p, "The driver %s is not proved live: it was tried against "
			       "recordings of its tools only.", driver_name(p->driver)));
}

static const struct driven *kept_by(struct load *l, struct draft *d)
{
	const char *names[LIMIT_FIELDS];
	char near[160];
	size_t n = 0;
	for (struct driven *o = l->book->driven; o; o = o->next) {
		if (o->d->step.kind != KIND_RESTORE || !o->d->step.id)
			continue;
		if (!str_eq(o->d->step.id, d->form)) {
			if (n < LIMIT_FIELDS)
				names[n++] = o->d->step.id;
			continue;
		}
		o->released = true;
		if (!o->made) {
			l->diag.bad = true; /* reported there */
			return NULL;
		}
		if (!o->waived)
			return o;
		diag_add(&l->diag, RULE_NOT_KEPT, d->step.at,
			 "`%s` keeps nothing: it waives its safety copy (line %d)", d->form,
			 o->d->step.at.line);
		return NULL;
	}
	findings_near(near, sizeof(near), d->form, names, n);
	diag_add(&l->diag, RULE_NOT_KEPT, d->step.at,
		 "no `restore` step before this one has the id `%s`%s", d->form, near);
	return NULL;
}

static void expand(struct plan *p)
{
	struct load *l = p->l;
	bool bad = l->diag.bad;
	const struct driven *what = NULL;
	l->diag.bad = false;
	p->self->d = p->d;
	if (p->d->step.kind == KIND_RELEASE) {
		what = kept_by(l, p->d);
		if (what) {
			p->self->driver = p->driver = what->driver;
			p->self->prefix = p->p = what->prefix;
			p->self->of = p->self->d = what->d;
		}
	} else {
		check_arguments(l, p->d, p->driver);
	}
	if (what && p->driver)
		plan_release(p, what);
	else if (p->d->step.kind == KIND_RESTORE)
		plan_restore(p);
	else if (p->d->step.kind == KIND_REBUILD)
		plan_rebuild(p);
	p->self->made = !l->diag.bad && p->text->len;
	if (p->self->made)
		read_made(p);
	l->diag.bad |= bad;
}

static bool prepare(struct plan *p)
{
	struct load *l = p->l;
	struct draft *d = p->d;
	uint32_t kind = d->step.kind == KIND_RESTORE ? FOR_VOLUME : FOR_CLUSTER;
	if (d->step.kind == KIND_RELEASE)
		return true;
	p->driver = driver_find(l, d, kind);
	if (!p->driver || !id_ok(l, d, word_of(WORDS_KIND, d->step.kind)))
		return false;
	p->p = prefix_of(l, d->step.id);
	if (!prefix_free(l, d, p->p))
		return false;
	p->item = plan_f(p, "%s_%s", p->p, kind == FOR_VOLUME ? "volume" : "member");
	p->self->driver = p->driver;
	p->self->prefix = p->p;
	return true;
}

void driver_expand(struct load *l, struct draft *d)
{
	struct buf text = BUF_INIT;
	struct plan p = { .l = l, .d = d, .y = { .out = &text }, .text = &text };
	d->step.source = doc_source(d->doc, d->node, l->arena);
	d->step.effect = EFFECT_READ;
	d->step.text = (struct text){ d->form, d->step.at };
	if (!d->form || d->node->cut)
		return;
	p.self = arena_alloc(l->scratch, sizeof(*p.self));
	p.self->d = d;
	if (prepare(&p)) {
		say_not_proved(&p);
		expand(&p);
	}
	p.self->d = d;
	p.self->next = l->book->driven;
	l->book->driven = p.self;
	free(p.origins);
	buf_release(&text);
}

static void check_release(struct load *l, const struct driven *o)
{
	if (!o->of || o->of->each == o->d->each)
		return;
	o->d->bad = true;
	diag_add(&l->diag, RULE_NOT_KEPT, o->d->step.at,
		 "`%s` is restored once for each item of an `each`; release it in there",
		 o->d->form);
}

void driver_finish_book(struct load *l, struct load_book *b)
{
	for (const struct driven *o = b->driven; o; o = o->next) {
		bool keeps = o->d->step.kind == KIND_RESTORE && o->driver && !o->waived;
		if (o->d->step.kind == KIND_RELEASE)
			check_release(l, o);
		else if (keeps && !o->released && !o->d->bad)
			diag_add(&l->diag, RULE_NEVER_RELEASED, o->d->step.at,
				 "the old data that `%s` keeps is never released; say `- release: "
				 "%s` where it may go", o->d->step.id, o->d->step.id);
	}
}
