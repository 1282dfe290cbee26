/* Values of a run: parameters, captures, answers. Typed, and able to be unknown.
 *
 * The text of a value is canonical for its type: int "42", number the shortest decimal that reads
 * back the same ("3", "0.25"), bool "true"/"false", datetime "2026-11-22T03:21:07Z" (with 3, 6 or 9
 * digits of fraction where it has one), duration "1h30m" or "-5m", list and map compact JSON in the
 * order that they came in.
 */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum value_type {
	VALUE_TEXT,
	VALUE_INT,
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_DATETIME,
	VALUE_DURATION,
	VALUE_LIST,
	VALUE_MAP,
	VALUE_TYPE_MAX,
	VALUE_TYPE_INVALID = -1,
};

const char *value_type_name(enum value_type t); /* "int"; "?" for no type */
enum value_type value_type_from(const char *name);

struct value {
	enum value_type type;
	bool known;
	bool secret; /* text is then NULL everywhere but in the keeper's own memory */
	char *text;  /* NULL where unknown */
};

/* Reads `text` as `type` into *ret (canonical text, the caller's to value_release; never secret:
 * the caller knows). Surrounding blanks are taken off but for VALUE_TEXT, where one trailing
 * newline is. A bool is true yes y on / false no n off in any case, never 1 or 0. ERR_PARSE says
 * what was expected and never what was there (it may be a secret); it also means bytes that are no
 * UTF-8 or a NUL. ERR_LIMIT over LIMIT_VALUE_BYTES. */
int value_parse(enum value_type type, const char *text, size_t n, struct value *ret,
		struct err *err);

void value_release(struct value *v);
void value_copy(struct value *to, const struct value *from); /* to is released first */

/* Whether a name may be a value's: [a-z_][a-z0-9_]*, at most LIMIT_ID_BYTES, and none of the names
 * that change how a command runs (PATH IFS HOME SHELL ENV LD_* ... in any case), nor a built-in
 * (now, exit, attempt, mode, item), nor a word of the conditions' language (end, from, value ...).
 * *ret_why gets a sentence when not; may be NULL. */
bool value_name_ok(const char *name, const char **ret_why);

#include "binding.h"
#include "env.h"

#endif
