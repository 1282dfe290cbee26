/* Which commit a runbook is at, and whether it was changed since: asked of git, which may be
 * missing, slow, or refuse. */
#ifndef KEEPER_GIT_H
#define KEEPER_GIT_H

#include <stdbool.h>
#include <sys/types.h>

struct git_state {
	char commit[72]; /* "" : not known */
	bool dirty;
};

struct git_job {
	pid_t pid; /* 0: nobody is asked */
	int fd;
};

/* Begins to ask about the file in folder dir (NULL: nothing is asked). No git repository around
 * it: no process is started. */
void git_begin(struct git_job *job, const char *dir, const char *file);
/* Takes the answer, waiting for it at most half a second; what asks longer is ended. */
void git_end(struct git_job *job, struct git_state *ret);

#endif
