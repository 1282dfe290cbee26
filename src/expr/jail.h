/* Work that may run for ever or eat memory, in a child that may not: programs of libjq and regular
 * expressions know no bound of their own. The child has no descriptors but its pipe and cannot open
 * any, no environment, a second of CPU and a share of memory; it dies with its parent. */
#ifndef EXPR_JAIL_H
#define EXPR_JAIL_H

#include <stddef.h>

struct buf;
struct err;

enum {
	JAIL_CPU_S = 1,
	JAIL_TIME_MS = 5000,     /* until then in any case; a busy machine gives less CPU */
	JAIL_MEMORY = 256 << 20, /* on top of what the parent has; not under AddressSanitizer */
	JAIL_NOMEM = 3,          /* exit status by which work says that memory is gone */
};

/* Runs work(ctx, out) in the child and appends what it put into `out` (at most max bytes) to *ret.
 * ERR_LIMIT: time or memory is over, or more than max bytes. ERR_IO: no process to be had. Waits
 * for the child in every case. */
int jail_run(void (*work)(void *ctx, struct buf *out), void *ctx, size_t max, struct buf *ret,
	     struct err *err);

#endif
