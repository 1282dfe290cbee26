#include "hcore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "chan.h"
#include "err.h"
#include "holder.h"
#include "hspool.h"
#include "loop.h"
#include "mem.h"

const struct hconf hcore_conf_default = {
	.linger_ms = 30000,
	.end_grace_ms = 2000,
	.stuck_ms = 2000,
	.retry_ms = 500,
	.spool_max = HOLDER_SPOOL_MAX,
	.groups = true,
	.share = true,
};

void hcore_send(struct hcore *c)
{
	if (c->keeper && chan_send(c->keeper, buf_str(&c->frame), c->frame.len, NULL) == ERR_LIMIT)
		c->overrun = true;
}

static void tell_line(struct hcore *c, enum hwire_type type, const char *line, size_t n)
{
	hwire_start(&c->frame, type);
	hwire_put_bytes(&c->frame, line, n);
	hcore_send(c);
}

bool hcore_note(struct hcore *c, const struct holder_status *st)
{
	char line[HSTATUS_LINE_MAX];
	return hstatus_append(&c->status, line, hstatus_line(st, line));
}

void hcore_tell(struct hcore *c, enum hwire_type type, const struct holder_status *st)
{
	char line[HSTATUS_LINE_MAX];
	tell_line(c, type, line, hstatus_line(st, line));
}

void hcore_fact(struct hcore *c, enum hwire_type type, const struct holder_status *st)
{
	char line[HSTATUS_LINE_MAX];
	size_t n = hstatus_line(st, line);
	hstatus_append(&c->status, line, n);
	tell_line(c, type, line, n);
}

void hcore_tell_token(struct hcore *c, enum hwire_type type, const char *token)
{
	hwire_start(&c->frame, type);
	hwire_put_text(&c->frame, token);
	hcore_send(c);
}

void hcore_tell_number(struct hcore *c, enum hwire_type type, const char *token, uint32_t v)
{
	hwire_start(&c->frame, type);
	hwire_put_text(&c->frame, token);
	hwire_put_u32(&c->frame, v);
	hcore_send(c);
}

void hcore_tell_text(struct hcore *c, enum hwire_type type, const char *token, const char *text)
{
	hwire_start(&c->frame, type);
	hwire_put_text(&c->frame, token);
	hwire_put_text(&c->frame, text);
	hcore_send(c);
}

void hcore_refuse(struct hcore *c, const char *token, int sys, const char *why)
{
	hwire_start(&c->frame, HWIRE_REFUSED);
	hwire_put_text(&c->frame, token);
	hwire_put_u32(&c->frame, (uint32_t)sys);
	hwire_put_text(&c->frame, why);
	hcore_send(c);
}

/* By a descriptor of its own that can only be read. */
void hcore_tell_sealed(struct hcore *c, const char *token, int file)
{
	char path[40];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	hwire_start(&c->frame, HWIRE_SEALED);
	hwire_put_text(&c->frame, token);
	if (fd >= 0 && c->keeper &&
	    chan_send_fd(c->keeper, buf_str(&c->frame), c->frame.len, fd, NULL) == ERR_LIMIT)
		c->overrun = true;
	if (fd >= 0)
		close(fd);
}

/* --- strays -------------------------------------------------------------------------------- */

static void drop_stray(struct hstray *s)
{
	struct hstray **at = &s->core->strays;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	loop_unwatch(s->watch);
	close(s->fd);
	free(s);
}

static void stray_ready(void *ctx, int fd, int ready)
{
	struct hstray *s = ctx;
	(void)ready;
	ssize_t n = read(fd, s->core->scratch, HSPOOL_SCRATCH);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop_stray(s);
}

void hcore_stray(struct hcore *c, int fd, bool stays)
{
	struct hstray *s = mem_alloc(sizeof(*s));
	*s = (struct hstray){ .core = c, .next = c->strays, .fd = fd, .stays = stays };
	s->watch = loop_watch(c->loop, fd, LOOP_READ, stray_ready, s);
	c->strays = s;
}

bool hcore_has_guests(const struct hcore *c)
{
	const struct hstray *s = c->strays;
	while (s && !s->stays)
		s = s->next;
	return s;
}

void hcore_drop_strays(struct hcore *c)
{
	while (c->strays)
		drop_stray(c->strays);
}
