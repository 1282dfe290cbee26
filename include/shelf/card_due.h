/* What of a runbook is to be done again and again, and since when it should have been. */
#ifndef SHELF_CARD_DUE_H
#define SHELF_CARD_DUE_H

#include "card.h"

enum card_due { CARD_REVIEW = 1, CARD_DRILL = 2 };

/* A review, or the drill for one environment. Texts are the card's. */
struct due {
	enum card_due what;
	const char *place;   /* environment; where its text does not tell any counts, and this is
			      * where the last one was; NULL: not known */
	const struct walked_in *in; /* what is on record there; NULL: nothing */
	bool asked;          /* somebody wants it again and again; else it is only told */
	bool over;           /* past its time */
	int64_t last;        /* wall ns; 0: never */
	int64_t every_ms;
	int64_t at;          /* asked: when it is, or was, due; 0: at once, for it never was */
};

/* All of a card, the reviews first; *ret is the caller's to free(). runs_known: the record was
 * read; else nothing is said of drills. A drill counts for the environment that it was started
 * for; one of which the record does not say where, for each. What was drilled elsewhere is told
 * behind. */
size_t card_dues(const struct card *c, int64_t now_wall, bool runs_known, struct due **ret);

/* A bit for each kind that is past its time. *ret_since (may be NULL): since when the oldest is,
 * wall ns; 0: it never was done. */
unsigned card_due(const struct card *c, int64_t now_wall, bool runs_known, int64_t *ret_since);

/* "review was due 2026-08-01, never drilled", of several environments with their names: what is
 * past its time, in words. */
void card_due_text(struct buf *out, const struct card *c, int64_t now_wall, bool runs_known);

/* The drill that counts least: the oldest where several environments are to be drilled. Wall ns,
 * 0: one never was. */
int64_t card_drilled(const struct card *c);

/* How drills and real runs went: "prd drilled 2026-08-01 by ana, simulated: Recovered." A line
 * each, without the last line end; nothing where there were none. */
void card_walks_text(struct buf *out, const struct card *c);

/* The longest due before the others, then what never was done, then by when it is due; what nobody
 * asks for last. For qsort of struct due. */
int card_due_order(const void *a, const void *b);

#endif
