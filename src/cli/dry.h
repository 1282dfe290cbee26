/* `run --dry`: every command that a run would start, in the order of the walk, and none
 * started. */
#ifndef CLI_DRY_H
#define CLI_DRY_H

#include <stddef.h>

struct binding;
struct runbook;

/* Prints it to standard output. Returns the exit status. */
int dry_run(const struct runbook *rb, const struct binding *params, size_t n);

#endif
