/* A loop: the list it walks, frozen once; what its rounds captured, gathered. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "mem.h"
#include "str.h"

/* --- the list -------------------------------------------------------------------------------- */

static int write_key(void *ctx, const char *key, const struct json *v)
{
	(void)v;
	jw_str(ctx, NULL, key);
	return 0;
}

struct seen {
	const char **v;
	size_t n;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *items_problem(const struct json *items)
{
	struct seen s = { mem_alloc((json_len(items) + 1) * sizeof(char *)), json_len(items) };
	const char *why = s.n > LIMIT_ITEMS ? "the list is longer than 10000 items" : NULL;

	for (size_t i = 0; !why && i < s.n; i++) {
		s.v[i] = json_text(json_at(items, i));
		if (!s.v[i] || !*s.v[i] || strlen(s.v[i]) > LIMIT_ITEM_BYTES)
			why = "an item is empty, longer than 200 bytes, or not text";
	}
	if (!why)
		qsort(s.v, s.n, sizeof *s.v, by_text);
	for (size_t i = 1; !why && i < s.n; i++)
		if (!strcmp(s.v[i - 1], s.v[i]))
			why = "an item stands in the list twice";
	free(s.v);
	return why;
}

bool each_items_of(const struct pass *p, const struct inst *in, const char *name,
		   struct buf *out)
{
	struct jsonw w = { .out = out };
	struct binding *b = NULL;
	size_t n = state_bindings(p->s, in, &b);
	const struct value *v = binding_find(b, n, name);
	struct json *doc = NULL;

	free(b);
	if (!v || !v->known || v->secret || !v->text ||
	    json_parse(v->text, strlen(v->text), &doc, NULL))
		return false;
	jw_arr(&w, NULL);
	for (size_t i = 0; i < json_len(doc); i++) {
		struct buf t = BUF_INIT;

		if (!json_text(json_at(doc, i)))
			json_dump(&t, json_at(doc, i)); /* numbers are names too */
		jw_str(&w, NULL, t.len ? buf_str(&t) : json_text(json_at(doc, i)));
		buf_release(&t);
	}
	json_each(doc, write_key, &w);
	jw_end_arr(&w);
	json_free(doc);
	return true;
}

/* Writes the list as a JSON array of text; false when it is not known. */
static bool write_items(struct pass *p, const struct inst *in, struct buf *out)
{
	const struct step *st = in->step;
	struct jsonw w = { .out = out };

	if (st->each_list.s)
		return each_items_of(p, in, st->each_list.s, out);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < st->n_each_items; i++)
		jw_str(&w, NULL, st->each_items[i]);
	jw_end_arr(&w);
	return true;
}

/* The list as it stands now, as a JSON array of text; why it cannot be walked, or NULL. */
static const char *read_items(struct pass *p, const struct inst *in, struct buf *list,
			      size_t *ret_n)
{
	struct json *doc = NULL;
	const char *why = NULL;

	*ret_n = 0;
	if (!write_items(p, in, list))
		why = "the list to walk is not known";
	else if (json_parse(buf_str(list), list->len, &doc, NULL))
		why = "the list to walk is not readable";
	else
		why = items_problem(doc);
	if (!why)
		*ret_n = json_len(doc);
	json_free(doc);
	return why;
}

static void emit_items(struct pass *p, const struct inst *in, const struct buf *list)
{
	struct jsonw *w = emit_begin(p, EV_ITEMS);

	jw_raw(w, "items", buf_str(list));
	emit_end(p, EV_ITEMS, in, in->attempt);
}

bool each_freeze(struct pass *p, const struct inst *in)
{
	struct buf list = BUF_INIT;
	size_t n;
	const char *why = read_items(p, in, &list, &n);

	if (why)
		finish_fail(p, in, FAILURE_PRECONDITION, why);
	else if (!n)
		finish_step(p, in, OUTCOME_NOT_APPLICABLE, "the list is empty");
	else
		emit_items(p, in, &list);
	buf_release(&list);
	return true;
}

bool each_freeze_early(struct pass *p, const struct inst *in)
{
	struct buf list = BUF_INIT;
	size_t n;
	bool good = !read_items(p, in, &list, &n) && n;

	if (good)
		emit_items(p, in, &list);
	buf_release(&list);
	return good;
}

bool each_list_changed(struct pass *p, const struct inst *in)
{
	struct buf now = BUF_INIT, frozen = BUF_INIT;
	struct jsonw w = { .out = &frozen };
	size_t n;
	bool changed;

	jw_arr(&w, NULL);
	for (size_t i = 0; i < in->n_main; i++)
		if (in->kids[i]->is_item)
			jw_str(&w, NULL, in->kids[i]->item);
	jw_end_arr(&w);
	changed = read_items(p, in, &now, &n) || !str_eq(buf_str(&now), buf_str(&frozen));
	buf_release(&now);
	buf_release(&frozen);
	return changed;
}

/* --- what the rounds captured ----------------------------------------------------------------- */

const struct var *inst_var(const struct inst *in, const char *name)
{
	const struct scope *sc = in->scope;

	for (size_t i = 0; sc && i < sc->n; i++)
		if (!strcmp(sc->v[i].name, name))
			return &sc->v[i];
	return NULL;
}

/* What every round of an each captured becomes a map by item. */
void each_maps(struct pass *p, const struct inst *in)
{
	const struct inst *first = in->n_main ? in->kids[0] : NULL;

	for (size_t k = 0; first && k < first->scope->n; k++) {
		const char *name = first->scope->v[k].name;
		struct buf map = BUF_INIT;
		struct jsonw w = { .out = &map };
		struct value v = { VALUE_MAP, true, false, NULL };

		if (!strcmp(name, in->step->each_name) || first->scope->v[k].value.secret)
			continue;
		jw_obj(&w, NULL);
		for (size_t i = 0; i < in->n_main; i++) {
			const struct var *x = inst_var(in->kids[i], name);

			if (x && x->value.known && !x->value.secret)
				jw_str(&w, in->kids[i]->item, x->value.text);
			else
				jw_null(&w, in->kids[i]->item);
		}
		jw_end_obj(&w);
		v.text = buf_take(&map);
		if (strlen(v.text) > LIMIT_VALUE_BYTES) {
			free(v.text);
			v = (struct value){ .type = VALUE_MAP };
		}
		emit_value(p, in, inst_scope(in->parent), name, &v, "each", NULL);
		value_release(&v);
	}
}
