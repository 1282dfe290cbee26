/* Children of ours that look at something, say what they found to a pipe, and leave: what they look
 * at may hang where no signal reaches them. They may, but not the keeper.
 *
 * A child has nothing of ours but that pipe: the lock of the run must not outlive us in it.
 */
#ifndef KEEPER_SCOUT_H
#define KEEPER_SCOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"

struct keeper;
struct timer;
struct watch;

/* All zeroes: none was sent. Stays where it is while one is out. */
struct scout {
	struct keeper *k;
	pid_t pid;
	int fd;
	struct watch *watch;  /* NULL: it is not out */
	struct timer *limit;
	struct buf said;      /* up to its end, or to its max */
	bool late;            /* it was not back within its time, and is not waited for */
};

/* Sends one that appends what it has to say. limit_ns 0: it takes what it takes. False: there are
 * no more processes. A pass of the keeper follows when it is back. */
bool scout_send(struct scout *s, struct keeper *k, size_t said_max, int64_t limit_ns,
		void (*say)(const void *ctx, struct buf *out), const void *ctx);

static inline bool scout_is_out(const struct scout *s)
{
	return s->watch;
}

/* It is waited for no longer; what it said so far stays. */
void scout_leave(struct scout *s);
void scout_release(struct scout *s);

#endif
