/* YAML as an editor sees it, checked by a JSON Schema. The validator knows the words that our schemas
 * use, and fails on any other. */
#ifndef TESTS_SCHEMAS_H
#define TESTS_SCHEMAS_H

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/loader/doc.h"
#include "arena.h"
#include "buf.h"
#include "err.h"
#include "json.h"
#include "loader.h"
#include "str.h"
#include "unit.h"

/* --- YAML as an editor's parser types it ---------------------------------------------------------- */

static bool is_number(const char *s)
{
	size_t n = strspn(s, "-+") > 1 ? 0 : strspn(s, "-+");
	size_t digits = strspn(s + n, "0123456789");
	double v;
	return digits && s[0] != '+' && !(digits > 1 && s[n] == '0') && str_to_f64(s, &v);
}

static void put_scalar(struct jsonw *w, const char *key, const struct node *n)
{
	bool plain = n->style == NODE_PLAIN;
	if (plain && (!*n->s || str_eq(n->s, "~") || str_eq(n->s, "null")))
		jw_null(w, key);
	else if (plain && (str_eq(n->s, "true") || str_eq(n->s, "false")))
		jw_bool(w, key, str_eq(n->s, "true"));
	else if (plain && is_number(n->s))
		jw_raw(w, key, n->s);
	else
		jw_str(w, key, n->s);
}

static void put_node(struct jsonw *w, const char *key, const struct node *n)
{
	if (n->kind == NODE_SCALAR) {
		put_scalar(w, key, n);
		return;
	}
	if (n->kind == NODE_MAP)
		jw_obj(w, key);
	else
		jw_arr(w, key);
	for (const struct node *v = n->first; v; v = v->next)
		put_node(w, n->kind == NODE_MAP ? v->key->s : NULL, v);
	if (n->kind == NODE_MAP)
		jw_end_obj(w);
	else
		jw_end_arr(w);
}

static struct json *from_yaml(const char *text, size_t n)
{
	struct arena *a = arena_new();
	struct findings f = { 0 };
	struct diag diag = { .f = &f };
	struct doc d = { .path = "x", .text = text, .n = n };
	struct buf out = BUF_INIT;
	struct jsonw w = { .out = &out };
	struct json *doc = NULL;
	struct err err;
	doc_parse(&d, a, a, &diag);
	assert_non_null(d.root);
	put_node(&w, NULL, d.root);
	if (json_parse(buf_str(&out), out.len, &doc, &err))
		fail_msg("%s: %s", err.text, buf_str(&out));
	doc_release(&d);
	findings_release(&f);
	buf_release(&out);
	arena_free(a);
	return doc;
}

/* --- the validator ---------------------------------------------------------------------------- */

struct check {
	const struct json *root, *schema, *value;
	const char *why; /* the word that refused */
};

static bool valid(struct check *c, const struct json *schema, const struct json *value);

static bool of_type(const char *type, const struct json *v)
{
	double d;
	int64_t i;
	bool b;
	if (str_eq(type, "object"))
		return json_is_obj(v);
	if (str_eq(type, "array"))
		return json_is_arr(v);
	if (str_eq(type, "string"))
		return json_text(v) != NULL;
	if (str_eq(type, "null"))
		return json_is_null(v);
	if (str_eq(type, "boolean"))
		return json_as_bool(v, &b);
	if (str_eq(type, "integer"))
		return json_as_int(v, &i);
	assert_string_equal(type, "number");
	return json_as_num(v, &d);
}

static bool same(const struct json *a, const struct json *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	json_dump(&x, a);
	json_dump(&y, b);
	bool eq = str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return eq;
}

static bool matches(const char *pattern, const char *text)
{
	regex_t re;
	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	bool yes = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return yes;
}

static bool check_type(struct check *c, const struct json *want)
{
	bool ok = json_text(want) && of_type(json_text(want), c->value);
	for (size_t i = 0; i < json_len(want); i++)
		ok |= of_type(json_text(json_at(want, i)), c->value);
	return ok;
}

static bool check_enum(struct check *c, const struct json *want)
{
	for (size_t i = 0; i < json_len(want); i++)
		if (same(json_at(want, i), c->value))
			return true;
	return false;
}

static bool check_const(struct check *c, const struct json *want)
{
	return same(want, c->value);
}

static bool check_pattern(struct check *c, const struct json *want)
{
	const char *s = json_text(c->value);
	return !s || matches(json_text(want), s);
}

static bool check_min_length(struct check *c, const struct json *want)
{
	int64_t n = 0;
	json_as_int(want, &n);
	return !json_text(c->value) || (int64_t)strlen(json_text(c->value)) >= n;
}

static bool check_minimum(struct check *c, const struct json *want)
{
	double least = 0, v;
	json_as_num(want, &least);
	return !json_as_num(c->value, &v) || v >= least;
}

static bool check_maximum(struct check *c, const struct json *want)
{
	double most = 0, v;
	json_as_num(want, &most);
	return !json_as_num(c->value, &v) || v <= most;
}

static bool check_required(struct check *c, const struct json *want)
{
	for (size_t i = 0; json_is_obj(c->value) && i < json_len(want); i++)
		if (!json_get(c->value, json_text(json_at(want, i))))
			return false;
	return true;
}

struct members {
	struct check *c;
	const struct json *known, *others, *names;
	bool ok;
	size_t n;
};

