/* The fold of commands, and of what they leave behind: debts, files, edits, undos. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "mem.h"
#include "str.h"

/* --- commands -------------------------------------------------------------------------------- */

static struct cmd *cmd_new(struct state *s, const char *token)
{
	struct cmd *c = mem_alloc(sizeof *c);

	str_clip(c->token, sizeof c->token, token);
	c->ended = c->deadline = -1;
	if (s->n_cmds == s->cap_cmds) {
		s->cap_cmds = s->cap_cmds ? 2 * s->cap_cmds : 32;
		s->cmds = mem_grow(s->cmds, s->cap_cmds, sizeof *s->cmds);
	}
	s->cmds[s->n_cmds++] = c;
	return c;
}

/* Where nothing runs it counts from when it is known what it comes to. What is sent all the same
 * takes its time by the clock, however fast the drill goes. */
static int64_t deadline_of(const struct fold *f, const struct cmd *c)
{
	bool plays = state_plays(f->s);

	if (c->timeout_ms <= 0 || (plays && !c->sends))
		return -1;
	return f->t + c->timeout_ms * CLOCK_MS * (plays ? f->s->drill.pace : 1);
}

int apply_cmd_intent(struct fold *f)
{
	const char *token = json_str(f->b, "token");
	int purpose = word_from(WORDS_PURPOSE, json_str(f->b, "purpose"));
	int64_t timeout = json_int(f->b, "timeout_ms", 0);
	struct cmd *c;

	if (!token || strlen(token) >= TOKEN_MAX || purpose < 0)
		return fold_bad(f, "no token or purpose");
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
	c->timeout_ms = timeout;
	c->sends = json_bool(f->b, "sends", false);
	c->deadline = deadline_of(f, c);
	c->seq = f->ev->seq;
	if (purpose == PURPOSE_SEND)
		return f->in->climb ? contact_cmd_intent(f, c)
				    : fold_bad(f, "a message of no climb");
	if (purpose == PURPOSE_GUARD)
		return ward_cmd_intent(f, c);
	if (purpose == PURPOSE_TELL)
		return ward_tell_intent(f, c);
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

int apply_cmd_ended(struct fold *f)
{
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));
	int64_t sig = json_int(f->b, "signal", 0);

	if (!c || !inst_in_flight(c))
		return fold_bad(f, "no such command in flight");
	c->phase = CMD_ENDED;
	c->ended = f->t;
	contact_cmd_over(f, c);
	ward_cmd_over(f, c);
	c->signaled = sig > 0;
	c->code = (int)(sig > 0 ? sig : json_int(f->b, "exit", -1));
	fold_text(&c->survivors, json_str(f->b, "survivors"));
	if (c->inst && c->purpose == PURPOSE_REPAIR)
		c->inst->repairing = false;
	return 0;
}

int apply_cmd_lost(struct fold *f)
{
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));
	const char *what = json_str(f->b, "what");

	if (!c || !inst_in_flight(c) || !what)
		return fold_bad(f, "no such command in flight");
	c->phase = str_eq(what, "never") ? CMD_NEVER : str_eq(what, "no-exec") ? CMD_NO_EXEC
									       : CMD_UNKNOWN;
	c->ended = f->t;
	contact_cmd_over(f, c);
	ward_cmd_over(f, c);
	c->sys = (int)json_int(f->b, "errno", 0);
	/* A look that nobody saw the end of has said nothing: it is taken again. */
	if (c->inst && c->phase != CMD_NO_EXEC &&
	    (c->purpose == PURPOSE_PROBE || c->purpose == PURPOSE_VERIFY))
		c->inst->next_look = f->t;
	if (c->inst && c->purpose == PURPOSE_UNDO)
		c->inst->undo = UNDO_FAILED;
	return 0;
}

int apply_stop(struct fold *f)
{
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));

	if (!c || !inst_in_flight(c))
		return fold_bad(f, "no such command in flight");
	c->phase = CMD_STOPPING;
	c->timed_out |= json_bool(f->b, "timed_out", false);
	return 0;
}

int apply_output(struct fold *f)
{
	static const char *const streams[] = { "out", "err", "tty" };
	struct cmd *c = state_cmd(f->s, json_str(f->b, "token"));
	const char *stream = json_str(f->b, "stream");
	int64_t end = json_int(f->b, "from", 0) + json_int(f->b, "n", 0);

	for (int i = 0; c && i < 3; i++)
		if (str_eq(stream, streams[i]) && end > c->bytes[i])
			c->bytes[i] = end;
	return c ? 0 : outside_fold_output(f, json_str(f->b, "token"), end);
}

/* --- what is owed, artefacts, edits ---------------------------------------------------------- */

static struct debt *find_debt(struct state *s, const char *key)
{
	for (size_t i = s->n_debts; key && i-- > 0;)
		if (!strcmp(s->debts[i].key, key))
			return &s->debts[i];
	return NULL;
}

int apply_owed(struct fold *f)
{
	struct state *s = f->s;
	const char *key = json_str(f->b, "key"), *name = json_str(f->b, "name");
	struct debt *d;

	if (!key || !name || !json_str(f->b, "command"))
		return fold_bad(f, "nothing named");
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

int apply_paid(struct fold *f)
{
	struct debt *d = find_debt(f->s, json_str(f->b, "key"));
	const char *how = json_str(f->b, "how");

	if (!d || !how)
		return fold_bad(f, "no such debt");
	d->failed = str_eq(how, "failed");
	d->voided |= str_eq(how, "void");
	d->paid |= !d->failed && !str_eq(how, "void");
	return 0;
}

int apply_artefact(struct fold *f)
{
	struct state *s = f->s;
	const char *name = json_str(f->b, "name"), *sum = json_str(f->b, "sha256");
	struct artefact *a;

	if (!name || !sum)
		return fold_bad(f, "no name or digest");
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

int apply_edited(struct fold *f)
{
	if (!json_str(f->b, "new"))
		return fold_bad(f, "no command");
	fold_text(&f->in->edited, json_str(f->b, "new"));
	f->in->asked = false;
	/* what was confirmed was the other command: the question is raised anew */
	f->in->go = false;
	if (f->in->prompt)
		f->in->prompt = f->ev->seq;
	return 0;
}

int apply_undo(struct fold *f)
{
	const char *what = json_str(f->b, "what");
	static const struct { const char *word; enum undo_state to; } to[] = {
		{ "planned", UNDO_PLANNED }, { "running", UNDO_RUNNING }, { "done", UNDO_DONE },
		{ "failed", UNDO_FAILED }, { "none", UNDO_NONE },
	};

	ward_planned(f);
	if (f->in == f->s->root) {
		f->s->undoing = str_eq(what, "planned");
		return 0;
	}
	for (size_t i = 0; i < sizeof to / sizeof *to; i++)
		if (str_eq(what, to[i].word)) {
			f->in->undo = to[i].to;
			return 0;
		}
	return fold_bad(f, "no such word");
}
