/* Where a node stands in the bytes of its file. libyaml counts characters; its idea of a line end
 * is followed here, so that its places and ours agree. */
#include "doc.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "mem.h"
#include "utf8.h"

struct place doc_place(const struct doc *d, const struct node *n)
{
	return (struct place){ n->file ? n->file : d->path, n->line, n->col };
}

enum { DOC_STRIDE = 64 };

struct doc_line {
	size_t offset, character; /* of its first byte */
};

void doc_release(struct doc *d)
{
	free(d->lines);
	free(d->marks);
	d->lines = NULL;
	d->marks = NULL;
	d->n_lines = d->n_marks = 0;
}

/* Bytes of the line end at s, 0 for none. A NUL stands behind the text: s[1] and s[2] are safe. */
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

static size_t char_len(const struct doc *d, size_t at)
{
	uint32_t cp;
	if ((unsigned char)d->text[at] < 0x80)
		return 1;
	size_t len = utf8_decode(d->text + at, d->n - at, &cp);
	return len ? len : 1;
}

static void add_line(struct doc *d, size_t *cap, size_t offset, size_t character)
{
	if (d->n_lines == *cap) {
		*cap = *cap ? *cap * 2 : 256;
		d->lines = mem_grow(d->lines, *cap, sizeof(*d->lines));
	}
	d->lines[d->n_lines++] = (struct doc_line){ offset, character };
}

/* One walk over the file; a byte order mark counts for nothing, as with libyaml. */
static void measure(struct doc *d)
{
	if (d->lines)
		return;
	bool bom = d->n >= 3 && memcmp(d->text, "\xef\xbb\xbf", 3) == 0;
	size_t cap = 0, at = bom ? 3 : 0, character = 0;
	d->marks = mem_grow(NULL, d->n / DOC_STRIDE + 1, sizeof(*d->marks));
	add_line(d, &cap, at, 0);
	while (at < d->n) {
		if (character % DOC_STRIDE == 0)
			d->marks[d->n_marks++] = at;
		bool crlf = d->text[at] == '\r' && d->text[at + 1] == '\n';
		bool ends = !crlf && line_end(d->text + at);
		at += char_len(d, at);
		character++;
		if (ends)
			add_line(d, &cap, at, character);
	}
}

size_t doc_offset(struct doc *d, size_t character)
{
	if (d->ascii)
		return character < d->n ? character : d->n;
	measure(d);
	if (character / DOC_STRIDE >= d->n_marks)
		return d->n;
	size_t at = d->marks[character / DOC_STRIDE];
	for (size_t left = character % DOC_STRIDE; left && at < d->n; left--)
		at += char_len(d, at);
	return at;
}

static size_t character_of(const struct doc *d, size_t offset)
{
	size_t low = 0, high = d->n_marks;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (d->marks[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	size_t character = low * DOC_STRIDE;
	for (size_t at = d->n_marks ? d->marks[low] : offset; at < offset; at += char_len(d, at))
		character++;
	return character;
}

struct place doc_at(struct doc *d, size_t offset)
{
	measure(d);
	size_t low = 0, high = d->n_lines;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;
		if (d->lines[mid].offset <= offset)
			low = mid;
		else
			high = mid;
	}
	size_t character = character_of(d, offset), first = d->lines[low].character;
	return (struct place){ d->path, (int)low + 1,
			       (int)(character > first ? character - first : 0) + 1 };
}

static size_t offset_at(struct doc *d, struct place at)
{
	measure(d);
	if (at.line < 1 || (size_t)at.line > d->n_lines)
		return d->n;
	return doc_offset(d, d->lines[at.line - 1].character + (size_t)(at.col ? at.col - 1 : 0));
}

/* --- inside a scalar ------------------------------------------------------------------------- */

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
	struct walk w = { .d = d, .at = offset_at(d, at), .line = at.line, .col = at.col };
	char c = w.at < d->n ? d->text[w.at] : '\0';
	if (c == '|' || c == '>') {
		enter_block(&w);
	} else if (c == '\'' || c == '"') {
		w.quote = c;
		step_over(&w);
	}
	offset = strnlen(s, offset);
	for (size_t i = 0; i < offset; i++) {
		if (((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		if (!follow(&w, s[i]))
			return at;
	}
	while (s[offset] && s[offset] != '\n' && s[offset] != ' ' && w.at < d->n &&
	       line_end(d->text + w.at)) {
		step_over(&w);
		skip_indent(&w);
	}
	return (struct place){ at.file, w.line, w.col };
}

/* --- traps, source --------------------------------------------------------------------------- */

size_t doc_comment(struct doc *d, const struct node *n)
{
	if (n->kind != NODE_SCALAR || n->style != NODE_PLAIN || !n->len)
		return d->n;
	size_t at = doc_offset(d, n->to), from = at;
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
	size_t from = doc_offset(d, n->from);
	size_t to = n->cut ? d->n : doc_offset(d, last->to);
	size_t indent = (size_t)n->col - 1;
	if (to < from)
		to = from;
	if (n->file) /* its place is that of what it was made from */
		for (indent = 0; indent < from && d->text[from - indent - 1] != '\n'; indent++)
			;
	return dedent(d->text + from, to - from, indent, arena);
}

const char *doc_rest(struct doc *d, struct arena *arena)
{
	size_t from = doc_offset(d, d->end);
	while (from < d->n && strchr(" \t\r\n", d->text[from]))
		from++;
	return from < d->n ? dedent(d->text + from, d->n - from, 0, arena) : NULL;
}

enum { SHELL_LINE_MAX = 2000 }; /* longer ones are not looked at for a hint */

bool doc_line_is_shell(struct doc *d, int line)
{
	static const char *const keys[] = { "run", "when", "expect", "if_not", "check", "wait",
					    "probe", "repair", "verify", "undo", "lines_of",
					    "shows_state" };
	size_t from = offset_at(d, (struct place){ d->path, line, 1 });
	size_t n = 0;
	while (from + n < d->n && !line_end(d->text + from + n))
		n++;
	if (n > SHELL_LINE_MAX)
		return false;
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
