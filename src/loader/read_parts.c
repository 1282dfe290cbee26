/* Names with texts behind them, lists, and the small mappings. */
#include "reader.h"

#include <string.h>

#include "arena.h"
#include "limits.h"
#include "str.h"

static struct place at_node(const struct load *l, const struct node *v)
{
	return doc_place(&l->book->file->doc, v);
}

static void *array_of(struct load *l, const struct format_key *k, void *base, size_t n, size_t size)
{
	void *array = arena_alloc(l->arena, (n ? n : 1) * size);
	*FORMAT_INTO(void *, base, k->at) = array;
	*FORMAT_INTO(size_t, base, k->at_n) = 0;
	return array;
}

/* Calls fn for each entry of a mapping with a readable key. */
static void each_entry(struct load *l, const struct format_key *k, const struct node *v,
		       void *array,
		       void (*fn)(struct load *l, const struct format_key *k, const struct node *e,
				  void *array, size_t *n), size_t *n)
{
	if (v->kind != NODE_MAP) {
		read_say_is(l, k, v, "");
		return;
	}
	if (!v->n)
		diag_add(&l->diag, RULE_EMPTY, at_node(l, v), "`%s` is empty", k->key);
	for (const struct node *e = v->first; e; e = e->next) {
		l->diag.bad |= e->bad || e->cut || e->key->bad;
		if (e->key->kind != NODE_SCALAR || e->key->bad)
			continue;
		if (*n == LIMIT_FIELDS) {
			diag_add(&l->diag, RULE_LIMIT, at_node(l, e->key),
				 "`%s` has %zu entries; the limit is %d", k->key, v->n,
				 LIMIT_FIELDS);
			return;
		}
		fn(l, k, e, array, n);
	}
}

static size_t room(const struct node *v)
{
	return v->n < LIMIT_FIELDS ? v->n : LIMIT_FIELDS;
}

static bool plain_name(struct load *l, const struct format_key *k, const struct node *v)
{
	const char *s = v->s;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
	if (n && !s[n] && n <= LIMIT_ID_BYTES)
		return true;
	diag_add(&l->diag, RULE_NAME, at_node(l, v),
		 "`%s` is no name for `%s`: names are made of letters, digits, `_`, `-` and `.`", s,
		 k->key);
	return false;
}

/* --- owes, with, env, produces, set, returns ------------------------------------------------- */

static void owed_entry(struct load *l, const struct format_key *k, const struct node *e,
		       void *array, size_t *n)
{
	struct format_key command = { .key = e->key->s, .type = TYPE_COMMAND, .flags = KEY_SHELL,
				   .ref = REF_COMMAND, .phase = PHASE_LAST };
	struct owed_def *o = (struct owed_def *)array + *n;
	if (!plain_name(l, k, e->key))
		return;
	if (str_eq(e->key->s, "all")) {
		diag_add(&l->diag, RULE_NAME, at_node(l, e->key),
			 "`all` stands for everything owed; take another name");
		return;
	}
	o->name = e->key->s;
	if (e->kind == NODE_MAP) {
		struct reading r = { .l = l, .table = TABLE_OWED, .kinds = UINT32_MAX, .base = o,
				     .what = "something owed" };
		read_map(&r, e);
	} else {
		read_value(l, &command, e, &o->command);
	}
	*n += o->command.s != NULL;
}

void read_owes(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct owed_def *array = array_of(l, k, base, room(v), sizeof(*array));
	each_entry(l, k, v, array, owed_entry, FORMAT_INTO(size_t, base, k->at_n));
}

static void add_named(struct load *l, const struct format_key *k, const struct node *e, void *array,
		      size_t *n)
{
	struct format_key text = { .key = e->key->s, .type = TYPE_RAW, .ref = k->ref,
				.phase = k->phase, .flags = k->flags };
	struct named *named = (struct named *)array + *n;
	const char *s = read_text(l, &text, e);
	if (!s)
		return;
	*named = (struct named){ e->key->s, { s, at_node(l, e) } };
	read_ref(l, &text, s, e);
	(*n)++;
}

void read_named(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct named *array = array_of(l, k, base, room(v), sizeof(*array));
	each_entry(l, k, v, array, add_named, FORMAT_INTO(size_t, base, k->at_n));
}

