/* A typed question in words, and what a line means as its answer. */
#ifndef PLAIN_FIELD_H
#define PLAIN_FIELD_H

struct buf;
struct field;
struct intent;

/* "replicas (int, 1 to 9; Enter: 3): How many?" and its numbered list of values. */
void plain_field_text(struct buf *out, const struct field *f);

/* A number of its list, the default for an empty line (NULL: there is none), else the line. */
const char *plain_field_answer(const struct field *f, const char *line);

/* Gives an intent one field more. */
void plain_field_add(struct intent *it, const char *name, const char *text);

#endif
