#include "chan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "chan_in.h"
#include "err.h"
#include "loop.h"
#include "mem.h"

enum {
	READ_CHUNK = 64 * 1024,
	FDS_HELD_MAX = 4, /* received and not yet claimed; each recvmsg brings one at most */
};

/* A descriptor to be sent with the byte at `at` of the queue. */
struct mark {
	size_t at;
	int fd;
};

struct chan {
	struct loop *loop;
	struct watch *watch;
	struct timer *failing; /* a send failed: the end is told from the loop */
	int fd;                /* -1 after the end */
	const struct chan_ops *ops;
	void *ctx;
	struct buf in;
	int held[FDS_HELD_MAX];
	size_t n_held;
	struct buf out;
	size_t out_at; /* bytes of out that are sent already */
	size_t out_max;
	struct mark marks[CHAN_FDS_QUEUED_MAX];
	size_t n_marks;
	struct err why;
	int busy;    /* callbacks of ours on the stack */
	bool closed; /* chan_close was called while busy */
};

static void on_ready(void *ctx, int fd, int ready);

struct chan *chan_new(struct loop *l, int fd, size_t queue_max, const struct chan_ops *ops,
		      void *ctx)
{
	struct chan *c = mem_alloc(sizeof(*c));
	c->loop = l;
	c->fd = fd;
	c->ops = ops;
	c->ctx = ctx;
	c->in.secret = c->out.secret = true; /* anything may be said here */
	c->out_max = queue_max ? queue_max : (size_t)4 * CHAN_FRAME_MAX;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	c->watch = loop_watch(l, fd, LOOP_READ, on_ready, c);
	return c;
}

/* Lets go of everything but the memory. */
static void shut(struct chan *c)
{
	loop_unwatch(c->watch);
	loop_cancel(c->failing);
	c->watch = NULL;
	c->failing = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	while (c->n_held)
		close(c->held[--c->n_held]);
	while (c->n_marks)
		close(c->marks[--c->n_marks].fd);
	buf_release(&c->out);
	c->out_at = 0;
}

static void destroy(struct chan *c)
{
	shut(c);
	buf_release(&c->in);
	free(c);
}

void chan_close(struct chan *c)
{
	if (!c)
		return;
	if (c->busy) {
		c->closed = true;
		shut(c);
	} else {
		destroy(c);
	}
}

size_t chan_queued(const struct chan *c)
{
	return c->out.len - c->out_at;
}

int chan_fd(const struct chan *c)
{
	return c->fd;
}

/* Callbacks run between enter and leave; leave says whether the channel is still there. */
static void enter(struct chan *c)
{
	c->busy++;
}

static bool leave(struct chan *c)
{
	if (--c->busy > 0 || !c->closed)
		return !c->closed;
	destroy(c);
	return false;
}

/* The end: once, and from the loop only. */
static void end(struct chan *c, int code)
{
	if (c->fd < 0)
		return;
	if (code == 0)
		c->why = (struct err){ .code = 0 };
	shut(c);
	enter(c);
	c->ops->closed(c->ctx, code, &c->why);
	leave(c);
}

/* --- sending --------------------------------------------------------------------------------- */

/* What is sent at once: up to the next descriptor, which goes with the first byte after it. */
static size_t next_piece(const struct chan *c, int *ret_fd)
{
	size_t left = c->out.len - c->out_at;
	*ret_fd = -1;
	if (c->n_marks == 0)
		return left;
	if (c->marks[0].at > c->out_at)
		return c->marks[0].at - c->out_at;
	*ret_fd = c->marks[0].fd;
	return c->n_marks > 1 ? c->marks[1].at - c->out_at : left;
}

static void drop_mark(struct chan *c)
{
	close(c->marks[0].fd);
	c->n_marks--;
	memmove(c->marks, c->marks + 1, c->n_marks * sizeof(c->marks[0]));
}

/* Frees what is sent, not so often that moving the rest would cost more than sending it. */
static void compact(struct chan *c)
{
	if (c->out_at < c->out.len && c->out_at < c->out.len / 2)
		return;
	for (size_t i = 0; i < c->n_marks; i++)
		c->marks[i].at -= c->out_at;
	buf_drop(&c->out, c->out_at);
	c->out_at = 0;
}

/* Sends what the socket takes. 0, or ERR_IO with the reason in c->why. */
static int flush(struct chan *c)
{
	while (c->out_at < c->out.len) {
		int fd;
		size_t n = next_piece(c, &fd);
		struct iovec iov = { .iov_base = c->out.data + c->out_at, .iov_len = n };
		ssize_t done = chan_sendmsg(c->fd, &iov, 1, fd);
		if (done < 0 && errno == EAGAIN)
			break;
		if (done < 0)
			return err_sys(&c->why, "sending a message");
		if (fd >= 0)
			drop_mark(c);
		c->out_at += (size_t)done;
	}
	compact(c);
	loop_want(c->watch, LOOP_READ | (c->out.len ? LOOP_WRITE : 0));
	return 0;
}

/* The other side is gone. What it sent before may still be unread, so the end comes with the end of
 * that where the error says no more than "gone". */
static void on_failing(void *ctx)
{
	struct chan *c = ctx;
	c->failing = NULL;
	end(c, c->why.code);
}

static void send_failed(struct chan *c)
{
	if (c->why.sys == EPIPE || c->why.sys == ECONNRESET) {
		buf_cut(&c->out, 0);
		c->out_at = 0;
		while (c->n_marks)
			drop_mark(c);
		loop_want(c->watch, LOOP_READ);
	} else if (!c->failing) {
		c->failing = loop_at(c->loop, 0, on_failing, c);
	}
}

