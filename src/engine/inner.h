/* What the files of the engine share: the fold (apply), and the pass that decides.
 *
 * Deciding files (walk, group, command, answer, run) see the state as const and change it only by
 * emitting an event, which is applied at once; so what they decide is what a replay folds.
 */
#ifndef ENGINE_INNER_H
#define ENGINE_INNER_H

#include "asking.h"
#include "buf.h"
#include "engine.h"
#include "json.h"

/* Intents answered so far: "client/id" and the event that answered. */
struct answered {
	char *mark;
	int64_t seq;
	bool accepted;
	char *why;
};

struct engine {
	struct state s;
	engine_book_fn *find_book;
	void *book_ctx;
	struct inst **by_key; /* open addressing, power of two */
	size_t n_keys, cap_keys;
	struct answered *answered;
	size_t n_answered, cap_answered;
	struct wish *wishes;
	size_t n_wishes, cap_wishes;
	int64_t n_tokens;
	struct step **made;   /* steps made for runbooks called in */
	size_t n_made;
};

struct pass {
	struct engine *e;
	const struct state *s;
	const struct eval *eval;
	const struct engine_input *in;
	struct event_list *out;
	struct action_list *acts;
	int64_t now;          /* run time */
	char mark[84];        /* "client/id" of the intent, until an event has carried it */
	struct buf body;
	struct jsonw w;
};
/* --- build.c: instances ---------------------------------------------------------------------- */
struct inst *build_root(struct engine *e, const struct runbook *book);
int build_items(struct engine *e, struct inst *group, const struct json *items, struct err *err);
struct inst *build_called(struct engine *e, struct inst *before, const struct runbook *book);
void build_free(struct engine *e);
void build_set(struct scope *sc, const char *name, const struct value *v, int64_t seq,
	       bool corrected);
#include "drilling.h"
#include "each.h"
#include "emit.h"
#include "finish.h"
#include "lab.h"
#include "warding.h"

/* --- look.c: evaluation, on record ---------------------------------------------------------- */
struct reading {
	int code;       /* `exit`, when has_code */
	bool has_code;
};
/* Evaluates text in the scope of `in` and records it as an EV_LOOKED of `what`. */
enum tri look(struct pass *p, const struct inst *in, const char *what, const char *text,
	      const struct reading *r, const char *option);
/* The same for a probe that has ended. A probe that failed is no reading: `failed` says how,
 * nothing is evaluated, the result is unknown. */
struct again {
	int64_t every, stays; /* ns; stays: how long it must hold, 0: one look is enough */
	int64_t late;         /* ns; a look so long after the one before says nothing about the
			       * time between */
	const char *failed;
	/* what came of it */
	bool held;            /* true, and for long enough */
	int64_t held_ns;      /* for how long it has held, or had before this look */
	int64_t next;         /* run time of the next look; -1: there is none */
};
int64_t look_rounded(int64_t ns); /* milliseconds, whole seconds where there are some */
enum tri look_again(struct pass *p, const struct inst *in, const char *what, const char *text,
		    const struct reading *r, struct again *again);
size_t look_bindings(const struct pass *p, const struct inst *in, const struct reading *r,
		     struct binding **ret, struct value builtin[4]);
bool look_reads(const struct pass *p, const char *text, const char *name);
/* The problem where a condition came out as t; why: NULL or "" for none. mem_ */
char *look_not_so(const struct pass *p, const struct inst *in, enum tri t, const char *text,
		  const char *why);
/* --- walk.c ---------------------------------------------------------------------------------- */
bool walk_advance(struct pass *p); /* one transition somewhere, or false when all is quiet */
/* Looks again at cautions whose values were set since; `first`: of the events of this pass. */
void caution_all(struct pass *p, size_t first);
/* Asks for the commands that the state wants and nobody was asked for yet. */
void wish_all(struct pass *p);
bool walk_waiting(struct pass *p, const struct inst *in);
enum effect inst_effect(const struct inst *in);
void walk_start(struct pass *p, const struct inst *in);
void walk_begin(struct pass *p, const struct inst *in); /* past the hold point */
void walk_block(struct pass *p, const struct inst *in, const char *problem);
void choices_begin(struct pass *p, const struct inst *in); /* choices.c: `ask` with `from` */
/* The purpose of the command it wants now, or -1. */
int inst_wants(const struct state *s, const struct inst *in, int64_t now);
bool inst_in_flight(const struct cmd *c);
const struct debt *walk_debt(const struct state *s, const struct inst *in); /* of a settle */
bool inst_runs(const struct inst *in); /* has a command in flight */
/* --- group.c --------------------------------------------------------------------------------- */
enum walked { MOVED, QUIET, COMPLETE };
enum walked group_walk(struct pass *p, const struct inst *in);
bool group_advance(struct pass *p, const struct inst *in);
bool group_choose(struct pass *p, const struct inst *in, const char *option, const char *reason);
void group_leave(struct pass *p, const struct inst *in, const char *reason);
/* --- command.c ------------------------------------------------------------------------------- */
void command_input(struct pass *p); /* INPUT_PREPARED … INPUT_STUCK, by token */
void command_stop(struct pass *p, const struct inst *in, const char *why, bool timed_out);
void ended_command(struct pass *p, struct cmd *c); /* INPUT_ENDED */
void command_stopped(struct pass *p, const struct inst *in, enum failure f);
void ended_confirm(struct pass *p, const struct inst *in); /* behind its digests: verify, finish */
/* --- answer.c, deviate.c, run.c: intents ----------------------------------------------------- */
typedef void row_fn(struct pass *p, const struct inst *in, const struct intent *it);
extern row_fn *const table_answers[STEP_STATE_MAX][VERB_MAX]; /* table.c */
extern const bool table_moves[STEP_STATE_MAX][STEP_STATE_MAX]; /* table.c: legal changes */
row_fn answer_start, answer_name, answer_done, answer_fail, answer_retry, answer_recheck,
	answer_skip, answer_defer, answer_recall, answer_override_block, answer_override_done,
	answer_accept, answer_repair, answer_suspend, answer_resume, deviate_abort, deviate_kill,
	deviate_reopen, deviate_edit, deviate_undo, contact_reply, contact_answer;
void run_intent(struct pass *p, const struct intent *it);  /* verbs of the run as a whole */
row_fn outside_file; /* outside.c */
/* --- shell.c --------------------------------------------------------------------------------- */
row_fn shell_said;
bool shell_wanted(const struct intent *it); /* an exec that wants a shell */
/* One that its person left is taken up again: true, and nothing else is to be done. */
bool shell_taken_up(struct pass *p, const struct intent *it);
bool shell_is_of(const struct state *s, const struct intent *it); /* about its own */
void shell_client_gone(struct pass *p, const char *client);
void shell_again(struct pass *p); /* a keeper came: what was to be hung up is */
bool close_advance(struct pass *p, const struct inst *root); /* closing */
void run_book(struct pass *p);
void close_now(struct pass *p, const char *reason);
void run_stop(struct pass *p, const char *reason);
/* --- small ----------------------------------------------------------------------------------- */
bool inst_is_group(const struct inst *in);
struct inst *inst_scope(const struct inst *in); /* nearest with a scope; never NULL */
struct inst *inst_call(const struct inst *in); /* the call it is walked by; NULL: the run itself */
void state_release(struct engine *e);

#endif
