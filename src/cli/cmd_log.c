/* log and status: what is on record of a run, and where that leaves it. Rows only: no keeper is
 * started for it, and a crashed run stays as it is. */
#include <stdlib.h>
#include <unistd.h>

#include "at_run.h"
#include "board.h"
#include "buf.h"
#include "client.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "json.h"
#include "keeper.h"
#include "kind.h"
#include "runbook.h"
#include "state.h"
#include "verbs.h"
#include "view.h"

struct logging {
	struct client *c;
	bool json;
	struct buf out;
	int64_t last; /* printed */
	bool gone;    /* nobody reads standard output any more */
};

/* Each line by itself says that it is of a drill: lines are cut out and sent around. */
static void log_json(struct buf *out, bool drill, const struct event *ev)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	if (drill)
		jw_bool(&w, "drill", true);
	jw_int(&w, "seq", ev->seq);
	cli_time(&w, "at", ev->at.wall);
	jw_str(&w, "kind", word_of(WORDS_EVENT, ev->kind));
	jw_str(&w, "step", ev->step);
	jw_int(&w, "attempt", ev->attempt);
	jw_str(&w, "actor", ev->actor.id);
	jw_str(&w, "how", ev->actor.how);
	jw_raw(&w, "body", ev->body);
	jw_end_obj(&w);
}

static void log_text(struct buf *out, const struct view *v, const struct event *ev)
{
	bool drill = view_state(v)->mode == MODE_DRILL;

	buf_addf(out, "%s%6lld  ", drill ? "DRILL " : "", (long long)ev->seq);
	clock_utc(out, ev->at.wall, 0);
	buf_adds(out, "  ");
	if (view_event_line(out, v, ev) == VIEW_LOUD)
		buf_adds(out, "  (!)");
}

static void flush(struct logging *l)
{
	if (l->out.len && fsio_write_all(STDOUT_FILENO, l->out.data, l->out.len, NULL))
		l->gone = true;
	buf_clear(&l->out);
}

static int log_row(void *ctx, struct view *v, const struct event *ev)
{
	struct logging *l = ctx;

	if (ev->seq <= l->last)
		return 0;
	if (l->json)
		log_json(&l->out, view_state(v)->mode == MODE_DRILL, ev);
	else
		log_text(&l->out, v, ev);
	buf_addc(&l->out, '\n');
	l->last = ev->seq;
	if (l->out.len > 1 << 16)
		flush(l);
	return l->gone ? ERR_CANCEL : 0;
}

static void log_fresh(void *ctx, const struct event *ev, bool past)
{
	struct logging *l = ctx;

	if (!past && l->c)
		log_row(l, client_view(l->c), ev);
}

static bool log_ended(void *ctx)
{
	struct logging *l = ctx;

	flush(l);
	return l->gone || view_state(client_view(l->c))->phase == RUN_CLOSED;
}

int cmd_log(const struct opts *o, char **args, int n)
{
	struct logging l = { .json = o->json };
	struct client_calls calls = { .ctx = &l, .event = log_fresh };
	struct client_opts c = { .look = true };
	struct at_run at;
	struct err err = { 0 };
	int r = 0, status = at_run_find(o, n ? args[0] : NULL, &at);

	c.journal = at.journal;
	c.run = at.run;
	if (status == CLI_OK)
		r = client_open(&c, &calls, &l.c, &err);
	if (status == CLI_OK && r == 0)
		r = client_replay(l.c, log_row, &l, &err);
	flush(&l);
	if (status == CLI_OK && r == 0 && o->follow)
		r = client_wait(l.c, log_ended, &l, -1, &err);
	if (r && !l.gone)
		status = cli_fail(&err);
	client_close(l.c);
	buf_release(&l.out);
	at_run_release(&at);
	return l.gone ? CLI_ENDED : status;
}

/* --- status
 * ------------------------------------------------------------------------------------- */

static void debts_json(struct jsonw *w, const struct state *s)
{
	jw_arr(w, "still_down");
	for (size_t i = 0; i < s->n_debts; i++)
		if (!s->debts[i].paid && !s->debts[i].voided)
			jw_str(w, NULL, s->debts[i].key);
	jw_end_arr(w);
}

static void status_json(struct buf *out, const struct view *v, const char *run)
{
	const struct state *s = view_state(v);
	struct jsonw w = { .out = out };
	struct view_figures f;

	view_figures(v, clock_now(), &f);
	jw_obj(&w, NULL);
	jw_str(&w, "run", run);
	jw_str(&w, "title", s->title);
	jw_str(&w, "mode", word_of(WORDS_MODE, s->mode));
	jw_bool(&w, "open", s->phase != RUN_CLOSED);
	jw_str(&w, "verdict", s->phase == RUN_CLOSED ? s->verdict : NULL);
	jw_bool(&w, "success", view_recovered(v));
	jw_int(&w, "elapsed_ms", f.elapsed_ms);
	if (f.has_rto)
		jw_int(&w, "rto_ms", s->rto_ms);
	else
		jw_null(&w, "rto_ms");
	jw_str(&w, "at", f.now ? f.now->key : NULL);
	jw_int(&w, "place", (int64_t)f.place);
	jw_int(&w, "of", (int64_t)f.of);
	jw_int(&w, "done", (int64_t)f.done);
	jw_int(&w, "skipped", (int64_t)f.skipped);
	jw_int(&w, "deferred", (int64_t)f.deferred);
	jw_int(&w, "failed", (int64_t)f.failed);
	jw_int(&w, "running", (int64_t)f.running);
	debts_json(&w, s);
	jw_int(&w, "events", s->seq);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

static void status_text(struct buf *out, const struct view *v, const struct at_run *at)
{
	const struct state *s = view_state(v);
	char *sheet;

	view_header(out, v, clock_now());
	buf_adds(out, "\n\n");
	if (s->phase == RUN_CLOSED) {
		view_ending(out, v);
		return;
	}
	view_where(out, v, clock_now());
	board_text(out, s, clock_now(), NULL, 0);
	sheet = keeper_sheet_path(at->journal, at->run);
	buf_adds(out, "\nThe same as a file: ");
	cli_safe(out, sheet);
	buf_addc(out, '\n');
	free(sheet);
}

/* What the keeper wrote down last, for when the record itself cannot be read. */
static int sheet_only(const struct at_run *at, struct buf *out)
{
	char *path = keeper_sheet_path(at->journal, at->run);
	int r = at->run[0] ? fsio_read(path, 1 << 20, out, NULL) : -1;

	if (r == 0)
		cli_say("this is the status sheet, as it was written last: %s", path);
	free(path);
	return r;
}

int cmd_status(const struct opts *o, char **args, int n)
{
	struct client_opts c = { .look = true };
	struct client *client = NULL;
	struct at_run at;
	struct err err = { 0 };
	struct buf out = BUF_INIT;
	int status = at_run_find(o, n ? args[0] : NULL, &at);

	c.journal = at.journal;
	c.run = at.run;
	if (status == CLI_OK && client_open(&c, NULL, &client, &err)) {
		status = cli_fail(&err);
		if (!o->json)
			sheet_only(&at, &out);
	} else if (status == CLI_OK && o->json) {
		status_json(&out, client_view(client), at.run);
	} else if (status == CLI_OK) {
		status_text(&out, client_view(client), &at);
	}
	client_close(client);
	at_run_release(&at);
	return cli_put(&out, status);
}
