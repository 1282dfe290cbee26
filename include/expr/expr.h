/* Conditions: SQL expressions on an in-memory SQLite, fenced in.
 *
 * Three-valued logic, JSON and dates come with SQL. It fails open unless closed, so: values are
 * bound as columns of their own type; double-quoted strings are off; an authorizer allows the
 * values, json_each and a list of functions; one column, one statement, nothing behind it; time
 * and memory are bounded; `now` is a bound value. A gate opens on integer 1 only.
 */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include <stddef.h>
#include <stdint.h>

#include "tri.h"
#include "value.h"

struct buf;
struct err;
struct expr; /* an evaluator: one in-memory database */

/* ERR_NOMEM or ERR_IO where SQLite cannot be opened. */
int expr_open(struct expr **ret, struct err *err);
void expr_close(struct expr *x);

/* A name and the type it will have; what lint knows before a run. */
struct expr_name {
	const char *name;
	enum value_type type;
};

/* Does `text` compile, use only these names, and mean what was wanted? `want` is VALUE_BOOL for a
 * condition, another type for a derived value, VALUE_TYPE_INVALID for any (its type goes to
 * *ret_type, which may be NULL). Refused with ERR_PARSE: syntax, unknown name, unknown function,
 * double-quoted string, compare with NULL, text against number, a condition that is not boolean,
 * a condition that throws or opens on a NULL or wrong-typed value. *ret_offset gets the byte
 * offset in text. ERR_LIMIT over LIMIT_EXPR_BYTES. */
int expr_check(struct expr *x, const char *text, const struct expr_name *names, size_t n,
	       enum value_type want, enum value_type *ret_type, size_t *ret_offset, struct err *err);

/* Evaluates a condition. Everything that is not integer 1 or 0 is TRI_UNKNOWN, an error too;
 * *why (may be NULL) gets a sentence then. Bounds: 250 ms, 16 MB. */
enum tri expr_condition(struct expr *x, const char *text, const struct binding *b, size_t n,
			struct buf *why);

/* Evaluates to a value of type `as`; VALUE_TYPE_INVALID takes the type of the result. A NULL
 * gives a value that is not known. ERR_PARSE / ERR_LIMIT / ERR_CANCEL. */
int expr_derive(struct expr *x, const char *text, const struct binding *b, size_t n,
		enum value_type as, struct value *ret, struct err *err);

/* Names that `text` reads, in order of first use; for the record of inputs and for lint. Calls fn
 * for each; unknown syntax ends quietly. */
void expr_names(const char *text, void (*fn)(void *ctx, const char *name, size_t len, size_t off),
		void *ctx);

#endif
