#include "mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The one thing here that outlives a call: the abort can come from anywhere. */
static void (*fatal_hook)(void);

void mem_on_fatal(void (*hook)(void))
{
	fatal_hook = hook;
}

static void say(const char *s)
{
	ssize_t n = write(STDERR_FILENO, s, strlen(s));
	(void)n;
}

/* Calls nothing that allocates, and the hook once even when the hook itself runs out of memory. */
__attribute__((noreturn)) static void out_of_memory(size_t size)
{
	void (*hook)(void) = fatal_hook;
	fatal_hook = NULL;
	if (hook)
		hook();
	bool some = !size; /* it was not told */
	char digits[24];
	char *p = digits + sizeof(digits) - 1;
	*p = '\0';
	do
		*--p = (char)('0' + size % 10);
	while (size /= 10);
	say("blackstart: out of memory (");
	say(some ? "some" : p);
	say(" bytes asked for)\n");
	abort();
}

void *mem_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);
	if (!p)
		out_of_memory(size);
	return p;
}

void *mem_raw(size_t size)
{
	void *p = malloc(size ? size : 1);
	if (!p)
		out_of_memory(size);
	return p;
}

void mem_none(void)
{
	out_of_memory(0);
}

void *mem_grow(void *p, size_t n, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory(SIZE_MAX);
	void *q = realloc(p, total ? total : 1);
	if (!q)
		out_of_memory(total);
	return q;
}

char *mem_dup(const char *s)
{
	return s ? mem_dupn(s, strlen(s)) : NULL;
}

char *mem_dupn(const char *s, size_t n)
{
	if (n == SIZE_MAX)
		out_of_memory(n);
	char *p = malloc(n + 1);
	if (!p)
		out_of_memory(n + 1);
	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *mem_printf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory(strlen(fmt));
	return s;
}

void mem_wipe(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}
