/* The fold: one event in, the state moves. The only writer of the state.
 *
 * An event is looked at whole before anything is changed, so that one that does not follow leaves
 * the state as it was. Conditions are never evaluated here.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "str.h"

struct fold {
	struct engine *e;
	struct state *s;
	const struct event *ev;
	const struct json *b;
	struct inst *in; /* of ev->step; the root where it names none */
	int64_t t;       /* run time */
	struct err *err;
};

static int bad(struct fold *f, const char *what)
{
	return err_set(f->err, ERR_CORRUPT, "event %lld (%s) does not follow: %s",
		       (long long)f->ev->seq, word_of(WORDS_EVENT, f->ev->kind), what);
}

static void set_text(char **to, const char *from)
{
	char *copy = mem_dup(from);

	free(*to);
	*to = copy;
}

/* --- active list, counters ------------------------------------------------------------------- */

static bool is_active(enum step_state st)
{
	return st != STEP_PENDING && st != STEP_FINISHED;
}

static void active_update(struct state *s, struct inst *in, bool was, bool now)
{
	if (was == now)
		return;
	if (now) {
		if (s->n_active == s->cap_active) {
			s->cap_active = s->cap_active ? 2 * s->cap_active : 32;
			s->active = mem_grow(s->active, s->cap_active, sizeof *s->active);
		}
		s->active[s->n_active++] = in;
		return;
	}
	for (size_t i = 0; i < s->n_active; i++)
		if (s->active[i] == in) {
			memmove(s->active + i, s->active + i + 1,
				(s->n_active - i - 1) * sizeof *s->active);
			s->n_active--;
			return;
		}
}

static size_t *counter(struct state *s, const struct inst *in)
{
	if (is_group(in))
		return NULL;
	if (in->state == STEP_DEFERRED)
		return &s->deferred;
	if (in->state != STEP_FINISHED)
		return NULL;
	switch (in->outcome) {
	case OUTCOME_SKIPPED:
	case OUTCOME_NOT_APPLICABLE:
	case OUTCOME_INTERRUPTED:
		return &s->skipped;
	case OUTCOME_FAILED:
	case OUTCOME_ABORTED:
		return &s->failed;
	default:
		return &s->done;
	}
}

static void count(struct state *s, const struct inst *in, int by)
{
	size_t *c = counter(s, in);

	if (c)
		*c += (size_t)by;
}

static bool is_behind(const struct inst *in)
{
	return in->state == STEP_FINISHED || in->state == STEP_DEFERRED;
}

static void move_cursor(struct inst *group, const struct inst *kid)
{
	if (!is_behind(kid)) {
		for (size_t i = 0; i < group->cursor; i++)
			if (group->kids[i] == kid && kid->state == STEP_WAITING)
				group->cursor = i;
		return;
	}
	while (group->cursor < group->n_kids && is_behind(group->kids[group->cursor]))
		group->cursor++;
}

/* --- a step's state ----------------------------------------------------------------------------- */

static void enter_waiting(struct inst *in, const struct json *b)
{
	in->go = json_bool(b, "go", false);
	in->confirmed_name = false;
	in->wrong_names = 0;
	in->digests_open = in->uses_ok = 0;
	in->repairing = false;
	in->leaving = false;
	in->next_look = in->give_up = in->retry_at = -1;
	in->overridden_block = json_bool(b, "override", false);
	if (in->overridden_block) {
		in->looked = true;
		in->when = TRI_TRUE;
	} else if (!json_bool(b, "keep_when", false)) {
		in->looked = false;
		in->when = TRI_TRUE;
	}
}

static void enter_executing(struct fold *f, struct inst *in)
{
	if (f->ev->attempt > in->attempt) {
		in->attempt = f->ev->attempt;
		in->looks = 0;
		in->late = false;
		in->stale = false;
		in->repairing = false;
		in->digests_open = in->step ? in->step->n_produces : 0;
		set_text(&in->reading, NULL);
	}
	if (in->began < 0)
		in->began = f->t;
	in->next_look = json_int(f->b, "next_look", -1);
	in->give_up = json_int(f->b, "give_up", -1);
	in->repairing = json_bool(f->b, "repair", in->repairing);
	if (json_bool(f->b, "leaving", false))
		in->leaving = true;
}

