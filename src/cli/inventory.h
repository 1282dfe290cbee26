/* What inventory says of environments, and of roles. */
#ifndef CLI_INVENTORY_H
#define CLI_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct jsonw;
struct runbook;

/* Appends "prd: protected, …" for each environment that steps of book b may act in: one sentence,
 * without what stands in front of it. */
void inventory_guards(struct buf *out, const struct runbook *b);
/* An array of them, as the member "guards". */
void inventory_guards_json(struct jsonw *w, const struct runbook *b);

/* Who destroys how much, over all runbooks. All zeroes is empty. */
struct inventory_roles {
	struct inventory_role {
		char *name; /* NULL: whoever walks it */
		size_t last; /* the book counted last */
		size_t books, steps, forever;
	} *v;
	size_t n;
};

/* book: a number of its own for each, from 1. */
void inventory_count(struct inventory_roles *r, const char *role, size_t book, bool forever);
void inventory_roles(struct buf *out, const struct inventory_roles *r);
void inventory_roles_release(struct inventory_roles *r);

#endif
