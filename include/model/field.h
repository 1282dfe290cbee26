/* Typed questions: does an answer fit what a field asks for? */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "place.h"
#include "value.h"

struct err;

/* A typed question: a parameter, what `do` returns, what `ask` asks. */
struct field {
	const char *name;
	const char *prompt;       /* NULL: the name serves */
	enum value_type type;
	const char *const *one_of;
	size_t n_one_of;
	const char *otherwise;    /* default, canonical text; NULL: must be answered */
	const char *min, *max;    /* canonical text of the type, or NULL */
	const char *match; /* POSIX extended regular expression for the whole text, or NULL */
	bool secret;
	/* a secret parameter: where it is, one of them; NULL: it is asked for */
	const char *from_file, *from_env, *from_command;
	struct place at;
};

enum capture_how { CAPTURE_WHOLE, CAPTURE_JQ, CAPTURE_MATCH };

struct capture {
	const char *name;
	enum value_type type;
	enum capture_how how;
	const char *pattern; /* jq program or regular expression with one group */
	bool secret;
	struct place at;
};

enum { FIELD_FORM_BYTES = 1024 }; /* of an answer that a pattern is tried on */

/* Why an answer may not be tried against this pattern, which is done in the process that asks and
 * must end soon: it refers back, or its repetitions multiply. NULL: it may. Whether it compiles is
 * not looked at. */
const char *field_form_problem(const char *pattern);

/* Reads `text` as the answer to f: type, list of values, bounds, form. *ret is the caller's to
 * value_release. ERR_PARSE with a sentence that names the field and what it wants; NULL text and
 * empty text are refused; with a pattern, so is one longer than FIELD_FORM_BYTES, and every one
 * where the pattern may not be tried. */
int field_check(const struct field *f, const char *text, struct value *ret, struct err *err);

#endif
