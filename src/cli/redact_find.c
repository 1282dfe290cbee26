#include "redact_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "json.h"
#include "mask.h"
#include "mem.h"
#include "removal.h"
#include "runbook.h"
#include "str.h"

enum { READ_BYTES = 1 << 20, OVERLAP = HIDE_LONGEST - 1 };

/* The first place at or after `at`, its length in *ret_n; NULL: none. */
static const char *first_in(const struct redact_find *f, const char *p, size_t n, size_t *ret_n)
{
	const char *best = NULL;

	for (size_t i = 0; i < f->hide.n; i++) {
		const struct hide_piece *piece = &f->hide.v[i];
		const char *at = n >= piece->n ? memmem(p, n, piece->p, piece->n) : NULL;

		if (at && (!best || at < best)) {
			best = at;
			*ret_n = piece->n;
			n = (size_t)(at - p) + piece->n;
		}
	}
	return best;
}

bool redact_in(const struct redact_find *f, const char *p, size_t n)
{
	size_t len;

	return p && first_in(f, p, n, &len);
}

/* --- events ----------------------------------------------------------------------------------- */

/* The payload without it, in the form of a payload where that can be. */
static void keep_rest(struct redact_find *f, const struct event *ev, bool hit)
{
	char *text = hit ? mask_text(&f->hide, ev->body) : mem_dup(ev->body);
	struct json *doc = NULL;
	bool sound = text && json_parse(text, strlen(text), &doc, NULL) == 0;

	buf_addf(&f->rest, "%c\"%lld\":%s", f->rest.len ? ',' : '{', (long long)ev->seq,
		 sound ? text : "{}");
	json_free(doc);
	free(text);
}

static void add_range(struct redact_find *f, const struct event *ev, bool hit)
{
	struct redact_range r = { .seq = ev->seq, .hit = hit };
	struct json *body = NULL;

	if (json_parse(ev->body, ev->body_len, &body, NULL))
		return;
	const char *stream = json_str(body, "stream"), *token = json_str(body, "token");
	int s = 0;

	while (s < STREAM_MAX && !str_eq(stream, stream_name((enum stream)s)))
		s++;
	r.stream = (enum stream)s;
	r.from = json_int(body, "from", -1);
	r.n = json_int(body, "n", -1);
	if (s < STREAM_MAX && token && str_copy(r.token, sizeof(r.token), token) && r.from >= 0 &&
	    r.n > 0) {
		r.hit |= f->token && str_eq(token, f->token);
		if ((f->n_range & (f->n_range + 1)) == 0)
			f->range = mem_grow(f->range, 2 * f->n_range + 2, sizeof(*f->range));
		f->range[f->n_range++] = r;
	}
	json_free(body);
}

static int on_event(void *ctx, const struct event *ev)
{
	struct redact_find *f = ctx;
	bool hit = redact_in(f, ev->body, ev->body_len);
	char key[32];

	snprintf(key, sizeof(key), "%lld", (long long)ev->seq);
	if (hit) {
		removal_list_add(&f->payloads, ev->seq);
		f->n_payloads++;
	}
	if (hit || json_get(f->before, key))
		keep_rest(f, ev, hit);
	if ((ev->step && redact_in(f, ev->step, strlen(ev->step))) ||
	    redact_in(f, ev->actor.id, strlen(ev->actor.id)) ||
	    redact_in(f, ev->actor.how, strlen(ev->actor.how)))
		buf_addf(&f->also, "event %lld, in its step or who did it\n", (long long)ev->seq);
	if (ev->kind == EV_OUTPUT)
		add_range(f, ev, hit);
	return 0;
}

/* --- output ----------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
	const struct redact_range *x = a, *y = b;
	int order = strcmp(x->token, y->token);

	if (order == 0)
		order = (int)x->stream - (int)y->stream;
	return order ? order : x->from < y->from ? -1 : x->from > y->from;
}

static int by_seq(const void *a, const void *b)
{
	const struct redact_range *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The bytes of one stream that lie before those that come next. */
struct window {
	struct buf bytes;
	int64_t from;  /* of its first byte */
	size_t first;  /* the range that the stream begins with */
};

static bool follows(const struct redact_find *f, size_t i)
{
	const struct redact_range *a = i ? &f->range[i - 1] : NULL, *b = &f->range[i];

	return a && str_eq(a->token, b->token) && a->stream == b->stream &&
	       a->from + a->n == b->from;
}

