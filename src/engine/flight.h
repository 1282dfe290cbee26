/* Commands beside the state of their step: messages, and looks at the real target. */
#ifndef ENGINE_FLIGHT_H
#define ENGINE_FLIGHT_H

#include "inner.h"

/* One kind of them, `n` of which are in flight. */
struct flight {
	enum purpose purpose;
	size_t n;
};

/* Stops the newest that is beyond its time, with `why` and so long to end by itself. False: none */
bool flight_late(struct pass *p, struct flight f, const char *why, int64_t grace_ms);
/* When the first of them is due, in run time; -1: none is. */
int64_t flight_deadline(const struct state *s, struct flight f);

#endif
