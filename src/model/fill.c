#include "fill.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "limits.h"

static bool name_char(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/* Length of the name behind "${" at s, closed by a brace; 0 with *err set for anything else. */
static size_t name_len(const char *s, struct err *err)
{
	size_t n = 0;

	while (name_char(s[n], n == 0))
		n++;
	if (n && s[n] == '}' && n <= LIMIT_ID_BYTES)
		return n;
	if (!s[strcspn(s, "}\n")] || s[strcspn(s, "}\n")] == '\n')
		err_set(err, ERR_PARSE, "${ without its }; a plain dollar sign is written $$");
	else
		err_set(err, ERR_PARSE, "${%.*s} is no name of a value; names are like ${replicas}",
			(int)strcspn(s, "}") > 40 ? 40 : (int)strcspn(s, "}"), s);
	return 0;
}

/* Calls `plain` for runs of text and `name` for names; either may be NULL. */
struct walk {
	int (*plain)(void *ctx, const char *s, size_t n);
	int (*name)(void *ctx, const char *name, size_t n, size_t offset);
	void *ctx;
};

static int walk_text(const char *text, const struct walk *w, struct err *err)
{
	const char *s = text;
	int rc = 0;

	while (*s && rc == 0) {
		size_t n = strcspn(s, "$");

		if (n) {
			rc = w->plain ? w->plain(w->ctx, s, n) : 0;
			s += n;
		} else if (s[1] == '{') {
			n = name_len(s + 2, err);
			if (!n)
				return ERR_PARSE;
			rc = w->name ? w->name(w->ctx, s + 2, n, (size_t)(s + 2 - text)) : 0;
			s += n + 3;
		} else {
			rc = w->plain ? w->plain(w->ctx, s, 1) : 0;
			s += s[1] == '$' ? 2 : 1;
		}
	}
	return rc;
}

int fill_names(const char *text, int (*fn)(void *ctx, const char *name, size_t n, size_t offset),
	       void *ctx, struct err *err)
{
	static const struct walk only_check = { NULL, NULL, NULL };
	struct walk w = { .name = fn, .ctx = ctx };
	int rc = walk_text(text, &only_check, err);

	return rc ? rc : walk_text(text, &w, err);
}

struct filling {
	struct buf *out;
	const struct binding *b;
	size_t n;
	struct err *err;
};

static int fill_plain(void *ctx, const char *s, size_t n)
{
	struct filling *f = ctx;

	if (buf_add(f->out, s, n))
		return err_set(f->err, ERR_LIMIT, "the filled text is longer than %zu bytes",
			       f->out->max);
	return 0;
}

static int fill_name(void *ctx, const char *name, size_t n, size_t offset)
{
	struct filling *f = ctx;
	const struct value *v;
	char id[LIMIT_ID_BYTES + 1];
	char gone[LIMIT_ID_BYTES + 16];

	(void)offset;
	memcpy(id, name, n);
	id[n] = '\0';
	v = binding_find(f->b, f->n, id);
	if (!v)
		return err_set(f->err, ERR_NOTFOUND, "${%s}: no value of that name here", id);
	if (v->known && !v->secret && v->text)
		return fill_plain(f, v->text, strlen(v->text));
	gone[0] = '(';
	memcpy(gone + 1, id, n);
	memcpy(gone + 1 + n, v->secret ? " hidden)" : " unknown)", v->secret ? 9 : 10);
	return fill_plain(f, gone, strlen(gone));
}

int fill_text(struct buf *out, const char *text, const struct binding *b, size_t n,
	      struct err *err)
{
	struct filling f = { out, b, n, err };
	const struct walk w = { fill_plain, fill_name, &f };
	size_t before = out->len;
	int rc = walk_text(text, &w, err);

	if (rc && out->data) {
		out->len = before;
		out->data[before] = '\0';
	}
	return rc;
}
