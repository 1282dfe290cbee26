/* How a command ends: by itself or stopped, with or without something that stays behind. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "hjob.h"
#include "holder.h"
#include "hproc.h"

enum {
	KILL_EVERY_MS = 20, /* without a cgroup what forks while we look dies in rounds */
	LOOK_EVERY_MS = 100,
	SETTLE_MS = 50, /* for what closed its streams and is about to exit */
	SETTLE_EVERY_MS = 10,
	GRACE_MAX_MS = 24 * 3600 * 1000,
};

static void lower(int64_t *due, int64_t at)
{
	if (at && at < *due)
		*due = at;
}

static int64_t micros(const struct timeval *tv)
{
	return tv->tv_sec * 1000000LL + tv->tv_usec;
}

/* Those of the tree that live on; ones in the middle of their exit are as good as gone. */
static void note_survivors(struct hjob *j)
{
	struct hproc_list l = { 0 };
	size_t kept = 0;
	htree_list(&j->tree, &j->core->kin, &l);
	for (size_t i = 0; i < l.n; i++)
		if (!l.v[i].leaving || j->stuck)
			l.v[kept++] = l.v[i];
	l.n = kept;
	j->st.survivors = (int)l.n;
	hproc_names(&l, j->st.survivor_list, sizeof(j->st.survivor_list));
	hproc_list_release(&l);
}

/* Many a program closes its streams some microseconds before it exits. Looks again for a moment, so
 * that the list of survivors is one of processes that stay. */
static bool settled(struct hjob *j, int64_t now)
{
	if (j->stopping)
		return true;
	if (!j->settled_at)
		j->settled_at = now + hjob_ms(SETTLE_MS);
	else if (now < j->look_at)
		return false;
	note_survivors(j);
	if (!j->st.survivors || now >= j->settled_at)
		return true;
	j->look_at = now + hjob_ms(SETTLE_EVERY_MS);
	return false;
}

static void finish(struct hjob *j, enum holder_fate fate)
{
	bool ran = fate == HOLDER_EXITED || fate == HOLDER_SIGNALED;
	j->state = HJOB_OVER;
	j->blocked = false;
	j->st.fate = fate;
	j->st.drained = !ran || hjob_streams_ended(j);
	if (fate == HOLDER_NEVER)
		j->st.began_boot = 0;
	if (ran && j->stopping)
		note_survivors(j);
	if (ran)
		hjob_streams_flush(j);
	hjob_streams_close(j, ran);
	if (j->reaped)
		hjob_leave_gate(j);
	hgroups_give(&j->core->groups, j->tree.group);
	if (ran)
		hjob_tell_sealed(j);
	hcore_fact(j->core, j->ran_untold ? HWIRE_RAN : HWIRE_ENDED, &j->st);
	j->ran_untold = j->grew = false;
}

void hjob_reaped(struct hjob *j, int wstatus, const struct rusage *ru)
{
	hjob_report(j);
	j->reaped = true;
	j->wstatus = wstatus;
	j->tree.root = 0;
	if (j->state == HJOB_OVER) {
		hjob_leave_gate(j);
		return;
	}
	j->st.ended_boot = hjob_now();
	j->st.user_us = micros(&ru->ru_utime);
	j->st.sys_us = micros(&ru->ru_stime);
	j->st.max_rss_kb = ru->ru_maxrss;
	if (j->state == HJOB_GATED || j->no_exec) {
		finish(j, j->no_exec ? HOLDER_NO_EXEC : HOLDER_NEVER);
		return;
	}
	j->state = HJOB_DEAD;
	j->st.code = WIFSIGNALED(wstatus) ? WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
	j->end_at = j->st.ended_boot + hjob_ms(j->core->conf.end_grace_ms);
	for (int i = 0; i < 3; i++)
		if (j->stream[i].watch)
			hjob_move(&j->stream[i]);
}

/* --- stopping ------------------------------------------------------------------------------ */

/* A shell's child that was told before it became its program may have lost the word. */
static bool has_heard(const struct hjob *j, const struct hproc *p)
{
	for (size_t i = 0; i < j->heard.n; i++)
		if (j->heard.v[i].pid == p->pid && j->heard.v[i].start == p->start &&
		    !strcmp(j->heard.v[i].name, p->name))
			return true;
	return false;
}

/* TERM, once to each: for many a program the second one means something else. */
static void ask_tree(struct hjob *j)
{
	struct hproc_list l = { 0 };
	htree_list(&j->tree, &j->core->kin, &l);
	for (size_t i = 0; i < l.n; i++) {
		if (has_heard(j, &l.v[i]))
			continue;
		hproc_signal(&l.v[i], SIGTERM);
		hproc_signal(&l.v[i], SIGCONT);
		hproc_list_add(&j->heard, &l.v[i]);
	}
	hproc_list_release(&l);
}

