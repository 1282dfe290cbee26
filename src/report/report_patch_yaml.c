/* Where a change goes in the text of a YAML file. What is not sure to be right is not tried: the
 * runbook that comes out is read again by who asks. */
#include "report_patch.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "place.h"

enum { WIDTH = 100, LEAST = 40 };

/* --- lines ------------------------------------------------------------------------------------ */

static const struct diff_line *line_at(const struct diff *d, int line)
{
	return line > 0 && (size_t)line <= d->n_lines ? &d->lines[line - 1] : NULL;
}

/* Without its end. */
static size_t length(const struct diff_line *l)
{
	size_t n = l->n;

	while (n && (l->s[n - 1] == '\n' || l->s[n - 1] == '\r'))
		n--;
	return n;
}

static size_t indent(const struct diff_line *l)
{
	size_t n = 0, len = length(l);

	while (n < len && l->s[n] == ' ')
		n++;
	return n;
}

static const char *eol(const struct diff_line *l)
{
	return l->n > 1 && l->s[l->n - 1] == '\n' && l->s[l->n - 2] == '\r' ? "\r\n" : "\n";
}

/* Columns are characters. */
static size_t offset(const struct diff_line *l, int col)
{
	size_t at = 0;

	for (int c = 1; at < l->n; at++) {
		if (((unsigned char)l->s[at] & 0xc0) == 0x80)
			continue;
		if (c++ == col)
			return at;
	}
	return l->n;
}

static struct patch_edit none(const char *why)
{
	return (struct patch_edit){ .why = why };
}

/* --- comments --------------------------------------------------------------------------------- */

/* As much of s as a line of `room` bytes takes, cut between words. */
static size_t piece(const char *s, size_t room)
{
	size_t n = strcspn(s, "\n"), cut = n;

	if (n <= room)
		return n;
	for (cut = room; cut > room / 2 && s[cut] != ' '; cut--)
		;
	if (s[cut] != ' ')
		for (cut = room; cut < n && ((unsigned char)s[cut] & 0xc0) == 0x80; cut++)
			;
	return cut;
}

struct patch_edit report_patch_comment(const struct diff *d, struct place at, const char *text)
{
	const struct diff_line *l = line_at(d, at.line);
	struct buf out = BUF_INIT;
	size_t in, room;

	if (!l)
		return none("its place in the file is not known");
	in = indent(l);
	if (l->s[in] != '-' && in != offset(l, at.col))
		return none("the step does not begin its line");
	room = in + LEAST < WIDTH ? WIDTH - in - strlen("#   ") : LEAST;
	for (bool first = true; *text; first = false) {
		size_t n = piece(text, room);

		buf_addf(&out, "%*s#%s", (int)in, "", !n ? "" : first ? " " : "   ");
		buf_add(&out, text, n);
		buf_adds(&out, eol(l));
		text += n;
		text += *text == '\n' || *text == ' ';
	}
	return (struct patch_edit){ .at = (size_t)at.line - 1, .text = buf_take(&out) };
}

/* --- scalars ---------------------------------------------------------------------------------- */

/* Plain where nothing in it means anything to YAML in any place. */
static bool is_plain(const char *s)
{
	static const char first[] = "-?:,[]{}#&*!|>'\"%@` ";

	if (!*s || strchr(first, *s) || s[strlen(s) - 1] == ' ')
		return false;
	for (; *s; s++)
		if (strchr(",[]{}#\n\t\r", *s) || (*s == ':' && (s[1] == ' ' || !s[1])))
			return false;
	return true;
}

static void put_quoted(struct buf *out, const char *s)
{
	buf_addc(out, '\'');
	for (; *s; s++)
		buf_addf(out, *s == '\'' ? "''" : "%c", *s);
	buf_addc(out, '\'');
}

