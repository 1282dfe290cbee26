#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "chan_in.h"
#include "clock.h"
#include "err.h"
#include "mem.h"

static const unsigned char with_fd_bit = 0x80;

void chan_put_header(unsigned char header[CHAN_HEADER], size_t n, bool with_fd)
{
	for (int i = CHAN_HEADER; i-- > 0; n >>= 8)
		header[i] = (unsigned char)(n & 0xff);
	if (with_fd)
		header[0] |= with_fd_bit;
}

int chan_get_header(const unsigned char header[CHAN_HEADER], size_t *ret_n, bool *ret_with_fd,
		    struct err *err)
{
	size_t n = header[0] & (unsigned char)~with_fd_bit;
	for (int i = 1; i < CHAN_HEADER; i++)
		n = n << 8 | header[i];
	if (n > CHAN_FRAME_MAX)
		return err_set(err, ERR_LIMIT, "a message of %zu bytes, at most %d are taken", n,
			       CHAN_FRAME_MAX);
	*ret_n = n;
	*ret_with_fd = (header[0] & with_fd_bit) != 0;
	return 0;
}

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

ssize_t chan_sendmsg(int sock, const struct iovec *iov, size_t n, int pass_fd)
{
	union control control = { .bytes = { 0 } };
	struct msghdr msg = { .msg_iov = (struct iovec *)(uintptr_t)iov, .msg_iovlen = n };
	if (pass_fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(int));
	}
	ssize_t done;
	do
		done = sendmsg(sock, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (done < 0 && errno == EINTR);
	return done;
}

/* The kernel closes what does not fit into the one place; more than one may still have come where
 * alignment left room for two. */
static void collect_fds(struct msghdr *msg, int *ret_fd, bool *ret_odd)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (*ret_fd < 0) {
				*ret_fd = fd;
			} else {
				close(fd);
				*ret_odd = true;
			}
		}
	}
	if (msg->msg_flags & MSG_CTRUNC)
		*ret_odd = true;
}

ssize_t chan_recvmsg(int sock, void *p, size_t n, int *ret_fd, bool *ret_odd)
{
	union control control;
	struct iovec iov = { .iov_base = p, .iov_len = n };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = sizeof(control.bytes),
	};
	*ret_fd = -1;
	*ret_odd = false;
	ssize_t got;
	do
		got = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		collect_fds(&msg, ret_fd, ret_odd);
	return got;
}

/* --- without a loop -------------------------------------------------------------------------- */

static int64_t deadline_of(int timeout_ms)
{
	return timeout_ms < 0 ? -1 : clock_now().boot + (int64_t)timeout_ms * CLOCK_MS;
}

static int wait_for(int sock, short events, int64_t deadline, struct err *err)
{
	struct pollfd p = { .fd = sock, .events = events };
	for (;;) {
		int ms = -1;
		if (deadline >= 0) {
			int64_t left = deadline - clock_now().boot;
			if (left <= 0)
				return err_set(err, ERR_CANCEL, "no answer in time");
			ms = (int)((left + 999999) / CLOCK_MS);
		}
		int n = poll(&p, 1, ms);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_sys(err, "waiting for a message");
	}
}

int chan_write(int fd, const void *p, size_t n, int pass_fd, int timeout_ms, struct err *err)
{
	unsigned char header[CHAN_HEADER];
	int64_t deadline = deadline_of(timeout_ms);
	if (n > CHAN_FRAME_MAX)
		return err_set(err, ERR_LIMIT, "a message of %zu bytes, at most %d are sent", n,
			       CHAN_FRAME_MAX);
	chan_put_header(header, n, pass_fd >= 0);
	size_t done = 0;
	while (done < CHAN_HEADER + n) {
		size_t of_header = done < CHAN_HEADER ? done : CHAN_HEADER;
		size_t of_body = done - of_header;
		struct iovec iov[2] = {
			{ .iov_base = header + of_header, .iov_len = CHAN_HEADER - of_header },
			{ .iov_base = (char *)(uintptr_t)p + of_body, .iov_len = n - of_body },
		};
		ssize_t sent = chan_sendmsg(fd, iov, 2, done ? -1 : pass_fd);
		int rc = 0;
		if (sent < 0 && errno == EAGAIN)
			rc = wait_for(fd, POLLOUT, deadline, err);
		else if (sent < 0)
			rc = err_sys(err, "sending a message");
		else
			done += (size_t)sent;
		if (rc)
			return rc;
	}
	return 0;
}

/* n bytes, exactly. `first`: a stream that ends before them ends well, and a descriptor may come
 * with them (into *io_fd). */
static int read_exactly(int sock, void *p, size_t n, bool first, int *io_fd, int64_t deadline,
			struct err *err)
{
	size_t done = 0;
	while (done < n) {
		int fd;
		bool odd;
		ssize_t got = chan_recvmsg(sock, (char *)p + done, n - done, &fd, &odd);
		if (fd >= 0 && !odd && first && done == 0)
			*io_fd = fd;
		else if (fd >= 0 || odd) {
			if (fd >= 0)
				close(fd);
			return err_set(err, ERR_PARSE, "a message with descriptors in the middle");
		}
		if (got > 0) {
			done += (size_t)got;
			continue;
		}
		if (got < 0 && errno == EAGAIN) {
			int rc = wait_for(sock, POLLIN, deadline, err);
			if (rc)
				return rc;
		} else if (got < 0 && errno != ECONNRESET) {
			return err_sys(err, "receiving a message");
		} else if (first && done == 0) {
			return err_set(err, ERR_NOTFOUND, "the other side has closed");
		} else {
			return err_set(err, ERR_PARSE, "the other side closed inside a message");
		}
	}
	return 0;
}

int chan_read(int fd, struct buf *out, int *ret_fd, int timeout_ms, struct err *err)
{
	unsigned char header[CHAN_HEADER];
	int64_t deadline = deadline_of(timeout_ms);
	size_t n = 0;
	bool with_fd = false;
	int passed = -1;
	char *body = NULL;
	int rc = read_exactly(fd, header, sizeof(header), true, &passed, deadline, err);
	if (rc == 0)
		rc = chan_get_header(header, &n, &with_fd, err);
	if (rc == 0 && with_fd != (passed >= 0))
		rc = err_set(err, ERR_PARSE, "a message whose descriptor is not as announced");
	if (rc == 0 && out->max && n > out->max)
		rc = err_set(err, ERR_LIMIT, "a message of %zu bytes, at most %zu have room", n,
			     out->max);
	if (rc)
		goto out;
	body = mem_grow(NULL, n, 1);
	rc = read_exactly(fd, body, n, false, NULL, deadline, err);
	if (rc)
		goto out;
	buf_clear(out);
	buf_add(out, body, n);
	if (ret_fd) {
		*ret_fd = passed;
		passed = -1;
	}
out:
	if (passed >= 0)
		close(passed);
	free(body);
	return rc;
}
