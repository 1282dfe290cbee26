/* The format as Markdown tables: the part of docs/contacts-format.md that no hand writes. */
#include "buf.h"
#include "people.h"
#include "people_table.h"

/* In a table cell a bar is a bar only behind a backslash. */
static void put_cell(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void put_table(struct buf *out, const struct ptable *t)
{
	buf_addf(out, "\n### %s\n\n%s%s| key | is | | says |\n|---|---|---|---|\n", t->title,
		 t->intro, *t->intro ? "\n\n" : "");
	for (size_t i = 0; i < t->n; i++) {
		const struct pkey *k = &t->keys[i];

		buf_addf(out, "| `%s` | %s | %s | ", k->key, people_types[k->type].words,
			 k->flags & PK_REQUIRED ? "required" : "");
		put_cell(out, k->doc);
		buf_adds(out, " |\n");
	}
}

void people_reference(struct buf *out)
{
	for (int t = 0; t < PTABLE_MAX; t++)
		put_table(out, &people_tables[t]);
	buf_adds(out, "\n### What lint finds\n\n| rule | is | says |\n|---|---|---|\n");
	for (int i = 0; i < PRULE_MAX; i++) {
		const struct prule_def *d = &people_rules[i];

		buf_addf(out, "| `%s` | %s | ", d->name,
			 d->severity == SEV_ERROR ? "error" : "warning");
		put_cell(out, d->doc);
		buf_adds(out, " |\n");
	}
	buf_adds(out, "\nThe rules of YAML itself are those of runbooks.\n");
}