/* How many bytes the scalar at s takes up, where it stands whole on its line; 0: it does not. */
static size_t scalar_length(const char *s, size_t n, const char *old)
{
	size_t len = strlen(old), i = 1;

	if (n && *s == '\'') {
		for (; i < n; i++)
			if (s[i] == '\'' && !(i + 1 < n && s[i + 1] == '\''))
				return i + 1;
			else if (s[i] == '\'')
				i++;
		return 0;
	}
	if (n && *s == '"') {
		for (; i < n && s[i] != '"'; i++)
			if (s[i] == '\\')
				return 0;
		return i < n ? i + 1 : 0;
	}
	if (!len || len > n || memcmp(s, old, len) != 0)
		return 0;
	return len == n || strchr(" ,]}", s[len]) ? len : 0;
}

/* One line for one line; what stands before and behind stays. */
static struct patch_edit in_line(const struct diff_line *l, size_t at, struct place place,
				 const char *old, const char *text)
{
	size_t len = length(l), took = scalar_length(l->s + at, len - at, old);
	struct buf out = BUF_INIT;

	if (!took)
		return none("what stands there goes over several lines");
	buf_add(&out, l->s, at);
	if (is_plain(text))
		buf_adds(&out, text);
	else
		put_quoted(&out, text);
	buf_add(&out, l->s + at + took, len - at - took);
	buf_adds(&out, eol(l));
	return (struct patch_edit){ (size_t)place.line - 1, 1, buf_take(&out), NULL };
}

/* The lines of a block scalar whose head is the line before; blank ones at its end stay. */
static size_t block_lines(const struct diff *d, size_t from, size_t key)
{
	size_t n = 0;

	for (size_t i = from; i < d->n_lines; i++) {
		const struct diff_line *l = &d->lines[i];

		if (!length(l) || indent(l) == length(l))
			continue;
		if (indent(l) <= key)
			break;
		n = i + 1 - from;
	}
	return n;
}

static void put_lines(struct buf *out, const char *text, size_t in, const char *end)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (n)
			buf_addf(out, "%*s", (int)in, "");
		buf_add(out, text, n);
		buf_adds(out, end);
		text += n + (text[n] == '\n');
	}
}

/* A block: head says how it began, so that a newline at its end stays one. */
static struct patch_edit as_block(const struct diff *d, struct place key, struct place place,
				  size_t at, const char *old, const char *text)
{
	const struct diff_line *l = line_at(d, place.line);
	size_t key_at = offset(line_at(d, key.line), key.col), first = (size_t)place.line;
	size_t in = key_at + 2, n = block_lines(d, first, key_at);
	bool was_block = l->s[at] == '|' || l->s[at] == '>';
	struct buf out = BUF_INIT;

	if (*text == ' ' || strpbrk(text, "\t\r"))
		return none("its text has blanks that YAML does not keep");
	if (!was_block && (n || scalar_length(l->s + at, length(l) - at, old) != length(l) - at))
		return none("what stands there goes over several lines");
	for (size_t i = first; was_block && i < first + n; i++)
		if (length(&d->lines[i])) {
			in = indent(&d->lines[i]);
			break;
		}
	buf_add(&out, l->s, at);
	buf_adds(&out, was_block && l->s[at + 1] != '-' ? "|" : "|-");
	buf_adds(&out, eol(l));
	if (out.len == l->n && memcmp(out.data, l->s, l->n) == 0) { /* the head stays */
		buf_clear(&out);
		put_lines(&out, text, in, eol(l));
		return (struct patch_edit){ first, n, buf_take(&out), NULL };
	}
	put_lines(&out, text, in, eol(l));
	return (struct patch_edit){ first - 1, 1 + (was_block ? n : 0), buf_take(&out), NULL };
}

struct patch_edit report_patch_scalar(const struct diff *d, struct place key, struct place at,
				      const char *old, const char *text)
{
	const struct diff_line *l = line_at(d, at.line);
	size_t from = l ? offset(l, at.col) : 0;

	if (!l || from >= length(l) || !line_at(d, key.line))
		return none("its place in the file is not known");
	if (l->s[from] == '|' || l->s[from] == '>' || strchr(text, '\n'))
		return key.line == at.line ? as_block(d, key, at, from, old, text)
					   : none("what stands there goes over several lines");
	return in_line(l, from, at, old, text);
}
