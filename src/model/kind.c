#include "kind.h"

#include <stddef.h>
#include <string.h>

#include "event.h"
#include "intent.h"

static const char *const words_kind[KIND_MAX] = {
	[KIND_DO] = "do",
	[KIND_RUN] = "run",
	[KIND_CHECK] = "check",
	[KIND_WAIT] = "wait",
	[KIND_ASK] = "ask",
	[KIND_CHOOSE] = "choose",
	[KIND_BRANCH] = "branch",
	[KIND_HOLD] = "hold",
	[KIND_CONTACT] = "contact",
	[KIND_RESTORE] = "restore",
	[KIND_REBUILD] = "rebuild",
	[KIND_RELEASE] = "release",
	[KIND_CALL] = "call",
	[KIND_SETTLE] = "settle",
	[KIND_SET] = "set",
	[KIND_ANNOUNCE] = "announce",
	[KIND_CAUTION] = "caution",
	[KIND_END] = "end",
	[KIND_GROUP] = "steps",
	[KIND_PARALLEL] = "parallel",
	[KIND_OPTION] = "option",
	[KIND_BROKEN] = "broken",
};

static const char *const words_effect[EFFECT_MAX] = {
	[EFFECT_READ] = "read",
	[EFFECT_CHANGE] = "change",
	[EFFECT_DESTROY] = "destroy",
};

static const char *const words_on_fail[FAIL_MAX] = {
	[FAIL_ASK] = "ask",
	[FAIL_STOP] = "stop",
	[FAIL_CONTINUE] = "continue",
	[FAIL_RETRY] = "retry",
	[FAIL_GOTO] = "goto",
};

static const char *const words_pace[PACE_MAX] = {
	[PACE_AUTO] = "auto",
	[PACE_STEP] = "step",
};

static const char *const words_mode[MODE_MAX] = {
	[MODE_REAL] = "real",
	[MODE_DRILL] = "drill",
};

static const char *const words_way[DRILL_WAY_MAX] = {
	[DRILL_TABLETOP] = "tabletop",
	[DRILL_SIMULATED] = "simulated",
	[DRILL_LAB] = "lab",
};

static const char *const words_drill[DRILL_WHAT_MAX] = {
	[DRILL_FACILITATOR] = "facilitator",
	[DRILL_DUE] = "due",
	[DRILL_DELIVERED] = "delivered",
	[DRILL_HELD] = "held",
	[DRILL_RELEASED] = "released",
	[DRILL_LEFT_OUT] = "left-out",
	[DRILL_INVENTED] = "invented",
	[DRILL_ASKED] = "asked",
	[DRILL_ANSWER] = "answer",
	[DRILL_OBSERVED] = "observed",
	[DRILL_HELP] = "help",
};

static const char *const words_state[STEP_STATE_MAX] = {
	[STEP_PENDING] = "pending",
	[STEP_WAITING] = "waiting",
	[STEP_BLOCKED] = "blocked",
	[STEP_HOLD] = "hold",
	[STEP_EXECUTING] = "executing",
	[STEP_CONFIRMING] = "confirming",
	[STEP_DECIDING] = "deciding",
	[STEP_FAILING] = "failing",
	[STEP_SUSPENDED] = "suspended",
	[STEP_DEFERRED] = "deferred",
	[STEP_FINISHED] = "finished",
};

static const char *const words_outcome[OUTCOME_MAX] = {
	[OUTCOME_NONE] = "none",
	[OUTCOME_CONFIRMED] = "confirmed",
	[OUTCOME_ACCEPTED] = "accepted",
	[OUTCOME_OVERRIDDEN] = "overridden",
	[OUTCOME_SKIPPED] = "skipped",
	[OUTCOME_NOT_APPLICABLE] = "not-applicable",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_ABORTED] = "aborted",
	[OUTCOME_INTERRUPTED] = "interrupted",
};

static const char *const words_failure[FAILURE_MAX] = {
	[FAILURE_NONE] = "none",
	[FAILURE_PRECONDITION] = "precondition",
	[FAILURE_POSTCONDITION] = "postcondition",
	[FAILURE_TIMEOUT] = "timeout",
	[FAILURE_CMD_EXIT] = "cmd-exit",
	[FAILURE_CMD_SIGNAL] = "cmd-signal",
	[FAILURE_CMD_SPAWN] = "cmd-spawn",
	[FAILURE_DENIED] = "denied",
	[FAILURE_OPERATOR] = "operator",
	[FAILURE_PARENT_EXITED] = "parent-exited",
	[FAILURE_UNKNOWN_FATE] = "unknown-fate",
	[FAILURE_CAPTURE] = "capture",
	[FAILURE_CHILD] = "child",
};

static const char *const words_purpose[PURPOSE_MAX] = {
	[PURPOSE_MAIN] = "main",
	[PURPOSE_PROBE] = "probe",
	[PURPOSE_VERIFY] = "verify",
	[PURPOSE_REPAIR] = "repair",
	[PURPOSE_SETTLE] = "settle",
	[PURPOSE_UNDO] = "undo",
	[PURPOSE_EXEC] = "exec",
	[PURPOSE_SEND] = "send",
	[PURPOSE_GUARD] = "guard",
	[PURPOSE_TELL] = "tell",
};