/* What stands across several is in all of them. */
static void mark(struct redact_find *f, const struct window *w, size_t last, int64_t from,
		 int64_t n)
{
	for (size_t i = last + 1; i-- > w->first;) {
		struct redact_range *r = &f->range[i];

		if (r->from + r->n <= from)
			return;
		r->hit |= r->from < from + n;
	}
}

static void search(struct redact_find *f, struct window *w, size_t last)
{
	const char *p = w->bytes.data, *end = p + w->bytes.len, *at;
	size_t n;

	while ((at = first_in(f, p, (size_t)(end - p), &n))) {
		mark(f, w, last, w->from + (at - w->bytes.data), (int64_t)n);
		p = at + 1;
	}
	if (w->bytes.len > OVERLAP) {
		w->from += (int64_t)w->bytes.len - OVERLAP;
		buf_drop(&w->bytes, w->bytes.len - OVERLAP);
	}
}

static int look_at(struct redact_find *f, struct output *o, struct window *w, size_t i)
{
	const struct redact_range *r = &f->range[i];
	int64_t done = 0;
	int rc = 0;

	if (!follows(f, i) || w->bytes.len == 0) {
		buf_clear(&w->bytes);
		w->first = i;
		w->from = r->from;
	}
	while (rc == 0 && done < r->n) {
		size_t was = w->bytes.len;
		int64_t want = r->n - done < READ_BYTES ? r->n - done : READ_BYTES;

		rc = output_read(o, r->token, r->stream, r->from + done, (size_t)want, &w->bytes,
				 f->err);
		if (rc == 0 && w->bytes.len == was)
			rc = ERR_NOTFOUND;
		done += (int64_t)(w->bytes.len - was);
		if (rc == 0)
			search(f, w, i);
	}
	if (rc == ERR_NOTFOUND) { /* taken out before */
		buf_clear(&w->bytes);
		rc = 0;
	}
	return rc;
}

static int look_at_output(struct redact_find *f, struct journal *j, const char *run)
{
	struct window w = { .bytes = { .secret = true } };
	struct output *o = NULL;
	int rc = f->n_range ? output_open(j, run, false, &o, f->err) : 0;

	if (rc == ERR_NOTFOUND) /* pruned; verify has the last word */
		f->n_range = 0;
	if (rc)
		return rc == ERR_NOTFOUND ? 0 : rc;
	if (f->n_range)
		qsort(f->range, f->n_range, sizeof(*f->range), by_place);
	for (size_t i = 0; rc == 0 && f->hide.n && i < f->n_range; i++)
		rc = look_at(f, o, &w, i);
	if (f->n_range)
		qsort(f->range, f->n_range, sizeof(*f->range), by_seq);
	for (size_t i = 0; rc == 0 && i < f->n_range; i++) {
		if (!f->range[i].hit)
			continue;
		removal_list_add(&f->outputs, f->range[i].seq);
		f->n_outputs++;
		f->bytes += f->range[i].n;
	}
	output_close(o);
	buf_release(&w.bytes);
	return rc;
}

/* --- the whole -------------------------------------------------------------------------------- */

static int on_pin(void *ctx, const struct source_file *file)
{
	struct redact_find *f = ctx;

	if (redact_in(f, file->bytes, file->n))
		buf_addf(&f->also, "the %s that was kept, %s\n", file->role, file->path);
	return 0;
}

int redact_find(struct redact_find *f, struct journal *j, const char *run, struct err *err)
{
	struct buf before = BUF_INIT;

	f->err = err;
	int rc = removal_rest(j, run, &before, err);

	if (rc == 0)
		rc = json_parse(buf_str(&before), before.len, &f->before, err);
	buf_release(&before);
	if (rc == 0)
		rc = journal_each(j, run, 0, 0, on_event, f, err);

	if (rc == 0)
		rc = look_at_output(f, j, run);
	if (rc == 0 && f->hide.n)
		rc = journal_pins(j, run, on_pin, f, err);
	buf_adds(&f->rest, f->rest.len ? "}" : "{}");
	return rc;
}

void redact_find_release(struct redact_find *f)
{
	hide_release(&f->hide);
	free(f->range);
	buf_release(&f->payloads);
	buf_release(&f->outputs);
	buf_release(&f->also);
	buf_release(&f->rest);
	json_free(f->before);
}
