/* rebuild: a cluster brought up again, member by member, and never said to be up before its members
 * say so. */
#include "driver.h"

#include <string.h>

#include "arena.h"
#include "limits.h"
#include "reader.h"
#include "str.h"

enum { LOOKS_AT_ONCE = 32, LOOK_TIMEOUT_MS = 10000, EVERY_MS = 500, WITHIN_MS = 300000 };

enum action { ACTION_REBUILD, ACTION_START, ACTION_STOP, ACTION_ADD, ACTION_REMOVE, ACTION_MAX };

static const char *const actions[ACTION_MAX] = { "rebuild", "start", "stop", "add", "remove" };

struct rebuild {
	struct plan *p;
	enum action action;
	const char *members, *size, *first, *member; /* expressions; NULL: not said */
};

static struct place at_key(const struct plan *p, const char *key)
{
	return doc_place(p->d->doc, read_node(p->d, key));
}

static bool has(const struct rebuild *r, enum driver_command_id id)
{
	return r->p->driver->commands[id].run.s;
}

/* --- the runbook's words --------------------------------------------------------------------- */

static bool read_action(struct rebuild *r)
{
	const struct node *v = doc_get(r->p->d->node, "action");
	char near[80];
	if (!v)
		return true;
	for (int a = 0; a < ACTION_MAX && v->kind == NODE_SCALAR; a++)
		if (str_eq(v->s, actions[a])) {
			r->action = a;
			return true;
		}
	findings_near(near, sizeof(near), v->kind == NODE_SCALAR ? v->s : "", actions, ACTION_MAX);
	diag_add(&r->p->l->diag, RULE_VALUE, at_key(r->p, "action"),
		 "`action` is rebuild, start, stop, add or remove%s", near);
	return false;
}

/* A name that is written down, of a member of those that are: it must be one of them. */
static bool is_member(struct rebuild *r, const char *key, const struct node *v)
{
	const struct node *m = doc_get(r->p->d->node, "members");
	const char *names[LIMIT_FIELDS];
	char near[160];
	size_t n = 0;
	if (!v || !m || m->kind == NODE_SCALAR || v->kind != NODE_SCALAR || strchr(v->s, '$'))
		return true;
	for (const struct node *e = m->first; e && n < LIMIT_FIELDS; e = e->next) {
		const struct node *name = m->kind == NODE_MAP ? e->key : e;
		if (!name || name->kind != NODE_SCALAR || strchr(name->s, '$') ||
		    str_eq(name->s, v->s))
			return true; /* it is, may be, or that was reported */
		names[n++] = name->s;
	}
	findings_near(near, sizeof(near), v->s, names, n);
	diag_add(&r->p->l->diag, RULE_VALUE, at_key(r->p, key),
		 "`%s: %s`: `members` has no such member%s", key, v->s, near);
	return false;
}

/* `member` goes with add and remove, and only with them; `first` with rebuild. */
static bool read_member(struct rebuild *r)
{
	const struct node *m = doc_get(r->p->d->node, "member");
	const struct node *f = doc_get(r->p->d->node, "first");
	bool one = r->action == ACTION_ADD || r->action == ACTION_REMOVE;
	if (one != !!m)
		diag_add(&r->p->l->diag, one ? RULE_MISSING_KEY : RULE_CONTRADICTION,
			 at_key(r->p, "member"),
			 one ? "`action: %s` must say `member`: which one" :
			       "`action: %s` is for all members; leave out `member`",
			 actions[r->action]);
	if (f && r->action != ACTION_REBUILD)
		diag_add(&r->p->l->diag, RULE_CONTRADICTION, at_key(r->p, "first"),
			 "`first` is for `action: rebuild`: who starts alone");
	if (one != !!m || (f && r->action != ACTION_REBUILD))
		return false;
	if (!is_member(r, "member", m) || !is_member(r, "first", f))
		return false;
	r->member = m ? plan_expr(r->p, m) : NULL;
	r->first = f ? plan_expr(r->p, f) : NULL;
	return (!m || r->member) && (!f || r->first);
}

/* A literal would be right until the day the cluster has another size. */
static bool read_size(struct rebuild *r)
{
	const struct node *v = doc_get(r->p->d->node, "size");
	int64_t n;
	if (!v)
		return false; /* reported */
	if (v->kind == NODE_SCALAR && str_to_i64(v->s, &n)) {
		r->size = v->s;
		diag_add(&r->p->l->diag, RULE_LITERAL_SIZE, at_key(r->p, "size"),
			 "`size: %s` is written down; name a value that was captured or asked: "
			 "`${name}`", v->s);
		return true;
	}
	r->size = plan_expr(r->p, v);
	return r->size;
}

