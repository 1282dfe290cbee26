/* What a person does at any time, by key or from the menu: to the step under the eyes where that
 * is plain, else to one that is chosen from a list. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "mem.h"
#include "state.h"
#include "str.h"

/* --- small choices --------------------------------------------------------------------------- */

static void pace_chosen(void *ctx, int i)
{
	struct run *r = ctx;
	struct intent it = { .verb = VERB_PACE };

	if (i < 0)
		return;
	it.text = mem_dup(i ? "step" : "auto");
	run_make(r, &it, false);
}

static void choose_pace(struct run *r)
{
	bool step = view_state(r->v)->pace == PACE_STEP;
	const struct menu_item v[] = {
		{ 'a', step ? "auto" : "auto (now)", "what only reads starts by itself", false,
		  NULL },
		{ 's', step ? "step (now)" : "step", "every step waits for Enter", false, NULL },
	};

	menu_push(r->t, "pace", v, 2, pace_chosen, r);
}

static void leave_chosen(void *ctx, int i)
{
	if (i == 0)
		run_leave(ctx);
}

void run_menu_leave(struct run *r)
{
	struct buf b = BUF_INIT;
	const struct menu_item v[] = {
		{ 'y', "leave", "the run goes on without this window", false, NULL },
		{ 'n', "stay", "back to the run", false, NULL },
	};

	buf_addf(&b, "Leave? Commands run on. Back: blackstart attach %.18s", client_run(r->c));
	menu_push(r->t, buf_str(&b), v, 2, leave_chosen, r);
	buf_release(&b);
}

/* --- the journal ----------------------------------------------------------------------------- */

static void moved(void *ctx, const char *path)
{
	char *text;

	if (!path || !*path)
		return;
	text = mem_printf("move %s", path);
	run_journal(ctx, text);
	free(text);
}

static void closed(void *ctx, const char *word)
{
	struct run *r = ctx;

	if (word && strcmp(word, "close") == 0)
		run_journal(r, "close");
	else
		run_say(r, "That was not the word: the run is not closed.");
}

static void journal_chosen(void *ctx, int i)
{
	struct run *r = ctx;
	struct ask move = { .title = "journal: move", .must = true, .done = moved, .ctx = r,
			    .question = "The file of the new journal, on a disk that works; it is "
					"tied to this one.", .max = 4000 };
	struct ask close = { .title = "journal: close", .must = true, .done = closed, .ctx = r,
			     .question = "What happens from here on is on no record. To end the "
					 "run so, type: close" };

	if (i == 0)
		run_journal(r, "wait");
	else if (i == 1)
		ask_push(r->t, &move);
	else if (i == 2)
		ask_push(r->t, &close);
}

void run_menu_journal(struct run *r)
{
	const struct menu_item v[] = {
		{ 'a', "wait", "keep trying until it works again", false, NULL },
		{ 'm', "move", "go on in a new journal elsewhere, tied to this one", false, NULL },
		{ 'c', "close", "end the run, unrecorded from here on", false, NULL },
	};

	menu_push(r->t, "the journal cannot be written", v, 3, journal_chosen, r);
}

/* --- pieces of an intent --------------------------------------------------------------------- */

static void how_chosen(void *ctx, int i)
{
	struct run *r = ctx;
	struct intent *it = &r->making.it;

	if (i == 1) {
		it->fields = mem_alloc(sizeof *it->fields);
		it->fields[0] = (struct intent_field){ mem_dup("terminal"), mem_dup("true") };
		it->n_fields = 1;
	}
	r->making.how = true;
	run_make_given(r, i == 0 || i == 1 ? "" : NULL);
}

void run_menu_how(struct run *r)
{
	const struct menu_item v[] = {
		{ 'r', "run", "its output is recorded; it asks nothing", false, NULL },
		{ 't', "terminal", "with a terminal of its own: it may ask, draw, be typed to",
		  false, NULL },
		{ 'n', "no", "run nothing", false, NULL },
	};
	struct buf b = BUF_INIT;

	buf_adds(&b, "run by hand: ");
	str_printable(&b, r->making.it.text, strnlen(r->making.it.text, 200), false);
	menu_push(r->t, buf_str(&b), v, 3, how_chosen, r);
	buf_release(&b);
}

