/* Searching, in slices. What is found is a line. */
#include <ctype.h>
#include <string.h>

#include "clock.h"
#include "pagerint.h"
#include "str.h"

enum { BACK_READ = 4 * PAGER_READ }; /* chunks of the record are unpacked from their begin */

static unsigned char folded(const struct pager_search *f, char c)
{
	return f->fold && c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : (unsigned char)c;
}

/* Case makes a difference where the word has a capital. */
void pager_find_word(struct pager *p, const char *word)
{
	struct pager_search *f = &p->find;
	size_t n;

	str_clip(f->word, sizeof f->word, word);
	n = strlen(f->word);
	f->fold = true;
	for (size_t i = 0; i < n; i++)
		if (isupper((unsigned char)f->word[i]))
			f->fold = false;
	memset(f->skip, (int)n, sizeof f->skip);
	for (size_t i = 0; i + 1 < n; i++) {
		unsigned char c = (unsigned char)f->word[i];

		f->skip[c] = (unsigned char)(n - 1 - i);
		if (f->fold && islower(c))
			f->skip[toupper(c)] = (unsigned char)(n - 1 - i);
	}
}

int64_t pager_find_in(const struct pager_search *f, const char *s, size_t n)
{
	size_t len = strlen(f->word), at = 0;

	if (!len)
		return -1;
	while (at + len <= n) {
		size_t i = len;

		while (i && folded(f, s[at + i - 1]) == (unsigned char)f->word[i - 1])
			i--;
		if (!i)
			return (int64_t)at;
		at += f->skip[(unsigned char)s[at + len - 1]];
	}
	return -1;
}

void pager_find_begin(struct pager *p, int64_t from, bool back)
{
	struct pager_search *f = &p->find;

	f->on = true;
	f->back = back;
	f->wrapped = false;
	f->at = f->from = from;
}

static bool line_has(struct pager *p, const char *s, size_t n)
{
	if (p->raw || !pager_tangled(s, n))
		return pager_find_in(&p->find, s, n) >= 0;
	buf_clear(&p->clean);
	pager_clean(s, n, &p->clean);
	return pager_find_in(&p->find, buf_str(&p->clean), p->clean.len) >= 0;
}

/* Bytes up to the end of the last line of s that has one. */
static size_t whole_lines(const char *s, size_t n)
{
	const char *feed = memrchr(s, '\n', n);

	return feed ? (size_t)(feed - s) + 1 : 0;
}

/* The lines of p->work, which begins at byte `from` and counts up to `end`. Returns the begin of
 * the first that has it (last: of the last), or -1; *ret_done gets where the lines end. */
static int64_t look(struct pager *p, int64_t from, int64_t end, bool last, int64_t *ret_done)
{
	const char *s = buf_str(&p->work);
	size_t n = p->work.len, i = 0, len;
	bool whole = !p->raw && pager_tangled(s, n);
	int64_t next = -1, found = -1;

	/* mostly it is in none of them, and that is soon seen */
	if (!whole)
		next = pager_find_in(&p->find, s, n);
	if (!whole && next < 0)
		i = whole_lines(s, from + (int64_t)n > end ? (size_t)(end - from) : n);
	while (i < n && from + (int64_t)i < end) {
		bool has;

		len = pager_break(s + i, n - i, from + (int64_t)i, from + (int64_t)n >= p->size);
		if (!len)
			break;
		has = whole ? line_has(p, s + i, len) :
		      next >= (int64_t)i && next < (int64_t)(i + len) && line_has(p, s + i, len);
		if (has)
			found = from + (int64_t)i;
		if (has && !last)
			break;
		i += len;
		if (!whole && next >= 0 && next < (int64_t)i) {
			next = pager_find_in(&p->find, s + i, n - i);
			next = next < 0 ? -1 : next + (int64_t)i;
		}
	}
	*ret_done = from + (int64_t)i;
	return found;
}

static void found(struct pager *p, int64_t line)
{
	p->find.on = false;
	p->find.hit = line;
}

static void failed(struct pager *p)
{
	char word[PAGER_WORD_MAX + 1];

	p->find.on = false;
	scene_say(p->t, "Nothing here says \"%s\".",
		  str_clip(word, 60, p->find.word));
}

/* Over the end: on from the other one, up to where it began. */
static void wrap(struct pager *p)
{
	struct pager_search *f = &p->find;

	if (f->wrapped) {
		failed(p);
		return;
	}
	f->wrapped = true;
	f->at = f->back ? p->size : 0;
}

static void step_forward(struct pager *p)
{
	struct pager_search *f = &p->find;
	int64_t end = f->wrapped ? f->from : p->size, line, done;

	buf_clear(&p->work);
	if (f->at < end)
		pager_read(p, f->at, PAGER_READ, &p->work);
	line = look(p, f->at, end, false, &done);
	if (line >= 0)
		found(p, line);
	else if (done <= f->at || done >= end)
		wrap(p);
	else
		f->at = done;
}

static void step_back(struct pager *p)
{
	struct pager_search *f = &p->find;
	int64_t low = f->wrapped ? f->from : 0, from, line, done;

	if (f->at <= low) {
		wrap(p);
		return;
	}
	from = f->at > BACK_READ ? pager_line(p, f->at - BACK_READ) : 0;
	buf_clear(&p->work);
	pager_read(p, from, (size_t)(f->at - from), &p->work);
	line = look(p, from, f->at, true, &done);
	if (line >= low)
		found(p, line);
	else
		f->at = from;
}

void pager_find_slice(struct pager *p, int64_t end_ns)
{
	while (p->find.on && clock_now().boot < end_ns)
		if (p->find.back)
			step_back(p);
		else
			step_forward(p);
}

int pager_find_percent(const struct pager *p)
{
	const struct pager_search *f = &p->find;
	int64_t done = f->back ? f->from - f->at : f->at - f->from;

	if (f->wrapped)
		done += p->size;
	return p->size > 0 ? (int)(done * 100 / p->size) : 100;
}
