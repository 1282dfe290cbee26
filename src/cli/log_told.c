/* One run as it is told: every row is folded, so that a step has its name and a command its end;
 * those that fit are put out. */
#include <stdlib.h>

#include "buf.h"
#include "client.h"
#include "err.h"
#include "event.h"
#include "logging.h"
#include "mem.h"
#include "state.h"
#include "verbs.h"
#include "view.h"

enum { WAIT_MS = 1000 };

static int tell(struct logging *l, struct view *v, const struct event *ev)
{
	struct log_row row = { .run = l->runs[0], .ev = ev,
			       .drill = view_state(v)->mode == MODE_DRILL };
	int fits = 1;

	if (ev->seq <= l->last)
		return 0;
	l->last = ev->seq;
	if (l->filtered)
		fits = journal_log_fits(l->log, row.run, ev, &row.line, &row.n_line, l->err);
	if (fits < 1)
		return fits;
	log_line_told(&l->out, &l->style, &row, v);
	if (l->o->reverse) {
		l->ends = mem_grow(l->ends, l->n_ends + 1, sizeof(*l->ends));
		l->ends[l->n_ends++] = l->out.len;
		return 0;
	}
	return logging_wrote(l);
}

static int tell_row(void *ctx, struct view *v, const struct event *ev)
{
	return tell(ctx, v, ev);
}

static void tell_fresh(void *ctx, const struct event *ev, bool past)
{
	struct logging *l = ctx;

	if (!past && l->client && !l->failed && !l->full && !l->gone)
		l->failed = tell(l, client_view(l->client), ev);
}

static bool told_all(void *ctx)
{
	struct logging *l = ctx;

	logging_flush(l);
	return l->gone || l->full || l->failed ||
	       view_state(client_view(l->client))->phase == RUN_CLOSED;
}

/* The last line first. */
static void turn_round(struct logging *l)
{
	struct buf out = BUF_INIT;

	for (size_t i = l->n_ends; i > 0 && (!l->limit || l->lines < l->limit); i--) {
		size_t from = i > 1 ? l->ends[i - 2] : 0;

		buf_add(&out, l->out.data + from, l->ends[i - 1] - from);
		l->lines++;
	}
	buf_release(&l->out);
	l->out = out;
}

/* Ends with no more than a second's wait when nobody reads any more. */
static int follow(struct logging *l, struct err *err)
{
	int r = ERR_CANCEL;

	while (r == ERR_CANCEL && !l->gone) {
		r = client_wait(l->client, told_all, l, WAIT_MS, err);
		if (r == ERR_CANCEL)
			logging_look(l);
		if (r == ERR_CANCEL && !l->gone && logging_there(l, err))
			return ERR_IO;
	}
	return r == ERR_CANCEL ? 0 : r;
}

int logging_told(struct logging *l, struct err *err)
{
	struct client_calls calls = { .ctx = l, .event = tell_fresh };
	struct client_opts c = { .journal = l->path, .run = l->runs[0], .look = true };
	int r = client_open(&c, &calls, &l->client, err);

	l->err = err;
	if (r == 0)
		r = client_replay(l->client, tell_row, l, err);
	if (l->ends)
		turn_round(l);
	logging_flush(l);
	if (r == 0 && l->o->follow)
		r = follow(l, err);
	client_close(l->client);
	free(l->ends);
	return l->full || l->gone ? 0 : r ? r : l->failed;
}
