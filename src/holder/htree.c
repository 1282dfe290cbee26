/* Without a cgroup a tree is found from above. The holder is a subreaper, so whatever a command
 * leaves behind becomes the holder's child, and every process of every tree can be followed up to
 * the holder:
 *
 *   holder ── root ── ... its descendants
 *          ── orphan ── ...   ours by session, by token, or nobody's ("stranger")
 */
#include "htree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hgroup.h"
#include "hproc.h"
#include "mem.h"

enum { CLIMB_MAX = 10000 };

enum orphans { ORPHANS_NONE, ORPHANS_SOME, ORPHANS_UNKNOWN };

/* Whether the holder has children besides the commands' own, without a look at all of /proc. */
static enum orphans orphans(const struct hkin *kin)
{
	siginfo_t si;
	if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) && errno == ECHILD)
		return ORPHANS_NONE;
	char path[64];
	long pid;
	enum orphans found = ORPHANS_NONE;
	snprintf(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	FILE *f = fopen(path, "re");
	if (!f)
		return ORPHANS_UNKNOWN; /* a kernel without it */
	while (found == ORPHANS_NONE && fscanf(f, "%ld", &pid) == 1)
		if (!kin->is_root(kin->ctx, (pid_t)pid))
			found = ORPHANS_SOME;
	fclose(f);
	return found;
}

static int by_pid(const void *a, const void *b)
{
	const struct hproc *p = a, *q = b;
	return p->pid < q->pid ? -1 : p->pid > q->pid;
}

/* Where its line of parents ends below the holder: the holder's child; NULL for no descendant. */
static const struct hproc *top_of(const struct hproc_list *all, const struct hproc *p, pid_t holder)
{
	for (int i = 0; p && i < CLIMB_MAX; i++) {
		if (p->parent == holder)
			return p;
		struct hproc key = { .pid = p->parent };
		p = bsearch(&key, all->v, all->n, sizeof(*all->v), by_pid);
	}
	return NULL;
}

/* What a child of the holder is to the tree. */
static enum hproc_token claim(const struct htree *t, const struct hkin *kin,
			      const struct hproc *top)
{
	if (top->pid == t->root || (t->session && top->session == t->session))
		return HPROC_TOKEN_OURS;
	if (kin->is_root(kin->ctx, top->pid))
		return HPROC_TOKEN_OTHER;
	return hproc_token(top->pid, t->token);
}

static void scan(const struct htree *t, const struct hkin *kin, enum hproc_token wanted,
		 struct hproc_list *out)
{
	struct hproc_list all = { 0 };
	pid_t holder = getpid(), last_top = 0;
	enum hproc_token last_claim = HPROC_TOKEN_NONE;
	hproc_all(&all);
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_pid);
	for (size_t i = 0; i < all.n; i++) {
		const struct hproc *p = &all.v[i], *top = top_of(&all, p, holder);
		if (!top || p->state == 'Z')
			continue;
		if (top->pid != last_top) {
			last_claim = claim(t, kin, top);
			last_top = top->pid;
		}
		bool same_session = t->session && p->session == t->session;
		enum hproc_token is = same_session ? HPROC_TOKEN_OURS : last_claim;
		if (is == wanted && (wanted == HPROC_TOKEN_OURS || p->start >= t->start))
			hproc_list_add(out, p);
	}
	hproc_list_release(&all);
}

void htree_list(const struct htree *t, const struct hkin *kin, struct hproc_list *out)
{
	if (t->group >= 0 && !hgroups_populated(kin->groups, t->group))
		return;
	if (t->group >= 0) {
		size_t had = out->n, kept = had;
		hgroups_list(kin->groups, t->group, out);
		for (size_t i = had; i < out->n; i++)
			if (out->v[i].state != 'Z')
				out->v[kept++] = out->v[i];
		out->n = kept;
	} else if (t->root || orphans(kin) != ORPHANS_NONE) {
		scan(t, kin, HPROC_TOKEN_OURS, out);
	}
}

bool htree_any(const struct htree *t, const struct hkin *kin)
{
	if (t->group >= 0)
		return hgroups_populated(kin->groups, t->group);
	struct hproc_list l = { 0 };
	htree_list(t, kin, &l);
	bool any = l.n > 0;
	hproc_list_release(&l);
	return any;
}

void htree_strangers(const struct htree *t, const struct hkin *kin, struct hproc_list *out)
{
	if (t->group < 0 && orphans(kin) != ORPHANS_NONE)
		scan(t, kin, HPROC_TOKEN_NONE, out);
}
