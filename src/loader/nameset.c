#include "nameset.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"

struct nameset_slot {
	const char *name; /* NULL: free */
	size_t len, value;
	uint64_t hash;
};

static uint64_t mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

static uint64_t hash_of(const struct nameset *s, const char *name, size_t len)
{
	uint64_t h = s->seed ^ len, word;
	for (; len >= sizeof(word); len -= sizeof(word), name += sizeof(word)) {
		memcpy(&word, name, sizeof(word));
		h = mix(h ^ word) + s->seed;
	}
	word = 0;
	memcpy(&word, name, len);
	return mix(mix(h ^ word) + s->seed);
}

static struct nameset_slot *find(const struct nameset *s, const char *name, size_t len, uint64_t h)
{
	for (size_t i = h & (s->cap - 1);; i = (i + 1) & (s->cap - 1)) {
		struct nameset_slot *slot = &s->slots[i];
		if (!slot->name || (slot->hash == h && slot->len == len &&
				    memcmp(slot->name, name, len) == 0))
			return slot;
	}
}

static void grow(struct nameset *s)
{
	struct nameset old = *s;
	if (!s->cap)
		hash_random(&s->seed, sizeof(s->seed));
	s->cap = old.cap ? old.cap * 2 : 32;
	s->slots = mem_alloc(s->cap * sizeof(*s->slots));
	for (size_t i = 0; i < old.cap; i++) {
		struct nameset_slot *o = &old.slots[i];
		if (o->name)
			*find(s, o->name, o->len, o->hash) = *o;
	}
	free(old.slots);
}

size_t nameset_put(struct nameset *s, const char *name, size_t len, size_t value, bool *ret_new)
{
	if (s->n * 2 >= s->cap)
		grow(s);
	uint64_t h = hash_of(s, name, len);
	struct nameset_slot *slot = find(s, name, len, h);
	if (ret_new)
		*ret_new = !slot->name;
	if (!slot->name) {
		*slot = (struct nameset_slot){ name, len, value, h };
		s->n++;
	}
	return slot->value;
}

bool nameset_get(const struct nameset *s, const char *name, size_t len, size_t *ret)
{
	if (!s->n)
		return false;
	const struct nameset_slot *slot = find(s, name, len, hash_of(s, name, len));
	if (!slot->name)
		return false;
	*ret = slot->value;
	return true;
}

void nameset_release(struct nameset *s)
{
	free(s->slots);
	*s = (struct nameset){ 0 };
}