static bool can(struct rebuild *r)
{
	static const enum driver_command_id wants[ACTION_MAX] = {
		[ACTION_REBUILD] = CMD_JOIN, [ACTION_START] = CMD_JOIN, [ACTION_STOP] = CMD_STOP,
		[ACTION_ADD] = CMD_ADD, [ACTION_REMOVE] = CMD_REMOVE,
	};
	if (has(r, wants[r->action]))
		return true;
	diag_add(&r->p->l->diag, RULE_DRIVER, at_key(r->p, "action"),
		 "the driver %s has no `%s`", driver_name(r->p->driver),
		 driver_command_name(wants[r->action]));
	return false;
}

/* --- pieces ---------------------------------------------------------------------------------- */

static const char *value(const struct rebuild *r, const char *name)
{
	return plan_f(r->p, "%s_%s", r->p->p, name);
}

static size_t vars_of(const struct rebuild *r, struct plan_var *v, bool member)
{
	struct plan *p = r->p;
	size_t n = 0;
	v[n++] = (struct plan_var){ "members", plan_f(p, "${%s_members}", p->p) };
	v[n++] = (struct plan_var){ "size", plan_f(p, "${%s_size}", p->p) };
	v[n++] = (struct plan_var){ "first", plan_f(p, "${%s_first}", p->p) };
	v[n++] = (struct plan_var){ "action", actions[r->action] };
	if (!member)
		return n;
	v[n++] = (struct plan_var){ "member", plan_f(p, "${%s}", p->item) };
	v[n++] = (struct plan_var){ "address",
				    plan_f(p, "${%s_members[%s]}", p->p, p->item) };
	return n;
}

static void put_times(struct plan *p, int64_t every_ms)
{
	const struct probe *own = &p->d->probe;
	yaml_out_ms(&p->y, "within", own->within_ms ? own->within_ms : WITHIN_MS);
	yaml_out_ms(&p->y, "stays", own->stays_ms);
	yaml_out_ms(&p->y, "every", every_ms ? every_ms : EVERY_MS);
}

/* Well: healthy; or it runs, and waits for others to be a majority. The quorum has the last
 * word. */
static const char *is_well(struct plan *p, const char *health)
{
	return plan_f(p, "(%s ->> 'healthy') = true or (%s ->> 'state') = 'waiting'", health,
		      health);
}

static void put_health(struct plan *p, const char *key, const char *health)
{
	const struct driver_command *c = &p->driver->commands[CMD_HEALTH];
	plan_at(p, c->run.at);
	yaml_out_text(&p->y, key, c->run.s);
	plan_at(p, p->d->step.at);
	plan_capture(p, health, "map");
	yaml_out_ms(&p->y, "timeout", c->timeout_ms ? c->timeout_ms : LOOK_TIMEOUT_MS);
}

static void verify_health(struct plan *p, const char *health)
{
	yaml_out_open(&p->y, "verify");
	put_health(p, "run", health);
	yaml_out_text(&p->y, "expect", is_well(p, health));
	put_times(p, p->driver->commands[CMD_HEALTH].every_ms);
	yaml_out_close(&p->y);
	plan_untrue(p, plan_f(p, "${%s} is not well", p->item));
}

/* --- steps ----------------------------------------------------------------------------------- */

static void put_name(struct rebuild *r, const char *name, const char *expression,
		     const char *type, const char *key)
{
	plan_at(r->p, at_key(r->p, key));
	yaml_out_open(&r->p->y, value(r, name));
	yaml_out_text(&r->p->y, "to", expression);
	yaml_out_word(&r->p->y, "as", type);
	yaml_out_close(&r->p->y);
}

static void names(struct rebuild *r)
{
	struct plan *p = r->p;
	const char *m = value(r, "members"), *first = r->first;
	plan_open(p, "members", "The members, and where they are");
	yaml_out_open(&p->y, "set");
	put_name(r, "members", plan_f(p, "as_map(%s)", r->members), "map", "members");
	put_name(r, "size", r->size, "int", "size");
	put_name(r, "first", first ? first : plan_f(p, "first(%s)", m), "text", "first");
	put_name(r, "others", plan_f(p, "without(%s, %s_first)", m, p->p), "list", "first");
	put_name(r, "backwards", plan_f(p, "reversed(%s)", m), "list", "members");
	if (r->member) {
		put_name(r, "one", r->member, "text", "member");
		put_name(r, "rest", plan_f(p, "without(%s, %s_one)", m, p->p), "list", "member");
	}
	put_name(r, "alone",
		 plan_f(p, "keys(map_of(%s_%s, ''))", p->p, r->member ? "one" : "first"), "list",
		 "members");
	yaml_out_close(&p->y);
	plan_close(p);
	plan_open(p, "counted", "As many members as there must be");
	yaml_out_text(&p->y, "check", plan_f(p, "count(%s) = %s_size", m, p->p));
	plan_untrue(p, plan_f(p, "there are not ${%s_size} members in the list", p->p));
	yaml_out_text(&p->y, "if_not",
		      plan_f(p, "There must be ${%s_size}, and the list has another number: "
			     "${%s_members}.", p->p, p->p));
	plan_close(p);
}

