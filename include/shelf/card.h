/* One runbook as a list shows it: what stands above its steps, and what the record knows of it. */
#ifndef SHELF_CARD_H
#define SHELF_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "find_score.h"

struct buf;

/* When a runbook was walked, as the record has it; times are wall ns, 0: never. */
struct card_runs {
	int64_t last;        /* opened, for real or as a drill */
	bool last_drill, last_open, last_success;
	int64_t drilled;     /* the last drill that came to its end, closed */
	int n;
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
	bool bad;            /* no list of steps could be made of what stands above them */
	struct find_in find;
	struct card_runs runs;
};

/* Reads the top of a file; the steps are left out, which makes it cheap. NULL: it is no runbook, or
 * cannot be read. */
struct card *card_read(const char *path);
void card_free(struct card *c);

/* What is past its time: a bit each. Drills only count once the record was read. */
enum card_due { CARD_REVIEW = 1, CARD_DRILL = 2 };
unsigned card_due(const struct card *c, int64_t now_wall, bool runs_known);

/* "review was due 2026-08-01", "never drilled": what is past its time, in words. */
void card_due_text(struct buf *out, const struct card *c, unsigned due);

#endif
