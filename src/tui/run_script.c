/* The facilitator's console: what came and what comes in between, as a list; below it the inject
 * under the cursor in full. Nothing here operates the run, and no single key delivers: Enter opens
 * what may be done with an inject, and that is chosen.
 */
#include "run_script.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "clock.h"
#include "limits.h"
#include "mem.h"
#include "run_area.h"
#include "state.h"
#include "str.h"
#include "view_script.h"

enum { CTRL_C = 3, CTRL_G = 7, HEAD_ROWS = 2, ROWS_FEW = 16, ALL = SCENARIO_INJECTS + 1000 };

struct script {
	struct run *r;
	struct script_entry *v;
	size_t n;            /* as drawn last */
	char *picked;        /* id; NULL: the next that comes */
	size_t from;         /* first shown */
	char *about;         /* id of the inject that the open menu is about */
	enum script_act offered[SCRIPT_ACTS];
	size_t n_offered;
	char token[TOKEN_MAX]; /* of the command that is being answered */
	int exit;
	struct sheet detail;
	int rows;            /* of the list */
};

/* --- the list --------------------------------------------------------------------------------- */

static void load(struct script *k)
{
	size_t n = view_script(k->r->v, client_scenario(k->r->c), k->v, ALL);

	k->n = n < ALL ? n : ALL;
}

static size_t at(const struct script *k)
{
	size_t next = 0;

	for (size_t i = 0; k->picked && i < k->n; i++)
		if (str_eq(k->v[i].id, k->picked))
			return i;
	while (next < k->n && k->v[next].past)
		next++;
	return next < k->n ? next : k->n ? k->n - 1 : 0;
}

static const struct script_entry *entry(struct script *k, const char *id)
{
	load(k);
	for (size_t i = 0; id && i < k->n; i++)
		if (str_eq(k->v[i].id, id))
			return &k->v[i];
	return NULL;
}

static void move(struct script *k, int by)
{
	size_t i = at(k);

	if (!k->n || (by < 0 && i < (size_t)-by) || (by > 0 && i + (size_t)by >= k->n))
		i = by < 0 || !k->n ? 0 : k->n - 1;
	else
		i = by < 0 ? i - (size_t)-by : i + (size_t)by;
	free(k->picked);
	k->picked = k->n ? mem_dup(k->v[i].id) : NULL;
}

static void draw_list(struct script *k, struct term *t, struct area a)
{
	size_t i = at(k), rows = a.rows > 0 ? (size_t)a.rows : 1;
	struct buf b = BUF_INIT;

	k->rows = a.rows;
	if (!k->n)
		paint_text(t, a, 0, 0, ST_DIM, client_scenario(k->r->c) ?
			   "The scenario has no injects: i invents one." :
			   "This drill has no scenario: i invents an inject.");
	if (i < k->from)
		k->from = i;
	if (i >= k->from + rows)
		k->from = i - rows + 1;
	for (size_t row = 0; row < rows && k->from + row < k->n; row++) {
		const struct script_entry *e = &k->v[k->from + row];
		enum style st = e->past ? ST_DIM : e->standing == SCENARIO_DUE ? ST_NOW : ST_PLAIN;

		buf_clear(&b);
		buf_adds(&b, k->from + row == i ? "> " : "  ");
		view_script_line(&b, k->r->v, e, clock_now());
		paint_fit(t, a, (int)row, 0, a.cols, k->from + row == i ? ST_PICKED : st,
			  buf_str(&b));
	}
	buf_release(&b);
}

static void draw_detail(struct script *k, struct term *t, struct area a)
{
	struct buf b = BUF_INIT;

	sheet_clear(&k->detail, a.cols);
	if (k->n) {
		view_script_text(&b, &k->v[at(k)]);
		sheet_add(&k->detail, ST_PLAIN, 17, buf_str(&b));
	}
	sheet_paint(&k->detail, t, a);
	buf_release(&b);
}

/* --- below it --------------------------------------------------------------------------------- */

static void add_now(struct script *k, struct buf *b)
{
	const struct state *s = view_state(k->r->v);
	struct view_figures f;

	view_figures(k->r->v, clock_now(), &f);
	if (s->seat.taken) {
		buf_adds(b, "operated by ");
		str_printable(b, s->seat.who.id, strlen(s->seat.who.id), false);
	} else {
		buf_adds(b, s->phase == RUN_CLOSED ? "CLOSED" : "nobody operates");
	}
	if (f.now) {
		buf_adds(b, " | at ");
		view_step_name(b, k->r->v, f.now);
	}
}

