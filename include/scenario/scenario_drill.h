/* What a scenario answers, and what is due, in a drill. Pure: no clock, no file, no state of its
 * own. What was delivered, held and used is a fold of events that the caller puts on record, so
 * the same scenario, seed and events give the same drill.
 *
 * Times are milliseconds since the drill began, at true pace.
 */
#ifndef SCENARIO_SCENARIO_DRILL_H
#define SCENARIO_SCENARIO_DRILL_H

#include "scenario.h"

struct err;

/* --- the injects, folded ---------------------------------------------------------------------- */

enum scenario_standing {
	SCENARIO_SCHEDULED, SCENARIO_DUE, SCENARIO_DELIVERED, SCENARIO_HELD, SCENARIO_LEFT_OUT,
	SCENARIO_STANDINGS,
};

enum scenario_event_kind {
	SCENARIO_EV_DUE,       /* its time has come */
	SCENARIO_EV_DELIVERED, /* also before its time, or after it was left out */
	SCENARIO_EV_HELD,      /* not before the facilitator says so */
	SCENARIO_EV_RELEASED,  /* held no longer: as if it had not been */
	SCENARIO_EV_LEFT_OUT,
	SCENARIO_EV_USED,      /* an answer was changed by it (scenario_reply.inject) */
	SCENARIO_EVENTS,
};

struct scenario_event {
	enum scenario_event_kind kind;
	size_t inject;
	int64_t now_ms;
};

struct scenario_fold {
	struct scenario_stand {
		enum scenario_standing standing;
		int64_t since_ms;
		int64_t used;
	} *v;                  /* one for each inject of the scenario */
	size_t n;
};

void scenario_fold_init(struct scenario_fold *f, const struct scenario *s);
void scenario_fold_release(struct scenario_fold *f);
/* ERR_NOTFOUND: no such inject; ERR_USAGE: it cannot come from where it stands. Nothing is changed
 * then. */
int scenario_fold_apply(struct scenario_fold *f, const struct scenario_event *e, struct err *err);

/* Whether this can become of an inject that stands so. */
bool scenario_may(enum scenario_standing from, enum scenario_event_kind kind);

/* The number of an inject, or SCENARIO_NO_INJECT. */
enum { SCENARIO_NO_INJECT = -1 };
int scenario_inject_at(const struct scenario *s, const char *id);

/* --- what is due ------------------------------------------------------------------------------ */

/* How a step of the run stands, and since when: one entry for everything that ever became true of
 * it (started, then failed, then ended). */
struct scenario_stood {
	const char *key;       /* of the step's instance: "scale@flowmanager" */
	enum scenario_is is;
	int64_t at_ms;
};

/* What a finished step's outcome is here. */
enum scenario_is scenario_is_of(enum outcome o);

struct scenario_now {
	int64_t now_ms;
	const struct scenario_stood *stood;
	size_t n_stood;
};

/* Whether the seed lets an inject take place, and when one with `at` and `until` does; -1 where it
 * has no time. Of an inject these depend on the seed and its id alone. */
bool scenario_takes_place(const struct scenario_inject *in, int64_t seed);
int64_t scenario_time(const struct scenario_inject *in, int64_t seed);

/* When an inject became, or becomes, due by itself; -1: nobody can say yet, or it does not. now_ms
 * is not looked at. */
int64_t scenario_due_at(const struct scenario_inject *in, int64_t seed,
			const struct scenario_now *now);

/* Injects that are due and stand as scheduled, in the order in which they came to be: their
 * numbers, at most `max`. Returns how many there are in all. *ret_next, unless NULL: the time of
 * the next that is sure to come by itself, -1 where none is. */
size_t scenario_due(const struct scenario *s, const struct scenario_fold *f, int64_t seed,
		    const struct scenario_now *now, size_t *ret, size_t max, int64_t *ret_next);

/* --- what is answered ------------------------------------------------------------------------- */

struct scenario_query {
	const char *key;       /* of the step's instance; a settling: of the step that owes */
	enum purpose purpose;
	int64_t nth;           /* command of that purpose of that instance, from 1 */
	const char *command;   /* as it would run */
	bool edited;           /* it is not what the runbook says: only an answer that names this
				* command covers it */
	const char *owes;      /* SETTLE: the name of what is owed */
	int64_t now_ms;
};

struct scenario_reply {
	bool covered;          /* false: nobody knows; never to be taken for success */
	const char *output, *errors; /* output never NULL; errors may be */
	size_t n_output;
	int64_t exit;
	int signal;            /* 0: none */
	int64_t took_ms;
	const struct scenario_progress *progress; /* those up to took_ms */
	size_t n_progress;
	int inject;            /* that changed it, to be said by SCENARIO_EV_USED; or NO_INJECT */
};

/* The answer to a command. Borrowed from s. */
struct scenario_reply scenario_answer(const struct scenario *s, const struct scenario_fold *f,
				      const struct scenario_query *q);

/* What comes of the nth try to reach somebody; NULL: the scenario does not say. Somebody whom a
 * delivered inject made silent does not answer. Borrowed. */
const struct scenario_contact *scenario_contact(const struct scenario *s,
						const struct scenario_fold *f, const char *who,
						int64_t nth);

/* Appends an output as it is in a drill that began at `began` (wall ns): where the scenario says
 * `happened`, each time in it that is written as 2026-11-22T02:14:07Z (with or without a fraction)
 * is moved by as much as lies between the two. Text without such a time, and one that no calendar
 * has, stays. */
void scenario_moved(struct buf *out, const struct scenario *s, int64_t began, const char *text,
		    size_t n);

/* How long something that took ms lasts in this drill. */
int64_t scenario_paced(const struct scenario *s, int64_t ms);

#endif
