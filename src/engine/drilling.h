/* What a drill takes from its facilitator, its operator and its stage. */
#ifndef ENGINE_DRILLING_H
#define ENGINE_DRILLING_H

#include "climbing.h"
#include "drill_state.h"

struct inst;
struct intent;
struct pass;

/* Why a facilitator may not ask for this; NULL: they may. */
const char *drill_not_theirs(enum verb v);
void drill_left(struct pass *p, const char *client); /* its connection ended */
void drill_input(struct pass *p);                    /* INPUT_DRILL */

/* Rows of run_intent. */
void drill_invent(struct pass *p, const struct inst *in, const struct intent *it);
void drill_observe(struct pass *p, const struct inst *in, const struct intent *it);
void drill_play(struct pass *p, const struct inst *in, const struct intent *it);
void drill_help(struct pass *p, const struct inst *in, const struct intent *it);

#endif
