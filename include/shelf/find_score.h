/* How well a runbook fits what somebody typed or pasted. */
#ifndef SHELF_FIND_SCORE_H
#define SHELF_FIND_SCORE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct runbook;

/* What a runbook is found by, made once. All zeroes is empty. */
struct find_in {
	char *title, *about;     /* as find_plain makes them */
	char *more;              /* owner and file name: for what is being typed */
	struct find_trigger {
		char *plain;
		char *shown;     /* harmless, as written */
		bool alert;
	} *triggers;
	size_t n_triggers;
};

void find_in_make(struct find_in *ret, const struct runbook *rb);
void find_in_release(struct find_in *f);

/* Small letters (ASCII), runs of blanks and line ends as one blank, none at the ends. */
void find_plain(struct buf *out, const char *s, size_t n);

/* What is looked for, taken apart once for all runbooks. */
struct find_for {
	char *text;              /* as find_plain makes it; "" finds nothing */
	char *copy;              /* that the words lie in */
	const char **words;      /* each once */
	size_t n_words;
	size_t n_parts;          /* between blanks */
};

void find_for_make(struct find_for *ret, const char *s, size_t n);
void find_for_release(struct find_for *q);

/* 0: it does not fit. An alert that is named counts most, then a text of its triggers that is
 * in what was pasted (the longer the better), then words of its title, then of what it is
 * about. why (may be NULL) gets what fitted, for people. */
int find_score(const struct find_in *f, const struct find_for *q, struct buf *why);

/* The same while it is still being typed: each of up to four words, however short, begins one of
 * the runbook's, or is a part of one, or of `also` (as find_plain made it; may be NULL). More words
 * were pasted: then it is find_score. An alert, a trigger or a whole title count more in either
 * case. */
int find_typed(const struct find_in *f, const struct find_for *q, const char *also,
	       struct buf *why);

#endif
