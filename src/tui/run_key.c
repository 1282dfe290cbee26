/* Every key of the run's screen: who gets it, and what is said where nobody takes it. */
#include "run_area.h"
#include "run_notice.h"


#include "client.h"
#include "clock.h"
#include "pane.h"
#include "run_script.h"
#include "state.h"
#include "str.h"
#include "view_walk.h"

enum { KEY_INTERRUPT = 3, KEY_OUTPUT = 15, KEY_BRACKET = 29 };

/* --- the keyboard and the command ------------------------------------------------------------ */

static void to_command(struct run *r)
{
	const struct cmd *c = run_output_of(r);

	if (run_role(r) != RUN_ACTS) {
		run_say(r, "Who looks on does not type into commands.");
	} else if (!c || !c->terminal || c->phase != CMD_INTENT || !r->pane_shown) {
		run_say(r, "No running command has a terminal: the keyboard stays the runbook's.");
	} else if (!client_has_seat(r->c)) {
		r->drive_due = true; /* who types into a command operates the run */
		run_verb(r, VERB_TAKE);
	} else {
		r->drives = true;
	}
}

/* Tab: to the command where it has a terminal, else to the next question. */
static void tab(struct run *r, int step)
{
	const struct cmd *c = run_output_of(r);
	const struct prompt *all;
	size_t i, n;

	if (c && c->terminal && c->phase == CMD_INTENT && step == 0) {
		to_command(r);
		return;
	}
	run_shown(r, &i, &n);
	if (n < 2) {
		run_say(r, "There is no other question.");
		return;
	}
	view_prompts(r->v, &all);
	r->shown = all[(i + (step < 0 ? n - 1 : 1)) % n].seq;
}

/* --- keys that mean the same whatever is asked ----------------------------------------------- */

static const struct {
	uint32_t code;
	enum verb verb;
} verbs[] = {
	{ 'n', VERB_NOTE }, { 'p', VERB_PAUSE }, { 'g', VERB_CONTINUE }, { 'P', VERB_PACE },
	{ 'y', VERB_HANDOVER }, { 'i', VERB_TAKE }, { '!', VERB_EXEC }, { 'k', VERB_CALL },
	{ 'v', VERB_CORRECT }, { 't', VERB_SETTLE }, { 'b', VERB_REOPEN }, { 'z', VERB_UNDO },
	{ 'c', VERB_RECALL }, { 'x', VERB_ABORT }, { 'e', VERB_EDIT }, { 'Q', VERB_CLOSE },
	{ 's', VERB_SKIP }, { 'l', VERB_DEFER }, { 'o', VERB_OVERRIDE },
};

static bool verb_key(struct run *r, uint32_t code)
{
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (verbs[i].code == code) {
			run_verb(r, verbs[i].verb);
			return true;
		}
	return false;
}

static bool move_key(struct run *r, const struct key *k)
{
	switch (k->code) {
	case K_TAB:
		tab(r, 0);
		return true;
	case K_RIGHT:
		tab(r, 1);
		return true;
	case K_LEFT: case K_BACKTAB:
		tab(r, -1);
		return true;
	case KEY_BRACKET: case K_F12:
		to_command(r);
		return true;
	case 'j':
		if (r->trouble)
			run_menu_journal(r);
		else
			run_say(r, "The journal is in order: there is nothing to decide.");
		return true;
	case 'M': case K_F1 + 9:
		run_menu(r);
		return true;
	case K_F1 + 1:
		run_verb(r, VERB_IDENTIFY);
		return true;
	case 'F':
		if (r->o->facilitator)
			run_script(r);
		return r->o->facilitator;
	case 'q': case KEY_INTERRUPT:
		run_menu_leave(r);
		return true;
	default:
		return sheet_key(&r->step, k, r->body_rows);
	}
}

/* A key that nobody takes does nothing, and says so. */
static void not_taken(struct run *r, const struct key *k)
{
	char name[KEY_NAME_BYTES];

	term_key_name(k, name);
	if (run_role(r) == RUN_OTHER || run_role(r) == RUN_WATCHES)
		run_say(r, "%s does nothing: you look on. i takes the seat, n puts a note.", name);
	else
		run_say(r, "%s does nothing here; ? explains the keys, M lists what can be done.",
			name);
}

/* --- who gets it ----------------------------------------------------------------------------- */

static void ended_key(struct run *r, const struct key *k)
{
	if (run_look_key(r, k->code) || sheet_key(&r->step, k, r->body_rows))
		return;
	if (k->at <= r->drawn_at || k->burst)
		return; /* it was for something else */
	if (k->code == K_ENTER || k->code == 'q' || k->code == K_ESC || k->code == KEY_INTERRUPT)
		run_leave(r);
	else
		run_say(r, "The run is closed. Enter leaves; w, L and O look back.");
}

/* Keys that no name is made of stay what they are while one is typed. */
static bool passes(const struct key *k)
{
	return k->code == KEY_INTERRUPT || k->code == KEY_OUTPUT || k->code == K_F1 ||
	       k->code == K_F1 + 1 || k->code == K_F1 + 9 || k->code == K_TAB ||
	       k->code == K_BACKTAB ||
	       (k->code >= K_UP && k->code <= K_PGDN);
}

static void runbook_key(struct run *r, const struct key *k)
{
	const struct prompt *p = run_shown(r, NULL, NULL);
	bool acts = run_role(r) == RUN_ACTS && !r->trouble;

	if (run_naming(r) && !passes(k)) {
		run_answer_key(r, p, k);
		return;
	}
	if (k->burst && k->code >= 'A' && k->code <= 'z') { /* the letters of a text, not keys */
		run_say(r, "Several keys came at once: only the first counted.");
		r->spent = true;
		return;
	}
	if (k->code == K_PASTE) {
		run_say(r, "A paste answers nothing here: nothing was done.");
		return;
	}
	if (acts && p && !run_naming(r) && run_answer_key(r, p, k))
		return;
	if (run_look_key(r, k->code) || move_key(r, k))
		return;
	if (!verb_key(r, k->code))
		not_taken(r, k);
}

static void one_key(struct run *r, const struct key *k)
{

	run_mark_shown(r);
	scene_stale(r->t);
	if (r->drives) {
		if (k->code == KEY_BRACKET || k->code == K_F12)
			r->drives = false;
		else
			pane_key(r->pane, k);
		return;
	}
	buf_clear(&r->word);
	if (r->over) {
		r->over = k->code != KEY_BRACKET && k->code != K_F12 && k->code != K_ESC;
		if (r->over)
			run_say(r, "The command is over; that key did nothing. ^] or Esc goes on.");
		return;
	}
	if (!k->burst)
		r->spent = false;
	else if (r->spent)
		return;
	if (r->refused.len) { /* it is read first; the key does no more than that */
		buf_clear(&r->refused);
		r->spent = true;
		return;
	}
	if (run_notice_key(r, k))
		return;
	if (r->ended)
		ended_key(r, k);
	else
		runbook_key(r, k);
}

void run_key(void *self, const struct key *k)
{
	struct run *r = self;

	if (k->code == K_RESIZE || k->code == K_GONE)
		return;
	r->enters = k->code == K_ENTER && k->at - r->enter_at < RUN_HELD_NS ? r->enters + 1 : 0;
	if (k->code == K_ENTER)
		r->enter_at = k->at;
	one_key(r, k);
}
