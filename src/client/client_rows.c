/* Rows in: the journal read forward and folded, the bytes of commands. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "client_past.h"
#include "clientint.h"
#include "err.h"
#include "mem.h"
#include "removal.h"

/* Rows at most in one step, so that a person's keys are looked at in between. */
enum { ROWS_A_STEP = 2000 };

bool client_rows_closed(const struct client *c)
{
	return view_state(c->view)->phase == RUN_CLOSED;
}

static int fold_row(void *ctx, const struct event *ev)
{
	struct client *c = ctx;

	c->fail = view_apply(c->view, ev, c->fail_err);
	if (c->fail)
		return c->fail;
	if (c->calls.event)
		c->calls.event(c->calls.ctx, ev, c->past && !c->fresh);
	return 0;
}

int client_rows_read(struct client *c, struct err *err)
{
	const struct state *s = view_state(c->view);
	int64_t before = s->seq;
	int rc;

	c->fail = 0;
	c->fail_err = err;
	rc = journal_each(c->journal, c->run, before, c->past ? 0 : ROWS_A_STEP, fold_row, c, err);
	c->fail_err = NULL;
	c->read_at = client_now();
	c->busy = rc == ERR_BUSY;
	c->more = c->busy || s->seq - before >= ROWS_A_STEP;
	return rc == ERR_BUSY && !c->fail ? 0 : rc;
}

static int open_journal(struct client *c, const char *path, struct err *err)
{
	struct journal *j = NULL;
	int rc;

	for (int i = 0; i < 50; i++) {
		rc = journal_open(path, JOURNAL_READ, &j, err);
		if (rc != ERR_BUSY)
			break;
		poll(NULL, 0, 20); /* another program has it for a moment */
	}
	if (rc)
		return rc;
	output_close(c->output);
	c->output = NULL;
	journal_close(c->journal);
	c->journal = j;
	if (c->path != path) {
		free(c->path);
		c->path = mem_dup(path);
	}
	return 0;
}

struct sought {
	const char *run;
	bool open;
};

static int find_run(void *ctx, const struct run_row *row)
{
	struct sought *s = ctx;

	if (strcmp(row->run, s->run))
		return 0;
	s->open = !row->verdict;
	return 1;
}

int client_rows_open(struct client *c, struct err *err)
{
	struct sought sought = { .run = c->run };
	int rc = open_journal(c, c->path, err);

	if (!rc)
		journal_runs(c->journal, find_run, &sought, NULL);
	if (sought.open && !c->look)
		client_link_early(c);
	if (!rc)
		rc = client_book_load(c, err);
	if (rc)
		return rc;
	c->view = view_new(c->book, client_book_called, c);
	if (c->unread)
		return 0;
	c->past = true;
	do
		rc = client_rows_read(c, err);
	while (!rc && c->more);
	c->past = false;
	if (!rc && view_state(c->view)->seq == 0)
		rc = err_set(err, ERR_NOTFOUND, "no run %s in %s", c->run, c->path);
	return rc;
}

struct replay {
	struct view *view;
	int (*fn)(void *ctx, struct view *v, const struct event *ev);
	void *ctx;
	struct err *err;
};

static int replay_row(void *ctx, const struct event *ev)
{
	struct replay *r = ctx;
	int rc = view_apply(r->view, ev, r->err);

	return rc ? rc : r->fn(r->ctx, r->view, ev);
}

int client_replay(struct client *c,
		  int (*fn)(void *ctx, struct view *v, const struct event *ev), void *ctx,
		  struct err *err)
{
	struct replay r = { view_new(c->book, client_book_called, c), fn, ctx, err };
	int rc;

	do
		rc = journal_each(c->journal, c->run, view_state(r.view)->seq, 0, replay_row, &r,
				  err);
	while (rc == ERR_BUSY && poll(NULL, 0, 20) == 0);
	view_free(r.view);
	return rc;
}

int client_rows_move(struct client *c, const char *path, struct err *err)
{
	int rc = open_journal(c, path, err);

	if (!rc) {
		free(c->home); /* its keeper is found there from now on */
		c->home = mem_dup(path);
	}
	c->more = true;
	return rc;
}

void client_rows_close(struct client *c)
{
	view_free(c->view);
	output_close(c->output);
	free(c->pruned);
	free(c->redacted);
	journal_close(c->journal);
	client_book_free(c);
}

const char *client_pruned(struct client *c)
{
	struct removal_standing s;
	struct buf b = BUF_INIT;

	if (!c->pruned && c->journal && removal_stands(c->journal, c->run, &s, NULL) == 0) {
		if (s.pruned) {
			removal_say(&b, &s.prune);
			c->pruned = buf_take(&b);
		}
		removal_standing_release(&s);
	}
	return c->pruned;
}

static int see_redaction(void *ctx, const struct removal *r)
{
	struct client *c = ctx;
	struct removal_act act = { r->wall, (char *)(uintptr_t)r->who, (char *)(uintptr_t)r->why };
	struct buf b = BUF_INIT;

	if (r->what != REMOVAL_REDACTED || !r->outputs[0])
		return 0;
	removal_say(&b, &act);
	free(c->redacted);
	c->redacted = buf_take(&b);
	return 0;
}

const char *client_redacted(struct client *c)
{
	if (!c->redacted && c->journal)
		(void)removal_each(c->journal, c->run, see_redaction, c, NULL);
	return c->redacted;
}

static int read_output(struct client *c, const char *token, int stream, int64_t from, size_t n,
		       struct buf *out, struct err *err)
{
	int rc = 0;

	if (!c->output && client_pruned(c))
		return err_set(err, ERR_NOTFOUND, "the output was pruned %s", c->pruned);
	if (!c->output)
		rc = output_open(c->journal, c->run, false, &c->output, err);
	return rc ? rc : output_read(c->output, token, stream, from, n, out, err);
}

int client_output(struct client *c, const char *token, int stream, int64_t from, size_t n,
		  struct buf *out, int64_t *ret_next, struct err *err)
{
	size_t before = out->len;
	int rc = read_output(c, token, stream, from, n, out, err);

	if (rc == ERR_NOTFOUND || rc == ERR_BUSY)
		rc = 0; /* not there yet */
	if (!rc)
		*ret_next = from + (int64_t)(out->len - before);
	return rc;
}

int client_output_kept(struct client *c, const char *token, int stream, int64_t from, size_t n,
		       struct buf *out, struct err *err)
{
	size_t before = out->len;
	int rc = ERR_BUSY;

	for (int i = 0; rc == ERR_BUSY && i < 250; i++) {
		if (i)
			poll(NULL, 0, 20);
		buf_cut(out, before);
		rc = read_output(c, token, stream, from, n, out, err);
	}
	if (rc == ERR_NOTFOUND && out->len > before)
		rc = 0;
	if (!rc && n && out->len == before)
		rc = client_pruned(c) ?
			err_set(err, ERR_NOTFOUND, "the output was pruned %s", c->pruned) :
			client_redacted(c) ?
			err_set(err, ERR_NOTFOUND, "the output was redacted %s", c->redacted) :
			err_set(err, ERR_NOTFOUND, "the output is not on record");
	return rc;
}