/* One member's health as it is: how it is does not matter yet. */
static void look(struct rebuild *r)
{
	struct plan *p = r->p;
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, true);
	plan_each(p, "look", "How the members are now", value(r, "members"), LOOKS_AT_ONCE);
	plan_open(p, "see", plan_f(p, "How ${%s} is", p->item));
	put_health(p, "run", value(r, "look"));
	yaml_out_word(&p->y, "effect", "read");
	yaml_out_word(&p->y, "on_fail", "continue");
	plan_vars(p, vars, n);
	plan_close(p);
	plan_close_each(p);
}

struct each {
	const char *id, *title, *inner, *what, *list;
	enum driver_command_id command;
	int at_once;
	bool verified;
	const char *if_not;
};

static const char *not_come(const struct rebuild *r)
{
	return plan_f(r->p, "It is not well; the reading says how it is, the others go on. Mend it "
		      "and try again; or skip it and say why: then fewer than ${%s_size} will be "
		      "healthy.", r->p->p);
}

static void change_each(struct rebuild *r, const struct each *e)
{
	struct plan *p = r->p;
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, true);
	plan_each(p, e->id, e->title, e->list, e->at_once);
	plan_open(p, e->inner, plan_f(p, "%s ${%s}", e->what, p->item));
	plan_run(p, e->command, EFFECT_CHANGE, vars, n);
	if (e->verified)
		verify_health(p, value(r, "health"));
	plan_advice(p, e->if_not);
	plan_close(p);
	plan_close_each(p);
}

static void stop(struct rebuild *r)
{
	change_each(r, &(struct each){ "stop", "Stop the members, the last one first", "halt",
				       "Stop", value(r, "backwards"), CMD_STOP, 1, false,
				       "Nothing of it is touched while it may still run. Stop it "
				       "by hand, then try again." });
}

static void clear(struct rebuild *r, const char *title, const char *list)
{
	struct plan *p = r->p;
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, true);
	if (!has(r, CMD_CLEAR))
		return;
	plan_each_target(p, "clear", title, list);
	plan_open(p, "aside", plan_f(p, "Put the old state of ${%s} aside", p->item));
	plan_run(p, CMD_CLEAR, EFFECT_DESTROY, vars, n);
	yaml_out_text(&p->y, "target",
		      plan_f(p, "${%s} ${%s_members[%s]}", p->item, p->p, p->item));
	plan_capture_last_line(p, value(r, "old"), true);
	plan_close(p);
	plan_close_each(p);
}

static void prepare(struct rebuild *r)
{
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, false);
	if (!has(r, CMD_PREPARE))
		return;
	plan_open(r->p, "prepare", "Prepare the new cluster");
	plan_run(r->p, CMD_PREPARE, EFFECT_CHANGE, vars, n);
	plan_close(r->p);
}

/* A list of one, so that what the first member's health is stands beside the others'. */
static void first(struct rebuild *r)
{
	struct plan *p = r->p;
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, true);
	if (!has(r, CMD_FIRST))
		return;
	plan_each(p, "first", "The first member", value(r, "alone"), 1);
	plan_open(p, "begin", plan_f(p, "Start ${%s} alone", p->item));
	plan_run(p, CMD_FIRST, EFFECT_CHANGE, vars, n);
	verify_health(p, value(r, "first_health"));
	plan_advice(p, "It is not well; the reading says how it is. Nobody joins before it is. "
		    "Mend it and try again.");
	plan_close(p);
	plan_close_each(p);
}

static void join(struct rebuild *r)
{
	change_each(r, &(struct each){ "join", "The members join", "enter", "Let join:",
				       has(r, CMD_FIRST) ? value(r, "others") : value(r, "members"),
				       CMD_JOIN, r->p->d->step.at_once, true, not_come(r) });
}

/* They may need each other to be well: all are told to start before any is waited for. */
static void start(struct rebuild *r)
{
	struct plan *p = r->p;
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, true);
	change_each(r, &(struct each){ "start", "Start the members", "go", "Start",
				       value(r, "members"),
				       has(r, CMD_START) ? CMD_START : CMD_JOIN,
				       p->d->step.at_once, false, NULL });
	plan_each(p, "well", "Until every member is well", value(r, "members"), LOOKS_AT_ONCE);
	plan_open(p, "come", plan_f(p, "${%s} is well", p->item));
	yaml_out_text(&p->y, "wait", is_well(p, value(r, "health")));
	put_health(p, "probe", value(r, "health"));
	put_times(p, p->driver->commands[CMD_HEALTH].every_ms);
	plan_untrue(p, plan_f(p, "${%s} is not well", p->item));
	plan_advice(p, not_come(r));
	plan_vars(p, vars, n);
	plan_close(p);
	plan_close_each(p);
}