/* What is refused or said stands where what is asked would: it goes with the next key. */
static void draw_said(struct script *k, struct term *t, struct area a)
{
	struct buf b = BUF_INIT;
	enum style st = ST_STRONG;

	if (k->r->refused.len) {
		buf_adds(&b, "REFUSED: ");
		buf_add(&b, buf_str(&k->r->refused), k->r->refused.len);
		st = ST_FAIL;
	} else if (k->r->word.len) {
		buf_add(&b, buf_str(&k->r->word), k->r->word.len);
	} else {
		buf_adds(&b, "ASKED: what does it come to? ");
		st = view_script_asked(&b, k->r->v) ? ST_NOW : ST_DIM;
		if (st == ST_DIM)
			buf_clear(&b);
	}
	if (st == ST_DIM)
		add_now(k, &b);
	paint_fit(t, a, 0, 0, a.cols, st, buf_str(&b));
	buf_release(&b);
}

static const struct run_hint hints[] = {
	{ "Enter", "what may be done" }, { "i", "invent" }, { "H", "help the players" },
	{ "o", "observe" }, { "a", "answer" }, { "v", "the run" }, { "?", "help" },
	{ "q", "leave" },
};
enum { N_HINTS = sizeof hints / sizeof hints[0] };

static void draw(void *self, struct term *t, struct area a)
{
	struct script *k = self;
	struct area head = a, list = a, foot = a, said, detail;

	load(k);
	paint_blank(t, a);
	head.rows = a.rows < ROWS_FEW ? 1 : HEAD_ROWS;
	run_head(k->r, t, head);
	foot.rows = run_hints(NULL, a, hints, N_HINTS);
	foot.row = a.row + a.rows - foot.rows;
	run_hints(t, foot, hints, N_HINTS);
	said = (struct area){ foot.row - 1, a.col, 1, a.cols };
	draw_said(k, t, said);
	list.row += head.rows;
	list.rows -= head.rows + foot.rows + 1;
	detail = list;
	detail.rows = a.rows < ROWS_FEW ? 0 : list.rows * 2 / 5;
	list.rows -= detail.rows;
	detail.row += list.rows;
	draw_list(k, t, list);
	if (detail.rows < 2)
		return;
	paint_rule(t, (struct area){ detail.row, a.col, 1, a.cols }, 0, "FACILITATOR");
	detail.row++;
	detail.rows--;
	draw_detail(k, t, detail);
}

/* --- what is sent ----------------------------------------------------------------------------- */

static void send(struct script *k, enum verb verb, const char *name, const char *text)
{
	struct intent it = { .verb = verb };

	it.name = name ? mem_dup(name) : NULL;
	it.text = text ? mem_dup(text) : NULL;
	run_make(k->r, &it, false);
}

static void chosen(void *ctx, int i)
{
	struct script *k = ctx;
	const struct script_entry *e = i > 0 ? entry(k, k->about) : NULL;

	if (!e)
		return;
	if (view_script_may(e, k->offered[i - 1]))
		send(k, VERB_INJECT, e->id, view_script_act(k->offered[i - 1]));
	else
		run_say(k->r, "%s stands otherwise by now: nothing was done.", e->id);
}

static const struct {
	uint32_t key;
	const char *does;
} acts[SCRIPT_ACTS] = {
	[SCRIPT_DELIVER] = { 'd', "it comes now" },
	[SCRIPT_HOLD] = { 'h', "it does not come before it is released" },
	[SCRIPT_RELEASE] = { 'r', "it comes when it is due, as if it had not been held" },
	[SCRIPT_LEAVE_OUT] = { 'x', "it does not come at all" },
};

static void offer(struct script *k)
{
	/* the first one does nothing: an Enter too many delivers nothing */
	struct menu_item v[SCRIPT_ACTS + 1] = {
		{ 'l', "leave it", "it stays as it stands", false, NULL } };
	const struct script_entry *e = k->n ? &k->v[at(k)] : NULL;

	k->n_offered = 0;
	for (int i = 0; e && i < SCRIPT_ACTS; i++)
		if (view_script_may(e, (enum script_act)i)) {
			k->offered[k->n_offered++] = (enum script_act)i;
			v[k->n_offered] = (struct menu_item){ acts[i].key,
				view_script_act((enum script_act)i), acts[i].does, false, NULL };
		}
	if (!k->n_offered) {
		run_say(k->r, "Nothing can be done about that one any more.");
		return;
	}
	free(k->about);
	k->about = mem_dup(e->id);
	menu_push(k->r->t, e->id, v, k->n_offered + 1, chosen, k);
}

static void helped(void *ctx, const char *text)
{
	if (text && *text)
		send(ctx, VERB_INVENT, "help", text);
}

