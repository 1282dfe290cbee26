/* What a rung says together: names become indexes, waits are complete, ways lead to somebody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "limits.h"
#include "mem.h"
#include "peopleint.h"
#include "str.h"

static void say_unknown(struct people_read *r, const char *name, struct place at)
{
	const struct people_index *x = &r->index;
	char near[LIMIT_TITLE_BYTES + 32] = "";

	if (!findings_full(r->in.f) && x->n_names <= PEOPLE_NEAR_AMONG)
		findings_near(near, sizeof(near), name, x->names, x->n_names);
	people_say(r, PRULE_UNKNOWN_NAME, at, "no person, group or role is called `%s`%s", name,
		   near);
}

/* Adds those that one name means. `who` has room for everybody, `on` says who is there already. */
static void add_who(struct people_read *r, struct people_rung *g, int *who, bool *on,
		    const struct ytree *v)
{
	const struct people_entry *e;
	size_t before = g->n_who, n;

	if (v->kind != YTREE_SCALAR || !v->text[0]) {
		people_say(r, v->kind == YTREE_SCALAR ? FR_EMPTY : FR_SHAPE, v->at,
			   "`who` is a name or a list of names");
		return;
	}
	n = people_named(&r->index, v->text, &e);
	for (size_t i = 0; i < n; i++)
		if (!on[e[i].person]) {
			on[e[i].person] = true;
			who[g->n_who++] = e[i].person;
		}
	if (!n && !r->in.cut)
		say_unknown(r, v->text, v->at);
	else if (n && g->n_who == before)
		people_say(r, FR_TWICE, v->at, "this rung has `%s` already", v->text);
}

static void read_who(struct people_read *r, struct people_rung *g, const struct ytree *v)
{
	int *who = mem_alloc((r->p->n_persons + 1) * sizeof(*who)), *kept;
	bool *on = mem_alloc(r->p->n_persons + 1);

	if (v->kind == YTREE_LIST && !v->n)
		people_say(r, FR_EMPTY, v->at, "`who` is an empty list");
	if (v->kind == YTREE_LIST && v->n > PEOPLE_MAX_NAMES)
		people_say(r, FR_LIMIT, v->at, "`who` lists more than %d", PEOPLE_MAX_NAMES);
	else if (v->kind != YTREE_LIST)
		add_who(r, g, who, on, v);
	else
		for (size_t i = 0; i < v->n; i++)
			add_who(r, g, who, on, v->pairs[i].v);
	kept = arena_alloc(r->in.a, (g->n_who + 1) * sizeof(*kept));
	memcpy(kept, who, g->n_who * sizeof(*kept));
	g->who = kept;
	free(who);
	free(on);
}

static void read_channel(struct people_read *r, struct people_rung *g, const struct ytree *v)
{
	const char *names[PEOPLE_MAX_CHANNELS];
	char near[LIMIT_TITLE_BYTES + 32];

	if (v->kind != YTREE_SCALAR) {
		people_say(r, FR_SHAPE, v->at, "`channel` is a name");
		return;
	}
	for (size_t i = 0; i < r->p->n_channels; i++) {
		names[i] = r->p->channels[i].id;
		if (str_eq(names[i], v->text))
			g->channel = (int)i;
	}
	if (g->channel < 0 && !r->in.cut)
		people_say(r, PRULE_UNKNOWN_NAME, v->at, "no channel is called `%s`%s", v->text,
			   findings_near(near, sizeof(near), v->text, names, r->p->n_channels));
	else if (g->channel >= 0 && r->p->channels[g->channel].carries != PEOPLE_NO_WAY)
		people_say(r, FR_CONTRADICTION, v->at,
			   "`%s` carries messages to a person; name people with `who`, and "
			   "`by: %s`",
			   v->text, people_way_name(r->p->channels[g->channel].carries));
}

/* --- ways ------------------------------------------------------------------------------------- */

static bool reachable(const struct people_person *p, const struct people_rung *g)
{
	for (size_t i = 0; i < g->n_by; i++)
		if (p->ways[g->by[i]])
			return true;
	return false;
}

/* Without `by`: every way that people have, phone first. */
static void all_ways(struct people_read *r, struct people_rung *g)
{
	enum people_way *by = arena_alloc(r->in.a, PEOPLE_WAYS * sizeof(*by));

	for (int w = 0; w < PEOPLE_WAYS; w++)
		by[w] = (enum people_way)w;
	g->by = by;
	g->n_by = PEOPLE_WAYS;
}

