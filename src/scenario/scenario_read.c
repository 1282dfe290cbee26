/* Mappings by the tables. */
#include <string.h>

#include "arena.h"
#include "limits.h"
#include "scenarioint.h"
#include "str.h"

enum { KEYS_MAX = 24 };

static void unknown_key(struct scenario_read *r, const struct stable *t, const char *what,
			const struct ytree_pair *p)
{
	const char *keys[KEYS_MAX];
	char near[LIMIT_TITLE_BYTES + 32];

	for (size_t i = 0; i < t->n; i++) {
		keys[i] = t->keys[i].key;
		if (str_eq(keys[i], p->key))
			return;
	}
	scenario_say(r->f, r->s, SRULE_UNKNOWN_KEY, p->at, "`%s` has no key `%s`%s", what, p->key,
		     scenario_near(near, sizeof(near), p->key, keys, t->n));
}

size_t scenario_items(struct scenario_read *r, const struct skey *k, const struct ytree *v)
{
	if (v->kind != YTREE_LIST)
		return 1;
	if (!v->n)
		scenario_say(r->f, r->s, SRULE_EMPTY, v->at, "`%s` is an empty list", k->key);
	if (v->n > (size_t)k->max) {
		scenario_say(r->f, r->s, SRULE_LIMIT, v->at, "`%s` has %zu entries, and at most "
			     "%lld are read", k->key, v->n, (long long)k->max);
		return 0;
	}
	return v->n;
}

const struct ytree *scenario_item(const struct ytree *v, size_t i)
{
	return v->kind == YTREE_LIST ? v->pairs[i].v : v;
}

static void read_part(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		      void *base)
{
	void *part = arena_alloc(r->a, scenario_tables[k->part].size);

	if (scenario_read_map(r, k->part, k->key, v, part))
		*SCENARIO_AT(void *, base, k->at) = part;
}

static void read_parts(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		       void *base)
{
	size_t n = scenario_items(r, k, v), size = scenario_tables[k->part].size, got = 0;
	char *all = arena_alloc(r->a, (n + 1) * size);

	for (size_t i = 0; i < n; i++)
		if (scenario_read_map(r, k->part, k->key, scenario_item(v, i), all + got * size))
			got++;
	*SCENARIO_AT(void *, base, k->at) = all;
	*SCENARIO_AT(size_t, base, k->at_n) = got;
}

static void set_otherwise(const struct skey *k, void *base)
{
	switch (k->type) {
	case ST_INT:
	case ST_DURATION:
	case ST_SHARE:
	case ST_PACE:
		*SCENARIO_AT(int64_t, base, k->at) = k->otherwise;
		break;
	case ST_SIGNAL:
	case ST_PURPOSE:
	case ST_REPLY:
	case ST_IS:
	case ST_MEASURE:
		*SCENARIO_AT(int, base, k->at) = (int)k->otherwise;
		break;
	default:
		break;
	}
}

static void read_key(struct scenario_read *r, const struct skey *k, const struct ytree *v,
		     void *base)
{
	if (k->type == ST_PART)
		read_part(r, k, v, base);
	else if (k->type == ST_PARTS)
		read_parts(r, k, v, base);
	else
		scenario_read_value(r, k, v, base);
}

/* An entry without what it needs is no entry; without a value that it may have, it is. */
static bool all_there(const struct stable *t, void *base)
{
	bool ok = true;

	for (size_t i = 0; i < t->n; i++) {
		const struct skey *k = &t->keys[i];
		bool pointer = k->type == ST_LINE || k->type == ST_TEXT || k->type == ST_PATH;

		if (k->flags & SK_REQUIRED && pointer)
			ok &= *SCENARIO_AT(const char *, base, k->at) != NULL;
	}
	return ok;
}

bool scenario_read_map(struct scenario_read *r, enum stable_id id, const char *what,
		       const struct ytree *map, void *base)
{
	const struct stable *t = &scenario_tables[id];

	if (map->kind != YTREE_MAP) {
		if (!r->cut) /* else it may be what was cut */
			scenario_say(r->f, r->s, SRULE_SHAPE, map->at,
				     "`%s` is a mapping, such as `%s: …`", what, t->keys[0].key);
		return false;
	}
	if (t->at != (size_t)-1)
		*SCENARIO_AT(struct place, base, t->at) = map->at;
	for (size_t i = 0; i < map->n; i++)
		if (map->pairs[i].key)
			unknown_key(r, t, what, &map->pairs[i]);
	for (size_t i = 0; i < t->n; i++) {
		const struct skey *k = &t->keys[i];
		const struct ytree *v = ytree_get(map, k->key);

		set_otherwise(k, base);
		if (v)
			read_key(r, k, v, base);
		else if (k->flags & SK_REQUIRED && !r->cut)
			scenario_say(r->f, r->s, SRULE_MISSING_KEY, map->at, "`%s` needs `%s`: %s",
				     what, k->key, k->doc);
	}
	return id == STABLE_FILE || all_there(t, base);
}
