/* A runbook, opened: what it is for, and the keys that start it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book_drills.h"
#include "buf.h"
#include "clock.h"
#include "err.h"
#include "home.h"
#include "mem.h"
#include "runbook.h"
#include "sheet.h"
#include "shelf_book.h"
#include "str.h"

#define GUARD_NS 300000000LL /* a second Enter of the one that opened it starts nothing */

enum { CTRL_C = 3 };

struct book {
	struct home *h;
	struct tui *t;
	const struct card *card;
	struct shelf_book read;
	enum run_mode mode;  /* that was asked for */
	struct book_drills drills; /* as offered last */
	bool due;            /* by a key that nothing came behind of, so far */
	struct sheet sheet;
	int rows;            /* of the sheet, as drawn last */
};

/* --- what is said of it ----------------------------------------------------------------------- */

static void fact(struct sheet *s, const char *label, enum style st, const char *text)
{
	struct buf b = BUF_INIT;

	if (!text || !*text)
		return;
	buf_addf(&b, "%-10s ", label);
	sheet_part(s, ST_DIM, buf_str(&b));
	sheet_add(s, st, 11, text);
	buf_release(&b);
}

static void add_safe(struct buf *out, const char *s)
{
	str_printable(out, s, strlen(s), false);
}

static void say_dates(const struct book *k, struct sheet *s)
{
	const struct card_runs *r = &k->card->runs;
	int64_t now = clock_now().wall;
	bool known = library_runs_known(k->h->lib);
	struct buf b = BUF_INIT;

	fact(s, "owner", ST_PLAIN, k->card->owner);
	fact(s, "reviewed", ST_PLAIN, k->card->reviewed);
	if (r->n) {
		home_age(&b, r->last, now);
		buf_addf(&b, ", %s, %s (%d run%s on record)",
			 r->last_drill ? "a drill" : "for real", r->last_open ? "unfinished" :
			 r->last_success ? "recovered" : "not recovered", r->n,
			 r->n == 1 ? "" : "s");
	} else {
		buf_adds(&b, known ? "never, as far as the record goes" : "being read");
	}
	fact(s, "last run", ST_PLAIN, buf_str(&b));
	buf_clear(&b);
	card_walks_text(&b, k->card);
	fact(s, "walked", ST_PLAIN, buf_str(&b));
	buf_clear(&b);
	card_due_text(&b, k->card, now, known);
	fact(s, "overdue", ST_LATE, buf_str(&b));
	buf_release(&b);
}

static void say_steps(const struct runbook *rb, struct sheet *s)
{
	size_t n = 0, changes = 0, destroys = 0;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < rb->n_all; i++) {
		const struct step *p = rb->all[i];

		n += p->n_children == 0;
		if (p->kind != KIND_RUN)
			continue;
		changes += p->effect == EFFECT_CHANGE;
		destroys += p->effect == EFFECT_DESTROY;
	}
	buf_addf(&b, "%zu, of which %zu change%s something and %zu destroy%s", n, changes,
		 changes == 1 ? "s" : "", destroys, destroys == 1 ? "s" : "");
	fact(s, "steps", ST_PLAIN, buf_str(&b));
	buf_clear(&b);
	if (rb->rto_ms) {
		str_duration(&b, rb->rto_ms);
		fact(s, "objective", ST_PLAIN, buf_str(&b));
	}
	buf_clear(&b);
	for (size_t i = 0; i < rb->n_params; i++) {
		buf_adds(&b, i ? ", " : "");
		add_safe(&b, rb->params[i].name);
	}
	fact(s, "asks for", ST_PLAIN, buf_str(&b));
	buf_release(&b);
}

static bool is_there(const char *tool)
{
	const char *path = getenv("PATH");
	char *copy = mem_dup(path ? path : ""), *rest = copy, *folder;
	bool found = strchr(tool, '/') && access(tool, X_OK) == 0;

	while (!found && (folder = strsep(&rest, ":"))) {
		char *whole = mem_printf("%s/%s", *folder ? folder : ".", tool);

		found = access(whole, X_OK) == 0;
		free(whole);
	}
	free(copy);
	return found;
}

static void say_needs(const struct runbook *rb, struct sheet *s)
{
	struct buf gone = BUF_INIT;

	for (size_t i = 0; i < rb->n_needs; i++) {
		if (is_there(rb->needs[i]))
			continue;
		buf_adds(&gone, gone.len ? ", " : "");
		add_safe(&gone, rb->needs[i]);
	}
	fact(s, "missing", ST_FAIL, buf_str(&gone));
	buf_release(&gone);
}