static const char *const words_event[EV_KIND_MAX] = {
	[EV_RUN_OPENED] = "run_opened",
	[EV_KEEPER] = "keeper",
	[EV_SEAT] = "seat",
	[EV_STEP] = "step",
	[EV_ITEMS] = "items",
	[EV_CMD_INTENT] = "cmd_intent",
	[EV_CMD_ENDED] = "cmd_ended",
	[EV_CMD_LOST] = "cmd_lost",
	[EV_STOP] = "stop",
	[EV_OUTPUT] = "output",
	[EV_LOOKED] = "looked",
	[EV_VALUE] = "value",
	[EV_OWED] = "owed",
	[EV_PAID] = "paid",
	[EV_ARTEFACT] = "artefact",
	[EV_EDITED] = "edited",
	[EV_NOTE] = "note",
	[EV_PACE] = "pace",
	[EV_REFUSED] = "refused",
	[EV_BOOK] = "book",
	[EV_UNDO] = "undo",
	[EV_CREDENTIAL] = "credential",
	[EV_GAP] = "gap",
	[EV_CLOCK] = "clock",
	[EV_RUN_CLOSED] = "run_closed",
	[EV_CONTACT] = "contact",
	[EV_GUARD] = "guard",
	[EV_DRILL] = "drill",
	[EV_FILE] = "file",
	[EV_SHELL] = "shell",
};

static const char *const words_verb[VERB_MAX] = {
	[VERB_START] = "start",
	[VERB_DONE] = "done",
	[VERB_FAIL] = "fail",
	[VERB_RETRY] = "retry",
	[VERB_SKIP] = "skip",
	[VERB_DEFER] = "defer",
	[VERB_RECALL] = "recall",
	[VERB_OVERRIDE] = "override",
	[VERB_ACCEPT] = "accept",
	[VERB_REPAIR] = "repair",
	[VERB_ABORT] = "abort",
	[VERB_SUSPEND] = "suspend",
	[VERB_RESUME] = "resume",
	[VERB_REOPEN] = "reopen",
	[VERB_EDIT] = "edit",
	[VERB_UNDO] = "undo",
	[VERB_SETTLE] = "settle",
	[VERB_CORRECT] = "correct",
	[VERB_EXEC] = "exec",
	[VERB_CALL] = "call",
	[VERB_NOTE] = "note",
	[VERB_PAUSE] = "pause",
	[VERB_CONTINUE] = "continue",
	[VERB_PACE] = "pace",
	[VERB_HANDOVER] = "handover",
	[VERB_TAKE] = "take",
	[VERB_REFRESH] = "refresh",
	[VERB_CLOSE] = "close",
	[VERB_JOURNAL] = "journal",
	[VERB_INPUT] = "input",
	[VERB_REPLY] = "reply",
	[VERB_APPROVE] = "approve",
	[VERB_IDENTIFY] = "identify",
	[VERB_PERMIT] = "permit",
	[VERB_INJECT] = "inject",
	[VERB_INVENT] = "invent",
	[VERB_OBSERVE] = "observe",
	[VERB_PLAY] = "play",
	[VERB_HELP] = "help",
	[VERB_ATTACH] = "attach",
	[VERB_SHELL] = "shell",
};

#define TABLE(words) { words, (int)(sizeof(words) / sizeof(words[0])) }

static const struct {
	const char *const *word;
	int n;
} tables[WORDS_TABLE_MAX] = {
	[WORDS_KIND] = TABLE(words_kind),
	[WORDS_EFFECT] = TABLE(words_effect),
	[WORDS_ON_FAIL] = TABLE(words_on_fail),
	[WORDS_PACE] = TABLE(words_pace),
	[WORDS_MODE] = TABLE(words_mode),
	[WORDS_STATE] = TABLE(words_state),
	[WORDS_OUTCOME] = TABLE(words_outcome),
	[WORDS_FAILURE] = TABLE(words_failure),
	[WORDS_PURPOSE] = TABLE(words_purpose),
	[WORDS_EVENT] = TABLE(words_event),
	[WORDS_VERB] = TABLE(words_verb),
	[WORDS_WAY] = TABLE(words_way),
	[WORDS_DRILL] = TABLE(words_drill),
};

int word_count(enum word_table t)
{
	return (unsigned)t < WORDS_TABLE_MAX ? tables[t].n : 0;
}

const char *word_of(enum word_table t, int v)
{
	return v >= 0 && v < word_count(t) ? tables[t].word[v] : "?";
}

int word_from(enum word_table t, const char *word)
{
	if (!word)
		return -1;
	for (int v = 0; v < word_count(t); v++)
		if (strcmp(tables[t].word[v], word) == 0)
			return v;
	return -1;
}
