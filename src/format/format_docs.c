/* The tables as Markdown, and as a JSON Schema. */
#include "format_docs.h"

#include <string.h>

#include "buf.h"
#include "formatint.h"
#include "json.h"
#include "str.h"

/* In a table cell a bar is a bar only behind a backslash. */
void format_put_cell(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

void format_put_table(struct buf *out, const struct format *f, const struct format_table *t,
		      const char *(*note)(const struct format_table *t,
					  const struct format_key *k))
{
	buf_addf(out, "\n### %s\n\n%s%s| key | is | | says |\n|---|---|---|---|\n", t->title,
		 t->intro, *t->intro ? "\n\n" : "");
	for (size_t i = 0; i < t->n; i++) {
		const struct format_key *k = &t->keys[i];

		buf_addf(out, "| `%s` | ", k->key);
		format_words(out, f, k);
		buf_addf(out, " | %s | ",
			 note ? note(t, k) : k->flags & FK_REQUIRED ? "required" : "");
		format_put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

void format_put_rules(struct buf *out, const struct format *f)
{
	buf_adds(out, "\n### What lint finds\n\n| rule | is | says |\n|---|---|---|\n");
	for (int i = 0; i < f->n_rules; i++) {
		const struct format_rule *d = &f->rules[i];

		if (!d->name)
			continue;
		buf_addf(out, "| `%s` | %s%s | ", d->name,
			 d->severity == SEV_ERROR ? "error" : "warning",
			 d->breaks ? ", the step is not walked" : "");
		format_put_cell(out, d->doc);
		buf_adds(out, " |\n");
	}
}

void format_reference(struct buf *out, const struct format *f)
{
	for (int t = 0; t < f->n_tables; t++)
		format_put_table(out, f, &f->tables[t], NULL);
	format_put_rules(out, f);
	buf_adds(out, "\nThe rules of YAML itself are those of runbooks.\n");
}

/* --- the schema ------------------------------------------------------------------------------- */

/* Scalars as an editor's YAML sees them: numbers and booleans are texts to us. */
static const struct format_def defs[] = {
	{ "text", "{\"type\":[\"string\",\"number\",\"boolean\"],\"minLength\":1}", 0 },
	{ "duration", "{\"type\":\"string\",\"minLength\":2,\"pattern\":\"^([0-9]+w)?([0-9]+d)?"
		      "([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$\"}", 0 },
	{ "name", "{\"type\":[\"string\",\"integer\"],"
		  "\"pattern\":\"^[A-Za-z0-9_][A-Za-z0-9_.-]*$\"}", 0 },
};

static void put_words(struct jsonw *w, const struct format_type *t)
{
	const char *s;

	jw_arr(w, "enum");
	for (int i = 0; (s = format_type_word(t, i)); i++)
		if (*s)
			jw_str(w, NULL, s);
	jw_end_arr(w);
}

static void put_part(struct jsonw *w, const struct format *f, const struct format_key *k)
{
	const char *name = f->tables[k->part].name;

	if (k->type == FT_PART)
		buf_addf(w->out, ",\"$ref\":\"#/$defs/%s\"", name);
	else
		buf_addf(w->out, ",\"anyOf\":[{\"$ref\":\"#/$defs/%s\"},{\"type\":\"array\","
			 "\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/%s\"}}]",
			 name, name);
}

static void put_key(struct jsonw *w, const struct format *f, const struct format_key *k)
{
	const struct format_type *t = format_type(f, k->type);

	jw_obj(w, k->key);
	jw_str(w, "description", k->doc);
	if (t->schema && *t->schema == '{') /* else it is `true`; the description goes into it */
		buf_addf(w->out, ",%.*s", (int)strlen(t->schema) - 2, t->schema + 1);
	else if (t->word || t->one_of)
		put_words(w, t);
	else if (!t->schema)
		put_part(w, f, k);
	if (k->type == FT_INT || k->type == FT_COUNT) {
		jw_int(w, "minimum", k->min);
		jw_int(w, "maximum", k->max);
	}
	jw_end_obj(w);
}

static bool goes(const struct format_key *k, uint32_t kinds)
{
	return !k->kinds || k->kinds & kinds;
}

void format_put_keys(struct jsonw *w, const struct format *f, const struct format_table *t,
		     uint32_t kinds, const char *others)
{
	jw_str(w, "type", "object");
	if (others)
		jw_raw(w, "additionalProperties", others);
	else
		jw_bool(w, "additionalProperties", false);
	jw_arr(w, "required");
	for (size_t i = 0; i < t->n; i++)
		if (t->keys[i].flags & FK_REQUIRED && goes(&t->keys[i], kinds))
			jw_str(w, NULL, t->keys[i].key);
	jw_end_arr(w);
	jw_obj(w, "properties");
	for (size_t i = 0; i < t->n; i++)
		if (goes(&t->keys[i], kinds))
			put_key(w, f, &t->keys[i]);
	jw_end_obj(w);
	if (t->extra)
		buf_addf(w->out, ",%s", t->extra);
}

void format_put_def(struct jsonw *w, const struct format *f, const char *name,
		    const struct format_table *t, uint32_t kinds)
{
	jw_obj(w, name);
	format_put_keys(w, f, t, kinds, NULL);
	jw_end_obj(w);
}

static bool has_def(const struct format *f, const char *name)
{
	for (size_t i = 0; i < f->n_defs; i++)
		if (str_eq(f->defs[i].name, name))
			return true;
	return false;
}

void format_put_scalars(struct jsonw *w, const struct format *f)
{
	for (size_t i = 0; i < FORMAT_N(defs); i++)
		if (!has_def(f, defs[i].name))
			jw_raw(w, defs[i].name, defs[i].schema);
	for (size_t i = 0; i < f->n_defs; i++) {
		const struct format_def *d = &f->defs[i];

		if (d->schema) {
			jw_raw(w, d->name, d->schema);
			continue;
		}
		jw_obj(w, d->name);
		put_words(w, format_type(f, d->type));
		jw_end_obj(w);
	}
}

void format_put_head(struct jsonw *w, const char *name)
{
	struct buf title = BUF_INIT;

	buf_addf(&title, "blackstart %s, format 1", name);
	jw_str(w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(w, "title", buf_str(&title));
	buf_release(&title);
}

void format_schema(struct buf *out, const struct format *f)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	format_put_head(&w, f->name);
	format_put_keys(&w, f, &f->tables[0], UINT32_MAX, f->others);
	jw_obj(&w, "$defs");
	format_put_scalars(&w, f);
	for (int t = 1; t < f->n_tables; t++)
		format_put_def(&w, f, f->tables[t].name, &f->tables[t], UINT32_MAX);
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
