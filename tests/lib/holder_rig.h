/* A keeper for tests of the holder: it connects, notes every call, and waits for one.
 *
 * The test program is its own holder: its main hands `holder RUN FOLDER` to rig_main. Times and
 * bounds come from the environment (RIG_*), so that a test sets them before it connects.
 */
#ifndef TESTS_HOLDER_RIG_H
#define TESTS_HOLDER_RIG_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "holder.h"
#include "loop.h"
#include "../../src/holder/hcore.h"
#include "../../src/holder/hserve.h"

enum rig_kind {
	RIG_PREPARED, RIG_REFUSED, RIG_RUNNING, RIG_ENDED, RIG_OUTPUT, RIG_STUCK, RIG_GONE,
	RIG_CURRENT, RIG_BLOCKED, RIG_UNBLOCKED, RIG_DEAF,
};

struct rig_call {
	enum rig_kind kind;
	char token[HOLDER_TOKEN_MAX];
	struct holder_status st;
	int number;
	char text[256];
};

struct rig {
	char folder[64];
	struct loop *loop;
	struct holder *h;
	struct rig_call *calls;
	size_t n, cap;
	struct err err;
};

enum { RIG_WAIT_MS = 60000 };

static inline long rig_env(const char *name, long otherwise)
{
	const char *s = getenv(name);
	return s ? strtol(s, NULL, 10) : otherwise;
}

static inline void rig_set(const char *name, long v)
{
	char text[32];
	snprintf(text, sizeof(text), "%ld", v);
	setenv(name, text, 1);
}

static inline int rig_main(int argc, char **argv, int (*tests)(void))
{
	if (argc != 4 || strcmp(argv[1], "holder"))
		return tests();
	struct hconf conf = hcore_conf_default;
	conf.linger_ms = (int)rig_env("RIG_LINGER_MS", 200);
	conf.end_grace_ms = (int)rig_env("RIG_GRACE_MS", conf.end_grace_ms);
	conf.stuck_ms = (int)rig_env("RIG_STUCK_MS", conf.stuck_ms);
	conf.retry_ms = (int)rig_env("RIG_RETRY_MS", 20);
	conf.spool_max = rig_env("RIG_SPOOL_MAX", conf.spool_max);
	conf.groups = rig_env("RIG_GROUPS", 1);
	conf.share = rig_env("RIG_SHARE", 1);
	return hserve_main(argv[3], argv[2], &conf);
}

static inline struct rig_call *rig_note(struct rig *r, enum rig_kind kind, const char *token)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 64;
		r->calls = realloc(r->calls, r->cap * sizeof(*r->calls));
	}
	struct rig_call *c = &r->calls[r->n++];
	*c = (struct rig_call){ .kind = kind };
	snprintf(c->token, sizeof(c->token), "%s", token);
	return c;
}

#define RIG_STATUS_CALL(name, kind)                                             \
	static inline void name(void *ctx, const struct holder_status *st)      \
	{                                                                       \
		rig_note(ctx, kind, st->token)->st = *st;                       \
	}
#define RIG_TOKEN_CALL(name, kind)                                              \
	static inline void name(void *ctx, const char *token)                   \
	{                                                                       \
		rig_note(ctx, kind, token);                                     \
	}

RIG_STATUS_CALL(rig_prepared, RIG_PREPARED)
RIG_STATUS_CALL(rig_running, RIG_RUNNING)
RIG_STATUS_CALL(rig_ended, RIG_ENDED)
RIG_TOKEN_CALL(rig_output, RIG_OUTPUT)
RIG_TOKEN_CALL(rig_unblocked, RIG_UNBLOCKED)

static inline void rig_refused(void *ctx, const char *token, int sys, const char *why)
{
	struct rig_call *c = rig_note(ctx, RIG_REFUSED, token);
	c->number = sys;
	snprintf(c->text, sizeof(c->text), "%s", why);
}

static inline void rig_stuck(void *ctx, const char *token, const char *who)
{
	struct rig_call *c = rig_note(ctx, RIG_STUCK, token);
	snprintf(c->text, sizeof(c->text), "%s", who);
}

static inline void rig_blocked(void *ctx, const char *token, int sys)
{
	rig_note(ctx, RIG_BLOCKED, token)->number = sys;
}

static inline void rig_deaf(void *ctx, const char *token, size_t n)
{
	rig_note(ctx, RIG_DEAF, token)->number = (int)n;
}

static inline void rig_gone(void *ctx)
{
	rig_note(ctx, RIG_GONE, "");
}

static inline void rig_current(void *ctx)
{
	rig_note(ctx, RIG_CURRENT, "");
}

