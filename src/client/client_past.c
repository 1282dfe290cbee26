#include "client_past.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "clientint.h"
#include "err.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "state.h"
#include "str.h"
#include "word.h"

#define NS_PER_MS 1000000LL
#define NS_PER_S 1000000000LL

struct client_past {
	struct client *c;
	int64_t *at;         /* of each row */
	size_t n, cap;
	int64_t *steps;      /* where one began */
	size_t n_steps, cap_steps;
	const char *step;    /* sought, until it is open */
	int64_t sought;
	int64_t now;
};

static void add(int64_t **v, size_t *n, size_t *cap, int64_t at)
{
	if (*n == *cap) {
		*cap = *cap ? *cap * 2 : 256;
		*v = mem_grow(*v, *cap, sizeof **v);
	}
	(*v)[(*n)++] = at;
}

/* It was not at work before this row: pending, or finished and taken up again. */
static bool begins(const struct event *ev, const struct inst *in)
{
	struct json *doc = NULL;
	int from = -1;

	if (ev->kind != EV_STEP || !in || !in->step || in->state == STEP_FINISHED ||
	    json_parse(ev->body, ev->body_len, &doc, NULL))
		return false;
	if (json_str(doc, "from"))
		from = word_from(WORDS_STATE, json_str(doc, "from"));
	json_free(doc);
	return from == STEP_PENDING || from == STEP_FINISHED;
}

static void index_row(void *ctx, const struct event *ev, bool past)
{
	struct client_past *p = ctx;
	const struct view *v = client_view(p->c);
	const struct state *s = view_state(v);
	const struct inst *in = ev->step ? state_inst(s, ev->step) : NULL;
	int64_t at = state_time(s, s->last) / (s->drill.pace > 0 ? s->drill.pace : 1);

	(void)past;
	if (p->n && at < p->at[p->n - 1])
		at = p->at[p->n - 1];
	add(&p->at, &p->n, &p->cap, at > 0 ? at : 0);
	at = p->at[p->n - 1];
	if (!begins(ev, in))
		return;
	if (!p->n_steps || p->steps[p->n_steps - 1] < at)
		add(&p->steps, &p->n_steps, &p->cap_steps, at);
	if (p->step && p->sought < 0 && view_means(v, in, p->step))
		p->sought = at;
}

int client_past_open(const char *journal, const char *run, const char *step,
		     struct client_past **ret, struct err *err)
{
	struct client_past *p = mem_alloc(sizeof *p);
	struct client_opts o = { .journal = journal, .run = run, .look = true };
	struct client_calls calls = { .ctx = p, .event = index_row };
	int rc;

	p->step = step;
	p->sought = -1;
	rc = client_open(&o, &calls, &p->c, err);
	p->step = NULL;
	if (rc) {
		client_past_close(p);
		return rc;
	}
	p->c->calls.event = NULL;
	p->now = client_past_end(p);
	*ret = p;
	return 0;
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

int64_t client_past_sought(const struct client_past *p)
{
	return p->sought;
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
	*ret = total * NS_PER_S;
	return parts > 1;
}

bool client_past_when(const struct client_past *p, const char *text, int64_t *ret)
{
	int64_t v;

	if (stopwatch(text, ret))
		return true;
	if (str_to_duration(text, &v)) {
		*ret = v * NS_PER_MS;
		return true;
	}
	if (!clock_parse(text, &v))
		return false;
	*ret = v - view_state(p->c->view)->opened.wall;
	return true;
}

/* --- going there ------------------------------------------------------------------------------ */

struct folding {
	struct client_past *p;
	void (*fn)(void *ctx, const struct event *ev);
	void *ctx;
	struct err *err;
};

static int fold(void *ctx, const struct event *ev)
{
	struct folding *f = ctx;
	int rc = view_apply(f->p->c->view, ev, f->err);

	if (!rc && f->fn)
		f->fn(f->ctx, ev);
	return rc;
}

int client_past_to(struct client_past *p, int64_t at,
		   void (*fn)(void *ctx, const struct event *ev), void *ctx, bool *ret_anew,
		   struct err *err)
{
	struct folding f = { p, fn, ctx, err };
	struct client *c = p->c;
	int64_t end = client_past_end(p), want, seq;
	int rc = 0;

	at = at < 0 ? 0 : at > end ? end : at;
	want = (int64_t)count_to(p->at, p->n, at);
	*ret_anew = want < view_state(c->view)->seq;
	if (*ret_anew) {
		view_free(c->view);
		c->view = view_new(c->book, client_book_called, c);
	}
	for (int i = 0; i < 250 && (seq = view_state(c->view)->seq) < want; i++) {
		if (i)
			poll(NULL, 0, 20);
		rc = journal_each(c->journal, c->run, seq, want - seq, fold, &f, err);
		if (rc != ERR_BUSY)
			break;
	}
	p->now = rc ? client_past_row(p, view_state(c->view)->seq) : at;
	return rc;
}
