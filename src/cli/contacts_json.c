/* People and ladders for a program. */
#include "buf.h"
#include "contacts.h"
#include "err.h"
#include "json.h"
#include "ladder.h"
#include "verbs.h"

static void put_words(struct jsonw *w, const char *key, const char *const *v, size_t n)
{
	jw_arr(w, key);
	for (size_t i = 0; i < n; i++)
		jw_str(w, NULL, v[i]);
	jw_end_arr(w);
}

/* "2026-11-22T15:58+01:00"; null where the zone is not known. */
static void put_local(struct jsonw *w, const struct presence *p)
{
	const struct zone_time *t = &p->local;
	int ahead = t->offset_s < 0 ? -t->offset_s : t->offset_s;
	struct buf text = BUF_INIT;

	buf_addf(&text, "%04d-%02d-%02dT%02d:%02d%c%02d:%02d", t->year, t->month, t->day,
		 t->minute / 60, t->minute % 60, t->offset_s < 0 ? '-' : '+', ahead / 3600,
		 ahead / 60 % 60);
	jw_str(w, "local", p->known ? buf_str(&text) : NULL);
	jw_str(w, "presence", ladder_presence_name(p->is));
	buf_release(&text);
}

static void put_person(struct jsonw *w, const struct people_person *who,
		       const struct presence *now)
{
	struct buf hours = BUF_INIT;

	jw_obj(w, NULL);
	jw_str(w, "id", who->id);
	jw_str(w, "name", who->name);
	put_words(w, "groups", who->groups, who->n_groups);
	put_words(w, "roles", who->roles, who->n_roles);
	jw_str(w, "zone", who->zone);
	put_local(w, now);
	people_hours_text(&hours, who->hours, who->n_hours);
	jw_str(w, "hours", who->n_hours ? buf_str(&hours) : NULL);
	jw_obj(w, "ways");
	for (int i = 0; i < PEOPLE_WAYS; i++)
		if (who->ways[i])
			jw_str(w, people_way_name((enum people_way)i), who->ways[i]);
	jw_end_obj(w);
	jw_end_obj(w);
	buf_release(&hours);
}

static void put_people(struct jsonw *w, const struct contacts_view *v)
{
	struct presence_cache cache = { 0 };

	jw_arr(w, "people");
	for (size_t i = 0; i < v->people->n_persons; i++) {
		const struct people_person *who = &v->people->persons[i];
		struct presence now = presence_cached(&cache, who, v->wall_ns);

		put_person(w, who, &now);
	}
	jw_end_arr(w);
	presence_cache_release(&cache);
}

static void put_try(struct jsonw *w, const struct climb_plan *c, const struct contacts_try *t)
{
	const struct people_rung *g = &c->ladder->rungs[t->rung];
	const struct people_person *who = climb_person(c, t->party);
	const struct people_channel *to = climb_channel(c, t->party);
	const struct people_channel *by = climb_carrier(c, t->party, t->way);

	jw_obj(w, NULL);
	jw_int(w, "at_ms", t->at_ms);
	jw_int(w, "round", t->round);
	jw_int(w, "rung", t->rung + 1);
	if (who) {
		jw_str(w, "person", who->id);
		jw_str(w, "way", people_way_name((enum people_way)t->way));
		jw_str(w, "address", who->ways[t->way]);
		put_local(w, &t->presence);
	} else {
		jw_str(w, "channel", to->id);
		jw_str(w, "kind", people_kind_name(to->kind));
		jw_bool(w, "public", to->is_public);
	}
	jw_str(w, "by", by ? by->id : NULL);
	jw_str(w, "text", g->text);
	jw_str(w, "skip_if", g->skip_if);
	jw_end_obj(w);
}

static void put_ladder(struct jsonw *w, const struct contacts_view *v,
		       const struct people_ladder *l)
{
	struct climb_plan plan = { 0 };
	struct contacts_climb climb = { 0 };
	struct err err = { 0 };
	int rc = climb_plan(v->people, l->id, &plan, &err);

	if (!rc)
		rc = contacts_climb(&plan, v->severity, v->wall_ns, &climb, &err);
	jw_obj(w, NULL);
	jw_str(w, "id", l->id);
	jw_str(w, "note", l->note);
	jw_int(w, "rounds", l->rounds);
	jw_int(w, "ack_expires_ms", l->ack_expires_ms);
	if (rc)
		jw_str(w, "error", err.text);
	jw_arr(w, "tries");
	for (size_t i = 0; i < climb.n; i++)
		put_try(w, &plan, &climb.v[i]);
	jw_end_arr(w);
	jw_int(w, "ends_ms", climb.ends_ms);
	jw_end_obj(w);
	contacts_climb_release(&climb);
	climb_release(&plan);
}

void contacts_json(struct buf *out, const struct contacts_view *v)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_str(&w, "file", v->file->path);
	jw_str(&w, "found", v->file->how);
	cli_time(&w, "at", v->wall_ns);
	jw_str(&w, "severity", v->severity);
	put_words(&w, "severities", v->people->severities, v->people->n_severities);
	jw_int(&w, "errors", (int64_t)v->errors);
	jw_int(&w, "warnings", (int64_t)v->warnings);
	put_people(&w, v);
	jw_arr(&w, "ladders");
	for (size_t i = 0; i < v->people->n_ladders; i++)
		put_ladder(&w, v, &v->people->ladders[i]);
	jw_end_arr(&w);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}
