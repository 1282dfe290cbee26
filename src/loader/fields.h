/* The language, as tables: every key with its type, where it goes, with which kinds of step, and
 * what it is for. Reading, messages, the JSON Schema and the reference pages come from them.
 */
#ifndef LOADER_FIELDS_H
#define LOADER_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "draft.h"

/* What may stand behind a key; fields_types says how each is written, reader.h how it is read. */
enum key_type {
	TYPE_LINE,      /* const char *: one line */
	TYPE_TEXT,      /* const char * */
	TYPE_PLACED,    /* struct text */
	TYPE_COMMAND,   /* struct text */
	TYPE_CONDITION, /* struct text */
	TYPE_WAIT,      /* struct text: a condition or a duration */
	TYPE_ID,        /* const char * */
	TYPE_VALUE_NAME,/* struct text */
	TYPE_NAME,      /* const char *: of an artefact, of something owed */
	TYPE_PATH,      /* struct text */
	TYPE_BOOL, TYPE_TRUE,
	TYPE_INT,       /* int within min..max */
	TYPE_DURATION,  /* int64_t, milliseconds within min..max */
	TYPE_EFFECT, TYPE_ORDER, TYPE_VALUE_TYPE, TYPE_LEAVES,
	TYPE_RAW,       /* const char *, may be empty: a default, a bound */
	TYPE_VALUES,    /* list of raw texts: offset, offset_n */
	TYPE_NAMES,     /* one name or a list of them: offset, offset_n */
	TYPE_WORDS,     /* one line or a list of them: offset, offset_n */
	TYPE_EXIT_OK, TYPE_ON_FAIL, TYPE_FROM, TYPE_RETRY, TYPE_EACH, TYPE_GOTO,
	TYPE_CAPTURES,  /* name -> how: offset, offset_n */
	TYPE_FIELDS,    /* name -> question: offset, offset_n */
	TYPE_PARAMS,    /* the same, asked with `ask` */
	TYPE_OWES,      /* name -> command: offset, offset_n */
	TYPE_NAMED,     /* name -> text: offset, offset_n */
	TYPE_ENV,       /* NAME -> text: offset, offset_n */
	TYPE_PRODUCES,  /* name -> path: offset, offset_n */
	TYPE_SETS,      /* name -> expression */
	TYPE_RESULTS,   /* our name -> its name */
	TYPE_VERIFY,
	TYPE_STEPS, TYPE_ALWAYS, TYPE_OPTIONS, TYPE_WAYS,
	TYPE_MESSAGE,   /* CONTACT: struct text, or a form and what it is filled with */
	TYPE_UNTIL, TYPE_MEANWHILE, TYPE_STATUS,
	TYPE_OBJECTIVES, TYPE_TRIGGERS, TYPE_VERSION, TYPE_DATE,
	TYPE_DRIVER_COMMAND, /* struct driver_command */
	TYPE_PROVED,    /* bool: by recordings only */
	TYPE_VOLUMES, TYPE_MEMBERS, TYPE_POINT, TYPE_SAFETY, TYPE_SIZE, TYPE_MEMBER,
	TYPE_ACTION,    /* taken by driver_expand */
	TYPE_ANY,       /* taken as it is, its texts looked at for ${name} */
	TYPE_MAX,
};

enum key_flags {
	KEY_REQUIRED = 1,
	KEY_KIND = 2,    /* this key says which kind of step it is */
	KEY_SHELL = 4,   /* text with a life of its own: a YAML comment behind it is suspect */
	KEY_EXIT = 8,    /* `exit` means something in this condition */
	KEY_ACTS = 16,   /* this text is not only read: a name missing in it is no small thing */
};

struct key_def {
	const char *key;
	enum key_type type;
	size_t offset, offset_n;
	uint32_t kinds;   /* STEP table: bits of enum step_kind; elsewhere a set of its own */
	unsigned flags;
	enum ref_kind ref;
	enum ref_phase phase;
	int64_t min, max; /* bytes, items, numbers, milliseconds; 0, 0: the type's own */
	enum step_kind kind; /* KEY_KIND */
	const char *doc;
};

enum table_id {
	TABLE_BOOK, TABLE_STEP, TABLE_OPTION, TABLE_WAY, TABLE_FIELD, TABLE_CAPTURE, TABLE_PROBE,
	TABLE_RETRY, TABLE_OWED, TABLE_SET, TABLE_OBJECTIVES, TABLE_TRIGGER, TABLE_GOTO,
	TABLE_FROM,
	TABLE_DRIVER, TABLE_COMMAND, /* of another format: docs/driver-format.md */
	TABLE_MAX,
};

struct table {
	const char *name;  /* in the schema */
	const char *title; /* in the reference */
	const char *intro;
	const struct key_def *keys;
	size_t n;
	const char *extra; /* of its schema: what the keys alone do not say; NULL for nothing */
};

extern const struct table fields_tables[TABLE_MAX];
extern const struct table fields_step; /* fields_tables[TABLE_STEP] */
extern const struct table fields_driver, fields_command;

/* Kinds of step that can be written, as a set of bits. */
uint32_t fields_kinds(void);

/* How a type is written: in words, and as a JSON Schema. NULL schema: made from a table. */
struct type_def {
	const char *words;
	const char *schema;
};
extern const struct type_def fields_types[TYPE_MAX];

/* The SET table is read into one of these. */
struct derived {
	struct text to;
	enum value_type as;
};

enum { FOR_PARAM = 1, FOR_RETURN = 2 }; /* FIELD table: kinds */

#endif
