/* Mappings whose keys are names: captures, questions, what is owed, arguments. */
#include "reader.h"

#include <regex.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "field.h"
#include "limits.h"
#include "patterns.h"
#include "str.h"

static struct place at_node(const struct load *l, const struct node *v)
{
	return doc_place(&l->book->file->doc, v);
}

/* Whether v is a mapping with 1..LIMIT_FIELDS entries; reported when not. */
static bool is_mapping(struct load *l, const struct format_key *k, const struct node *v)
{
	if (v->kind != NODE_MAP)
		read_say_is(l, k, v, "");
	else if (!v->n)
		diag_add(&l->diag, RULE_EMPTY, at_node(l, v), "`%s` is empty; leave it out",
			 k->key);
	else if (v->n > LIMIT_FIELDS)
		diag_add(&l->diag, RULE_LIMIT, at_node(l, v),
			 "`%s` has %zu entries; the limit is %d", k->key, v->n, LIMIT_FIELDS);
	else
		return true;
	return false;
}

/* The next entry that can be read, from e on. */
static const struct node *readable(struct load *l, const struct node *e)
{
	for (; e; e = e->next) {
		l->diag.bad |= e->bad || e->cut || e->key->bad;
		if (e->key->kind == NODE_SCALAR && !e->key->bad)
			return e;
	}
	return NULL;
}

/* An array for the entries of v at k's place; its count grows as entries are read. */
static void *array_for(struct load *l, const struct format_key *k, const struct node *v, void *base,
		       size_t size)
{
	void *array = arena_alloc(l->arena, v->n * size);
	*FORMAT_INTO(void *, base, k->at) = array;
	*FORMAT_INTO(size_t, base, k->at_n) = 0;
	return array;
}

/* --- captures -------------------------------------------------------------------------------- */

static void check_pattern(struct load *l, const struct node *e, const struct capture *c)
{
	struct err err;
	if (!patterns_check(l, c, &err))
		return;
	const struct node *pattern = doc_get(e, c->how == CAPTURE_JQ ? "jq" : "match");
	diag_add(&l->diag, RULE_PATTERN, at_node(l, pattern ? pattern : e), "%s", err.text);
}

static void read_capture(struct load *l, const struct node *e, struct capture *c)
{
	if (e->kind == NODE_SCALAR) {
		read_type(l, e, &c->type);
		return;
	}
	struct reading r = { .l = l, .table = TABLE_CAPTURE, .kinds = UINT32_MAX, .base = c,
			     .what = "a capture" };
	read_map(&r, e);
	bool jq = doc_get(e, "jq"), match = doc_get(e, "match");
	if (jq && match)
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, e),
			 "`jq` and `match` exclude each other");
	c->how = jq ? CAPTURE_JQ : match ? CAPTURE_MATCH : CAPTURE_WHOLE;
	if (c->pattern)
		check_pattern(l, e, c);
}

void read_captures(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	if (!is_mapping(l, k, v))
		return;
	struct capture *all = array_for(l, k, v, base, sizeof(*all));
	size_t *n = FORMAT_INTO(size_t, base, k->at_n);
	for (const struct node *e = readable(l, v->first); e; e = readable(l, e->next)) {
		if (!read_name_ok(l, e->key, e->key->s))
			continue;
		all[*n] = (struct capture){ .name = e->key->s, .type = VALUE_TEXT,
					    .at = at_node(l, e->key) };
		read_capture(l, e, &all[(*n)++]);
	}
}

/* --- questions ------------------------------------------------------------------------------- */

/* Canonical form of one text of a question, or NULL (reported). */
static const char *canonical(struct load *l, const struct field *f, const char *s,
			     const char *key, const struct node *map)
{
	struct value value = { 0 };
	struct err err;
	const struct node *at = doc_get(map, key);
	if (value_parse(f->type, s, strlen(s), &value, &err)) {
		diag_add(&l->diag, RULE_VALUE, at_node(l, at ? at : map), "`%s: %s`: %s", key, s,
			 err.text);
		return NULL;
	}
	const char *kept = arena_dup(l->arena, value.text);
	value_release(&value);
	return kept;
}

static bool is_ordered(enum value_type t)
{
	return t == VALUE_INT || t == VALUE_NUMBER || t == VALUE_DATETIME || t == VALUE_DURATION;
}

static void check_match(struct load *l, struct field *f, const struct node *map)
{
	regex_t re;
	char why[200];
	const struct node *at = doc_get(map, "match");
	if (!f->match)
		return;
	if (f->type != VALUE_TEXT) {
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, at ? at : map),
			 "`match` is for text, not for %s", value_type_name(f->type));
		return;
	}
	if (field_form_problem(f->match)) {
		diag_add(&l->diag, RULE_PATTERN, at_node(l, at ? at : map), "`match: %s`: %s",
			 f->match, field_form_problem(f->match));
		f->match = NULL;
		return;
	}
	int rc = regcomp(&re, f->match, REG_EXTENDED | REG_NOSUB);
	if (!rc) {
		regfree(&re);
		return;
	}
	regerror(rc, &re, why, sizeof(why));
	diag_add(&l->diag, RULE_PATTERN, at_node(l, at ? at : map), "`match: %s`: %s", f->match,
		 why);
	f->match = NULL;
}

static void check_bounds(struct load *l, struct field *f, const struct node *map)
{
	const char *key = f->min ? "min" : "max";
	if (!f->min && !f->max)
		return;
	if (!is_ordered(f->type)) {
		const struct node *at = doc_get(map, key);
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, at ? at : map),
			 "`%s` is for numbers, dates and durations; say `as: int` or another", key);
		f->min = f->max = NULL;
		return;
	}
	f->min = f->min ? canonical(l, f, f->min, "min", map) : NULL;
	f->max = f->max ? canonical(l, f, f->max, "max", map) : NULL;
}

