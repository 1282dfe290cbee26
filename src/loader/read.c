/* Mappings by their tables, texts with their traps. */
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "limits.h"
#include "str.h"

#define NAME_LIST_MAX 400

static const struct format_table *table_of(enum table_id t)
{
	return t == TABLE_STEP ? &fields_step : t == TABLE_DRIVER ? &fields_driver :
	       t == TABLE_COMMAND ? &fields_command : &fields_tables[t];
}

static void index_keys(struct load *l, enum table_id t)
{
	const struct format_table *table = table_of(t);
	for (size_t i = 0; i < table->n; i++)
		nameset_put(&l->keys[t], table->keys[i].key, strlen(table->keys[i].key), i, NULL);
}

const struct format_key *read_find_key(struct load *l, enum table_id t, const char *key,
				    uint32_t kinds, const struct format_key **ret_any)
{
	const struct format_table *table = table_of(t);
	size_t i;
	if (!l->keys[t].n)
		index_keys(l, t);
	if (ret_any)
		*ret_any = NULL;
	if (!nameset_get(&l->keys[t], key, strlen(key), &i))
		return NULL;
	if (ret_any)
		*ret_any = &table->keys[i];
	for (; i < table->n; i++)
		if ((table->keys[i].kinds & kinds) && strcmp(table->keys[i].key, key) == 0)
			return &table->keys[i];
	return NULL;
}

bool read_seen(struct load *l, const struct draft *d, const char *key)
{
	const struct format_key *k = read_find_key(l, TABLE_STEP, key, 1u << d->step.kind, NULL);
	size_t row = k ? (size_t)(k - fields_step.keys) : 0;
	return k && (d->seen[row / 64] >> (row % 64) & 1);
}

const struct node *read_node(const struct draft *d, const char *key)
{
	const struct node *n = doc_get(d->node, key);
	return n ? n : d->node;
}

/* --- mappings -------------------------------------------------------------------------------- */

/* "`run`, `check`": the kinds of step that a key goes with. */
static void kinds_of(char *out, size_t size, const struct format_key *k)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < fields_step.n; i++) {
		const struct format_key *kind = &fields_step.keys[i];
		if (!(kind->flags & KEY_KIND) || !(k->kinds >> kind->kind & 1) || used >= size)
			continue;
		int n = snprintf(out + used, size - used, "%s`%s`", used ? ", " : "", kind->key);
		used += n > 0 ? (size_t)n : 0;
	}
}

static void unknown_key(const struct reading *r, const struct node *v, const struct format_key *any)
{
	struct diag *diag = &r->l->diag;
	struct place at = doc_place(&r->l->book->file->doc, v->key);
	char text[NAME_LIST_MAX];
	if (any && r->table == TABLE_STEP && (any->flags & KEY_KIND))
		return; /* a second kind: reported */
	if (any && r->table == TABLE_STEP) {
		kinds_of(text, sizeof(text), any);
		diag_add(diag, RULE_MISPLACED_KEY, at, "`%s` does not go with %s; it goes with %s",
			 v->key->s, r->what, text);
		return;
	}
	const struct format_table *table = table_of(r->table);
	const char *names[DRAFT_KEYS];
	size_t n = 0;
	for (size_t i = 0; i < table->n; i++)
		if (table->keys[i].kinds & r->kinds)
			names[n++] = table->keys[i].key;
	findings_near(text, sizeof(text), v->key->s, names, n);
	diag_add(diag, RULE_UNKNOWN_KEY, at, FORMAT_NO_KEY, r->what, v->key->s, text);
}

static void missing_keys(const struct reading *r, const struct node *map, const uint64_t *seen)
{
	const struct format_table *table = table_of(r->table);
	for (size_t i = 0; i < table->n; i++) {
		const struct format_key *k = &table->keys[i];
		if (!(k->flags & KEY_REQUIRED) || !(k->kinds & r->kinds) ||
		    (seen[i / 64] >> (i % 64) & 1) || (k->flags & KEY_KIND))
			continue;
		struct place at = doc_place(&r->l->book->file->doc, map);
		bool steps = r->table == TABLE_BOOK && k->type == TYPE_STEPS;
		if (k->type == TYPE_VERSION)
			diag_add(&r->l->diag, RULE_VERSION, at, FORMAT_NO_VERSION, k->key);
		else
			diag_add(&r->l->diag, steps ? RULE_NO_STEPS : RULE_MISSING_KEY, at,
				 FORMAT_NEEDS_KEY, r->what, k->key, k->doc);
	}
}

static const char *first_key(const struct format_table *t, uint32_t kinds)
{
	size_t i = 0;
	while (i + 1 < t->n && !(t->keys[i].kinds & kinds))
		i++;
	return t->keys[i].key;
}

void read_map(const struct reading *r, const struct node *map)
{
	struct diag *diag = &r->l->diag;
	const struct format_table *table = table_of(r->table);
	uint64_t own[DRAFT_KEYS / 64] = { 0 }, *seen = r->seen ? r->seen : own;
	if (map->kind != NODE_MAP) {
		diag_add(diag, RULE_SHAPE, doc_place(&r->l->book->file->doc, map),
			 FORMAT_IS_MAPPING, r->what, first_key(table, r->kinds));
		return;
	}
	diag->bad |= map->bad || map->cut;
	for (const struct node *v = map->first; v; v = v->next) {
		const struct format_key *any;
		diag->bad |= v->bad || v->cut || v->key->bad;
		if (v->key->kind != NODE_SCALAR || v->key->bad)
			continue;
		const struct format_key *k = read_find_key(r->l, r->table, v->key->s, r->kinds,
							   &any);
		if (!k) {
			unknown_key(r, v, any);
			continue;
		}
		size_t row = (size_t)(k - table->keys);
		if (seen[row / 64] >> (row % 64) & 1)
			continue; /* a duplicate: reported, the first one counts */
		seen[row / 64] |= (uint64_t)1 << (row % 64);
		read_value(r->l, k, v, r->base);
	}
	if (!map->cut)
		missing_keys(r, map, seen);
}

