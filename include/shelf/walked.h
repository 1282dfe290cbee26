/* What the record says of a runbook: when it was run and drilled, for which environment, by whom,
 * in which way and with what result.
 */
#ifndef SHELF_WALKED_H
#define SHELF_WALKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_row;

/* One run that is closed. All zeroes: there was none. Texts are harmless. */
struct walk {
	char *run;               /* its id; NULL: there was none */
	char *who;               /* opened it */
	char *way;               /* of a drill: "tabletop"; NULL: not on record */
	char *verdict;
	char *sha256;            /* of the runbook's bytes then; NULL: not on record */
	char *scenario;          /* that it was for; NULL: there was none */
	int64_t opened, closed;  /* wall ns */
	bool success;
};

/* The newest of each kind that was started for one environment. */
struct walked_in {
	char *environment;       /* as it was called then; NULL: none is on record */
	struct walk drill;       /* however it ended */
	struct walk good;        /* a drill that recovered: what counts */
	struct walk real;
};

/* All zeroes: never. */
struct card_runs {
	int64_t last;            /* opened, for real or as a drill; wall ns */
	bool last_drill, last_open, last_success;
	int64_t drilled;         /* the last drill that recovered, wherever; closed, wall ns; 0 */
	int n;
	struct walked_in *in;
	size_t n_in;
};

void card_runs_release(struct card_runs *r);
/* `to` is released first. */
void card_runs_copy(struct card_runs *to, const struct card_runs *from);

/* Of all runbooks, by where they lie. All zeroes is empty. */
struct walked {
	struct walked_book {
		char *whole;         /* absolute, without links */
		struct card_runs runs;
	} *v;
	size_t n, cap;
};

/* Rows come newest first. A run that is open has no result yet: it counts in `n` and `last`. */
void walked_take(struct walked *w, const struct run_row *r);
const struct card_runs *walked_of(const struct walked *w, const char *whole); /* NULL: never run */
void walked_release(struct walked *w);

#endif
