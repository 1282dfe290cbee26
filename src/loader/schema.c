/* The language as a JSON Schema (2020-12), from the same tables that read it. Editors complete and
 * check with it; what it cannot say (names, conditions, ways) lint says. */
#include "loader.h"

#include <string.h>

#include "buf.h"
#include "driver.h"
#include "fields.h"
#include "json.h"
#include "str.h"

/* Scalars as an editor's YAML sees them: numbers and booleans are texts to us. */
static const struct {
	const char *name, *schema;
} scalars[] = {
	{ "text", "{\"type\":[\"string\",\"number\",\"boolean\"]}" },
	{ "bool", "{\"enum\":[true,false,\"true\",\"false\",\"yes\",\"no\"]}" },
	{ "int", "{\"type\":[\"integer\",\"string\"],\"pattern\":\"^[0-9]+$\"}" },
	{ "duration", "{\"type\":\"string\",\"minLength\":2,\"pattern\":\"^([0-9]+w)?([0-9]+d)?"
		      "([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$\"}" },
	{ "id", "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^[A-Za-z0-9_.-]+$\"}" },
	{ "name", "{\"type\":\"string\",\"pattern\":\"^[a-z_][a-z0-9_]*$\"}" },
};

/* A fragment (an object, or `true`) with a description in it. */
static void put_described(struct jsonw *w, const char *key, const char *doc, const char *fragment)
{
	jw_obj(w, key);
	jw_str(w, "description", doc);
	if (*fragment == '{')
		buf_addf(w->out, ",%.*s", (int)strlen(fragment) - 2, fragment + 1);
	jw_end_obj(w);
}

static void put_int(struct jsonw *w, const struct key_def *k)
{
	jw_obj(w, k->key);
	jw_str(w, "description", k->doc);
	jw_raw(w, "type", "[\"integer\",\"string\"]");
	jw_str(w, "pattern", "^[0-9]+$");
	jw_int(w, "minimum", k->min);
	jw_int(w, "maximum", k->max);
	jw_end_obj(w);
}

static void put_keys(struct jsonw *w, const struct table *t, uint32_t kinds)
{
	jw_str(w, "type", "object");
	jw_bool(w, "additionalProperties", false);
	jw_arr(w, "required");
	for (size_t i = 0; i < t->n; i++)
		if ((t->keys[i].kinds & kinds) && (t->keys[i].flags & KEY_REQUIRED))
			jw_str(w, NULL, t->keys[i].key);
	jw_end_arr(w);
	jw_obj(w, "properties");
	for (size_t i = 0; i < t->n; i++) {
		const struct key_def *k = &t->keys[i];
		if (!(k->kinds & kinds))
			continue;
		if (k->type == TYPE_INT)
			put_int(w, k);
		else
			put_described(w, k->key, k->doc, fields_types[k->type].schema);
	}
	jw_end_obj(w);
	if (t->extra)
		buf_addf(w->out, ",%s", t->extra);
}

static void put_steps(struct jsonw *w)
{
	jw_obj(w, "step");
	jw_arr(w, "oneOf");
	for (size_t i = 0; i < fields_step.n; i++)
		if (fields_step.keys[i].flags & KEY_KIND) {
			jw_obj(w, NULL);
			buf_addf(w->out, "\"$ref\":\"#/$defs/step_%s\"", fields_step.keys[i].key);
			jw_end_obj(w);
		}
	jw_end_arr(w);
	jw_end_obj(w);
	for (size_t i = 0; i < fields_step.n; i++) {
		const struct key_def *k = &fields_step.keys[i];
		struct buf name = BUF_INIT;
		if (!(k->flags & KEY_KIND))
			continue;
		buf_addf(&name, "step_%s", k->key);
		jw_obj(w, buf_str(&name));
		jw_str(w, "description", k->doc);
		put_keys(w, &fields_step, 1u << k->kind);
		jw_end_obj(w);
		buf_release(&name);
	}
}

static void put_table(struct jsonw *w, const char *name, enum table_id t, uint32_t kinds)
{
	jw_obj(w, name);
	put_keys(w, &fields_tables[t], kinds);
	jw_end_obj(w);
}

static void put_scalars(struct jsonw *w)
{
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		jw_raw(w, scalars[i].name, scalars[i].schema);
	jw_obj(w, "type");
	jw_arr(w, "enum");
	for (int t = 0; t < VALUE_TYPE_MAX; t++)
		jw_str(w, NULL, value_type_name(t));
	jw_end_arr(w);
	jw_end_obj(w);
}

static void put_defs(struct jsonw *w)
{
	jw_obj(w, "$defs");
	put_scalars(w);
	put_steps(w);
	for (int t = TABLE_OPTION; t < TABLE_DRIVER; t++)
		if (t != TABLE_FIELD)
			put_table(w, fields_tables[t].name, t, UINT32_MAX);
	put_table(w, "param", TABLE_FIELD, FOR_PARAM);
	put_table(w, "return", TABLE_FIELD, FOR_RETURN);
	jw_end_obj(w);
}

void loader_schema(struct buf *out)
{
	struct jsonw w = { .out = out };
	jw_obj(&w, NULL);
	jw_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&w, "title", "blackstart runbook, format 1");
	put_keys(&w, &fields_tables[TABLE_BOOK], UINT32_MAX);
	put_defs(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* A driver is for volumes or for clusters: two sets of keys, by the one that says which. */
void loader_driver_schema(struct buf *out)
{
	struct jsonw w = { .out = out };
	jw_obj(&w, NULL);
	jw_str(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_str(&w, "title", "blackstart driver, format 1");
	jw_raw(&w, "oneOf", "[{\"$ref\":\"#/$defs/volume_driver\"},"
			    "{\"$ref\":\"#/$defs/cluster_driver\"}]");
	jw_obj(&w, "$defs");
	put_scalars(&w);
	jw_obj(&w, "volume_driver");
	put_keys(&w, &fields_driver, FOR_VOLUME);
	jw_end_obj(&w);
	jw_obj(&w, "cluster_driver");
	put_keys(&w, &fields_driver, FOR_CLUSTER);
	jw_end_obj(&w);
	jw_obj(&w, "driver_command");
	put_keys(&w, &fields_command, UINT32_MAX);
	jw_end_obj(&w);
	put_table(&w, "param", TABLE_FIELD, FOR_PARAM);
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
