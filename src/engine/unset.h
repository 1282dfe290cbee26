/* Values that the runbook declares and that nothing has set yet. */
#ifndef ENGINE_UNSET_H
#define ENGINE_UNSET_H

#include <stddef.h>

struct binding;
struct inst;
struct pass;

/* Adds to *b (n of them) each name that `text` reads, that has no binding, and that a step of the
 * runbook of `in` would give a value: unknown, of its type. A step that did not apply leaves its
 * values so, and `coalesce(x, 0)` or `x is null` are there to say what then. Returns how many there
 * are now. */
size_t unset_add(const struct pass *p, const struct inst *in, const char *text, struct binding **b,
		 size_t n);

#endif
