#include "find_score.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fsio.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

enum {
	SCORE_ALERT = 4000,
	SCORE_TRIGGER = 3000,    /* and its length */
	SCORE_PART = 2000,       /* what was typed is part of a trigger */
	SCORE_TITLE = 1000,      /* the title has every word that was typed */
	SCORE_TITLE_PART = 500,  /* … has it as it was typed, inside a word perhaps */
	SCORE_TITLE_WORD = 60,
	SCORE_ABOUT_WORD = 5,
	PART_MIN = 4, WORD_MIN = 3,
	TYPED_MAX = 900,         /* below a whole title */
	TYPED_WORDS = 4,         /* what has more was pasted */
};

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void find_plain(struct buf *out, const char *s, size_t n)
{
	bool gap = false;

	for (size_t i = 0; i < n; i++) {
		char c = s[i] ? s[i] : ' ';

		if (blank(c)) {
			gap = true;
			continue;
		}
		if (gap && out->len)
			buf_addc(out, ' ');
		gap = false;
		buf_addc(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
	}
}

static char *plain(const char *s)
{
	struct buf b = BUF_INIT;

	find_plain(&b, s ? s : "", s ? strlen(s) : 0);
	return buf_take(&b);
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       (unsigned char)c >= 0x80;
}

/* Whether `word` (n bytes) stands in text, not as a part of a longer word. */
static bool has_word(const char *text, const char *word, size_t n)
{
	for (const char *at = text; n && (at = strstr(at, word)); at++) {
		if ((at == text || !word_char(at[-1])) && !word_char(at[n]))
			return true;
	}
	return false;
}

/* How many of the words stand in `in`. */
static int common_words(const char *in, const struct find_for *q)
{
	int found = 0;

	for (size_t i = 0; i < q->n_words; i++)
		found += has_word(in, q->words[i], strlen(q->words[i]));
	return found;
}

static int by_trigger(const struct find_trigger *t, const char *text)
{
	size_t n = strlen(t->plain);

	if (t->alert && has_word(text, t->plain, n))
		return SCORE_ALERT;
	if (!t->alert && n && strstr(text, t->plain))
		return SCORE_TRIGGER + (int)(n < 900 ? n : 900);
	return strlen(text) >= PART_MIN && strstr(t->plain, text) ? SCORE_PART : 0;
}

static int by_title(const struct find_in *f, const struct find_for *q)
{
	int n = common_words(f->title, q), score = SCORE_TITLE_WORD * n;

	if (n && n == (int)q->n_words)
		score += SCORE_TITLE;
	else if (strlen(q->text) >= PART_MIN && strstr(f->title, q->text))
		score += SCORE_TITLE_PART;
	else
		score += SCORE_ABOUT_WORD * common_words(f->about, q);
	return score < SCORE_PART ? score : SCORE_PART - 1;
}

static void say(struct buf *why, const char *a, const char *b)
{
	if (!why)
		return;
	buf_clear(why);
	buf_adds(why, a);
	buf_adds(why, b);
}

int find_score(const struct find_in *f, const struct find_for *q, struct buf *why)
{
	int best = *q->text ? by_title(f, q) : 0;

	if (best)
		say(why, best >= SCORE_TITLE_WORD ? "its title" : "what it is about", "");
	for (size_t i = 0; *q->text && i < f->n_triggers; i++) {
		const struct find_trigger *t = &f->triggers[i];
		int score = by_trigger(t, q->text);

		if (score <= best)
			continue;
		best = score;
		say(why, t->alert ? "alert " : "text ", t->shown);
	}
	return best;
}

/* --- while it is being typed ------------------------------------------------------------------ */

enum part { PART_NONE, PART_INSIDE, PART_BEGINS };

/* Whether `word` begins a word of text, or stands somewhere in it. */
static enum part part_of(const char *text, const char *word)
{
	enum part best = PART_NONE;

	for (const char *at = text; at && (at = strstr(at, word)); at++) {
		if (at == text || !word_char(at[-1]))
			return PART_BEGINS;
		best = word[1] ? PART_INSIDE : PART_NONE; /* a letter is in everything */
	}
	return best;
}

static int one_typed(const struct find_in *f, const char *word, const char *also,
		     const struct find_trigger **ret_by)
{
	static const int weights[][3] = {
		{ 0, 30, 60 }, /* the title */
		{ 0, 15, 30 }, /* a trigger */
		{ 0, 8, 12 },  /* owner, file name, how it stands */
		{ 0, 2, 5 },   /* what it is about */
	};
	int best = weights[0][part_of(f->title, word)], score;

	for (size_t i = 0; i < f->n_triggers; i++) {
		score = weights[1][part_of(f->triggers[i].plain, word)];
		if (score > best) {
			best = score;
			*ret_by = &f->triggers[i];
		}
	}
	if (best)
		return best;
	score = weights[2][part_of(f->more, word)];
	if (!score && also)
		score = weights[2][part_of(also, word)];
	return score ? score : weights[3][part_of(f->about, word)];
}

/* All words fit, or none counts. */
static int all_typed(const struct find_in *f, const char *text, const char *also,
		     const struct find_trigger **ret_by)
{
	char *copy = mem_dup(text), *rest = copy, *word;
	int sum = 0;

	while ((word = strsep(&rest, " "))) {
		int score = one_typed(f, word, also, ret_by);

		if (!score) {
			sum = 0;
			break;
		}
		sum += score;
	}
	free(copy);
	return sum < TYPED_MAX ? sum : TYPED_MAX;
}

int find_typed(const struct find_in *f, const struct find_for *q, const char *also,
	       struct buf *why)
{
	const struct find_trigger *by = NULL;
	int score = find_score(f, q, why), typed;

	if (!*q->text || score > TYPED_MAX || q->n_parts > TYPED_WORDS)
		return score;
	typed = all_typed(f, q->text, also, &by);
	say(why, !by ? "" : by->alert ? "alert " : "text ", by ? by->shown : "");
	return typed;
}

/* --- what is looked for ----------------------------------------------------------------------- */

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_words(struct find_for *q)
{
	size_t cap = 0, n = 0;
	char *s = q->copy;

	while (*s) {
		char *from;

		while (*s && !word_char(*s))
			s++;
		for (from = s; word_char(*s); s++)
			;
		if (s - from < WORD_MIN)
			continue;
		if (q->n_words == cap) {
			cap = cap ? 2 * cap : 16;
			q->words = mem_grow(q->words, cap, sizeof(*q->words));
		}
		q->words[q->n_words++] = from;
		if (*s)
			*s++ = '\0';
	}
	if (q->n_words)
		qsort(q->words, q->n_words, sizeof(*q->words), by_word);
	for (size_t i = 0; i < q->n_words; i++)
		if (!n || strcmp(q->words[n - 1], q->words[i]) != 0)
			q->words[n++] = q->words[i];
	q->n_words = n;
}

void find_for_make(struct find_for *ret, const char *s, size_t n)
{
	struct buf b = BUF_INIT;

	find_plain(&b, s, n);
	*ret = (struct find_for){ .text = buf_take(&b) };
	ret->copy = mem_dup(ret->text);
	ret->n_parts = *ret->text != '\0';
	for (const char *at = ret->text; *at; at++)
		ret->n_parts += *at == ' ';
	add_words(ret);
}

void find_for_release(struct find_for *q)
{
	free(q->text);
	free(q->copy);
	free(q->words);
	*q = (struct find_for){ 0 };
}

/* --- what it is found by ---------------------------------------------------------------------- */

static char *shown(const char *s)
{
	struct buf b = BUF_INIT;

	str_printable(&b, s, strlen(s), false);
	return buf_take(&b);
}

void find_in_make(struct find_in *ret, const struct runbook *rb)
{
	char *more = mem_printf("%s %s", rb->owner ? rb->owner : "", fsio_basename(rb->path));

	*ret = (struct find_in){
		.title = plain(rb->title), .about = plain(rb->about), .more = plain(more),
		.triggers = mem_alloc(rb->n_triggers * sizeof(*ret->triggers)),
		.n_triggers = rb->n_triggers,
	};
	for (size_t i = 0; i < rb->n_triggers; i++) {
		const struct trigger *t = &rb->triggers[i];
		const char *text = t->alert ? t->alert : t->text;

		ret->triggers[i] = (struct find_trigger){ plain(text), shown(text ? text : ""),
							  t->alert != NULL };
	}
	free(more);
}

void find_in_release(struct find_in *f)
{
	for (size_t i = 0; i < f->n_triggers; i++) {
		free(f->triggers[i].plain);
		free(f->triggers[i].shown);
	}
	free(f->triggers);
	free(f->title);
	free(f->about);
	free(f->more);
	*f = (struct find_in){ 0 };
}
