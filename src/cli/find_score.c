#include "find_score.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"
#include "verbs.h"

enum {
	SCORE_ALERT = 4000,
	SCORE_TRIGGER = 3000,    /* and its length */
	SCORE_PART = 2000,       /* what was typed is part of a trigger */
	SCORE_TITLE = 1000,      /* the title has every word that was typed */
	SCORE_TITLE_PART = 500,  /* … has it as it was typed, inside a word perhaps */
	SCORE_TITLE_WORD = 60,
	SCORE_ABOUT_WORD = 5,
	PART_MIN = 4, WORD_MIN = 3,
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

/* How many words of `text` stand in `in`; *ret_of: how many there are. */
static int common_words(const char *in, const char *text, int *ret_of)
{
	int found = 0;

	*ret_of = 0;
	for (const char *s = text; *s;) {
		size_t n = 0;
		char *word;

		while (*s && !word_char(*s))
			s++;
		while (word_char(s[n]))
			n++;
		if (n >= WORD_MIN) {
			word = mem_dupn(s, n);
			found += has_word(in, word, n);
			++*ret_of;
			free(word);
		}
		s += n;
	}
	return found;
}

static int by_trigger(const struct trigger *t, const char *text)
{
	char *mine = plain(t->alert ? t->alert : t->text);
	size_t n = strlen(mine);
	int score = 0;

	if (t->alert && has_word(text, mine, n))
		score = SCORE_ALERT;
	else if (t->text && n && strstr(text, mine))
		score = SCORE_TRIGGER + (int)(n < 900 ? n : 900);
	else if (strlen(text) >= PART_MIN && strstr(mine, text))
		score = SCORE_PART;
	free(mine);
	return score;
}

static int by_title(const struct runbook *rb, const char *text)
{
	char *title = plain(rb->title), *about = plain(rb->about);
	int of, n = common_words(title, text, &of), score = SCORE_TITLE_WORD * n;

	if (n && n == of)
		score += SCORE_TITLE;
	else if (strlen(text) >= PART_MIN && strstr(title, text))
		score += SCORE_TITLE_PART;
	else
		score += SCORE_ABOUT_WORD * common_words(about, text, &of);
	free(title);
	free(about);
	return score < SCORE_PART ? score : SCORE_PART - 1;
}

int find_score(const struct runbook *rb, const char *text, struct buf *why)
{
	int best = by_title(rb, text);

	if (best)
		buf_adds(why, best >= SCORE_TITLE_WORD ? "its title" : "what it is about");
	for (size_t i = 0; i < rb->n_triggers; i++) {
		const struct trigger *t = &rb->triggers[i];
		int score = by_trigger(t, text);

		if (score <= best)
			continue;
		best = score;
		buf_clear(why);
		buf_adds(why, t->alert ? "alert " : "text ");
		cli_safe(why, t->alert ? t->alert : t->text);
	}
	return best;
}
