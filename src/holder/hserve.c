#include "hserve.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "chan.h"
#include "err.h"
#include "hjob.h"
#include "holder.h"
#include "loop.h"
#include "mem.h"

enum { NEWS_MS = 3 };

static bool is_root(void *ctx, pid_t pid)
{
	return hserve_job_of(ctx, pid);
}

/* Looks at who ended before taking its status away: pids are known, or are orphans that came to us
 * as the subreaper. */
static void on_child(void *ctx, int signo)
{
	struct hserve *sv = ctx;
	siginfo_t si;
	int wstatus;
	struct rusage ru;
	(void)signo;
	for (;;) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) || !si.si_pid)
			break;
		struct hjob *j = hserve_job_of(sv, si.si_pid);
		if (wait4(si.si_pid, &wstatus, WNOHANG, &ru) != si.si_pid)
			break;
		if (j)
			hjob_reaped(j, wstatus, &ru);
	}
	for (size_t i = 0; i < sv->n_jobs; i++)
		sv->jobs[i]->look_at = 0;
	hserve_sweep(sv);
}

static void on_term(void *ctx, int signo)
{
	struct hserve *sv = ctx;
	(void)signo;
	sv->leaving = true;
}

/* All of it at once, some milliseconds after the first. A keeper with a queue is left alone. */
static void tell_news(struct hserve *sv, int64_t now, int64_t *due)
{
	bool any = false;
	for (size_t i = 0; i < sv->n_jobs && !any; i++)
		any = hjob_has_news(sv->jobs[i]);
	if (any && !sv->news_at)
		sv->news_at = now + hjob_ms(NEWS_MS);
	if (!any)
		sv->news_at = 0;
	if (any && now >= sv->news_at) {
		sv->news_at = now + hjob_ms(NEWS_MS);
		for (size_t i = 0; i < sv->n_jobs; i++)
			if (!sv->keeper || !chan_queued(sv->core.keeper))
				hjob_tell_news(sv->jobs[i]);
	}
	if (any && sv->news_at < *due)
		*due = sv->news_at;
}

static void on_timer(void *ctx)
{
	struct hserve *sv = ctx;
	sv->timer = NULL; /* the work is done before the next sleep */
}

/* Whether it is time to go; else lowers *due to when it might be. */
static bool may_leave(struct hserve *sv, int64_t now, int64_t *due)
{
	int64_t at = sv->alone_since + hjob_ms(sv->core.conf.linger_ms);
	if (hserve_live(sv))
		return false;
	if (sv->leaving)
		return true;
	if (sv->keeper || hcore_has_guests(&sv->core))
		return false;
	if (at < *due)
		*due = at;
	return now >= at;
}

static void before_sleep(void *ctx)
{
	struct hserve *sv = ctx;
	int64_t now = hjob_now(), due = INT64_MAX;
	if (!hstatus_retry(&sv->core.status))
		due = now + hjob_ms(sv->core.conf.retry_ms);
	for (size_t i = 0; i < sv->n_jobs; i++)
		hjob_tick(sv->jobs[i], now, &due);
	tell_news(sv, now, &due);
	if (sv->core.overrun)
		hserve_drop_peer(sv->keeper);
	if (may_leave(sv, now, &due))
		loop_stop(sv->core.loop, 0);
	loop_cancel(sv->timer);
	sv->timer = due == INT64_MAX ? NULL : loop_at(sv->core.loop, due, on_timer, sv);
}

static int start_loop(struct hserve *sv)
{
	struct err err;
	sv->core.loop = loop_new();
	if (loop_signal(sv->core.loop, SIGCHLD, on_child, sv, &err) ||
	    loop_signal(sv->core.loop, SIGTERM, on_term, sv, &err))
		return err.code;
	hserve_listen(sv);
	loop_before_sleep(sv->core.loop, before_sleep, sv);
	return 0;
}

static void release(struct hserve *sv)
{
	while (sv->peers)
		hserve_drop_peer(sv->peers);
	for (size_t i = 0; i < sv->n_jobs; i++)
		if (sv->jobs[i]->reaped) /* else its child may still work from that memory */
			hjob_free(sv->jobs[i]);
	free(sv->jobs);
	hcore_drop_strays(&sv->core);
	loop_unwatch(sv->listen_watch);
	loop_cancel(sv->timer);
	loop_free(sv->core.loop);
	buf_release(&sv->core.frame);
	hide_release(&sv->core.hide);
	hgroups_close(&sv->core.groups);
	hhouse_close(&sv->house, &sv->core);
}

int hserve_main(const char *folder, const char *run, const struct hconf *conf)
{
	struct hserve sv = { .core = { .conf = *conf } };
	struct err err;
	int rc;
	if (!hhouse_detach())
		return 0;
	(void)run; /* it is there for ps */
	rc = hhouse_open(&sv.house, &sv.core, folder);
	if (!rc) {
		sv.core.frame.secret = true;
		sv.core.scratch = vault_alloc(&sv.core.hide.vault, HSPOOL_SCRATCH);
		sv.core.kin = (struct hkin){ &sv.core.groups, is_root, &sv };
		sv.alone_since = hjob_now();
		rc = start_loop(&sv);
		hhouse_ready(rc);
		if (!rc)
			rc = loop_run(sv.core.loop, &err);
		release(&sv);
	} else {
		hhouse_ready(rc);
	}
	return rc ? 1 : 0;
}

int holder_main(const char *folder, const char *run)
{
	return hserve_main(folder, run, &hcore_conf_default);
}
