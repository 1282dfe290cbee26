/* What a run is made of: instances of steps, commands, debts. Read-only for all but the engine.
 *
 * An instance is a step as it is met in this run: steps inside an `each` exist once per item. Its
 * key is the step's id and the items around it: "scale@flowmanager". Times are run time:
 * nanoseconds since the run was opened, counted on boot time (and on wall time across a restart of
 * the machine).
 */
#ifndef ENGINE_INST_H
#define ENGINE_INST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actor.h"
#include "clock.h"
#include "kind.h"
#include "runbook.h"
#include "tri.h"
#include "value.h"

struct climb;
struct guard;

enum { TOKEN_MAX = 40 };

enum undo_state { UNDO_NONE, UNDO_PLANNED, UNDO_RUNNING, UNDO_DONE, UNDO_FAILED };

struct var {
	char *name;
	struct value value;
	int64_t seq;     /* event that set it */
	bool corrected;
};

struct scope {
	struct var *v;
	size_t n, cap;
};

struct inst {
	const struct step *step; /* NULL for the run itself (engine root) */
	struct inst *parent;     /* NULL for the root */
	struct inst **kids;      /* main ones, then the `always` ones */
	size_t n_kids, n_main;
	size_t cursor;           /* GROUPs in sequence: first kid that is not behind us */
	bool is_item;            /* one round of an `each`; its step is the group's */
	char *key;
	const char *prefix;      /* of keys below a runbook called in by the operator: "call-1/" */
	char *item;              /* is_item: the item */
	struct scope *scope;     /* root, CALL, items; else NULL */

	enum step_state state;
	enum step_state from_state; /* SUSPENDED: where it goes back to */
	enum outcome outcome;
	enum failure failure;
	int attempt;             /* 1 for the first that started */
	int tries_left;          /* automatic retries */
	int64_t prompt;          /* event that raised what it asks now; 0: it asks nothing */
	int64_t since;           /* run time of the last change of state */
	int64_t began, ended;    /* run time of the first start and the last finish; -1: never */
	char *reason;            /* of the last change, where one was given */
	struct actor by;         /* who made the last change */

	enum tri when;           /* of its condition, once looked at */
	int64_t when_seq;        /* event of the last look at it */
	bool looked;             /* `when` was looked at in this activation */
	bool go;                 /* may start without asking (retry, override, pace) */
	int wrong_names;
	char *target;            /* filled, frozen when HOLD was entered */
	char **targets;          /* EACH: names of all it destroys, sorted, frozen with target */
	size_t n_targets;
	bool covers;             /* EACH: one answer was given for all its rounds */
	bool fresh;              /* WAITING: came there by the walk, not by going back */
	bool leaving;            /* GROUP: being left; only `always` kids still walk */
	bool over;               /* CALL: the called runbook has come to an `end` of its own */
	bool jumped;             /* finished by a jump */
	bool late;               /* `takes` was exceeded and said so */
	bool stale;              /* an earlier step was done again after this one */
	bool overridden_block;   /* BLOCKED was overridden for this attempt */
	char *problem;           /* BLOCKED, DECIDING: what is wrong, one line */
	char *edited;            /* the operator's command instead of the runbook's */
	int64_t next_look;       /* CONFIRMING, CHECK, WAIT: run time of the next probe; -1: none */
	int64_t give_up;         /* … and of the last; -1: no bound */
	int64_t holds_since;     /* probe with `stays`: run time of the first look of those that
				  * came out true without a break; -1: the last did not */
	int looks;               /* probes ended in this attempt */
	int64_t retry_at;        /* DECIDING: automatic retry at this run time; -1: none */
	char *reading;           /* last reading of a probe or expectation, one line */
	int64_t reading_at;      /* its run time */
	char *lines;             /* ASK with lines_of or from: what to choose from, a line each */
	bool repairing;          /* CHECK: its repair is wanted next */
	size_t digests_open;     /* produced files whose digest is still to come */
	size_t uses_ok;          /* artefacts found unchanged in this activation */
	struct cmd *cmd;         /* command in flight or the last one of its own */
	struct cmd *undo_cmd;
	enum undo_state undo;
	struct guard *guard;     /* of its start, where one is: guard_state.h; NULL */
	struct climb *climb;     /* CONTACT, from its beginning on: contact_state.h; NULL */
	size_t order;            /* position in state->insts */

	bool asked;              /* not folded: the keeper was asked for its command */
};

enum cmd_phase { CMD_INTENT, CMD_STOPPING, CMD_ENDED, CMD_NEVER, CMD_NO_EXEC, CMD_UNKNOWN };

struct cmd {
	char token[TOKEN_MAX];
	enum purpose purpose;
	struct inst *inst;   /* NULL: typed by hand outside a step */
	int attempt;
	enum cmd_phase phase;
	char *text;          /* what runs, as shown */
	char *owed;          /* SETTLE: key of the debt */
	bool terminal;
	int64_t pid;
	uint64_t pid_start;
	char boot_id[CLOCK_BOOT_ID_LEN + 1];
	int64_t began, ended; /* run time; ended -1: not yet */
	int64_t deadline, timeout_ms; /* deadline: run time; -1: none */
	bool timed_out;
	int code;             /* exit status, or the signal when signaled */
	bool signaled;
	int sys;              /* NO_EXEC: errno */
	int64_t bytes[3];     /* on record: out, err, tty */
	char *survivors;
	int64_t seq;          /* of its intent */
	int try_no;           /* SEND: the try of the climb that it sends; GUARD: the probe;
			       * TELL: the message */
	bool lab;            /* GUARD: it asks whether its target is a lab */
	bool sends;          /* it runs, in a drill that runs nothing: a message to its channel */
};

struct debt {
	char *key;           /* name, and @items of the step that owes it */
	char *name;
	struct inst *inst;   /* who owes */
	char *command;
	bool safe_any_time;
	bool paid, voided;
	bool failed;         /* the last try to pay it failed */
	int64_t seq;
};

struct artefact {
	char *name, *path, *sha256;
	int64_t seq;
};

#endif
