/* The language as Markdown tables: the part of docs/runbook-format.md that no hand writes. */
#include "loader.h"

#include <stdbool.h>

#include "buf.h"
#include "diag.h"
#include "driver.h"
#include "fields.h"

static void put_kinds(struct buf *out, const struct key_def *k)
{
	const char *sep = "";
	if (k->kinds == fields_kinds()) {
		buf_adds(out, "every step");
		return;
	}
	for (size_t i = 0; i < fields_step.n; i++) {
		const struct key_def *kind = &fields_step.keys[i];
		if (!(kind->flags & KEY_KIND) || !(k->kinds >> kind->kind & 1))
			continue;
		buf_addf(out, "%s`%s`", sep, kind->key);
		sep = " ";
	}
}

/* In a table cell a bar is a bar only behind a backslash. */
static void put_cell(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void put_step_rows(struct buf *out, bool kinds)
{
	buf_addf(out, "\n| key | is | %s | says |\n|---|---|---|---|\n",
		 kinds ? "must also say" : "goes with");
	for (size_t i = 0; i < fields_step.n; i++) {
		const struct key_def *k = &fields_step.keys[i];
		const char *sep = "";
		if (!!(k->flags & KEY_KIND) != kinds)
			continue;
		buf_addf(out, "| `%s` | %s | ", k->key, fields_types[k->type].words);
		for (size_t j = 0; kinds && j < fields_step.n; j++) {
			const struct key_def *r = &fields_step.keys[j];
			if (r == k || !(r->flags & KEY_REQUIRED) || !(r->kinds & k->kinds))
				continue;
			buf_addf(out, "%s`%s`", sep, r->key);
			sep = " ";
		}
		if (!kinds)
			put_kinds(out, k);
		buf_adds(out, " | ");
		put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

static const char *note_on(const struct table *t, const struct key_def *k)
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

static void put_table(struct buf *out, const struct table *t)
{
	buf_addf(out, "\n### %s\n\n%s%s| key | is | | says |\n|---|---|---|---|\n", t->title,
		 t->intro, *t->intro ? "\n\n" : "");
	for (size_t i = 0; i < t->n; i++) {
		const struct key_def *k = &t->keys[i];
		buf_addf(out, "| `%s` | %s | %s | ", k->key, fields_types[k->type].words,
			 note_on(t, k));
		put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

static void put_rules(struct buf *out)
{
	buf_adds(out, "\n### What lint finds\n\n| rule | is | says |\n|---|---|---|\n");
	for (int r = 0; r < RULE_MAX; r++) {
		const struct rule_def *d = &diag_rules[r];
		buf_addf(out, "| `%s` | %s%s | ", d->name,
			 d->severity == SEV_ERROR ? "error" : "warning",
			 d->breaks ? ", the step is not walked" : "");
		put_cell(out, d->doc);
		buf_adds(out, " |\n");
	}
}

void loader_reference(struct buf *out)
{
	put_table(out, &fields_tables[TABLE_BOOK]);
	buf_addf(out, "\n### %s\n\n%s\n", fields_step.title, fields_step.intro);
	put_step_rows(out, true);
	put_step_rows(out, false);
	for (int t = TABLE_OPTION; t < TABLE_DRIVER; t++)
		put_table(out, &fields_tables[t]);
	put_rules(out);
}

void loader_driver_reference(struct buf *out)
{
	put_table(out, &fields_driver);
	put_table(out, &fields_command);
	put_table(out, &fields_tables[TABLE_FIELD]);
}
