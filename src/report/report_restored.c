/* How old the data is that was put back: the points that were chosen, by the list that they were
 * chosen from; or what the runbook says itself. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "mem.h"
#include "reportint.h"
#include "runbook.h"
#include "scenario.h"
#include "state.h"
#include "str.h"

/* --- values ----------------------------------------------------------------------------------- */

static const struct var *var_in(const struct scope *s, const char *name)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (str_eq(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

/* As an instance sees it. */
static const struct var *var_of(const struct inst *in, const char *name)
{
	const struct var *v = NULL;

	for (; in && !v; in = in->parent)
		v = var_in(in->scope, name);
	return v;
}

static bool is_time(const struct var *v, int64_t *ret)
{
	return v && v->value.known && !v->value.secret && v->value.text &&
	       v->value.type == VALUE_DATETIME && clock_parse(v->value.text, ret);
}

/* The latest that any scope has. */
static const struct var *latest(const struct state *s, const char *name, int64_t *ret)
{
	const struct var *found = NULL;

	for (size_t i = 0; i < s->n_insts; i++) {
		const struct var *v = var_in(s->insts[i]->scope, name);
		int64_t at;

		if (is_time(v, &at) && (!found || v->seq > found->seq)) {
			found = v;
			*ret = at;
		}
	}
	return found;
}

static struct json *parse(const struct var *v)
{
	struct json *doc = NULL;

	if (!v || !v->value.known || v->value.secret || !v->value.text ||
	    json_parse(v->value.text, strlen(v->value.text), &doc, NULL))
		return NULL;
	return doc;
}

/* --- a restore -------------------------------------------------------------------------------- */

/* Names of its values, as the loader makes them of its id. */
static char *value_name(const char *id, const char *what)
{
	char *name;

	for (const char *c = id; *c; c++)
		id = *c == '/' && c[1] ? c + 1 : id;
	name = mem_printf("%s%s_%s", *id >= '0' && *id <= '9' ? "_" : "", id, what);
	for (char *c = name; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (*c == '-' || *c == '.')
			*c = '_';
	}
	return name;
}

static const struct inst *restore_of(const struct inst *in)
{
	while (in && (!in->step || in->is_item || in->step->kind != KIND_RESTORE))
		in = in->parent;
	return in;
}

static bool is_put(const struct inst *in)
{
	return in->step && !in->is_item && in->state == STEP_FINISHED &&
	       str_ends(in->step->id, "/restore") && restore_of(in) &&
	       (in->outcome == OUTCOME_CONFIRMED || in->outcome == OUTCOME_ACCEPTED ||
		in->outcome == OUTCOME_OVERRIDDEN) && in->undo != UNDO_DONE;
}

static bool time_of(const struct json *points, const char *volume, const char *id, int64_t *ret)
{
	for (size_t i = 0; id && i < json_len(points); i++) {
		const struct json *p = json_at(points, i);
		const char *at = json_str(p, "at");

		if (str_eq(json_str(p, "volume"), volume) && str_eq(json_str(p, "point"), id))
			return at && clock_parse(at, ret);
	}
	return false;
}

/* why: with the volume in it. */
static void unknown(struct report *r, const char *why, const char *volume)
{
	struct report_restored *to = &r->restored;
	char *text = mem_printf("%s %s was restored from", why, volume ? volume : "what");

	free(to->why);
	to->known = false;
	to->why = report_keep_raw(r, text, strlen(text), false);
	free(text);
}

static void add_volume(struct report *r, const struct inst *in)
{
	const struct inst *top = restore_of(in), *round = in;
	struct report_restored *to = &r->restored;
	char *names[] = { value_name(top->step->id, "points"),
			  value_name(top->step->id, "chosen") };
	const struct var *chosen_var = var_of(top, names[1]);
	struct json *points = parse(var_of(top, names[0])), *chosen = parse(chosen_var);
	const char *volume, *id;
	int64_t at;

	while (round && !round->is_item)
		round = round->parent;
	volume = round ? round->item : NULL;
	id = volume ? json_str(chosen, volume) : NULL;
	if (chosen_var && chosen_var->seq > r->insts[in->order].last_seq) {
		unknown(r, "another point was chosen after the one that", volume);
	} else if (!time_of(points, volume, id, &at)) {
		unknown(r, "the record has no time of the point that", volume);
	} else if (!to->why && (!to->known || at < to->at)) {
		free(to->volume);
		free(to->point);
		to->known = true;
		to->volume = report_keep_raw(r, volume, strlen(volume), false);
		to->point = report_keep_raw(r, id, strlen(id), false);
		to->at = at;
		to->seq = chosen_var->seq;
	}
	json_free(points);
	json_free(chosen);
	for (size_t i = 0; i < 2; i++)
		free(names[i]);
}

void report_find_restored(struct report *r, const struct state *s)
{
	struct report_restored *to = &r->restored;
	const struct var *own = latest(s, RUNBOOK_RESTORED_TO, &to->at);

	to->from = s->opened.wall;
	to->told = latest(s, RUNBOOK_INCIDENT_AT, &to->from);
	if (own) {
		to->known = true;
		to->seq = own->seq;
	}
	for (size_t i = 0; i < s->n_insts && !own; i++)
		if (is_put(s->insts[i]))
			add_volume(r, s->insts[i]);
	if (to->known)
		to->age_ms = (to->from - to->at) / CLOCK_MS;
}

void report_restored_release(struct report_restored *v)
{
	free(v->volume);
	free(v->point);
	free(v->why);
}
