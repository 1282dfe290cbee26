/* Names to numbers: a hash table whose keys are borrowed. All zeroes is empty. */
#ifndef LOADER_NAMESET_H
#define LOADER_NAMESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nameset_slot;

struct nameset {
	struct nameset_slot *slots;
	size_t n, cap;
	uint64_t seed; /* so that no file can be written to make it slow */
};

/* The number kept for the name (len bytes), which is put in with `value` where it is not there.
 * *ret_new says which it was; NULL is fine. */
size_t nameset_put(struct nameset *s, const char *name, size_t len, size_t value, bool *ret_new);

/* The number of a name; false where it is not there. */
bool nameset_get(const struct nameset *s, const char *name, size_t len, size_t *ret);

void nameset_release(struct nameset *s);

#endif