static int enqueue(struct chan *c, const void *p, size_t n, int fd, struct err *err)
{
	unsigned char header[CHAN_HEADER];
	if (fd >= 0) {
		if (c->n_marks == CHAN_FDS_QUEUED_MAX)
			return err_set(err, ERR_LIMIT, "%d descriptors wait to be sent already",
				       CHAN_FDS_QUEUED_MAX);
		int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (copy < 0)
			return err_sys(err, "passing a descriptor");
		c->marks[c->n_marks++] = (struct mark){ .at = c->out.len, .fd = copy };
	}
	chan_put_header(header, n, fd >= 0);
	buf_add(&c->out, header, sizeof(header));
	buf_add(&c->out, p, n);
	return 0;
}

int chan_send_fd(struct chan *c, const void *p, size_t n, int fd, struct err *err)
{
	if (c->fd < 0 || c->closed)
		return err_set(err, ERR_CANCEL, "the other side has closed");
	if (n > CHAN_FRAME_MAX)
		return err_set(err, ERR_LIMIT, "a message of %zu bytes, at most %d are sent", n,
			       CHAN_FRAME_MAX);
	size_t queued = chan_queued(c), whole = n + CHAN_HEADER;
	if (queued > c->out_max || whole > c->out_max - queued)
		return err_set(err, ERR_LIMIT, "%zu bytes wait to be sent already", queued);
	int rc = enqueue(c, p, n, fd, err);
	if (rc)
		return rc;
	/* With others waiting before it the socket is full, or known to be failing. */
	if (queued == 0 && !c->failing && flush(c))
		send_failed(c);
	return 0;
}

int chan_send(struct chan *c, const void *p, size_t n, struct err *err)
{
	return chan_send_fd(c, p, n, -1, err);
}

/* --- receiving ------------------------------------------------------------------------------- */

static int claim_fd(struct chan *c, int *ret_fd)
{
	if (c->n_held == 0)
		return err_set(&c->why, ERR_PARSE, "a message without its descriptor");
	*ret_fd = c->held[0];
	c->n_held--;
	memmove(c->held, c->held + 1, c->n_held * sizeof(c->held[0]));
	return 0;
}

/* Hands over every whole frame in c->in. Returns false when the channel is gone or at its end. */
static bool deliver(struct chan *c)
{
	size_t at = 0;
	bool announced = false;
	int rc = 0;
	while (c->in.len - at >= CHAN_HEADER) {
		const unsigned char *p = (const unsigned char *)c->in.data + at;
		size_t n = 0;
		int fd = -1;
		announced = false;
		rc = chan_get_header(p, &n, &announced, &c->why);
		if (rc || c->in.len - at - CHAN_HEADER < n)
			break;
		rc = announced ? claim_fd(c, &fd) : 0;
		if (rc)
			break;
		at += CHAN_HEADER + n;
		enter(c);
		c->ops->frame(c->ctx, p + CHAN_HEADER, n, fd);
		if (!leave(c))
			return false;
	}
	buf_drop(&c->in, at);
	/* A descriptor comes with its frame's first byte: one may wait for a frame that has
	 * begun. */
	bool begun = c->in.len > 0 && (c->in.len < CHAN_HEADER || announced);
	if (rc == 0 && c->n_held > (begun ? 1 : 0))
		rc = err_set(&c->why, ERR_PARSE, "a descriptor that belongs to no message");
	if (rc)
		end(c, rc);
	return rc == 0;
}

/* One piece from the socket. Returns false when the channel is gone or at its end. */
static bool receive(struct chan *c)
{
	char chunk[READ_CHUNK];
	int fd;
	bool odd;
	ssize_t n = chan_recvmsg(c->fd, chunk, sizeof(chunk), &fd, &odd);
	if (n < 0 && errno == EAGAIN)
		return true;
	int rc = 0;
	if (n < 0 && errno != ECONNRESET)
		rc = err_sys(&c->why, "receiving a message");
	if (fd >= 0 && c->n_held < FDS_HELD_MAX) {
		c->held[c->n_held++] = fd;
	} else if (fd >= 0) {
		close(fd);
		odd = true;
	}
	if (odd)
		rc = err_set(&c->why, ERR_PARSE, "more descriptors than messages");
	else if (rc == 0 && n <= 0 && c->in.len > 0)
		rc = err_set(&c->why, ERR_PARSE, "the other side closed inside a message");
	if (rc || n <= 0) {
		end(c, rc);
		return false;
	}
	buf_add(&c->in, chunk, (size_t)n);
	mem_wipe(chunk, (size_t)n);
	return deliver(c);
}

static void on_ready(void *ctx, int fd, int ready)
{
	struct chan *c = ctx;
	(void)fd;
	if (!(ready & (LOOP_READ | LOOP_WRITE))) {
		end(c, err_set(&c->why, ERR_IO, "the socket is not open any more"));
		return;
	}
	/* c lives through receive even when a frame closes it; `true` says that it still does
	 * after. */
	if ((ready & LOOP_READ) && !receive(c))
		return;
	if (!(ready & LOOP_WRITE) || chan_queued(c) == 0)
		return;
	if (flush(c)) {
		send_failed(c);
	} else if (c->out.len == 0 && c->ops->drained) {
		enter(c);
		c->ops->drained(c->ctx);
		leave(c);
	}
}
