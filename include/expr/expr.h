/* Conditions: SQL's expressions, typed, on an in-memory SQLite that is fenced in.
 *
 * Three-valued logic, JSON and dates come with SQL. It fails open unless closed, so: the text is
 * taken apart and typed here, and the SQL is written from that, with every name and literal bound;
 * an authorizer allows our own list of functions and json_each; one column, one statement. A gate
 * opens on integer 1 only. The clock and random numbers are not there: `now` is a bound value.
 *
 * The language: or and not; = <> (also == !=) < <= > >=; in, not in ('a', 'b'), in NAME (a list),
 * between, like, glob, is null, is not null; + - * / % (3 / 4 is 0.75), || joins texts; NAME ->>
 * 'key' or ->> 0 takes out of a map or a list; case when ... else ... end, iif; functions as in
 * expr_function_name(). count(x), first(x), rest(x), reversed(x) of a list or of the keys of a map,
 * keys(map): items come as `each` gives them, first() of none is unknown. Over a list or map:
 * x in (select value from json_each(NAME) where ...), exists (select 1 from ...), (select
 * count(*) | sum | avg | min | max(value) from ...).
 * Types do not mix. Text has no order. Dates and durations are written as text beside a value of
 * that type: now - newest < '24h', newest > '2026-11-22'. A datetime less a datetime is a duration.
 * What is unknown (NULL) stays unknown, also of an unknown list, also as condition of iif and case.
 */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tri.h"
#include "value.h"

struct buf;
struct err;
struct expr; /* an evaluator: one in-memory database; for one thread */

/* ERR_NOMEM or ERR_IO where SQLite cannot be opened. */
int expr_open(struct expr **ret, struct err *err);
void expr_close(struct expr *x); /* NULL is fine */

/* A name and the type it will have; what lint knows before a run. Later ones hide earlier ones.
 * Only names that the text uses are needed; the rest serve "did you mean". */
struct expr_name {
	const char *name;
	enum value_type type;
	bool texts; /* a map whose entries are all texts, whatever they say */
};

/* Does `text` compile, use only these names, and mean what was wanted? `want` is VALUE_BOOL for a
 * condition, another type for a derived value, VALUE_TYPE_INVALID for any (its type goes to
 * *ret_type, which may be NULL). ERR_PARSE: syntax, unknown name, unknown function, double-quoted
 * string, compare with NULL, text against number, a condition that is not boolean, one that is true
 * while nothing is known (unless it asks by is null or coalesce), a malformed JSON path.
 * *ret_offset (may be NULL) gets the byte offset in text. ERR_LIMIT over LIMIT_EXPR_BYTES, 200
 * operations inside each other, 256 names or choices. */
int expr_check(struct expr *x, const char *text, const struct expr_name *names, size_t n,
	       enum value_type want, enum value_type *ret_type, size_t *ret_offset,
	       struct err *err);

/* Evaluates a condition. Everything that is not integer 1 or 0 is TRI_UNKNOWN: NULL, a name that is
 * not in scope, a value that does not hold what its type says, what does not pass expr_check's
 * types, an error, a bound; *why (may be NULL) gets a sentence then, which quotes no values.
 * Bounds: 250 ms, looked at between SQLite's operations and inside our own functions; 16 MB that
 * SQLite takes for it, by its process-wide limit, which is set for that time (so: one thread) and
 * put back. */
enum tri expr_condition(struct expr *x, const char *text, const struct binding *b, size_t n,
			struct buf *why);

/* Evaluates to a value of type `as`; VALUE_TYPE_INVALID takes the type of the result. A NULL gives
 * a value that is not known. A value made from a secret one is secret. ERR_PARSE as expr_check and
 * for values that do not hold what their type says; ERR_LIMIT (memory, length, range); ERR_CANCEL
 * (time). */
int expr_derive(struct expr *x, const char *text, const struct binding *b, size_t n,
		enum value_type as, struct value *ret, struct err *err);

/* Names that `text` reads, in order of first use; for the record of inputs and for lint. Calls fn
 * once for each; unknown syntax ends quietly. */
void expr_names(const char *text, void (*fn)(void *ctx, const char *name, size_t len, size_t off),
		void *ctx);

/* The nth function of the language, NULL behind the last; for docs. */
const char *expr_function_name(size_t n);

#endif
