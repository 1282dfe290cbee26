/* A run on the bench: a real keeper and a real holder, a client that speaks frames, and the
 * journal to look at.
 *
 * The test program is its own keeper and holder: its main hands everything to kr_main. Runs are
 * blank (no runbook), commands come by VERB_EXEC. Header only.
 */
#ifndef TESTS_KEEPER_RIG_H
#define TESTS_KEEPER_RIG_H

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "chan.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "holder.h"
#include "intent.h"
#include "journal.h"
#include "json.h"
#include "keeper.h"
#include "mem.h"
#include "str.h"

enum { KR_WAIT_MS = 60000 };

struct kr {
	char dir[64];
	char *journal;
	char run[JOURNAL_RUN_ID_MAX];
	char client[40];
	int fd;            /* -1: not attached */
	int n_ids;
	int64_t woken;     /* highest wake */
	bool trouble;      /* last word about it */
	char *trouble_why, *moved, *refused;
	struct buf hello;  /* the last one */
	struct answer {
		char id[40], why[256];
		bool accepted;
		int64_t seq;
	} answers[64];     /* not asked for yet */
	size_t n_answers;
	struct err err;
};

static inline int kr_main(int argc, char **argv, int (*tests)(void))
{
	if (argc > 2 && !strcmp(argv[1], "keeper"))
		return keeper_verb(argc - 1, argv + 1);
	if (argc == 4 && !strcmp(argv[1], "holder"))
		return holder_main(argv[3], argv[2]);
	return tests();
}

static inline int64_t kr_ms(void)
{
	return clock_now().boot / 1000000;
}

/* --- the run ---------------------------------------------------------------------------------- */

