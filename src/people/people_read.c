/* Mappings by the tables. */
#include <stdio.h>
#include <string.h>

#include "limits.h"
#include "peopleint.h"
#include "str.h"

enum { KEYS_MAX = 32 };

static people_value_fn *const readers[PT_MAX] = {
	[PT_VERSION] = people_version,	 [PT_LINE] = people_line,
	[PT_TEXT] = people_text,	 [PT_ADDRESS] = people_line,
	[PT_BOOL] = people_bool,	 [PT_INT] = people_int,
	[PT_DURATION] = people_duration, [PT_NAMES] = people_names,
	[PT_LINES] = people_lines,	 [PT_ZONE] = people_zone,
	[PT_HOURS] = people_hours,	 [PT_AWAKE] = people_awake,
	[PT_WAIT] = people_wait,	 [PT_WAYS] = people_ways,
	[PT_WAY] = people_way,		 [PT_ORDER] = people_order,
	[PT_HOOK] = people_hook,	 [PT_TLS] = people_tls,
	[PT_URL] = people_url,		 [PT_SECRET] = people_secret,
	[PT_SKIP] = people_skip,	 [PT_CONDITION] = people_condition,
	[PT_CHANNEL] = people_node,	 [PT_WHO] = people_node,
	[PT_SMTP] = people_smtp,	 [PT_WEBHOOK] = people_webhook,
	[PT_COMMAND] = people_command,	 [PT_BY_HAND] = people_text,
	[PT_PEOPLE] = people_persons,	 [PT_CHANNELS] = people_channels,
	[PT_LADDERS] = people_ladders,	 [PT_RUNGS] = people_rungs,
	[PT_SEVERITIES] = people_severities, [PT_FORMS] = people_forms,
	[PT_FIELDS] = people_fields,	 [PT_TYPE] = people_type,
	[PT_RAW] = people_raw,
};

static void unknown_key(struct people_read *r, const struct ptable *t, const struct ytree_pair *p)
{
	const char *keys[KEYS_MAX];
	char near[LIMIT_TITLE_BYTES + 32];

	for (size_t i = 0; i < t->n; i++)
		keys[i] = t->keys[i].key;
	people_say(r, PRULE_UNKNOWN_KEY, p->at, "%s has no key `%s`%s", t->what, p->key,
		   people_near(near, sizeof(near), p->key, keys, t->n));
}

static bool is_key(const struct ptable *t, const char *key)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->keys[i].key, key) == 0)
			return true;
	return false;
}

/* `command: sms "$to" # why` is another command than it looks. */
static void check_comment(struct people_read *r, const struct pkey *k, const struct ytree *v)
{
	if (k->flags & PK_SHELL && v->kind == YTREE_SCALAR && v->commented)
		people_say(r, PRULE_COMMENT, v->at,
			   "what stands behind ` #` is a comment to YAML and no part of `%s`; "
			   "write `%s: |` and the text on the lines under it, or the comment on a "
			   "line of its own",
			   k->key, k->key);
}

bool people_read_map(struct people_read *r, enum ptable_id id, const char *what,
		     const struct ytree *map, void *base, uint64_t *seen)
{
	const struct ptable *t = &people_tables[id];

	if (map->kind != YTREE_MAP) {
		if (r->cut) /* it may be what was cut */
			return false;
		people_say(r, PRULE_SHAPE, map->at, "`%s` is a mapping, such as `%s: …`", what,
			   t->keys[0].key);
		return false;
	}
	for (size_t i = 0; i < map->n; i++)
		if (map->pairs[i].key && !is_key(t, map->pairs[i].key))
			unknown_key(r, t, &map->pairs[i]);
	for (size_t i = 0; i < t->n; i++) {
		const struct pkey *k = &t->keys[i];
		const struct ytree *v = yamltree_get(map, k->key);

		if (v) {
			check_comment(r, k, v);
			readers[k->type](r, k, v, base);
			if (seen)
				*seen |= 1ULL << i;
		} else if (k->type == PT_VERSION && !r->cut) {
			people_say(r, PRULE_VERSION, map->at,
				   "it does not say `%s: 1`, the version of its format", k->key);
		} else if (k->flags & PK_REQUIRED && !r->cut) {
			people_say(r, PRULE_MISSING_KEY, map->at, "`%s` needs `%s`: %s", what,
				   k->key, k->doc);
		}
	}
	return true;
}

bool people_seen(enum ptable_id id, uint64_t seen, const char *key)
{
	const struct ptable *t = &people_tables[id];

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->keys[i].key, key) == 0)
			return seen >> i & 1;
	return false;
}

bool people_id_ok(struct people_read *r, const char *id, struct place at)
{
	size_t n = strlen(id);
	bool ok = n > 0 && n <= LIMIT_ID_BYTES && id[0] != '-' && id[0] != '.';

	for (size_t i = 0; ok && i < n; i++)
		ok = (id[i] >= 'a' && id[i] <= 'z') || (id[i] >= 'A' && id[i] <= 'Z') ||
		     (id[i] >= '0' && id[i] <= '9') || strchr("_-.", id[i]);
	if (!ok)
		people_say(r, PRULE_NAME, at,
			   "`%s` cannot be a name here; letters, digits, `-`, `_` and `.` can, at "
			   "most %d of them",
			   id, LIMIT_ID_BYTES);
	return ok;
}
