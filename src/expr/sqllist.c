/* SQL functions over lists and maps: how many, which keys, the other way round, the first, the
 * rest. What stands for an item is what `each` would give: text as it is, anything else as JSON. */
#include "expr_db.h"

#include <string.h>

#include "json.h"

/* The document in v; NULL with the result set where there is none. */
static struct json *document(sqlite3_context *ctx, sqlite3_value *v)
{
	struct json *doc = NULL;
	const char *s = (const char *)sqlite3_value_text(v);

	if (sqlite3_value_type(v) == SQLITE_NULL)
		sqlite3_result_null(ctx);
	else if (!s || json_parse(s, (size_t)sqlite3_value_bytes(v), &doc, NULL))
		expr_sqlfn_bad(ctx, "what should be a list or a map is none");
	return doc;
}

/* The items of a list, or the keys of a map. */
struct items {
	const struct json *list;
	const char **keys;
	size_t n;
};

static int count_key(void *ctx, const char *key, const struct json *v)
{
	struct items *t = ctx;

	(void)v;
	if (t->keys)
		t->keys[t->n] = key;
	t->n++;
	return 0;
}

static bool items_open(struct items *t, const struct json *doc)
{
	*t = (struct items){ .list = json_is_arr(doc) ? doc : NULL };
	if (t->list) {
		t->n = json_len(doc);
		return true;
	}
	json_each(doc, count_key, t);
	t->keys = sqlite3_malloc64((t->n + 1) * sizeof *t->keys);
	t->n = 0;
	if (t->keys)
		json_each(doc, count_key, t);
	return t->keys;
}

static void write_item(struct jsonw *w, const struct items *t, size_t i)
{
	struct buf text = BUF_INIT;

	if (t->list) {
		json_dump(&text, json_at(t->list, i));
		jw_raw(w, NULL, buf_str(&text));
	} else {
		jw_str(w, NULL, t->keys[i]);
	}
	buf_release(&text);
}

enum order { AS_THEY_ARE, REVERSED, WITHOUT_FIRST };

static void list_of(sqlite3_context *ctx, sqlite3_value *v, enum order order)
{
	struct json *doc = document(ctx, v);
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	struct jsonw w = { .out = &out };
	struct items t = { 0 };

	if (!doc)
		return;
	if (!items_open(&t, doc)) {
		sqlite3_result_error_nomem(ctx);
	} else {
		jw_arr(&w, NULL);
		for (size_t i = order == WITHOUT_FIRST ? 1 : 0; i < t.n; i++)
			write_item(&w, &t, order == REVERSED ? t.n - 1 - i : i);
		jw_end_arr(&w);
		if (out.over)
			sqlite3_result_error_toobig(ctx);
		else
			sqlite3_result_text(ctx, buf_str(&out), (int)out.len, SQLITE_TRANSIENT);
		sqlite3_result_subtype(ctx, 'J');
	}
	sqlite3_free(t.keys);
	buf_release(&out);
	json_free(doc);
}

void expr_list_keys(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *s = (const char *)sqlite3_value_text(v[0]);

	(void)n;
	if (s && *s == '[')
		expr_sqlfn_bad(ctx, "a list stands where a map is needed");
	else
		list_of(ctx, v[0], AS_THEY_ARE);
}

void expr_list_reversed(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	list_of(ctx, v[0], REVERSED);
}

void expr_list_rest(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	list_of(ctx, v[0], WITHOUT_FIRST);
}

void expr_list_count(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct json *doc = document(ctx, v[0]);
	struct items t = { 0 };

	(void)n;
	if (!doc)
		return;
	if (!json_is_arr(doc))
		json_each(doc, count_key, &t);
	sqlite3_result_int64(ctx, (sqlite3_int64)(json_is_arr(doc) ? json_len(doc) : t.n));
	json_free(doc);
}

/* Nothing is known of the first of none. */
void expr_list_first(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct json *doc = document(ctx, v[0]);
	struct items t = { 0 };
	struct buf text = BUF_INIT;
	const char *s = NULL;

	(void)n;
	if (!doc)
		return;
	if (!items_open(&t, doc)) {
		sqlite3_result_error_nomem(ctx);
		goto out;
	}
	if (t.n && t.keys) {
		s = t.keys[0];
	} else if (t.n && !json_is_null(json_at(t.list, 0))) {
		s = json_text(json_at(t.list, 0));
		if (!s)
			json_dump(&text, json_at(t.list, 0));
		s = s ? s : buf_str(&text);
	}
	if (s)
		sqlite3_result_text(ctx, s, -1, SQLITE_TRANSIENT);
	else
		sqlite3_result_null(ctx);
out:
	sqlite3_free(t.keys);
	buf_release(&text);
	json_free(doc);
}
