/* What stands between a step that destroys and a protected target. */
#ifndef ENGINE_GUARDING_H
#define ENGINE_GUARDING_H

#include "engine.h"

struct pass;

/* --- guard_who.c: who says so ---------------------------------------------------------------- */
void guard_identity(struct pass *p); /* INPUT_IDENTITY */
void guard_permit(struct pass *p);   /* INPUT_PERMIT */
void guard_approval(struct pass *p); /* INPUT_APPROVAL */

#endif
