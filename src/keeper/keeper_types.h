/* The parts a keeper is made of. */
#ifndef KEEPER_TYPES_H
#define KEEPER_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "actor.h"
#include "buf.h"
#include "clock.h"
#include "engine.h"
#include "err.h"
#include "holder.h"
#include "journal.h"
#include "keeper_vouch.h"

struct chan;
struct hash_ctx;
struct keeper;
struct played;
struct timer;
struct watch;

/* A holder and the folder it works in. There are two only after the record was moved elsewhere:
 * what ran before goes on under the old one. */
struct post {
	struct keeper *k;
	char *folder;
	char *why;  /* it lives and cannot be reached; NULL: no trouble */
	struct holder *h; /* NULL: not connected */
};

enum { CHUNK_MAX = 1 << 20 };
/* SEND: only in a drill that runs nothing, for its messages. The others have no holder there. */
enum { POST_OWN, POST_OLD, POST_SEND, POST_MAX };

enum proc_at {
	PROC_ASKED, /* to be forked */
	PROC_GATED, /* waits at the gate */
	PROC_GOING, /* told to exec */
	PROC_OVER,  /* ended, in some way */
	PROC_DONE,  /* the engine knows; the record does after the next commit */
};

/* A command that a holder has or had, until its end is on record. */
struct proc {
	char token[TOKEN_MAX];
	struct post *post;
	enum proc_at at;
	bool told;             /* the engine knows that it is at the gate */
	enum holder_fate word; /* last one in the status file of a dead holder */
	bool lost;             /* OVER: its fate is unknown; `text` says what is known */
	bool refused;          /* OVER: it could not be prepared; `text` says why */
	bool dirty;            /* its spool grew */
	bool resumed;          /* from before this keeper: `out` does not hold its beginning */
	struct holder_status st;
	char *text;
	char *stuck;           /* a process that survives KILL, not told yet */
	char *waits;           /* its output cannot be kept: why */
	bool waits_told;
	int spool[STREAM_MAX]; /* descriptors, -1: not open */
	int64_t kept[STREAM_MAX];  /* bytes given to the record */
	int64_t freed[STREAM_MAX]; /* bytes given back to the holder */
	struct buf out;        /* its standard output while it is short */
	bool sealed;           /* that reaches no record: `raw` has it, once the command ended */
	struct buf raw;
	bool raw_came;
	bool unsure;           /* the holder has not spoken of it since we came */
	struct played *played; /* no process: the stage plays it; NULL */
};

struct client {
	struct keeper *k;
	struct chan *chan;
	uid_t uid;
	pid_t pid;
	char id[40];           /* empty before its hello */
	struct actor who;
	bool observer, shared;
	bool foreign;          /* of another account: its agent cannot be used */
	struct vouch_with with;
	bool gone;             /* its end is still to be told to the engine */
};

struct known_id {
	char id[40];
	uid_t uid;
};

struct reply {
	char client[40], id[40];
	struct verdict verdict;
};

/* A chunk that was written and is not committed: written again where the commit fails. */
struct chunk {
	struct proc *p;
	enum stream stream;
	int64_t from;
	size_t n;
	bool plain;
};

/* The process of a command whose fate is unknown. */
struct orphan {
	struct keeper *k;
	char token[TOKEN_MAX];
	int64_t pid;
	int fd; /* pidfd */
	struct watch *watch;
	bool gone;
};

/* A child of ours that reads files, so that a file system that hangs holds nobody up. */
struct said {
	struct actor who;
	char *text;
};

struct trouble {
	bool on;
	struct err why;
	struct moment since;
	int64_t busy_since;    /* boot time of the first ERR_BUSY in a row; 0: none */
	int64_t wait_ms;
	int tries;
	bool ballast_gone;     /* released, and not noted yet */
	int aside_fd;
	int64_t aside_bytes, aside_events;
	size_t aside_done;     /* events of the batch that are in the file */
	struct hash_ctx *hash; /* over what was put aside */
	struct timer *retry;
	struct said *said;     /* the operator's choices, for the record */
	size_t n_said;
};

#endif
