/* restore: points, sets, a choice, safety copies, then, and only then, the restoring.
 *
 * Everything goes by the names of the volumes: what belongs to one is looked up in a map under its
 * name, never counted off. */
#include "driver.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "reader.h"
#include "str.h"

enum { POINTS_TIMEOUT_MS = 120000, VERIFY_TIMEOUT_MS = 3600000 };

static struct place at_key(const struct plan *p, const char *key)
{
	return doc_place(p->d->doc, read_node(p->d, key));
}

/* --- the runbook's words --------------------------------------------------------------------- */

/* The age that restored data may have, as the runbook says it; "" for none. The key may stand
 * behind the steps, so that it is looked up in the text. */
static const char *rpo_of(struct plan *p)
{
	for (const struct load_book *b = p->l->book; b; b = b->caller) {
		const struct node *v = doc_get(doc_get(b->file->doc.root, "objectives"), "rpo");
		int64_t ms;
		if (!v || v->kind != NODE_SCALAR || !str_to_duration(v->s, &ms))
			continue;
		struct buf text = BUF_INIT;
		str_duration(&text, ms);
		const char *kept = plan_f(p, "%s", buf_str(&text));
		buf_release(&text);
		return kept;
	}
	return "";
}

/* The reason for doing without a safety copy; NULL where there is a copy. False when reported. */
static bool read_safety(struct plan *p, const char **ret_reason)
{
	const struct node *v = doc_get(p->d->node, "safety");
	const struct node *why = doc_get(v, "waive");
	bool none = !p->driver->commands[CMD_SAFETY].run.s;
	*ret_reason = NULL;
	if (!v && !none)
		return true;
	if (!v) {
		diag_add(&p->l->diag, RULE_UNSAFE, p->d->step.at,
			 "the driver %s keeps no copy of the present state; say `safety: {waive: "
			 "the reason}`", driver_name(p->driver));
		return false;
	}
	if (v->kind != NODE_MAP || v->n != 1 || !why || why->kind != NODE_SCALAR || !why->len ||
	    strchr(why->s, '\n')) {
		diag_add(&p->l->diag, RULE_UNSAFE, at_key(p, "safety"),
			 "`safety` can only be `{waive: the reason}`, in one line; where it is "
			 "missing, the driver keeps a copy");
		return false;
	}
	*ret_reason = why->s;
	return true;
}

/* --- variables ------------------------------------------------------------------------------- */

static const char *entry(struct plan *p, const char *map)
{
	return plan_f(p, "${%s_%s[%s]}", p->p, map, p->item);
}

static size_t volume_vars(struct plan *p, struct plan_var *v, bool kept)
{
	size_t n = 0;
	v[n++] = (struct plan_var){ "volume", plan_f(p, "${%s}", p->item) };
	v[n++] = (struct plan_var){ "place", entry(p, "volumes") };
	v[n++] = (struct plan_var){ "point", entry(p, "chosen") };
	if (kept)
		v[n++] = (struct plan_var){ "kept", p->self->waived ? "" : entry(p, "kept") };
	return n;
}

/* --- choosing -------------------------------------------------------------------------------- */

static void put_points(struct plan *p, const char *id, const char *title, const char *value)
{
	const struct driver_command *c = &p->driver->commands[CMD_POINTS];
	struct plan_var vars[] = { { "volumes", plan_f(p, "${%s_volumes}", p->p) } };
	plan_open(p, id, title);
	plan_at(p, c->run.at);
	yaml_out_text(&p->y, "run", c->run.s);
	plan_at(p, p->d->step.at);
	yaml_out_word(&p->y, "effect", "read");
	yaml_out_ms(&p->y, "timeout", c->timeout_ms ? c->timeout_ms : POINTS_TIMEOUT_MS);
	plan_vars(p, vars, 1);
	plan_capture(p, value, "list");
}

