/* Where a node stands in the bytes of its file. libyaml counts characters; its idea of a line end is
 * followed here, so that its places and ours agree. */
#include "doc.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "mem.h"
#include "utf8.h"

struct place doc_place(const struct doc *d, const struct node *n)
{
	return (struct place){ d->path, n->line, n->col };
}

void doc_release(struct doc *d)
{
	free(d->lines);
	d->lines = NULL;
	d->n_lines = 0;
}

/* Bytes of the line end at s, 0 for none. A NUL stands behind the text, so s[1] and s[2] are safe. */
static size_t line_end(const char *s)
{
	if (s[0] == '\n')
		return 1;
	if (s[0] == '\r')
		return s[1] == '\n' ? 2 : 1;
	if (s[0] == '\xc2')
		return s[1] == '\x85' ? 2 : 0;
	if (s[0] == '\xe2' && s[1] == '\x80')
		return s[2] == '\xa8' || s[2] == '\xa9' ? 3 : 0;
	return 0;
}

static bool has_bom(const struct doc *d)
{
	return d->n >= 3 && memcmp(d->text, "\xef\xbb\xbf", 3) == 0;
}

static void make_lines(struct doc *d)
{
	if (d->lines)
		return;
	size_t cap = 256;
	d->lines = mem_grow(NULL, cap, sizeof(*d->lines));
	d->lines[d->n_lines++] = has_bom(d) ? 3 : 0;
	for (size_t i = 0; i < d->n;) {
		size_t len = line_end(d->text + i);
		if (!len) {
			i++;
			continue;
		}
		i += len;
		if (d->n_lines == cap) {
			cap *= 2;
			d->lines = mem_grow(d->lines, cap, sizeof(*d->lines));
		}
		d->lines[d->n_lines++] = i;
	}
}

static size_t char_len(const struct doc *d, size_t at)
{
	uint32_t cp;
	size_t len = utf8_decode(d->text + at, d->n - at, &cp);
	return len ? len : 1;
}

size_t doc_offset(struct doc *d, int line, int col)
{
	make_lines(d);
	if (line < 1 || (size_t)line > d->n_lines)
		return d->n;
	size_t at = d->lines[line - 1];
	while (--col > 0 && at < d->n)
		at += (unsigned char)d->text[at] < 0x80 ? 1 : char_len(d, at);
	return at;
}

struct place doc_at(const struct doc *d, size_t offset)
{
	struct place p = { d->path, 1, 1 };
	size_t at = has_bom(d) && offset >= 3 ? 3 : 0;
	while (at < offset && at < d->n) {
		size_t len = line_end(d->text + at);
		p.line += len > 0;
		p.col = len ? 1 : p.col + 1;
		at += len ? len : char_len(d, at);
	}
	return p;
}

/* --- inside a scalar -------------------------------------------------------------------------- */

struct walk {
	const struct doc *d;
	size_t at;     /* in the file */
	int line, col;
	char quote;    /* ' or ", or NUL */
	size_t indent; /* block: columns that every line loses; else all its blanks */
	bool block;
};

static void step_over(struct walk *w)
{
	size_t len = line_end(w->d->text + w->at);
	if (len) {
		w->line++;
		w->col = 1;
		w->at += len;
	} else {
		w->col++;
		w->at += char_len(w->d, w->at);
	}
}

static void skip_indent(struct walk *w)
{
	const char *text = w->d->text;
	for (size_t n = 0; text[w->at] == ' ' || (!w->block && text[w->at] == '\t'); n++) {
		if (w->block && n >= w->indent)
			return;
		step_over(w);
	}
}

static void enter_block(struct walk *w)
{
	const char *text = w->d->text;
	size_t explicit_indent = 0;
	for (; w->at < w->d->n && !line_end(text + w->at); step_over(w))
		if (text[w->at] >= '1' && text[w->at] <= '9' && !explicit_indent)
			explicit_indent = (size_t)(text[w->at] - '0');
	step_over(w);
	w->block = true;
	size_t i = w->at, blanks = 0;
	while (i < w->d->n && (text[i] == ' ' || line_end(text + i))) {
		blanks = text[i] == ' ' ? blanks + 1 : 0;
		i++;
	}
	w->indent = blanks;
	/* an explicit indicator counts from the parent's column, which is not known here */
	if (explicit_indent && explicit_indent < blanks)
		w->indent = explicit_indent;
	skip_indent(w);
}

