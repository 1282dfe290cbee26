/* SQL functions for restoring and rebuilding: sets of restore points, maps made of names.
 *
 * Their sentences name volumes and points: lists of them are no secrets. */
#include "expr_db.h"

#include <string.h>

#include "err.h"
#include "json.h"
#include "limits.h"
#include "restore.h"
#include "str.h"

static bool any_null(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	for (int i = 0; i < n; i++)
		if (sqlite3_value_type(v[i]) == SQLITE_NULL) {
			sqlite3_result_null(ctx);
			return true;
		}
	return false;
}

static const char *text_of(sqlite3_value *v)
{
	const char *s = (const char *)sqlite3_value_text(v);
	return s ? s : "";
}

static void give(sqlite3_context *ctx, int rc, struct buf *out, const struct err *err, bool json)
{
	if (rc) {
		expr_sqlfn_bad(ctx, err->text);
	} else if (out->over) {
		sqlite3_result_error_toobig(ctx);
	} else {
		sqlite3_result_text(ctx, buf_str(out), (int)out->len, SQLITE_TRANSIENT);
		if (json)
			sqlite3_result_subtype(ctx, 'J');
	}
	buf_release(out);
}

/* points, volumes, the RPO as text or '', now */
void expr_restore_sets(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	struct err err = { 0 };
	int64_t rpo = 0;
	if (any_null(ctx, n, v))
		return;
	if (*text_of(v[2]) && !str_to_duration(text_of(v[2]), &rpo)) {
		expr_sqlfn_bad(ctx, "the RPO is no duration");
		return;
	}
	int rc = restore_sets(text_of(v[0]), text_of(v[1]), rpo, sqlite3_value_int64(v[3]), &out,
			      &err);
	give(ctx, rc, &out, &err, true);
}

void expr_restore_pick(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };
	if (any_null(ctx, n, v))
		return;
	give(ctx, restore_pick(text_of(v[0]), text_of(v[1]), &out, &err), &out, &err, false);
}

void expr_restore_there(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct err err = { 0 };
	if (any_null(ctx, n, v))
		return;
	if (restore_there(text_of(v[0]), text_of(v[1]), text_of(v[2]), &err))
		expr_sqlfn_bad(ctx, err.text);
	else
		sqlite3_result_int(ctx, 1);
}

/* --- maps ------------------------------------------------------------------------------------ */

static bool is_given(sqlite3_value **v, int at)
{
	for (int i = 0; i < at; i += 2)
		if (strcmp(text_of(v[i]), text_of(v[at])) == 0)
			return true;
	return false;
}

void expr_map_of(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	struct jsonw w = { .out = &out };
	if (any_null(ctx, n, v))
		return;
	jw_obj(&w, NULL);
	for (int i = 0; i + 1 < n; i += 2) {
		if (is_given(v, i)) {
			expr_sqlfn_bad(ctx, "a name stands in the map twice");
			buf_release(&out);
			return;
		}
		jw_str(&w, text_of(v[i]), text_of(v[i + 1]));
	}
	jw_end_obj(&w);
	give(ctx, n % 2, &out, &(struct err){ .text = "map_of takes names and texts in turn" },
	     true);
}

typedef int rewrite_fn(sqlite3_value **v, const struct json *doc, struct jsonw *w, struct err *err);

/* The first argument, which is JSON, as another document. */
static void rewritten(sqlite3_context *ctx, int n, sqlite3_value **v, rewrite_fn *rewrite)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	struct jsonw w = { .out = &out };
	struct json *doc = NULL;
	struct err err = { 0 };
	if (any_null(ctx, n, v))
		return;
	int rc = json_parse(text_of(v[0]), strlen(text_of(v[0])), &doc, &err);
	if (!rc)
		rc = rewrite(v, doc, &w, &err);
	json_free(doc);
	give(ctx, rc, &out, &err, true);
}

static int to_map(sqlite3_value **v, const struct json *doc, struct jsonw *w, struct err *err)
{
	int rc = 0;
	if (!json_is_arr(doc)) {
		buf_adds(w->out, text_of(v[0]));
		return 0;
	}
	jw_obj(w, NULL);
	for (size_t i = 0; i < json_len(doc) && !rc; i++) {
		const char *name = json_text(json_at(doc, i));
		if (!name)
			rc = err_set(err, ERR_PARSE, "item %zu of the list is no text", i + 1);
		jw_str(w, name ? name : "", name);
	}
	jw_end_obj(w);
	return rc;
}

/* A list of names as a map to themselves; a map as it is. */
void expr_as_map(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	rewritten(ctx, n, v, to_map);
}

struct others {
	struct jsonw *w;
	const char *but;
	bool met;
};

static int write_other(void *ctx, const char *key, const struct json *v)
{
	struct others *o = ctx;
	(void)v;
	if (strcmp(key, o->but) == 0)
		o->met = true;
	else
		jw_str(o->w, NULL, key);
	return 0;
}

static int to_others(sqlite3_value **v, const struct json *doc, struct jsonw *w, struct err *err)
{
	struct others o = { .w = w, .but = text_of(v[1]) };
	jw_arr(w, NULL);
	json_each(doc, write_other, &o);
	jw_end_arr(w);
	return o.met ? 0 : err_set(err, ERR_NOTFOUND, "%s is none of the names of the map", o.but);
}

/* The names of a map but one, which must be there. */
void expr_without(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	rewritten(ctx, n, v, to_others);
}
