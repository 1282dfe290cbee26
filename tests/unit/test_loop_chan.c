#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "chan.h"
#include "err.h"
#include "loop.h"

/* One channel under test; the other end is a bare socket unless a test makes it a channel too. */
struct side {
	struct loop *loop;
	struct chan *chan;
	int peer;
	struct buf text; /* "<payload>" a frame; long ones as "<N bytes>" */
	int frames, fds, drained;
	int close_at; /* frame at which the owner closes */
	bool ended;
	int code;
	struct err why;
	int last_fd;
};

static void on_frame(void *ctx, const void *p, size_t n, int fd)
{
	struct side *s = ctx;
	assert_non_null(p);
	if (n > 100)
		buf_addf(&s->text, "<%zu bytes>", n);
	else
		buf_addf(&s->text, "<%.*s>", (int)n, (const char *)p);
	if (fd >= 0) {
		buf_addc(&s->text, '*');
		s->fds++;
		if (s->last_fd >= 0)
			close(s->last_fd);
		s->last_fd = fd;
	}
	if (++s->frames == s->close_at) {
		chan_close(s->chan);
		s->chan = NULL;
	}
}

static void on_closed(void *ctx, int code, const struct err *why)
{
	struct side *s = ctx;
	assert_false(s->ended);
	s->ended = true;
	s->code = code;
	s->why = *why;
	assert_int_equal(chan_fd(s->chan), -1);
	assert_int_equal(chan_send(s->chan, "x", 1, NULL), ERR_CANCEL);
}

static void on_drained(void *ctx)
{
	struct side *s = ctx;
	s->drained++;
}

static const struct chan_ops ops = {
	.frame = on_frame, .closed = on_closed, .drained = on_drained,
};

static void start(struct side *s, size_t queue_max)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	*s = (struct side){ .loop = loop_new(), .peer = fds[1], .last_fd = -1 };
	s->chan = chan_new(s->loop, fds[0], queue_max, &ops, s);
}

static void finish(struct side *s)
{
	chan_close(s->chan);
	loop_free(s->loop);
	if (s->peer >= 0)
		close(s->peer);
	if (s->last_fd >= 0)
		close(s->last_fd);
	buf_release(&s->text);
}

static void pass(struct side *s, int max_ms)
{
	assert_int_equal(loop_run_once(s->loop, max_ms, NULL), 0);
}

static void send_raw(struct side *s, const void *p, size_t n)
{
	assert_int_equal(send(s->peer, p, n, MSG_NOSIGNAL), n);
}

/* Sends with the given descriptors on the first byte. */
static void send_fds(int sock, const void *p, size_t n, const int *fds, size_t count)
{
	union {
		char bytes[CMSG_SPACE(8 * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = (char *)(uintptr_t)p, .iov_len = n };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = CMSG_SPACE(count * sizeof(int)),
	};
	memset(&control, 0, sizeof(control));
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(c), fds, count * sizeof(int));
	assert_int_equal(sendmsg(sock, &msg, MSG_NOSIGNAL), n);
}