/* A finished step was opened again: what came after it in its sequence waits behind it once more. */
static void reopen_behind(struct fold *f, struct inst *in)
{
	struct inst *up = in->parent;
	bool after = false;

	for (struct inst *g = up; g && g->state == STEP_FINISHED; g = g->parent) {
		active_update(f->s, g, false, true);
		g->state = STEP_EXECUTING;
		g->outcome = OUTCOME_NONE;
		g->leaving = false;
	}
	for (size_t i = 0; up && i < up->n_kids; i++) {
		struct inst *k = up->kids[i];

		if (k == in)
			after = true;
		else if (after && k->state == STEP_FINISHED)
			k->stale = true;
	}
}

static void enter_finished(struct fold *f, struct inst *in)
{
	in->ended = f->t;
	in->next_look = in->give_up = in->retry_at = -1;
	in->jumped = json_bool(f->b, "jumped", false);
	in->leaving = false;
	free(in->lines);
	in->lines = NULL;
}

static int apply_step(struct fold *f)
{
	struct inst *in = f->in;
	int from = word_from(WORDS_STATE, json_str(f->b, "from"));
	int to = word_from(WORDS_STATE, json_str(f->b, "to"));
	int outcome = word_from(WORDS_OUTCOME, json_str(f->b, "outcome"));
	int failure = word_from(WORDS_FAILURE, json_str(f->b, "failure"));
	const char *reason = json_str(f->b, "reason"), *problem = json_str(f->b, "problem");
	enum step_state was = in->state;

	if (from != (int)was || to < 0 || !step_moves[from][to])
		return bad(f, "no such change of state");
	count(f->s, in, -1);
	if (was == STEP_FINISHED && to == STEP_WAITING)
		reopen_behind(f, in);
	in->from_state = to == STEP_SUSPENDED ? was : in->from_state;
	in->state = to;
	in->outcome = to == STEP_FINISHED && outcome > 0 ? outcome : OUTCOME_NONE;
	in->failure = failure > 0 ? failure : to == STEP_FINISHED ? in->failure : FAILURE_NONE;
	in->prompt = json_bool(f->b, "asks", false) ? f->ev->seq : 0;
	in->since = f->t;
	in->asked = false;
	in->by = f->ev->actor;
	set_text(&in->reason, reason);
	set_text(&in->problem, problem);
	if (json_str(f->b, "target"))
		set_text(&in->target, json_str(f->b, "target"));
	if (to == STEP_WAITING && was != STEP_WAITING)
		enter_waiting(in, f->b);
	if (to == STEP_WAITING && json_bool(f->b, "name_typed", false))
		in->confirmed_name = true;
	if (to == STEP_EXECUTING)
		enter_executing(f, in);
	if (to == STEP_CONFIRMING) {
		in->next_look = json_int(f->b, "next_look", -1);
		in->give_up = json_int(f->b, "give_up", -1);
	}
	if (to == STEP_DECIDING) {
		in->retry_at = json_int(f->b, "retry_at", -1);
		in->tries_left = (int)json_int(f->b, "tries_left", in->tries_left);
		in->next_look = in->give_up = -1;
	}
	if (to == STEP_HOLD)
		in->wrong_names = (int)json_int(f->b, "wrong_names", 0);
	if (to == STEP_FINISHED)
		enter_finished(f, in);
	active_update(f->s, in, is_active(was), is_active(to));
	count(f->s, in, 1);
	if (in->parent)
		move_cursor(in->parent, in);
	if (in == f->s->root) {
		f->s->stopped = json_bool(f->b, "stopped", f->s->stopped);
		f->s->phase = to == STEP_DECIDING ? RUN_CLOSING : RUN_OPEN;
		f->s->prompt = in->prompt;
	} else if (in->step && in->step->kind == KIND_END && outcome == OUTCOME_CONFIRMED) {
		set_text(&f->s->end_text, json_str(f->b, "verdict"));
		f->s->success = in->step->success;
	}
	return 0;
}

static int apply_items(struct fold *f)
{
	const struct json *items = json_get(f->b, "items");

	if (!f->in->step || !f->in->step->each_name || f->in->n_kids || !json_is_arr(items))
		return bad(f, "not a list to walk");
	return build_items(f->e, f->in, items, f->err);
}

