/* Where secrets are. Memory for them: left out of core dumps, kept from swap where the system
 * allows, overwritten when it is given back. What is put in stays until all of it is released. */
#ifndef BASE_VAULT_H
#define BASE_VAULT_H

#include <stdbool.h>
#include <stddef.h>

struct vault_room;

struct vault {
	struct vault_room *rooms; /* all zeroes is an empty vault */
};

/* n bytes, zeroed, of any alignment. Never NULL: out of memory as in mem.h. */
char *vault_alloc(struct vault *v, size_t n);
/* A copy of n bytes with a NUL behind it. */
char *vault_dupn(struct vault *v, const char *p, size_t n);
void vault_release(struct vault *v);

/* From here on this process, and those it starts, leave no core behind; they may raise the bound
 * again. unseen: nor may any other process of this user look into it (ptrace, /proc/PID/mem,
 * environ), which ends with exec. */
void vault_no_core(bool unseen);

#endif
