/* Words and waits of a contacts file. */
#include <stdio.h>

#include "arena.h"
#include "limits.h"
#include "peopleint.h"
#include "str.h"

void people_order(struct format_read *in, const struct format_key *k, const struct ytree *v,
		  void *base)
{
	*FORMAT_INTO(bool, base, k->at) = format_word(in, k, v) == 1;
}

void people_ways(struct format_read *in, const struct format_key *k, const struct ytree *v,
		 void *base)
{
	size_t n = format_items(in, k, v), got = 0;
	enum people_way *out = arena_alloc(in->a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		int w = format_word(in, k, format_item(v, i));
		bool twice = false;

		for (size_t j = 0; j < got; j++)
			twice |= (int)out[j] == w;
		if (twice)
			format_say(in, FR_TWICE, format_item(v, i)->at, "`%s` names `%s` twice",
				   k->key, people_way_name((enum people_way)w));
		else if (w >= 0)
			out[got++] = (enum people_way)w;
	}
	*FORMAT_INTO(const enum people_way *, base, k->at) = out;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}

/* --- waits ------------------------------------------------------------------------------------ */

enum { WAIT_BAD = -1 }; /* a finding says so: it is not missing as well */

static void wait_of(struct people_read *r, const struct format_key *k, const struct ytree_pair *p,
		    int64_t *ms, int64_t *rest)
{
	char near[LIMIT_TITLE_BYTES + 32];
	int64_t one = WAIT_BAD;

	if (!p->key)
		return;
	(void)format_duration(&r->in, k, p->v, &one);
	if (str_eq(p->key, "otherwise")) {
		*rest = one;
		return;
	}
	for (size_t i = 0; i < r->n_severities; i++)
		if (str_eq(r->severities[i], p->key)) {
			ms[i] = one;
			return;
		}
	people_say(r, PRULE_SEVERITY, p->at, "`severities` has no `%s`%s", p->key,
		   findings_near(near, sizeof(near), p->key, r->severities, r->n_severities));
}

void people_wait(struct format_read *in, const struct format_key *k,
		 const struct ytree *v, void *base)
{
	struct people_read *r = people_of(in);
	struct people_waits *out = FORMAT_INTO(struct people_waits, base, k->at);
	int64_t *ms = arena_alloc(r->in.a, (r->n_severities + 1) * sizeof(*ms)), rest = 0;

	if (v->kind == YTREE_MAP)
		for (size_t i = 0; i < v->n; i++)
			wait_of(r, k, &v->pairs[i], ms, &rest);
	else
		rest = format_duration(&r->in, k, v, &rest) ? rest : WAIT_BAD;
	for (size_t i = 0; i < r->n_severities; i++)
		if (!ms[i])
			ms[i] = rest;
	*out = (struct people_waits){ ms, v->at };
}
