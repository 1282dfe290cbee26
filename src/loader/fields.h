/* The language, as tables: every key with its type, where it goes, with which kinds of step, and
 * what it is for. Reading, messages, the JSON Schema and the reference pages come from them.
 */
#ifndef LOADER_FIELDS_H
#define LOADER_FIELDS_H

#include "draft.h"
#include "format.h"

/* What may stand behind a key; how each is read is reader.h's. */
enum key_type {
	TYPE_LINE = FT_LINE, TYPE_TEXT = FT_TEXT, TYPE_COMMAND = FT_COMMAND, TYPE_INT = FT_INT,
	TYPE_DURATION = FT_DURATION, TYPE_VERSION = FT_VERSION,
	TYPE_PLACED = FT_MAX, /* struct text */
	TYPE_CONDITION, /* struct text */
	TYPE_WAIT,      /* struct text: a condition or a duration */
	TYPE_ID,        /* const char * */
	TYPE_VALUE_NAME,/* struct text */
	TYPE_NAME,      /* const char *: of an artefact, of something owed */
	TYPE_PATH,      /* struct text */
	TYPE_BOOL, TYPE_TRUE,
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
	TYPE_OBJECTIVES, TYPE_TRIGGERS, TYPE_DATE,
	TYPE_DRIVER_COMMAND, /* struct driver_command */
	TYPE_PROVED,    /* bool: by recordings only */
	TYPE_VOLUMES, TYPE_MEMBERS, TYPE_POINT, TYPE_SAFETY, TYPE_SIZE, TYPE_MEMBER,
	TYPE_ACTION,    /* taken by driver_expand */
	TYPE_ANY,       /* taken as it is, its texts looked at for ${name} */
	TYPE_MAX,
};

enum key_flags {
	KEY_REQUIRED = FK_REQUIRED,
	KEY_SHELL = FK_SHELL, /* text with a life of its own */
	KEY_KIND = 4,    /* this key says which kind of step it is: `kind` */
	KEY_EXIT = 8,    /* `exit` means something in this condition */
	KEY_ACTS = 16,   /* this text is not only read: a name missing in it is no small thing */
};

enum table_id {
	TABLE_BOOK, TABLE_STEP, TABLE_OPTION, TABLE_WAY, TABLE_FIELD, TABLE_CAPTURE, TABLE_PROBE,
	TABLE_RETRY, TABLE_OWED, TABLE_SET, TABLE_OBJECTIVES, TABLE_TRIGGER, TABLE_GOTO,
	TABLE_FROM,
	TABLE_DRIVER, TABLE_COMMAND, /* of another format: docs/driver-format.md */
	TABLE_MAX,
};

/* kinds: in the STEP table bits of enum step_kind, elsewhere a set of its own; ref and phase: enum
 * ref_kind, enum ref_phase. */
extern const struct format fields_format;
extern const struct format_table fields_tables[TABLE_MAX];
extern const struct format_table fields_step; /* fields_tables[TABLE_STEP] */
extern const struct format_table fields_driver, fields_command;

/* Kinds of step that can be written, as a set of bits. */
uint32_t fields_kinds(void);

/* The SET table is read into one of these. */
struct derived {
	struct text to;
	enum value_type as;
};

enum { FOR_PARAM = 1, FOR_RETURN = 2 }; /* FIELD table: kinds */

#endif