static void env_entry(struct load *l, const struct format_key *k, const struct node *e, void *array,
		      size_t *n)
{
	const char *why;
	if (env_name_ok(e->key->s, &why))
		add_named(l, k, e, array, n);
	else
		diag_add(&l->diag, RULE_NAME, at_node(l, e->key),
			 "`env` cannot set `%s`: %s", e->key->s, why);
}

void read_env(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct named *array = array_of(l, k, base, room(v), sizeof(*array));
	each_entry(l, k, v, array, env_entry, FORMAT_INTO(size_t, base, k->at_n));
}

static void product_entry(struct load *l, const struct format_key *k, const struct node *e,
			  void *array, size_t *n)
{
	struct format_key path = { .key = e->key->s, .type = TYPE_LINE };
	const char *s;
	if (plain_name(l, k, e->key) && read_line(l, &path, e, &s))
		((struct named *)array)[(*n)++] =
			(struct named){ e->key->s, { s, at_node(l, e) } };
}

void read_produces(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct named *array = array_of(l, k, base, room(v), sizeof(*array));
	each_entry(l, k, v, array, product_entry, FORMAT_INTO(size_t, base, k->at_n));
}

static void result_entry(struct load *l, const struct format_key *k, const struct node *e,
			 void *array, size_t *n)
{
	struct format_key name = { .key = e->key->s, .type = TYPE_VALUE_NAME };
	const char *s;
	(void)k;
	if (read_name_ok(l, e->key, e->key->s) && read_line(l, &name, e, &s))
		((struct named *)array)[(*n)++] =
			(struct named){ e->key->s, { s, at_node(l, e) } };
}

void read_results(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct named *array = array_of(l, k, base, room(v), sizeof(*array));
	each_entry(l, k, v, array, result_entry, FORMAT_INTO(size_t, base, k->at_n));
}

static void set_entry(struct load *l, const struct format_key *k, const struct node *e, void *array,
		      size_t *n)
{
	struct format_key text = { .key = e->key->s, .type = TYPE_PLACED, .flags = KEY_SHELL };
	struct step *s = array;
	struct derived set = { .as = VALUE_TYPE_INVALID };
	(void)k;
	if (!read_name_ok(l, e->key, e->key->s))
		return;
	if (e->kind == NODE_MAP) {
		struct reading r = { .l = l, .table = TABLE_SET, .kinds = UINT32_MAX,
				     .base = &set, .what = "a derived value" };
		read_map(&r, e);
	} else {
		read_value(l, &text, e, &set.to);
	}
	if (!set.to.s)
		return;
	((struct named *)(uintptr_t)s->sets)[*n] = (struct named){ e->key->s, set.to };
	enum value_type *type = (enum value_type *)(uintptr_t)s->set_types + *n;
	*type = set.as;
	struct ref *ref = read_add_ref(l, REF_EXPR, PHASE_BEFORE, e->key->s, set.to.s, set.to.at);
	ref->want = *type;
	ref->ret_type = type;
	(*n)++;
}

void read_sets(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct step *s = base;
	s->sets = arena_alloc(l->arena, (room(v) + 1) * sizeof(*s->sets));
	s->set_types = arena_alloc(l->arena, (room(v) + 1) * sizeof(*s->set_types));
	each_entry(l, k, v, s, set_entry, &s->n_sets);
}

/* --- lists ----------------------------------------------------------------------------------- */

/* The items of a list, or one scalar as the only one; NULL (reported) for anything else. */
static const struct node *items_of(struct load *l, const struct format_key *k, const struct node *v,
				   size_t max)
{
	if (v->kind == NODE_SCALAR && k->type != TYPE_VALUES)
		return v;
	if (v->kind != NODE_SEQ)
		read_say_is(l, k, v, "");
	else if (!v->n)
		diag_add(&l->diag, RULE_EMPTY, at_node(l, v), "`%s` is an empty list", k->key);
	else if (v->n > max)
		diag_add(&l->diag, RULE_LIMIT, at_node(l, v),
			 "`%s` has %zu items; the limit is %zu", k->key, v->n, max);
	else
		return v->first;
	return NULL;
}

static void read_items(struct load *l, const struct format_key *k, const struct node *v, void *base,
		       enum key_type type)
{
	struct format_key one = *k;
	const struct node *e = items_of(l, k, v, LIMIT_FIELDS);
	size_t n = v->kind == NODE_SCALAR ? 1 : v->n;
	one.type = type;
	one.at = 0;
	if (!e)
		return;
	const char **array = array_of(l, k, base, n, sizeof(*array));
	size_t *count = FORMAT_INTO(size_t, base, k->at_n);
	for (size_t i = 0; i < n; i++, e = e->next) {
		l->diag.bad |= e->bad || e->cut;
		read_value(l, &one, e, &array[*count]);
		*count += array[*count] != NULL;
	}
}