static int apply_looked(struct fold *f)
{
	const char *what = json_str(f->b, "what"), *result = json_str(f->b, "result");
	enum tri t = str_eq(result, "true") ? TRI_TRUE : str_eq(result, "false") ? TRI_FALSE
										  : TRI_UNKNOWN;
	struct inst *in = f->in;

	if (!what || !result)
		return bad(f, "no result");
	if (str_eq(what, "when")) {
		in->looked = true;
		in->when = t;
	} else if (str_eq(what, "option")) {
		struct inst *o = state_inst(f->s, json_str(f->b, "option"));

		if (!o || o->parent != in)
			return bad(f, "no such option");
		o->looked = true;
		o->when = t;
	} else if (str_eq(what, "lines")) {
		set_text(&in->lines, json_str(f->b, "text"));
		in->prompt = f->ev->seq;
	} else {
		set_text(&in->reading, json_str(f->b, "reading"));
		in->reading_at = f->t;
	}
	if (json_get(f->b, "next_look")) {
		in->next_look = json_int(f->b, "next_look", -1);
		in->looks++;
		in->asked = false;
	}
	return 0;
}

static int apply_value(struct fold *f)
{
	const char *name = json_str(f->b, "name"), *scope = json_str(f->b, "scope");
	const char *text = json_str(f->b, "text"), *from = json_str(f->b, "from");
	struct inst *owner = scope ? state_inst(f->s, scope) : scope_owner(f->in);
	struct value v = { .type = value_type_from(json_str(f->b, "type")) };

	if (!name || v.type == VALUE_TYPE_INVALID || !owner || !owner->scope)
		return bad(f, "no such value or scope");
	v.secret = json_bool(f->b, "secret", false);
	v.known = json_bool(f->b, "known", text != NULL);
	v.text = v.secret ? NULL : (char *)(uintptr_t)text;
	if (v.known && !v.secret && !text)
		return bad(f, "a known value without its text");
	scope_set(owner->scope, name, &v, f->ev->seq, str_eq(from, "correct"));
	return 0;
}

/* --- commands ---------------------------------------------------------------------------------------- */

static struct cmd *cmd_new(struct state *s, const char *token)
{
	struct cmd *c = mem_alloc(sizeof *c);

	strncpy(c->token, token, sizeof c->token - 1);
	c->ended = c->deadline = -1;
	if (s->n_cmds == s->cap_cmds) {
		s->cap_cmds = s->cap_cmds ? 2 * s->cap_cmds : 32;
		s->cmds = mem_grow(s->cmds, s->cap_cmds, sizeof *s->cmds);
	}
	s->cmds[s->n_cmds++] = c;
	return c;
}

static int apply_cmd_intent(struct fold *f)
{
	const char *token = json_str(f->b, "token");
	int purpose = word_from(WORDS_PURPOSE, json_str(f->b, "purpose"));
	int64_t timeout = json_int(f->b, "timeout_ms", 0);
	struct cmd *c;

	if (!token || strlen(token) >= TOKEN_MAX || purpose < 0)
		return bad(f, "no token or purpose");
	c = cmd_new(f->s, token);
	c->purpose = purpose;
	c->attempt = f->ev->attempt;
	c->phase = CMD_INTENT;
	c->text = mem_dup(json_str(f->b, "text"));
	c->owed = mem_dup(json_str(f->b, "owed"));
	c->terminal = json_bool(f->b, "terminal", false);
	c->pid = json_int(f->b, "pid", 0);
	c->pid_start = (uint64_t)json_int(f->b, "pid_start", 0);
	memcpy(c->boot_id, f->s->boot_id, sizeof c->boot_id);
	c->began = f->t;
	c->deadline = timeout > 0 ? f->t + timeout * 1000000 : -1;
	c->seq = f->ev->seq;
	if (f->ev->step) {
		c->inst = f->in;
		if (purpose == PURPOSE_UNDO) {
			f->in->undo_cmd = c;
			f->in->undo = UNDO_RUNNING;
		} else {
			f->in->cmd = c;
		}
		f->in->asked = false;
		if (purpose == PURPOSE_PROBE || purpose == PURPOSE_VERIFY)
			f->in->next_look = -1;
	}
	return 0;
}

static int apply_cmd_ended(struct fold *f)
{
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));
	int64_t sig = json_int(f->b, "signal", 0);

	if (!c || !cmd_in_flight(c))
		return bad(f, "no such command in flight");
	c->phase = CMD_ENDED;
	c->ended = f->t;
	c->signaled = sig > 0;
	c->code = (int)(sig > 0 ? sig : json_int(f->b, "exit", -1));
	set_text(&c->survivors, json_str(f->b, "survivors"));
	if (c->inst && c->purpose == PURPOSE_REPAIR)
		c->inst->repairing = false;
	return 0;
}

