#include "fill.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "limits.h"

static bool name_char(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/* Length of what stands behind "${" at s, up to its closing brace: "name", or "map[name]" with the
 * length of the map's name in *ret_map, else 0. 0 with *err set for anything else. */
static size_t name_len(const char *s, size_t *ret_map, struct err *err)
{
	size_t n = 0, map = 0;

	while (name_char(s[n], n == 0))
		n++;
	if (n && s[n] == '[') {
		map = n++;
		while (name_char(s[n], n == map + 1))
			n++;
	}
	*ret_map = map;
	if (!map && n && s[n] == '}' && n <= LIMIT_ID_BYTES)
		return n;
	if (map && n > map + 1 && s[n] == ']' && s[n + 1] == '}' && map <= LIMIT_ID_BYTES &&
	    n - map - 1 <= LIMIT_ID_BYTES)
		return n + 1;
	if (!s[strcspn(s, "}\n")] || s[strcspn(s, "}\n")] == '\n')
		err_set(err, ERR_PARSE, "${ without its }; a plain dollar sign is written $$");
	else
		err_set(err, ERR_PARSE,
			"${%.*s} is no name of a value; names are like ${replicas}, entries of a "
			"map like ${addresses[member]}",
			(int)strcspn(s, "}") > 40 ? 40 : (int)strcspn(s, "}"), s);
	return 0;
}

/* One ${...}: the name of a value, or of a map and of the value that names its entry. */
struct use {
	const char *name;
	size_t n;
	const char *key; /* NULL: the value itself */
	size_t n_key;
	size_t offset;   /* of name in the text */
};

/* Calls `plain` for runs of text and `use` for names; either may be NULL. */
struct walk {
	int (*plain)(void *ctx, const char *s, size_t n);
	int (*use)(void *ctx, const struct use *u);
	void *ctx;
};

static int walk_use(const char *text, const char **s, const struct walk *w, struct err *err)
{
	struct use u = { .name = *s + 2 };
	size_t map, n = name_len(u.name, &map, err);

	if (!n)
		return ERR_PARSE;
	u.n = map ? map : n;
	u.offset = (size_t)(u.name - text);
	if (map) {
		u.key = u.name + map + 1;
		u.n_key = n - map - 2;
	}
	*s += n + 3;
	return w->use ? w->use(w->ctx, &u) : 0;
}

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
			rc = walk_use(text, &s, w, err);
		} else {
			rc = w->plain ? w->plain(w->ctx, s, 1) : 0;
			s += s[1] == '$' ? 2 : 1;
		}
	}
	return rc;
}

/* --- naming ---------------------------------------------------------------------------------- */

struct naming {
	fill_name_fn *fn;
	void *ctx;
};

static int tell_names(void *ctx, const struct use *u)
{
	const struct naming *t = ctx;
	int rc;

	if (!u->key)
		return t->fn(t->ctx, FILL_VALUE, u->name, u->n, u->offset);
	rc = t->fn(t->ctx, FILL_MAP, u->name, u->n, u->offset);
	return rc ? rc : t->fn(t->ctx, FILL_KEY, u->key, u->n_key, u->offset + u->n + 1);
}

int fill_names(const char *text, fill_name_fn *fn, void *ctx, struct err *err)
{
	static const struct walk only_check = { NULL, NULL, NULL };
	struct naming t = { fn, ctx };
	struct walk w = { .use = fn ? tell_names : NULL, .ctx = &t };
	int rc = walk_text(text, &only_check, err);

	return rc ? rc : walk_text(text, &w, err);
}

/* --- filling --------------------------------------------------------------------------------- */

struct filling {
	struct buf *out;
	const struct binding *b;
	size_t n;
	bool unknown; /* something in it was */
	struct err *err;
	const char *text;
	bool for_eyes;
	size_t lines; /* of the list or map that is being written */
};

static int fill_plain(void *ctx, const char *s, size_t n)
{
	struct filling *f = ctx;

	if (buf_add(f->out, s, n))
		return err_set(f->err, ERR_LIMIT, "the filled text is longer than %zu bytes",
			       f->out->max);
	return 0;
}

static const struct value *find(struct filling *f, const char *name, size_t n)
{
	const struct value *v;
	char id[LIMIT_ID_BYTES + 1];

	memcpy(id, name, n);
	id[n] = '\0';
	v = binding_find(f->b, f->n, id);
	if (!v)
		err_set(f->err, ERR_NOTFOUND, "${%s}: no value of that name here", id);
	return v;
}

static bool shows(const struct value *v)
{
	return v->known && !v->secret && v->text;
}

