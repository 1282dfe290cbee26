/* Signatures, codes and permits, looked at by children of ours. */
#ifndef KEEPER_PROOF_H
#define KEEPER_PROOF_H

#include <stdbool.h>
#include <sys/types.h>

#include "verb.h"

struct actor;
struct intent;
struct keeper;

/* Whether an intent of this verb says who somebody is, and so has to be looked at. */
bool proof_is_wanted(enum verb v);
/* Takes the intent over: it is answered when it was looked at. uid: of who sends. */
void proof_begin(struct keeper *k, const struct actor *who, uid_t uid, struct intent *it);
void proof_step(struct keeper *k); /* tells the engine what was found */
void proof_free(struct keeper *k);

#endif
