/* Names in scope. */
#ifndef MODEL_BINDING_H
#define MODEL_BINDING_H

#include <stddef.h>

struct value;

/* A name in scope with its value; borrowed. What conditions, fills and environments are given. */
struct binding {
	const char *name;
	const struct value *value;
};

/* The entry called `name`, or NULL. Later entries hide earlier ones. */
const struct value *binding_find(const struct binding *b, size_t n, const char *name);

#endif
