/* How a command stands: what the holder tells its keeper and writes to its status file. */
#ifndef HOLDER_HOLDER_STATUS_H
#define HOLDER_HOLDER_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

enum { HOLDER_TOKEN_MAX = 40 }; /* with the NUL */

enum holder_fate {
	HOLDER_PREPARED, /* forked, waits at the gate; as the last word: it never ran */
	HOLDER_RUNNING,  /* let through the gate, and exec is not known to have failed */
	HOLDER_NEVER,    /* left at the gate: it never ran */
	HOLDER_NO_EXEC,  /* exec failed: sys is the errno, code an enum holder_stage */
	HOLDER_EXITED,   /* code */
	HOLDER_SIGNALED, /* code is the signal */
	HOLDER_FATE_MAX, HOLDER_FATE_INVALID = -1,
};

/* What failed on the way to exec. */
enum holder_stage {
	HOLDER_AT_EXEC,  /* the program: not there, not executable */
	HOLDER_AT_CWD,   /* its working directory cannot be entered */
	HOLDER_AT_SETUP, /* session, terminal, descriptors */
};

struct holder_status {
	char token[HOLDER_TOKEN_MAX];
	enum holder_fate fate;
	pid_t pid;
	uint64_t start;        /* start time of the pid, /proc/PID/stat field 22 */
	int code, sys;
	int64_t began_boot, ended_boot; /* CLOCK_BOOTTIME ns; 0: not yet */
	int64_t bytes[3];      /* spooled so far: out, err, tty */
	int64_t typed;         /* bytes sent to its terminal; what they were is nowhere */
	bool drained;          /* streams reached their end; false at the end: survivors hold one */
	int64_t user_us, sys_us; /* CPU time, at the end */
	long max_rss_kb;
	int survivors;         /* processes of its tree left alive at the end */
	char survivor_list[160]; /* "4711 sleep, 4712 nc" */
};

/* Without a holder: what the status file of a folder says of each command, last word last; no file
 * says nothing. Torn lines are ignored. Stops when fn returns non-zero, and returns that. fn
 * borrows. ERR_IO. */
int holder_read_status(const char *folder,
		       int (*fn)(void *ctx, const struct holder_status *st), void *ctx,
		       struct err *err);

/* Path of a spool file, in memory of the caller's to free(). stream as in bytes[]. */
char *holder_spool_path(const char *folder, const char *token, int stream);

/* Whether the process with this pid and start time is alive now (same boot). */
bool holder_alive(pid_t pid, uint64_t start);

#endif
