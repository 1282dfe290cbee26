/* JSON in and out: events, intents, --json.
 *
 * Reading is jansson's (strict: UTF-8, no duplicate keys, at most 64 deep, whole input). Writing is
 * a few lines of our own, because an event is written in the order and form that its hash covers.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct json; /* a value inside a document, borrowed from it */

enum { JSON_DEPTH_MAX = 64 };

/* --- reading ------------------------------------------------------------------------------- */

/* Parses n bytes. *ret is the caller's, to be freed with json_free. ERR_PARSE names line and
 * column, ERR_LIMIT: nested deeper than JSON_DEPTH_MAX. A text that holds U+0000 is refused
 * (ERR_PARSE): it could only come out cut. */
int json_parse(const char *text, size_t n, struct json **ret, struct err *err);
void json_free(struct json *doc);

/* All of these take NULL and the wrong type in their stride and answer "not there". */
const struct json *json_get(const struct json *obj, const char *key);
const char *json_str(const struct json *obj, const char *key);       /* NULL: no text there */
int64_t json_int(const struct json *obj, const char *key, int64_t otherwise);
bool json_bool(const struct json *obj, const char *key, bool otherwise);
bool json_is_null(const struct json *v);
bool json_is_obj(const struct json *v);
bool json_is_arr(const struct json *v);
const char *json_text(const struct json *v);       /* the value itself as text, or NULL */
bool json_as_num(const struct json *v, double *ret);    /* integers too */
bool json_as_int(const struct json *v, int64_t *ret);   /* 3.0 is none */
bool json_as_bool(const struct json *v, bool *ret);

size_t json_len(const struct json *arr);                         /* elements, 0 for no array */
const struct json *json_at(const struct json *arr, size_t i);
/* Calls fn for each member in stored order; stops when fn returns non-zero and returns that. */
int json_each(const struct json *obj, int (*fn)(void *ctx, const char *key, const struct json *v),
	      void *ctx);

/* Appends a value back as compact JSON. */
void json_dump(struct buf *out, const struct json *v);

/* --- writing ------------------------------------------------------------------------------- */

/* A cursor over a buffer; commas come by themselves. All zeroes but `out` is the start. Keys are
 * NULL inside arrays and for the outermost value. Bytes that are no UTF-8, and NUL, are written as
 * U+FFFD, so that json_parse takes what was written. Numbers are the shortest that read back the
 * same, with ".0" where they would look like integers; what is not finite is null. A bounded buffer
 * that is full shows in out->over. */
struct jsonw {
	struct buf *out;
	bool comma;
};

void jw_obj(struct jsonw *w, const char *key);
void jw_arr(struct jsonw *w, const char *key);
void jw_end_obj(struct jsonw *w);
void jw_end_arr(struct jsonw *w);
void jw_str(struct jsonw *w, const char *key, const char *s);  /* NULL writes null */
void jw_strn(struct jsonw *w, const char *key, const char *s, size_t n);
void jw_int(struct jsonw *w, const char *key, int64_t v);
void jw_num(struct jsonw *w, const char *key, double v);
void jw_bool(struct jsonw *w, const char *key, bool v);
void jw_null(struct jsonw *w, const char *key);
void jw_raw(struct jsonw *w, const char *key, const char *json); /* JSON already, trusted */

/* Appends JSON of one line so that a terminal obeys nothing of it: what one would obey becomes
 * \uNNNN, which whoever parses it reads as the same; bytes that are no UTF-8 become U+FFFD. */
void json_harmless(struct buf *out, const char *json, size_t n);

#endif