static inline void kr_open_as(struct kr *r, enum run_mode mode, enum drill_way way)
{
	*r = (struct kr){ .fd = -1 };
	str_clip(r->dir, sizeof(r->dir), "/tmp/bs-keeper.XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	r->journal = mem_printf("%s/journal.db", r->dir);
	str_clip(r->client, sizeof(r->client), "client-1");
	struct keeper_run run = {
		.journal = r->journal,
		.title = "what is wrong",
		.mode = mode,
		.way = way,
		.actor = { .id = "ana", .how = "login" },
	};
	if (keeper_open_run(&run, r->run, &r->err))
		fail_msg("%s", r->err.text);
}

static inline void kr_open(struct kr *r)
{
	kr_open_as(r, MODE_REAL, DRILL_LAB);
}

static inline void kr_ensure(struct kr *r)
{
	if (keeper_ensure(r->journal, r->run, NULL, 0, &r->err))
		fail_msg("%s", r->err.text);
}

static inline void kr_detach(struct kr *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* The pid of a process of this run by its name in ps, or 0. */
static inline pid_t kr_pid(const struct kr *r, const char *who)
{
	DIR *d = opendir("/proc");
	pid_t found = 0;
	for (struct dirent *e; d && !found && (e = readdir(d));) {
		char path[300], args[512] = "";
		snprintf(path, sizeof(path), "/proc/%.20s/cmdline", e->d_name);
		int fd = open(path, O_RDONLY);
		ssize_t n = fd >= 0 ? read(fd, args, sizeof(args) - 1) : 0;
		if (fd >= 0)
			close(fd);
		const char *second = args + strlen(args) + 1;
		if (n <= 0 || strcmp(args, "blackstart") || strcmp(second, who))
			continue;
		if (!strcmp(second + strlen(second) + 1, r->run))
			found = (pid_t)strtol(e->d_name, NULL, 10);
	}
	if (d)
		closedir(d);
	return found;
}

/* Dead: gone, or waiting for a parent that takes its time. */
static inline bool kr_dead(pid_t pid)
{
	char path[64], text[256] = "";
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;
	if (fd >= 0)
		close(fd);
	const char *state = n > 0 ? strrchr(text, ')') : NULL;
	return !state || state[2] == 'Z' || state[2] == 'X';
}

static inline void kr_kill(const struct kr *r, const char *who, int sig)
{
	int64_t until = kr_ms() + KR_WAIT_MS;
	pid_t pid = kr_pid(r, who);
	if (!pid)
		return;
	kill(pid, sig);
	while (!kr_dead(pid) && kr_ms() < until)
		poll(NULL, 0, 1);
}

/* Kills what was started for this run and is still there: it has the run in its environment. */
static inline void kr_kill_commands(const struct kr *r)
{
	char *want = mem_printf("BLACKSTART_RUN=%s", r->run);
	DIR *d = opendir("/proc");
	for (struct dirent *e; d && (e = readdir(d));) {
		struct buf env = BUF_INIT;
		char path[300], part[4096];
		ssize_t n;
		snprintf(path, sizeof(path), "/proc/%.20s/environ", e->d_name);
		int fd = open(path, O_RDONLY);
		while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0)
			buf_add(&env, part, (size_t)n);
		if (fd >= 0)
			close(fd);
		if (env.len && memmem(env.data, env.len, want, strlen(want) + 1))
			kill((pid_t)strtol(e->d_name, NULL, 10), SIGKILL);
		buf_release(&env);
	}
	if (d)
		closedir(d);
	free(want);
}

static inline void kr_close(struct kr *r)
{
	kr_detach(r);
	kr_kill(r, "keeper", SIGKILL);
	kr_kill(r, "holder", SIGKILL);
	kr_kill_commands(r);
	if (getenv("KEEP"))
		printf("# kept: %s\n", r->dir);
	else
		fsio_remove_tree(r->dir, NULL);
	free(r->journal);
	free(r->trouble_why);
	free(r->moved);
	free(r->refused);
	buf_release(&r->hello);
}

/* --- frames ----------------------------------------------------------------------------------- */

static inline void kr_set(char **to, const char *text)
{
	free(*to);
	*to = mem_dup(text);
}

static inline void kr_take(struct kr *r, const struct buf *frame)
{
	struct json *doc = NULL;
	const struct json *v;
	assert_int_equal(json_parse(frame->data, frame->len, &doc, &r->err), 0);
	if (json_get(doc, "wake"))
		r->woken = json_int(doc, "wake", 0);
	if (json_get(doc, "trouble")) {
		v = json_get(doc, "trouble");
		r->trouble = !json_is_null(v);
		kr_set(&r->trouble_why, json_str(v, "why"));
	}
	if (json_get(doc, "moved"))
		kr_set(&r->moved, json_str(doc, "moved"));
	if (json_get(doc, "refused"))
		kr_set(&r->refused, json_str(json_get(doc, "refused"), "why"));
	if (json_get(doc, "hello")) {
		buf_clear(&r->hello);
		json_dump(&r->hello, json_get(doc, "hello"));
	}
	if ((v = json_get(doc, "answer"))) {
		struct answer *a = &r->answers[r->n_answers % COUNT_OF(r->answers)];
		*a = (struct answer){ .accepted = json_bool(v, "accepted", false),
				      .seq = json_int(v, "seq", 0) };
		str_clip(a->id, sizeof(a->id), json_str(v, "id"));
		str_clip(a->why, sizeof(a->why), json_str(v, "why") ? json_str(v, "why") : "");
		r->n_answers++;
	}
	json_free(doc);
}

/* Takes one frame, waiting at most ms. False: none came; the connection may be gone (fd -1). */
static inline bool kr_frame(struct kr *r, int ms)
{
	struct buf frame = BUF_INIT;
	int rc = r->fd < 0 ? ERR_NOTFOUND : chan_read(r->fd, &frame, NULL, ms, &r->err);
	if (rc == 0)
		kr_take(r, &frame);
	else if (rc != ERR_CANCEL)
		kr_detach(r);
	buf_release(&frame);
	return rc == 0;
}

static inline void kr_say(struct kr *r, const char *json)
{
	if (r->fd >= 0 && chan_write(r->fd, json, strlen(json), -1, KR_WAIT_MS, &r->err))
		kr_detach(r);
}

static inline void kr_attach_as(struct kr *r, const char *hello)
{
	kr_detach(r);
	buf_clear(&r->hello);
	kr_set(&r->refused, NULL);
	if (keeper_connect(r->journal, r->run, &r->fd, &r->err))
		fail_msg("%s", r->err.text);
	kr_say(r, hello);
	while (!r->hello.len && !r->refused && kr_frame(r, KR_WAIT_MS))
		;
}

static inline void kr_attach(struct kr *r)
{
	char *hello = mem_printf("{\"hello\":{\"client\":\"%s\",\"name\":\"ana\"}}", r->client);
	kr_attach_as(r, hello);
	free(hello);
	assert_true(r->hello.len > 0);
}

/* Sends an intent; id may be given again for a repeat. Returns its id, in static memory of the
 * rig. */
static inline void kr_send(struct kr *r, struct intent *it, char id[40])
{
	struct buf out = BUF_INIT;
	if (!id[0])
		snprintf(id, 40, "i%d", ++r->n_ids);
	str_clip(it->client, sizeof(it->client), r->client);
	str_clip(it->id, sizeof(it->id), id);
	intent_encode(&out, it);
	kr_say(r, buf_str(&out));
	buf_release(&out);
}

/* The answer to id, or NULL when the connection ended before it came. */
static inline const struct answer *kr_answer(struct kr *r, const char *id)
{
	int64_t until = kr_ms() + KR_WAIT_MS;
	for (;;) {
		size_t i = r->n_answers;
		while (i-- > 0 && i + COUNT_OF(r->answers) >= r->n_answers) {
			const struct answer *a = &r->answers[i % COUNT_OF(r->answers)];
			if (!strcmp(a->id, id))
				return a;
		}
		if (r->fd < 0 || kr_ms() > until)
			return NULL;
		kr_frame(r, 100);
	}
}

static inline const struct answer *kr_do(struct kr *r, enum verb verb, const char *text)
{
	struct intent it = { .verb = verb, .text = (char *)(uintptr_t)text,
			     .reason = (char *)(uintptr_t)"because" };
	char id[40] = "";
	kr_send(r, &it, id);
	return kr_answer(r, id);
}

/* --- the record
 * --------------------------------------------------------------------------------- */

struct kr_look {
	enum event_kind kind;
	const char *needle; /* in the body, or NULL */
	int n;
	int64_t last;
	struct buf body;    /* of the last that fits */
};

static inline int kr_look_one(void *ctx, const struct event *ev)
{
	struct kr_look *l = ctx;
	if (ev->kind != l->kind || (l->needle && !strstr(ev->body, l->needle)))
		return 0;
	l->n++;
	l->last = ev->seq;
	buf_clear(&l->body);
	buf_add(&l->body, ev->body, ev->body_len);
	return 0;
}

static inline int kr_count_in(const char *journal, struct kr *r, enum event_kind kind,
			      const char *needle, struct buf *ret_body)
{
	struct kr_look l = { .kind = kind, .needle = needle };
	struct journal *j = NULL;
	int rc;
	while ((rc = journal_open(journal, JOURNAL_READ, &j, &r->err)) == ERR_BUSY)
		;
	if (rc || journal_each(j, r->run, 0, 0, kr_look_one, &l, &r->err))
		fail_msg("%s", r->err.text);
	journal_close(j);
	if (ret_body) {
		buf_clear(ret_body);
		buf_adds(ret_body, buf_str(&l.body));
	}
	buf_release(&l.body);
	return l.n;
}

static inline int kr_count(struct kr *r, enum event_kind kind, const char *needle)
{
	return kr_count_in(r->journal, r, kind, needle, NULL);
}

/* Waits until n events of a kind with `needle` in their body are on record. */
static inline void kr_wait_event(struct kr *r, enum event_kind kind, const char *needle, int n)
{
	int64_t until = kr_ms() + KR_WAIT_MS;
	while (kr_count(r, kind, needle) < n) {
		if (kr_ms() > until)
			fail_msg("never on record: %s %s", word_of(WORDS_EVENT, kind),
				 needle ? needle : "");
		if (r->fd >= 0)
			kr_frame(r, 20);
		else
			poll(NULL, 0, 5);
	}
}

static inline void kr_wait_file(const char *dir, const char *name)
{
	int64_t until = kr_ms() + KR_WAIT_MS;
	char *path = mem_printf("%s/%s", dir, name);
	while (access(path, F_OK)) {
		if (kr_ms() > until)
			fail_msg("never there: %s", path);
		poll(NULL, 0, 2);
	}
	free(path);
}

/* The record holds together, every chain and every chunk. */
static inline void kr_verify(struct kr *r, const char *journal)
{
	struct verify_result v;
	struct journal *j = NULL;
	int rc;
	while ((rc = journal_open(journal, JOURNAL_READ, &j, &r->err)) == ERR_BUSY)
		;
	if (rc || journal_verify(j, NULL, true, &v, &r->err))
		fail_msg("%s", r->err.text);
	if (!v.whole)
		fail_msg("the record is not whole: %s", v.text);
	journal_close(j);
}

/* What is on record of the stream of the only command whose text holds `needle`. */
static inline void kr_output(struct kr *r, const char *token, enum stream s, struct buf *out)
{
	struct journal *j = NULL;
	struct output *o = NULL;
	int64_t size = 0;
	if (journal_open(r->journal, JOURNAL_READ, &j, &r->err) ||
	    output_open(j, r->run, false, &o, &r->err) ||
	    output_size(o, token, s, &size, &r->err) ||
	    (size && output_read(o, token, s, 0, (size_t)size, out, &r->err)))
		fail_msg("%s", r->err.text);
	output_close(o);
	journal_close(j);
}

#endif