static inline int rig_try_connect(struct rig *r)
{
	struct holder_calls calls = {
		.ctx = r,
		.prepared = rig_prepared,
		.refused = rig_refused,
		.running = rig_running,
		.ended = rig_ended,
		.output = rig_output,
		.stuck = rig_stuck,
		.gone = rig_gone,
		.current = rig_current,
		.blocked = rig_blocked,
		.unblocked = rig_unblocked,
		.deaf = rig_deaf,
	};
	r->loop = loop_new();
	return holder_connect(r->loop, r->folder, "R1", &calls, &r->h, &r->err);
}

static inline void rig_connect(struct rig *r)
{
	if (rig_try_connect(r))
		fail_msg("connect: %s", r->err.text);
}

/* The keeper's end goes, as when it was killed. What was noted stays. */
static inline void rig_disconnect(struct rig *r)
{
	holder_disconnect(r->h);
	loop_free(r->loop);
	r->h = NULL;
	r->loop = NULL;
}

static inline void rig_forget_calls(struct rig *r)
{
	r->n = 0;
}

static inline void rig_init_at(struct rig *r, const char *template)
{
	*r = (struct rig){ 0 };
	snprintf(r->folder, sizeof(r->folder), "%s", template);
	assert_non_null(mkdtemp(r->folder));
}

static inline void rig_init(struct rig *r)
{
	rig_init_at(r, "/tmp/bs-holder.XXXXXX");
}

static inline const struct rig_call *rig_find(const struct rig *r, enum rig_kind kind,
					      const char *token)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->calls[i].kind == kind && !strcmp(r->calls[i].token, token))
			return &r->calls[i];
	return NULL;
}

static inline size_t rig_count(const struct rig *r, enum rig_kind kind)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++)
		n += r->calls[i].kind == kind;
	return n;
}

