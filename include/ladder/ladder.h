/* A ladder of people to reach, climbed: which try comes next, and how long until then.
 *
 * Nothing here knows a clock, a name or a network. A caller asks ladder_next() what to do, does it,
 * and says what came of it with ladder_apply(); the state is the fold of those events, so a record
 * of them brings it back. Names, addresses and the hour of the day are the caller's: here is a
 * number for each party (a person, or a channel that many read) and for each way to reach it.
 *
 * Time is milliseconds on any clock that counts up. A clock that leaps back lets no time pass; one
 * that leaps forward ends the wait that was open and no other, because every wait is counted from
 * the try that it belongs to and never from a plan.
 */
#ifndef LADDER_LADDER_H
#define LADDER_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ladder_plan.h"

struct err;
struct jsonw;

enum { LADDER_TRIES_MAX = 100000 };

/* What is enough: a message that was taken, an answer, somebody who joined. */
enum ladder_goal { LADDER_TOLD, LADDER_ANSWERED, LADDER_JOINED, LADDER_GOALS };

/* --- the state -------------------------------------------------------------------------------- */

enum ladder_standing {
	LADDER_QUEUED,   /* not tried yet */
	LADDER_TRYING,   /* tried, no reply so far */
	LADDER_ACKED,    /* answered */
	LADDER_PRESENT,  /* joined */
	LADDER_RELEASED, /* may go again */
	LADDER_REFUSING, /* said no: is not tried again */
	LADDER_STANDINGS,
};

enum ladder_result {
	LADDER_OFFERED,  /* a person is to make it by hand and has not begun */
	LADDER_BEGUN,    /* being sent, ringing */
	LADDER_SENT,     /* taken by the channel; a reply is waited for */
	LADDER_VOICEMAIL,/* left on a machine; a reply is waited for */
	LADDER_REPLIED,
	LADDER_NO_ANSWER,
	LADDER_DECLINED,
	LADDER_WRONG,    /* number or address of somebody else: not used again */
	LADDER_DEAD,     /* the channel does not work, `why` says what it said */
	LADDER_PASSED,   /* the operator goes on without it */
	LADDER_RESULTS,
};

struct ladder_try {
	int rung, round, party, way; /* round: from 1 */
	bool again;             /* an answer had run out, or the operator wanted it */
	enum ladder_result result;
	int64_t at, ended;      /* the ladder's own time; at: when it began, or was offered */
	char *why;              /* NULL: nothing to say */
};

struct ladder_party {
	enum ladder_standing standing;
	bool joined;            /* at any time */
	int64_t since;          /* of the standing */
	int tries, last_try;    /* LADDER_NONE: never */
};

struct ladder;

/* severity: its number in the plan, or LADDER_NONE while unknown: the shortest wait holds then.
 * ERR_USAGE for a plan that cannot be climbed (a wait of 0, a target outside n_parties). */
int ladder_new(const struct ladder_plan *plan, enum ladder_goal goal, int severity, int64_t now,
	       struct ladder **ret, struct err *err);
void ladder_free(struct ladder *l); /* NULL is fine */

size_t ladder_tries(const struct ladder *l, const struct ladder_try **ret);
const struct ladder_party *ladder_party(const struct ladder *l, int party);
int ladder_severity(const struct ladder *l);
/* The ladder's own time at `now`: what `at`, `ended` and `since` are counted in. */
int64_t ladder_time(const struct ladder *l, int64_t now);

/* --- what comes next -------------------------------------------------------------------------- */

enum ladder_what {
	LADDER_DO_TRY,       /* rung, round, party, way, again */
	LADDER_DO_ASK,       /* question, rung: the operator is to be asked */
	LADDER_DO_WAIT,      /* for a reply to the last try */
	LADDER_DO_WAIT_ANSWER, /* for what the operator was asked */
	LADDER_DO_WAIT_ROUND,  /* until the next round may begin */
	LADDER_DO_WAIT_JOIN, /* party has answered and is to join */
	LADDER_DONE,         /* party: who brought it about */
	LADDER_EXHAUSTED,    /* nobody is left: the operator decides. A late reply still counts */
	LADDER_WHATS,
};

struct ladder_step {
	enum ladder_what what;
	int rung, round, party, way, question;
	bool again;
	int64_t in_ms; /* WAITs: look again after so long */
};

/* Changes nothing. A question that stays open as long as a wait holds nobody up: the rung of a
 * skip_if is tried then, one whose condition is unknown is passed over. */
struct ladder_step ladder_next(const struct ladder *l, const struct ladder_world *w, int64_t now);

/* Number of the question whether rung's unknown condition holds. */
int ladder_when_question(const struct ladder *l, int rung);

/* --- what happened ---------------------------------------------------------------------------- */

enum ladder_event_kind {
	LADDER_EV_TRY,      /* rung, round, party, way, again; result: OFFERED or BEGUN */
	LADDER_EV_RESULT,   /* try, result, why; BEGUN counts the wait anew */
	LADDER_EV_REPLY,    /* party, standing: ACKED, PRESENT, RELEASED, REFUSING; at any time */
	LADDER_EV_ASKED,    /* question */
	LADDER_EV_ANSWER,   /* question, yes */
	LADDER_EV_SEVERITY, /* severity, or LADDER_NONE */
	LADDER_EV_AGAIN,    /* exhausted: one round more */
	LADDER_EVENTS,
};

struct ladder_event {
	enum ladder_event_kind kind;
	int64_t now;
	int rung, round, party, way, question, severity, try_no;
	bool again, yes;
	enum ladder_result result;
	enum ladder_standing standing;
	const char *why;
};

/* ERR_USAGE, and nothing is changed, for numbers outside the plan, a result of a try that is not
 * there, a standing nobody can take; ERR_LIMIT over LADDER_TRIES_MAX. */
int ladder_apply(struct ladder *l, const struct ladder_event *e, struct err *err);

/* --- words and JSON --------------------------------------------------------------------------- */

const char *ladder_goal_name(enum ladder_goal g);       /* "told" "answered" "joined" */
const char *ladder_standing_name(enum ladder_standing s);
const char *ladder_result_name(enum ladder_result r);
const char *ladder_presence_name(enum ladder_presence p);
const char *ladder_what_name(enum ladder_what w);

/* The state as one object: goal, severity, round, tries, parties; numbers for what has numbers. */
void ladder_json(struct jsonw *w, const char *key, const struct ladder *l);

#endif
