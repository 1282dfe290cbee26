/* Forms: messages with places to fill in. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "field.h"
#include "fill.h"
#include "limits.h"
#include "people_form.h"
#include "peopleint.h"
#include "str.h"

enum { USED_MAX = LIMIT_FIELDS };

/* --- a field ---------------------------------------------------------------------------------- */

static bool name_ok(struct people_read *r, const char *name, struct place at)
{
	const char *why = NULL;

	if (value_name_ok(name, &why))
		return true;
	people_say(r, FR_NAME, at, "`%s` cannot be the name of a field: %s", name, why);
	return false;
}

/* The default must be an answer that would be taken. */
static void check_default(struct people_read *r, const struct field *f)
{
	struct value v = { 0 };
	struct err err = { 0 };

	if (f->match && field_form_problem(f->match))
		people_say(r, FR_VALUE, f->at, "`match` of `%s`: %s", f->name,
			   field_form_problem(f->match));
	else if (f->otherwise && field_check(f, f->otherwise, &v, &err))
		people_say(r, FR_VALUE, f->at, "`default` is no answer: %s", err.text);
	value_release(&v);
}

void people_fields(struct format_read *in, const struct format_key *k,
		   const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	size_t n = people_named_n(r, k, v, LIMIT_FIELDS), got = 0;
	struct field *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const struct ytree_pair *e = &v->pairs[i];
		bool bare = e->v->kind == YTREE_SCALAR && !e->v->text[0]; /* `where:` alone */

		if (!people_is_first(v, i) || !name_ok(r, e->key, e->at))
			continue;
		out[got] = (struct field){ .name = e->key, .at = e->at };
		if (!bare && !format_map(&r->in, PTABLE_FIELD, e->key, e->v, &out[got]))
			continue;
		check_default(r, &out[got++]);
	}
	*FORMAT_INTO(const struct field *, base, k->at) = out;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}

/* --- a form ----------------------------------------------------------------------------------- */

struct use {
	struct people_read *r;
	const struct people_form *form;
	struct place at;
	bool used[USED_MAX];
};

static int use_name(void *ctx, enum fill_use how, const char *name, size_t n, size_t offset)
{
	struct use *u = ctx;
	const char *names[USED_MAX];
	char word[LIMIT_ID_BYTES + 1], near[LIMIT_TITLE_BYTES + 32];

	(void)how;
	(void)offset;
	for (size_t i = 0; i < u->form->n_fields; i++) {
		names[i] = u->form->fields[i].name;
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0) {
			u->used[i] = true;
			return 0;
		}
	}
	snprintf(word, sizeof(word), "%.*s", (int)n, name);
	people_say(u->r, PRULE_UNKNOWN_NAME, u->at, "`fields` of `%s` has no `%s`%s", u->form->id,
		   word, findings_near(near, sizeof(near), word, names, u->form->n_fields));
	return 0;
}

static void use_names(struct use *u, const char *text)
{
	struct err err = { 0 };

	if (text && fill_names(text, use_name, u, &err))
		people_say(u->r, FR_VALUE, u->at, "`%s`: %s", u->form->id, err.text);
}

static void check_form(struct people_read *r, const struct people_form *f, const struct ytree *v)
{
	const struct ytree *text = ytree_get(v, "text");
	struct use u = { .r = r, .form = f, .at = text ? text->at : f->at };

	use_names(&u, f->subject);
	use_names(&u, f->text);
	for (size_t i = 0; i < f->n_fields && !r->in.cut; i++)
		if (!u.used[i])
			people_say(r, PRULE_NEVER_USED, f->fields[i].at,
				   "neither `text` nor `subject` of `%s` says `${%s}`", f->id,
				   f->fields[i].name);
}

void people_forms(struct format_read *in, const struct format_key *k,
		  const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	size_t n = people_named_n(r, k, v, PEOPLE_MAX_FORMS);
	struct people_form *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	(void)base;
	for (size_t i = 0; i < n; i++) {
		const struct ytree_pair *e = &v->pairs[i];
		struct people_form *f = &out[r->p->n_forms];

		if (!people_entry_ok(r, v, i))
			continue;
		*f = (struct people_form){ .id = e->key, .at = e->at };
		if (!format_map(&r->in, PTABLE_FORM, e->key, e->v, f))
			continue;
		check_form(r, f, e->v);
		r->p->n_forms++;
	}
	r->p->forms = out;
}
