#include "climb.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "err.h"
#include "str.h"

static int no_ladder(const struct people *p, const char *name, struct err *err)
{
	const char *near = NULL;
	int best = 0;

	for (size_t i = 0; i < p->n_ladders; i++) {
		int d = str_distance(name, p->ladders[i].id, 3);

		if (d <= 3 && (!near || d < best)) {
			near = p->ladders[i].id;
			best = d;
		}
	}
	return err_set(err, ERR_NOTFOUND, "%s has no ladder %s%s%s%s", p->path, name,
		       near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Every person of the rung with every way of theirs that it names. */
static void fill_people(const struct climb_plan *c, const struct people_rung *g,
			struct ladder_rung *out)
{
	struct ladder_target *t = arena_alloc(c->arena, (g->n_who * g->n_by + 1) * sizeof(*t));

	out->targets = t;
	for (size_t i = 0; i < g->n_who; i++)
		for (size_t k = 0; k < g->n_by; k++)
			if (c->people->persons[g->who[i]].ways[g->by[k]])
				t[out->n++] = (struct ladder_target){ g->who[i], (int)g->by[k] };
}

static void fill_channel(const struct climb_plan *c, const struct people_rung *g,
			 struct ladder_rung *out)
{
	struct ladder_target *t = arena_alloc(c->arena, sizeof(*t));

	*t = (struct ladder_target){ (int)c->people->n_persons + g->channel, 0 };
	out->targets = t;
	out->n = 1;
}

/* One question is asked once, on however many rungs it stands. */
static int question_of(struct climb_plan *c, const char **questions, const char *text)
{
	if (!text)
		return LADDER_NONE;
	for (size_t i = 0; i < c->plan.n_questions; i++)
		if (str_eq(questions[i], text))
			return (int)i;
	questions[c->plan.n_questions] = text;
	return (int)c->plan.n_questions++;
}

static int check_waits(const struct climb_plan *c, struct err *err)
{
	for (size_t i = 0; i < c->plan.n_rungs; i++)
		for (size_t s = 0; s < c->plan.n_severities; s++)
			if (c->plan.rungs[i].wait_ms[s] <= 0)
				return err_set(err, ERR_USAGE,
					       "ladder %s does not say how long rung %zu waits at "
					       "%s",
					       c->ladder->id, i + 1, c->people->severities[s]);
	return 0;
}

int climb_plan(const struct people *p, const char *name, struct climb_plan *ret, struct err *err)
{
	int found = people_find_ladder(p, name);
	struct climb_plan c = { .people = p };
	const struct people_ladder *l;
	struct ladder_rung *rungs;
	const char **questions;
	size_t targets = 0;
	int rc;

	if (found < 0)
		return no_ladder(p, name, err);
	l = c.ladder = &p->ladders[found];
	c.arena = arena_new();
	rungs = arena_alloc(c.arena, (l->n_rungs + 1) * sizeof(*rungs));
	questions = arena_alloc(c.arena, (l->n_rungs + 1) * sizeof(*questions));
	c.questions = questions;
	for (size_t i = 0; i < l->n_rungs; i++) {
		const struct people_rung *g = &l->rungs[i];

		rungs[i] = (struct ladder_rung){ .wait_ms = g->wait.ms,
						 .awake_first = !g->as_written,
						 .conditional = g->when.s != NULL,
						 .question = question_of(&c, questions,
									 g->skip_if) };
		if (g->channel >= 0)
			fill_channel(&c, g, &rungs[i]);
		else
			fill_people(&c, g, &rungs[i]);
		targets += rungs[i].n;
	}
	c.plan.rungs = rungs;
	c.plan.n_rungs = l->n_rungs;
	c.plan.n_parties = p->n_persons + p->n_channels;
	c.plan.n_severities = p->n_severities;
	c.plan.rounds = l->rounds;
	c.plan.ack_expires_ms = l->ack_expires_ms;
	rc = targets ? check_waits(&c, err)
		     : err_set(err, ERR_USAGE, "nobody is on ladder %s", name);
	if (rc)
		climb_release(&c);
	else
		*ret = c;
	return rc;
}

void climb_release(struct climb_plan *c)
{
	arena_free(c->arena);
	*c = (struct climb_plan){ 0 };
}

bool climb_is_channel(const struct climb_plan *c, int party)
{
	return party >= (int)c->people->n_persons;
}

const struct people_person *climb_person(const struct climb_plan *c, int party)
{
	return party >= 0 && party < (int)c->people->n_persons ? &c->people->persons[party] : NULL;
}

const struct people_channel *climb_channel(const struct climb_plan *c, int party)
{
	size_t i = (size_t)party - c->people->n_persons;

	return climb_is_channel(c, party) && i < c->people->n_channels ? &c->people->channels[i]
								       : NULL;
}

const struct people_channel *climb_carrier(const struct climb_plan *c, int party, int way)
{
	const struct people_channel *own = climb_channel(c, party);

	if (own)
		return own->kind == PEOPLE_BY_HAND ? NULL : own;
	for (size_t i = 0; way >= 0 && i < c->people->n_channels; i++)
		if ((int)c->people->channels[i].carries == way)
			return &c->people->channels[i];
	return NULL;
}
