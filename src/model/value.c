#include "value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "json.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

/* --- canonical text, one reader per type --------------------------------------------------- */

/* Each appends the canonical form of s (n bytes, NUL terminated, blanks taken off); false when s
 * does not read as the type. */

static bool read_text(struct buf *out, const char *s, size_t n)
{
	buf_add(out, s, n);
	return true;
}

static bool read_int(struct buf *out, const char *s, size_t n)
{
	int64_t v;

	(void)n;
	if (!str_to_i64(s, &v))
		return false;
	buf_addf(out, "%lld", (long long)v);
	return true;
}

static bool read_number(struct buf *out, const char *s, size_t n)
{
	double v;

	(void)n;
	if (!str_to_f64(s, &v))
		return false;
	str_f64(out, v == 0 ? 0 : v); /* no "-0" */
	return true;
}

/* 1 and 0 are left out on purpose: an exit status says "true" with 0. */
static bool read_bool(struct buf *out, const char *s, size_t n)
{
	static const struct {
		const char *word;
		const char *is;
	} words[] = {
		{ "true", "true" },   { "yes", "true" }, { "y", "true" },  { "on", "true" },
		{ "false", "false" }, { "no", "false" }, { "n", "false" }, { "off", "false" },
	};

	(void)n;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(s, words[i].word) == 0) {
			buf_adds(out, words[i].is);
			return true;
		}
	}
	return false;
}

static bool read_datetime(struct buf *out, const char *s, size_t n)
{
	int64_t ns;

	(void)n;
	if (!clock_parse(s, &ns))
		return false;
	clock_utc(out, ns, ns % CLOCK_S == 0 ? 0 : ns % CLOCK_MS == 0 ? 3 : ns % 1000 ? 9 : 6);
	return true;
}

static bool read_duration(struct buf *out, const char *s, size_t n)
{
	int64_t ms;

	(void)n;
	if (!str_to_duration(s[0] == '-' ? s + 1 : s, &ms))
		return false;
	str_duration(out, s[0] == '-' ? -ms : ms);
	return true;
}

static bool read_json(struct buf *out, const char *s, size_t n,
		      bool (*is)(const struct json *v))
{
	struct json *doc = NULL;
	bool ok;

	if (json_parse(s, n, &doc, NULL))
		return false;
	ok = is(doc);
	if (ok)
		json_dump(out, doc);
	json_free(doc);
	return ok;
}

static bool read_list(struct buf *out, const char *s, size_t n)
{
	return read_json(out, s, n, json_is_arr);
}

static bool read_map(struct buf *out, const char *s, size_t n)
{
	return read_json(out, s, n, json_is_obj);
}

static const struct {
	const char *name;
	bool (*read)(struct buf *out, const char *s, size_t n);
	const char *expected;
} types[VALUE_TYPE_MAX] = {
	[VALUE_TEXT] = { "text", read_text, "text" },
	[VALUE_INT] = { "int", read_int, "a whole number such as 42" },
	[VALUE_NUMBER] = { "number", read_number, "a number such as 2.5" },
	[VALUE_BOOL] = { "bool", read_bool, "true or false" },
	[VALUE_DATETIME] = { "datetime", read_datetime,
			     "a date and time such as 2026-11-22T03:21Z" },
	[VALUE_DURATION] = { "duration", read_duration, "a duration such as 1h30m" },
	[VALUE_LIST] = { "list", read_list, "a JSON array such as [\"a\",\"b\"]" },
	[VALUE_MAP] = { "map", read_map, "a JSON object such as {\"a\":1}" },
};

const char *value_type_name(enum value_type t)
{
	return t >= 0 && t < VALUE_TYPE_MAX ? types[t].name : "?";
}

enum value_type value_type_from(const char *name)
{
	for (int t = 0; name && t < VALUE_TYPE_MAX; t++)
		if (strcmp(types[t].name, name) == 0)
			return t;
	return VALUE_TYPE_INVALID;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void trim(enum value_type type, const char **text, size_t *n)
{
	if (type == VALUE_TEXT) {
		*n -= *n && (*text)[*n - 1] == '\n';
		return;
	}
	while (*n && blank((*text)[*n - 1]))
		(*n)--;
	while (*n && blank(**text)) {
		(*text)++;
		(*n)--;
	}
}

int value_parse(enum value_type type, const char *text, size_t n, struct value *ret,
		struct err *err)
{
	struct buf out = { .max = LIMIT_VALUE_BYTES };
	char *copy;
	bool ok;

	if (type < 0 || type >= VALUE_TYPE_MAX)
		return err_set(err, ERR_USAGE, "no such type of value");
	trim(type, &text, &n);
	if (n > LIMIT_VALUE_BYTES)
		return err_set(err, ERR_LIMIT, "longer than %d bytes", LIMIT_VALUE_BYTES);
	if (utf8_check(text, n) != n || memchr(text, '\0', n))
		return err_set(err, ERR_PARSE, "bytes that are no text (UTF-8)");
	copy = mem_dupn(text, n);
	ok = types[type].read(&out, copy, n);
	mem_wipe(copy, n);
	free(copy);
	if (!ok || out.over) {
		bool over = out.over;

		buf_release(&out);
		if (over)
			return err_set(err, ERR_LIMIT, "longer than %d bytes",
				       LIMIT_VALUE_BYTES);
		return err_set(err, ERR_PARSE, "no %s: expected %s", types[type].name,
			       types[type].expected);
	}
	buf_adds(&out, "");
	*ret = (struct value){ .type = type, .known = true, .text = buf_take(&out) };
	return 0;
}

void value_release(struct value *v)
{
	if (v->text && v->secret)
		mem_wipe(v->text, strlen(v->text));
	free(v->text);
	memset(v, 0, sizeof(*v));
}

void value_copy(struct value *to, const struct value *from)
{
	struct value v = *from;

	v.text = mem_dup(from->text);
	value_release(to);
	*to = v;
}

const struct value *binding_find(const struct binding *b, size_t n, const char *name)
{
	while (n-- > 0)
		if (strcmp(b[n].name, name) == 0)
			return b[n].value;
	return NULL;
}
