/* Memory that is there or the program ends.
 *
 * Out of memory these print one line to standard error, call the fatal hook (a screen restores the
 * terminal in it) and abort: the record must survive kill -9 anyway, so dying here is a case that
 * the fault tests already cover. What grows from outside input is bounded by its own stated limit
 * (model/limits.h), so this is met by the machine, not by a hostile file.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);               /* zeroed; size 0 gives a valid pointer */
void *mem_raw(size_t size);                 /* not zeroed; for libraries that take an allocator */
void *mem_grow(void *p, size_t n, size_t size); /* realloc to n*size with overflow check */
char *mem_dup(const char *s);               /* NULL gives NULL */
char *mem_dupn(const char *s, size_t n);    /* n bytes and a terminating NUL */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A library says that it got no memory: ends as the ones above do. */
__attribute__((noreturn)) void mem_none(void);

/* Called once, before the abort, with no memory to be had. NULL takes it away. */
void mem_on_fatal(void (*hook)(void));

/* Overwrites n bytes in a way the compiler keeps; for secrets. */
void mem_wipe(void *p, size_t n);

#endif