static void put_pick(struct plan *p)
{
	const struct node *v = doc_get(p->d->node, "point");
	const char *sets = plan_f(p, "%s_sets", p->p), *point = plan_f(p, "%s_point", p->p);
	if (!v || (v->kind == NODE_SCALAR && str_eq(v->s, "ask"))) {
		plan_open(p, "pick", "Which restore point?");
		yaml_out_text(&p->y, "ask", "Which restore point? The newest stands first.");
		yaml_out_word(&p->y, "into", point);
		yaml_out_word(&p->y, "from", sets);
		plan_close(p);
		return;
	}
	if (v->kind == NODE_SCALAR && str_eq(v->s, "latest")) {
		plan_set(p, "pick", "The newest restore point", point,
			 plan_f(p, "first(%s)", sets), "text", at_key(p, "point"));
		return;
	}
	const char *e = plan_expr(p, v);
	if (e)
		plan_set(p, "pick", "The restore point that the runbook names", point,
			 plan_f(p, "restore_pick(%s, %s)", sets, e), "text", at_key(p, "point"));
}

static void choose(struct plan *p, const char *volumes)
{
	const char *q = p->p;
	plan_set(p, "volumes", "The volumes, and where they are", plan_f(p, "%s_volumes", q),
		 volumes, "map", at_key(p, "volumes"));
	put_points(p, "points", "Read the restore points", plan_f(p, "%s_points", q));
	yaml_out_text(&p->y, "if_not",
		      "Nothing is changed yet. What it printed says why there is no list.");
	plan_close(p);
	plan_set(p, "sets", "What can be restored as a whole", plan_f(p, "%s_sets", q),
		 plan_f(p, "restore_sets(%s_points, %s_volumes, '%s', now)", q, q, rpo_of(p)),
		 "map", p->d->step.at);
	put_pick(p);
	plan_set(p, "chosen", "The restore point of each volume", plan_f(p, "%s_chosen", q),
		 plan_f(p, "%s_sets ->> %s_point", q, q), "map", p->d->step.at);
}

/* --- keeping --------------------------------------------------------------------------------- */

static void keep(struct plan *p)
{
	struct plan_var vars[4];
	size_t n = volume_vars(p, vars, false);
	plan_each(p, "safety", "Keep what is there now", plan_f(p, "%s_volumes", p->p),
		  p->d->step.at_once);
	plan_open(p, "keep", plan_f(p, "Keep the present state of ${%s}", p->item));
	plan_run(p, CMD_SAFETY, EFFECT_CHANGE, vars, n);
	plan_capture_last_line(p, plan_f(p, "%s_kept", p->p), false);
	yaml_out_text(&p->y, "if_not",
		      "Nothing is overwritten yet, and nothing will be without this copy.");
	plan_close(p);
	plan_close_each(p);
}

/* The reason is a value, so that it stands in the record. */
static void waive(struct plan *p, const char *reason)
{
	struct buf quoted = BUF_INIT;
	for (const char *c = reason; *c; c++)
		buf_addf(&quoted, "%s%c", *c == '\'' ? "'" : "", *c);
	plan_set(p, "safety", "NO copy of the present state is kept",
		 plan_f(p, "%s_waived", p->p), plan_f(p, "'%s'", buf_str(&quoted)), "text",
		 at_key(p, "safety"));
	plan_caution(p, plan_f(p, "NO copy of the present state is kept: %s",
			       plan_literal(p, reason)));
	buf_release(&quoted);
}

/* --- restoring ------------------------------------------------------------------------------- */

/* What was chosen may be gone by now: the list is read again right before. */
static void again(struct plan *p)
{
	const char *q = p->p;
	put_points(p, "again", "Are the chosen restore points still there?",
		   plan_f(p, "%s_points_now", q));
	yaml_out_text(&p->y, "expect",
		      plan_f(p, "restore_there(%s_chosen, %s_points_now, %s_volumes)", q, q, q));
	plan_untrue(p, "a restore point that was chosen is not there any more");
	yaml_out_text(&p->y, "if_not", plan_f(p, "What was chosen is not there any more. Go back "
					      "to `%s/points` and choose again.", p->d->step.id));
	plan_close(p);
}

static void guard(struct plan *p)
{
	const char *point = plan_f(p, "coalesce(%s_chosen ->> %s, '') <> ''", p->p, p->item);
	const char *kept = plan_f(p, "coalesce(%s_kept ->> %s, '') <> ''", p->p, p->item);
	plan_open(p, "guard", p->self->waived ?
		  plan_f(p, "${%s} has its restore point", p->item) :
		  plan_f(p, "${%s} has its restore point and its safety copy", p->item));
	yaml_out_text(&p->y, "check",
		      p->self->waived ? point : plan_f(p, "%s and %s", point, kept));
	plan_untrue(p, p->self->waived ?
		    plan_f(p, "no restore point of ${%s} is known", p->item) :
		    plan_f(p, "no restore point or no safety copy of ${%s} is known", p->item));
	yaml_out_text(&p->y, "if_not", "Nothing is put in its place before both are known.");
	plan_close(p);
}

