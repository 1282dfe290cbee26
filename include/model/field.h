/* Typed questions: does an answer fit what a field asks for? */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

struct err;
struct field;
struct value;

/* Reads `text` as the answer to f: type, list of values, bounds, form. *ret is the caller's to
 * value_release. ERR_PARSE with a sentence that names the field and what it wants; NULL text and empty
 * text are refused. */
int field_check(const struct field *f, const char *text, struct value *ret, struct err *err);

#endif
