/* A scenario: what answers a drill in place of the world, what comes in between, what counts.
 *
 * The key tables in src/scenario/scenario_table.c are the format: reading, the messages and the
 * reference part of docs/scenario-format.md come from them. What a loaded scenario answers, and
 * when, is asked through scenario_drill.h.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kind.h"
#include "place.h"

struct arena;
struct buf;
struct err;
struct findings;
struct loader_source;

enum {
	SCENARIO_REAL_PACE = 1,
	SCENARIO_ANSWERS = 10000, SCENARIO_INJECTS = 500, SCENARIO_REPLIES = 1000,
	SCENARIO_OBJECTIVES = 50, SCENARIO_PARAMS = 100, SCENARIO_PROGRESS = 1000,
};

struct scenario_progress {
	int64_t at_ms;
	const char *text;
};

/* What a command comes to, and which. */
struct scenario_answer {
	const char *step, *item;     /* item NULL: whichever */
	const char *owes;            /* SETTLE: name of what is owed; NULL: whatever */
	const char *command;         /* this one only, letter by letter; NULL: any written */
	int purpose;                 /* enum purpose */
	int64_t attempt;             /* from 1; 0: all that no other answer names */
	const char *output;          /* never NULL once loaded; may hold any byte */
	size_t n_output;
	const char *output_file;     /* as it can be opened; NULL: it stands in the scenario */
	const char *errors;          /* standard error, or NULL */
	int64_t exit;
	int signal;                  /* 0: it ends by itself, with `exit` */
	int64_t took_ms;             /* at true pace */
	const struct scenario_progress *progress;
	size_t n_progress;
	struct place at;
};

/* What a parameter of the runbook is in this drill. */
struct scenario_param {
	const char *name, *text;
	struct place at;
};

enum scenario_word {
	SCENARIO_ANSWERED, SCENARIO_JOINED, SCENARIO_REFUSED, SCENARIO_NO_ANSWER,
	SCENARIO_VOICEMAIL, SCENARIO_WRONG, SCENARIO_DEAD, SCENARIO_WORDS,
};

/* What comes of a try to reach somebody. */
struct scenario_contact {
	const char *who;             /* id of a person or channel */
	int64_t attempt;             /* from 1; 0: all that no other names */
	int reply;                   /* enum scenario_word */
	int64_t after_ms;
	const char *says;            /* NULL: nothing */
	struct place at;
};

#include "scenario_inject.h"

struct scenario {
	const char *path, *title, *about;
	const char *runbook;         /* as it can be opened */
	int64_t happened;            /* wall ns; 0: not said. scenario_moved */
	const struct scenario_param *params;
	size_t n_params;
	int64_t seed;
	int64_t pace;                /* that many times as fast as it was; 1: true */
	const struct scenario_answer *answers;
	size_t n_answers;
	const struct scenario_contact *contacts;
	size_t n_contacts;
	const struct scenario_inject *injects;
	size_t n_injects;
	const struct scenario_objective *objectives;
	size_t n_objectives;
	struct place at;
	bool broken;                 /* has findings of severity error */
	struct arena *arena;
};

/* Reads the file at path, with the outputs that it names, and checks it by itself; findings are
 * appended to *f (sorted). *ret is set whenever there were bytes. Returns 0 then; else as
 * yamltree_load, which says it as a finding too. */
int scenario_load(const char *path, const struct loader_source *src, struct scenario **ret,
		  struct findings *f, struct err *err);
void scenario_free(struct scenario *s); /* NULL is fine */

/* Whether the file says by its beginning that it is a scenario. */
bool scenario_is_file(const char *path);

#include "scenario_text.h"

#endif
