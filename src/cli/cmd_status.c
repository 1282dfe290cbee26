/* status: where a run stands. Rows only: no keeper is started for it, and a crashed run stays as it
 * is. */
#include <stdlib.h>

#include "at_run.h"
#include "board.h"
#include "buf.h"
#include "client.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "json.h"
#include "keeper.h"
#include "kind.h"
#include "state.h"
#include "verbs.h"
#include "view.h"

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
