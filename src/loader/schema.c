/* The language as a JSON Schema (2020-12), from the same tables that read it. Editors complete and
 * check with it; what it cannot say (names, conditions, ways) lint says. */
#include "loader.h"

#include "buf.h"
#include "driver.h"
#include "fields.h"
#include "format_docs.h"
#include "json.h"

static void put_def(struct jsonw *w, const char *name, enum table_id t, uint32_t kinds)
{
	format_put_def(w, &fields_format, name, &fields_tables[t], kinds);
}

/* One object for each kind of step. */
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
		const struct format_key *k = &fields_step.keys[i];
		struct buf name = BUF_INIT;
		if (!(k->flags & KEY_KIND))
			continue;
		buf_addf(&name, "step_%s", k->key);
		jw_obj(w, buf_str(&name));
		jw_str(w, "description", k->doc);
		format_put_keys(w, &fields_format, &fields_step, 1u << k->kind, NULL);
		jw_end_obj(w);
		buf_release(&name);
	}
}

void loader_schema(struct buf *out)
{
	struct jsonw w = { .out = out };
	jw_obj(&w, NULL);
	format_put_head(&w, "runbook");
	format_put_keys(&w, &fields_format, &fields_tables[TABLE_BOOK], UINT32_MAX, NULL);
	jw_obj(&w, "$defs");
	format_put_scalars(&w, &fields_format);
	put_steps(&w);
	for (int t = TABLE_OPTION; t < TABLE_DRIVER; t++)
		if (t != TABLE_FIELD)
			put_def(&w, fields_tables[t].name, t, UINT32_MAX);
	put_def(&w, "param", TABLE_FIELD, FOR_PARAM);
	put_def(&w, "return", TABLE_FIELD, FOR_RETURN);
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* A driver is for volumes or for clusters: two sets of keys, by the one that says which. */
void loader_driver_schema(struct buf *out)
{
	struct jsonw w = { .out = out };
	jw_obj(&w, NULL);
	format_put_head(&w, "driver");
	jw_raw(&w, "oneOf", "[{\"$ref\":\"#/$defs/volume_driver\"},"
			    "{\"$ref\":\"#/$defs/cluster_driver\"}]");
	jw_obj(&w, "$defs");
	format_put_scalars(&w, &fields_format);
	format_put_def(&w, &fields_format, "volume_driver", &fields_driver, FOR_VOLUME);
	format_put_def(&w, &fields_format, "cluster_driver", &fields_driver, FOR_CLUSTER);
	format_put_def(&w, &fields_format, "driver_command", &fields_command, UINT32_MAX);
	put_def(&w, "param", TABLE_FIELD, FOR_PARAM);
	jw_end_obj(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
