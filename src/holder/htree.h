/* The processes of a command: its child, all that came from it, and what ran away from it. */
#ifndef HOLDER_HTREE_H
#define HOLDER_HTREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct hgroups;
struct hproc_list;

struct htree {
	pid_t root;        /* its own child; 0 once that was reaped */
	pid_t session;     /* the session it leads; 0 once that number may be somebody else's */
	uint64_t start;    /* of its own child */
	const char *token; /* as in the environment it was given */
	int group;         /* slot of its cgroup, -1: none, then it is found through /proc */
};

/* Who else the holder started: their children are not ours. */
struct hkin {
	const struct hgroups *groups;
	bool (*is_root)(void *ctx, pid_t pid); /* pid is some command's own child, not reaped */
	void *ctx;
};

/* Adds every process of the tree, zombies left out, processes in the middle of their exit not. With
 * a cgroup that is its members; without one, all descendants of the child, members of its session,
 * and orphans that came to the holder with the command's token in their environment. */
void htree_list(const struct htree *t, const struct hkin *kin, struct hproc_list *out);

/* Whether the list would have a process in it. Cheap when it has none. */
bool htree_any(const struct htree *t, const struct hkin *kin);

/* Adds orphans that nobody can say the origin of (no cgroup, environment emptied or unreadable) and
 * that began after the command: perhaps its own. They are named, never signalled. */
void htree_strangers(const struct htree *t, const struct hkin *kin, struct hproc_list *out);

#endif
