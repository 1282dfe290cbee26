/* Steps: which kind, then the table, then what the keys say together. */
#include "driver.h"
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "limits.h"
#include "str.h"

static struct place at_node(const struct load *l, const struct node *v)
{
	return doc_place(&l->book->file->doc, v);
}

/* Said once, and also where the file itself was read before: what matters is how often. */
static void too_many(struct load *l, const struct node *n)
{
	bool quiet = l->diag.quiet;
	l->diag.quiet = l->too_many;
	diag_add(&l->diag, RULE_LIMIT, at_node(l, n),
		 "more steps than a runbook with all it calls may have (the limit is %d); they "
		 "are not read",
		 LIMIT_STEPS);
	l->diag.quiet = quiet;
	l->too_many = true;
}

struct draft *read_new_draft(struct load *l, const struct node *n, struct step *parent)
{
	if (l->n_steps == LIMIT_STEPS) {
		too_many(l, n);
		return NULL;
	}
	l->n_steps++;
	struct draft *d = arena_alloc(l->arena, sizeof(*d));
	d->step.kind = KIND_INVALID;
	d->step.parent = parent;
	d->step.book = l->book->rb;
	d->step.at = at_node(l, n);
	d->step.at_once = 1;
	d->step.success = true;
	d->step.until = 1; /* answered */
	d->node = n;
	d->doc = &l->book->file->doc;
	d->owner = l->owner;
	d->refs_end = &d->refs;
	return d;
}

/* What the reader was doing, while it reads a step inside. */
struct saved {
	struct draft *step;
	bool bad;
};

static struct saved enter(struct load *l, struct draft *d)
{
	struct saved s = { l->step, l->diag.bad };
	l->step = d;
	l->diag.bad = false;
	return s;
}

static void leave(struct load *l, struct saved s)
{
	l->step->bad |= l->diag.bad;
	l->step = s.step;
	l->diag.bad = s.bad;
}

/* --- the kind -------------------------------------------------------------------------------- */

static void no_kind(struct load *l, const struct node *n)
{
	const char *kinds[KIND_MAX], *meant = NULL;
	size_t count = 0;
	for (const struct node *v = n->first; v; v = v->next)
		if (v->key->bad)
			return; /* reported, and perhaps that was it */
	if (n->cut)
		return;
	for (size_t i = 0; i < fields_step.n; i++)
		if (fields_step.keys[i].flags & KEY_KIND)
			kinds[count++] = fields_step.keys[i].key;
	const struct node *v = n->first;
	while (v && !meant) {
		if (!read_find_key(l, TABLE_STEP, v->key->s, UINT32_MAX, NULL))
			meant = str_nearest(v->key->s, kinds, count);
		if (!meant)
			v = v->next;
	}
	if (meant)
		diag_add(&l->diag, RULE_NO_KIND, at_node(l, v->key),
			 "a step has no key `%s`; did you mean `%s`?", v->key->s, meant);
	else
		diag_add(&l->diag, RULE_NO_KIND, at_node(l, n),
			 "a step must say what it does: `do`, `run`, `check`, `wait`, `ask`, "
			 "`choose`, `branch`, `hold`, `call`, `steps` or another");
}

static const struct format_key *kind_of(struct load *l, const struct node *n)
{
	const struct format_key *found = NULL;
	for (const struct node *v = n->first; v; v = v->next) {
		const struct format_key *k = v->key->kind != NODE_SCALAR ? NULL :
			read_find_key(l, TABLE_STEP, v->key->s, UINT32_MAX, NULL);
		if (!k || !(k->flags & KEY_KIND) || k == found)
			continue;
		if (found) {
			diag_add(&l->diag, RULE_TWO_KINDS, at_node(l, v->key),
				 "a step does one thing, and this one says `%s` and `%s`; make it "
				 "two",
				 found->key, k->key);
			return found;
		}
		found = k;
	}
	if (!found)
		no_kind(l, n);
	return found;
}

/* --- steps ----------------------------------------------------------------------------------- */

static void read_fields_of(struct load *l, struct draft *d, const struct format_key *kind)
{
	char what[64];
	snprintf(what, sizeof(what), "%s `%s` step", strchr("aeiou", *kind->key) ? "an" : "a",
		 kind->key);
	struct reading r = { .l = l, .table = TABLE_STEP, .kinds = 1u << kind->kind, .base = d,
			     .seen = d->seen, .what = what };
	d->step.kind = kind->kind;
	d->ask = (struct field){ .type = VALUE_TEXT };
	read_map(&r, d->node);
	read_finish_step(l, d);
}

static struct draft *read_step(struct load *l, const struct node *n, struct step *parent)
{
	struct draft *d = read_new_draft(l, n, parent);
	if (!d)
		return NULL;
	struct saved s = enter(l, d);
	if (n->kind != NODE_MAP) {
		diag_add(&l->diag, RULE_SHAPE, at_node(l, n),
			 "a step is a mapping; a command is written `- run: ...`, an instruction "
			 "`- do: ...`");
	} else {
		const struct format_key *kind = kind_of(l, n);
		if (kind)
			read_fields_of(l, d, kind);
	}
	l->diag.bad |= n->bad || n->cut;
	leave(l, s);
	read_finish_title(l, d);
	return d;
}

