#include "yaml_out.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "str.h"
#include "utf8.h"

static void start_line(struct yaml_out *y)
{
	if (!y->item)
		buf_addf(y->out, "%*s", y->indent, "");
	y->item = false;
}

/* Whether every character of s shows as itself (or ends a line, or is a tab). */
static bool shows(const char *s)
{
	bool plain = true;
	for (const char *c = s; *c && plain; c++)
		plain = ((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f) || *c == '\n' ||
			*c == '\t';
	if (plain)
		return true;
	struct buf shown = BUF_INIT;
	str_printable(&shown, s, strlen(s), true);
	bool same = shown.len == strlen(s);
	for (size_t i = 0; same && i < shown.len; i++)
		same = s[i] == shown.data[i] || s[i] == '\t';
	buf_release(&shown);
	return same;
}

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool can_be_plain(const char *s)
{
	size_t n = strlen(s);
	if (!n || !(alnum(*s) || strchr("_./$(", *s) || (unsigned char)*s >= 0x80))
		return false;
	if (s[n - 1] == ':' || s[n - 1] == ' ' || strchr(s, '\n') || strchr(s, '\t'))
		return false;
	return !strstr(s, ": ") && !strstr(s, " #") && str_starts(s, "...") == false && shows(s);
}

static bool can_be_literal(const char *s)
{
	size_t n = strlen(s);
	if (!n || *s == ' ' || *s == '\n' || *s == '\t' || s[n - 1] == '\n' || !shows(s))
		return false;
	/* blanks alone on a line would be taken for indentation */
	for (const char *line = s; line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		size_t blank = strspn(line, " ");
		if (blank && (line[blank] == '\n' || !line[blank]))
			return false;
	}
	return true;
}

static void literal(struct yaml_out *y, const char *s)
{
	buf_adds(y->out, " |-\n");
	while (s) {
		const char *end = strchr(s, '\n');
		size_t n = end ? (size_t)(end - s) : strlen(s);
		if (n)
			buf_addf(y->out, "%*s", y->indent + 2, "");
		buf_add(y->out, s, n);
		buf_addc(y->out, '\n');
		s = end ? end + 1 : NULL;
	}
}

static void escaped(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		char one[8];
		size_t len = utf8_decode(s + i, n - i, &cp);
		if (!len) {
			buf_adds(out, "\\uFFFD");
			i++;
			continue;
		}
		memcpy(one, s + i, len);
		one[len] = '\0';
		if (cp == '\n')
			buf_adds(out, "\\n");
		else if (cp == '\t')
			buf_adds(out, "\\t");
		else if (cp == '"' || cp == '\\')
			buf_addf(out, "\\%c", (char)cp);
		else if (shows(one))
			buf_adds(out, one);
		else
			buf_addf(out, cp > 0xffff ? "\\U%08X" : "\\u%04X", cp);
		i += len;
	}
}

static void quoted(struct yaml_out *y, const char *s)
{
	buf_addc(y->out, '"');
	escaped(y->out, s, strlen(s));
	buf_addc(y->out, '"');
}

void yaml_out_key(struct yaml_out *y, const char *key)
{
	start_line(y);
	if (alnum(*key) || *key == '_')
		buf_adds(y->out, key);
	else
		quoted(y, key);
	buf_addc(y->out, ':');
}

void yaml_out_item(struct yaml_out *y)
{
	start_line(y);
	buf_adds(y->out, "- ");
	y->item = true;
}

void yaml_out_open(struct yaml_out *y, const char *key)
{
	yaml_out_key(y, key);
	buf_addc(y->out, '\n');
	y->indent += 2;
}

void yaml_out_close(struct yaml_out *y)
{
	y->indent -= 2;
}

void yaml_out_scalar(struct yaml_out *y, const char *s)
{
	bool item = y->item;
	y->item = false;
	if (can_be_plain(s)) {
		buf_addf(y->out, "%s%s\n", item ? "" : " ", s);
	} else if (!item && can_be_literal(s)) {
		literal(y, s);
	} else {
		buf_adds(y->out, item ? "" : " ");
		quoted(y, s);
		buf_addc(y->out, '\n');
	}
}

void yaml_out_text(struct yaml_out *y, const char *key, const char *s)
{
	if (!s)
		return;
	yaml_out_key(y, key);
	yaml_out_scalar(y, s);
}

void yaml_out_word(struct yaml_out *y, const char *key, const char *s)
{
	yaml_out_key(y, key);
	buf_addf(y->out, " %s\n", s);
}

void yaml_out_int(struct yaml_out *y, const char *key, int64_t v)
{
	yaml_out_key(y, key);
	buf_addf(y->out, " %lld\n", (long long)v);
}

void yaml_out_ms(struct yaml_out *y, const char *key, int64_t ms)
{
	if (!ms)
		return;
	yaml_out_key(y, key);
	buf_addc(y->out, ' ');
	str_duration(y->out, ms);
	buf_addc(y->out, '\n');
}

void yaml_out_texts(struct yaml_out *y, const char *key, const char *const *v, size_t n)
{
	if (!n)
		return;
	yaml_out_open(y, key);
	for (size_t i = 0; i < n; i++) {
		yaml_out_item(y);
		yaml_out_scalar(y, v[i]);
	}
	yaml_out_close(y);
}

void yaml_out_raw(struct yaml_out *y, const char *source)
{
	struct buf safe = BUF_INIT;
	if (!shows(source)) {
		str_printable(&safe, source, strlen(source), true);
		source = buf_str(&safe);
	}
	while (source) {
		const char *end = strchr(source, '\n');
		size_t n = end ? (size_t)(end - source) : strlen(source);
		if (n || y->item)
			start_line(y);
		buf_add(y->out, source, n);
		buf_addc(y->out, '\n');
		source = end ? end + 1 : NULL;
	}
	buf_release(&safe);
}
