#include "walked.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fsio.h"
#include "journal.h"
#include "mem.h"
#include "str.h"

/* --- their lives ------------------------------------------------------------------------------ */

static void walk_release(struct walk *w)
{
	free(w->run);
	free(w->who);
	free(w->way);
	free(w->verdict);
	free(w->sha256);
	free(w->scenario);
	*w = (struct walk){ 0 };
}

void card_runs_release(struct card_runs *r)
{
	for (size_t i = 0; i < r->n_in; i++) {
		free(r->in[i].environment);
		walk_release(&r->in[i].drill);
		walk_release(&r->in[i].good);
		walk_release(&r->in[i].real);
	}
	free(r->in);
	*r = (struct card_runs){ 0 };
}

static void walk_copy(struct walk *to, const struct walk *from)
{
	*to = *from;
	to->run = mem_dup(from->run);
	to->who = mem_dup(from->who);
	to->way = mem_dup(from->way);
	to->verdict = mem_dup(from->verdict);
	to->sha256 = mem_dup(from->sha256);
	to->scenario = mem_dup(from->scenario);
}

void card_runs_copy(struct card_runs *to, const struct card_runs *from)
{
	card_runs_release(to);
	*to = *from;
	to->in = from->n_in ? mem_alloc(from->n_in * sizeof(*to->in)) : NULL;
	for (size_t i = 0; i < from->n_in; i++) {
		to->in[i].environment = mem_dup(from->in[i].environment);
		walk_copy(&to->in[i].drill, &from->in[i].drill);
		walk_copy(&to->in[i].good, &from->in[i].good);
		walk_copy(&to->in[i].real, &from->in[i].real);
	}
}

void walked_release(struct walked *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->v[i].whole);
		card_runs_release(&w->v[i].runs);
	}
	free(w->v);
	*w = (struct walked){ 0 };
}

/* --- taken from rows -------------------------------------------------------------------------- */

static char *safe(const char *s)
{
	struct buf b = BUF_INIT;

	if (!s)
		return NULL;
	str_printable(&b, s, strlen(s), false);
	return buf_take(&b);
}

static void walk_set(struct walk *w, const struct run_row *r)
{
	if (w->run)
		return; /* newest first: what is there is newer */
	*w = (struct walk){
		.run = mem_dup(r->run), .who = safe(r->who), .way = safe(r->way),
		.verdict = safe(r->verdict), .sha256 = safe(r->sha256),
		.scenario = safe(r->scenario),
		.opened = r->opened_wall, .closed = r->closed_wall, .success = r->success,
	};
}

static struct walked_in *in_of(struct card_runs *c, const char *environment)
{
	char *name = safe(environment);

	for (size_t i = 0; i < c->n_in; i++) {
		if (str_eq(c->in[i].environment, name)) {
			free(name);
			return &c->in[i];
		}
	}
	c->in = mem_grow(c->in, c->n_in + 1, sizeof(*c->in));
	c->in[c->n_in] = (struct walked_in){ .environment = name };
	return &c->in[c->n_in++];
}

static struct card_runs *runs_of(struct walked *w, char *whole)
{
	for (size_t i = 0; i < w->n; i++) {
		if (str_eq(w->v[i].whole, whole)) {
			free(whole);
			return &w->v[i].runs;
		}
	}
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 32;
		w->v = mem_grow(w->v, w->cap, sizeof(*w->v));
	}
	w->v[w->n] = (struct walked_book){ .whole = whole };
	return &w->v[w->n++].runs;
}

void walked_take(struct walked *w, const struct run_row *r)
{
	bool drill = str_eq(r->mode, "drill");
	struct walked_in *in;
	struct card_runs *c;

	if (!r->runbook || !r->folder)
		return;
	c = runs_of(w, fsio_join(r->folder, fsio_basename(r->runbook)));
	if (!c->n++) {
		c->last = r->opened_wall;
		c->last_drill = drill;
		c->last_open = !r->verdict;
		c->last_success = r->success;
	}
	if (!r->verdict)
		return;
	if (drill && r->success && !c->drilled)
		c->drilled = r->closed_wall;
	in = in_of(c, r->environment);
	walk_set(drill ? &in->drill : &in->real, r);
	if (drill && r->success)
		walk_set(&in->good, r);
}

const struct card_runs *walked_of(const struct walked *w, const char *whole)
{
	for (size_t i = 0; whole && i < w->n; i++)
		if (str_eq(w->v[i].whole, whole))
			return &w->v[i].runs;
	return NULL;
}
