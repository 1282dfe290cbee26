/* The state of a run: a fold of its events, and nothing else. Read-only for all but the engine. */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "drill_state.h"
#include "guard_state.h"
#include "inst.h"
#include "outside_state.h"

struct buf;

enum run_phase { RUN_NEW, RUN_OPEN, RUN_CLOSING, RUN_CLOSED };

struct seat {
	bool taken;
	char client[40];
	struct actor who;
};

struct state {
	const struct runbook *book; /* NULL: --blank */
	char *run;
	char *title;
	enum run_mode mode;
	struct drill drill;  /* of a drill */
	enum run_phase phase;
	bool paused;
	enum pace pace;
	bool stopped;        /* the run was told to end before its walk did */
	int64_t prompt;      /* of the closing question; 0: none */
	char *verdict;       /* set on close */
	bool success;
	char *end_text;      /* of the `end` that was reached; not of a called runbook's */
	struct inst *root;
	struct inst **insts; /* all, in order of making */
	size_t n_insts, cap_insts;
	struct inst **active;/* neither PENDING nor FINISHED, in walk order of arrival */
	size_t n_active, cap_active;
	struct cmd **cmds;
	size_t n_cmds, cap_cmds;
	struct debt *debts;
	size_t n_debts, cap_debts;
	struct artefact *artefacts;
	size_t n_artefacts, cap_artefacts;
	struct seat seat;
	int64_t seq;         /* of the last event applied */
	struct moment opened, last;
	int64_t boot_from, run_from; /* run time = run_from + (boot - boot_from) * drill.pace */
	char boot_id[CLOCK_BOOT_ID_LEN + 1];
	int64_t rto_ms;
	size_t done, skipped, deferred, failed; /* leaves, for the place line */
	size_t leaves;       /* known so far */
	size_t sending;      /* messages of contact steps in flight */
	size_t looking;      /* probes of guards in flight */
	size_t telling;      /* messages of broken glass in flight */
	bool undoing;        /* the run is being rolled back: planned undos, newest first */
	int keepers;         /* how often a keeper took the run up */
	struct guard_identity *known; /* who is known to be behind a client */
	size_t n_known;
	struct guard_permit *permits;
	size_t n_permits;
	struct glass *glass;
	size_t n_glass;
	char *cwd;           /* folder that commands run in */
	struct outside outside; /* what people did and brought beside the script */
};

/* Run time of a moment of this boot; and the moment of a run time, in boot time, rounded up. */
int64_t state_time(const struct state *s, struct moment at);
int64_t state_boot(const struct state *s, int64_t run_time);

/* The instance with this key, or NULL. */
struct inst *state_inst(const struct state *s, const char *key);
struct cmd *state_cmd(const struct state *s, const char *token);
/* The shell of this token, or NULL; whether it still runs. */
const struct shell *state_shell(const struct state *s, const char *token);
bool state_shell_open(const struct state *s, const struct shell *sh);
/* The file whose bytes are kept under this token, or NULL. */
const struct attached *state_file(const struct state *s, const char *token);

/* All names in scope for an instance (NULL: the run), innermost last. *ret is the caller's to
 * free(); the values stay the state's. Returns how many. */
size_t state_bindings(const struct state *s, const struct inst *in, struct binding **ret);

/* Whether a caution is to be shown now: its place was reached, its condition holds, and what it
 * belongs to is not over. One without a condition is shown when it is met, and no longer. */
bool state_caution(const struct inst *in);

/* The name that must be typed before the undo of a step starts, in an empty out; false: none, for
 * the step does not destroy. What puts an old state back overwrites the one that is there. */
bool state_undo_name(const struct state *s, const struct inst *in, struct buf *out);

/* What the operator may do about an instance now: verbs as a bit set (1u << VERB_X). */
uint64_t state_verbs(const struct state *s, const struct inst *in);
/* … and about the run as a whole. */
uint64_t state_run_verbs(const struct state *s);

/* The command that will run or ran for an instance (edited or as written), or NULL. */
const char *inst_command(const struct inst *in);
/* Title filled with the values of its scope; appended to out. */
void inst_title(struct buf *out, const struct state *s, const struct inst *in);
/* The next instance of the walk in reading order (depth first), NULL at the end; from root. */
struct inst *inst_next(const struct inst *in);

#endif
