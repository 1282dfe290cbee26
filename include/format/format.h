/* The format of a file as tables: which keys there are, how each is written, what lint finds.
 *
 * Reading, the messages, the JSON Schema and the reference pages come from them. What is the same
 * in every format is here; a format adds its own types, rules and readers.
 */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "findings.h"

struct arena;
struct format_read;
struct format_key;
struct ytree;

/* Reads the value behind a key into *base, or reports what is wrong with it and leaves *base. */
typedef void format_read_fn(struct format_read *r, const struct format_key *k,
			    const struct ytree *v, void *base);

/* Types that need nothing of a format. Its own follow from FT_MAX on. */
enum format_type_id {
	FT_VERSION,
	FT_LINE,     /* const char *: one line, not empty */
	FT_TEXT,     /* const char *, not empty */
	FT_PATH,     /* const char *: joined with the folder of the file */
	FT_BOOL,
	FT_INT,      /* int */
	FT_COUNT,    /* int64_t */
	FT_DURATION, /* int64_t, milliseconds */
	FT_COMMAND,  /* struct text */
	FT_NAMES,    /* one name or a list: at, at_n */
	FT_LINES,    /* one line or a list: at, at_n */
	FT_NODE,     /* const struct ytree *: looked at when all of its mapping was read */
	FT_PART,     /* pointer to what the table `part` reads */
	FT_PARTS,    /* one or a list: pointer at, at_n */
	FT_MAX,
};

struct format_type {
	const char *words;  /* how it is written; NULL: one of its words, or by a table */
	const char *schema; /* JSON Schema; NULL: made of its words, of the table */
	format_read_fn *read;
	const char *const *one_of;  /* its words, NULL behind the last */
	const char *(*word)(int i); /* or this; "" for one that cannot be written */
	const char *empty;  /* said where it is empty; NULL: to leave it out or say it */
	unsigned flags;
};

enum {
	FTYPE_NUMBER = 1, /* min and max are no lengths; so with the next two */
	FTYPE_INT = 2,    /* it goes into an int */
	FTYPE_LONG = 4,   /* into an int64_t */
	FTYPE_TEXT = 8,   /* into a const char * */
	FTYPE_MAY_BE_EMPTY = 16,
};

enum { FK_REQUIRED = 1, FK_SHELL = 2 /* a YAML comment behind it is suspect */ };

struct format_key {
	const char *key;
	int type;
	size_t at, at_n;    /* where it goes; of lists also how many */
	unsigned flags;
	int64_t min, max;   /* numbers, milliseconds; bytes, 0: as the format has it */
	int64_t most;       /* of a list; 0: FORMAT_LIST */
	int64_t otherwise;  /* numbers and words that are not said, of a table with `size` */
	int part;           /* PART, PARTS: the table */
	uint32_t kinds;     /* a set of the format's own: where it goes; 0: everywhere */
	int kind, ref, phase; /* the format's own */
	const char *doc;
};

enum { FORMAT_LIST = 100, FORMAT_KEYS = 64 /* a hint is looked for among so many */ };

struct format_table {
	const char *name;  /* in the schema */
	const char *extra; /* of its schema: what the keys alone do not say; NULL for nothing */
	const char *what;  /* "a person": for messages; NULL: as the reader calls it */
	const char *title; /* in the reference */
	const char *intro;
	const struct format_key *keys;
	size_t n;
	size_t size;       /* of its struct, where PART or PARTS name it */
	bool placed;       /* `place` is where its place goes */
	size_t place;
};

/* Rules that every format has. Its own follow from FR_MAX on. */
enum format_rule_id {
	FR_VERSION, FR_SHAPE, FR_UNKNOWN_KEY, FR_MISSING_KEY, FR_CONTRADICTION, FR_EMPTY, FR_VALUE,
	FR_LIMIT, FR_NAME, FR_COMMENT, FR_TWICE, FR_MAX,
};

struct format_rule {
	const char *name; /* NULL: the format does not have it */
	enum severity severity;
	const char *doc;
	bool breaks; /* of steps: one with it is not walked */
};

/* What most formats say of these in the same words. */
#define FORMAT_RULES \
	[FR_SHAPE] = { "shape", SEV_ERROR, "a list where a mapping belongs, and the like" }, \
	[FR_UNKNOWN_KEY] = { "unknown-key", SEV_ERROR, "a key that the format does not have" }, \
	[FR_MISSING_KEY] = { "missing-key", SEV_ERROR, "a key that must be there" }, \
	[FR_CONTRADICTION] = { "contradiction", SEV_ERROR, "keys that exclude each other" }, \
	[FR_VALUE] = { "bad-value", SEV_ERROR, "a value of another type, or out of its range" }, \
	[FR_LIMIT] = { "limit", SEV_ERROR, "over a stated limit" }

/* Of the schema, by name: a fragment, or else one of the words of a type. */
struct format_def {
	const char *name, *schema;
	int type;
};

struct format {
	const char *name;   /* in the title of the schema */
	const struct format_table *tables; /* the first one is that of the file */
	int n_tables;
	const struct format_type *types; /* from FT_MAX on */
	const struct format_rule *rules;
	int n_rules;
	const struct format_def *defs;   /* of its own; one of a shared name replaces it */
	size_t n_defs;
	const char *others; /* schema of what stands behind any other key of the file; or NULL */
	int64_t max;        /* bytes of a text where its key does not say */
};

const struct format_type *format_type(const struct format *f, int type);
/* The i-th of its words; NULL past the last. */
const char *format_type_word(const struct format_type *t, int i);
/* How the value of a key is written, in words. */
void format_words(struct buf *out, const struct format *f, const struct format_key *k);

/* For tables: N entries, where a value goes, and pieces of JSON Schema. */
#define FORMAT_N(a) (sizeof(a) / sizeof((a)[0]))
#define FORMAT_AT(type, member) .at = offsetof(struct type, member)
#define FORMAT_AT2(type, member, count) \
	FORMAT_AT(type, member), .at_n = offsetof(struct type, count)
#define FORMAT_REF(x) "{\"$ref\":\"#/$defs/" x "\"}"
#define FORMAT_SOME(x) "{\"type\":\"array\",\"minItems\":1,\"items\":" x "}"
#define FORMAT_ONE_OR_LIST(x) "{\"anyOf\":[" x "," FORMAT_SOME(x) "]}"
#define FORMAT_NAMED(x) "{\"type\":\"object\",\"minProperties\":1,\"propertyNames\":" \
			FORMAT_REF("name") ",\"additionalProperties\":" x "}"
#define FORMAT_NEEDS(...) "{\"required\":[" __VA_ARGS__ "]}"

#endif
