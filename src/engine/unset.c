/* Values that the runbook declares and that nothing has set yet: unknown, not unheard of. */
#include "unset.h"

#include <stdlib.h>
#include <string.h>

#include "inner.h"
#include "mem.h"
#include "str.h"
#include "value.h"

static const struct value unknown[VALUE_TYPE_MAX] = {
	[VALUE_TEXT] = { VALUE_TEXT, false, false, NULL },
	[VALUE_INT] = { VALUE_INT, false, false, NULL },
	[VALUE_NUMBER] = { VALUE_NUMBER, false, false, NULL },
	[VALUE_BOOL] = { VALUE_BOOL, false, false, NULL },
	[VALUE_DATETIME] = { VALUE_DATETIME, false, false, NULL },
	[VALUE_DURATION] = { VALUE_DURATION, false, false, NULL },
	[VALUE_LIST] = { VALUE_LIST, false, false, NULL },
	[VALUE_MAP] = { VALUE_MAP, false, false, NULL },
};

struct wanted {
	const struct step *from;     /* whose condition it is */
	const struct runbook *root;
	struct binding **b;
	size_t n;
};

/* A declaration: the name as the step has it, and its type. */
struct given {
	const char *name;
	enum value_type type;
};

static void in_captures(const struct capture *v, size_t n, const char *name, struct given *ret)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].name, name))
			*ret = (struct given){ v[i].name, v[i].type };
}

static void in_probe(const struct probe *probe, const char *name, struct given *ret)
{
	if (probe)
		in_captures(probe->captures, probe->n_captures, name, ret);
}

/* Untouched where the step gives no such value, or only its expression would tell the type. */
static void given_by(const struct step *s, const char *name, struct given *ret)
{
	in_captures(s->captures, s->n_captures, name, ret);
	in_probe(s->probe, name, ret);
	in_probe(s->verify, name, ret);
	for (size_t i = 0; i < s->n_fields; i++)
		if (str_eq(s->fields[i].name, name))
			*ret = (struct given){ s->fields[i].name, s->fields[i].type };
	for (size_t i = 0; i < s->n_sets; i++)
		if (str_eq(s->sets[i].name, name) && s->set_types &&
		    s->set_types[i] != VALUE_TYPE_INVALID)
			*ret = (struct given){ s->sets[i].name, s->set_types[i] };
}

static bool is_inside(const struct step *s, const struct step *group)
{
	for (; s; s = s->parent)
		if (s == group)
			return true;
	return false;
}

/* Behind the loop it is set in, a value is a map by item. */
static bool is_map_here(const struct step *giver, const struct step *from)
{
	for (const struct step *g = giver->parent; g; g = g->parent)
		if (g->each_name && !is_inside(from, g))
			return true;
	return false;
}

static void want(void *ctx, const char *name, size_t len, size_t off)
{
	struct wanted *w = ctx;
	(void)off;
	for (size_t i = 0; i < w->n; i++)
		if (strlen((*w->b)[i].name) == len && !memcmp((*w->b)[i].name, name, len))
			return;
	char *id = mem_dupn(name, len);
	struct given g = { NULL, VALUE_TYPE_INVALID };
	for (size_t i = 0; i < w->root->n_all && !g.name; i++) {
		const struct step *s = w->root->all[i];
		if (s->book != w->from->book)
			continue;
		given_by(s, id, &g);
		if (g.name && is_map_here(s, w->from))
			g.type = VALUE_MAP;
	}
	free(id);
	if (!g.name)
		return;
	*w->b = mem_grow(*w->b, w->n + 1, sizeof(**w->b));
	(*w->b)[w->n++] = (struct binding){ g.name, &unknown[g.type] };
}

size_t unset_add(const struct pass *p, const struct inst *in, const char *text, struct binding **b,
		 size_t n)
{
	struct wanted w = { in ? in->step : NULL, NULL, b, n };
	if (!w.from || !w.from->book || !text)
		return n;
	for (w.root = w.from->book; w.root->caller;)
		w.root = w.root->caller;
	if (w.root->all)
		p->eval->names(text, want, &w);
	return w.n;
}