static void one_chosen(void *ctx, int i)
{
	struct run *r = ctx;
	const struct prompt *p = view_prompt(r->v, r->making.it.prompt);
	const struct field *f = p && r->making.field < p->n_fields ? &p->fields[r->making.field]
								   : NULL;

	run_make_given(r, i < 0 ? NULL : f && (size_t)i < f->n_one_of ? f->one_of[i] : "");
}

void run_menu_one_of(struct run *r, const char *title, const char *const *v, size_t n)
{
	struct menu_item *item = mem_alloc(n * sizeof *item);
	struct buf *safe = mem_alloc(n * sizeof *safe);

	for (size_t i = 0; i < n; i++) {
		str_printable(&safe[i], v[i], strlen(v[i]), false);
		item[i].key = i < 9 && n < 10 ? '1' + (uint32_t)i : 0;
		item[i].word = buf_str(&safe[i]);
		item[i].does = "";
	}
	menu_push(r->t, title, item, n, one_chosen, r);
	for (size_t i = 0; i < n; i++)
		buf_release(&safe[i]);
	free(safe);
	free(item);
}

/* --- to which step --------------------------------------------------------------------------- */

static void on_step(struct run *r, const struct inst *in, enum verb verb)
{
	struct intent it = { .verb = verb };

	it.step = mem_dup(in->key);
	it.prompt = verb == VERB_SKIP || verb == VERB_DEFER || verb == VERB_OVERRIDE ? in->prompt
										     : 0;
	run_make(r, &it, verb_needs_reason(verb));
}

static bool takes(struct run *r, const struct inst *in, enum verb verb)
{
	return in && in->step && (state_verbs(view_state(r->v), in) & 1ULL << verb);
}

static void to_a_step(struct run *r, enum verb verb)
{
	const struct state *s = view_state(r->v);
	const struct inst *at = run_at(r), *only = NULL;
	size_t n = 0;

	if (verb != VERB_REOPEN && verb != VERB_UNDO && takes(r, at, verb)) {
		on_step(r, at, verb);
		return;
	}
	for (size_t i = 0; i < s->n_active; i++)
		if (takes(r, s->active[i], verb)) {
			only = s->active[i];
			n++;
		}
	if (n == 1 && verb == VERB_ABORT)
		on_step(r, only, verb);
	else
		run_menu_steps(r, verb);
}

static void to_the_run(struct run *r, enum verb verb)
{
	const struct state *s = view_state(r->v);
	const struct inst *at = run_at(r);
	struct intent it = { .verb = verb };
	bool reason = verb_needs_reason(verb) || verb == VERB_CLOSE ||
		      (verb == VERB_TAKE && s->seat.taken && !client_has_seat(r->c));

	if (verb == VERB_NOTE || verb == VERB_CALL)
		it.step = at ? mem_dup(at->key) : NULL;
	run_make(r, &it, reason);
}

/* Whether the run takes it now; where not, why not is said. */
static bool may(struct run *r, enum verb verb)
{
	enum run_role role = run_role(r);
	bool open = view_state(r->v)->phase != RUN_CLOSED;

	if (r->trouble) {
		run_say(r, "The journal cannot be written: nothing can be sent. j decides.");
		return false;
	}
	if (verb == VERB_NOTE)
		return open;
	if (verb == VERB_TAKE && client_has_seat(r->c)) {
		run_say(r, "You have the seat already.");
		return false;
	}
	if (verb != VERB_TAKE && role != RUN_ACTS) {
		run_say(r, "You look on: i takes the seat, n puts a note on the record.");
		return false;
	}
	if ((verb == VERB_PAUSE && view_state(r->v)->paused) ||
	    (verb == VERB_CONTINUE && !view_state(r->v)->paused)) {
		run_say(r, verb == VERB_PAUSE ? "The run is paused already: g goes on."
					      : "The run is not paused.");
		return false;
	}
	return open;
}

void run_verb(struct run *r, enum verb verb)
{
	if (!may(r, verb))
		return;
	switch ((int)verb) {
	case VERB_REOPEN: case VERB_UNDO: case VERB_RECALL: case VERB_ABORT: case VERB_EDIT:
	case VERB_SKIP: case VERB_DEFER: case VERB_OVERRIDE:
		to_a_step(r, verb);
		break;
	case VERB_SETTLE:
		run_menu_debts(r);
		break;
	case VERB_CORRECT:
		run_menu_values(r);
		break;
	case VERB_IDENTIFY:
		run_identify(r);
		break;
	case VERB_PACE:
		choose_pace(r);
		break;
	default:
		to_the_run(r, verb);
	}
}
