/* Who sits at the other end of a socket, and how we know. */
#ifndef KEEPER_WHO_H
#define KEEPER_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct actor;
struct buf;

/* Identifies the person behind a process. Reads files only, so that a name service that hangs
 * cannot hold a run up: an account that is not in /etc/passwd is "uid 1000". claimed: the name a
 * person gave, or NULL. *ret_shared (may be NULL): the account is shared and nobody was named. */
void who_is(uid_t uid, pid_t pid, const char *claimed, struct actor *ret, bool *ret_shared);

/* The fingerprint of a key line "ssh-ed25519 AAAA… comment" as ssh-keygen -l shows it
 * ("SHA256:…"). False for what is no key. */
bool who_fingerprint(const char *line, struct buf *out);

#endif
