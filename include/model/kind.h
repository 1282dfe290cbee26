/* The words of the language: one table each, the same word in YAML, journal, screen and docs. */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include "word.h"

/* Kinds of step. GROUP is `steps:`, OPTION a way out of `branch` or `choose`, BROKEN a step that
 * the loader could not make sense of (shown as an instruction with its source text). */
enum step_kind {
	KIND_DO, KIND_RUN, KIND_CHECK, KIND_WAIT, KIND_ASK, KIND_CHOOSE, KIND_BRANCH, KIND_HOLD,
	KIND_CONTACT, KIND_RESTORE, KIND_REBUILD, KIND_RELEASE, KIND_CALL, KIND_SETTLE, KIND_SET,
	KIND_ANNOUNCE, /* as written only: what is walked is the CONTACT made of it */
	KIND_CAUTION, KIND_END, KIND_GROUP, KIND_PARALLEL, KIND_OPTION, KIND_BROKEN,
	KIND_MAX, KIND_INVALID = -1,
};

/* What a step does to the world. The guard and the pace follow from it. */
enum effect { EFFECT_READ, EFFECT_CHANGE, EFFECT_DESTROY, EFFECT_MAX, EFFECT_INVALID = -1 };

enum on_fail { FAIL_ASK, FAIL_STOP, FAIL_CONTINUE, FAIL_RETRY, FAIL_GOTO, FAIL_MAX,
	       FAIL_INVALID = -1 };

/* How soon steps start. AUTO: read by itself, change on Enter, destroy on the typed name.
 * STEP: every step waits for Enter. */
enum pace { PACE_AUTO, PACE_STEP, PACE_MAX, PACE_INVALID = -1 };

enum run_mode { MODE_REAL, MODE_DRILL, MODE_MAX, MODE_INVALID = -1 };

/* What a drill does in place of the runbook's commands. */
enum drill_way {
	DRILL_TABLETOP,  /* nothing runs: the operator says what it would come to */
	DRILL_SIMULATED, /* nothing runs: a scenario answers */
	DRILL_LAB,       /* they run, against a lab */
	DRILL_WAY_MAX, DRILL_WAY_INVALID = -1,
};

/* What an EV_DRILL row says. */
enum drill_what {
	DRILL_FACILITATOR, /* came or went */
	DRILL_DUE, DRILL_DELIVERED, DRILL_HELD, DRILL_RELEASED, DRILL_LEFT_OUT, /* an inject */
	DRILL_INVENTED,    /* one that the scenario does not have, delivered at once */
	DRILL_ASKED,       /* what a command comes to waits for words */
	DRILL_ANSWER,      /* what it comes to */
	DRILL_OBSERVED,    /* a facilitator's observation */
	DRILL_HELP,        /* the operator was helped */
	DRILL_WHAT_MAX, DRILL_WHAT_INVALID = -1,
};

/* Where a step is. procedures of part E: state, outcome and failure are three fields. */
enum step_state {
	STEP_PENDING,   /* not reached */
	STEP_WAITING,   /* reached; waits to be started */
	STEP_BLOCKED,   /* cannot be started: a condition is unknown, an artefact differs, a secret
			   is gone */
	STEP_HOLD,      /* waits for the target's name */
	STEP_EXECUTING, /* its command runs, its instruction is being followed, its children walk
			 */
	STEP_CONFIRMING, /* done as far as it says itself; its verify looks again */
	STEP_DECIDING,   /* did not come out as expected; somebody or a rule decides */
	STEP_FAILING,    /* its command is being stopped */
	STEP_SUSPENDED,  /* manual step laid aside */
	STEP_DEFERRED,   /* left open on purpose */
	STEP_FINISHED,
	STEP_STATE_MAX,
	STEP_STATE_INVALID = -1,
};

enum outcome {
	OUTCOME_NONE,           /* not finished */
	OUTCOME_CONFIRMED,      /* done, and looked at where it says how */
	OUTCOME_ACCEPTED,       /* not confirmed; operator or rule went on */
	OUTCOME_OVERRIDDEN,     /* operator says done against the reading */
	OUTCOME_SKIPPED,
	OUTCOME_NOT_APPLICABLE, /* its condition did not hold, or another way was chosen */
	OUTCOME_FAILED,
	OUTCOME_ABORTED,
	OUTCOME_INTERRUPTED,    /* a group around it ended */
	OUTCOME_MAX, OUTCOME_INVALID = -1,
};

enum failure {
	FAILURE_NONE, FAILURE_PRECONDITION, FAILURE_POSTCONDITION, FAILURE_TIMEOUT,
	FAILURE_CMD_EXIT, FAILURE_CMD_SIGNAL, FAILURE_CMD_SPAWN, FAILURE_DENIED, FAILURE_OPERATOR,
	FAILURE_PARENT_EXITED, FAILURE_UNKNOWN_FATE, FAILURE_CAPTURE, FAILURE_CHILD,
	FAILURE_MAX, FAILURE_INVALID = -1,
};

/* What a command was started for. */
enum purpose {
	PURPOSE_MAIN,   /* the step itself */
	PURPOSE_PROBE,  /* check, wait, ask */
	PURPOSE_VERIFY, /* the second look */
	PURPOSE_REPAIR, /* the repair of a check */
	PURPOSE_SETTLE, /* something owed */
	PURPOSE_UNDO,
	PURPOSE_EXEC,   /* typed by hand */
	PURPOSE_SEND,   /* a message of a contact step */
	PURPOSE_GUARD,  /* reads the target itself, before something destroys */
	PURPOSE_TELL,   /* a message that somebody broke the glass */
	PURPOSE_MAX, PURPOSE_INVALID = -1,
};

#endif
