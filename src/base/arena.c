/* Blocks in a list, each filled from the front. Under AddressSanitizer every piece is a block of
 * its own, so that a step over its end is seen. */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#ifdef __SANITIZE_ADDRESS__
enum { BLOCK_SIZE = 0 };
#else
enum { BLOCK_SIZE = 64 * 1024 };
#endif

enum { ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;
	size_t used, cap;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *blocks; /* the first is the one being filled */
	size_t size;
};

struct arena *arena_new(void)
{
	return mem_alloc(sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *add_block(struct arena *a, size_t need)
{
	size_t cap = need > BLOCK_SIZE ? need : BLOCK_SIZE;
	if (cap > SIZE_MAX - sizeof(struct block))
		cap = SIZE_MAX - sizeof(struct block); /* mem_alloc ends it */
	struct block *b = mem_alloc(sizeof(*b) + cap);
	b->cap = cap;
	/* A large piece goes behind the block in use, whose rest is still good. */
	if (a->blocks && need > BLOCK_SIZE / 4) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->blocks;
	size_t at = b ? (b->used + ALIGN - 1) / ALIGN * ALIGN : 0;
	if (!b || at > b->cap || size > b->cap - at || BLOCK_SIZE == 0) {
		b = add_block(a, size);
		at = 0;
	}
	b->used = at + size;
	a->size += size;
	return b->data + at;
}

char *arena_dup(struct arena *a, const char *s)
{
	return s ? arena_dupn(a, s, strlen(s)) : NULL;
}

char *arena_dupn(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);
	if (n)
		memcpy(p, s, n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return arena_alloc(a, 1);
	s = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

size_t arena_size(const struct arena *a)
{
	return a->size;
}
