/* "Where am I": the whole walk on one page, and what else stands; which step a person means. */
#include <stdlib.h>
#include <string.h>

#include "str.h"
#include "viewint.h"

static int depth_of(const struct inst *in)
{
	int n = 0;

	for (in = in->parent; in && in->step; in = in->parent)
		n++;
	return n;
}

static void add_times(struct buf *out, const struct inst *in)
{
	if (in->began < 0 || in->ended < in->began || in->state != STEP_FINISHED ||
	    in->outcome == OUTCOME_SKIPPED || in->outcome == OUTCOME_NOT_APPLICABLE)
		return;
	buf_adds(out, "  ");
	view_span(out, in->ended - in->began);
}

static void add_row(struct buf *out, const struct view *v, const struct inst *in, bool here)
{
	buf_addf(out, "%s %*s%s ", here ? "->" : "  ", depth_of(in) * 2, "", view_mark(in));
	if (in->is_item) {
		buf_adds(out, "for ");
		view_safe(out, in->item);
	} else {
		view_step_name(out, v, in);
	}
	add_times(out, in);
	view_aftermath(out, in);
	buf_addc(out, '\n');
}

/* Steps of a loop whose list is not known yet: they are shown as they are written. */
static void add_written(struct buf *out, const struct step *st, int depth)
{
	for (size_t i = 0; i < st->n_children; i++) {
		const struct step *kid = st->children[i];

		buf_addf(out, "   %*s[ ] TODO ", depth * 2, "");
		view_safe(out, kid->number);
		buf_addc(out, ' ');
		view_safe(out, kid->title);
		buf_addc(out, '\n');
		add_written(out, kid, depth + 1);
	}
}

static void add_walk(struct buf *out, const struct view *v, const struct inst *in,
		     const struct inst *here)
{
	if (in->step) {
		add_row(out, v, in, in == here);
		if (in->step->each_name && !in->is_item && !in->n_kids)
			add_written(out, in->step, depth_of(in) + 1);
	}
	for (size_t i = 0; i < in->n_kids; i++)
		add_walk(out, v, in->kids[i], here);
}

static void add_running(struct buf *out, const struct view *v, int64_t now)
{
	const struct state *s = view_state(v);

	for (size_t i = 0; i < s->n_cmds; i++) {
		const struct cmd *c = s->cmds[i];

		if (c->phase != CMD_INTENT && c->phase != CMD_STOPPING)
			continue;
		buf_adds(out, "running: ");
		view_safe_short(out, c->text, 200);
		buf_adds(out, " | ");
		view_cmd_line(out, c, now);
		if (c->pid)
			buf_addf(out, ", pid %lld", (long long)c->pid);
		buf_addc(out, '\n');
	}
}

static void add_values(struct buf *out, const struct view *v, const struct inst *here)
{
	struct binding *b = NULL;
	size_t n = state_bindings(view_state(v), here, &b);

	for (size_t i = 0; i < n; i++) {
		const struct value *val = b[i].value;

		if (binding_find(b, n, b[i].name) != val)
			continue;
		buf_adds(out, "value: ");
		view_safe(out, b[i].name);
		buf_adds(out, " = ");
		if (val->secret)
			buf_adds(out, "(hidden)");
		else if (!val->known)
			buf_adds(out, "(unknown)");
		else
			view_safe_short(out, val->text, 400);
		buf_addc(out, '\n');
	}
	free(b);
}

static void add_seat(struct buf *out, const struct state *s)
{
	if (!s->seat.taken) {
		buf_adds(out, "nobody operates this run\n");
		return;
	}
	buf_adds(out, "operated by ");
	view_safe(out, s->seat.who.id);
	buf_adds(out, " (");
	view_safe(out, s->seat.who.how);
	buf_adds(out, ")\n");
}

void view_where(struct buf *out, const struct view *v, struct moment now)
{
	const struct state *s = view_state(v);
	struct view_figures f;
	size_t before;

	if (!s->root)
		return;
	view_figures(v, now, &f);
	view_header(out, v, now);
	buf_addc(out, '\n');
	view_cautions(out, v);
	add_walk(out, v, s->root, f.now);
	add_running(out, v, view_time(v, now));
	before = out->len;
	view_owed(out, v);
	if (out->len > before)
		buf_addc(out, '\n');
	add_values(out, v, f.now);
	add_seat(out, s);
}

/* --- which step is meant ---------------------------------------------------------------------- */

bool view_means(const struct view *v, const struct inst *in, const char *name)
{
	struct buf b = BUF_INIT;
	bool yes;

	if (!in->step || in->is_item)
		return false;
	if (str_eq(in->key, name) || str_eq(in->step->id, name) || str_eq(in->step->number, name) ||
	    str_eq(in->step->title, name))
		return true;
	inst_title(&b, view_state(v), in);
	yes = strcmp(buf_str(&b), name) == 0;
	buf_clear(&b);
	if (!yes) {
		view_step_name(&b, v, in);
		yes = strcmp(buf_str(&b), name) == 0;
	}
	buf_release(&b);
	return yes;
}

static int nearness(const struct inst *in)
{
	if (in->prompt)
		return 3;
	if (in->state != STEP_PENDING && in->state != STEP_FINISHED)
		return 2;
	return in->state == STEP_FINISHED;
}

static void find_best(const struct view *v, const struct inst *in, const char *name,
		      const struct inst **best)
{
	const struct inst *b = *best;

	if (in->step && !in->is_item && view_means(v, in, name) &&
	    (!b || nearness(in) > nearness(b) ||
	     (nearness(in) == nearness(b) && in->since > b->since)))
		*best = in;
	for (size_t i = 0; i < in->n_kids; i++)
		find_best(v, in->kids[i], name, best);
}

const struct inst *view_find(const struct view *v, const char *name)
{
	const struct state *s = view_state(v);
	const struct inst *best = NULL;

	if (!s->root || !name || !*name)
		return NULL;
	best = state_inst(s, name);
	if (!best)
		find_best(v, s->root, name, &best);
	return best;
}
