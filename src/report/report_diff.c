#include "report_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

enum { CONTEXT = 3 };

/* --- edits ------------------------------------------------------------------------------------ */

void report_diff_init(struct diff *d, const char *path, const char *bytes, size_t n)
{
	size_t cap = 0;

	*d = (struct diff){ .path = path };
	while (n) {
		const char *nl = memchr(bytes, '\n', n);
		size_t len = nl ? (size_t)(nl - bytes) + 1 : n;

		if (d->n_lines == cap) {
			cap = cap ? 2 * cap : 256;
			d->lines = mem_grow(d->lines, cap, sizeof *d->lines);
		}
		d->lines[d->n_lines++] = (struct diff_line){ bytes, len };
		bytes += len;
		n -= len;
	}
}

void report_diff_release(struct diff *d)
{
	for (size_t i = 0; i < d->n_edits; i++)
		free(d->edits[i].text);
	free(d->edits);
	free(d->lines);
	*d = (struct diff){ 0 };
}

static bool overlap(const struct diff_edit *e, size_t at, size_t removed)
{
	if (!removed && !e->removed)
		return false;
	if (!removed)
		return at > e->at && at < e->at + e->removed;
	if (!e->removed)
		return e->at > at && e->at < at + removed;
	return at < e->at + e->removed && e->at < at + removed;
}

bool report_diff_add(struct diff *d, size_t at, size_t removed, const char *text)
{
	size_t i = 0;

	if (at + removed > d->n_lines)
		return false;
	for (size_t k = 0; k < d->n_edits; k++)
		if (overlap(&d->edits[k], at, removed))
			return false;
	/* what is put in stands before what is taken out at the same line */
	while (i < d->n_edits && (d->edits[i].at < at ||
				  (d->edits[i].at == at && !d->edits[i].removed)))
		i++;
	d->edits = mem_grow(d->edits, d->n_edits + 1, sizeof *d->edits);
	memmove(&d->edits[i + 1], &d->edits[i], (d->n_edits - i) * sizeof *d->edits);
	d->edits[i] = (struct diff_edit){ at, removed, mem_dup(text) };
	d->n_edits++;
	return true;
}

void report_diff_drop(struct diff *d, size_t at, const char *text)
{
	for (size_t i = d->n_edits; i-- > 0;) {
		if (d->edits[i].at != at || strcmp(d->edits[i].text, text) != 0)
			continue;
		free(d->edits[i].text);
		memmove(&d->edits[i], &d->edits[i + 1], (d->n_edits - i - 1) * sizeof *d->edits);
		d->n_edits--;
		return;
	}
}

/* --- the new file ----------------------------------------------------------------------------- */

static void put_line(struct buf *out, const struct diff_line *l)
{
	buf_add(out, l->s, l->n);
}

static bool is_whole(const struct diff_line *l)
{
	return l->n && l->s[l->n - 1] == '\n';
}

void report_diff_apply(const struct diff *d, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < d->n_edits; i++) {
		while (at < d->edits[i].at)
			put_line(out, &d->lines[at++]);
		if (out->len && out->data[out->len - 1] != '\n')
			buf_addc(out, '\n');
		buf_adds(out, d->edits[i].text);
		at += d->edits[i].removed;
	}
	while (at < d->n_lines)
		put_line(out, &d->lines[at++]);
}

/* --- the diff --------------------------------------------------------------------------------- */

static void put(struct buf *out, char sign, const struct diff_line *l)
{
	buf_addc(out, sign);
	put_line(out, l);
	if (!is_whole(l))
		buf_adds(out, "\n\\ No newline at end of file\n");
}

static void put_text(struct buf *out, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, "\n");

		buf_addc(out, '+');
		buf_add(out, s, n);
		buf_addc(out, '\n');
		s += n + (s[n] == '\n');
	}
}

static size_t lines_of(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n' || !s[1];
	return n;
}

/* Edits from `i` up to, not with, the result stand so near to each other that they are one hunk. */
static size_t hunk_end(const struct diff *d, size_t i)
{
	size_t end = d->edits[i].at + d->edits[i].removed;

	for (i++; i < d->n_edits && d->edits[i].at <= end + 2 * CONTEXT; i++)
		end = d->edits[i].at + d->edits[i].removed;
	return i;
}

static void put_hunk(const struct diff *d, size_t first, size_t past, int64_t shift,
		     struct buf *out)
{
	const struct diff_edit *a = &d->edits[first], *z = &d->edits[past - 1];
	size_t from = a->at > CONTEXT ? a->at - CONTEXT : 0, to = z->at + z->removed + CONTEXT, at;
	size_t more = 0, less = 0;

	to = to > d->n_lines ? d->n_lines : to;
	for (size_t i = first; i < past; i++) {
		more += lines_of(d->edits[i].text);
		less += d->edits[i].removed;
	}
	buf_addf(out, "@@ -%zu,%zu +%lld,%zu @@\n", from + (to > from), to - from,
		 (long long)((int64_t)from + shift + 1), to - from - less + more);
	at = from;
	for (size_t i = first; i < past; i++) {
		while (at < d->edits[i].at)
			put(out, ' ', &d->lines[at++]);
		for (size_t k = 0; k < d->edits[i].removed; k++)
			put(out, '-', &d->lines[at++]);
		put_text(out, d->edits[i].text);
	}
	while (at < to)
		put(out, ' ', &d->lines[at++]);
}

void report_diff_print(const struct diff *d, struct buf *out)
{
	int64_t shift = 0;

	if (!d->n_edits)
		return;
	buf_addf(out, "--- ./%s\n+++ ./%s\n", d->path, d->path);
	for (size_t i = 0; i < d->n_edits;) {
		size_t past = hunk_end(d, i);

		put_hunk(d, i, past, shift, out);
		for (; i < past; i++)
			shift += (int64_t)lines_of(d->edits[i].text) - (int64_t)d->edits[i].removed;
	}
}
