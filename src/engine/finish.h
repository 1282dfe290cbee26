/* Ends of a step: the only ways to finish one. */
#ifndef ENGINE_FINISH_H
#define ENGINE_FINISH_H

#include "inst.h"

struct pass;

void finish_step(struct pass *p, const struct inst *in, enum outcome o, const char *reason);

/* Did not come out: what the step's rule says, or a question. */
void finish_fail(struct pass *p, const struct inst *in, enum failure f, const char *problem);

/* An `end` step is reached. */
void finish_end(struct pass *p, const struct inst *in);

/* Leaves what lies between `from` and the step called target, which lies ahead. */
void finish_jump(struct pass *p, const struct inst *from, const char *target, enum outcome o,
		 enum failure f, const char *reason);

#endif
