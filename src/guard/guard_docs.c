/* The format as Markdown tables, and as a JSON Schema: both from the tables that read it. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "guard.h"
#include "guard_table.h"
#include "json.h"

/* In a table cell a bar is a bar only behind a backslash. */
static void put_cell(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void put_table(struct buf *out, const struct gtable *t)
{
	buf_addf(out, "\n### %s\n\n%s%s| key | is | | says |\n|---|---|---|---|\n", t->title,
		 t->intro, *t->intro ? "\n\n" : "");
	for (size_t i = 0; i < t->n; i++) {
		const struct gkey *k = &t->keys[i];

		buf_addf(out, "| `%s` | %s | %s | ", k->key, guard_types[k->type].words,
			 k->flags & GK_REQUIRED ? "required" : "");
		put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

void guard_reference(struct buf *out)
{
	for (int t = 0; t < GTABLE_MAX; t++)
		put_table(out, &guard_tables[t]);
	buf_adds(out, "\n### What lint finds\n\n| rule | is | says |\n|---|---|---|\n");
	for (int i = 0; i < GRULE_MAX; i++) {
		const struct grule_def *d = &guard_rules[i];

		buf_addf(out, "| `%s` | %s | ", d->name,
			 d->severity == SEV_ERROR ? "error" : "warning");
		put_cell(out, d->doc);
		buf_adds(out, " |\n");
	}
	buf_adds(out, "\nThe rules of YAML itself are those of runbooks.\n");
}

/* --- the schema ------------------------------------------------------------------------------- */

/* Scalars as an editor's YAML sees them: numbers and booleans are texts to us. */
static const struct {
	const char *name, *schema;
} scalars[] = {
	{ "line", "{\"type\":[\"string\",\"number\",\"boolean\"],\"minLength\":1}" },
	{ "duration", "{\"type\":\"string\",\"minLength\":2,\"pattern\":\"^([0-9]+w)?([0-9]+d)?"
		      "([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$\"}" },
	{ "name", "{\"type\":[\"string\",\"integer\"],"
		  "\"pattern\":\"^[A-Za-z0-9_][A-Za-z0-9_.-]*$\"}" },
	{ "person", "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[^ ,*?!#]+$\"}" },
};

static void put_described(struct jsonw *w, const struct gkey *k)
{
	const char *fragment = guard_types[k->type].schema;

	jw_obj(w, k->key);
	jw_str(w, "description", k->doc);
	buf_addf(w->out, ",%.*s", (int)strlen(fragment) - 2, fragment + 1);
	jw_end_obj(w);
}

static void put_keys(struct jsonw *w, const struct gtable *t, const char *others)
{
	jw_str(w, "type", "object");
	if (others)
		jw_raw(w, "additionalProperties", others);
	else
		jw_bool(w, "additionalProperties", false);
	jw_arr(w, "required");
	for (size_t i = 0; i < t->n; i++)
		if (t->keys[i].flags & GK_REQUIRED)
			jw_str(w, NULL, t->keys[i].key);
	jw_end_arr(w);
	jw_obj(w, "properties");
	for (size_t i = 0; i < t->n; i++)
		put_described(w, &t->keys[i]);
	jw_end_obj(w);
	if (t->extra)
		buf_addf(w->out, ",%s", t->extra);
}

void guard_schema(struct buf *out)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&w, "title", "blackstart environments, format 1");
	put_keys(&w, &guard_tables[GTABLE_FILE], "{\"$ref\":\"#/$defs/environment\"}");
	jw_obj(&w, "$defs");
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		jw_raw(&w, scalars[i].name, scalars[i].schema);
	for (int t = GTABLE_FILE + 1; t < GTABLE_MAX; t++) {
		jw_obj(&w, guard_tables[t].name);
		put_keys(&w, &guard_tables[t], NULL);
		jw_end_obj(&w);
	}
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
