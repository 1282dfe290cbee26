/* One confirmation for a whole `each`.
 *
 * Before its first round starts, the frozen list is shown and asked about once: with Enter where
 * something of it changes the world, with a typed name where something destroys. The answer covers
 * what stood in the runbook at that moment, each step for its first start: an edited command, a
 * step opened again, a runbook called in, a target that was not on the list shown, all ask for
 * themselves. So does an `each` inside, whose list is not frozen yet.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "err.h"
#include "fill.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

bool inst_is_each(const struct inst *in)
{
	return in->step && in->step->each_name && !in->is_item;
}

static bool is_work(const struct inst *in)
{
	return in->step->kind == KIND_RUN || in->step->kind == KIND_SETTLE;
}

/* --- target names ---------------------------------------------------------------------------- */

bool each_target_name(const struct pass *p, const struct inst *in, const char *text,
		      struct buf *out)
{
	struct binding *b = NULL;
	size_t n = state_bindings(p->s, in, &b);
	bool known = false;
	bool good = !fill_known(out, text, b, n, &known, NULL) && known && out->len;

	free(b);
	return good;
}

const char *each_target_text(const struct inst *in)
{
	const struct step *st = in->step;

	return st->target.s ? st->target.s : st->book ? st->book->environment : NULL;
}

/* The name of what one step destroys, where it can be told before it starts. */
static bool own_name(const struct pass *p, const struct inst *in, struct buf *out)
{
	if (!each_target_text(in))
		buf_adds(out, in->step->id);
	else if (!each_target_name(p, in, each_target_text(in), out))
		return false;
	return out->len <= LIMIT_ITEM_BYTES;
}

struct names {
	char **v;
	size_t n;
};

static void names_release(struct names *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i]);
	free(t->v);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void unique(struct names *t)
{
	size_t kept = 0;

	if (t->n)
		qsort(t->v, t->n, sizeof *t->v, by_name);
	for (size_t i = 0; i < t->n; i++) {
		if (kept && !strcmp(t->v[kept - 1], t->v[i]))
			free(t->v[i]);
		else
			t->v[kept++] = t->v[i];
	}
	t->n = kept;
}

/* --- what one answer goes for ----------------------------------------------------------------- */

/* Calls fn for every step that the answer could cover; stops at the first that it returns true
 * for. */
static bool each_work(const struct inst *group, const struct inst *in,
		      bool (*fn)(void *ctx, const struct inst *in), void *ctx)
{
	if (in->prefix != group->prefix || (in != group && inst_is_each(in)))
		return false;
	if (!inst_is_group(in))
		return is_work(in) && inst_effect(in) != EFFECT_READ && in->state == STEP_PENDING &&
		       !in->edited && fn(ctx, in);
	for (size_t i = 0; i < (in == group ? in->n_main : in->n_kids); i++)
		if (each_work(group, in->kids[i], fn, ctx))
			return true;
	return false;
}

static bool yes(void *ctx, const struct inst *in)
{
	(void)ctx;
	(void)in;
	return true;
}

struct first {
	const struct state *s;
	const struct inst *in;
};

static bool first_guarded(void *ctx, const struct inst *in)
{
	struct first *f = ctx;

	f->in = ward_of(f->s, in) ? in : NULL;
	return f->in;
}

const struct inst *each_guarded(const struct state *s, const struct inst *in)
{
	struct first f = { s, NULL };

	if (!inst_is_each(in))
		return in;
	each_work(in, in, first_guarded, &f);
	return f.in;
}

bool each_asks(const struct inst *in)
{
	return inst_is_each(in) && each_work(in, in, yes, NULL);
}

struct gather {
	const struct pass *p;
	struct names *names;
	size_t cap;
	struct buf *nowhere;
};

