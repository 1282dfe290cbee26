/* The holder: parent, terminal and subreaper of a run's commands, and its client's side.
 *
 * A small process that outlives the keeper. It writes what commands print to spool files and how
 * they end to a status file, so that a keeper that was killed finds both. It knows no SQLite and no
 * YAML, and it decides nothing: it starts, stops and reports.
 *
 *   folder/holder.sock         where a keeper connects (one at a time; a new one takes over)
 *   folder/holder.lock         held as long as it lives
 *   folder/holder.group        where its cgroup is, while there is one
 *   folder/spool/TOKEN.out     bytes of a stream (.out .err .tty), made with the first byte
 *   folder/status              one line per fact, appended in one write(2): holder_status.h
 *
 * Gate: the child is forked and waits on a pipe. holder_go lets it exec; the end of the keeper's
 * connection before that makes it leave without exec, and the status says "never" (the child itself
 * writes that when it was the holder that died).
 *
 * End: a command has ended when its own child ended and its streams did. Where something that it
 * left behind keeps a stream open: at once when it leaves_processes, else after 2 s. What comes on
 * a stream after the end is read and dropped, so that a daemon neither blocks nor dies of it.
 *
 * Full disk: when a spool cannot be written, or HOLDER_SPOOL_MAX bytes of a command wait to be
 * freed, its streams are not read any more. The command waits in its write(2); nothing is lost.
 */
#ifndef HOLDER_HOLDER_H
#define HOLDER_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "holder_status.h"

struct err;
struct loop;
struct holder; /* a keeper's end of the connection */

enum {
	HOLDER_SPEC_MAX = 1000000, /* bytes of argv, env and cwd, HOLDER_SPEC_WORD more for each */
	HOLDER_SPEC_WORD = 5,
	HOLDER_INPUT_MAX = 1 << 20,
	HOLDER_TYPED_MAX = 64 << 10, /* typed for a terminal and not yet read there */
	HOLDER_LIVE_MAX = 128,       /* commands prepared or running */
	HOLDER_KEPT_MAX = 4096,      /* ended ones that nobody called holder_forget for */
	HOLDER_SPOOL_MAX = 1 << 30,
	HOLDER_HIDE_MAX = 64 << 10,  /* bytes of a text that is to be hidden */
	HOLDER_SEALED_MAX = (1 << 20) + 1, /* of what a sealed one prints; the rest is dropped */
};

/* What is to be run. Strings are borrowed for the call. */
struct holder_spec {
	const char *token;       /* unique in the run; [A-Za-z0-9._-] */
	const char *const *argv; /* NULL terminated; argv[0] is looked up in PATH of env */
	const char *const *env;  /* NULL terminated, all of it; BLACKSTART_TOKEN=token is added */
	const char *cwd;         /* NULL: / */
	const void *input;       /* standard input of a command with pipes; NULL: /dev/null. The
				  * command sees a file that it can only read */
	size_t n_input;
	bool terminal;           /* a cooked pty of rows x cols instead of pipes; takes no input */
	unsigned short rows, cols;
	bool leaves_processes;   /* survivors of its tree are meant to stay */
	bool sealed;             /* what it prints to standard output reaches no disk: `sealed` */
};

/* `current` and below may be NULL. A status is borrowed for the call. After connecting come the
 * commands that the holder knows, each by prepared, running or ended, then current.
 * No call comes from inside a function below, and any function may be used in a call. */
