/* One runbook as a list shows it: what stands above its steps, and what the record knows of it. */
#ifndef SHELF_CARD_H
#define SHELF_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "find_score.h"
#include "walked.h"

struct buf;

/* An environment that it is drilled for. */
struct card_place {
	char *name;
	char **also;         /* further names of it */
	size_t n_also;
};

/* Texts are harmless; NULL where the runbook does not say. */
struct card {
	char *path;          /* as it can be opened */
	char *whole;         /* absolute, without links */
	char *title;         /* never NULL */
	char *about;         /* as written, with its line ends */
	char *owner, *reviewed;
	int64_t reviewed_at; /* wall ns, 0: it does not say */
	int64_t review_in_ms, drill_every_ms;
	struct card_place *places; /* none: its text does not tell where it acts */
	size_t n_places;
	bool installed;      /* came with the program: nothing is due before it was run here */
	bool bad;            /* no list of steps could be made of what stands above them */
	struct find_in find;
	struct card_runs runs;
};

/* Reads the top of a file; the steps are left out, which makes it cheap. NULL: it is no runbook, or
 * cannot be read. */
struct card *card_read(const char *path);
void card_free(struct card *c);

#endif
