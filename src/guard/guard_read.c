/* Mappings by the tables. */
#include <string.h>

#include "guardint.h"
#include "limits.h"

enum { KEYS_MAX = 16 };

static guard_value_fn *const readers[GT_MAX] = {
	[GT_VERSION] = guard_version,	[GT_LINE] = guard_line,
	[GT_PATH] = guard_path,		[GT_BOOL] = guard_bool,
	[GT_DURATION] = guard_duration, [GT_SHELL] = guard_shell,
	[GT_READING] = guard_reading,	[GT_PERSONS] = guard_persons,
	[GT_NAMES] = guard_names,
	[GT_EFFECT] = guard_effect,	[GT_SAFETY] = guard_safety,
	[GT_PROBES] = guard_probes,	[GT_APPROVE] = guard_approve,
	[GT_FREEZES] = guard_freezes,	[GT_NODE] = guard_node,
	[GT_ZONE] = guard_zone,
};

static void unknown_key(struct guard_read *r, const struct gtable *t, const char *what,
			const struct ytree_pair *p)
{
	const char *keys[KEYS_MAX];
	char near[LIMIT_TITLE_BYTES + 32];

	for (size_t i = 0; i < t->n; i++) {
		keys[i] = t->keys[i].key;
		if (strcmp(keys[i], p->key) == 0)
			return;
	}
	guard_say(r, GRULE_UNKNOWN_KEY, p->at, "`%s` has no key `%s`%s", what, p->key,
		  guard_near(near, sizeof(near), p->key, keys, t->n));
}

/* `probe: hostname # which one` is another command than it looks; so is a reading. */
static void check_comment(struct guard_read *r, const struct gkey *k, const struct ytree *v)
{
	bool exact = k->flags & GK_SHELL || k->type == GT_READING;

	if (exact && v->kind == YTREE_SCALAR && v->commented)
		guard_say(r, GRULE_COMMENT, v->at,
			  "what stands behind ` #` is a comment to YAML and no part of `%s`; put "
			  "the comment on a line of its own, or quotes around it all", k->key);
}

bool guard_read_map(struct guard_read *r, enum gtable_id id, const char *what,
		    const struct ytree *map, void *base)
{
	const struct gtable *t = &guard_tables[id];

	if (map->kind != YTREE_MAP) {
		if (!r->cut) /* else it may be what was cut */
			guard_say(r, GRULE_SHAPE, map->at, "`%s` is a mapping, such as `%s: …`",
				  what, t->keys[0].key);
		return false;
	}
	for (size_t i = 0; id != GTABLE_FILE && i < map->n; i++)
		if (map->pairs[i].key)
			unknown_key(r, t, what, &map->pairs[i]);
	for (size_t i = 0; i < t->n; i++) {
		const struct gkey *k = &t->keys[i];
		const struct ytree *v = yamltree_get(map, k->key);

		if (v) {
			check_comment(r, k, v);
			readers[k->type](r, k, v, base);
		} else if (k->flags & GK_REQUIRED && !r->cut) {
			guard_say(r, GRULE_MISSING_KEY, map->at, "`%s` needs `%s`: %s", what,
				  k->key, k->doc);
		}
	}
	return true;
}
