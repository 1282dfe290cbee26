#include "card_due.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "mem.h"
#include "str.h"

/* --- which ------------------------------------------------------------------------------------ */

static bool is_called(const struct card_place *p, const char *name)
{
	if (str_eq(p->name, name))
		return true;
	for (size_t i = 0; i < p->n_also; i++)
		if (str_eq(p->also[i], name))
			return true;
	return false;
}

/* A record that does not say where it was counts anywhere. */
static const struct walked_in *newest_in(const struct card *c, const struct card_place *p)
{
	const struct walked_in *best = NULL;

	for (size_t i = 0; i < c->runs.n_in; i++) {
		const struct walked_in *in = &c->runs.in[i];

		if (p && in->environment && !is_called(p, in->environment))
			continue;
		if (!best || in->good.closed > best->good.closed ||
		    (in->good.closed == best->good.closed && in->drill.closed > best->drill.closed))
			best = in;
	}
	return best;
}

static bool is_place(const struct card *c, const char *name)
{
	for (size_t i = 0; i < c->n_places; i++)
		if (is_called(&c->places[i], name))
			return true;
	return false;
}

static void add(struct due *v, size_t *n, const struct card *c, struct due d, int64_t now)
{
	d.asked = d.every_ms > 0 && (!c->installed || c->runs.n);
	if (d.asked && d.last)
		d.at = d.last + d.every_ms * CLOCK_MS;
	d.over = d.asked && d.at < now;
	v[(*n)++] = d;
}

static struct due drill_of(const struct card *c, const struct card_place *p)
{
	const struct walked_in *in = newest_in(c, p);

	return (struct due){ .what = CARD_DRILL,
			     .place = p ? p->name : in ? in->environment : NULL, .in = in,
			     .last = in ? in->good.closed : 0, .every_ms = c->drill_every_ms };
}

size_t card_dues(const struct card *c, int64_t now, bool runs_known, struct due **ret)
{
	struct due *v = mem_alloc((c->n_places + c->runs.n_in + 2) * sizeof(*v));
	const struct walked_in *any = newest_in(c, NULL);
	size_t n = 0;

	*ret = v;
	if (c->review_in_ms || c->reviewed_at)
		add(v, &n, c, (struct due){ .what = CARD_REVIEW, .last = c->reviewed_at,
					    .every_ms = c->review_in_ms }, now);
	if (!runs_known)
		return n;
	for (size_t i = 0; i < c->n_places; i++)
		add(v, &n, c, drill_of(c, &c->places[i]), now);
	if (!c->n_places && (c->drill_every_ms || c->runs.n_in))
		add(v, &n, c, drill_of(c, NULL), now);
	for (size_t i = 0; i < c->runs.n_in; i++) {
		const struct walked_in *in = &c->runs.in[i];

		if (in->environment && !is_place(c, in->environment) &&
		    (c->n_places || in != any))
			v[n++] = (struct due){ .what = CARD_DRILL, .place = in->environment,
					       .in = in, .last = in->good.closed };
	}
	return n;
}

/* --- how they stand --------------------------------------------------------------------------- */

unsigned card_due(const struct card *c, int64_t now, bool runs_known, int64_t *ret_since)
{
	struct due *v;
	size_t n = card_dues(c, now, runs_known, &v);
	unsigned due = 0;
	int64_t since = 0;

	for (size_t i = 0; i < n; i++) {
		if (!v[i].over)
			continue;
		due |= v[i].what;
		if (v[i].at && (!since || v[i].at < since))
			since = v[i].at;
	}
	free(v);
	if (ret_since)
		*ret_since = since;
	return due;
}

static void add_day(struct buf *out, int64_t wall)
{
	size_t from = out->len;

	clock_utc(out, wall, 0);
	buf_cut(out, from + sizeof("2026-11-22") - 1);
}

void card_due_text(struct buf *out, const struct card *c, int64_t now, bool runs_known)
{
	static const struct { const char *what, *never; } words[] = {
		[CARD_REVIEW] = { "review", "never reviewed" },
		[CARD_DRILL] = { "drill", "never drilled" },
	};
	struct due *v;
	size_t n = card_dues(c, now, runs_known, &v);

	for (size_t i = 0; i < n; i++) {
		const char *place = c->n_places > 1 && v[i].place ? v[i].place : "";

		if (!v[i].over)
			continue;
		buf_adds(out, out->len ? ", " : "");
		if (v[i].at) {
			buf_addf(out, "%s%s%s was due ", words[v[i].what].what,
				 *place ? " for " : "", place);
			add_day(out, v[i].at);
		} else {
			buf_addf(out, "%s%s%s", words[v[i].what].never, *place ? " for " : "",
				 place);
		}
	}
	free(v);
}

int64_t card_drilled(const struct card *c)
{
	int64_t oldest = c->n_places ? INT64_MAX : c->runs.drilled;

	for (size_t i = 0; i < c->n_places; i++) {
		const struct walked_in *in = newest_in(c, &c->places[i]);
		int64_t at = in ? in->good.closed : 0;

		oldest = at < oldest ? at : oldest;
	}
	return oldest;
}

static void add_walk(struct buf *out, const char *place, const char *what, const struct walk *w)
{
	if (!w->run)
		return;
	buf_addf(out, "%s%s%s%s ", out->len ? "\n" : "", place ? place : "", place ? " " : "",
		 what);
	add_day(out, w->closed);
	buf_addf(out, " by %s%s%s: %s%s", w->who ? w->who : "nobody", w->way ? ", " : "",
		 w->way ? w->way : "", w->success ? "" : "not recovered, ",
		 w->verdict ? w->verdict : "");
}

void card_walks_text(struct buf *out, const struct card *c)
{
	for (size_t i = 0; i < c->runs.n_in; i++) {
		const struct walked_in *in = &c->runs.in[i];

		add_walk(out, in->environment, "drilled", &in->drill);
		if (in->good.run && !str_eq(in->good.run, in->drill.run))
			add_walk(out, in->environment, "drilled", &in->good);
		add_walk(out, in->environment, "run for real", &in->real);
	}
}

int card_due_order(const void *pa, const void *pb)
{
	const struct due *a = pa, *b = pb;
	int x = a->over && a->at ? 0 : a->over ? 1 : a->asked ? 2 : 3;
	int y = b->over && b->at ? 0 : b->over ? 1 : b->asked ? 2 : 3;

	if (x != y)
		return x < y ? -1 : 1;
	if (x == 3)
		return (a->last < b->last) - (a->last > b->last);
	return (a->at > b->at) - (a->at < b->at);
}
