/* The language as Markdown tables: the part of docs/runbook-format.md that no hand writes. */
#include "loader.h"

#include <stdbool.h>

#include "buf.h"
#include "driver.h"
#include "fields.h"
#include "format_docs.h"

static void put_kinds(struct buf *out, const struct format_key *k)
{
	const char *sep = "";
	if (k->kinds == fields_kinds()) {
		buf_adds(out, "every step");
		return;
	}
	for (size_t i = 0; i < fields_step.n; i++) {
		const struct format_key *kind = &fields_step.keys[i];
		if (!(kind->flags & KEY_KIND) || !(k->kinds >> kind->kind & 1))
			continue;
		buf_addf(out, "%s`%s`", sep, kind->key);
		sep = " ";
	}
}

static void put_step_rows(struct buf *out, bool kinds)
{
	buf_addf(out, "\n| key | is | %s | says |\n|---|---|---|---|\n",
		 kinds ? "must also say" : "goes with");
	for (size_t i = 0; i < fields_step.n; i++) {
		const struct format_key *k = &fields_step.keys[i];
		const char *sep = "";
		if (!!(k->flags & KEY_KIND) != kinds)
			continue;
		buf_addf(out, "| `%s` | ", k->key);
		format_words(out, &fields_format, k);
		buf_adds(out, " | ");
		for (size_t j = 0; kinds && j < fields_step.n; j++) {
			const struct format_key *r = &fields_step.keys[j];
			if (r == k || !(r->flags & KEY_REQUIRED) || !(r->kinds & k->kinds))
				continue;
			buf_addf(out, "%s`%s`", sep, r->key);
			sep = " ";
		}
		if (!kinds)
			put_kinds(out, k);
		buf_adds(out, " | ");
		format_put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

static const char *note_on(const struct format_table *t, const struct format_key *k)
{
	bool one = t == &fields_driver && k->kinds != (FOR_VOLUME | FOR_CLUSTER);
	if (one && k->flags & KEY_REQUIRED)
		return k->kinds == FOR_VOLUME ? "volumes: required" : "clusters: required";
	if (one)
		return k->kinds == FOR_VOLUME ? "volumes" : "clusters";
	if (k->flags & KEY_REQUIRED)
		return "required";
	if (t != &fields_tables[TABLE_FIELD] || k->kinds == (FOR_PARAM | FOR_RETURN))
		return "";
	return k->kinds == FOR_PARAM ? "in `params`" : "in `returns`";
}

static void put_table(struct buf *out, const struct format_table *t)
{
	format_put_table(out, &fields_format, t, note_on);
}

void loader_reference(struct buf *out)
{
	put_table(out, &fields_tables[TABLE_BOOK]);
	buf_addf(out, "\n### %s\n\n%s\n", fields_step.title, fields_step.intro);
	put_step_rows(out, true);
	put_step_rows(out, false);
	for (int t = TABLE_OPTION; t < TABLE_DRIVER; t++)
		put_table(out, &fields_tables[t]);
	format_put_rules(out, &fields_format);
}

void loader_driver_reference(struct buf *out)
{
	put_table(out, &fields_driver);
	put_table(out, &fields_command);
	put_table(out, &fields_tables[TABLE_FIELD]);
}
