/* Mappings by their tables. */
#include "format_read.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "format_judge.h"
#include "formatint.h"
#include "limits.h"
#include "str.h"

void format_say(struct format_read *r, int rule, struct place at, const char *fmt, ...)
{
	const struct format_rule *def = &r->format->rules[rule];
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = findings_text(fmt, ap);
	va_end(ap);
	if (def->severity == SEV_ERROR) {
		r->broken = true;
		if (r->problem)
			r->problem(r, at, text);
	}
	findings_add(r->f, def->severity, at, def->name, text);
	free(text);
}

static const char *ticked(struct format_read *r, const char *what)
{
	return arena_printf(r->a, "`%s`", what);
}

static void unknown_key(struct format_read *r, const struct format_table *t, const char *what,
			const struct ytree_pair *p)
{
	const char *keys[FORMAT_KEYS];
	char near[LIMIT_TITLE_BYTES + 32];
	size_t n = 0;

	for (; n < t->n && n < FORMAT_KEYS; n++)
		keys[n] = t->keys[n].key;
	format_say(r, FR_UNKNOWN_KEY, p->at, FORMAT_NO_KEY, t->what ? t->what : ticked(r, what),
		   p->key, findings_near(near, sizeof(near), p->key, keys, n));
}

bool format_has(const struct format *f, int table, const char *key)
{
	const struct format_table *t = &f->tables[table];

	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->keys[i].key, key))
			return true;
	return false;
}

/* `command: sms "$to" # why` is another command than it looks. */
static void check_comment(struct format_read *r, const struct format_key *k,
			  const struct ytree *v)
{
	if (k->flags & FK_SHELL && v->kind == YTREE_SCALAR && v->commented)
		format_say(r, FR_COMMENT, v->at,
			   FORMAT_IS_COMMENT, "what stands behind ` #`", k->key, k->key);
}

static void set_otherwise(struct format_read *r, const struct format_key *k, void *base)
{
	unsigned flags = format_type(r->format, k->type)->flags;

	if (flags & FTYPE_INT)
		*FORMAT_INTO(int, base, k->at) = (int)k->otherwise;
	else if (flags & FTYPE_LONG)
		*FORMAT_INTO(int64_t, base, k->at) = k->otherwise;
}

static void missing_key(struct format_read *r, const struct format_key *k, const char *what,
			struct place at)
{
	if (r->cut || !(k->flags & FK_REQUIRED))
		return;
	if (k->type == FT_VERSION)
		format_say(r, FR_VERSION, at, FORMAT_NO_VERSION, k->key);
	else
		format_say(r, FR_MISSING_KEY, at, FORMAT_NEEDS_KEY, ticked(r, what), k->key,
			   k->doc);
}

bool format_map(struct format_read *r, int table, const char *what, const struct ytree *map,
		void *base)
{
	const struct format_table *t = &r->format->tables[table];
	bool others = !table && r->format->others;

	if (map->kind != YTREE_MAP) {
		if (!r->cut) /* else it may be what was cut */
			format_say(r, FR_SHAPE, map->at, FORMAT_IS_MAPPING, ticked(r, what),
				   t->keys[0].key);
		return false;
	}
	if (t->placed)
		*FORMAT_INTO(struct place, base, t->place) = map->at;
	for (size_t i = 0; !others && i < map->n; i++)
		if (map->pairs[i].key && !format_has(r->format, table, map->pairs[i].key))
			unknown_key(r, t, what, &map->pairs[i]);
	for (size_t i = 0; i < t->n; i++) {
		const struct format_key *k = &t->keys[i];
		const struct ytree *v = ytree_get(map, k->key);

		if (t->size)
			set_otherwise(r, k, base);
		if (!v) {
			missing_key(r, k, what, map->at);
			continue;
		}
		check_comment(r, k, v);
		format_type(r->format, k->type)->read(r, k, v, base);
	}
	return true;
}

/* --- parts ------------------------------------------------------------------------------------ */

/* An entry without what it needs is no entry; without a value that it may have, it is. */
static bool read_part(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	const struct format_table *t = &r->format->tables[k->part];
	bool ok = format_map(r, k->part, k->key, v, base);

	for (size_t i = 0; ok && i < t->n; i++)
		if (t->keys[i].flags & FK_REQUIRED &&
		    format_type(r->format, t->keys[i].type)->flags & FTYPE_TEXT)
			ok = *FORMAT_INTO(const char *, base, t->keys[i].at) != NULL;
	return ok;
}

void format_read_part(struct format_read *r, const struct format_key *k, const struct ytree *v,
		      void *base)
{
	void *part = arena_alloc(r->a, r->format->tables[k->part].size);

	if (read_part(r, k, v, part))
		*FORMAT_INTO(void *, base, k->at) = part;
}

void format_read_parts(struct format_read *r, const struct format_key *k, const struct ytree *v,
		       void *base)
{
	size_t n = format_items(r, k, v), size = r->format->tables[k->part].size, got = 0;
	char *all = arena_alloc(r->a, (n + 1) * size);

	for (size_t i = 0; i < n; i++) {
		memset(all + got * size, 0, size); /* what was no entry may have left something */
		got += read_part(r, k, format_item(v, i), all + got * size);
	}
	*FORMAT_INTO(void *, base, k->at) = all;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}
