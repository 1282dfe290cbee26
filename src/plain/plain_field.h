/* A typed question in words, and what a line means as its answer. */
#ifndef PLAIN_FIELD_H
#define PLAIN_FIELD_H

struct buf;
struct field;

/* "replicas (int, 1 to 9; Enter: 3): How many?" and its numbered list of values. */
void plain_field_text(struct buf *out, const struct field *f);

/* A number of its list, the default for an empty line (NULL: there is none), else the line. */
const char *plain_field_answer(const struct field *f, const char *line);

#endif
