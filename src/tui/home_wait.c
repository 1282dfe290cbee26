/* What an unfinished run waits for: its rows, folded without speaking to its keeper. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "client.h"
#include "clock.h"
#include "err.h"
#include "home.h"
#include "mem.h"
#include "prompt.h"
#include "str.h"
#include "view.h"

static void wait_clear(struct home_wait *w)
{
	free(w->what);
	free(w->who);
	w->what = w->who = NULL;
}

static void name_step(struct buf *out, const struct view *v, const struct inst *in)
{
	if (in)
		view_step_name(out, v, in);
}

/* The oldest question first: it is the one that has waited longest. */
static void say_what(struct home_wait *w, struct view *v, const struct view_figures *f)
{
	const struct state *s = view_state(v);
	const struct prompt *p;
	struct buf what = BUF_INIT;
	size_t n = view_prompts(v, &p);

	w->asks = n > 0;
	if (n) {
		buf_adds(&what, p[0].sentence);
		if (n > 1)
			buf_addf(&what, " (and %zu more question%s)", n - 1, n == 2 ? "" : "s");
	} else if (s->paused) {
		buf_adds(&what, "it is paused: ");
		name_step(&what, v, f->now);
	} else if (f->running) {
		buf_adds(&what, "a command is running: ");
		name_step(&what, v, f->now);
	} else {
		buf_adds(&what, f->now ? "it is at " : "it was opened, and nothing else yet");
		name_step(&what, v, f->now);
	}
	w->what = buf_take(&what);
}

static void fold(const struct home *h, struct home_wait *w)
{
	struct client_opts o = { .journal = h->journal, .run = w->run, .look = true };
	struct client *c = NULL;
	struct err err = { 0 };
	struct view_figures f;
	struct buf who = BUF_INIT;
	struct view *v;

	wait_clear(w);
	w->asks = false;
	w->place = w->of = 0;
	if (client_open(&o, NULL, &c, &err)) {
		str_printable(&who, err.text, strlen(err.text), false);
		w->what = buf_take(&who);
		return;
	}
	v = client_view(c);
	view_figures(v, clock_now(), &f);
	w->place = f.place;
	w->of = f.of;
	say_what(w, v, &f);
	if (view_state(v)->seat.taken) {
		const char *id = view_state(v)->seat.who.id;

		str_printable(&who, id, strlen(id), false);
		w->who = buf_take(&who);
	}
	client_close(c);
}

static struct home_wait *find(const struct home *h, const char *run)
{
	for (size_t i = 0; i < h->n_waits; i++)
		if (str_eq(h->waits[i].run, run))
			return &h->waits[i];
	return NULL;
}

const struct home_wait *home_wait_of(const struct home *h, const char *run)
{
	return find(h, run);
}

bool home_wait_one(struct home *h)
{
	const struct library_run *r;
	size_t n = library_runs(h->lib, &r);

	for (size_t i = 0; h->journal && i < n; i++) {
		struct home_wait *w = find(h, r[i].run);

		if (w && w->events == r[i].events)
			continue;
		if (!w) {
			h->waits = mem_grow(h->waits, h->n_waits + 1, sizeof(*h->waits));
			w = &h->waits[h->n_waits++];
			*w = (struct home_wait){ .run = mem_dup(r[i].run) };
		}
		w->events = r[i].events;
		fold(h, w);
		return true;
	}
	return false;
}

void home_wait_release(struct home *h)
{
	for (size_t i = 0; i < h->n_waits; i++) {
		wait_clear(&h->waits[i]);
		free(h->waits[i].run);
	}
	free(h->waits);
}
