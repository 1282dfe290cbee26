/* The stage: what stands in a holder's place where a drill runs nothing, and what a scenario does.
 *
 *   stage.c         which drill it is; the step of a pass; what the engine asks of a holder
 *   stage_play.c    one command: who says what it comes to, and how that is played
 *   stage_script.c  the scenario: its fold, its injects
 *   stage_people.c  who replies
 *
 * No function here starts a process. Messages to a drill channel are not played (POST_SEND).
 */
#ifndef KEEPER_STAGE_H
#define KEEPER_STAGE_H

#include "keeper_types.h"
#include "scenario_drill.h"

struct action;
struct intent;
struct keeper;
struct timer;

/* A command that is played. What it comes to is in the state, and in the scenario. */
struct played {
	bool durable;          /* what it comes to is on record: it may be played */
	bool stopped;          /* it was told to stop */
	bool found;            /* `reply` is what it comes to */
	struct scenario_reply reply;
	int64_t began_ms;      /* run time */
	size_t piece;          /* of its progress, then its end */
	int64_t written[STREAM_MAX];
	bool full;             /* the spool could not be written; it is tried again */
};

struct stage {
	struct scenario *scenario; /* NULL: there is none */
	struct timer *timer;
	int64_t due;           /* boot time for which it is set; -1: not at all */
	struct stage_digest {
		char *key, *name, *path;
	} *digests;            /* asked for */
	size_t n_digests;
	struct stage_replied {
		const struct inst *inst;
		int attempt;
		size_t try_no;
	} *replied;            /* tries whose reply the engine was told */
	size_t n_replied;
};

/* The run that was replayed: a stage where it is a drill. */
int stage_open(struct keeper *k, struct err *err);
void stage_close(struct keeper *k);
/* Whether commands are answered here. */
bool stage_plays(const struct keeper *k);
/* Once a pass, before the commit: what an inject follows from stands in the same. */
void stage_step(struct keeper *k);
void stage_resume(struct keeper *k, struct proc *p); /* of an earlier keeper */

/* Whether it is a message that goes out: to the channel of drills, and the scenario does not have
 * the address dead. */
bool stage_sends(const struct keeper *k, const struct action *a);
/* What the engine wants, in the place of a holder. */
void stage_prepare(struct keeper *k, const struct action *a);
void stage_go(struct keeper *k, struct proc *p);
void stage_drop(struct keeper *k, struct proc *p);
void stage_stop(struct keeper *k, struct proc *p);
void stage_play(struct keeper *k, const struct action *a); /* ACT_PLAY */
void stage_digest(struct keeper *k, const char *key, const char *name, const char *path);

/* A client says that it facilitates, or does no longer. */
void stage_facilitates(struct keeper *k, const struct client *c, bool on);
/* VERB_INJECT of a client's. */
void stage_inject(struct keeper *k, const struct actor *who, const struct intent *it,
		  struct verdict *ret);

/* --- among the files of the stage ------------------------------------------------------------- */
/* The next moment at which something is due: run time in ms; sooner of both, -1: none. */
void stage_sooner(int64_t *best_ms, int64_t at_ms);
int64_t stage_now(const struct keeper *k); /* run time in ms */
void stage_play_step(struct keeper *k, struct proc *p, int64_t *next_ms);
/* The scenario's fold as it stood before that row; seq 0: as it stands now. */
void stage_fold(const struct keeper *k, int64_t seq, struct scenario_fold *ret);
void stage_injects(struct keeper *k, int64_t *next_ms);
void stage_people(struct keeper *k, int64_t *next_ms);
/* The number of a try among those of its party, from 1. */
int64_t stage_nth_try(const struct inst *in, size_t try_no);

#endif
