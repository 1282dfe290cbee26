/* The step engine: what happened in, what must be recorded and done out.
 *
 * Pure: no clock, no descriptor, no SQL. `engine_apply` is the only thing that changes state, and
 * the same for a live run, a resumed one and a replay. Decisions are made on a state that stands
 * still, one transition at a time, until nothing more follows; evaluation of conditions is passed
 * in and its results are part of the events, so replay never evaluates. What must be remembered is
 * an event; what must be done is an action, to be carried out only when the events given with it
 * are durable (ACT_PREPARE, ACT_DIGEST and ACT_LINES excepted: they change nothing).
 *
 * The table state x input is src/engine/table.c; its rows follow docs/DESIGN.md, "Steps".
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "action.h"
#include "event.h"
#include "input.h"
#include "intent.h"
#include "state.h"

struct buf;
struct err;
struct engine;
struct environment;

/* Evaluation, passed in; see expr.h for what each must do. */
struct eval {
	void *ctx;
	enum tri (*condition)(void *ctx, const char *text, const struct binding *b, size_t n,
			      struct buf *why);
	int (*derive)(void *ctx, const char *text, const struct binding *b, size_t n,
		      enum value_type as, struct value *ret, struct err *err);
	int (*capture)(void *ctx, const struct capture *c, const char *out, size_t n,
		       struct value *ret, struct err *err);
	/* names a condition reads: calls fn for each */
	void (*names)(const char *text,
		      void (*fn)(void *ctx, const char *name, size_t len, size_t off), void *ctx);
	/* whether the environment is frozen at this wall time; why in words. NULL: never is one */
	bool (*frozen)(void *ctx, const struct environment *env, int64_t wall, struct buf *why);
};

/* Finds a runbook called in later by its digest, for replay. NULL: not to be had. */
typedef const struct runbook *engine_book_fn(void *ctx, const char *sha256);

/* A run before its first event. book is borrowed for the engine's life; NULL for --blank. */
struct engine *engine_new(const struct runbook *book, engine_book_fn *find_book, void *ctx);
void engine_free(struct engine *e);
const struct state *engine_state(const struct engine *e);

/* Folds one event in. ERR_CORRUPT for an event that does not follow from the state (wrong seq,
 * unknown step, change that the table has no row for): the state is unchanged then. */
int engine_apply(struct engine *e, const struct event *ev, struct err *err);

struct verdict {
	bool accepted;
	bool repeat;       /* the intent was answered before; this is that answer */
	int64_t seq;       /* event that records it */
	char why[256];     /* refused: in words for the operator */
};

/* Takes one input and all that follows from it without another. Events are appended to *events
 * (already applied, numbered) and must all be committed, in this order, before any action of
 * *actions is carried out, or given again to a journal that works. *ret (may be NULL) is set for
 * intents. Never fails: what no row takes is an EV_REFUSED event. */
void engine_feed(struct engine *e, const struct eval *eval, const struct engine_input *in,
		 struct event_list *events, struct action_list *actions, struct verdict *ret);

/* When the next INPUT_TICK is due: nanoseconds of boot time, or -1 for never. */
int64_t engine_deadline(const struct engine *e);

/* The first event of a run. params: bindings of the root scope, typed and checked by the caller. */
struct opening {
	const char *run, *title, *path, *version, *commit, *git_commit, *reason;
	bool git_dirty;
	enum run_mode mode;
	enum drill_way way;      /* of a drill; as seed, pace and scenario */
	int64_t seed, pace;
	const char *scenario;    /* path, or NULL */
	const struct source_file *files;
	size_t n_files;
	const struct binding *params;
	size_t n_params;
	const char *cwd;
	const char *environment; /* that it is started for, filled in; NULL: none is named */
	int findings;            /* errors the runbook had when it was started all the same */
	struct moment now;
	const char *boot_id;
	struct actor actor;
};
void engine_opening(struct event *ret, const struct opening *o);

/* The invariants of docs/DESIGN.md on the state as it stands; "" or the first one broken. For tests
 * and for `verify`. */
const char *engine_check(const struct engine *e);

#endif
