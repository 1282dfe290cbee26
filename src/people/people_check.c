/* What a contacts file says together. */
#include <stddef.h>

#include "peopleint.h"
#include "str.h"

/* --- names ------------------------------------------------------------------------------------ */

enum sort { SORT_NONE, SORT_PERSON, SORT_GROUP, SORT_ROLE };

static enum sort has_name(const struct people_person *p, const char *name)
{
	if (str_eq(p->id, name))
		return SORT_PERSON;
	for (size_t i = 0; i < p->n_groups; i++)
		if (str_eq(p->groups[i], name))
			return SORT_GROUP;
	for (size_t i = 0; i < p->n_roles; i++)
		if (str_eq(p->roles[i], name))
			return SORT_ROLE;
	return SORT_NONE;
}

/* The first other sort of thing that has this name. */
static enum sort other_sort(const struct people *p, const char *name, enum sort own)
{
	for (size_t i = 0; i < p->n_persons; i++) {
		enum sort s = has_name(&p->persons[i], name);

		if (s != SORT_NONE && s < own)
			return s;
	}
	return SORT_NONE;
}

static void check_names(struct people_read *r, const struct people_person *p)
{
	static const char *const words[] = { "", "a person", "a group", "a role" };
	enum sort s;

	for (size_t i = 0; i < p->n_groups; i++)
		if ((s = other_sort(r->p, p->groups[i], SORT_GROUP)))
			people_say(r, PRULE_AMBIGUOUS, p->at,
				   "`%s` is a group of `%s` and the name of %s", p->groups[i],
				   p->id, words[s]);
	for (size_t i = 0; i < p->n_roles; i++)
		if ((s = other_sort(r->p, p->roles[i], SORT_ROLE)))
			people_say(r, PRULE_AMBIGUOUS, p->at,
				   "`%s` is a role of `%s` and the name of %s", p->roles[i], p->id,
				   words[s]);
}

static void check_twice(struct people_read *r, const struct people_person *v, size_t i)
{
	bool named = false, way[PEOPLE_WAYS] = { false };

	for (size_t j = 0; j < i; j++) {
		if (!named && str_eq(v[j].name, v[i].name)) {
			named = true;
			people_say(r, PRULE_TWICE, v[i].at, "`%s` and `%s` are both called %s",
				   v[j].id, v[i].id, v[i].name);
		}
		for (int w = 0; w < PEOPLE_WAYS; w++)
			if (v[i].ways[w] && !way[w] && str_eq(v[j].ways[w], v[i].ways[w])) {
				way[w] = true;
				people_say(r, PRULE_TWICE, v[i].at,
					   "`%s` and `%s` have the same `%s`", v[j].id, v[i].id,
					   people_way_name((enum people_way)w));
			}
	}
}

static void check_person(struct people_read *r, size_t i)
{
	const struct people_person *p = &r->p->persons[i];
	bool any = false;

	check_names(r, p);
	check_twice(r, r->p->persons, i);
	for (int w = 0; w < PEOPLE_WAYS; w++)
		any |= p->ways[w] != NULL;
	if (!any && !r->cut)
		people_say(r, PRULE_LEFT_OUT, p->at, "`%s` cannot be reached: no way is given",
			   p->id);
}

/* --- channels --------------------------------------------------------------------------------- */

static void check_carriers(struct people_read *r)
{
	for (size_t i = 1; i < r->p->n_channels; i++)
		for (size_t j = 0; j < i; j++) {
			const struct people_channel *a = &r->p->channels[j], *b = &a[i - j];

			if (b->carries == PEOPLE_NO_WAY || a->carries != b->carries)
				continue;
			people_say(r, PRULE_CONTRADICTION, b->at,
				   "`%s` and `%s` both carry `%s`: one of them", a->id, b->id,
				   people_way_name(b->carries));
			break;
		}
}

/* --- use -------------------------------------------------------------------------------------- */

static bool rung_uses_person(const struct people_rung *g, size_t i)
{
	for (size_t k = 0; k < g->n_who; k++)
		if (g->who[k] == (int)i)
			return true;
	return false;
}

static bool rung_uses_channel(const struct people_rung *g, const struct people_channel *c, size_t i)
{
	if (g->channel == (int)i)
		return true;
	for (size_t k = 0; k < g->n_by; k++)
		if (g->by[k] == c->carries)
			return true;
	return false;
}

static bool used(const struct people *p, const struct people_channel *c, size_t i)
{
	for (size_t l = 0; l < p->n_ladders; l++)
		for (size_t k = 0; k < p->ladders[l].n_rungs; k++) {
			const struct people_rung *g = &p->ladders[l].rungs[k];

			if (c ? rung_uses_channel(g, c, i) : rung_uses_person(g, i))
				return true;
		}
	return false;
}

/* Only where everything could be read: else the rung that does may be among what could not. */
static void check_use(struct people_read *r)
{
	const struct people *p = r->p;

	if (!p->n_ladders) {
		people_say(r, PRULE_NO_LADDERS, (struct place){ p->path, 1, 1 },
			   "there is no ladder: no `contact` step can use this file");
		return;
	}
	for (size_t i = 0; i < p->n_persons; i++)
		if (!used(p, NULL, i))
			people_say(r, PRULE_NEVER_USED, p->persons[i].at,
				   "no ladder leads to `%s`", p->persons[i].id);
	for (size_t i = 0; i < p->n_channels; i++)
		if (!used(p, &p->channels[i], i))
			people_say(r, PRULE_NEVER_USED, p->channels[i].at, "no ladder uses `%s`",
				   p->channels[i].id);
}

void people_check(struct people_read *r)
{
	for (size_t i = 0; i < r->p->n_persons; i++)
		check_person(r, i);
	check_carriers(r);
	people_check_reach(r);
	if (!r->p->broken)
		check_use(r);
}
