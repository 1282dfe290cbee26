/* The runbooks of this machine with what the record knows of them, and the runs that are not
 * finished. Read in pieces, so that a screen stands at once with a thousand of them.
 */
#ifndef SHELF_LIBRARY_H
#define SHELF_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "card.h"

struct library;

/* A run that is not closed. Texts are harmless. */
struct library_run {
	char *run;               /* its id */
	char *title;             /* never NULL */
	bool drill;
	bool held;               /* nothing of it may be taken out */
	int64_t opened, last;    /* wall ns */
	int64_t events;          /* has it gone on since? */
};

/* Nothing is read yet. journal: NULL where there is none; it may be made later. */
struct library *library_new(const char *journal);
void library_free(struct library *l); /* NULL is fine */

/* Reads on for about so long, at least one piece. True: something to be seen has changed. */
bool library_step(struct library *l, int64_t budget_ns);
/* Whether all was read; from then on library_step only looks whether runs have changed, and only
 * when they may have. */
bool library_done(const struct library *l);
bool library_runs_known(const struct library *l);
/* How many of how many files were looked at. */
void library_progress(const struct library *l, size_t *ret_read, size_t *ret_of);
bool library_over(const struct library *l);      /* more files than SHELF_MAX */

/* Those read so far, in the order of their folders and paths. The list is borrowed
 * until the next step, the cards until the end. */
size_t library_cards(const struct library *l, struct card *const **ret);
/* Unfinished ones, newest first. Borrowed until a step that says true. */
size_t library_runs(const struct library *l, const struct library_run **ret);
/* Why the record cannot be read; NULL: it can, or there is none yet. */
const char *library_trouble(const struct library *l);

#endif
