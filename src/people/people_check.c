/* What a contacts file says together. */
#include <stddef.h>

#include "arena.h"
#include "limits.h"
#include "peopleint.h"
#include "str.h"

/* --- people ----------------------------------------------------------------------------------- */

static void check_twice(struct people_read *r, const struct people_person *v, size_t i)
{
	bool named = false, way[PEOPLE_WAYS] = { false };

	for (size_t j = 0; j < i; j++) {
		if (!named && str_eq(v[j].name, v[i].name)) {
			named = true;
			people_say(r, FR_TWICE, v[i].at, "`%s` and `%s` are both called %s",
				   v[j].id, v[i].id, v[i].name);
		}
		for (int w = 0; w < PEOPLE_WAYS; w++)
			if (v[i].ways[w] && !way[w] && str_eq(v[j].ways[w], v[i].ways[w])) {
				way[w] = true;
				people_say(r, FR_TWICE, v[i].at,
					   "`%s` and `%s` have the same `%s`", v[j].id, v[i].id,
					   people_way_name((enum people_way)w));
			}
	}
}

static void check_person(struct people_read *r, size_t i)
{
	const struct people_person *p = &r->p->persons[i];
	bool any = false;

	check_twice(r, r->p->persons, i);
	for (int w = 0; w < PEOPLE_WAYS; w++)
		any |= p->ways[w] != NULL;
	if (!any && !r->in.cut)
		people_say(r, PRULE_LEFT_OUT, p->at, "`%s` cannot be reached: no way is given",
			   p->id);
}

/* --- channels --------------------------------------------------------------------------------- */

/* Mail that a person writes by hand may go anywhere. */
static void check_mailed(struct people_read *r)
{
	bool mailed = false;

	for (size_t i = 0; i < r->p->n_channels; i++)
		mailed |= r->p->channels[i].carries == PEOPLE_MAIL &&
			  r->p->channels[i].kind == PEOPLE_SMTP;
	for (size_t i = 0; mailed && i < r->p->n_persons; i++)
		if (r->p->persons[i].ways[PEOPLE_MAIL])
			people_check_address(r, r->p->persons[i].ways[PEOPLE_MAIL],
					     r->p->persons[i].at);
}

static void check_carriers(struct people_read *r)
{
	for (size_t i = 1; i < r->p->n_channels; i++)
		for (size_t j = 0; j < i; j++) {
			const struct people_channel *a = &r->p->channels[j], *b = &a[i - j];

			if (b->carries == PEOPLE_NO_WAY || a->carries != b->carries)
				continue;
			people_say(r, FR_CONTRADICTION, b->at,
				   "`%s` and `%s` both carry `%s`: one of them", a->id, b->id,
				   people_way_name(b->carries));
			break;
		}
}

/* What came of a try is said by a name. */
static void check_replies(struct people_read *r)
{
	const struct people_entry *e;

	for (size_t i = 0; i < r->p->n_channels; i++) {
		const struct people_channel *c = &r->p->channels[i];

		if (people_named(&r->index, c->id, &e) && e->sort == PEOPLE_IS_PERSON)
			people_say(r, PRULE_AMBIGUOUS, c->at,
				   "`%s` is a person and the name of a channel: a reply could not "
				   "say which",
				   c->id);
	}
}

/* --- use -------------------------------------------------------------------------------------- */

/* Marks the people and channels that a rung leads to. */
static void mark(const struct people *p, const struct people_rung *g, bool *persons, bool *channels)
{
	for (size_t k = 0; k < g->n_who; k++)
		persons[g->who[k]] = true;
	if (g->channel >= 0)
		channels[g->channel] = true;
	for (size_t i = 0; i < p->n_channels; i++)
		for (size_t k = 0; k < g->n_by; k++)
			channels[i] |= p->channels[i].carries == g->by[k];
}

/* Only where everything could be read: else the rung that does may be among what could not. */
static void check_use(struct people_read *r)
{
	const struct people *p = r->p;
	bool *persons = arena_alloc(r->in.a, p->n_persons + 1);
	bool *channels = arena_alloc(r->in.a, p->n_channels + 1);

	if (!p->n_ladders) {
		people_say(r, PRULE_NO_LADDERS, (struct place){ p->path, 1, 1 },
			   "there is no ladder: no `contact` step can use this file");
		return;
	}
	for (size_t l = 0; l < p->n_ladders; l++)
		for (size_t k = 0; k < p->ladders[l].n_rungs; k++)
			mark(p, &p->ladders[l].rungs[k], persons, channels);
	if (p->drill_channel >= 0)
		channels[p->drill_channel] = true;
	for (size_t i = 0; i < p->n_persons; i++)
		if (!persons[i])
			people_say(r, PRULE_NEVER_USED, p->persons[i].at,
				   "no ladder leads to `%s`", p->persons[i].id);
	for (size_t i = 0; i < p->n_channels; i++)
		if (!channels[i])
			people_say(r, PRULE_NEVER_USED, p->channels[i].at, "no ladder uses `%s`",
				   p->channels[i].id);
}

/* Where messages of drills go: it must go by itself, to where it always goes. */
static void check_drill(struct people_read *r)
{
	struct people *p = r->p;
	const char *names[PEOPLE_MAX_CHANNELS];
	char near[LIMIT_TITLE_BYTES + 32];
	const struct people_channel *c = NULL;

	for (size_t i = 0; p->drill && i < p->n_channels; i++) {
		names[i] = p->channels[i].id;
		if (!str_eq(names[i], p->drill))
			continue;
		c = &p->channels[i];
		p->drill_channel = (int)i;
	}
	if (p->drill && !c && !r->in.cut)
		people_say(r, PRULE_UNKNOWN_NAME, p->drill_at, "no channel is called `%s`%s",
			   p->drill, findings_near(near, sizeof(near), p->drill, names,
						   p->n_channels));
	if (!c || (c->kind != PEOPLE_BY_HAND && c->carries == PEOPLE_NO_WAY))
		return;
	p->drill_channel = -1;
	people_say(r, FR_CONTRADICTION, p->drill_at, c->kind == PEOPLE_BY_HAND
		   ? "`%s` is a person's work; messages of drills go by themselves"
		   : "`%s` carries messages to real people; messages of drills go to a channel "
		     "with an address of its own", p->drill);
}

void people_check(struct people_read *r)
{
	check_drill(r);
	people_check_names(r);
	for (size_t i = 0; i < r->p->n_persons; i++)
		check_person(r, i);
	check_carriers(r);
	check_replies(r);
	check_mailed(r);
	people_check_reach(r);
	if (!r->in.broken)
		check_use(r);
}