static int apply_cmd_lost(struct fold *f)
{
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));
	const char *what = json_str(f->b, "what");

	if (!c || !cmd_in_flight(c) || !what)
		return bad(f, "no such command in flight");
	c->phase = str_eq(what, "never") ? CMD_NEVER : str_eq(what, "no-exec") ? CMD_NO_EXEC
									       : CMD_UNKNOWN;
	c->ended = f->t;
	c->sys = (int)json_int(f->b, "errno", 0);
	if (c->inst && c->purpose == PURPOSE_UNDO)
		c->inst->undo = UNDO_FAILED;
	return 0;
}

static int apply_stop(struct fold *f)
{
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));

	if (!c || !cmd_in_flight(c))
		return bad(f, "no such command in flight");
	c->phase = CMD_STOPPING;
	c->timed_out |= json_bool(f->b, "timed_out", false);
	return 0;
}

static int apply_output(struct fold *f)
{
	static const char *const streams[] = { "out", "err", "tty" };
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));
	const char *stream = json_str(f->b, "stream");
	int64_t end = json_int(f->b, "from", 0) + json_int(f->b, "n", 0);

	for (int i = 0; c && i < 3; i++)
		if (str_eq(stream, streams[i]) && end > c->bytes[i])
			c->bytes[i] = end;
	return c ? 0 : bad(f, "output of no command");
}

/* --- what is owed, artefacts, edits -------------------------------------------------------------------- */

static struct debt *find_debt(struct state *s, const char *key)
{
	for (size_t i = s->n_debts; key && i-- > 0;)
		if (!strcmp(s->debts[i].key, key))
			return &s->debts[i];
	return NULL;
}

static int apply_owed(struct fold *f)
{
	struct state *s = f->s;
	const char *key = json_str(f->b, "key"), *name = json_str(f->b, "name");
	struct debt *d;

	if (!key || !name || !json_str(f->b, "command"))
		return bad(f, "nothing named");
	if (s->n_debts == s->cap_debts) {
		s->cap_debts = s->cap_debts ? 2 * s->cap_debts : 8;
		s->debts = mem_grow(s->debts, s->cap_debts, sizeof *s->debts);
	}
	d = &s->debts[s->n_debts++];
	*d = (struct debt){ .key = mem_dup(key), .name = mem_dup(name), .inst = f->in,
			    .command = mem_dup(json_str(f->b, "command")),
			    .safe_any_time = json_bool(f->b, "safe_any_time", false),
			    .seq = f->ev->seq };
	return 0;
}

static int apply_paid(struct fold *f)
{
	struct debt *d = find_debt(f->s, json_str(f->b, "key"));
	const char *how = json_str(f->b, "how");

	if (!d || !how)
		return bad(f, "no such debt");
	d->failed = str_eq(how, "failed");
	d->voided |= str_eq(how, "void");
	d->paid |= !d->failed && !str_eq(how, "void");
	return 0;
}

static int apply_artefact(struct fold *f)
{
	struct state *s = f->s;
	const char *name = json_str(f->b, "name"), *sum = json_str(f->b, "sha256");
	struct artefact *a;

	if (!name || !sum)
		return bad(f, "no name or digest");
	if (str_eq(json_str(f->b, "what"), "checked")) {
		f->in->uses_ok++;
		f->in->asked = false;
		return 0;
	}
	if (s->n_artefacts == s->cap_artefacts) {
		s->cap_artefacts = s->cap_artefacts ? 2 * s->cap_artefacts : 8;
		s->artefacts = mem_grow(s->artefacts, s->cap_artefacts, sizeof *a);
	}
	a = &s->artefacts[s->n_artefacts++];
	*a = (struct artefact){ mem_dup(name), mem_dup(json_str(f->b, "path")), mem_dup(sum),
				f->ev->seq };
	if (f->in->digests_open)
		f->in->digests_open--;
	return 0;
}

static int apply_edited(struct fold *f)
{
	if (!json_str(f->b, "new"))
		return bad(f, "no command");
	set_text(&f->in->edited, json_str(f->b, "new"));
	f->in->asked = false;
	/* what was confirmed was the other command: the question is raised anew */
	f->in->confirmed_name = f->in->go = false;
	if (f->in->prompt)
		f->in->prompt = f->ev->seq;
	return 0;
}

