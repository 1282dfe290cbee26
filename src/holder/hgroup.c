/* Linux 6.15 and later kill a child that is born by CLONE_INTO_CGROUP into a group which has seen
 * cgroup.kill more often than the parent's own (seen on 6.18: the check against a fork racing with
 * the kill compares the counters of two different groups). So a group that was killed is made anew
 * before it is used again, and no group is used at all where a child does not come out of one
 * alive.
 */
#include "hgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holder.h"
#include "hproc.h"

enum { DEPTH_MAX = 8, PATH_ROOM = 4200 };

static const char prefix[] = "blackstart.";

/* The folder of the group that this process is in, or -1. */
static int own_group(void)
{
	static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	char text[8192], path[PATH_ROOM];
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	char *line = strncmp(text, "0::", 3) ? strstr(text, "\n0::") : text;
	if (!line)
		return -1;
	line = strchr(line, '/');
	if (!line)
		return -1;
	line[strcspn(line, "\n")] = '\0';
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		struct statfs fs;
		if (statfs(mounts[i], &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)
			continue;
		if (snprintf(path, sizeof(path), "%s%s", mounts[i], line) >= (int)sizeof(path))
			return -1;
		return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return -1;
}

/* rmdir of a group and of the groups inside it; what has processes stays. */
static void remove_group(int at, const char *name, int depth)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	while (d && depth < DEPTH_MAX && (e = readdir(d)))
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			remove_group(dirfd(d), e->d_name, depth + 1);
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	unlinkat(at, name, AT_REMOVEDIR);
}