void read_names(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_items(l, k, v, base, TYPE_NAME);
}

void read_words(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_items(l, k, v, base, TYPE_LINE);
}

void read_values(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_items(l, k, v, base, TYPE_RAW);
}

void read_exit_ok(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct step *s = base;
	struct format_key one = { .key = k->key, .type = TYPE_INT, .min = 0, .max = 255 };
	const struct node *e = items_of(l, k, v, LIMIT_EXIT_OK);
	int64_t status;
	for (size_t i = 0; e && i < (v->kind == NODE_SCALAR ? 1 : v->n); i++, e = e->next)
		if (read_int(l, &one, e, &status))
			s->exit_ok[s->n_exit_ok++] = (int)status;
}

void read_triggers(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const struct node *e = v->kind == NODE_SCALAR ? NULL : items_of(l, k, v, LIMIT_FIELDS);
	if (v->kind == NODE_SCALAR)
		read_say_is(l, k, v, "");
	if (!e)
		return;
	struct trigger *array = array_of(l, k, base, v->n, sizeof(*array));
	size_t *n = FORMAT_INTO(size_t, base, k->at_n);
	for (; e; e = e->next) {
		struct reading r = { .l = l, .table = TABLE_TRIGGER, .kinds = UINT32_MAX,
				     .base = &array[*n], .what = "a trigger" };
		read_map(&r, e);
		if (array[*n].alert && array[*n].text)
			diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, e),
				 "a trigger is an `alert` or a `text`; make it two");
		else if (!array[*n].alert && !array[*n].text && e->kind == NODE_MAP && !e->n)
			diag_add(&l->diag, RULE_MISSING_KEY, at_node(l, e),
				 "a trigger must say `alert` or `text`");
		*n += array[*n].alert || array[*n].text;
	}
}

/* --- small mappings -------------------------------------------------------------------------- */

void read_on_fail(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	static const char *const words[] = { "ask", "stop", "continue", "retry" };
	struct draft *d = base;
	char near[80];
	const char *s;
	if (v->kind == NODE_MAP) {
		struct reading r = { .l = l, .table = TABLE_GOTO, .kinds = UINT32_MAX, .base = d,
				     .what = "`on_fail`" };
		d->step.on_fail = FAIL_GOTO;
		read_map(&r, v);
		return;
	}
	if (!read_line(l, k, v, &s))
		return;
	int word = word_from(WORDS_ON_FAIL, s);
	if (word >= 0 && word != FAIL_GOTO) {
		d->step.on_fail = word;
		return;
	}
	findings_near(near, sizeof(near), s, words, 4);
	diag_add(&l->diag, RULE_VALUE, at_node(l, v),
		 "`on_fail: %s`: expected ask, stop, continue, retry or {goto: ID}%s", s, near);
}

void read_retry(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct draft *d = base;
	struct reading r = { .l = l, .table = TABLE_RETRY, .kinds = UINT32_MAX, .base = &d->step,
			     .what = "`retry`" };
	(void)k;
	d->retry_given = true;
	d->step.retry_every_ms = DEFAULT_EVERY_MS;
	read_map(&r, v);
}

static void each_items(struct load *l, struct draft *d, const struct node *v)
{
	struct format_key one = { .key = "each", .type = TYPE_RAW, .max = LIMIT_ITEM_BYTES };
	struct nameset seen = { 0 };
	const char **items = arena_alloc(l->arena, v->n * sizeof(*items));
	size_t n = 0;
	for (const struct node *e = v->first; e; e = e->next) {
		bool is_new = true;
		const char *s;
		l->diag.bad |= e->bad || e->cut;
		if (!read_line(l, &one, e, &s))
			continue;
		nameset_put(&seen, s, strlen(s), 0, &is_new);
		if (!is_new)
			diag_add(&l->diag, RULE_CONTRADICTION, at_node(l, e),
				 "`%s` is in the list twice", s);
		else if (strstr(s, "${"))
			diag_add(&l->diag, RULE_VALUE, at_node(l, e),
				 "the items of `each` are taken as they stand; for a list that is "
				 "known later name a list value: `each: {name: list}`");
		items[n++] = s;
	}
	nameset_release(&seen);
	d->step.each_items = items;
	d->step.n_each_items = n;
}

