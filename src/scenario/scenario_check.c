/* A scenario against its runbook. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "contact.h"
#include "environ.h"
#include "err.h"
#include "field.h"
#include "limits.h"
#include "runbook.h"
#include "scenarioint.h"
#include "str.h"

struct checked {
	struct format_read in; /* to say things with */
	struct scenario *s;
	const struct runbook *rb;
	const char **ids;
	size_t n_ids;
};

/* --- steps ------------------------------------------------------------------------------------ */

static const struct step *step_of(struct checked *c, const char *id, struct place at)
{
	const struct step *s = id ? runbook_step(c->rb, id) : NULL;
	char near[LIMIT_TITLE_BYTES + 32];

	if (id && !s)
		scenario_say(c, SRULE_STEP, at, "%s has no step `%s`%s", c->rb->path, id,
			     findings_near(near, sizeof(near), id, c->ids, c->n_ids));
	return s;
}

/* The nearest `each` around it, itself included; NULL: none. */
static const struct step *each_of(const struct step *s)
{
	while (s && !s->each_name)
		s = s->parent;
	return s;
}

static bool is_guarded(const struct step *s)
{
	const struct runbook *b = s->effect == EFFECT_DESTROY ? runbook_in_environment(s->book)
							      : NULL;
	const struct environments *envs = b ? runbook_environments(b) : NULL;

	for (size_t i = 0; envs && i < envs->n; i++)
		if (envs->v[i].guarded && envs->v[i].n_probes)
			return true;
	return false;
}

static bool runs(const struct step *s, int purpose)
{
	switch (purpose) {
	case PURPOSE_MAIN:
		return s->kind == KIND_RUN;
	case PURPOSE_PROBE:
		return s->probe && s->probe->run.s;
	case PURPOSE_VERIFY:
		return s->verify && s->verify->run.s;
	case PURPOSE_REPAIR:
		return s->repair.s;
	case PURPOSE_SETTLE:
		return s->n_owes;
	case PURPOSE_UNDO:
		return s->undo.s;
	case PURPOSE_GUARD:
		return is_guarded(s);
	default:
		return false;
	}
}

/* The last name of "a@b" is an item of the nearest `each`. */
static void check_item(struct checked *c, const struct step *s, const char *item, struct place at)
{
	const struct step *each = each_of(s);
	const char *last = item ? strrchr(item, '@') : NULL;
	char near[LIMIT_TITLE_BYTES + 32];

	if (!item)
		return;
	last = last ? last + 1 : item;
	if (!each) {
		scenario_say(c, SRULE_ITEM, at, "`%s` is in no `each`: it has no items",
			     s->id);
		return;
	}
	for (size_t i = 0; i < each->n_each_items; i++)
		if (str_eq(each->each_items[i], last) || str_eq(each->each_items[i], item))
			return;
	if (each->n_each_items)
		scenario_say(c, SRULE_ITEM, at, "`%s` has no item `%s`%s", s->id, item,
			     findings_near(near, sizeof(near), last, each->each_items,
					   each->n_each_items));
}

