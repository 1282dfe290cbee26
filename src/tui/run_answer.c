/* A key against the question under the eyes. It counts from when the question was drawn. */
#include "run.h"

#include <string.h>

#include "client.h"
#include "clock.h"
#include "mem.h"
#include "run_board.h"
#include "runbook.h"
#include "state.h"
#include "str.h"
#include "utf8.h"

enum { KEY_CLEAR = 21, NAME_MAX_BYTES = 1024 };

static struct intent intent_for(const struct prompt *p, enum verb v)
{
	struct intent it = { .verb = v, .prompt = p->seq };

	it.step = mem_dup(p->key);
	if (v == VERB_APPROVE)
		it.name = mem_dup(p->in->guard->request);
	if (v == VERB_PLAY)
		it.name = mem_dup(p->token);
	return it;
}

void run_choice(struct run *r, const struct prompt *p, const struct choice *c)
{
	struct intent it = intent_for(p, c->verb);

	if (p->kind == ASK_NAME && c->verb == VERB_START) {
		r->name_off = false;
		buf_clear(&r->name);
		intent_release(&it);
		return;
	}
	if (c->verb == VERB_DONE && p->kind == ASK_YES) {
		run_board_push(r, true);
		intent_release(&it);
		return;
	}
	if (c->verb == VERB_DONE && (p->kind == ASK_OPTION || p->kind == ASK_LINE)) {
		run_say(r, "Choose one of the list first: its number or the arrows, then Enter.");
		intent_release(&it);
		return;
	}
	run_make(r, &it, c->reason);
}

/* --- a name, letter by letter ---------------------------------------------------------------- */

static void give_name(struct run *r, const struct prompt *p)
{
	struct intent it;

	if (!r->name.len) {
		run_say(r, "Nothing is typed yet: type the name, then Enter.");
		return;
	}
	if (run_unknown(r, p->in) && view_state(r->v)->seat.taken) {
		buf_clear(&r->name);
		run_identify(r);
		return;
	}
	it = intent_for(p, VERB_START);
	it.text = mem_dup(buf_str(&r->name));
	run_make(r, &it, false);
	buf_clear(&r->name);
}

