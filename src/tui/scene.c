#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "sheet.h"
#include "tuiint.h"

enum { CTRL_L = 0x0c, CTRL_Z = 0x1a, SAY_ROWS = 3 };

#define SAY_NS (5000 * CLOCK_MS)
#define FRAME_NS (15 * CLOCK_MS) /* what comes by itself is drawn no more often */

/* --- the stack -------------------------------------------------------------------------------- */

void scene_push(struct tui *t, const struct scene_ops *ops, void *self, bool whole)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 8;
		t->v = mem_grow(t->v, t->cap, sizeof(*t->v));
	}
	t->v[t->n++] = (struct tui_layer){ ops, self, whole, INT64_MAX };
	t->stale = t->urgent = true;
}

void scene_pop(struct tui *t)
{
	if (!t->n)
		return;
	t->dead = mem_grow(t->dead, t->n_dead + 1, sizeof(*t->dead));
	t->dead[t->n_dead++] = t->v[--t->n];
	if (t->n)
		t->v[t->n - 1].shown = INT64_MAX;
	t->stale = t->urgent = true;
}

/* The uppermost first: what lies on a scene may still speak to it. More may die meanwhile. */
static void bury(struct tui *t)
{
	for (size_t i = 0; i < t->n_dead; i++) {
		struct tui_layer l = t->dead[i];
		if (l.ops->free)
			l.ops->free(l.self);
	}
	t->n_dead = 0;
}

void scene_clear(struct tui *t)
{
	while (t->n) {
		scene_pop(t);
		bury(t);
	}
	bury(t);
}

bool scene_is_top(const struct tui *t, const void *self)
{
	return t->n && t->v[t->n - 1].self == self;
}

void scene_stale(struct tui *t)
{
	t->stale = true;
}

int64_t scene_shown(const struct tui *t)
{
	return t->n ? t->v[t->n - 1].shown : INT64_MAX;
}

/* --- the line that is said -------------------------------------------------------------------- */

void scene_say(struct tui *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->say, sizeof(t->say), fmt, ap);
	va_end(ap);
	t->say_until = clock_now().boot + SAY_NS;
	t->stale = t->urgent = true;
}

void scene_unknown(struct tui *t, const struct key *k)
{
	char name[KEY_NAME_BYTES];

	if (k->code == K_PASTE)
		scene_say(t, "Pasted text is not taken here.");
	else
		scene_say(t, "%s does nothing here.", term_key_name(k, name));
}

static void hush(struct tui *t)
{
	if (!t->say_until)
		return;
	t->say_until = 0;
	t->stale = true;
}

