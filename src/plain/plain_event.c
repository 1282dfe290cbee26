/* Rows as they come in: a line each, a step's full text when it is met, output as it is printed. */
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "clock.h"
#include "event.h"
#include "json.h"
#include "kind.h"
#include "mem.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

int64_t plain_now(void)
{
	return clock_now().boot;
}

/* --- what was told of a step ------------------------------------------------------------------ */

static bool was_told(const struct plain *p, const struct inst *in)
{
	for (size_t i = 0; i < p->n_told; i++)
		if (p->told[i] == in)
			return true;
	return false;
}

static void forget(struct plain *p, const struct inst *in)
{
	for (size_t i = 0; i < p->n_told; i++)
		if (p->told[i] == in) {
			p->told[i] = p->told[--p->n_told];
			return;
		}
}

void plain_tell(struct plain *p, const struct inst *in)
{
	struct buf b = BUF_INIT;

	if (!in->step || was_told(p, in))
		return;
	p->told = mem_grow(p->told, p->n_told + 1, sizeof *p->told);
	p->told[p->n_told++] = in;
	view_step_text(&b, p->v, in, clock_now());
	plain_text(p, "\n");
	plain_text(p, buf_str(&b));
	buf_release(&b);
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool is_leaf(const struct inst *in)
{
	return in->step && !in->is_item && !step_has_children(in->step);
}

/* A step that begins is told in full, where its question has not done so; the row then says no
 * more. True: it was said. */
static bool tell_step(struct plain *p, const struct event *ev)
{
	const struct inst *in = ev->step ? state_inst(view_state(p->v), ev->step) : NULL;

	if (!in || !is_leaf(in))
		return false;
	if (in->state == STEP_FINISHED) {
		forget(p, in);
		return false;
	}
	if (in->state != STEP_EXECUTING)
		return false;
	if (was_told(p, in))
		return in->attempt <= 1;
	plain_tell(p, in);
	return in->attempt <= 1;
}

/* The command of a step that was told in full just now need not be said again. */
static bool is_repeat(const struct plain *p, const struct event *ev)
{
	const struct inst *in = ev->step ? state_inst(view_state(p->v), ev->step) : NULL;

	return in && in->step && in->cmd && in->cmd->purpose == PURPOSE_MAIN &&
	       in->attempt <= 1 && was_told(p, in);
}

static void end_output(struct plain *p, const struct event *ev)
{
	struct json *doc = NULL;

	if (json_parse(ev->body, ev->body_len, &doc, NULL))
		return;
	if (json_str(doc, "token"))
		plain_output_end(p, json_str(doc, "token"));
	json_free(doc);
}

static void say_event(struct plain *p, const struct event *ev)
{
	struct buf b = BUF_INIT;
	enum view_weight w = view_event_line(&b, p->v, ev);

	/* what goes on behind the scene is for who facilitates */
	if (b.len && (w != VIEW_QUIET || (p->o->facilitator && ev->kind == EV_DRILL)))
		plain_say(p, "%s%s", w == VIEW_LOUD ? "* " : "- ", buf_str(&b));
	buf_release(&b);
}

void plain_event(void *ctx, const struct event *ev, bool past)
{
	struct plain *p = ctx;

	if (past) {
		if (p->answers)
			answers_past(p, ev);
		return;
	}
	p->v = client_view(p->c);
	if (ev->kind == EV_OUTPUT) {
		plain_output(p, ev);
		return;
	}
	if (ev->kind == EV_STEP && tell_step(p, ev))
		return;
	if (ev->kind == EV_CMD_INTENT && is_repeat(p, ev))
		return;
	if (ev->kind == EV_CMD_ENDED || ev->kind == EV_CMD_LOST)
		end_output(p, ev);
	say_event(p, ev);
}
