/* due: which runbook was last drilled where, when, by whom, with what result; what is overdue. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "at_run.h"
#include "buf.h"
#include "card_due.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "json.h"
#include "limits.h"
#include "mem.h"
#include "report.h"
#include "reporting.h"
#include "shelf.h"
#include "str.h"
#include "verbs.h"

/* A row of the list; due comes first, so that they can be put in order as struct due. */
struct due_row {
	struct due due;
	const struct card *card;
	bool soon;           /* not past its time, but within what was asked for */
	bool changed;        /* the runbook is not what was drilled last */
	bool scored;         /* the last drill was, by its scenario */
	struct report_marks marks;
};

struct list {
	const struct opts *o;
	int64_t now, until;  /* wall ns */
	struct card **cards;
	size_t n_cards;
	struct due_row *rows;
	size_t n_rows;
	size_t over, soon, bad;
	bool missed;         /* not all were looked at */
};

static const char *const kinds[] = { [CARD_REVIEW] = "review", [CARD_DRILL] = "drill" };

/* --- what there is ---------------------------------------------------------------------------- */

static void add_card(struct list *l, const char *path)
{
	struct card *c = card_read(path);

	if (!c)
		return;
	l->cards = mem_grow(l->cards, l->n_cards + 1, sizeof(struct card *));
	l->cards[l->n_cards++] = c;
	l->bad += c->bad;
}

static int add_named(struct list *l, struct shelf *shelf, const char *name)
{
	struct err err = { 0 };
	struct stat st;
	char *path;
	size_t before = l->n_cards;

	if (!stat(name, &st) && S_ISDIR(st.st_mode)) {
		shelf_in(shelf, name);
		return CLI_OK;
	}
	if (!(path = shelf_path(name, &err)))
		return cli_say("%s", err.text), CLI_BOOK;
	add_card(l, path);
	if (l->n_cards == before)
		cli_say("%s is no runbook, or cannot be read", path);
	free(path);
	return l->n_cards > before ? CLI_OK : CLI_BOOK;
}

static int read_books(struct list *l, char **args, int n)
{
	struct shelf shelf = { 0 };
	int status = CLI_OK;

	for (int i = 0; i < n && !status; i++)
		status = add_named(l, &shelf, args[i]);
	if (!n)
		shelf_all(&shelf);
	for (size_t i = 0; !status && i < shelf.n; i++)
		add_card(l, shelf.v[i]);
	if (shelf.over)
		cli_say("more than %d runbooks; the rest was not looked at", SHELF_MAX);
	l->missed |= shelf.over;
	shelf_release(&shelf);
	return status;
}

static int take_run(void *ctx, const struct run_row *r)
{
	walked_take(ctx, r);
	return 0;
}

/* Nothing was run yet where there is no record; one that cannot be read is no empty one. */
static int read_runs(struct list *l, char **ret_journal)
{
	struct walked w = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *path = NULL;
	int status = at_run_journal(l->o, &path, &j);

	if (status == CLI_ENDED && !l->o->journal)
		status = CLI_OK;
	else if (status == CLI_ENDED)
		status = CLI_JOURNAL;
	if (j && journal_runs(j, take_run, &w, &err)) {
		cli_fail(&err);
		status = CLI_JOURNAL;
	}
	for (size_t i = 0; !status && i < l->n_cards; i++) {
		const struct card_runs *runs = walked_of(&w, l->cards[i]->whole);

		if (runs)
			card_runs_copy(&l->cards[i]->runs, runs);
	}
	walked_release(&w);
	journal_close(j);
	*ret_journal = path;
	return status;
}

static bool is_changed(const struct card *c, const struct walked_in *in)
{
	const char *then = !in ? NULL : in->good.run ? in->good.sha256 : in->drill.sha256;
	struct buf now = BUF_INIT;
	char hex[HASH_HEX_LEN + 1];
	bool changed = false;

	if (then && !fsio_read(c->path, LIMIT_RUNBOOK_BYTES, &now, NULL)) {
		hash_hex_of(buf_str(&now), now.len, hex);
		changed = !str_eq(hex, then);
	}
	buf_release(&now);
	return changed;
}

/* Only what a scenario was for is scored: the others are not read again for it. */
static void score(struct due_row *r, const char *journal)
{
	const struct walk *w = r->due.in ? &r->due.in->drill : NULL;
	struct err err = { 0 };

	if (!w || !w->run || !w->scenario)
		return;
	if (reporting_marks(journal, w->run, &r->marks, &r->scored, &err))
		cli_say("run %s: it cannot be scored: %s", w->run, err.text);
}

