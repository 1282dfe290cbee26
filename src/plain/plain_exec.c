/* A command typed by hand, on the record of a run: sent, followed, its status passed on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "event.h"
#include "fsio.h"
#include "json.h"
#include "mem.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

enum { OUR_FAILURE = 125, CHUNK = 64 << 10 };

struct exec {
	const struct plain_exec *x;
	struct client *c;
	char id[40];
	bool answered, accepted;
	char *why;
	char *not_started;        /* … after all, and why */
	int64_t seq;
	char token[TOKEN_MAX];
	int64_t at[3];            /* bytes passed on */
	struct strip strip[3];
	bool tty[3];
};

struct to {
	int fd;
};

static void print_line(void *ctx, const char *line)
{
	int fd = ((const struct to *)ctx)->fd;

	fsio_write_all(fd, line, strlen(line), NULL);
	fsio_write_all(fd, "\n", 1, NULL);
}

static void on_answer(void *ctx, const struct client_answer *a)
{
	struct exec *e = ctx;

	if (strcmp(a->id, e->id))
		return;
	e->answered = true;
	e->accepted = a->accepted;
	e->seq = a->seq;
	e->why = mem_dup(a->why);
}

/* The row that answers the intent names the command's token. */
static void on_event(void *ctx, const struct event *ev, bool past)
{
	struct exec *e = ctx;
	struct json *b = NULL;
	char mark[96];

	if (past || ev->kind != EV_NOTE || json_parse(ev->body, ev->body_len, &b, NULL))
		return;
	snprintf(mark, sizeof mark, "%s/%s", client_id(e->c), e->id);
	if (e->token[0] && !e->not_started && str_eq(json_str(b, "what"), "not-started") &&
	    str_eq(json_str(b, "token"), e->token))
		e->not_started = mem_dup(json_str(b, "text"));
	else if (!e->token[0] && str_eq(json_str(b, "for"), mark) && json_str(b, "token"))
		str_clip(e->token, sizeof e->token, json_str(b, "token"));
	json_free(b);
}

static const struct cmd *cmd_of(const struct exec *e)
{
	return e->token[0] ? state_cmd(view_state(client_view(e->c)), e->token) : NULL;
}

static void pass_on(struct exec *e, const struct cmd *c)
{
	for (int s = 0; s < 3; s++) {
		struct to to = { s == 1 ? e->x->errfd : e->x->out };

		while (e->at[s] < c->bytes[s]) {
			struct buf b = BUF_INIT;
			int64_t next = e->at[s];

			client_output(e->c, e->token, s, e->at[s], CHUNK, &b, &next, NULL);
			if (e->tty[s])
				plain_strip_feed(&e->strip[s], buf_str(&b), b.len, print_line, &to);
			else
				fsio_write_all(to.fd, buf_str(&b), b.len, NULL);
			buf_release(&b);
			if (next == e->at[s])
				break;
			e->at[s] = next;
		}
	}
}

static void pass_rest(struct exec *e)
{
	for (int s = 0; s < 3; s++) {
		struct to to = { s == 1 ? e->x->errfd : e->x->out };
		struct buf b = BUF_INIT;

		if (plain_strip_rest(&e->strip[s], &b))
			print_line(&to, buf_str(&b));
		buf_release(&b);
		plain_strip_release(&e->strip[s]);
	}
}

static bool is_over(void *ctx)
{
	struct exec *e = ctx;
	const struct cmd *c = cmd_of(e);

	if (c)
		pass_on(e, c);
	if (e->answered && !e->accepted)
		return true;
	if (e->not_started)
		return true;
	return (c && c->phase != CMD_INTENT && c->phase != CMD_STOPPING) ||
	       view_state(client_view(e->c))->phase == RUN_CLOSED;
}

static int status_of(const struct exec *e, struct err *err)
{
	const struct cmd *c = cmd_of(e);

	if (e->answered && !e->accepted)
		err_set(err, ERR_DENIED, "%s", e->why);
	else if (e->not_started)
		err_set(err, ERR_DENIED, "%s", e->not_started);
	else if (!c)
		err_set(err, ERR_CANCEL, "the run was closed before the command began");
	else if (c->phase == CMD_ENDED)
		return c->signaled ? 128 + c->code : c->code;
	else if (c->phase == CMD_NO_EXEC)
		err_set(err, ERR_IO, "it could not be started: %s", strerror(c->sys));
	else
		err_set(err, ERR_CANCEL, c->phase == CMD_NEVER ? "it never ran"
			: "what became of it is not known");
	return OUR_FAILURE;
}

int plain_exec(const struct plain_exec *x, struct err *err)
{
	struct exec e = { .x = x };
	struct client_opts o = { .journal = x->journal, .run = x->run, .who = x->who,
				 .observer = true };
	struct client_calls calls = { .ctx = &e, .event = on_event, .answer = on_answer };
	struct intent_field terminal = { (char[]){ "terminal" }, (char[]){ "true" } };
	struct intent it = { .verb = VERB_EXEC, .text = (char *)(uintptr_t)x->command,
			     .name = (char *)(uintptr_t)x->environment };
	int status = OUR_FAILURE;

	for (int s = 0; s < 3; s++) {
		e.tty[s] = isatty(s == 1 ? x->errfd : x->out);
		e.strip[s].terminal = s == 2;
	}
	if (x->terminal) {
		it.fields = &terminal;
		it.n_fields = 1;
	}
	if (!client_open(&o, &calls, &e.c, err) && !client_send(e.c, &it, e.id, err) &&
	    !client_wait(e.c, is_over, &e, -1, err))
		status = status_of(&e, err);
	pass_rest(&e);
	client_close(e.c);
	free(e.why);
	free(e.not_started);
	return status;
}