static void say_findings(const struct shelf_book *r, struct sheet *s)
{
	struct buf b = BUF_INIT;

	if (!r->errors && !r->warnings)
		return;
	buf_addf(&b, "%zu error%s, %zu warning%s: l shows them", r->errors,
		 r->errors == 1 ? "" : "s", r->warnings, r->warnings == 1 ? "" : "s");
	fact(s, "findings", r->errors ? ST_FAIL : ST_LATE, buf_str(&b));
	if (!r->rb)
		sheet_add(s, ST_FAIL, 0, "No list of steps could be made of it: it cannot be "
			  "started. `blackstart run --blank TEXT` starts without a runbook.");
	buf_release(&b);
}

/* Lines are broken anew, but where a list or a paragraph begins. */
static char *fold(const char *s)
{
	struct buf b = BUF_INIT;

	for (; *s; s++) {
		bool joins = *s == '\n' && s[1] && !strchr(" \n-*\t", s[1]) &&
			     (b.len && b.data[b.len - 1] != '\n');

		buf_addc(&b, joins ? ' ' : *s);
	}
	return buf_take(&b);
}

static void fill(struct book *k, int width)
{
	struct sheet *s = &k->sheet;
	char *about = k->card->about ? fold(k->card->about) : NULL;

	sheet_clear(s, width);
	sheet_add(s, ST_STRONG, 0, k->card->title);
	if (about) {
		sheet_add(s, ST_PLAIN, 0, "");
		sheet_add(s, ST_PLAIN, 0, about);
	}
	sheet_add(s, ST_PLAIN, 0, "");
	say_findings(&k->read, s);
	if (k->read.rb)
		say_needs(k->read.rb, s);
	say_dates(k, s);
	if (k->read.rb)
		say_steps(k->read.rb, s);
	fact(s, "file", ST_DIM, k->card->path);
	free(about);
}

/* --- on the screen ---------------------------------------------------------------------------- */

struct book_key {
	const char *key, *word;
	bool real, drill;    /* how the word looks */
};

enum { BOOK_KEYS = 6 };

static size_t keys_of(const struct book *k, struct book_key ret[BOOK_KEYS])
{
	size_t n = 0;

	if (k->read.rb) {
		ret[n++] = (struct book_key){ "Enter", "start REAL", true, false };
		ret[n++] = (struct book_key){ "d", "start as DRILL", false, true };
		ret[n++] = (struct book_key){ "D", "DRILL with …", false, true };
		ret[n++] = (struct book_key){ "r", "read it through", false, false };
	}
	if (k->read.errors || k->read.warnings)
		ret[n++] = (struct book_key){ "l", "what is wrong with it", false, false };
	ret[n++] = (struct book_key){ "Esc", "back", false, false };
	return n;
}

/* As many rows as they take; painted where t is not NULL. */
static int draw_keys(const struct book *k, struct term *t, struct area a)
{
	struct book_key keys[BOOK_KEYS];
	size_t n = keys_of(k, keys);
	int row = 0, col = 1;

	for (size_t i = 0; i < n; i++) {
		int width = (int)(strlen(keys[i].key) + 1 + strlen(keys[i].word));

		if (col > 1 && col + width > a.cols) {
			row++;
			col = 1;
		}
		if (t) {
			int at = paint_text(t, a, row, col, ST_KEY, keys[i].key) + 1;

			paint_text(t, a, row, at, keys[i].real ? ST_REAL :
				   keys[i].drill ? ST_DRILL : ST_PLAIN, keys[i].word);
		}
		col += width + 3;
	}
	return row + 1;
}

static void book_draw(void *self, struct term *t, struct area a)
{
	struct book *k = self;
	int keys = draw_keys(k, NULL, a);
	struct area body = { a.row + 1, a.col + 1, a.rows - 2 - keys, a.cols - 2 };

	paint_blank(t, a);
	paint_row(t, a, 0, ST_BAR);
	paint_text(t, a, 0, 1, ST_BAR, "blackstart");
	paint_fit(t, a, 0, 13, a.cols - 14, ST_BAR, "runbook: nothing is started yet");
	k->rows = body.rows;
	fill(k, body.cols);
	sheet_paint(&k->sheet, t, body);
	paint_rule(t, a, a.rows - 1 - keys, NULL);
	draw_keys(k, t, (struct area){ a.row + a.rows - keys, a.col, keys, a.cols });
}

/* --- starting --------------------------------------------------------------------------------- */

static void start(struct book *k, enum run_mode mode, const char *reason)
{
	struct tui_choice *c = k->h->out;

	c->act = TUI_START;
	c->path = mem_dup(k->card->path);
	c->mode = mode;
	c->reason = mem_dup(reason);
	home_done(k->h);
}

static void take_reason(void *ctx, const char *text)
{
	struct book *k = ctx;

	if (text && *text && !tui_gone(k->t))
		start(k, k->mode, text);
}

