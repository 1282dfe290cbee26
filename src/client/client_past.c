#include "client_past.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clientint.h"
#include "clock.h"
#include "err.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "state.h"
#include "str.h"
#include "word.h"

/* Rows are looked at twice: here, for when they were written and where steps begin, which is a
 * fraction of the work of folding them; and in client_past_to, up to the moment that is wanted. */
struct client_past {
	struct client *c;
	int64_t *at;         /* of each row */
	size_t n, cap;
	int64_t *steps;      /* where one began */
	size_t n_steps, cap_steps;
	int64_t now;

	/* of the row that was looked at last: see state_time, which also counts a drill's pace */
	struct moment opened, last;
	int64_t from, boot_from;
	char boot_id[CLOCK_BOOT_ID_LEN + 1];
	bool closed;
	struct err bad;      /* of a row that cannot be read; code 0: none */
};

static void add(int64_t **v, size_t *n, size_t *cap, int64_t at)
{
	if (*n == *cap) {
		*cap = *cap ? *cap * 2 : 256;
		*v = mem_grow(*v, *cap, sizeof **v);
	}
	(*v)[(*n)++] = at;
}

/* --- when, and where steps begin -------------------------------------------------------------- */

static bool says(const struct event *ev, const char *what)
{
	return memmem(ev->body, ev->body_len, what, strlen(what)) != NULL;
}

/* It was not at work before this row: pending, or finished and taken up again. Few rows are read
 * whole for it: a quote inside of a text is written as \". */
static bool begins(const struct event *ev)
{
	struct json *doc = NULL;
	int from = -1, to = -1;

	if (ev->kind != EV_STEP || !ev->step ||
	    !(says(ev, "\"from\":\"pending\"") || says(ev, "\"from\":\"finished\"")) ||
	    json_parse(ev->body, ev->body_len, &doc, NULL))
		return false;
	if (json_str(doc, "from"))
		from = word_from(WORDS_STATE, json_str(doc, "from"));
	if (json_str(doc, "to"))
		to = word_from(WORDS_STATE, json_str(doc, "to"));
	json_free(doc);
	return (from == STEP_PENDING || from == STEP_FINISHED) && to != STEP_FINISHED;
}