void read_list(struct load *l, const struct node *list, struct step *parent, struct step ***ret,
	       size_t *ret_n)
{
	*ret = NULL;
	*ret_n = 0;
	if (list->kind != NODE_SEQ || !list->n) {
		bool empty = list->kind == NODE_SEQ || !list->len;
		diag_add(&l->diag, empty ? RULE_EMPTY : RULE_SHAPE, at_node(l, list),
			 "`steps` must be a list of steps (`- run: ...` lines)");
		return;
	}
	*ret = arena_alloc(l->arena, (list->n + 1) * ANNOUNCE_STEPS_MAX * sizeof(**ret));
	for (const struct node *n = list->first; n; n = n->next) {
		struct draft *d = read_step(l, n, parent);
		if (d && announce_is(d)) {
			if (announce_expand(l, d, parent, *ret, ret_n))
				continue;
			d->bad |= d->step.kind == KIND_ANNOUNCE; /* a contact is made by hand */
		}
		if (d)
			(*ret)[(*ret_n)++] = &d->step;
	}
}

struct draft *read_rest(struct load *l, const char *source, struct place at, struct step *parent)
{
	struct node *n = arena_alloc(l->scratch, sizeof(*n));
	n->kind = NODE_MAP;
	n->line = at.line;
	n->col = at.col;
	struct draft *d = read_new_draft(l, n, parent);
	if (!d)
		return NULL;
	d->bad = true;
	d->step.source = source;
	read_finish_title(l, d);
	return d;
}

void read_steps(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_list(l, v, l->step ? &l->step->step : NULL,
		  FORMAT_INTO(struct step **, base, k->at), FORMAT_INTO(size_t, base, k->at_n));
}

void read_always(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_steps(l, k, v, base);
}

/* --- options --------------------------------------------------------------------------------- */

static void finish_option(struct load *l, struct draft *d, enum table_id t)
{
	struct step *s = &d->step;
	struct place at = s->at;
	bool has_steps = doc_get(d->node, "steps"), has_goto = doc_get(d->node, "goto");
	s->jump = d->goto_id;
	s->title_given = s->title;
	s->id_given = s->id;
	d->sub_id = s->id;
	if (has_steps == has_goto)
		diag_add(&l->diag, has_steps ? RULE_CONTRADICTION : RULE_MISSING_KEY, at,
			 "%s says either `steps` or `goto`",
			 t == TABLE_WAY ? "a way" : "an option");
	if (t != TABLE_WAY)
		return;
	if (s->when.s && s->otherwise)
		diag_add(&l->diag, RULE_CONTRADICTION, at,
			 "`when` and `otherwise` exclude each other");
	else if (!s->when.s && !s->otherwise && !l->diag.bad)
		diag_add(&l->diag, RULE_MISSING_KEY, at,
			 "a way says either `when` or `otherwise: true`");
}

static struct draft *read_option(struct load *l, const struct node *n, struct step *parent,
				 enum table_id t)
{
	struct draft *d = read_new_draft(l, n, parent);
	if (!d)
		return NULL;
	struct saved s = enter(l, d);
	struct reading r = { .l = l, .table = t, .kinds = UINT32_MAX, .base = d,
			     .what = t == TABLE_WAY ? "a way of `branch`" : "an option" };
	d->step.kind = KIND_OPTION;
	read_map(&r, n);
	if (n->kind == NODE_MAP)
		finish_option(l, d, t);
	leave(l, s);
	read_finish_title(l, d);
	return d;
}

static void read_options_of(struct load *l, const struct format_key *k, const struct node *v,
			    enum table_id t)
{
	struct draft *owner = l->step;
	struct step *parent = &owner->step;
	if (v->kind != NODE_SEQ) {
		read_say_is(l, k, v, "");
		return;
	}
	if (!v->n || v->n > LIMIT_FIELDS) {
		diag_add(&l->diag, v->n ? RULE_LIMIT : RULE_EMPTY, at_node(l, v),
			 "`%s` lists 1 to %d", k->key, LIMIT_FIELDS);
		return;
	}
	parent->children = arena_alloc(l->arena, v->n * sizeof(*parent->children));
	const struct draft *otherwise = NULL;
	for (const struct node *n = v->first; n; n = n->next) {
		struct draft *d = read_option(l, n, parent, t);
		if (!d)
			return;
		parent->children[parent->n_children++] = &d->step;
		if (d->step.otherwise && otherwise)
			diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, n),
				 "a second `otherwise`; the first is in line %d",
				 otherwise->step.at.line);
		otherwise = d->step.otherwise ? d : otherwise;
		l->diag.bad |= d->bad; /* a choice with a way missing is no choice */
	}
}

void read_options(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	(void)base;
	read_options_of(l, k, v, TABLE_OPTION);
}

void read_ways(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	(void)base;
	read_options_of(l, k, v, TABLE_WAY);
}
