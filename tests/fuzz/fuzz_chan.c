/* A channel takes any bytes in any pieces: the same frames come out as when they come in one piece,
 * and it ends the same way. The first byte says how the rest is cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "chan.h"
#include "hash.h"
#include "err.h"
#include "loop.h"

struct seen {
	struct buf text;
	int code;
	bool ended;
};

static void must(int ok)
{
	if (!ok)
		abort();
}

static void on_frame(void *ctx, const void *p, size_t n, int fd)
{
	struct seen *s = ctx;
	char hex[HASH_HEX_LEN + 1];
	must(fd == -1); /* none was sent */
	hash_hex_of(p, n, hex);
	buf_addf(&s->text, "%zu %s\n", n, hex);
}

static void on_closed(void *ctx, int code, const struct err *why)
{
	struct seen *s = ctx;
	must(!s->ended && why && why->code == code);
	s->ended = true;
	s->code = code;
}

static struct seen feed(const uint8_t *data, size_t size, size_t piece)
{
	static const struct chan_ops ops = { .frame = on_frame, .closed = on_closed };
	struct seen s = { .code = 1 };
	struct loop *l = loop_new();
	int fds[2];
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	struct chan *c = chan_new(l, fds[0], 0, &ops, &s);
	for (size_t i = 0; i < size && !s.ended; i += piece) {
		size_t n = size - i < piece ? size - i : piece;
		must(send(fds[1], data + i, n, MSG_NOSIGNAL) == (ssize_t)n);
		must(loop_run_once(l, -1, NULL) == 0);
	}
	close(fds[1]);
	while (!s.ended)
		must(loop_run_once(l, -1, NULL) == 0);
	chan_close(c);
	loop_free(l);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > 60000)
		return 0;
	struct seen whole = feed(data + 1, size - 1, size);
	struct seen cut = feed(data + 1, size - 1, (size_t)data[0] + size / 200 + 1);
	must(whole.code == cut.code);
	must(whole.text.len == cut.text.len &&
	     memcmp(buf_str(&whole.text), buf_str(&cut.text), whole.text.len) == 0);
	buf_release(&whole.text);
	buf_release(&cut.text);
	return 0;
}