static bool gather_name(void *ctx, const struct inst *in)
{
	struct gather *g = ctx;
	struct buf b = BUF_INIT;

	if (!g->nowhere->len)
		(void)ward_nowhere(g->p->s, in, g->nowhere);
	if ((inst_effect(in) == EFFECT_DESTROY || ward_of(g->p->s, in)) &&
	    own_name(g->p, in, &b)) {
		if (g->names->n == g->cap) {
			g->cap = g->cap ? 2 * g->cap : 16;
			g->names->v = mem_grow(g->names->v, g->cap, sizeof *g->names->v);
		}
		g->names->v[g->names->n++] = mem_dup(buf_str(&b));
	}
	buf_release(&b);
	return false;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* The one name to be typed: the group's own, or the one that all have, or the environment's. */
static bool typed_name(struct pass *p, const struct inst *in, const struct names *t,
		       struct buf *out)
{
	if (in->step->target.s)
		return each_target_name(p, in, in->step->target.s, out);
	if (t->n == 1)
		buf_adds(out, t->v[0]);
	else if (each_target_text(in))
		return each_target_name(p, in, each_target_text(in), out);
	else
		buf_adds(out, in->step->id_given ? in->step->id : t->v[0]);
	return true;
}

/* True: there are names, and one of them is asked for now. */
static bool ask_name(struct pass *p, const struct inst *in)
{
	struct names t = { NULL, 0 };
	struct buf name = BUF_INIT, nowhere = BUF_INIT;
	struct gather g = { p, &t, 0, &nowhere };
	struct change c = { .to = STEP_HOLD, .asks = true };
	bool any;

	each_work(in, in, gather_name, &g);
	unique(&t);
	any = t.n > 0;
	if (nowhere.len) {
		any = true;
		walk_block(p, in, buf_str(&nowhere));
	} else if (any && ward_blocks(p, in, ward_of_any(p->s, in))) {
		; /* it is frozen */
	} else if (any && typed_name(p, in, &t, &name)) {
		c.target = buf_str(&name);
		c.targets = t.v;
		c.n_targets = t.n;
		ward_ask(p, in, &c);
	} else if (any) {
		c = (struct change){ .to = STEP_BLOCKED, .failure = FAILURE_PRECONDITION,
				     .problem = "the name of its target cannot be told",
				     .asks = true };
		emit_step(p, in, &c);
	}
	buf_release(&name);
	buf_release(&nowhere);
	names_release(&t);
	return any;
}

void each_start(struct pass *p, const struct inst *in)
{
	if (!each_asks(in) || !ask_name(p, in))
		walk_begin(p, in);
}

bool each_waiting(struct pass *p, const struct inst *in)
{
	struct change ask = { .to = STEP_WAITING, .asks = true };
	struct change block = { .to = STEP_BLOCKED, .failure = FAILURE_PRECONDITION, .asks = true,
				.problem = "its list is not any more what it was when it was "
					   "frozen" };

	if (in->prompt)
		return false;
	if (!in->n_kids)
		return each_freeze_early(p, in) || (walk_begin(p, in), true);
	if (!in->overridden_block && each_list_changed(p, in))
		emit_step(p, in, &block);
	else if (!each_asks(in))
		walk_begin(p, in);
	else if (!ask_name(p, in))
		emit_step(p, in, &ask);
	return true;
}

/* --- afterwards ------------------------------------------------------------------------------- */

/* The loop whose answer could go for this step. */
static const struct inst *loop_of(const struct inst *in)
{
	for (; in->parent && in->parent->prefix == in->prefix; in = in->parent)
		if (in->is_item)
			return in->parent;
	return NULL;
}

const struct inst *each_loop(const struct inst *in)
{
	return loop_of(in);
}

static bool is_listed(const struct pass *p, const struct inst *loop, const struct inst *in)
{
	struct buf name = BUF_INIT;
	char *key;
	bool found = false;

	if (own_name(p, in, &name)) {
		key = (char *)(uintptr_t)buf_str(&name);
		found = loop->n_targets && bsearch(&key, loop->targets, loop->n_targets,
						   sizeof *loop->targets, by_name);
	}
	buf_release(&name);
	return found;
}

const struct inst *each_covering(const struct pass *p, const struct inst *in)
{
	const struct inst *loop = is_work(in) ? loop_of(in) : NULL;
	const struct environment *env;

	if (!loop || !loop->covers || !in->fresh || in->attempt || in->edited)
		return NULL;
	env = ward_of(p->s, in);
	if (env && (!loop->guard || !str_eq(loop->guard->environment, env->name)))
		return NULL;
	if ((env || inst_effect(in) == EFFECT_DESTROY) && !is_listed(p, loop, in))
		return NULL;
	return loop;
}

static bool is_below(const struct inst *in, const struct inst *up)
{
	while (in && in != up)
		in = in->parent;
	return in == up;
}

bool each_halted(const struct pass *p, const struct inst *loop)
{
	for (size_t i = 0; i < p->s->n_active; i++) {
		const struct inst *in = p->s->active[i];
		bool failed = (in->state == STEP_DECIDING && in->retry_at < 0) ||
			      in->state == STEP_FAILING || in->state == STEP_BLOCKED;

		if (failed && !inst_climbs_beside(in) && is_below(in, loop))
			return true;
	}
	return false;
}