static int apply_undo(struct fold *f)
{
	const char *what = json_str(f->b, "what");
	static const struct { const char *word; enum undo_state to; } to[] = {
		{ "planned", UNDO_PLANNED }, { "running", UNDO_RUNNING }, { "done", UNDO_DONE },
		{ "failed", UNDO_FAILED }, { "none", UNDO_NONE },
	};

	if (f->in == f->s->root) {
		f->s->undoing = str_eq(what, "planned");
		return 0;
	}
	for (size_t i = 0; i < sizeof to / sizeof *to; i++)
		if (str_eq(what, to[i].word)) {
			f->in->undo = to[i].to;
			return 0;
		}
	return bad(f, "no such word");
}

/* --- the run ----------------------------------------------------------------------------------------------- */

static int apply_param(void *ctx, const struct json *p)
{
	struct fold *f = ctx;
	struct value v = { .type = value_type_from(json_str(p, "type")) };

	if (v.type == VALUE_TYPE_INVALID || !json_str(p, "name"))
		return bad(f, "a parameter without name or type");
	v.secret = json_bool(p, "secret", false);
	v.known = json_bool(p, "known", true);
	v.text = v.secret ? NULL : (char *)(uintptr_t)json_str(p, "text");
	if (v.known && !v.secret && !v.text)
		return bad(f, "a parameter without text");
	scope_set(f->s->root->scope, json_str(p, "name"), &v, f->ev->seq, false);
	return 0;
}

static int apply_run_opened(struct fold *f)
{
	struct state *s = f->s;
	int mode = word_from(WORDS_MODE, json_str(f->b, "mode"));
	const struct json *params = json_get(f->b, "params");
	int rc = 0;

	if (s->phase != RUN_NEW || mode < 0 || !json_str(f->b, "boot_id"))
		return bad(f, "the run is open, or has no mode");
	for (size_t i = 0; !rc && i < json_len(params); i++)
		rc = apply_param(f, json_at(params, i));
	if (rc)
		return rc;
	s->phase = RUN_OPEN;
	s->mode = mode;
	s->success = true;
	set_text(&s->run, json_str(f->b, "run"));
	set_text(&s->title, json_str(f->b, "title"));
	set_text(&s->cwd, json_str(f->b, "cwd"));
	s->opened = f->ev->at;
	s->offset = -f->ev->at.boot;
	strncpy(s->boot_id, json_str(f->b, "boot_id"), sizeof s->boot_id - 1);
	s->rto_ms = s->book ? s->book->rto_ms : 0;
	s->root->state = STEP_EXECUTING;
	s->root->began = 0;
	active_update(s, s->root, false, true);
	return 0;
}

static int apply_keeper(struct fold *f)
{
	struct state *s = f->s;
	const char *boot = json_str(f->b, "boot_id"), *what = json_str(f->b, "what");

	if (!what || !boot)
		return bad(f, "no word or boot id");
	if (strcmp(boot, s->boot_id)) { /* another boot: wall time bridges the gap */
		int64_t gap = f->ev->at.wall - s->last.wall;
		int64_t t = s->last.boot + s->offset + (gap > 0 ? gap : 0);

		s->offset = t - f->ev->at.boot;
		strncpy(s->boot_id, boot, sizeof s->boot_id - 1);
	}
	if (strcmp(what, "parked")) {
		s->keepers++;
		s->seat.taken = false;
	}
	return 0;
}

static int apply_seat(struct fold *f)
{
	const char *what = json_str(f->b, "what"), *client = json_str(f->b, "client");
	struct seat *seat = &f->s->seat;

	if (!what || !client)
		return bad(f, "no word or client");
	seat->taken = !str_eq(what, "left") && !str_eq(what, "handed");
	strncpy(seat->client, client, sizeof seat->client - 1);
	seat->who = f->ev->actor;
	return 0;
}

static int apply_pace(struct fold *f)
{
	int pace = word_from(WORDS_PACE, json_str(f->b, "pace"));

	if (pace >= 0)
		f->s->pace = pace;
	f->s->paused = json_bool(f->b, "paused", f->s->paused);
	return 0;
}

static int apply_note(struct fold *f)
{
	if (str_eq(json_str(f->b, "what"), "late"))
		f->in->late = true;
	return 0;
}

static int apply_refused(struct fold *f)
{
	if (json_bool(f->b, "wrong_name", false))
		f->in->wrong_names++;
	return 0;
}