void read_each(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct draft *d = base;
	const struct node *e = v->kind == NODE_MAP && v->n == 1 ? v->first : NULL;
	struct text list = { 0 };
	static const struct format_key name = { .key = "each", .type = TYPE_VALUE_NAME };
	if (!e || e->key->kind != NODE_SCALAR || e->kind == NODE_MAP ||
	    (e->kind == NODE_SEQ && (!e->n || e->n > LIMIT_ITEMS))) {
		diag_add(&l->diag, e && e->n > LIMIT_ITEMS ? RULE_LIMIT : RULE_SHAPE, at_node(l, v),
			 "`each` must be one name with 1 to %d items, or with the name of a list "
			 "value: %s",
			 LIMIT_ITEMS, format_type(&fields_format, k->type)->words);
		return;
	}
	if (!read_name_ok(l, e->key, e->key->s))
		return;
	d->step.each_name = e->key->s;
	if (e->kind == NODE_SEQ) {
		each_items(l, d, e);
		return;
	}
	read_value(l, &name, e, &list);
	d->step.each_list = list;
	if (list.s)
		read_add_ref(l, REF_NAME, PHASE_BEFORE, "each", list.s, list.at);
}

void read_check_stays(struct load *l, const struct probe *p, struct place at)
{
	if (p->within_ms && p->stays_ms > p->within_ms)
		diag_add(&l->diag, RULE_CONTRADICTION, at,
			 "`stays` is longer than `within`: it could never hold that long");
}

void read_verify(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct draft *d = base;
	struct probe *p = &d->verify;
	bool made = d->step.kind == KIND_RESTORE || d->step.kind == KIND_REBUILD;
	struct reading r = { .l = l, .table = TABLE_PROBE, .kinds = UINT32_MAX, .base = p,
			     .what = "`verify`" };
	(void)k;
	/* of these it becomes a step of its own, which is checked there */
	l->step = made ? NULL : d;
	d->step.verify = made ? NULL : p;
	read_map(&r, v);
	l->step = d;
	p->timeout_ms = p->timeout_ms ? p->timeout_ms : DEFAULT_LOOK_MS;
	if ((p->within_ms || p->stays_ms) && !p->every_ms)
		p->every_ms = DEFAULT_EVERY_MS;
	const struct node *stays = doc_get(v, "stays");
	read_check_stays(l, p, at_node(l, stays ? stays : v));
}

void read_objectives(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct reading r = { .l = l, .table = TABLE_OBJECTIVES, .kinds = UINT32_MAX, .base = base,
			     .what = "`objectives`" };
	(void)k;
	read_map(&r, v);
}

/* The text itself, or a form and what it is filled with. */
void read_message(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	struct format_key text = { .key = k->key, .type = TYPE_PLACED, .at = k->at,
				.ref = k->ref, .phase = k->phase, .flags = k->flags };
	struct format_key name = { .key = "form", .type = TYPE_NAME,
				.at = offsetof(struct draft, step.form) };
	struct step *s = &((struct draft *)base)->step;
	struct named *args;

	if (v->kind != NODE_MAP) {
		read_value(l, &text, v, base);
		return;
	}
	args = arena_alloc(l->arena, (room(v) + 1) * sizeof(*args));
	s->args = args;
	for (const struct node *e = v->first; e; e = e->next) {
		l->diag.bad |= e->bad || e->cut || e->key->bad;
		if (e->key->kind != NODE_SCALAR || e->key->bad || s->n_args == LIMIT_FIELDS)
			continue;
		if (str_eq(e->key->s, "form"))
			read_value(l, &name, e, base);
		else if (read_name_ok(l, e->key, e->key->s))
			add_named(l, &text, e, args, &s->n_args);
	}
	if (!s->form && !l->diag.bad)
		diag_add(&l->diag, RULE_MISSING_KEY, at_node(l, v),
			 "`message` is a text, or `{form: NAME}`");
}

void read_any(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	if (v->kind == NODE_SCALAR) {
		read_add_ref(l, REF_TEXT, PHASE_BEFORE, k->key, v->s, at_node(l, v));
		return;
	}
	for (const struct node *e = v->first; e; e = e->next) {
		l->diag.bad |= e->bad || e->cut;
		read_any(l, k, e, base);
	}
}