/* --- texts ----------------------------------------------------------------------------------- */

/* Characters that a terminal would obey, or that hide what is written. */
static void check_hidden(struct load *l, const struct format_key *k, const struct node *v)
{
	size_t i = 0;
	while (i < v->len &&
	       ((unsigned char)v->s[i] >= 0x20 || v->s[i] == '\n' || v->s[i] == '\t') &&
	       (unsigned char)v->s[i] < 0x7f)
		i++;
	if (i == v->len)
		return;
	struct buf shown = BUF_INIT;
	str_printable(&shown, v->s, v->len, true);
	bool same = shown.len == v->len;
	for (i = 0; same && i < v->len; i++)
		same = v->s[i] == shown.data[i] || v->s[i] == '\t';
	if (!same)
		diag_add(&l->diag, RULE_HIDDEN, doc_place(&l->book->file->doc, v),
			 "`%s` holds characters that do not show; they will be written as \\x1b "
			 "and the like",
			 k->key);
	buf_release(&shown);
}

static void check_comment(struct load *l, const struct format_key *k, const struct node *v)
{
	struct doc *d = &l->book->file->doc;
	size_t at = doc_comment(d, v);
	if (at >= d->n)
		return;
	char text[48];
	snprintf(text, sizeof(text), "`%.*s`", (int)strcspn(d->text + at, "\r\n"), d->text + at);
	diag_add(&l->diag, RULE_COMMENT, doc_at(d, at), FORMAT_IS_COMMENT, text, k->key, k->key);
}

static bool only_blanks(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

void read_say_is(struct load *l, const struct format_key *k, const struct node *v,
		 const char *hint)
{
	static const enum ytree_kind kinds[] = { [NODE_SCALAR] = YTREE_SCALAR,
						 [NODE_MAP] = YTREE_MAP,
						 [NODE_SEQ] = YTREE_LIST };
	struct buf why = BUF_INIT;
	format_put_is(&why, &fields_format, k, kinds[v->kind]);
	diag_add(&l->diag, RULE_SHAPE, doc_place(&l->book->file->doc, v), "%s%s", buf_str(&why),
		 hint);
	buf_release(&why);
}

const char *read_text(struct load *l, const struct format_key *k, const struct node *v)
{
	struct place at = doc_place(&l->book->file->doc, v);
	if (v->kind != NODE_SCALAR) {
		read_say_is(l, k, v, k->flags & KEY_SHELL ?
			    "; text that starts with [ or { or * goes on the lines under `|`" : "");
		return NULL;
	}
	if (k->flags & KEY_SHELL)
		check_comment(l, k, v);
	check_hidden(l, k, v);
	if (only_blanks(v->s) && k->type != TYPE_RAW) {
		diag_add(&l->diag, RULE_EMPTY, at, FORMAT_SAYS_NOTHING, k->key, FORMAT_LEAVE_OUT);
		return NULL;
	}
	size_t n = v->len;
	if (v->style == NODE_LITERAL || v->style == NODE_FOLDED)
		while (n && v->s[n - 1] == '\n')
			n--;
	const char *s = n == v->len ? v->s : arena_dupn(l->arena, v->s, n);
	int64_t max = k->max ? k->max : k->ref == REF_CONDITION ? LIMIT_EXPR_BYTES : 0;
	if (max && n > (size_t)max) {
		diag_add(&l->diag, RULE_LIMIT, at, FORMAT_TOO_LONG, k->key, (long long)max);
		return NULL;
	}
	return s;
}

bool read_line(struct load *l, const struct format_key *k, const struct node *v, const char **ret)
{
	const char *s = read_text(l, k, v);
	if (!s)
		return false;
	if (strchr(s, '\n')) {
		diag_add(&l->diag, RULE_VALUE, doc_place(&l->book->file->doc, v),
			 FORMAT_ONE_LINE, k->key);
		return false;
	}
	*ret = s;
	return true;
}

/* --- refs ------------------------------------------------------------------------------------ */

struct ref *read_add_ref(struct load *l, enum ref_kind kind, enum ref_phase phase,
			 const char *key, const char *s, struct place at)
{
	struct draft *d = l->step;
	struct ref *ref = arena_alloc(l->scratch, sizeof(*ref));
	*ref = (struct ref){ .kind = kind, .phase = phase, .key = key, .s = s, .at = at,
			     .want = VALUE_TYPE_INVALID };
	if (d) {
		*d->refs_end = ref;
		d->refs_end = &ref->next;
	}
	return ref;
}

struct ref *read_ref(struct load *l, const struct format_key *k, const char *s,
		     const struct node *v)
{
	if (k->ref == REF_NONE)
		return NULL;
	struct ref *ref = read_add_ref(l, k->ref, k->phase, k->key, s,
				       doc_place(&l->book->file->doc, v));
	ref->has_exit = k->flags & KEY_EXIT;
	ref->acts = k->flags & KEY_ACTS;
	return ref;
}