static inline int64_t rig_now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Waits for a condition; the loop runs meanwhile. */
#define RIG_UNTIL(r, condition)                                                         \
	do {                                                                            \
		int64_t until_ = rig_now_ms() + RIG_WAIT_MS;                            \
		while (!(condition)) {                                                  \
			if (rig_now_ms() > until_)                                      \
				fail_msg("never came: %s", #condition);                 \
			assert_int_equal(loop_run_once((r)->loop, 20, NULL), 0);        \
		}                                                                       \
	} while (0)

/* The same where there is no connection. */
#define RIG_OBSERVE(condition)                                                          \
	do {                                                                            \
		int64_t until_ = rig_now_ms() + RIG_WAIT_MS;                            \
		while (!(condition)) {                                                  \
			if (rig_now_ms() > until_)                                      \
				fail_msg("never came: %s", #condition);                 \
			sched_yield();                                                  \
		}                                                                       \
	} while (0)

static inline const struct holder_status *rig_wait(struct rig *r, enum rig_kind kind,
						   const char *token)
{
	RIG_UNTIL(r, rig_find(r, kind, token));
	return &rig_find(r, kind, token)->st;
}

static const char *const rig_plain_env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C", NULL };

/* A specification of `sh -c script`. */
static inline struct holder_spec rig_sh(const char *token, const char *const argv[4])
{
	return (struct holder_spec){ .token = token, .argv = argv, .env = rig_plain_env };
}

#define SH(script) ((const char *const[4]){ "sh", "-c", (script), NULL })

static inline void rig_prepare(struct rig *r, const struct holder_spec *spec)
{
	if (holder_prepare(r->h, spec, &r->err))
		fail_msg("prepare: %s", r->err.text);
	RIG_UNTIL(r, rig_find(r, RIG_PREPARED, spec->token) ||
			     rig_find(r, RIG_REFUSED, spec->token));
	const struct rig_call *no = rig_find(r, RIG_REFUSED, spec->token);
	if (no)
		fail_msg("refused: %s", no->text);
}

static inline void rig_start_spec(struct rig *r, const struct holder_spec *spec)
{
	rig_prepare(r, spec);
	assert_int_equal(holder_go(r->h, spec->token, NULL), 0);
}

static inline void rig_start(struct rig *r, const char *token, const char *script)
{
	struct holder_spec spec = rig_sh(token, SH(script));
	rig_start_spec(r, &spec);
}

/* Runs it to its end. */
static inline const struct holder_status *rig_run(struct rig *r, const char *token,
						  const char *script)
{
	rig_start(r, token, script);
	return rig_wait(r, RIG_ENDED, token);
}

/* What a stream's spool holds; the caller's to free with buf_release. */
static inline struct buf rig_spool(const struct rig *r, const char *token, int stream)
{
	struct buf out = BUF_INIT;
	char *path = holder_spool_path(r->folder, token, stream);
	(void)fsio_read(path, (size_t)1 << 30, &out, NULL);
	free(path);
	return out;
}

static inline bool rig_spool_exists(const struct rig *r, const char *token, int stream)
{
	char *path = holder_spool_path(r->folder, token, stream);
	bool there = !access(path, F_OK);
	free(path);
	return there;
}

static inline bool rig_spool_has(const struct rig *r, const char *token, int stream,
				 const char *text)
{
	struct buf b = rig_spool(r, token, stream);
	bool has = strstr(buf_str(&b), text);
	buf_release(&b);
	return has;
}

static inline void rig_assert_spool(const struct rig *r, const char *token, int stream,
				    const char *text)
{
	struct buf b = rig_spool(r, token, stream);
	assert_string_equal(buf_str(&b), text);
	buf_release(&b);
}

static inline int rig_with(void **state)
{
	(void)state;
	rig_set("RIG_GROUPS", 1);
	rig_set("RIG_SHARE", 1);
	return 0;
}

static inline int rig_without(void **state)
{
	(void)state;
	rig_set("RIG_GROUPS", 0);
	rig_set("RIG_SHARE", 0);
	return 0;
}

/* Runs the tests, then all again without what not every machine has: groups, shared memory. */
static inline int rig_twice(const struct CMUnitTest *list, size_t n)
{
	struct CMUnitTest *both = calloc(2 * n, sizeof(*both));
	char (*names)[200] = calloc(n, sizeof(*names));
	for (size_t i = 0; i < n; i++) {
		both[i] = both[n + i] = list[i];
		both[i].setup_func = rig_with;
		both[n + i].setup_func = rig_without;
		snprintf(names[i], sizeof(names[i]), "%s, with less", list[i].name);
		both[n + i].name = names[i];
	}
	int failed = _cmocka_run_group_tests("holder", both, 2 * n, NULL, NULL);
	free(both);
	free(names);
	return failed;
}

struct rig_last {
	const char *token;
	struct holder_status st;
	int lines;
};

static inline int rig_last_word(void *ctx, const struct holder_status *st)
{
	struct rig_last *l = ctx;
	if (!strcmp(st->token, l->token)) {
		l->st = *st;
		l->lines++;
	}
	return 0;
}

/* The last word of the status file. */
static inline struct rig_last rig_status(const struct rig *r, const char *token)
{
	struct rig_last l = { .token = token, .st = { .fate = HOLDER_FATE_INVALID } };
	assert_int_equal(holder_read_status(r->folder, rig_last_word, &l, NULL), 0);
	return l;
}

/* The number in a file that a script wrote ("echo $$ > pid"); 0 while there is none. */
static inline long rig_number(const struct rig *r, const char *name)
{
	struct buf b = BUF_INIT;
	char *path = fsio_join(r->folder, name);
	long n = fsio_read(path, 4096, &b, NULL) || !strchr(buf_str(&b), '\n') ?
			 0 : strtol(buf_str(&b), NULL, 10);
	free(path);
	buf_release(&b);
	return n;
}

static inline bool rig_exists(const struct rig *r, const char *name)
{
	char *path = fsio_join(r->folder, name);
	bool there = !access(path, F_OK);
	free(path);
	return there;
}

static inline void rig_touch(const struct rig *r, const char *name)
{
	char *path = fsio_join(r->folder, name);
	assert_int_equal(fsio_replace(path, "\n", 1, 0600, false, NULL), 0);
	free(path);
}

/* Running, not a zombie. */
static inline bool rig_lives(long pid)
{
	char path[64], text[512];
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	char *end = strrchr(text, ')');
	return end && end[2] != 'Z' && end[2] != 'X';
}

/* CPU time that a process has had. */
static inline long rig_cpu_ms(pid_t pid)
{
	char path[64];
	struct buf b = BUF_INIT;
	unsigned long user = 0, sys = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	assert_int_equal(fsio_read(path, 4096, &b, NULL), 0);
	const char *s = strrchr(buf_str(&b), ')');
	assert_int_equal(sscanf(s + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
				&user, &sys), 2);
	buf_release(&b);
	return (long)((user + sys) * 1000 / (unsigned long)sysconf(_SC_CLK_TCK));
}

static inline bool rig_is_named(long pid, const char *name)
{
	char path[64];
	struct buf b = BUF_INIT;
	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	bool is = !fsio_read(path, 64, &b, NULL) && !strncmp(buf_str(&b), name, strlen(name)) &&
		  b.len == strlen(name) + 1;
	buf_release(&b);
	return is;
}

static inline bool rig_holder_lives(const struct rig *r)
{
	return rig_exists(r, "holder.sock");
}

/* Ends the holder (its commands must have ended) and removes the folder. */
static inline void rig_end(struct rig *r)
{
	if (r->h) {
		holder_quit(r->h, NULL);
		RIG_UNTIL(r, rig_find(r, RIG_GONE, ""));
		rig_disconnect(r);
	}
	RIG_OBSERVE(!rig_holder_lives(r));
	assert_int_equal(fsio_remove_tree(r->folder, NULL), 0);
	free(r->calls);
	*r = (struct rig){ 0 };
}

#endif