/* "(name unknown)", "(map[entry] unknown)", "(name hidden)". */
static int fill_gone(struct filling *f, const char *name, size_t n, const char *entry, bool hidden)
{
	int rc = fill_plain(f, "(", 1);

	f->unknown = true;
	rc = rc ? rc : fill_plain(f, name, n);
	if (!rc && entry)
		rc = fill_plain(f, "[", 1);
	if (!rc && entry)
		rc = fill_plain(f, entry, strlen(entry));
	if (!rc && entry)
		rc = fill_plain(f, "]", 1);
	return rc ? rc : fill_plain(f, hidden ? " hidden)" : " unknown)", hidden ? 8 : 9);
}

static int fill_entry(struct filling *f, const struct use *u, const struct value *map,
		      const struct value *key)
{
	struct json *doc = NULL;
	const struct json *entry;
	struct buf text = BUF_INIT;
	int rc;

	if (json_parse(map->text, strlen(map->text), &doc, NULL))
		return fill_gone(f, u->name, u->n, NULL, false);
	entry = json_get(doc, key->text);
	if (!entry || json_is_null(entry)) {
		rc = fill_gone(f, u->name, u->n, key->text, false);
	} else if (json_text(entry)) {
		rc = fill_plain(f, json_text(entry), strlen(json_text(entry)));
	} else {
		json_dump(&text, entry);
		rc = fill_plain(f, buf_str(&text), text.len);
	}
	buf_release(&text);
	json_free(doc);
	return rc;
}

/* "${name}" is a line of the text, and not all of it. */
static bool has_its_line(const struct filling *f, const struct use *u)
{
	const char *from = u->name - 2, *to = u->name + u->n + 1;
	bool begins = from == f->text, ends = !*to;

	return f->for_eyes && (begins || from[-1] == '\n') && (ends || *to == '\n') &&
	       !(begins && ends);
}

static int fill_line(void *ctx, const char *key, const struct json *v)
{
	struct filling *f = ctx;
	struct buf line = BUF_INIT;
	int rc;

	buf_adds(&line, f->lines++ ? "\n" : "");
	if (key)
		buf_addf(&line, "%s: ", key);
	if (json_text(v))
		buf_adds(&line, json_text(v));
	else if (json_is_null(v))
		buf_adds(&line, "(unknown)");
	else
		json_dump(&line, v);
	rc = fill_plain(f, buf_str(&line), line.len);
	buf_release(&line);
	return rc;
}

static int fill_lines(struct filling *f, const struct value *v)
{
	struct json *doc = NULL;
	int rc = 0;

	if (json_parse(v->text, strlen(v->text), &doc, NULL))
		return fill_plain(f, v->text, strlen(v->text));
	f->lines = 0;
	if (v->type == VALUE_MAP)
		rc = json_each(doc, fill_line, f);
	for (size_t i = 0; !rc && v->type == VALUE_LIST && i < json_len(doc); i++)
		rc = fill_line(f, NULL, json_at(doc, i));
	json_free(doc);
	return rc || f->lines ? rc : fill_plain(f, "(none)", 6);
}

static int fill_use(void *ctx, const struct use *u)
{
	struct filling *f = ctx;
	const struct value *v = find(f, u->name, u->n);
	const struct value *key = v && u->key ? find(f, u->key, u->n_key) : NULL;

	if (!v || (u->key && !key))
		return ERR_NOTFOUND;
	if (!shows(v))
		return fill_gone(f, u->name, u->n, NULL, v->secret);
	if (!key && (v->type == VALUE_MAP || v->type == VALUE_LIST) && has_its_line(f, u))
		return fill_lines(f, v);
	if (!key)
		return fill_plain(f, v->text, strlen(v->text));
	if (!shows(key))
		return fill_gone(f, u->key, u->n_key, NULL, key->secret);
	return fill_entry(f, u, v, key);
}

static int fill(struct filling *f, bool *ret_known)
{
	const struct walk w = { fill_plain, fill_use, f };
	struct buf *out = f->out;
	size_t before = out->len;
	int rc = walk_text(f->text, &w, f->err);

	if (rc && out->data) {
		out->len = before;
		out->data[before] = '\0';
	}
	if (!rc)
		*ret_known = !f->unknown;
	return rc;
}

int fill_known(struct buf *out, const char *text, const struct binding *b, size_t n,
	       bool *ret_known, struct err *err)
{
	return fill(&(struct filling){ .out = out, .b = b, .n = n, .err = err, .text = text },
		    ret_known);
}

int fill_text(struct buf *out, const char *text, const struct binding *b, size_t n,
	      struct err *err)
{
	bool known;

	return fill(&(struct filling){ .out = out, .b = b, .n = n, .err = err, .text = text,
				       .for_eyes = true }, &known);
}