/* --- words for a command ---------------------------------------------------------------------- */

static void printed(void *ctx, const char *text)
{
	struct script *k = ctx;
	struct intent it = { .verb = VERB_PLAY, .n_fields = 1 };

	if (!text)
		return;
	it.name = mem_dup(k->token);
	it.text = *text ? mem_printf("%s\n", text) : mem_dup("");
	it.fields = mem_alloc(sizeof *it.fields);
	it.fields[0].name = mem_dup("exit");
	it.fields[0].text = mem_printf("%d", k->exit);
	run_make(k->r, &it, false);
}

static void came_to(void *ctx, int i)
{
	struct script *k = ctx;

	if (i < 0)
		return;
	k->exit = i;
	ask_push(k->r->t, &(struct ask){
		.title = i ? "It fails, with status 1" : "It works, with status 0",
		.question = "What does it print? One line; Enter alone: nothing.",
		.max = LIMIT_NOTE_BYTES, .done = printed, .ctx = k });
}

static void answer(struct script *k)
{
	static const struct menu_item v[] = {
		{ 'w', "works", "status 0", false, NULL },
		{ 'f', "fails", "status 1", false, NULL },
	};
	struct buf b = BUF_INIT;
	const char *token = view_script_asked(&b, k->r->v);

	if (!token) {
		run_say(k->r, "No command waits for your words.");
	} else {
		str_clip(k->token, sizeof k->token, token);
		menu_push(k->r->t, buf_str(&b), v, 2, came_to, k);
	}
	buf_release(&b);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void act(struct script *k, const struct key *key)
{
	switch (key->code) {
	case K_ENTER:
		offer(k);
		break;
	case 'i':
		send(k, VERB_INVENT, NULL, NULL);
		break;
	case 'o':
		send(k, VERB_OBSERVE, NULL, NULL);
		break;
	case 'n':
		send(k, VERB_NOTE, NULL, NULL);
		break;
	case 'H':
		ask_push(k->r->t, &(struct ask){
			.title = "Help",
			.question = "What are the players told? It counts as help.",
			.max = LIMIT_NOTE_BYTES, .must = true, .done = helped, .ctx = k });
		break;
	case 'a':
		answer(k);
		break;
	case 'q': case CTRL_C:
		scene_pop(k->r->t); /* what is asked then is asked over the run */
		run_menu_leave(k->r);
		break;
	default:
		if (!run_look_key(k->r, key->code))
			scene_unknown(k->r->t, key);
	}
}

static void key(void *self, const struct key *key)
{
	struct script *k = self;
	bool was_refused = k->r->refused.len > 0;

	buf_clear(&k->r->word);
	buf_clear(&k->r->refused);
	scene_stale(k->r->t);
	if (was_refused)
		return;
	load(k);
	switch (key->code) {
	case K_UP: move(k, -1); break;
	case K_DOWN: move(k, 1); break;
	case K_PGUP: move(k, -k->rows); break;
	case K_PGDN: move(k, k->rows); break;
	case K_HOME: move(k, -ALL); break;
	case K_END: move(k, ALL); break;
	case 'v': case K_ESC: case CTRL_G: scene_pop(k->r->t); break;
	default:
		if (key->burst)
			run_say(k->r, "Several keys came at once: nothing was done.");
		else
			act(k, key);
	}
}

/* Times count down. */
static int tick(void *self)
{
	struct script *k = self;

	scene_stale(k->r->t);
	return 1000;
}

static void help(void *self, struct buf *out)
{
	(void)self;
	buf_adds(out, "Up Down  which inject\n"
		      "Enter  what may be done with it: deliver, hold, release, leave out\n"
		      "i  an inject of your own; it comes at once\n"
		      "H  tells the players something; it counts as help\n"
		      "o  an observation, for the score and the report\n"
		      "a  what a command comes to that the scenario does not cover\n"
		      "n  a remark on the record\n"
		      "v Esc  the run as the players see it; F comes back\n"
		      "q  leaves; the drill goes on\n");
}

static void free_script(void *self)
{
	struct script *k = self;

	sheet_release(&k->detail);
	free(k->v);
	free(k->picked);
	free(k->about);
	free(k);
}

void run_script(struct run *r)
{
	static const struct scene_ops ops = {
		.name = "the script", .draw = draw, .key = key, .tick = tick, .free = free_script,
		.help = help,
	};
	struct script *k = mem_alloc(sizeof *k);

	k->r = r;
	k->v = mem_alloc(ALL * sizeof *k->v);
	sheet_init(&k->detail, 80);
	scene_push(r->t, &ops, k, true);
}