static void make_rows(struct list *l, const char *journal)
{
	for (size_t i = 0; i < l->n_cards; i++) {
		struct due *v;
		size_t n = card_dues(l->cards[i], l->now, true, &v);

		l->rows = mem_grow(l->rows, l->n_rows + n, sizeof(*l->rows));
		for (size_t k = 0; k < n; k++) {
			bool soon = v[k].asked && !v[k].over && v[k].at <= l->until;

			l->rows[l->n_rows++] = (struct due_row){
				.due = v[k], .card = l->cards[i], .soon = soon,
				.changed = is_changed(l->cards[i], v[k].in),
			};
			score(&l->rows[l->n_rows - 1], journal);
			l->over += v[k].over;
			l->soon += soon;
		}
		free(v);
	}
	if (l->n_rows)
		qsort(l->rows, l->n_rows, sizeof(*l->rows), card_due_order);
}

/* --- told ------------------------------------------------------------------------------------- */

static void add_day(struct buf *out, int64_t wall)
{
	size_t from = out->len;

	clock_utc(out, wall, 0);
	buf_cut(out, from + sizeof("2026-11-22") - 1);
}

static void add_standing(struct buf *out, const struct due_row *r)
{
	size_t from = out->len;

	if (r->due.over && r->due.at) {
		buf_adds(out, "OVERDUE since ");
		add_day(out, r->due.at);
	} else if (r->due.over) {
		buf_addf(out, "OVERDUE, never %s", r->due.what == CARD_REVIEW ? "done" : "drilled");
	} else if (r->due.asked) {
		buf_addf(out, "%s ", r->soon ? "DUE soon," : "due");
		add_day(out, r->due.at);
	} else {
		buf_adds(out, r->card->installed && r->due.every_ms ? "not run here" : "no date");
	}
	while (out->len - from < sizeof("OVERDUE since 2026-11-22") + 1)
		buf_addc(out, ' ');
}

static void add_walk(struct buf *out, const char *what, const struct walk *w)
{
	if (!w->run)
		return;
	buf_addf(out, "    %s ", what);
	add_day(out, w->closed);
	buf_addf(out, " by %s%s%s, %s: %s (%s)\n", w->who ? w->who : "nobody", w->way ? ", " : "",
		 w->way ? w->way : "", w->success ? "recovered" : "not recovered",
		 w->verdict ? w->verdict : "", w->run);
}

static void print_row(struct buf *out, const struct due_row *r)
{
	const struct walked_in *in = r->due.what == CARD_DRILL ? r->due.in : NULL;

	add_standing(out, r);
	buf_adds(out, kinds[r->due.what]);
	if (r->due.place && r->due.what == CARD_DRILL) {
		buf_adds(out, " for ");
		cli_safe(out, r->due.place);
	}
	buf_addf(out, "  %s\n    ", r->card->title);
	cli_safe(out, r->card->path);
	if (r->card->owner)
		buf_addf(out, ", owner %s", r->card->owner);
	if (r->due.every_ms) {
		buf_adds(out, ", every ");
		str_duration(out, r->due.every_ms);
	}
	if (r->due.what == CARD_REVIEW && r->card->reviewed)
		buf_addf(out, ", last %s", r->card->reviewed);
	buf_addc(out, '\n');
	if (!in)
		return;
	add_walk(out, "last drilled", &in->drill);
	if (r->scored)
		buf_addf(out, "    scored: %zu met, %zu late, %zu missed, %zu cannot tell\n",
			 r->marks.met, r->marks.late, r->marks.missed, r->marks.unknown);
	if (in->good.run && !str_eq(in->good.run, in->drill.run))
		add_walk(out, "last drill that recovered", &in->good);
	add_walk(out, "run for real (no drill)", &in->real);
	if (r->changed)
		buf_adds(out, "    the runbook was changed since\n");
}

static void print_sum(struct buf *out, const struct list *l)
{
	if (l->n_rows)
		buf_addc(out, '\n');
	buf_addf(out, "%zu runbook%s: %zu overdue", l->n_cards, l->n_cards == 1 ? "" : "s",
		 l->over);
	if (l->o->within)
		buf_addf(out, ", %zu more within %s", l->soon, l->o->within);
	buf_addc(out, '\n');
}

static void print_all(struct buf *out, const struct list *l)
{
	for (size_t i = 0; i < l->n_cards; i++) {
		if (!l->cards[i]->bad)
			continue;
		buf_adds(out, "CANNOT BE TOLD             ");
		cli_safe(out, l->cards[i]->path);
		buf_adds(out, " is broken: `blackstart lint` says how\n");
	}
	for (size_t i = 0; i < l->n_rows; i++)
		print_row(out, &l->rows[i]);
	print_sum(out, l);
}

