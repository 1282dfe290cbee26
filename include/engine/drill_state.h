/* What is particular to a drill, as on record: its way, its injects, what its commands come to. */
#ifndef ENGINE_DRILL_STATE_H
#define ENGINE_DRILL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "inst.h"

struct state;

enum drill_by { DRILL_BY_SCENARIO, DRILL_BY_FACILITATOR, DRILL_BY_OPERATOR, DRILL_BY_MAX };

/* One thing that became of an inject, in order. The scenario's own fold is made of these. */
struct drill_turn {
	enum drill_what what; /* DUE … LEFT_OUT; ANSWER: a command's answer was changed by it */
	char *inject;
	int64_t at;           /* run time */
	int64_t seq;
};

/* What the operator was shown: a delivered inject with something to show, or an invented one. */
struct drill_shown {
	char *inject, *show;
	int64_t at, seq;
	bool invented;
};

/* What a command comes to. */
struct drill_play {
	char token[TOKEN_MAX];
	bool asked, answered;
	enum drill_by of;     /* asked: whose words are waited for */
	enum drill_by by;     /* answered */
	struct actor who;     /* … by a person */
	bool covered;         /* false: nothing says what it came to */
	char *inject;         /* that changed it, or NULL */
	int exit, signal;     /* signal 0: it ended by itself, with `exit` */
	int64_t took_ms;      /* in run time */
	char *output, *errors; /* of words; a scenario's are in the scenario */
	char *says, *expects; /* what the operator would do, and expects to see */
	int64_t asked_at, at; /* run time */
	int64_t seq;          /* of the row that says it last */
};

/* How a step came to stand, for what follows from it. */
struct drill_stood {
	const struct inst *inst;
	enum step_state to;   /* EXECUTING, DEFERRED, FINISHED */
	enum outcome outcome;
	int64_t at;           /* run time */
};

struct drill {
	enum drill_way way;
	int64_t seed;
	int64_t pace;         /* run time runs so many times as fast as the clock */
	char *scenario;       /* path of the pinned one, or NULL */
	struct drill_turn *turns;
	size_t n_turns, cap_turns;
	struct drill_shown *shown;
	size_t n_shown, cap_shown;
	struct drill_play *plays;
	size_t n_plays, cap_plays;
	struct drill_stood *stood;
	size_t n_stood, cap_stood;
	struct drill_facilitator {
		char client[40];
		struct actor who;
	} *facilitators;      /* who are attached now */
	size_t n_facilitators;
	size_t n_invented, n_observed, n_helped;
};

/* Something to tell the engine: INPUT_DRILL. Text is borrowed. */
struct drill_told {
	enum drill_what what;
	const char *client;   /* FACILITATOR; actor of the input: who */
	bool on;
	const char *inject;   /* DUE … LEFT_OUT, ANSWER */
	const char *show, *effect; /* DELIVERED */
	enum drill_by by;     /* DELIVERED, ANSWER; ASKED: of whom */
	const char *token;    /* ASKED, ANSWER */
	bool covered;
	int exit, signal;
	int64_t took_ms;
};

/* Whether it is a drill in which no command of the runbook is executed. */
bool state_plays(const struct state *s);

/* What that command comes to, as far as it is on record; NULL: nothing is. */
const struct drill_play *state_play(const struct state *s, const char *token);

/* The oldest command in flight for which words are waited for; of: only theirs, DRILL_BY_MAX of
 * anybody. NULL: none. */
const struct drill_play *state_play_asked(const struct state *s, enum drill_by of);

/* Run time after which a step's own command takes longer than `takes` says; -1: it never does. Of a
 * played one that is for its answer to say, and not for the machine. */
int64_t state_late_at(const struct state *s, const struct cmd *c);

/* Whether the client with this id facilitates. */
bool drill_facilitates(const struct state *s, const char *client);

/* The word of EV_DRILL's `by` and `of`. */
const char *drill_by_word(enum drill_by by);

#endif
