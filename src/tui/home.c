#include "home.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

enum {
	CTRL_C = 3, CTRL_N = 14, CTRL_P = 16,
	FIRST_MS = 10,       /* of reading before the first picture */
	SLICE_MS = 4,        /* … and between keys */
	CALM_MS = 500,
};

/* --- moving ----------------------------------------------------------------------------------- */

static size_t step_from(const struct home *h, size_t at, bool back)
{
	for (size_t i = at; back ? i-- > 0 : ++i < h->n;)
		if (home_picks(&h->rows[i]))
			return i;
	return at;
}

static void move_rows(struct home *h, int rows, bool back)
{
	size_t at = h->at, next;

	for (; rows > 0; rows -= home_height(&h->rows[at]), at = next)
		if ((next = step_from(h, at, back)) == at)
			break;
	home_at(h, at);
}

static bool move_key(struct home *h, const struct key *k)
{
	if (h->at >= h->n)
		return k->code == K_UP || k->code == K_DOWN;
	switch (k->code) {
	case K_UP:
	case CTRL_P: home_at(h, step_from(h, h->at, true)); break;
	case K_DOWN:
	case CTRL_N: home_at(h, step_from(h, h->at, false)); break;
	case K_PGUP: move_rows(h, h->list_rows - 1, true); break;
	case K_PGDN: move_rows(h, h->list_rows - 1, false); break;
	case K_HOME:
		if (h->find.text.len)
			return false;
		move_rows(h, INT32_MAX, true);
		break;
	case K_END:
		if (h->find.text.len)
			return false;
		move_rows(h, INT32_MAX, false);
		break;
	default: return false;
	}
	h->moved = true;
	free(h->want);
	h->want = NULL;
	return true;
}

/* --- searching -------------------------------------------------------------------------------- */

static void searched(struct home *h)
{
	h->moved = false;
	h->from = 0;
	free(h->want);
	h->want = NULL;
	home_rows(h);
}

static void paste(struct home *h)
{
	size_t n;
	const char *s = term_paste(tui_term(h->t), &n);

	if (!s || !line_paste(&h->find, s, n))
		scene_say(h->t, "The pasted text is too long: nothing of it was taken.");
	else
		searched(h);
}

/* --- keys ------------------------------------------------------------------------------------- */

void home_done(struct home *h)
{
	h->over = true;
}

static void open_it(struct home *h)
{
	const struct home_row *r = h->at < h->n ? &h->rows[h->at] : NULL;

	if (!r || !home_picks(r)) {
		scene_say(h->t, "There is nothing to be opened.");
	} else if (r->card) {
		book_push(h, r->card);
	} else {
		h->out->act = TUI_ATTACH;
		h->out->run = mem_dup(r->run->run);
		home_done(h);
	}
}

static void leave(struct home *h)
{
	h->out->act = TUI_LEAVE;
	home_done(h);
}

static void escape(struct home *h)
{
	if (!h->find.text.len) {
		leave(h);
		return;
	}
	line_set(&h->find, NULL);
	searched(h);
}

/* A line end inside a paste is a blank; one that was pressed comes last. */
static void enter(struct home *h, const struct key *k)
{
	if (k->at <= scene_shown(h->t))
		return;
	if (k->burst)
		h->enter_due = true;
	else
		open_it(h);
}

/* A q may be the beginning of a word: the second one leaves. */
static bool leaves(struct home *h, const struct key *k)
{
	if (k->code == CTRL_C)
		return true;
	if (k->code != 'q' || k->alt || k->burst)
		return false;
	if (str_eq(buf_str(&h->find.text), "q"))
		return true;
	if (!h->find.text.len)
		scene_say(h->t, "q again leaves.");
	return false;
}

static void home_key(void *self, const struct key *k)
{
	struct home *h = self;
	const struct key blank = { .code = ' ' };

	if (h->enter_due && k->burst)
		line_key(&h->find, &blank);
	h->enter_due = false;
	if (k->code == K_F1 || (k->code == '?' && !h->find.text.len)) {
		scene_help(h->t);
	} else if (leaves(h, k)) {
		leave(h);
	} else if (k->code == K_ENTER) {
		enter(h, k);
	} else if (k->code == K_ESC) {
		escape(h);
	} else if (k->code == K_PASTE) {
		paste(h);
	} else if (!move_key(h, k)) {
		if (line_key(&h->find, k))
			searched(h);
		else
			scene_unknown(h->t, k);
	}
}

static void home_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out,
		 "letters  search: titles, what they are for, owners, files, alerts\n"
		 "paste  of an error text finds the runbook that treats it\n"
		 "overdue  typed, shows all that want a review or a drill\n"
		 "Up Down  choose; PgUp PgDn, Home End\n"
		 "Enter  on an unfinished run: go to it, where it stands\n"
		 "Enter  on a runbook: open it; nothing is started yet\n"
		 "Esc  clears the search line; leaves when it is empty\n"
		 "qq ^C  leaves; what runs goes on\n"
		 "F1  this; ? does too while the line is empty\n");
}

/* --- what goes on by itself ------------------------------------------------------------------- */

static void close_all(struct home *h)
{
	while (!scene_is_top(h->t, h))
		scene_pop(h->t);
	scene_pop(h->t);
}

static int home_tick(void *self)
{
	struct home *h = self;
	bool more;

	if (h->over) {
		close_all(h);
		return 0;
	}
	if (h->enter_due) {
		h->enter_due = false;
		open_it(h);
	}
	if (library_step(h->lib, SLICE_MS * CLOCK_MS)) {
		home_rows(h);
		scene_stale(h->t);
	}
	more = !library_done(h->lib);
	if (!more && home_wait_one(h)) {
		home_rows(h);
		scene_stale(h->t);
		more = true;
	}
	if (clock_now().wall / (60 * 1000 * CLOCK_MS) != h->minute)
		scene_stale(h->t);
	return more ? 0 : CALM_MS;
}

/* --- its life --------------------------------------------------------------------------------- */

void tui_choice_release(struct tui_choice *c)
{
	free(c->path);
	free(c->scenario);
	free(c->reason);
	free(c->run);
	*c = (struct tui_choice){ 0 };
}

static void home_free(void *self)
{
	(void)self; /* tui_home owns it: the choice is made after the scene */
}

static void release(struct home *h)
{
	home_rows_release(h);
	home_wait_release(h);
	line_release(&h->find);
	library_free(h->lib);
	free(h->want);
}

int tui_home(struct tui *t, const char *journal, const char *select, struct tui_choice *ret,
	     struct err *err)
{
	static const struct scene_ops ops = {
		.name = "home", .draw = home_draw, .key = home_key, .tick = home_tick,
		.free = home_free, .help = home_help, .eager = true,
	};
	struct tui_choice choice = { 0 };
	struct home h = { .t = t, .journal = journal, .out = &choice,
			  .lib = library_new(journal), .want = mem_dup(select) };
	int rc;

	line_init(&h.find, LIMIT_NOTE_BYTES, false);
	library_step(h.lib, FIRST_MS * CLOCK_MS);
	home_rows(&h);
	tui_about(t, MODE_REAL);
	scene_push(t, &ops, &h, true);
	rc = scene_loop(t, NULL, err);
	if (rc == 0)
		*ret = choice;
	else
		tui_choice_release(&choice);
	release(&h);
	return rc;
}
