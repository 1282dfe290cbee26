/* Connections that mean no good: the commands and the keeper that are there do not notice. */
#include "holder_rig.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "chan.h"
#include "../../src/holder/hspec.h"
#include "../../src/holder/hwire.h"

static int dial(const struct rig *r)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/holder.sock", r->folder);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Reads until the holder hangs up; false when it does not. */
static bool hung_up(struct rig *r, int fd)
{
	char bytes[4096];
	int64_t until = rig_now_ms() + RIG_WAIT_MS;
	while (rig_now_ms() < until) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return true;
		loop_run_once(r->loop, 1, NULL);
	}
	return false;
}

static void send_bytes(int fd, const void *p, size_t n)
{
	(void)!send(fd, p, n, MSG_NOSIGNAL);
}

static void say_hello(int fd, uint32_t version)
{
	struct buf b = BUF_INIT;
	hwire_start(&b, HWIRE_HELLO);
	hwire_put_u32(&b, version);
	assert_int_equal(chan_write(fd, b.data, b.len, -1, 1000, NULL), 0);
	buf_release(&b);
}

/* A keeper with one command that runs and one that waits at the gate. */
static void with_commands(struct rig *r)
{
	char script[256];
	rig_init(r);
	rig_connect(r);
	snprintf(script, sizeof(script), "until [ -e %s/now ]; do sleep 0.02; done; exit 6",
		 r->folder);
	rig_start(r, "runs", script);
	rig_wait(r, RIG_RUNNING, "runs");
	struct holder_spec spec = rig_sh("waits", SH("exit 7"));
	rig_prepare(r, &spec);
}

/* Both are as they were, with the same keeper. */
static void assert_unharmed(struct rig *r)
{
	assert_null(rig_find(r, RIG_GONE, ""));
	assert_int_equal(rig_count(r, RIG_ENDED), 0);
	holder_go(r->h, "waits", NULL);
	assert_int_equal(rig_wait(r, RIG_ENDED, "waits")->code, 7);
	rig_touch(r, "now");
	assert_int_equal(rig_wait(r, RIG_ENDED, "runs")->code, 6);
	rig_end(r);
}

static void test_strangers_without_hello_are_hung_up_on(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
	} openings[] = {
		{ "GET / HTTP/1.0\r\n\r\n", 18 },
		{ "\xff\xff\xff\xff", 4 },                     /* a length over the limit */
		{ "\0\0\0\0", 4 },                             /* nothing in it */
		{ "\0\0\0\1\x00", 5 },                         /* hello without a version */
		{ "\0\0\0\6\x00\1\0\0\0\0", 10 },              /* and with too much */
		{ "\0\0\0\1\x09", 5 },                         /* quit, without hello */
		{ "\0\0\0\x0b\x02\5\0\0\0waits\0", 15 },       /* go, without hello */
		{ "\0\0\0\1\xff", 5 },                         /* no such word */
	};
	struct rig r;
	with_commands(&r);
	for (size_t i = 0; i < COUNT_OF(openings); i++) {
		int fd = dial(&r);
		send_bytes(fd, openings[i].bytes, openings[i].n);
		if (!hung_up(&r, fd))
			fail_msg("opening %zu was not refused", i);
		close(fd);
	}
	assert_unharmed(&r);
}

static void test_another_version_is_told_ours_and_replaces_nobody(void **state)
{
	(void)state;
	struct rig r;
	int type;
	struct buf b = BUF_INIT;
	with_commands(&r);
	int fd = dial(&r);
	say_hello(fd, HWIRE_VERSION + 1);
	RIG_UNTIL(&r, poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 0) == 1);
	assert_int_equal(chan_read(fd, &b, NULL, 1000, NULL), 0);
	struct hwire_in in = hwire_read(b.data, b.len, &type);
	assert_int_equal(type, HWIRE_WELCOME);
	assert_int_equal(hwire_u32(&in), HWIRE_VERSION);
	assert_true(hung_up(&r, fd));
	close(fd);
	buf_release(&b);
	assert_unharmed(&r);
}

static void test_a_crowd_of_silent_connections_is_let_go(void **state)
{
	(void)state;
	struct rig r;
	int fd[64];
	with_commands(&r);
	for (size_t i = 0; i < COUNT_OF(fd); i++) {
		fd[i] = dial(&r);
		loop_run_once(r.loop, 0, NULL);
	}
	assert_true(hung_up(&r, fd[0]));
	for (size_t i = 0; i < COUNT_OF(fd); i++)
		close(fd[i]);
	assert_unharmed(&r);
}

/* --- a keeper that went mad ------------------------------------------------------------------- */

static uint32_t next_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* A valid request of some kind, most of them about commands that are there. */
static void make_request(struct buf *b, uint32_t *x)
{
	static const char *const tokens[] = { "none", "other", "x" };
	static const char *const argv[] = { "sh", "-c", "exit 1", NULL };
	enum hwire_type type = next_random(x) % HWIRE_QUIT; /* quit has nothing to spoil */
	if (type == HWIRE_HELLO || type == HWIRE_PREPARE) {
		struct holder_spec spec = rig_sh("new", argv);
		assert_int_equal(hspec_pack(&spec, b, NULL), 0);
		return;
	}
	hwire_start(b, type);
	hwire_put_text(b, tokens[next_random(x) % COUNT_OF(tokens)]);
	if (type == HWIRE_STOP)
		hwire_put_u32(b, next_random(x));
	if (type == HWIRE_INPUT)
		hwire_put_bytes(b, "typed\0words", 11);
	if (type == HWIRE_RESIZE || type == HWIRE_FREE)
		hwire_put_u32(b, next_random(x) % 3);
	if (type == HWIRE_RESIZE)
		hwire_put_u32(b, 80);
	if (type == HWIRE_FREE)
		hwire_put_i64(b, next_random(x));
}