static int one_member(void *ctx, const char *key, const struct json *v)
{
	struct members *m = ctx;
	const struct json *s = json_get(m->known, key);
	struct json *name = NULL;
	struct buf text = BUF_INIT;
	struct jsonw w = { .out = &text };
	bool allowed = true;
	m->n++;
	if (s)
		m->ok = m->ok && valid(m->c, s, v);
	else if (m->others && json_as_bool(m->others, &allowed))
		m->ok = m->ok && allowed;
	else if (m->others)
		m->ok = m->ok && valid(m->c, m->others, v);
	if (m->names) {
		jw_arr(&w, NULL);
		jw_str(&w, NULL, key);
		jw_end_arr(&w);
		assert_int_equal(json_parse(buf_str(&text), text.len, &name, NULL), 0);
		m->ok = m->ok && valid(m->c, m->names, json_at(name, 0));
		json_free(name);
		buf_release(&text);
	}
	return 0;
}

/* properties, additionalProperties, propertyNames, minProperties, maxProperties at once. */
static bool check_members(struct check *c, const struct json *unused)
{
	struct members m = { c, json_get(c->schema, "properties"),
			     json_get(c->schema, "additionalProperties"),
			     json_get(c->schema, "propertyNames"), true, 0 };
	(void)unused;
	if (!json_is_obj(c->value))
		return true;
	struct check here = *c;
	json_each(here.value, one_member, &m);
	int64_t n = (int64_t)m.n;
	return m.ok && n >= json_int(here.schema, "minProperties", 0) &&
	       n <= json_int(here.schema, "maxProperties", INT64_MAX);
}

static bool check_items(struct check *c, const struct json *want)
{
	const struct json *list = c->value;
	for (size_t i = 0; i < json_len(list); i++)
		if (!valid(c, want, json_at(list, i)))
			return false;
	return true;
}

static bool check_min_items(struct check *c, const struct json *want)
{
	int64_t n = 0;
	json_as_int(want, &n);
	return !json_is_arr(c->value) || (int64_t)json_len(c->value) >= n;
}

static size_t how_many(struct check *c, const struct json *list)
{
	const struct json *value = c->value;
	size_t n = 0;
	for (size_t i = 0; i < json_len(list); i++)
		n += valid(c, json_at(list, i), value);
	return n;
}

static bool check_one_of(struct check *c, const struct json *want)
{
	return how_many(c, want) == 1;
}

static bool check_any_of(struct check *c, const struct json *want)
{
	return how_many(c, want) > 0;
}

static bool check_all_of(struct check *c, const struct json *want)
{
	return how_many(c, want) == json_len(want);
}

static bool check_not(struct check *c, const struct json *want)
{
	return !valid(c, want, c->value);
}

static bool check_ref(struct check *c, const struct json *want)
{
	const char *ref = json_text(want);
	assert_true(str_starts(ref, "#/$defs/"));
	const struct json *def = json_get(json_get(c->root, "$defs"), ref + strlen("#/$defs/"));
	if (!def)
		fail_msg("no $defs entry for %s", ref);
	return valid(c, def, c->value);
}

static bool check_nothing(struct check *c, const struct json *want)
{
	(void)c;
	(void)want;
	return true;
}

static const struct {
	const char *word;
	bool (*check)(struct check *c, const struct json *want);
} words[] = {
	{ "$schema", check_nothing }, { "$defs", check_nothing }, { "title", check_nothing },
	{ "description", check_nothing }, { "type", check_type }, { "enum", check_enum },
	{ "const", check_const }, { "pattern", check_pattern }, { "minLength", check_min_length },
	{ "minimum", check_minimum }, { "maximum", check_maximum }, { "required", check_required },
	{ "properties", check_members }, { "additionalProperties", check_members },
	{ "propertyNames", check_members }, { "minProperties", check_members },
	{ "maxProperties", check_members }, { "items", check_items }, { "minItems", check_min_items },
	{ "oneOf", check_one_of }, { "anyOf", check_any_of }, { "allOf", check_all_of },
	{ "not", check_not }, { "$ref", check_ref },
};

static int one_word(void *ctx, const char *key, const struct json *want)
{
	struct check *c = ctx;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_eq(words[i].word, key)) {
			struct check here = *c;
			bool ok = words[i].check(&here, want);
			if (!ok)
				c->why = words[i].word;
			return !ok;
		}
	fail_msg("the schema says `%s`, which this test does not know", key);
	return 1;
}

static bool valid(struct check *c, const struct json *schema, const struct json *value)
{
	struct check here = { c->root, schema, value, NULL };
	bool all;
	if (json_as_bool(schema, &all))
		return all;
	assert_true(json_is_obj(schema));
	return json_each(schema, one_word, &here) == 0;
}

/* --- what tests ask ---------------------------------------------------------------------------- */

/* What `print` writes, as JSON. The caller's to json_free. */
static struct json *schema_of(void (*print)(struct buf *out))
{
	struct buf out = BUF_INIT;
	struct json *schema = NULL;
	struct err err;
	print(&out);
	if (json_parse(buf_str(&out), out.len, &schema, &err))
		fail_msg("the schema is no JSON: %s", err.text);
	buf_release(&out);
	return schema;
}

static bool accepts(const struct json *schema, const char *text, size_t n)
{
	struct json *value = from_yaml(text, n);
	struct check c = { schema, schema, value, NULL };
	bool ok = valid(&c, schema, value);
	json_free(value);
	return ok;
}

/* None of these texts is taken. */
static inline void schema_refuses(const struct json *schema, const char *const *bad, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (accepts(schema, bad[i], strlen(bad[i])))
			fail_msg("the schema accepts %s", bad[i]);
}

#endif
