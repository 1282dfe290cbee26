/* A keeper's way to a holder: the one that lives, or a new one. Blocks at most HSTART_MS. */
#ifndef HOLDER_HSTART_H
#define HOLDER_HSTART_H

#include <sys/types.h>

struct err;

enum { HSTART_MS = 2000 };

/* A connection that has exchanged hello and welcome, the caller's, and the holder's pid. See
 * holder_connect for the errors. */
int hstart_connect(const char *folder, const char *run, int *ret_fd, pid_t *ret_pid,
		   struct err *err);

#endif