static int fits(const struct field *f, const char *text, struct value *ret, struct err *err)
{
	return field_check(f, text, ret, err);
}

/* Parameters of drivers are variables of commands and nothing more: they may be empty. */
static bool is_driver(const struct load *l)
{
	return !l->book->rb;
}

static void check_default(struct load *l, struct field *f, const struct node *map)
{
	struct value value = { 0 };
	struct err err;
	struct field plain = *f;
	const struct node *at = doc_get(map, "default");
	if (!f->otherwise || (!*f->otherwise && f->type == VALUE_TEXT && is_driver(l)))
		return;
	if (f->secret)
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, at ? at : map),
			 "a secret cannot stand in a file: leave `default` out");
	plain.secret = false;
	if (fits(&plain, f->otherwise, &value, &err)) {
		diag_add(&l->diag, RULE_DEFAULT, at_node(l, at ? at : map), "`default: %s`: %s",
			 f->otherwise, err.text);
		f->otherwise = NULL;
		return;
	}
	f->otherwise = arena_dup(l->arena, value.text);
	value_release(&value);
}

void read_from(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct field *f = base;
	struct reading r = { .l = l, .table = TABLE_FROM, .kinds = UINT32_MAX, .base = f,
			     .what = "`from`" };
	(void)k;
	read_map(&r, v);
	int n = !!f->from_file + !!f->from_env + !!f->from_command;
	if (v->kind == NODE_MAP && n != 1)
		diag_add(&l->diag, n ? RULE_CONTRADICTION : RULE_MISSING_KEY, at_node(l, v),
			 "`from` says one of `file`, `env` and `command`");
}

static void check_from(struct load *l, struct field *f, const struct node *map)
{
	const struct node *at = doc_get(map, "from");
	const char *why = NULL;
	if (!at)
		return;
	if (f->from_env && !env_name_ok(f->from_env, &why))
		diag_add(&l->diag, RULE_NAME, at_node(l, at), "`env: %s` is no variable: %s",
			 f->from_env, why);
	if (is_driver(l))
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, at),
			 "a driver gets its secrets from the step that uses it: leave `from` out");
	else if (!f->secret)
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, at),
			 "`from` is for a secret; say `secret: true`, or capture it in a step");
}

void read_finish_field(struct load *l, struct field *f, const struct node *map)
{
	const char **one_of = arena_alloc(l->arena, (f->n_one_of + 1) * sizeof(*one_of));
	size_t n = 0;
	for (size_t i = 0; i < f->n_one_of; i++) {
		const char *s = canonical(l, f, f->one_of[i], "one_of", map);
		if (s)
			one_of[n++] = s;
	}
	f->one_of = n ? one_of : NULL;
	f->n_one_of = n;
	check_bounds(l, f, map);
	check_match(l, f, map);
	struct value value = { 0 };
	struct field bound = { .name = f->name, .type = f->type, .max = f->max };
	if (f->min && f->max && fits(&bound, f->min, &value, NULL))
		diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, map),
			 "`min: %s` is larger than `max: %s`", f->min, f->max);
	value_release(&value);
	check_default(l, f, map);
}

static void read_question(struct load *l, const struct node *e, uint32_t kinds, struct field *f)
{
	if (e->kind == NODE_SCALAR) {
		bool none = !e->len || (e->style == NODE_PLAIN &&
					(str_eq(e->s, "~") || str_eq(e->s, "null")));
		if (!none)
			read_type(l, e, &f->type);
		else if (kinds != FOR_PARAM)
			diag_add(&l->diag, RULE_EMPTY, at_node(l, e), "`%s` needs a type", f->name);
		return;
	}
	struct reading r = { .l = l, .table = TABLE_FIELD, .kinds = kinds, .base = f,
			     .what = kinds == FOR_PARAM ? "a parameter" : "a question" };
	read_map(&r, e);
	if (e->kind != NODE_MAP)
		return;
	read_finish_field(l, f, e);
	check_from(l, f, e);
}

static bool variable_ok(struct load *l, const struct node *key)
{
	const char *why = "lower-case letters, digits and `_`";
	bool plain = !key->s[strspn(key->s, "abcdefghijklmnopqrstuvwxyz_0123456789")];
	if (plain && env_name_ok(key->s, &why))
		return true;
	diag_add(&l->diag, RULE_NAME, at_node(l, key), "a parameter cannot be called `%s`: %s",
		 key->s, why);
	return false;
}

static void read_questions(struct load *l, const struct format_key *k, const struct node *v,
			   void *base, uint32_t kinds)
{
	if (!is_mapping(l, k, v))
		return;
	struct field *all = array_for(l, k, v, base, sizeof(*all));
	size_t *n = FORMAT_INTO(size_t, base, k->at_n);
	for (const struct node *e = readable(l, v->first); e; e = readable(l, e->next)) {
		if (is_driver(l) ? !variable_ok(l, e->key) : !read_name_ok(l, e->key, e->key->s))
			continue;
		all[*n] = (struct field){ .name = e->key->s, .type = VALUE_TEXT,
					  .at = at_node(l, e->key) };
		read_question(l, e, kinds, &all[(*n)++]);
	}
}

void read_fields(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_questions(l, k, v, base, FOR_RETURN);
}

void read_params(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_questions(l, k, v, base, FOR_PARAM);
}