/* Steps over what stands for one byte of text (or several of one character); false when lost. */
static bool follow(struct walk *w, char value)
{
	const char *s = w->d->text + w->at;
	if (w->at >= w->d->n)
		return false;
	while (line_end(s) && value != '\n' && value != ' ') {
		step_over(w);
		skip_indent(w);
		s = w->d->text + w->at;
	}
	if (line_end(s)) {
		step_over(w);
		skip_indent(w);
		return true;
	}
	if (w->quote == '\'' && s[0] == '\'' && s[1] == '\'')
		step_over(w);
	else if (w->quote == '"' && s[0] == '\\' && (s[1] == value || s[1] == 'n' || s[1] == 't'))
		step_over(w);
	else if (s[0] != value)
		return false;
	if (((unsigned char)value & 0xc0) == 0x80)
		return true; /* the rest of a character that was stepped over whole */
	step_over(w);
	return true;
}

struct place doc_inside(struct doc *d, struct place at, const char *s, size_t offset)
{
	struct walk w = { .d = d, .at = doc_offset(d, at.line, at.col), .line = at.line,
			  .col = at.col };
	char c = w.at < d->n ? d->text[w.at] : '\0';
	if (c == '|' || c == '>') {
		enter_block(&w);
	} else if (c == '\'' || c == '"') {
		w.quote = c;
		step_over(&w);
	}
	for (size_t i = 0; i < offset && s[i]; i++) {
		if (((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		if (!follow(&w, s[i]))
			return at;
	}
	return (struct place){ at.file, w.line, w.col };
}

/* --- traps, source --------------------------------------------------------------------------- */

size_t doc_comment(struct doc *d, const struct node *n)
{
	if (n->kind != NODE_SCALAR || n->style != NODE_PLAIN || !n->len)
		return d->n;
	size_t at = doc_offset(d, n->end_line, n->end_col), from = at;
	while (at < d->n && (d->text[at] == ' ' || d->text[at] == '\t'))
		at++;
	return at > from && d->text[at] == '#' ? at : d->n;
}

/* Where the last thing inside a node ends: block containers end where the next token starts, which
 * takes in the comments in between. */
static const struct node *last_inside(const struct node *n)
{
	while (n->last && !n->flow)
		n = n->last;
	return n;
}

static const char *dedent(const char *s, size_t n, size_t indent, struct arena *arena)
{
	struct buf out = BUF_INIT;
	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	for (size_t i = 0; i < n;) {
		const char *nl = memchr(s + i, '\n', n - i);
		size_t len = nl ? (size_t)(nl - s) - i + 1 : n - i;
		buf_add(&out, s + i, len);
		i += len;
		for (size_t skip = 0; skip < indent && i < n && s[i] == ' '; skip++)
			i++;
	}
	char *kept = arena_dupn(arena, buf_str(&out), out.len);
	buf_release(&out);
	return kept;
}

const char *doc_source(struct doc *d, const struct node *n, struct arena *arena)
{
	const struct node *last = last_inside(n);
	size_t from = doc_offset(d, n->line, n->col);
	size_t to = n->cut ? d->n : doc_offset(d, last->end_line, last->end_col);
	if (to < from)
		to = from;
	return dedent(d->text + from, to - from, (size_t)n->col - 1, arena);
}

const char *doc_rest(struct doc *d, struct arena *arena)
{
	size_t from = doc_offset(d, d->end_line, d->end_col);
	while (from < d->n && strchr(" \t\r\n", d->text[from]))
		from++;
	return from < d->n ? dedent(d->text + from, d->n - from, 0, arena) : NULL;
}

bool doc_line_is_shell(struct doc *d, int line)
{
	static const char *const keys[] = { "run", "when", "expect", "if_not", "check", "wait",
					    "probe", "repair", "verify", "undo", "lines_of" };
	size_t from = doc_offset(d, line, 1);
	size_t n = 0;
	while (from + n < d->n && !line_end(d->text + from + n))
		n++;
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		size_t len = strlen(keys[k]);
		for (size_t i = 0; i + len + 2 < n; i++) {
			const char *s = d->text + from + i;
			if (memcmp(s, keys[k], len) || s[len] != ':' || s[len + 1] != ' ')
				continue;
			if (i == 0 || strchr(" -{,", s[-1]))
				return s[len + 2] != '|' && s[len + 2] != '>';
		}
	}
	return false;
}

const struct node *doc_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *v = map->first; v; v = v->next)
		if (v->key->kind == NODE_SCALAR && strcmp(v->key->s, key) == 0)
			return v;
	return NULL;
}