static void quorum(struct rebuild *r, const char *id, const char *title, const char *captured,
		   const char *condition, const char *untrue)
{
	struct plan *p = r->p;
	const struct driver_command *c = &p->driver->commands[CMD_QUORUM];
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, false);
	plan_open(p, id, title);
	yaml_out_text(&p->y, "wait", condition);
	plan_at(p, c->run.at);
	yaml_out_text(&p->y, "probe", c->run.s);
	plan_at(p, p->d->step.at);
	plan_capture(p, captured, "map");
	yaml_out_ms(&p->y, "timeout", c->timeout_ms ? c->timeout_ms : LOOK_TIMEOUT_MS);
	put_times(p, c->every_ms);
	plan_untrue(p, untrue);
	plan_advice(p, "The reading says how many are healthy, and how many are needed. With "
		    "fewer than are needed nothing is served. Find who is missing, and try "
		    "again.");
	plan_vars(p, vars, n);
	plan_close(p);
}

/* That many healthy and no more known, or that many and at least as many as are needed. */
static void quorum_of(struct rebuild *r, const char *size)
{
	struct plan *p = r->p;
	const char *q = value(r, "quorum");
	quorum(r, "quorum", "All members are healthy together", q,
	       plan_f(p, "(%s ->> 'healthy') = %s", q, size),
	       r->action == ACTION_REMOVE ? "not all members that stay are healthy" :
	       plan_f(p, "not all of the ${%s_size} members are healthy", p->p));
}

/* --- add, remove ----------------------------------------------------------------------------- */

static void safe_before(struct rebuild *r)
{
	const char *q = value(r, "quorum_before");
	quorum(r, "before", "The cluster lives: enough members are healthy", q,
	       plan_f(r->p, "(%s ->> 'healthy') >= (%s ->> 'needed')", q, q),
	       "fewer members are healthy than are needed");
}

static void add(struct rebuild *r)
{
	safe_before(r);
	/* It may be one that was lost: what it still has belongs to the old member. */
	change_each(r, &(struct each){ "stop", "It does not run yet", "halt", "Stop",
				       value(r, "alone"), CMD_STOP, 1, false,
				       "What it has is put aside next, and must not be in use. "
				       "Stop it by hand, then try again." });
	clear(r, "Put what it has aside", value(r, "alone"));
	change_each(r, &(struct each){ "add", "The cluster is told of it", "tell", "Add",
				       value(r, "alone"), CMD_ADD, 1, false, NULL });
	change_each(r, &(struct each){ "join", "It joins", "enter", "Let join:",
				       value(r, "alone"), CMD_JOIN, 1, true, not_come(r) });
	quorum_of(r, value(r, "size"));
}

static void take_out(struct rebuild *r)
{
	struct plan *p = r->p;
	struct plan_var vars[6];
	size_t n = vars_of(r, vars, true);
	safe_before(r);
	plan_each(p, "remove", "Take it out of the cluster", value(r, "alone"), 1);
	plan_open(p, "forget", plan_f(p, "Take out ${%s}", p->item));
	plan_run(p, CMD_REMOVE, EFFECT_DESTROY, vars, n);
	plan_at(p, p->d->step.target.s ? p->d->step.target.at : p->d->step.at);
	yaml_out_text(&p->y, "target", p->d->step.target.s ? p->d->step.target.s :
		      plan_f(p, "${%s} ${%s_members[%s]}", p->item, p->p, p->item));
	plan_at(p, p->d->step.at);
	plan_close(p);
	plan_close_each(p);
	quorum_of(r, plan_f(p, "%s_size - 1", p->p));
}

static void again(struct rebuild *r)
{
	/* A snapshot that is damaged or missing is found out while the cluster still stands. */
	prepare(r);
	stop(r);
	clear(r, "Put the old state of the members aside", value(r, "members"));
	first(r);
	join(r);
	quorum_of(r, value(r, "size"));
}

static void start_all(struct rebuild *r)
{
	start(r);
	quorum_of(r, value(r, "size"));
}

void plan_rebuild(struct plan *p)
{
	static void (*const does[ACTION_MAX])(struct rebuild *r) = {
		[ACTION_REBUILD] = again, [ACTION_START] = start_all, [ACTION_STOP] = stop,
		[ACTION_ADD] = add, [ACTION_REMOVE] = take_out,
	};
	struct rebuild r = { .p = p, .members = plan_map(p, "members") };
	bool good = read_action(&r);
	good = good && read_member(&r);
	good = read_size(&r) && good && r.members;
	if (!good || !can(&r))
		return;
	names(&r);
	look(&r);
	does[r.action](&r);
	plan_own_verify(p);
}