void scene_foot(struct tui *t, void (*fn)(void *ctx, struct term *t, struct area a), void *ctx)
{
	t->foot = fn;
	t->foot_ctx = ctx;
	scene_stale(t);
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_said(struct tui *t, struct area a)
{
	struct sheet s;

	sheet_init(&s, a.cols);
	sheet_add(&s, ST_WARNING, 0, t->say);
	int rows = s.n < SAY_ROWS ? (int)s.n : SAY_ROWS;
	rows = rows < a.rows ? rows : a.rows;
	a.row += a.rows - rows;
	a.rows = rows;
	sheet_paint(&s, t->term, a);
	sheet_release(&s);
}

static void draw(struct tui *t)
{
	struct area a = term_area(t->term);
	size_t from = t->n;

	while (from && !t->v[--from].whole)
		;
	paint_blank(t->term, a);
	a.rows -= t->foot && a.rows > 1;
	for (size_t i = from; i < t->n; i++)
		t->v[i].ops->draw(t->v[i].self, t->term, a);
	if (t->say_until)
		draw_said(t, a);
	if (t->foot) {
		a.row += a.rows > 1 ? a.rows : 0;
		a.rows = 1;
		t->foot(t->foot_ctx, t->term, a);
	}
	paint_drill(t->term);
	t->stale = t->urgent = false;
	term_show(t->term);
	t->drawn = term_shown(t->term);
	if (t->n && t->v[t->n - 1].shown == INT64_MAX)
		t->v[t->n - 1].shown = t->drawn;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* What is the same everywhere. */
static bool common_key(struct tui *t, const struct tui_layer *l, const struct key *k)
{
	if (k->code == K_RESIZE) {
		t->stale = t->urgent = true;
		return true;
	}
	if (k->code == K_GONE) {
		t->gone = true;
		return true;
	}
	bool all = l->ops->wants_all && l->ops->wants_all(l->self);
	if (all || (k->code != CTRL_L && k->code != CTRL_Z))
		return false;
	if (k->code == CTRL_L)
		term_repaint(t->term);
	else
		term_stop(t->term);
	t->stale = t->urgent = true;
	return true;
}

static void one_key(struct tui *t, const struct key *k)
{
	struct tui_layer l = t->v[t->n - 1];

	if (common_key(t, &l, k))
		return;
	if (!l.ops->eager && k->at <= l.shown)
		return; /* it was meant for what was there before */
	if (!k->burst) /* what is said of a burst is not wiped by the rest of it */
		hush(t);
	t->stale = t->urgent = true;
	l.ops->key(l.self, k);
}

/* Until another scene is there: it is to be seen before keys are for it. True: there were some. */
static bool keys(struct tui *t)
{
	struct key k;
	bool any = false;

	while (t->n && !t->gone) {
		const void *top = t->v[t->n - 1].self;
		size_t n = t->n;
		if (!term_key(t->term, &k))
			break;
		any = true;
		one_key(t, &k);
		if (t->n != n || t->v[n - 1].self != top)
			break;
	}
	return any;
}

/* --- the loop --------------------------------------------------------------------------------- */

static int sooner(int a, int b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int until(int64_t ns)
{
	int64_t left = ns - clock_now().boot;

	return left > 0 ? (int)((left + CLOCK_MS - 1) / CLOCK_MS) : 0;
}

static int ticks(struct tui *t)
{
	int wait = -1;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].ops->tick)
			wait = sooner(wait, t->v[i].ops->tick(t->v[i].self));
	if (t->say_until && !until(t->say_until))
		hush(t);
	if (t->say_until)
		wait = sooner(wait, until(t->say_until));
	return wait;
}

/* Waits, at most wait ms; true when the watch has something. */
static bool await(struct tui *t, const struct watch *w, int wait)
{
	struct pollfd pfd[2] = {
		{ .fd = term_fd(t->term), .events = POLLIN },
		{ .fd = w && w->fd ? w->fd(w->ctx) : -1 },
	};
	int own = w && w->timeout ? w->timeout(w->ctx) : -1;

	if (w && w->events)
		pfd[1].events = w->events(w->ctx);
	wait = sooner(sooner(wait, own), term_wait(t->term));
	if (t->stale)
		wait = sooner(wait, t->urgent ? 0 : until(t->drawn + FRAME_NS));
	int64_t due = clock_now().boot + own * CLOCK_MS;
	poll(pfd, 2, wait);
	return pfd[1].revents || (own >= 0 && clock_now().boot >= due);
}

static int pass(struct tui *t, const struct watch *w, struct err *err)
{
	int wait = ticks(t);

	if (t->stale && (t->urgent || !until(t->drawn + FRAME_NS))) {
		draw(t);
		wait = sooner(wait, ticks(t)); /* what is shown first begins to be read */
	}
	bool stirred = await(t, w, wait);
	stirred = keys(t) || stirred;
	if (t->gone)
		return err_set(err, ERR_CANCEL, "the terminal went away");
	return stirred && w && w->step ? w->step(w->ctx, err) : 0;
}

int scene_loop(struct tui *t, const struct watch *w, struct err *err)
{
	size_t base = t->n;
	int rc = 0;

	if (!base)
		return 0;
	t->stale = t->urgent = true;
	while (!rc && t->n >= base) {
		rc = pass(t, w, err);
		bury(t);
	}
	if (t->gone)
		scene_clear(t);
	return rc;
}