struct holder_calls {
	void *ctx;
	void (*prepared)(void *ctx, const struct holder_status *st);
	/* Refused before the fork: spec over a limit, token taken, no process to be had. With the
	 * token "": holder_quit, because commands run. */
	void (*refused)(void *ctx, const char *token, int sys, const char *why);
	void (*running)(void *ctx, const struct holder_status *st);
	/* Any final fate; once a connection, until holder_forget. */
	void (*ended)(void *ctx, const struct holder_status *st);
	void (*output)(void *ctx, const char *token); /* a hint: a spool grew */
	/* Processes of the tree survived KILL, or perhaps left it and cannot be reached: "4711 nc".
	 * The command is then reported as ended, these among its survivors. */
	void (*stuck)(void *ctx, const char *token, const char *who);
	void (*gone)(void *ctx); /* the holder's connection ended: it died, or another took over */
	void (*current)(void *ctx);
	/* The command waits: its output cannot be kept, or (at the gate, after holder_go) that it
	 * was let go cannot be written down. sys as write(2) had it, or 0 for HOLDER_SPOOL_MAX.
	 * Then that it goes on. The holder keeps trying by itself. */
	void (*blocked)(void *ctx, const char *token, int sys);
	void (*unblocked)(void *ctx, const char *token);
	/* n typed bytes were thrown away: the command does not read, or has no terminal. */
	void (*deaf)(void *ctx, const char *token, size_t n);
	/* Before `ended` of a sealed command that ran, each time: what it printed, at most
	 * HOLDER_SEALED_MAX bytes, to be read from the start. fd is borrowed for the call. Gone
	 * when the holder is, and with holder_forget. */
	void (*sealed)(void *ctx, const char *token, int fd);
};

/* The process itself, for the hidden verb; argv[0] and title as `blackstart holder RUN`. Detaches
 * (returns 0 in the first process at once): no terminal, SIGHUP ignored, standard streams on
 * /dev/null once it has written one line to standard output ("ok", or why not). Lives until it was
 * told to quit or has had no keeper for 30 s, with nothing running, and while a process that was
 * meant to stay holds one of its streams. SIGTERM: takes no new commands and leaves when the last
 * one ended, at once with none. Returns the exit status. */
int holder_main(const char *folder, const char *run);

/* Connects to the holder of folder (which must exist), starting one (exec of /proc/self/exe with
 * "holder RUN FOLDER") where none lives. Blocks at most 2 s (ERR_CANCEL). ERR_VERSION: a holder of
 * another version lives there. ERR_IO, ERR_DENIED (another user's). calls is copied. */
int holder_connect(struct loop *loop, const char *folder, const char *run,
		   const struct holder_calls *calls, struct holder **ret, struct err *err);
/* Gated children leave; running ones go on. Frees h; safe in its own calls. NULL is fine. */
void holder_disconnect(struct holder *h);
pid_t holder_pid(const struct holder *h);

/* All of these send and return; answers come by the calls. ERR_LIMIT for a spec that is too large,
 * ERR_USAGE for one that makes no sense, ERR_CANCEL when the connection is gone. What names a
 * command that is not there, or not in a state for it, has no effect. */
int holder_prepare(struct holder *h, const struct holder_spec *spec, struct err *err);
int holder_go(struct holder *h, const char *token, struct err *err);
int holder_drop(struct holder *h, const char *token, struct err *err); /* at the gate: never */
/* TERM (and CONT) to the whole tree, KILL after grace_ms, escapees by cgroup or subreaper; `ended`
 * comes when all of it is gone. What survives KILL for 2 s is `stuck`. At the gate: as drop. */
int holder_stop(struct holder *h, const char *token, int grace_ms, struct err *err);
int holder_input(struct holder *h, const char *token, const void *p, size_t n, struct err *err);
int holder_resize(struct holder *h, const char *token, unsigned short rows, unsigned short cols,
		  struct err *err);
/* The spool up to `upto` bytes is on record: its space may be given back, in steps of 1 MiB while
 * the command runs; the file goes when the command has ended and all of it is freed. */
int holder_free(struct holder *h, const char *token, int stream, int64_t upto, struct err *err);
/* A command's end and all its bytes are on record: the spool files go, and the holder tells no more
 * of it. For a token it does not know, left by a holder before it: the files go. */
int holder_forget(struct holder *h, const char *token, struct err *err);
/* From here on no stream of a command shows these n bytes, in any form that hide.h names. Kept by
 * the holder until it ends. ERR_LIMIT over HOLDER_HIDE_MAX. */
int holder_hide(struct holder *h, const char *text, size_t n, struct err *err);
int holder_quit(struct holder *h, struct err *err);

/* What a holder of this folder left that was killed: its cgroup is removed. Nothing while one
 * lives. */
void holder_sweep(const char *folder);

/* Nobody will connect to folder any more: status, spools, socket, lock and cgroup are removed, the
 * folder stays. False, and nothing is done, while a holder lives there. */
bool holder_clear(const char *folder);

#endif
