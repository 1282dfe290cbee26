#include "keeper_scout.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fsio.h"
#include "keeper_parts.h"
#include "loop.h"

enum { PIPE_FD = 3 };

__attribute__((noreturn)) static void be_child(int to, void (*say)(const void *, struct buf *),
					       const void *ctx)
{
	struct buf out = BUF_INIT;

	loop_child();
	dup2(to, PIPE_FD);
	close_range(PIPE_FD + 1, ~0U, 0);
	say(ctx, &out);
	(void)fsio_write_all(PIPE_FD, buf_str(&out), out.len, NULL);
	_exit(0);
}

void scout_leave(struct scout *s)
{
	if (!s->watch)
		return;
	loop_unwatch(s->watch);
	s->watch = NULL;
	loop_cancel(s->limit);
	s->limit = NULL;
	close(s->fd);
}

void scout_release(struct scout *s)
{
	scout_leave(s);
	buf_release(&s->said);
}

static void on_said(void *ctx, int fd, int ready)
{
	struct scout *s = ctx;
	char part[4096];
	ssize_t n = read(fd, part, sizeof(part));

	(void)ready;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && buf_add(&s->said, part, (size_t)n) == 0)
		return;
	scout_leave(s);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Where it hangs no signal may reach it: it is not waited for. */
static void on_limit(void *ctx)
{
	struct scout *s = ctx;

	s->limit = NULL;
	s->late = true;
	kill(s->pid, SIGKILL);
	scout_leave(s);
	waitpid(s->pid, NULL, WNOHANG);
	keeper_again(s->k);
}

bool scout_send(struct scout *s, struct keeper *k, size_t said_max, int64_t limit_ns,
		void (*say)(const void *ctx, struct buf *out), const void *ctx)
{
	int pipes[2];

	*s = (struct scout){ .k = k, .said.max = said_max };
	if (pipe2(pipes, O_CLOEXEC))
		return false;
	s->pid = fork();
	if (s->pid == 0)
		be_child(pipes[1], say, ctx);
	close(pipes[1]);
	if (s->pid < 0) {
		close(pipes[0]);
		return false;
	}
	s->fd = pipes[0];
	s->watch = loop_watch(k->loop, s->fd, LOOP_READ, on_said, s);
	s->limit = limit_ns ? loop_after(k->loop, limit_ns, on_limit, s) : NULL;
	return true;
}
