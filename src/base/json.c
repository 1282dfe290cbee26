#include "json.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "buf.h"
#include "err.h"
#include "mem.h"

/* Ours is a function. */
#undef json_is_null

/* What was parsed may have been a secret. */
static void wipe_free(void *p)
{
	if (p)
		mem_wipe(p, malloc_usable_size(p));
	free(p);
}

static json_t *in(const struct json *v)
{
	return (json_t *)(uintptr_t)v;
}

static const struct json *out_of(const json_t *v)
{
	return (const struct json *)v;
}

/* How deep the brackets go, before anything is built; what is in quotes does not count. */
static bool too_deep(const char *text, size_t n)
{
	size_t depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < n; i++) {
		char c = text[i];
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '[' || c == '{') {
			if (++depth > JSON_DEPTH_MAX)
				return true;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return false;
}

int json_parse(const char *text, size_t n, struct json **ret, struct err *err)
{
	json_error_t e;
	json_set_alloc_funcs(mem_raw, free); /* what it makes of no memory is no answer of ours */
	if (memchr(text, '\0', n)) /* the library would take it for the end */
		return err_set(err, ERR_PARSE, "JSON holds a NUL byte");
	if (too_deep(text, n))
		return err_set(err, ERR_LIMIT, "JSON nested deeper than %d", JSON_DEPTH_MAX);
	json_set_alloc_funcs(malloc, wipe_free); /* the same at every call */
	json_t *doc = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!doc)
		return err_set(err, json_error_code(&e) == json_error_out_of_memory ? ERR_NOMEM
										    : ERR_PARSE,
			       "JSON, line %d column %d: %s", e.line, e.column, e.text);
	*ret = (struct json *)doc;
	return 0;
}

void json_free(struct json *doc)
{
	json_decref((json_t *)doc);
}

const struct json *json_get(const struct json *obj, const char *key)
{
	return out_of(json_object_get(in(obj), key));
}

const char *json_str(const struct json *obj, const char *key)
{
	return json_text(json_get(obj, key));
}

int64_t json_int(const struct json *obj, const char *key, int64_t otherwise)
{
	json_as_int(json_get(obj, key), &otherwise);
	return otherwise;
}

bool json_bool(const struct json *obj, const char *key, bool otherwise)
{
	json_as_bool(json_get(obj, key), &otherwise);
	return otherwise;
}

bool json_is_null(const struct json *v)
{
	return v && json_typeof(in(v)) == JSON_NULL;
}

bool json_is_obj(const struct json *v)
{
	return json_is_object(in(v));
}

bool json_is_arr(const struct json *v)
{
	return json_is_array(in(v));
}

const char *json_text(const struct json *v)
{
	return json_string_value(in(v));
}

bool json_as_num(const struct json *v, double *ret)
{
	if (!json_is_number(in(v)))
		return false;
	*ret = json_number_value(in(v));
	return true;
}

bool json_as_int(const struct json *v, int64_t *ret)
{
	if (!json_is_integer(in(v)))
		return false;
	*ret = json_integer_value(in(v));
	return true;
}

bool json_as_bool(const struct json *v, bool *ret)
{
	if (!json_is_boolean(in(v)))
		return false;
	*ret = json_is_true(in(v));
	return true;
}

size_t json_len(const struct json *arr)
{
	return json_array_size(in(arr));
}

const struct json *json_at(const struct json *arr, size_t i)
{
	return out_of(json_array_get(in(arr), i));
}

int json_each(const struct json *obj, int (*fn)(void *ctx, const char *key, const struct json *v),
	      void *ctx)
{
	const char *key;
	json_t *v;
	json_object_foreach(in(obj), key, v)
	{
		int rc = fn(ctx, key, out_of(v));
		if (rc)
			return rc;
	}
	return 0;
}

static void dump(struct jsonw *w, const char *key, const struct json *v);

static int dump_member(void *ctx, const char *key, const struct json *v)
{
	dump(ctx, key, v);
	return 0;
}

/* As deep as json_parse allowed. */
static void dump(struct jsonw *w, const char *key, const struct json *v)
{
	json_t *j = in(v);
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		jw_obj(w, key);
		json_each(v, dump_member, w);
		jw_end_obj(w);
		break;
	case JSON_ARRAY:
		jw_arr(w, key);
		for (size_t i = 0; i < json_len(v); i++)
			dump(w, NULL, json_at(v, i));
		jw_end_arr(w);
		break;
	case JSON_STRING:
		jw_strn(w, key, json_string_value(j), json_string_length(j));
		break;
	case JSON_INTEGER:
		jw_int(w, key, json_integer_value(j));
		break;
	case JSON_REAL:
		jw_num(w, key, json_real_value(j));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		jw_bool(w, key, json_is_true(j));
		break;
	case JSON_NULL:
		jw_null(w, key);
		break;
	}
}

void json_dump(struct buf *out, const struct json *v)
{
	struct jsonw w = { .out = out };
	if (v)
		dump(&w, NULL, v);
}
