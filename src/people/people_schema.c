/* The contacts format as a JSON Schema, from the tables that read it. What it cannot say (who a
 * name means, zones, conditions) lint says. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "people.h"
#include "people_table.h"

#define SPAN "[0-9][0-9]:[0-9][0-9]-[0-9][0-9]:[0-9][0-9]$"
#define DAY "(mon|tue|wed|thu|fri|sat|sun)"
#define DAYS DAY "(-" DAY ")?"

/* Scalars as an editor's YAML sees them: numbers and booleans are texts to us. */
static const struct {
	const char *name, *schema;
} scalars[] = {
	{ "text", "{\"type\":[\"string\",\"number\",\"boolean\"]}" },
	{ "duration", "{\"type\":\"string\",\"minLength\":2,\"pattern\":\"^([0-9]+w)?([0-9]+d)?"
		      "([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$\"}" },
	{ "name", "{\"type\":[\"string\",\"integer\"],"
		  "\"pattern\":\"^[A-Za-z0-9_][A-Za-z0-9_.-]*$\"}" },
	{ "span", "{\"type\":\"string\",\"pattern\":\"^" SPAN "\"}" },
	{ "hours", "{\"type\":\"string\","
		   "\"pattern\":\"^((daily|" DAYS "(," DAYS ")*) +)?" SPAN "\"}" },
};

/* A fragment with a description in it. */
static void put_described(struct jsonw *w, const struct pkey *k)
{
	const char *fragment = people_types[k->type].schema;

	jw_obj(w, k->key);
	jw_str(w, "description", k->doc);
	buf_addf(w->out, ",%.*s", (int)strlen(fragment) - 2, fragment + 1);
	if (k->type == PT_INT) {
		jw_int(w, "minimum", k->min);
		jw_int(w, "maximum", k->max);
	}
	jw_end_obj(w);
}

static void put_keys(struct jsonw *w, const struct ptable *t)
{
	jw_str(w, "type", "object");
	jw_bool(w, "additionalProperties", false);
	jw_arr(w, "required");
	for (size_t i = 0; i < t->n; i++)
		if (t->keys[i].flags & PK_REQUIRED)
			jw_str(w, NULL, t->keys[i].key);
	jw_end_arr(w);
	jw_obj(w, "properties");
	for (size_t i = 0; i < t->n; i++)
		put_described(w, &t->keys[i]);
	jw_end_obj(w);
	if (t->extra)
		buf_addf(w->out, ",%s", t->extra);
}

static void put_ways(struct jsonw *w)
{
	jw_obj(w, "way");
	jw_arr(w, "enum");
	for (int i = 0; i < PEOPLE_WAYS; i++)
		jw_str(w, NULL, people_way_name((enum people_way)i));
	jw_end_arr(w);
	jw_end_obj(w);
}

void people_schema(struct buf *out)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&w, "title", "blackstart contacts, format 1");
	put_keys(&w, &people_tables[PTABLE_FILE]);
	jw_obj(&w, "$defs");
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		jw_raw(&w, scalars[i].name, scalars[i].schema);
	put_ways(&w);
	for (int t = PTABLE_FILE + 1; t < PTABLE_MAX; t++) {
		jw_obj(&w, people_tables[t].name);
		put_keys(&w, &people_tables[t]);
		jw_end_obj(&w);
	}
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
