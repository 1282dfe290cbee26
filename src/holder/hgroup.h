/* A cgroup v2 for each command, where the system lets us have them: the one thing that no process
 * can walk out of by setsid and double fork. No controllers are asked for.
 *
 * They lie below the holder's own group, as blackstart.PID.START/N, and are used again: a group
 * that has become empty takes the next command, because making and removing one for each would cost
 * a short command a tenth of its time.
 */
#ifndef HOLDER_HGROUP_H
#define HOLDER_HGROUP_H

#include <stdbool.h>
#include <stddef.h>

struct hproc_list;

enum { HGROUP_MAX = 160 };

struct hgroups {
	int parent, base; /* folders; base -1: there are none to be had */
	char name[64];
	int n;
	struct {
		int folder, events;
		bool used;
		bool killed; /* what is born into it now would be killed: see hgroup.c */
	} v[HGROUP_MAX];
};

/* Never fails: without the means there are no groups, and take answers -1. Groups that dead holders
 * left behind are removed on the way. */
void hgroups_open(struct hgroups *g, bool wanted);
void hgroups_close(struct hgroups *g); /* removes what is empty */
/* The folder of all of them; false: there is none. */
bool hgroups_path(const struct hgroups *g, char *out, size_t room);
/* Removes the groups of a holder by their path, but nothing that is not one's. False: something
 * lives in them. */
bool hgroup_remove(const char *path);

int hgroups_take(struct hgroups *g); /* a slot, or -1 */
void hgroups_give(struct hgroups *g, int slot);
int hgroups_folder(const struct hgroups *g, int slot); /* descriptor; -1 for slot -1 */

bool hgroups_populated(const struct hgroups *g, int slot);
/* Adds the processes of the group and of groups made inside it. */
void hgroups_list(const struct hgroups *g, int slot, struct hproc_list *out);
/* KILL to all of them at once. False where the kernel cannot (before 5.14). */
bool hgroups_kill(struct hgroups *g, int slot);

#endif
