/* A runbook in memory: made by the loader, immutable, one arena, every node knows its place.
 *
 * Called runbooks are linked in: a `call` step's children are the steps of what it calls, with a
 * scope of their own. So the whole walk of a run is one tree, known before it starts.
 */
#ifndef MODEL_RUNBOOK_H
#define MODEL_RUNBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kind.h"
#include "value.h"

struct arena;

struct place {
	const char *file;
	int line, col; /* 1-based; 0: the file as a whole */
};

/* A piece of text as written, with its place (for messages that come later). NULL text: absent. */
struct text {
	const char *s;
	struct place at;
};

/* A typed question: a parameter, what `do` returns, what `ask` asks. */
struct field {
	const char *name;
	const char *prompt;       /* NULL: the name serves */
	enum value_type type;
	const char *const *one_of;
	size_t n_one_of;
	const char *otherwise;    /* default, canonical text; NULL: must be answered */
	const char *min, *max;    /* canonical text of the type, or NULL */
	const char *match;        /* POSIX extended regular expression for the whole text, or NULL */
	bool secret;
	struct place at;
};

enum capture_how { CAPTURE_WHOLE, CAPTURE_JQ, CAPTURE_MATCH };

struct capture {
	const char *name;
	enum value_type type;
	enum capture_how how;
	const char *pattern; /* jq program or regular expression with one group */
	bool secret;
	struct place at;
};

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
	const struct runbook *book; /* whose scope its values live in (a called one for CALL's children) */
	struct place at;

	/* what every step may say */
	const char *title;    /* never NULL: a title is made from the text where none is given */
	bool title_given;
	const char *why;
	struct text when;
	enum effect effect;
	bool effect_given;
	struct text expect;
	struct probe *verify; /* NULL: none */
	const char *if_not;
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
	const char *const *secrets; /* values of these names reach the command, by environment only */
	size_t n_secrets;
	bool terminal;        /* has a pty; false: pipes */
	bool leaves_processes;
	bool record_input;

	/* by kind */
	struct text text;     /* run, undo: command; do hold caution ask choose end: what is read */
	struct probe *probe;  /* CHECK, WAIT, ASK(lines) */
	struct text repair;   /* CHECK */
	int64_t timer_ms;     /* WAIT without a probe */
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
	const char *source;   /* BROKEN: the step as written */
};

struct trigger {
	const char *alert, *text; /* one of them */
};

/* A file that the runbook stands on, pinned when a run starts. */
struct source_file {
	const char *path;   /* as it can be opened from where the program runs */
	const char *role;   /* "runbook" "called" "contacts" "environments" "script" "driver" */
	const char *bytes;
	size_t n;
	char sha256[65];
};

struct runbook {
	const char *path;
	const char *title, *about, *owner, *reviewed;
	int64_t review_in_ms, drill_every_ms;
	int64_t rto_ms, rpo_ms; /* 0: no objective */
	const struct trigger *triggers;
	size_t n_triggers;
	const char *const *needs;
	size_t n_needs;
	const char *contacts;
	const char *environment; /* template */
	const struct field *params;
	size_t n_params;
	struct step **steps;    /* the top level */
	size_t n_steps;
	struct step **all;      /* in order of the walk, called ones included; only in the root book */
	size_t n_all;
	const struct source_file *files; /* only in the root book; [0] is the runbook itself */
	size_t n_files;
	const struct runbook *caller;    /* NULL for the root */
	bool broken;            /* has findings of severity error */
	struct arena *arena;    /* only in the root book */
};

/* Frees the root book and all that it points to. NULL is fine. */
void runbook_free(struct runbook *rb);

/* The step with this id, or NULL. Linear in the number of steps. */
const struct step *runbook_step(const struct runbook *rb, const char *id);

/* Whether s is a group that is walked (GROUP, PARALLEL, CALL, OPTION, BRANCH, CHOOSE). */
bool step_has_children(const struct step *s);

/* Whether the operator does it by hand: DO ASK CHOOSE HOLD CAUTION BROKEN END. */
bool step_is_manual(const struct step *s);

#endif
