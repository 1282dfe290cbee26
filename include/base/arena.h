/* Memory with one end: everything a loaded runbook points to. Freed at once, never in part. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */

void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
char *arena_dup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_dupn(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t arena_size(const struct arena *a); /* bytes handed out so far */

#endif
