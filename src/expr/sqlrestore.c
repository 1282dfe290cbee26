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

/* A list of names as a map to themselves; a map as it is. */
void expr_as_map(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	struct jsonw w = { .out = &out };
	struct json *doc = NULL;
	struct err err = { 0 };
	if (any_null(ctx, n, v))
		return;
	int rc = json_parse(text_of(v[0]), strlen(text_of(v[0])), &doc, &err);
	if (!rc && !json_is_arr(doc)) {
		buf_adds(&out, text_of(v[0]));
	} else if (!rc) {
		jw_obj(&w, NULL);
		for (size_t i = 0; i < json_len(doc) && !rc; i++) {
			const char *name = json_text(json_at(doc, i));
			if (!name)
				rc = err_set(&err, ERR_PARSE, "item %zu of the list is no text",
					     i + 1);
			jw_str(&w, name ? name : "", name);
		}
		jw_end_obj(&w);
	}
	json_free(doc);
	give(ctx, rc, &out, &err, true);
}

static int write_others(void *ctx, const char *key, const struct json *v)
{
	void **of = ctx;
	(void)v;
	if (strcmp(key, of[1]) == 0)
		of[2] = of[1];
	else
		jw_str(of[0], NULL, key);
	return 0;
}

/* The names of a map but one, which must be there. */
void expr_without(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	struct jsonw w = { .out = &out };
	struct json *doc = NULL;
	struct err err = { 0 };
	if (any_null(ctx, n, v))
		return;
	void *of[3] = { &w, (void *)(uintptr_t)text_of(v[1]), NULL };
	int rc = json_parse(text_of(v[0]), strlen(text_of(v[0])), &doc, &err);
	if (!rc) {
		jw_arr(&w, NULL);
		json_each(doc, write_others, of);
		jw_end_arr(&w);
		if (!of[2])
			rc = err_set(&err, ERR_NOTFOUND, "%s is none of the names of the map",
				     text_of(v[1]));
	}
	json_free(doc);
	give(ctx, rc, &out, &err, true);
}
