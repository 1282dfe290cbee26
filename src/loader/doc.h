/* A YAML file as a tree of nodes with their places: one document, scalars as text.
 *
 * What YAML offers and runbooks refuse (anchors, aliases, tags, merge keys, duplicate keys, second
 * documents) is reported here, and so is everything over a limit. After an error of syntax the
 * nodes read so far stay; those that were open are `cut`.
 */
#ifndef LOADER_DOC_H
#define LOADER_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

struct arena;

enum node_kind { NODE_SCALAR, NODE_MAP, NODE_SEQ };
enum node_style { NODE_PLAIN, NODE_SINGLE, NODE_DOUBLE, NODE_LITERAL, NODE_FOLDED };

struct node {
	enum node_kind kind;
	enum node_style style;
	bool bad;  /* something refused was found in it: its owner must not be walked */
	bool cut;  /* the text ended, or was no YAML any more, inside it */
	bool flow; /* written with [] or {} */
	const char *file; /* where it came from, for generated text; NULL: this document */
	int line, col;    /* 1-based */
	size_t from, to;  /* characters in front of its first one and of the first one behind it */
	const char *s;    /* SCALAR: the text, without NUL inside */
	size_t len;
	const struct node *key; /* of a value in a mapping; if it is no scalar, that was reported */
	struct node *first, *last, *next;
	size_t n;
};

struct doc {
	const char *path;
	const char *text; /* the bytes, NUL behind them */
	size_t n;
	struct node *root;     /* NULL: empty, or nothing could be read */
	bool cut;              /* reading stopped before the end */
	bool ascii;            /* a character is a byte */
	size_t end;            /* characters before the place behind the last thing read */
	struct doc_line *lines;/* made when first asked for, as is marks */
	size_t n_lines;
	size_t *marks;         /* byte offset of every DOC_STRIDE-th character */
	size_t n_marks;
};

/* The text ends at a byte that is no UTF-8 or a control character: what stands before its line is
 * read. Reads d->text (path, text and n are set by the caller). Nodes and their texts come from
 * `nodes` and `texts`, which must outlive the tree. */
void doc_parse(struct doc *d, struct arena *nodes, struct arena *texts, struct diag *diag);
void doc_release(struct doc *d);

/* --- doc_text.c: places ---------------------------------------------------------------------- */

struct place doc_place(const struct doc *d, const struct node *n);
/* Where a byte of the file stands. */
struct place doc_at(struct doc *d, size_t offset);
/* Byte offset of a character. */
size_t doc_offset(struct doc *d, size_t character);

/* Where byte `offset` of a scalar's text stands in the file; `at` is where the scalar starts. */
struct place doc_inside(struct doc *d, struct place at, const char *s, size_t offset);

/* Offset of the `#` where a comment follows a plain scalar on its last line; d->n for none. */
size_t doc_comment(struct doc *d, const struct node *n);

/* The text of a node as written, without the indentation that its place gives it; a cut node's text
 * ends with the file. From `arena`. */
const char *doc_source(struct doc *d, const struct node *n, struct arena *arena);

/* What stands behind the place where reading stopped; NULL for nothing but blanks. */
const char *doc_rest(struct doc *d, struct arena *arena);

/* Whether the line holds a command or condition as a plain scalar: "run: ...". */
bool doc_line_is_shell(struct doc *d, int line);

/* The value of a key of a mapping, or NULL. */
const struct node *doc_get(const struct node *map, const char *key);

#endif
