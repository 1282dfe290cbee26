/* Every name that a rung may use, sorted: people, groups, roles. Made once, when the people are
 * read: a file may have a hundred thousand of them. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "peopleint.h"

static int by_name(const void *pa, const void *pb)
{
	const struct people_entry *a = pa, *b = pb;
	int c = strcmp(a->name, b->name);

	if (c)
		return c;
	if (a->sort != b->sort)
		return a->sort < b->sort ? -1 : 1;
	return a->person - b->person;
}

static void add(struct people_index *x, const char *name, enum people_sort sort, size_t person)
{
	x->v[x->n++] = (struct people_entry){ name, sort, (int)person };
}

static void add_person(struct people_index *x, const struct people_person *p, size_t i)
{
	add(x, p->id, PEOPLE_IS_PERSON, i);
	for (size_t k = 0; k < p->n_groups; k++)
		add(x, p->groups[k], PEOPLE_IS_GROUP, i);
	for (size_t k = 0; k < p->n_roles; k++)
		add(x, p->roles[k], PEOPLE_IS_ROLE, i);
}

void people_make_index(struct people_read *r)
{
	struct people_index *x = &r->index;
	const struct people *p = r->p;
	size_t n = p->n_persons;

	for (size_t i = 0; i < p->n_persons; i++)
		n += p->persons[i].n_groups + p->persons[i].n_roles;
	x->v = arena_alloc(r->in.a, (n + 1) * sizeof(*x->v));
	x->names = arena_alloc(r->in.a, (n + 1) * sizeof(*x->names));
	for (size_t i = 0; i < p->n_persons; i++)
		add_person(x, &p->persons[i], i);
	if (x->n)
		qsort(x->v, x->n, sizeof(*x->v), by_name);
	for (size_t i = 0; i < x->n; i++)
		if (!i || strcmp(x->v[i - 1].name, x->v[i].name) != 0)
			x->names[x->n_names++] = x->v[i].name;
}

size_t people_named(const struct people_index *x, const char *name, const struct people_entry **ret)
{
	size_t from = 0, to = x->n, n = 0;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (strcmp(x->v[mid].name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	while (from + n < x->n && strcmp(x->v[from + n].name, name) == 0)
		n++;
	*ret = n ? x->v + from : NULL;
	return n;
}

void people_check_names(struct people_read *r)
{
	static const char *const words[] = { "person", "group", "role" };
	const struct people_index *x = &r->index;

	for (size_t i = 1; i < x->n; i++) {
		const struct people_entry *a = &x->v[i - 1], *b = &x->v[i];

		if (a->sort != b->sort && strcmp(a->name, b->name) == 0)
			people_say(r, PRULE_AMBIGUOUS, r->p->persons[b->person].at,
				   "`%s` is a %s of `%s` and the name of a %s: a rung could not "
				   "say which",
				   b->name, words[b->sort], r->p->persons[b->person].id,
				   words[a->sort]);
	}
}
