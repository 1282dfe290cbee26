/* The writing half of json.h. */
#include <math.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "str.h"
#include "utf8.h"

/* One character that cannot stand in a string as it is. Returns the bytes it took. */
static size_t add_escaped(struct buf *out, const char *s, size_t n)
{
	static const char from[] = "\"\\\n\t\r\b\f", to[] = "\"\\ntrbf";
	unsigned char c = (unsigned char)s[0];
	const char *named = c ? strchr(from, c) : NULL;
	uint32_t cp;
	size_t len = utf8_decode(s, n, &cp);
	if (named) {
		buf_add(out, (char[]){ '\\', to[named - from] }, 2);
	} else if (len == 0 || c == '\0') {
		buf_adds(out, "\xef\xbf\xbd");
		return 1;
	} else if (c < 0x20) {
		buf_addf(out, "\\u%04x", c);
	} else {
		buf_add(out, s, len);
	}
	return len;
}

static void add_unicode(struct buf *out, uint32_t cp)
{
	if (cp > 0xffff)
		buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (cp >> 10)),
			 (unsigned)(0xdc00 + (cp & 0x3ff)));
	else
		buf_addf(out, "\\u%04x", (unsigned)cp);
}

void json_harmless(struct buf *out, const char *json, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t run = i, len;
		uint32_t cp;

		while (run < n && (unsigned char)json[run] - 0x20U < 0x5f)
			run++;
		buf_add(out, json + i, run - i);
		if ((i = run) == n)
			return;
		len = utf8_decode(json + i, n - i, &cp);
		if (!len)
			buf_adds(out, "\xef\xbf\xbd");
		else if (str_harmless(cp))
			buf_add(out, json + i, len);
		else
			add_unicode(out, cp);
		i += len ? len : 1;
	}
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void quoted(struct buf *out, const char *s, size_t n)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < n;) {
		size_t run = i;
		while (run < n && plain((unsigned char)s[run]))
			run++;
		buf_add(out, s + i, run - i);
		i = run;
		if (i < n)
			i += add_escaped(out, s + i, n - i);
	}
	buf_addc(out, '"');
}

static void lead(struct jsonw *w, const char *key)
{
	if (w->comma)
		buf_addc(w->out, ',');
	w->comma = true;
	if (!key)
		return;
	quoted(w->out, key, strlen(key));
	buf_addc(w->out, ':');
}

static void open_with(struct jsonw *w, const char *key, char bracket)
{
	lead(w, key);
	buf_addc(w->out, bracket);
	w->comma = false;
}

static void close_with(struct jsonw *w, char bracket)
{
	buf_addc(w->out, bracket);
	w->comma = true;
}

void jw_obj(struct jsonw *w, const char *key)
{
	open_with(w, key, '{');
}

void jw_arr(struct jsonw *w, const char *key)
{
	open_with(w, key, '[');
}

void jw_end_obj(struct jsonw *w)
{
	close_with(w, '}');
}

void jw_end_arr(struct jsonw *w)
{
	close_with(w, ']');
}

void jw_str(struct jsonw *w, const char *key, const char *s)
{
	if (s)
		jw_strn(w, key, s, strlen(s));
	else
		jw_null(w, key);
}

void jw_strn(struct jsonw *w, const char *key, const char *s, size_t n)
{
	lead(w, key);
	quoted(w->out, s, n);
}

void jw_int(struct jsonw *w, const char *key, int64_t v)
{
	lead(w, key);
	buf_addf(w->out, "%lld", (long long)v);
}

void jw_num(struct jsonw *w, const char *key, double v)
{
	if (!isfinite(v)) {
		jw_null(w, key);
		return;
	}
	struct buf text = BUF_INIT;
	str_f64(&text, v);
	if (!strpbrk(buf_str(&text), ".e"))
		buf_adds(&text, ".0");
	lead(w, key);
	buf_add(w->out, text.data, text.len);
	buf_release(&text);
}

void jw_bool(struct jsonw *w, const char *key, bool v)
{
	lead(w, key);
	buf_adds(w->out, v ? "true" : "false");
}

void jw_null(struct jsonw *w, const char *key)
{
	lead(w, key);
	buf_adds(w->out, "null");
}

void jw_raw(struct jsonw *w, const char *key, const char *json)
{
	lead(w, key);
	buf_adds(w->out, json);
}