static void put_back(struct plan *p)
{
	const struct driver_command *c = &p->driver->commands[CMD_PUT_BACK];
	if (!c->run.s || p->self->waived)
		return;
	plan_at(p, c->run.at);
	yaml_out_text(&p->y, "undo", c->run.s);
	plan_at(p, p->d->step.at);
}

static const char *way_back(struct plan *p)
{
	if (p->self->waived)
		return "Trying again is safe. Of what was there, nothing is kept.";
	return plan_f(p, "Trying again is safe. What was there is kept as %s: to have it back, "
		      "accept this as it is, then take the undo of this step.", entry(p, "kept"));
}

static void put(struct plan *p)
{
	struct plan_var vars[4];
	size_t n = volume_vars(p, vars, true);
	plan_each_target(p, "put", "Put the restore points in place",
			 plan_f(p, "%s_volumes", p->p));
	guard(p);
	plan_open(p, "restore", plan_f(p, "Restore ${%s} from %s", p->item, entry(p, "chosen")));
	plan_run(p, CMD_RESTORE, EFFECT_DESTROY, vars, n);
	yaml_out_text(&p->y, "target", entry(p, "volumes"));
	plan_verify(p, CMD_VERIFY, VERIFY_TIMEOUT_MS);
	plan_advice(p, way_back(p));
	put_back(p);
	plan_close(p);
	plan_close_each(p);
}

void plan_restore(struct plan *p)
{
	const char *volumes = plan_map(p, "volumes"), *reason = NULL;
	bool good = read_safety(p, &reason) && volumes;
	p->self->waived = reason;
	if (!good)
		return;
	choose(p, volumes);
	if (reason)
		waive(p, reason);
	else
		keep(p);
	again(p);
	put(p);
	plan_own_verify(p);
}

/* --- release --------------------------------------------------------------------------------- */

static void option(struct plan *p, const char *id, const char *title, const char *consequence)
{
	plan_open(p, id, title);
	yaml_out_text(&p->y, "consequence", consequence);
	yaml_out_open(&p->y, "steps");
}

static void free_each(struct plan *p)
{
	struct plan_var vars[4];
	size_t n = volume_vars(p, vars, true);
	plan_each(p, "free", "Throw the old data away", plan_f(p, "%s_kept", p->p), 1);
	plan_open(p, "drop", plan_f(p, "Throw away the old data of ${%s}: %s", p->item,
				    entry(p, "kept")));
	yaml_out_text(&p->y, "when", plan_f(p, "coalesce(%s_kept ->> %s, '') <> ''", p->p,
					    p->item));
	plan_run(p, CMD_RELEASE, EFFECT_DESTROY, vars, n);
	yaml_out_text(&p->y, "target", entry(p, "kept"));
	plan_close(p);
	plan_close_each(p);
}

void plan_release(struct plan *p, const struct driven *what)
{
	const char *released = plan_f(p, "%s_released", p->p);
	p->item = plan_f(p, "%s_volume", p->p);
	plan_open(p, "old", plan_f(p, "The old data that `%s` kept", what->d->step.id));
	yaml_out_text(&p->y, "choose",
		      plan_f(p, "The data from before the restore is kept:\n${%s_kept}\nKeep it, "
			     "or throw it away?", p->p));
	yaml_out_open(&p->y, "options");
	option(p, "keep", "Keep it",
	       "Nothing changes. It takes its room until somebody removes it.");
	plan_set(p, "kept", "It is kept", released, "'no'", "text", p->d->step.at);
	yaml_out_close(&p->y);
	plan_close(p);
	option(p, "release", "Throw it away", "After this there is no way back to it.");
	free_each(p);
	plan_set(p, "released", "It is gone", released, "'yes'", "text", p->d->step.at);
	yaml_out_close(&p->y);
	plan_close(p);
	yaml_out_close(&p->y);
	plan_close(p);
}
