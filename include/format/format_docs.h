/* Tables as Markdown, and as a JSON Schema (2020-12). */
#ifndef FORMAT_FORMAT_DOCS_H
#define FORMAT_FORMAT_DOCS_H

#include "format.h"

struct jsonw;

/* The part of a page under docs/ that no hand writes: all tables, and what lint finds. */
void format_reference(struct buf *out, const struct format *f);
/* The schema of a file. What it cannot say (what a name means) lint says. */
void format_schema(struct buf *out, const struct format *f);

/* The same in pieces, for a page or a schema that is more than its tables. */

/* A text in a cell of a table. */
void format_put_cell(struct buf *out, const char *s);
/* note: what stands in the column between type and text; NULL: whether it is required. */
void format_put_table(struct buf *out, const struct format *f, const struct format_table *t,
		      const char *(*note)(const struct format_table *t,
					  const struct format_key *k));
void format_put_rules(struct buf *out, const struct format *f);

/* What a schema begins with. */
void format_put_head(struct jsonw *w, const char *name);
/* Into the object that is open: the keys of a table that go with one of kinds. others: the schema
 * of any other key; NULL: there is none. */
void format_put_keys(struct jsonw *w, const struct format *f, const struct format_table *t,
		     uint32_t kinds, const char *others);
/* An object `name` of it. */
void format_put_def(struct jsonw *w, const struct format *f, const char *name,
		    const struct format_table *t, uint32_t kinds);
/* Into $defs: scalars, as all formats have them and as this one has. */
void format_put_scalars(struct jsonw *w, const struct format *f);

#endif
