/* One step as written, and the small things it is made of. All of it lives in the runbook's arena.
 */
#ifndef MODEL_STEP_H
#define MODEL_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field.h"
#include "kind.h"
#include "place.h"

struct contact;
struct runbook;

struct named {
	const char *name;
	struct text value;
};

/* Something the run must bring back: `owes: {writers: COMMAND}`. */
struct owed_def {
	const char *name;
	struct text command;
	bool safe_any_time;
};

/* A second look, or the probe of check and wait. */
struct probe {
	struct text run;
	const struct capture *captures;
	size_t n_captures;
	struct text expect;   /* NULL: exit status 0 */
	int64_t every_ms;     /* between looks; 0 takes the default */
	int64_t within_ms;    /* how long it may take to come true; 0: one look */
	int64_t stays_ms;     /* true at every look during that time; 0: one is enough */
	int64_t timeout_ms;   /* of one look; default 10 s */
};

struct step {
	enum step_kind kind;
	const char *id;       /* unique in the tree; given, or made from the number ("s4.2") */
	bool id_given;
	const char *number;   /* "4.2", as on screen and paper */
	size_t index;         /* position in runbook->all */
	struct step *parent;  /* NULL at the top */
	struct step **children;
	size_t n_children;    /* BRANCH, CHOOSE: the OPTIONs */
	struct step **always; /* GROUP: run whatever became of the children */
	size_t n_always;
	const struct runbook
		*book; /* whose scope its values live in (a called one for CALL's children) */
	struct place at;

	/* what every step may say */
	const char *title;    /* never NULL: made from the text where none is given; a template */
	bool title_given;
	const char *why;
	struct text when;
	enum effect effect;
	bool effect_given;
	struct text expect;
	struct probe *verify; /* NULL: none */
	const char *if_not;
	const char *no_way_back; /* the reason to do without one, of what destroys; NULL */
	struct text shows_state; /* of what destroys: the command that says what is there now */
	const char *untrue;   /* that its condition is not so, in words; a template; NULL: none */
	const char *warn;
	const char *role;
	const char *host;     /* template; NULL: here */
	struct text target;   /* template: the name to be typed where effect is destroy */
	int exit_ok[32];
	size_t n_exit_ok;     /* 0: only status 0 */
	enum on_fail on_fail;
	const char *fail_goto;
	int retry_times;      /* further attempts after the first */
	int64_t retry_every_ms;
	bool idempotent;
	int64_t timeout_ms;   /* 0: none */
	int64_t takes_ms;     /* expected duration, 0: not said */
	struct text undo;
	const struct owed_def *owes;
	size_t n_owes;
	const struct capture *captures;
	size_t n_captures;
	const struct named *produces, *uses_env; /* produces: name -> path; uses_env: `env` */
	size_t n_produces, n_uses_env;
	const char *const *uses;   /* artefact names */
	size_t n_uses;
	const char *const *secrets; /* names of values that it is given, by environment only */
	size_t n_secrets;
	bool terminal;        /* has a pty; false: pipes */
	bool leaves_processes;
	bool record_input;

	/* by kind */
	struct text text;     /* run: command; do hold caution ask choose end: what is read; check
			       * wait: the condition; call: the path as written; contact: the
			       * source, as a text to be read; restore rebuild: the driver;
			       * release: the step whose old data it is about */
	struct probe *probe;  /* CHECK, WAIT, ASK(lines): the command, with what it captures; or
			       * NULL: the condition is looked at as it stands, a WAIT is a timer */
	struct text repair;   /* CHECK */
	int64_t timer_ms;     /* WAIT without a probe */
	struct text from;     /* ASK: the answer is an item of this list, or a key of this map */
	const struct field *fields; /* ASK: one; DO: returns */
	size_t n_fields;
	const char *each_name;      /* GROUP: value that takes each item; NULL: no loop */
	struct text each_list;      /* name of a list value, or NULL with each_items */
	const char *const *each_items;
	size_t n_each_items;
	int at_once;          /* GROUP with each: how many items at a time, >= 1 */
	bool any_order;       /* GROUP */
	bool otherwise;       /* OPTION of a branch */
	const char *consequence;    /* OPTION of a choose */
	const char *jump;     /* OPTION: goto */
	const char *shows;    /* HOLD: artefact or value */
	const char *settles;  /* SETTLE */
	const struct named *sets;   /* SET: name -> expression */
	const enum value_type *set_types;
	size_t n_sets;
	bool success;         /* END */
	const struct runbook *callee; /* CALL */
	const struct named *args, *results; /* CALL: parameter -> template; our name -> its name */
	size_t n_args, n_results;
	const char *source;   /* BROKEN CONTACT RESTORE REBUILD RELEASE: the step as written */
	const char *ladder;   /* CONTACT: as its contacts file calls it */
	struct text message, subject; /* CONTACT: templates */
	const char *form;     /* CONTACT: `message: {form: NAME, …}`, args what it is filled with;
			       * NULL */
	int until;            /* CONTACT: an enum ladder_goal */
	const char *severity; /* CONTACT: the value that says how bad it is; NULL: there is none */
	const char *announces; /* CONTACT: "scheduled", "in progress", "completed"; NULL: nothing */
	int64_t cadence_ms;   /* CONTACT that announces: more is told so often; 0: not said */
	bool goes_on;         /* CONTACT: `meanwhile: go on` */
	const struct contact *contact; /* CONTACT: attached (people_attach.h); NULL: an
					* instruction, and contact_why says why */
	const char *contact_why;
};

/* Whether s is a group that is walked (GROUP, PARALLEL, CALL, OPTION, BRANCH, CHOOSE, RESTORE,
 * REBUILD, RELEASE). */
bool step_has_children(const struct step *s);

/* Whether the operator does it by hand: DO ASK CHOOSE HOLD CAUTION BROKEN END, and CONTACT where
 * nothing is attached to it. */
bool step_is_manual(const struct step *s);

#endif
