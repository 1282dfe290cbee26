/* Notes, changed commands and corrected values, as they come. */
#include "report_patch.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "reportint.h"
#include "state.h"
#include "str.h"

static struct report_change *add(struct report *r, enum change_kind kind, const struct view *v,
				 const struct event *ev)
{
	struct report_changes *c = &r->changes;
	const struct inst *in = state_inst(view_state(v), ev->step);
	struct report_change *to;

	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->v = mem_grow(c->v, c->cap, sizeof *c->v);
	}
	to = &c->v[c->n++];
	*to = (struct report_change){ .kind = kind, .seq = ev->seq, .wall = ev->at.wall };
	to->step = in ? in->step : NULL;
	to->key = in && in->step ? mem_dup(in->key) : NULL;
	to->who = report_keep_raw(r, ev->actor.id, strlen(ev->actor.id), false);
	return to;
}

static char *dup(const char *s)
{
	return s ? mem_dup(s) : NULL;
}

static void add_note(struct report *r, const struct view *v, const struct event *ev,
		     const struct json *body)
{
	const char *what = json_str(body, "what"), *text = json_str(body, "text");
	const struct inst *in = state_inst(view_state(v), ev->step);

	if (!in || !in->step || !text || (what && strcmp(what, "note") != 0))
		return;
	add(r, CHANGE_NOTE, v, ev)->text = report_keep_raw(r, text, strlen(text), true);
}

static void add_command(struct report *r, const struct view *v, const struct event *ev,
			const struct json *body)
{
	struct report_change *to = add(r, CHANGE_COMMAND, v, ev);

	for (size_t i = 0; i + 1 < r->changes.n; i++)
		if (r->changes.v[i].kind == CHANGE_COMMAND && r->changes.v[i].step == to->step)
			r->changes.v[i].last = false;
	to->last = true;
	to->text = dup(json_str(body, "new"));
	to->old = dup(json_str(body, "old"));
}

static void add_value(struct report *r, const struct view *v, const struct event *ev,
		      const struct json *body)
{
	struct report_change *to;

	if (!str_eq(json_str(body, "from"), "correct") || !json_str(body, "text"))
		return;
	to = add(r, CHANGE_VALUE, v, ev);
	to->name = dup(json_str(body, "name"));
	to->text = dup(json_str(body, "text"));
	to->old = dup(json_str(body, "old"));
}

void report_change_row(struct report *r, const struct view *v, const struct event *ev,
		       const struct json *body)
{
	if (ev->kind == EV_NOTE)
		add_note(r, v, ev, body);
	else if (ev->kind == EV_EDITED)
		add_command(r, v, ev, body);
	else if (ev->kind == EV_VALUE)
		add_value(r, v, ev, body);
}

/* A command is better than the runbook's where the step was done with it. */
void report_change_end(struct report *r, const struct state *s)
{
	for (size_t i = 0; i < r->changes.n; i++) {
		struct report_change *c = &r->changes.v[i];
		const struct inst *in = c->kind == CHANGE_COMMAND ? state_inst(s, c->key) : NULL;

		c->good = in && in->state == STEP_FINISHED && in->outcome == OUTCOME_CONFIRMED &&
			  str_eq(in->edited, c->text);
	}
}

void report_changes_release(struct report_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].key);
		free(c->v[i].who);
		free(c->v[i].text);
		free(c->v[i].old);
		free(c->v[i].name);
	}
	free(c->v);
}
