/* The format as Markdown tables, and as a JSON Schema: both from the tables that read it. */
#include <string.h>

#include "buf.h"
#include "json.h"
#include "scenario.h"
#include "scenario_table.h"

/* In a table cell a bar is a bar only behind a backslash. */
static void put_cell(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void put_type(struct buf *out, const struct skey *k)
{
	const char *w;

	if (k->type == ST_PART || k->type == ST_PARTS) {
		buf_addf(out, "%s%s", scenario_tables[k->part].name,
			 k->type == ST_PARTS ? ", or a list of such" : "");
		return;
	}
	if (scenario_types[k->type].words) {
		buf_adds(out, scenario_types[k->type].words);
		return;
	}
	for (int i = 0, n = 0; (w = scenario_type_word(k->type, i)); i++)
		if (*w)
			buf_addf(out, "%s`%s`", n++ ? ", " : "", w);
}

static void put_table(struct buf *out, const struct stable *t)
{
	buf_addf(out, "\n### %s\n\n%s%s| key | is | | says |\n|---|---|---|---|\n", t->title,
		 t->intro, *t->intro ? "\n\n" : "");
	for (size_t i = 0; i < t->n; i++) {
		const struct skey *k = &t->keys[i];

		buf_addf(out, "| `%s` | ", k->key);
		put_type(out, k);
		buf_addf(out, " | %s | ", k->flags & SK_REQUIRED ? "required" : "");
		put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

void scenario_reference(struct buf *out)
{
	for (int t = 0; t < STABLE_MAX; t++)
		put_table(out, &scenario_tables[t]);
	buf_adds(out, "\n### What lint finds\n\n| rule | is | says |\n|---|---|---|\n");
	for (int i = 0; i < SRULE_MAX; i++) {
		const struct srule_def *d = &scenario_rules[i];

		buf_addf(out, "| `%s` | %s | ", d->name,
			 d->severity == SEV_ERROR ? "error" : "warning");
		put_cell(out, d->doc);
		buf_adds(out, " |\n");
	}
	buf_adds(out, "\nThe rules of YAML itself are those of runbooks.\n");
}

/* --- the schema ------------------------------------------------------------------------------- */

static void put_words(struct jsonw *w, enum stype t)
{
	const char *word;

	jw_arr(w, "enum");
	for (int i = 0; (word = scenario_type_word(t, i)); i++)
		if (*word)
			jw_str(w, NULL, word);
	jw_end_arr(w);
}

static void put_described(struct jsonw *w, const struct skey *k)
{
	const char *ref = scenario_tables[k->part].name;
	const char *fragment = scenario_types[k->type].schema;

	jw_obj(w, k->key);
	jw_str(w, "description", k->doc);
	if (fragment) {
		buf_addf(w->out, ",%.*s", (int)strlen(fragment) - 2, fragment + 1);
	} else if (k->type == ST_INT) {
		jw_str(w, "type", "integer");
		jw_int(w, "minimum", k->min);
		jw_int(w, "maximum", k->max);
	} else if (k->type == ST_PART) {
		buf_addf(w->out, ",\"$ref\":\"#/$defs/%s\"", ref);
	} else if (k->type == ST_PARTS) {
		buf_addf(w->out, ",\"anyOf\":[{\"$ref\":\"#/$defs/%s\"},{\"type\":\"array\","
			 "\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/%s\"}}]",
			 ref, ref);
	} else {
		put_words(w, k->type);
	}
	jw_end_obj(w);
}

static void put_keys(struct jsonw *w, const struct stable *t, bool root)
{
	jw_str(w, "type", "object");
	jw_bool(w, "additionalProperties", false);
	jw_arr(w, "required");
	if (root)
		jw_str(w, NULL, "scenario");
	for (size_t i = 0; i < t->n; i++)
		if (t->keys[i].flags & SK_REQUIRED)
			jw_str(w, NULL, t->keys[i].key);
	jw_end_arr(w);
	jw_obj(w, "properties");
	for (size_t i = 0; i < t->n; i++)
		put_described(w, &t->keys[i]);
	jw_end_obj(w);
	if (t->extra)
		buf_addf(w->out, ",%s", t->extra);
}

void scenario_schema(struct buf *out)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&w, "title", "blackstart scenario, format 1");
	put_keys(&w, &scenario_tables[STABLE_FILE], true);
	jw_obj(&w, "$defs");
	for (int t = STABLE_FILE + 1; t < STABLE_MAX; t++) {
		jw_obj(&w, scenario_tables[t].name);
		put_keys(&w, &scenario_tables[t], false);
		jw_end_obj(&w);
	}
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