/* Another boot counts its time from another begin: wall time bridges the gap. */
static void see_boot(struct client_past *p, const struct event *ev)
{
	struct json *doc = NULL;
	const char *boot;
	int64_t gap = ev->at.wall - p->last.wall;

	if ((ev->kind != EV_KEEPER && ev->kind != EV_RUN_OPENED) ||
	    json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	boot = json_str(doc, "boot_id");
	if (ev->kind == EV_RUN_OPENED)
		p->opened = ev->at;
	else if (boot && strcmp(boot, p->boot_id))
		p->from += p->last.boot - p->boot_from + (gap > 0 ? gap : 0);
	if (boot && strcmp(boot, p->boot_id)) {
		p->boot_from = ev->at.boot;
		str_clip(p->boot_id, sizeof p->boot_id, boot);
	}
	json_free(doc);
}

static int index_row(void *ctx, const struct event *ev)
{
	struct client_past *p = ctx;
	int64_t at, before = client_past_end(p);

	see_boot(p, ev);
	p->last = ev->at;
	p->closed |= ev->kind == EV_RUN_CLOSED;
	at = p->from + ev->at.boot - p->boot_from;
	at = at > before ? at : before;
	add(&p->at, &p->n, &p->cap, at);
	if (begins(ev) && (!p->n_steps || p->steps[p->n_steps - 1] < at))
		add(&p->steps, &p->n_steps, &p->cap_steps, at);
	return 0;
}

/* A writer holds what a reader needs for milliseconds only. */
static int each_row(struct client_past *p, int64_t after, int64_t most,
		    int (*fn)(void *ctx, const struct event *ev), void *ctx,
		    int64_t (*reached)(const struct client_past *p), struct err *err)
{
	int rc = ERR_BUSY;

	for (int i = 0; rc == ERR_BUSY && i < 250; i++) {
		int64_t done = reached(p) - after;

		if (i)
			poll(NULL, 0, 20);
		if (most && done >= most)
			return 0;
		rc = journal_each(p->c->journal, p->c->run, after + done, most ? most - done : 0,
				  fn, ctx, err);
	}
	return rc;
}

int client_past_more(struct client_past *p, struct err *err)
{
	struct err own = { 0 };
	int rc = p->closed ? 0 : each_row(p, (int64_t)p->n, 0, index_row, p, client_past_rows,
					  &own);

	p->bad = rc == ERR_BUSY ? (struct err){ 0 } : own;
	if (rc && err)
		*err = own;
	return rc;
}

int client_past_whole(const struct client_past *p, struct err *err)
{
	if (p->bad.code && err)
		*err = p->bad;
	return p->bad.code;
}

bool client_past_closed(const struct client_past *p)
{
	return p->closed;
}

int client_past_open(const char *journal, const char *run, struct client_past **ret,
		     struct err *err)
{
	struct client_past *p = mem_alloc(sizeof *p);
	struct client_opts o = { .journal = journal, .run = run, .look = true, .unread = true };
	int rc = client_open(&o, NULL, &p->c, err);

	if (!rc)
		rc = client_past_more(p, err);
	if (rc == ERR_CORRUPT && p->n)
		rc = 0;
	else if (!rc && !p->n)
		rc = err_set(err, ERR_NOTFOUND, "no run %s in %s", run, journal);
	if (rc)
		client_past_close(p);
	else
		*ret = p;
	return rc;
}

void client_past_close(struct client_past *p)
{
	if (!p)
		return;
	client_close(p->c);
	free(p->at);
	free(p->steps);
	free(p);
}

struct client *client_past_client(struct client_past *p)
{
	return p->c;
}

/* --- moments ---------------------------------------------------------------------------------- */

int64_t client_past_rows(const struct client_past *p)
{
	return (int64_t)p->n;
}

int64_t client_past_end(const struct client_past *p)
{
	return p->n ? p->at[p->n - 1] : 0;
}

int64_t client_past_at(const struct client_past *p)
{
	return p->now;
}

int64_t client_past_row(const struct client_past *p, int64_t seq)
{
	if (seq < 1 || !p->n)
		return 0;
	return p->at[(size_t)seq <= p->n ? (size_t)seq - 1 : p->n - 1];
}

int64_t client_past_next(const struct client_past *p)
{
	int64_t seq = view_state(p->c->view)->seq;

	return seq < (int64_t)p->n ? p->at[seq] : -1;
}

struct moment client_past_now(const struct client_past *p)
{
	const struct state *s = view_state(p->c->view);
	int64_t since = p->now - client_past_row(p, s->seq);

	return (struct moment){ s->last.wall + since, s->last.boot + since };
}

/* How many of them are at most `at`. */
static size_t count_to(const int64_t *v, size_t n, int64_t at)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (v[mid] <= at)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

int64_t client_past_step(const struct client_past *p, int dir)
{
	size_t after = count_to(p->steps, p->n_steps, p->now);
	size_t before = count_to(p->steps, p->n_steps, p->now - 1);

	if (dir > 0)
		return after < p->n_steps ? p->steps[after] : -1;
	return before ? p->steps[before - 1] : -1;
}

/* "0:41:12", "4:10". */
static bool stopwatch(const char *text, int64_t *ret)
{
	int64_t total = 0, part = 0;
	int parts = 0, digits = 0;

	for (const char *s = text;; s++) {
		if (*s >= '0' && *s <= '9' && digits < 6) {
			part = part * 10 + (*s - '0');
			digits++;
			continue;
		}
		if (!digits || (parts && part > 59) || (*s && *s != ':') || ++parts > 3)
			return false;
		total = total * 60 + part;
		part = digits = 0;
		if (!*s)
			break;
	}
	*ret = total * CLOCK_S;
	return parts > 1;
}

bool client_past_when(const struct client_past *p, const char *text, int64_t *ret)
{
	int64_t v;

	if (stopwatch(text, ret))
		return true;
	if (str_to_duration(text, &v)) {
		*ret = v * CLOCK_MS;
		return true;
	}
	if (!clock_parse(text, &v))
		return false;
	*ret = v - p->opened.wall;
	return true;
}

/* --- going there ------------------------------------------------------------------------------ */

enum { ROWS_A_LOOK = 64 }; /* at the clock */

struct folding {
	struct client_past *p;
	void (*fn)(void *ctx, const struct event *ev);
	void *ctx;
	int64_t until;       /* boot time; 0: as long as it takes */
	const char *step;    /* sought */
	struct err *err;
};

static int64_t folded(const struct client_past *p)
{
	return view_state(p->c->view)->seq;
}

static bool is_sought(const struct folding *f, const struct event *ev)
{
	const struct view *v = f->p->c->view;
	const struct inst *in = ev->step && begins(ev) ? state_inst(view_state(v), ev->step) : NULL;

	return in && view_means(v, in, f->step);
}

static int fold(void *ctx, const struct event *ev)
{
	struct folding *f = ctx;
	int rc = view_apply(f->p->c->view, ev, f->err);

	if (rc)
		return rc;
	if (f->fn)
		f->fn(f->ctx, ev);
	if (f->step)
		return is_sought(f, ev);
	return f->until && ev->seq % ROWS_A_LOOK == 0 && client_now() >= f->until;
}

static int fold_to(struct folding *f, int64_t want)
{
	struct client_past *p = f->p;
	int64_t seq = folded(p);

	return want > seq ? each_row(p, seq, want - seq, fold, f, folded, f->err) : 0;
}

int client_past_find(struct client_past *p, const char *step, int64_t *ret_at, struct err *err)
{
	struct folding f = { .p = p, .step = step, .err = err };
	int rc = fold_to(&f, (int64_t)p->n);

	p->now = client_past_row(p, folded(p));
	*ret_at = rc == 1 ? p->now : -1;
	return rc < 0 ? rc : 0;
}

int client_past_to(struct client_past *p, int64_t at, int64_t most_ns,
		   void (*fn)(void *ctx, const struct event *ev), void *ctx, bool *ret_anew,
		   struct err *err)
{
	struct folding f = { .p = p, .fn = fn, .ctx = ctx, .err = err,
			     .until = most_ns ? client_now() + most_ns : 0 };
	struct client *c = p->c;
	int64_t end = client_past_end(p), want;
	int rc;

	at = at < 0 ? 0 : at > end ? end : at;
	want = (int64_t)count_to(p->at, p->n, at);
	*ret_anew = want < folded(p);
	if (*ret_anew) {
		view_free(c->view);
		c->view = view_new(c->book, client_book_called, c);
	}
	rc = fold_to(&f, want);
	p->now = rc ? client_past_row(p, folded(p)) : at;
	return rc;
}