static void kill_each(struct hjob *j)
{
	struct hproc_list l = { 0 };
	htree_list(&j->tree, &j->core->kin, &l);
	for (size_t i = 0; i < l.n; i++)
		hproc_signal(&l.v[i], SIGKILL);
	hproc_list_release(&l);
}

void hjob_stop(struct hjob *j, uint32_t grace_ms)
{
	if (j->state == HJOB_GATED)
		hjob_drop(j);
	if (j->state == HJOB_GATED || j->state == HJOB_OVER)
		return;
	int64_t now = hjob_now();
	int64_t kill_at = now + hjob_ms(grace_ms < GRACE_MAX_MS ? grace_ms : GRACE_MAX_MS);
	if (!j->stopping || kill_at < j->kill_at)
		j->kill_at = kill_at;
	j->stopping = true;
	hproc_list_release(&j->heard); /* told again: all of them are */
	ask_tree(j);
	j->look_at = now;
	j->end_at = now + hjob_ms(j->core->conf.end_grace_ms);
}

static void tell_stuck(struct hjob *j, struct hproc_list *l)
{
	char who[sizeof(j->st.survivor_list)];
	if (l->n) {
		hproc_names(l, who, sizeof(who));
		hcore_tell_text(j->core, HWIRE_STUCK, j->st.token, who);
	}
	hproc_list_release(l);
}

static void give_up(struct hjob *j)
{
	struct hproc_list l = { 0 };
	j->stuck = true;
	htree_list(&j->tree, &j->core->kin, &l);
	tell_stuck(j, &l);
}

/* All that can be found is gone; what may have got away is named. */
static void tree_is_gone(struct hjob *j, int64_t now)
{
	struct hproc_list l = { 0 };
	j->tree_gone = true;
	j->end_at = now + hjob_ms(j->core->conf.end_grace_ms);
	htree_strangers(&j->tree, &j->core->kin, &l);
	tell_stuck(j, &l);
}

static void kill_tree(struct hjob *j, int64_t now)
{
	if (j->tree.group < 0 || !hgroups_kill(&j->core->groups, j->tree.group))
		kill_each(j);
	if (!j->stuck_at)
		j->stuck_at = now + hjob_ms(j->core->conf.stuck_ms);
	j->kill_at = now + hjob_ms(KILL_EVERY_MS);
}

static void stop_step(struct hjob *j, int64_t now, int64_t *due)
{
	if (j->tree_gone || j->stuck)
		return;
	if (now >= j->look_at || now >= j->kill_at) {
		j->look_at = now + hjob_ms(LOOK_EVERY_MS);
		if (j->reaped && !htree_any(&j->tree, &j->core->kin))
			tree_is_gone(j, now);
		else if (j->stuck_at && now >= j->stuck_at)
			give_up(j);
		else if (now >= j->kill_at)
			kill_tree(j, now);
		else if (j->reaped) /* born while the command ended: nobody is there to tell it */
			ask_tree(j);
	}
	if (!j->tree_gone && !j->stuck) {
		lower(due, j->look_at);
		lower(due, j->kill_at);
		lower(due, j->stuck_at);
	}
}

/* --- the end ------------------------------------------------------------------------------- */

static bool all_quiet(const struct hjob *j)
{
	for (int i = 0; i < 3; i++)
		if (j->stream[i].spool.from >= 0 && !j->stream[i].quiet)
			return false;
	return true;
}

static bool may_end(const struct hjob *j, int64_t now)
{
	if (j->stuck)
		return true;
	if (j->state != HJOB_DEAD || (j->stopping && !j->tree_gone))
		return false;
	if (hjob_streams_ended(j))
		return true;
	if (j->blocked && !j->stopping)
		return false;
	return now >= j->end_at || (j->leaves && !j->stopping && all_quiet(j));
}

/* One that KILL does not end has no status of its own to report. */
static enum holder_fate own_fate(struct hjob *j)
{
	if (j->reaped)
		return WIFSIGNALED(j->wstatus) ? HOLDER_SIGNALED : HOLDER_EXITED;
	j->st.code = SIGKILL;
	j->st.ended_boot = hjob_now();
	return HOLDER_SIGNALED;
}

void hjob_tick(struct hjob *j, int64_t now, int64_t *due)
{
	if (!hjob_live(j))
		return;
	hjob_retry(j, now, due);
	if (j->stopping)
		stop_step(j, now, due);
	if (may_end(j, now)) {
		if (settled(j, now))
			finish(j, own_fate(j));
		else
			lower(due, j->look_at);
	} else if (j->state == HJOB_DEAD && (!j->blocked || j->stopping)) {
		lower(due, j->end_at);
	}
}
