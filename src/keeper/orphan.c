/* Commands whose fate is unknown and whose process lives: how it ends cannot be learned, but
 * when. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "keeper_parts.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

static void orphan_free(struct orphan *o)
{
	loop_unwatch(o->watch);
	close(o->fd);
	free(o);
}

static void on_gone(void *ctx, int fd, int ready)
{
	struct orphan *o = ctx;

	(void)fd;
	(void)ready;
	o->gone = true;
	loop_want(o->watch, 0);
}

/* The number may be another process's by now: the start time is looked at when we have a hold of
 * it. */
static void watch(struct keeper *k, const struct cmd *c)
{
	int fd = (int)syscall(SYS_pidfd_open, (pid_t)c->pid, 0);

	if (fd < 0)
		return;
	if (!holder_alive((pid_t)c->pid, c->pid_start)) {
		close(fd);
		return;
	}
	struct orphan *o = mem_alloc(sizeof(*o));
	o->k = k;
	o->fd = fd;
	o->pid = c->pid;
	str_clip(o->token, sizeof(o->token), c->token);
	o->watch = loop_watch(k->loop, fd, LOOP_READ, on_gone, o);
	k->orphans = mem_grow(k->orphans, k->n_orphans + 1, sizeof(*k->orphans));
	k->orphans[k->n_orphans++] = o;
}

static bool is_watched(const struct keeper *k, const char *token)
{
	for (size_t i = 0; i < k->n_orphans; i++)
		if (!strcmp(k->orphans[i]->token, token))
			return true;
	return false;
}

void orphan_look(struct keeper *k)
{
	for (size_t i = 0; i < k->s->n_cmds; i++) {
		const struct cmd *c = k->s->cmds[i];
		if (c->phase == CMD_UNKNOWN && !strcmp(c->boot_id, clock_boot_id()) &&
		    !is_watched(k, c->token))
			watch(k, c);
	}
}

void orphan_step(struct keeper *k)
{
	for (size_t i = 0; i < k->n_orphans && !trouble_stalled(k);) {
		struct orphan *o = k->orphans[i];
		if (!o->gone) {
			i++;
			continue;
		}
		char *text = mem_printf("process %lld of command %s, whose end nobody could see, "
					"is gone now", (long long)o->pid, o->token);
		feed_note(k, "orphan-gone", text);
		free(text);
		orphan_free(o);
		k->orphans[i] = k->orphans[--k->n_orphans];
	}
}

void orphan_release(struct keeper *k)
{
	for (size_t i = 0; i < k->n_orphans; i++)
		orphan_free(k->orphans[i]);
	free(k->orphans);
	k->orphans = NULL;
	k->n_orphans = 0;
}