static int open_fds(void)
{
	int n = 0;
	for (int fd = 0; fd < 200; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

#define STREAM "\0\0\0\1a" "\0\0\0\0" "\0\0\0\5hello" "\0\0\0\2zz"
static const char stream[] = STREAM;
enum { STREAM_LEN = sizeof(stream) - 1 };

/* --- framing --------------------------------------------------------------------------------- */

static void frames_come_whole_however_the_stream_is_cut(void **state)
{
	(void)state;
	for (size_t a = 0; a <= STREAM_LEN; a++) {
		for (size_t b = a; b <= STREAM_LEN; b++) {
			struct side s;
			start(&s, 0);
			const size_t cuts[] = { 0, a, b, STREAM_LEN };
			for (int i = 0; i < 3; i++) {
				if (cuts[i] == cuts[i + 1])
					continue;
				send_raw(&s, stream + cuts[i], cuts[i + 1] - cuts[i]);
				pass(&s, -1);
			}
			assert_string_equal(s.text.data, "<a><><hello><zz>");
			assert_false(s.ended);
			finish(&s);
		}
	}
}

static void byte_by_byte(void **state)
{
	(void)state;
	struct side s;
	start(&s, 0);
	for (size_t i = 0; i < STREAM_LEN; i++) {
		send_raw(&s, stream + i, 1);
		pass(&s, -1);
	}
	assert_string_equal(s.text.data, "<a><><hello><zz>");
	finish(&s);
}

static void an_end_is_clean_between_frames_only(void **state)
{
	(void)state;
	static const size_t ends[] = { 0, 5, 9, 18, 24 };
	for (size_t cut = 0; cut <= STREAM_LEN; cut++) {
		struct side s;
		bool clean = false;
		for (size_t i = 0; i < COUNT_OF(ends); i++)
			clean |= cut == ends[i];
		start(&s, 0);
		if (cut)
			send_raw(&s, stream, cut);
		close(s.peer);
		s.peer = -1;
		while (!s.ended)
			pass(&s, -1);
		assert_int_equal(s.code, clean ? 0 : ERR_PARSE);
		assert_int_equal(s.why.code, s.code);
		finish(&s);
	}
}

static void the_longest_frame_passes_and_one_more_byte_ends_it(void **state)
{
	(void)state;
	struct side s;
	start(&s, 0);
	send_raw(&s, "\0\x10\0\0", 4);
	char piece[4096];
	memset(piece, 'x', sizeof(piece));
	for (size_t i = 0; i < CHAN_FRAME_MAX; i += sizeof(piece)) {
		assert_int_equal(s.frames, 0);
		send_raw(&s, piece, sizeof(piece));
		pass(&s, -1);
	}
	assert_string_equal(s.text.data, "<1048576 bytes>");
	send_raw(&s, "\0\x10\0\1", 4);
	pass(&s, -1);
	assert_true(s.ended);
	assert_int_equal(s.code, ERR_LIMIT);
	finish(&s);
	start(&s, 0);
	assert_int_equal(chan_send(s.chan, piece, CHAN_FRAME_MAX + 1, NULL), ERR_LIMIT);
	assert_int_equal(chan_queued(s.chan), 0);
	finish(&s);
}

static void frames_before_a_broken_one_arrive(void **state)
{
	(void)state;
	struct side s;
	start(&s, 0);
	send_raw(&s, "\0\0\0\1a\x7f\xff\xff\xff", 9);
	pass(&s, -1);
	assert_string_equal(s.text.data, "<a>");
	assert_true(s.ended);
	assert_int_equal(s.code, ERR_LIMIT);
	finish(&s);
}

/* --- closing --------------------------------------------------------------------------------- */

static void the_owner_may_close_inside_any_frame(void **state)
{
	(void)state;
	static const char *const want[] = { "<a>", "<a><>", "<a><><hello>", "<a><><hello><zz>" };
	for (int at = 1; at <= 4; at++) {
		struct side s;
		start(&s, 0);
		s.close_at = at;
		send_raw(&s, stream, STREAM_LEN);
		pass(&s, -1);
		assert_string_equal(s.text.data, want[at - 1]);
		assert_null(s.chan);
		assert_false(s.ended);
		pass(&s, 0);
		finish(&s);
	}
	chan_close(NULL);
}

static void close_in_closed(void *ctx, int code, const struct err *why)
{
	struct side *s = ctx;
	(void)why;
	s->ended = true;
	s->code = code;
	chan_close(s->chan);
	s->chan = NULL;
}

static void the_owner_may_close_inside_closed(void **state)
{
	(void)state;
	static const struct chan_ops closing = { .frame = on_frame, .closed = close_in_closed };
	struct side s;
	start(&s, 0);
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	chan_close(s.chan);
	s.chan = chan_new(s.loop, fds[0], 0, &closing, &s);
	close(fds[1]);
	pass(&s, -1);
	assert_true(s.ended);
	assert_int_equal(s.code, 0);
	finish(&s);
}

/* The other side dies with our frames unread: the kernel calls that a reset, we call it closed. */
static void a_peer_that_dies_without_reading_is_a_clean_end(void **state)
{
	(void)state;
	struct side s;
	start(&s, 0);
	assert_int_equal(chan_send(s.chan, "unread", 6, NULL), 0);
	send_raw(&s, "\0\0\0\3bye", 7);
	close(s.peer);
	s.peer = -1;
	assert_int_equal(chan_send(s.chan, "more", 4, NULL), 0);
	while (!s.ended)
		pass(&s, -1);
	assert_int_equal(s.code, 0);
	assert_string_equal(s.text.data, "<bye>");
	finish(&s);
}

/* --- sending --------------------------------------------------------------------------------- */

static size_t drain(struct side *s)
{
	char chunk[65536];
	size_t total = 0;
	for (ssize_t n; (n = recv(s->peer, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0;)
		total += (size_t)n;
	return total;
}

static void the_queue_has_a_bound_and_a_refused_frame_leaves_no_trace(void **state)
{
	(void)state;
	enum { BOUND = 300000, SIZE = 10000 };
	struct side s;
	char *p = calloc(1, SIZE);
	size_t sent = 0, got = 0;
	start(&s, BOUND);
	while (chan_send(s.chan, p, SIZE, NULL) == 0)
		sent += SIZE + CHAN_HEADER;
	struct err err;
	assert_int_equal(chan_send(s.chan, p, SIZE, &err), ERR_LIMIT);
	assert_true(chan_queued(s.chan) <= BOUND);
	assert_true(chan_queued(s.chan) + SIZE + CHAN_HEADER > BOUND);
	assert_int_equal(s.drained, 0);
	while (chan_queued(s.chan)) {
		got += drain(&s);
		pass(&s, 0);
	}
	got += drain(&s);
	assert_int_equal(got, sent);
	assert_int_equal(s.drained, 1);
	assert_int_equal(chan_send(s.chan, p, SIZE, NULL), 0);
	pass(&s, 0);
	assert_int_equal(s.drained, 1);
	free(p);
	finish(&s);
}

struct counter {
	size_t frames, bytes;
	bool wrong;
};

static void count_frame(void *ctx, const void *p, size_t n, int fd)
{
	struct counter *c = ctx;
	const unsigned char *s = p;
	c->wrong |= fd >= 0;
	for (size_t i = 0; i < n; i++)
		c->wrong |= s[i] != (unsigned char)(c->frames + i * 7);
	c->frames++;
	c->bytes += n;
}

static void count_closed(void *ctx, int code, const struct err *why)
{
	(void)ctx;
	(void)code;
	(void)why;
}

/* Two channels in one loop, frames of many lengths, the queue going full and empty. */
static void many_frames_both_full_and_empty(void **state)
{
	(void)state;
	static const struct chan_ops counting = { .frame = count_frame, .closed = count_closed };
	struct counter got = { 0 };
	int fds[2];
	struct loop *l = loop_new();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	struct chan *a = chan_new(l, fds[0], 1 << 20, &counting, &got);
	struct chan *b = chan_new(l, fds[1], 0, &counting, &got);
	unsigned char *p = malloc(200000);
	size_t frames = 0, bytes = 0;
	unsigned seed = 9;
	while (frames < 2000) {
		seed = seed * 1103515245 + 12345;
		size_t n = seed >> 28 ? (seed >> 16) % 3000 : (seed >> 8) % 200000;
		for (size_t i = 0; i < n; i++)
			p[i] = (unsigned char)(frames + i * 7);
		if (chan_send(a, p, n, NULL) == 0) {
			frames++;
			bytes += n;
		} else {
			assert_int_equal(loop_run_once(l, -1, NULL), 0);
		}
	}
	while (got.frames < frames)
		assert_int_equal(loop_run_once(l, -1, NULL), 0);
	assert_int_equal(got.bytes, bytes);
	assert_false(got.wrong);
	free(p);
	chan_close(a);
	chan_close(b);
	loop_free(l);
}

/* --- descriptors ----------------------------------------------------------------------------- */

static bool same_file(int a, int b)
{
	struct stat x, y;
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static void a_descriptor_comes_with_its_frame(void **state)
{
	(void)state;
	int before = open_fds();
	struct side s;
	start(&s, 0);
	int fds[2], pipes[2];
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	struct side sender = { .last_fd = -1 };
	struct chan *from = chan_new(s.loop, dup(s.peer), 0, &ops, &sender);
	assert_int_equal(chan_send(from, "a", 1, NULL), 0);
	assert_int_equal(chan_send_fd(from, "b", 1, pipes[0], NULL), 0);
	assert_int_equal(chan_send(from, "c", 1, NULL), 0);
	assert_int_equal(chan_send_fd(from, "", 0, pipes[1], NULL), 0);
	assert_int_equal(chan_send_fd(from, "d", 1, pipes[0], NULL), 0);
	while (s.frames < 5)
		pass(&s, -1);
	assert_string_equal(s.text.data, "<a><b>*<c><>*<d>*");
	assert_true(same_file(s.last_fd, pipes[0]));
	assert_int_equal(fcntl(s.last_fd, F_GETFD), FD_CLOEXEC);
	assert_false(s.ended);
	chan_close(from);
	finish(&s);
	close(pipes[0]);
	close(pipes[1]);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(open_fds(), before);
}

static void descriptors_wait_in_the_queue_in_their_place(void **state)
{
	(void)state;
	int before = open_fds();
	struct side s, sender = { .last_fd = -1 };
	start(&s, 0);
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	chan_close(s.chan);
	s.chan = chan_new(s.loop, fds[0], 0, &ops, &s);
	struct loop *other = loop_new();
	struct chan *from = chan_new(other, fds[1], 0, &ops, &sender);
	char *p = calloc(1, 100000);
	int sent = 0, rc;
	struct err err;
	while ((rc = chan_send_fd(from, p, sent % 3 ? 100000 : 1, STDIN_FILENO, &err)) == 0)
		sent++;
	assert_int_equal(rc, ERR_LIMIT);
	assert_non_null(strstr(err.text, "16 descriptors"));
	assert_true(chan_queued(from) > 0);
	while (s.frames < sent) {
		assert_int_equal(loop_run_once(other, 0, NULL), 0);
		pass(&s, 0);
	}
	assert_int_equal(s.fds, sent);
	assert_true(same_file(s.last_fd, STDIN_FILENO));
	assert_int_equal(chan_send_fd(from, p, 1, 9999, &err), ERR_IO);
	assert_int_equal(chan_queued(from), 0);
	assert_false(s.ended);
	free(p);
	chan_close(from);
	loop_free(other);
	finish(&s);
	assert_int_equal(open_fds(), before);
}

static void descriptors_against_the_rules_end_it_and_are_closed(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		size_t fds;
	} rows[] = {
		{ "\0\0\0\1a", 5, 1 },             /* not announced */
		{ "\x80\0\0\1a", 5, 0 },           /* announced, not sent */
		{ "\x80\0\0\1a", 5, 2 },           /* two at once */
		{ "\0\0\0\5ab", 6, 1 },            /* not announced, frame unfinished */
		{ "\x80\0\0\1a", 5, 7 },           /* more than fit */
	};
	int before = open_fds();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct side s;
		int fds[8];
		for (int k = 0; k < 8; k++)
			fds[k] = STDIN_FILENO;
		start(&s, 0);
		if (rows[i].fds)
			send_fds(s.peer, rows[i].bytes, rows[i].n, fds, rows[i].fds);
		else
			send_raw(&s, rows[i].bytes, rows[i].n);
		pass(&s, -1);
		assert_true(s.ended);
		assert_int_equal(s.code, ERR_PARSE);
		finish(&s);
		assert_int_equal(open_fds(), before);
	}
}

static void a_descriptor_may_come_with_half_a_header(void **state)
{
	(void)state;
	int stdin_fd = STDIN_FILENO;
	struct side s;
	start(&s, 0);
	send_fds(s.peer, "\x80\0", 2, &stdin_fd, 1);
	pass(&s, -1);
	assert_false(s.ended);
	send_raw(&s, "\0\2a", 3);
	pass(&s, -1);
	assert_false(s.ended);
	/* The rest of this frame and the next with its own descriptor may be read as one piece. */
	send_raw(&s, "b", 1);
	send_fds(s.peer, "\x80\0\0\1c", 5, &stdin_fd, 1);
	while (s.frames < 2)
		pass(&s, -1);
	assert_string_equal(s.text.data, "<ab>*<c>*");
	finish(&s);
}

static void closing_closes_descriptors_that_nobody_claimed(void **state)
{
	(void)state;
	int before = open_fds(), stdin_fd = STDIN_FILENO;
	struct side s;
	start(&s, 0);
	send_fds(s.peer, "\x80\0\0\2a", 5, &stdin_fd, 1);
	pass(&s, -1);
	finish(&s);
	assert_int_equal(open_fds(), before);
}

/* --- without a loop -------------------------------------------------------------------------- */

static void the_blocking_half_speaks_the_same_language(void **state)
{
	(void)state;
	struct side s;
	struct buf got = BUF_INIT;
	int passed = 77;
	start(&s, 0);
	assert_int_equal(chan_write(s.peer, "one", 3, -1, -1, NULL), 0);
	assert_int_equal(chan_write(s.peer, "two", 3, STDIN_FILENO, 100, NULL), 0);
	assert_int_equal(chan_write(s.peer, "", 0, -1, 0, NULL), 0);
	while (s.frames < 3)
		pass(&s, -1);
	assert_string_equal(s.text.data, "<one><two>*<>");
	chan_send(s.chan, "first", 5, NULL);
	chan_send_fd(s.chan, "second", 6, STDIN_FILENO, NULL);
	chan_send_fd(s.chan, "third", 5, STDIN_FILENO, NULL);
	buf_adds(&got, "old");
	assert_int_equal(chan_read(s.peer, &got, &passed, 1000, NULL), 0);
	assert_string_equal(got.data, "first");
	assert_int_equal(passed, -1);
	assert_int_equal(chan_read(s.peer, &got, &passed, 1000, NULL), 0);
	assert_string_equal(got.data, "second");
	assert_true(same_file(passed, STDIN_FILENO));
	close(passed);
	int before = open_fds();
	assert_int_equal(chan_read(s.peer, &got, NULL, 1000, NULL), 0);
	assert_string_equal(got.data, "third");
	assert_int_equal(open_fds(), before);
	buf_release(&got);
	finish(&s);
}

static void the_blocking_half_fails_as_it_says(void **state)
{
	(void)state;
	struct buf got = BUF_INIT;
	struct err err;
	struct side s;
	char *big = calloc(1, CHAN_FRAME_MAX + 1);
	start(&s, 0);
	buf_adds(&got, "kept");
	assert_int_equal(chan_read(s.peer, &got, NULL, 2, &err), ERR_CANCEL);
	assert_int_equal(chan_write(s.peer, big, CHAN_FRAME_MAX + 1, -1, 2, &err), ERR_LIMIT);
	int rc;
	while ((rc = chan_write(s.peer, big, CHAN_FRAME_MAX, -1, 2, &err)) == 0)
		;
	assert_int_equal(rc, ERR_CANCEL);
	finish(&s);

	static const struct {
		const char *bytes;
		size_t n;
		int code;
	} rows[] = {
		{ "", 0, ERR_NOTFOUND },          { "\0\0", 2, ERR_PARSE },
		{ "\0\0\0\2a", 5, ERR_PARSE },    { "\0\x10\0\1", 4, ERR_LIMIT },
		{ "\x80\0\0\1a", 5, ERR_PARSE },  { "\0\0\0\xffx", 5, ERR_LIMIT },
	};
	got.max = 100;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int fds[2];
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		assert_int_equal(write(fds[0], rows[i].bytes, rows[i].n), rows[i].n);
		close(fds[0]);
		assert_int_equal(chan_read(fds[1], &got, NULL, -1, &err), rows[i].code);
		assert_int_equal(chan_write(fds[1], "x", 1, -1, -1, &err), ERR_IO);
		close(fds[1]);
	}
	assert_string_equal(got.data, "kept");
	buf_release(&got);
	free(big);
}

static void a_large_frame_crosses_between_two_processes(void **state)
{
	(void)state;
	int fds[2], status;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	char *big = malloc(CHAN_FRAME_MAX);
	for (size_t i = 0; i < CHAN_FRAME_MAX; i++)
		big[i] = (char)(i * 31 >> 3);
	pid_t pid = fork();
	if (pid == 0)
		_exit(chan_write(fds[0], big, CHAN_FRAME_MAX, STDIN_FILENO, 20000, NULL) ? 1 : 0);
	struct buf got = BUF_INIT;
	int passed = -1;
	assert_int_equal(chan_read(fds[1], &got, &passed, 20000, NULL), 0);
	assert_int_equal(got.len, CHAN_FRAME_MAX);
	assert_memory_equal(got.data, big, CHAN_FRAME_MAX);
	assert_true(same_file(passed, STDIN_FILENO));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(passed);
	close(fds[0]);
	close(fds[1]);
	buf_release(&got);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(frames_come_whole_however_the_stream_is_cut),
		UNIT(byte_by_byte),
		UNIT(an_end_is_clean_between_frames_only),
		UNIT(the_longest_frame_passes_and_one_more_byte_ends_it),
		UNIT(frames_before_a_broken_one_arrive),
		UNIT(the_owner_may_close_inside_any_frame),
		UNIT(the_owner_may_close_inside_closed),
		UNIT(a_peer_that_dies_without_reading_is_a_clean_end),
		UNIT(the_queue_has_a_bound_and_a_refused_frame_leaves_no_trace),
		UNIT(many_frames_both_full_and_empty),
		UNIT(a_descriptor_comes_with_its_frame),
		UNIT(descriptors_wait_in_the_queue_in_their_place),
		UNIT(descriptors_against_the_rules_end_it_and_are_closed),
		UNIT(a_descriptor_may_come_with_half_a_header),
		UNIT(closing_closes_descriptors_that_nobody_claimed),
		UNIT(the_blocking_half_speaks_the_same_language),
		UNIT(the_blocking_half_fails_as_it_says),
		UNIT(a_large_frame_crosses_between_two_processes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
