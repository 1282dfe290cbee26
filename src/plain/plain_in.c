#include "plain_in.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "limits.h"
#include "mem.h"

void plain_in_init(struct plain_in *in, int fd)
{
	*in = (struct plain_in){ .fd = fd, .tty = isatty(fd) };
}

void plain_in_release(struct plain_in *in)
{
	plain_in_hide(in, false);
	if (in->raw.data)
		mem_wipe(in->raw.data, in->raw.cap);
	buf_release(&in->raw);
}

/* A line that is too long goes away whole: a part of it would be another answer. */
static void bound(struct plain_in *in)
{
	const char *nl;

	if (in->dropping) {
		nl = in->raw.len ? memchr(in->raw.data, '\n', in->raw.len) : NULL;
		buf_drop(&in->raw, nl ? (size_t)(nl - in->raw.data) + 1 : in->raw.len);
		in->dropping = !nl;
	} else if (in->raw.len > LIMIT_INTENT_BYTES && !plain_in_peek(in, NULL)) {
		buf_clear(&in->raw);
		in->dropping = in->too_long = true;
	}
}

void plain_in_read(struct plain_in *in)
{
	char b[4096];
	ssize_t n = read(in->fd, b, sizeof b);

	if (n > 0) {
		buf_add(&in->raw, b, (size_t)n);
		bound(in);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		in->eof = true;
	}
	mem_wipe(b, sizeof b);
}

bool plain_in_peek(const struct plain_in *in, struct buf *ret)
{
	const char *nl = in->raw.len ? memchr(in->raw.data, '\n', in->raw.len) : NULL;
	size_t n;

	if (!nl)
		return false;
	n = (size_t)(nl - in->raw.data);
	if (n && nl[-1] == '\r')
		n--;
	if (ret)
		buf_add(ret, in->raw.data, n);
	return true;
}

void plain_in_take(struct plain_in *in)
{
	const char *nl = in->raw.len ? memchr(in->raw.data, '\n', in->raw.len) : NULL;

	if (nl)
		buf_drop(&in->raw, (size_t)(nl - in->raw.data) + 1);
}

void plain_in_flush(struct plain_in *in, bool hard, bool (*keep)(void *ctx, const char *line),
		    void (*dropped)(void *ctx, const char *line), void *ctx)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	struct buf kept = BUF_INIT, line = BUF_INIT;

	if (!in->tty)
		return;
	while (!in->eof && poll(&p, 1, 0) == 1)
		plain_in_read(in);
	if (hard)
		tcflush(in->fd, TCIFLUSH);
	for (; plain_in_peek(in, &line); buf_clear(&line)) {
		plain_in_take(in);
		if (keep(ctx, buf_str(&line)))
			buf_addf(&kept, "%s\n", buf_str(&line));
		else
			dropped(ctx, buf_str(&line));
	}
	if (!hard)
		buf_add(&kept, buf_str(&in->raw), in->raw.len);
	buf_release(&in->raw);
	in->raw = kept;
	buf_release(&line);
}

void plain_in_hide(struct plain_in *in, bool hide)
{
	struct termios t;

	if (!in->tty || in->hidden == hide || tcgetattr(in->fd, &t))
		return;
	if (hide)
		t.c_lflag &= ~(tcflag_t)ECHO;
	else
		t.c_lflag |= ECHO;
	if (tcsetattr(in->fd, hide ? TCSAFLUSH : TCSANOW, &t) == 0)
		in->hidden = hide;
}
