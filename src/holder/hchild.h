/* A command between fork and exec: it sets itself up, waits at the gate, execs. */
#ifndef HOLDER_HCHILD_H
#define HOLDER_HCHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum {
	HCHILD_GO = 'g',    /* the byte that opens the gate */
	HCHILD_LEAVE = 'l', /* told to leave without exec, by a holder that lives and will say so */
};

/* What the child works from. All of it, and what it points to, must stay as it is until the child
 * has left (exec or exit), because it may share the holder's memory. Descriptors are 3 or above and
 * close-on-exec; the child closes every other one. */
struct hchild {
	char *const *argv, *const *envp;
	const char *const *paths; /* to be tried in this order; none: ENOENT */
	size_t n_paths;
	const char *cwd;
	int fd[3];         /* standard input, output, error */
	bool terminal;     /* fd[0] becomes the controlling terminal */
	int gate;          /* read end: a byte above, or the end when the holder died */
	int report;        /* write end: a struct hchild_report when exec failed */
	int status;        /* the status file, where the child itself writes `never` ... */
	const char *never; /* ... when it leaves because the holder died */
	size_t n_never;
	struct rlimit files; /* RLIMIT_NOFILE as the command is to have it */
	void *stack;         /* of HCHILD_STACK bytes, aligned to 16 */
};

enum { HCHILD_STACK = 16 << 10 };

struct hchild_report {
	int32_t stage; /* an enum holder_stage */
	int32_t sys;
};

/* Forks. group: descriptor of a cgroup folder to be born in, or -1. share: with the holder's memory
 * where this machine can (ten times cheaper than copying a large program's page tables). The pid,
 * or -errno. *ret_grouped says whether the group took it. */
pid_t hchild_fork(struct hchild *c, int group, bool share, bool *ret_grouped);

/* The dispositions that a child knows how to undo: all default but a few that are ignored, nothing
 * blocked. To be called before the first fork, whatever was inherited. */
void hchild_set_signals(void);

#endif
