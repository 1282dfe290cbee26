/* The holder: parent, terminal and subreaper of a run's commands, and its client's side.
 *
 * A small process that outlives the keeper. It writes what commands print to spool files and how
 * they end to a status file, so that a keeper that was killed finds both. It knows no SQLite and no
 * YAML, and it decides nothing: it starts, stops and reports.
 *
 *   folder/holder.sock         where a keeper connects (one at a time; a new one takes over)
 *   folder/holder.lock         held as long as it lives
 *   folder/spool/TOKEN.out     bytes of a stream (.out .err .tty), made with the first byte
 *   folder/status              one line per fact, appended in one write(2): see struct holder_status
 *
 * Gate: the child is forked and waits on a pipe. holder_go lets it exec; the end of the keeper's
 * connection before that makes it leave without exec, and the status says "never".
 */
#ifndef HOLDER_HOLDER_H
#define HOLDER_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct loop;
struct holder; /* a keeper's end of the connection */

enum { HOLDER_TOKEN_MAX = 40 };

/* What is to be run. Strings are borrowed for the call. */
struct holder_spec {
	const char *token;       /* unique in the run; [A-Za-z0-9._-] */
	const char *const *argv; /* NULL terminated; argv[0] is looked up in PATH of env */
	const char *const *env;  /* NULL terminated, the whole environment */
	const char *cwd;         /* NULL: the holder's */
	const void *input;       /* standard input of a command with pipes; NULL: /dev/null */
	size_t n_input;          /* at most 1 MiB */
	bool terminal;           /* a cooked pty of rows x cols instead of pipes */
	unsigned short rows, cols;
	bool leaves_processes;   /* survivors of its tree are meant to stay */
};

/* How a command stands. */
enum holder_fate {
	HOLDER_PREPARED, /* forked, waits at the gate */
	HOLDER_RUNNING,  /* exec was seen to work */
	HOLDER_NEVER,    /* left at the gate: it never ran */
	HOLDER_NO_EXEC,  /* exec failed: sys is the errno */
	HOLDER_EXITED,   /* code */
	HOLDER_SIGNALED, /* code is the signal */
	HOLDER_FATE_MAX, HOLDER_FATE_INVALID = -1,
};

struct holder_status {
	char token[HOLDER_TOKEN_MAX];
	enum holder_fate fate;
	pid_t pid;
	uint64_t start;        /* start time of the pid, /proc/PID/stat field 22 */
	int code, sys;
	int64_t began_boot, ended_boot; /* CLOCK_BOOTTIME ns; 0: not yet */
	int64_t bytes[3];      /* spooled so far: out, err, tty */
	bool drained;          /* streams reached their end (EXITED/SIGNALED only with it) */
	int64_t user_us, sys_us; /* CPU time, at the end */
	long max_rss_kb;
	int survivors;         /* processes of its tree left alive at the end */
	char survivor_list[160]; /* "4711 sleep, 4712 nc" */
};

struct holder_calls {
	void *ctx;
	void (*prepared)(void *ctx, const struct holder_status *st);
	/* refused before the fork (spec over a limit, no process to be had) */
	void (*refused)(void *ctx, const char *token, int sys, const char *why);
	void (*running)(void *ctx, const struct holder_status *st);
	void (*ended)(void *ctx, const struct holder_status *st); /* any final fate; once */
	void (*output)(void *ctx, const char *token); /* a hint: a spool grew */
	/* a process of the tree survived KILL, or left the tree and cannot be reached */
	void (*stuck)(void *ctx, const char *token, const char *who);
	void (*gone)(void *ctx); /* the holder's connection ended: it died */
};

/* The process itself: runs until its last command ended, it was told to quit or (with nothing
 * running) its keeper has been gone for `linger_ms`. argv[0] and title as `blackstart holder RUN`. Detached: no terminal,
 * SIGHUP ignored. Called by main for the hidden verb. Returns the exit status. */
int holder_main(const char *folder, const char *run);

/* Connects to the holder of folder, starting one (exec of /proc/self/exe with "holder FOLDER RUN")
 * where none lives. Blocks at most 2 s. */
int holder_connect(struct loop *loop, const char *folder, const char *run,
		   const struct holder_calls *calls, struct holder **ret, struct err *err);
void holder_disconnect(struct holder *h); /* gated children leave; running ones go on */

/* All of these send and return; answers come by the calls. ERR_LIMIT for a spec that is too large,
 * ERR_IO when the connection is gone. */
int holder_prepare(struct holder *h, const struct holder_spec *spec, struct err *err);
int holder_go(struct holder *h, const char *token, struct err *err);
int holder_drop(struct holder *h, const char *token, struct err *err);
/* TERM (and CONT) to the whole tree, KILL after grace_ms; escapees through cgroup or subreaper. */
int holder_stop(struct holder *h, const char *token, int grace_ms, struct err *err);
int holder_input(struct holder *h, const char *token, const void *p, size_t n, struct err *err);
int holder_resize(struct holder *h, const char *token, unsigned short rows, unsigned short cols,
		  struct err *err);
/* The spool up to `upto` bytes is on record: its space may be given back. */
int holder_free(struct holder *h, const char *token, int stream, int64_t upto, struct err *err);
int holder_quit(struct holder *h, struct err *err); /* refused while commands run */

/* Without a holder: what the status file of a folder says of each command, last word last. A torn
 * last line is ignored. fn borrows. */
int holder_read_status(const char *folder,
		       int (*fn)(void *ctx, const struct holder_status *st), void *ctx,
		       struct err *err);

/* Path of a spool file, in memory of the caller's to free(). stream as in bytes[]. */
char *holder_spool_path(const char *folder, const char *token, int stream);

/* Whether the process with this pid and start time is alive now (same boot). */
bool holder_alive(pid_t pid, uint64_t start);

#endif