static void cut_last(struct buf *b)
{
	size_t n = b->len;

	while (n > 0 && ((unsigned char)b->data[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0)
		buf_cut(b, n - 1);
}

static void name_key(struct run *r, const struct prompt *p, const struct key *k)
{
	char bytes[4];
	size_t n;

	switch (k->code) {
	case K_ENTER:
		if (k->burst)
			run_say(r, "That Enter came with the rest, as from a paste: press it by "
				   "itself.");
		else
			give_name(r, p);
		return;
	case K_ESC:
		r->name_off = true;
		buf_clear(&r->name);
		run_say(r, "Nothing was sent. Keys are keys now; Enter goes back to the name.");
		return;
	case K_BACKSPACE: case K_DELETE: case 8: case 127:
		cut_last(&r->name);
		return;
	case KEY_CLEAR:
		buf_clear(&r->name);
		return;
	case K_PASTE:
		run_say(r, "A pasted name is not taken: type it.");
		return;
	default:
		break;
	}
	n = k->code >= ' ' && k->code < K_ENTER && !k->alt ? utf8_encode(k->code, bytes) : 0;
	if (n && r->name.len < NAME_MAX_BYTES)
		buf_add(&r->name, bytes, n);
	else if (!n)
		run_say(r, "You are typing the name: Enter gives it, Esc is for other keys.");
}

/* --- a list ---------------------------------------------------------------------------------- */

static size_t list_len(const struct prompt *p)
{
	return p->kind == ASK_OPTION ? p->n_options : p->kind == ASK_LINE ? p->n_lines : 0;
}

static void take_picked(struct run *r, const struct prompt *p)
{
	struct intent it;
	bool reason = p->n_choices && p->choices[0].verb == VERB_DONE && p->choices[0].reason;

	if (!r->pick) {
		run_say(r, "Choose one first: its number or the arrows, then Enter.");
		return;
	}
	it = intent_for(p, VERB_DONE);
	if (p->kind == ASK_OPTION) {
		it.text = mem_dup(p->options[r->pick - 1].id);
	} else {
		it.fields = mem_alloc(sizeof *it.fields);
		it.fields[0] = (struct intent_field){ mem_dup(p->fields[0].name),
						      mem_dup(p->lines[r->pick - 1]) };
		it.n_fields = 1;
	}
	run_make(r, &it, reason);
}

static void digit(struct run *r, size_t n, size_t d)
{
	size_t to = n > 9 ? r->digits * 10 + d : d;

	if (to > n || to == 0) {
		run_say(r, "There is no number %zu in the list.", to);
		r->digits = 0;
		return;
	}
	r->digits = n > 9 ? to : 0;
	r->pick = to;
}

/* True: it was for the list. */
static bool list_key(struct run *r, const struct prompt *p, const struct key *k)
{
	size_t n = list_len(p);

	if (!n)
		return false;
	if (k->code >= '0' && k->code <= '9') {
		digit(r, n, k->code - '0');
		return true;
	}
	r->digits = 0;
	switch (k->code) {
	case K_UP:
		r->pick = r->pick > 1 ? r->pick - 1 : n;
		return true;
	case K_DOWN:
		r->pick = r->pick < n ? r->pick + 1 : 1;
		return true;
	case K_ENTER:
		take_picked(r, p);
		return true;
	default:
		return false;
	}
}

/* --- any other ------------------------------------------------------------------------------- */

/* Whether the key may count at all; where not, it was said. */
static bool in_time(struct run *r, const struct prompt *p, const struct key *k)
{
	if (r->waiting) {
		run_say(r, "Your answer is on its way; this key did nothing.");
		return false;
	}
	if (r->drawn != p->seq || k->at <= r->drawn_at) {
		run_say(r, "That key came before the question was shown: it did nothing.");
		return false;
	}
	if (k->code == K_ENTER && p->kind == ASK_ENTER && r->enters >= RUN_HELD) {
		run_say(r, "Enter is being held down: it did nothing.");
		return false;
	}
	if (p->destructive && k->at - r->drawn_at < RUN_GUARD_NS) {
		run_say(r, "That came sooner than anybody can read a warning: it did nothing.");
		return false;
	}
	return true;
}

static void enter(struct run *r, const struct prompt *p)
{
	if (p->kind == ASK_CONTACT || p->kind == ASK_YES) {
		run_board_push(r, true);
		return;
	}
	if (p->kind == ASK_FIELDS || p->kind == ASK_CLOSE || p->kind == ASK_NAME) {
		for (size_t i = 0; i < p->n_choices; i++)
			if (p->choices[i].verb == VERB_DONE || p->choices[i].verb == VERB_CLOSE ||
			    p->choices[i].verb == VERB_START) {
				run_choice(r, p, &p->choices[i]);
				return;
			}
	}
	if (p->n_choices && p->choices[0].key == '\n')
		run_choice(r, p, &p->choices[0]);
	else
		run_say(r, "Enter alone is no answer here: the keys below are.");
}

static const struct choice *choice_of(const struct prompt *p, uint32_t code)
{
	for (size_t i = 0; i < p->n_choices; i++)
		if (p->choices[i].key > ' ' && (uint32_t)p->choices[i].key == code)
			return &p->choices[i];
	return NULL;
}

/* Whether the question takes this key; the caller looks further where not. */
static bool is_for(const struct prompt *p, const struct key *k)
{
	if (k->code == K_ENTER || choice_of(p, k->code))
		return true;
	return list_len(p) && ((k->code >= '0' && k->code <= '9') || k->code == K_UP ||
			       k->code == K_DOWN);
}

bool run_answer_key(struct run *r, const struct prompt *p, const struct key *k)
{
	bool naming = run_naming(r);

	if (!naming && !is_for(p, k))
		return false;
	if (!in_time(r, p, k))
		return true;
	if (naming)
		name_key(r, p, k);
	else if (list_key(r, p, k))
		scene_stale(r->t);
	else if (k->code == K_ENTER)
		enter(r, p);
	else
		run_choice(r, p, choice_of(p, k->code));
	return true;
}