static int apply_book(struct fold *f)
{
	const char *sum = json_str(f->b, "sha256");
	const struct runbook *book = sum && f->e->find_book
		? f->e->find_book(f->e->book_ctx, sum) : NULL;
	struct inst *in;

	if (!book)
		return bad(f, "the runbook called in is not to be had");
	in = build_called(f->e, f->in->parent ? f->in : NULL, book);
	if (in->parent->cursor && f->in == f->s->root)
		in->parent->cursor = in->parent->n_main - 1;
	else
		for (size_t i = 0; i < in->parent->cursor && i < in->parent->n_kids; i++)
			if (in->parent->kids[i] == in)
				in->parent->cursor = i;
	return 0;
}

static int apply_closed(struct fold *f)
{
	struct state *s = f->s;

	if (s->phase == RUN_CLOSED || !json_str(f->b, "verdict"))
		return bad(f, "closed already, or no verdict");
	s->phase = RUN_CLOSED;
	set_text(&s->verdict, json_str(f->b, "verdict"));
	s->success = json_bool(f->b, "success", false);
	s->prompt = 0;
	s->root->state = STEP_FINISHED;
	s->root->ended = f->t;
	active_update(s, s->root, true, false);
	return 0;
}

static int apply_nothing(struct fold *f)
{
	(void)f;
	return 0;
}

static int (*const apply_rows[EV_KIND_MAX])(struct fold *) = {
	[EV_RUN_OPENED] = apply_run_opened, [EV_KEEPER] = apply_keeper, [EV_SEAT] = apply_seat,
	[EV_STEP] = apply_step, [EV_ITEMS] = apply_items, [EV_CMD_INTENT] = apply_cmd_intent,
	[EV_CMD_ENDED] = apply_cmd_ended, [EV_CMD_LOST] = apply_cmd_lost, [EV_STOP] = apply_stop,
	[EV_OUTPUT] = apply_output, [EV_LOOKED] = apply_looked, [EV_VALUE] = apply_value,
	[EV_OWED] = apply_owed, [EV_PAID] = apply_paid, [EV_ARTEFACT] = apply_artefact,
	[EV_EDITED] = apply_edited, [EV_NOTE] = apply_note, [EV_PACE] = apply_pace,
	[EV_REFUSED] = apply_refused, [EV_BOOK] = apply_book, [EV_UNDO] = apply_undo,
	[EV_CREDENTIAL] = apply_nothing, [EV_GAP] = apply_nothing, [EV_CLOCK] = apply_nothing,
	[EV_RUN_CLOSED] = apply_closed,
};

static void remember_answer(struct engine *e, const struct event *ev, const struct json *b)
{
	const char *mark = json_str(b, "for");

	if (!mark)
		return;
	if (e->n_answered == e->cap_answered) {
		e->cap_answered = e->cap_answered ? 2 * e->cap_answered : 32;
		e->answered = mem_grow(e->answered, e->cap_answered, sizeof *e->answered);
	}
	e->answered[e->n_answered++] = (struct answered){
		mem_dup(mark), ev->seq, ev->kind != EV_REFUSED, mem_dup(json_str(b, "why")) };
}

int engine_apply(struct engine *e, const struct event *ev, struct err *err)
{
	struct fold f = { .e = e, .s = &e->s, .ev = ev, .err = err };
	struct json *doc = NULL;
	int rc = json_parse(ev->body ? ev->body : "{}", ev->body ? ev->body_len : 2, &doc, err);

	if (rc)
		return err_context(err, rc, "event %lld", (long long)ev->seq);
	f.b = doc;
	f.in = state_inst(&e->s, ev->step);
	f.t = state_time(&e->s, ev->at);
	if (ev->seq != e->s.seq + 1)
		rc = bad(&f, "the number before it is missing");
	else if ((e->s.phase == RUN_NEW) != (ev->kind == EV_RUN_OPENED))
		rc = bad(&f, "a run opens once, and first");
	else if (ev->kind < 0 || ev->kind >= EV_KIND_MAX)
		rc = bad(&f, "unknown kind");
	else if (!f.in)
		rc = bad(&f, "no such step");
	else
		rc = apply_rows[ev->kind](&f);
	if (!rc) {
		e->s.seq = ev->seq;
		e->s.last = ev->at;
		remember_answer(e, ev, doc);
	}
	json_free(doc);
	return rc;
}
