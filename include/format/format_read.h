/* Reading a file by its tables: one reader, one set of messages. */
#ifndef FORMAT_FORMAT_READ_H
#define FORMAT_FORMAT_READ_H

#include <stdbool.h>

#include "format.h"
#include "ytree.h"

/* A file that is being read. A format has one as the first member of its own. */
struct format_read {
	const struct format *format;
	struct findings *f;
	struct arena *a;
	const char *folder; /* of the file: paths in it start there */
	bool cut;           /* the file is no YAML from some place on: what is missing may stand
			     * there */
	bool broken;        /* an error was found */
	/* Told of each error; NULL for nobody. */
	void (*problem)(struct format_read *r, struct place at, const char *text);
};

/* A finding; the hint stands behind "; ". */
void format_say(struct format_read *r, int rule, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "`key` is a list; expected: one line" */
void format_say_is(struct format_read *r, const struct format_key *k, const struct ytree *v);

/* A mapping by a table into *base; `what` names it. False (reported): it is no mapping. */
bool format_map(struct format_read *r, int table, const char *what, const struct ytree *map,
		void *base);
/* Whether the table has the key. */
bool format_has(const struct format *f, int table, const char *key);

/* The text of a scalar, checked for its length; NULL (reported) for anything else and for none. */
const char *format_scalar(struct format_read *r, const struct format_key *k,
			  const struct ytree *v);
/* The same without the line end that a block has; NULL (reported) for more than one line. */
const char *format_one_line(struct format_read *r, const struct format_key *k,
			    const struct ytree *v);
/* Index of the word among those of the type; -1 (reported) for none of them. */
int format_word(struct format_read *r, const struct format_key *k, const struct ytree *v);
/* A whole number, or a time in milliseconds, within min..max; false (reported): none. */
bool format_count(struct format_read *r, const struct format_key *k, const struct ytree *v,
		  int64_t *ret);
bool format_duration(struct format_read *r, const struct format_key *k, const struct ytree *v,
		     int64_t *ret);
/* Letters, digits, `-`, `_`, `.`, at most LIMIT_ID_BYTES; else that is reported. */
bool format_name_ok(struct format_read *r, const char *name, struct place at);

/* How many items a value has that may be one or a list; 0 (reported) for none and too many. */
size_t format_items(struct format_read *r, const struct format_key *k, const struct ytree *v);
const struct ytree *format_item(const struct ytree *v, size_t i);
/* One line or a list of them, those that are `ok`, each once. */
void format_list(struct format_read *r, const struct format_key *k, const struct ytree *v,
		 void *base, bool (*ok)(struct format_read *r, const char *s, struct place at));

/* Readers for types of a format's own that are these but for their words. */
format_read_fn format_read_line, format_read_text, format_read_placed, format_read_word,
	format_read_bool, format_read_lines, format_read_node;

#define FORMAT_INTO(type, base, offset) ((type *)(void *)((char *)(base) + (offset)))

#endif