bool hgroup_remove(const char *path)
{
	const char *name = strrchr(path, '/');
	struct statfs fs;
	char above[PATH_ROOM];
	int at;
	bool gone;
	if (!name || strncmp(name + 1, prefix, sizeof(prefix) - 1) ||
	    (size_t)(name - path) >= sizeof(above))
		return true; /* not one of ours: not ours to remove */
	memcpy(above, path, (size_t)(name - path));
	above[name - path] = '\0';
	at = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return true;
	if (!fstatfs(at, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC)
		remove_group(at, name + 1, 0);
	gone = faccessat(at, name + 1, F_OK, 0) != 0;
	close(at);
	return gone;
}

bool hgroups_path(const struct hgroups *g, char *out, size_t room)
{
	char link[64];
	ssize_t n;
	if (g->base < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", g->base);
	n = readlink(link, out, room - 1);
	if (n <= 0 || (size_t)n >= room - 1)
		return false;
	out[n] = '\0';
	return true;
}

/* Removes the groups of holders that are not alive any more. */
static void sweep(int parent)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		long pid;
		unsigned long long start;
		if (!strncmp(e->d_name, prefix, sizeof(prefix) - 1) &&
		    sscanf(e->d_name + sizeof(prefix) - 1, "%ld.%llu", &pid, &start) == 2 &&
		    !holder_alive((pid_t)pid, start))
			remove_group(parent, e->d_name, 0);
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

static void close_slot(struct hgroups *g, int slot)
{
	if (g->v[slot].folder >= 0)
		close(g->v[slot].folder);
	if (g->v[slot].events >= 0)
		close(g->v[slot].events);
}

void hgroups_close(struct hgroups *g)
{
	for (int i = 0; i < g->n; i++)
		close_slot(g, i);
	if (g->base >= 0) {
		close(g->base);
		remove_group(g->parent, g->name, 0);
	}
	if (g->parent >= 0)
		close(g->parent);
	*g = (struct hgroups){ .parent = -1, .base = -1 };
}

static bool make_slot(struct hgroups *g, int slot)
{
	char name[16];
	snprintf(name, sizeof(name), "%d", slot);
	g->v[slot].folder = g->v[slot].events = -1;
	g->v[slot].used = g->v[slot].killed = false;
	if (mkdirat(g->base, name, 0755))
		return false;
	g->v[slot].folder = openat(g->base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g->v[slot].events = g->v[slot].folder < 0 ? -1 :
			    openat(g->v[slot].folder, "cgroup.events", O_RDONLY | O_CLOEXEC);
	if (g->v[slot].events >= 0)
		return true;
	close_slot(g, slot);
	g->v[slot].folder = -1;
	unlinkat(g->base, name, AT_REMOVEDIR);
	return false;
}

static bool remake_slot(struct hgroups *g, int slot)
{
	char name[16];
	snprintf(name, sizeof(name), "%d", slot);
	close_slot(g, slot);
	remove_group(g->base, name, 0);
	return make_slot(g, slot);
}

static bool ready_slot(struct hgroups *g, int slot)
{
	if (g->v[slot].used || (g->v[slot].events >= 0 && hgroups_populated(g, slot)))
		return false;
	if (g->v[slot].events >= 0 && !g->v[slot].killed)
		return true;
	return remake_slot(g, slot);
}

int hgroups_take(struct hgroups *g)
{
	int slot = 0;
	if (g->base < 0)
		return -1;
	while (slot < g->n && !ready_slot(g, slot))
		slot++;
	if (slot == g->n) {
		if (slot == HGROUP_MAX || !make_slot(g, slot))
			return -1;
		g->n++;
	}
	g->v[slot].used = true;
	return slot;
}

void hgroups_give(struct hgroups *g, int slot)
{
	if (slot >= 0)
		g->v[slot].used = false;
}

int hgroups_folder(const struct hgroups *g, int slot)
{
	return slot < 0 ? -1 : g->v[slot].folder;
}

bool hgroups_populated(const struct hgroups *g, int slot)
{
	char text[256];
	ssize_t n = pread(g->v[slot].events, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return !strstr(text, "populated 0");
}

static void list_procs(int folder, struct hproc_list *out)
{
	int fd = openat(folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	long pid;
	struct hproc p;
	while (f && fscanf(f, "%ld", &pid) == 1)
		if (hproc_read((pid_t)pid, &p))
			hproc_list_add(out, &p);
	if (f)
		fclose(f);
	else if (fd >= 0)
		close(fd);
}

static void list_below(int folder, int depth, struct hproc_list *out)
{
	list_procs(folder, out);
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	while (d && depth < DEPTH_MAX && (e = readdir(d))) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		int sub = openat(folder, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (sub < 0)
			continue;
		list_below(sub, depth + 1, out);
		close(sub);
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

void hgroups_list(const struct hgroups *g, int slot, struct hproc_list *out)
{
	list_below(g->v[slot].folder, 0, out);
}

bool hgroups_kill(struct hgroups *g, int slot)
{
	int fd = openat(g->v[slot].folder, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	g->v[slot].killed = true;
	bool sent = write(fd, "1", 1) == 1;
	close(fd);
	return sent;
}

/* --- the whole ----------------------------------------------------------------------------- */

static bool born_alive(int folder)
{
	struct clone_args a = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)folder,
	};
	int status = -1;
	pid_t pid = (pid_t)syscall(SYS_clone3, &a, sizeof(a));
	if (!pid)
		_exit(0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

void hgroups_open(struct hgroups *g, bool wanted)
{
	struct hproc self;
	*g = (struct hgroups){ .parent = -1, .base = -1 };
	if (!wanted || !hproc_read(getpid(), &self))
		return;
	g->parent = own_group();
	if (g->parent < 0)
		return;
	sweep(g->parent);
	snprintf(g->name, sizeof(g->name), "%s%ld.%llu", prefix, (long)self.pid,
		 (unsigned long long)self.start);
	if (!mkdirat(g->parent, g->name, 0755))
		g->base = openat(g->parent, g->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int slot = hgroups_take(g);
	bool works = slot >= 0 && born_alive(g->v[slot].folder);
	hgroups_give(g, slot);
	if (!works)
		hgroups_close(g);
}