static void spoil(struct buf *b, uint32_t *x)
{
	uint32_t how = next_random(x) % 4;
	size_t at = next_random(x) % b->len;
	if (how == 0)
		buf_cut(b, at);
	else if (how == 1)
		b->data[at] = (char)next_random(x);
	else if (how == 2)
		b->data[at] ^= (char)(1 << next_random(x) % 8);
	else
		buf_add(b, "more", 1 + next_random(x) % 4);
}

static void test_thousands_of_spoiled_requests_harm_no_command(void **state)
{
	(void)state;
	enum { ROUNDS = 4000 };
	struct rig r;
	struct buf b = BUF_INIT;
	uint32_t x = 20261122;
	char script[256];
	rig_init(&r);
	rig_connect(&r);
	snprintf(script, sizeof(script),
		 "echo begin; until [ -e %s/now ]; do sleep 0.02; done; echo end; exit 6",
		 r.folder);
	rig_start(&r, "runs", script);
	rig_wait(&r, RIG_RUNNING, "runs");
	pid_t holder = holder_pid(r.h);
	rig_disconnect(&r);
	int fd = -1;
	for (int i = 0; i < ROUNDS; i++) {
		if (fd < 0) {
			fd = dial(&r);
			say_hello(fd, HWIRE_VERSION);
		}
		make_request(&b, &x);
		spoil(&b, &x);
		(void)chan_write(fd, buf_str(&b), b.len, -1, 1000, NULL);
		char drain[4096];
		ssize_t n;
		while ((n = recv(fd, drain, sizeof(drain), MSG_DONTWAIT)) > 0)
			;
		if (n == 0 || errno != EAGAIN) {
			close(fd);
			fd = -1;
		}
	}
	if (fd >= 0)
		close(fd);
	buf_release(&b);
	rig_forget_calls(&r);
	rig_connect(&r);
	RIG_UNTIL(&r, rig_find(&r, RIG_CURRENT, ""));
	assert_int_equal(holder_pid(r.h), holder);
	assert_non_null(rig_find(&r, RIG_RUNNING, "runs"));
	rig_touch(&r, "now");
	assert_int_equal(rig_wait(&r, RIG_ENDED, "runs")->code, 6);
	rig_assert_spool(&r, "runs", 0, "begin\nend\n");
	rig_end(&r);
}

static void test_a_keeper_that_never_reads_is_let_go_and_memory_stays_small(void **state)
{
	(void)state;
	struct rig r;
	struct buf status = BUF_INIT;
	char path[64];
	rig_init(&r);
	rig_connect(&r);
	pid_t holder = holder_pid(r.h);
	rig_disconnect(&r);
	int fd = dial(&r);
	say_hello(fd, HWIRE_VERSION);
	static const char *const argv[] = { "true", NULL };
	struct holder_spec spec = { .token = "none", .argv = argv, .env = rig_plain_env };
	struct buf prepare = BUF_INIT;
	assert_int_equal(hspec_pack(&spec, &prepare, NULL), 0);
	assert_int_equal(chan_write(fd, prepare.data, prepare.len, -1, 1000, NULL), 0);
	int rc = 0;
	for (int i = 0; i < 2000000 && !rc; i++) /* it is refused: the name is taken */
		rc = chan_write(fd, prepare.data, prepare.len, -1, 5000, NULL);
	assert_int_not_equal(rc, 0);
	snprintf(path, sizeof(path), "/proc/%d/status", holder);
	assert_int_equal(fsio_read(path, 65536, &status, NULL), 0);
	const char *peak = strstr(buf_str(&status), "VmHWM:");
	assert_non_null(peak);
	if (!getenv("BLACKSTART_SANITIZED"))
		assert_true(strtol(peak + 6, NULL, 10) < 32 << 10);
	close(fd);
	buf_release(&prepare);
	buf_release(&status);
	rig_connect(&r);
	assert_int_equal(holder_pid(r.h), holder);
	assert_int_equal(rig_wait(&r, RIG_ENDED, "none")->fate, HOLDER_NEVER);
	rig_end(&r);
}

static void test_a_descriptor_where_none_belongs_ends_the_connection(void **state)
{
	(void)state;
	struct rig r;
	struct buf b = BUF_INIT;
	rig_init(&r);
	rig_connect(&r);
	rig_disconnect(&r);
	int fd = dial(&r);
	say_hello(fd, HWIRE_VERSION);
	hwire_start(&b, HWIRE_GO);
	hwire_put_text(&b, "a");
	assert_int_equal(chan_write(fd, b.data, b.len, 0, 1000, NULL), 0);
	r.loop = loop_new();
	assert_true(hung_up(&r, fd));
	loop_free(r.loop);
	r.loop = NULL;
	close(fd);
	buf_release(&b);
	rig_end(&r);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		UNIT(test_strangers_without_hello_are_hung_up_on),
		UNIT(test_another_version_is_told_ours_and_replaces_nobody),
		UNIT(test_a_crowd_of_silent_connections_is_let_go),
		UNIT(test_thousands_of_spoiled_requests_harm_no_command),
		UNIT(test_a_keeper_that_never_reads_is_let_go_and_memory_stays_small),
		UNIT(test_a_descriptor_where_none_belongs_ends_the_connection),
	};
	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return rig_main(argc, argv, tests);
}
