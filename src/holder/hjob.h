/* A command, from the message that asks for it to its end.
 *
 *          hjob_new          hjob_go          exec worked           own child reaped
 *   (none) ────────► GATED ─────────► GOING ─────────────► RUNNING ───────────────► DEAD
 *                      │ hjob_drop,     │ exec failed,              streams at their │
 *                      │ reaped         │ reaped                 end, or grace over  │
 *                      ▼                ▼                                            ▼
 *                    OVER never       OVER no_exec                  OVER exited, signaled
 *
 * Every arrow into GATED, GOING and OVER is a fact, in the status file before anything follows
 * from it: a last word of "prepared" says for certain that it never ran, whoever died. The keeper
 * is told of the arrows into GATED, RUNNING and OVER.
 */
#ifndef HOLDER_HJOB_H
#define HOLDER_HJOB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "hchild.h"
#include "hcore.h"
#include "holder_status.h"
#include "hspool.h"
#include "hproc.h"
#include "htree.h"

struct hspec;
struct watch;

enum hjob_state { HJOB_GATED, HJOB_GOING, HJOB_RUNNING, HJOB_DEAD, HJOB_OVER };

struct hjob_stream {
	struct hjob *job;
	struct hspool spool;
	struct watch *watch; /* NULL: ended, none, or not read because it cannot be kept */
	bool quiet;          /* read empty, when last looked at */
};

struct hjob {
	struct hcore *core;
	enum hjob_state state;
	struct holder_status st;
	bool leaves, no_exec, reaped;
	bool forgotten;               /* over, and freed as soon as it is reaped */
	int wstatus;                  /* of its own child, once reaped */

	/* before exec */
	struct hspec *spec;           /* with plan: memory that the child works from */
	struct hchild plan;
	char never[HSTATUS_LINE_MAX];
	int gate, report;             /* write end, read end; -1: closed */
	struct watch *report_watch;   /* only where exec takes long */
	bool go_waits;                /* told to go, and the status file does not take that yet */
	bool ran_untold;              /* exec worked, and the keeper was not told yet */

	/* streams: out, err, tty */
	struct hjob_stream stream[3];
	int terminal;                 /* master of its pty, -1: it has pipes */
	int kept;                     /* … all of whose ends are closed while it lives; -1 */
	struct buf typed;             /* what the terminal has not taken yet */
	struct watch *typed_watch;
	bool grew;                    /* a spool did, and the keeper was not told yet */
	bool blocked;                 /* a spool cannot be written */
	int blocked_sys;              /* as told to the keeper */
	int64_t retry_at;

	/* end: moments of CLOCK_BOOTTIME in ns, 0: none */
	struct htree tree;
	bool stopping, tree_gone, stuck;
	struct hproc_list heard;      /* who was sent TERM by this stop */
	int64_t kill_at, stuck_at, look_at, end_at, settled_at;
};

/* Forks a command to the gate; takes over spec and, where it is not -1, input. NULL: refused,
 * *ret_sys and *ret_why say why (both are freed and closed then too). */
struct hjob *hjob_new(struct hcore *c, struct hspec *spec, int input, int *ret_sys,
		      const char **ret_why);
/* Closes what is open; its own child must have been reaped (or the holder is about to exit). */
void hjob_free(struct hjob *j);

void hjob_go(struct hjob *j);
void hjob_drop(struct hjob *j);
void hjob_stop(struct hjob *j, uint32_t grace_ms);
void hjob_input(struct hjob *j, const char *p, size_t n);
void hjob_resize(struct hjob *j, unsigned short rows, unsigned short cols);
void hjob_spool_free(struct hjob *j, int stream, int64_t upto);
void hjob_spool_remove(struct hjob *j); /* all of its files */

/* Its own child was reaped. */
void hjob_reaped(struct hjob *j, int wstatus, const struct rusage *ru);

/* What a new keeper has to know: its state now. */
void hjob_tell(struct hjob *j);

/* Once a pass: what has become due. Lowers *due to the moment of the next call that it needs. */
void hjob_tick(struct hjob *j, int64_t now, int64_t *due);

/* What can wait some milliseconds, so that a short command wakes its keeper once: that it runs,
 * that its output grew. */
bool hjob_has_news(const struct hjob *j);
void hjob_tell_news(struct hjob *j);

static inline bool hjob_live(const struct hjob *j)
{
	return j->state != HJOB_OVER;
}

/* --- between the files of this module -------------------------------------------------------- */

void hjob_move(struct hjob_stream *s);                 /* reads once, and what follows from it */
bool hjob_streams_ended(const struct hjob *j);
void hjob_streams_flush(struct hjob *j);               /* what a mask held back */
void hjob_streams_close(struct hjob *j, bool strays);  /* strays: read on and dropped */
void hjob_tell_sealed(struct hjob *j);                 /* where what it printed can be read */
void hjob_report(struct hjob *j);                      /* reads how exec went, if it is known */
void hjob_leave_gate(struct hjob *j);                  /* frees what the child used before exec */
void hjob_retry(struct hjob *j, int64_t now, int64_t *due); /* what could not be written */
int64_t hjob_ms(int64_t ms);
int64_t hjob_now(void);

#endif
