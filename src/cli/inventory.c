#include "inventory.h"

#include <stdlib.h>

#include "buf.h"
#include "clock.h"
#include "guard_check.h"
#include "json.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"

/* --- environments ----------------------------------------------------------------------------- */

static void put_freeze(struct buf *out, const struct environment *e)
{
	struct buf why = BUF_INIT;

	if (guard_frozen(e, clock_now().wall, &why)) {
		buf_adds(out, ", FROZEN now (");
		cli_safe(out, buf_str(&why));
		buf_addc(out, ')');
	} else if (e->n_freezes) {
		buf_adds(out, ", frozen at times");
	}
	buf_release(&why);
}

static void put_environment(struct buf *out, const struct environment *e)
{
	cli_safe(out, e->name);
	if (e->problem) {
		buf_adds(out, " CANNOT BE RELIED ON, so nothing that destroys starts there: ");
		cli_safe(out, e->problem);
		return;
	}
	buf_adds(out, e->guarded ? ": protected" : e->lab ? ": a lab" : ": not protected");
	if (e->n_probes)
		buf_addf(out, ", its target is read by %zu probe%s", e->n_probes,
			 e->n_probes == 1 ? "" : "s");
	else
		buf_adds(out, ", NOTHING reads which target is there");
	for (size_t i = 0; e->approve_for < EFFECT_MAX && i < e->n_approvers; i++) {
		buf_adds(out, i ? " or " : ", approved by ");
		cli_safe(out, e->approvers[i]);
	}
	if (e->lab_probe.run.s)
		buf_adds(out, ", says itself when it is a lab");
	put_freeze(out, e);
}

void inventory_guards(struct buf *out, const struct runbook *b)
{
	const struct runbook *home = runbook_in_environment(b);
	const struct environments *envs = runbook_environments(home);
	const struct environment **v = NULL;
	size_t n = guard_environments_of(b, &v);

	if (!home)
		buf_adds(out, "no environment is named: nothing but a name to type guards it");
	else if (!envs)
		buf_adds(out, "no environments.yaml: nothing but a name to type guards it");
	else if (!n && envs->problem)
		cli_safe(out, envs->problem);
	else if (!n)
		buf_adds(out, "environments.yaml does not have it: nothing that destroys starts");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? "; " : "");
		put_environment(out, v[i]);
	}
	free(v);
}

void inventory_guards_json(struct jsonw *w, const struct runbook *b)
{
	const struct environment **v = NULL;
	size_t n = guard_environments_of(b, &v);

	jw_arr(w, "guards");
	for (size_t i = 0; i < n; i++) {
		jw_obj(w, NULL);
		jw_str(w, "environment", v[i]->name);
		jw_bool(w, "protected", v[i]->guarded);
		jw_bool(w, "lab", v[i]->lab);
		jw_bool(w, "says_lab", v[i]->lab_probe.run.s != NULL);
		jw_int(w, "probes", (int64_t)v[i]->n_probes);
		jw_arr(w, "approvers");
		for (size_t k = 0; k < v[i]->n_approvers; k++)
			jw_str(w, NULL, v[i]->approvers[k]);
		jw_end_arr(w);
		jw_bool(w, "frozen", guard_frozen(v[i], clock_now().wall, NULL));
		jw_str(w, "problem", v[i]->problem);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	free(v);
}

/* --- roles ------------------------------------------------------------------------------------ */

void inventory_count(struct inventory_roles *r, const char *role, size_t book, bool forever)
{
	struct inventory_role *to;
	size_t i = 0;

	while (i < r->n && !str_eq(r->v[i].name, role))
		i++;
	if (i == r->n) {
		r->v = mem_grow(r->v, r->n + 1, sizeof(*r->v));
		r->v[r->n++] = (struct inventory_role){ .name = role ? mem_dup(role) : NULL };
	}
	to = &r->v[i];
	to->books += to->last != book;
	to->last = book;
	to->steps++;
	to->forever += forever;
}

void inventory_roles(struct buf *out, const struct inventory_roles *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct inventory_role *v = &r->v[i];

		buf_adds(out, i ? "" : "\n");
		buf_adds(out, v->name ? "role " : "whoever walks it");
		cli_safe(out, v->name ? v->name : "");
		buf_addf(out, ": %zu step%s in %zu runbook%s, %zu without a way back\n", v->steps,
			 v->steps == 1 ? "" : "s", v->books, v->books == 1 ? "" : "s", v->forever);
	}
}

void inventory_roles_release(struct inventory_roles *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->v[i].name);
	free(r->v);
	*r = (struct inventory_roles){ 0 };
}