static void check_ways(struct people_read *r, struct people_rung *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n_who; i++)
		n += reachable(&r->p->persons[g->who[i]], g);
	if (!n) {
		people_say(r, PRULE_NO_WAY, g->at, "nobody on this rung has any of its ways");
		return;
	}
	for (size_t i = 0; i < g->n_who; i++) {
		const struct people_person *p = &r->p->persons[g->who[i]];

		if (!reachable(p, g))
			people_say(r, PRULE_LEFT_OUT, g->at,
				   "`%s` is on this rung and has none of its ways", p->id);
	}
}

/* --- together --------------------------------------------------------------------------------- */

/* A rung's own waits, the ladder's where it says nothing. */
static void fill_waits(struct people_read *r, const struct people_ladder *l, struct people_rung *g)
{
	int64_t *ms = arena_alloc(r->in.a, (r->n_severities + 1) * sizeof(*ms));

	for (size_t i = 0; i < r->n_severities; i++)
		ms[i] = g->wait.ms && g->wait.ms[i] ? g->wait.ms[i]
			: l->wait.ms ? l->wait.ms[i] : 0;
	g->wait.ms = ms;
}

static size_t tries_of(const struct people *p, const struct people_rung *g)
{
	size_t n = g->channel >= 0;

	for (size_t i = 0; i < g->n_who; i++)
		for (size_t k = 0; k < g->n_by; k++)
			n += p->persons[g->who[i]].ways[g->by[k]] != NULL;
	return n;
}

/* The whole climb, when nobody replies. */
static void say_tries(struct people_read *r, const struct people_ladder *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_rungs; i++)
		n += tries_of(r->p, &l->rungs[i]);
	if (n * (size_t)l->rounds > PEOPLE_MAX_TRIES)
		people_say(r, FR_LIMIT, l->at,
			   "`%s` has up to %zu tries; at most %d can be climbed in a night", l->id,
			   n * (size_t)l->rounds, PEOPLE_MAX_TRIES);
}

static void say_waits(struct people_read *r, const struct people_ladder *l)
{
	for (size_t s = 0; s < r->n_severities; s++)
		for (size_t i = 0; i < l->n_rungs; i++)
			if (!l->rungs[i].wait.ms[s]) { /* less: said */
				people_say(r, PRULE_NO_WAIT, l->wait.ms ? l->wait.at : l->at,
					   "`%s` does not say how long to wait at `%s`; name it, "
					   "or `otherwise`",
					   l->id, r->severities[s]);
				break;
			}
}

static void only_with(struct people_read *r, const struct people_rung_draft *d, bool people,
		      const char *const *keys)
{
	for (; *keys; keys++)
		if (ytree_get(d->at, *keys))
			people_say(r, FR_CONTRADICTION, d->at->at, "`%s` goes with `%s`", *keys,
				   people ? "who" : "channel");
}

static void finish(struct people_read *r, const struct people_ladder *l,
		   struct people_rung_draft *d)
{
	static const char *const of_people[] = { "by", "order", NULL };
	const struct ytree *who = d->who ? d->who : d->each_of;
	struct people_rung *g = &d->rung;

	if (!d->channel == !who && !(r->in.cut && !who))
		people_say(r, who ? FR_CONTRADICTION : FR_MISSING_KEY, g->at,
			   "a rung is one of `channel` and `who`");
	if (d->who && d->each_of)
		people_say(r, FR_CONTRADICTION, g->at, "`each_of` is the same as `who`: one of "
							  "them");
	if (d->channel)
		read_channel(r, g, d->channel);
	if (who && g->channel < 0)
		read_who(r, g, who);
	if (!who && d->channel)
		only_with(r, d, true, of_people);
	if (who && !g->n_by)
		all_ways(r, g);
	if (g->n_who && g->n_by)
		check_ways(r, g);
	fill_waits(r, l, g);
}

void people_finish_rungs(struct people_read *r, struct people_ladder *l,
			 struct people_rung_draft *d, size_t n)
{
	struct people_rung *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		finish(r, l, &d[i]);
		out[i] = d[i].rung;
	}
	l->rungs = out;
	l->n_rungs = n;
	if (!n && !r->in.cut)
		people_say(r, PRULE_EMPTY_LADDER, l->at,
			   "`%s` has no rungs: nobody would be tried", l->id);
	say_waits(r, l);
	say_tries(r, l);
}