static void json_score(struct jsonw *w, const struct due_row *r)
{
	if (!r->scored) {
		jw_null(w, "score");
		return;
	}
	jw_obj(w, "score");
	jw_int(w, "met", (int64_t)r->marks.met);
	jw_int(w, "late", (int64_t)r->marks.late);
	jw_int(w, "missed", (int64_t)r->marks.missed);
	jw_int(w, "unknown", (int64_t)r->marks.unknown);
	jw_end_obj(w);
}

static void json_walk(struct jsonw *w, const char *key, const struct walk *k)
{
	if (!k || !k->run) {
		jw_null(w, key);
		return;
	}
	jw_obj(w, key);
	jw_str(w, "run", k->run);
	jw_str(w, "by", k->who);
	jw_str(w, "way", k->way);
	jw_str(w, "scenario", k->scenario);
	jw_str(w, "verdict", k->verdict);
	jw_bool(w, "success", k->success);
	cli_time(w, "opened", k->opened);
	cli_time(w, "closed", k->closed);
	jw_end_obj(w);
}

static void json_row(struct jsonw *w, const struct due_row *r)
{
	const struct walked_in *in = r->due.what == CARD_DRILL ? r->due.in : NULL;

	jw_obj(w, NULL);
	jw_str(w, "runbook", r->card->path);
	jw_str(w, "title", r->card->title);
	jw_str(w, "owner", r->card->owner);
	jw_str(w, "what", kinds[r->due.what]);
	jw_str(w, "environment", r->due.what == CARD_DRILL ? r->due.place : NULL);
	if (r->due.every_ms)
		jw_int(w, "every_ms", r->due.every_ms);
	else
		jw_null(w, "every_ms");
	cli_time(w, "last", r->due.last);
	cli_time(w, "due", r->due.at);
	jw_bool(w, "asked", r->due.asked);
	jw_bool(w, "overdue", r->due.over);
	jw_bool(w, "soon", r->soon);
	if (r->due.what == CARD_DRILL) {
		json_walk(w, "drill", in ? &in->drill : NULL);
		json_walk(w, "recovered", in ? &in->good : NULL);
		json_walk(w, "real", in ? &in->real : NULL);
		jw_bool(w, "changed", r->changed);
		json_score(w, r);
	}
	jw_end_obj(w);
}

static void json_all(struct buf *out, const struct list *l)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	cli_time(&w, "at", l->now);
	jw_int(&w, "overdue", (int64_t)l->over);
	jw_int(&w, "soon", (int64_t)l->soon);
	jw_arr(&w, "broken");
	for (size_t i = 0; i < l->n_cards; i++)
		if (l->cards[i]->bad)
			jw_str(&w, NULL, l->cards[i]->path);
	jw_end_arr(&w);
	jw_arr(&w, "due");
	for (size_t i = 0; i < l->n_rows; i++)
		json_row(&w, &l->rows[i]);
	jw_end_arr(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

/* --- the verb --------------------------------------------------------------------------------- */

static int times(struct list *l)
{
	int64_t within = 0;

	l->now = clock_now().wall;
	if (l->o->at && !clock_parse(l->o->at, &l->now))
		return cli_usage("--at wants a time such as 2026-11-22T03:21Z, not `%s`", l->o->at);
	if (l->o->within && !str_to_duration(l->o->within, &within))
		return cli_usage("--within wants a duration such as 14d, not `%s`", l->o->within);
	l->until = l->o->within ? l->now + within * CLOCK_MS : INT64_MIN;
	return CLI_OK;
}

int cmd_due(const struct opts *o, char **args, int n)
{
	struct list l = { .o = o };
	struct buf out = BUF_INIT;
	char *journal = NULL;
	int status = times(&l);

	if (!status)
		status = read_books(&l, args, n);
	if (!status)
		status = read_runs(&l, &journal);
	if (!status) {
		make_rows(&l, journal);
		(o->json ? json_all : print_all)(&out, &l);
		if (l.over || l.soon || l.bad)
			status = CLI_ENDED;
		else if (l.missed)
			status = CLI_BOOK;
	}
	status = cli_put(&out, status);
	for (size_t i = 0; i < l.n_cards; i++)
		card_free(l.cards[i]);
	free(l.cards);
	free(l.rows);
	free(journal);
	return status;
}