static const struct step *check_command(struct checked *c, const char *id, const char *item,
					int purpose, struct place at)
{
	const struct step *s = step_of(c, id, at);

	if (!s)
		return NULL;
	check_item(c, s, item, at);
	if (runs(s, purpose))
		return s;
	scenario_say(c, SRULE_NO_COMMAND, at, "`%s` (%s) runs no command of purpose `%s`",
		     id, word_of(WORDS_KIND, s->kind), word_of(WORDS_PURPOSE, purpose));
	return NULL;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void check_owed(struct checked *c, const struct step *s, const struct scenario_answer *a)
{
	const char *names[LIMIT_FIELDS];
	char near[LIMIT_TITLE_BYTES + 32];
	size_t n = 0;

	for (size_t i = 0; a->owes && i < s->n_owes && i < LIMIT_FIELDS; i++) {
		if (str_eq(s->owes[i].name, a->owes))
			return;
		names[n++] = s->owes[i].name;
	}
	if (a->owes)
		scenario_say(c, SRULE_NO_COMMAND, a->at, "`%s` owes no `%s`%s", s->id,
			     a->owes, findings_near(near, sizeof(near), a->owes, names, n));
}

/* Whole outputs only: what jq and patterns make of others is theirs to say in the drill. */
static void check_output(struct checked *c, const struct step *s, int purpose,
			 const struct scenario_answer *a)
{
	const struct probe *p = purpose == PURPOSE_PROBE ? s->probe
				: purpose == PURPOSE_VERIFY ? s->verify : NULL;
	const struct capture *v = purpose == PURPOSE_MAIN ? s->captures : p ? p->captures : NULL;
	size_t n = purpose == PURPOSE_MAIN ? s->n_captures : p ? p->n_captures : 0;

	for (size_t i = 0; i < n && !a->exit && !a->signal; i++) {
		struct value value = { 0 };

		if (v[i].how != CAPTURE_WHOLE || v[i].type == VALUE_LIST ||
		    v[i].type == VALUE_TEXT)
			continue;
		if (value_parse(v[i].type, a->output, a->n_output, &value, NULL))
			scenario_say(c, SRULE_UNREAD, a->at,
				     "`%s` reads this output as %s, and it is none", v[i].name,
				     value_type_name(v[i].type));
		value_release(&value);
	}
}

static void check_answers(struct checked *c)
{
	for (size_t i = 0; i < c->s->n_answers; i++) {
		const struct scenario_answer *a = &c->s->answers[i];
		const struct step *s = check_command(c, a->step, a->item, a->purpose, a->at);

		if (!s)
			continue;
		check_owed(c, s, a);
		check_output(c, s, a->purpose, a);
	}
}

/* Whether an answer is there for whatever comes first, of this item of a step. */
static bool is_covered(const struct scenario *sc, const struct step *s, int purpose,
		       const char *item, const char *owes)
{
	for (size_t i = 0; i < sc->n_answers; i++) {
		const struct scenario_answer *a = &sc->answers[i];
		const char *last = a->item ? strrchr(a->item, '@') : NULL;

		last = last ? last + 1 : a->item;
		if (str_eq(a->step, s->id) && a->purpose == purpose && a->attempt <= 1 &&
		    (!a->owes || str_eq(a->owes, owes)) &&
		    (!a->item || str_eq(last, item) || str_eq(a->item, item)))
			return true;
	}
	return false;
}

static void uncovered(struct checked *c, const struct step *s, int purpose, const char *of)
{
	scenario_say(c, SRULE_UNCOVERED, c->s->at,
		     "`%s` (%s, line %d): nothing answers its %s command%s%s", s->id, s->title,
		     s->at.line, word_of(WORDS_PURPOSE, purpose), of ? " for " : "", of ? of : "");
}

static void check_covered(struct checked *c, const struct step *s, int purpose, const char *owes)
{
	const struct step *each = each_of(s);

	if (is_covered(c->s, s, purpose, NULL, owes))
		return;
	if (!each || !each->n_each_items) {
		uncovered(c, s, purpose, owes ? owes : each ? "every item" : NULL);
		return;
	}
	for (size_t i = 0; i < each->n_each_items; i++)
		if (!is_covered(c->s, s, purpose, each->each_items[i], owes))
			uncovered(c, s, purpose, each->each_items[i]);
}

static void check_coverage(struct checked *c)
{
	for (size_t i = 0; i < c->rb->n_all; i++) {
		const struct step *s = c->rb->all[i];

		for (int p = 0; p < PURPOSE_MAX; p++)
			if (p != PURPOSE_SETTLE && runs(s, p))
				check_covered(c, s, p, NULL);
		for (size_t k = 0; k < s->n_owes; k++)
			check_covered(c, s, PURPOSE_SETTLE, s->owes[k].name);
	}
}

/* --- people ----------------------------------------------------------------------------------- */

static void check_person(struct checked *c, const char *who, struct place at)
{
	const char *ids[256] = { 0 };
	char near[LIMIT_TITLE_BYTES + 32];
	bool known = false;
	size_t n = 0;

	for (size_t i = 0; i < c->rb->n_all; i++) {
		const struct contact *k = c->rb->all[i]->contact;

		known |= k != NULL;
		for (size_t p = 0; k && p < k->n_parties; p++) {
			if (str_eq(k->parties[p].id, who))
				return;
			if (n < sizeof(ids) / sizeof(ids[0]))
				ids[n++] = k->parties[p].id;
		}
	}
	findings_near(near, sizeof(near), who, ids, n);
	if (known)
		scenario_say(c, SRULE_PERSON, at,
			     "nobody of the runbook's contacts is `%s`%s", who, near);
	else
		scenario_say(c, SRULE_PERSON, at,
			     "the runbook reaches nobody, so not `%s`", who);
}

static bool replies(const struct scenario *s, const struct contact *k)
{
	for (size_t p = 0; p < k->n_parties; p++)
		for (size_t i = 0; i < s->n_contacts && k->parties[p].on_ladder; i++)
			if (str_eq(s->contacts[i].who, k->parties[p].id))
				return true;
	return false;
}

static void check_people(struct checked *c)
{
	for (size_t i = 0; i < c->s->n_contacts; i++)
		check_person(c, c->s->contacts[i].who, c->s->contacts[i].at);
	for (size_t i = 0; i < c->rb->n_all; i++) {
		const struct step *s = c->rb->all[i];

		if (s->contact && !replies(c->s, s->contact))
			scenario_say(c, SRULE_SILENCE, c->s->at,
				     "`%s` (%s, line %d): of nobody on its ladder is said what "
				     "they reply", s->id, s->title, s->at.line);
	}
}

/* --- injects ---------------------------------------------------------------------------------- */

/* Behind the end nothing happens; what has no condition is not skipped for one. */
static void check_trigger(struct checked *c, const struct scenario_inject *in)
{
	const char *id = in->after ? in->after : in->when ? in->when->step : NULL;
	const struct step *s = step_of(c, id, in->at);
	int is = in->after ? SCENARIO_ENDED : in->when ? in->when->is : SCENARIO_STANDS;

	if (s && s->kind == KIND_END && s->book == c->rb && is != SCENARIO_STARTED &&
	    is != SCENARIO_SKIPPED && is != SCENARIO_DEFERRED)
		scenario_say(c, SRULE_NEVER, in->at,
			     "`%s` ends the run: `%s` can never be due", id, in->id);
	else if (s && s->kind == KIND_CAUTION && is == SCENARIO_FAILED)
		scenario_say(c, SRULE_NEVER, in->at,
			     "`%s` is only read and cannot fail: `%s` can never be due", id,
			     in->id);
}

static void check_change(struct checked *c, const struct scenario_change *ch)
{
	const struct step *s = ch ? check_command(c, ch->step, ch->item, ch->purpose, ch->at)
				  : NULL;

	for (size_t i = 0; s && i < ch->n_answers; i++)
		check_output(c, s, ch->purpose, &ch->answers[i]);
}

static void check_inject(struct checked *c, const struct scenario_inject *in)
{
	check_trigger(c, in);
	if (in->fails)
		check_command(c, in->fails->step, in->fails->item, in->fails->purpose,
			      in->fails->at);
	check_change(c, in->flaps);
	check_change(c, in->wrong);
	for (size_t i = 0; in->network && i < in->network->n_steps; i++)
		step_of(c, in->network->steps[i], in->network->at);
	for (size_t i = 0; i < in->n_silent; i++)
		check_person(c, in->silent[i], in->at);
}

static void check_objective(struct checked *c, const struct scenario_objective *o)
{
	int64_t own = o->measure == SCENARIO_RECOVERY ? c->rb->rto_ms
		      : o->measure == SCENARIO_RESTORE_POINT ? c->rb->rpo_ms : 1;

	if (!o->within_ms && !own)
		scenario_say(c, SRULE_NO_TARGET, o->at,
			     "`%s` says no `within`, and the runbook has no `%s`", o->id,
			     o->measure == SCENARIO_RECOVERY ? "rto" : "rpo");
	step_of(c, o->step, o->at);
}

/* --- parameters ------------------------------------------------------------------------------- */

static void check_param(struct checked *c, const struct scenario_param *p)
{
	const struct field *f = NULL;
	struct value v = { 0 };
	struct err err = { 0 };

	for (size_t i = 0; i < c->rb->n_params && !f; i++)
		if (str_eq(c->rb->params[i].name, p->name))
			f = &c->rb->params[i];
	if (!f)
		scenario_say(c, SRULE_PARAM, p->at, "%s has no parameter `%s`", c->rb->path,
			     p->name);
	else if (f->secret)
		scenario_say(c, SRULE_PARAM, p->at, "`%s` is a secret: it does not belong into a "
			     "file", p->name);
	else if (field_check(f, p->text, &v, &err))
		scenario_say(c, SRULE_PARAM, p->at, "%s", err.text);
	value_release(&v);
}

void scenario_check(struct scenario *s, const struct runbook *rb, struct findings *f)
{
	struct checked c = { .in = { .format = &scenario_format, .f = f }, .s = s,
			     .rb = rb };

	f->first = f->n;
	c.ids = arena_alloc(s->arena, (rb->n_all + 1) * sizeof(*c.ids));
	for (size_t i = 0; i < rb->n_all; i++)
		c.ids[c.n_ids++] = rb->all[i]->id;
	for (size_t i = 0; i < s->n_params; i++)
		check_param(&c, &s->params[i]);
	check_answers(&c);
	check_people(&c);
	for (size_t i = 0; i < s->n_injects; i++)
		check_inject(&c, &s->injects[i]);
	for (size_t i = 0; i < s->n_objectives; i++)
		check_objective(&c, &s->objectives[i]);
	check_coverage(&c);
	s->broken |= c.in.broken;
	findings_sort(f);
}
