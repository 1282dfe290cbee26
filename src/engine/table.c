/* The two tables of the engine: which answer a step takes in which state, and which changes of
 * state there are. What has no row is refused, and the refusal is on record.
 *
 * The states are those of docs/DESIGN.md, "Steps"; worked out from the procedure systems of
 * spacecraft (PLUTO, PLEXIL), aircraft (electronic checklists) and power plants (NUREG-0700).
 */
#include "inner.h"

row_fn *const table_answers[STEP_STATE_MAX][VERB_MAX] = {
	[STEP_PENDING] = {
		[VERB_EDIT] = deviate_edit,
	},
	[STEP_WAITING] = {
		[VERB_START] = answer_start,
		[VERB_SKIP] = answer_skip,
		[VERB_DEFER] = answer_defer,
		[VERB_EDIT] = deviate_edit,
	},
	[STEP_BLOCKED] = {
		[VERB_RETRY] = answer_recheck,
		[VERB_OVERRIDE] = answer_override_block,
		[VERB_SKIP] = answer_skip,
		[VERB_DEFER] = answer_defer,
		[VERB_EDIT] = deviate_edit,
	},
	[STEP_HOLD] = {
		[VERB_START] = answer_name,
		[VERB_OVERRIDE] = ward_break,
		[VERB_SKIP] = answer_skip,
		[VERB_DEFER] = answer_defer,
		[VERB_EDIT] = deviate_edit,
	},
	[STEP_EXECUTING] = {
		[VERB_REPLY] = contact_reply,
		[VERB_DONE] = answer_done,
		[VERB_FAIL] = answer_fail,
		[VERB_SKIP] = answer_skip,
		[VERB_DEFER] = answer_defer,
		[VERB_ABORT] = deviate_abort,
		[VERB_SUSPEND] = answer_suspend,
		[VERB_OVERRIDE] = answer_override_done,
	},
	[STEP_CONFIRMING] = {
		[VERB_REPLY] = contact_reply,
		[VERB_ABORT] = deviate_abort,
		[VERB_OVERRIDE] = answer_override_done,
	},
	[STEP_DECIDING] = {
		[VERB_REPLY] = contact_reply,
		[VERB_DONE] = answer_done,
		[VERB_RETRY] = answer_retry,
		[VERB_SKIP] = answer_skip,
		[VERB_DEFER] = answer_defer,
		[VERB_OVERRIDE] = answer_override_done,
		[VERB_ACCEPT] = answer_accept,
		[VERB_REPAIR] = answer_repair,
		[VERB_EDIT] = deviate_edit,
	},
	[STEP_FAILING] = {
		[VERB_ABORT] = deviate_kill,
	},
	[STEP_SUSPENDED] = {
		[VERB_REPLY] = contact_reply,
		[VERB_RESUME] = answer_resume,
		[VERB_SKIP] = answer_skip,
		[VERB_DEFER] = answer_defer,
	},
	[STEP_DEFERRED] = {
		[VERB_REPLY] = contact_reply,
		[VERB_RECALL] = answer_recall,
		[VERB_SKIP] = answer_skip,
	},
	[STEP_FINISHED] = {
		[VERB_REPLY] = contact_reply,
		[VERB_REOPEN] = deviate_reopen,
		[VERB_UNDO] = deviate_undo,
	},
};

const bool table_moves[STEP_STATE_MAX][STEP_STATE_MAX] = {
	[STEP_PENDING] = { [STEP_WAITING] = true, [STEP_FINISHED] = true },
	[STEP_WAITING] = { [STEP_WAITING] = true, [STEP_BLOCKED] = true, [STEP_HOLD] = true,
			   [STEP_EXECUTING] = true, [STEP_DEFERRED] = true,
			   [STEP_FINISHED] = true, [STEP_PENDING] = true },
	[STEP_BLOCKED] = { [STEP_WAITING] = true, [STEP_DEFERRED] = true,
			   [STEP_FINISHED] = true, [STEP_PENDING] = true },
	[STEP_HOLD] = { [STEP_EXECUTING] = true, [STEP_BLOCKED] = true, [STEP_DECIDING] = true,
			[STEP_WAITING] = true, [STEP_DEFERRED] = true, [STEP_FINISHED] = true,
			[STEP_PENDING] = true },
	[STEP_EXECUTING] = { [STEP_EXECUTING] = true, [STEP_CONFIRMING] = true,
			     [STEP_DECIDING] = true, [STEP_FAILING] = true,
			     [STEP_SUSPENDED] = true, [STEP_DEFERRED] = true,
			     [STEP_WAITING] = true, [STEP_FINISHED] = true },
	[STEP_CONFIRMING] = { [STEP_DECIDING] = true, [STEP_FAILING] = true,
			      [STEP_FINISHED] = true },
	[STEP_DECIDING] = { [STEP_WAITING] = true, [STEP_EXECUTING] = true,
			    [STEP_DECIDING] = true, [STEP_DEFERRED] = true,
			    [STEP_FINISHED] = true, [STEP_PENDING] = true },
	[STEP_FAILING] = { [STEP_DECIDING] = true, [STEP_FINISHED] = true },
	[STEP_SUSPENDED] = { [STEP_EXECUTING] = true, [STEP_DEFERRED] = true,
			     [STEP_FINISHED] = true, [STEP_PENDING] = true },
	[STEP_DEFERRED] = { [STEP_WAITING] = true, [STEP_FINISHED] = true },
	[STEP_FINISHED] = { [STEP_WAITING] = true },
};
