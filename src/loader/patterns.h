/* Patterns of captures, compiled once however often they are written. */
#ifndef LOADER_PATTERNS_H
#define LOADER_PATTERNS_H

struct capture;
struct err;
struct load;

/* As capture_check. */
int patterns_check(struct load *l, const struct capture *c, struct err *err);

#endif
