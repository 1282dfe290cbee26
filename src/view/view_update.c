#include "view_update.h"

#include <string.h>

#include "clock.h"
#include "contact_state.h"
#include "str.h"
#include "view_walk.h"
#include "viewint.h"

/* How the command of an update begins and ends: by that it is known again in the record. */
#define BEGIN "update=yes "
#define MINUTE_NS 60000000000LL

/* --- what is owed ----------------------------------------------------------------------------- */

static bool announced(const struct inst *in)
{
	return in->step && in->step->kind == KIND_CONTACT && in->step->announces &&
	       in->state == STEP_FINISHED && in->ended >= 0 &&
	       (in->outcome == OUTCOME_CONFIRMED || in->outcome == OUTCOME_ACCEPTED ||
		in->outcome == OUTCOME_OVERRIDDEN);
}

static const struct inst *last_announced(const struct state *s)
{
	const struct inst *last = NULL;

	for (size_t i = 0; i < s->n_insts; i++)
		if (announced(s->insts[i]) && (!last || s->insts[i]->ended >= last->ended))
			last = s->insts[i];
	return last;
}

bool view_update_is(const char *command)
{
	return command && str_starts(command, BEGIN);
}

/* Run time of the last word to them. */
static int64_t last_word(const struct state *s, const struct inst *told)
{
	int64_t at = told->ended;

	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];

		if (c->purpose == PURPOSE_EXEC && c->phase == CMD_ENDED && !c->code &&
		    !c->signaled && view_update_is(c->text) && c->ended > at)
			at = c->ended;
	}
	return at;
}

/* The try that was taken, and by which channel. In a drill, that of drills. */
static const struct contact_party *carrier(const struct state *s, const struct inst *told,
					   const char **ret_to)
{
	const struct contact *c = told->step->contact;
	const struct ladder_try *y;
	size_t n = told->climb ? ladder_tries(told->climb->ladder, &y) : 0;

	*ret_to = "";
	if (s->mode == MODE_DRILL)
		return c->drill;

	while (n-- > 0) {
		const struct contact_party *by = contact_carrier(c, y[n].party, y[n].way);
		const struct contact_way *how = contact_way(c, y[n].party, y[n].way);

		if (!by || (y[n].result != LADDER_SENT && y[n].result != LADDER_REPLIED))
			continue;
		*ret_to = by == contact_party(c, y[n].party) || !how ? "" : how->address;
		return by;
	}
	return NULL;
}

bool view_update_of(const struct state *s, struct moment now, struct view_update *ret)
{
	const struct inst *told = last_announced(s);
	const struct contact_party *by;
	struct view_update u = { .told = told };
	const char *to;

	if (!told || s->phase != RUN_OPEN || str_eq(told->step->announces, "completed"))
		return false;
	u.cadence_ms = told->step->cadence_ms ? told->step->cadence_ms
		       : s->book ? s->book->cadence_ms : 0;
	if (!u.cadence_ms)
		return false;
	u.left_ms = u.cadence_ms - (state_time(s, now) - last_word(s, told)) / CLOCK_MS;
	by = carrier(s, told, &to);
	u.by = by;
	u.to = to;
	u.channel = by ? by->id : NULL;
	u.is_public = by && by->is_public;
	*ret = u;
	return true;
}

bool view_update(const struct view *v, struct moment now, struct view_update *ret)
{
	return view_update_of(view_state(v), now, ret);
}

void view_update_line(struct buf *out, const struct view_update *u)
{
	buf_adds(out, u->left_ms < 0 ? "UPDATE LATE by " : "update due in ");
	str_stopwatch(out, u->left_ms < 0 ? -u->left_ms : u->left_ms);
}

/* --- the draft -------------------------------------------------------------------------------- */

/* "2026-11-22 03:21 UTC" */
static void put_time(struct buf *out, int64_t wall_ns)
{
	struct buf t = BUF_INIT;

	clock_utc(&t, wall_ns - wall_ns % MINUTE_NS, 0);
	buf_addf(out, "%.10s %.5s UTC", buf_str(&t), buf_str(&t) + 11);
	buf_release(&t);
}

static void put_step(struct buf *out, const struct view *v, const char *what,
		     const struct inst *in)
{
	buf_adds(out, what);
	inst_title(out, view_state(v), in);
	buf_addc(out, '\n');
}

static const struct inst *next_met(const struct inst *in)
{
	for (in = view_walk_next(in); in; in = view_walk_next(in))
		if (view_walk_met(in) && in->state == STEP_PENDING)
			return in;
	return NULL;
}

void view_update_draft(struct buf *out, const struct view *v, const struct view_update *u,
		       struct moment now)
{
	const struct state *s = view_state(v);
	const struct inst *next;
	struct view_figures f;

	view_figures(v, now, &f);
	next = f.now ? next_met(f.now) : NULL;
	if (u->told->climb && u->told->climb->subject)
		buf_adds(out, u->told->climb->subject);
	else
		inst_title(out, s, u->told);
	buf_addf(out, "\n%sUpdate of ", s->mode == MODE_DRILL ? CONTACT_DRILL : "");
	put_time(out, now.wall);
	buf_addf(out, ": %zu of %zu steps are done.\n", f.done, f.of);
	if (f.now && f.now != u->told)
		put_step(out, v, "Now: ", f.now);
	if (next)
		put_step(out, v, "Next: ", next);
	view_owed(out, v);
	if (f.owed)
		buf_addc(out, '\n');
	buf_adds(out, "The next word comes by ");
	put_time(out, now.wall + u->cadence_ms * CLOCK_MS);
	buf_adds(out, ".\n");
}

/* --- sending ---------------------------------------------------------------------------------- */

static void set(struct buf *out, const char *name, const char *value, size_t n)
{
	struct buf text = BUF_INIT;

	buf_add(&text, value, n);
	buf_addf(out, "%s=", name);
	str_shell_quote(out, buf_str(&text));
	buf_addc(out, ' ');
	buf_release(&text);
}

bool view_update_command(struct buf *out, const struct view_update *u, const char *program,
			 const char *text)
{
	size_t subject = strcspn(text, "\n"), rest = text[subject] ? subject + 1 : 0;
	const struct contact_party *by = u->by;
	const char *to = u->to;

	if (!by || !by->command || !text[0])
		return false;
	buf_adds(out, BEGIN);
	set(out, "to", to, strlen(to));
	set(out, "subject", text, subject);
	set(out, "text", text + rest, strlen(text + rest));
	if (str_eq(by->command, CONTACT_SEND)) {
		set(out, "channel", by->json, strlen(by->json));
		str_shell_quote(out, program);
		buf_adds(out, " send");
	} else {
		buf_adds(out, "sh -c ");
		str_shell_quote(out, by->command);
	}
	return true;
}
