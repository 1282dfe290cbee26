#include "casting.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "client_past.h"
#include "err.h"
#include "event.h"
#include "fsio.h"
#include "json.h"
#include "report_cast.h"
#include "state.h"
#include "str.h"
#include "verbs.h"
#include "verify.h"
#include "view.h"
#include "vt.h"

enum { ROWS = 24, COLS = 80, READ_BYTES = 64 << 10 };

struct casting {
	struct client *c;
	struct report_cast *cast;
	int64_t until;       /* rows that were there when it was opened */
	const char *wrong;   /* with the record; or NULL */
	struct err *err;

	struct vt *vt;       /* how large a terminal the commands drew for */
	char token[TOKEN_MAX];
	int rows, cols;
	struct buf bytes;
};

/* --- how large -------------------------------------------------------------------------------- */

/* The size of the pane is on no record. What a command put by its place must be on it. */
static void reach(struct casting *k, const char *token, int64_t from, int64_t n)
{
	int rows, cols;

	if (!str_eq(k->token, token)) {
		vt_reset(k->vt);
		str_clip(k->token, sizeof k->token, token);
	}
	while (n > 0) {
		size_t some = n < READ_BYTES ? (size_t)n : READ_BYTES;

		buf_clear(&k->bytes);
		if (client_output_kept(k->c, token, STREAM_TTY, from, some, &k->bytes, NULL))
			break;
		vt_feed(k->vt, k->bytes.data, k->bytes.len);
		n -= (int64_t)k->bytes.len;
		from += (int64_t)k->bytes.len;
	}
	vt_reach(k->vt, &rows, &cols);
	k->rows = rows > k->rows ? rows : k->rows;
	k->cols = cols > k->cols ? cols : k->cols;
}

static int measure_row(void *ctx, struct view *v, const struct event *ev)
{
	struct casting *k = ctx;
	struct json *doc = NULL;

	(void)v;
	if (ev->seq > k->until)
		return ERR_CANCEL;
	if (ev->kind != EV_OUTPUT || json_parse(ev->body, ev->body_len, &doc, NULL))
		return 0;
	if (str_eq(json_str(doc, "stream"), "tty") && !json_bool(doc, "plain", false) &&
	    json_str(doc, "token"))
		reach(k, json_str(doc, "token"), json_int(doc, "from", 0), json_int(doc, "n", 0));
	json_free(doc);
	return 0;
}

/* --- the cast --------------------------------------------------------------------------------- */

static int read_some(void *ctx, const char *token, int stream, int64_t from, size_t n,
		     struct buf *out)
{
	struct casting *k = ctx;
	size_t before = out->len;
	int rc = client_output_kept(k->c, token, stream, from, n, out, NULL);

	if (rc)
		buf_cut(out, before);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int put(void *ctx, const char *p, size_t n, struct err *err)
{
	(void)ctx;
	return fsio_write_all(STDOUT_FILENO, p, n, err);
}

static int cast_row(void *ctx, struct view *v, const struct event *ev)
{
	struct casting *k = ctx;
	int rc = 0;

	if (ev->seq > k->until)
		return ERR_CANCEL;
	rc = report_cast_row(k->cast, v, ev, k->err);
	if (!rc && ev->kind == EV_RUN_OPENED && k->wrong)
		rc = report_cast_mark(k->cast, k->wrong, k->err);
	return rc;
}

static int replay(struct casting *k, int (*fn)(void *, struct view *, const struct event *),
		  struct err *err)
{
	int rc = client_replay(k->c, fn, k, err);

	return rc == ERR_CANCEL ? 0 : rc;
}

static int cast(struct casting *k, int64_t *ret_missing, struct err *err)
{
	struct report_cast_opts o = { .read = read_some, .put = put, .ctx = k,
				      .pruned = client_pruned(k->c) };
	int rc;

	k->err = err;
	k->until = view_state(client_view(k->c))->seq;
	k->rows = ROWS;
	k->cols = COLS;
	k->vt = vt_new(ROWS, COLS);
	rc = replay(k, measure_row, err);
	o.rows = k->rows;
	o.cols = k->cols;
	k->cast = report_cast_new(&o);
	if (!rc)
		rc = replay(k, cast_row, err);
	if (!rc)
		rc = report_cast_end(k->cast, ret_missing, err);
	report_cast_free(k->cast);
	vt_free(k->vt);
	buf_release(&k->bytes);
	return rc;
}

/* *ret: what is wrong with the chain, "" where nothing is. */
static int look_whole(const struct opts *o, const struct at_run *at, struct buf *ret)
{
	struct verify_result v = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *path = NULL;
	int status = at_run_journal(o, &path, &j);

	if (status == CLI_OK && journal_verify(j, at->run, false, &v, &err))
		status = cli_fail(&err);
	else if (status == CLI_OK && !v.whole)
		buf_addf(ret, "THE RECORD IS NOT WHOLE: %s", v.text);
	journal_close(j);
	free(path);
	return status;
}

int casting_put(const struct opts *o, const struct at_run *at)
{
	struct client_opts c = { .journal = at->journal, .run = at->run, .look = true };
	struct casting k = { 0 };
	struct buf wrong = BUF_INIT;
	struct err err = { 0 };
	int64_t missing = 0;
	int status = look_whole(o, at, &wrong), rc = 0;

	k.wrong = wrong.len ? buf_str(&wrong) : NULL;
	if (status == CLI_OK)
		rc = client_open(&c, NULL, &k.c, &err);
	if (status == CLI_OK && !rc)
		rc = cast(&k, &missing, &err);
	if (rc && err.sys == EPIPE)
		status = CLI_ENDED;
	else if (rc)
		status = cli_fail(&err);
	if (status == CLI_OK && !rc && client_pruned(k.c))
		cli_say("what commands printed is not in it: it was pruned %s", client_pruned(k.c));
	if (status == CLI_OK && (k.wrong || missing)) {
		if (k.wrong)
			cli_say("%s", k.wrong);
		if (missing)
			cli_say("%lld bytes that commands printed are not in it: they are not on "
				"record any more, or cannot be read", (long long)missing);
		status = CLI_ENDED;
	}
	client_close(k.c);
	buf_release(&wrong);
	return status;
}
