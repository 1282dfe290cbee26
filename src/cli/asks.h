/* Other programs, asked side by side: each only reads, and each has its time. */
#ifndef CLI_ASKS_H
#define CLI_ASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "clock.h"

enum { ASK_BYTES = 16 << 10, ASK_AT_ONCE = 32, ASK_STREAMS = 2 };

/* What it came to, once asks_go is back. */
struct ask {
	bool started;        /* false: there is no such program, or it could not be started */
	bool late;           /* it was ended when its time was over */
	int status;          /* 128 + n for a signal; nothing where it was late */
	struct buf out, said; /* the first ASK_BYTES of each */
	struct moment began, ended;
	/* inside */
	char **argv, *folder;
	int64_t limit_ms;
	pid_t pid;
	int fd[ASK_STREAMS]; /* -1: at its end */
	bool over;
};

struct asks {
	struct ask **v;
	size_t n;
};

/* Puts a question in. argv ends with NULL; folder NULL: where we are. Lent, good until
 * asks_release. */
struct ask *asks_add(struct asks *a, const char *const *argv, const char *folder,
		     int64_t limit_ms);

/* Asks all of them, ASK_AT_ONCE at a time, each in a session of its own with nothing to read and no
 * terminal. Comes back when each has ended or its time is over; then it and its group are killed,
 * and nobody waits for what cannot be. */
void asks_go(struct asks *a);
void asks_release(struct asks *a);

/* Ended with status 0, in time. */
bool asks_well(const struct ask *a);
/* Why it was not: "no answer within 10s", the last line that it said, or its status. */
void asks_why(struct buf *out, const struct ask *a);

#endif
