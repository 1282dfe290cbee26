#include "vault.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "mem.h"

enum {
	ROOM_BYTES = 64 << 10,
	NO_CORE = 1, /* 0 would do for a file, not where cores are piped to a program */
};

struct vault_room {
	struct vault_room *next;
	size_t size, used; /* of all of it, this head included */
};

static struct vault_room *room_new(size_t size)
{
	struct vault_room *r = mmap(NULL, size, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (r == MAP_FAILED)
		mem_none();
	(void)madvise(r, size, MADV_DONTDUMP);
	(void)mlock(r, size); /* what a user may lock is bounded, often to nothing */
	r->size = size;
	r->used = sizeof(*r);
	return r;
}

char *vault_alloc(struct vault *v, size_t n)
{
	struct vault_room *r = v->rooms;

	if (!r || n > r->size - r->used) {
		if (n > SIZE_MAX / 2)
			mem_none();
		size_t need = n + sizeof(*r);
		r = room_new((need + ROOM_BYTES - 1) / ROOM_BYTES * ROOM_BYTES);
		r->next = v->rooms;
		v->rooms = r;
	}
	char *p = (char *)r + r->used;
	r->used += n;
	return p;
}

char *vault_dupn(struct vault *v, const char *p, size_t n)
{
	char *copy = vault_alloc(v, n + 1);

	memcpy(copy, p, n);
	return copy;
}

void vault_release(struct vault *v)
{
	while (v->rooms) {
		struct vault_room *r = v->rooms;
		size_t size = r->size;

		v->rooms = r->next;
		mem_wipe(r, size);
		munmap(r, size);
	}
}

void vault_no_core(bool unseen)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max >= NO_CORE) {
		core.rlim_cur = NO_CORE; /* the hard one stays: a command may want cores */
		(void)setrlimit(RLIMIT_CORE, &core);
	}
#ifndef __SANITIZE_ADDRESS__ /* whose search for leaks needs it */
	if (unseen)
		(void)prctl(PR_SET_DUMPABLE, 0);
#else
	(void)unseen;
#endif
}