static void ask_reason(struct book *k)
{
	char *question = mem_printf(
		"It has %zu error%s (l shows them); what is broken becomes an instruction with its "
		"source text. Why start it all the same, %s?", k->read.errors,
		k->read.errors == 1 ? "" : "s",
		k->mode == MODE_DRILL ? "as a DRILL" : "for REAL");

	ask_push(k->t, &(struct ask){ .title = "It is broken", .question = question, .must = true,
				      .done = take_reason, .ctx = k });
	free(question);
}

static void too_soon(struct book *k)
{
	k->due = false;
	scene_say(k->t, "That key came too soon to be meant for this: nothing was started.");
}

static void may_start(struct book *k, enum run_mode mode, const struct key *key)
{
	if (!k->read.rb) {
		scene_say(k->t, "It cannot be started: no list of steps could be made of it.");
	} else if (key->at < scene_shown(k->t) + GUARD_NS) {
		too_soon(k);
	} else {
		k->mode = mode;
		k->due = true;
	}
}

/* Once all keys that came together were looked at: what is part of a paste starts nothing. */
static int book_tick(void *self)
{
	struct book *k = self;

	if (!k->due)
		return -1;
	k->due = false;
	if (k->read.errors)
		ask_reason(k);
	else
		start(k, k->mode, NULL);
	return 0; /* home has something to do */
}

/* --- keys ------------------------------------------------------------------------------------- */

static void drill_chosen(void *ctx, int i)
{
	struct book *k = ctx;
	struct tui_choice *c = k->h->out;

	if (i < 0 || tui_gone(k->t))
		return;
	if ((size_t)i < k->drills.n)
		c->scenario = mem_dup(k->drills.v[i].path);
	else
		c->lab = true;
	k->mode = MODE_DRILL;
	if (k->read.errors)
		ask_reason(k);
	else
		start(k, MODE_DRILL, NULL);
}

static void offer_drills(struct book *k)
{
	struct menu_item v[BOOK_DRILLS + 1];
	size_t n = 0;

	if (!k->read.rb) {
		scene_say(k->t, "It cannot be started: no list of steps could be made of it.");
		return;
	}
	book_drills_release(&k->drills);
	book_drills_find(&k->drills, k->card->path);
	for (; n < k->drills.n; n++)
		v[n] = (struct menu_item){ 0, k->drills.v[n].title, "simulated: this scenario "
					   "answers, nothing is run", false, NULL };
	v[n++] = (struct menu_item){ 0, "In a lab", "its commands are run, where the target itself "
				     "says that it is a lab", false, NULL };
	menu_push(k->t, "DRILL with what?", v, n, drill_chosen, k);
}

static void show_findings(struct book *k)
{
	if (k->read.findings[0])
		text_push(k->t, k->card->title, k->read.findings, NULL, NULL);
	else
		scene_say(k->t, "Nothing is wrong with it.");
}

static void book_key(void *self, const struct key *key)
{
	struct book *k = self;

	if (key->burst &&
	    (k->due || key->code == K_ENTER || key->code == 'd' || key->code == 'D')) {
		too_soon(k);
		return;
	}
	if (sheet_key(&k->sheet, key, k->rows))
		return;
	switch (key->code) {
	case K_ENTER:
		may_start(k, MODE_REAL, key);
		break;
	case 'd':
		may_start(k, MODE_DRILL, key);
		break;
	case 'D':
		offer_drills(k);
		break;
	case 'r':
		if (k->read.rb)
			read_push(k->t, k->card->title, &k->read);
		else
			show_findings(k);
		break;
	case 'l':
		show_findings(k);
		break;
	case '?':
	case K_F1:
		scene_help(k->t);
		break;
	case 'q':
	case K_ESC:
	case K_LEFT:
	case CTRL_C:
		scene_pop(k->t);
		break;
	default:
		scene_unknown(k->t, key);
	}
}

static void book_help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out,
		 "Enter  starts it for REAL; first it asks for what it needs to know\n"
		 "d  starts it as a DRILL: nothing is run, you say what it would come to\n"
		 "D  as a DRILL with a scenario that lies with it, or in a lab\n"
		 "r  reads it through, as the numbered checklist for paper\n"
		 "l  what lint finds wrong with it\n"
		 "Up Down PgUp PgDn  scroll\n"
		 "Esc q  back to the list\n"
		 "A pasted or early Enter starts nothing.\n");
}

static void book_free(void *self)
{
	struct book *k = self;

	sheet_release(&k->sheet);
	book_drills_release(&k->drills);
	shelf_book_release(&k->read);
	free(k);
}

void book_push(struct home *h, const struct card *c)
{
	static const struct scene_ops ops = {
		.name = "a runbook", .draw = book_draw, .key = book_key, .tick = book_tick,
		.free = book_free, .help = book_help,
	};
	struct book *k = mem_alloc(sizeof(*k));

	k->h = h;
	k->t = h->t;
	k->card = c;
	shelf_book_read(c->path, &k->read);
	sheet_init(&k->sheet, 1);
	scene_push(h->t, &ops, k, true);
}
